import type { Expr } from './code/summary.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

/** A place where something may be held over an `await`. */
export type Held =
  /** Python's `with lock:` with an `await` in it. */
  | { kind: 'with'; lock: Expr; text: string }
  /** `async with lock:`, and from where to where it is held. */
  | { kind: 'async with'; lock: Expr; text: string; body: { start: number; end: number } }
  /** A chain of promises that lets one through at a time. */
  | { kind: 'chain'; text: string };

const functions = /^(?:arrow_function|function_expression|function_declaration|method_definition|function_definition|lambda)$/;

export const heldObserver: Observer = {
  id: 'held',
  typescript: { assignment_expression: noteChain },
  python: { with_statement: noteWith },
};

const textOf = ({ source }: VisitContext, { startIndex, endIndex }: SyntaxNode) => source.text.slice(startIndex, endIndex);

function noteWith(node: SyntaxNode, context: VisitContext) {
  const body = node.childForFieldName('body');
  if (!body || !/\b(?:await|async)\b/.test(textOf(context, body)) || !awaits(body)) return;
  for (const item of node.descendantsOfType('with_item')) {
    if (item.startIndex >= body.startIndex) continue;
    const value = item.childForFieldName('value');
    const lock = value?.type === 'as_pattern' ? value.namedChild(0) : value;
    if (!lock) continue;
    const held = { lock: context.expr(lock), text: textOf(context, lock) };
    const { start, end } = context.span(body);
    context.fact(lock, (isAsync(node) ? { kind: 'async with', ...held, body: { start, end } } : { kind: 'with', ...held }) satisfies Held);
  }
}

const isAsync = (node: SyntaxNode) => /^async\b/.test(node.text);

/** In its own body, not in that of a function inside. */
function awaits(node: SyntaxNode): boolean {
  if (functions.test(node.type)) return false;
  if (node.type === 'await' || (/^(?:for|with)_statement$/.test(node.type) && isAsync(node))) return true;
  return node.namedChildren.some(awaits);
}

/**
 * `tail = tail.then(…)`; `const run = tail.then(…); tail = run.catch(…)`; `const before = tail; tail = new Promise(…);
 * await before`: the variable or field outlives the call, and what comes next waits for what came before. Noted where it waits.
 */
function noteChain(node: SyntaxNode, context: VisitContext) {
  if (!/^(?:call_expression|new_expression|identifier)$/.test(node.childForFieldName('right')?.type ?? '')) return;
  const [, tail, value] = /^((?:(?:this|[A-Z][\w$]*)\.)?[#\w$]+)\s*=\s*([\s\S]*)$/.exec(textOf(context, node)) ?? [];
  if (tail === undefined || value === undefined || !/\.(?:then|catch|finally)\(|^new Promise\b|^[\w$]+$/.test(value)) return;
  const around = enclosing(node);
  if (!around) return;
  const { text } = context.source;
  const before = text.slice(around.startIndex, node.startIndex);
  const name = tail.replaceAll(/[$.#]/g, '\\$&');
  if (!tail.includes('.') && new RegExp(`\\b(?:const|let|var)\\s+${name}\\b`).test(before)) return;
  const place = (match: RegExpExecArray | null, from: number) => match && spanOf(context, around, from + match.index, from + match.index + match[0].length);
  if (new RegExp(`^${name}\\s*[?!]?\\s*\\.(?:then|finally)\\(`).test(value)) {
    context.fact(node, { kind: 'chain', text: tail } satisfies Held);
    return;
  }
  const [, run] = /^([\w$]+)\s*(?:$|\.(?:then|catch|finally)\()/.exec(value) ?? [];
  const attached = run === undefined ? null : new RegExp(`\\b(?:const|let)\\s+${run.replaceAll('$', '\\$')}\\s*(?::[^=]+)?=\\s*${name}\\s*[?!]?\\s*\\.(?:then|catch|finally)\\(`).exec(before);
  const waited = /^new Promise\b/.test(value) ? waitForOld(name, before, text.slice(node.endIndex, around.endIndex)) : null;
  const span = place(attached, around.startIndex) ?? place(waited, node.endIndex);
  if (span) context.fact(span, { kind: 'chain', text: tail } satisfies Held);
}

/** `const before = tail;` in front, `await before` behind. */
function waitForOld(name: string, before: string, behind: string): RegExpExecArray | null {
  const [, old] = new RegExp(`\\b(?:const|let)\\s+([\\w$]+)\\s*(?::[^=]+)?=\\s*${name}\\s*;?`).exec(before) ?? [];
  return old === undefined ? null : new RegExp(`\\bawait\\s+${old.replaceAll('$', '\\$')}\\b`).exec(behind);
}

function spanOf(context: VisitContext, around: SyntaxNode, start: number, end: number) {
  return context.span(around.descendantForIndex(start, end - 1));
}

function enclosing(node: SyntaxNode): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) if (functions.test(at.type)) return at;
  return null;
}
