import type { Expr } from './summary.ts';
import type { Observer, VisitContext } from './syntax.ts';
import type { SyntaxNode } from './syntaxNode.ts';

/** The id of the facts that `subscripts` notes. */
export const subscriptFacts = 'subscripts';

/** `x[key] = value`. */
export interface Subscript {
  into: Expr;
  key: Expr;
  value: Expr;
}

const subscript = (node: SyntaxNode, context: VisitContext) => {
  const left = node.childForFieldName('left');
  if (left?.type !== 'subscript_expression' && left?.type !== 'subscript') return;
  const object = left.childForFieldName('object') ?? left.childForFieldName('value');
  const key = left.childForFieldName('index') ?? left.childForFieldName('subscript');
  const right = node.childForFieldName('right');
  if (!object || !key || key.type === 'slice') return;
  context.fact(node, { into: context.expr(object), key: context.expr(key), value: right ? context.expr(right) : { kind: 'other' } } satisfies Subscript);
};

/** What is put into tables and lists by its key. */
export const subscripts: Observer = {
  id: subscriptFacts,
  typescript: { assignment_expression: subscript, augmented_assignment_expression: subscript },
  python: { assignment: subscript, augmented_assignment: subscript },
};
