import type { Scaling } from '../../model/loadResult.ts';

type Point = { concurrency: number; rate: number };

/**
 * Fits the Universal Scalability Law, X(N) = λN / (1 + σ(N-1) + κN(N-1)) (Gunther 2007), to closed-loop points by least
 * squares on X relative to the highest rate; all parameters ≥ 0. Null under 4 points or where λ is 0.
 *
 * The start is linear: N/X = (1-σ)/λ + … is linear in 1/λ, σ/λ and κ/λ; Levenberg-Marquardt refines it. A peak is given only
 * when all three hold: κ lowers the squared error more than chance would (F test against κ = 0, 1%), the peak lies within
 * the concurrencies measured, and a rate measured beyond it is at least 10% lower.
 */
export function fitScaling(points: readonly Point[]): Scaling | null {
  const used = points.filter((p) => p.rate > 0 && p.concurrency >= 1);
  if (used.length < 4 || new Set(used.map((p) => p.concurrency)).size < 4) return null;
  const fit = leastSquares(used, true);
  const { lambda, sigma, kappa } = fit;
  const meanRate = used.reduce((sum, p) => sum + p.rate, 0) / used.length;
  const total = used.reduce((sum, p) => sum + (p.rate - meanRate) ** 2, 0);
  const error = used.reduce((sum, p) => sum + (p.rate - uslRate(fit, p.concurrency)) ** 2, 0);
  return { points: [...points], lambda, sigma, kappa, r2: total === 0 ? 1 : Math.max(0, 1 - error / total), peak: peakOf(used, fit) };
}

/** Answers per second that the law gives at a concurrency. */
export const uslRate = ({ lambda, sigma, kappa }: Law, n: number): number => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

/** How many instances carry a rate when each is used to 70% of its capacity: 30% is left for bursts and a lost instance. */
export function instancesFor(rate: number, capacity: number): { instances: number; headroom: number } {
  const headroom = 0.3;
  return { instances: Math.max(1, Math.ceil((rate / (capacity * (1 - headroom))) * (1 - 1e-9))), headroom };
}

interface Law {
  lambda: number;
  sigma: number;
  kappa: number;
}

interface Fit extends Law {
  error: number;
}

/** 99% quantile of F(1, df), by df; infinite degrees at the end. */
const f99 = [4052, 98.5, 34.1, 21.2, 16.3, 13.7, 12.2, 11.3, 10.6, 10.0, 6.63];

function peakOf(points: readonly Point[], full: Fit): Scaling['peak'] {
  if (full.kappa <= 0 || full.sigma >= 1) return null;
  const flat = leastSquares(points, false);
  const freedom = points.length - 3;
  const limit = f99[Math.min(freedom, f99.length) - 1]!;
  const f = full.error === 0 ? (flat.error > 0 ? Infinity : 0) : (flat.error - full.error) / (full.error / freedom);
  const concurrency = Math.sqrt((1 - full.sigma) / full.kappa);
  const beyond = points.filter((p) => p.concurrency > concurrency);
  const rate = uslRate(full, concurrency);
  const highest = Math.max(...points.map((p) => p.rate));
  return f > limit && beyond.some((p) => p.rate < 0.9 * highest) ? { concurrency: Math.round(concurrency), rate } : null;
}

