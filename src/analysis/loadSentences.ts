import type { Sentence } from '../model/finding.ts';
import { errorName, formatCount, formatRate, formatRatio, formatUs } from '../model/format.ts';
import type { Slo } from '../model/load.ts';
import type { LoadPercentiles, LoadResult } from '../model/loadResult.ts';
import { linked, nameTools, say, type Figure, type Parts } from './say.ts';
import { sum } from './statistics.ts';

const most = 5;
const link = { to: 'tab', tab: 'load' } as const;
const figure = (label: string, value: number, unit: Figure['unit']): Figure => ({ label, value, unit, link });

/** The answer of a load test in at most five sentences: the figure asked for, what limits its worth, then what else was seen. */
export function writeLoadSentences(result: LoadResult): Sentence[] {
  const all = [...stopped(result), ...answer(result), ...tail(result), ...generator(result), ...unsent(result), ...overload(result), ...objective(result), ...failing(result), ...tooFew(result), ...scaling(result)];
  return all.slice(0, most).map((parts) => ({ parts }));
}

function stopped({ status, failure, sent, durationUs, unfinished, options: { goal } }: LoadResult): Parts[] {
  const calls = figure('calls', sent, 'count');
  if (status === 'cancelled') {
    if (goal === 'capacity') return [say`The search was stopped early: what is said is of what was tried until then.`];
    if (sent === 0) return [say`The load test was stopped before a call was measured.`];
    const open = unfinished ? say`; ${unfinished.calls === sent ? 'all' : figure('open', unfinished.calls, 'count')} of them were still open${unfinished.oldestUs === null ? '' : say`, for up to ${figure('oldest', unfinished.oldestUs, 'us')},`} and count neither as answered nor as failed` : [];
    return [say`The load test was stopped early, after ${figure('measured', durationUs, 'us')}: the figures are of the ${calls} calls sent until then${open}.`];
  }
  if (status === 'failed') return [say`The load test failed after ${calls} calls: ${withoutStop(failure?.message ?? 'the reason is not known')}.`];
  return [];
}

function answer(result: LoadResult): Parts[] {
  if (result.options.goal === 'capacity') return capacity(result);
  const { model } = result.options;
  const { achieved, offered, unfinished } = result;
  if (achieved === null || result.sent === 0) return result.status === 'cancelled' ? [] : [say`No call was measured, so nothing can be said.`];
  if (unfinished?.calls === result.sent) return [say`No call that came due in that time was answered.`];
  // an answer in the window may belong to a call of the warm-up: of those that were measured there is none
  if (result.responseUs.samples === 0) return [say`None of the ${figure('sent', result.sent, 'count')} calls was answered well.`];
  const rate = figure('achieved', achieved, 'per-second');
  if (model.kind === 'closed') {
    return [say`With ${String(model.concurrency)} ${model.concurrency === 1 ? 'caller' : 'callers'} the server answers ${rate}, ${times(result.responseUs)} (closed: the tail is understated).`];
  }
  if (model.kind === 'sessions') {
    const { agents } = result;
    const rounds = agents ? say`; ${figure('rounds', agents.completed, 'count')} rounds were completed${agents.durationUs.p50 === null ? '' : say`, half of them within ${figure('round p50', agents.durationUs.p50, 'us')}`}` : [];
    return [say`With ${String(model.sessions)} ${model.sessions === 1 ? 'agent' : 'agents'} the server answers ${rate}, ${times(result.responseUs)}${rounds}.`];
  }
  return [say`Of ${figure('offered', offered ?? achieved, 'per-second')} offered the server answers ${rate}, ${times(result.responseUs)}.`];
}

/**
 * Calls that were open at the stop are at least as slow as they were old. They matter for a percentile when they are more
 * than the calls that it leaves aside.
 */
function tail({ unfinished, responseUs, options: { goal } }: LoadResult): Parts[] {
  if (!unfinished || goal === 'capacity') return [];
  const all = responseUs.samples + unfinished.calls;
  const [name, percent] = ([['p99', 99], ['p95', 95], ['p90', 90], ['p50', 50]] as const).find(([name]) => responseUs[name] !== null) ?? (['p50', 50] as const);
  if (unfinished.calls * 100 <= (100 - percent) * all) return [];
  const least = unfinished.atLeastUs?.[name] ?? null;
  const seen = responseUs[name];
  if (least !== null && seen === null) return [say`Counted with the time that the open calls had waited, ${name} is at least ${figure(name, least, 'us')}.`];
  if (least !== null && seen !== null && least > seen) return [say`The tail is understated: counted with the time that the open calls had waited, ${name} is at least ${figure(name, least, 'us')}.`];
  return [say`The tail may be understated: the open calls are ${figure('open', unfinished.calls / all, 'ratio')} of all, and how long they would have taken is not known.`];
}

/** `p99 12 ms over 7,500 calls`; the highest percentile that the samples allow. */
function times({ p99, p95, p90, p50, max, samples }: LoadPercentiles): Parts {
  const calls = figure('calls', samples, 'count');
  for (const [name, value] of [['p99', p99], ['p95', p95], ['p90', p90], ['p50', p50]] as const) if (value !== null) return say`${name} ${figure(name, value, 'us')} over ${calls} calls`;
  return max === null ? say`without a good answer` : say`at most ${figure('max', max, 'us')} in ${calls} calls`;
}

const limits: Record<string, string> = {
  'server-cpu': 'its CPU', 'event-loop': 'its event loop', 'serialised-calls': 'calls that wait for each other', memory: 'its memory', generator: 'the generator, not the server', cap: 'the cap of the test', errors: 'errors',
};

