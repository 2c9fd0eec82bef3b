import treeSitter, { type Edit, type Language as Grammar, type Parser, type Tree } from '@vscode/tree-sitter-wasm';
import { grammarOf, type GrammarName } from './grammarOf.ts';
import type { Language } from './summary.ts';
import type { SourceFile } from './syntax.ts';

/** Gives the bytes of a WebAssembly file of the package by its name (`tree-sitter`, `tree-sitter-python`). */
export type ReadWasm = (name: string) => Uint8Array | Promise<Uint8Array>;

export interface Parsers {
  /** Null for a file in a language that we do not know, or one that took longer than `limitMs` of CPU time. `previous` is the file before the edits, disposed by its owner. */
  parse(file: string, text: string, previous?: { source: SourceFile; edits: readonly Edit[] }): SourceFile | null;
}

const languages: Record<GrammarName, Language> = { typescript: 'typescript', tsx: 'typescript', javascript: 'javascript', python: 'python' };
/** A tree takes about 2 ms for 9 kB; what is slower by this much is generated or no source at all. */
const limitMs = 2000;

/** Once per thread: the WebAssembly runtime is a global of the package. */
export async function loadParsers(read: ReadWasm): Promise<Parsers> {
  const wasmBinary = await read('tree-sitter');
  // the binary is Emscripten's own option, which the declaration leaves out
  const options: { locateFile: (file: string) => string; wasmBinary: Uint8Array } = { wasmBinary, locateFile: (file) => file };
  await treeSitter.Parser.init(options);
  const parsers = new Map<GrammarName, Parser>();
  for (const name of Object.keys(languages) as GrammarName[]) {
    const grammar: Grammar = await treeSitter.Language.load(await read(`tree-sitter-${name}`));
    const parser = new treeSitter.Parser();
    parser.setLanguage(grammar);
    parsers.set(name, parser);
  }
  return {
    parse(file, text, previous) {
      const name = grammarOf(file);
      if (name === null) return null;
      const parser = parsers.get(name)!;
      let old: Tree | null = null;
      if (previous) {
        old = previous.source.tree.copy();
        for (const edit of previous.edits) old.edit(edit);
      }
      const until = performance.now() + limitMs;
      const untilCpu = cpuMs() + limitMs;
      // a callback that answers true stops the parser, though the declaration says void
      const tree = parser.parse(text, old, { progressCallback: () => performance.now() > until && cpuMs() > untilCpu });
      old?.delete();
      if (!tree) {
        parser.reset();
        return null;
      }
      return { file, language: languages[name], text, tree, dispose: () => tree.delete() };
    },
  };
}

/** Of this thread, so that what is left out does not depend on what else a machine does. Node.js 23.9 or later; else the clock's time. */
function cpuMs(): number {
  const from: { threadCpuUsage?: () => { user: number; system: number } } = process;
  if (!from.threadCpuUsage) return performance.now();
  const { user, system } = from.threadCpuUsage();
  return (user + system) / 1000;
}
