import type { CallRef, FunctionRef } from './program.ts';
import type { Binding, Call, Expr, FileSummary, FunctionSummary, Span } from './summary.ts';
import type { VisitContext, Visitors } from './syntax.ts';
import type { SyntaxNode } from './syntaxNode.ts';

/** The id of the facts that these visitors note. */
export const flagFacts = 'flags';

/** What a condition asks of one name. */
interface Test {
  name: string;
  asks: 'truthy' | 'null' | { equals: Constant };
  /** The answer without which the stretch does not run. */
  is: boolean;
}

/** One of these holds. */
type AnyOf = Test[];
type Constant = string | number | boolean | null;

/** Stretches that run only where tests of a name hold: the ways of an `if` or `?:`, and what stands behind one that leaves. */
export const flagVisitors: { typescript: Visitors; python: Visitors } = {
  typescript: { if_statement: note, ternary_expression: noteChoice },
  python: { if_statement: note, elif_clause: note, conditional_expression: noteChoice },
};

function note(node: SyntaxNode, context: VisitContext): void {
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  if (!condition || !body) return;
  const chain = node.type === 'elif_clause' ? node.parent! : node;
  const others = chain.childrenForFieldName('alternative').filter((n) => n.startIndex >= node.endIndex);
  noteWhere(testsOf(condition, true, context), body, context);
  const failing = testsOf(condition, false, context);
  for (const other of others) noteWhere(failing, other, context);
  const block = chain.parent;
  if (chain.id === node.id && others.length === 0 && block && leaves(body)) noteWhere(failing, { ...context.span(block), start: node.endIndex }, context);
}

/** `c ? a : b`, `a if c else b`. */
function noteChoice(node: SyntaxNode, context: VisitContext): void {
  const [first, second, third] = node.namedChildren.filter((n) => n.type !== 'comment');
  if (!first || !second || !third) return;
  const [condition, body, other] = node.type === 'conditional_expression' ? [second, first, third] : [first, second, third];
  noteWhere(testsOf(condition, true, context), body, context);
  noteWhere(testsOf(condition, false, context), other, context);
}

function noteWhere(tests: AnyOf[], place: SyntaxNode | Span, context: VisitContext): void {
  if (tests.length > 0) context.fact(place, tests);
}

function leaves(body: SyntaxNode): boolean {
  const last = body.type === 'statement_block' || body.type === 'block' ? body.namedChildren.findLast((n) => n.type !== 'comment') : body;
  return /^(?:return|throw|raise|continue)_statement$/.test(last?.type ?? '');
}

/** What surely holds where a condition is true, or false. */
function testsOf(node: SyntaxNode, is: boolean, context: VisitContext): AnyOf[] {
  const sides = (together: boolean): AnyOf[] => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')].map((n) => (n ? testsOf(n, is, context) : []));
    return together ? [...left!, ...right!] : left!.flatMap((l) => right!.map((r) => [...l, ...r]));
  };
  switch (node.type) {
    case 'parenthesized_expression': {
      const inner = node.namedChild(0);
      return inner ? testsOf(inner, is, context) : [];
    }
    case 'not_operator':
    case 'unary_expression': {
      const inner = node.childForFieldName('argument');
      return inner && /^(?:not\b|!)/.test(textOf(node, context)) ? testsOf(inner, !is, context) : [];
    }
    case 'boolean_operator':
      return sides(node.operator === (is ? 'and' : 'or'));
    case 'binary_expression': {
      const operator = node.operator;
      if (operator === '&&' || operator === '||') return sides(operator === (is ? '&&' : '||'));
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      return left && right ? compared(left, right, operator, is, context) : [];
    }
    case 'comparison_operator': {
      const [left, right] = [node.namedChild(0), node.namedChild(1)];
      if (!left || !right || node.namedChildCount !== 2) return [];
      return compared(left, right, context.source.text.slice(left.endIndex, right.startIndex).trim().replace(/\s+/g, ' '), is, context);
    }
    case 'identifier':
      return [[{ name: textOf(node, context), asks: 'truthy', is }]];
    default:
      return [];
  }
}

function compared(left: SyntaxNode, right: SyntaxNode, operator: string, is: boolean, context: VisitContext): AnyOf[] {
  const [, negated] = /^(?:===?|(!==?)|is|(is not))$/.exec(operator) ?? [null, undefined];
  if (left.type !== 'identifier' || !/^(?:[!=]==?|is(?: not)?)$/.test(operator)) return [];
  const value = constantOf(context.expr(right));
  if (value === undefined) return [];
  const holds = negated === undefined && operator !== 'is not' ? is : !is;
  return [[{ name: textOf(left, context), asks: value === null ? 'null' : { equals: value }, is: holds }]];
}

