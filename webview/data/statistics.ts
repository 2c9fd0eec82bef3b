import { latencyOf, measurePhase, okOutcome, orderBy, type RequestColumns } from './columns.ts';

/** Samples below which the 95% interval of a percentile has no finite upper bound: 1 - p^n >= 0.975. */
export const minimumSamples = { p50: 6, p95: 72, p99: 368 } as const;

/** Nearest-rank percentile of ascending values; null when there are none. `p` from 0 to 1. */
export function percentile(sorted: Float64Array, p: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1))]!;
}

/** A span of the run, microseconds; requests that were queued in it count. */
export type Span = readonly [number, number];

export interface SeriesSummary {
  series: number;
  /** Requests of the measured phase in the span, with their errors. */
  calls: number;
  errors: number;
  bytesIn: number;
  bytesOut: number;
  /** Sum of what was measured; null where nothing was. */
  cpuUs: number | null;
  blockedByOthersUs: number | null;
  /** Latencies of the successes, ascending. */
  latencyUs: Float64Array;
}

/** Rows of successes in ascending order of latency: made once, so that a brush needs no sort. */
export function latencyOrder(c: RequestColumns): Uint32Array {
  const latency = new Float64Array(c.length);
  for (let i = 0; i < c.length; i++) {
    const value = latencyOf(c, i);
    latency[i] = Number.isNaN(value) ? Infinity : value;
  }
  return orderBy(latency, c.length);
}

/** Requests of the measured phase per series; `order` is `latencyOrder(c)`. */
export function summarise(c: RequestColumns, order: Uint32Array, span: Span | null): SeriesSummary[] {
  const [from, to] = rowsIn(c, span);
  const summaries = c.series.map((_, series) => ({ series, calls: 0, errors: 0, bytesIn: 0, bytesOut: 0, cpuUs: null as number | null, blockedByOthersUs: null as number | null }));
  /** Successes with an answer, per series. */
  const answered = new Uint32Array(summaries.length);
  for (let i = from; i < to; i++) {
    if (!counts(c, i)) continue;
    const s = summaries[c.seriesOf[i]!]!;
    s.calls++;
    s.bytesIn += c.bytesIn[i]!;
    s.bytesOut += c.bytesOut[i]!;
    if (!Number.isNaN(c.cpuUs[i]!)) s.cpuUs = (s.cpuUs ?? 0) + c.cpuUs[i]!;
    if (!Number.isNaN(c.blockedUs[i]!)) s.blockedByOthersUs = (s.blockedByOthersUs ?? 0) + c.blockedUs[i]!;
    if (c.outcome[i] !== okOutcome) s.errors++;
    else if (!Number.isNaN(c.parsedUs[i]!)) answered[s.series]!++;
  }
  const values = Array.from(answered, (n) => new Float64Array(n));
  const filled = new Uint32Array(summaries.length);
  for (const row of order) {
    if (row < from || row >= to || !counts(c, row) || c.outcome[row] !== okOutcome || Number.isNaN(c.parsedUs[row]!)) continue;
    const series = c.seriesOf[row]!;
    values[series]![filled[series]!++] = latencyOf(c, row);
  }
  return summaries.map((s) => ({ ...s, latencyUs: values[s.series]! }));
}

/** Tool calls count in the measured phase, other methods whenever they came. */
const counts = (c: RequestColumns, row: number) => c.phase[row] === measurePhase || !c.series[c.seriesOf[row]!]!.tool;

/** First and last + 1 row queued in the span. */
export function rowsIn(c: RequestColumns, span: Span | null): [number, number] {
  return span === null ? [0, c.length] : [lowerBound(c.queuedUs, span[0]), lowerBound(c.queuedUs, span[1])];
}

/** First index whose value is not below `value`; `sorted` ascends. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bin edges on a log scale, `perDecade` to a decade, that hold every value from `min` to `max`. */
export function logEdges(min: number, max: number, perDecade = 20): Float64Array {
  const first = Math.floor(Math.log10(Math.max(min, 0.1)) * perDecade);
  const last = Math.floor(Math.log10(Math.max(max, min, 0.1)) * perDecade) + 1;
  return Float64Array.from({ length: last - first + 1 }, (_, i) => 10 ** ((first + i) / perDecade));
}

/** Counts of ascending values between the edges; the first and the last bin take what lies outside. */
export function histogram(sorted: Float64Array, edges: Float64Array): Uint32Array {
  const bins = new Uint32Array(edges.length - 1);
  let bin = 0;
  for (const value of sorted) {
    while (bin < bins.length - 1 && value >= edges[bin + 1]!) bin++;
    bins[bin]!++;
  }
  return bins;
}

/**
 * The percentile curve on HdrHistogram's axis: pairs of `nines` (0 = 0%, 1 = 90%, 2 = 99% …) and latency, up to the
 * last percentile that the number of samples can tell apart.
 */
export function percentileCurve(sorted: Float64Array, steps = 200): { nines: Float64Array; us: Float64Array } {
  const n = sorted.length;
  if (n === 0) return { nines: new Float64Array(), us: new Float64Array() };
  const last = Math.log10(n);
  const points = Math.min(steps, n);
  const nines = new Float64Array(points);
  const us = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    nines[i] = points === 1 ? 0 : (last * i) / (points - 1);
    us[i] = i === points - 1 ? sorted[n - 1]! : percentile(sorted, 1 - 10 ** -nines[i]!)!;
  }
  return { nines, us };
}
