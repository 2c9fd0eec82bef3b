import type { CallRef, FunctionRef, Target } from '../program.ts';
import { empty, kept } from '../lists.ts';
import type { Call, Expr } from '../summary.ts';
import type { At } from './index.ts';
import { callbacksOf } from './callbacks.ts';
import { placeOf } from './calls.ts';
import { findConstructor } from './classes.ts';
import { isReused } from './conversions.ts';
import { valueOf } from './expressions.ts';
import { implementations } from './hierarchy.ts';
import { functionsOfLiterals } from './literals.ts';
import { member } from './members.ts';
import { isOffloader, isOffloaderByName, isThreadDecorator, runsAtExit, runsByClock, runsInPage } from './offloads.ts';
import { receiverOf } from './receivers.ts';
import { type Kind, type Known, refKey } from './values.ts';
import type { World } from './world.ts';
import { passesOn } from './wrappers.ts';

/** Whom a call calls, of what its callee is. */
export type Callee = Pick<Target, 'functions' | 'declared' | 'external'> & { thread: boolean };

const nobody: Callee = { functions: empty, declared: null, external: null, thread: false };
export const noTarget: Target = { functions: empty, declared: null, external: null, callbacks: empty, offloads: false };

export function targetOf(world: World, ref: CallRef): Target {
  return world.memo.watch('target', ref.file, () => {
    const call = world.index(ref.file)?.summary.calls[ref.index];
    if (!call) return noTarget;
    const at = placeOf(ref.file, call);
    const value = valueOf(world, call.callee, at);
    // binding calls nobody yet: what it gives is the function
    const binds = call.callee.kind === 'member' && call.callee.name === 'bind' && (value.kind === 'function' || value.kind === 'callable');
    const callee = binds || (value.kind === 'either' && isReused(world.index(ref.file)!, call)) ? nobody : calleeOf(world, value, call);
    const isOthers = (callee.external !== null && runsAtExit(callee.external, firstLiteral(call))) || (callee.functions.length === 0 && runsByClock(callee.external, call));
    // nor does `partial(fn)`: whoever is handed what it gives does, perhaps on another thread
    const handed = isOthers ? empty : callbacksOf(world, callee.external?.startsWith('functools.partial') ? { ...call, args: call.args.slice(1) } : call, at);
    if (callee.thread) return { functions: [], declared: callee.declared, external: null, callbacks: union([...callee.functions, ...handed]), offloads: true };
    const { functions, declared } = callee;
    const external = callee.external === null ? null : world.once(callee.external);
    const around = functions.length === 0 ? empty : functions.flatMap((fn) => wrappersOf(world, fn));
    if (around.some((w) => w.offloads)) return { functions: around.map((w) => w.wrapper).filter((w) => w !== null), declared, external, callbacks: union([...functions, ...handed]), offloads: true };
    const offloads = (external !== null && isOffloader(external)) || (functions.length === 0 && (isOffloaderByName(call) || runsInPage(call))) || (functions.length > 0 && handed.length > 0 && functions.every((fn) => passesOn(world, fn)));
    const receiver = receiverOf(world, ref.file, call, value, functions);
    const callbacks = union(around.length === 0 ? handed : [...handed, ...around.flatMap((w) => w.wrapper ?? [])]);
    if (functions.length === 0 && callbacks.length === 0 && !declared && external === null && !offloads && !receiver) return noTarget;
    return receiver ? { functions, declared, external, callbacks, offloads, receiver } : { functions, declared, external, callbacks, offloads };
  });
}

/** Whom a call of what an expression gives would call. */
export function runsOf(world: World, expr: Expr, at: At): Pick<Target, 'functions' | 'offloads'> {
  const value = valueOf(world, expr, at);
  const all = (value.kind === 'either' ? value.of : [value]).map((one) => calleeOf(world, one, null));
  const functions = all.flatMap((callee) => callee.functions);
  const around = functions.flatMap((fn) => wrappersOf(world, fn));
  return { functions: union([...functions, ...around.flatMap((w) => w.wrapper ?? [])]), offloads: all.some((callee) => callee.thread) || around.some((w) => w.offloads) };
}

const firstLiteral = (call: Call) => (call.args[0]?.kind === 'literal' ? call.args[0].value : null);

const union = (refs: readonly FunctionRef[]): readonly FunctionRef[] => (refs.length < 2 ? kept(refs) : [...new Map(refs.map((r) => [refKey(r), r])).values()]);

/** Values that cannot be called. */
const plain = new Set(['String', 'Number', 'Boolean', 'Date', 'RegExp', 'Buffer', 'Map', 'Set', 'str', 'int', 'float', 'bool', 'bytes', 'dict', 'set']);

