import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Handler, Program, Reach } from '../code/program.ts';
import type { Call } from '../code/summary.ts';
import type { Visitors } from '../code/syntax.ts';
import type { SyntaxNode } from '../code/syntaxNode.ts';
import { cancellationExamples } from '../examples/ignored-cancellation.ts';
import { cancellationFixes } from '../fixes/ignored-cancellation.ts';
import { createDropped, droppedObserver } from '../dropped.ts';
import { branchVisitors, isFeasible } from '../feasible.ts';
import { ioBelow, ioOfCall } from '../ioBelow.ts';
import { isMarked, marks } from '../marks.ts';
import { onceObserver, onceOnly } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { toldTogether } from '../together.ts';
import { createSeldom, seldomObserver } from '../seldom.ts';
import { signalPath } from '../signal.ts';
import { ioOf, onlyMakes } from '../sinks/io.ts';
import { isToThisMachine } from '../thisMachine.ts';
import { isWithin } from '../trace.ts';

const id = 'ignored-cancellation';

const marksIn = marks({ signal: /\.\s*signal\b|\bsignal\s*[,}]|\bthrowIfAborted\b|\babortSignal\b/g });

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
  context.fact({ ...context.span(node) }, { swallows: head.replace(/^except\s*|\s*(?:as \w+)?\s*:$/g, '') });
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

export const ignoredCancellation: Rule = {
  id,
  title: 'Goes on after it was cancelled',
  severity: 'hint',
  docs: `A client may cancel a call that it no longer wants. TypeScript: the handler asks the network, a database or a process and never looks at the signal that the SDK hands it (\`extra.signal\`, in v2 \`ctx.mcpReq.signal\`). Python: a handler catches \`CancelledError\` and goes on.

**Why it hurts an MCP server.** Nobody reads the answer, yet the work is done to its end: requests, queries and processes that others wait for. A user who stops and asks again has two running.

**How it is measured.** What a handler reaches is searched for I/O and for its signal. Nothing is said of a request that all calls wait for or that is made the first time only, nor of a change of a moment (\`rename_…\`) in a program on this machine, of frameworks that hand none to their tools (\`@rekog/mcp-nest\`, mcp-framework), or of clients whose calls nothing stops (Stripe, discord.js). Four or more calls of one member of a client in a file are told as one. A run cancels calls and sees what still goes out.

**How to mend it.** Hand the signal on: \`fetch(url, { signal: extra.signal })\`, joined with a timeout by \`AbortSignal.any\`; look at \`signal.aborted\` in loops, and before a retry where the client takes no signal. In Python let \`CancelledError\` through after cleaning up.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: { typescript: branchVisitors, python: { except_clause: swallows, with_statement: shielding, await: shielded } },
    observes: [droppedObserver, onceObserver, seldomObserver],
    check,
    fixes: cancellationFixes,
    examples: cancellationExamples,
  },
};

export type Ignored = { handler: Handler; call: CallRef } | null;

function* check(program: Program): Iterable<CodeReport> {
  yield* toldTogether(program, [...unseen(program)], (report) => sameRemedy(program, report));
  yield* swallowed(program);
}

/** Many calls of one member of one client in a file are mended in one way, and told once. A `fetch` is mended where it stands. */
function sameRemedy(program: Program, { file, span, data }: CodeReport): string {
  const { external } = program.target((data as NonNullable<Ignored>).call);
  return external?.includes('.') ? `${external} ${file}` : `${span.start} ${file}`;
}

function* unseen(program: Program): Iterable<CodeReport> {
  const isDropped = createDropped(program);
  const seldom = createSeldom(program);
  for (const handler of program.handlers) {
    if (handler.language === 'python' || !handler.function || signalPath(handler, program) === null) continue;
    if (handler.kind !== 'tool' && handler.kind !== 'resource' && handler.kind !== 'prompt') continue;
    const { file } = handler.function;
    if (isMarked(marksIn(program, file).signal, handler.branch ?? program.functionOf(handler.function).span) || handsOn(program, handler)) continue;
    const found = firstIo(program, handler, isDropped, seldom);
    if (!found) continue;
    const { call, reach } = found;
    const leaf = program.callOf(call).function;
    const { callee, span } = program.callOf(call);
    const name = callee.kind === 'name' || callee.kind === 'member' ? `\`${callee.name}\`` : 'what it waits for';
    const fn = { file: call.file, index: leaf };
    const signal = handler.dialect === 'sdk-v2' ? 'ctx.mcpReq.signal' : handler.dialect === 'fastmcp' ? 'context.signal' : 'extra.signal';
    const canStop = takesSignal.test(program.target(call).external ?? '');
    yield {
      file: call.file,
      span,
      function: fn,
      confidence: canStop ? 'medium' : 'low',
      message: `The handler never looks at its cancellation signal: ${name} goes on when the client has given up`,
      help: canStop ? `Hand \`${signal}\` on to what it waits for.` : `If ${name} takes a signal, hand \`${signal}\` on; else look at \`signal.aborted\` before each further step and retry, and stop waiting when it is aborted.`,
      reach,
      handlers: [handler],
      data: { handler, call } satisfies Ignored,
    };
  }
}

