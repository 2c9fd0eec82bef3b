import type { Fix } from '../model/lint.ts';
import type { CodeReport } from './codeRule.ts';
import type { Parsers } from './code/parse.ts';
import type { Program } from './code/program.ts';
import type { SourceFile } from './code/syntax.ts';
import { follow, lastFirst } from './edits.ts';
import type { Rule } from './rule.ts';

/** Makes fixes when they are asked for: most findings are never mended by us, and each takes its file's tree. */
export interface Fixes {
  of(rule: Rule, report: CodeReport, program: Program): Fix[];
  /** Lets go of the tree that was made last. */
  forget(): void;
}

interface Texts {
  /** A file that is open, with its tree; null for all others. */
  sourceOf: (file: string) => SourceFile | null;
  textOf: (file: string) => string;
}

export function createFixes(parsers: Parsers, { sourceOf, textOf }: Texts): Fixes {
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
      const source = rule.code?.fixes ? treeOf(report.file) : null;
      return source ? rule.code!.fixes!(report, source, program).filter((fix) => parses(fix, source)) : [];
    },
    forget() {
      parsed?.dispose();
      parsed = null;
    },
  };
}
