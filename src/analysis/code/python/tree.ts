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

/** All children but comments. */
export function children(tree: FlatTree, at: number): number[] {
  const all: number[] = [];
  for (let i = at + 1; i < tree.after[at]!; i = tree.after[i]!) if (tree.type[i] !== 'comment') all.push(i);
  return all;
}

/** The first child that is no comment, or -1. */
export function firstChild(tree: FlatTree, at: number): number {
  for (let i = at + 1; i < tree.after[at]!; i = tree.after[i]!) if (tree.type[i] !== 'comment') return i;
  return -1;
}

/** `b` of `a.b`, of `b` and of `a.b(…)`, `''` for what has no name. */
export function lastName(tree: FlatTree, text: string, at: number): string {
  const type = at < 0 ? '' : tree.type[at];
  if (type === 'identifier') return text.slice(tree.start[at], tree.end[at]);
  if (type === 'attribute') return lastName(tree, text, child(tree, at, 'attribute'));
  return type === 'call' ? lastName(tree, text, child(tree, at, 'function')) : '';
}
