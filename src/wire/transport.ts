import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/client';
import type { Arrival, InvalidReason } from './framing.ts';

/** What happened to a message of ours; microseconds on the run's clock. */
export interface Departure {
  queuedUs: number;
  /** The operating system has taken the last byte; null when it never did. */
  writtenUs: number | null;
  bytes: number;
}

/** Sees every message at the wire, both ways, and may rewrite it (ids) or keep it from the client. */
export interface WireTap {
  /** Called with each message before it is serialised; returns what is sent. `departure` is filled in later. */
  outgoing(message: JSONRPCMessage, departure: Departure): JSONRPCMessage;
  /** The message (as returned by `outgoing`) was written, or never will be. */
  departed(message: JSONRPCMessage, departure: Departure): void;
  /** Called with each message that arrived; returns what the client gets, or null for nothing. */
  incoming(message: JSONRPCMessage, text: string, arrival: Arrival): JSONRPCMessage | null;
  invalid: (text: string, reason: InvalidReason, arrival: Arrival) => void;
}

export type WireErrorClass =
  | 'connect'
  | 'write_epipe'
  | 'spawn_exit'
  | 'stream_ended_no_response'
  | 'http_3xx'
  | 'http_4xx'
  | 'http_5xx'
  | 'session_404'
  | 'bad_content_type'
  | 'parse';

/** The connection failed, or one request on it did. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly errorClass: WireErrorClass;
  /** Of the HTTP answer, where there was one. */
  readonly http: HttpFailure | null;

  constructor(errorClass: WireErrorClass, message: string, http: HttpFailure | null = null, options?: ErrorOptions) {
    super(message, options);
    this.errorClass = errorClass;
    this.http = http;
  }
}

export interface HttpFailure {
  status: number;
  contentType: string | null;
  /** The WWW-Authenticate header, where it was sent. */
  authenticate: string | null;
  /** Where a redirect would lead. */
  location: string | null;
  /** The first 2,000 characters of the body. */
  body: string;
}

/** The SDK's transport, and what a measuring client needs to know besides. */
export interface WireTransport extends Transport {
  /** Why the connection is gone, or why the last request failed; set before `onclose`. */
  readonly failure: WireError | null;
  /** True when a part of the answer to this request has arrived. */
  partial(id: RequestId): boolean;
}
