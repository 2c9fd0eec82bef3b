import { groupBy } from '../model/groupBy.ts';
import { perFile } from './code/perFile.ts';
import type { FunctionRef, Program, Reach } from './code/program.ts';
import type { Observer, Visitors } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

interface Stretch {
  start: number;
  end: number;
}

/** When alone a way is taken: `main` where its file is what was started, not imported; `tests` where a test runner runs it. */
type Only = 'main' | 'tests';

/** The ways through an `if`, a conditional expression or a `switch`, or behind what is tried when it fails: of each, where it is and whether it ends the function (or the process). */
export interface Branches {
  whole: Stretch;
  ways: (Stretch & { leaves: boolean; only: Only | null })[];
  /** The condition speaks of the transport, a terminal, a flag of the command line, or of where output goes. */
  aboutOutput: boolean;
  /** One of them is gone in any case. */
  isWhole: boolean;
  /** The condition speaks of what was parsed of the command line. */
  aboutOptions: boolean;
}

const exits = /^(?:await\s+)?(?:(?:process|Deno|Bun)\.exit|sys\.exit|os\._exit|exit|quit)\(/;
const output = /transport|stdio|\bis_?mcp|mcp_?mode|http|\bsse\b|isatty|isTTY|--|\bargv\b|port\b|outputs?\b|console|stdout|silent|quiet|interactive|\bcli\b/i;

const options = /\b(?:cli|cmd|parsed)?_?(?:options|opts|args|flags)(?:\(\))?(?:\.|\[['"])\w/i;

const handlers = /^(?:catch_clause|except_clause)$/;

const isMain = /^\(?\s*(?:__name__\s*==\s*['"]__main__['"]|require\.main\s*={2,3}\s*module|import\.meta\.main)/;
const runner = String.raw`(?:\w+\.)*(?:environ\.get\(\s*['"]|getenv\(\s*['"]|env\[['"])?(?:JEST_WORKER_ID|VITEST|PYTEST_CURRENT_TEST|is(?:Jest|Vitest|Pytest|_?(?:under_?)?tests?(?:ing)?(?:_?mode)?))(?:['"]\s*[)\]])?`;
const environment = String.raw`[\w.]*NODE_ENV(?:['"]\s*[)\]])?\s*`;
const isTest = new RegExp(String.raw`^\(?\s*(?:!!\s*)?(?:${runner}(?:\s*(?:!==?\s*(?:undefined|null)|is\s+not\s+None))?|${environment}={2,3}\s*['"]test['"])\s*\)?$`, 'i');
const isNoTest = new RegExp(String.raw`^\(?\s*(?:(?:!|not\s+)\s*${runner}|${runner}\s*(?:={2,3}\s*(?:undefined|null)|is\s+None)|${environment}!==?\s*['"]test['"])\s*\)?$`, 'i');

const ofIf: Visitors[string] = (node, context) => {
  const condition = node.childForFieldName('condition')?.text ?? '';
  const ways = [node.childForFieldName('consequence'), ...node.childrenForFieldName('alternative')].filter((n) => n !== null);
  context.fact(node, branches(node, ways, condition));
};
const ofSwitch: Visitors[string] = (node, context) => {
  const body = node.childForFieldName('body') ?? node;
  const cases = body.namedChildren.filter((n) => /^(switch_case|switch_default|case_clause)$/.test(n.type));
  context.fact(node, branches(node, cases, node.childForFieldName('value')?.text ?? node.childForFieldName('subject')?.text ?? ''));
};

/** A conditional expression, where it chooses where output goes: `isHttp ? startHttp() : startStdio()`. */
const ofConditional: Visitors[string] = (node, context) => {
  const parts = node.namedChildren.filter((n) => n.type !== 'comment');
  const condition = node.childForFieldName('condition') ?? parts[1];
  if (condition && output.test(condition.text)) context.fact(node, branches(node, parts.filter((n) => n.id !== condition.id), condition.text));
};

/** What is tried is no way of its own: a failure may come behind all of it. */
const ofTry: Visitors[string] = (node, context) => context.fact(node, branches(node, parts(node, handlers), ''));

/** Which statements exclude each other. */
export const branchObserver: Observer = {
  id: 'branches',
  typescript: { if_statement: ofIf, ternary_expression: ofConditional, switch_statement: ofSwitch, try_statement: ofTry },
  python: { if_statement: ofIf, conditional_expression: ofConditional, match_statement: ofSwitch, try_statement: ofTry },
};

function branches(node: SyntaxNode, ways: readonly SyntaxNode[], condition: string): Branches {
  return {
    whole: { start: node.startIndex, end: node.endIndex },
    ways: ways.map((n, i) => ({ start: n.startIndex, end: n.endIndex, leaves: leaves(n), only: onlyFor(condition, i === 0) })),
    aboutOutput: output.test(condition),
    isWhole: ways.at(-1)?.type === 'else_clause' || ways.some((n) => n.type === 'switch_default'),
    aboutOptions: options.test(condition),
  };
}

function onlyFor(condition: string, isFirst: boolean): Only | null {
  if (isFirst && isMain.test(condition)) return 'main';
  return (isFirst ? isTest : isNoTest).test(condition) ? 'tests' : null;
}

/** Whether the last thing that a way does is to leave. */
function leaves(way: SyntaxNode): boolean {
  const last = way.namedChildren.findLast((n) => n.type !== 'comment' && n.type !== 'break_statement');
  switch (last?.type) {
    case 'return_statement':
    case 'throw_statement':
    case 'raise_statement':
      return true;
    case 'statement_block':
    case 'block':
    case 'with_statement':
    case 'else_clause':
    case 'finally_clause':
      return leaves(last);
    case 'try_statement':
      return parts(last, /^(?:statement_block|block)$/).every(leaves) && parts(last, handlers).every(leaves);
    case 'if_statement': {
      const ways = [last.childForFieldName('consequence'), ...last.childrenForFieldName('alternative')];
      return ways.length > 1 && ways.every((w) => w !== null && leaves(w));
    }
    case 'expression_statement':
      return exits.test(last.text);
    default:
      // `if (help) return;` has no block
      return way.type === 'return_statement' || way.type === 'throw_statement';
  }
}

const parts = (node: SyntaxNode, type: RegExp) => node.namedChildren.filter((n) => type.test(n.type));

const byFunction = perFile((program, file) => {
  const own = groupBy(program.factsOf(file, branchObserver.id), (fact) => fact.function);
  const { functions } = program.files.get(file)!;
  const found = new Map<number, readonly Branches[]>();
  return function around(fn: number): readonly Branches[] {
    let known = found.get(fn);
    if (!known) {
      const { parent } = functions[fn]!;
      found.set(fn, (known = [...(own.get(fn)?.map(({ data }) => data as Branches) ?? []), ...(parent === null ? [] : around(parent))]));
    }
    return known;
  };
});

/** Those of a function and of the ones around it: what stands in the function stands in no other. */
export const branchesAround = (program: Program, { file, index }: FunctionRef): readonly Branches[] => byFunction(program, file)(index);

/** Whether it happens only where somebody chose where output goes, or in tests. */
export const isChosen = (branches: readonly Branches[], offset: number) => branches.some(({ aboutOutput, ways }) => ways.some((w) => (aboutOutput || w.only === 'tests') && holds(w, offset)));

/** Whether a way stands in a branch somewhere; the part of a dispatching function that is the tool's own is none. */
export function isOnCondition(program: Program, { path, handlers: [handler] }: Reach, culprit: number): boolean {
  const own = handler?.branch;
  return path.some(({ function: fn, call }, i) => {
    const offset = call ? program.callOf(call).span.start : culprit;
    return branchesAround(program, fn).some(({ ways }) => ways.some((w) => holds(w, offset) && !(i === 0 && own && w.start <= own.start && own.end <= w.end)));
  });
}

/** How many branches a way stands in of which none need be gone, those of the handler's own function left out: of an `if` with an `else` one always is. */
export const branchesOn = (program: Program, { path }: Pick<Reach, 'path'>, culprit: number): number =>
  path.slice(1).reduce((sum, { function: fn, call }) => sum + branchesAround(program, fn).filter(({ ways, isWhole }) => !isWhole && ways.some((w) => holds(w, call ? program.callOf(call).span.start : culprit))).length, 0);

/** While a server starts: whether it happens only where somebody asked for something else than a server, which is done and over. */
export const isOtherMode = (branches: readonly Branches[], offset: number) => branches.some(({ aboutOptions, ways }) => aboutOptions && ways.some((w) => w.leaves && holds(w, offset)));

/** Whether it happens only where the file itself was started: never in what a server imports. */
export const isOfMain = (branches: readonly Branches[], offset: number) => branches.some(({ ways }) => ways.some((w) => w.only === 'main' && holds(w, offset)));

const holds = ({ start, end }: Stretch, offset: number) => start <= offset && offset < end;

/** Whether what stands at `offset` can happen in a run that also gets to one of `others`, as far as branches tell. */
export function together(branches: readonly Branches[], offset: number, others: readonly number[]): boolean {
  return others.some((other) => branches.every((b) => !excludes(b, offset, other)));
}

function excludes({ whole, ways }: Branches, offset: number, other: number): boolean {
  const mine = ways.find((w) => holds(w, offset));
  const its = ways.find((w) => holds(w, other));
  if (mine && its) return mine !== its;
  // one of the two is in a branch that leaves before the other, behind it, can be reached
  if (mine?.leaves && other >= whole.end) return true;
  return its?.leaves === true && offset >= whole.end;
}
