/**
 * What was said on the wire. All times are microseconds (Float64) on the engine's monotonic clock, from the start of
 * the run; the wall-clock origin is kept once, in the run record.
 */

/** `setup`: initialize, lists, ping. `warmup`: first call per tool. `measure`: the figures. `memory`: serial replay. */
export type Phase = 'setup' | 'warmup' | 'measure' | 'memory';

/**
 * `toolError`: the tool answered `isError: true` (an error of the tool, not of the transport).
 * `rpcError`: a JSON-RPC error. `timeout`, `cancelled`. `transport`: the connection or the process failed.
 */
export type Outcome = 'ok' | 'toolError' | 'rpcError' | 'timeout' | 'cancelled' | 'transport';

/** One line of `requests.ndjson`: a request that we sent and what became of it. */
export interface RequestRecord {
  /** 1-based, unique in the run, in the order of queueing. */
  request: number;
  /** JSON-RPC id on the wire; unique in the run, also across sessions. */
  id: string | number;
  method: string;
  /** Tool name, resource URI or prompt name; null for other methods. */
  target: string | null;
  phase: Phase;
  /** Handed to the transport. */
  queuedUs: number;
  /** The operating system has taken its last byte. */
  writtenUs: number | null;
  /** First byte of the message that answered it was read. */
  firstByteUs: number | null;
  /** The answer was complete and parsed. */
  parsedUs: number | null;
  outcome: Outcome;
  /** Exclusive class, e.g. `isError`, `jsonrpc(-32602)`, `timeout_no_bytes`, `stream_ended_no_response`; null when ok. */
  errorClass: string | null;
  bytesOut: number;
  bytesIn: number;
  /** Requests in flight when this one was queued, itself included. */
  inFlight: number;
  /** Arguments as sent (secrets redacted). */
  args: unknown;
  /** Salted hash of the canonical arguments and of the result; equal values have equal hashes within a run. */
  argsHash: string;
  resultHash: string | null;
  /** Estimate: UTF-8 bytes of the result / 4, rounded. */
  resultTokens: number | null;
  /** Added after the run where the process was profiled: main-thread time inside this call's spans. */
  cpuUs?: number | null;
  /** Added after the run: time the main thread was busy with other calls while this one was pending. */
  blockedByOthersUs?: number | null;
}

/** One line of `messages.ndjson`: every JSON-RPC message, both ways, and every line that was none. */
export interface MessageRecord {
  seq: number;
  direction: 'out' | 'in';
  kind: 'request' | 'response' | 'error' | 'notification' | 'invalid';
  method: string | null;
  id: string | number | null;
  /** Number of the request of ours it belongs to; null otherwise. */
  request: number | null;
  target: string | null;
  queuedUs: number | null;
  writtenUs: number | null;
  firstByteUs: number | null;
  parsedUs: number | null;
  bytes: number;
  /** Text of the message (redacted), only where bodies are kept; for `invalid` the first 200 characters always. */
  body?: string;
}

/** One line of `events.ndjson`: what happened in the profiled process, or to the run. */
export type RunEvent =
  | { kind: 'phase'; atUs: number; phase: Phase; tool?: string }
  | { kind: 'gc'; atUs: number; durationUs: number; type: 'scavenge' | 'mark-sweep' | 'incremental' | 'weak-callbacks' | 'other' }
  | { kind: 'memory'; atUs: number; rssBytes: number; heapUsedBytes: number; heapTotalBytes: number; externalBytes: number }
  | { kind: 'loop'; atUs: number; delayP50Us: number; delayMaxUs: number; utilization: number }
  /** A stretch in which the main thread did not return to its event loop; `request` is null when it served no call. */
  | { kind: 'block'; atUs: number; durationUs: number; request: number | null; tool: string | null }
  | { kind: 'log'; atUs: number; level: string; logger: string | null; text: string }
  | { kind: 'progress'; atUs: number; request: number | null; progress: number; total: number | null; message: string | null }
  | { kind: 'stderr'; atUs: number; text: string }
  /** The first thing that a server wrote that is no MCP message; all of them are among the messages. */
  | { kind: 'invalid'; atUs: number; text: string }
  | { kind: 'exit'; atUs: number; code: number | null; signal: string | null };
