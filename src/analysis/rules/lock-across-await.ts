import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Handler, Program, Reach } from '../code/program.ts';
import type { Call, Expr, Span } from '../code/summary.ts';
import { lockAcrossAwaitExamples } from '../examples/lock-across-await.ts';
import { heldObserver, type Held } from '../heldLocks.ts';
import { ioOfCall } from '../ioBelow.ts';
import { behind, holdsOneRequest, isOne } from '../oneAtATime.ts';
import type { Rule } from '../rule.ts';
import { onlyAsks } from '../onlyAsks.ts';
import { setsUp } from '../seldom.ts';
import { snake } from '../snake.ts';
import { bindingOf } from '../trace.ts';
import { lockSinks, taskLocks, threadLocks, type LockSink } from '../sinks/locks.ts';

const id = 'lock-across-await';
/** From a handler over a wrapper that is handed the work. */
const maxHops = 2;

export const lockAcrossAwait: Rule = {
  id,
  title: 'A lock is held while something else is awaited',
  severity: 'warning',
  docs: `Python: a lock of \`threading\` is held over an \`await\`, or one \`asyncio.Lock\` that guards what is kept for each key is held over a pause or the network. TypeScript: a mutex, or a chain of promises used as one, stands around a whole tool.

**Why it hurts an MCP server.** While the holder of a \`threading.Lock\` waits, the next one that wants it blocks the thread of the event loop, and with it the holder: at best everything stops for as long as the wait takes, at worst for ever. With one \`asyncio.Lock\` for all keys, everybody waits for the slowest user or host. A mutex around a whole tool makes calls that mostly wait stand in line, so that ten at a time take ten times as long.

**How it is measured.** In the code that a handler reaches: \`with lock:\` or \`acquire()\` … \`release()\` of a lock that belongs to threads, with an \`await\` inside; \`async with lock:\` of a lock that no key chooses, around a map that a parameter is the key of and a sleep (a warning) or network I/O (a hint); and mutexes (\`async-mutex\`, \`async-lock\`, a limit of one, \`tail = tail.then(…)\`) outside of which a tool awaits nothing. A \`threading.RLock\` is none, as the tasks of one loop are one thread, which gets it again, nor is the mutex of a device (USB, a serial port), which does one thing at a time. A client's function that holds one around a single request of its own is none, nor is one around what sets up or ends a connection, one within which nothing is awaited, or a chain that nobody waits for (a log). It is a warning where all that is done behind one is to ask services for data (GET, SELECT from a pool) and the server changes nothing of its own; else a hint, as the order may matter.

**How to mend it.** Python: \`asyncio.Lock\` with \`async with\`, or let go of the lock before the \`await\`; one lock for each key, or only around the map. TypeScript: hold the mutex only around what must not be done twice at a time, or one for each key.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: lockSinks,
    observes: [heldObserver],
    *check(program) {
      for (const { file, fact } of program.facts(heldObserver.id)) {
        const held = fact.data as Held;
        const fn = { file, index: fact.function };
        if (held.kind === 'async with') yield* ofTasks(program, fn, fact.span, held);
        else if (held.kind === 'with') yield* ofWith(program, fn, fact.span, held.lock, held.text);
        else if (isWaitedFor(program, fn)) yield* whole(program, fn, fact.span, held.text, true);
      }
      for (const { call, sink } of program.hits(id)) yield* ofCall(program, call, sink as LockSink);
    },
    examples: lockAcrossAwaitExamples,
  },
};

function* ofWith(program: Program, fn: FunctionRef, span: Span, lock: Expr, text: string): Iterable<CodeReport> {
  const value = program.resolve(lock, { file: fn.file, function: fn.index, offset: span.start });
  if (value.kind === 'external' && threadLocks.has(value.name)) yield* warning(program, fn, span, text, value.name);
}

/** One lock for what is kept for each key: whoever waits for something of one key stops all others. */
function* ofTasks(program: Program, fn: FunctionRef, span: Span, { lock, text, body }: Held & { kind: 'async with' }): Iterable<CodeReport> {
  // a local one was chosen by a key
  const isOne = lock.kind === 'name' ? bindingOf(program, lock.name, { file: fn.file, function: fn.index, offset: span.start })?.scope === 0 : /^self\.\w+$/.test(text);
  const key = isOne ? keyIn(program, fn, body) : null;
  if (key === null) return;
  const value = program.resolve(lock, { file: fn.file, function: fn.index, offset: span.start });
  if (value.kind !== 'external' || !taskLocks.has(value.name)) return;
  const waits = waitsIn(program, fn, body);
  const reach = waits && program.reach(fn, 'loop', span.start);
  if (!waits || !reach) return;
  yield {
    file: fn.file,
    span,
    function: fn,
    severity: waits === 'a pause' ? 'warning' : 'hint',
    confidence: 'medium',
    message: `\`${text}\` is one lock for all and is held over ${waits} for one \`${key}\`: calls for any other wait, too`,
    help: `Have a lock for each \`${key}\`, or hold this one only while the map is read or changed.`,
    reach,
  };
}

