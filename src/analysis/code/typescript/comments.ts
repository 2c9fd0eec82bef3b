import type { Suppression } from '../summary.ts';
import { suppressionOf } from '../walk.ts';
import type { Walk } from './state.ts';

/** Looks at a comment: it may suppress findings or document what follows. */
export function enterComment(walk: Walk, at: number, suppressions: Suppression[]): void {
  const { tree, text } = walk;
  const start = tree.start[at]!;
  if (text.startsWith('/**', start)) walk.docs.set(tree.end[at]!, start);
  const found = suppressionOf(text, walk.spanOf(at));
  if (found) suppressions.push(found);
}

const carriers = new Set(['variable_declarator', 'lexical_declaration', 'variable_declaration', 'export_statement', 'pair', 'public_field_definition', 'field_definition', 'ambient_declaration', 'parenthesized_expression', 'as_expression', 'satisfies_expression', 'expression_statement', 'assignment_expression']);

/** The text of the doc comment in front of a function, or of the declaration that it is the value of; null without. */
export function docBefore(walk: Walk, at: number, start: number): string | null {
  if (walk.docs.size === 0) return null;
  let from = start;
  for (let now = walk.tree.parent[at]!; now > 0 && carriers.has(walk.tree.type[now]!); now = walk.tree.parent[now]!) from = Math.min(from, walk.tree.start[now]!);
  while (from > 0 && /\s/.test(walk.text[from - 1]!)) from--;
  const comment = walk.docs.get(from);
  if (comment === undefined) return null;
  const lines = walk.text.slice(comment + 3, from - 2).split('\n');
  return lines.map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd()).join('\n').trim();
}
