import type { ClassRef, FunctionRef, Resolved } from '../program.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import type { Binding, Expr, FileSummary } from '../summary.ts';
import { enter, givenTo, itemOf, selfOf, type At, type Env, type Given, type Thing } from './env.ts';
import { classMember, enclosingClass } from './members.ts';

/** Longer ways from a name to what it stands for are those of a circle. */
const deepest = 60;

/**
 * Follows an expression to where it is written out: through names, imports, members of literals, constants of classes,
 * plain calls, and whatever `env` takes as known. What can be followed no further is given as it is.
 */
export function trace(program: Resolved, thing: Thing, env: Env, depth = 0): Thing {
  let now = thing;
  for (let steps = 0; steps < deepest; steps++) {
    const next = step(program, now, env, depth);
    if (!next) return now;
    now = next;
  }
  return now;
}

/** One step of the way; null at its end. */
export function step(program: Resolved, { expr, at }: Thing, env: Env, depth = 0): Thing | null {
  if (depth > deepest) return null;
  const follow = (inner: Expr) => trace(program, { expr: inner, at }, env, depth + 1);
  switch (expr.kind) {
    case 'name':
      return named(program, expr.name, at);
    case 'parameter':
      return given(program, { file: at.file, index: expr.function }, expr.index, env);
    case 'element': {
      const known = itemOf(env, { expr, at });
      if (known) return known;
      if (expr.index === undefined) return null;
      const of = follow(expr.of);
      if (of.expr.kind !== 'array') return null;
      const item = of.expr.items[expr.index];
      return item && !of.expr.items.slice(0, expr.index).some((i) => i.kind === 'element') ? { expr: item, at: of.at } : null;
    }
    case 'member':
      return member(program, follow(expr.object), expr.name, env, depth);
    case 'as':
      return { expr: expr.value, at };
    case 'await':
      return { expr: expr.of, at };
    case 'either': {
      // `x ?? fallback` where one of both is known to be nothing
      const some = expr.of.filter((e) => !(e.kind === 'literal' && e.value === null));
      return some.length === 1 ? { expr: some[0]!, at } : null;
    }
    case 'call':
      return returned(program, expr.call, at, env, depth);
    case 'binary': {
      const [left, right] = [follow(expr.left).expr, follow(expr.right).expr];
      return expr.operator === '+' && left.kind === 'literal' && right.kind === 'literal' ? { expr: { kind: 'literal', value: String(left.value) + String(right.value) }, at } : null;
    }
    case 'template': {
      const parts = expr.parts.map((p) => follow(p).expr);
      return parts.every((p) => p.kind === 'literal') ? { expr: { kind: 'literal', value: parts.map((p) => String(p.value)).join('') }, at } : null;
    }
    default:
      return null;
  }
}

/** What a name stands for; null where it has more than one value, or is of a package. */
function named(program: Resolved, name: string, at: At): Thing | null {
  const summary = program.files.get(at.file);
  if (!summary) return null;
  const bindings = indexOf(summary).lookup(name, at.function, at.offset);
  return bindings.length === 1 ? bound(program, summary, bindings[0]!) : null;
}

function bound(program: Resolved, summary: FileSummary, binding: Binding): Thing | null {
  const at = { file: summary.file, function: binding.scope, offset: binding.span.start };
  switch (binding.kind) {
    case 'function':
      return { expr: { kind: 'function', function: binding.index }, at };
    case 'class':
      return { expr: { kind: 'class', class: binding.index }, at };
    case 'parameter':
      return binding.index < 0 ? null : { expr: { kind: 'parameter', function: binding.scope, index: binding.index }, at };
    case 'variable': {
      const values = binding.values.filter((v) => !(v.kind === 'literal' && v.value === null));
      return values.length === 1 && (!binding.reassigned || binding.values.length > 1) ? { expr: values[0]!, at } : null;
    }
    case 'import': {
      const { module, imported, typeOnly } = summary.imports[binding.index]!;
      const file = typeOnly ? null : program.moduleFile(summary.file, module);
      return file === null ? null : exported(program, file, imported);
    }
  }
}

