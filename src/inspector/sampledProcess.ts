import { handleKey, type Announcement, type ProbeHandle } from '../probe/contract.ts';
import type { CpuProfile, HeapProfile } from '../model/profile.ts';
import { connectCdp } from './cdp.ts';
import { intersect, settle, unknown, type Interval } from './clockOffset.ts';
import type { ScriptInfo } from './sourceMaps.ts';

/** V8's allocation sampler: one sample per so many bytes. At 128 KiB and above its cost is lost in the noise. */
const heapIntervalBytes = 128 * 1024;
/** Asked for again and again until the shortest answer says the difference of the clocks well enough. */
const clockRounds = 10;
const flushTimeoutMs = 1000;
/** Ending a profile takes 8-16 us per node of its tree, and then it has to be written and sent. */
const stopTimeoutMs = 15_000;
/** Node lists all scripts in 50-75 ms. */
const scriptsTimeoutMs = 3000;

export interface TakenProfile {
  profile: CpuProfile | null;
  scripts: Map<string, ScriptInfo>;
  /** Add to a time of the profile for the engine's `process.hrtime`. */
  clockOffsetUs: number;
  clockErrorUs: number;
}

/** A Node process with our bootloader, connected and sampling. */
export interface SampledProcess {
  readonly announcement: Announcement;
  readonly closed: Promise<void>;
  /** Add to a `process.hrtime` (us) of the process for the engine's. */
  clock(): { offsetUs: number; errorUs: number };
  measureClock(): Promise<void>;
  startHeap(): Promise<void>;
  stopHeap(): Promise<{ profile: HeapProfile; scripts: Map<string, ScriptInfo> }>;
  /** Ends sampling and returns what was taken; the same for every later call. Works while the process is busy. */
  take(): Promise<TakenProfile>;
  letGo(): Promise<void>;
}

/**
 * Connects to an announced process, starts sampling and lets its own code begin.
 * @throws Error when its inspector does not answer.
 */
export async function sampleProcess(announcement: Announcement, o: { cpu: boolean; samplingIntervalUs: number }): Promise<SampledProcess> {
  const cdp = await connectCdp(announcement.inspectorUrl!);
  const call = <T>(name: keyof ProbeHandle, timeoutMs?: number) =>
    cdp
      .send<{ result: { value: T }; exceptionDetails?: { text: string } }>('Runtime.evaluate', { expression: `globalThis[Symbol.for('${handleKey}')].${name}()`, returnByValue: true }, timeoutMs)
      .then(({ result, exceptionDetails }) => {
        if (exceptionDetails) throw new Error(exceptionDetails.text);
        return result.value;
      });

  // sent in one go: the process waits, and answers in order
  const [before, , , , after] = await Promise.all([
    call<number>('now'),
    ...(o.cpu ? [cdp.send('Profiler.enable'), cdp.send('Profiler.setSamplingInterval', { interval: o.samplingIntervalUs }), cdp.send('Profiler.start')] : [null, null, null]),
    call<number>('now'),
    call('release'),
  ]);
  let toEngine: Interval = unknown;
  let scripts: Map<string, ScriptInfo> | null = null;
  let taken: Promise<TakenProfile> | null = null;

  async function listScripts(): Promise<Map<string, ScriptInfo>> {
    const found = new Map<string, ScriptInfo>();
    cdp.on('Debugger.scriptParsed', (params) => {
      const { scriptId, url, sourceMapURL } = params as { scriptId: string; url: string; sourceMapURL?: string };
      if (sourceMapURL) found.set(scriptId, { url, sourceMapUrl: sourceMapURL });
    });
    try {
      await cdp.send('Debugger.enable', {}, scriptsTimeoutMs);
      await cdp.send('Debugger.disable', {}, scriptsTimeoutMs);
    } catch {
      return scripts ?? found; // positions stay those of the generated code
    }
    return (scripts = found);
  }

  const process_: SampledProcess = {
    announcement,
    closed: cdp.closed,
    clock: () => settle(toEngine),
    async measureClock() {
      for (let i = 0; i < clockRounds; i++) {
        const asked = engineUs();
        const theirs = await call<number>('now');
        toEngine = intersect(toEngine, { low: asked - theirs, high: engineUs() - theirs });
      }
    },
    async startHeap() {
      await cdp.send('HeapProfiler.enable');
      await cdp.send('HeapProfiler.startSampling', { samplingInterval: heapIntervalBytes, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true });
    },
    async stopHeap() {
      const { profile } = await cdp.send<{ profile: HeapProfile }>('HeapProfiler.stopSampling', {}, stopTimeoutMs);
      return { profile, scripts: scripts ?? (await listScripts()) };
    },
    take: () => (taken ??= take()),
    async letGo() {
      try {
        await call('letGo', flushTimeoutMs);
      } catch {
        // it has gone, or is too busy: its end is near
      }
      cdp.close();
    },
  };
  return process_;

  async function take(): Promise<TakenProfile> {
    try {
      await call('flush', flushTimeoutMs);
    } catch {
      // what was written so far has to do
    }
    const { offsetUs, errorUs } = process_.clock();
    if (!o.cpu) return { profile: null, scripts: new Map(), clockOffsetUs: offsetUs, clockErrorUs: errorUs };
    const { profile } = await cdp.send<{ profile: CpuProfile }>('Profiler.stop', {}, stopTimeoutMs);
    // V8 stamps samples with a clock of its own; it read `startTime` between our two questions
    const v8 = settle({ low: before - profile.startTime, high: Number(after) - profile.startTime });
    return { profile, scripts: await listScripts(), clockOffsetUs: offsetUs + v8.offsetUs, clockErrorUs: errorUs + v8.errorUs };
  }
}

function engineUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
