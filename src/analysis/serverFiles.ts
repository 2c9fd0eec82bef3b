import { basename, dirname, extname } from 'node:path';
import { loadsByName } from './code/handlers/leftOut.ts';
import { importersOf, importsOf } from './code/perImports.ts';
import type { Program } from './code/program.ts';
import { testDoubles } from './code/testFiles.ts';

const known = new WeakMap<Program, Set<string>>();

/** Files that belong to servers: those with handlers, what they import, what handlers reach, and who imports a file with handlers. Tests and scripts beside them do not. */
export function serverFiles(program: Program): ReadonlySet<string> {
  let found = known.get(program);
  if (found) return found;
  known.set(program, (found = new Set(program.handlers.flatMap((h) => [h.file, ...(h.function ? [h.function.file] : [])]))));
  const withHandlers = new Set(found);
  const imports = importsOf(program);
  for (const [file, imported] of imports) if (imported.some((f) => withHandlers.has(f)) && !isAside(program, file)) found.add(file);
  for (const handler of program.handlers) for (const fn of program.reachedFrom(handler, 'any')) found.add(fn.file);
  for (const file of found) for (const next of imports.get(file)!) found.add(next);
  return found;
}

/** Tests, examples, scripts and what is archived beside a server: what handlers "reach" there are doubles of what they use. */
export function isAside(program: Program, file: string): boolean {
  const { root } = program.projectOf(file);
  return aside.test(file.startsWith(root) ? file.slice(root.length) : file) || testDoubles(program).has(file);
}

const aside = /(?:^|[\\/])(?:tests?|__tests__|mocks?|__mocks__|specs?|e2e|testing|test-?utils|[\w-]+-tests?|bench(?:marks?)?|demos?|examples?|fixtures|scripts|(?:chrome|browser|firefox|edge)-extension)[\\/]|[._-](?:test|spec|mock)\.\w+$/;

/**
 * What was a server before another one beside it took its place: it is called so (`debug_server.py`, `server-refactored.ts`),
 * nothing imports it, and the project has handlers in other files. Nobody may start it any more.
 */
export function isLeftOver(program: Program, file: string): boolean {
  if (!leftOver.test(file) || importersOf(program).has(file)) return false;
  const { root } = program.projectOf(file);
  return program.handlers.some((h) => h.file !== file && !leftOver.test(h.file) && program.projectOf(h.file).root === root);
}

const leftOver = /(?:^|[\\/._-])(?:copy|debug|optimi[sz]ed|refactored|deprecated|legacy|unused|backup)(?:[._-][\w-]+)?\.\w+$/i;

/** In a folder of documents (`docs/draft/server.py`) of a project that has handlers elsewhere. */
export function isInDocs(program: Program, file: string): boolean {
  const { root } = program.projectOf(file);
  const isDocument = (one: string) => program.projectOf(one).root === root && /^[\\/]docs?[\\/]/.test(one.slice(root.length));
  return isDocument(file) && program.handlers.some((h) => program.projectOf(h.file).root === root && !isDocument(h.file));
}

/**
 * A module of Python that the project's commands do not get to, though they start a server, and that nothing names that
 * says how to start one: its own `if __name__ == '__main__'` was for somebody who tried it out.
 */
export function isBesideCommands(program: Program, file: string): boolean {
  const { commands, root } = program.projectOf(file);
  if (!commands || program.files.get(file)!.language !== 'python') return false;
  const started = startedBy(program, root, commands.modules);
  return started !== null && ![file, ...(importersOf(program).get(file) ?? [])].some((one) => started.has(one) || commands.named.has(stemOf(one)));
}

const stemOf = (file: string) => {
  const stem = basename(file, extname(file));
  return /^__(?:init|main)__$/.test(stem) ? basename(dirname(file)) : stem;
};

const started = new WeakMap<Program, Map<string, ReadonlySet<string> | null>>();

/** The modules of a project's commands and all that they import; null where no server is among it, or where they load others by names that are put together. */
function startedBy(program: Program, root: string, modules: readonly string[]): ReadonlySet<string> | null {
  let ofProgram = started.get(program);
  if (!ofProgram) started.set(program, (ofProgram = new Map<string, ReadonlySet<string> | null>()));
  let found = ofProgram.get(root);
  if (found !== undefined) return found;
  const imports = importsOf(program);
  const from = [...program.files.values()].find(({ file, language }) => language === 'python' && program.projectOf(file).root === root)?.file;
  const all = new Set(from === undefined ? [] : modules.flatMap((module) => program.moduleFile(from, module) ?? []));
  for (const file of all) for (const next of imports.get(file) ?? []) all.add(next);
  const isKnown = program.handlers.some((h) => all.has(h.file)) && ![...all].some((file) => loadsByName(program.files.get(file)!));
  ofProgram.set(root, (found = isKnown ? all : null));
  return found;
}
