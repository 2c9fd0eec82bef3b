import type { Launcher } from './launcher.ts';
import type { Meter } from './meter.ts';

/** Decides when requests are due, by one model of load. */
export interface Driver {
  /** Every `everyMs`: launches what is due by now. */
  tick(nowUs: number): void;
  readonly everyMs: number;
  /** Launches nothing from now on. */
  stop(): void;
  /** True when nothing will be due any more. */
  readonly over: boolean;
}

/** What every driver works with. */
export interface DriverParts {
  launcher: Launcher;
  meter: Meter;
  startUs: number;
  share: ConnectionShare;
}

/**
 * The connections of a test are numbered from 0 to `of` - 1, over all threads; this thread has those in `mine`. Request,
 * caller or agent i belongs to connection i modulo `of`: so threads share the work without a word.
 */
export interface ConnectionShare {
  mine: readonly number[];
  of: number;
}

/** After something could not even be written; else a caller would try without pause. */
export const retryUs = 10_000;

/** Numbers i < `total` that are ours, rising. */
export function* ownNumbers({ mine, of }: ConnectionShare, total: number): Generator<{ number: number; connection: number }> {
  const sorted = mine.map((number, connection) => ({ number, connection })).sort((a, b) => a.number - b.number);
  for (let round = 0; sorted.length > 0; round += of) {
    for (const { number, connection } of sorted) {
      if (round + number >= total) return;
      yield { number: round + number, connection };
    }
  }
}
