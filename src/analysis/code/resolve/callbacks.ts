import type { FunctionRef } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import type { At } from './index.ts';
import { calleeOf } from './target.ts';
import { valueOf } from './expressions.ts';
import type { Known } from './values.ts';
import type { World } from './world.ts';

/** The functions among a call's arguments, also in object and array literals, by name, bound or with arguments added. */
export function callbacksOf(world: World, call: Call, at: At): FunctionRef[] {
  return [...call.args, ...call.keywords.map((k) => k.value)].flatMap((arg) => functionsIn(world, arg, at, 0));
}

/** Options within options are as deep as a call's arguments go. */
const maxNesting = 3;
const maxItems = 64;

function functionsIn(world: World, arg: Expr, at: At, depth: number): FunctionRef[] {
  if (depth > maxNesting) return [];
  switch (arg.kind) {
    case 'function':
      return [{ file: at.file, index: arg.function }];
    case 'object':
      return [...arg.properties.map((p) => p.value), ...arg.spread].slice(0, maxItems).flatMap((e) => functionsIn(world, e, at, depth + 1));
    case 'array':
      return arg.items.slice(0, maxItems).flatMap((e) => functionsIn(world, e, at, depth + 1));
    case 'either':
      return arg.of.flatMap((e) => functionsIn(world, e, at, depth));
    case 'as':
      return functionsIn(world, arg.value, at, depth);
    case 'name':
    case 'member':
    case 'call':
      return functionsOf(world, valueOf(world, arg, at));
    default:
      return [];
  }
}

function functionsOf(world: World, value: Known): FunctionRef[] {
  if (value.kind === 'function') return [...calleeOf(world, value, null).functions];
  if (value.kind === 'either' || value.kind === 'each') return value.of.flatMap((v) => functionsOf(world, v));
  return [];
}
