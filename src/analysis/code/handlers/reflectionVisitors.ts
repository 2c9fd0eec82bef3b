import type { Expr } from '../summary.ts';
import type { Observer, VisitContext } from '../syntax.ts';
import type { SyntaxNode } from '../syntaxNode.ts';

/** The id of the facts that `reflections` notes. */
export const reflectionFacts = 'reflections';

/** A loop over what an object has, `for name in dir(api)`; the fact's span is what the loop goes over. */
export interface Reflection {
  /** What is asked by `if` in it, `and`, `or` and `not` taken apart; comparisons as `binary`. */
  asked: readonly Expr[];
}

/** Loops of Python over what an object has. */
export const reflections: Observer = {
  id: reflectionFacts,
  python: {
    for_statement(node, context) {
      const over = node.childForFieldName('right');
      const body = node.childForFieldName('body');
      if (over?.type !== 'call' || !body || !/^(?:dir|(?:inspect\.)?getmembers)$/.test(over.childForFieldName('function')?.text ?? '')) return;
      context.fact(over, { asked: askedIn(body, context) } satisfies Reflection);
    },
  },
};

/** The id of the facts that `attributes` notes: `fn._is_tool = True`. */
export const attributeFacts = 'attributes';

/** The name of an attribute that something else than `self` is given. */
export interface Attribute {
  name: string;
}

/** What is put on functions and other objects of Python. */
export const attributes: Observer = {
  id: attributeFacts,
  python: {
    assignment(node, context) {
      const left = node.childForFieldName('left');
      const [object, name] = [left?.childForFieldName('object'), left?.childForFieldName('attribute')];
      if (left?.type === 'attribute' && object?.type === 'identifier' && name && !/^(?:self|cls)$/.test(object.text)) context.fact(node, { name: name.text } satisfies Attribute);
    },
  },
};

function askedIn(node: SyntaxNode, context: VisitContext): Expr[] {
  return node.namedChildren.flatMap((part) => {
    if (part.type === 'function_definition' || part.type === 'class_definition' || part.type === 'lambda') return [];
    const condition = part.type === 'if_statement' || part.type === 'elif_clause' ? part.childForFieldName('condition') : null;
    return [...(condition ? atoms(condition, context) : []), ...askedIn(part, context)];
  });
}

/** The questions that a condition is made of. */
function atoms(node: SyntaxNode, context: VisitContext): Expr[] {
  if (node.type === 'parenthesized_expression' || node.type === 'not_operator' || node.type === 'boolean_operator') return node.namedChildren.flatMap((part) => atoms(part, context));
  if (node.type !== 'comparison_operator' || node.namedChildCount !== 2) return [context.expr(node)];
  return [{ kind: 'binary', operator: node.operator, left: context.expr(node.namedChild(0)!), right: context.expr(node.namedChild(1)!) }];
}
