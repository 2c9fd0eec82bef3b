import type { Call, Expr, FunctionSummary } from './summary.ts';

// Lists of the summaries and targets, of which a workspace keeps some hundred thousand.

/** The list of all that have none; nobody may add to it, which its type says. */
export const empty: readonly never[] = [];

/** A list that nothing is added to any more, without the room for 16 more that pushing gives it. */
export const kept = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? empty : list.slice());

/** The list with one more, again without room; for lists of a few. */
export const appended = <T>(list: readonly T[], item: T): readonly T[] => (list.length === 0 ? [item] : list.concat([item]));

/** `*items`, or `...items`, in a list or among arguments: any number of them, so that nothing behind it has a position. `a[i + 1]` looks the same. */
export const isSpread = (expr: Expr): expr is Extract<Expr, { kind: 'element' }> => expr.kind === 'element' && expr.index === undefined && expr.key === undefined;

/** The same among the arguments of a call, of which TypeScript's have no expression of their own. */
export const maySpread = (expr: Expr): boolean => expr.kind === 'other' || isSpread(expr);

/** Tells functions that have been walked through which calls they make. */
export function giveCalls(functions: readonly FunctionSummary[], calls: readonly Call[]): void {
  const own = functions.map((): readonly number[] => empty);
  calls.forEach(({ function: fn }, index) => {
    const list = own[fn]!;
    if (list === empty) own[fn] = [index];
    else (list as number[]).push(index);
  });
  functions.forEach((fn, index) => (fn.calls = kept(own[index]!)));
}
