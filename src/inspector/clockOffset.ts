/** Bounds of a difference between two clocks, microseconds. */
export interface Interval {
  low: number;
  high: number;
}

export const unknown: Interval = { low: -Infinity, high: Infinity };

export const intersect = (a: Interval, b: Interval): Interval => ({ low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) });

/**
 * A difference and how wrong it may be. Where 0 lies within the bounds it is 0: clocks of one machine are usually one
 * clock (CLOCK_MONOTONIC on Linux), and half a round trip of noise is worse than nothing.
 */
export function settle({ low, high }: Interval): { offsetUs: number; errorUs: number } {
  if (low <= 0 && high >= 0) return { offsetUs: 0, errorUs: Math.max(Math.min(-low, high), 0) };
  return { offsetUs: (low + high) / 2, errorUs: Math.abs(high - low) / 2 };
}
