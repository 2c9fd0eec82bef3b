import type { UserError } from '../model/errors.ts';
import type { Protocol } from '../model/run.ts';
import type { Clock } from '../wire/clock.ts';

/**
 * One way to a server for a load test: a stdio process, or an HTTP or SSE session. It does as little as it can per
 * request, and it never waits in silence: every request ends in exactly one `Reply`.
 */
export interface Connection {
  /** Sends now; `done` is called once, also synchronously when the connection is gone. */
  send(request: Outgoing, done: (reply: Reply) => void): void;
  readonly inFlight: number;
  /** Class of the error that ended it; null while it can be used. */
  readonly lost: string | null;
  /** Process that we started for it; null for a server that was there. */
  readonly pid: number | null;
  /** Sockets that are open now; null over stdio. */
  readonly sockets: number | null;
  /** The answer to `initialize` or `server/discover`. */
  readonly handshake: Record<string, unknown>;
  /** Ends everything in flight as `cancelled`, then the session and the process with its whole tree. */
  close(): Promise<void>;
}

export interface Outgoing {
  method: string;
  /** The `params` member as JSON text, complete for the protocol in use. */
  params: string;
  /** For the `Mcp-Name` header of 2026-07-28: tool, resource or prompt. */
  name: string | null;
  /** Microseconds from the write. */
  timeoutUs: number;
  /** Parse and keep the result. */
  wantsResult: boolean;
}

/** Microseconds on the connection's clock. Valid only while `done` runs: a connection may use the same object again. */
export interface Reply {
  /** Null when the request was answered well. */
  errorClass: ErrorClass | null;
  /** Handed to the operating system; null when it never was. */
  writtenUs: number | null;
  /** When we had it ready for the pipe, where that can be long before: a server that does not read lets the pipe fill. */
  readyUs?: number;
  /** The answer was complete and parsed, or was given up. */
  endUs: number;
  /** Of the answer. */
  bytes: number;
  /** Of `result`, when it was wanted. */
  result: unknown;
}

/** What every kind of connection is opened with: `openStdioConnection(spec, o)`, `openHttpConnection(spec, o)`, `openSseConnection(spec, o)`. */
export interface ConnectionOptions {
  clock: Clock;
  protocol: Protocol;
  initializeTimeoutMs: number;
  /** Of this connection. */
  maxSockets: number;
  /** Of the process that is started for it: value of MCP_PROFILER_RUN in its tree. */
  marker: string;
  /** Cancels the opening. */
  signal: AbortSignal;
  /** An error that belongs to no request of ours: an answer to an id that we do not wait for, a line that is no message. */
  onStray: (errorClass: ErrorClass) => void;
  /** The connection can no longer be used; called once, and not for `close`. */
  onLost: (why: UserError) => void;
}

/** Exclusive: a request counts under the first that is true. `jsonrpc(-32602)` carries the code. */
export type ErrorClass =
  | 'not_sent'
  | 'spawn_exit'
  | 'connect'
  | 'tls'
  | 'write_epipe'
  | 'timeout_no_bytes'
  | 'timeout_mid_stream'
  | 'stream_ended_no_response'
  | 'http_3xx'
  | 'http_4xx'
  | 'http_5xx'
  | 'session_404'
  | 'bad_content_type'
  | 'parse'
  | `jsonrpc(${number})`
  | 'tool_isError'
  | 'unexpected_id'
  | 'cancelled';
