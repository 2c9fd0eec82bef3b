import { timeOfMatches } from './boxes.ts';
import { pathOf } from './model/frames.ts';
import type { FrameTable } from './model/frames.ts';
import type { View } from './protocol.ts';

/** A function to go to; `line` is 1-based and may lie anywhere in it. */
export interface FlameTarget {
  file?: string;
  line?: number;
  name?: string;
}

/** Which functions a text stands in, by name or file; null when nothing is searched. */
export function marksOf(frames: FrameTable, query: string): Uint8Array | null {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return null;
  const found = frames.strings.map((text) => (text.toLowerCase().includes(wanted) ? 1 : 0));
  const anonymous = '(anonymous)'.includes(wanted) ? 1 : 0;
  return Uint8Array.from(frames.name, (name, f) => found[name]! | found[frames.url[f]!]! | (name === 0 ? anonymous : 0));
}

/** The functions of a view that are marked, those with most time first, and the time of all stacks that hold one. */
export function matchesOf(view: View, marks: Uint8Array): { functions: number[]; us: number } {
  const total = view.functionTotalUs;
  return { functions: [...total.keys()].filter((f) => marks[f] === 1 && total[f]! > 0).sort((a, b) => total[b]! - total[a]!), us: timeOfMatches(view, marks) };
}

/** The function meant: of those in the file that begin at or before the line, the last; of equal ones the one with most time. -1 = none. */
export function findFunction(view: View, frames: FrameTable, names: readonly string[], { file, line, name }: FlameTarget): number {
  const total = view.functionTotalUs;
  const path = file === undefined ? null : pathOf(file);
  const candidates = [...total.keys()].filter((f) =>
    total[f]! > 0 && (name === undefined || names[f] === name) && (path === null || pathOf(frames.strings[frames.url[f]!]!) === path) && (line === undefined || frames.line[f]! < line));
  candidates.sort((a, b) => (line === undefined ? 0 : frames.line[b]! - frames.line[a]!) || total[b]! - total[a]!);
  return candidates[0] ?? -1;
}
