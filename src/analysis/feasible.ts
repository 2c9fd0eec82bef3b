import { maySpread } from './code/lists.ts';
import type { CallRef, FunctionRef, Hop, Program, Reach } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import type { Visitors, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { ioOwn, keyOf, type Kinds } from './ioBelow.ts';
import { bindingOf, type Place } from './trace.ts';

/**
 * Notes branches that are taken only if a parameter is given (`isUrl ? load(path) : …`, `if (options.remote) …`), or if
 * something is a URL by its form. A rule that asks whether a way can be gone has these among its visitors. What a constant
 * argument leaves out by itself no rule sees (`code/flags.ts`); this is about parts of an argument that are not handed over,
 * and what a text on a long way is likely to be, which a rule may suppose and reachability may not.
 */
export const branchVisitors: Visitors = { if_statement: note, ternary_expression: note };

interface Branch {
  /** What the condition is, or begins with. */
  given: Expr;
  /** It asks whether a text is a URL. */
  asksForUrl: boolean;
}

function note(node: SyntaxNode, context: VisitContext): void {
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  if (!condition || !body) return;
  let asked: SyntaxNode | null = condition;
  while (asked && (asked.type === 'parenthesized_expression' || (asked.type === 'binary_expression' && asked.operator === '&&'))) asked = asked.type === 'parenthesized_expression' ? asked.firstNamedChild : asked.childForFieldName('left');
  if (!asked) return;
  const asksForUrl = /^(?:[\w.]+\.)?is(?:Remote|Http|Web)?U[rR][lLiI]\(|\.startsWith\(\s*['"`]https?:/.test(asked.text);
  if (asked.type === 'identifier' || asked.type === 'member_expression' || asksForUrl) context.fact(body, { branch: { given: context.expr(asked), asksForUrl } satisfies Branch });
}

/** A text that has come further than this was looked at by somebody before: what it is is known there. */
const farHops = 3;

/** Whether a path can be gone: false where a call on it stands in a branch for something that the call before leaves out. */
export function isFeasible(program: Program, rule: string, { path }: Pick<Reach, 'path'>, at: { file: string; start: number }): boolean {
  const branches = program.facts(rule).flatMap(({ file, fact }) => (typeof fact.data === 'object' && fact.data !== null && 'branch' in fact.data ? [{ file, span: fact.span, ...(fact.data.branch as Branch) }] : []));
  return path.every(({ function: fn, call }, i) => {
    const before = i === 0 ? null : path[i - 1]!.call;
    const offset = call ? program.callOf(call).span.start : at.start;
    if (!before) return true;
    const own = program.functionOf(fn).span;
    return branches.every(({ file, span, given, asksForUrl }) => {
      if (file !== fn.file || span.start < own.start || offset < span.start || span.end <= offset) return true;
      if (asksForUrl) return i < farHops;
      const parameter = parameterOf(program, given, { file, function: fn.index, offset: span.start });
      if (parameter === null || parameter.function !== fn.index) return true;
      const { args, keywords } = program.callOf(before);
      const isCalled = program.target(before).functions.some((f) => f.file === fn.file && f.index === fn.index);
      if (!isCalled || keywords.length > 0 || args.some(maySpread)) return true;
      const arg = args[parameter.index];
      return arg === undefined ? parameter.hasDefault : !(arg.kind === 'literal' && !arg.value);
    });
  });
}

/** The kinds of I/O that functions get to, each by its shortest way, without ways that cannot be gone and calls that are left out. */
export function feasibleIo(program: Program, rule: string, starts: readonly FunctionRef[], isLeftOut: (call: CallRef) => boolean): Kinds {
  const kinds = new Set<NonNullable<ReturnType<typeof ioOwn>>>();
  const seen = new Set(starts.map(keyOf));
  const open: Hop[][] = starts.map((start) => [{ function: start, call: null }]);
  for (const path of open) {
    const { function: fn } = path.at(-1)!;
    for (const index of program.functionOf(fn).calls) {
      const ref = { file: fn.file, index };
      if (isLeftOut(ref) || !isFeasible(program, rule, { path }, { file: fn.file, start: program.callOf(ref).span.start })) continue;
      const own = ioOwn(program, ref);
      if (own !== null) kinds.add(own);
      const { functions, callbacks } = program.called(ref);
      for (const next of [...functions, ...callbacks]) {
        if (seen.has(keyOf(next))) continue;
        seen.add(keyOf(next));
        open.push([...path.slice(0, -1), { function: fn, call: ref }, { function: next, call: null }]);
      }
    }
  }
  return kinds;
}

/** The parameter that a value is, or is a part of: `const { isUrl } = options ?? {}`. */
function parameterOf(program: Program, expr: Expr, at: Place, depth = 0): { function: number; index: number; hasDefault: boolean } | null {
  if (depth > 6) return null;
  const of = (one: Expr) => parameterOf(program, one, at, depth + 1);
  if (expr.kind === 'member') return of(expr.object);
  if (expr.kind === 'parameter') return { function: expr.function, index: expr.index, hasDefault: false };
  if (expr.kind === 'either') {
    // an empty object as a fallback has nothing
    const [first, second, ...others] = expr.of;
    return first && others.length === 0 && (!second || (second.kind === 'object' && second.properties.length + second.spread.length === 0)) ? of(first) : null;
  }
  if (expr.kind !== 'name') return null;
  const binding = bindingOf(program, expr.name, at);
  if (!binding || binding.reassigned) return null;
  const values = binding.values.filter((v) => v.kind !== 'parameter');
  if (binding.kind === 'parameter') return { function: binding.scope, index: binding.index, hasDefault: values.some((v) => v.kind !== 'literal' || Boolean(v.value)) };
  return binding.kind === 'variable' && values.length === 1 ? of(values[0]!) : null;
}
