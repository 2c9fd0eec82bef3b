import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import type { Expr } from '../summary.ts';
import { givenTo, itemOf, type At, type Env, type Thing } from './env.ts';
import { placeOfCall } from './given.ts';
import { instanceOf } from './instances.ts';
import { classMember } from './members.ts';
import { returnedBy } from './returns.ts';
import { exported, named } from './scope.ts';
import { entriesOf } from './tables.ts';

/** Longer ways from a name to what it stands for are those of a circle. */
const deepest = 60;

/**
 * Follows an expression to where it is written out: through names, imports, members of literals, constants of classes,
 * plain calls, and whatever `env` takes as known. What can be followed no further is given as it is.
 */
export function trace(program: Resolved, thing: Thing, env: Env, depth = 0): Thing {
  const { expr, at } = thing;
  // what is as it is written needs no looking up
  if (expr.kind === 'function' || expr.kind === 'object' || expr.kind === 'literal') return thing;
  const byExpr = knownIn(program, env);
  const first = byExpr.get(expr);
  for (let way = first; way; way = way.next) if (way.from.offset === at.offset && way.from.function === at.function && way.from.file === at.file) return way.to;
  // what leads back to itself is given as it is
  const way: Way = { from: at, to: thing, next: first };
  byExpr.set(expr, way);
  let now = thing;
  for (let steps = 0; steps < deepest; steps++) {
    const next = step(program, now, env, depth);
    if (!next) break;
    now = next;
  }
  way.to = now;
  return now;
}

/** Where an expression leads from a place; it mostly stands at one. */
interface Way {
  from: At;
  to: Thing;
  next: Way | undefined;
}

const nothing = {};
const memo = new WeakMap<Resolved, WeakMap<object, WeakMap<Expr, Way>>>();

/** Where expressions have led already: each link of a chain of calls asks for the one before several times. */
function knownIn(program: Resolved, env: Env): WeakMap<Expr, Way> {
  let byEnv = memo.get(program);
  if (!byEnv) memo.set(program, (byEnv = new WeakMap<object, WeakMap<Expr, Way>>()));
  let byExpr = byEnv.get(env ?? nothing);
  if (!byExpr) byEnv.set(env ?? nothing, (byExpr = new WeakMap<Expr, Way>()));
  return byExpr;
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
      if (expr.index === undefined) {
        const key = expr.key ? stringOf(program, { expr: expr.key, at }, env, depth + 1) : null;
        return key === null ? null : member(program, follow(expr.of), key, env, depth);
      }
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
      // `x ?? fallback` where one of both is known to be nothing, or the first one to be something
      const some = expr.of.filter((e) => !(e.kind === 'literal' && e.value === null) && !isLeftOut(program, { expr: e, at }, env));
      return some.length === 1 || (some[0] && isGivenConstant(program, { expr: some[0], at }, env, depth)) ? { expr: some[0]!, at } : null;
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

function given(program: Resolved, fn: FunctionRef, index: number, env: Env): Thing | null {
  const call = givenTo(env, fn);
  const summary = program.files.get(fn.file);
  const parameter = summary?.functions[fn.index]?.parameters[index];
  if (!call || !parameter) return null;
  const value = call.keywords.get(parameter.name) ?? call.args[index];
  if (value) return value;
  const [first, ...others] = summary.bindings.find((b) => b.kind === 'parameter' && b.scope === fn.index && b.index === index)?.values ?? [];
  // `if api is None: api = self.api`
  const fallback = first?.kind === 'literal' && first.value === null && others.length === 1 ? others[0] : first;
  return fallback ? { expr: fallback, at: { file: fn.file, function: fn.index, offset: -1 } } : null;
}

/** A parameter that the call which is known to have entered its function leaves out. */
function isLeftOut(program: Resolved, { expr, at }: Thing, env: Env): boolean {
  const value = expr.kind === 'name' ? named(program, expr.name, at) : null;
  if (value?.expr.kind !== 'parameter') return false;
  const fn = { file: value.at.file, index: value.expr.function };
  return givenTo(env, fn) !== null && given(program, fn, value.expr.index, env) === null;
}

/** A parameter that is given a constant. */
function isGivenConstant(program: Resolved, { expr, at }: Thing, env: Env, depth: number): boolean {
  const value = expr.kind === 'name' ? named(program, expr.name, at) : null;
  if (value?.expr.kind !== 'parameter') return false;
  const { expr: end } = trace(program, value, env, depth + 1);
  return end.kind === 'literal' && Boolean(end.value);
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
    case 'module':
    case 'load': {
      const module = expr.kind === 'module' ? expr.module : stringOf(program, { expr: expr.path, at }, env, depth + 1);
      const file = module === null ? null : program.moduleFile(at.file, module);
      return file === null ? null : exported(program, file, name);
    }
    case 'function':
      return name === '__name__' ? { expr: { kind: 'literal', value: program.functionOf({ file: at.file, index: expr.function }).name }, at } : null;
    case 'literal':
      // `.value` and `.name` of an enum's member, which is followed to its value
      return name === 'value' || name === 'toString' ? object : null;
    default: {
      const found = instanceOf(program, object, env, depth);
      if (found) return classMember(program, found, name, env, (thing, inner) => trace(program, thing, inner, depth + 1));
      // what was given to the function is filled in at once: it is not known outside
      const made = depth > deepest ? null : returnedBy(program, object, env, depth);
      const part = made && member(program, trace(program, made.thing, made.env, depth + 1), name, made.env, depth + 1);
      return part ? trace(program, part, made.env, depth + 1) : handedIn(program, object, name);
    }
  }
}

