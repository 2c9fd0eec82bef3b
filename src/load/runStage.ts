import { performance } from 'node:perf_hooks';
import type { Clock } from '../wire/clock.ts';
import type { Driver } from './driver.ts';
import type { Launcher } from './launcher.ts';
import type { Meter, MeterResult } from './meter.ts';
import { enough, intervalUs, stopped, type ThreadInterval } from './stage.ts';

export interface StageRun {
  driver: Driver;
  meter: Meter;
  launcher: Launcher;
  clock: Clock;
  startUs: number;
  durationUs: number;
  drainUs: number;
  holdUs: number;
  /** Aborted: at once; with the reason `enough`, the window ends and what is in flight may end as usual. With `stopped`, what is in flight has not failed. */
  signal: AbortSignal;
  /** The stage begins now: what was held until then ends. */
  onBegin: () => void;
  onInterval: (interval: ThreadInterval) => void;
}

export interface RunningStage {
  result: Promise<MeterResult & { windowUs: number; utilization: number; cpuUs: number | null }>;
  /** Ends the load that goes on after the window; what was due before this time is sent. */
  release(untilUs: number): void;
}

/**
 * Runs a driver by an absolute clock that is looked at about once a millisecond, until the window is over and what was due in
 * it has ended. Ends early when it is cancelled, or when nothing will be due any more.
 */
export function runStage(o: StageRun): RunningStage {
  const { driver, meter, launcher, clock } = o;
  const plannedUs = o.startUs + o.durationUs;
  let begun: { cpuUs: number | null; loop: ReturnType<typeof performance.eventLoopUtilization> } | null = null;
  let loopAtInterval = performance.eventLoopUtilization();
  let utilization = 0;
  let index = 0;
  /** When the window was over; null while it is not. */
  let overUs: number | null = null;
  let told = false;
  let timer: NodeJS.Timeout | undefined;

  function begin() {
    o.onBegin();
    launcher.watch(meter);
    loopAtInterval = performance.eventLoopUtilization();
    begun = { cpuUs: threadCpuUs(), loop: loopAtInterval };
  }

  function closeWindow(nowUs: number) {
    overUs = Math.max(o.startUs, Math.min(nowUs, plannedUs));
    meter.cut(overUs);
    // of no time at all it would be 1
    utilization = overUs > o.startUs ? performance.eventLoopUtilization(begun?.loop).utilization : 0;
    if (o.holdUs === 0 || isCancelled()) driver.stop();
  }

  const isCancelled = () => o.signal.aborted && o.signal.reason !== enough;

  function tellInterval(nowUs: number, last: boolean) {
    const reached = last ? (nowUs - o.startUs) / intervalUs : Math.floor((nowUs - o.startUs) / intervalUs);
    if (reached <= index) return;
    index = reached;
    const loop = performance.eventLoopUtilization();
    o.onInterval({ index, ...meter.takeInterval(), utilization: performance.eventLoopUtilization(loop, loopAtInterval).utilization });
    loopAtInterval = loop;
  }

  function finish(nowUs: number) {
    told = true;
    const left = launcher.abandon(meter);
    // without a drain they go on into the next stage, and are in no figure of this one
    for (const { operation, dueUs } of o.drainUs > 0 || isCancelled() ? left : []) {
      if (o.signal.reason === stopped) meter.unfinished(operation, nowUs - dueUs);
      else meter.cancelled(operation);
    }
    tellInterval(nowUs, true);
    launcher.watch(null);
    const cpuUs = threadCpuUs();
    return { ...meter.result(), windowUs: overUs! - o.startUs, utilization, cpuUs: cpuUs === null || begun?.cpuUs == null ? null : cpuUs - begun.cpuUs };
  }

  function release(untilUs: number) {
    clearInterval(timer);
    if (!driver.over) driver.tick(untilUs - 1e-3);
    driver.stop();
    launcher.abandon(meter);
  }

  const result = new Promise<MeterResult & { windowUs: number; utilization: number; cpuUs: number | null }>((resolve, reject) => {
    timer = setInterval(() => {
      try {
        tick();
      } catch (error) {
        clearInterval(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, driver.everyMs);

    function tick() {
      const nowUs = clock.now();
      if (nowUs < o.startUs && !o.signal.aborted) return;
      if (!begun) begin();
      if (told) {
        driver.tick(nowUs);
        if (nowUs >= overUs! + o.holdUs || o.signal.aborted && isCancelled()) release(nowUs);
        return;
      }
      if (overUs === null) driver.tick(Math.min(nowUs, plannedUs - 1e-3));
      meter.tick(nowUs);
      tellInterval(nowUs, false);
      if (overUs === null && (nowUs >= plannedUs || o.signal.aborted || (driver.over && launcher.lost))) closeWindow(nowUs);
      if (overUs === null || (meter.waiting > 0 && !isCancelled() && nowUs < overUs + o.drainUs)) return;
      if (driver.over || o.drainUs > 0) clearInterval(timer);
      resolve(finish(nowUs));
    }
  });
  return { result, release };
}

/** Node.js 23.9 or later; the time of the whole process would hold that of other threads. */
function threadCpuUs(): number | null {
  const from: { threadCpuUsage?: () => { user: number; system: number } } = process;
  if (!from.threadCpuUsage) return null;
  const { user, system } = from.threadCpuUsage();
  return user + system;
}
