import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { HttpServer } from '../model/server.ts';
import type { Connection, ConnectionOptions, ErrorClass, Outgoing, Reply } from './connection.ts';
import { createDeadlines, type Deadline } from './deadlines.ts';
import { answerServer, opening, readHandshake } from './handshake.ts';
import { cancelledNotice, failureClass, readMessages, statusClass, type Said } from './httpAnswer.ts';
import { explainHttpOpening, networkClass, type FailedOpening } from './httpErrors.ts';
import { createEventCutter } from './httpEvents.ts';
import { exchangeQuietly, targetOf, type HttpTarget } from './httpOrigin.ts';
import { prepareHead, type RequestHead } from './http1/requestHead.ts';
import type { Exchange, ExchangeTaker } from './http1/socket.ts';
import { createHttpPool, type HttpPool } from './httpPool.ts';

export interface SseConnectionOptions extends ConnectionOptions {
  /** For the POSTs of all sessions; each session has its stream besides. Closed by whoever made it. */
  pool?: HttpPool;
}

const noticeMs = 5000;
/** Between attempts to reach a process that was just started, milliseconds. */
const retryMs = 100;
/** Ids that timed out are remembered, so that late answers are told from those that nobody asked for. */
const mostLate = 100_000;

/**
 * A session over HTTP+SSE of protocol 2024-11-05: a GET holds all that the server says, and names the address to POST
 * to. A process behind the URL is started and ended by the caller; where there is one, it is waited for.
 *
 * @throws UserError when there is no connection or no handshake.
 */
export async function openSseConnection(spec: HttpServer, o: SseConnectionOptions): Promise<Connection> {
  o.signal.throwIfAborted();
  const target = targetOf(spec);
  const pool = o.pool ?? createHttpPool({ sockets: o.maxSockets });
  const endUs = o.clock.now() + o.initializeTimeoutMs * 1000;
  const attempt: { client: SseClient | null } = { client: null };
  const aborted = () => void attempt.client?.connection.close();
  o.signal.addEventListener('abort', aborted, { once: true });
  try {
    for (;;) {
      const client = (attempt.client = createSseClient(spec, target, pool, o));
      const failure = await client.named((endUs - o.clock.now()) / 1000);
      o.signal.throwIfAborted();
      if (failure === null) return Object.assign(client.connection, { handshake: await shakeHands(spec, client, o, endUs) });
      if (failure.errorClass !== 'connect' || !spec.process || o.clock.now() > endUs) throw explainHttpOpening(spec.name, o, failure);
      await sleep(retryMs);
    }
  } catch (error) {
    await attempt.client?.connection.close();
    if (!o.pool) await pool.close();
    o.signal.throwIfAborted();
    throw error;
  } finally {
    o.signal.removeEventListener('abort', aborted);
  }
}

type SseClient = ReturnType<typeof createSseClient>;

async function shakeHands(spec: HttpServer, client: SseClient, o: SseConnectionOptions, endUs: number): Promise<Record<string, unknown>> {
  const { method, params, thenNotify } = opening('legacy');
  const reply = await new Promise<Reply>((resolve) => {
    client.connection.send({ method, params, name: null, timeoutUs: Math.max(1000, endUs - o.clock.now()), wantsResult: true }, (r) => resolve({ ...r }));
  });
  o.signal.throwIfAborted();
  if (reply.errorClass !== null) throw explainHttpOpening(spec.name, o, { errorClass: reply.errorClass, status: client.postStatus(), networkError: null });
  const { result, protocolVersion } = readHandshake('legacy', reply.result, spec.name);
  client.opened(protocolVersion);
  if (thenNotify !== null) await client.notify(thenNotify);
  return result;
}

/** A request: its POST, and the answer that comes on the stream. */
interface SseCall extends Deadline {
  id: number;
  request: Outgoing;
  done: (reply: Reply) => void;
  exchange: Exchange | null;
  writtenUs: number | null;
}

