import type { FunctionRef } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import type { At } from './index.ts';
import { calleeOf } from './target.ts';
import { valueOf } from './expressions.ts';
import type { Known } from './values.ts';
import type { World } from './world.ts';

/** The functions among a call's arguments, also in object and array literals, by name, bound or with arguments added. */
export function callbacksOf(world: World, call: Call, at: At): FunctionRef[] {
  const found: FunctionRef[] = [];
  for (const arg of call.args) addFunctions(world, arg, at, 0, found);
  for (const { value } of call.keywords) addFunctions(world, value, at, 0, found);
  return found;
}

/** Options within options are as deep as a call's arguments go. */
const maxNesting = 3;
const maxItems = 64;

function addFunctions(world: World, arg: Expr, at: At, depth: number, found: FunctionRef[]): void {
  if (depth > maxNesting) return;
  switch (arg.kind) {
    case 'function':
      found.push({ file: at.file, index: arg.function });
      return;
    case 'object': {
      const { properties, spread } = arg;
      for (let i = 0; i < properties.length && i < maxItems; i++) addFunctions(world, properties[i]!.value, at, depth + 1, found);
      for (let i = 0; i < spread.length && properties.length + i < maxItems; i++) addFunctions(world, spread[i]!, at, depth + 1, found);
      return;
    }
    case 'array':
      for (let i = 0; i < arg.items.length && i < maxItems; i++) addFunctions(world, arg.items[i]!, at, depth + 1, found);
      return;
    case 'either':
      for (const one of arg.of) addFunctions(world, one, at, depth, found);
      return;
    case 'as':
      addFunctions(world, arg.value, at, depth, found);
      return;
    case 'name':
    case 'member':
    case 'call':
      addOf(world, valueOf(world, arg, at), found);
      return;
    default:
      return;
  }
}

function addOf(world: World, value: Known, found: FunctionRef[]): void {
  if (value.kind === 'function') found.push(...calleeOf(world, value, null).functions);
  else if (value.kind === 'either' || value.kind === 'each') for (const one of value.of) addOf(world, one, found);
}
