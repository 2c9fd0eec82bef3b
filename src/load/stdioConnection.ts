import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { StdioServer } from '../model/server.ts';
import { afterLineEnd, createLineReader } from '../wire/framing.ts';
import { startProcess, type ServerProcess } from '../wire/process.ts';
import type { Connection, ConnectionOptions, ErrorClass, Outgoing, Reply } from './connection.ts';
import { createDeadlines } from './deadlines.ts';
import { answerServer, explainOpening, opening, readHandshake } from './handshake.ts';
import { createPendingTable, type Pending } from './pending.ts';
import { createPipeWriter } from './pipeWriter.ts';
import { createSameAnswer } from './sameAnswer.ts';

/** A pipe that ends is mostly the first sign of an exit; its code comes within this time, milliseconds. */
const exitGraceMs = 30;
/** What a server wrote before its exit is read so long, where a child of it holds the pipe open. */
const drainMs = 200;
/** Characters that may wait for a pipe that is full; what comes beyond is not sent. */
const mostWaiting = 16 * 1024 * 1024;
/** Late answers that are told from answers that nobody asked for. */
const mostLate = 100_000;

/**
 * Starts a server and shakes hands. Requests are written as text with their id put in, all of one turn of the event
 * loop together; deadlines stand in one queue.
 *
 * @throws UserError when the server cannot be started or does not shake hands; no process is left then.
 */
export async function openStdioConnection(spec: StdioServer, o: ConnectionOptions): Promise<Connection> {
  o.signal.throwIfAborted();
  const server = await startProcess(spec.process, { marker: o.marker, clock: o.clock, onStderr: () => undefined });
  const client = createStdioClient(spec.name, server, o);
  try {
    const handshake = await shakeHands(spec.name, client, o);
    client.opened();
    return Object.assign(client.connection, { handshake });
  } catch (error) {
    await client.connection.close();
    throw error;
  }
}

type Unopened = Omit<Connection, 'handshake'>;

interface StdioClient {
  connection: Unopened;
  notify: (text: string) => void;
  opened: () => void;
  /** What the server said last that was no message, and its exit and stderr, for people. */
  lastWords: () => string;
}

async function shakeHands(name: string, { connection, notify, lastWords }: StdioClient, o: ConnectionOptions): Promise<Record<string, unknown>> {
  const { method, params, thenNotify } = opening(o.protocol);
  const aborted = () => void connection.close();
  o.signal.addEventListener('abort', aborted, { once: true });
  const reply = await new Promise<Reply>((resolve) => {
    connection.send({ method, params, name: null, timeoutUs: o.initializeTimeoutMs * 1000, wantsResult: true }, (r) => resolve({ ...r }));
  });
  o.signal.removeEventListener('abort', aborted);
  o.signal.throwIfAborted();
  if (reply.errorClass !== null) throw explainOpening(name, o, reply.errorClass, lastWords());
  const { result } = readHandshake(o.protocol, reply.result, name);
  if (thenNotify !== null) notify(thenNotify);
  return result;
}

