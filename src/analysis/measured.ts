import type { Finding, Severity } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { gather, type Evidence, type SourceOf } from './evidence.ts';
import type { Found } from './rule.ts';
import { rules } from './rules/index.ts';

/**
 * What a run shows: confirmed findings first, then by the time that a call could save. `requests` in any order.
 * With the sources a finding stands at the line of a call, else at the head of the function that makes it.
 */
export function findMeasured(run: RunRecord, requests: RequestRecord[], sourceOf?: SourceOf): Finding[] {
  return examine(gather(run, requests, sourceOf)).map(({ finding }) => finding);
}

/** The same, each with its message in parts. */
export function examine(evidence: Evidence): Found[] {
  return rules.flatMap((rule) => rule.measured?.(evidence) ?? []).sort((a, b) => byWeight(a.finding, b.finding));
}

const firm: Record<Severity, number> = { error: 0, warning: 0, information: 1, hint: 1 };

/** What is sure before what may be; within each the largest saving first, then as the rules stand. */
function byWeight(a: Finding, b: Finding): number {
  return (
    Number(b.evidence === 'confirmed') - Number(a.evidence === 'confirmed') ||
    firm[a.severity] - firm[b.severity] ||
    (b.savedUsPerCall ?? -1) - (a.savedUsPerCall ?? -1)
  );
}
