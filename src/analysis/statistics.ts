/** The p-quantile by nearest rank, no interpolation; null of nothing. */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}

export const median = (values: readonly number[]): number | null => quantile(values, 0.5);
export const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);
/** Unlike `Math.max(...values)` these take a million values. */
export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
export const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
export const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);

/** P(X >= k) for X ~ Binomial(n, p), summed in logarithms so that large n do not underflow. */
export function binomialAtLeast(n: number, k: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  let logTerm = n * Math.log1p(-p); // log P(X = 0)
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.max(0, 1 - below);
}

/** P(X <= k) for X ~ Binomial(n, p). */
export const binomialAtMost = (n: number, k: number, p: number): number => 1 - binomialAtLeast(n, k + 1, p);

/**
 * One-sided confidence bounds of the mean by Student's t. The quantile is the Cornish-Fisher expansion (Abramowitz and
 * Stegun 26.7.5), good to 0.5% from 5 degrees of freedom on. Null under 6 values.
 */
export function meanBounds(values: readonly number[], z: number): { low: number; high: number } | null {
  const n = values.length;
  if (n < 6) return null;
  const centre = sum(values) / n;
  const variance = values.reduce((s, v) => s + (v - centre) ** 2, 0) / (n - 1);
  const df = n - 1;
  const t = z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3);
  const margin = t * Math.sqrt(variance / n);
  return { low: centre - margin, high: centre + margin };
}

/** Standard normal quantile of 0.99. */
export const z99 = 2.326;
