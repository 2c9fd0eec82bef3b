import type { CallRef, ClassRef, FunctionRef, Resolved } from '../program.ts';
import type { FileSummary } from '../summary.ts';
import { callIndex, isTest, type CallIndex } from './callIndex.ts';
import { sameRef } from './env.ts';
import { lineage } from './members.ts';

const indices = new WeakMap<Resolved, CallIndex>();

/** Calls of the workspace whose callee has a name, in the order of the files' names; what it leads to is not asked. */
export function* callsNamed(program: Resolved, names: readonly string[]): Iterable<CallRef> {
  let index = indices.get(program);
  if (!index) indices.set(program, (index = callIndex(program)));
  for (const name of names) {
    const files = index.get(name);
    for (const file of files ? [...files.keys()].sort() : []) for (const call of files!.get(file)!) yield { file, index: call };
  }
}

/** Calls that lead to a function. */
export function callersOf(program: Resolved, fn: FunctionRef): CallRef[] {
  const { name, kind, class: owner } = program.functionOf(fn);
  const summary = program.files.get(fn.file)!;
  const made = kind === 'constructor' || name === '__init__';
  const named = made && owner !== null ? summary.classes[owner]!.name : name;
  return [...callsNamed(program, ['default', ...(named === '' ? [] : [named])])].filter((call) => {
    const { functions } = program.target(call);
    return functions.some((f) => sameRef(f, fn)) && functions.length === 1;
  });
}

/** What runs by itself, or is called somewhere. */
export function isRun(program: Resolved, fn: FunctionRef): boolean {
  const { kind, name } = program.functionOf(fn);
  return kind === 'module' || name === '__init__' || callersOf(program, fn).length > 0;
}

/** Classes that can be made (not abstract) and have a class or interface of the workspace above them, itself among them. */
export function concreteClasses(program: Resolved, above: ClassRef): ClassRef[] {
  return implementers(program).get(`${above.index} ${above.file}`) ?? [];
}

const known = new WeakMap<Resolved, Map<string, ClassRef[]>>();

function implementers(program: Resolved): Map<string, ClassRef[]> {
  let index = known.get(program);
  if (index) return index;
  known.set(program, (index = new Map<string, ClassRef[]>()));
  for (const [file, { classes }] of program.files) {
    if (isTest(file)) continue;
    for (const [i, c] of classes.entries()) {
      if (c.abstract || c.kind === 'interface') continue;
      const self = { file, index: i };
      const interfaces = c.implements.flatMap((type) => {
        if (type.kind !== 'name' || type.path.length !== 1) return [];
        const value = program.resolve({ kind: 'name', name: type.path[0]! }, { file, function: c.scope, offset: c.span.start });
        return value.kind === 'class' ? [value.class] : [];
      });
      for (const above of [...lineage(program, self), ...interfaces.flatMap((r) => lineage(program, r))]) {
        const key = `${above.index} ${above.file}`;
        const list = index.get(key);
        if (list) list.push(self);
        else index.set(key, [self]);
      }
    }
  }
  return index;
}

const arguments_ = new WeakMap<FileSummary, Map<number, { call: number; position: number }>>();

/** The call that a function written in place is an argument of, and at which position. */
export function argumentOf(summary: FileSummary, fn: number): { call: number; position: number } | null {
  let index = arguments_.get(summary);
  if (!index) {
    arguments_.set(summary, (index = new Map<number, { call: number; position: number }>()));
    for (const [call, { args }] of summary.calls.entries()) {
      for (const [position, arg] of args.entries()) if (arg.kind === 'function') index.set(arg.function, { call, position });
    }
  }
  return index.get(fn) ?? null;
}
