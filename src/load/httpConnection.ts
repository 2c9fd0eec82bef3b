import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { HttpServer } from '../model/server.ts';
import { modernHeaders } from '../wire/modernHeaders.ts';
import type { Connection, ConnectionOptions, ErrorClass, Outgoing, Reply } from './connection.ts';
import { createDeadlines } from './deadlines.ts';
import { answerServer, modernMeta, opening, readHandshake } from './handshake.ts';
import { prepareHead, type RequestHead } from './http1/requestHead.ts';
import { cancelledNotice, idInEvents } from './httpAnswer.ts';
import { HttpCall, type CallContext } from './httpCall.ts';
import { explainHttpOpening } from './httpErrors.ts';
import { exchangeQuietly, redirectedPath, targetOf, type HttpTarget } from './httpOrigin.ts';
import { createHttpPool, type HttpPool } from './httpPool.ts';
import { openServerStream } from './httpServerStream.ts';
import { createSameAnswer } from './sameAnswer.ts';

export interface HttpConnectionOptions extends ConnectionOptions {
  /** Shared by all sessions of a load test, and closed by whoever made it; without it the session has `maxSockets` of its own. */
  pool?: HttpPool;
  /**
   * Keep a GET open for what the server asks outside of any request (a socket more for each session). What it asks on
   * the stream of a request is answered in any case.
   */
  serverStream?: boolean;
}

/** For the end of a session, and for what needs no answer, milliseconds. */
const deleteMs = 500;
const noticeMs = 5000;
const cancelMs = 1000;
/** Between attempts to reach a process that was just started. */
const retryMs = 100;
const maxRedirects = 3;
/** Sets of headers that are kept: one for each tool, but resources may be without number. */
const keptHeaders = 1000;

/**
 * A session over Streamable HTTP: each request is a POST on one of the pool's sockets. A process behind the URL is
 * started and ended by the caller; where there is one, it is waited for.
 *
 * @throws UserError when there is no connection or no handshake.
 */
export async function openHttpConnection(spec: HttpServer, o: HttpConnectionOptions): Promise<Connection> {
  o.signal.throwIfAborted();
  const target = targetOf(spec);
  const pool = o.pool ?? createHttpPool({ sockets: o.maxSockets });
  const client = createHttpClient(spec, target, pool, o);
  const aborted = () => client.cancelAll();
  o.signal.addEventListener('abort', aborted, { once: true });
  try {
    const handshake = await shakeHands(spec, target, client, o);
    return client.opened(handshake);
  } catch (error) {
    client.cancelAll();
    if (!o.pool) await pool.close();
    o.signal.throwIfAborted();
    throw error;
  } finally {
    o.signal.removeEventListener('abort', aborted);
  }
}

type HttpClient = ReturnType<typeof createHttpClient>;

async function shakeHands(spec: HttpServer, target: HttpTarget, client: HttpClient, o: HttpConnectionOptions): Promise<Record<string, unknown>> {
  const { method, params, thenNotify } = opening(o.protocol);
  const endUs = o.clock.now() + o.initializeTimeoutMs * 1000;
  for (let redirects = 0; ; ) {
    const { reply, call } = await client.call({ method, params, name: null, timeoutUs: Math.max(1000, endUs - o.clock.now()), wantsResult: true });
    o.signal.throwIfAborted();
    const path = redirectedPath(target, call.head);
    if (path !== null && redirects++ < maxRedirects) client.moved(path);
    else if (reply.errorClass === 'connect' && spec.process && o.clock.now() < endUs) await sleep(retryMs);
    else if (reply.errorClass !== null) throw explainHttpOpening(spec.name, o, { errorClass: reply.errorClass, status: call.head?.status ?? 0, networkError: call.networkError });
    else {
      const { result, protocolVersion } = readHandshake(o.protocol, reply.result, spec.name);
      if (o.protocol === 'legacy') client.agreed(protocolVersion, call.head?.header('mcp-session-id') ?? null);
      const status = thenNotify === null ? 202 : await client.notify(thenNotify, noticeMs);
      o.signal.throwIfAborted();
      if (status !== null && status < 300) return result;
      throw explainHttpOpening(spec.name, o, { errorClass: status === null ? 'timeout_no_bytes' : 'http_4xx', status: status ?? 0, networkError: null });
    }
  }
}