/** What an object of a package's class was made with: `Tool(name='x', fn=f).fn`, `Tool.from_function(f, name='x').name`. */
function handedIn(program: Resolved, { expr, at }: Thing, name: string): Thing | null {
  if (expr.kind !== 'call' || !at.file.endsWith('.py')) return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const first = name === 'fn' && call.callee.kind === 'member' && call.callee.name.startsWith('from_') ? call.args[0] : undefined;
  const value = call.keywords.find((k) => k.name === name)?.value ?? first;
  return value ? { expr: value, at: placeOfCall(at.file, call) } : null;
}

/** What a call gives, where its function needs nothing that is known here only. */
function returned(program: Resolved, index: number, at: At, env: Env, depth: number): Thing | null {
  const call = program.files.get(at.file)!.calls[index]!;
  const place = placeOfCall(at.file, call);
  if (isIdentity(call.callee, at)) return call.args[0] ? { expr: call.args[0], at: place } : null;
  if (isGetattr(call.callee, at)) {
    const [object, name, otherwise] = call.args;
    const said = name ? stringOf(program, { expr: name, at: place }, env) : null;
    const found = said === null ? null : member(program, trace(program, { expr: object!, at: place }, env, depth + 1), said, env, depth + 1);
    return found ?? (said !== null && otherwise ? { expr: otherwise, at: place } : null);
  }
  const entry = gotten(program, { file: at.file, index }, env, depth);
  if (entry) return entry;
  const made = returnedBy(program, { expr: { kind: 'call', call: index }, at }, env, depth);
  if (made && program.functionOf({ file: made.thing.at.file, index: made.thing.at.function }).parameters.length === 0) return made.thing;
  const back = givenBack(program, { file: at.file, index });
  return back === null ? null : { expr: call.args[back]!, at: place };
}

/** `table.get(key)`, where the key is known. */
function gotten(program: Resolved, ref: CallRef, env: Env, depth: number): Thing | null {
  const { callee, args, function: fn, span } = program.callOf(ref);
  if (callee.kind !== 'member' || callee.name !== 'get' || !args[0]) return null;
  const place = { file: ref.file, function: fn, offset: span.start };
  const table = trace(program, { expr: callee.object, at: place }, env, depth + 1);
  if (table.expr.kind !== 'object' && table.expr.kind !== 'call') return null;
  const key = stringOf(program, { expr: args[0], at: place }, env, depth + 1);
  return key === null ? null : (entriesOf(program, table, env, depth + 1)?.findLast((e) => e.key === key)?.value.thing ?? null);
}

/** Which of its arguments a call gives back, as it is or with what is inside (`await Provider.from(value)`); null for any other call. */
function givenBack(program: Resolved, ref: CallRef): number | null {
  const [fn, ...others] = program.target(ref).functions;
  if (!fn || others.length > 0) return null;
  const index = indexOf(program.files.get(fn.file)!);
  const { returned, class: owner, static: isStatic, kind } = program.functionOf(fn);
  if (returned.length === 0 || kind === 'constructor' || (owner !== null && !isStatic)) return null;
  const parameterOf = (expr: Expr, depth = 0): number | null => {
    if (expr.kind === 'await') return parameterOf(expr.of, depth);
    if (expr.kind !== 'name' || depth > 3) return null;
    const [binding] = index.lookup(expr.name, fn.index, program.functionOf(fn).span.end - 1);
    if (binding?.kind === 'parameter') return binding.scope === fn.index && !binding.reassigned && binding.index >= 0 ? binding.index : null;
    const [value, ...more] = binding?.kind === 'variable' ? binding.values : [];
    return value && more.length === 0 ? parameterOf(value, depth + 1) : null;
  };
  const found = returned.map((expr) => parameterOf(expr)).find((p) => p !== null);
  return found !== undefined && program.callOf(ref).args[found] ? found : null;
}

/** Python's `getattr(x, 'name')` is `x.name`. */
export const isGetattr = (callee: Expr, at: At) => at.file.endsWith('.py') && callee.kind === 'name' && callee.name === 'getattr';

/** `Object.freeze(x)` is x. */
const isIdentity = (callee: Expr, at: At) => !at.file.endsWith('.py') && callee.kind === 'member' && callee.object.kind === 'name' && callee.object.name === 'Object' && /^(freeze|seal)$/.test(callee.name);

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

/** The constant that an expression is; null for any other. */
export function stringOf(program: Resolved, thing: Thing, env: Env, depth = 0): string | null {
  const { expr } = trace(program, thing, env, depth);
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : null;
}

export function booleanOf(program: Resolved, thing: Thing, env: Env): boolean | null {
  const { expr } = trace(program, thing, env);
  return expr.kind === 'literal' && typeof expr.value === 'boolean' ? expr.value : null;
}
