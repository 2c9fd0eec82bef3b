// Profiles a truth server and holds the attribution against the server's own log.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { groupBy } from '../../../src/model/groupBy.ts';
import { defaultOptions } from '../../../src/app/options.ts';
import { createProbe, type ProbeResult } from '../../../src/inspector/probe.ts';
import { openSession, type Session } from '../../../src/inspector/session.ts';
import type { CpuProfile } from '../../../src/model/profile.ts';
import type { RuntimeFacts } from '../../../src/model/run.ts';
import type { ServerSpec } from '../../../src/model/server.ts';
import type { RequestRecord, RunEvent } from '../../../src/model/trace.ts';
import { attributeRun, type AttributedRun } from '../../../src/profile/attribute.ts';
import { startClock } from '../../../src/wire/clock.ts';
import type { TruthLine } from './tools.ts';

export const root = resolve(import.meta.dirname, '../../..');
/** Inside the checkout, so that the servers find its packages. */
export const built = join(root, 'test/output/truth');

/** The bootloader as it is shipped, from today's sources. */
export async function buildBoot(): Promise<string> {
  const outfile = join(built, 'boot.cjs');
  await mkdir(built, { recursive: true });
  await build({ entryPoints: [join(root, 'src/probe/node/boot.ts')], outfile, bundle: true, minify: true, platform: 'node', target: 'node18', format: 'cjs', logLevel: 'error' });
  return outfile;
}

/** `plain`: packages stay where they are. `bundled`: everything in one file. `minified`: the same, minified. */
export type Form = 'plain' | 'bundled' | 'minified';

export async function buildServer(sdk: 'v1' | 'v2', form: Form): Promise<string> {
  const outfile = join(built, `${sdk}-${form}.mjs`);
  await build({
    entryPoints: [join(root, `test/servers/truth/${sdk}.ts`)], outfile, bundle: true, platform: 'node', target: 'node18', format: 'esm', sourcemap: true, logLevel: 'error',
    ...(form === 'plain' ? { packages: 'external' } : { banner: { js: "import { createRequire as truthRequire } from 'node:module'; const require = truthRequire(import.meta.url);" } }),
    minify: form === 'minified',
  });
  return outfile;
}

export interface Measurement {
  runtime: RuntimeFacts | null;
  reason: string | null;
  result: ProbeResult | null;
  run: AttributedRun | null;
  requests: RequestRecord[];
  events: RunEvent[];
  truth: TruthLine[];
  /** CPU microseconds that the server had used at each call of `usage`. */
  usage: number[];
  startupUs: number | null;
}

export interface MeasureOptions {
  boot: string;
  command: string[];
  env?: Record<string, string>;
  http?: boolean;
  concurrency?: number;
  cwd?: string;
  /** False: started and exercised without a probe, for comparison. */
  probed?: boolean;
  /** False: attribution without samples. */
  cpu?: boolean;
  /** Called with the session once it is open; `call` numbers the calls. */
  exercise: (call: (tool: string, timeoutMs?: number) => Promise<RequestRecord>, session: Session) => Promise<void>;
}