function capacity({ capacity: found, options: { slo } }: LoadResult): Parts[] {
  if (!found) return [say`The capacity was not found.`];
  const objective = slo ? ` at ${inWords(slo)}` : '';
  const why = withoutStop(found.why);
  if (found.rate === null) return [say`No rate is known to be held${objective}: ${why}.`];
  const rate = figure('capacity', found.rate, 'per-second');
  const interval = found.low !== null && found.high !== null ? linked(`${bare(found.low)}–${bare(found.high)}`, link) : null;
  const limit = limits[found.limitedBy];
  return [say`The server holds ${rate}${objective}${interval ? say` (${interval})` : found.limitedBy === 'cap' ? ' and may hold more' : ''}${limit === undefined ? '' : `; the limit is ${limit}`}: ${why}.`];
}

const bare = (rate: number) => formatRate(rate).replace(' calls/s', '');
const inWords = ({ limits: of, errorRatio }: Slo) => [...of.map((l) => `p${l.percent} < ${formatUs(l.us)}`), ...(errorRatio === null ? [] : [`errors < ${formatRatio(errorRatio)}`])].join(', ');
const withoutStop = (text: string) => text.replace(/\.$/, '');

/** What was not sent is the last reason, and has its own sentence: a server that falls silent has that effect, too. */
function generator(result: LoadResult): Parts[] {
  const { limited, reasons } = result.generator;
  const own = isUnsent(result) ? reasons.slice(0, -1) : reasons;
  return limited && own.length > 0 ? [say`Generator-limited: ${own.join('; ')}, so the server may be faster than these figures.`] : [];
}

const isUnsent = ({ sent, notSent }: LoadResult) => notSent > 0.01 * (sent + notSent);

/** They are in no percentile, though they would have waited the longest. */
function unsent(result: LoadResult): Parts[] {
  const { sent, notSent, series, options: { goal, maxInFlight } } = result;
  if (goal === 'capacity' || !isUnsent(result)) return [];
  const due = sent + notSent;
  const isFull = Math.max(0, ...series.inFlight) >= 0.9 * maxInFlight;
  const why = isFull ? say`as ${figure('allowed', maxInFlight, 'count')} were open already, the most that \`--max-in-flight\` allows` : say`as too many were open or no connection was left`;
  return [say`Generator-limited: ${figure('not sent', notSent, 'count')} of ${figure('due', due, 'count')} calls that came due (${formatRatio(notSent / due)}) were not sent, ${why}. They are in no time, so the tail is understated.`];
}

function overload({ overload: o, capacity: found }: LoadResult): Parts[] {
  if (!o) return [];
  const offered = figure('offered', o.offered, 'per-second');
  const times = found?.rate ? `${(o.offered / found.rate).toFixed(1)} times that (` : '';
  const at = times === '' ? say`At ${offered}` : say`At ${times}${offered})`;
  const what = { collapsed: 'it collapses', rejected: 'it refuses what is too much', slowed: 'it slows down', held: 'it still holds', unknown: 'nothing can be said' }[o.verdict];
  const back = o.recoveryUs !== null ? say`; it recovers in ${figure('recovery', o.recoveryUs, 'us')}` : o.verdict === 'collapsed' && o.watchedUs > 0 ? say`; it had not recovered ${figure('watched', o.watchedUs, 'us')} later` : [];
  return [say`${at} ${what}: ${withoutStop(o.why)}${back}.`];
}

/** The capacity is by its objective already. */
function objective({ slo, options: { goal } }: LoadResult): Parts[] {
  if (!slo || goal === 'capacity') return [];
  return [say`The objective ${slo.text} is ${linked(slo.met === null ? 'not decided' : slo.met ? 'met' : 'missed', link)}: ${slo.why}.`];
}

function failing(result: LoadResult): Parts[] {
  const { sent, unfinished, operations, workload, options } = result;
  // what failed in a search was meant to
  if (options.goal === 'capacity') return [];
  // what could not be sent is said by itself
  const errors = Object.entries(result.errors).filter(([name]) => name !== 'not_sent');
  const failed = sum(errors.map(([, n]) => n));
  const total = sent - (unfinished?.calls ?? 0);
  if (failed === 0 || total === 0) return [];
  const [worst] = errors.sort(([, a], [, b]) => b - a);
  const isErrors = result.errors['tool_isError'] ?? 0;
  const advice = workload.generated && isErrors * 10 > total ? `; the arguments were generated and ${formatRatio(isErrors / total)} of the calls returned isError: give real ones in a workload` : '';
  const named = operations.filter((o) => (o.errors[worst![0]] ?? 0) > 0).sort((a, b) => (b.errors[worst![0]] ?? 0) - (a.errors[worst![0]] ?? 0)).map((o) => o.name);
  const whose = named.length > 0 && named.length < operations.length ? ` of ${nameTools(named)}` : '';
  return [say`${figure('failed', failed / total, 'ratio')} of the calls failed and are in no time, most${whose} with ${errorName(worst![0])} (${formatCount(worst![1])})${advice}.`];
}

function tooFew({ responseUs: { p99, samples }, options: { goal } }: LoadResult): Parts[] {
  if (goal === 'capacity' || p99 !== null || samples === 0) return [];
  return [say`Insufficient samples for p99: ${figure('calls', samples, 'count')} calls were answered well, 368 are needed.`];
}

function scaling({ scaling: s }: LoadResult): Parts[] {
  if (!s?.peak) return [];
  return [say`More than ${figure('callers', s.peak.concurrency, 'count')} callers at once make it slower: it answers ${figure('peak', s.peak.rate, 'per-second')} at most.`];
}
