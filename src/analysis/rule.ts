import { createHash } from 'node:crypto';
import type { Finding, RuleId, Severity } from '../model/finding.ts';
import type { LoadResult } from '../model/loadResult.ts';
import type { Evidence } from './evidence.ts';
import type { CodeRule } from './codeRule.ts';
import { plain, type Parts } from './say.ts';

/** One kind of finding; one file under `rules/`. Everything that is said about it anywhere comes from here. */
export interface Rule {
  id: RuleId;
  title: string;
  /** Of a finding that nothing speaks against. */
  severity: Severity;
  /** One time does the harm, however seldom the code comes there: a line among the protocol's, a wait without an end, an entry that stays. */
  harmfulOnce?: true;
  /** Short Markdown: what, why it hurts an MCP server, how it is measured, how to mend it. */
  docs: string;
  /** What a run shows. */
  measured?(evidence: Evidence): Found[];
  /** What a load test shows. */
  load?(result: LoadResult): Found[];
  /** What the code shows. */
  code?: CodeRule;
}

/** A finding with its message in parts, for the answer on top of the reports. */
export interface Found {
  finding: Finding;
  sentence: Parts;
}

interface Report {
  severity?: Severity;
  tools: string[];
  sentence: Parts;
  help: string;
  savedUsPerCall?: number | null;
  at?: { file: string; line: number } | null;
  figures: Finding['figures'];
  path?: Finding['path'];
  /** Tells findings of one tool and rule apart that have no place. */
  subject?: string;
}

/** Fills a measured finding in from what a rule knows. */
export function found(rule: Rule, report: Report): Found {
  const { at = null, tools, sentence } = report;
  const finding: Finding = {
    id: findingId(rule.id, at ? `${at.file}:${at.line}` : `${tools.join('+')} ${report.subject ?? ''}`),
    rule: rule.id,
    severity: report.severity ?? rule.severity,
    evidence: 'measured',
    tools,
    message: plain(sentence),
    help: report.help,
    savedUsPerCall: report.savedUsPerCall ?? null,
    file: at?.file ?? null,
    line: at?.line ?? null,
    endLine: at?.line ?? null,
    figures: report.figures,
    path: report.path ?? [],
  };
  return { finding, sentence };
}

/** A finding with a place is the same whichever tools were called; one without is its tool's. */
export const findingId = (rule: RuleId, subject: string) => createHash('sha256').update(`${rule} ${subject}`).digest('hex').slice(0, 16);
