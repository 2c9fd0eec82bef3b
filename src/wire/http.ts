import type { JSONRPCMessage, RequestId, TransportSendOptions } from '@modelcontextprotocol/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { createEventStream } from './eventStream.ts';
import { keptOfInvalid, parseMessage, type Arrival } from './framing.ts';
import { createHttpClient } from './httpClient.ts';
import { modernHeaders } from './modernHeaders.ts';
import { WireError, type Departure, type WireTap, type WireTransport } from './transport.ts';

/** How long the end of a session may take on the server, milliseconds. */
const deleteMs = 500;
/** Pause before a broken stream of server messages is opened again, milliseconds; then twice as long each time. */
const reopenMs = 500;
const maxReopens = 5;

/** What a POST is waiting for. */
interface Exchange {
  /** Of the request; undefined when the message wants no answer. */
  id: RequestId | undefined;
  answered: boolean;
  /** A body came that holds no message. */
  broken: boolean;
  abort: AbortController;
}

/** Streamable HTTP: each message is a POST, answered with JSON or with a stream of events; a GET holds what the server says unasked. */
export function createHttpTransport(url: URL, configured: Record<string, string>, clock: Clock, tap: WireTap): WireTransport {
  const client = createHttpClient();
  const ended = new AbortController();
  const exchanges = new Map<RequestId, Exchange>();
  /** Requests of whose answer some bytes have come. */
  const begun = new Set<RequestId>();
  let connected = false;
  let failure: WireError | null = null;
  let sessionId: string | undefined;
  let protocolVersion: string | undefined;

  const headers = (more: Record<string, string>): Record<string, string> => ({
    ...lowerCased(configured),
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    ...(protocolVersion === undefined ? {} : { 'mcp-protocol-version': protocolVersion }),
    ...more,
  });

  function deliver(text: string, bytes: number, firstByteUs: number, via: Exchange | null) {
    const messages = parseMessage(text);
    const arrival: Arrival = { firstByteUs, parsedUs: clock.now(), bytes };
    if (typeof messages === 'string') {
      if (via) via.broken = true;
      tap.invalid(text.slice(0, keptOfInvalid), messages, arrival);
      return;
    }
    for (const message of messages) {
      const exchange = !('method' in message) && message.id !== undefined ? exchanges.get(message.id) : undefined;
      if (exchange) exchange.answered = true;
      const forClient = tap.incoming(message, text, arrival);
      if (forClient && !ended.signal.aborted) transport.onmessage?.(forClient);
    }
  }

  /** Takes a body as it comes: events one by one, JSON when it is complete. */
  function bodyReader(kind: 'json' | 'events', via: Exchange | null) {
    const chunks: Buffer[] = [];
    let firstByteUs = 0;
    const events = createEventStream((event, atUs) => {
      if (event.data !== '' && (event.event === undefined || event.event === 'message')) deliver(event.data, Buffer.byteLength(event.data), atUs, via);
    });
    return {
      take: (chunk: Buffer) => {
        const readUs = clock.now();
        if (via?.id !== undefined) begun.add(via.id);
        if (kind === 'events') events.push(chunk, readUs);
        else {
          if (chunks.length === 0) firstByteUs = readUs;
          chunks.push(chunk);
        }
      },
      end: () => {
        if (kind !== 'json' || chunks.length === 0) return;
        const body = Buffer.concat(chunks);
        deliver(body.toString('utf8'), body.length, firstByteUs, via);
      },
    };
  }

  async function send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const departure: Departure = { queuedUs: clock.now(), writtenUs: null, bytes: 0 };
    const wire = tap.outgoing(message, departure);
    const body = Buffer.from(JSON.stringify(wire), 'utf8');
    departure.bytes = body.length;
    const id = 'method' in wire && 'id' in wire ? wire.id : undefined;
    const exchange: Exchange = { id, answered: id === undefined, broken: false, abort: new AbortController() };
    if (id !== undefined) exchanges.set(id, exchange);
    const aborted = () => exchange.abort.abort();
    for (const signal of [ended.signal, options?.requestSignal]) {
      if (signal?.aborted) aborted();
      signal?.addEventListener('abort', aborted);
    }
    let reported = false;
    const departed = () => {
      if (!reported) tap.departed(wire, departure);
      reported = true;
    };
    try {
      await post(wire, body, exchange, () => {
        departure.writtenUs = clock.now();
        departed();
      });
      if (!exchange.answered) {
        throw exchange.broken
          ? new WireError('parse', 'The server answered with something that is no JSON-RPC message.')
          : new WireError('stream_ended_no_response', 'The server ended its answer before the response was in it.');
      }
      connected = true;
      if ('method' in wire) followUp(wire.method, wire.params);
    } catch (error) {
      // an answer that came is an answer, whatever became of the rest of its stream
      if (exchange.answered && id !== undefined) return;
      if (error instanceof WireError) noteFailure(error);
      throw error;
    } finally {
      departed();
      if (id !== undefined) {
        exchanges.delete(id);
        if (exchange.answered) begun.delete(id);
      }
      for (const signal of [ended.signal, options?.requestSignal]) signal?.removeEventListener('abort', aborted);
    }
  }

  function followUp(method: string, params: Record<string, unknown> | undefined) {
    if (method === 'notifications/initialized') void listen();
    // nobody waits for the answer any more: its connection is free for others
    if (method === 'notifications/cancelled') exchanges.get(params?.['requestId'] as RequestId)?.abort.abort();
  }

  /** A session that is gone, or a server that is, cannot be used any further; other failures are those of one request. */
  function noteFailure(error: WireError) {
    if (ended.signal.aborted) return;
    failure = error;
    if (error.errorClass === 'session_404' || (error.errorClass === 'connect' && connected)) void close();
  }

  async function post(message: JSONRPCMessage, body: Buffer, exchange: Exchange, onWritten: () => void) {
    const got: { reader?: ReturnType<typeof bodyReader>; odd?: WireError } = {};
    const isHandshake = 'method' in message && message.method === 'initialize';
    const hadSession = sessionId !== undefined;
    try {
      await client.exchange({
        method: 'POST',
        url,
        headers: headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...modernHeaders(message) }),
        body,
        signal: exchange.abort.signal,
        onWritten,
        onHead(status, head) {
          if (isHandshake && status < 300 && head['mcp-session-id'] !== undefined) transport.sessionId = sessionId = head['mcp-session-id'];
          const type = mediaType(head['content-type']);
          if (status >= 300) return null;
          if (exchange.answered) return () => undefined;
          if (type === 'application/json' || type === 'text/event-stream') {
            got.reader = bodyReader(type === 'application/json' ? 'json' : 'events', exchange);
            return got.reader.take;
          }
          got.odd = new WireError('bad_content_type', `The server answered with "${type || 'no content type'}".`, { status, contentType: type || null, authenticate: null, location: null, body: '' });
          return () => undefined;
        },
      });
    } catch (error) {
      throw answeredInBody(error, exchange, hadSession) ?? error;
    }
    got.reader?.end();
    if (got.odd) throw got.odd;
  }

  /** A JSON-RPC error in the body of a 4xx is the answer; a 404 within a session means that the session is gone. */
  function answeredInBody(error: unknown, exchange: Exchange, hadSession: boolean): WireError | null {
    if (!(error instanceof WireError) || !error.http) return null;
    const messages = parseMessage(error.http.body);
    if (typeof messages !== 'string' && messages.some((m) => 'error' in m && m.id !== undefined && exchanges.has(m.id))) {
      deliver(error.http.body, Buffer.byteLength(error.http.body), clock.now(), exchange);
      if (exchange.answered) return error;
    }
    return error.http.status === 404 && hadSession ? new WireError('session_404', 'The server has ended the session.', error.http) : null;
  }

  /** Messages that the server sends unasked, where it has a stream for them. */
  async function listen(): Promise<void> {
    for (let attempt = 0; attempt <= maxReopens && !ended.signal.aborted; attempt++) {
      try {
        const got = { isStream: false };
        await client.exchange({
          method: 'GET',
          url,
          headers: headers({ accept: 'text/event-stream' }),
          signal: ended.signal,
          onHead(status, head) {
            got.isStream = status === 200 && mediaType(head['content-type']) === 'text/event-stream';
            return got.isStream ? bodyReader('events', null).take : null;
          },
        });
        if (!got.isStream) return;
      } catch (error) {
        // most servers have none and say 405; without it there are only fewer notifications
        if (!(error instanceof WireError) || error.http) return;
      }
      await sleep(reopenMs * 2 ** attempt, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  async function close(): Promise<void> {
    if (ended.signal.aborted) return;
    ended.abort();
    if (sessionId !== undefined) {
      // 405 means that the server keeps its sessions to itself
      await client.exchange({ method: 'DELETE', url, headers: headers({}), signal: AbortSignal.timeout(deleteMs), onHead: () => () => undefined }).catch(() => undefined);
    }
    await client.destroy();
    transport.onclose?.();
  }

  const transport: WireTransport = {
    hasPerRequestStream: true,
    get failure() {
      return failure;
    },
    start: () => Promise.resolve(),
    send,
    close,
    partial: (id) => begun.has(id),
    setProtocolVersion(version) {
      protocolVersion = version;
    },
  };
  return transport;
}

const mediaType = (contentType: string | undefined) => (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();

const lowerCased = (headers: Record<string, string>) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
