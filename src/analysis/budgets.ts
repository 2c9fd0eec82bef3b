import { groupBy } from '../model/groupBy.ts';
import type { Budgets, RunRecord } from '../model/run.ts';
import type { Unit } from '../model/finding.ts';
import type { RequestRecord } from '../model/trace.ts';
import { latencyUs, type Evidence } from './evidence.ts';
import { binomialAtLeast, binomialAtMost, mean, meanBounds, quantile, z99 } from './statistics.ts';

/** `unknown`: the calls are too few, or none was measured. Never to be taken for `met`. */
export interface Verdict {
  budget: keyof Budgets;
  /** The tool or the method; null for the server as a whole. */
  subject: string | null;
  verdict: 'exceeded' | 'met' | 'unknown';
  limit: number;
  /** What was seen; null when nothing was. */
  value: number | null;
  unit: Unit;
  /** What was counted: all calls, and those on the wrong side of the limit. */
  calls: number;
  misses: number;
  /** Misses that are failed calls. */
  failed: number;
}

/** A wrong `exceeded` at the very limit once in a hundred; a wrong `met` once in twenty. */
const alpha = { exceeded: 0.01, met: 0.05 };

/** Holds a run against every budget that is set. Calls that failed count as misses, so that a dying server never looks fast. */
export function holdAgainstBudgets(evidence: Evidence): Verdict[] {
  const { run, tools } = evidence;
  const { budgets } = run.options;
  const verdicts: Verdict[] = [];
  for (const { name, calls, ok } of tools) {
    if (calls.length === 0) continue;
    if (budgets.toolP95Us !== undefined) verdicts.push(p95Verdict('toolP95Us', name, calls, budgets.toolP95Us));
    if (budgets.toolMeanUs !== undefined) verdicts.push(meanVerdict(name, calls, ok, budgets.toolMeanUs));
    if (budgets.errorRatio !== undefined) verdicts.push(errorVerdict(name, calls, budgets.errorRatio));
    const sizes: [keyof Budgets, Unit, number[]][] = [
      ['resultBytes', 'bytes', ok.map((r) => r.bytesIn)],
      ['resultTokens', 'tokens', ok.map((r) => r.resultTokens ?? 0)],
    ];
    for (const [budget, unit, values] of sizes) if (budgets[budget] !== undefined) verdicts.push(sizeVerdict(budget, unit, name, values, budgets[budget]));
  }
  if (budgets.listP95Us !== undefined) {
    for (const [method, calls] of groupBy(evidence.requests.filter(isList), (r) => r.method)) verdicts.push(p95Verdict('listP95Us', method, calls, budgets.listP95Us));
  }
  const once: [keyof Budgets, Unit, number | null][] = [
    ['toolListTokens', 'tokens', run.server.toolListTokens],
    ['startupUs', 'us', run.startupUs],
  ];
  for (const [budget, unit, value] of once) if (budgets[budget] !== undefined) verdicts.push(sizeVerdict(budget, unit, null, value === null ? [] : [value], budgets[budget]));
  return isWhole(run) ? verdicts : verdicts.map((v) => (v.verdict === 'met' ? { ...v, verdict: 'unknown' } : v));
}

/** Of a failed or stopped run the part that is missing may be the bad one. */
const isWhole = (run: RunRecord) => run.status === 'complete' || run.status === 'running';
const failures = (calls: RequestRecord[]) => calls.filter((r) => r.outcome !== 'ok').length;
const isList = (r: RequestRecord) => r.method.endsWith('/list') && r.outcome !== 'cancelled';

function p95Verdict(budget: keyof Budgets, subject: string, calls: RequestRecord[], limit: number): Verdict {
  const misses = calls.filter((r) => r.outcome !== 'ok' || latencyUs(r) > limit).length;
  const value = quantile(calls.filter((r) => r.outcome === 'ok').map(latencyUs), 0.95);
  return { budget, subject, verdict: share(calls.length, misses, 0.05), limit, value, unit: 'us', calls: calls.length, misses, failed: failures(calls) };
}

function errorVerdict(subject: string, calls: RequestRecord[], limit: number): Verdict {
  const misses = failures(calls);
  return { budget: 'errorRatio', subject, verdict: share(calls.length, misses, limit), limit, value: misses / calls.length, unit: 'ratio', calls: calls.length, misses, failed: misses };
}

/** Is the true share of misses above `allowed`? By the exact binomial tail on either side. */
function share(calls: number, misses: number, allowed: number): Verdict['verdict'] {
  if (misses > 0 && binomialAtLeast(calls, misses, allowed) < alpha.exceeded) return 'exceeded';
  return binomialAtMost(calls, misses, allowed) < alpha.met ? 'met' : 'unknown';
}

/** Of successes; a mean that leaves many failures out proves nothing good. */
function meanVerdict(subject: string, calls: RequestRecord[], ok: RequestRecord[], limit: number): Verdict {
  const values = ok.map(latencyUs);
  const bounds = meanBounds(values, z99);
  const verdict = bounds && bounds.low > limit ? 'exceeded' : bounds && bounds.high < limit && ok.length === calls.length ? 'met' : 'unknown';
  return { budget: 'toolMeanUs', subject, verdict, limit, value: mean(values), unit: 'us', calls: calls.length, misses: values.filter((v) => v > limit).length, failed: 0 };
}

/** Sizes hardly vary: over when most are, met when all are under. */
function sizeVerdict(budget: keyof Budgets, unit: Unit, subject: string | null, values: number[], limit: number): Verdict {
  const misses = values.filter((v) => v > limit).length;
  const verdict = values.length === 0 ? 'unknown' : misses * 2 > values.length ? 'exceeded' : misses === 0 ? 'met' : 'unknown';
  return { budget, subject, verdict, limit, value: quantile(values, 0.5), unit, calls: values.length, misses, failed: 0 };
}