/** What a module gives under a name, through its re-exports. */
export function exported(program: Resolved, file: string, name: string, seen = new Set<string>()): Thing | null {
  const summary = program.files.get(file);
  const key = `${name} ${file}`;
  if (!summary || name === '*' || seen.has(key)) return null;
  seen.add(key);
  const index = indexOf(summary);
  const end = { file, function: 0, offset: -1 };
  if (summary.language === 'python') {
    const bindings = index.lookup(name, 0, -1);
    if (bindings.length === 1) return bound(program, summary, bindings[0]!);
    return bindings.length === 0 ? fromStars(program, summary, name, seen) : null;
  }
  for (const { local, value, module } of index.exportsNamed(name)) {
    if (module !== null) {
      const from = program.moduleFile(file, module);
      return from === null || local === null ? null : exported(program, from, local, seen);
    }
    if (local !== null) return named(program, local, end);
    if (value) return { expr: value, at: end };
  }
  return name === 'default' ? null : fromStars(program, summary, name, seen);
}

function fromStars(program: Resolved, summary: FileSummary, name: string, seen: Set<string>): Thing | null {
  const modules = summary.language === 'python' ? summary.imports.filter((i) => i.local === null).map((i) => i.module) : indexOf(summary).starExports.flatMap((e) => e.module ?? []);
  for (const module of modules) {
    const from = program.moduleFile(summary.file, module);
    const found = from === null ? null : exported(program, from, name, seen);
    if (found) return found;
  }
  return null;
}

function given(program: Resolved, fn: FunctionRef, index: number, env: Env): Thing | null {
  const call = givenTo(env, fn);
  const summary = program.files.get(fn.file);
  const parameter = summary?.functions[fn.index]?.parameters[index];
  if (!call || !parameter) return null;
  const value = call.keywords.get(parameter.name) ?? call.args[index];
  if (value) return value;
  const fallback = summary.bindings.find((b) => b.kind === 'parameter' && b.scope === fn.index && b.index === index)?.values[0];
  return fallback ? { expr: fallback, at: { file: fn.file, function: fn.index, offset: -1 } } : null;
}

function member(program: Resolved, object: Thing, name: string, env: Env, depth: number): Thing | null {
  const { expr, at } = object;
  switch (expr.kind) {
    case 'object':
      return property(program, object, name, env, depth);
    case 'name': {
      // a module as a whole
      const summary = program.files.get(at.file)!;
      const [binding, ...others] = indexOf(summary).lookup(expr.name, at.function, at.offset);
      if (!binding || others.length > 0 || binding.kind !== 'import') return null;
      const { module, imported } = summary.imports[binding.index]!;
      const from = imported === '*' ? module : summary.language === 'python' ? `${module.endsWith('.') ? module : `${module}.`}${imported}` : null;
      const file = from === null ? null : program.moduleFile(at.file, from);
      return file === null ? null : exported(program, file, name);
    }
    case 'module': {
      const file = program.moduleFile(at.file, expr.module);
      return file === null ? null : exported(program, file, name);
    }
    case 'literal':
      // `.value` and `.name` of an enum's member, which is followed to its value
      return name === 'value' || name === 'toString' ? object : null;
    default: {
      const found = instanceOf(program, object, env, depth);
      return found ? classMember(program, found, name, env, (thing, inner) => trace(program, thing, inner, depth + 1)) : null;
    }
  }
}

/** A property of an object literal, its spreads looked into from the last one. */
export function property(program: Resolved, object: Thing, name: string, env: Env, depth = 0): Thing | null {
  const { expr, at } = object;
  if (expr.kind !== 'object') return null;
  const own = expr.properties.findLast((p) => p.name === name);
  if (own) return { expr: own.value, at };
  for (const spread of [...expr.spread].reverse()) {
    const found = property(program, trace(program, { expr: spread, at }, env, depth + 1), name, env, depth + 1);
    if (found) return found;
  }
  return null;
}

/** A class of the workspace whose static side or instance an expression is. */
export interface Instance {
  class: ClassRef;
  static: boolean;
  /** The call that made it, where it is known. */
  made: Thing | null;
}