/** A parameter that something is looked up by: `failures.get(token)`, `cache[token]`, `token in cache`. */
function keyIn(program: Program, fn: FunctionRef, { start, end }: { start: number; end: number }): string | null {
  const held = program.textOf(fn.file).slice(start, end);
  const names = program.functionOf(fn).parameters.map((p) => p.name).filter((name) => /^\w+$/.test(name) && !/^(?:self|cls)$/.test(name));
  return names.find((name) => new RegExp(`(?<!\\bawait\\s+[\\w.]*)\\b(?!requests\\b|httpx\\b)\\w+(?:\\.(?:get|setdefault|pop)\\(\\s*${name}\\b|\\[${name}\\])|\\b${name}\\s+(?:not\\s+)?in\\s+\\w`).test(held)) ?? null;
}

/** What is awaited there: a pause before all, else the network or a database. */
function waitsIn(program: Program, fn: FunctionRef, { start, end }: { start: number; end: number }): 'a pause' | 'network I/O' | 'a query' | null {
  const awaited = program.functionOf(fn).calls.map((index) => ({ file: fn.file, index })).filter((ref) => {
    const call = program.callOf(ref);
    return call.awaited && start <= call.span.start && call.span.end <= end;
  });
  const pauses = (ref: CallRef) => /^(?:asyncio|anyio|trio)\.sleep$/.test(program.target(ref).external ?? '') && program.callOf(ref).args.some((a) => a.kind !== 'literal' || Number(a.value) > 0);
  if (awaited.some(pauses)) return 'a pause';
  const kinds = new Set(awaited.flatMap((ref) => [...ioOfCall(program, ref)]));
  return kinds.has('network') ? 'network I/O' : kinds.has('database') ? 'a query' : null;
}

function* warning(program: Program, fn: FunctionRef, span: Span, text: string, name: string): Iterable<CodeReport> {
  const reach = program.reach(fn, 'loop', span.start);
  if (!reach) return;
  const twin = /Semaphore/.test(name) ? 'asyncio.Semaphore' : /Condition/.test(name) ? 'asyncio.Condition' : 'asyncio.Lock';
  yield {
    file: fn.file,
    span,
    function: fn,
    message: `\`${text}\` is a lock of threads (\`${name}\`) and is held over an \`await\`: whoever wants it next stops the event loop`,
    help: `Make it an \`${twin}\` and take it with \`async with\`, or let go of it before the \`await\`.`,
    reach,
  };
}

function* ofCall(program: Program, ref: CallRef, sink: LockSink): Iterable<CodeReport> {
  const call = program.callOf(ref);
  const fn = { file: ref.file, index: call.function };
  if (sink.language === 'python') {
    if (isHeldOverAwait(program, ref, call)) yield* warning(program, fn, call.span, textOf(call.callee) ?? 'acquire', sink.name.replace(/\.acquire$/, ''));
    return;
  }
  if (sink.one && !isOne(program, ref, call)) return;
  if (!awaitsBehind(program, fn, call.span)) return;
  yield* whole(program, fn, call.span, textOf(call.callee) ?? sink.name, sink.keyed ? call.args[0]?.kind === 'literal' : true);
}

/** Not where a lock is taken and let go with nothing awaited between. */
function awaitsBehind(program: Program, fn: FunctionRef, at: Span): boolean {
  const { start, end } = behind(program, fn, at);
  return start < at.end || /\bawait\b/.test(program.textOf(fn.file).slice(start, end));
}

/** Somebody gets what the chain gives, or the function waits for it: nobody stands in line behind a log that is written meanwhile. */
function isWaitedFor(program: Program, fn: FunctionRef): boolean {
  const { returned, span } = program.functionOf(fn);
  return returned.length > 0 || /\bawait\b/.test(program.textOf(fn.file).slice(span.start, span.end));
}

