import type { Program } from './code/program.ts';
import type { Observer, Visitors } from './code/syntax.ts';

/** Places of words in a file's text, by pattern: what tells most of the time whether something is spoken of at all. */
export type Marks = Record<string, number[]>;

/** Notes where each pattern matches, once per file; all have the `g` flag. */
export function markObserver(id: string, patterns: Readonly<Record<string, RegExp>>): Observer {
  const note: Visitors[string] = (_, context) => {
    const { text } = context.source;
    const marks: Marks = {};
    for (const [name, pattern] of Object.entries(patterns)) {
      const at = Array.from(text.matchAll(pattern), (m) => m.index);
      if (at.length > 0) marks[name] = at;
    }
    if (Object.keys(marks).length > 0) context.fact({ start: 0, end: 0, line: 1, column: 0, endLine: 1, endColumn: 0 }, marks);
  };
  return { id, typescript: { program: note }, python: { module: note } };
}

/** The marks of a file. */
export const marksOf = (program: Program, { id }: Observer) => (file: string): Marks => (program.factsOf(file, id)[0]?.data as Marks | undefined) ?? {};

/** Whether one of the offsets lies in a stretch of the text. */
export function isMarked(offsets: readonly number[] | undefined, span: { start: number; end: number }): boolean {
  return offsets?.some((at) => span.start <= at && at < span.end) ?? false;
}
