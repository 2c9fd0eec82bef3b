import { createHash, randomBytes } from 'node:crypto';
import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { StrayLines } from '../model/run.ts';
import type { MessageRecord, Outcome, Phase, RequestRecord, RunEvent } from '../model/trace.ts';
import type { Arrival } from '../wire/framing.ts';
import type { Departure, WireTap } from '../wire/transport.ts';

export interface RecorderOptions {
  bodies: boolean;
  redact: (text: string) => string;
  now: () => number;
  observer: { message: (m: MessageRecord) => void; request: (r: RequestRecord) => void; event: (e: RunEvent) => void };
}

type Id = string | number;

/** A request of ours on its way. */
export interface Pending {
  readonly record: RequestRecord;
  /** The id the client gave it; on the wire it has one that is unique in the run. */
  readonly clientId: Id;
  /** Filled in by the transport, perhaps after the answer. */
  readonly departure: Departure;
  readonly call: Call | null;
  /** Its answer has come and the outcome is known. */
  answered: boolean;
  emitted: boolean;
  /** Answers to nobody, and lines that look like broken answers, that came while it waited. */
  strangers: number;
  broken: number;
}

/** Groups the requests of one call: usually one, more when the server asks for input in between (2026-07-28). */
export interface Call {
  readonly token: number;
  readonly phase: Phase;
  readonly requests: Pending[];
}

export interface Recorder extends WireTap {
  /** Begins a call; its `token` goes with the request as progress token, which is how the two find each other. */
  begin(phase: Phase): Call;
  /** Ends a call: all its requests are reported, with the failure where no answer came. */
  finish(call: Call, failure: { outcome: Outcome; errorClass: string } | null): void;
  /** Reports what is still pending outside of calls (initialize) as failed. */
  abandon(failure: { outcome: Outcome; errorClass: string }): void;
  readonly pending: ReadonlyMap<Id, Pending>;
  /** Messages of the server that answered nothing we asked. */
  readonly strangers: number;
  readonly strayLines: readonly StrayLines[];
  /** How the first line that was no message begins, redacted. */
  readonly firstInvalid: string | null;
  /** When the answer to the first `initialize` or `server/discover` was parsed; null until then. */
  readonly handshakeUs: number | null;
  /** The record of a call that never reached the wire. */
  unsent(call: Call, method: string, params: Record<string, unknown>, failure: { outcome: Outcome; errorClass: string }): RequestRecord;
}

/** Ids and numbers go on over all sessions of a run; one counter per run is found by its clock. */
const counters = new WeakMap<object, { request: number; message: number; token: number; salt: Buffer }>();

/**
 * Turns what passes the wire into records. It gives each request an id that is unique in the run, so that answers of
 * one session can never be taken for those of another, and keeps answers to unknown ids from the client.
 */
