// What the wire adds: latency against the server's own log, cost per message against a raw pipe, and a large result
// beside the SDK's own transport. `node test/bench/wire.ts` prints the figures and keeps them in results/wire.json.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { openSession } from '../../src/inspector/session.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { startClock } from '../../src/wire/clock.ts';
import { createLineReader, frame } from '../../src/wire/framing.ts';
import { startProcess } from '../../src/wire/process.ts';
import { createStdioTransport } from '../../src/wire/stdio.ts';
import type { WireTap } from '../../src/wire/transport.ts';

const root = join(import.meta.dirname, '../..');
const server = join(root, 'test/servers/delays/server.mjs');
const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-bench-'));
const env = { ...(process.env as Record<string, string>), DELAYS_LOG: join(folder, 'log') };
const spec = { command: process.execPath, args: [server], cwd: root, env };
/** Calls per delay; fewer of the long ones. */
const calls: [ms: number, count: number][] = [[1, 400], [5, 400], [20, 200], [100, 100]];
const messages = 3000;

const at = (sorted: number[], p: number) => sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!;
const spread = (values: number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: round(at(sorted, 0.5)), p95: round(at(sorted, 0.95)), p99: round(at(sorted, 0.99)) };
};
const round = (us: number) => Math.round(us * 10) / 10;

async function session() {
  const clock = startClock();
  const records: RequestRecord[] = [];
  const opened = await openSession(
    { transport: 'stdio', name: 'delays', process: spec, secrets: [] },
    {
      options: { callsPerTool: 1, concurrency: 1, cpu: false, heap: false, protocol: 'legacy', requestTimeoutMs: 60_000, initializeTimeoutMs: 10_000, bodies: false, budgets: {} },
      stubs: {},
      clock,
      observer: { message: () => undefined, request: (r) => records.push(r), event: () => undefined },
      signal: new AbortController().signal,
      marker: `bench-${process.pid}-${performance.now()}`,
      redact: (text) => text,
    },
  );
  return { ...opened, clock, records };
}

/**
 * Our latency (queued to parsed) less what the server says it took (read to written), per delay. The control is a bare
 * pipe with `performance.now` around it, call by call in turn: what it shows is the machine's, not ours.
 */
async function bias() {
  const s = await session();
  const controlLog = join(folder, 'control');
  const pipe = openPipe({ ...env, DELAYS_LOG: controlLog });
  const control: { id: number; ms: number; us: number }[] = [];
  for (const [ms, count] of calls) {
    for (let i = 0; i < count; i++) {
      await s.callTool('delay', { ms }, 'measure');
      const id = control.length + 1;
      const started = performance.now();
      await pipe.exchange(request(id, ms));
      control.push({ id, ms, us: (performance.now() - started) * 1000 });
    }
  }
  await s.close();
  await pipe.end();
  const ours = s.records.filter((r) => r.method === 'tools/call').map((r) => ({ id: Number(r.id), ms: (r.args as { ms: number }).ms, us: r.parsedUs! - r.queuedUs }));
  const oursTruth = tookUs(env.DELAYS_LOG);
  const controlTruth = tookUs(controlLog);
  return calls.map(([ms, count]) => ({
    delayMs: ms,
    calls: count,
    biasUs: spread(ours.filter((c) => c.ms === ms).map((c) => c.us - oursTruth.get(c.id)!)),
    barePipeUs: spread(control.filter((c) => c.ms === ms).map((c) => c.us - controlTruth.get(c.id)!)),
  }));
}

/** By id, what the server says that it took. */
function tookUs(log: string): Map<number, number> {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as { id: number; readUs: number; writtenUs: number }).map((e) => [e.id, e.writtenUs - e.readUs]));
}

const request = (id: number, ms = 0) => ({ jsonrpc: '2.0' as const, id, method: 'tools/call', params: { name: 'delay', arguments: { n: id, ms } } });

