import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Handler, Program, Reach } from '../code/program.ts';
import type { Call } from '../code/summary.ts';
import { cancellationExamples } from '../examples/ignored-cancellation.ts';
import { cancellationFixes } from '../fixes/ignored-cancellation.ts';
import { createDropped, droppedObserver, isLeftAlone } from '../dropped.ts';
import { branchVisitors, isFeasible } from '../feasible.ts';
import { ioOfCall, ioOwn } from '../ioBelow.ts';
import { everyCommand, isHandOver, isLocalCommand, saysItsVersion } from '../localCommands.ts';
import { isMarked, marks } from '../marks.ts';
import { onceObserver, onceOnly } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { snake } from '../snake.ts';
import { toldTogether } from '../together.ts';
import { createSeldom, seldomObservers } from '../seldom.ts';
import { signalPath } from '../signal.ts';
import { isLeftRunning } from '../processEnds.ts';
import { ioOf, onlyMakes } from '../sinks/io.ts';
import { swallowed, swallowingVisitors } from '../swallowed.ts';
import { isToThisMachine } from '../thisMachine.ts';
import { isWithin } from '../trace.ts';

const id = 'ignored-cancellation';

const marksIn = marks({ signal: /\.\s*signal\b|\bsignal\s*[,}]|\bthrowIfAborted\b|\babortSignal\b/g, sessions: /\bsessionIdGenerator\s*:/g, sessionless: /\bnew \w*StreamableHTTP\w*Transport\(\s*(?:\{\s*\})?\s*\)/g });

