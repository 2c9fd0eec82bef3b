import { basename, dirname, extname } from 'node:path';
import { importersOf, importsOf } from '../perImports.ts';
import type { Resolved } from '../program.ts';
import { perSummary } from '../perFile.ts';
import { nameOf, type FileSummary } from '../summary.ts';
import { cannotLoad } from '../cannotLoad.ts';
import { testDoubles } from '../testFiles.ts';

const starts = /^(?:FastMCP|McpServer|MCPServer|Server|run|run_async|connect|start|listen|serve|mount)$/;
const loads = /^(?:import_module|__import__|iter_modules|walk_packages|run_module|run_path|spec_from_file_location)$/;

/** Whether a file loads modules by names that are put together. */
export const loadsByName = perSummary(({ calls }) => calls.some((c) => loads.test(nameOf(c.callee)) && c.args[0]?.kind !== 'literal'));

/**
 * Whether a file of Python decorates tools for a server that another one makes, and nothing but tests imports it or names
 * it: Python never runs it. Not where modules may be loaded by names that are put together. Of JavaScript a module that
 * cannot load is left out.
 */
export function createLeftOut(program: Resolved): (file: string) => boolean {
  const known = new Map<string, boolean>();
  /** A loader may be in another package of the workspace. */
  let loading: boolean | null = null;
  const isLoading = () => (loading ??= [...program.files.values()].some((summary) => loadsByName(summary) && !testDoubles(program).has(summary.file)));
  const inProject = (root: string) => [...program.files.values()].filter(({ file }) => program.projectOf(file).root === root && !testDoubles(program).has(file));
  /** It does something when it is run: starts a server, calls a function or makes an object of the workspace. */
  function isEntry(file: string): boolean {
    return program.files.get(file)!.calls.some((call) => {
      if (starts.test(nameOf(call.callee))) return true;
      if (call.function !== 0 || call.decorator) return false;
      const { kind } = program.resolve(call.callee, { file, function: 0, offset: call.span.start });
      return kind === 'function' || kind === 'class';
    });
  }
  function isLeftOut(file: string): boolean {
    const { root } = program.projectOf(file);
    if (cannotLoad(program, file)) return true;
    if (program.files.get(file)!.language !== 'python' || testDoubles(program).has(file) || importsOf(program).get(file)!.length === 0 || (importersOf(program).get(file) ?? []).some((from) => !testDoubles(program).has(from))) return false;
    if (isEntry(file) || isLoading()) return false;
    const [stem, folder] = [basename(file, extname(file)), basename(dirname(file))];
    const name = stem === '__init__' ? folder : stem;
    // by itself, or as one of a package that is loaded by its name: `load_all("server.tools")`
    return !inProject(root).some((other) => other.file !== file && (wordsIn(other).has(name) || wordsIn(other).has(`.${folder}`)));
  }
  return (file) => {
    let found = known.get(file);
    if (found === undefined) known.set(file, (found = isLeftOut(file)));
    return found;
  };
}

/** The words of a file's imports, values and arguments, and the last ones of dotted names that are written as texts, each with its dot. */
const wordsIn = perSummary(({ imports, bindings, calls }: FileSummary): ReadonlySet<string> => {
  const said = JSON.stringify([imports.map((i) => [i.module, i.imported, i.loads]), bindings.map((b) => b.values), calls.map((c) => c.args)]);
  return new Set([...said.split(/[^\w-]+/), ...Array.from(said.matchAll(/"(?:\w+\.)+(\w+)"/g), ([, last]) => `.${last}`)]);
});

