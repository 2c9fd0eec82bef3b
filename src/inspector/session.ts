import type { Client, ClientOptions, StandardSchemaV1 } from '@modelcontextprotocol/client';
import type { ClientStubs } from '../model/engine.ts';
import { UserError } from '../model/errors.ts';
import type { ProfileOptions, ServerFacts, StrayLines } from '../model/run.ts';
import type { ServerSpec } from '../model/server.ts';
import type { MessageRecord, Phase, RequestRecord, RunEvent } from '../model/trace.ts';
import type { Clock } from '../wire/clock.ts';
import { startProcess, type ServerProcess } from '../wire/process.ts';
import type { WireTransport } from '../wire/transport.ts';
import { classify, commandLine, explainFailure, HandshakeTimeout, type Circumstances } from './sessionErrors.ts';
import { createRecorder, type Recorder } from './sessionRecorder.ts';
import { openTransport } from './sessionTransport.ts';
import { answerWithStubs, stubCapabilities } from './stubs.ts';

export interface SessionObserver {
  message: (m: MessageRecord) => void;
  request: (r: RequestRecord) => void;
  event: (e: RunEvent) => void;
}

export interface SessionOptions {
  options: ProfileOptions;
  stubs: ClientStubs;
  /** The run's clock; sessions with the same clock share one sequence of request numbers and ids. */
  clock: Clock;
  observer: SessionObserver;
  /** Cancels the opening and every request; closing is left to the owner. */
  signal: AbortSignal;
  /** Value of MCP_PROFILER_RUN, inherited by the whole process tree and used to find strays. */
  marker: string;
  redact: (text: string) => string;
  /** Adds to the complete environment of the process (the probe's variables). */
  processEnv?: (env: Record<string, string>) => Record<string, string>;
}

/** A tool as the server lists it. */
export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: unknown;
  outputSchema?: unknown;
  annotations?: { title?: string; readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint?: boolean };
}

export interface Session {
  readonly facts: ServerFacts;
  /** Spawn (or first connection) to the answer of initialize, microseconds. */
  readonly startupUs: number | null;
  readonly pid: number | null;
  /** What limits the figures, for the user: answers to unknown ids, an endless list of tools … Grows with the session. */
  readonly notices: readonly string[];
  /** What the server wrote where messages belong. Grows with the session. */
  readonly strayLines: readonly StrayLines[];
  /** All pages, bounded; empty when the server has no tools. @throws UserError when the server fails to answer. */
  listTools(): Promise<ListedTool[]>;
  /** @throws UserError when it is not answered. */
  ping(): Promise<void>;
  /** Never rejects for what the server does wrong: that is in the record. */
  callTool(name: string, args: Record<string, unknown>, phase: Phase, signal?: AbortSignal): Promise<RequestRecord>;
  /** Resolves with the failure when the server dies or the connection is lost. */
  readonly lost: Promise<UserError>;
  /** Ends the session and the whole process tree; never rejects. */
  close(): Promise<void>;
}

/** Bounds of a tool list: a cursor that never ends must not keep a run. */
const maxListPages = 200;
const maxListMs = 60_000;

/** Takes any result: what a server answers is measured, not judged, and validation is not in the figures. */
const anything: StandardSchemaV1<unknown, Record<string, unknown>> = {
  '~standard': { version: 1, vendor: 'mcp-profiler', validate: (value) => ({ value: value as Record<string, unknown> }) },
};

/**
 * Starts the server (or connects to it) and shakes hands.
 *
 * @throws UserError with a code, a message and a next step; no process is left then.
 */
