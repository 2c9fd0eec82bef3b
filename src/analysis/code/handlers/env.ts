import type { ClassRef, FunctionRef } from '../program.ts';
import type { Expr } from '../summary.ts';

/** Where an expression stands. */
export interface At {
  file: string;
  function: number;
  offset: number;
}

/** An expression with the place that gives its names their meaning. */
export interface Thing {
  expr: Expr;
  at: At;
}

/** What a call hands to the function that it calls. */
export interface Given {
  args: readonly Thing[];
  keywords: ReadonlyMap<string, Thing>;
}

/**
 * What is taken as known while a registration is read: which call a function was entered by, which item a loop is at,
 * which class `this` is of. The newest entry counts; an entry is never changed, so that alternatives share what they have
 * in common.
 */
export type Env = Entry | null;

type Entry = { outer: Env } & (
  | { kind: 'entered'; function: FunctionRef; given: Given }
  | { kind: 'item'; element: string; thing: Thing }
  | { kind: 'self'; declared: ClassRef; class: ClassRef; made: Thing | null }
);

export const enter = (outer: Env, fn: FunctionRef, given: Given): Env => ({ kind: 'entered', function: fn, given, outer });
export const withItem = (outer: Env, element: Thing, thing: Thing): Env => ({ kind: 'item', element: elementKey(element), thing, outer });
/** `declared` is the class whose method is read, `self` what its object is really of, `made` the call that made it. */
export const withSelf = (outer: Env, declared: ClassRef, self: ClassRef, made: Thing | null): Env => ({ kind: 'self', declared, class: self, made, outer });

export const sameRef = (a: { file: string; index: number }, b: { file: string; index: number }): boolean => a.index === b.index && a.file === b.file;

export function givenTo(env: Env, fn: FunctionRef): Given | null {
  for (let at = env; at; at = at.outer) if (at.kind === 'entered' && sameRef(at.function, fn)) return at.given;
  return null;
}

/** `for (const { name, run } of tools)`: both stand for members of one element, which is written twice in the summary. */
const elementKey = ({ expr, at }: Thing): string => `${at.file} ${at.function} ${JSON.stringify(expr)}`;

export function itemOf(env: Env, element: Thing): Thing | null {
  let key: string | null = null;
  for (let at = env; at; at = at.outer) if (at.kind === 'item' && at.element === (key ??= elementKey(element))) return at.thing;
  return null;
}

export function selfOf(env: Env, declared: ClassRef): { class: ClassRef; made: Thing | null } | null {
  for (let at = env; at; at = at.outer) if (at.kind === 'self' && sameRef(at.declared, declared)) return at;
  return null;
}
