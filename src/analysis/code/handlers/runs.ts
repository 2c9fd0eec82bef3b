import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import type { Expr, Span } from '../summary.ts';
import { aroundOf, isWithin, type Around } from './around.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { blockOf } from './expand.ts';
import { asObject, methodOf } from './members.ts';
import { enterCall, placeOfCall } from './given.ts';
import { instanceOf } from './instances.ts';
import { descriptionOf } from './parts.ts';
import { valuesOf } from './scope.ts';
import { stringOf, trace } from './trace.ts';

/** What a registration has run. */
export interface Run {
  function: FunctionRef;
  env: Env;
  /** The outermost first. */
  around?: readonly Around[];
  /** Calls that lead to what other tools have: the table that they look in has nothing for this one. */
  notMine?: readonly Span[];
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
  const method = instance && methodOf(program, instance.class, part);
  if (method) return { function: method, env: instance.static ? env : asObject(program, instance.class, instance.made, env) };
  const direct = runOf(program, { expr: { kind: 'member', object: thing.expr, name: part }, at: thing.at }, env);
  const described = direct ? null : descriptionOf(program, trace(program, thing, env), env);
  return described ? runOfPart(program, described, part, env) : direct;
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
    const inside = handed.length === 1 ? runOf(program, handed[0]!, env, depth + 1) : null;
    if (inside) return made.find((m) => sameRef(m.function, inside.function)) ?? inside;
    return made.length === 1 ? made[0]! : null;
  }
  return handed.length === 1 ? runOf(program, handed[0]!, env, depth + 1) : null;
}

/** Of a function that only stands around another one, which `env` knows, that other one. */
function innermost(program: Resolved, fn: FunctionRef, env: Env, depth: number, around: readonly Around[] = []): Run {
  const own: Run = { function: fn, env, ...(around.length > 0 && { around }) };
  if (env === null || depth > deepest) return own;
  const all = calledInside(program, fn, env, depth);
  const chosen = all.length === 1 ? all : all.filter((c) => c.usual);
  const [only] = chosen;
  if (!only || chosen.length > 1) {
    const notMine = all.length > 0 ? [] : missedIn(program, fn, env, depth);
    return notMine.length > 0 ? { ...own, notMine } : own;
  }
  const here = aroundOf(program, fn, only.spans);
  const outside = [...around, ...(here ? [here] : []), ...(only.run.around ?? [])];
  return innermost(program, only.run.function, only.run.env, depth + 1, outside);
}

interface Called {
  run: Run;
  usual: boolean;
  spans: Span[];
}

/** Functions that only `env` tells of, and that a function calls in its body or in callbacks. */
function calledInside(program: Resolved, fn: FunctionRef, env: Env, depth: number): Called[] {
  const { calls, functions } = program.files.get(fn.file)!;
  const { span } = functions[fn.index]!;
  const found = new Map<string, Called>();
  for (const [index, call] of calls.entries()) {
    if (call.span.start < span.start || call.span.end > span.end || !isWithin(functions, fn.index, call.function)) continue;
    const led = depth > deepest ? null : (calledBy(program, { file: fn.file, index }, env, depth) ?? handedOn(program, { file: fn.file, index }, env, depth));
    if (!led || sameRef(led.run.function, fn)) continue;
    // what gets nothing of the call is something that the tool uses
    if (!led.usual && call.args.length === 0 && functions[fn.index]!.parameters.length > 0) continue;
    const key = `${led.run.function.index} ${led.run.function.file}`;
    const known = found.get(key);
    if (known) known.spans.push(call.span);
    else found.set(key, { ...led, spans: [call.span] });
  }
  return [...found.values()];
}

type Led = Omit<Called, 'spans'>;

function calledBy(program: Resolved, ref: CallRef, env: Env, depth: number): Led | null {
  const call = program.callOf(ref);
  const at = placeOfCall(ref.file, call);
  const callee = call.callee.kind === 'member' && (call.callee.name === 'call' || call.callee.name === 'apply') ? call.callee.object : call.callee;
  if (!canLookUp(callee)) return null;
  if (callee.kind === 'name') {
    const values = valuesOf(program, callee.name, at);
    if (values.length > 1) return ofValues(program, values, env, callee.name, depth);
  }
  if (!blockOf(program, { expr: callee.kind === 'member' ? callee.object : callee, at }, null)) return null;
  const run = calledAs(program, { expr: callee, at }, env, depth);
  // of its own methods only one that is the tool's
  return run && !(callee.kind === 'member' && isOwnHelper(program, callee.object, at, callee.name)) ? { run, usual: callee.kind !== 'element' && usual.test(callee.name) } : null;
}

