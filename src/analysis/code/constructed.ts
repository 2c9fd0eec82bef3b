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
export function createLive(program: Resolved, handlers: () => readonly Handler[], lineOf: (ref: ClassRef) => ReadonlySet<string>): Live {
  let live: ReadonlySet<string> | null = null;
  return (functions) => {
    const owners = functions.map(({ file, index }) => ({ file, owner: program.files.get(file)?.functions[index]?.class ?? null }));
    const inClasses = owners.filter((o) => o.owner !== null);
    if (functions.length < 2 || inClasses.length === 0) return functions;
    live ??= liveClasses(program, handlers, lineOf);
    const isLive = owners.map(({ file, owner }) => owner === null || live!.has(keyOf({ file, index: owner })));
    return isLive.includes(true) ? functions.filter((_, i) => isLive[i]) : functions;
  };
}

const keyOf = ({ file, index }: ClassRef) => `${file}#${index}`;

/** Classes of which there are objects, and all their bases. */
function liveClasses(program: Resolved, handlers: () => readonly Handler[], lineOf: (ref: ClassRef) => ReadonlySet<string>): Set<string> {
  const doubles = testDoubles(program);
  const names = new Set<string>();
  for (const [file, summary] of program.files) if (!doubles.has(file)) for (const name of namesIn(summary)) names.add(name);
  const found = new Set<string>();
  const add = (ref: ClassRef) => {
    found.add(keyOf(ref));
    for (const key of lineOf(ref)) found.add(key);
  };
  for (const [file, { classes, exports }] of program.files) {
    if (doubles.has(file)) continue;
    classes.forEach(({ name, decorators }, index) => {
      const isFound = name === '' || names.has(name) || decorators.length > 0 || exports.some((e) => e.local === name && e.name !== name);
      if (isFound) add({ file, index });
    });
  }
  for (const { function: fn, receiver } of handlers()) {
    if (receiver) add(receiver);
    const owner = fn && program.files.get(fn.file)?.functions[fn.index]?.class;
    if (fn && owner !== null && owner !== undefined) add({ file: fn.file, index: owner });
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
