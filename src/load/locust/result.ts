import { UserError } from '../../model/errors.ts';
import type { LoadOptions } from '../../model/load.ts';
import type { Workload } from '../../model/workload.ts';
import type { LoadOperation } from '../../model/loadResult.ts';
import { createHistogram, highestUs, indexOf, type Histogram } from '../histogram.ts';

/**
 * What the exported locustfile writes: `{"format": "mcp-profiler-locust", "version": 1, …}`. Seconds are counted from the
 * start of the warm-up; histograms are `Histogram.toSparse()` of microseconds, all workers together.
 */
export interface LocustResult {
  format: 'mcp-profiler-locust';
  version: 1;
  /** `partial`: a worker was lost, and with it what it had not reported. */
  status: 'complete' | 'partial' | 'cancelled' | 'failed';
  /** Why nothing, or not all, was sent. */
  failure: string | null;
  notices: string[];
  startedAt: string;
  /** Versions. */
  locust: string;
  python: string;
  server: { title: string; target: string; name?: string | null; version?: string | null; protocolVersion?: string | null };
  options: LoadOptions;
  workload: Workload;
  /** As far as they came. */
  warmupS: number;
  measuredS: number;
  workers: LocustWorker[];
  operations: { name: string; kind: LoadOperation['kind']; warmup: LocustTally; measure: LocustTally }[];
  /** Second, due, sent, not sent, answered well, failed (not sent among them), p50, p90, p99, max of good answers (microseconds). */
  seconds: (number | null)[][];
}

/** Without figures when it was lost before its first report. */
export interface LocustWorker {
  worker: string;
  lost: boolean;
  host?: string;
  /** Second of its last report. */
  elapsed?: number;
  /** Answered well within the measured window, whenever they were due. */
  completed?: number;
  /** Requests in flight × seconds of the measured window. */
  inFlightSeconds?: number;
  /** Of its process, 1 is one core; null when it did not see the end. */
  utilization?: number | null;
  cpuS?: number | null;
}

/** Requests due in the warm-up, or in the measured window, whenever they ended. */
export interface LocustTally {
  due: number;
  sent: number;
  notSent: number;
  /** Open when Locust was stopped: neither answered nor failed. Files of before do not have it, and count them as `cancelled`. */
  unfinished?: number;
  ok: number;
  /** Of all answers. */
  bytes: number;
  /** By class; `not_sent` among them. */
  errors: Record<string, number>;
  /** From the due time; of good answers. */
  response: number[];
  /** From the write. */
  service: number[];
  /** From the due time to the write, of all that were written. */
  lag: number[];
}

/** @throws UserError `bad-config` when the text is no such result, or its counts and histograms contradict each other. */
export function readLocustResult(text: string, file: string): LocustResult {
  const wrong = (what: string, cause?: unknown) => new UserError('bad-config', `${file} is no result of Locust that can be read: ${what}.`, 'Give the file that --mcp-result named, as it was written by a locustfile of MCP Profiler.', { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong('it is no JSON', error);
  }
  if (!isRecord(value) || value['format'] !== 'mcp-profiler-locust') throw wrong('it has no "format": "mcp-profiler-locust"');
  if (value['version'] !== 1) throw wrong(`its version is ${JSON.stringify(value['version'])}, not 1`);
  const problem = shapeProblem(value);
  if (problem) throw wrong(problem);
  return value as unknown as LocustResult;
}

/** @throws RangeError unless it is the sparse form of so many values. */
export function histogramOf(sparse: readonly number[], count?: number): Histogram {
  const h = createHistogram();
  const lastIndex = indexOf(highestUs);
  const pairs = sparse.slice(3);
  const isSparse = sparse.length === 0 || (pairs.length >= 2 && pairs.length % 2 === 0 && sparse.every((n) => Number.isSafeInteger(n) && n >= 0) && sparse[1]! <= highestUs && pairs.every((n, i) => i % 2 === 1 || n <= lastIndex));
  if (!isSparse) throw new RangeError('a histogram is damaged');
  h.addSparse(sparse);
  if (count !== undefined && h.count !== count) throw new RangeError(`a histogram holds ${h.count} values where ${count} were counted`);
  return h;
}

type Check = (value: unknown) => boolean;

function shapeProblem(value: Record<string, unknown>): string | null {
  for (const [name, check] of Object.entries(shape)) if (!check(value[name])) return `"${name}" is not what it should be`;
  try {
    for (const { warmup, measure } of (value as unknown as LocustResult).operations) for (const tally of [warmup, measure]) checkTally(tally);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return null;
}

function checkTally(t: LocustTally) {
  histogramOf(t.response, t.ok);
  histogramOf(t.service, t.ok);
  histogramOf(t.lag);
  if (t.due !== t.sent + t.notSent) throw new RangeError(`${t.due} requests were due, but ${t.sent} were sent and ${t.notSent} were not`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Check = (v) => typeof v === 'string';
const count: Check = (v) => typeof v === 'number' && v >= 0;
const optional = (check: Check): Check => (v) => v === undefined || v === null || check(v);
const list = (check: Check): Check => (v) => Array.isArray(v) && v.every(check);
const record = (fields: Record<string, Check>): Check => (v) => isRecord(v) && Object.entries(fields).every(([name, check]) => check(v[name]));
const oneOf = (...values: unknown[]): Check => (v) => values.includes(v);

const tally = record({ due: count, sent: count, notSent: count, unfinished: optional(count), ok: count, bytes: count, errors: (v) => isRecord(v) && Object.values(v).every(count), response: list(count), service: list(count), lag: list(count) });
const shape: Record<string, Check> = {
  status: oneOf('complete', 'partial', 'cancelled', 'failed'),
  failure: optional(text),
  notices: list(text),
  startedAt: (v) => text(v) && !Number.isNaN(Date.parse(v as string)),
  locust: text,
  python: text,
  server: record({ title: text, target: text, name: optional(text), version: optional(text), protocolVersion: optional(text) }),
  options: record({ model: record({ kind: oneOf('rate', 'ramp', 'closed') }), durationS: count, warmupS: count, sessions: count, sockets: count, maxInFlight: count }),
  workload: record({ mix: list(isRecord), data: isRecord }),
  warmupS: count,
  measuredS: count,
  workers: list(record({ worker: text, lost: (v) => typeof v === 'boolean', host: optional(text), elapsed: optional(count), completed: optional(count), inFlightSeconds: optional(count), utilization: optional(count), cpuS: optional(count) })),
  operations: list(record({ name: text, kind: oneOf('tool', 'resource', 'prompt'), warmup: tally, measure: tally })),
  seconds: list((v) => list(optional(count))(v) && (v as unknown[]).length === 10),
};
