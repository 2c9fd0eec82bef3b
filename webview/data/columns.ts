import type { Outcome, Phase } from '../../src/model/trace.ts';

export const outcomes: readonly Outcome[] = ['ok', 'toolError', 'rpcError', 'timeout', 'cancelled', 'transport'];
export const phases: readonly Phase[] = ['setup', 'warmup', 'measure', 'memory'];
export const okOutcome = 0;
export const measurePhase = phases.indexOf('measure');

/**
 * One series per tool, then one per other method: the unit of colours, lanes and filters. The tools of the run come
 * first, in the run's order.
 */
export interface Series {
  name: string;
  tool: boolean;
}

/** Requests as typed arrays, one row per request, in the order of `queuedUs`. Times in microseconds, NaN for none. */
export interface RequestColumns {
  length: number;
  series: Series[];
  request: Int32Array;
  seriesOf: Uint16Array;
  phase: Uint8Array;
  outcome: Uint8Array;
  queuedUs: Float64Array;
  writtenUs: Float64Array;
  firstByteUs: Float64Array;
  parsedUs: Float64Array;
  cpuUs: Float64Array;
  blockedUs: Float64Array;
  bytesIn: Uint32Array;
  bytesOut: Uint32Array;
  /** Byte range of the request's line in `requests.ndjson`: its other fields are read on demand. */
  lineStart: Float64Array;
  lineEnd: Float64Array;
}

type Arrays = Omit<RequestColumns, 'length' | 'series'>;

/** What a row is made from; a `RequestRecord` is one. */
export interface RequestRow {
  request: number;
  method: string;
  target: string | null;
  phase: Phase;
  outcome: Outcome;
  queuedUs: number;
  writtenUs: number | null;
  firstByteUs: number | null;
  parsedUs: number | null;
  cpuUs?: number | null;
  blockedByOthersUs?: number | null;
  bytesIn: number;
  bytesOut: number;
}

/** Collects requests in any order; `finish` gives the columns. May be continued after `finish` (a run that goes on). */
export function createRequestBuilder(tools: readonly string[], capacity = 1024) {
  const series: Series[] = tools.map((name) => ({ name, tool: true }));
  const indexOf = new Map(series.map((s, i) => [seriesKey(s), i]));
  let arrays = allocate(capacity);
  let length = 0;
  let sorted = true;

  return {
    /** Gives a tool its place among the series before its first call. */
    addTool(name: string) {
      seriesIndex({ name, tool: true });
    },
    add(row: RequestRow, lineStart = NaN, lineEnd = NaN) {
      if (length === arrays.request.length) arrays = grow(arrays, length * 2);
      const i = length++;
      if (i > 0 && row.queuedUs < arrays.queuedUs[i - 1]!) sorted = false;
      arrays.request[i] = row.request;
      arrays.seriesOf[i] = seriesIndex(seriesOfRow(row));
      arrays.phase[i] = phases.indexOf(row.phase);
      arrays.outcome[i] = outcomes.indexOf(row.outcome);
      arrays.queuedUs[i] = row.queuedUs;
      arrays.writtenUs[i] = row.writtenUs ?? NaN;
      arrays.firstByteUs[i] = row.firstByteUs ?? NaN;
      arrays.parsedUs[i] = row.parsedUs ?? NaN;
      arrays.cpuUs[i] = row.cpuUs ?? NaN;
      arrays.blockedUs[i] = row.blockedByOthersUs ?? NaN;
      arrays.bytesIn[i] = row.bytesIn;
      arrays.bytesOut[i] = row.bytesOut;
      arrays.lineStart[i] = lineStart;
      arrays.lineEnd[i] = lineEnd;
    },
    finish(): RequestColumns {
      if (!sorted) {
        arrays = reorder(arrays, orderBy(arrays.queuedUs, length));
        sorted = true;
      }
      return { length, series: [...series], ...firstOf(arrays, length) };
    },
  };

  function seriesIndex(s: Series): number {
    const key = seriesKey(s);
    let index = indexOf.get(key);
    if (index === undefined) {
      index = series.push(s) - 1;
      indexOf.set(key, index);
    }
    return index;
  }
}

const seriesKey = (s: Series) => `${s.tool ? 't' : 'm'}:${s.name}`;

/** The series a request belongs to: its tool, or its method. */
export const seriesOfRow = (row: { method: string; target: string | null }): Series =>
  row.method === 'tools/call' && row.target !== null ? { name: row.target, tool: true } : { name: row.method, tool: false };

/** Queued to parsed, microseconds; NaN for what was never answered. */
export const latencyOf = (c: Pick<RequestColumns, 'parsedUs' | 'queuedUs'>, row: number) => c.parsedUs[row]! - c.queuedUs[row]!;

/** Row numbers in ascending order of `values`. */
export function orderBy(values: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order.sort((a, b) => values[a]! - values[b]! || a - b);
}

function allocate(n: number): Arrays {
  return {
    request: new Int32Array(n),
    seriesOf: new Uint16Array(n),
    phase: new Uint8Array(n),
    outcome: new Uint8Array(n),
    queuedUs: new Float64Array(n),
    writtenUs: new Float64Array(n),
    firstByteUs: new Float64Array(n),
    parsedUs: new Float64Array(n),
    cpuUs: new Float64Array(n),
    blockedUs: new Float64Array(n),
    bytesIn: new Uint32Array(n),
    bytesOut: new Uint32Array(n),
    lineStart: new Float64Array(n),
    lineEnd: new Float64Array(n),
  };
}

function grow(arrays: Arrays, capacity: number): Arrays {
  const larger = allocate(capacity);
  for (const key of keysOf(arrays)) larger[key].set(arrays[key]);
  return larger;
}

function reorder(arrays: Arrays, order: Uint32Array): Arrays {
  const ordered = allocate(arrays.request.length);
  for (const key of keysOf(arrays)) {
    const from = arrays[key];
    const to = ordered[key];
    for (let i = 0; i < order.length; i++) to[i] = from[order[i]!]!;
  }
  return ordered;
}

const keysOf = (arrays: Arrays) => Object.keys(arrays) as (keyof Arrays)[];

const firstOf = (arrays: Arrays, length: number) => Object.fromEntries(keysOf(arrays).map((key) => [key, arrays[key].subarray(0, length)])) as unknown as Arrays;
