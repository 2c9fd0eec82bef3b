import { join } from 'node:path';
import { linesIn } from '../../../src/analysis/code/lines.ts';
import type { CallRef, FunctionRef, Project } from '../../../src/analysis/code/program.ts';
import { summarisePython } from '../../../src/analysis/code/python/index.ts';
import { createResolver, type Resolver } from '../../../src/analysis/code/resolve/index.ts';
import type { FileSummary } from '../../../src/analysis/code/summary.ts';
import { summariseTypeScript } from '../../../src/analysis/code/typescript/index.ts';
import { testParsers } from './parsers.ts';
import { worldRoot } from './lintWorld.ts';

/** A workspace in memory, resolved. */
export interface ResolvedWorld {
  resolver: Resolver;
  files: ReadonlyMap<string, FileSummary>;
  /** What is wrong: lines that end in `-> target` whose outermost call leads elsewhere. */
  mistakes(): string[];
  /** Changes a file (null: removes it) and tells the resolver; gives the files whose answers were dropped. */
  change(path: string, text: string | null): string[];
}

export async function resolvedWorld(texts: Record<string, string>, projects: Partial<Project>[] = [{}]): Promise<ResolvedWorld> {
  const parsers = await testParsers();
  const files = new Map<string, FileSummary>();
  const sources = new Map<string, string>();
  const known = projects.map((p): Project => {
    const root = p.root === undefined ? worldRoot : join(worldRoot, p.root);
    return { name: 'world', versions: {}, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [root, join(root, 'src')], ...p, root };
  });
  const projectOf = (file: string) => known.filter((p) => file.startsWith(`${p.root}/`)).sort((a, b) => b.root.length - a.root.length)[0]!;

  function set(path: string, text: string) {
    const file = join(worldRoot, path);
    const source = parsers.parse(file, text)!;
    files.set(file, (source.language === 'python' ? summarisePython : summariseTypeScript)(source, new Map()));
    sources.set(file, text);
    source.dispose();
  }
  for (const [path, text] of Object.entries(texts)) set(path, text);
  const resolver = createResolver({ files, projectOf });
  const nameOf = ({ file, index }: FunctionRef) => {
    const { functions, classes } = files.get(file)!;
    const { name, kind, class: owner, span } = functions[index]!;
    const own = kind === 'constructor' ? 'constructor' : name || `line ${linesIn(sources.get(file)!)(span).line}`;
    return owner === null ? own : `${classes[owner]!.name}.${own}`;
  };
  return {
    resolver,
    files,
    mistakes: () =>
      [...sources].flatMap(([file, text]) =>
        text.split('\n').flatMap((line, i) => {
          const expected = /(?:\/\/|#) -> (.*)$/.exec(line)?.[1]?.trim();
          if (expected === undefined) return [];
          const call = outermostCall(files.get(file)!, text, i + 1);
          const found = call === null ? 'no call' : show(resolver, { file, index: call }, nameOf);
          return found === expected ? [] : [`${line.trim()}\n     leads to ${found}`];
        }),
      ),
    change(path, text) {
      const file = join(worldRoot, path);
      if (text === null) files.delete(file);
      else set(path, text);
      return [...resolver.invalidate([file])].map((f) => f.slice(worldRoot.length + 1)).sort();
    },
  };
}

function outermostCall({ calls }: FileSummary, text: string, line: number): number | null {
  const linesOf = linesIn(text);
  let best: number | null = null;
  calls.forEach((call, i) => {
    if (linesOf(call.span).line !== line) return;
    const chosen = best === null ? null : calls[best]!;
    if (!chosen || call.span.start < chosen.span.start || (call.span.start === chosen.span.start && call.span.end > chosen.span.end)) best = i;
  });
  return best;
}

/** `load`, `A.run`, `fs.readFileSync`, `?`; `Base.run: A.run | B.run` with the declared one in front; callbacks in brackets; `thread`. */
function show(resolver: Resolver, call: CallRef, nameOf: (fn: FunctionRef) => string): string {
  const { functions, declared, external, callbacks, offloads } = resolver.target(call);
  const names = functions.map(nameOf).join(' | ');
  const same = functions.length === 1 && declared !== null && nameOf(declared) === names;
  const own = same || (declared === null && functions.length === 0) ? names : `${declared ? nameOf(declared) : 'nobody'}: ${names}`.trimEnd();
  return [own || external || '?', offloads ? 'thread' : '', callbacks.length > 0 ? `(${callbacks.map(nameOf).join(', ')})` : ''].filter((part) => part !== '').join(' ');
}