export async function openSession(spec: ServerSpec, o: SessionOptions): Promise<Session> {
  const { clock, observer, options } = o;
  const recorder = createRecorder(clock, { bodies: options.bodies, redact: o.redact, now: clock.now, observer });
  const circumstances: Circumstances = { spec, process: null, transport: null, recorder, initializeTimeoutMs: options.initializeTimeoutMs, redact: o.redact };
  let server: ServerProcess | null = null;
  let client: Client | null = null;
  try {
    o.signal.throwIfAborted();
    server = await startServer();
    circumstances.process = server;
    const startedUs = server?.startedUs ?? clock.now();
    const transport = await openTransport(spec, server, { clock, tap: recorder, signal: o.signal, timeoutMs: options.initializeTimeoutMs });
    circumstances.transport = transport;
    client = await createClient(o);
    await connect(client, transport, o);
    return createSession({ spec, o, recorder, circumstances, client, transport, server, startupUs: startupOf(startedUs) });
  } catch (error) {
    await client?.close().catch(() => undefined);
    // a server that is about to exit has usually said why; its code is worth a moment
    if (server && !server.exit && !o.signal.aborted) await settled(server.exited, 100);
    const failure = o.signal.aborted ? (o.signal.reason as unknown) : explainFailure(error, circumstances);
    recorder.abandon({ outcome: o.signal.aborted ? 'cancelled' : 'transport', errorClass: o.signal.aborted ? 'cancelled' : (circumstances.transport?.failure?.errorClass ?? 'timeout_no_bytes') });
    await server?.end();
    throw failure;
  }

  async function startServer(): Promise<ServerProcess | null> {
    if (!spec.process) return null;
    const env = o.processEnv?.({ ...spec.process.env }) ?? spec.process.env;
    const started = await startProcess({ ...spec.process, env }, { marker: o.marker, clock, onStderr: (text, atUs) => observer.event({ kind: 'stderr', atUs, text: o.redact(text) }) });
    void started.exited.then(({ code, signal, atUs }) => observer.event({ kind: 'exit', atUs, code, signal }));
    return started;
  }

  function startupOf(startedUs: number): number | null {
    return recorder.handshakeUs === null ? null : recorder.handshakeUs - startedUs;
  }
}

async function createClient(o: SessionOptions): Promise<Client> {
  // half a megabyte that only a session needs
  const { Client } = await import('@modelcontextprotocol/client');
  const settings: ClientOptions = {
    capabilities: stubCapabilities,
    versionNegotiation: { mode: o.options.protocol === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
  };
  const client = new Client({ name: 'mcp-profiler', version: '1.0.0' }, settings);
  answerWithStubs(client, o.stubs);
  client.onerror = () => undefined;
  return client;
}

async function connect(client: Client, transport: WireTransport, o: SessionOptions): Promise<void> {
  const timeout = o.options.initializeTimeoutMs;
  const aborted = () => void transport.close();
  o.signal.addEventListener('abort', aborted, { once: true });
  let timer: NodeJS.Timeout | undefined;
  // the client times its requests, but not the start of a transport
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new HandshakeTimeout()), timeout + 100)));
  try {
    await Promise.race([client.connect(transport, { timeout }), late]);
  } finally {
    clearTimeout(timer);
    o.signal.removeEventListener('abort', aborted);
  }
}

interface Parts {
  spec: ServerSpec;
  o: SessionOptions;
  recorder: Recorder;
  circumstances: Circumstances;
  client: Client;
  transport: WireTransport;
  server: ServerProcess | null;
  startupUs: number | null;
}

