import type { Program } from './code/program.ts';
import type { Expr, Span } from './code/summary.ts';
import type { Observer, Visitors, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { answersIn, type Answer } from './loopAnswers.ts';
import { carries, exitsIn, leaves, namesIn } from './loopBody.ts';
import { snake } from './snake.ts';

/** A loop as its syntax tells: whether its rounds depend on each other, and what is waited for in it. */
export interface Loop {
  /** `each`: over data; `counted`: `for (i…)` that takes `data[i]`; `comprehension`: Python's. */
  kind: 'each' | 'counted' | 'while' | 'comprehension';
  /** What `each` and a comprehension go through. */
  over: Expr | null;
  variables: string[];
  body: Pick<Span, 'start' | 'end'>;
  /** The loop's head as written. */
  head: string;
  /** Something may end it before its time: `break`, `return`. */
  leaves: boolean;
  /** A round reads what an earlier one left. */
  carried: boolean;
  /** It says that its rounds must come one after the other: pauses, pages, retries, transactions, streams, `yield`. */
  ordered: boolean;
  sleeps: boolean;
  /** It sleeps only after a failure; for longer each time; between pages, or parts of what it goes through (`data.slice(i, i + 10)`). */
  sleepsInCatch: boolean;
  growing: boolean;
  pages: boolean;
  /** An `each` that only counts: `for i in range(10)`. */
  counts: boolean;
  /** Its names and strings, as far as they tell what it is about. */
  words: string;
  /** Blocks that end with leaving it (`return`, `break`, `throw`): what stands there is done on the way out, once. Only of a loop that sleeps. */
  exits: Pick<Span, 'start' | 'end'>[];
  /** Expressions whose values decide whether it goes on. Only of a loop that sleeps. */
  answers: Answer[];
  /** It stands in a `catch` or `except`: done one by one because something that was tried has failed. */
  afterFailure: boolean;
  /** Places of `await`, those of inner functions not among them. */
  awaits: Pick<Span, 'start' | 'end'>[];
}

const pauses = /\b\w*(?:sleep|delay|setTimeout|backoff|pause)\w*\s*\(|(?<!\basyncio\.)\bwait(?:For\w*)?\s*\(|\bwait_for_timeout\(|\bTimer\(/i;
/** `setTimeout(() => controller.abort(), ms)` ends a request, and is no pause. */
const limits = /\bsetTimeout\(\s*\(\)\s*=>\s*\{?\s*[\w.]+\.abort\(/g;
const orders =
  /\b(?:sleep|delay|setTimeout|setImmediate|backoff|back_off|pause|throttle\w*|\w*rate_?limit\w*|limiter\w*|attempts?|retry|retries|max_?retries|cursor|next_?page\w*|page_?token|next_?token|has_?more|start_?after|continuation\w*|savepoint|yield)\b|transaction|\.stdin\b|\.write\(|\.writeln\(|\.writelines\(|appendFile/i;

/** Of a database, not a commit that is a thing: in capitals, called, or the first word of a text. */
const transacts = /\b(?:BEGIN|COMMIT|ROLLBACK)\b|\b(?:[bB]egin|[cC]ommit|[rR]ollback)\w*\(|["'`](?:begin|commit|rollback)\b/;

/** What a loop goes through in order, as its name tells: each may build upon the one before. */
const steps = /(?:^|_)(?:op|operation|step|action|edit|instruction|migration|statement|stmt|command|cmd|hunk|patch|turn|attempt|page)$/;
const grows = /\*=\s*[\w.]|\*\*|Math\.pow|back_?off|exponential|(?:delay|interval|wait|pause)\w*\s*=\s*(?![=\s\d])|\bjitter|\b429\b|\bretry(?:ing|[-_]?after)?\b|max_?retries/i;
const pages = /\bpage\s*(?:\+=\s*1\b|\+\+)|\b(?:cursor|next_?page\w*|page_?token|next_?token|has_?more|continuation\w*|next_?offset\w*|next_?(?:id|key|batch)\b|offset_?id|page_?(?:up|down)|scroll(?:by|to|top|_\w+)?)\b|\.wheel\(/i;

/** A loop's text without its `catch` and `except` clauses: a pause in these is a retry's. */
function withoutCatch(node: SyntaxNode, { source }: VisitContext): string {
  let text = '';
  let from = node.startIndex;
  for (const clause of node.descendantsOfType(['catch_clause', 'except_clause'])) {
    if (clause.startIndex < from) continue;
    text += source.text.slice(from, clause.startIndex);
    from = clause.endIndex;
  }
  return text + source.text.slice(from, node.endIndex);
}

/** A clause of what is looked up, or only there in some versions, is a usual way, not a failure. */
const usual = /^except\s*\(?[^:\n]*\b(?:KeyError|LookupError|IndexError|AttributeError|NameError|ImportError|ModuleNotFoundError|StopIteration|StopAsyncIteration)\b/;

function isAfterFailure(node: SyntaxNode, { source }: VisitContext): boolean {
  for (let at = node.parent; at && !/function|method|lambda/.test(at.type); at = at.parent) {
    if (/^(?:catch|except)_clause$/.test(at.type)) return !usual.test(source.text.slice(at.startIndex, at.startIndex + 200));
  }
  return false;
}

const mayMatter = /\bawait\b|\basync\b|create_task|ensure_future|start_soon|gather|\.push\(|\.append\(|sleep|setTimeout|setImmediate|fetch|requests/;

function note(node: SyntaxNode, context: VisitContext, loop: Pick<Loop, 'kind' | 'over' | 'variables'>, body: SyntaxNode | null): void {
  if (!body) return;
  const text = context.source.text.slice(node.startIndex, node.endIndex);
  if (loop.kind === 'comprehension' ? !text.includes('(') : !mayMatter.test(text)) return;
  const awaits = namesIn(body, /^await(_expression)?$/);
  const head = text.slice(0, Math.max(0, body.startIndex - node.startIndex));
  const over = node.childForFieldName('right')?.text ?? '';
  const fact: Loop = {
    ...loop,
    head,
    body: { start: body.startIndex, end: body.endIndex },
    leaves: leaves(body),
    carried: loop.kind === 'comprehension' ? false : carries(body, loop.kind === 'counted' ? [] : loop.variables, over, awaits),
    ordered: orders.test(text) || transacts.test(text) || loop.variables.some((name) => steps.test(snake(name))),
    sleeps: pauses.test(text),
    sleepsInCatch: pauses.test(text) && !pauses.test(withoutCatch(node, context).replaceAll(limits, '')),
    growing: grows.test(text),
    pages: pages.test(text) || (loop.kind === 'while' && loop.variables.some((name) => new RegExp(`\\.(?:slice|subarray|splice)\\(\\s*${name.replace(/\$/g, '\\$')}\\b`).test(text))),
    counts: /^range\(/.test(over),
    words: pauses.test(text) ? text.slice(0, 2000) : '',
    exits: pauses.test(text) ? exitsIn(body) : [],
    answers: pauses.test(text) ? answersIn(node, body, loop.variables) : [],
    afterFailure: awaits.length > 0 && isAfterFailure(node, context),
    awaits: awaits.map((n) => ({ start: n.startIndex, end: n.endIndex })),
  };
  context.fact(node, fact);
}

const identifiers = (node: SyntaxNode | null) => (node ? [node, ...node.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern'])].filter((n) => /identifier/.test(n.type)).map((n) => n.text) : []);

const forOf: Visitors[string] = (node, context) => {
  // `for await` goes through what comes by itself
  if (/^for\s+await\b/.test(context.source.text.slice(node.startIndex, node.startIndex + 20))) return;
  const right = node.childForFieldName('right');
  note(node, context, { kind: 'each', over: right && context.expr(right), variables: identifiers(node.childForFieldName('left')) }, node.childForFieldName('body'));
};
const counted: Visitors[string] = (node, context) => {
  const declared = node.childForFieldName('initializer');
  const [name] = identifiers(declared?.descendantsOfType('variable_declarator')[0]?.childForFieldName('name') ?? null);
  const body = node.childForFieldName('body');
  const takes = name !== undefined && new RegExp(`\\[\\s*${name.replace(/\$/g, '\\$')}\\s*\\]`).test(body?.text ?? '') && node.childForFieldName('increment')?.text.replace(/\s/g, '') === `${name}++`;
  note(node, context, { kind: takes ? 'counted' : 'while', over: null, variables: name === undefined ? [] : [name] }, body);
};
const whileLoop: Visitors[string] = (node, context) => note(node, context, { kind: 'while', over: null, variables: [] }, node.childForFieldName('body'));

const pythonFor: Visitors[string] = (node, context) => {
  if (context.source.text.startsWith('async', node.startIndex)) return;
  const right = node.childForFieldName('right');
  note(node, context, { kind: 'each', over: right && context.expr(right), variables: identifiers(node.childForFieldName('left')) }, node.childForFieldName('body'));
};
const comprehension: Visitors[string] = (node, context) => {
  const clause = node.namedChildren.find((n) => n.type === 'for_in_clause');
  if (!clause || clause.text.startsWith('async')) return;
  const right = clause.childForFieldName('right');
  note(node, context, { kind: 'comprehension', over: right && context.expr(right), variables: identifiers(clause.childForFieldName('left')) }, node.childForFieldName('body'));
};

export const loopObserver: Observer = {
  id: 'loops',
  typescript: { for_in_statement: forOf, for_statement: counted, while_statement: whileLoop, do_statement: whileLoop },
  python: {
    for_statement: pythonFor,
    while_statement: whileLoop,
    list_comprehension: comprehension,
    set_comprehension: comprehension,
    dictionary_comprehension: comprehension,
    generator_expression: comprehension,
  },
};

export interface LoopAt {
  file: string;
  function: number;
  span: Span;
  loop: Loop;
}

export const loopsOf = (program: Program): LoopAt[] => program.facts(loopObserver.id).map(({ file, fact }) => ({ file, function: fact.function, span: fact.span, loop: fact.data as Loop }));
