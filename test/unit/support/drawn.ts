import { seeded } from '../analysisWorld.ts';

/**
 * Runs a check on values that are drawn anew each time. A failure names the seed: `DRAWN_SEED=123 mocha …` draws the same
 * again. `note` keeps what was last looked at, for the message. A promise must be awaited.
 */
export function drawn<T>(check: (random: () => number, note: (what: string) => void) => T): T {
  const seed = Number(process.env.DRAWN_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let last = '';
  const explain = (error: unknown): never => {
    throw new Error(`DRAWN_SEED=${seed} ${last}\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
  };
  try {
    const result = check(seeded(seed), (what) => (last = what));
    return result instanceof Promise ? (result.catch(explain) as T) : result;
  } catch (error) {
    return explain(error);
  }
}