/** A bare pipe to the server: write, read to the line end, parse. */
function openPipe(environment: Record<string, string>) {
  const child = spawn(spec.command, spec.args, { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  let arrived: () => void = () => undefined;
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    rest += chunk.toString();
    if (!rest.endsWith('\n')) return;
    JSON.parse(rest);
    rest = '';
    arrived();
  });
  return {
    exchange(message: object): Promise<void> {
      const answer = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      child.stdin.write(`${JSON.stringify(message)}\n`);
      return answer;
    },
    async end() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

async function rawPipe(): Promise<number[]> {
  const pipe = openPipe(env);
  const times = await roundTrips((id) => pipe.exchange(request(id)));
  await pipe.end();
  return times;
}

/** The same over our transport with its stamps. */
async function ourWire(): Promise<number[]> {
  const clock = startClock();
  const process_ = await startProcess(spec, { marker: `bench-${process.pid}-wire`, clock, onStderr: () => undefined });
  const tap: WireTap = { outgoing: (m) => m, departed: () => undefined, incoming: (m) => m, invalid: () => undefined };
  const transport = createStdioTransport(process_, clock, tap);
  await transport.start();
  const times = await roundTrips((id) => {
    const answer = new Promise<void>((resolve) => (transport.onmessage = () => resolve()));
    void transport.send(request(id));
    return answer;
  });
  await transport.close();
  await process_.end();
  return times;
}

async function roundTrips(exchange: (id: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < messages + 500; i++) {
    const started = performance.now();
    await exchange(i + 1);
    if (i >= 500) times.push((performance.now() - started) * 1000);
  }
  return times;
}

/** CPU of framing alone, without a process: one line written and read. */
function framing() {
  let count = 0;
  const now = () => performance.now() * 1000;
  const reader = createLineReader({ message: () => count++, invalid: () => undefined }, now);
  const rounds = 100_000;
  for (let i = 0; i < 20_000; i++) reader.push(frame(request(i)), now());
  const started = performance.now();
  for (let i = 0; i < rounds; i++) reader.push(frame(request(i)), now());
  return { messages: rounds, perMessageUs: round(((performance.now() - started) * 1000) / rounds), read: count };
}

async function large(bytes: number) {
  const s = await session();
  await s.callTool('delay', {}, 'warmup');
  const ours = await s.callTool('delay', { bytes }, 'measure');
  const after = await s.callTool('delay', {}, 'measure');
  await s.close();
  const client = new Client({ name: 'bench', version: '1' });
  client.onerror = () => undefined;
  await client.connect(new StdioClientTransport({ command: spec.command, args: spec.args, env, maxBufferSize: 1024 * 1024 * 1024 }));
  const started = performance.now();
  const sdk = await client.callTool({ name: 'delay', arguments: { bytes } }, { timeout: 60_000 }).then(
    () => ({ ms: Math.round(performance.now() - started), outcome: 'ok' }),
    (error: unknown) => ({ ms: Math.round(performance.now() - started), outcome: String(error) }),
  );
  await client.close();
  return { bytes, ours: { ms: Math.round((ours.parsedUs! - ours.queuedUs) / 1000), outcome: ours.outcome, usedOn: after.outcome }, sdk };
}

const results = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).toString().trim(),
  date: new Date().toISOString(),
  machine: { node: process.version, platform: `${process.platform} ${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load1m: round(loadavg()[0]!) },
  bias: await bias(),
  perMessage: await perMessage(),
  framing: framing(),
  large: await large(32 * 1024 * 1024),
};

/** Alternating, so that a busy machine meets both alike; the control is the pipe against itself. */
async function perMessage() {
  const raw = [await rawPipe()];
  const ours = [await ourWire()];
  raw.push(await rawPipe());
  ours.push(await ourWire());
  const [first, second] = raw.map(spread);
  const p50 = { rawPipe: spread(raw.flat()).p50, ours: spread(ours.flat()).p50 };
  return { roundTripUs: p50, addedPerMessageUs: round((p50.ours - p50.rawPipe) / 2), controlUs: round(second!.p50 - first!.p50) };
}

console.log(JSON.stringify(results, null, 2));
writeFileSync(join(root, 'test/bench/results/wire.json'), `${JSON.stringify(results, null, 2)}\n`);
rmSync(folder, { recursive: true });
