import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextEdit } from '../model/lint.ts';
import type { Span } from './code/summary.ts';
import type { SourceFile } from './code/syntax.ts';

/** The node of a call by its span; null where the text is another one by now. */
export function callNode({ tree }: SourceFile, { start, end }: Span): Node | null {
  let node: Node | null = tree.rootNode.descendantForIndex(start, Math.max(start, end - 1));
  for (; node; node = node.parent) {
    if (node.startIndex < start || node.endIndex > end) return null;
    if (node.startIndex === start && node.endIndex === end && /^(call|call_expression|new_expression)$/.test(node.type)) return node;
  }
  return null;
}

/** The arguments as nodes, comments apart; null for a tagged template and a Python generator as the only argument. */
export function argumentNodes(call: Node): Node[] | null {
  const list = call.childForFieldName('arguments');
  if (!list || (list.type !== 'arguments' && list.type !== 'argument_list')) return null;
  return list.namedChildren.filter((n): n is Node => n !== null && n.type !== 'comment');
}

/** Adds an argument behind all others, in the way they are written: on a line of its own where they are. */
export function appendArgument(source: SourceFile, call: Node, text: string): TextEdit | null {
  const args = argumentNodes(call);
  const list = call.childForFieldName('arguments');
  if (!args || !list) return null;
  return appendTo(source, list, args, text);
}

/** Adds a property in front of all others, so that a later spread or property still wins. */
export function addProperty({ file, text: whole }: SourceFile, object: Node, text: string): TextEdit {
  const first = object.namedChildren.find((n) => n !== null && n.type !== 'comment');
  const start = object.startIndex + 1;
  if (!first) return { file, start, end: object.endIndex - 1, text: ` ${text} ` };
  const between = whole.slice(start, first.startIndex);
  return { file, start: first.startIndex, end: first.startIndex, text: between.includes('\n') ? `${text},\n${indentAt(whole, first.startIndex)}` : `${text}, ` };
}

function appendTo({ file, text: whole }: SourceFile, list: Node, items: readonly Node[], text: string): TextEdit {
  const last = items.at(-1);
  if (!last) return { file, start: list.startIndex + 1, end: list.endIndex - 1, text };
  const behind = whole.slice(last.endIndex, list.endIndex - 1);
  const comma = /^\s*,/.exec(behind);
  // each on a line of its own
  const separate = whole.slice(list.startIndex + 1, items[0]!.startIndex).includes('\n') && behind.includes('\n');
  const at = last.endIndex + (comma?.[0].length ?? 0);
  if (separate) return { file, start: at, end: at, text: `${comma ? '' : ','}\n${indentAt(whole, last.startIndex)}${text}${comma ? ',' : ''}` };
  return { file, start: last.endIndex, end: last.endIndex, text: `, ${text}` };
}

/** The white space that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}
