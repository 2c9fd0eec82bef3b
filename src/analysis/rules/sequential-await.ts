import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Program } from '../code/program.ts';
import type { Call, Expr } from '../code/summary.ts';
import { sequentialExamples } from '../examples/sequential-await.ts';
import { effectOf, isUnanswered, lastName, waitsForProcess } from '../effects.ts';
import { sequentialFixes } from '../fixes/sequential-await.ts';
import { heldObserver } from '../heldLocks.ts';
import { ioOfCall, ioOwn, keyOf, leavesThread, reachable } from '../ioBelow.ts';
import { loopsOf, loopObserver, type LoopAt } from '../loops.ts';
import { isMarked, marks } from '../marks.ts';
import { rowsOf, rowVisitors, type Row } from '../rows.ts';
import { goesOneByOne } from '../oneAtATime.ts';
import { onceOnly } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { createSeldom, seldomObservers } from '../seldom.ts';
import { leadsToThisMachine } from '../thisMachine.ts';
import { snake } from '../snake.ts';
import { bindingOf, writtenLength } from '../trace.ts';

const id = 'sequential-await';

// whoever is asked wants to be asked slowly
const marksIn = marks({ slow: /rate_?limit|throttl|min_?interval|last_?request/gi });

export const sequentialAwait: Rule = {
  id,
  title: 'Independent work done one after the other',
  severity: 'hint',
  docs: `A handler waits for one answer before it asks for the next, though no question depends on an earlier answer: \`await\` in a loop over data, or two reads in a row.

**Why it hurts an MCP server.** The times add up: twenty requests of 100 ms take two seconds in a row, and 400 ms five at a time. The model, and the person behind it, wait for all of it.

**How it is measured.** In the code: loops and rows of \`await\` that a handler reaches and that lead to the network, a database, a process or a file. Where a round only reads files of this machine, or works on a batch of fifty or more, it is information. Left alone is a loop

- whose rounds need each other: one uses what an earlier one left, or changes what it asks (statements to a database apart, which fit into one), makes one more thing of one parent (a \`POST\` to the address of each), writes to one stream, connection or transaction, or runs a command that is not known to read;
- that is slow on purpose: it goes through pages, pauses, retries, may end early, goes through a lock, a queue or a connection that lets one through at a time, or stands in a \`catch\` or \`except\`, where all at once has failed;
- that seldom waits: it runs the first time only, asks only for what is not there yet, reads what is kept in a cache or filled for all by its first call, looks at files without their content, or does not look at the answer;

and a pair of questions that one request without arguments answers, or that go to a program on this machine. A run shows the outgoing spans end to end.

**How to mend it.** Run a few at a time: \`p-map\` or \`p-limit\`, in Python \`asyncio.gather\` behind an \`asyncio.Semaphore\`. Two or three things that are known beforehand can go into one \`Promise.all\` or \`asyncio.gather\`. Never start as many as there are data: that only moves the wait to the other side.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: rowVisitors,
    observes: [loopObserver, heldObserver, ...seldomObservers],
    check,
    fixes: sequentialFixes,
    examples: sequentialExamples,
  },
};

export type Sequential = { kind: 'loop'; loop: LoopAt['loop']; span: LoopAt['span'] } | { kind: 'row'; row: Row };

function* check(program: Program): Iterable<CodeReport> {
  const loops = loopsOf(program);
  const seldom = createSeldom(program);
  const isSlowed = (ref: CallRef) => program.called(ref).functions.some((fn) => reachable(program, fn).some((f) => f.index !== 0 && isMarked(marksIn(program, f.file).slow, program.functionOf(f).span)));
  for (const at of loops) {
    const { loop } = at;
    if (loop.kind === 'while' || loop.leaves || loop.carried || loop.ordered || loop.afterFailure || loop.awaits.length === 0 || !program.reach({ file: at.file, index: at.function }, 'any', at.span.start) || isShort(program, at)) continue;
    const calls = awaitedIn(program, at, loop.body, loop.awaits);
    const first = calls.find((ref) => isIndependentIo(program, ref) && leavesThread(program, ref) && !isKept(program, ref));
    // what a round starts, it may wait for
    const isWait = starts.test(first ? (program.target(first).external ?? '') : '') ? (ref: CallRef) => waitsForProcess(program, ref) : () => false;
    if (!first || calls.some((ref) => !isWait(ref) && (mayChange(program, ref) || makesItsOwn(program, ref, at) || forbids(program, ref, { file: at.file, index: at.function }))) || calls.some(isSlowed) || goesOneByOne(program, first) || saysOneByOne(program, at, first) || seldom(first) === 'first' || fillsForAll(program, first, seldom) || isForMissing(program, at)) continue;
    // the loop inside says it already
    if (loops.some((l) => l.file === at.file && l.loop.awaits.length > 0 && l.span.start > at.span.start && l.span.end <= at.loop.body.end && l.span.start <= program.callOf(first).span.start && program.callOf(first).span.end <= l.span.end)) continue;
    const isDatabase = ioOfCall(program, first).has('database');
    const report = reportOf(program, first, { kind: 'loop', loop, span: at.span }, `Each round of the loop waits for the one before, though ${nameOf(program, first)} does not depend on it`, isDatabase ? 'Ask for all of them in one query, or run a few rounds at a time with a limit.' : 'Run a few rounds at a time with a limit.');
    // files of this machine are read in a moment each
    const isOfFiles = [...ioOfCall(program, first)].every((kind) => kind === 'file');
    if (report) yield { ...report, ...((isOfFiles || isOfBatches(program, at)) && { severity: 'information' as const }) };
  }
  for (const { file, function: index, row } of rowsOf(program, id)) {
    if (!program.reach({ file, index }, 'any')) continue;
    const items = row.items.map((item) => ({ item, ref: outermost(program, file, index, item.awaited) }));
    let run: typeof items = [];
    const runs: (typeof items)[] = [];
    for (const one of items) {
      if (one.ref && !prepares.test(`${one.item.target} ${lastName(program.callOf(one.ref))}`) && isRead(program, one.ref) && leavesThread(program, one.ref) && !goesOneByOne(program, one.ref) && !leadsToThisMachine(program, one.ref) && !isKept(program, one.ref) && !isSlowed(one.ref) && !forbids(program, one.ref, { file, index })) run.push(one);
      else {
        runs.push(run);
        run = [];
      }
    }
    for (const { length, ...rest } of [...runs, run].map((r) => ({ length: r.length, r }))) {
      if (length < 2) continue;
      const second = rest.r[1]!.ref!;
      // two programs of this machine share its processors
      const isOfProcesses = rest.r.slice(0, 2).every(({ ref }) => [...ioOfCall(program, ref!)].every((kind) => kind === 'process' || kind === 'file'));
      if (length === 2 && (isOfProcesses || seldom(second) !== null || haveOneSource(program, rest.r[0]!.ref!, second))) continue;
      const report = reportOf(program, second, { kind: 'row', row: { items: rest.r.map(({ item }) => item) } }, `${nameOf(program, second)} is asked only after ${nameOf(program, rest.r[0]!.ref!)} has answered, though it does not need the answer`, 'Wait for both at once.');
      if (report) yield report;
    }
  }
}

/** Both ask for one thing that takes no arguments (`get_bootstrap()`), or the second asks for the first itself: it finds what the first has fetched, or should. */
function haveOneSource(program: Program, first: CallRef, second: CallRef): boolean {
  if (asksItself(program, first, second)) return true;
  const sources = sourcesOf(program, first);
  return sources.size > 0 && [...sourcesOf(program, second)].some((source) => sources.has(source));
}

/** `await getSchemaId(name); await convert(name, values)`, where `convert` gets the id that it needs by the same function, which keeps it. */
function asksItself(program: Program, first: CallRef, second: CallRef): boolean {
  const own = new Set(program.called(second).functions.map(keyOf));
  const below = new Set(program.called(second).functions.flatMap((fn) => reachable(program, fn)).map(keyOf));
  const isOfOne = /^(?:get|load|find|resolve|ensure)_/.test(snake(lastName(program.callOf(first))));
  const keeps = (fn: FunctionRef) => /cache|\.has\(/i.test(program.textOf(fn.file).slice(program.functionOf(fn).span.start, program.functionOf(fn).span.end));
  return isOfOne && program.called(first).functions.some((fn) => below.has(keyOf(fn)) && !own.has(keyOf(fn)) && keeps(fn));
}

function sourcesOf(program: Program, ref: CallRef): Set<string> {
  const below = program.called(ref).functions.flatMap((fn) => reachable(program, fn)).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })));
  const asksAll = [ref, ...below].filter((one) => {
    const call = program.callOf(one);
    return call.args.length === 0 && call.keywords.length === 0 && !call.isNew && !prepares.test(lastName(call)) && ioOfCall(program, one).has('network');
  });
  return new Set(asksAll.flatMap((one) => program.called(one).functions.map(keyOf)));
}

/** They give a process, whose output is waited for afterwards. */
const starts = /^(?:asyncio\.create_subprocess_(?:exec|shell)|anyio\.open_process)$/;

/** One or two things that are written out. */
function isShort(program: Program, { file, function: index, span, loop }: LoopAt): boolean {
  const length = loop.over && writtenLength(program, { expr: loop.over, at: { file, function: index, offset: span.start } });
  return length !== null && length < 3;
}

function reportOf(program: Program, ref: CallRef, data: Sequential, message: string, help: string): CodeReport | null {
  const call = program.callOf(ref);
  const fn = { file: ref.file, index: call.function };
  const reach = program.reach(fn, 'any', call.span.start);
  return reach && { file: ref.file, span: call.span, function: fn, confidence: 'medium', message, help, reach, data };
}

const nameOf = (program: Program, ref: CallRef) => {
  const { callee } = program.callOf(ref);
  return callee.kind === 'name' || callee.kind === 'member' ? `\`${callee.name}\`` : 'the call';
};