export function createRecorder(run: object, o: RecorderOptions): Recorder {
  const counter = counters.get(run) ?? { request: 0, message: 0, token: 0, salt: randomBytes(16) };
  counters.set(run, counter);
  const pending = new Map<Id, Pending>();
  const calls = new Map<Id, Call>();
  const numberOfToken = new Map<Id, number>();
  const wireIdOf = new Map<Id, number>();
  let strangers = 0;
  const strayLines = new Map<string | null, StrayLines>();
  let firstInvalid: string | null = null;
  let handshakeUs: number | null = null;

  const hash = (text: string) => createHash('sha256').update(counter.salt).update(text).digest('base64url').slice(0, 12);

  function redacted(value: unknown): unknown {
    if (value === undefined) return null;
    return JSON.parse(o.redact(JSON.stringify(value))) as unknown;
  }

  function outgoingRequest(message: JSONRPCRequest, departure: Departure): JSONRPCMessage {
    const token = message.params?._meta?.progressToken;
    const call = token === undefined ? null : (calls.get(token) ?? null);
    const { record } = register(message, call, departure);
    if (token !== undefined) numberOfToken.set(token, record.request);
    return { ...message, id: record.id };
  }

  function register(message: JSONRPCRequest, call: Call | null, departure: Departure): Pending {
    const number = ++counter.request;
    const params = (message.params ?? {}) as Record<string, unknown>;
    const isTool = message.method === 'tools/call';
    const args = isTool ? (params['arguments'] ?? {}) : message.method === 'initialize' ? undefined : withoutMeta(params);
    const entry: Pending = {
      clientId: message.id,
      departure,
      call,
      answered: false,
      emitted: false,
      strangers: 0,
      broken: 0,
      record: {
        request: number,
        id: number,
        method: message.method,
        target: targetOf(params),
        phase: call?.phase ?? 'setup',
        queuedUs: departure.queuedUs,
        writtenUs: null,
        firstByteUs: null,
        parsedUs: null,
        outcome: 'ok',
        errorClass: null,
        bytesOut: 0,
        bytesIn: 0,
        inFlight: pending.size + 1,
        args: redacted(args),
        argsHash: hash(JSON.stringify(canonical(args ?? null))),
        resultHash: null,
        resultTokens: null,
      },
    };
    pending.set(number, entry);
    wireIdOf.set(message.id, number);
    call?.requests.push(entry);
    return entry;
  }

  function outgoing(message: JSONRPCMessage, departure: Departure): JSONRPCMessage {
    if ('method' in message && 'id' in message) return outgoingRequest(message, departure);
    if ('method' in message && message.method === 'notifications/cancelled') {
      const id = wireIdOf.get(message.params?.['requestId'] as Id);
      if (id !== undefined) return { ...message, params: { ...message.params, requestId: id } };
    }
    return message;
  }

  function departed(message: JSONRPCMessage, departure: Departure) {
    const record = 'method' in message && 'id' in message ? pending.get(message.id)?.record : undefined;
    report('out', message, o.bodies ? JSON.stringify(message) : null, {
      request: record?.request ?? null,
      target: record?.target ?? null,
      queuedUs: departure.queuedUs,
      writtenUs: departure.writtenUs,
      firstByteUs: null,
      parsedUs: null,
      bytes: departure.bytes,
    });
  }

  function incoming(message: JSONRPCMessage, text: string, arrival: Arrival): JSONRPCMessage | null {
    const isAnswer = !('method' in message);
    const entry = isAnswer && message.id !== undefined ? pending.get(message.id) : undefined;
    report('in', message, o.bodies ? text : null, {
      request: entry?.record.request ?? null,
      target: entry?.record.target ?? null,
      queuedUs: null,
      writtenUs: null,
      firstByteUs: arrival.firstByteUs,
      parsedUs: arrival.parsedUs,
      bytes: arrival.bytes,
    });
    if (!isAnswer) {
      if (!('id' in message)) notified(message.method, message.params ?? {}, arrival.parsedUs);
      return message;
    }
    if (!entry || entry.answered) {
      strangers++;
      for (const waiting of pending.values()) waiting.strangers++;
      return null;
    }
    settle(entry, message, arrival);
    return { ...message, id: entry.clientId };
  }

  function settle(entry: Pending, message: JSONRPCMessage, arrival: Arrival) {
    const { record } = entry;
    entry.answered = true;
    pending.delete(record.id);
    record.firstByteUs = arrival.firstByteUs;
    record.parsedUs = arrival.parsedUs;
    record.bytesIn = arrival.bytes;
    if ('error' in message) {
      record.outcome = 'rpcError';
      record.errorClass = `jsonrpc(${message.error.code})`;
    } else if ('result' in message) {
      const result = JSON.stringify(message.result);
      record.resultTokens = Math.round(Buffer.byteLength(result) / 4);
      record.resultHash = hash(result);
      if (record.method === 'tools/call' && message.result['isError'] === true) {
        record.outcome = 'toolError';
        record.errorClass = 'isError';
      }
    }
    if (record.method === 'initialize' || record.method === 'server/discover') handshakeUs ??= arrival.parsedUs;
    // those without a call have nobody who waits to report them
    if (!entry.call) emit(entry);
  }

  function emit(entry: Pending) {
    if (entry.emitted) return;
    entry.emitted = true;
    pending.delete(entry.record.id);
    wireIdOf.delete(entry.clientId);
    entry.record.writtenUs = entry.departure.writtenUs;
    entry.record.bytesOut = entry.departure.bytes;
    o.observer.request(entry.record);
  }

  function fail(entry: Pending, failure: { outcome: Outcome; errorClass: string }) {
    if (!entry.answered) {
      entry.record.outcome = failure.outcome;
      entry.record.errorClass = failure.errorClass;
      if (failure.outcome === 'timeout' && entry.strangers > 0) entry.record.errorClass = 'unexpected_id';
      else if (failure.outcome === 'timeout' && entry.broken > 0) entry.record.errorClass = 'parse';
    }
    emit(entry);
  }

  function notified(method: string, params: Record<string, unknown>, atUs: number) {
    if (method === 'notifications/message') {
      const { level, logger, data } = params;
      const text = typeof data === 'string' ? data : JSON.stringify(data ?? null);
      o.observer.event({ kind: 'log', atUs, level: String(level), logger: typeof logger === 'string' ? logger : null, text: beginning(text, 2000) });
    } else if (method === 'notifications/progress') {
      const { progressToken, progress, total, message } = params;
      o.observer.event({
        kind: 'progress',
        atUs,
        request: numberOfToken.get(progressToken as Id) ?? null,
        progress: Number(progress),
        total: typeof total === 'number' ? total : null,
        message: typeof message === 'string' ? beginning(message, 2000) : null,
      });
    }
  }

  function report(direction: 'out' | 'in', message: JSONRPCMessage, text: string | null, rest: Pick<MessageRecord, 'request' | 'target' | 'queuedUs' | 'writtenUs' | 'firstByteUs' | 'parsedUs' | 'bytes'>) {
    const method = 'method' in message ? message.method : null;
    const id = 'id' in message ? (message.id ?? null) : null;
    const kind = method !== null ? (id !== null ? 'request' : 'notification') : 'error' in message ? 'error' : 'response';
    o.observer.message({ seq: ++counter.message, direction, kind, method, id, ...rest, ...(text === null ? {} : { body: o.redact(text) }) });
  }

  /** With one call under way the line is its; a server that does several things at once does not say which of them wrote it. */
  function noteStray(text: string) {
    const [only, ...others] = pending.values();
    const tool = only?.record.method === 'tools/call' && others.length === 0 ? only.record.target : null;
    const known = strayLines.get(tool);
    if (known) known.lines++;
    else strayLines.set(tool, { tool, lines: 1, first: beginning(text, 200) });
  }

  /** Cut last: half of a secret would not be known as one. */
  const beginning = (text: string, length: number) => o.redact(text).slice(0, length);

  return {
    outgoing,
    departed,
    incoming,
    invalid(text, reason, arrival) {
      noteStray(text);
      if (firstInvalid === null) {
        firstInvalid = beginning(text, 200);
        o.observer.event({ kind: 'invalid', atUs: arrival.parsedUs, text: firstInvalid });
      }
      if (reason !== 'not-json' || text.trimStart().startsWith('{')) for (const waiting of pending.values()) waiting.broken++;
      o.observer.message({
        seq: ++counter.message,
        direction: 'in',
        kind: 'invalid',
        method: null,
        id: null,
        request: null,
        target: null,
        queuedUs: null,
        writtenUs: null,
        firstByteUs: arrival.firstByteUs,
        parsedUs: arrival.parsedUs,
        bytes: arrival.bytes,
        body: o.redact(text),
      });
    },
    begin(phase) {
      const call: Call = { token: ++counter.token, phase, requests: [] };
      calls.set(call.token, call);
      return call;
    },
    finish(call, failure) {
      calls.delete(call.token);
      numberOfToken.delete(call.token);
      for (const entry of call.requests) {
        if (failure) fail(entry, failure);
        else emit(entry);
      }
    },
    abandon(failure) {
      for (const entry of [...pending.values()]) fail(entry, failure);
    },
    pending,
    get strangers() {
      return strangers;
    },
    get strayLines() {
      return [...strayLines.values()];
    },
    get firstInvalid() {
      return firstInvalid;
    },
    get handshakeUs() {
      return handshakeUs;
    },
    unsent(call, method, params, failure) {
      const entry = register({ jsonrpc: '2.0', id: `unsent-${call.token}`, method, params }, call, { queuedUs: o.now(), writtenUs: null, bytes: 0 });
      fail(entry, failure);
      return entry.record;
    },
  };
}

function withoutMeta(params: Record<string, unknown>): unknown {
  const rest = Object.entries(params).filter(([key]) => key !== '_meta');
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

function targetOf(params: Record<string, unknown>): string | null {
  const target = params['name'] ?? params['uri'];
  return typeof target === 'string' ? target : null;
}

/** The same value with the keys of all its objects in order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]));
}
