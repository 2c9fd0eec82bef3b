import type { ClassRef, FunctionRef, Handler, Resolved } from './program.ts';
import type { FileSummary } from './summary.ts';
import { testDoubles } from './testFiles.ts';

/** Of the functions that a call of a method may run, those that some object of the workspace has. */
export type Live = (functions: readonly FunctionRef[]) => readonly FunctionRef[];

/**
 * Rapid type analysis: a call through an interface or base class leads only to classes that something outside of tests
 * makes objects of, or takes as a value, or to what these inherit. Where none of the classes in question is made, somebody
 * else makes them, and all stay.
 */
export function createLive(program: Resolved, handlers: () => readonly Handler[], derivedOf: (ref: ClassRef) => readonly ClassRef[]): Live {
  const known = new Map<string, boolean>();
  const isTaken = createTaken(program);
  let ofHandlers: ReadonlySet<string> | null = null;
  function isLive(ref: ClassRef): boolean {
    const key = keyOf(ref);
    let found = known.get(key);
    if (found === undefined) {
      ofHandlers ??= classesOfHandlers(program, handlers());
      found = [ref, ...derivedOf(ref)].some((one) => ofHandlers!.has(keyOf(one)) || isTaken(one));
      known.set(key, found);
    }
    return found;
  }
  return (functions) => {
    const owners = functions.map(({ file, index }) => ({ file, owner: program.files.get(file)?.functions[index]?.class ?? null }));
    if (functions.length < 2 || owners.every((o) => o.owner === null)) return functions;
    const live = owners.map(({ file, owner }) => owner === null || isLive({ file, index: owner }));
    return live.includes(true) ? functions.filter((_, i) => live[i]) : functions;
  };
}

/** Whether something outside of tests has a name for a value: calls it, hands it over, keeps or returns it. */
export function createMentioned(program: Resolved): (name: string) => boolean {
  const mentioned = new Map<string, boolean>();
  return (name) => {
    let found = mentioned.get(name);
    if (found === undefined) {
      const doubles = testDoubles(program);
      found = [...program.files].some(([file, summary]) => namesIn(summary).has(name) && !doubles.has(file));
      mentioned.set(name, found);
    }
    return found;
  };
}

/** Whether something outside of tests makes an object of a class, or takes it as a value itself. */
export function createTaken(program: Resolved, isMentioned = createMentioned(program)): (ref: ClassRef) => boolean {
  return (ref) => {
    const summary = program.files.get(ref.file);
    if (!summary || testDoubles(program).has(ref.file)) return false;
    const { name, decorators } = summary.classes[ref.index]!;
    return name === '' || decorators.length > 0 || summary.exports.some((e) => e.local === name && e.name !== name) || isMentioned(name);
  };
}

const keyOf = ({ file, index }: ClassRef) => `${file}#${index}`;

function classesOfHandlers(program: Resolved, handlers: readonly Handler[]): Set<string> {
  const found = new Set<string>();
  for (const { function: fn, receiver } of handlers) {
    if (receiver) found.add(keyOf(receiver));
    const owner = fn && program.files.get(fn.file)?.functions[fn.index]?.class;
    if (fn && owner !== null && owner !== undefined) found.add(keyOf({ file: fn.file, index: owner }));
  }
  return found;
}

const known = new WeakMap<FileSummary, ReadonlySet<string>>();

/**
 * Names that stand for values in a file: of what is called, handed over, assigned, returned, and strings, by which a class
 * may be looked up. Where a class is declared, what it extends, types and imports are none, but for a name that an import changes.
 */
function namesIn(summary: FileSummary): ReadonlySet<string> {
  let names = known.get(summary);
  if (names) return names;
  const found = new Set<string>();
  // code may be nested deeper than calls may be
  const open: unknown[] = [];
  const look = (...values: unknown[]) => {
    open.push(...values);
    while (open.length > 0) {
      const value = open.pop();
      if (typeof value !== 'object' || value === null) continue;
      const { kind, name, value: constant } = value as { kind?: unknown; name?: unknown; value?: unknown };
      if ((kind === 'name' || kind === 'member') && typeof name === 'string') found.add(name);
      if (kind === 'literal' && typeof constant === 'string') found.add(constant.split(/[.:/]/).at(-1)!);
      for (const [key, part] of Object.entries(value)) if (key !== 'span' && key !== 'type' && typeof part === 'object') open.push(part);
    }
  };
  const { calls, bindings, functions, classes, exports, imports, language } = summary;
  for (const call of calls) look(call.callee, call.args, call.keywords);
  for (const { values } of bindings) look(values);
  for (const { returned, yielded, decorators } of functions) look(returned, yielded, decorators);
  for (const { fields, decorators } of classes) look(fields.map((f) => f.values), decorators);
  for (const { value, name, local } of exports) {
    look(value);
    // by another name, or as what the file is
    if (local !== null && local !== name) found.add(local);
  }
  for (const { imported, local, typeOnly } of imports) if (!typeOnly && imported !== local && (language !== 'python' || local !== null)) found.add(imported);
  known.set(summary, (names = found));
  return names;
}
