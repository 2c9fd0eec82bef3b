import { watch } from 'node:fs';
import type { CpuProfile, HeapProfile } from '../model/profile.ts';
import type { RuntimeFacts } from '../model/run.ts';
import type { RunEvent } from '../model/trace.ts';
import { probeDirVariable, spanWidth, type Announcement, type ProbeLine } from '../probe/contract.ts';
import type { Clock } from '../wire/clock.ts';
import { hideProbe, hideProbeInHeap } from './hideProbe.ts';
import { readProbeFiles } from './probeFiles.ts';
import { detectRuntime, whyTimingsOnly } from './runtimes.ts';
import { sampleProcess, type SampledProcess, type TakenProfile } from './sampledProcess.ts';
import { mapCpuProfile, mapHeapProfile } from './sourceMaps.ts';

export interface ProbeOptions {
  /** Private temporary folder, emptied by the caller after `stop`. */
  dir: string;
  /** The bundled bootloader, dist/probe/boot.cjs. */
  bootPath: string;
  clock: Clock;
  /** False: memory and event-loop figures and heap samples only. */
  cpu: boolean;
  samplingIntervalUs: number;
  signal: AbortSignal;
  /** Memory, event loop and GC of the chosen process, about four times a second. */
  onEvent(e: RunEvent): void;
  /** The command that was started; names the runtime where processes can't be looked at. */
  command?: string;
}

/** The Node probe as seen from the engine. Nothing of it rejects for what the profiled process does. */
export interface Probe {
  /** The environment in which the server is started, with the probe in it. */
  env(base: Record<string, string>): Record<string, string>;
  /**
   * To be asked when initialize was answered. The process that parsed our first request, now sampled; `reason` says in
   * a sentence what is not measured and why, null where everything is.
   */
  attached(): Promise<{ runtime: RuntimeFacts; reason: string | null }>;
  startHeap(): Promise<void>;
  /** Allocations since `startHeap`, with the author's files and lines; null when they could not be had. */
  stopHeap(): Promise<HeapProfile | null>;
  /** Before the session is closed. Works while the server is in an endless loop; takes 20 s at the very worst. */
  stop(): Promise<ProbeResult>;
}

export interface ProbeResult {
  /** With the author's files and lines; times on the process's own clock. Null when it could not be had. */
  profile: CpuProfile | null;
  pid: number;
  tid: number;
  /** Add to a time of the profile for the run's clock; wrong by `clockErrorUs` at most. */
  clockOffsetUs: number;
  clockErrorUs: number;
  /** Which request the main thread worked for, on the run's clock, in order and without overlap; seq 0 is none. */
  spans: { startUs: Float64Array; endUs: Float64Array; seq: Int32Array };
  requestIds: { seq: number; id: string | number; method: string; atUs: number }[];
  notices: string[];
}

/** While no process has been chosen every millisecond counts for a waiting one; `fs.watch` is not there everywhere. */
const searchMs = 20;
const followMs = 250;
/** After initialize was answered by a process of ours, its note has been written already. */
const attachTimeoutMs = 300;

