import { monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks';
import type { RequestWatch } from './requests.ts';
import type { Spool } from './spool.ts';
import { hrtimeUs } from './time.ts';

const intervalMs = 250;
/** The monitor wakes the event loop this often; its delay is what the wake-ups come late. */
const loopResolutionMs = 20;

/**
 * Memory, event-loop delay and garbage collections, four times a second from the first MCP request on. What was noted
 * is written out in the same step, so that a crash loses a quarter of a second at most.
 */
export function watchRuntime(spool: Spool, requests: RequestWatch): { stop(): void } {
  const memoryUsage = process.memoryUsage.bind(process);
  let detail: ReturnType<typeof watchLoopAndGc> | null = null;
  let stopped = false;

  const timer = setInterval(() => {
    if (stopped || !requests.seen()) return;
    try {
      detail ??= watchLoopAndGc(spool);
      const { rss, heapUsed, heapTotal, external } = memoryUsage();
      spool.line({ k: 'memory', at: hrtimeUs(), rss, heapUsed, heapTotal, external });
      detail.sample();
      requests.flush(false);
      spool.flush();
    } catch {
      clearInterval(timer); // never the server's problem
    }
  }, intervalMs);
  timer.unref();

  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      detail?.stop();
    },
  };
}

function watchLoopAndGc(spool: Spool) {
  const delay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  delay.enable();
  let last = performance.eventLoopUtilization();
  // an entry's startTime counts from the origin of `performance`, our clock from that of hrtime
  const originUs = hrtimeUs() - performance.now() * 1000;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = (entry as { detail?: { kind?: number } }).detail?.kind ?? 0;
      spool.line({ k: 'gc', at: originUs + entry.startTime * 1000, us: entry.duration * 1000, kind });
    }
  });
  observer.observe({ entryTypes: ['gc'] });

  return {
    sample() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      const late = (ns: number) => Math.max(0, ns / 1000 - loopResolutionMs * 1000);
      if (delay.max > 0) spool.line({ k: 'loop', at: hrtimeUs(), p50: late(delay.percentile(50)), max: late(delay.max), utilization });
      delay.reset();
    },
    stop() {
      delay.disable();
      observer.disconnect();
    },
  };
}
