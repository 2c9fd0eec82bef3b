import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuleInfo } from '../../app/rules.ts';
import type { Severity } from '../../model/finding.ts';
import type { CodeFinding, Fix, LintReport } from '../../model/lint.ts';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };
const rootId = '%SRCROOT%';

export interface SarifOptions {
  /** Files in it are written relative to it. */
  root: string;
  rules: readonly RuleInfo[];
  version: string;
}

/** The report as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning and viewers. */
export function lintToSarif(report: LintReport, { root, rules, version }: SarifOptions) {
  const ruleIndex = new Map(rules.map((rule, i) => [rule.id as string, i]));
  const at = createPlaces(root);
  const result = (finding: CodeFinding, suppression?: { reason: string | null }) => resultOf(finding, ruleIndex.get(finding.rule)!, at, suppression);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'MCP Profiler', version, informationUri: 'https://github.com/mcp-profiler/mcp-profiler', rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [rootId]: { uri: `${pathToFileURL(root).href}/` } },
        invocations: [
          {
            executionSuccessful: report.defects.length === 0,
            toolExecutionNotifications: [
              ...report.skipped.map(({ file, reason }) => ({ level: 'note', message: { text: `Left out: ${reason}` }, locations: [{ physicalLocation: { artifactLocation: at.artifact(file) } }] })),
              ...report.defects.map((text) => ({ level: 'error', message: { text } })),
            ],
          },
        ],
        results: [...report.findings.map((f) => result(f)), ...report.suppressed.map(({ finding, reason }) => result(finding, { reason }))],
      },
    ],
  };
}

function ruleOf({ id, title, severity, page }: RuleInfo) {
  return {
    id,
    shortDescription: { text: title },
    help: { text: page, markdown: page },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['performance', 'mcp'] },
  };
}

type Places = ReturnType<typeof createPlaces>;

function createPlaces(root: string) {
  const artifact = (file: string) => {
    const below = relative(root, file);
    const isBelow = below !== '' && !below.startsWith('..');
    return isBelow ? { uri: below.split(sep).map(encodeURIComponent).join('/'), uriBaseId: rootId } : { uri: pathToFileURL(file).href };
  };
  return { artifact, line: (file: string, line: number) => ({ physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } } }) };
}

function resultOf(finding: CodeFinding, ruleIndex: number, at: Places, suppression?: { reason: string | null }) {
  const { rule, severity, message, file, line, column, endLine, endColumn, path, fixes, tools, confidence, evidence } = finding;
  const step = (frame: CodeFinding['path'][number]) => ({ ...at.line(frame.file, frame.line), message: { text: frame.functionName } });
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: at.artifact(file), region: { startLine: line, startColumn: column + 1, endLine, endColumn: endColumn + 1 } } }],
    ...(path.length > 1
      ? {
          codeFlows: [{ threadFlows: [{ locations: path.map((frame) => ({ location: step(frame) })) }] }],
          relatedLocations: path.slice(0, -1).map((frame, id) => ({ id, ...step(frame) })),
        }
      : {}),
    ...(fixes.length > 0 ? { fixes: fixes.map((fix) => fixOf(fix, at)) } : {}),
    ...(suppression ? { suppressions: [{ kind: 'inSource', ...(suppression.reason === null ? {} : { justification: suppression.reason }) }] } : {}),
    properties: { tools, confidence, evidence },
  };
}

function fixOf({ title, explain, edits }: Fix, at: Places) {
  const files = [...new Set(edits.map((e) => e.file))];
  return {
    description: { text: explain === undefined ? title : `${title}. ${explain}` },
    artifactChanges: files.map((file) => ({
      artifactLocation: at.artifact(file),
      replacements: edits.filter((e) => e.file === file).map(({ start, end, text }) => ({ deletedRegion: { charOffset: start, charLength: end - start }, insertedContent: { text } })),
    })),
  };
}
