import type { CallRef, FunctionRef, Program } from './code/program.ts';
import { ioOf, type IoKind } from './sinks/io.ts';
import { stepBack } from './trace.ts';

/** The kinds of I/O that a call does, itself or in what it leads to. */
export type Kinds = ReadonlySet<NonNullable<IoKind>>;

const none: Kinds = new Set();
const memo = new WeakMap<Program, Map<string, Set<NonNullable<IoKind>>>>();

export function ioOfCall(program: Program, ref: CallRef): Kinds {
  const { functions, callbacks } = program.called(ref);
  const own = ioOwn(program, ref);
  const below = [...functions, ...callbacks].map((fn) => ioBelow(program, fn));
  return own === null && below.every((kinds) => kinds.size === 0) ? none : new Set([...(own === null ? [] : [own]), ...below.flatMap((kinds) => [...kinds])]);
}

/** Of the call itself. */
export const ioOwn = (program: Program, ref: CallRef): IoKind => ownIo(program, ref)?.kind ?? null;

/** With the name of what is called. A client that comes in as a parameter is what callers hand over. */
function ownIo(program: Program, ref: CallRef): { kind: NonNullable<IoKind>; name: string } | null {
  const { isNew, callee, function: fn, span } = program.callOf(ref);
  const language = languageOf(program, ref.file);
  const { external, functions } = program.target(ref);
  if (isNew || isOfDict(program, ref)) return null;
  const named = (name: string | null) => {
    const kind = ioOf(name, language);
    return name === null || kind === null ? null : { kind, name };
  };
  if (external !== null || functions.length > 0 || callee.kind !== 'member' || callee.object.kind !== 'name') return named(external);
  for (const { expr, at } of stepBack(program, { expr: callee.object, at: { file: ref.file, function: fn, offset: span.start } }).from) {
    const value = program.resolve(expr, at);
    const found = value.kind === 'external' && value.instance ? named(`${value.name}.${callee.name}`) : null;
    if (found) return found;
  }
  return null;
}

/** `ticker.info.get('price')`, `found = slack.info(); found['channel'].get('name')`, `answer.get('commits', [])`: a field of what a service has given, by its name. */
export function isOfDict(program: Program, ref: CallRef): boolean {
  const { args: [key, otherwise], callee } = program.callOf(ref);
  const isNamed = languageOf(program, ref.file) === 'python' && callee.kind === 'member' && callee.name === 'get' && key?.kind === 'literal' && /^[A-Za-z_]\w*$/.test(String(key.value));
  // `info.get("member", {}).get("name")`
  if (isNamed && callee.object.kind === 'call' && isOfDict(program, { file: ref.file, index: callee.object.call })) return true;
  return isNamed && (otherwise?.kind === 'literal' || otherwise?.kind === 'array' || otherwise?.kind === 'object' || /(?:[A-Z]\w*|\(\))\.[a-z_]+\.get$/.test(program.target(ref).external ?? ''));
}

/** Of a function and all that it reaches. */
export function ioBelow(program: Program, start: FunctionRef): Kinds {
  let known = memo.get(program);
  if (!known) memo.set(program, (known = new Map<string, Set<NonNullable<IoKind>>>()));
  const key = keyOf(start);
  const found = known.get(key);
  if (found) return found;
  const kinds = new Set<NonNullable<IoKind>>();
  for (const fn of reachable(program, start)) {
    for (const index of program.functionOf(fn).calls) {
      const kind = ioOwn(program, { file: fn.file, index });
      if (kind !== null) kinds.add(kind);
    }
  }
  known.set(key, kinds);
  return kinds;
}

/** A function and everything that it leads to. */
export function reachable(program: Program, start: FunctionRef): FunctionRef[] {
  const order = [start];
  const seen = new Set([keyOf(start)]);
  for (const fn of order) {
    for (const index of program.functionOf(fn).calls) {
      const { functions, callbacks } = program.called({ file: fn.file, index });
      for (const next of [...functions, ...callbacks]) {
        if (seen.has(keyOf(next))) continue;
        seen.add(keyOf(next));
        order.push(next);
      }
    }
  }
  return order;
}

/** Python's libraries whose calls are entered (`async with`) or handed on instead of awaited. */
const asyncName = /async|aio/i;

/** Whether others can go on while a call is waited for: not where all I/O that it leads to keeps the thread, as an `async def` of Python with a client that is not. */
export function leavesThread(program: Program, ref: CallRef): boolean {
  const { functions, callbacks } = program.called(ref);
  return leavesItself(program, ref) || [...functions, ...callbacks].some((start) => leavesThreadIn(program, start));
}

/** The same of a function that is run. */
export const leavesThreadIn = (program: Program, start: FunctionRef): boolean =>
  reachable(program, start).some(({ file, index }) => program.functionOf({ file, index }).calls.some((call) => leavesItself(program, { file, index: call })));

function leavesItself(program: Program, ref: CallRef): boolean {
  const own = ownIo(program, ref);
  return program.called(ref).offloads || (own !== null && (languageOf(program, ref.file) !== 'python' || program.callOf(ref).awaited || asyncName.test(own.name)));
}

export const keyOf = ({ file, index }: FunctionRef) => `${index} ${file}`;

export function languageOf({ files }: Program, file: string): 'typescript' | 'python' {
  return files.get(file)?.language === 'python' ? 'python' : 'typescript';
}
