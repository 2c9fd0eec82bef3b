import type { FunctionRef, Resolved } from '../program.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { blockOf } from './expand.ts';
import { methodOf } from './members.ts';
import { enterCall } from './given.ts';
import { instanceOf } from './instances.ts';
import { trace } from './trace.ts';

/** What a registration has run. */
export interface Run {
  function: FunctionRef;
  env: Env;
}

const deepest = 8;
/** How a tool's own function is called by what is wrapped around it. */
const usual = /^(execute|run|handle|handler|call|invoke|callback|cb|fn|func|action|process|_?execute|_?run)$/i;

/**
 * The function that an expression gives: written in place, by name, as a method, through `bind`, made by a call, or inside of
 * one that wraps it (`withAuth(async (args) => …)`): the innermost is the tool's own. Null where it is not known.
 */
export function runOf(program: Resolved, thing: Thing, env: Env, depth = 0): Run | null {
  if (depth > deepest) return null;
  const { expr, at } = trace(program, thing, env);
  switch (expr.kind) {
    case 'function':
      return innermost(program, { file: at.file, index: expr.function }, env, depth);
    case 'call':
      return ofCall(program, { expr, at }, env, depth);
    case 'class':
      return null;
    default: {
      const value = program.resolve(expr, at);
      return value.kind === 'function' ? innermost(program, value.function, env, depth) : null;
    }
  }
}

/** A function that an object has: a method, a property. */
export function runOfPart(program: Resolved, thing: Thing, part: string, env: Env): Run | null {
  const instance = instanceOf(program, trace(program, thing, env), env);
  if (instance) {
    const fn = methodOf(program, instance.class, part);
    return fn && { function: fn, env };
  }
  return runOf(program, { expr: { kind: 'member', object: thing.expr, name: part }, at: thing.at }, env);
}

function ofCall(program: Resolved, { expr, at }: Thing & { expr: { kind: 'call' } }, env: Env, depth: number): Run | null {
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const place = { file: at.file, function: call.function, offset: call.span.start };
  const { callee } = call;
  if (callee.kind === 'member' && callee.name === 'bind') return runOf(program, { expr: callee.object, at: place }, env, depth + 1);
  const instance = instanceOf(program, { expr, at }, env);
  if (instance && !instance.static) {
    const called = methodOf(program, instance.class, '__call__');
    return called && { function: called, env };
  }
  const handed = call.args.flatMap((arg) => {
    const traced = trace(program, { expr: arg, at: place }, env);
    const isFunction = traced.expr.kind === 'function' || (traced.expr.kind !== 'object' && traced.expr.kind !== 'literal' && program.resolve(traced.expr, traced.at).kind === 'function');
    return isFunction ? [traced] : [];
  });
  const fn = trace(program, { expr: callee, at: place }, env);
  if (fn.expr.kind === 'function') {
    const ref = { file: fn.at.file, index: fn.expr.function };
    const { returned, span } = program.functionOf(ref);
    const inner = enterCall(program, env, ref, at.file, expr.call);
    const made = returned.flatMap((r) => runOf(program, { expr: r, at: { file: ref.file, function: ref.index, offset: span.end - 1 } }, inner, depth + 1) ?? []);
    // a wrapper that calls what it was given has led to it; one that hands it on has not
    if (handed.length === 1 && !made.some((m) => isHanded(m, handed[0]!))) return runOf(program, handed[0]!, env, depth + 1);
    return made.length === 1 ? made[0]! : null;
  }
  return handed.length === 1 ? runOf(program, handed[0]!, env, depth + 1) : null;
}

const isHanded = (run: Run, { expr, at }: Thing) => expr.kind === 'function' && sameRef(run.function, { file: at.file, index: expr.function });

/** Of a function that only stands around another one, which `env` knows, that other one. */
function innermost(program: Resolved, fn: FunctionRef, env: Env, depth: number): Run {
  const own: Run = { function: fn, env };
  if (env === null || depth > deepest) return own;
  const summary = program.files.get(fn.file)!;
  const { span } = summary.functions[fn.index]!;
  const called = new Map<string, { run: Run; usual: boolean }>();
  for (const call of summary.calls) {
    if (call.span.start < span.start || call.span.end > span.end || !isWithin(program, fn, call.function)) continue;
    const at = { file: fn.file, function: call.function, offset: call.span.start };
    const callee = call.callee.kind === 'member' && (call.callee.name === 'call' || call.callee.name === 'apply') ? call.callee.object : call.callee;
    if (callee.kind !== 'name' && callee.kind !== 'member') continue;
    if (!blockOf(program, { expr: callee.kind === 'member' ? callee.object : callee, at }, null)) continue;
    const traced = trace(program, { expr: callee, at }, env);
    const name = callee.name;
    const target = traced.expr.kind === 'function' ? { file: traced.at.file, index: traced.expr.function } : null;
    if (!target || sameRef(target, fn)) continue;
    // of its own methods only one that is the tool's
    if (callee.kind === 'member' && isOwnHelper(program, callee.object, at, name)) continue;
    called.set(`${target.index} ${target.file}`, { run: { function: target, env }, usual: usual.test(name) });
  }
  const all = [...called.values()];
  const chosen = all.length === 1 ? all : all.filter((c) => c.usual);
  return chosen.length === 1 ? innermost(program, chosen[0]!.run.function, env, depth + 1) : own;
}

function isOwnHelper(program: Resolved, object: Thing['expr'], at: Thing['at'], name: string): boolean {
  const { expr } = trace(program, { expr: object, at }, null);
  const self = expr.kind === 'this' || expr.kind === 'parameter' ? instanceOf(program, { expr, at }, null) : null;
  if (!self || usual.test(name)) return false;
  const declared = methodOf(program, self.class, name);
  return !(declared && program.functionOf(declared).abstract && /^_?(do|on|perform|execute|run|handle|call|invoke|process)/i.test(name));
}

function isWithin(program: Resolved, fn: FunctionRef, inner: number): boolean {
  const { functions } = program.files.get(fn.file)!;
  for (let at: number | null = inner; at !== null; at = functions[at]?.parent ?? null) if (at === fn.index) return true;
  return false;
}
