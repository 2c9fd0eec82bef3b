import { formatRate, formatRatio } from '../../model/format.ts';
import type { LoadInterval, LoadModel, Slo } from '../../model/load.ts';
import type { CapacityTry } from '../../model/loadResult.ts';
import { percentilesOf } from '../percentiles.ts';
import { judgeSlo } from '../slo.ts';
import type { StageResult } from '../stage.ts';
import { generatorVerdict, littlesLaw, slopeOf, type Slope } from '../verdict.ts';

/** What one stage of load gave, with what the server used meanwhile. */
export type Measured = Pick<
  StageResult,
  'durationUs' | 'due' | 'sent' | 'notSent' | 'completed' | 'ok' | 'errors' | 'response' | 'service' | 'lag' | 'ownLag' | 'inFlightSeries' | 'meanInFlight' | 'utilization' | 'threads' | 'cpuUsPerRequest' | 'cut'
> & { intervals: readonly LoadInterval[] };

/** A model that was tried, for how long it was meant to go on, and what came of it. */
export interface Attempt {
  /** Offered calls per second; of a closed loop, answers per second. */
  rate: number;
  measured: Measured;
  said: CapacityTry;
  /** Nothing speaks against it. Unlike `said.sustainable`, also where the samples are too few for the objective. */
  held: boolean;
  server: ServerMeans;
}

/** Of the settled part of a stage; null where it was not measured. */
export interface ServerMeans {
  cpu: number | null;
  rssBytes: number | null;
  loopDelayP99Us: number | null;
  loopUtilization: number | null;
}

/** The least share of the offered calls that must be answered well. */
const leastAchieved = 0.99;
const mostLittleError = 0.05;
/** With more failures than this share the time of good answers does not tell how long requests are in flight. */
const mostFailuresForLittle = 0.001;
/** Growth under this share of the rate is below what anything here can tell. */
const leastGrowth = 0.002;

/**
 * Was the rate sustained? Answers ≥ 99% of what was offered, objective held, requests in flight not growing, Little's law
 * within 5%, generator not limited. A closed loop is judged by its objective only: it offers what the server takes.
 */
export function judgeAttempt(kind: CapacityTry['kind'], model: LoadModel, measured: Measured, slo: Slo): Attempt {
  const seconds = Math.max(1e-6, measured.durationUs / 1e6);
  const failed = failures(measured);
  const offered = model.kind === 'rate' ? measured.due / seconds : null;
  const slope = settledSlope(measured);
  const growth = slope && slope.low > 0 ? slope.value : 0;
  // from an empty start the first answers come late, so that counting answers would miss what is in flight at the end of a
  // queue that does not grow
  const achieved = offered === null ? measured.completed / seconds : Math.max(0, offered - failed / seconds - Math.max(0, growth));
  const verdict = judgeSlo(slo, { response: measured.response, failed });
  const against: string[] = [];
  if (verdict.met === false && measured.cut !== 'stopped') against.push(verdict.why);
  // too short to say anything for the rate, or against it
  if (measured.cut === 'stopped') against.push('stopped before it was over');
  else if (offered !== null) against.push(...speaksAgainst(measured, { offered, achieved, slope, failed, seconds }));
  const server = serverMeans(measured);
  const said: CapacityTry = {
    kind,
    offered,
    concurrency: model.kind === 'closed' ? model.concurrency : null,
    achieved,
    responseUs: percentilesOf(measured.response),
    serviceUs: percentilesOf(measured.service),
    errorRatio: measured.due === 0 ? 0 : failed / measured.due,
    meanInFlight: measured.meanInFlight,
    inFlightSlope: slope,
    serverCpu: server.cpu,
    serverRssBytes: server.rssBytes,
    loopDelayP99Us: server.loopDelayP99Us,
    generatorUtilization: measured.utilization,
    sustainable: against.length === 0 && verdict.met === true,
    reasons: verdict.met === null ? [...against, verdict.why] : against,
  };
  return { rate: model.kind === 'rate' ? model.perSecond : achieved, measured, said, held: against.length === 0, server };
}

export const failures = ({ errors }: Measured): number => Object.values(errors).reduce((a, b) => a + b, 0);

/** Did the generator itself fall short? What could not be sent for want of room is the server's queue, so it is left out. */
export const generatorReasons = (m: Measured): string[] => generatorVerdict({ ...m, notSent: 0 }).reasons;

interface Rates {
  offered: number;
  achieved: number;
  slope: Slope | null;
  failed: number;
  seconds: number;
}

function speaksAgainst(m: Measured, { offered, achieved, slope, failed, seconds }: Rates): string[] {
  const reasons: string[] = [];
  if (m.due === 0) return ['nothing came due'];
  if (achieved < leastAchieved * offered) reasons.push(`${formatRate(achieved, 'good answers')} of ${formatRate(offered)} offered (${formatRatio(achieved / offered)}, under ${formatRatio(leastAchieved)})`);
  if (slope && slope.low > leastGrowth * offered && slope.value * seconds >= 1) reasons.push(`requests in flight grew by ${slope.value.toFixed(1)} a second (95% interval ${slope.low.toFixed(1)} to ${slope.high.toFixed(1)})`);
  const meanUs = m.response.mean;
  const law = failed <= mostFailuresForLittle * m.due ? littlesLaw(m.meanInFlight, (m.due - m.notSent) / seconds, meanUs) : null;
  // requests that reach over the edges of the window are in it with a part of their time
  if (law && law.error > mostLittleError + meanUs / m.durationUs && Math.abs(law.meanInFlight - law.expected) > 0.1) reasons.push(`Little's law is off by ${formatRatio(law.error)}: ${law.meanInFlight.toFixed(1)} in flight, ${law.expected.toFixed(1)} expected`);
  return [...reasons, ...generatorReasons(m).map((why) => `the generator is limited: ${why}`)];
}

/** In requests per second, without the start from empty: until the slowest usual answer came back, half a second at least. */
function settledSlope({ inFlightSeries: { atUs, value }, response, durationUs }: Measured): Slope | null {
  const start = atUs[0] ?? 0;
  const skipUs = Math.min(durationUs / 3, Math.max(500_000, 2 * response.valueAt(90)));
  const from = atUs.findIndex((at) => at - start >= skipUs);
  if (from === -1) return null;
  return slopeOf(Array.from(atUs.subarray(from), (at) => (at - start) / 1e6), Array.from(value.subarray(from)));
}

function serverMeans({ intervals }: Measured): ServerMeans {
  const settled = intervals.slice(Math.floor(intervals.length / 4));
  const values = (of: (i: LoadInterval) => number | null) => settled.map(of).filter((v) => v !== null);
  const mean = (list: number[]) => (list.length === 0 ? null : list.reduce((a, b) => a + b, 0) / list.length);
  const highest = (list: number[]) => (list.length === 0 ? null : Math.max(...list));
  return {
    cpu: mean(values((i) => i.server.cpu)),
    rssBytes: values((i) => i.server.rssBytes).at(-1) ?? null,
    loopDelayP99Us: highest(values((i) => i.server.loopDelayP99Us)),
    loopUtilization: mean(values((i) => i.server.loopUtilization)),
  };
}
