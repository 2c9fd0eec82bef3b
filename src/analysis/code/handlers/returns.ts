import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import { enterCall, placeOfCall } from './given.ts';
import type { Env, Thing } from './env.ts';
import { trace } from './trace.ts';

/** Something, with what must be taken as known for it. */
export interface Item {
  thing: Thing;
  env: Env;
  /** The item of another list that it was made of in a loop: where it is written. */
  from?: Thing;
}

const deepest = 20;

/** What a call of a function of the workspace returns, where it has one returned expression. */
export function returnedBy(program: Resolved, thing: Thing, env: Env, depth = 0): Item | null {
  const [only, ...others] = allReturnedBy(program, thing, env, depth);
  return only && others.length === 0 ? only : null;
}

/** All that a call of a function of the workspace may return. */
export function allReturnedBy(program: Resolved, { expr, at }: Thing, env: Env, depth = 0): Item[] {
  if (expr.kind !== 'call') return [];
  const call = program.files.get(at.file)!.calls[expr.call]!;
  if (call.isNew) return [];
  const callee = trace(program, { expr: call.callee, at: placeOfCall(at.file, call) }, env, depth + 1);
  // `(given.create ?? create)()`: those of them that are known
  const ways = callee.expr.kind === 'either' ? callee.expr.of.map((one) => trace(program, { expr: one, at: callee.at }, env, depth + 1)) : [callee];
  return ways.flatMap((way) => (way.expr.kind === 'function' ? returnedFrom(program, { file: way.at.file, index: way.expr.function }, { file: at.file, index: expr.call }, env) : []));
}

/** All that a function may return to a call. */
export function returnedFrom(program: Resolved, fn: FunctionRef, call: CallRef, env: Env): Item[] {
  const { returned, generator, span } = program.functionOf(fn);
  if (generator || returned.length === 0) return [];
  const inner = enterCall(program, env, fn, call.file, call.index);
  return returned.map((one) => ({ thing: { expr: one, at: { file: fn.file, function: fn.index, offset: span.end - 1 } }, env: inner }));
}

/** How what a tool runs is called in its object. */
const runs = /^(?:handler|execute|run|call|callback|cb|fn|func|handle|invoke)$/;

/** Of a function that understands several ways to be called, `tool(name, run)` and `tool(name, schema, run)`, what it gives where all it is given fits: what runs is a function. */
function chosen(program: Resolved, returned: readonly Item[]): Item | null {
  const [only, ...others] = returned;
  if (!only || others.length === 0) return only ?? null;
  const fitting = returned.filter(({ thing: { expr, at }, env }) => expr.kind === 'object' && expr.properties.some((p) => runs.test(p.name) && trace(program, { expr: p.value, at }, env).expr.kind === 'function'));
  return fitting.length === 1 && returned.every(({ thing }) => thing.expr.kind === 'object') ? fitting[0]! : null;
}

/** What a function makes is looked into: `createSearchTool(client)` is the literal that it returns. */
export function opened(program: Resolved, { thing, env }: Item, depth = 0): Item {
  const traced = trace(program, thing, env);
  const made = depth < deepest ? chosen(program, allReturnedBy(program, traced, env)) : null;
  return made ? opened(program, made, depth + 1) : { thing: traced, env };
}