/** Whom a call of a value calls. */
export function calleeOf(world: World, value: Known, call: Call | null): Callee {
  switch (value.kind) {
    case 'function':
      return functionCallee(world, value);
    case 'class':
    case 'super':
      return constructorCallee(world, value);
    case 'instance': {
      const called = member(world, value, '__call__', true);
      return called.kind === 'function' ? calleeOf(world, called, call) : nobody;
    }
    case 'external':
      return value.instance && plain.has(value.name) ? nobody : { functions: empty, declared: null, external: value.name, thread: false };
    case 'callable':
      return value.of ? { ...nobody, functions: functionsOfLiterals(world, value.of.type, value.of.name) } : nobody;
    case 'each': {
      const all = value.of.map((v) => calleeOf(world, v, call));
      return { ...nobody, functions: union(all.flatMap((c) => c.functions)), thread: all.every((c) => c.thread) };
    }
    case 'either':
      return oneOfClasses(world, value.of, call);
    default:
      return nobody;
  }
}

/** More than these are no choice that somebody wrote out. */
const maxAlternatives = 4;

/** A method of an object that may be of one of a few classes: that of each. Which of some classes an object is made of is mostly said by whoever calls: then none is. */
function oneOfClasses(world: World, of: readonly Known[], call: Call | null): Callee {
  const isOfClass = (v: Known) => v.kind === 'function' && (v.self?.kind === 'instance' || v.self?.kind === 'class');
  if (of.length > maxAlternatives || !of.every(isOfClass)) return nobody;
  const all = of.map((v) => calleeOf(world, v, call));
  if (all.some((c) => c.external !== null)) return nobody;
  const functions = union(all.flatMap((c) => c.functions));
  const same = all.every((c) => c.declared && refKey(c.declared) === refKey(all[0]!.declared!));
  return { functions, declared: same ? all[0]!.declared : null, external: null, thread: all.every((c) => c.thread) };
}

function constructorCallee(world: World, value: Kind<'class' | 'super'>): Callee {
  const found = value.kind === 'class' ? findConstructor(world, value) : findConstructor(world, { class: value.class, args: [] }, 1);
  if (!found) return nobody;
  return 'file' in found ? { ...nobody, functions: [found], declared: found } : { ...nobody, external: found.external };
}

/** A function, or for a method whatever the value that it is called on may run instead. */
function functionCallee(world: World, value: Kind<'function'>): Callee {
  const fn = value.function;
  const summary = world.index(fn.file)?.summary.functions[fn.index];
  if (!summary) return value.thread ? { ...nobody, thread: true } : nobody;
  const { self } = value;
  const thread = value.thread === true;
  const virtual = summary.class !== null && ((self?.kind === 'instance' && !self.exact) || (self?.kind === 'class' && self.open));
  if (!virtual) return { functions: summary.abstract ? empty : [fn], declared: fn, external: null, thread };
  const functions = implementations(world, self.class, summary.name, self.kind === 'class');
  const own = !summary.abstract && !functions.some((f) => refKey(f) === refKey(fn)) ? [fn] : [];
  return { functions: [...own, ...functions], declared: fn, external: null, thread };
}

/** What Python's decorators of the workspace put around a function. */
function wrappersOf(world: World, fn: FunctionRef): { wrapper: FunctionRef | null; offloads: boolean }[] {
  const index = world.index(fn.file);
  const summary = index?.summary.functions[fn.index];
  if (!index?.python || !summary) return [];
  return summary.decorators.flatMap((decorator): { wrapper: FunctionRef | null; offloads: boolean }[] => {
    const at: At = { file: fn.file, function: summary.parent ?? 0, offset: summary.span.start };
    const value = valueOf(world, decorator, at);
    if (value.kind === 'external') return isThreadDecorator(value.name.replace(/\(\)$/, '')) ? [{ wrapper: null, offloads: true }] : [];
    if (value.kind !== 'function') return [];
    const made = world.index(value.function.file)?.summary.functions[value.function.index];
    const inner = made?.returned.flatMap((e) => {
      const v = valueOf(world, e, { file: value.function.file, function: value.function.index, offset: -1 });
      return v.kind === 'function' && v.function.file === value.function.file ? [v.function] : [];
    });
    const wrapper = inner?.length === 1 ? inner[0]! : null;
    const offloads = passesOn(world, value.function);
    if (!wrapper || refKey(wrapper) === refKey(fn)) return offloads && inner?.length === 0 ? [{ wrapper: null, offloads }] : [];
    return [{ wrapper, offloads }];
  });
}
