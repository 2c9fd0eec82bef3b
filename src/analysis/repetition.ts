import { groupBy } from '../model/groupBy.ts';
import type { RequestRecord } from '../model/trace.ts';
import { latencyUs, type ToolEvidence } from './evidence.ts';
import { median } from './statistics.ts';

/** What sharing an answer must save per call to be worth a word; more where the repetition was ours and proves nothing. */
export const worthUs = (isOurs: boolean): number => (isOurs ? 20_000 : 10_000);

/**
 * The successful calls by arguments, when a shared answer would have been the right one: the tool is marked read-only,
 * and no arguments ever had two different results or an error. Null otherwise.
 */
export function sameAnswers(tool: ToolEvidence): RequestRecord[][] | null {
  if (!tool.summary.readOnly || tool.summary.destructive || tool.ok.length < 2) return null;
  const groups = [...groupBy(tool.calls, (r) => r.argsHash).values()];
  const isStable = groups.every((calls) => calls.every((r) => r.outcome === 'ok' && r.resultHash !== null && r.resultHash === calls[0]!.resultHash));
  return isStable ? groups : null;
}

/** Arguments that came more than once. One set of them, again and again, is how a profile calls a tool. */
export const repeatedArguments = (groups: RequestRecord[][]): number => groups.filter((calls) => calls.length > 1).length;

/** True when most of the tool's own time is main-thread time: then calls cannot overlap in the server. */
export function isComputing(tool: ToolEvidence): boolean {
  const cpu = tool.ok.map((r) => r.cpuUs ?? 0);
  return (median(cpu) ?? 0) * 2 > tool.costUs;
}

export interface CacheOutcome {
  ttlUs: number;
  /** Share of the calls that would have been answered by the cache, or by a call under way. */
  hitRatio: number;
  /** Mean over all calls, microseconds of own cost that would have been spared. */
  savedUsPerCall: number;
}

/**
 * What a cache with this time to live would have done for these calls: an entry is filled by the call that missed,
 * valid from its answer for `ttlUs`; calls that come before that answer wait for it (single-flight).
 */
export function simulateCache(tool: ToolEvidence, ttlUs: number): CacheOutcome {
  const filledUs = new Map<string, number>();
  let hits = 0;
  let savedUs = 0;
  tool.ok.forEach((r, i) => {
    const filled = filledUs.get(r.argsHash);
    if (filled === undefined || r.queuedUs > filled + ttlUs) {
      filledUs.set(r.argsHash, r.queuedUs + latencyUs(r));
      return;
    }
    hits++;
    savedUs += Math.max(0, Math.min(tool.ownUs[i]!, latencyUs(r) - Math.max(0, filled - r.queuedUs)));
  });
  return { ttlUs, hitRatio: hits / tool.ok.length, savedUsPerCall: savedUs / tool.ok.length };
}
