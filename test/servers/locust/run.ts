import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportLocust } from '../../../src/app/exportLocust.ts';
import { defaultLoadOptions } from '../../../src/app/loadOptions.ts';
import { readLocustResult, type LocustResult, type LocustTally } from '../../../src/load/locust/result.ts';
import type { LoadOptions } from '../../../src/model/load.ts';
import type { Workload, WorkloadRequest } from '../../../src/model/workload.ts';
import type { HttpServer } from '../../../src/model/server.ts';

/** What server.mjs tells of itself. Times in milliseconds of its clock. */
export interface ServerStats {
  calls: Record<string, number>;
  opened: number;
  closed: number;
  wrong: Record<string, number>;
  arguments: Record<string, number[]>;
  freeze: [number, number] | null;
  /** Tool, came at, took, argument q. */
  log: [string, number, number, number | null][];
}

export interface Running {
  origin: string;
  stats(): Promise<ServerStats>;
  stop(): Promise<void>;
}

/** A server that prints its port first. */
export async function startServer(command: string[], env: Record<string, string> = {}): Promise<Running> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(60_000) })) as [string];
  child.stdout.resume();
  const origin = `http://127.0.0.1:${line.trim()}`;
  return { origin, stats: async () => (await (await fetch(`${origin}/stats`)).json()) as ServerStats, stop: () => end(child) };
}

/** A program of PyPI, from PATH or a virtual environment in the cache; null and why not. */
export function pythonTool(name: string): { python: string; program: string } | { missing: string } {
  const venv = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-profiler', `venv-${name}`);
  const bin = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  const found = { python: join(bin, 'python'), program: join(bin, name) };
  if (existsSync(join(venv, 'complete'))) return found;
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) return { python: 'python3', program: name };
  try {
    mkdirSync(venv, { recursive: true });
    execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'pipe', timeout: 120_000 });
    execFileSync(found.python, ['-m', 'pip', 'install', '--quiet', name], { stdio: 'pipe', timeout: 600_000 });
    writeFileSync(join(venv, 'complete'), '');
    return found;
  } catch (error) {
    return { missing: `Python 3.11 or later with venv, and "${name}" from PyPI: ${(error as Error).message.split('\n')[0]!}` };
  }
}

export interface LocustCase {
  server: HttpServer;
  mix: WorkloadRequest[];
  data?: Workload['data'];
  options: Partial<LoadOptions>;
  /** 0: one process without a master. */
  workers: number;
  /** Environment of the workers. */
  env?: Record<string, string>;
  /** Called once all have been started, with the workers. */
  meanwhile?: (workers: ChildProcess[], startOne: () => void, master: ChildProcess) => Promise<void>;
}

export interface LocustRun {
  result: LocustResult;
  /** The result's file, until `remove`. */
  file: string;
  locustfile: string;
  /** What each worker left, by its name. */
  accounts: { worker: string; tallies: { warmup: LocustTally[]; measure: LocustTally[] } }[];
  log: string;
  remove: () => void;
}

export const workload = (mix: WorkloadRequest[], data: Workload['data'] = {}): Workload => ({ mix, session: null, data, dir: null, generated: false });

/** Runs a master and workers as processes of their own, to their end. */
export async function runLocust(locust: string, c: LocustCase): Promise<LocustRun> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-locust-'));
  const file = join(folder, 'result.json');
  const kept = join(folder, 'workers');
  mkdirSync(kept);
  const locustfile = exportLocust(workload(c.mix, c.data), c.server, { ...defaultLoadOptions, requestTimeoutMs: 10_000, ...c.options });
  writeFileSync(join(folder, 'locustfile.py'), locustfile);
  let log = '';
  const children: ChildProcess[] = [];
  const start = (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(locust, ['-f', join(folder, 'locustfile.py'), '--only-summary', ...args], { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (log += chunk.toString()));
    children.push(child);
    return child;
  };
  const port = String(await freePort());
  const results = ['--headless', '--mcp-result', file, '--mcp-worker-results', kept];
  const startOne = () => start(['--worker', '--master-port', port], c.env);
  try {
    const master = c.workers === 0 ? start(results, c.env) : start([...results, '--master', '--master-bind-host', '127.0.0.1', '--master-bind-port', port, '--expect-workers', String(c.workers), '--expect-workers-max-wait', '60']);
    const workers = Array.from({ length: c.workers }, startOne);
    await Promise.all([ended(master, 180_000), c.meanwhile?.(workers, startOne, master)]);
  } finally {
    await Promise.all(children.map((child) => end(child, 5000)));
  }
  if (!existsSync(file)) throw new Error(`Locust left no result:\n${log}`);
  const accounts = readdirSync(kept).map((name) => JSON.parse(readFileSync(join(kept, name), 'utf8')) as LocustRun['accounts'][number]);
  return { result: readLocustResult(readFileSync(file, 'utf8'), file), file, locustfile, accounts, log, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function ended(child: ChildProcess, withinMs: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal: AbortSignal.timeout(withinMs) });
}

/** Given time to end by itself, then killed. */
async function end(child: ChildProcess, graceMs = 0): Promise<void> {
  const exited = ended(child, graceMs + 10_000);
  if (graceMs > 0) await Promise.race([exited, sleep(graceMs)]);
  child.kill('SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
