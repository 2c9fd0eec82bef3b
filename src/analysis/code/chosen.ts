import { isExpr, resultKey } from './flags.ts';
import type { FunctionRef } from './program.ts';
import { conditionsIn, declarationOf, onlyValue } from './sure.ts';
import type { Expr, FileSummary } from './summary.ts';

/** What a call asks for before it calls something of it: `tools.find((t) => t.method === method)!.execute(…)`. */
export interface Choice {
  /** The property by which one is found. */
  property: string;
  /** What that must be, as it stands in a function. */
  is: Expr;
  function: number;
  offset: number;
}

/** Null where a call is about nothing that was looked up. */
export function choiceOf(summary: FileSummary, index: number): Choice | null {
  const call = summary.calls[index]!;
  if (call.callee.kind !== 'member') return null;
  const found = foundBy(summary, call.callee.object, { function: call.function, offset: call.span.start });
  const [asks] = found === null ? [] : summary.calls[found]!.args;
  if (asks?.kind !== 'function') return null;
  const { span, parameters } = summary.functions[asks.function]!;
  const term = conditionsIn(summary).values.get(resultKey(span.end));
  const one = parameters[0]?.name;
  if (term?.kind !== 'same' || !one || !isExpr(term.left) || !isExpr(term.right)) return null;
  const { left, right } = term;
  const isOfOne = (expr: Expr): expr is Extract<Expr, { kind: 'member' }> => expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === one;
  const at = { function: asks.function, offset: span.start };
  return isOfOne(left) ? { property: left.name, is: right, ...at } : isOfOne(right) ? { property: right.name, is: left, ...at } : null;
}

/** The call of `find` that gave something. */
function foundBy(summary: FileSummary, expr: Expr, at: { function: number; offset: number }): number | null {
  if (expr.kind === 'as') return foundBy(summary, expr.value, at);
  if (expr.kind === 'call') {
    const { callee } = summary.calls[expr.call]!;
    return callee.kind === 'member' && callee.name === 'find' ? expr.call : null;
  }
  const binding = expr.kind === 'name' ? declarationOf(expr.name, { summary, ...at }) : null;
  const value = binding && onlyValue(summary, binding);
  return value?.kind === 'call' ? foundBy(summary, value, at) : null;
}

/** Whether a function stands in an object whose property is that constant, or in none of which that can be told. */
export function mayBeChosen(files: ReadonlyMap<string, FileSummary>, fn: FunctionRef, property: string, constant: unknown): boolean {
  const said = objectsWith(files.get(fn.file)!, fn.index).flatMap((o) => o.properties.filter((p) => p.name === property).map((p) => p.value));
  return said.length === 0 || said.some((value) => value.kind !== 'literal' || value.value === constant);
}

type ObjectExpr = Extract<Expr, { kind: 'object' }>;
const known = new WeakMap<FileSummary, ObjectExpr[]>();

/** Objects of a file that have a function as a property: in what functions give, in variables and in arguments. */
function objectsWith(summary: FileSummary, fn: number): ObjectExpr[] {
  let objects = known.get(summary);
  if (!objects) {
    const { functions, bindings, calls } = summary;
    objects = [...functions.flatMap((f) => f.returned), ...bindings.flatMap((b) => b.values), ...calls.flatMap((c) => c.args)].flatMap((e) => (e.kind === 'array' ? e.items : [e])).filter((e) => e.kind === 'object');
    known.set(summary, objects);
  }
  const { name } = summary.functions[fn]!;
  return objects.filter((o) => o.properties.some(({ value }) => (value.kind === 'function' ? value.function === fn : value.kind === 'name' && value.name === name)));
}
