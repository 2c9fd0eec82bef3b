import type { Expr, Span } from '../summary.ts';
import type { VisitContext, Visitors } from '../syntax.ts';
import type { SyntaxNode } from '../syntaxNode.ts';

/** The id of the facts that these visitors note. */
export const dispatchFacts = 'dispatch';

/** A part of a function that runs only if something has one of some values; the fact's span is that part. */
export interface Guard {
  on: Expr;
  values: readonly Expr[];
  /** False where more is asked (`name === 'x' && …`): then it is the value's own part, but not all that there is for it. */
  exact: boolean;
  /** Where the part ends by leaving the function: up to here what stands behind it is for other values. */
  until?: number;
}

type Condition = Guard | null;

/** Branches on constants: `switch`, `match` and chains of `if`, as servers dispatch on a tool's name. */
export const dispatchVisitors: { typescript: Visitors; python: Visitors } = {
  typescript: {
    switch_statement(node, context) {
      const on = node.childForFieldName('value');
      const body = node.childForFieldName('body');
      if (!on || !body) return;
      let values: Expr[] = [];
      for (const part of body.namedChildren) {
        if (part.type !== 'switch_case') continue;
        const value = part.childForFieldName('value');
        if (value) values.push(context.expr(value));
        // `case 'a': case 'b': …` have one body
        if (part.childForFieldName('body') === null) continue;
        note(context, part, { on: context.expr(on), values, exact: true });
        values = [];
      }
    },
    if_statement(node, context) {
      branch(node, context, comparedInTypescript);
    },
  },
  python: {
    match_statement(node, context) {
      const on = node.childForFieldName('subject');
      for (const part of node.childForFieldName('body')?.namedChildren ?? []) {
        if (part.type !== 'case_clause' || !on) continue;
        const guarded = part.childForFieldName('guard') !== null;
        const patterns = part.namedChildren.flatMap((c) => (c.type === 'case_pattern' ? patternValues(c, context) : []));
        note(context, part, { on: context.expr(on), values: patterns, exact: !guarded });
      }
    },
    if_statement(node, context) {
      branch(node, context, comparedInPython);
    },
    elif_clause(node, context) {
      branch(node, context, comparedInPython);
    },
  },
};

function note(context: VisitContext, part: SyntaxNode | Span, guard: Guard): void {
  if (guard.values.some((v) => (v.kind === 'literal' ? typeof v.value === 'string' : v.kind === 'member' || v.kind === 'name'))) context.fact(part, guard);
}

function branch(node: SyntaxNode, context: VisitContext, compared: (node: SyntaxNode, context: VisitContext) => Condition): void {
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  const guard = condition && consequence ? conditionOf(condition, context, compared) : null;
  if (!guard) return;
  const leaves = /^(?:return|throw|raise)_statement$/.test(consequence!.namedChildren.at(-1)?.type ?? '');
  note(context, consequence!, leaves && guard.exact ? { ...guard, until: endOfBlock(node) } : guard);
}

/** Of what a whole chain of `if` and `else` stands in. */
function endOfBlock(node: SyntaxNode): number {
  let top = node;
  while (top.parent && /^(?:else_clause|elif_clause|if_statement)$/.test(top.parent.type)) top = top.parent;
  return (top.parent ?? top).endIndex;
}

function conditionOf(node: SyntaxNode, context: VisitContext, compared: (node: SyntaxNode, context: VisitContext) => Condition): Condition {
  if (node.type === 'parenthesized_expression') {
    const inner = node.namedChild(0);
    return inner && conditionOf(inner, context, compared);
  }
  if (node.type !== 'binary_expression' && node.type !== 'boolean_operator') return compared(node, context);
  const operator = node.operator;
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right) return null;
  if (operator === '||' || operator === 'or') {
    const [a, b] = [conditionOf(left, context, compared), conditionOf(right, context, compared)];
    return a && b && JSON.stringify(a.on) === JSON.stringify(b.on) ? { on: a.on, values: [...a.values, ...b.values], exact: a.exact && b.exact } : null;
  }
  if (operator === '&&' || operator === 'and') {
    const found = conditionOf(left, context, compared) ?? conditionOf(right, context, compared);
    return found && { ...found, exact: false };
  }
  return compared(node, context);
}

function comparedInTypescript(node: SyntaxNode, context: VisitContext): Condition {
  if (node.type !== 'binary_expression') return null;
  const operator = node.operator;
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  return left && right && (operator === '===' || operator === '==') ? equal(context.expr(left), context.expr(right)) : null;
}

function comparedInPython(node: SyntaxNode, context: VisitContext): Condition {
  if (node.type !== 'comparison_operator' || node.namedChildCount !== 2) return null;
  const [left, right] = [node.namedChild(0)!, node.namedChild(1)!];
  const { operator } = node;
  if (operator === '==') return equal(context.expr(left), context.expr(right));
  if (operator !== 'in') return null;
  const list = context.expr(right);
  return list.kind === 'array' ? { on: context.expr(left), values: list.items, exact: true } : null;
}

/** The constant may stand on either side. */
const equal = (left: Expr, right: Expr): Guard => (left.kind === 'literal' ? { on: right, values: [left], exact: true } : { on: left, values: [right], exact: true });

/** Strings and dotted names of a pattern, `|` followed. */
function patternValues(node: SyntaxNode, context: VisitContext): Expr[] {
  return node.namedChildren.flatMap((c): Expr[] => {
    if (c.type === 'union_pattern' || c.type === 'case_pattern') return patternValues(c, context);
    if (c.type === 'string') return [context.expr(c)];
    if (c.type !== 'dotted_name' || c.namedChildCount < 2) return [];
    const [first, ...others] = c.namedChildren.map((n) => n.text);
    return [others.reduce<Expr>((object, name) => ({ kind: 'member', object, name }), { kind: 'name', name: first! })];
  });
}