function* swallowed(program: Program): Iterable<CodeReport> {
  for (const { file, fact } of program.facts(id)) {
    if (typeof fact.data !== 'object' || fact.data === null || !('swallows' in fact.data || 'shields' in fact.data)) continue;
    const fn = { file, index: fact.function };
    if (isBeforeRaise(program, fn, fact.span.start)) continue;
    const reach = program.functionOf(fn).async ? program.reach(fn, 'any', fact.span.start) : null;
    if (!reach || isOfEvent(program, reach)) continue;
    if ('shields' in fact.data) {
      if (ioBelow(program, fn).size === 0) continue;
      yield { file, span: fact.span, function: fn, confidence: 'medium', message: `\`${String(fact.data.shields)}\` keeps the work going after the request was cancelled`, help: 'Let the cancellation through; shield only what must not stay half done.', reach, data: null };
      continue;
    }
    const what = (fact.data as { swallows: string }).swallows;
    yield { file, span: fact.span, function: fn, message: `${what === '' ? 'A bare `except`' : `\`except ${what}\``} swallows the cancellation of the request`, help: 'Clean up, then `raise`; or catch `Exception`, of which `CancelledError` is none.', reach, data: null };
  }
}

/** `lambda event: asyncio.create_task(handle(event))`: a task of its own for each event, which the request does not hold. */
function isOfEvent(program: Program, { path }: Reach): boolean {
  return path.some(({ call }) => call !== null && /\blambda\b[^:\n]*:\s*asyncio\.(?:create_task|ensure_future)\(\s*$/.test(program.textOf(call.file).slice(Math.max(0, program.callOf(call).span.start - 120), program.callOf(call).span.start)));
}

/** It stands in a clause that always raises, or whoever calls it does: the call ends there, cancelled or not. */
function isBeforeRaise(program: Program, { file, index }: FunctionRef, offset: number): boolean {
  const isIn = (of: string, at: number) => program.factsOf(of, id).some(({ data, span }) => typeof data === 'object' && data !== null && 'raises' in data && span.start < at && at < span.end);
  if (isIn(file, offset)) return true;
  const callers = program.callersOf({ file, index });
  return callers.length > 0 && callers.every((ref) => isIn(ref.file, program.callOf(ref).span.start));
}

/** Clients whose calls are known to take a signal; of others it may be that nothing stops them. */
const takesSignal = /^(?:fetch|undici|axios|got|ky|ofetch|wretch|needle|node-fetch|cross-fetch|isomorphic-fetch|isomorphic-unfetch|electron-fetch|make-fetch-happen|https?|child_process|util\.promisify|execa|tinyexec|nano-spawn|zx|fs|timers|openai|@anthropic-ai\/sdk|groq-sdk|@google\/genai|@aws-sdk|@azure|@octokit|octokit|openapi-fetch|graphql-request|@modelcontextprotocol|@supabase|@elastic|@clickhouse|mongodb|ollama)\b/;

/** The context is given to somebody as a whole: what happens with the signal there is theirs. */
function handsOn(program: Program, handler: Handler): boolean {
  const fn = handler.function!;
  const summary = program.files.get(fn.file)!;
  const parameter = handler.contextParameter === null ? undefined : program.functionOf(fn).parameters[handler.contextParameter];
  if (!parameter || parameter.name === '') return false;
  const isContext = (name: string) => name === parameter.name;
  return summary.calls.some(
    (call) =>
      isWithin(summary, call.function, fn.index) &&
      call.args.some((a) => (a.kind === 'name' && isContext(a.name)) || (a.kind === 'object' && [...a.properties.map((p) => p.value), ...a.spread].some((v) => v.kind === 'name' && isContext(v.name)))),
  );
}

/** A process that is meant to stay, and what is told to others by the way. */
function goesOnAnyway(program: Program, ref: CallRef): boolean {
  const { external } = program.target(ref);
  if (external && /^child_process\.(?:spawn|fork)$/.test(external)) return true;
  const { functions } = program.files.get(ref.file)!;
  for (let at: number | null = program.callOf(ref).function; at !== null; at = functions[at]!.parent) {
    if (/telemetry|capture|track|analytics|metric|\blog/i.test(functions[at]!.name)) return true;
  }
  return false;
}

/** The first call to the network, a database or a process that the handler reaches, its own first. */
function firstIo(program: Program, handler: Handler, isDropped: (call: CallRef) => boolean, seldom: ReturnType<typeof createSeldom>): { call: CallRef; reach: Reach | null } | null {
  for (const ref of program.callsFrom(handler, 'any')) {
    const call = program.callOf(ref);
    const { external } = program.target(ref);
    const kind = call.isNew || onlyMakes(external) ? null : ioOf(external, 'typescript');
    if ((kind !== 'network' && kind !== 'process' && kind !== 'database') || goesOnAnyway(program, ref) || goesOnWell.test(external ?? '') || isDropped(ref) || isShort(call) || isLastCommand(program, ref) || /^(?:first|object)$/.test(seldom(ref) ?? '') || isQuickWrite(program, handler, ref)) continue;
    const reach = program.reachBy([handler], { file: ref.file, index: call.function }, 'any', call.span.start);
    if (reach && isShared(program, reach)) continue;
    if (!reach || isFeasible(program, id, reach, { file: ref.file, start: call.span.start })) return { call: ref, reach };
  }
  return null;
}

/** The next call wants it, too: a token that is fetched anew. And clients whose calls take no signal, nor anything else that stops them; discord.js also answers most of what it is asked for by an id from what it keeps. */
const goesOnWell = /(?:refresh\w*|get)_?(?:access_?)?token$|^(?:@linear\/sdk|@slack\/web-api|stripe|cos-nodejs-sdk-v5|asana|node-jt400|@datadog\/datadog-api-client)\b|^imapflow\.(?:.*\.)?(?:connect|logout|close)$|^(?:discord\.js|@discordjs\/core)\b(?!.*\.rest\.)/i;

/** One short command of a client that takes no signal, behind which its function asks for nothing more. */
function isLastCommand(program: Program, { file, index }: CallRef): boolean {
  const { span, loop, function: fn } = program.callOf({ file, index });
  if (loop || !/^imapflow\.(?:.*\.)?(?:mailbox(?:Create|Delete|Rename|Subscribe|Unsubscribe)|status|noop|message(?:Flags\w+|Delete|Move|Copy))$/.test(program.target({ file, index }).external ?? '')) return false;
  return program.functionOf({ file, index: fn }).calls.every((other) => program.callOf({ file, index: other }).span.start <= span.start || ioOfCall(program, { file, index: other }).size === 0);
}

/** A promise on the way is kept, for which other calls wait, too: the signal of one of them must not end it. */
function isShared(program: Program, { path }: Reach): boolean {
  return path.some(({ call: ref }) => {
    const call = ref && program.callOf(ref);
    return call !== null && !call.awaited && onceOnly(program).isOnceAt(ref!.file, call.span.start);
  });
}

/** A change that a program on this machine makes in a moment: nothing is saved by giving it up, and nobody knew whether it was done. */
function isQuickWrite(program: Program, { name }: Handler, ref: CallRef): boolean {
  const { callee } = program.callOf(ref);
  return callee.kind === 'member' && /^(?:post|put|patch|delete)$/.test(callee.name) && /^(?:\w+?_)?(?:rename|set|add|delete|remove|update|edit|comment|mark|clear|move|tag|label|define|retype)(?:[_-]|(?=[A-Z])|$)/.test(name ?? '') && isToThisMachine(program, ref);
}

/** It gives up by itself after some seconds, in milliseconds. */
function isShort({ args }: Call): boolean {
  return args.some((a) => a.kind === 'object' && a.properties.some(({ name, value }) => name === 'timeout' && value.kind === 'literal' && typeof value.value === 'number' && value.value > 0 && value.value <= 15_000));
}
