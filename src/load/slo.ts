import { UserError } from '../model/errors.ts';
import { formatCount, formatRatio, formatUs } from '../model/format.ts';
import type { Slo } from '../model/load.ts';
import type { Histogram } from './histogram.ts';
import { fewestSamples } from './percentiles.ts';

/**
 * Reads `p99<100ms,errors<1%`: percentiles (p50, p95, p99.9, …) with a limit in us, ms or s, and the share of errors in %.
 * `<=` is the same as `<`: no clock tells them apart.
 * @throws UserError `bad-argument` that names what is wrong.
 */
export function readSlo(text: string): Slo {
  const slo: Slo = { text: text.trim(), limits: [], errorRatio: null };
  for (const part of text.split(',').map((p) => p.trim())) {
    const [, name, amount, unit] = /^([a-z]+(?:\d+(?:\.\d+)?)?)\s*<=?\s*(\d+(?:\.\d+)?)\s*(\S*)$/i.exec(part) ?? [];
    if (name === undefined) throw wrong(part === '' ? 'a part is empty' : `"${part}" is not a name, "<" and a limit`);
    if (/^errors?$/i.test(name)) readErrors(slo, part, Number(amount), unit ?? '');
    else readLimit(slo, part, name, Number(amount), unit ?? '');
  }
  slo.limits.sort((a, b) => a.percent - b.percent);
  return slo;
}

export interface SloCounts {
  /** From the due time, of good answers. */
  response: Histogram;
  /** Errors, timeouts and what could not be sent: misses of every limit, so that a dying server never looks fast. */
  failed: number;
  /** Still without an answer when the window ended: misses when it would be met, nothing when it would not. */
  unsettled?: number;
}

/** `met` is null when the samples are too few for one of its percentiles and nothing else is missed. */
export function judgeSlo(slo: Slo, { response, failed, unsettled = 0 }: SloCounts): { met: boolean | null; why: string } {
  const verdicts = slo.limits.map((limit) => judgeLimit(limit, response, failed, unsettled));
  if (slo.errorRatio !== null) verdicts.push(judgeErrors(slo.errorRatio, response.count, failed, unsettled));
  const missed = verdicts.filter((v) => v.met === false);
  const unknown = verdicts.filter((v) => v.met === null);
  const said = missed.length > 0 ? missed : unknown.length > 0 ? unknown : verdicts;
  return { met: missed.length > 0 ? false : unknown.length > 0 ? null : true, why: said.map((v) => v.why).join('; ') };
}

const units: Record<string, number> = { us: 1, µs: 1, μs: 1, ms: 1000, s: 1e6 };

function wrong(what: string): UserError {
  return new UserError('bad-argument', `The objective cannot be read: ${what}.`, "Write it like 'p99<100ms,errors<1%': percentiles with a limit in us, ms or s, and errors in %.");
}

function readErrors(slo: Slo, part: string, amount: number, unit: string) {
  if (unit !== '%') throw wrong(`"${part}" needs a limit in %`);
  if (amount >= 100) throw wrong(`"${part}" allows every request to fail`);
  if (slo.errorRatio !== null) throw wrong('it limits the errors twice');
  slo.errorRatio = amount / 100;
}

function readLimit(slo: Slo, part: string, name: string, amount: number, unit: string) {
  const percent = /^p(\d+(?:\.\d+)?)$/i.exec(name)?.[1];
  if (percent === undefined) throw wrong(`"${name}" is neither "errors" nor a percentile such as p99`);
  if (!(Number(percent) > 0 && Number(percent) < 100)) throw wrong(`"${name}" is no percentile between 0 and 100${percent === '999' ? ': p99.9 is meant' : ''}`);
  const scale = units[unit.toLowerCase()];
  if (scale === undefined) throw wrong(`"${part}" needs a limit in us, ms or s`);
  if (amount === 0) throw wrong(`"${part}" cannot be met`);
  if (slo.limits.some((l) => l.percent === Number(percent))) throw wrong(`it limits ${name} twice`);
  slo.limits.push({ percent: Number(percent), us: amount * scale });
}

function judgeLimit({ percent, us }: { percent: number; us: number }, response: Histogram, failed: number, unsettled: number) {
  const name = `p${percent}`;
  const total = response.count + failed;
  if (total < fewestSamples(percent)) return { met: null, why: `insufficient samples for ${name}: ${formatCount(total)} of ${formatCount(fewestSamples(percent))}` };
  const over = response.countAbove(us);
  const holds = (extra: number) => over + failed + extra <= allowedMisses(total + extra, percent);
  const failures = failed > 0 ? `, ${formatCount(failed)} of ${formatCount(total)} failed and count as over it` : '';
  const value = atRank(response, total, percent);
  const seen = value === null ? `${name} is not reached by any good answer` : `${name} is ${formatUs(value)}`;
  if (!holds(0)) return { met: false, why: `${seen}, over ${formatUs(us)}${failures}` };
  if (!holds(unsettled)) return { met: null, why: `${seen}, but ${noAnswerYet(unsettled)}` };
  return { met: true, why: `${seen}, within ${formatUs(us)}${failures}` };
}

function judgeErrors(allowed: number, good: number, failed: number, unsettled: number) {
  const total = good + failed;
  if (total === 0) return { met: null, why: unsettled > 0 ? noAnswerYet(unsettled) : 'nothing was sent' };
  const why = `${formatRatio(failed / total)} failed, ${failed > allowed * total ? 'over' : 'within'} ${formatRatio(allowed)}`;
  if (failed > allowed * total) return { met: false, why };
  return failed + unsettled > allowed * (total + unsettled) ? { met: null, why: `${why}, but ${noAnswerYet(unsettled)}` } : { met: true, why };
}

const noAnswerYet = (n: number) => `${formatCount(n)} ${n === 1 ? 'call' : 'calls'} had no answer yet`;

/** How many values may lie above the nearest rank; the tolerance is for `99.9 / 100 * 1000`, a little more than 999. */
const allowedMisses = (total: number, percent: number) => Math.floor(total * (1 - percent / 100) * (1 + 1e-12) + 1e-9);

/** The percentile when the failures stand behind the slowest answer; null when it falls on one of them. */
function atRank(response: Histogram, total: number, percent: number): number | null {
  const rank = total - allowedMisses(total, percent);
  return rank > response.count ? null : response.valueAt((100 * rank) / response.count);
}