export async function createProbe(o: ProbeOptions): Promise<Probe> {
  const files = readProbeFiles(o.dir);
  const processes = new Map<number, Promise<SampledProcess | null>>();
  const problems = new Map<number, string>();
  const requestIds: ProbeResult['requestIds'] = [];
  let chosen: Announcement | null = null;
  let process_: SampledProcess | null = null;
  let stopped: Promise<ProbeResult> | null = null;

  const watcher = watch(o.dir, scan);
  watcher.on('error', () => watcher.close());
  let timer = setInterval(scan, searchMs);
  const quiet = () => {
    clearInterval(timer);
    watcher.close();
  };
  o.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  await Promise.resolve();

  function scan(): void {
    for (const a of files.announcements()) {
      if (!processes.has(a.pid) && !chosen) processes.set(a.pid, connect(a));
    }
    if (!chosen) letExitingGo();
    if (!chosen || !process_) return;
    follow();
    // its samples end with it: take them while it waits
    if (files.isExiting(chosen.pid)) void takeAndLetGo(process_);
  }

  /** A process waits at its end for an inspector that is connected; one that ends before it is chosen has nothing to tell. */
  function letExitingGo(): void {
    for (const [pid, started] of processes) {
      if (!files.isExiting(pid)) continue;
      processes.set(pid, Promise.resolve(null));
      void started.then((p) => p?.letGo());
    }
  }

  async function connect(a: Announcement): Promise<SampledProcess | null> {
    if (a.inspectorUrl === null) {
      if (a.problem !== null) problems.set(a.pid, a.problem);
      return null;
    }
    try {
      return await sampleProcess(a, o);
    } catch (error) {
      problems.set(a.pid, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Of the processes that parsed a request of our client the deepest: one above it only hands messages on. */
  function findServer(): Announcement | null {
    const confirmed = files
      .announcements()
      .flatMap((announcement) => {
        const confirmation = files.confirmation(announcement.pid);
        return confirmation ? [{ announcement, client: confirmation.client }] : [];
      })
      .sort((a, b) => a.announcement.depth - b.announcement.depth);
    return confirmed.filter(({ client }) => client === confirmed[0]!.client).at(-1)?.announcement ?? null;
  }

  async function choose(a: Announcement): Promise<void> {
    chosen = a;
    files.markChosen();
    clearInterval(timer);
    timer = setInterval(scan, followMs);
    const own = await (processes.get(a.pid) ?? connect(a));
    for (const [pid, other] of processes) if (pid !== a.pid) void other.then((p) => p?.letGo());
    try {
      await own?.measureClock();
    } catch {
      // gone or busy: the clocks of one machine are one clock as far as we know
    }
    process_ = own;
  }

  /** Run time of a `process.hrtime` of the server. */
  const runUs = (at: number) => at + (process_?.clock().offsetUs ?? 0) - o.clock.zeroUs;

  function follow(): void {
    for (const line of files.newLines(chosen!.pid)) {
      if (line.k === 'request') requestIds.push({ seq: line.seq, id: line.id, method: line.method, atUs: runUs(line.at) });
      else o.onEvent(toEvent(line, runUs(line.at)));
    }
  }

  async function takeAndLetGo(p: SampledProcess): Promise<TakenProfile | null> {
    try {
      return await p.take();
    } catch (error) {
      problems.set(p.announcement.pid, error instanceof Error ? error.message : String(error));
      return null;
    } finally {
      await p.letGo();
    }
  }

  async function stop(): Promise<ProbeResult> {
    // from here on its main thread works for us: that is no call's time
    const stoppedUs = o.clock.now();
    quiet();
    scan();
    if (!chosen) {
      // nobody parsed a request: the innermost process may still say why
      const last = findServer() ?? [...files.announcements()].filter((a) => a.inspectorUrl !== null).sort((a, b) => a.depth - b.depth).at(-1);
      if (last) await choose(last);
      quiet();
    }
    if (!chosen) return { profile: null, pid: 0, tid: 0, clockOffsetUs: 0, clockErrorUs: 0, spans: noSpans(), requestIds, notices: [] };

    const { pid } = chosen;
    const taken = process_ ? await takeAndLetGo(process_) : null;
    follow();
    if (taken?.profile) {
      hideProbe(taken.profile, o.bootPath);
      mapCpuProfile(taken.profile, taken.scripts);
    }
    const notices: string[] = [];
    if (o.cpu && !taken?.profile) notices.push(`CPU samples are missing: ${problems.get(pid) ?? 'the process ended before they could be read.'}`);
    if (files.hasWorkers(pid)) notices.push('The server uses worker threads: their CPU time is not in the samples.');
    return {
      profile: taken?.profile ?? null,
      pid,
      tid: pid,
      clockOffsetUs: (taken?.clockOffsetUs ?? 0) - o.clock.zeroUs,
      clockErrorUs: taken?.clockErrorUs ?? 0,
      spans: splitSpans(files.spans(pid), runUs(0), stoppedUs),
      requestIds,
      notices,
    };
  }

  return {
    env: (base) => ({ ...base, [probeDirVariable]: o.dir, NODE_OPTIONS: nodeOptions(base['NODE_OPTIONS'], o.bootPath) }),
    async attached() {
      const end = performance.now() + attachTimeoutMs;
      let server = findServer();
      while (!server && performance.now() < end && !o.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        server = findServer();
      }
      if (!server) {
        for (const other of processes.values()) void other.then((p) => p?.letGo());
        const runtime = detectRuntime(o.dir, o.command);
        return { runtime, reason: whyTimingsOnly(runtime) };
      }
      await choose(server);
      const problem = problems.get(server.pid);
      return {
        runtime: { name: 'node', version: server.version.replace(/^v/, ''), execPath: server.execPath, pid: server.pid },
        reason: process_ ? null : `CPU and memory could not be measured: ${problem ?? 'the process ended.'}`,
      };
    },
    async startHeap() {
      try {
        await process_?.startHeap();
      } catch {
        // stopHeap returns null then
      }
    },
    async stopHeap() {
      try {
        const taken = await process_?.stopHeap();
        if (!taken) return null;
        hideProbeInHeap(taken.profile, o.bootPath);
        mapHeapProfile(taken.profile, taken.scripts);
        return taken.profile;
      } catch {
        return null;
      }
    },
    stop: () => (stopped ??= stop()),
  };
}

function nodeOptions(existing: string | undefined, bootPath: string): string {
  const path = /[\s"\\]/.test(bootPath) ? `"${bootPath.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : bootPath;
  const options = [existing?.trim(), `--require ${path}`];
  // the secret path of the inspector must not be readable over HTTP
  if (!existing?.includes('--inspect-publish-uid')) options.push('--inspect-publish-uid=stderr');
  return options.filter(Boolean).join(' ');
}

/** V8's kinds of collections as `perf_hooks.constants` numbers them. */
const gcTypes: Partial<Record<number, Extract<RunEvent, { kind: 'gc' }>['type']>> = { 1: 'scavenge', 4: 'mark-sweep', 8: 'incremental', 16: 'weak-callbacks' };

function toEvent(line: Exclude<ProbeLine, { k: 'request' }>, atUs: number): RunEvent {
  switch (line.k) {
    case 'memory':
      return { kind: 'memory', atUs, rssBytes: line.rss, heapUsedBytes: line.heapUsed, heapTotalBytes: line.heapTotal, externalBytes: line.external };
    case 'loop':
      return { kind: 'loop', atUs, delayP50Us: line.p50, delayMaxUs: line.max, utilization: line.utilization };
    case 'gc':
      return { kind: 'gc', atUs, durationUs: line.us, type: gcTypes[line.kind] ?? 'other' };
  }
}

const noSpans = (): ProbeResult['spans'] => ({ startUs: new Float64Array(0), endUs: new Float64Array(0), seq: new Int32Array(0) });

function splitSpans(values: Float64Array, offsetUs: number, untilUs: number): ProbeResult['spans'] {
  let count = values.length / spanWidth;
  while (count > 0 && values[(count - 1) * spanWidth]! + offsetUs >= untilUs) count--;
  const spans = { startUs: new Float64Array(count), endUs: new Float64Array(count), seq: new Int32Array(count) };
  for (let i = 0; i < count; i++) {
    spans.startUs[i] = values[i * spanWidth]! + offsetUs;
    spans.endUs[i] = Math.min(values[i * spanWidth + 1]! + offsetUs, untilUs);
    spans.seq[i] = values[i * spanWidth + 2]!;
  }
  return spans;
}
