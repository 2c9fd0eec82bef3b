import type { LoadPercentiles } from '../model/loadResult.ts';
import type { Histogram } from './histogram.ts';

/** Null under 6, 36, 72, 368 and 3,688 samples, as `LoadPercentiles` says; microseconds. */
export function percentilesOf(h: Histogram): LoadPercentiles {
  const at = (percent: number) => (h.count < fewestSamples(percent) ? null : h.valueAt(percent));
  const isEmpty = h.count === 0;
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max: isEmpty ? null : h.max, mean: isEmpty ? null : h.mean, samples: h.count };
}

/**
 * Fewest samples for which the two-sided 95% interval of a percentile has a finite upper bound: the smallest n with
 * 1 - p^n >= 0.975 (order statistics): 6 for the median, 36, 72, 368 for p90, p95, p99 and 3,688 for p99.9.
 */
export function fewestSamples(percent: number): number {
  return Math.ceil(Math.log(0.025) / Math.log(percent / 100));
}

/** The percentile curve for a picture: [percent, microseconds], denser towards 100; at most 150 points. Empty of nothing. */
export const curveOf = (h: Histogram): [number, number][] => percentilePoints(h, 5).map(({ percent, us }) => [percent, us]);

export interface PercentilePoint {
  percent: number;
  us: number;
  /** Values up to there. */
  count: number;
}

/**
 * HdrHistogram's percentile ticks: so many per half of the distance that is left to 100%, each with the first bucket that
 * reaches it; the last is the maximum at 100.
 */
export function percentilePoints(h: Histogram, ticksPerHalf: number): PercentilePoint[] {
  const points: PercentilePoint[] = [];
  let percent = 0;
  let count = 0;
  for (const bucket of h.buckets()) {
    count += bucket.count;
    while ((100 * count) / h.count >= percent) {
      points.push({ percent, us: Math.min(h.max, bucket.high), count });
      if (count === h.count) break;
      const halvings = Math.floor(Math.log2(100 / (100 - percent))) + 1;
      percent += 100 / (ticksPerHalf * 2 ** halvings);
    }
  }
  if (count > 0) points.push({ percent: 100, us: h.max, count });
  return points;
}
