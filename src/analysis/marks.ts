import type { Program } from './code/program.ts';
import type { Fact } from './code/summary.ts';
import type { Visitors } from './code/syntax.ts';

/** Places of words in a file's text, by pattern: what tells most of the time whether something is spoken of at all. */
export type Marks = Record<string, number[]>;

/** Visitors that note where each pattern matches, once per file; all have the `g` flag. */
export function markVisitors(patterns: Readonly<Record<string, RegExp>>): { typescript: Visitors; python: Visitors } {
  const note: Visitors[string] = (_, context) => {
    const { text } = context.source;
    const marks: Marks = {};
    for (const [name, pattern] of Object.entries(patterns)) {
      const at = Array.from(text.matchAll(pattern), (m) => m.index);
      if (at.length > 0) marks[name] = at;
    }
    if (Object.keys(marks).length > 0) context.fact({ start: 0, end: 0, line: 1, column: 0, endLine: 1, endColumn: 0 }, { marks });
  };
  return { typescript: { program: note }, python: { module: note } };
}

/** The marks of a rule by file. */
export function marksOf(program: Program, rule: string): (file: string) => Marks {
  const byFile = new Map<string, Marks>();
  for (const { file, fact } of program.facts(rule)) {
    const marks = marksIn(fact);
    if (marks) byFile.set(file, marks);
  }
  return (file) => byFile.get(file) ?? {};
}

function marksIn({ data }: Fact): Marks | null {
  return typeof data === 'object' && data !== null && 'marks' in data ? (data.marks as Marks) : null;
}

/** Whether one of the offsets lies in a stretch of the text. */
export function isMarked(offsets: readonly number[] | undefined, span: { start: number; end: number }): boolean {
  return offsets?.some((at) => span.start <= at && at < span.end) ?? false;
}
