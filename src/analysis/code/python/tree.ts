import type { Span } from '../summary.ts';
import { flattener, type FlatTree } from '../walk.ts';

/** Strings keep their children: an f-string has expressions in it. */
export const flatten = flattener({
  tokens: [],
  leaves: ['identifier', 'integer', 'float', 'comment', 'string_start', 'string_content', 'string_end', 'type_conversion', 'import_prefix', 'pass_statement'],
});

/** The first child in that field, or -1. */
export function child(tree: FlatTree, at: number, field: string): number {
  for (let i = at + 1; i < tree.after[at]!; i = tree.after[i]!) if (tree.field[i] === field) return i;
  return -1;
}

/** A comment or a `\` at the end of a line stands anywhere. */
const isExtra = (type: string) => type === 'comment' || type === 'line_continuation';

/** All children that mean something. */
export function children(tree: FlatTree, at: number): number[] {
  const all: number[] = [];
  for (let i = at + 1; i < tree.after[at]!; i = tree.after[i]!) if (!isExtra(tree.type[i]!)) all.push(i);
  return all;
}

/** The first child that means something, or -1. */
export function firstChild(tree: FlatTree, at: number): number {
  for (let i = at + 1; i < tree.after[at]!; i = tree.after[i]!) if (!isExtra(tree.type[i]!)) return i;
  return -1;
}

/** `b` of `a.b`, of `b` and of `a.b(…)`, `''` for what has no name. */
export function lastName(tree: FlatTree, text: string, at: number): string {
  let node = at;
  while (node >= 0 && (tree.type[node] === 'call' || tree.type[node] === 'attribute')) node = child(tree, node, tree.type[node] === 'call' ? 'function' : 'attribute');
  return node >= 0 && tree.type[node] === 'identifier' ? text.slice(tree.start[node], tree.end[node]) : '';
}

export const spanOf = (tree: FlatTree, at: number): Span => ({ start: tree.start[at]!, end: tree.end[at]! });
