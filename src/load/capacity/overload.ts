import { errorName, formatCount, formatRate, formatRatio, formatUs } from '../../model/format.ts';
import type { LoadInterval, Slo } from '../../model/load.ts';
import type { Overload } from '../../model/loadResult.ts';
import { failures, generatorReasons, judgeAttempt, type Measured } from './attempt.ts';

export interface OverloadStages {
  slo: Slo;
  /** A stage at a rate that is sustained. */
  atCapacity: Measured;
  /** A stage beyond it, with all its calls ended. */
  overload: Measured;
  /** What was seen after it, at a rate that is sustained, in order. */
  recovery: readonly LoadInterval[];
}

/**
 * What too much load does to the server:
 * `held` it keeps its objective after all; `rejected` it refuses what is too much and answers the rest as before (requests
 * in flight do not grow); `slowed` answers take longer, but not ever longer; `collapsed` less than 80% of the good answers
 * are left, or the queue grows without end and hardly anything is refused.
 */
export function judgeOverload({ slo, atCapacity, overload, recovery }: OverloadStages): Overload {
  const goodput = perSecond(overload.completed, overload);
  const goodputAtCapacity = perSecond(atCapacity.completed, atCapacity);
  const offered = perSecond(overload.due, overload);
  const watchedUs = recovery.reduce((sum, i) => sum + i.spanUs, 0);
  return {
    offered,
    ...verdictOf({ slo, atCapacity, overload, offered, goodput, goodputAtCapacity }),
    goodput,
    goodputAtCapacity,
    errors: overload.errors,
    recoveryUs: recoveryOf(atCapacity, overload, recovery),
    watchedUs,
  };
}

const leastGoodput = 0.8;
/** Refusals that make up less of what is too much than this do not protect the server. */
const protects = 0.1;
const some = 0.01;
/** So long the answers must be as before to count as recovered. */
const steadyUs = 2e6;

interface Figures extends Pick<OverloadStages, 'slo' | 'atCapacity' | 'overload'> {
  offered: number;
  goodput: number;
  goodputAtCapacity: number;
}

function verdictOf({ slo, atCapacity, overload, offered, goodput, goodputAtCapacity }: Figures): Pick<Overload, 'verdict' | 'why'> {
  const [limited] = generatorReasons(overload);
  if (limited !== undefined) return { verdict: 'unknown', why: `the generator fell short: ${limited}` };
  if (overload.due === 0 || goodputAtCapacity === 0) return { verdict: 'unknown', why: 'too little was measured' };
  const { said } = judgeAttempt('search', { kind: 'rate', perSecond: offered }, overload, slo);
  const refused = count(overload, isRefusal);
  const lost = failures(overload) - refused - overload.notSent;
  const excess = Math.max(1, ((offered - goodputAtCapacity) * overload.durationUs) / 1e6);
  const slope = said.inFlightSlope;
  const grows = (slope !== null && slope.low > 0.01 * offered) || overload.notSent > some * overload.due;
  const left = `${formatRate(goodput, 'good answers')} are left of ${formatRate(goodputAtCapacity)} at capacity (${formatRatio(goodput / goodputAtCapacity)})`;
  const refusals = refused > 0 ? `${formatCount(refused)} of ${formatCount(overload.due)} calls were refused` : 'nothing was refused';
  const times = `the median answer took ${formatUs(overload.response.valueAt(50))} instead of ${formatUs(atCapacity.response.valueAt(50))}`;
  if (goodput < leastGoodput * goodputAtCapacity) return { verdict: 'collapsed', why: `${left}; ${refusals}` };
  if (grows && refused < protects * excess) return { verdict: 'collapsed', why: `requests pile up (${overload.notSent > 0 ? `${formatCount(overload.notSent)} could not even be sent` : `${slope!.value.toFixed(1)} more each second`}) and ${refusals}; ${times}` };
  if (lost > some * overload.due) return { verdict: 'collapsed', why: `${formatCount(lost)} of ${formatCount(overload.due)} calls were lost (${errorName(worst(overload))}); ${refusals}` };
  if (!grows && refused > some * overload.due) return { verdict: 'rejected', why: `${refusals}, ${left}; ${times}` };
  if (!grows && said.sustainable) return { verdict: 'held', why: `${formatRate(goodput, 'good answers')} of ${formatRate(offered)} offered, within the objective` };
  return { verdict: 'slowed', why: `${times}; ${refusals}` };
}

const perSecond = (n: number, { durationUs }: Measured) => (durationUs > 0 ? (n * 1e6) / durationUs : 0);

/** An answer that says no: of the protocol, of HTTP, of the tool. */
const isRefusal = (name: string) => name.startsWith('jsonrpc(') || name === 'http_4xx' || name === 'http_5xx' || name === 'tool_isError';

const count = ({ errors }: Measured, is: (name: string) => boolean) => Object.entries(errors).reduce((sum, [name, n]) => (is(name) ? sum + n : sum), 0);

const worst = ({ errors }: Measured) => Object.entries(errors).filter(([name]) => !isRefusal(name) && name !== 'not_sent').sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'unknown';

/**
 * From the end of the overload to the first answers that are as before, and stay so for two seconds: their median is within
 * what nine of ten answers took at capacity, and none fails. Null when that was not seen.
 */
function recoveryOf(atCapacity: Measured, overload: Measured, recovery: readonly LoadInterval[]): number | null {
  const startUs = overload.inFlightSeries.atUs[0];
  if (startUs === undefined) return null;
  const endUs = startUs + overload.durationUs;
  const usual = atCapacity.response.valueAt(90);
  let since: number | null = null;
  for (const interval of recovery) {
    const failed = Object.values(interval.errors).some((n) => n > 0);
    // without answers in it, it says nothing when nothing was due either
    if (interval.responseUs === null && interval.due === 0 && !failed) continue;
    const isAsBefore = interval.responseUs !== null && interval.responseUs.p50 <= usual && !failed;
    if (!isAsBefore) since = null;
    else since ??= interval.atUs - interval.spanUs;
    if (since !== null && interval.atUs - since >= steadyUs) return Math.max(0, since - endUs);
  }
  return null;
}