function createHttpClient(spec: HttpServer, target: HttpTarget, pool: HttpPool, o: HttpConnectionOptions) {
  const modern = o.protocol === 'modern';
  let nextId = 1;
  let lost: ErrorClass | null = null;
  let closing: Promise<void> | null = null;
  let stopStream: () => void = () => undefined;
  /** What `initialize` agreed on, as headers. */
  let session: Record<string, string> = {};
  const always = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  let head = prepareHead('POST', target, target.headers, always);
  const modernKept = new Map<string, RequestHead>();

  const context: CallContext = {
    pool,
    clock: o.clock,
    deadlines: createDeadlines(o.clock),
    reply: { errorClass: null, writtenUs: null, endUs: 0, bytes: 0, result: undefined },
    same: { json: createSameAnswer(), events: createSameAnswer(idInEvents) },
    inFlight: new Set(),
    hasSession: false,
    onServerRequest: answer,
    onStray: o.onStray,
    onTimeout(id) {
      // who answers too late should stop; not at the cost of requests that wait. In 2026-07-28 the end of the exchange says it.
      if (modern || pool.queued > 0 || lost !== null) return;
      void notify(cancelledNotice(id), cancelMs);
    },
    onSessionGone() {
      if (lost !== null) return;
      lost = 'session_404';
      stopStream();
      o.onLost(new UserError('protocol-error', `"${spec.name}" ended a session under load (HTTP 404).`, "Look at the server's log for the reason; it may keep only so many sessions, or only for so long."));
    },
  };

  function answer(id: string | number, method: string) {
    void notify(answerServer(id, method), noticeMs);
  }

  function notify(body: string, timeoutMs: number): Promise<number | null> {
    return exchangeQuietly(pool, head, body, timeoutMs);
  }

  function headFor(request: Outgoing): RequestHead {
    if (!modern) return head;
    const key = `${request.method} ${request.name ?? ''}`;
    let known = modernKept.get(key);
    if (!known) {
      if (modernKept.size >= keptHeaders) modernKept.clear();
      known = prepareHead('POST', target, target.headers, always, modernHeaders({ jsonrpc: '2.0', method: request.method, params: { _meta: modernMeta, ...(request.name === null ? {} : { name: request.name }) } }));
      modernKept.set(key, known);
    }
    return known;
  }

  function start(request: Outgoing, done: (reply: Reply) => void): HttpCall {
    const id = nextId++;
    const body = `{"jsonrpc":"2.0","id":${id},"method":"${request.method}","params":${request.params}}`;
    return new HttpCall(context, id, request, headFor(request), body, done);
  }

  function cancelAll() {
    for (const call of context.inFlight) call.cancel();
  }

  async function close() {
    const hadSession = context.hasSession && lost === null;
    lost ??= 'cancelled';
    stopStream();
    cancelAll();
    // 405 means that the server keeps its sessions to itself
    if (hadSession) await exchangeQuietly(pool, prepareHead('DELETE', target, target.headers, session), null, deleteMs);
    if (!o.pool) await pool.close();
  }

  return {
    call: (request: Outgoing) => new Promise<{ reply: Reply; call: HttpCall }>((resolve) => {
      const call: HttpCall = start(request, ({ ...reply }) => queueMicrotask(() => resolve({ reply, call })));
    }),
    notify,
    cancelAll,
    moved(path: string) {
      target.path = path;
      head = prepareHead('POST', target, target.headers, always);
      modernKept.clear();
    },
    /** What follows is of this session. */
    agreed(protocolVersion: string, sessionId: string | null) {
      session = { 'mcp-protocol-version': protocolVersion, ...(sessionId === null ? {} : { 'mcp-session-id': sessionId }) };
      head = prepareHead('POST', target, target.headers, always, session);
      context.hasSession = sessionId !== null;
    },
    opened(handshake: Record<string, unknown>): Connection {
      if (o.serverStream && !modern) {
        stopStream = openServerStream(pool, prepareHead('GET', target, target.headers, session, { accept: 'text/event-stream' }), answer);
      }
      return {
        handshake,
        send(request, done) {
          if (lost === null) start(request, done);
          else done({ errorClass: lost, writtenUs: null, endUs: o.clock.now(), bytes: 0, result: undefined });
        },
        get inFlight() {
          return context.inFlight.size;
        },
        get lost() {
          return lost;
        },
        pid: null,
        get sockets() {
          return pool.sockets;
        },
        close: () => (closing ??= close()),
      };
    },
  };
}
