import type { Program } from './code/program.ts';

const known = new WeakMap<Program, Set<string>>();

/** Files that belong to servers: those with handlers, what they import, what handlers reach, and who imports a file with handlers. Tests and scripts beside them do not. */
export function serverFiles(program: Program): ReadonlySet<string> {
  let found = known.get(program);
  if (found) return found;
  known.set(program, (found = new Set(program.handlers.flatMap((h) => [h.file, ...(h.function ? [h.function.file] : [])]))));
  const withHandlers = new Set(found);
  const importedBy = (file: string) => {
    const { imports, exports } = program.files.get(file)!;
    return [...imports.filter((i) => !i.typeOnly).map((i) => i.module), ...exports.flatMap((e) => e.module ?? [])].flatMap((m) => program.moduleFile(file, m) ?? []);
  };
  for (const file of program.files.keys()) if (!isAside(file) && importedBy(file).some((f) => withHandlers.has(f))) found.add(file);
  for (const handler of program.handlers) for (const fn of program.reachedFrom(handler, 'any')) found.add(fn.file);
  for (const file of found) for (const next of importedBy(file)) found.add(next);
  return found;
}

const isAside = (file: string) => /(?:^|[\\/])(?:tests?|__tests__|spec|bench|examples?|scripts|fixtures)[\\/]|[._](?:test|spec)\.\w+$|[\\/]test_\w+\.py$/.test(file);
