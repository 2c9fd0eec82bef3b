import type { Program } from './code/program.ts';
import type { Span } from './code/summary.ts';
import type { Visitors } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

/** Statements one behind the other that each wait for a value, none of which uses what an earlier one gave. */
export interface Row {
  items: RowItem[];
}

export interface RowItem {
  /** The statement. */
  start: number;
  end: number;
  /** What is awaited, without `await`. */
  awaited: Pick<Span, 'start' | 'end'>;
  /** Source of what the value is bound to: a name or a pattern. */
  target: string;
}

interface Waiting extends RowItem {
  names: string[];
  uses: ReadonlySet<string>;
}

const block: Visitors[string] = (node, context) => {
  const text = context.source.text.slice(node.startIndex, node.endIndex);
  if ((text.match(/=\s*await\b/g)?.length ?? 0) < 2) return;
  let row: Waiting[] = [];
  const close = () => {
    if (row.length > 1) context.fact({ ...context.span(node) }, { row: { items: row.map(({ start, end, awaited, target }) => ({ start, end, awaited, target })) } satisfies Row });
    row = [];
  };
  for (const child of node.namedChildren) {
    if (child.type === 'comment') continue;
    const waiting = waitingIn(child);
    if (!waiting || row.some((r) => r.names.some((name) => waiting.uses.has(name)))) close();
    if (waiting) row.push(waiting);
  }
  close();
};

export const rowVisitors: { typescript: Visitors; python: Visitors } = { typescript: { statement_block: block }, python: { block } };

/** The row facts of a rule. */
export function rowsOf(program: Program, rule: string): { file: string; function: number; row: Row }[] {
  return program.facts(rule).flatMap(({ file, fact }) => {
    if (typeof fact.data !== 'object' || fact.data === null || !('row' in fact.data)) return [];
    return [{ file, function: fact.function, row: fact.data.row as Row }];
  });
}

function waitingIn(statement: SyntaxNode): Waiting | null {
  const inner = statement.type === 'lexical_declaration' && statement.namedChildCount === 1 ? statement.firstNamedChild : statement.type === 'expression_statement' ? statement.firstNamedChild : null;
  if (!inner || (inner.type !== 'variable_declarator' && inner.type !== 'assignment')) return null;
  const target = inner.childForFieldName('name') ?? inner.childForFieldName('left');
  const value = inner.childForFieldName('value') ?? inner.childForFieldName('right');
  const awaited = value && /^await(_expression)?$/.test(value.type) ? value.firstNamedChild : null;
  if (!target || !awaited || !/^call(_expression)?$/.test(awaited.type)) return null;
  // what a chain goes on with (`.then(…)`) is followed no further
  const identifiers = (node: SyntaxNode) => [node, ...node.descendantsOfType(['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern'])].filter((n) => n.type.includes('identifier')).map((n) => n.text);
  return {
    start: statement.startIndex,
    end: statement.endIndex,
    awaited: { start: awaited.startIndex, end: awaited.endIndex },
    target: target.text,
    names: identifiers(target),
    uses: new Set(identifiers(awaited)),
  };
}
