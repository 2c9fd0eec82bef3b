import { seeded } from '../analysisWorld.ts';

/**
 * Runs a check on values that are drawn anew each time. A failure names the seed: `DRAWN_SEED=123 mocha …` draws the same
 * again. `note` keeps what was last looked at, for the message.
 */
export function drawn<T>(check: (random: () => number, note: (what: string) => void) => T): T {
  const seed = Number(process.env.DRAWN_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let last = '';
  try {
    return check(seeded(seed), (what) => (last = what));
  } catch (error) {
    if (error instanceof Error) error.message = `DRAWN_SEED=${seed} ${last}\n${error.message}`;
    throw error;
  }
}
