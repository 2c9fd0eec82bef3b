import type { LoadModel, Slo } from '../../model/load.ts';
import type { Attempt } from './attempt.ts';

export interface ClosedPoints {
  /** One at a time first; without the warm-up. */
  attempts: Attempt[];
  /** Highest rate of answers in them. */
  saturated: number;
  /** Nearly all calls were answered well while it was reached. */
  trusted: boolean;
}

/** Seconds of load for all of them together; the search needs the rest. */
const budgetS = 22;
const warmupS = 2;
const mostConcurrency = 512;
/** Answers after which the rate of one point is known to some per cent. */
const enoughAnswers = 60;

/**
 * Loads the server with 1, 2, 4, 8, … callers for a moment each, until twice in a row more callers bring no more answers.
 * Says how fast the server can be, and how that depends on the callers.
 */
export async function loadClosed(o: {
  slo: Slo;
  signal: AbortSignal;
  leftS: () => number;
  attempt: (kind: 'closed' | 'warmup', model: LoadModel, durationS: number, step: string) => Promise<Attempt>;
}): Promise<ClosedPoints> {
  const attempts: Attempt[] = [];
  const until = o.leftS() - budgetS;
  const model = (concurrency: number): LoadModel => ({ kind: 'closed', concurrency, thinkMs: 0 });
  // compilers and caches settle under load
  const warm = await o.attempt('warmup', model(8), warmupS, 'warm-up');
  let saturated = warm.said.achieved;
  let flat = 0;
  for (let n = 1; n <= mostConcurrency && flat < 2 && !o.signal.aborted; n *= 2) {
    const expected = Math.max(0.1, Math.min(saturated, n * (attempts[0]?.rate ?? saturated)));
    const durationS = Math.min(3, Math.max(1, enoughAnswers / expected));
    if (attempts.length > 1 && o.leftS() - durationS < until) break;
    const attempt = await o.attempt('closed', model(n), durationS, n === 1 ? 'one caller' : `${n} callers`);
    if (attempt.measured.cut === 'stopped') break;
    const best = Math.max(0, ...attempts.map((a) => a.rate));
    flat = n > 1 && attempt.rate < 1.03 * best ? flat + 1 : 0;
    attempts.push(attempt);
    saturated = Math.max(saturated, attempt.rate);
    if (isHopeless(attempt, o.slo)) break;
  }
  const best = attempts.reduce<Attempt | null>((a, b) => (a && a.rate >= b.rate ? a : b), null);
  return { attempts, saturated: best?.rate ?? 0, trusted: best !== null && best.said.errorRatio <= 0.01 };
}

/** No answer, or most of them so late that more callers cannot bring the objective back. */
function isHopeless({ measured }: Attempt, slo: Slo): boolean {
  const slowest = Math.max(0, ...slo.limits.map((l) => l.us));
  return measured.ok === 0 || (slowest > 0 && measured.response.valueAt(50) > 4 * slowest);
}
