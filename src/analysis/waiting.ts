import type { VisitContext, Visitors } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

/** A loop, or a timer that sets itself again, which does nothing but look whether something has changed. */
export interface Waiting {
  /** `spin`: it does not even sleep. */
  kind: 'sleep' | 'spin' | 'timer';
  /** What it looks at: each a name, a member or a call, by its place. */
  looksAt: Look[];
  /** Other calls whose values it takes. */
  calls: Look[];
  /** The clock puts an end to it, by the loop's own condition. */
  bounded?: boolean;
}

export interface Look {
  kind: 'name' | 'member' | 'call';
  text: string;
  start: number;
  end: number;
}

/** A loop that is longer does some work. */
const maxLength = 1500;
const sleep = /(?:^|\.)(?:sleep|delay|wait|pause|timeout|snooze|setTimeout|setImmediate|sleep_ms|sleepMs|waitMs|waitFor|later|nextTick|checkpoint)$/i;
const now = /\b(?:Date\.now|performance\.now|process\.hrtime|process\.uptime|new Date)\b|\btime\.(?:time|monotonic|perf_counter)\b|\b(?:monotonic|perf_counter)\(|\bloop(?:\(\))?\.time\(|\bdatetime\.(?:now|utcnow)\b/;
/** Calls that change nothing and ask nobody. */
const harmless =
  /^(?:(?:await\s+)?(?:console|logger|log|logging|this\.log(?:ger)?|self\.log(?:ger)?|self\._logger|_logger|LOG|LOGGER)\.\w+|print|debug|Date\.now|performance\.now|Date|Math\.\w+|clearTimeout|clearInterval|\w*[rR]esolve\w*|\w*[rR]eject\w*|Promise|Number|String|str|int|float|round|min|max|time\.\w+|monotonic|perf_counter|asyncio\.get_(?:running_|event_)?loop(?:\(\)\.time)?|\w*loop\.time|datetime\.\w+|timedelta|[\w.]*(?:Error|Exception|Timeout)|signal\.throwIfAborted|\w+\.signal\.throwIfAborted)$/;
const functions = /^(?:arrow_function|function_expression|function_declaration|method_definition|generator_function\w*|function_definition|lambda)$/;
const calls = /^(?:call_expression|new_expression|call)$/;

const script: Visitors = {
  while_statement: noteLoop,
  do_statement: noteLoop,
  for_statement: noteLoop,
  program: noteTimers,
};

export const waitingVisitors: { typescript: Visitors; python: Visitors } = { typescript: script, python: { while_statement: noteLoop, for_statement: noteLoop } };

const textOf = ({ source }: VisitContext, { startIndex, endIndex }: SyntaxNode) => source.text.slice(startIndex, endIndex);

function noteLoop(node: SyntaxNode, context: VisitContext) {
  const body = node.childForFieldName('body');
  const condition = node.childForFieldName('condition');
  if (!body || node.endIndex - node.startIndex > maxLength) return;
  const seen = look(context, body, node.childForFieldName('increment'));
  if (!seen || seen.sleeps > 1) return;
  const tests = [...(condition ? [condition] : []), ...seen.tests];
  if (seen.sleeps === 0) {
    const isEmpty = /^[\s{}]*(?:pass|continue;?)?[\s{}]*$/.test(textOf(context, body).replaceAll(/\/\/.*|#.*|\/\*[\s\S]*?\*\//g, ''));
    if (isEmpty && condition && node.type !== 'for_statement' && now.test(textOf(context, condition))) context.fact(node, { kind: 'spin', looksAt: [], calls: [] } satisfies Waiting);
    return;
  }
  const looksAt = looks(context, tests, seen.assigned);
  const rounds = condition === null ? node.childForFieldName('right') : condition;
  const bounded = (condition !== null && now.test(textOf(context, condition))) || (rounds !== null && isSoonOver(textOf(context, rounds), textOf(context, body)));
  if (looksAt.length > 0) context.fact(node, { kind: 'sleep', looksAt, calls: seen.calls, bounded } satisfies Waiting);
}

/** Milliseconds. */
const soon = 10_000;

/** `!ready && i < 50`, each time for 100 ms; Python's `range(20)`, each time for half a second. */
export function isSoonOver(condition: string, body: string): boolean {
  const ofPython = [/\brange\(\s*(\d+)\s*\)/.exec(condition)?.[1], /\bsleep\(\s*(\d*\.?\d+)\s*\)/.exec(body)?.[1]];
  if (Number(ofPython[0]) * Number(ofPython[1]) * 1000 <= soon) return true;
  const rounds = condition.includes('||') ? NaN : Number(/\w\s*<=?\s*(\d+)\b/.exec(condition)?.[1]);
  const pause = Number(/(?:setTimeout\([^,]*(?:,|\)\s*,)|(?:sleep|delay|wait|pause)\()\s*(\d+)\s*\)/i.exec(body)?.[1]);
  return rounds * pause <= soon;
}

/** `setInterval(() => { if (ready) … }, 50)`, `const check = () => ready ? resolve() : setTimeout(check, 50)`. Looked for by their text: visiting every call would be slow. */
function noteTimers(root: SyntaxNode, context: VisitContext) {
  for (const match of context.source.text.matchAll(/\bset(?:Interval|Timeout)\s*\(/g)) {
    let call: SyntaxNode | null = root.descendantForIndex(match.index);
    while (call && call.type !== 'call_expression') call = call.parent;
    const callback = call?.childForFieldName('arguments')?.namedChild(0);
    if (!call || !callback || !/^set(?:Interval|Timeout)$/.test(call.childForFieldName('function')?.text ?? '')) continue;
    const isInterval = match[0].startsWith('setInterval');
    const body = isInterval ? (functions.test(callback.type) ? callback.childForFieldName('body') : null) : callback.type === 'identifier' ? bodyOfAround(call, callback.text) : null;
    if (!body || body.endIndex - body.startIndex > maxLength) continue;
    const seen = look(context, body, null);
    if (!seen || (isInterval && !textOf(context, body).includes('clearInterval'))) continue;
    const looksAt = looks(context, seen.tests, seen.assigned);
    if (looksAt.length > 0) context.fact(call, { kind: 'timer', looksAt, calls: seen.calls } satisfies Waiting);
  }
}

/** Of the function around that has this name. */
function bodyOfAround(node: SyntaxNode, name: string): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) {
    if (!functions.test(at.type)) continue;
    const own = at.childForFieldName('name') ?? (at.parent?.type === 'variable_declarator' ? at.parent.childForFieldName('name') : null);
    if (own?.text === name) return at.childForFieldName('body');
  }
  return null;
}

/** The way out of a loop, or of a timer; what ends the work then is not what the call waits for. */
const leaves = /(?:^|[\s{;])(?:return|break|throw|raise)\b[^;\n]*;?[\s}]*$|\bclearInterval\((?![^]*(?:kill|abort|cancel|terminate|destroy)\w*\()/;

/** Python's `try: return inbox.get_nowait()`, `except Empty:`: it asks whether there is something, and leaves if so. */
function emptyQueue(context: VisitContext, node: SyntaxNode): { question: SyntaxNode; otherwise: SyntaxNode } | null {
  const body = node.childForFieldName('body');
  const otherwise = node.namedChildren.find((c) => c.type === 'except_clause');
  if (!body || !otherwise || !/^except\s+\(?[\w.]*\b(?:Queue)?Empty\b/.test(textOf(context, otherwise)) || !leaves.test(textOf(context, body))) return null;
  const question = body.descendantsOfType('call').find((c) => /\.get_nowait$/.test(c.childForFieldName('function')?.text ?? ''));
  return question ? { question, otherwise } : null;
}

interface Seen {
  sleeps: number;
  /** Conditions of `if`s and of `?:`. */
  tests: SyntaxNode[];
  /** Names that the loop sets itself; null, or what they are looked up from in each round. */
  assigned: Map<string, SyntaxNode | null>;
  calls: Look[];
}

/** Null where anything is done that is not waiting. */
function look(context: VisitContext, body: SyntaxNode, increment: SyntaxNode | null): Seen | null {
  const seen: Seen = { sleeps: 0, tests: [], assigned: new Map(), calls: [] };
  const assign = (target: SyntaxNode | null, value: SyntaxNode | null = null) => {
    const lookedUp = value && /^(?:call_expression|call|member_expression|attribute|subscript|subscript_expression)$/.test(value.type) && !now.test(textOf(context, value));
    for (const name of target?.descendantsOfType(['identifier']) ?? []) seen.assigned.set(name.text, lookedUp && !seen.assigned.has(name.text) ? value : null);
  };
  const visit = (node: SyntaxNode): boolean => {
    const { type } = node;
    if (type === 'if_statement' || type === 'ternary_expression' || type === 'elif_clause') {
      const condition = node.childForFieldName('condition');
      if (condition) seen.tests.push(condition);
      const consequence = node.childForFieldName('consequence');
      // what is done on the way out is not done again
      const isLast = consequence !== null && type !== 'ternary_expression' && leaves.test(textOf(context, consequence));
      return node.namedChildren.every((c) => c.id === condition?.id || (isLast && c.id === consequence.id) || visit(c));
    }
    if (type === 'try_statement') {
      const asked = emptyQueue(context, node);
      if (asked) {
        seen.tests.push(asked.question);
        return visit(asked.otherwise);
      }
    }
    if (type === 'comment' || functions.test(type)) return true;
    if (/^(?:assignment_expression|assignment|variable_declarator|named_expression)$/.test(type)) {
      const value = node.childForFieldName('right') ?? node.childForFieldName('value');
      assign(node.childForFieldName('left') ?? node.childForFieldName('name'), value);
      if (value && calls.test(value.type) && !isSleep(context, value) && !harmless.test(textOf(context, value.childForFieldName('function') ?? value))) {
        seen.calls.push({ kind: 'call', text: textOf(context, value), start: value.startIndex, end: value.endIndex });
        return true;
      }
    }
    if (/^augmented_assignment/.test(type)) assign(node.childForFieldName('left'));
    if (type === 'update_expression') assign(node);
    if (type === 'await_expression' || type === 'await') {
      const of = node.namedChild(0);
      if (!of || !isSleep(context, of)) return false;
      seen.sleeps++;
      return true;
    }
    if (calls.test(type)) {
      if (isSleep(context, node)) {
        seen.sleeps++;
        return true;
      }
      const callee = node.childForFieldName('function') ?? node.childForFieldName('constructor');
      if (!callee || !harmless.test(textOf(context, callee))) return false;
    }
    return node.namedChildren.every(visit);
  };
  if (increment) assign(increment);
  return visit(body) ? seen : null;
}

/** `sleep(50)`, `setTimeout(50)` of timers/promises, `new Promise((r) => setTimeout(r, 50))`; a call that waits for something has no time. */
function isSleep(context: VisitContext, node: SyntaxNode): boolean {
  const text = textOf(context, node);
  if (node.type === 'new_expression') return /^new Promise\b/.test(text) && /\bset(?:Timeout|Immediate)\b/.test(text) && !/\bonce\b|addEventListener|\.on\(/.test(text);
  const callee = node.childForFieldName('function');
  const given = node.childForFieldName('arguments')?.namedChildren.find((n) => n.type !== 'comment');
  if (!callee || !sleep.test(textOf(context, callee))) return false;
  if (given === undefined) return /(?:nextTick|checkpoint|setImmediate)$/.test(callee.text);
  // `asyncio.wait(tasks)`, `delay(promise)`
  return !/^(?:array|list|tuple|string|arrow_function|object|dictionary)$/.test(given.type) && !/^(?:asyncio|anyio|concurrent\.futures)\.(?:wait|timeout)$/.test(callee.text) && !/\.wait$/.test(callee.text);
}

/** What the tests depend on, but for the time, constants and what the loop sets itself. */
function looks(context: VisitContext, tests: readonly SyntaxNode[], assigned: ReadonlyMap<string, SyntaxNode | null>): Look[] {
  const found: Look[] = [];
  const add = (node: SyntaxNode, kind: Look['kind']) => found.push({ kind, text: textOf(context, node), start: node.startIndex, end: node.endIndex });
  const visit = (node: SyntaxNode, followed = false): void => {
    const { type } = node;
    const text = textOf(context, node);
    if (/^(?:parenthesized_expression|not_operator|boolean_operator|unary_expression|non_null_expression|as_expression)$/.test(type) || (type === 'binary_expression' && /^(?:&&|\|\||\?\?)$/.test(node.operator))) {
      for (const child of node.namedChildren) visit(child, followed);
      return;
    }
    const set = [...assigned].find(([name]) => new RegExp(`(?<![\\w.$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text));
    // once: `job = next(job)`
    if (set?.[1] && !followed) visit(set[1], true);
    if (set || now.test(text)) return;
    if (type === 'binary_expression' || type === 'comparison_operator') {
      const collection = /^(?:not\s+)?in$/.test(node.operator) ? node.lastNamedChild : null;
      if (collection) add(collection, calls.test(collection.type) ? 'call' : 'member');
      else for (const child of node.namedChildren) visit(child, followed);
    } else if (type === 'identifier') {
      add(node, 'name');
    } else if (/^(?:member_expression|attribute|subscript|subscript_expression)$/.test(type)) {
      add(node, 'member');
    } else if (calls.test(type) || /^await/.test(type)) {
      add(node, 'call');
    }
  };
  for (const test of tests) visit(test);
  return found;
}
