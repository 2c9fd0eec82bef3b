import type { FunctionRef } from '../program.ts';
import { type Call, maxValues } from '../summary.ts';
import type { At } from './index.ts';
import { builtinFunction, builtinMethod } from './builtins.ts';
import { ancestors, classPlace, isUse } from './classes.ts';
import { awaited, memberOf, valueOf } from './expressions.ts';
import { knownResult, lowerClasses } from './externalResults.ts';
import { inferred, inferredForClass } from './generics.ts';
import { member } from './members.ts';
import { typeValue } from './types.ts';
import { either, external, type Kind, type Known, mapSeveral, unknown } from './values.ts';
import type { World } from './world.ts';

export const placeOf = (file: string, call: Call): At => ({ file, function: call.function, offset: call.span.start });

/** What a call gives. */
export function callValue(world: World, file: string, number: number): Known {
  return world.memo.run('call', file, number, unknown, () => {
    const call = world.index(file)?.summary.calls[number];
    if (!call) return unknown;
    const at = placeOf(file, call);
    const { callee } = call;
    if (callee.kind !== 'member') return resultOf(world, valueOf(world, callee, at), call, at);
    const object = valueOf(world, callee.object, at);
    return builtinMethod(world, object, callee.name, call, at) ?? resultOf(world, memberOf(world, object, callee.name, at), call, at);
  });
}

/** What a call of a value gives. */
export function resultOf(world: World, callee: Known, call: Call, at: At): Known {
  switch (callee.kind) {
    case 'function':
      return functionReturns(world, callee, { call, at });
    case 'callable':
      return typeValue(world, callee.type.returns, callee.at);
    case 'class': {
      const args = callee.args.length > 0 ? callee.args : inferredForClass(world, callee.class, call, at);
      return { kind: 'instance', class: callee.class, args, exact: true };
    }
    case 'instance': {
      const called = member(world, callee, '__call__', true);
      return called.kind === 'function' ? functionReturns(world, called, { call, at }) : unknown;
    }
    case 'external':
      return builtinFunction(world, callee, call, at) ?? outside(world, callee, call, at);
    case 'either':
    case 'each':
      return mapSeveral(callee, (v) => resultOf(world, v, call, at));
    default:
      return unknown;
  }
}

function outside(world: World, { name, instance }: Kind<'external'>, call: Call, at: At): Known {
  const python = world.index(at.file)?.python ?? false;
  if (call.isNew) return external(name, true, typeArguments(world, call, at));
  const known = knownResult(python, name);
  if (known) {
    const value = external(known.name, known.instance);
    return known.many ? { kind: 'array', of: value } : value;
  }
  if (python && !instance && (lowerClasses.has(name) || /^_?[A-Z]\w*$/.test(name.slice(name.lastIndexOf('.') + 1)))) return external(name, true);
  return external(`${name}()`, true);
}

const typeArguments = (world: World, call: Call, at: At) => call.typeArguments?.map((t) => typeValue(world, t, { ...at, parameters: null, self: null }));

/** What a function gives when it is called: by its annotation, else by what it returns. */
export function functionReturns(world: World, fn: Kind<'function'>, used?: { call: Call; at: At }): Known {
  const { file, index: number } = fn.function;
  const index = world.index(file);
  const summary = index?.summary.functions[number];
  if (!index || !summary) return unknown;
  if (summary.returns) {
    const at: At = { file, function: number, offset: -1 };
    const self = fn.self?.kind === 'instance' || fn.self?.kind === 'class' ? fn.self : null;
    const ofReceiver = receiverArguments(world, fn);
    const ofCall = used ? inferred(world, fn, summary, used.call, used.at) : noArguments;
    const parameters = ofReceiver.size + ofCall.size > 0 ? new Map([...ofReceiver, ...ofCall]) : null;
    const instance: Known | null = self?.kind === 'class' ? { ...self, kind: 'instance' } : self;
    const typed = typeValue(world, summary.returns, { ...at, parameters, self: instance });
    if (typed.kind !== 'unknown' && typed.kind !== 'absent') return index.python && summary.async && !summary.generator ? { kind: 'promise', of: typed } : typed;
  }
  const returned = world.memo.run('returned', file, number, unknown, () => {
    world.index(file);
    return returnedValue(world, fn.function);
  });
  if (returned.kind === 'unknown' && used) return madeOfGiven(world, fn, used) ?? returned;
  // a method that returns itself gives what it was called on
  const same = fn.self?.kind === 'instance' && summary.class !== null && returned.kind === 'instance' && returned.class.file === file && returned.class.index === summary.class;
  return same && summary.returned.every((e) => e.kind === 'this' || (index.python && e.kind === 'name' && e.name === summary.parameters[0]?.name)) ? fn.self! : returned;
}

/** `def make(client_class): return client_class(…)`: an object of the class that this call hands over. Null for any other function. */
function madeOfGiven(world: World, { function: { file, index: number } }: Kind<'function'>, used: { call: Call; at: At }): Known | null {
  const index = world.index(file)!;
  const { returned, parameters, async } = index.summary.functions[number]!;
  const [only, ...others] = returned;
  const made = only?.kind === 'call' && others.length === 0 ? index.summary.calls[only.call]! : null;
  if (made?.callee.kind !== 'name' || made.function !== number) return null;
  const [binding] = index.lookup(made.callee.name, number, made.span.start);
  if (binding?.kind !== 'parameter' || binding.scope !== number || binding.reassigned) return null;
  const handed = used.call.keywords.find((k) => k.name === parameters[binding.index]?.name)?.value ?? used.call.args[binding.index];
  const value = handed ? valueOf(world, handed, used.at) : unknown;
  if (value.kind !== 'class' && (value.kind !== 'external' || value.instance)) return null;
  const object = resultOf(world, value, made, placeOf(file, made));
  return async ? { kind: 'promise', of: object } : object;
}

/** What the type parameters of the class that declares a method stand for, seen from the value that it is called on. */
export function receiverArguments(world: World, { function: fn, self }: Kind<'function'>): ReadonlyMap<string, Known> {
  if (self?.kind !== 'instance' && self?.kind !== 'class') return noArguments;
  const owner = world.index(fn.file)?.summary.functions[fn.index]?.class ?? null;
  const use = ancestors(world, self).find((a) => isUse(a) && a.class.file === fn.file && a.class.index === owner);
  return (use && isUse(use) ? classPlace(world, use, null).parameters : null) ?? noArguments;
}

const noArguments: ReadonlyMap<string, Known> = new Map();

function returnedValue(world: World, fn: FunctionRef): Known {
  const summary = world.index(fn.file)!.summary.functions[fn.index]!;
  const at: At = { file: fn.file, function: fn.index, offset: -1 };
  if (summary.generator) return { kind: 'array', of: summary.yielded?.length ? either(summary.yielded.map((e) => valueOf(world, e, at))) : unknown };
  if (summary.returned.length === 0 || summary.returned.length >= maxValues) return unknown;
  const value = either(summary.returned.map((e) => valueOf(world, e, at)));
  return summary.async ? { kind: 'promise', of: awaited(value) } : value;
}
