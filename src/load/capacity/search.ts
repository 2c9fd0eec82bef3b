import { formatRate } from '../../model/format.ts';
import type { LoadModel, Slo } from '../../model/load.ts';
import { fewestSamples } from '../percentiles.ts';
import type { Attempt } from './attempt.ts';

export interface Search {
  slo: Slo;
  maxRate: number;
  signal: AbortSignal;
  leftS: () => number;
  attempt: (kind: 'search' | 'confirm', model: LoadModel, durationS: number, step: string) => Promise<Attempt>;
  /** Rates that held, the highest last, each with every attempt at it. */
  held: { rate: number; attempts: Attempt[] }[];
  /** The lowest rate that failed. */
  failed: Attempt | null;
}

/** The search ends where the rate that failed is at most so much above the one that held. */
const closeEnough = 1.025;
const confirmations = 2;

/**
 * Brackets the capacity, from what a closed loop has answered (`trusted`: nearly all of it well; a server that refuses what
 * comes too fast may answer more to slower callers, so there the rate is doubled from a low one). A rate just under that is confirmed before higher ones are
 * tried: a server that collapses needs long to come back.
 */
export async function searchRates(s: Search, { saturated, trusted }: { saturated: number; trusted: boolean }): Promise<void> {
  let rate = Math.min(s.maxRate, 0.9 * saturated);
  while (!s.signal.aborted) {
    const durationS = trusted || s.failed ? tryS(s, rate) : shortest;
    // the confirmations of what has held come first
    // a rate that is too high leaves a queue to be worked off
    const drainingS = (trusted ? durationS * Math.max(0, rate / saturated - 1) : 0) + spareS;
    if (s.leftS() < durationS + drainingS + (isConfirmed(s.held.at(-1)) ? 0 : confirmations * confirmS(s, rate))) return;
    const beforeS = s.leftS();
    const attempt = await s.attempt('search', { kind: 'rate', perSecond: rate }, durationS, formatRate(rate));
    if (attempt.measured.cut === 'stopped') return;
    note(s, rate, attempt);
    const isNear = attempt.held && trusted && rate >= nearly * saturated && s.failed === null;
    if (isNear) await confirmRate(s);
    const low = s.held.at(-1)?.rate ?? null;
    const high = s.failed?.rate ?? null;
    if (low !== null && (low >= s.maxRate || (high !== null && high <= low * closeEnough))) return;
    if (low === null && rate < lowest * saturated) return;
    const drainS = beforeS - s.leftS() - durationS;
    if (!attempt.held && isConfirmed(s.held.at(-1)) && drainS > longDrainS) return;
    rate = Math.min(s.maxRate, low !== null && high === null && !trusted ? 2 * low : nextRate(low, high, saturated));
  }
}

/** Tries the highest rate that held twice more; where it fails, the next lower one. */
export async function confirmRate(s: Search): Promise<void> {
  while (!s.signal.aborted && s.held.length > 0) {
    const low = s.held.at(-1)!;
    const missing = confirmations - confirmed(low);
    if (missing <= 0) break;
    const durationS = Math.min(Math.max(confirmS(s, low.rate), neededS(s, low)), (s.leftS() - spareS) / missing);
    if (durationS < shortest) break;
    const attempt = await s.attempt('confirm', { kind: 'rate', perSecond: low.rate }, durationS, `${formatRate(low.rate)}, ${missing === confirmations ? 'first' : 'second'} confirmation`);
    if (attempt.measured.cut === 'stopped') break;
    if (attempt.held) {
      low.attempts.push(attempt);
      continue;
    }
    note(s, low.rate, attempt);
    // what is just below the one that failed would most likely fail as well, unless it is confirmed
    const lower = low.rate * 0.97;
    s.held.pop();
    while ((s.held.at(-1)?.rate ?? 0) > lower && !isConfirmed(s.held.at(-1))) s.held.pop();
    if ((s.held.at(-1)?.rate ?? 0) < lower * 0.97) s.held.push({ rate: lower, attempts: [] });
  }
  s.held = s.held.filter((h) => h.attempts.length > 0);
}

type Held = Search['held'][number];

/** Of what a closed loop has answered: so much is as good as all of it, and under so little no rate is looked for. */
const nearly = 0.97;
const lowest = 0.01;
/** A server that needs so many seconds to come back from a rate that failed is not pushed over it again. */
const longDrainS = 10;
/** Seconds in which the last answers of a stage come. */
const spareS = 1;
/** Seconds under which a stage says nothing. */
const shortest = 2;

const confirmed = (held: Held) => held.attempts.filter((a) => a.said.kind === 'confirm').length;
const isConfirmed = (held: Held | undefined) => held !== undefined && confirmed(held) >= confirmations;

function note(s: Search, rate: number, attempt: Attempt) {
  if (attempt.held) {
    s.held.push({ rate, attempts: [attempt] });
    s.held.sort((a, b) => a.rate - b.rate);
  } else if (s.failed === null || rate < s.failed.rate) {
    s.failed = attempt;
  }
}

/** Up: first to just under what the closed loop gave, then past it, then doubling. Down: in growing steps. Else between. */
function nextRate(low: number | null, high: number | null, saturated: number): number {
  if (low === null) return high! * (high! > 0.8 * saturated ? 0.8 : high! > 0.5 * saturated ? 0.65 : 0.4);
  if (high !== null) return high / low > 1.5 ? Math.sqrt(low * high) : (low + high) / 2;
  if (low < 0.98 * saturated) return 0.99 * saturated;
  return low < 1.03 * saturated ? 1.05 * saturated : 2 * low;
}

/** Seconds in which so many calls come due that every percentile of the objective can be judged, with a tenth to spare. */
function judgedS({ slo }: Search, rate: number): number {
  const samples = Math.max(20, ...slo.limits.map((l) => fewestSamples(l.percent)));
  return (1.1 * samples) / rate;
}

const between = (low: number, value: number, high: number) => Math.min(high, Math.max(low, value));
const tryS = (s: Search, rate: number) => between(3.5, judgedS(s, rate), 8);
const confirmS = (s: Search, rate: number) => between(5, judgedS(s, rate), 12);
/** What one of two confirmations must bring so that all attempts at the rate together can be judged. */
const neededS = (s: Search, { rate, attempts }: Held) => (judgedS(s, rate) - attempts.reduce((sum, a) => sum + a.measured.durationUs / 1e6, 0)) / confirmations;
