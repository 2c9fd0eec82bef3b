import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../model/lint.ts';
import type { Program } from './code/program.ts';
import type { FileSummary } from './code/summary.ts';
import type { SourceFile } from './code/syntax.ts';
import { bindingOf, functionAt } from './trace.ts';

/** What an expression is called at module level, where it has no name of its own; and which methods of it may be called there, null: any. */
export interface Hoisted {
  name: string;
  methods: RegExp | null;
}

/**
 * Edits that move an expression out of its function to the module: the whole `const x = …` where it is the value of one,
 * else into a constant with a new name. Null where it uses anything of the function, or what is declared further down.
 */
export function hoist(program: Program, source: SourceFile, node: Node, { name, methods }: Hoisted): Fix['edits'] | null {
  const top = topLevel(node);
  const summary = program.files.get(source.file);
  if (!top || !summary) return null;
  const start = withComments(top).startIndex;
  if (!isFree(program, summary, node, start)) return null;
  const own = declaration(node);
  const isPython = source.language === 'python';
  const before = (text: string): TextEdit => ({ file: source.file, start, end: start, text: isPython ? `${text}\n\n\n` : `${text}\n\n` });
  if (own && isOnly(summary, own.name) && (methods === null || isUsedOnlyFor(source, own, methods))) {
    const text = source.text.slice(own.statement.startIndex, own.statement.endIndex);
    return [before(outdented(source, own.statement, text)), removed(source, own.statement)];
  }
  if (methods !== null) return null;
  const free = freeName(summary, source.text, name);
  const value = outdented(source, node, source.text.slice(node.startIndex, node.endIndex));
  return [before(isPython ? `${free} = ${value}` : `const ${free} = ${value};`), { file: source.file, start: node.startIndex, end: node.endIndex, text: free }];
}

/** The statement of the module that a node is part of; null where it is at module level already. */
function topLevel(node: Node): Node | null {
  let inside = false;
  for (let at: Node = node; at.parent; at = at.parent) {
    if (/function|lambda|method/.test(at.type)) inside = true;
    if (!at.parent.parent) return inside ? at : null;
  }
  return null;
}

/** A comment right above belongs to the statement. */
function withComments(statement: Node): Node {
  let first = statement;
  for (let before = first.previousSibling; before?.type === 'comment' && before.endPosition.row + 1 === first.startPosition.row; before = first.previousSibling) first = before;
  return first;
}

/** Whether everything that an expression names is there at module level, before `start`. */
function isFree(program: Program, summary: FileSummary, node: Node, start: number): boolean {
  return identifiersIn(node).every((id) => {
    if (id.type === 'this' || id.type === 'super' || id.type === 'await' || id.type === 'await_expression' || id.type === 'yield' || id.type === 'yield_expression') return false;
    const binding = bindingOf(program, id.text, { file: summary.file, function: functionAt(summary, id.startIndex), offset: id.startIndex });
    if (!binding) return id.text !== 'arguments';
    if (node.startIndex <= binding.span.start && binding.span.end <= node.endIndex) return true;
    if (binding.scope !== 0) return false;
    // a function is there before its line in JavaScript; a name that is set anew may be another one by then
    if (binding.kind === 'function' && summary.language !== 'python') return true;
    return binding.kind === 'import' ? binding.span.start < start : binding.span.end <= start && !binding.reassigned && binding.values.length <= 1;
  });
}

const naming = new Set(['identifier', 'shorthand_property_identifier', 'this', 'super', 'await', 'await_expression', 'yield', 'yield_expression']);

/** Names that are looked up in an expression; those of members and keywords are not. */
function identifiersIn(node: Node): Node[] {
  const found: Node[] = [];
  const open = [node];
  for (let at = open.pop(); at; at = open.pop()) {
    if (naming.has(at.type)) found.push(at);
    if (at.type === 'attribute') {
      const object = at.childForFieldName('object');
      if (object) open.push(object);
    } else if (at.type === 'keyword_argument') {
      const value = at.childForFieldName('value');
      if (value) open.push(value);
    } else open.push(...at.namedChildren.filter((n): n is Node => n !== null));
  }
  return found;
}

interface Declared {
  name: string;
  statement: Node;
}

/** `const x = <node>;` or `x = <node>` as a statement of a block with others in it. */
function declaration(node: Node): Declared | null {
  const { parent } = node;
  if (!parent) return null;
  const isPython = parent.type === 'assignment';
  const statement = isPython || parent.type === 'variable_declarator' ? parent.parent : null;
  if (!statement || !/block$/.test(statement.parent?.type ?? '')) return null;
  const named = parent.childForFieldName(isPython ? 'left' : 'name');
  if (named?.type !== 'identifier' || (isPython ? statement.type !== 'expression_statement' : !/^const\b/.test(statement.text))) return null;
  if (statement.namedChildren.filter((n) => n?.type !== 'comment').length !== 1 || statement.parent!.namedChildren.filter((n) => n !== null && n.type !== 'comment').length < 2) return null;
  return { name: named.text, statement };
}

const isOnly = ({ bindings }: FileSummary, name: string) => {
  const same = bindings.filter((b) => b.name === name);
  return same.length === 1 && same[0]!.values.length === 1 && !same[0]!.reassigned;
};

/** Nothing is added to it or changed on it. */
function isUsedOnlyFor({ text }: SourceFile, { name, statement }: Declared, methods: RegExp): boolean {
  const uses = [...text.matchAll(new RegExp(`(?<![\\w$.'"/@-])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))].filter((m) => m.index < statement.startIndex || m.index >= statement.endIndex);
  return uses.length > 0 && uses.every((m) => methods.test(/^\.(\w+)\(/.exec(text.slice(m.index + name.length))?.[1] ?? ''));
}

/** The statement's lines, the line end behind them included. */
function removed({ file, text }: SourceFile, { startIndex, endIndex }: Node): TextEdit {
  const lineStart = text.lastIndexOf('\n', startIndex - 1) + 1;
  const start = text.slice(lineStart, startIndex).trim() === '' ? lineStart : startIndex;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(endIndex));
  return { file, start, end: rest && start === lineStart ? endIndex + rest[0].length : endIndex, text: '' };
}

/** Lines after the first move to the left with it. */
function outdented({ text: whole }: SourceFile, { startIndex }: Node, text: string): string {
  const lineStart = whole.lastIndexOf('\n', startIndex - 1) + 1;
  const indent = /^[ \t]*/.exec(whole.slice(lineStart, startIndex))![0];
  return indent === '' || text.includes('`') || text.includes('"""') ? text : text.split('\n').map((line, i) => (i > 0 && line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
}

/** Not the name of anything in the file. */
function freeName({ bindings }: FileSummary, text: string, wish: string): string {
  const isTaken = (name: string) => bindings.some((b) => b.name === name) || new RegExp(`\\b${name}\\b`).test(text);
  let name = wish;
  for (let n = 2; isTaken(name); n++) name = `${wish}${n}`;
  return name;
}
