import type { Call } from '../summary.ts';
import type { At } from './index.ts';
import { placeOf, receiverArguments } from './calls.ts';
import { callbackParameter } from './builtins.ts';
import { findConstructor } from './classes.ts';
import { valueOf } from './expressions.ts';
import { inferred, isStatic, positionOffset } from './generics.ts';
import { placeAt, typeValue } from './types.ts';
import { either, type Kind, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

/** What a parameter is: by its annotation; Python's `self` and `cls`; by the call that a function literal is handed to; by its default. */
export function parameterValue(world: World, file: string, fn: number, position: number, name?: string): Known {
  return world.memo.run(`parameter ${file} ${fn} ${position} ${position < 0 ? (name ?? '') : ''}`, unknown, () => {
    const index = world.index(file);
    const summary = index?.summary.functions[fn];
    if (!index || !summary) return unknown;
    const at: At = { file, function: fn, offset: -1 };
    const parameter = position < 0 ? summary.parameters.find((p) => p.rest && p.name === name) : summary.parameters[position];
    if (!parameter) return unknown;
    if (parameter.type) {
      const typed = typeValue(world, parameter.type, placeAt(at, ofClass(file, summary.class)));
      const value: Known = parameter.rest && index.python ? { kind: 'array', of: typed } : typed;
      if (value.kind !== 'unknown') return value;
    } else if (index.python && summary.class !== null && position === 0 && !isStatic(summary)) {
      const ref = { file, index: summary.class };
      const onClass = summary.decorators.some((d) => d.kind === 'name' && d.name === 'classmethod') || classMethods.has(summary.name);
      return { kind: onClass ? 'class' : 'instance', class: ref, args: [] };
    }
    const given = contextual(world, file, fn, position);
    if (given.kind !== 'unknown') return given;
    const standard = index.lookup(parameter.name, fn, -1).find((b) => b.kind === 'parameter' && b.scope === fn)?.values[0];
    const value = standard && !parameter.type ? valueOf(world, standard, at) : unknown;
    // another function may be handed over as well; another class less so
    return value.kind === 'instance' || (value.kind === 'external' && value.instance) || value.kind === 'class' ? value : unknown;
  });
}

/** Methods that get the class without a decorator saying so. */
const classMethods = new Set(['__new__', '__init_subclass__', '__class_getitem__']);

const ofClass = (file: string, index: number | null): Known | null => (index === null ? null : { kind: 'instance', class: { file, index }, args: [] });

/** What the callee of a call hands to a function literal among its arguments. */
function contextual(world: World, file: string, fn: number, position: number): Known {
  const index = world.index(file)!;
  const place = index.argumentOf(fn);
  if (!place) return unknown;
  const call = index.summary.calls[place.call]!;
  const at = placeOf(file, call);
  if (call.callee.kind === 'member') {
    const built = callbackParameter(world, valueOf(world, call.callee.object, at), call.callee.name, place.position, position, call, at);
    if (built) return built;
  }
  const callee = valueOf(world, call.callee, at);
  if (callee.kind === 'callable') {
    const type = callee.type.parameters?.[place.position];
    return type?.kind === 'function' && type.parameters?.[position] ? typeValue(world, type.parameters[position], callee.at) : unknown;
  }
  const target = callee.kind === 'class' ? constructed(world, callee) : callee;
  return target.kind === 'function' ? handedBy(world, target, place.position, position, call, at) : unknown;
}

function constructed(world: World, callee: Kind<'class'>): Known {
  const made = findConstructor(world, callee);
  return made && 'file' in made ? { kind: 'function', function: made, self: { ...callee, kind: 'instance' } } : unknown;
}

/** What a function of the workspace calls its parameter with: by the parameter's type, else by the calls themselves. */
function handedBy(world: World, callee: Kind<'function'>, argument: number, position: number, call: Call, at: At): Known {
  const { file, index: number } = callee.function;
  const index = world.index(file);
  const summary = index?.summary.functions[number];
  if (!index || !summary) return unknown;
  const own = argument + positionOffset(world, callee, summary);
  const annotation = summary.parameters[own]?.type;
  const type = annotation ? typeValue(world, annotation, placeAt({ file, function: number, offset: -1 }, callee.self)) : unknown;
  const written = type.kind === 'callable' ? type.type.parameters?.[position] : null;
  if (type.kind === 'callable' && written) {
    const typed = typeValue(world, written, { ...type.at, parameters: new Map([...(type.at.parameters ?? []), ...receiverArguments(world, callee), ...inferred(world, callee, summary, call, at)]) });
    if (typed.kind !== 'unknown') return typed;
  }
  const calls = index.callsOfParameter(number, own);
  if (calls.length === 0) return unknown;
  return either(
    calls.map((c) => {
      const inner = index.summary.calls[c]!;
      const value = inner.args[position];
      return value && !inner.args.slice(0, position).some((a) => a.kind === 'other') ? valueOf(world, value, placeOf(file, inner)) : unknown;
    }),
  );
}
