import type { LoadModel } from '../model/load.ts';

/** When requests are due: microseconds from the start of the stage, rising. */
export interface Schedule {
  /** Requests that are due before the stage is over. */
  readonly total: number;
  /** Of request 0, 1, 2 …; exact to the microsecond's fraction, whatever came before. */
  dueUs(index: number): number;
}

export type OpenModel = Extract<LoadModel, { kind: 'rate' | 'ramp' }>;

/**
 * Constant: request i is due at i / rate. Ramp from a to b over T: the number due by t is the integral of the rate,
 * a·t + (b-a)·t²/2T, and request i is due where that is i; solved as 2i / (a + √(a² + 2i(b-a)/T)), which also holds
 * where a equals b. A constant rate goes on for `holdS` longer.
 */
export function createSchedule(model: OpenModel, durationS: number, holdS = 0): Schedule {
  const { from, to } = model.kind === 'rate' ? { from: model.perSecond, to: model.perSecond } : model;
  const slope = (to - from) / durationS;
  return {
    total: wholeAbove(((from + to) / 2) * durationS + (model.kind === 'rate' ? model.perSecond * holdS : 0)),
    dueUs(index) {
      if (index === 0) return 0;
      // below 0 only by rounding, at the end of a ramp down to 0
      return (2 * index * 1e6) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * index)));
    },
  };
}

/** Requests 0, 1, 2 … that are due before `expected` of them would be: the rest of a division must not add one. */
const wholeAbove = (expected: number) => Math.ceil(expected - 1e-9 * Math.max(1, expected));
