import { okOutcome, type RequestColumns } from './columns.ts';

/**
 * Where each request is drawn: a tool has as many lanes as it had calls at once. Rows of lane `l` are
 * `rows[first[l]] … rows[first[l + 1] - 1]`, in order of time and without overlap.
 */
export interface Lanes {
  rows: Uint32Array;
  first: Uint32Array;
  /** Series of each lane; lanes of one series are neighbours. */
  series: Uint16Array;
  /** Rows that failed, laid out in the same way. */
  errors: Uint32Array;
  firstError: Uint32Array;
}

/** End of a request on the timeline: its answer, or the last that was seen of it; for a timeout, its limit. */
export function endOf(c: RequestColumns, row: number, timeoutUs: number): number {
  const parsed = c.parsedUs[row]!;
  if (!Number.isNaN(parsed)) return parsed;
  if (c.outcome[row] === 3) return c.queuedUs[row]! + timeoutUs;
  return Math.max(c.queuedUs[row]!, orZero(c.writtenUs[row]!), orZero(c.firstByteUs[row]!));
}

const orZero = (value: number) => (Number.isNaN(value) ? 0 : value);

/** First free lane for each request, in order of time. */
export function layOutLanes(c: RequestColumns, endUs: Float64Array): Lanes {
  const laneOfRow = new Uint32Array(c.length);
  const laneEnds: number[][] = c.series.map(() => []);
  for (let row = 0; row < c.length; row++) {
    const ends = laneEnds[c.seriesOf[row]!]!;
    let lane = ends.findIndex((end) => end <= c.queuedUs[row]!);
    if (lane < 0) lane = ends.length;
    ends[lane] = endUs[row]!;
    laneOfRow[row] = lane;
  }
  const firstLane: number[] = [];
  const series: number[] = [];
  laneEnds.forEach((ends, s) => {
    firstLane.push(series.length);
    for (let i = 0; i < ends.length; i++) series.push(s);
  });
  const first = new Uint32Array(series.length + 1);
  for (let row = 0; row < c.length; row++) first[firstLane[c.seriesOf[row]!]! + laneOfRow[row]! + 1]!++;
  for (let l = 0; l < series.length; l++) first[l + 1]! += first[l]!;
  const next = first.slice();
  const rows = new Uint32Array(c.length);
  for (let row = 0; row < c.length; row++) rows[next[firstLane[c.seriesOf[row]!]! + laneOfRow[row]!]!++] = row;
  const firstError = new Uint32Array(series.length + 1);
  const errors: number[] = [];
  for (let lane = 0; lane < series.length; lane++) {
    for (let i = first[lane]!; i < first[lane + 1]!; i++) if (c.outcome[rows[i]!] !== okOutcome) errors.push(rows[i]!);
    firstError[lane + 1] = errors.length;
  }
  return { rows, first, series: Uint16Array.from(series), errors: Uint32Array.from(errors), firstError };
}
