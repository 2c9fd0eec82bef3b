import { modulesOf } from './perFile.ts';
import type { Resolved } from './program.ts';
import type { FileSummary } from './summary.ts';

/** Remembers what follows from which files there are and what they import, whatever else is in them. */
export function perImports<T>(compute: (program: Resolved) => T): (program: Resolved) => T {
  const known = new WeakMap<object, { value: T }>();
  return (program) => {
    let found = known.get(program.imports);
    if (!found) known.set(program.imports, (found = { value: compute(program) }));
    return found.value;
  };
}

/** The files of the workspace behind `modulesOf`, of every file. */
export const importsOf = perImports(
  (program): ReadonlyMap<string, readonly string[]> => new Map(Array.from(program.files, ([file, summary]) => [file, modulesOf(summary).flatMap((module) => program.moduleFile(file, module) ?? [])])),
);

/** The files that import a file. */
export const importersOf = perImports((program): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const [from, files] of importsOf(program)) {
    for (const file of new Set(files)) {
      const known = found.get(file);
      if (known) known.push(from);
      else found.set(file, [from]);
    }
  }
  return found;
});

/** Whether a file leads to the same modules as before. What a typing author changes is mostly something else. */
export function importsSame(before: FileSummary, after: FileSummary): boolean {
  const told = ({ imports, exports }: FileSummary) => JSON.stringify([imports.map((i) => [i.local, i.module, i.imported, i.loads, i.typeOnly]), exports]);
  return told(before) === told(after);
}