const textOf = (node: SyntaxNode, { source }: VisitContext) => source.text.slice(node.startIndex, node.endIndex);

const constantOf = (expr: Expr): Constant | undefined => (expr.kind === 'literal' ? expr.value : expr.kind === 'name' && expr.name === 'undefined' ? null : undefined);

/** A stretch of a function that depends on what one of its parameters is. */
interface Guarded {
  span: Span;
  /** Each of these must hold. */
  tests: { parameter: number; test: Test }[][];
}

/** What a function does not do for one call of it, for the constants that the call hands over or leaves at their defaults. */
export type Unreached = (fn: FunctionRef, call: CallRef) => readonly Span[];

export function createUnreached(files: ReadonlyMap<string, FileSummary>): Unreached {
  const byFile = new Map<string, Map<number, Guarded[]>>();
  const guardsOf = ({ file, index }: FunctionRef) => {
    let guards = byFile.get(file);
    if (!guards) byFile.set(file, (guards = guardedIn(files.get(file)!)));
    return guards.get(index);
  };
  return (fn, ref) => {
    const guards = guardsOf(fn);
    if (!guards) return none;
    const summary = files.get(fn.file)!;
    const call = files.get(ref.file)!.calls[ref.index]!;
    return guards.filter(({ tests }) => tests.some((anyOf) => anyOf.every(({ parameter, test }) => fails(test, handedTo(summary, fn.index, parameter, call))))).map((g) => g.span);
  };
}

const none: readonly Span[] = [];

function guardedIn(summary: FileSummary): Map<number, Guarded[]> {
  const found = new Map<number, Guarded[]>();
  for (const { rule, function: fn, span, data } of summary.facts) {
    if (rule !== flagFacts || !takesAsHanded(summary.functions[fn]!)) continue;
    const tests = (data as AnyOf[]).flatMap((anyOf) => {
      const ofParameters = anyOf.flatMap((test) => {
        const named = summary.bindings.filter((b) => b.scope === fn && b.name === test.name);
        const [binding] = named;
        return named.length === 1 && isAsHanded(summary, binding!) ? [{ parameter: binding!.index, test }] : [];
      });
      return ofParameters.length === anyOf.length ? [ofParameters] : [];
    });
    if (tests.length === 0) continue;
    const ofFunction = found.get(fn);
    if (ofFunction) ofFunction.push({ span, tests });
    else found.set(fn, [{ span, tests }]);
  }
  return found;
}

/** A parameter to which nothing else is assigned than its default. */
function isAsHanded({ functions }: FileSummary, { kind, index, scope, values, reassigned }: Binding): boolean {
  return kind === 'parameter' && index >= 0 && !reassigned && values.filter((v) => v.kind !== 'parameter').length <= (functions[scope]!.parameters[index]!.optional ? 1 : 0);
}

/** A decorator may hand over something else: a session, the options of a command line. */
const takesAsHanded = ({ decorators }: FunctionSummary) => decorators.every((d) => d.kind === 'name' && /^(?:static|class)method$/.test(d.name));

/** The constant that a parameter is in a call; undefined where it cannot be told. */
function handedTo(summary: FileSummary, fn: number, index: number, call: Call): Constant | undefined {
  const { parameters, class: owner, static: isStatic, kind } = summary.functions[fn]!;
  const { name } = parameters[index]!;
  const isBound = summary.language === 'python' && owner !== null && !isStatic && (call.callee.kind === 'member' || kind === 'constructor');
  const said = call.keywords.find((k) => k.name === name)?.value ?? call.args[index - (isBound ? 1 : 0)];
  if (said) return constantOf(said);
  // a spread may hold anything
  if (call.args.some((a) => a.kind === 'other') || call.keywords.some((k) => k.name === '**')) return undefined;
  const [left] = summary.bindings.filter((b) => b.scope === fn && b.kind === 'parameter' && b.index === index).map((b) => b.values.filter((v) => v.kind !== 'parameter'));
  if (left?.[0]) return constantOf(left[0]);
  return summary.language !== 'python' && parameters[index]!.optional ? null : undefined;
}

function fails({ asks, is }: Test, value: Constant | undefined): boolean {
  if (value === undefined) return false;
  const answer = asks === 'truthy' ? Boolean(value) : asks === 'null' ? value === null : value === asks.equals;
  return answer !== is;
}
