import type { Expr, Span } from './summary.ts';
import type { VisitContext, Visitors } from './syntax.ts';
import type { SyntaxNode } from './syntaxNode.ts';

/** The id of the facts that these visitors note. */
export const flagFacts = 'flags';

/** What a condition, or a value that is made of conditions, says; null for a part that cannot be told. */
export type Term =
  | Expr
  | { kind: 'not'; of: Term }
  /** `a && b`, `a || b`, `a ?? b`. */
  | { kind: 'all' | 'any' | 'else'; left: Term | null; right: Term | null }
  | { kind: 'same'; loosely: boolean; left: Term; right: Term }
  | { kind: 'choice'; condition: Term; then: Term | null; other: Term | null };

export const isExpr = (term: Term): term is Expr => !/^(?:not|all|any|else|same|choice)$/.test(term.kind);

export type FlagFact =
  /** The fact's stretch runs only where the term is true, or false. */
  | { term: Term; is: boolean }
  /** A value of which the summary has no expression, or less than it says; `of` is where it stands (`argumentKey` and its like). */
  | { term: Term; of: string }
  /** `root.name = …`; `*` for a computed name. */
  | { root: string; name: string };

/** Where a value stands: as an argument of a call, in an object, or as what a name is. Offsets tell them apart. */
export const argumentKey = (callEnd: number, which: number | string) => `call ${callEnd} ${which}`;
export const propertyKey = (objectEnd: number, name: string) => `object ${objectEnd} ${name}`;
/** What a function gives that only gives something. */
export const resultKey = (functionEnd: number) => `result ${functionEnd}`;
export const nameKey = (start: number) => `name ${start}`;

/** Stretches that run only where a condition holds: the ways of an `if` or `?:`, the cases of a `switch`, what stands behind one that leaves, the right side of `&&`; never, behind a `try` or `if` of which all ways leave. And what is made of conditions. */
export const flagVisitors: { typescript: Visitors; python: Visitors } = {
  typescript: { if_statement: note, switch_statement: noteSwitch, try_statement: noteNever, ternary_expression: noteChoice, binary_expression: noteSides, unary_expression: noteValue, assignment_expression: noteSet, spread_element: noteSpread },
  python: { if_statement: note, try_statement: noteNever, elif_clause: note, conditional_expression: noteChoice, boolean_operator: noteSides, comparison_operator: noteValue, not_operator: noteValue, assignment: noteSet, dictionary_splat: noteSpread },
};

function note(node: SyntaxNode, context: VisitContext): void {
  if (node.type === 'if_statement') noteNever(node, context);
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  if (!condition || !body) return;
  const term = termOf(condition, context);
  if (isFalse(term)) noteWhere(always, false, body, context);
  if (!term || !asks(term)) return;
  const chain = node.type === 'elif_clause' ? node.parent! : node;
  const others = chain.childrenForFieldName('alternative').filter((n) => n.startIndex >= body.endIndex);
  noteWhere(term, true, body, context);
  for (const other of others) noteWhere(term, false, other, context);
  const block = chain.parent;
  if (chain.id === node.id && block && leaves(body)) noteWhere(term, false, { ...context.span(block), start: node.endIndex }, context);
}

/** `case 'debug': …` of `switch (level)`, with the empty ones before it; not where the one before goes on into it. */
function noteSwitch(node: SyntaxNode, context: VisitContext): void {
  const value = node.childForFieldName('value');
  const left = value && tellingTerm(value, context);
  if (!left) return;
  let labels: (Term | null)[] = [];
  for (const part of node.childForFieldName('body')?.namedChildren ?? []) {
    if (part.type === 'comment') continue;
    const label = part.type === 'switch_case' ? part.childForFieldName('value') : null;
    labels.push(label && termOf(label, context));
    const last = part.childrenForFieldName('body').findLast((n) => n.type !== 'comment');
    if (!last) continue;
    const same = labels.map((right): Term | null => right && { kind: 'same', loosely: false, left, right });
    if (same.every((one) => one !== null)) noteWhere(same.reduce((one, other) => ({ kind: 'any', left: one, right: other })), true, part, context);
    // what goes on into the next one belongs to that, too
    if (endsWay(last)) labels = [];
  }
}

/** What stands behind a statement of which all ways leave. */
function noteNever(node: SyntaxNode, context: VisitContext): void {
  const block = node.parent;
  if (block && /^(?:block|statement_block)$/.test(block.type) && isFollowed(node) && endsWay(node)) noteWhere(always, false, { ...context.span(block), start: node.endIndex }, context);
}

const isFollowed = (node: SyntaxNode) => node.parent!.namedChildren.some((n) => n.startIndex >= node.endIndex && n.type !== 'comment');

