// CPU per request of a generator over Streamable HTTP: ours (its connection alone, and the whole generator), bare undici and
// the SDK's clients on one no-op server, in turn in one run; and the rate of wrk on it, where that is on PATH.
// `node test/bench/load/http.ts` prints the figures and keeps them in results/load-http.json.
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client as SdkClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Sdk1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Sdk1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as UndiciClient } from 'undici';
import { defaultLoadOptions } from '../../../src/app/loadOptions.ts';
import type { Connection } from '../../../src/load/connection.ts';
import { openGenerator } from '../../../src/load/generator.ts';
import { openHttpConnection } from '../../../src/load/httpConnection.ts';
import { startClock } from '../../../src/wire/clock.ts';
import { startFaultServer } from '../../servers/faults/http.ts';
import { callTool, httpSpec, loadOptions } from '../../unit/support/loadConnection.ts';
import { recordResult } from '../record.ts';

const inFlight = 16;
const rounds = 5;
/** Seconds, of the whole generator and of wrk. */
const seconds = 3;
const generators = ['undici', 'ours', 'sdk-v1', 'sdk-v2'] as const;
const answers = ['json', 'sse'] as const;
type Generator = (typeof generators)[number];
const echoParams = '{"name":"echo","arguments":{"message":"hello"}}';

/** The SDK's clients take so much longer that fewer must do; all have time to be compiled. */
const counts = (generator: Generator) => (generator.startsWith('sdk') ? { warmup: 500, requests: 1500 } : { warmup: 15_000, requests: 20_000 });

const [role, port, answer] = process.argv.slice(2);
if (role === undefined) await compare();
else if (role === 'server') serve();
else console.log(JSON.stringify(await (role === 'whole' ? whole : (url: string) => generate(role as Generator, url))(`http://127.0.0.1:${port}/${answer}`)));

interface Cost {
  cpuUs: number;
  /** Part of it; null where it was not measured apart. */
  systemUs: number | null;
  perSecond: number;
}

async function compare() {
  const server = fork(import.meta.filename, ['server']);
  const [serverPort] = (await once(server, 'message')) as [number];
  const costs = new Map<string, Cost[]>();
  const wrks: Record<string, number[]> = { json: [], sse: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of answers) {
      for (const generator of [...generators, 'whole']) {
        const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, generator, String(serverPort), kind]);
        const name = `${generator} ${kind}`;
        costs.set(name, [...(costs.get(name) ?? []), JSON.parse(stdout) as Cost]);
      }
      const rate = await wrk(`http://127.0.0.1:${serverPort}/${kind}`);
      if (rate !== null) wrks[kind]!.push(rate);
    }
  }
  await stop(server);
  const perRequest = Object.fromEntries([...costs].map(([name, all]) => [name, summary(all)]));
  const ratioToUndici = Object.fromEntries(answers.flatMap((kind) => generators.slice(1).map((g) => [`${g} ${kind}`, median(costs.get(`${g} ${kind}`)!.map((c, i) => c.cpuUs / costs.get(`undici ${kind}`)![i]!.cpuUs))])));
  const besideWrk = Object.fromEntries(answers.map((kind) => {
    const ours = perRequest[`whole ${kind}`]!.perSecond;
    const theirs = wrks[kind]!.length === 0 ? null : Math.round(median(wrks[kind]!));
    return [kind, { ours, wrk: theirs, ratio: theirs === null ? null : round(ours / theirs) }];
  }));
  const result = { inFlight, rounds, perRequest, ratioToUndici, besideWrk, limits: { cpuUs: 60 }, streamEnd: await streamEnd(), large: await large() };
  console.log(JSON.stringify(result, null, 2));
  recordResult('load-http', result);
}

/** How soon a stream that ends without the response is seen, milliseconds from the write of the request; the server ends it at once. */
async function streamEnd() {
  const server = await startFaultServer();
  const { options } = loadOptions();
  const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), options);
  const seen: number[] = [];
  for (let i = 0; i < 200; i++) {
    const reply = await callTool(connection, 'stream-ends', 30_000_000);
    if (reply.errorClass === 'stream_ended_no_response') seen.push((reply.endUs - (reply.writtenUs ?? 0)) / 1000);
  }
  await connection.close();
  await server.close();
  return { timeoutMs: 30_000, of: 200, seen: seen.length, p50Ms: median(seen), maxMs: round(Math.max(...seen)) };
}

async function large() {
  const server = await startFaultServer();
  const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), loadOptions().options);
  const times: Record<string, unknown> = {};
  for (const tool of ['large-32mb', 'large-32mb-event']) {
    const reply = await callTool(connection, tool, 60_000_000);
    times[tool] = { ms: Math.round((reply.endUs - (reply.writtenUs ?? 0)) / 1000), bytes: reply.bytes, errorClass: reply.errorClass, usedOn: (await callTool(connection, 'ok', 10_000_000)).errorClass };
  }
  await connection.close();
  await server.close();
  return times;
}

/** Keeps so many in flight and reads the CPU that this process used, its start and warm-up apart. */
async function generate(generator: Generator, url: string): Promise<Cost> {
  const { send, close } = await open(generator, url);
  const { warmup, requests } = counts(generator);
  let started = 0;
  let ended = 0;
  let before = process.cpuUsage();
  let atMs = 0;
  const cost = await new Promise<Cost>((resolve) => {
    const next = (socket: number) => {
      if (started++ >= warmup + requests) return;
      send(socket, () => {
        ended++;
        if (ended === warmup) {
          before = process.cpuUsage();
          atMs = performance.now();
        } else if (ended === warmup + requests) {
          const { user, system } = process.cpuUsage(before);
          resolve({ cpuUs: (user + system) / requests, systemUs: system / requests, perSecond: (requests * 1000) / (performance.now() - atMs) });
        }
        next(socket);
      });
    };
    for (let i = 0; i < inFlight; i++) next(i);
  });
  await close();
  return cost;
}

