import { functionReturns } from './calls.ts';
import { awaited } from './expressions.ts';
import { typeValue } from './types.ts';
import { absent, either, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

/** The types that both languages bring along, by what they do with their arguments; null for any other. */
export function genericValue(world: World, python: boolean, name: string, args: () => Known[]): Known | null {
  if (!python) return Object.hasOwn(script, name) ? script[name]!(args(), world) : null;
  const plain = name.replace(/^(?:typing|typing_extensions|collections\.abc|collections|contextlib|types|builtins)\./, '');
  return Object.hasOwn(pythonic, plain) ? pythonic[plain]!(args(), world) : null;
}

type Meaning = (args: Known[], world: World) => Known;

const first: Meaning = ([a]) => a ?? unknown;
const many: Meaning = ([a]) => ({ kind: 'array', of: a ?? unknown });
const promised: Meaning = ([a]) => ({ kind: 'promise', of: a ?? unknown });
const looked: Meaning = ([, of]) => ({ kind: 'dictionary', of: of ?? unknown });
const nameless: Meaning = () => unknown;

const script: Record<string, Meaning> = {
  Promise: promised,
  PromiseLike: promised,
  Awaited: ([a]) => awaited(a ?? unknown),
  Array: many,
  ReadonlyArray: many,
  Iterable: many,
  AsyncIterable: many,
  Iterator: many,
  AsyncIterator: many,
  IterableIterator: many,
  AsyncIterableIterator: many,
  Generator: many,
  AsyncGenerator: many,
  Partial: first,
  Required: first,
  Readonly: first,
  NonNullable: first,
  Omit: first,
  Pick: first,
  NoInfer: first,
  Exclude: first,
  Extract: ([a, b]) => b ?? a ?? unknown,
  Record: looked,
  ReturnType: ([a], world) => (a?.kind === 'function' ? functionReturns(world, a) : a?.kind === 'callable' ? typeValue(world, a.type.returns, a.at) : unknown),
  InstanceType: ([a]) => (a?.kind === 'class' ? { ...a, kind: 'instance' } : unknown),
  any: nameless,
  unknown: nameless,
  object: nameless,
  never: () => absent,
  void: () => absent,
  undefined: () => absent,
  null: () => absent,
};

const classOfType: Meaning = ([a]) => (a?.kind === 'instance' ? { kind: 'class', class: a.class, args: a.args, open: true } : a?.kind === 'external' ? { ...a, instance: false } : unknown);

const pythonic: Record<string, Meaning> = {
  Optional: first,
  Union: (args) => either(args),
  Annotated: first,
  ClassVar: first,
  Final: first,
  Required: first,
  NotRequired: first,
  type: classOfType,
  Type: classOfType,
  Awaitable: promised,
  Coroutine: ([, , result]) => ({ kind: 'promise', of: result ?? unknown }),
  Task: promised,
  'asyncio.Task': promised,
  'asyncio.Future': promised,
  Generator: many,
  AsyncGenerator: many,
  Iterator: many,
  AsyncIterator: many,
  Iterable: many,
  AsyncIterable: many,
  list: many,
  List: many,
  Sequence: many,
  MutableSequence: many,
  Collection: many,
  set: many,
  Set: many,
  frozenset: many,
  FrozenSet: many,
  deque: many,
  Deque: many,
  tuple: (args) => ({ kind: 'tuple', of: args }),
  Tuple: (args) => ({ kind: 'tuple', of: args }),
  dict: looked,
  Dict: looked,
  defaultdict: looked,
  DefaultDict: looked,
  OrderedDict: looked,
  Mapping: looked,
  MutableMapping: looked,
  AbstractContextManager: many,
  AbstractAsyncContextManager: many,
  ContextManager: many,
  AsyncContextManager: many,
  Any: nameless,
  object: nameless,
  None: () => absent,
  NoReturn: () => absent,
};

/** Types of the platform that have members worth a name. */
const scriptTypes = new Set(
  ('String string Number number Boolean boolean BigInt bigint Symbol symbol Date RegExp Error Map Set WeakMap WeakSet Buffer Uint8Array ArrayBuffer SharedArrayBuffer DataView URL URLSearchParams Headers Request Response FormData Blob File ' +
    'AbortSignal AbortController EventTarget EventEmitter ReadableStream WritableStream TransformStream TextEncoder TextDecoder WebSocket EventSource Worker MessagePort MessageChannel BroadcastChannel Intl Function').split(' '),
);
const pythonTypes = new Set('str bytes bytearray int float bool complex memoryview Exception BaseException'.split(' '));
const lower: Record<string, string> = { string: 'String', number: 'Number', boolean: 'Boolean', bigint: 'BigInt', symbol: 'Symbol' };

export const isGlobalType = (python: boolean, name: string): boolean => (python ? pythonTypes : scriptTypes).has(name) || (!python && name.startsWith('NodeJS.'));
/** TypeScript's `string` has the members of `String`. */
export const globalTypeName = (name: string): string => lower[name] ?? name;