/** `lock.acquire()` … `await` … `lock.release()` in one function. */
function isHeldOverAwait(program: Program, ref: CallRef, call: Call): boolean {
  const { calls, functions } = program.files.get(ref.file)!;
  const lock = call.callee.kind === 'member' ? textOf(call.callee.object) : null;
  if (lock === null || !functions[call.function]!.async || [...call.args, ...call.keywords.filter((k) => k.name === 'blocking').map((k) => k.value)].some((a) => a.kind === 'literal' && a.value === false)) return false;
  const behind = functions[call.function]!.calls.map((i) => calls[i]!).filter((c) => c.span.start > call.span.start);
  const release = behind.find((c) => c.callee.kind === 'member' && c.callee.name === 'release' && textOf(c.callee.object) === lock);
  return release !== undefined && behind.some((c) => c.awaited && c.span.start < release.span.start);
}

/** What can do one thing at a time. */
const ofDevice = /(?:^|[._])(?:usb|hid|serial_?port|com_?port|device|hardware|camera|printer|gpu)(?:[._]|$)/;

/** A mutex that a tool's whole work stands behind: nothing else is awaited on the way to it. */
function* whole(program: Program, fn: FunctionRef, span: Span, text: string, isOneForAll: boolean): Iterable<CodeReport> {
  const reach = isOneForAll ? (program.reach(fn, 'loop', span.start) ?? reachAround(program, fn, span)) : null;
  if (!reach || reach.path.length > maxHops + 1 || !isWhole(program, reach, fn, span)) return;
  const handlers = reach.handlers.filter((h) => h.kind === 'tool');
  // what all others use is made and ended once at a time
  if (handlers.every(setsUp)) return;
  const isFutile = isForNothing(program, reach.handlers, text);
  if (!isFutile && ofDevice.test(snake(text))) return;
  // a client that asks its peer one thing at a time, which may be all that the peer can do
  if (!isFutile && reach.path.length > 1 && holdsOneRequest(program, fn, span)) return;
  yield {
    file: fn.file,
    span,
    function: fn,
    severity: isFutile ? 'warning' : 'hint',
    confidence: 'medium',
    message: `\`${text}\` lets one call at a time through the whole tool${isFutile ? ', which only asks a service for data' : ''}`,
    help: 'Hold the lock only around what must not be done twice at a time, or have one for each key.',
    reach,
    handlers,
  };
}

/** Of a function that hands every request on: the call that does so is left out of what runs around the tools, and so is a lock that is that call. */
function reachAround(program: Program, fn: FunctionRef, { start, end }: Span): Reach | null {
  const behind = program.handlers.filter(({ around = [] }) => around.some((a) => a.function.file === fn.file && a.function.index === fn.index && a.without.some((s) => s.start === start && s.end === end)));
  return program.reachBy(behind, fn, 'loop');
}

/** Whether all that take a lock only ask for data. A rate that somebody wants kept is no defect. */
function isForNothing(program: Program, handlers: readonly Handler[], text: string): boolean {
  if (/rate|throttl|polite/i.test(text)) return false;
  const calls = program.hits(id).map(({ call }) => call);
  const lockOf = (ref: CallRef) => {
    const { callee } = program.callOf(ref);
    return textOf(callee.kind === 'member' ? callee.object : callee);
  };
  const lock = calls.map(lockOf).find((name) => name !== null && (text === name || text.startsWith(`${name}.`))) ?? text;
  const others = calls.filter((ref) => lockOf(ref) === lock).flatMap((ref) => program.reach({ file: ref.file, index: program.callOf(ref).function }, 'any', program.callOf(ref).span.start)?.handlers ?? []);
  return onlyAsks(program, [...new Set([...handlers, ...others])], { name: lock, calls });
}

function isWhole(program: Program, { path }: Reach, fn: FunctionRef, span: Span): boolean {
  return path.every(({ function: at, call }) => {
    const inner = call ? program.callOf(call).span : at.index === fn.index && at.file === fn.file ? span : null;
    if (!inner) return true;
    const { calls, functions } = program.files.get(at.file)!;
    // what is awaited behind it may be the work itself, between acquire and release
    const { end } = call ? inner : behind(program, fn, inner);
    return functions[at.index]!.calls.every((i) => !calls[i]!.awaited || (calls[i]!.span.end > inner.start && calls[i]!.span.start < end));
  });
}

/** Names and members as they are written. */
function textOf(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'this') return 'this';
  if (expr.kind !== 'member') return null;
  const object = textOf(expr.object);
  return object === null ? null : `${object}.${expr.name}`;
}