function endsWay(node: SyntaxNode | null | undefined): boolean {
  switch (node?.type) {
    case 'return_statement':
    case 'throw_statement':
    case 'raise_statement':
    case 'continue_statement':
    case 'break_statement':
      return true;
    case 'block':
    case 'statement_block':
      return endsWay(node.namedChildren.findLast((n) => n.type !== 'comment'));
    case 'else_clause':
    case 'elif_clause':
    case 'catch_clause':
    case 'except_clause':
    case 'finally_clause':
      return endsWay(node.childForFieldName('consequence') ?? node.childForFieldName('body') ?? node.namedChildren.findLast((n) => n.type !== 'comment'));
    case 'if_statement': {
      const others = node.childrenForFieldName('alternative');
      return others.at(-1)?.type === 'else_clause' && [node.childForFieldName('consequence'), ...others].every(endsWay);
    }
    case 'try_statement': {
      const parts = node.namedChildren.filter((n) => /^(?:catch|except|except_group|else|finally)_clause$/.test(n.type));
      const of = (type: RegExp) => parts.filter((n) => type.test(n.type));
      const isDone = endsWay(node.childForFieldName('body')) || of(/^else/).some(endsWay);
      return of(/^finally/).some(endsWay) || (isDone && of(/^(?:catch|except)/).every(endsWay));
    }
    default:
      return false;
  }
}

/** `c ? a : b`, `a if c else b`. */
function noteChoice(node: SyntaxNode, context: VisitContext): void {
  noteValue(node, context);
  const { condition, then, other } = choiceOf(node);
  const term = condition && tellingTerm(condition, context);
  if (!term || !then || !other) return;
  noteWhere(term, true, then, context);
  noteWhere(term, false, other, context);
}

/** `verbose && print()`, `quiet || print()`. */
function noteSides(node: SyntaxNode, context: VisitContext): void {
  noteValue(node, context);
  const operator = node.operator;
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right || !/^(?:&&|\|\||and|or)$/.test(operator) || !/\(/.test(right.text)) return;
  const term = tellingTerm(left, context);
  if (term) noteWhere(term, operator === '&&' || operator === 'and', right, context);
}

function noteWhere(term: Term, is: boolean, place: SyntaxNode | Span, context: VisitContext): void {
  context.fact(place, { term, is } satisfies FlagFact);
}

function noteValue(node: SyntaxNode, context: VisitContext): void {
  const of = placeOf(node);
  const term = of === null ? null : tellingTerm(node, context);
  // of `a && b` the summary has `b`: what cannot be told must hide that
  if (of !== null && (term || /^(?:&&|\|\||\?\?|and|or)$/.test(node.operator))) context.fact(node, { term: term ?? unknown, of } satisfies FlagFact);
}

/** True wherever it is asked. */
const always: Term = { kind: 'literal', value: true };
const unknown: Term = { kind: 'other' };

function noteSet(node: SyntaxNode, context: VisitContext): void {
  const left = node.childForFieldName('left');
  const root = left?.childForFieldName('object');
  // what a method of Python sets on its own object no constant says
  if (!left || root?.type !== 'identifier' || (left.type === 'attribute' && root.text === 'self')) return;
  const property = left.childForFieldName(left.type === 'attribute' ? 'attribute' : 'property');
  const name = /^(?:member_expression|attribute)$/.test(left.type) ? (property?.text ?? '*') : '*';
  context.fact(node, { root: root.text, name } satisfies FlagFact);
}

/** `{ a: 1, ...options }`: what stands before a spread may be another thing behind it. */
function noteSpread(node: SyntaxNode, context: VisitContext): void {
  const object = node.parent;
  const before = object?.namedChildren.filter((n) => n.type !== 'comment' && n.startIndex < node.startIndex) ?? [];
  if (object && /^(?:object|dictionary)$/.test(object.type) && before.some((n) => n.type !== node.type)) context.fact(node, { term: unknown, of: propertyKey(object.endIndex, '...') } satisfies FlagFact);
}

