import { perFile } from './code/perFile.ts';
import type { Program } from './code/program.ts';

/** Places of words in a file's text, by pattern: what tells most of the time whether something is spoken of at all. */
export type Marks<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Looks for the patterns in a file when it is asked for; all have the `g` flag. */
export function marks<Name extends string>(patterns: Readonly<Record<Name, RegExp>>): (program: Program, file: string) => Marks<Name> {
  return perFile((program, file) => {
    const text = program.textOf(file);
    return Object.fromEntries(Object.entries<RegExp>(patterns).map(([name, pattern]) => [name, Array.from(text.matchAll(pattern), (m) => m.index)])) as Record<Name, number[]>;
  });
}

/** Whether one of the offsets lies in a stretch of the text. */
export function isMarked(offsets: readonly number[], span: { start: number; end: number }): boolean {
  return offsets.some((at) => span.start <= at && at < span.end);
}
