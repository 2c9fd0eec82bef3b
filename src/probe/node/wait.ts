const cell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Blocks the main thread until `done`, at most `ms`. The inspector's messages are served meanwhile: V8 runs them as
 * interrupts between two of the short sleeps. (`inspector.waitForDebugger` would do, but knows no time limit.)
 */
export function waitUntil(done: () => boolean, ms: number): void {
  const { hrtime } = process;
  const end = hrtime.bigint() + BigInt(ms) * 1_000_000n;
  while (!done() && hrtime.bigint() < end) Atomics.wait(cell, 0, 0, 1);
}
