import { errorName, formatCount, formatRate, formatUs } from '../../model/format.ts';
import type { LoadModel, Slo } from '../../model/load.ts';
import type { Capacity, CapacityTry, Scaling } from '../../model/loadResult.ts';
import { fewestSamples } from '../percentiles.ts';
import { judgeSlo } from '../slo.ts';
import { failures, judgeAttempt, type Attempt, type Measured } from './attempt.ts';
import { loadClosed, type ClosedPoints } from './closedPoints.ts';
import { limitOf } from './limit.ts';
import { confirmRate, searchRates, type Search } from './search.ts';
import { fitScaling } from './usl.ts';

export type { Measured } from './attempt.ts';

export interface CapacityOptions<M extends Measured> {
  slo: Slo;
  /** No rate above it is tried, calls per second. */
  maxRate: number;
  /** Seconds of load in total. */
  budgetS: number;
  /** Processes of the server that share the load; 1 by default. */
  processes?: number;
  /**
   * One stage of load: until `durationS` is over and everything in flight has ended. `step` says what goes on; `share`
   * (0 to 1) is how much of the budget will be used when it ends.
   */
  run: (model: LoadModel, durationS: number, step: string, share: number) => Promise<M>;
  signal: AbortSignal;
  onTry?: (said: CapacityTry) => void;
  /** Microseconds, monotonic. */
  now?: () => number;
}

/**
 * Finds the highest rate that the server sustains: a short closed loop says where to look, rates are then doubled and
 * bisected, and the highest that held is tried twice more. When aborted it says what is known by then.
 *
 * `capacity.rate` is null where no rate held, or where it held but the objective could not be proven with the samples
 * that the time allows; `why` says which. `held` is the longest stage at the highest rate that held.
 */
export async function findCapacity<M extends Measured>(o: CapacityOptions<M>): Promise<{ capacity: Capacity; scaling: Scaling | null; held: M | null }> {
  const now = o.now ?? (() => performance.now() * 1000);
  const startUs = now();
  const tries: CapacityTry[] = [];
  const leftS = () => o.budgetS - (now() - startUs) / 1e6;
  const stages = new Map<Measured, M>();

  async function attempt(kind: CapacityTry['kind'] | 'warmup', model: LoadModel, durationS: number, step: string): Promise<Attempt> {
    const share = Math.min(1, 1 - (leftS() - durationS) / o.budgetS);
    const measured = await o.run(model, durationS, step, share);
    stages.set(measured, measured);
    const tried = judgeAttempt(kind === 'warmup' ? 'closed' : kind, model, measured, o.slo);
    if (kind === 'warmup') return tried;
    tries.push(tried.said);
    o.onTry?.(tried.said);
    return tried;
  }

  const closed = await loadClosed({ slo: o.slo, signal: o.signal, leftS, attempt });
  const scaling = fitScaling(closed.attempts.filter((a) => a.said.errorRatio <= 0.01).map((a) => ({ concurrency: a.said.concurrency ?? 1, rate: a.rate })));
  const search: Search = { slo: o.slo, maxRate: o.maxRate, signal: o.signal, leftS, attempt, held: [], failed: null };
  if (closed.saturated > 0 && hopelessAlone(closed, o.slo) === null) {
    await searchRates(search, closed);
    await confirmRate(search);
  }
  const longest = heldTwice(search)?.attempts.reduce((a, b) => (b.measured.durationUs > a.measured.durationUs ? b : a)).measured;
  return { capacity: { ...answer(o, closed, search), tries, tookUs: now() - startUs }, scaling, held: (longest && stages.get(longest)) ?? null };
}

/** The highest rate that was held twice: where one is, with the samples that prove the objective. */
function heldTwice({ held, slo }: Search) {
  const twice = held.filter((h) => h.attempts.length >= 2);
  return twice.findLast((h) => judgeSlo(slo, pooled(h.attempts)).met === true) ?? twice.at(-1);
}

/** Where half of a single caller's calls are too slow, no rate can hold. Its errors may come from going too fast. */
function hopelessAlone({ attempts: [one] }: ClosedPoints, slo: Slo): string | null {
  if (!one) return 'nothing was measured';
  const { response } = one.measured;
  const limit = slo.limits.find((l) => l.percent >= 50 && response.count >= fewestSamples(50) && response.valueAt(50) > l.us);
  return limit ? `half of its calls took longer than ${formatUs(limit.us)}, the limit of p${limit.percent}` : null;
}

function answer(o: CapacityOptions<Measured>, closed: ClosedPoints, search: Search): Omit<Capacity, 'tries' | 'tookUs'> {
  const nothing = { rate: null, low: null, high: search.failed?.rate ?? null };
  const stopped = o.signal.aborted ? 'the search was stopped' : 'the time was over';
  if (o.signal.aborted && closed.attempts.length === 0) return { ...nothing, limitedBy: 'unknown', why: `${stopped} before anything was measured` };
  if (closed.saturated === 0) return { ...nothing, ...noAnswer(closed) };
  const alone = hopelessAlone(closed, o.slo);
  if (alone !== null) return { ...nothing, limitedBy: 'unknown', why: `one caller alone misses the objective: ${alone}` };
  const top = search.held.at(-1);
  const low = heldTwice(search);
  const limit = limitOf({ failed: search.failed, held: top?.attempts.at(-1) ?? null, closed, slo: o.slo, processes: o.processes ?? 1 });
  if (!top) return { ...nothing, ...limit, why: o.signal.aborted && !search.failed ? `${stopped} before a rate was held` : `no rate was held; ${limit.why}` };
  if (!low) return { ...nothing, ...limit, why: `${formatRate(top.rate)} held once, then ${stopped} before it was confirmed` };
  const { rate } = low;
  const proven = judgeSlo(o.slo, pooled(low.attempts));
  if (proven.met !== true) return { ...nothing, ...limit, why: `nothing spoke against ${formatRate(rate)}, but the time did not suffice to prove the objective (${proven.why}): set a lower percentile, such as p90` };
  const high = search.failed && search.failed.rate > rate ? search.failed.rate : null;
  if (high === null && rate >= o.maxRate) return { rate, low: rate, high, limitedBy: 'cap', why: `the highest rate that may be tried, ${formatRate(o.maxRate)}, was held` };
  return { rate, low: rate, high, ...limit };
}

function noAnswer({ attempts: [one] }: ClosedPoints): Pick<Capacity, 'limitedBy' | 'why'> {
  const [worst] = Object.entries(one?.measured.errors ?? {}).sort(([, a], [, b]) => b - a);
  return worst ? { limitedBy: 'errors', why: `no call was answered well: ${formatCount(worst[1])} failed with ${errorName(worst[0])}` } : { limitedBy: 'unknown', why: 'no call was answered' };
}

function pooled(attempts: readonly Attempt[]) {
  const [first, ...others] = attempts;
  const response = first!.measured.response.clone();
  for (const a of others) response.add(a.measured.response);
  return { response, failed: attempts.reduce((sum, a) => sum + failures(a.measured), 0) };
}