function createSseClient(spec: HttpServer, target: HttpTarget, pool: HttpPool, o: SseConnectionOptions) {
  const { clock } = o;
  const secure = target.origin.startsWith('https:');
  const pending = new Map<number, SseCall>();
  const deadlines = createDeadlines(clock);
  const late = new Set<number>();
  let nextId = 1;
  let lost: ErrorClass | null = null;
  let isOpen = false;
  let closing: Promise<void> | null = null;
  /** Of every POST, once the server has named the address for them. */
  let post: RequestHead | null = null;
  let postPath = target.path;
  let postStatus = 0;
  let onNamed: (failure: FailedOpening | null) => void = () => undefined;
  let failure: FailedOpening | null = null;

  // ── the stream ──

  const cutter = createEventCutter((data, type) => {
    if (type === 'endpoint') name(data);
    else if (type === 'message') readMessages(data, (said) => take(said, Buffer.byteLength(data)));
  });
  let streamStatus = 0;
  let isStream = false;
  const stream = pool.stream(
    prepareHead('GET', target, target.headers, { accept: 'text/event-stream' }),
    {
      onWritten: () => undefined,
      onHead({ status, mediaType }) {
        streamStatus = status;
        isStream = status === 200 && mediaType === 'text/event-stream';
        if (!isStream) lose(status >= 300 ? statusClass(status) : 'bad_content_type', null);
      },
      onData(chunk) {
        if (isStream) cutter.push(chunk);
      },
      onEnd: () => lose('stream_ended_no_response', null),
      onError: (error) => lose(networkClass(error, isStream, secure), error),
    },
  );

  function name(data: string) {
    const url = URL.canParse(data, target.origin + target.path) ? new URL(data, target.origin + target.path) : null;
    if (url?.origin === target.origin) {
      postPath = url.pathname + url.search;
      post = postHead();
      onNamed(null);
    } else lose('connect', new Error('its endpoint is of another origin')); // headers stay where they belong
  }

  function postHead(more: Readonly<Record<string, string>> = {}): RequestHead {
    return prepareHead('POST', { origin: target.origin, path: postPath }, target.headers, { 'content-type': 'application/json' }, more);
  }

  function take(said: Said, bytes: number) {
    if (said.kind === 'request') void notify(answerServer(said.id, said.method));
    else if (said.kind === 'invalid') o.onStray('parse');
    else if (said.kind === 'response') {
      const call = typeof said.id === 'number' ? pending.get(said.id) : undefined;
      if (!call) {
        if (!late.delete(said.id as number)) o.onStray('unexpected_id');
      } else if (said.errorClass === 'tool_isError' && call.request.method !== 'tools/call') end(call, null, bytes, said.result);
      else end(call, said.errorClass, bytes, said.result);
    }
  }

  function lose(errorClass: ErrorClass, networkError: Error | null) {
    if (lost !== null) return;
    lost = errorClass;
    failure = { errorClass, status: streamStatus, networkError };
    stream.abort();
    for (const call of pending.values()) abandon(call, errorClass);
    onNamed(failure);
    if (!isOpen) return;
    const what = errorClass === 'session_404' ? 'ended a session (HTTP 404)' : 'ended its event stream';
    o.onLost(new UserError('protocol-error', `"${spec.name}" ${what} under load.`, "Look at the server's log for the reason."));
  }

  // ── requests ──

  function send(request: Outgoing, done: (reply: Reply) => void) {
    if (lost !== null || post === null) {
      done({ errorClass: lost ?? 'not_sent', writtenUs: null, endUs: clock.now(), bytes: 0, result: undefined });
      return;
    }
    const id = nextId++;
    const call: SseCall = { id, request, done, exchange: null, writtenUs: null, expire: () => expire(call), dueUs: 0, before: null, after: null };
    pending.set(id, call);
    deadlines.add(call, request.timeoutUs);
    const body = `{"jsonrpc":"2.0","id":${id},"method":"${request.method}","params":${request.params}}`;
    call.exchange = pool.exchange(post, body, postTaker(call));
  }

  /** The answer to the POST says only whether the request was taken; the stream may be faster. */
  function postTaker(call: SseCall): ExchangeTaker {
    let status = 0;
    const chunks: Buffer[] = [];
    return {
      onWritten() {
        call.writtenUs = deadlines.add(call, call.request.timeoutUs);
      },
      onHead(head) {
        postStatus = status = head.status;
      },
      onData(chunk) {
        if (status >= 400 && chunks.length < 16) chunks.push(Buffer.from(chunk));
      },
      onEnd() {
        call.exchange = null;
        if (status < 300) return;
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        const errorClass = failureClass(status, Buffer.concat(chunks).toString('utf8'), call.id, true);
        end(call, errorClass, bytes, undefined);
        if (errorClass === 'session_404') lose(errorClass, null);
      },
      onError(error) {
        call.exchange = null;
        end(call, networkClass(error, call.writtenUs !== null, secure), 0, undefined);
      },
    };
  }

  function expire(call: SseCall) {
    if (call.writtenUs === null) {
      abandon(call, 'not_sent');
      return;
    }
    if (late.size < mostLate) late.add(call.id);
    // one stream for all: only where nothing else is in flight is it known whose answer has begun
    const partial = cutter.partial && pending.size === 1;
    abandon(call, partial ? 'timeout_mid_stream' : 'timeout_no_bytes');
    if (lost === null && pool.queued === 0) void notify(cancelledNotice(call.id));
  }

  function abandon(call: SseCall, errorClass: ErrorClass) {
    call.exchange?.abort();
    end(call, errorClass, 0, undefined);
  }

  function end(call: SseCall, errorClass: ErrorClass | null, bytes: number, result: unknown) {
    if (!pending.delete(call.id)) return;
    deadlines.remove(call);
    call.done({ errorClass, writtenUs: call.writtenUs, endUs: clock.now(), bytes, result: call.request.wantsResult ? result : undefined });
  }

  function notify(body: string): Promise<number | null> {
    return exchangeQuietly(pool, post ?? postHead(), body, noticeMs);
  }

  async function close() {
    lost ??= 'cancelled';
    stream.abort();
    for (const call of pending.values()) abandon(call, 'cancelled');
    onNamed({ errorClass: 'cancelled', status: 0, networkError: null });
    if (!o.pool) await pool.close();
  }

  const connection = {
    send,
    get inFlight() {
      return pending.size;
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
  return {
    connection,
    notify,
    postStatus: () => postStatus,
    /** Resolves when the server has named its endpoint, with null, or with why it has not. */
    named: (timeoutMs: number) =>
      new Promise<FailedOpening | null>((resolve) => {
        const timer = setTimeout(() => onNamed({ errorClass: 'timeout_no_bytes', status: 0, networkError: null }), timeoutMs);
        onNamed = (why) => {
          clearTimeout(timer);
          resolve(why);
        };
        if (failure) onNamed(failure);
      }),
    opened(protocolVersion: string) {
      post = postHead({ 'mcp-protocol-version': protocolVersion });
      isOpen = true;
    },
  };
}
