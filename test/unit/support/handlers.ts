import { join, relative } from 'node:path';
import { handlerVisitors } from '../../../src/analysis/code/handlers/index.ts';
import { lineOf } from '../../../src/analysis/code/lines.ts';
import type { Handler, Program, Project } from '../../../src/analysis/code/program.ts';
import { summarisePython } from '../../../src/analysis/code/python/index.ts';
import { summariseTypeScript } from '../../../src/analysis/code/typescript/index.ts';
import { createWorkspace } from '../../../src/analysis/code/workspace.ts';
import { testParsers } from './parsers.ts';

export interface Found {
  program: Program;
  handlers: readonly Handler[];
}

/** The handlers of files by their absolute paths. */
export async function findIn(files: ReadonlyMap<string, string>, projects: readonly Project[], names: readonly string[] = []): Promise<Found> {
  const parsers = await testParsers();
  const workspace = createWorkspace([]);
  workspace.setProjects(projects);
  workspace.setHandlerNames(names);
  for (const [file, text] of files) {
    const source = parsers.parse(file, text);
    if (!source) continue;
    const summarise = source.language === 'python' ? summarisePython : summariseTypeScript;
    workspace.set(summarise(source, handlerVisitors), source.text);
    source.dispose();
  }
  const programs = workspace.programs();
  return { program: programs[0]!, handlers: programs.flatMap((p) => p.handlers) };
}

export const projectAt = (root: string, versions: Readonly<Record<string, string>> = {}, name = 'server'): Project => ({ root, name, versions, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [root, join(root, 'src')] });

const root = '/server';

interface Given {
  versions?: Readonly<Record<string, string>>;
  names?: readonly string[];
}

/** The handlers of a small workspace: `name.ts` to text, or the text of one file. */
export async function handlersIn(files: Record<string, string>, { versions, names }: Given = {}): Promise<Found> {
  return findIn(new Map(Object.entries(files).map(([name, text]) => [join(root, name), text])), [projectAt(root, versions)], names);
}

/** `tool add -> addTool` with the file in front where the function is in another one than the registration; a function without a name by its line. */
export function said({ program, handlers }: Found): string[] {
  return handlers.map((h) => {
    const fn = h.function && program.functionOf(h.function);
    const name = h.function && fn ? (fn.name === '' ? `line ${lineOf(program, h.function.file, fn.nameSpan)}` : program.nameOf(h.function)) : 'nothing';
    const file = h.function && h.function.file !== h.file ? `${relative(root, h.function.file)} ` : '';
    return `${h.kind} ${h.name} -> ${file}${name}`;
  });
}

/** `wrapper` with what it leaves out of itself, for each function around a handler. */
export function around({ program, handlers }: Found, texts: Record<string, string>): Record<string, string[]> {
  const text = (file: string) => texts[relative(root, file)]!;
  const shown = (h: Handler) => (h.around ?? []).map((a) => `${program.nameOf(a.function)}: ${a.without.map((s) => text(a.function.file).slice(s.start, s.end)).join(', ')}`);
  return Object.fromEntries(handlers.map((h): [string, string[]] => [String(h.name), shown(h)]));
}