/** The generator as a load test runs it: in its own thread, with a workload and all that it measures. */
async function whole(url: string): Promise<Cost> {
  const never = new AbortController().signal;
  const generator = await openGenerator({ server: httpSpec(url), options: { ...defaultLoadOptions, sockets: inFlight }, marker: `bench-${process.pid}`, env: {}, clock: startClock() }, never);
  await generator.load({ mix: [{ tool: 'echo', weight: 1, arguments: { message: 'hello' } }], session: null, data: {}, dir: null, generated: false });
  const run = (durationS: number) => generator.run({ label: 'measure', model: { kind: 'closed', concurrency: inFlight, thinkMs: 0 }, durationS, maxInFlight: 1000 }, never, () => undefined);
  // as many as the others have, to be compiled
  await run(3);
  const result = await run(seconds);
  await generator.close();
  if (Object.keys(result.errors).length > 0) throw new Error(`The bench failed: ${JSON.stringify(result.errors)}.`);
  return { cpuUs: result.cpuUsPerRequest ?? NaN, systemUs: null, perSecond: (result.completed * 1e6) / result.durationUs };
}

/** Requests per second of one thread; null where wrk is not on PATH. */
async function wrk(url: string): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-wrk-'));
  const script = join(folder, 'post.lua');
  writeFileSync(script, `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.headers["Accept"] = "application/json, text/event-stream"\nwrk.body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${echoParams}}'\ndone = function(s) io.write(string.format("%d %d\\n", s.requests, s.duration)) end\n`);
  try {
    const { stdout } = await promisify(execFile)('wrk', ['-t1', `-c${inFlight}`, `-d${seconds}`, '-s', script, url]);
    const [requests, durationUs] = stdout.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number];
    return (requests * 1e6) / durationUs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Send = (socket: number, done: () => void) => void;

async function open(generator: Generator, url: string): Promise<{ send: Send; close: () => Promise<unknown> }> {
  if (generator === 'undici') return openUndici(new URL(url));
  if (generator === 'ours') {
    const connection: Connection = await openHttpConnection(httpSpec(url), loadOptions({ maxSockets: inFlight }).options);
    const request = { method: 'tools/call', params: echoParams, name: 'echo', timeoutUs: 30_000_000, wantsResult: false };
    return { send: (_, done) => connection.send(request, done), close: () => connection.close() };
  }
  const info = { name: 'bench', version: '1' };
  const client = generator === 'sdk-v1' ? new Sdk1Client(info) : new SdkClient(info);
  if (client instanceof Sdk1Client) await client.connect(new Sdk1Transport(new URL(url)));
  else await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return { send: (_, done) => void client.callTool({ name: 'echo', arguments: { message: 'hello' } }).then(done), close: () => client.close() };
}

/** The least that undici can do: a client for each socket, the same headers, the answer read and parsed as JSON. */
function openUndici(url: URL): { send: Send; close: () => Promise<unknown> } {
  const clients = Array.from({ length: inFlight }, () => new UndiciClient(url.origin, { headersTimeout: 0, bodyTimeout: 0 }));
  const headers = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream', 'mcp-protocol-version', '2025-11-25', 'mcp-session-id', 's1'];
  let id = 1;
  const send: Send = (socket, done) => {
    const chunks: Buffer[] = [];
    const body = `{"jsonrpc":"2.0","id":${id++},"method":"tools/call","params":${echoParams}}`;
    clients[socket]!.dispatch(
      { path: url.pathname, method: 'POST', headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          const text = Buffer.concat(chunks).toString();
          JSON.parse(text.slice(text.indexOf('{')));
          done();
        },
        onResponseError(_, error) {
          throw error;
        },
      },
    );
  };
  return { send, close: () => Promise.all(clients.map((client) => client.destroy())) };
}

/** Answers every request at once, without an MCP library. */
function serve() {
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => answerTo(Buffer.concat(chunks).toString(), req.url ?? '', req.method ?? '', res));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}

function answerTo(body: string, path: string, method: string, res: ServerResponse) {
  const id = /"id":(\d+)/.exec(body)?.[1];
  if (method !== 'POST') res.writeHead(405).end();
  else if (id === undefined) res.writeHead(202).end();
  else {
    const result = body.includes('"initialize"') ? '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"noop","version":"1"}}' : '{"content":[{"type":"text","text":"hello"}]}';
    const text = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
    if (path === '/sse') res.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 's1' }).end(`event: message\ndata: ${text}\n\n`);
    else res.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's1', 'content-length': text.length }).end(text);
  }
}

async function stop(child: ChildProcess) {
  child.disconnect();
  await once(child, 'exit');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function summary(all: Cost[]) {
  const system = all.map((c) => c.systemUs).filter((us) => us !== null);
  return { cpuUs: median(all.map((c) => c.cpuUs)), lowestUs: round(Math.min(...all.map((c) => c.cpuUs))), systemUs: system.length === 0 ? null : median(system), perSecond: Math.round(median(all.map((c) => c.perSecond))) };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
