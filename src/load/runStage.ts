import { performance } from 'node:perf_hooks';
import type { Clock } from '../wire/clock.ts';
import type { Driver } from './driver.ts';
import type { Launcher } from './launcher.ts';
import type { Meter, MeterResult } from './meter.ts';
import { enough, intervalUs, type ThreadInterval } from './stage.ts';

export interface StageRun {
  driver: Driver;
  meter: Meter;
  launcher: Launcher;
  clock: Clock;
  startUs: number;
  durationUs: number;
  drainUs: number;
  /** Aborted: at once; with the reason `enough`, the window ends and what is in flight may end as usual. */
  signal: AbortSignal;
  onInterval: (interval: ThreadInterval) => void;
}

/**
 * Runs a driver by an absolute clock that is looked at once a millisecond, until the window is over and what was due in
 * it has ended. Ends early when it is cancelled, or when nothing will be due any more.
 */
export function runStage(o: StageRun): Promise<MeterResult & { windowUs: number; utilization: number; cpuUs: number | null }> {
  const { driver, meter, launcher, clock } = o;
  const plannedUs = o.startUs + o.durationUs;
  const cpuAtStart = threadCpuUs();
  const loopAtStart = performance.eventLoopUtilization();
  let loopAtInterval = loopAtStart;
  let utilization = 0;
  let index = 0;
  /** When the window was over; null while it is not. */
  let overUs: number | null = null;
  launcher.watch(meter);

  function closeWindow(nowUs: number) {
    overUs = Math.min(nowUs, plannedUs);
    driver.stop();
    meter.cut(overUs);
    utilization = performance.eventLoopUtilization(loopAtStart).utilization;
  }

  function tellInterval(nowUs: number, last: boolean) {
    const reached = last ? (nowUs - o.startUs) / intervalUs : Math.floor((nowUs - o.startUs) / intervalUs);
    if (reached <= index) return;
    index = reached;
    const loop = performance.eventLoopUtilization();
    o.onInterval({ index, ...meter.takeInterval(), utilization: performance.eventLoopUtilization(loop, loopAtInterval).utilization });
    loopAtInterval = loop;
  }

  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        tick();
      } catch (error) {
        clearInterval(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, 1);

    function tick() {
      const nowUs = clock.now();
      if (overUs === null) driver.tick(Math.min(nowUs, plannedUs - 1e-3));
      meter.tick(nowUs);
      tellInterval(nowUs, false);
      if (overUs === null && (nowUs >= plannedUs || o.signal.aborted || (driver.over && launcher.lost))) closeWindow(Math.max(nowUs, o.startUs));
      if (overUs === null) return;
      const cancelled = o.signal.aborted && o.signal.reason !== enough;
      if (meter.waiting > 0 && !cancelled && nowUs < overUs + o.drainUs) return;
      clearInterval(timer);
      const left = launcher.abandon(meter);
      // 0: they go on into the next stage, and are in no figure of this one
      if (o.drainUs > 0 || cancelled) for (const operation of left) meter.cancelled(operation);
      tellInterval(nowUs, true);
      launcher.watch(null);
      const cpuUs = cpuAtStart === null ? null : (threadCpuUs() ?? 0) - cpuAtStart;
      resolve({ ...meter.result(), windowUs: overUs - o.startUs, utilization, cpuUs });
    }
  });
}

/** Node.js 23.9 or later; the time of the whole process would hold that of other threads. */
function threadCpuUs(): number | null {
  const from: { threadCpuUsage?: () => { user: number; system: number } } = process;
  if (!from.threadCpuUsage) return null;
  const { user, system } = from.threadCpuUsage();
  return user + system;
}
