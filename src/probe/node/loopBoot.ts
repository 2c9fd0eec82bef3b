/**
 * Preloaded into every Node process of a server under load: it watches the event loop and nothing else, as hooks into
 * promises would cost a no-op server a sixth to a third of its rate. Like the other bootloader it never breaks, blocks
 * or prints into the server. It runs in Node 18 and later.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { loopDirVariable, loopFields } from '../contract.ts';

const intervalMs = 250;
/** The monitor wakes the event loop this often; its delay is what the wake-ups come late. */
const resolutionMs = 10;

const dir = process.env[loopDirVariable];
const { bun, deno } = process.versions;
if (dir && isMainThread && !bun && !deno) {
  try {
    watchLoop(dir);
  } catch {
    // the server comes first: without the probe its event loop is not watched
  }
}

function watchLoop(dir: string): void {
  const fd = openSync(join(dir, `${process.pid}.loop`), 'w', 0o600);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let last = performance.eventLoopUtilization();
  const values = new Float64Array(loopFields.length);
  const late = (ns: number) => Math.max(0, ns / 1000 - resolutionMs * 1000);
  const timer = setInterval(() => {
    try {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      values.set([values[0]! + 1, late(delay.percentile(50)), late(delay.percentile(99)), late(delay.max), utilization]);
      delay.reset();
      writeSync(fd, new Uint8Array(values.buffer), 0, values.byteLength, 0);
    } catch {
      clearInterval(timer); // never the server's problem
    }
  }, intervalMs);
  timer.unref();
}