export async function measure(o: MeasureOptions): Promise<Measurement> {
  const dir = await mkdtemp(join(tmpdir(), 'truth-'));
  const log = join(dir, 'truth.ndjson');
  const clock = startClock();
  const requests: RequestRecord[] = [];
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  const probeDir = join(dir, 'probe');
  await mkdir(probeDir);
  const probe = o.probed === false ? null : await createProbe({ dir: probeDir, bootPath: o.boot, clock, cpu: o.cpu !== false, samplingIntervalUs: 1000, signal, onEvent: (e) => events.push(e) });
  const port = o.http ? await freePort() : 0;
  const [command, ...args] = o.command;
  const environment = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined || k === 'NODE_OPTIONS' ? [] : [[k, v]])));
  const process_ = { command: command!, args: o.http ? [...args, '--http', String(port)] : args, cwd: o.cwd ?? root, env: { ...environment, ...o.env, TRUTH_LOG: log } };
  const spec: ServerSpec = o.http
    ? { transport: 'http', name: 'truth', url: `http://127.0.0.1:${port}/mcp`, headers: {}, process: process_, secrets: [] }
    : { transport: 'stdio', name: 'truth', process: process_, secrets: [] };
  let session: Session | null = null;
  try {
    session = await openSession(spec, {
      options: defaultOptions, stubs: {}, clock, signal, marker: `truth-${process.pid}-${dir}`, redact: (text) => text, processEnv: (env) => probe?.env(env) ?? env,
      observer: { message: () => undefined, request: (r) => void requests.push(r), event: (e) => void events.push(e) },
    });
    const attached = (await probe?.attached()) ?? { runtime: null, reason: null };
    const open = session;
    let n = 0;
    await o.exercise((tool, timeoutMs) => open.callTool(tool, { n: n++ }, 'measure', timeoutMs === undefined ? signal : AbortSignal.timeout(timeoutMs)), open);
    const result = (await probe?.stop()) ?? null;
    await session.close();
    const text = await readFile(log, 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as TruthLine | { tool: 'usage'; cpuUs: number });
    const truth = lines.filter((line) => 'burns' in line);
    const usage = lines.flatMap((line) => ('cpuUs' in line ? [line.cpuUs] : []));
    for (const line of truth) shift(line, -clock.zeroUs);
    const run = result?.profile ? attributeRun({ ...result, profile: result.profile, requests, startupEndUs: session.startupUs ?? 0, concurrency: o.concurrency ?? 8 }) : null;
    return { ...attached, result, run, requests, events, truth, usage, startupUs: session.startupUs };
  } finally {
    await probe?.stop();
    await session?.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** `concurrency` calls at once until `total` are done, through the tools in turn. */
export async function callAll(tools: string[], total: number, concurrency: number, call: (tool: string) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < total) await call(tools[next++ % tools.length]!);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

export interface Verdict {
  /** Samples in the burning functions, by what they were attributed to. */
  samples: number;
  right: number;
  wrong: number;
  /** No call at all. */
  missing: number;
  /** Most calls open at once, by the server's own log. */
  overlap: number;
  /**
   * Attributed over burnt, per tool, of the call in the middle: a stretch in which a busy machine ran something else is
   * in the wall time of whatever call it hit. `baseUs` is taken off first: the SDK's own work is the call's, too.
   */
  cpuRatio: Record<string, number>;
  /** Attributed to a call of the tool that burns nothing: what the SDK itself takes, us. */
  baseUs: number;
}

/** Compares each sample in a burning function with the call that, by the server's log, ran it at that time. */
export function judge({ run, truth, requests }: Measurement): Verdict {
  const { profile, perRequest } = run!;
  const numberOf = new Map(requests.map((r) => [(r.args as { n?: number } | null)?.n ?? -1, r.request]));
  const burns = truth.flatMap((line) => line.burns.map((b) => ({ ...b, request: numberOf.get(line.n)! }))).sort((a, b) => a.startUs - b.startUs);
  const verdict: Verdict = { samples: 0, right: 0, wrong: 0, missing: 0, overlap: overlapOf(truth), cpuRatio: {}, baseUs: 0 };
  for (const { fn, at, owner } of leafSamples(profile)) {
    if (!/^burn(AtOnce|AfterSleep|AfterInner)$/.test(fn)) continue;
    const burn = burns.find((b) => b.fn === fn && at >= b.startUs - 100 && at <= b.endUs + 100);
    if (!burn) continue; // a call that never ended is not in the log
    verdict.samples++;
    if (owner === burn.request) verdict.right++;
    else if (owner > 0) verdict.wrong++;
    else verdict.missing++;
  }
  const calls = truth.map((line) => {
    const burntUs = line.burns.reduce((sum, b) => sum + b.endUs - b.startUs, 0);
    return { tool: line.tool, burntUs, overUs: (perRequest.get(numberOf.get(line.n)!)?.cpuUs ?? 0) - burntUs };
  });
  verdict.baseUs = median(calls.filter((c) => c.burntUs === 0).map((c) => c.overUs));
  for (const [tool, own] of groupBy(calls.filter((c) => c.burntUs > 0), (c) => c.tool)) {
    verdict.cpuRatio[tool] = 1 + (median(own.map((c) => c.overUs)) - verdict.baseUs) / median(own.map((c) => c.burntUs));
  }
  return verdict;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function* leafSamples(profile: CpuProfile): Generator<{ fn: string; at: number; owner: number }> {
  const names = new Map(profile.nodes.map((n) => [n.id, n.callFrame.functionName]));
  let at = profile.startTime + profile._mcpProfiler!.clockOffsetUs;
  for (const [i, id] of profile.samples!.entries()) {
    at += profile.timeDeltas![i]!;
    yield { fn: names.get(id)!, at, owner: profile._mcpProfiler!.requestOfSample[i]! };
  }
}

function overlapOf(truth: TruthLine[]): number {
  const edges = truth.flatMap((l) => [{ at: l.startUs, by: 1 }, { at: l.endUs, by: -1 }]).sort((a, b) => a.at - b.at);
  let open = 0;
  return edges.reduce((most, { by }) => Math.max(most, (open += by)), 0);
}

function shift(line: TruthLine, by: number): void {
  for (const times of [line, ...line.burns]) {
    times.startUs += by;
    times.endUs += by;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