function createSession({ spec, o, recorder, circumstances, client, transport, server, startupUs }: Parts): Session {
  const notices: string[] = [];
  let closing: Promise<void> | null = null;
  const info = client.getServerVersion();
  const facts: ServerFacts = {
    name: info?.name ?? spec.name,
    version: info?.version ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    transport: spec.transport,
    target: spec.transport === 'stdio' ? commandLine(spec.process, o.redact) : o.redact(spec.url),
    cwd: spec.process?.cwd ?? null,
    toolListTokens: null,
  };

  const lost = new Promise<UserError>((resolve) => {
    const previous = client.onclose;
    client.onclose = () => {
      previous?.();
      if (!closing) resolve(explainFailure(transport.failure ?? new Error('The connection was closed.'), circumstances));
    };
    // over HTTP nothing else tells that the process behind the URL is gone
    if (spec.transport !== 'stdio') void server?.exited.then(() => !closing && resolve(explainFailure(new Error('The server exited.'), circumstances)));
  });

  /** One request and its record. Rejects with what went wrong after the record was reported. */
  async function request(method: string, params: Record<string, unknown>, phase: Phase, signal?: AbortSignal): Promise<{ record: RequestRecord; result: Record<string, unknown> | null; error: unknown }> {
    const call = recorder.begin(phase);
    const abort = new AbortController();
    const signals = signal && signal !== o.signal ? [o.signal, signal] : [o.signal];
    const aborted = () => abort.abort('cancelled');
    for (const s of signals) {
      if (s.aborted) aborted();
      else s.addEventListener('abort', aborted);
    }
    try {
      const withToken = { ...params, _meta: { progressToken: call.token } };
      const result = await client.request({ method, params: withToken }, anything, { timeout: o.options.requestTimeoutMs, signal: abort.signal });
      recorder.finish(call, null);
      return { record: call.requests.at(-1)!.record, result, error: null };
    } catch (error) {
      const last = call.requests.at(-1);
      const failure = classify(error, abort.signal.aborted, transport, last?.record.id);
      recorder.finish(call, failure);
      return { record: last?.record ?? recorder.unsent(call, method, params, failure), result: null, error };
    } finally {
      for (const s of signals) s.removeEventListener('abort', aborted);
    }
  }

  async function listTools(): Promise<ListedTool[]> {
    if (!client.getServerCapabilities()?.tools) return [];
    const tools: ListedTool[] = [];
    const cursors = new Set<string>();
    const until = o.clock.now() + maxListMs * 1000;
    let cursor: string | undefined;
    let tokens = 0;
    for (let page = 1; ; page++) {
      const { result, record, error } = await request('tools/list', cursor === undefined ? {} : { cursor }, 'setup');
      if (!result) throw listFailed(record, error);
      tokens += record.resultTokens ?? 0;
      const listed = result['tools'];
      if (Array.isArray(listed)) tools.push(...listed.filter(isTool));
      const next = result['nextCursor'];
      if (typeof next !== 'string') break;
      if (cursors.has(next) || page >= maxListPages || o.clock.now() > until) {
        notices.push(`The list of tools did not end after ${page} pages; ${tools.length} tools were listed and the rest was left out.`);
        break;
      }
      cursors.add((cursor = next));
    }
    facts.toolListTokens = tokens;
    return unique(tools);
  }

  /** A page that repeats gives the same tools again. */
  function unique(tools: ListedTool[]): ListedTool[] {
    const byName = new Map(tools.map((tool) => [tool.name, tool]));
    return [...byName.values()];
  }

  function listFailed(record: RequestRecord, error: unknown): unknown {
    if (record.outcome === 'cancelled') return o.signal.aborted ? o.signal.reason : error;
    if (record.outcome === 'timeout') {
      return new UserError('protocol-error', `"${spec.name}" did not answer ${record.method} within ${o.options.requestTimeoutMs / 1000} s.`, 'Look at what the server does when it is asked for its tools, or allow more time per request (--timeout, or the setting mcpProfiler.requestTimeout).', { cause: error });
    }
    if (record.outcome === 'rpcError') {
      return new UserError('protocol-error', `"${spec.name}" answered ${record.method} with an error: ${o.redact((error as Error).message)}`, "Look at the server's log for the reason.", { cause: error });
    }
    return explainFailure(error, circumstances);
  }

  return {
    facts,
    startupUs,
    pid: server?.pid ?? null,
    get notices() {
      const { strangers, strayLines } = recorder;
      const invalid = strayLines.reduce((sum, { lines }) => sum + lines, 0);
      return [
        ...notices,
        ...(strangers > 0 ? [`${strangers} ${strangers === 1 ? 'answer' : 'answers'} of the server had an id that was not asked, or had been answered.`] : []),
        ...(invalid > 0 ? [`${invalid} ${invalid === 1 ? 'line' : 'lines'} of the server were no JSON-RPC messages; logs belong on stderr.`] : []),
      ];
    },
    get strayLines() {
      return recorder.strayLines;
    },
    listTools,
    async ping() {
      // the protocol of 2026-07-28 has none
      if (client.getProtocolEra() === 'modern') return;
      const { result, record, error } = await request('ping', {}, 'setup');
      if (!result) throw listFailed(record, error);
    },
    callTool: async (name, args, phase, signal) => (await request('tools/call', { name, arguments: args }, phase, signal)).record,
    lost,
    close: () => (closing ??= close()),
  };

  async function close() {
    await client.close().catch(() => undefined);
    recorder.abandon({ outcome: 'cancelled', errorClass: 'cancelled' });
    await server?.end();
  }
}

const isTool = (value: unknown): value is ListedTool => typeof value === 'object' && value !== null && typeof (value as ListedTool).name === 'string';

const settled = (promise: Promise<unknown>, ms: number) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);