function createStdioClient(name: string, server: ServerProcess, o: ConnectionOptions): StdioClient {
  const { clock } = o;
  const pending = createPendingTable(expire);
  const deadlines = createDeadlines(clock);
  const writer = createPipeWriter(server.stdin, clock.now);
  /** Learned from good answers only. */
  const same = createSameAnswer();
  /** Ids that timed out: their answers may come late. */
  const late = new Set<number>();
  /** Used for each answer. */
  const reply: Reply = { errorClass: null, writtenUs: null, readyUs: 0, endUs: 0, bytes: 0, result: undefined };
  let lost: ErrorClass | null = null;
  let told = false;
  let isOpen = false;
  let closing: Promise<void> | null = null;
  let lastInvalid = '';
  /** True when the beginning of the answer that has begun was already counted for a request. */
  let partialCounted = false;

  const reader = createLineReader(
    {
      known(chunk, from) {
        const id = same.idOf(chunk, from);
        if (id === -1) return -1;
        const { end: to } = same;
        const next = afterLineEnd(chunk, to);
        const request = next === -1 ? undefined : pending.take(id);
        if (request === undefined) return -1;
        partialCounted = false;
        const result = request.request.wantsResult ? (JSON.parse(chunk.toString('utf8', from, to)) as { result: unknown }).result : undefined;
        end(request, null, clock.now(), next - from, result);
        return next;
      },
      message(message, text, { parsedUs, bytes }) {
        partialCounted = false;
        // an answer has no method
        const { id, method, result, error } = message as { id?: unknown; method?: unknown; result?: { isError?: unknown }; error?: { code?: unknown } | null };
        if (typeof method === 'string') {
          if (typeof id === 'string' || typeof id === 'number') writer.pushText(answerServer(id, method));
          return;
        }
        const request = typeof id === 'number' ? pending.take(id) : undefined;
        if (request === undefined) {
          if (!late.delete(id as number)) o.onStray('unexpected_id');
          return;
        }
        let errorClass: ErrorClass | null = null;
        if (error !== undefined) errorClass = typeof error?.code === 'number' ? `jsonrpc(${error.code})` : 'parse';
        else if (result?.isError !== true) same.parsed(text, request.id);
        else if (request.request.method === 'tools/call') errorClass = 'tool_isError';
        end(request, errorClass, parsedUs, bytes, request.request.wantsResult && error === undefined ? result : undefined);
      },
      invalid(text, _reason, { parsedUs, bytes }) {
        partialCounted = false;
        lastInvalid = text;
        const id = idAtStart(text);
        const request = id === null ? undefined : pending.take(id);
        if (request) end(request, 'parse', parsedUs, bytes, undefined);
        else o.onStray('parse');
      },
    },
    clock.now,
  );

  function end(p: Pending, errorClass: ErrorClass | null, endUs: number, bytes: number, result: unknown) {
    const { done, written } = p;
    p.over = true;
    deadlines.remove(p);
    reply.errorClass = errorClass;
    reply.writtenUs = written ? p.writtenUs : null;
    reply.readyUs = p.queuedUs;
    reply.endUs = endUs;
    reply.bytes = bytes;
    reply.result = result;
    // else the writer has it still
    if (written) pending.release(p);
    done(reply);
  }

  const endAll = (list: Pending[], errorClass: ErrorClass, endUs: number) => list.forEach((p) => end(p, errorClass, endUs, 0, undefined));

  function expire(p: Pending) {
    const { id } = p;
    pending.take(id);
    if (!p.written) {
      // it waited for the pipe all the time, and is taken back
      end(p, 'not_sent', clock.now(), 0, undefined);
      return;
    }
    if (late.size < mostLate) late.add(id);
    if (isOpen) writer.pushText(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"timeout"}}`);
    end(p, hasBegun(id) ? 'timeout_mid_stream' : 'timeout_no_bytes', clock.now(), 0, undefined);
  }

  /** Whether the line that has begun is this request's answer; where it does not say, that of the request that expires first. */
  function hasBegun(id: number): boolean {
    if (!reader.partial) return false;
    const said = idAtStart(reader.head());
    if (said !== null) return said === id;
    const counts = !partialCounted;
    partialCounted = true;
    return counts;
  }

  // ── the end ──

  server.stdout.on('data', (chunk: Buffer) => reader.push(chunk, clock.now()));
  server.stdout.once('end', () => {
    const endUs = clock.now();
    reader.end();
    if (lost !== 'spawn_exit') void lose('stream_ended_no_response', endUs);
  });
  server.stdin.once('error', () => void loseInput(clock.now()));
  void server.exited.then(async () => {
    const endUs = clock.now();
    lost = 'spawn_exit';
    const stop = new AbortController();
    if (!server.stdout.readableEnded) {
      await Promise.race([sleep(drainMs, undefined, { signal: stop.signal }).catch(() => undefined), new Promise((resolve) => server.stdout.once('end', resolve))]);
    }
    stop.abort();
    finish('spawn_exit', endUs);
  });

  async function lose(errorClass: ErrorClass, endUs: number) {
    lost ??= errorClass;
    if (!server.exit) await Promise.race([server.exited, sleep(exitGraceMs)]);
    // an exit tells more, and ends them itself
    if (!server.exit) finish(errorClass, endUs);
  }

  /** The server does not read any more. It may still answer what it has read. */
  async function loseInput(endUs: number) {
    lost ??= 'write_epipe';
    if (!server.exit) await Promise.race([server.exited, sleep(exitGraceMs)]);
    if (server.exit || closing) return;
    endAll(pending.takeAll((p) => !p.written), 'write_epipe', endUs);
    tell('write_epipe');
  }

  function finish(errorClass: ErrorClass, endUs: number) {
    lost = errorClass;
    if (closing) return;
    endAll(pending.takeAll(), errorClass, endUs);
    tell(errorClass);
  }

  function tell(errorClass: ErrorClass) {
    if (told || !isOpen) return;
    told = true;
    o.onLost(explainLoss(name, errorClass, server, lastWords()));
  }

  async function close() {
    lost ??= 'cancelled';
    endAll(pending.takeAll(), 'cancelled', clock.now());
    await server.end();
  }

  function lastWords(): string {
    const tail = server.stderrTail();
    if (tail !== '') return ` The last lines of its stderr:\n${tail}`;
    // whoever keeps this looks for secrets in it, and would not know half of one
    const said = lastInvalid.length > 120 ? `${lastInvalid.slice(0, 120).replace(/\S*$/, '')}…` : lastInvalid;
    return said === '' ? '' : ` It wrote to stdout: ${JSON.stringify(said)}`;
  }

  const connection: Unopened = {
    send(request: Outgoing, done) {
      if (lost !== null || writer.waiting > mostWaiting) {
        done({ errorClass: lost ?? 'not_sent', writtenUs: null, endUs: clock.now(), bytes: 0, result: undefined });
        return;
      }
      const p = pending.add(request, done);
      p.queuedUs = deadlines.add(p, request.timeoutUs);
      writer.push(p);
    },
    get inFlight() {
      return pending.size;
    },
    get lost() {
      return lost;
    },
    pid: server.pid,
    sockets: null,
    close: () => (closing ??= close()),
  };
  return { connection, notify: (text) => writer.pushText(text), opened: () => (isOpen = true), lastWords };
}

/** Of a message whose members come in the usual order: what follows `result` may hold ids of its own. */
function idAtStart(text: string): number | null {
  const found = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+)/.exec(text);
  return found ? Number(found[1]) : null;
}

function explainLoss(name: string, errorClass: ErrorClass, { exit }: ServerProcess, said: string): UserError {
  if (exit) {
    const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code ?? 'unknown'}`;
    return new UserError('server-exited', `"${name}" ${how} under load.`, said === '' ? 'It wrote nothing to stderr; look at its log.' : `Mend what it says, then try again.${said}`);
  }
  const what = errorClass === 'write_epipe' ? 'closed its input' : 'closed its output';
  return new UserError('protocol-error', `"${name}" ${what} under load.`, `Look at the server's log for the reason.${said}`);
}