/** Calls in a loop's own body that are waited for. */
function awaitedIn(program: Program, { file, function: index }: LoopAt, body: { start: number; end: number }, awaits: LoopAt['loop']['awaits']): CallRef[] {
  return program
    .functionOf({ file, index })
    .calls.map((call) => ({ file, index: call }))
    .filter((ref) => {
      const call = program.callOf(ref);
      return call.span.start >= body.start && call.span.end <= body.end && (call.awaited || awaits.some((a) => a.start <= call.span.start && call.span.end <= a.end));
    });
}

function isIndependentIo(program: Program, ref: CallRef): boolean {
  const kinds = ioOfCall(program, ref);
  if (kinds.has('network') || kinds.has('database') || kinds.has('process')) return true;
  return kinds.has('file') && readName.test(lastName(program.callOf(ref))) && !isQuickLook(program, ref);
}

/** `lstat`, `realpath`: of files nothing but what the file system has in memory is asked for. */
function isQuickLook(program: Program, ref: CallRef): boolean {
  const { functions, callbacks } = program.called(ref);
  const below = [...functions, ...callbacks].flatMap((fn) => reachable(program, fn)).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })));
  const asking = [ref, ...below].filter((one) => ioOwn(program, one) !== null);
  return asking.length > 0 && asking.every((one) => /(?:^|[._])(?:l?stat|access|exists|realpath|readlink|is_?(?:file|dir|symlink))(?:Sync)?$/i.test(lastName(program.callOf(one))));
}

