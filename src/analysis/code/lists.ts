import type { FunctionSummary } from './summary.ts';

// Lists of the summaries and targets, of which a workspace keeps some hundred thousand.

/** The list of all that have none; nobody may add to it, which its type says. */
export const empty: readonly never[] = [];

/** A list that nothing is added to any more, without the room for 16 more that pushing gives it. */
export const kept = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? empty : list.slice());

/** The lists of a function that has been walked through. */
export function trim(fn: FunctionSummary): void {
  fn.parameters = fn.parameters.slice();
  fn.returned = fn.returned.slice();
  fn.calls = fn.calls.slice();
}
