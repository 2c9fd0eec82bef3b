import type { Call } from '../summary.ts';
import type { At } from './index.ts';
import { callbackParameter } from './builtins.ts';
import { placeOf, receiverArguments } from './calls.ts';
import { findConstructor } from './classes.ts';
import { awaited, memberOf, valueOf } from './expressions.ts';
import type { FileIndex } from './fileIndex.ts';
import { inferred, positionOffset } from './generics.ts';
import { elementOf, member } from './members.ts';
import { parameterValue } from './parameters.ts';
import type { Literal } from './places.ts';
import { placeAt, typeValue } from './types.ts';
import { either, type Kind, type Known, type TypePlace, unknown } from './values.ts';
import type { World } from './world.ts';

/** What a parameter of a function literal is by the place at which the literal stands. */
export function contextual(world: World, file: string, fn: number, position: number): Known {
  const index = world.index(file)!;
  const literal: Literal = { kind: 'function', function: fn };
  const place = index.placeOf(literal);
  if (place?.kind === 'argument') return fromCall(world, index, place.call, place.position, position);
  return place ? parameterOf(world, expected(world, index, literal), position) : unknown;
}

/** What is handed to the parameter of something that is called. */
function parameterOf(world: World, called: Known, position: number): Known {
  if (called.kind === 'callable') {
    const type = called.type.parameters?.[position];
    return type ? typeValue(world, type, called.at) : unknown;
  }
  return called.kind === 'function' ? parameterValue(world, called.function.file, called.function.index, position) : unknown;
}

/** The type that a literal is to have. */
function expected(world: World, index: FileIndex, literal: Literal): Known {
  const { file, functions } = index.summary;
  const place = index.placeOf(literal);
  switch (place?.kind) {
    case 'binding': {
      const { type, scope, span } = place.binding;
      return type ? typeValue(world, type, placeAt({ file, function: scope, offset: span.start })) : unknown;
    }
    case 'field':
      return place.field.type ? typeValue(world, place.field.type, placeAt({ file, function: place.owner.scope, offset: place.field.span.start })) : unknown;
    case 'property':
      return member(world, expected(world, index, place.object), place.name, index.python);
    case 'item':
      return elementOf(world, expected(world, index, place.array));
    case 'as':
      return typeValue(world, place.cast.type, placeAt({ file, function: place.function, offset: -1 }));
    case 'returned': {
      const { returns } = functions[place.function]!;
      return returns ? awaited(typeValue(world, returns, placeAt({ file, function: place.function, offset: -1 }))) : unknown;
    }
    case 'argument': {
      const call = index.summary.calls[place.call]!;
      const at = placeOf(file, call);
      const callee = calledFunction(world, valueOf(world, call.callee, at));
      return callee ? argumentType(world, callee, place.position, call, at) : unknown;
    }
    case undefined:
      return unknown;
  }
}

/** The function that a call runs, the constructor for a class. */
function calledFunction(world: World, callee: Known): Kind<'function'> | null {
  if (callee.kind === 'function') return callee;
  if (callee.kind !== 'class') return null;
  const made = findConstructor(world, callee);
  return made && 'file' in made ? { kind: 'function', function: made, self: { ...callee, kind: 'instance' } } : null;
}

/** What the function expects at a position of a call's arguments. */
function argumentType(world: World, callee: Kind<'function'>, argument: number, call: Call, at: At): Known {
  const { file, index: number } = callee.function;
  const summary = world.index(file)?.summary.functions[number];
  if (!summary) return unknown;
  const type = summary.parameters[argument + positionOffset(world, callee, summary)]?.type;
  if (!type) return unknown;
  const place = placeAt({ file, function: number, offset: -1 }, callee.self);
  return typeValue(world, type, { ...place, parameters: new Map([...receiverArguments(world, callee), ...inferred(world, callee, summary, call, at)]) });
}

function fromCall(world: World, { summary: { file, calls } }: FileIndex, number: number, argument: number, position: number): Known {
  const call = calls[number]!;
  const at = placeOf(file, call);
  let callee: Known;
  if (call.callee.kind === 'member') {
    const object = valueOf(world, call.callee.object, at);
    const built = callbackParameter(world, object, call.callee.name, argument, position, call, at);
    if (built) return built;
    callee = memberOf(world, object, call.callee.name, at);
  } else callee = valueOf(world, call.callee, at);
  if (callee.kind === 'callable') return parameterOf(world, callableArgument(world, callee, argument), position);
  const target = calledFunction(world, callee);
  if (!target) return unknown;
  const typed = parameterOf(world, argumentType(world, target, argument, call, at), position);
  return typed.kind === 'unknown' || typed.kind === 'absent' ? handedBy(world, target, argument, position) : typed;
}

const callableArgument = (world: World, { type, at }: { type: Kind<'callable'>['type']; at: TypePlace }, argument: number): Known => {
  const written = type.parameters?.[argument];
  return written ? typeValue(world, written, at) : unknown;
};

/** What a function of the workspace calls its parameter with. */
function handedBy(world: World, callee: Kind<'function'>, argument: number, position: number): Known {
  const { file, index: number } = callee.function;
  const index = world.index(file);
  const summary = index?.summary.functions[number];
  if (!index || !summary) return unknown;
  const calls = index.callsOfParameter(number, argument + positionOffset(world, callee, summary));
  if (calls.length === 0) return unknown;
  return either(
    calls.map((c) => {
      const inner = index.summary.calls[c]!;
      const value = inner.args[position];
      return value && !inner.args.slice(0, position).some((a) => a.kind === 'other') ? valueOf(world, value, placeOf(file, inner)) : unknown;
    }),
  );
}
