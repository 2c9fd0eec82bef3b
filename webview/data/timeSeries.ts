import { latencyOf, measurePhase, type RequestColumns } from './columns.ts';
import { lowerBound, type Span } from './statistics.ts';

/** Latency over time, one bucket per step; every extreme survives. Buckets without a request are left out. */
export interface TimeSeries {
  series: number;
  atUs: Float64Array;
  minUs: Float64Array;
  maxUs: Float64Array;
  medianUs: Float64Array;
  count: Uint32Array;
}

/** From the first measured call to the end of the last; start-up, warm-up and replays lie outside. */
export function measuredSpan(c: RequestColumns): Span {
  let from = Infinity;
  let to = 0;
  for (let row = 0; row < c.length; row++) {
    if (c.phase[row] !== measurePhase) continue;
    from = Math.min(from, c.queuedUs[row]!);
    to = Math.max(to, c.queuedUs[row]!, Number.isNaN(c.parsedUs[row]!) ? 0 : c.parsedUs[row]!);
  }
  return from < to ? [from, to] : [0, 1];
}

/** Decimates the answered requests of the wanted series to `buckets` steps of the span each. */
export function timeSeries(c: RequestColumns, wanted: readonly number[], span: Span, buckets: number): TimeSeries[] {
  const place = new Int32Array(c.series.length).fill(-1);
  wanted.forEach((series, i) => (place[series] = i));
  const step = Math.max(1, (span[1] - span[0]) / buckets);
  const cells: number[][][] = wanted.map(() => []);
  const to = lowerBound(c.queuedUs, span[1]);
  for (let row = lowerBound(c.queuedUs, span[0]); row < to; row++) {
    const at = place[c.seriesOf[row]!]!;
    if (at < 0 || c.phase[row] !== measurePhase) continue;
    const latency = latencyOf(c, row);
    if (Number.isNaN(latency)) continue;
    const bucket = Math.min(buckets - 1, Math.floor((c.queuedUs[row]! - span[0]) / step));
    (cells[at]![bucket] ??= []).push(latency);
  }
  return wanted.map((series, i) => {
    const filled = cells[i]!.map((values, bucket) => ({ values: Float64Array.from(values).sort(), bucket })).filter(Boolean);
    const used = filled.filter(({ values }) => values.length > 0);
    return {
      series,
      atUs: Float64Array.from(used, ({ bucket }) => span[0] + (bucket + 0.5) * step),
      minUs: Float64Array.from(used, ({ values }) => values[0]!),
      maxUs: Float64Array.from(used, ({ values }) => values.at(-1)!),
      medianUs: Float64Array.from(used, ({ values }) => values[(values.length - 1) >> 1]!),
      count: Uint32Array.from(used, ({ values }) => values.length),
    };
  });
}