export const ignoredCancellation: Rule = {
  id,
  title: 'Goes on after it was cancelled',
  severity: 'hint',
  docs: `A client may cancel a call that it no longer wants. TypeScript: the handler asks the network, a database or a process and never looks at the signal that the SDK hands it (\`extra.signal\`, in v2 \`ctx.mcpReq.signal\`). Python: a handler catches \`CancelledError\` and goes on.

**Why it hurts an MCP server.** Nobody reads the answer, yet the work is done to its end: requests, queries and processes that others wait for. A user who stops and asks again has two running.

**How it is measured.** What a handler reaches is searched for I/O and for its signal. Nothing is said of a request that all calls wait for (a cache that keeps what is under way) or that is made the first time only, nor of a change of a moment (\`rename_…\`) in a program on this machine, a command that ends at once (\`which\`, \`git rev-parse\`), one write or command of a client that nothing stops and no further step follows (Firestore, IMAP, mail; a \`delete\` of any), a server over HTTP that is made for each request, a task of its own, an \`except\` around what never suspends, of frameworks that hand none to their tools (\`@rekog/mcp-nest\`, mcp-framework), or of clients whose calls nothing stops (Stripe, discord.js). Four or more calls of one member of a client in a file are told as one. A run cancels calls and sees what still goes out.

**How to mend it.** Hand the signal on: \`fetch(url, { signal: extra.signal })\`, joined with a timeout by \`AbortSignal.any\`; look at \`signal.aborted\` in loops, and before a retry where the client takes no signal. In Python let \`CancelledError\` through after cleaning up.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: { typescript: branchVisitors, python: swallowingVisitors },
    observes: [droppedObserver, onceObserver, ...seldomObservers],
    check,
    fixes: cancellationFixes,
    examples: cancellationExamples,
  },
};

export type Ignored = { handler: Handler; call: CallRef } | null;

function* check(program: Program): Iterable<CodeReport> {
  yield* toldTogether(program, [...unseen(program)], (report) => sameRemedy(program, report));
  yield* swallowed(program, id);
}

/** Many calls of one member of one client in a file are mended in one way, and told once. A `fetch` is mended where it stands. */
function sameRemedy(program: Program, { file, span, data }: CodeReport): string {
  const { external } = program.target((data as NonNullable<Ignored>).call);
  return external?.includes('.') ? `${external} ${file}` : `${span.start} ${file}`;
}

function* unseen(program: Program): Iterable<CodeReport> {
  const isDropped = createDropped(program);
  const seldom = createSeldom(program);
  const isForOneRequest = createForOneRequest(program);
  for (const handler of program.handlers) {
    if (handler.language === 'python' || !handler.function || signalPath(handler, program) === null) continue;
    if (handler.kind !== 'tool' && handler.kind !== 'resource' && handler.kind !== 'prompt') continue;
    const { file } = handler.function;
    if (isForOneRequest(file) || isMarked(marksIn(program, file).signal, handler.branch ?? program.functionOf(handler.function).span) || handsOn(program, handler)) continue;
    const found = firstIo(program, handler, isDropped, seldom);
    if (!found) continue;
    const { call, reach } = found;
    // who stands around all tools may wait for the signal
    if ((handler.around ?? []).flatMap((a) => stepsFrom(program, a.function)).some((one) => isMarked(marksIn(program, one.file).signal, program.functionOf(one).span))) continue;
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

/** A function around a handler, and those that it calls. */
function stepsFrom(program: Program, fn: FunctionRef): FunctionRef[] {
  const called = program.functionOf(fn).calls.flatMap((index) => program.target({ file: fn.file, index }).functions);
  return [fn, ...called].filter(({ index }) => index !== 0);
}

/** Clients whose calls are known to take a signal; of others it may be that nothing stops them. */
const takesSignal = /^(?:fetch|undici|axios|got|ky|ofetch|wretch|needle|node-fetch|cross-fetch|isomorphic-fetch|isomorphic-unfetch|electron-fetch|make-fetch-happen|https?|child_process|util\.promisify|execa|tinyexec|nano-spawn|zx|fs|timers|openai|@anthropic-ai\/sdk|groq-sdk|@google\/genai|@aws-sdk|@azure|@octokit|octokit|openapi-fetch|googleapis|gaxios|graphql-request|@modelcontextprotocol|@supabase|@elastic|@clickhouse|mongodb|ollama)\b/;

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

/** A process that is meant to stay, what is told to others by the way, and a token that the next call wants, too. */
function goesOnAnyway(program: Program, ref: CallRef): boolean {
  const { external } = program.target(ref);
  if ((external && /^child_process\.(?:spawn|fork)$/.test(external)) || isLeftRunning(program, ref)) return true;
  const { functions } = program.files.get(ref.file)!;
  for (let at: number | null = program.callOf(ref).function; at !== null; at = functions[at]!.parent) {
    if (/telemetry|capture|track|analytics|metric|\blog|refresh\w*token|exchange\w*(?:code|token)|revoke|sign_?out|log_?out/i.test(functions[at]!.name)) return true;
  }
  return false;
}

/** The first call to the network, a database or a process that the handler reaches, its own first. What fills a cache is for later calls, too. */
function firstIo(program: Program, handler: Handler, isDropped: (call: CallRef) => boolean, seldom: ReturnType<typeof createSeldom>): { call: CallRef; reach: Reach | null } | null {
  for (const ref of program.callsFrom(handler, 'any')) {
    const call = program.callOf(ref);
    const { external } = program.target(ref);
    const kind = call.isNew || onlyMakes(external) ? null : ioOf(external, 'typescript');
    if ((kind !== 'network' && kind !== 'process' && kind !== 'database') || goesOnAnyway(program, ref) || goesOnWell.test(external ?? '') || isDropped(ref) || isShort(call) || isHandle(program, ref) || /^(?:first|object)$/.test(seldom(ref) ?? '') || isQuickWrite(program, handler, ref) || onceOnly(program).isOnceAt(ref.file, call.span.start)) continue;
    if (kind === 'process' && everyCommand(program, ref, isLocalCommand, isHandOver, saysItsVersion)) continue;
    const reach = program.reachBy([handler], { file: ref.file, index: call.function }, 'any', call.span.start);
    if (reach && (isLeftAlone(program, reach) || isShared(program, reach) || ((unstoppable.test(external ?? '') || ((kind === 'database' || (call.callee.kind === 'member' && /^(?:delete|remove)/.test(call.callee.name))) && changesOne.test(snake(handler.name ?? '')))) && isLastStep(program, handler, reach, ref)))) continue;
    if (!reach || isFeasible(program, id, reach, { file: ref.file, start: call.span.start })) return { call: ref, reach };
  }
  return null;
}

/** The next call wants it, too: a token that is fetched anew; what is being closed. And clients whose calls take no signal, nor anything else that stops them; discord.js also answers most of what it is asked for by an id from what it keeps. */
const goesOnWell = /(?:refresh\w*|get)_?(?:access_?)?token$|^(?:@linear\/sdk|@slack\/web-api|stripe|cos-nodejs-sdk-v5|asana|node-jt400|@datadog\/datadog-api-client|redis|ioredis|@redis\/client)\b|^imapflow\.(?:.*\.)?(?:connect|logout)$|^mssql\.(?:.*\.)?connect$|\.(?:close|disconnect)$|^dns\.(?:promises\.)?lookup$|^(?:discord\.js|@discordjs\/core)\b(?!.*\.rest\.)/i;

/** One row, and whether it was done nobody would know. */
const changesOne = /^(?:\w+?_)?(?:delete|remove|clean|clear|purge|reset|rename|update|edit|set|mark)(?:_|$)/;
/** One short command each, which nothing stops once it is sent. */
const unstoppable = /^(?:couchbase|oracledb|imapflow|nodemailer|firebase|firebase-admin|jsforce|minio|viem|@google-cloud\/[\w-]+)\b/;

/** Nothing is asked any more behind it, neither in its function nor on the way there: there is no step that could be left out. */
function isLastStep(program: Program, { branch }: Handler, { path }: Reach, { file, index }: CallRef): boolean {
  return path.every(({ function: fn, call }, i) => {
    const { span, loop } = program.callOf(call ?? { file, index });
    const whole = i === 0 && branch ? branch : program.functionOf(fn).span;
    return loop === null && program.functionOf(fn).calls.every((other) => {
      const { start, end } = program.callOf({ file: fn.file, index: other }).span;
      return start < span.end || end > whole.end || [...ioOfCall(program, { file: fn.file, index: other })].every((kind) => kind === 'file');
    });
  });
}

/** `const client = algoliasearch(id, key);`: only what is called on it afterwards is waited for. */
function isHandle(program: Program, { file, index }: CallRef): boolean {
  const { awaited, function: fn } = program.callOf({ file, index });
  const { bindings, calls, functions } = program.files.get(file)!;
  const names = awaited ? [] : bindings.flatMap((b) => (b.scope === fn && b.values.length === 1 && b.values[0]?.kind === 'call' && b.values[0].call === index ? [b.name] : []));
  return names.length > 0 && functions[fn]!.calls.some((other) => {
    const { callee, awaited: isAwaited } = calls[other]!;
    return isAwaited && callee.kind === 'member' && callee.object.kind === 'name' && names.includes(callee.object.name) && ioOwn(program, { file, index: other }) !== null;
  });
}

/** A promise on the way is kept, for which other calls wait, too: the signal of one of them must not end it. */
function isShared(program: Program, { path }: Reach): boolean {
  return path.some(({ call: ref }, i) => {
    const call = ref && program.callOf(ref);
    if (call === null) return false;
    return (!call.awaited && onceOnly(program).isOnceAt(ref!.file, call.span.start)) || keepsUnderWay(program, ref!, path[i + 1]?.function);
  });
}

/** `withCache(key, () => load(key))`: who is given the function keeps what it has begun, until all that ask for it have it. */
function keepsUnderWay(program: Program, ref: CallRef, next: FunctionRef | undefined): boolean {
  const { functions, callbacks } = program.target(ref);
  if (!next || !callbacks.some((c) => c.file === next.file && c.index === next.index)) return false;
  return functions.some((fn) => {
    const { start, end } = program.functionOf(fn).span;
    return /\b\w*(?:in_?flight|pending|loading|promises?)\w*(?:\.set\(|\[[^\]\n]+\]\s*=(?!=)|\s*=\s*[\w.]+\()/i.test(program.textOf(fn.file).slice(start, end));
  });
}

/** Whether a server is made for each request over HTTP, without sessions: what a client cancels comes to another one. */
function createForOneRequest(program: Program): (file: string) => boolean {
  let stateless: Map<string, boolean> | null = null;
  return (file) => {
    if (program.transportsOf(file).has('stdio')) return false;
    if (!stateless) {
      stateless = new Map<string, boolean>();
      for (const one of program.files.keys()) {
        const { root } = program.projectOf(one);
        const text = program.textOf(one);
        if (marksIn(program, one).sessionless.length > 0) stateless.set(root, stateless.get(root) ?? true);
        for (const at of marksIn(program, one).sessions) stateless.set(root, (stateless.get(root) ?? true) && /^\w+\s*:\s*undefined\b/.test(text.slice(at, at + 60)));
      }
    }
    return stateless.get(program.projectOf(file).root) ?? false;
  };
}

/** A change that a program on this machine makes in a moment: nothing is saved by giving it up, and nobody knew whether it was done. */
function isQuickWrite(program: Program, { name }: Handler, ref: CallRef): boolean {
  const { callee, args } = program.callOf(ref);
  const texts = args[0]?.kind === 'template' ? args[0].parts : args.slice(0, 1);
  const isWrite = (callee.kind === 'member' && /^(?:post|put|patch|delete)$/.test(callee.name)) || texts.some((t) => t.kind === 'literal' && /\/(?:activate|focus|select|switch|move|rename)(?:\/|$)/.test(String(t.value)));
  return isWrite && /^(?:\w+?_)?(?:rename|set|add|delete|remove|update|edit|comment|mark|clear|move|tag|label|define|retype|switch|activate|focus|select)(?:[_-]|(?=[A-Z])|$)/.test(name ?? '') && isToThisMachine(program, ref);
}

/** It gives up by itself after some seconds, in milliseconds. */
function isShort({ args }: Call): boolean {
  return args.some((a) => a.kind === 'object' && a.properties.some(({ name, value }) => name === 'timeout' && value.kind === 'literal' && typeof value.value === 'number' && value.value > 0 && value.value <= 15_000));
}