function leastSquares(points: readonly Point[], withKappa: boolean): Fit {
  const scale = Math.max(...points.map((p) => p.rate));
  const scaled = points.map((p) => ({ n: p.concurrency, x: p.rate / scale }));
  const errorOf = (law: Law) => scaled.reduce((sum, { n, x }) => sum + (x - uslRate(law, n)) ** 2, 0);
  const clamp = (v: number[]): Law => ({ lambda: Math.max(1e-9, v[0]!), sigma: Math.max(0, v[1]!), kappa: withKappa ? Math.max(0, v[2]!) : 0 });
  // starts from a line through the linear form, from a queue for one, and from no contention at all
  const first = scaled.reduce((a, b) => (b.n < a.n ? b : a));
  const starts = [linearStart(scaled, withKappa), [first.x / first.n, 1, 0], [first.x / first.n, 0.05, 0.0005]];
  const fits = starts.map((start) => refine(clamp(start)));
  const best = fits.reduce((a, b) => (b.error < a.error ? b : a));
  return { ...best, lambda: best.lambda * scale };

  function refine(start: Law): Fit {
    let law = start;
    let error = errorOf(law);
    let damping = 1e-3;
    for (let step = 0; step < 500 && damping < 1e12; step++) {
      const change = gaussNewton(scaled, law, damping, withKappa);
      const next = clamp([law.lambda + change[0]!, law.sigma + change[1]!, law.kappa + (change[2] ?? 0)]);
      const nextError = errorOf(next);
      if (nextError < error) {
        const gain = error - nextError;
        law = next;
        error = nextError;
        damping = Math.max(1e-12, damping / 3);
        if (gain < 1e-14 * error) break;
      } else {
        damping *= 4;
      }
    }
    return { ...law, error };
  }
}

type Scaled = { n: number; x: number };

/** N/X = a + b(N-1) + cN(N-1) with λ = 1/a, σ = b/a, κ = c/a. */
function linearStart(points: Scaled[], withKappa: boolean): number[] {
  const rows = points.map(({ n }) => (withKappa ? [1, n - 1, n * (n - 1)] : [1, n - 1]));
  const [a = 1, b = 0, c = 0] = solveNormal(rows, points.map(({ n, x }) => n / x), 1e-9);
  return a > 0 ? [1 / a, b / a, c / a] : [points[0]!.x / points[0]!.n, 0.1, 0];
}

/** The step of the parameters; a parameter at 0 that wants to be smaller stays there. */
function gaussNewton(points: Scaled[], law: Law, damping: number, withKappa: boolean): number[] {
  const residuals = points.map(({ n, x }) => x - uslRate(law, n));
  const gradient = points.map(({ n }) => {
    const below = 1 + law.sigma * (n - 1) + law.kappa * n * (n - 1);
    const x = uslRate(law, n);
    return [n / below, (-x * (n - 1)) / below, (-x * n * (n - 1)) / below];
  });
  const pull = (i: number) => gradient.reduce((sum, row, r) => sum + row[i]! * residuals[r]!, 0);
  const free = [0, 1, 2].filter((i) => (i !== 2 || withKappa) && !((i === 1 ? law.sigma : i === 2 ? law.kappa : 1) === 0 && pull(i) < 0));
  const step = solveNormal(gradient.map((row) => free.map((i) => row[i]!)), residuals, damping);
  const change = [0, 0, 0];
  free.forEach((i, at) => (change[i] = step[at] ?? 0));
  return change;
}

/** Solves (AᵀA + damping · diagonal) s = Aᵀb by elimination with pivots. */
function solveNormal(rows: number[][], b: number[], damping: number): number[] {
  const n = rows[0]?.length ?? 0;
  const m = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) * (i === j ? 1 + damping : 1)),
    rows.reduce((sum, row, r) => sum + row[i]! * b[r]!, 0),
  ]);
  for (let i = 0; i < n; i++) {
    const pivot = m.reduce((best, row, r) => (r >= i && Math.abs(row[i]!) > Math.abs(m[best]![i]!) ? r : best), i);
    [m[i], m[pivot]] = [m[pivot]!, m[i]!];
    if (Math.abs(m[i]![i]!) < 1e-300) continue;
    for (let r = i + 1; r < n; r++) {
      const factor = m[r]![i]! / m[i]![i]!;
      for (let c = i; c <= n; c++) m[r]![c]! -= factor * m[i]![c]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const rest = solution.reduce((sum, s, j) => (j > i ? sum + s * m[i]![j]! : sum), 0);
    solution[i] = Math.abs(m[i]![i]!) < 1e-300 ? 0 : (m[i]![n]! - rest) / m[i]![i]!;
  }
  return solution;
}
