import type { Program } from './program.ts';
import type { FileSummary } from './summary.ts';

let computations = 0;

/**
 * Remembers what follows from one file alone: from its text, its summary, its facts and the targets of its calls. After an edit it is
 * worked out again for the files whose calls lead elsewhere now, not for the whole workspace. `compute` must not look at
 * other files, nor at who reaches what.
 */
export function perFile<T>(compute: (program: Program, file: string) => T): (program: Program, file: string) => T {
  const number = computations++;
  return (program, file) => {
    const { values } = program.stateOf(file);
    const known = values[number];
    if (known !== undefined) return known as T;
    const found = compute(program, file);
    values[number] = found;
    return found;
  };
}

/** Remembers what follows from a summary alone. */
export function perSummary<T>(compute: (summary: FileSummary) => T): (summary: FileSummary) => T {
  const known = new WeakMap<FileSummary, { value: T }>();
  return (summary) => {
    let found = known.get(summary);
    if (!found) known.set(summary, (found = { value: compute(summary) }));
    return found.value;
  };
}

/** Modules that a file imports or exports from, but for types: what runs before its own code. */
export const modulesOf = perSummary(({ language, imports, exports }) => [
  ...new Set([
    // Python's `from . import state` may be of a module
    ...imports.filter((i) => !i.typeOnly).flatMap(({ module, imported }) => (language === 'python' && imported !== '*' ? [module, `${module}${module.endsWith('.') ? '' : '.'}${imported}`] : [module])),
    ...exports.flatMap((e) => e.module ?? []),
  ]),
]);
