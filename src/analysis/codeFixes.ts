import type { Fix } from '../model/lint.ts';
import type { CodeReport } from './codeRule.ts';
import type { Parsers } from './code/parse.ts';
import type { Program } from './code/program.ts';
import type { SourceFile } from './code/syntax.ts';
import { follow, lastFirst } from './edits.ts';
import type { Rule } from './rule.ts';

/** The fixes of findings, kept while nothing that they look at has changed. Ask file by file: one tree is made at a time. */
export interface Fixes {
  of(rule: Rule, report: CodeReport, program: Program): Fix[];
  /** These files, or what they lead to or come from, have changed. */
  forget(files: Iterable<string>): void;
  /** Lets go of the tree that was made on the way. */
  release(): void;
}

interface Texts {
  /** A file that is open, with its tree; null for all others. */
  sourceOf: (file: string) => SourceFile | null;
  textOf: (file: string) => string;
}

export function createFixes(parsers: Parsers, { sourceOf, textOf }: Texts): Fixes {
  const known = new Map<string, Map<string, Fix[]>>();
  // of the file that was asked for last, as they are asked for file by file
  let parsed: SourceFile | null = null;

  function treeOf(file: string): SourceFile | null {
    const source = sourceOf(file);
    if (source) return source;
    if (parsed?.file === file) return parsed;
    parsed?.dispose();
    return (parsed = parsers.parse(file, textOf(file)));
  }
  /** A fix that leaves a syntax error behind, for whatever reason, is none. */
  function parses(fix: Fix, source: SourceFile): boolean {
    const own = fix.edits.filter((e) => e.file === source.file);
    if (own.length === 0 || source.tree.rootNode.hasError) return true;
    const { text, edits } = follow(source.text, lastFirst(own));
    const after = parsers.parse(source.file, text, { source, edits });
    const fine = after !== null && !after.tree.rootNode.hasError;
    after?.dispose();
    return fine;
  }

  return {
    of(rule, report, program) {
      if (!rule.code?.fixes) return [];
      const { file, span } = report;
      const key = `${rule.id} ${span.start} ${span.end}`;
      let ofFile = known.get(file);
      if (!ofFile) known.set(file, (ofFile = new Map<string, Fix[]>()));
      let fixes = ofFile.get(key);
      if (!fixes) {
        const source = treeOf(file);
        fixes = source ? rule.code.fixes(report, source, program).filter((fix) => parses(fix, source)) : [];
        ofFile.set(key, fixes);
      }
      return fixes;
    },
    forget(files) {
      for (const file of files) known.delete(file);
    },
    release() {
      parsed?.dispose();
      parsed = null;
    },
  };
}
