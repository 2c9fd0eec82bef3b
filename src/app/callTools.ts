import type { Phase, RequestRecord } from '../model/trace.ts';

/** Give a tool up after this many timeouts in a row, so that one hanging tool does not cost calls × timeout. */
const timeoutsBeforeGivingUp = 3;

export interface CallPlan {
  calls: { tool: string; args: Record<string, unknown> }[];
  callsPerTool: number;
  concurrency: number;
}

/**
 * Calls the tools round-robin, `concurrency` at a time, until every tool had its calls, the signal aborts or `call`
 * throws. Returns the tools that were given up because they timed out again and again.
 */
export async function callTools(
  plan: CallPlan,
  call: (tool: string, args: Record<string, unknown>) => Promise<RequestRecord>,
  signal: AbortSignal,
): Promise<string[]> {
  const timeouts = new Map<string, number>();
  const givenUp = new Set<string>();
  const total = plan.calls.length * plan.callsPerTool;
  let next = 0;

  async function worker() {
    while (next < total && !signal.aborted) {
      const { tool, args } = plan.calls[next++ % plan.calls.length]!;
      if (givenUp.has(tool)) continue;
      const { outcome } = await call(tool, args);
      const inARow = outcome === 'timeout' ? (timeouts.get(tool) ?? 0) + 1 : 0;
      timeouts.set(tool, inARow);
      if (inARow >= timeoutsBeforeGivingUp) givenUp.add(tool);
    }
  }
  await Promise.all(Array.from({ length: Math.min(plan.concurrency, total) }, worker));
  return [...givenUp];
}

/** Serial: one call of each tool, for what only the first call pays. */
export async function warmUp(
  calls: CallPlan['calls'],
  call: (tool: string, args: Record<string, unknown>, phase: Phase) => Promise<RequestRecord>,
  signal: AbortSignal,
): Promise<void> {
  for (const { tool, args } of calls) {
    if (signal.aborted) return;
    await call(tool, args, 'warmup');
  }
}