/** `run(args)`, `tool.run(args)`, `table[name](args)`. */
const canLookUp = (callee: Expr): callee is Extract<Expr, { kind: 'name' | 'member' | 'element' }> => callee.kind === 'name' || callee.kind === 'member' || (callee.kind === 'element' && callee.key !== undefined);

function calledAs(program: Resolved, callee: Thing, env: Env, depth: number): Run | null {
  const { expr, at } = trace(program, callee, env);
  // what is wrapped may be wrapped already
  if (expr.kind === 'call') return ofCall(program, { expr, at }, env, depth + 1);
  return expr.kind === 'function' ? { function: { file: at.file, index: expr.function }, env } : null;
}

/** `let h = table[name]; if (!h) h = other(name)`: the one function that its values lead to, where only `env` tells. */
function ofValues(program: Resolved, values: readonly Thing[], env: Env, name: string, depth: number): Led | null {
  if (!values.some((value) => blockOf(program, value, null))) return null;
  const [only, ...others] = values.flatMap((value) => calledAs(program, value, env, depth) ?? []);
  return only && others.every((o) => sameRef(o.function, only.function)) ? { run: only, usual: usual.test(name) } : null;
}

/** Calls of a function of what is looked up by a name that `env` knows, and that is not there. */
function missedIn(program: Resolved, fn: FunctionRef, env: Env, depth: number): Span[] {
  const { calls, functions } = program.files.get(fn.file)!;
  return calls.flatMap((call) => {
    const { callee, span } = call;
    if (!canLookUp(callee) || !isWithin(functions, fn.index, call.function)) return [];
    const at = placeOfCall(fn.file, call);
    const several = callee.kind === 'name' ? valuesOf(program, callee.name, at) : [];
    const values: Thing[] = several.length > 1 ? several : [{ expr: callee, at }];
    const found = values.map((value) => (calledAs(program, value, env, depth) ? 'there' : lookedFor(program, value, env)));
    return found.includes('missing') && !found.includes('there') ? [span] : [];
  });
}

/** What is looked up by a name that `env` knows: whether there is any; null where that is not known, or nothing is looked up. */
function lookedFor(program: Resolved, value: Thing, env: Env): 'there' | 'missing' | null {
  const { expr, at } = trace(program, value, env);
  const name = expr.kind === 'member' ? expr.name : expr.kind === 'element' && expr.key ? stringOf(program, { expr: expr.key, at }, env) : null;
  if (name === null || (expr.kind !== 'member' && expr.kind !== 'element')) return null;
  const { expr: of, at: there } = trace(program, { expr: expr.kind === 'member' ? expr.object : expr.of, at }, env);
  if (of.kind === 'load') {
    const module = stringOf(program, { expr: of.path, at: there }, env);
    if (module === null) return null;
    const file = program.moduleFile(there.file, module);
    return file !== null && program.files.get(file)!.exports.some((e) => e.name === name || e.name === '=' || e.name === '*') ? 'there' : 'missing';
  }
  return expr.kind === 'element' && of.kind === 'object' && of.spread.length === 0 && !of.properties.some((p) => p.key) ? 'missing' : null;
}

/** A function that is given the tool's object and runs what it has: `execute({ tool, params })`. */
function handedOn(program: Resolved, ref: CallRef, env: Env, depth: number): Led | null {
  const call = program.callOf(ref);
  const at = placeOfCall(ref.file, call);
  const isTool = (expr: Expr): boolean => (expr.kind === 'object' ? expr.properties.some((p) => isTool(p.value)) : isMade(trace(program, { expr, at }, env).expr) && blockOf(program, { expr, at }, null) !== null);
  if (!call.args.some((arg) => (arg.kind === 'name' || arg.kind === 'object') && isTool(arg))) return null;
  const [to, ...others] = program.target(ref).functions;
  if (!to || others.length > 0) return null;
  const [only, ...more] = calledInside(program, to, enterCall(program, env, to, ref.file, ref.index), depth + 1).filter((c) => c.usual);
  if (!only || more.length > 0) return null;
  const here = aroundOf(program, to, only.spans);
  return { run: { ...only.run, around: [...(here ? [here] : []), ...(only.run.around ?? [])] }, usual: true };
}

const isMade = (expr: Expr): boolean => expr.kind === 'object' || expr.kind === 'call';

function isOwnHelper(program: Resolved, object: Thing['expr'], at: Thing['at'], name: string): boolean {
  const { expr } = trace(program, { expr: object, at }, null);
  const self = expr.kind === 'this' || expr.kind === 'parameter' ? instanceOf(program, { expr, at }, null) : null;
  if (!self || usual.test(name)) return false;
  const declared = methodOf(program, self.class, name);
  return !(declared && program.functionOf(declared).abstract && /^_?(do|on|perform|execute|run|handle|call|invoke|process)/i.test(name));
}
