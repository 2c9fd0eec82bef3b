import type { Edit } from '@vscode/tree-sitter-wasm';
import type { TextChange, TextEdit } from '../model/lint.ts';

/** The text with the edits of a fix made; they do not overlap and are all in terms of `text`. Of two at one place the first comes first. */
export function applyEdits(text: string, edits: readonly Pick<TextEdit, 'start' | 'end' | 'text'>[]): string {
  let result = text;
  for (const edit of lastFirst(edits)) result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  return result;
}

/** In the order in which edits of one text can be made one after the other without moving each other. */
export function lastFirst<E extends Pick<TextEdit, 'start' | 'end'>>(edits: readonly E[]): E[] {
  return edits.map((edit, i) => ({ edit, i })).sort((a, b) => b.edit.start - a.edit.start || b.edit.end - a.edit.end || b.i - a.i).map(({ edit }) => edit);
}

/** The text after changes that were made one after the other. */
export const applyChanges = (text: string, changes: readonly TextChange[]): string => changes.reduce((t, { start, end, text: inserted }) => t.slice(0, start) + inserted + t.slice(end), text);

/** The same, and what the parser must know of each. */
export function follow(text: string, changes: readonly TextChange[]): { text: string; edits: Edit[] } {
  let current = text;
  const edits = changes.map(({ start, end, text: inserted }): Edit => {
    const next = current.slice(0, start) + inserted + current.slice(end);
    const newEnd = start + inserted.length;
    const edit: Edit = {
      startIndex: start,
      oldEndIndex: end,
      newEndIndex: newEnd,
      startPosition: pointAt(current, start),
      oldEndPosition: pointAt(current, end),
      newEndPosition: pointAt(next, newEnd),
    };
    current = next;
    return edit;
  });
  return { text: current, edits };
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}
