import type { Latency } from '../model/run.ts';

/**
 * Fewest samples for which the 95% confidence interval of a percentile has a finite upper bound: the smallest n with
 * 1 - p^n >= 0.975 (order statistics), as for the two-sided interval.
 */
export const fewestSamples = { p50: 6, p95: 72, p99: 368 } as const;

/**
 * Latency figures of the values given, in microseconds, in any order. Percentiles are nearest-rank: the smallest value
 * that at least p% of the values do not exceed, so always one that was measured, never an interpolation.
 */
export function latency(valuesUs: readonly number[]): Latency {
  const sorted = Float64Array.from(valuesUs).sort();
  const n = sorted.length;
  if (n === 0) return { p50: null, p95: null, p99: null, max: null, mean: null };
  const at = (percent: number, fewest: number) => (n < fewest ? null : nearestRank(sorted, percent));
  return {
    p50: at(50, fewestSamples.p50),
    p95: at(95, fewestSamples.p95),
    p99: at(99, fewestSamples.p99),
    max: sorted[n - 1]!,
    mean: sorted.reduce((sum, value) => sum + value, 0) / n,
  };
}

/** `sorted` ascending and not empty; `percent` in (0, 100], whole, so that the rank is exact (0.95 * 20 is not). */
export function nearestRank(sorted: ArrayLike<number>, percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)]!;
}