export function instanceOf(program: Resolved, { expr, at }: Thing, env: Env, depth = 0): Instance | null {
  if (depth > deepest) return null;
  const summary = program.files.get(at.file);
  if (!summary) return null;
  if (expr.kind === 'class') return { class: { file: at.file, index: expr.class }, static: true, made: null };
  if (expr.kind === 'this' || (expr.kind === 'parameter' && isSelf(summary, expr))) {
    const declared = enclosingClass(summary, expr.kind === 'this' ? at.function : expr.function);
    if (declared === null) return null;
    const ref = { file: at.file, index: declared };
    const known = selfOf(env, ref);
    return { class: known?.class ?? ref, static: false, made: known?.made ?? null };
  }
  if (expr.kind !== 'call') return null;
  const call = summary.calls[expr.call]!;
  const callee = trace(program, { expr: call.callee, at: { ...at, function: call.function, offset: call.span.start } }, env, depth + 1);
  return callee.expr.kind === 'class' ? { class: { file: callee.at.file, index: callee.expr.class }, static: false, made: { expr, at } } : null;
}

/** Python's `self` and `cls`. */
export function isSelf(summary: FileSummary, { function: fn, index }: { function: number; index: number }): boolean {
  const f = summary.functions[fn];
  return summary.language === 'python' && index === 0 && f !== undefined && f.class !== null && !f.static;
}

/** What a call gives, where that is what a function of the workspace has as its only returned expression. */
function returned(program: Resolved, index: number, at: At, env: Env, depth: number): Thing | null {
  const call = program.files.get(at.file)?.calls[index];
  if (!call || call.isNew) return null;
  const place = { ...at, function: call.function, offset: call.span.start };
  const { callee } = call;
  if (callee.kind === 'member' && isIdentity(callee, place)) return call.args[0] ? { expr: call.args[0], at: place } : null;
  const fn = trace(program, { expr: callee, at: place }, env, depth + 1);
  if (fn.expr.kind !== 'function') return null;
  const f = program.files.get(fn.at.file)!.functions[fn.expr.function]!;
  const [only, ...others] = f.returned;
  // what is made anew in there needs what it was given, which only `env` can hold
  if (!only || others.length > 0 || f.generator || f.parameters.length > 0) return null;
  return { expr: only, at: { file: fn.at.file, function: fn.expr.function, offset: f.span.end - 1 } };
}

/** `Object.freeze(x)` is x. */
const isIdentity = (callee: Extract<Expr, { kind: 'member' }>, at: At) =>
  !at.file.endsWith('.py') && callee.object.kind === 'name' && callee.object.name === 'Object' && (callee.name === 'freeze' || callee.name === 'seal' || callee.name === 'assign');

/** What a call hands over, for `enter`. */
export function givenBy(program: Resolved, file: string, index: number): Given {
  const call = program.files.get(file)!.calls[index]!;
  const at = { file, function: call.function, offset: call.span.start };
  return { args: call.args.map((expr) => ({ expr, at })), keywords: new Map(call.keywords.map((k) => [k.name, { expr: k.value, at }])) };
}

/** `env` within a function that a call calls. A method's own object is the first of what it is given in Python. */
export function enterCall(program: Resolved, env: Env, fn: FunctionRef, file: string, index: number): Env {
  const given = givenBy(program, file, index);
  const summary = program.files.get(fn.file)!;
  const callee = program.files.get(file)!.calls[index]!.callee;
  const takesSelf = summary.language === 'python' && isSelf(summary, { function: fn.index, index: 0 });
  const at = { file, function: program.files.get(file)!.calls[index]!.function, offset: program.files.get(file)!.calls[index]!.span.start };
  const self: Thing = { expr: callee.kind === 'member' ? callee.object : { kind: 'other' }, at };
  return enter(env, fn, takesSelf ? { ...given, args: [self, ...given.args] } : given);
}

/** The constant that an expression is; null for any other. */
export function stringOf(program: Resolved, thing: Thing, env: Env): string | null {
  const { expr } = trace(program, thing, env);
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : null;
}

export function booleanOf(program: Resolved, thing: Thing, env: Env): boolean | null {
  const { expr } = trace(program, thing, env);
  return expr.kind === 'literal' && typeof expr.value === 'boolean' ? expr.value : null;
}
