import type { Program } from './code/program.ts';
import type { Span } from './code/summary.ts';
import type { Visitors } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { assignedIn, identifiers, isLook } from './looks.ts';

/** Statements that each wait for a value, none of which uses what an earlier one gave; between them stands at most what looks at what came. */
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
  let came = new Set<string>();
  const close = () => {
    if (row.length > 1) context.fact({ ...context.span(node) }, { row: { items: row.map(({ start, end, awaited, target }) => ({ start, end, awaited, target })) } satisfies Row });
    row = [];
    came = new Set();
  };
  for (const child of node.namedChildren) {
    if (child.type === 'comment' || (row.length > 0 && isLook(child, came))) continue;
    const waiting = waitingIn(child);
    if (!waiting || [...came].some((name) => waiting.uses.has(name))) close();
    if (!waiting) continue;
    row.push(waiting);
    for (const name of waiting.names) came.add(name);
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
  const { target, value } = assignedIn(statement) ?? {};
  const awaited = value && /^await(_expression)?$/.test(value.type) ? value.firstNamedChild : null;
  if (!target || !awaited || !/^call(_expression)?$/.test(awaited.type)) return null;
  // what a chain goes on with (`.then(…)`) is followed no further
  return {
    start: statement.startIndex,
    end: statement.endIndex,
    awaited: { start: awaited.startIndex, end: awaited.endIndex },
    target: target.text,
    names: identifiers(target),
    uses: new Set(identifiers(awaited)),
  };
}
