import type { Call } from '../summary.ts';
import type { At } from './index.ts';
import { functionReturns, resultOf } from './calls.ts';
import { awaited, valueOf } from './expressions.ts';
import { elementOf } from './members.ts';
import { placeAt, typeValue } from './types.ts';
import { each, either, external, type Kind, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

/** What the methods give that come with the languages: of arrays, maps, promises, dictionaries, functions. Null for any other. */
export function builtinMethod(world: World, receiver: Known, name: string, call: Call, at: At): Known | null {
  switch (receiver.kind) {
    case 'list':
    case 'array':
    case 'tuple':
      return ofArray(world, receiver, name, argumentsOf(world, call, at));
    case 'dictionary':
    case 'object':
      return world.index(at.file)?.python ? ofDictionary(world, receiver, name) : null;
    case 'promise':
      if (name === 'then') return { kind: 'promise', of: awaited(returned(world, argumentsOf(world, call, at)(0))) };
      return name === 'catch' || name === 'finally' ? receiver : null;
    case 'external':
      if (receiver.name === 'Map' && receiver.instance) return ofMap(receiver, name);
      if (receiver.name === 'Set' && receiver.instance && (name === 'values' || name === 'keys')) return { kind: 'array', of: receiver.args?.[0] ?? unknown };
      return null;
    case 'function':
    case 'callable':
      if (name === 'bind') return receiver;
      return name === 'call' || name === 'apply' ? resultOf(world, receiver, call, at) : null;
    default:
      return null;
  }
}

const argumentsOf =
  (world: World, call: Call, at: At) =>
  (i: number): Known => (call.args[i] ? valueOf(world, call.args[i], at) : unknown);

const returned = (world: World, v: Known): Known => (v.kind === 'function' ? functionReturns(world, v) : unknown);

const sameArray = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed', 'splice', 'toSpliced', 'fill', 'copy', 'values']);
const oneOf = new Set(['find', 'findLast', 'at', 'pop', 'shift', 'popleft']);

function ofArray(world: World, receiver: Known, name: string, argument: (i: number) => Known): Known | null {
  if (sameArray.has(name)) return { kind: 'array', of: elementOf(world, receiver) };
  if (oneOf.has(name)) return elementOf(world, receiver);
  if (name === 'concat') return { kind: 'array', of: either([elementOf(world, receiver), elementOf(world, argument(0))]) };
  if (name === 'map') return { kind: 'array', of: returned(world, argument(0)) };
  if (name === 'flatMap') {
    const result = returned(world, argument(0));
    return { kind: 'array', of: result.kind === 'array' || result.kind === 'list' ? elementOf(world, result) : result };
  }
  if (name === 'reduce') return argument(1).kind === 'unknown' ? returned(world, argument(0)) : argument(1);
  if (name === 'entries') return { kind: 'array', of: { kind: 'tuple', of: [external('Number', true), elementOf(world, receiver)] } };
  return name === 'join' ? external('String', true) : null;
}

function ofMap({ args }: Kind<'external'>, name: string): Known | null {
  const [key, value] = [args?.[0] ?? unknown, args?.[1] ?? unknown];
  if (name === 'get') return value;
  if (name === 'values') return { kind: 'array', of: value };
  if (name === 'keys') return { kind: 'array', of: key };
  if (name === 'entries') return { kind: 'array', of: { kind: 'tuple', of: [key, value] } };
  return null;
}

/** Python's `dict`, also where it is written out. */
function ofDictionary(world: World, receiver: Known, name: string): Known | null {
  if (name === 'get' || name === 'pop' || name === 'setdefault') return elementOf(world, receiver);
  if (name === 'values') return { kind: 'array', of: elementOf(world, receiver) };
  if (name === 'items') return { kind: 'array', of: { kind: 'tuple', of: [external('str', true), elementOf(world, receiver)] } };
  return name === 'copy' ? receiver : null;
}

/** What functions of the platform give whose result is made of their arguments. Null for any other. */
export function builtinFunction(world: World, { name }: Kind<'external'>, call: Call, at: At): Known | null {
  const found = meanings.get(name);
  if (found) return found(world, argumentsOf(world, call, at), call, at);
  if (name === 'util.promisify') {
    const fn = argumentsOf(world, call, at)(0);
    return fn.kind === 'external' ? external(`util.promisify(${fn.name})`) : fn;
  }
  return null;
}

type Meaning = (world: World, argument: (i: number) => Known, call: Call, at: At) => Known;

const same: Meaning = (_, argument) => argument(0);
const sameFunction: Meaning = (_, argument) => {
  const fn = argument(0);
  return fn.kind === 'function' || fn.kind === 'external' ? fn : unknown;
};
const scheduled: Meaning = (_, argument) => ({ kind: 'promise', of: awaited(argument(0)) });
const finished: Meaning = (_, argument) => awaited(argument(0));
const listed: Meaning = (world, argument) => ({ kind: 'array', of: elementOf(world, argument(0)) });
const oneElement: Meaning = (world, argument) => elementOf(world, argument(0));
/** What is injected: a generator's value is what it yields. */
const injected: Meaning = (world, argument) => {
  const gives = awaited(returned(world, argument(0)));
  return gives.kind === 'array' ? elementOf(world, gives) : gives;
};
const onThread: Meaning = (_, argument) => {
  const fn = argument(0);
  return fn.kind === 'function' ? { ...fn, thread: true } : unknown;
};
const inThread: Meaning = (world, argument) => ({ kind: 'promise', of: returned(world, argument(0)) });

const meanings = new Map<string, Meaning>([
  ...['Object.freeze', 'Object.seal', 'Object.assign', 'structuredClone', 'copy.copy', 'copy.deepcopy', 'contextlib.closing', 'typing.cast'].map((n) => [n, same] as const),
  ...['functools.partial', 'functools.partialmethod', 'functools.lru_cache', 'functools.cache', 'functools.wraps()', 'staticmethod', 'classmethod', 'lodash.memoize', 'lodash.debounce', 'lodash.throttle', 'lodash.once', 'lodash.bind', 'p-memoize', 'mem', 'util.callbackify', 'util.deprecate'].map((n) => [n, sameFunction] as const),
  ...['asyncio.create_task', 'asyncio.ensure_future', 'asyncio.shield', 'asyncio.wait_for', 'asyncio.AbstractEventLoop.create_task', 'Promise.resolve'].map((n) => [n, scheduled] as const),
  ...['asyncio.run', 'asyncio.AbstractEventLoop.run_until_complete'].map((n) => [n, finished] as const),
  ...['Array.from', 'list', 'sorted', 'reversed', 'iter', 'filter', 'set', 'frozenset', 'tuple', 'aiter', 'tqdm.tqdm'].map((n) => [n, listed] as const),
  ...['next', 'anext', 'min', 'max', 'random.choice'].map((n) => [n, oneElement] as const),
  ...['fastapi.Depends', 'fastmcp.dependencies.Depends', 'fastmcp.server.dependencies.Depends'].map((n) => [n, injected] as const),
  ...['asgiref.sync.sync_to_async', 'asyncer.asyncify'].map((n) => [n, onThread] as const),
  ...['asyncio.to_thread', 'anyio.to_thread.run_sync', 'starlette.concurrency.run_in_threadpool'].map((n) => [n, inThread] as const),
  ['asyncio.AbstractEventLoop.run_in_executor', (world, argument) => ({ kind: 'promise', of: returned(world, argument(1)) })],
  ['Object.values', (world, argument) => ({ kind: 'array', of: elementOf(world, argument(0)) })],
  ['Object.entries', (world, argument) => ({ kind: 'array', of: { kind: 'tuple', of: [external('String', true), elementOf(world, argument(0))] } })],
  ['Object.fromEntries', (world, argument) => ({ kind: 'dictionary', of: elementOf(world, elementOf(world, argument(0)), 1) })],
  ['enumerate', (world, argument) => ({ kind: 'array', of: { kind: 'tuple', of: [external('int', true), elementOf(world, argument(0))] } })],
  ['zip', (world, argument, call) => ({ kind: 'array', of: { kind: 'tuple', of: call.args.map((_, i) => elementOf(world, argument(i))) } })],
  ['map', (world, argument) => ({ kind: 'array', of: returned(world, argument(0)) })],
  ['Promise.all', (world, argument) => ({ kind: 'promise', of: allOf(world, argument(0)) })],
  ['Promise.race', (world, argument) => ({ kind: 'promise', of: awaited(elementOf(world, argument(0))) })],
  ['Promise.any', (world, argument) => ({ kind: 'promise', of: awaited(elementOf(world, argument(0))) })],
  ['asyncio.gather', (_world, argument, call) => ({ kind: 'promise', of: { kind: 'tuple', of: call.args.map((_, i) => awaited(argument(i))) } })],
  ['type', (_world, argument) => {
    const v = argument(0);
    return v.kind === 'instance' ? { kind: 'class', class: v.class, args: v.args } : unknown;
  }],
  ['Map', (world, argument, call, at) => {
    const entries = argument(0);
    if (call.typeArguments || entries.kind !== 'list') return external('Map', true, call.typeArguments?.map((t) => typeValue(world, t, placeAt(at))));
    const pairs = entries.expr.items.map((e) => valueOf(world, e, { file: entries.file, function: entries.scope, offset: entries.expr.span.start }));
    return external('Map', true, [external('String', true), each(pairs.map((p) => elementOf(world, p, 1)))]);
  }],
  ['Set', (world, argument, call, at) => external('Set', true, call.typeArguments ? call.typeArguments.map((t) => typeValue(world, t, placeAt(at))) : [elementOf(world, argument(0))])],
]);

/** `Promise.all` keeps the places of what is written out. */
function allOf(world: World, v: Known): Known {
  if (v.kind !== 'list') return { kind: 'array', of: awaited(elementOf(world, v)) };
  const at: At = { file: v.file, function: v.scope, offset: v.expr.span.start };
  return { kind: 'tuple', of: v.expr.items.map((e) => awaited(valueOf(world, e, at))) };
}

const elementFirst = new Set(['map', 'filter', 'forEach', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every', 'flatMap']);
const bothElements = new Set(['sort', 'toSorted']);

/** What a method of the platform hands to a callback; null where it is none. */
export function callbackParameter(world: World, receiver: Known, method: string, argument: number, position: number, call: Call, at: At): Known | null {
  const isArray = receiver.kind === 'list' || receiver.kind === 'array' || receiver.kind === 'tuple';
  if (isArray && argument === 0) {
    if ((elementFirst.has(method) && position === 0) || (bothElements.has(method) && position < 2)) return elementOf(world, receiver);
    if (method === 'reduce' || method === 'reduceRight') {
      if (position === 1) return elementOf(world, receiver);
      if (position === 0 && call.args[1]) return valueOf(world, call.args[1], at);
    }
    return unknown;
  }
  if (receiver.kind === 'promise' && method === 'then' && argument === 0 && position === 0) return awaited(receiver);
  if (receiver.kind === 'external' && receiver.instance && method === 'forEach' && position === 0) {
    if (receiver.name === 'Map') return receiver.args?.[1] ?? unknown;
    if (receiver.name === 'Set') return receiver.args?.[0] ?? unknown;
  }
  return null;
}
