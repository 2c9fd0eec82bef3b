import { errorName, formatBytes, formatRate, formatRatio, formatUs } from '../../model/format.ts';
import type { Slo } from '../../model/load.ts';
import type { Capacity } from '../../model/loadResult.ts';
import { failures, generatorReasons, type Attempt } from './attempt.ts';
import type { ClosedPoints } from './closedPoints.ts';

export interface LimitEvidence {
  /** The lowest rate that failed, and the highest that was held. */
  failed: Attempt | null;
  held: Attempt | null;
  closed: ClosedPoints;
  slo: Slo;
  /** How many processes of the server share the load. */
  processes: number;
}

/** What kept the server from more: the first that its figures show. */
export function limitOf(e: LimitEvidence): Pick<Capacity, 'limitedBy' | 'why'> {
  const { failed } = e;
  if (!failed) return { limitedBy: 'unknown', why: 'no rate failed in the time there was' };
  const at = `at ${formatRate(failed.rate)}`;
  const [generator] = generatorReasons(failed.measured);
  if (generator !== undefined) return { limitedBy: 'generator', why: `${at} the generator fell short: ${generator}` };
  return byErrors(e, failed, at) ?? byMemory(e, at) ?? byCpu(e, failed, at) ?? bySerialisation(e, failed) ?? { limitedBy: 'unknown', why: `${at} ${failed.said.reasons.join('; ')}` };
}

type Limit = Pick<Capacity, 'limitedBy' | 'why'> | null;

/** A core that is used for so much of the time has no more to give. */
const busy = 0.9;
const idle = 0.7;

function byErrors({ slo }: LimitEvidence, failed: Attempt, at: string): Limit {
  const { errors, due, notSent } = failed.measured;
  const count = failures(failed.measured) - notSent;
  const allowed = slo.errorRatio ?? 0.01;
  if (count <= allowed * due) return null;
  const [worst] = Object.entries(errors).filter(([name]) => name !== 'not_sent').sort(([, a], [, b]) => b - a);
  return { limitedBy: 'errors', why: `${at} ${formatRatio(count / due)} of the calls failed${worst ? `, most with ${errorName(worst[0])}` : ''}` };
}

/** It doubled while it was loaded, and by so much that caches do not explain it. */
function byMemory({ failed, held, closed }: LimitEvidence, at: string): Limit {
  const seen = [...closed.attempts, ...(held ? [held] : []), ...(failed ? [failed] : [])].map((a) => a.server.rssBytes).filter((b) => b !== null);
  const [first] = seen;
  const last = seen.at(-1);
  if (first === undefined || last === undefined || last < 2 * first || last - first < 200e6) return null;
  return { limitedBy: 'memory', why: `${at} the server's memory had grown from ${formatBytes(first)} to ${formatBytes(last)}` };
}

function byCpu({ processes }: LimitEvidence, { server }: Attempt, at: string): Limit {
  const { cpu, loopUtilization } = server;
  if (cpu !== null && cpu >= busy * processes) return { limitedBy: 'server-cpu', why: `${at} the server used ${formatRatio(cpu)} of a core${processes > 1 ? ` in ${processes} processes` : ''}` };
  if (loopUtilization !== null && loopUtilization >= busy) return { limitedBy: 'event-loop', why: `${at} the server's event loop was held for ${formatRatio(loopUtilization)} of the time${cpu === null ? '' : `, with ${formatRatio(cpu)} of a core used`}` };
  return null;
}

/** More callers bring no more answers, and the CPU is idle: so many are worked on at a time, the others wait. */
function bySerialisation({ closed, processes }: LimitEvidence, failed: Attempt): Limit {
  const [one] = closed.attempts;
  const most = closed.attempts.at(-1);
  if (!one || !most || one.measured.service.count === 0 || failed.server.cpu === null || failed.server.cpu > idle * processes) return null;
  const atATime = (closed.saturated * one.measured.service.mean) / 1e6;
  // flat: the last point had at least twice the callers that can be worked on
  if ((most.said.concurrency ?? 0) < 2 * atATime || most.rate < 0.9 * closed.saturated) return null;
  const count = Math.max(1, Math.round(atATime));
  return {
    limitedBy: 'serialised-calls',
    why: `${count === 1 ? 'calls are worked on one at a time' : `about ${count} calls are worked on at a time`}: ${formatUs(one.measured.service.mean)} each, ${formatRate(closed.saturated)} however many call, with ${formatRatio(failed.server.cpu)} of a core used`,
  };
}
