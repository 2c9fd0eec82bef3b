import type { CallRef, FunctionRef, Program } from './code/program.ts';
import { ioOf, type IoKind } from './sinks/io.ts';

/** The kinds of I/O that a call does, itself or in what it leads to. */
export type Kinds = ReadonlySet<NonNullable<IoKind>>;

const none: Kinds = new Set();
const memo = new WeakMap<Program, Map<string, Set<NonNullable<IoKind>>>>();

export function ioOfCall(program: Program, ref: CallRef): Kinds {
  const { external, functions, callbacks } = program.target(ref);
  const own = program.callOf(ref).isNew ? null : ioOf(external, languageOf(program, ref.file));
  const below = [...functions, ...callbacks].map((fn) => ioBelow(program, fn));
  return own === null && below.every((kinds) => kinds.size === 0) ? none : new Set([...(own === null ? [] : [own]), ...below.flatMap((kinds) => [...kinds])]);
}

/** Of a function and all that it reaches. */
export function ioBelow(program: Program, start: FunctionRef): Kinds {
  let known = memo.get(program);
  if (!known) memo.set(program, (known = new Map()));
  const key = keyOf(start);
  const found = known.get(key);
  if (found) return found;
  const kinds = new Set<NonNullable<IoKind>>();
  for (const fn of reachable(program, start)) {
    const language = languageOf(program, fn.file);
    for (const index of program.functionOf(fn).calls) {
      if (program.callOf({ file: fn.file, index }).isNew) continue;
      const kind = ioOf(program.target({ file: fn.file, index }).external, language);
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
      const { functions, callbacks } = program.target({ file: fn.file, index });
      for (const next of [...functions, ...callbacks]) {
        if (seen.has(keyOf(next))) continue;
        seen.add(keyOf(next));
        order.push(next);
      }
    }
  }
  return order;
}

export const keyOf = ({ file, index }: FunctionRef) => `${index} ${file}`;

export function languageOf({ files }: Program, file: string): 'typescript' | 'python' {
  return files.get(file)?.language === 'python' ? 'python' : 'typescript';
}