/** `if (!names) await load(); return names[id];`: the first round fetches what all others find. */
function fillsForAll(program: Program, ref: CallRef, seldom: ReturnType<typeof createSeldom>): boolean {
  return program.called(ref).functions.some((fn) => {
    const { span, calls } = program.functionOf(fn);
    const text = program.textOf(fn.file);
    return calls.some((index) => {
      const call = { file: fn.file, index };
      const { start } = program.callOf(call).span;
      if (seldom(call) !== 'first' || ioOfCall(program, call).size === 0) return false;
      const [, kept] = /\bif\s*(?:\(\s*!\s*|not\s+)([\w.]+)[^\n]*\n?[^\n]*$/.exec(text.slice(span.start, start)) ?? [];
      return kept !== undefined && new RegExp(`\\breturn\\s+${kept.replaceAll('.', '\\.')}(?:\\[|\\.(?:get|find)\\()`).test(text.slice(start, span.end));
    });
  });
}

/** `if (this.loaded.has(name)) continue; …; this.loaded.set(name, …)`: what has been asked for in a call is there in all that follow. */
function isForMissing(program: Program, { file, function: index, loop: { body } }: LoopAt): boolean {
  const text = program.textOf(file).slice(body.start, body.end);
  const [, script] = /\bif\s*\(\s*([\w.#]+)\.has\([^()]*\)\s*\)\s*\{?\s*continue\b/.exec(text) ?? [];
  const [, python] = /\bif\s+[\w.]+\s+in\s+([\w.]+)\s*:\s*continue\b/.exec(text) ?? [];
  const kept = script ?? python;
  if (kept === undefined || !new RegExp(`(?<![\\w.])${kept.replaceAll('.', '\\.')}(?:\\.(?:set|add)\\(|\\[[^\\]\\n]+\\]\\s*=(?!=))`).test(text)) return false;
  // one of the call's own begins anew in each
  return kept.includes('.') || bindingOf(program, kept, { file, function: index, offset: body.start })?.scope === 0;
}

/** So many things fit into a round that there is mostly no second one. */
const wholeBatch = 50;

/** `for i in range(0, len(ids), 200)`, `for (let i = 0; i < ids.length; i += batchSize)`, `for (const batch of chunked(ids, 200))`: a round for each batch. */
function isOfBatches(program: Program, { file, span, loop: { body } }: LoopAt): boolean {
  const text = program.textOf(file);
  const head = text.slice(span.start, body.start);
  const [, ...steps] = /\brange\(\s*\w+\s*,[^\n]*,\s*([\w.]+)\s*\)|\+=\s*([\w.]+)\s*\)|\b(?:of|in)\s+[\w.]*(?:batch|chunk)\w*\([^()\n]*,\s*([\w.]+)\s*\)/i.exec(head) ?? [];
  const step = steps.find(Boolean)?.split('.').at(-1);
  if (step === undefined) return false;
  const size = /^\d/.test(step) ? step : new RegExp(`(?<![\\w$])${step}\\s*(?::\\s*\\w+\\s*)?=\\s*(\\d[\\d_]*)`).exec(text)?.[1];
  return size !== undefined && Number(size.replaceAll('_', '')) >= wholeBatch;
}

/** A comment in the function around, or in what a round calls, says that it is done in this way. */
function saysOneByOne(program: Program, { file, function: index }: LoopAt, ref: CallRef): boolean {
  return [{ file, index }, ...program.called(ref).functions].some((fn) => {
    const { start, end } = program.functionOf(fn).span;
    return fn.index !== 0 && Array.from(program.textOf(fn.file).slice(start, end).matchAll(comments)).some(([comment]) => oneByOne.test(comment));
  });
}

const comments = /\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*|(?<=^|\s)#[^\n]*|"""[^]*?"""/g;
const oneByOne = /\b(?:serial(?:ly|i[sz]ed?)?|sequential(?:ly)?|one (?:at a time|by one|after (?:the other|another))|in order|(?:not|never|avoid) (?:run |be |running )?(?:in )?(?:parallel|concurrent(?:ly)?))\b/i;

/** Something that must not run beside itself, or that runs several already. */
function forbids(program: Program, ref: CallRef, fn: FunctionRef): boolean {
  const { external, functions } = program.called(ref);
  if (external && /^(?:Promise\.(?:all|allSettled|race|any)|asyncio\.(?:gather|wait|as_completed|sleep)|anyio\.sleep|p-map|p-all|p-limit)/.test(external)) return true;
  if (ioOfCall(program, ref).has('single')) return true;
  if (/^(?:sleep|delay|wait|all|allSettled|gather|login|connect|commit|begin)$/i.test(lastName(program.callOf(ref)))) return true;
  // a walk down a tree would wait for itself behind the limit
  return functions.some((f) => reachable(program, f).some((r) => keyOf(r) === keyOf(fn)));
}

const readName = /^(?:get|fetch|list|load|read|find|search|query|count|describe|look_?up|retrieve|resolve|scan|select|head|request|check|run|execute|exec)(?:[A-Z_].*|[a-z]*File|)$|^(?:fetch|axios|got|ky)$/;

/** What the next question needs though it is not handed to it. */
const prepares = /token|auth|login|session|connect|init|ensure|lock|client|config|setup/i;

/** A question to somebody that changes nothing. */
function isRead(program: Program, ref: CallRef): boolean {
  const kinds = ioOfCall(program, ref);
  // what a file says is mostly kept after the first time
  return ['network', 'database', 'process'].some((k) => kinds.has(k as 'network')) && effectOf(program, ref) === 'reads';
}

/** What a round changes may matter to the next one. Statements to a database are not meant: all of them fit into one. */
function mayChange(program: Program, ref: CallRef): boolean {
  const kinds = ioOfCall(program, ref);
  if (kinds.size === 0 || ioOwn(program, ref) === 'database') return false;
  const effect = effectOf(program, ref);
  // of a request whose answer nobody looks at, what it changes is what is wanted
  const isSent = kinds.has('network') && (effect === 'unknown' || /^(?:post|put|patch|delete)$/.test(lastName(program.callOf(ref)))) && isUnanswered(program, ref);
  return effect === 'changes' || isSent || (effect === 'unknown' && kinds.has('process'));
}

/** A POST to an address that ends with what the round is about (`/contents/${path}`): each makes one more thing of the same parent, such as a commit on its branch. */
function makesItsOwn(program: Program, ref: CallRef, { span: { start, end } }: LoopAt): boolean {
  const { args, function: fn, span } = program.callOf(ref);
  const isPost = lastName(program.callOf(ref)) === 'post' || args.some((a) => a.kind === 'object' && a.properties.some(({ name, value }) => name === 'method' && value.kind === 'literal' && value.value === 'POST'));
  const isOfRound = (expr: Expr | undefined): boolean => {
    if (expr === undefined) return false;
    if (expr.kind === 'template') return isOfRound(expr.parts.at(-1));
    if (expr.kind === 'binary') return isOfRound(expr.right);
    if (expr.kind === 'member') return isOfRound(expr.object);
    if (expr.kind === 'call') return program.callOf({ file: ref.file, index: expr.call }).args.some(isOfRound);
    const binding = expr.kind === 'name' ? bindingOf(program, expr.name, { file: ref.file, function: fn, offset: span.start }) : null;
    return binding !== null && start <= binding.span.start && binding.span.end <= end;
  };
  const [address] = args;
  return isPost && (address?.kind === 'template' || address?.kind === 'binary') && isOfRound(address);
}

/** What it asks for is the same for all callers, and it has a cache asked for that (`{ cache: 'user' }`): mostly there is nothing to wait for. */
function isKept(program: Program, ref: CallRef): boolean {
  if (answersFromCache(program, ref)) return true;
  const has = ({ args, keywords }: Call) => [...args.flatMap((a) => (a.kind === 'object' ? a.properties : [])), ...keywords].some(({ name, value }) => name === 'cache' && value.kind === 'literal' && typeof value.value === 'string' && !/^(?:no-|reload)/.test(value.value));
  const { args, keywords } = program.callOf(ref);
  return args.length + keywords.length === 0 && program.called(ref).functions.some((fn) => onceOnly(program).isKept(fn) || program.functionOf(fn).calls.some((index) => has(program.callOf({ file: fn.file, index }))));
}

/** `cached = cache.get(key); if cached is not None: return cached` before anything is asked, in the functions that it calls or in those that ask for them. */
function answersFromCache(program: Program, ref: CallRef, depth = 0): boolean {
  const { functions } = program.called(ref);
  return depth < 3 && functions.length > 0 && functions.every((fn) => {
    const { span, calls } = program.functionOf(fn);
    const asking = calls.map((index) => ({ file: fn.file, index })).filter((one) => ioOfCall(program, one).size > 0);
    const [first] = asking;
    if (!first) return false;
    const before = program.textOf(fn.file).slice(span.start, program.callOf(first).span.start);
    return /\b\w*cache\w*\b[^]*\bif\b[^]{0,80}\breturn\b/i.test(before) || asking.every((one) => answersFromCache(program, one, depth + 1));
  });
}

/** The call that an `await` waits for: the one that begins and ends with it. */
function outermost(program: Program, file: string, fn: number, span: { start: number; end: number }): CallRef | null {
  const index = program.functionOf({ file, index: fn }).calls.find((c) => {
    const { span: s } = program.callOf({ file, index: c });
    return s.start === span.start && s.end === span.end;
  });
  return index === undefined ? null : { file, index };
}