/** Null where nothing is looked at. */
function placeOf(node: SyntaxNode): string | null {
  let at = node;
  let parent = node.parent;
  while (parent && /^(?:parenthesized|as|satisfies|non_null)_expression$/.test(parent.type)) [at, parent] = [parent, parent.parent];
  switch (parent?.type) {
    case 'arguments':
    case 'argument_list': {
      const call = parent.parent;
      const index = parent.namedChildren.filter((n) => n.type !== 'comment').findIndex((n) => n.id === at.id);
      return call && argumentKey(call.endIndex, index);
    }
    case 'keyword_argument':
      return parent.parent?.parent ? argumentKey(parent.parent.parent.endIndex, parent.childForFieldName('name')?.text ?? '') : null;
    case 'pair':
      return parent.parent && propertyKey(parent.parent.endIndex, (parent.childForFieldName('key')?.text ?? '').replace(/^['"]|['"]$/g, ''));
    case 'arrow_function':
      return resultKey(parent.endIndex);
    case 'return_statement': {
      const block = parent.parent;
      return block?.parent && block.namedChildCount === 1 && /function/.test(block.parent.type) ? resultKey(block.parent.endIndex) : null;
    }
    case 'variable_declarator':
      return nameKey(parent.childForFieldName('name')?.startIndex ?? -1);
    case 'assignment':
      return nameKey(parent.childForFieldName('left')?.startIndex ?? -1);
    default:
      return null;
  }
}

function leaves(body: SyntaxNode): boolean {
  const last = body.type === 'statement_block' || body.type === 'block' ? body.namedChildren.findLast((n) => n.type !== 'comment') : body;
  return /^(?:return|throw|raise|continue)_statement$/.test(last?.type ?? '');
}

/** `false`, `ready && false`. */
const isFalse = (term: Term | null): boolean => term !== null && (term.kind === 'literal' ? !term.value : term.kind === 'all' && (isFalse(term.left) || isFalse(term.right)));

/** Null where no name is asked. */
function tellingTerm(node: SyntaxNode, context: VisitContext): Term | null {
  const term = termOf(node, context);
  return term && asks(term) ? term : null;
}

function asks(term: Term | null): boolean {
  if (!term) return false;
  switch (term.kind) {
    case 'not':
      return asks(term.of);
    case 'choice':
      return asks(term.condition);
    case 'all':
    case 'any':
    case 'else':
    case 'same':
      return asks(term.left) || asks(term.right);
    case 'name':
      return term.name !== 'undefined';
    default:
      return term.kind === 'member' || term.kind === 'call';
  }
}

function termOf(node: SyntaxNode, context: VisitContext): Term | null {
  switch (node.type) {
    case 'parenthesized_expression': {
      const inner = node.firstNamedChild;
      return inner && termOf(inner, context);
    }
    case 'not_operator':
    case 'unary_expression': {
      const inner = node.childForFieldName('argument');
      const of = inner && (node.type === 'not_operator' || node.operator === '!') ? termOf(inner, context) : null;
      return of && { kind: 'not', of };
    }
    case 'boolean_operator':
    case 'binary_expression': {
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      return left && right ? joined(left, right, node.operator, context) : null;
    }
    case 'comparison_operator': {
      const [left, right] = [node.namedChild(0), node.namedChild(1)];
      if (!left || !right || node.namedChildCount !== 2) return null;
      return joined(left, right, context.source.text.slice(left.endIndex, right.startIndex).trim().replace(/\s+/g, ' '), context);
    }
    case 'conditional_expression':
    case 'ternary_expression': {
      const { condition, then, other } = choiceOf(node);
      const asked = condition && termOf(condition, context);
      return asked && then && other ? { kind: 'choice', condition: asked, then: termOf(then, context), other: termOf(other, context) } : null;
    }
    default: {
      const expr = context.expr(node);
      return isTold(expr) || (expr.kind === 'call' && sameText.test(node.text)) ? expr : null;
    }
  }
}

/** Methods of a text, without arguments, and what they make of it. */
export const textMethods: Readonly<Record<string, (text: string) => string>> = { upper: (t) => t.toUpperCase(), toUpperCase: (t) => t.toUpperCase(), lower: (t) => t.toLowerCase(), toLowerCase: (t) => t.toLowerCase(), casefold: (t) => t.toLowerCase(), strip: (t) => t.trim(), trim: (t) => t.trim() };
const sameText = new RegExp(`^[A-Za-z_$][\\w$]*\\.(?:${Object.keys(textMethods).join('|')})\\(\\)$`);

const comparison = /^(?:([=!])=(=?)|is( not)?)$/;

function joined(left: SyntaxNode, right: SyntaxNode, operator: string, context: VisitContext): Term | null {
  const kind = connectives[operator];
  const compared = comparison.exec(operator);
  if (!kind && !compared) return null;
  const [first, second] = [termOf(left, context), termOf(right, context)];
  if (kind) return first || second ? { kind, left: first, right: second } : null;
  if (!first || !second) return null;
  const same: Term = { kind: 'same', loosely: compared![1] !== undefined && compared![2] === '', left: first, right: second };
  return compared![1] === '!' || compared![3] ? { kind: 'not', of: same } : same;
}

const connectives: Partial<Record<string, 'all' | 'any' | 'else'>> = { '&&': 'all', and: 'all', '||': 'any', or: 'any', '??': 'else' };

function choiceOf(node: SyntaxNode) {
  const [first, second, third] = node.namedChildren.filter((n) => n.type !== 'comment');
  return node.type === 'conditional_expression' ? { condition: second, then: first, other: third } : { condition: first, then: second, other: third };
}

function isTold(expr: Expr): boolean {
  switch (expr.kind) {
    case 'member':
      return isTold(expr.object);
    case 'name':
    case 'literal':
    case 'object':
    case 'array':
    case 'function':
    case 'class':
      return true;
    default:
      return false;
  }
}
