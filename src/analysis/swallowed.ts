import type { CodeReport } from './codeRule.ts';
import type { FunctionRef, Program, Reach } from './code/program.ts';
import type { Span } from './code/summary.ts';
import type { Visitors } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { ioBelow, keyOf } from './ioBelow.ts';

/** What keeps a cancellation of Python from going through, as far as a request is what is cancelled. `id`: of the rule that its facts stand under. */
export function* swallowed(program: Program, id: string): Iterable<CodeReport> {
  for (const { file, fact } of program.facts(id)) {
    if (typeof fact.data !== 'object' || fact.data === null || !('swallows' in fact.data || 'shields' in fact.data)) continue;
    const fn = { file, index: fact.function };
    if (isBeforeRaise(program, id, fn, fact.span.start)) continue;
    const reach = program.functionOf(fn).async ? program.reach(fn, 'any', fact.span.start) : null;
    if (!reach || isOfEvent(program, reach) || isOfOwnTask(program, reach)) continue;
    if ('shields' in fact.data) {
      if (ioBelow(program, fn).size === 0) continue;
      yield { file, span: fact.span, function: fn, confidence: 'medium', message: `\`${String(fact.data.shields)}\` keeps the work going after the request was cancelled`, help: 'Let the cancellation through; shield only what must not stay half done.', reach, data: null };
      continue;
    }
    const { swallows: what, tried } = fact.data as { swallows: string; tried: Pick<Span, 'start' | 'end'> };
    if (!suspends(program, fn, tried)) continue;
    yield { file, span: fact.span, function: fn, message: `${what === '' ? 'A bare `except`' : `\`except ${what}\``} swallows the cancellation of the request`, help: 'Clean up, then `raise`; or catch `Exception`, of which `CancelledError` is none.', reach, data: null };
  }
}

/** `lambda event: asyncio.create_task(handle(event))`: a task of its own for each event, which the request does not hold. */
function isOfEvent(program: Program, { path }: Reach): boolean {
  return path.some(({ call }) => call !== null && /\blambda\b[^:\n]*:\s*asyncio\.(?:create_task|ensure_future)\(\s*$/.test(program.textOf(call.file).slice(Math.max(0, program.callOf(call).span.start - 120), program.callOf(call).span.start)));
}

/** `self._task = asyncio.create_task(self._beat())`, which the function that starts it does not wait for: who cancels it is not the request. */
function isOfOwnTask(program: Program, { path }: Reach): boolean {
  return path.some(({ call }) => {
    if (call === null) return false;
    const text = program.textOf(call.file);
    const { span, function: index } = program.callOf(call);
    const started = /(?:^|\n)[ \t]*(?:([\w.]+)(?:\[[^\]\n]*\])?\s*(?::[^=\n]+)?=\s*)?(?:\w+(?:\(\))?\.)*(?:create_task|ensure_future)\(\s*$/.exec(text.slice(0, span.start).slice(-300));
    if (!started) return false;
    const task: string | undefined = started[1];
    const { start, end } = program.functionOf({ file: call.file, index }).span;
    return task === undefined || !new RegExp(`\\b(?:await\\s+|return\\s+|(?:gather|wait|wait_for|shield|as_completed)\\([^)]*)${task.replaceAll('.', '\\.')}\\b`).test(text.slice(start, end));
  });
}

/** Whether anything that is awaited in a part of a function lets others go on: only there a cancellation comes in. */
function suspends(program: Program, { file, index }: FunctionRef, part: Pick<Span, 'start' | 'end'>, seen = new Set<string>()): boolean {
  const text = program.textOf(file).slice(part.start, part.end);
  const awaited = program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })).filter((ref) => {
    const { awaited: isAwaited, span } = program.callOf(ref);
    return isAwaited && part.start <= span.start && span.end <= part.end;
  });
  if (/\basync\s+(?:with|for)\b/.test(text) || (text.match(/\bawait\b/g)?.length ?? 0) > awaited.length) return true;
  return awaited.some((ref) => {
    const { functions } = program.called(ref);
    return functions.length === 0 || functions.some((fn) => {
      if (seen.has(keyOf(fn))) return false;
      seen.add(keyOf(fn));
      const { async, span } = program.functionOf(fn);
      return !async || suspends(program, fn, span, seen);
    });
  });
}

/** It stands in a clause that always raises, or whoever calls it does: the call ends there, cancelled or not. */
function isBeforeRaise(program: Program, id: string, { file, index }: FunctionRef, offset: number): boolean {
  const isIn = (of: string, at: number) => program.factsOf(of, id).some(({ data, span }) => typeof data === 'object' && data !== null && 'raises' in data && span.start < at && at < span.end);
  if (isIn(file, offset)) return true;
  const callers = program.callersOf({ file, index });
  return callers.length > 0 && callers.every((ref) => isIn(ref.file, program.callOf(ref).span.start));
}

/** `except asyncio.CancelledError`, `except BaseException`, `except:` that go on, around something awaited. */
const swallows: Visitors[string] = (node, context) => {
  const text = context.source.text.slice(node.startIndex, node.endIndex);
  if (/\bawait\b/.test(text) && endsInRaise(node)) context.fact({ ...context.span(node) }, { raises: true });
  const head = text.slice(0, text.indexOf(':') + 1);
  if (!/\bCancelledError|BaseException|^except\s*:/.test(head) || /\braise\b|\bsys\.exit\b|os\._exit/.test(text)) return;
  const around = node.parent;
  const tried = around?.childForFieldName('body')?.text ?? '';
  if (!/\bawait\b|\basync\s+(?:with|for)\b/.test(tried)) return;
  // whoever cancels a task waits for it like this
  const before = context.source.text.slice(Math.max(0, (around?.startIndex ?? 0) - 400), around?.startIndex ?? 0);
  if (/\.cancel\(/.test(before) || /\.cancel\(/.test(tried)) return;
  // an earlier clause may let it through
  const earlier = (around?.namedChildren ?? []).filter((n) => n.type === 'except_clause' && n.startIndex < node.startIndex);
  if (earlier.some((n) => /CancelledError/.test(n.text) && /\braise\b/.test(n.text))) return;
  if (isDeferred(node, tried)) return;
  const body = around!.childForFieldName('body')!;
  context.fact({ ...context.span(node) }, { swallows: head.replace(/^except\s*|\s*(?:as \w+)?\s*:$/g, ''), tried: { start: body.startIndex, end: body.endIndex } });
};

/** Nobody goes on behind it: its last statement raises, and nothing leaves it before. */
function endsInRaise(clause: SyntaxNode): boolean {
  const last = clause.lastNamedChild?.namedChildren.findLast((n) => n.type !== 'comment');
  return last?.type === 'raise_statement' && clause.descendantsOfType(['return_statement', 'break_statement', 'continue_statement']).length === 0;
}

/** It keeps that it was cancelled: what it assigns is raised behind it, decides about a `raise`, or goes to the caller of a loop that waits for shielded work. */
function isDeferred(clause: SyntaxNode, tried: string): boolean {
  const kept = clause.descendantsOfType('assignment').flatMap((n) => (n.childForFieldName('left')?.type === 'identifier' ? [n.childForFieldName('left')!.text] : []));
  if (kept.length === 0) return false;
  let fn: SyntaxNode | null = clause;
  let inLoop = false;
  let rounds: SyntaxNode | null = null;
  for (; fn && fn.type !== 'function_definition'; fn = fn.parent) {
    inLoop ||= fn.type === 'while_statement';
    if (fn.type === 'for_statement' && /^range\(/.test(fn.childForFieldName('right')?.text ?? '')) rounds ??= fn;
  }
  // the next round tries again: what is raised behind the last one comes too late
  if (rounds && clause.descendantsOfType(['return_statement', 'break_statement']).length === 0) return false;
  const names = (node: SyntaxNode | null) => node !== null && [node, ...node.descendantsOfType('identifier')].some((n) => n.type === 'identifier' && kept.includes(n.text));
  const behind = (fn?.descendantsOfType(['raise_statement', 'if_statement', 'return_statement']) ?? []).filter((n) => n.startIndex > clause.endIndex || n.type === 'return_statement');
  const raises = (node: SyntaxNode) => node.descendantsOfType('raise_statement').length > 0;
  return behind.some((n) => (n.type === 'raise_statement' ? names(n) : n.type === 'if_statement' ? names(n.childForFieldName('condition')) && raises(n) : inLoop && /\bshield\(/.test(tried) && names(n)));
}

/** `with suppress(CancelledError)`, `with CancelScope(shield=True)` around something awaited, outside of clean-up. */
const shielding: Visitors[string] = (node, context) => {
  const text = context.source.text.slice(node.startIndex, node.endIndex);
  const head = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'));
  const what = /suppress\([^)]*\b(?:CancelledError|BaseException)\b/.test(head) ? 'suppress(CancelledError)' : /(?:CancelScope|move_on_after|fail_after)\([^)]*shield\s*=\s*True/.test(head) ? 'a shielded scope' : null;
  if (what === null || !/\bawait\b/.test(text) || /\.cancel\(|\.aclose\(/.test(context.source.text.slice(Math.max(0, node.startIndex - 400), node.endIndex)) || isCleanUp(node)) return;
  context.fact({ ...context.span(node) }, { shields: what });
};

/** `await asyncio.shield(work())`: work that is started for this call alone. */
const shielded: Visitors[string] = (node, context) => {
  const call = node.firstNamedChild;
  if (call?.type !== 'call' || !/(?:^|\.)shield$/.test(call.childForFieldName('function')?.text ?? '')) return;
  const work = call.childForFieldName('arguments')?.firstNamedChild;
  if (work?.type === 'call' && !isCleanUp(node)) context.fact({ ...context.span(call) }, { shields: 'asyncio.shield' });
};

function isCleanUp(node: SyntaxNode): boolean {
  for (let at = node.parent; at && at.type !== 'function_definition'; at = at.parent) if (at.type === 'finally_clause' || at.type === 'except_clause') return true;
  return false;
}

/** They note what `swallowed` tells. */
export const swallowingVisitors: Visitors = { except_clause: swallows, with_statement: shielding, await: shielded };
