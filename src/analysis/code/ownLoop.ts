import type { Call } from './summary.ts';

/**
 * The call whose coroutine `asyncio.run(ask())` waits for: on a loop of its own, and so in another thread, as it raises on
 * a loop that runs already. Null for other calls.
 */
export function mainOf({ args: [main] }: Call, external: string | null): number | null {
  return external === 'asyncio.run' && main?.kind === 'call' ? main.call : null;
}
