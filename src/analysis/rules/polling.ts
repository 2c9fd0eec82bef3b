import type { CodeReport } from '../codeRule.ts';
import { createMentioned } from '../code/constructed.ts';
import type { CallRef, FunctionRef, Program } from '../code/program.ts';
import type { Call, Span } from '../code/summary.ts';
import type { Visitors } from '../code/syntax.ts';
import { pollingExamples } from '../examples/polling.ts';
import { effectOf, isUnanswered, lastName } from '../effects.ts';
import { ioOfCall, ioOwn, keyOf, languageOf, reachable } from '../ioBelow.ts';
import { loopsOf, loopObserver, type Loop, type LoopAt } from '../loops.ts';
import { isBrief, isLong, isWorkedOut, pausesBriefly, pausesComputed } from '../pauses.ts';
import type { Rule } from '../rule.ts';
import { isAside } from '../serverFiles.ts';
import { snake } from '../snake.ts';
import { isSoonOver } from '../waiting.ts';
import { bindingOf } from '../trace.ts';

const id = 'polling';

const afterError: Visitors[string] = (node, context) => {
  if (node.text.includes('setTimeout')) context.fact(node);
};

export const polling: Rule = {
  id,
  title: 'Asks again and again at a fixed interval',
  severity: 'hint',
  docs: `A handler asks another side for its state, sleeps, and asks again until the state is what it waits for; or a timer of the module asks all the time.

**Why it hurts an MCP server.** The call ends half an interval late on average, and every waiting call costs requests that tell nothing new. With many sessions these become most of the traffic, and rate limits are reached without any work being done.

**How it is measured.** Loops that a handler reaches which sleep for a fixed time, ask the network, a database or a process in each round, and go on or end by what that call answers; \`setInterval\` with a question to the network or a database, if it is not asked only when files have changed, or with a look at files every few seconds. One that ends within ten seconds by its count is information. Left alone are

- pauses that are none of waiting: retries after a failure, intervals that grow or are worked out in each round, pauses between pages or parts (what is asked for moves on);
- loops that are there for what they ask: samples that are collected for a series, another thing in each round, what the own connection has received, a queue that is worked off, what somebody wants to have watched (\`track_…\`, \`monitor_…\`), signs of life and whatever is sent without a look at the answer;
- waiting for a process that the function itself, or whoever calls it, has just started (\`wait_for_server\`, \`waitForReady\`);
- loops whose comment or docstring says why nothing else is possible.

**How to mend it.** Let the other side tell: a webhook, a subscription, server-sent events, long polling. Where there is nothing of the kind, return a task or a resource link at once and let the client ask (\`resources/subscribe\`), or let the interval grow and stop when the request is cancelled.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: [
      { name: 'setInterval', language: 'typescript' },
      { name: 'setTimeout', language: 'typescript' },
      { name: 'timers.promises.setInterval', language: 'typescript' },
    ],
    visitors: { typescript: { catch_clause: afterError } },
    observes: [loopObserver],
    check,
    examples: pollingExamples,
  },
};

const help = 'Let the other side tell when it is done (webhook, subscription, long poll), or let the interval grow and stop on cancellation.';

function* check(program: Program): Iterable<CodeReport> {
  for (const at of loopsOf(program)) {
    const fn = { file: at.file, index: at.function };
    if (!at.loop.sleeps || !isPolling(at.loop)) continue;
    const reach = program.reach(fn, 'any', at.span.start);
    // what no handler waits for goes on for ever, started beside them
    const asks = reach || (isBackground(program, at) && pausesBriefly(program, at)) ? asked(program, at) : null;
    if (!asks || ends.test(program.functionOf(fn).name) || (!isEndless(at.loop) && waitsForStart.test(snake(program.functionOf(fn).name))) || pausesComputed(program, at) || saysHowLong.test(program.textOf(at.file).slice(at.span.start, at.span.end)) || (!isEndless(at.loop) && hasStarted(program, at))) continue;
    const head = withNumbers(program, at, at.loop.head);
    if (isExplained(program, at, asks) || looksTwiceOrSo(head) || asksForAnother(program, at, asks)) continue;
    const { callee } = program.callOf(asks);
    const name = callee.kind === 'name' || callee.kind === 'member' ? `\`${callee.name}\`` : 'a call';
    const isSoon = isSoonOver(head, withNumbers(program, at, program.textOf(at.file).slice(at.span.start, at.span.end)));
    yield { file: at.file, span: program.callOf(asks).span, function: fn, ...(isSoon && { severity: 'information' as const }), confidence: 'medium', message: `The loop asks ${name} again and again, with a pause of always the same length`, help, reach };
  }
  const isMentioned = createMentioned(program);
  for (const { call: ref } of program.hits(id)) {
    const call = program.callOf(ref);
    const { callbacks, external } = program.target(ref);
    const fn = { file: ref.file, index: call.function };
    // a function that plans itself again is a loop, too
    if (external === 'setTimeout' && isAfterError(program, ref)) continue;
    if (external === 'setTimeout' && !callbacks.some((c) => isSame(c, fn) || isCalledBy(program, c, fn))) continue;
    if (external === 'setTimeout' && call.args[1] && isWorkedOut(program, { expr: call.args[1], at: { file: ref.file, function: call.function, offset: call.span.start } })) continue;
    if (program.textOf(ref.file).split('\n').some((line) => isComment(line) && instead.test(line))) continue;
    // once a minute or less is a refresh that nobody waits for
    if (isLong(program, call.args[1], ref, 60_000)) continue;
    if (!inServer(program, ref.file) || isNeverStarted(program, fn, isMentioned)) continue;
    const asking = callbacks.filter((c) => !tells(program, c));
    const at = { file: ref.file, span: call.span, function: fn, confidence: 'medium' as const };
    const reach = program.reach(fn, 'any', call.span.start);
    // somebody has asked for just that
    if (reach?.handlers.every(({ name }) => name !== null && watches.test(snake(name)))) continue;
    if (asking.some((c) => asksOthers(program, c))) yield { ...at, message: 'A timer asks the other side at a fixed interval, whether anybody wants to know or not', help, reach };
    // the own disk is no other side, but to look at it all the time wakes the process for nothing
    else if (isBrief(program, call.args[1], ref) && asking.some((c) => looksAtFiles(program, c) && !asksAge(program, c))) yield { ...at, message: 'A timer looks at files again and again, whether they have changed or not', help: 'Let the system tell when they change: `fs.watch`, chokidar.', reach };
  }
}

/** A tool that is called to have something looked at from now on. */
const watches = /(?:^|_)(?:track|monitor|watch|schedule|subscribe|follow)(?:_|$)/;

/** The other side, or what has failed, says when to ask again. */
const saysHowLong = /\b\w*(?:sleep|delay|wait|setTimeout)\w*\([^()\n]*retry_?after/i;

/** A comment before it (above its function, in it, in the loop up to the question) says why nothing else is possible. */
function isExplained(program: Program, { file, function: index, span }: LoopAt, asks: CallRef): boolean {
  const text = program.textOf(file);
  const { start } = index === 0 ? span : program.functionOf({ file, index }).span;
  const above = text.slice(0, start).split('\n').slice(0, -1);
  const head = above.slice(above.findLastIndex((line) => !isComment(line)) + 1);
  const lines = [...head, '', ...text.slice(start, program.callOf(asks).span.start).split('\n')];
  const doc = index === 0 ? null : program.functionOf({ file, index }).doc;
  const blocks = lines.map((line) => (isComment(line) ? line.replace(/^\s*(?:\/\/|#|\/?\*+)/, '') : '\n')).join(' ').split('\n');
  return [...blocks, ...(doc ? doc.split(/\n\s*\n/) : [])].some((block) => impossible.test(block) || (/\b(?:poll|wait|await|interval)/i.test(block) && (reason.test(block) || forCaller.test(block) || instead.test(block))));
}

/** What would have to be there for the other side to tell. */
const instead = /\bpoll\w*\s*\(?(?:instead of|rather than)\b/i;

const isComment = (line: string) => /^\s*(?:\/\/|#|\*|\/\*)/.test(line);
const impossible = /\b(?:can(?:no|')t|cannot|unable to)\s+(?:await|wait|be awaited|notify|push|tell|subscribe|emit)\b|\bno\s+(?:event|callback|push|notification|webhook)s?\b|\b(?:does(?:n't| not)|do(?:n't| not))\s+(?:await|support|emit|send|notify|push)\b/i;
const reason = /\b(?:because|fall-?back|since (?!the last|last)|no way to|must (?:poll|wait|ask|be (?:polled|asked)))\b/i;

/** One call that takes long is what the caller shall have. */
const forCaller = /\bpoll\w*\b[^.]{0,80}\b(?:transparently|for the (?:caller|agent|client|model))\b|\b(?:transparently|on behalf)\b[^.]{0,60}\bpoll/i;

const says = /status|state|done|complete|finish|pending|ready|running|progress|poll|job|wait|success|queued|result|available|exist/i;

function isPolling(loop: Loop): boolean {
  if (loop.kind === 'each' && !loop.counts) return false;
  if (loop.kind === 'comprehension' || loop.growing || loop.pages || loop.sleepsInCatch) return false;
  return says.test(loop.words);
}

/** Until a server that was just started answers. */
const waitsForStart = /(?:^|_)(?:wait|poll)_?(?:for|until)?_(?:\w+_)?(?:ready|server|port|start(?:ed|up)?|boot(?:ed)?|listening|online)(?:_|$)/;

/** A text with the numbers that its constants (`MAX_ATTEMPTS`) are. */
function withNumbers(program: Program, { file, function: index, span }: LoopAt, text: string): string {
  return text.replaceAll(/(?<![\w.$])[A-Z][A-Z\d_]+\b/g, (name) => {
    const value = program.resolve({ kind: 'name', name }, { file, function: index, offset: span.start });
    return value.kind === 'literal' && typeof value.value === 'number' ? String(value.value) : name;
  });
}

/** Rounds after which it leaves anyway. */
const someRounds = 5;

/** `for (let attempt = 0; attempt < 4; attempt++)`, `for _ in range(3)`. */
function looksTwiceOrSo(head: string): boolean {
  const [, rounds] = /^\s*for\b[^\n]*?(?:<=?\s*|\brange\(\s*(?:\d+\s*,\s*)?)(\d+)\b/.exec(head) ?? [];
  return rounds !== undefined && Number(rounds) <= someRounds;
}

/** `for days in range(365): day = today - timedelta(days); await get(day)`: each round asks for another thing, at a pace that is bearable. */
function asksForAnother(program: Program, { file, span, loop: { head } }: LoopAt, asks: CallRef): boolean {
  const counter = /^\s*for\s*\(?\s*(?:let\s+|var\s+)?([A-Za-z]\w*)\s*(?:=|in\b)/.exec(head)?.[1];
  if (counter === undefined) return false;
  const text = program.textOf(file);
  const derived = Array.from(text.slice(span.start, program.callOf(asks).span.start).matchAll(new RegExp(`\\b(\\w+)\\s*=(?!=)[^\\n]*\\b${counter}\\b`, 'g')), ([, name]) => name!);
  const asked = text.slice(program.callOf(asks).nameSpan.end, program.callOf(asks).span.end);
  return [counter, ...derived].some((name) => new RegExp(`(?<![\\w.])${name}\\b`).test(asked));
}

/** In a `catch`: what has failed is tried again. */
function isAfterError(program: Program, ref: CallRef): boolean {
  const { span } = program.callOf(ref);
  return program.factsOf(ref.file, id).some(({ span: clause }) => clause.start < span.start && span.end <= clause.end);
}

/** Signs of life, counts and buffers are sent out: there is nothing that could be waited for. */
function tells(program: Program, fn: FunctionRef): boolean {
  const words = /heart_?beat|keep_?alive|\bping|health|flush|write|save|persist|clean|expire|evict|purge|prune|report|telemetry|metric|rotate|sweep|renew|extend|touch|queue|drain|deliver|dispatch|reconnect|recover/i;
  const says = ({ args, ...call }: Call) => words.test(lastName(call)) || (args[0]?.kind === 'literal' && words.test(String(args[0].value)));
  return words.test(program.nameOf(fn)) || program.functionOf(fn).calls.some((index) => says(program.callOf({ file: fn.file, index })));
}

const isSame = (a: FunctionRef, b: FunctionRef) => keyOf(a) === keyOf(b);

/** `setTimeout(() => void refresh(), 5000)` in `refresh`, which is no retry. */
function isCalledBy(program: Program, callback: FunctionRef, fn: FunctionRef): boolean {
  const { parent, calls } = program.functionOf(callback);
  return callback.file === fn.file && parent === fn.index && calls.some((index) => program.target({ file: fn.file, index }).functions.some((f) => isSame(f, fn)));
}

/** A function, or a method, that nothing calls or hands on by its name. */
function isNeverStarted(program: Program, fn: FunctionRef, isMentioned: (name: string) => boolean): boolean {
  const { name, kind } = program.functionOf(fn);
  return (kind === 'function' || kind === 'method') && name !== '' && program.callersOf(fn).length === 0 && !isMentioned(name);
}

/** A page beside a server in Python is none of its files. */
const inServer = (program: Program, file: string) => !isAside(program, file) && program.handlers.some((h) => program.projectOf(h.file).root === program.projectOf(file).root && (h.language === 'python') === (languageOf(program, file) === 'python'));

const isEndless = (loop: Loop) => loop.kind === 'while' && !loop.leaves && /\bwhile\b.*\b(?:true|1)\b/i.test(loop.head);

/** Without an end, and started by somebody: as a task, a thread, in the background. */
function isBackground(program: Program, { file, function: index, loop }: LoopAt): boolean {
  return isEndless(loop) && inServer(program, file) && program.callersOf({ file, index }).length > 0;
}

/** The function has started a process (itself or through one that it calls), or all who call it have, and it waits until that answers: it is the first to say so, and soon. */
function hasStarted(program: Program, { file, function: index, span }: LoopAt): boolean {
  const callsOf = (fn: FunctionRef) => program.functionOf(fn).calls.map((call) => ({ file: fn.file, index: call }));
  const isStart = (ref: CallRef) => starts.test((program.target(ref).external ?? '').replace(/^execa\..*/, 'execa'));
  const startsBefore = (fn: FunctionRef, offset: number) => callsOf(fn).some((ref) => program.callOf(ref).span.end <= offset && (isStart(ref) || program.called(ref).functions.some((f) => callsOf(f).some(isStart))));
  const callers = program.callersOf({ file, index });
  return startsBefore({ file, index }, span.start) || (callers.length > 0 && callers.every((ref) => startsBefore({ file: ref.file, index: program.callOf(ref).function }, program.callOf(ref).span.start)));
}

const starts = /^(?:child_process\.(?:spawn|fork|execFile|exec)|execa|subprocess\.Popen|asyncio\.create_subprocess_(?:exec|shell))$/;

/** The network or a database, and not only when something has changed on the own disk. */
function asksOthers(program: Program, fn: FunctionRef, seen = new Set<string>()): boolean {
  if (seen.has(keyOf(fn))) return false;
  seen.add(keyOf(fn));
  const { span, calls } = program.functionOf(fn);
  const text = program.textOf(fn.file).slice(span.start, span.end);
  // what comes when the timer has been stopped comes once
  const stopped = seen.size > 1 ? -1 : text.search(/\bclear(?:Interval|Timeout)\(/);
  let looked: number | null = null;
  for (const index of calls) {
    const ref = { file: fn.file, index };
    const { start, end } = program.callOf(ref).span;
    if (stopped >= 0 && start - span.start > stopped) break;
    const kinds = ioOfCall(program, ref);
    const { functions, callbacks } = program.called(ref);
    if (kinds.has('network') || kinds.has('database')) {
      if (looked !== null && unchanged.test(text.slice(looked, start - span.start))) continue;
      const own = ioOwn(program, ref);
      // a device is told, or something is sent: nothing is asked
      if (own !== null && effectOf(program, ref) === 'changes') continue;
      if (own === 'network' || own === 'database' || [...functions, ...callbacks].some((f) => asksOthers(program, f, seen))) return true;
    } else if (looked === null && (kinds.has('file') || isLook(program, ref) || functions.some((f) => looksAtFiles(program, f)))) looked = end - span.start;
  }
  return false;
}

/** It leaves because nothing has changed. */
const unchanged = /\bif\s*\([^\n]*(?:chang|modif|added|removed|dirty|mtime|diff|hash|stale)[^\n]*\)\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\b(?:return|continue)\b/i;

/** A file's state or content. */
const isLook = (program: Program, ref: CallRef) => /^fs(?:\.promises)?\.(?:l?stat|access|readFile|readdir)(?:Sync)?$/.test(program.target(ref).external ?? '');
const looksAtFiles = (program: Program, fn: FunctionRef) => reachable(program, fn).some((f) => program.functionOf(f).calls.some((index) => isLook(program, { file: f.file, index })));

/** How long ago something was written tells that somebody has stopped, which nothing else can tell. */
const asksAge = (program: Program, fn: FunctionRef): boolean => {
  const { start, end } = program.functionOf(fn).span;
  return /(?:Date\.now\(\)|\bnow)\s*-\s*[\w.?!()]*(?:mtime|beat|last|seen|updated|modified)/i.test(program.textOf(fn.file).slice(start, end));
};

/** What puts an end to something, or says that it is still there, asks nobody. */
const ends = /^_?(?:heart_?beat|keep_?alive|renew_?lease|disconnect|close|stop|terminate|kill|delete|remove|clean|dispose|shut_?down|cancel|release|evict|prune|purge)/i;

/** What is done to a device or sent to somebody, where nobody looks at the answer, asks for nothing. */
const sends = /^_?(?:mouse|key|pointer|send|press|click|move|scroll|type|tap|emit|write|publish|drag|swipe|touch)(?:[A-Z_]|$)/;

/** A look at what the connection of this process has received, as paramiko, pyserial and sockets call it, the wait for the next line of it, or what the own browser has. */
const atHand = /^(?:cookies|recv|readline|readexactly|readuntil|recv_ready|recv_stderr_ready|recv_exit_status_ready|exit_status_ready|in_waiting|inWaiting)$/;

/** `const job = next(); if (!job) break;`: a worker that does what is there and ends when there is no more. */
function takesJob(program: Program, ref: CallRef): boolean {
  const { start, end } = program.callOf(ref).span;
  const text = program.textOf(ref.file);
  if (!/next|pop|shift|take|claim|dequeue/i.test(lastName(program.callOf(ref)))) return false;
  const [, job] = /([\w$]+)\s*=\s*(?:await\s+)?$/.exec(text.slice(Math.max(0, start - 80), start)) ?? [];
  return job !== undefined && new RegExp(`^[^\\n]*\\n?\\s*if\\s*(?:\\(\\s*!\\s*${job.replaceAll('$', '\\$')}\\s*\\)|not\\s+${job}\\s*:|${job}\\s+is\\s+None\\s*:)[\\s{]*(?:break|return)\\b`).test(text.slice(end, end + 200));
}

/** The call that asks somebody, and whose answer decides whether there is another round: one of each round, else the first. */
function asked(program: Program, { file, function: index, span: whole, loop }: LoopAt): CallRef | null {
  const isIn = ({ start, end }: Span, part: Pick<Span, 'start' | 'end'>) => part.start <= start && end <= part.end;
  const calls = program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })).filter((ref) => isIn(program.callOf(ref).span, whole));
  // the protocol of devices without a browser knows nothing else, and says how often
  if (/oauth:grant-type:device_code|\bdevice_?code\b/i.test(program.textOf(file).slice(program.functionOf({ file, index }).span.start, whole.end))) return null;
  // what comes is pushed here, and the loop reads it out of its own buffer
  if (calls.some((ref) => atHand.test(lastName(program.callOf(ref))) || takesJob(program, ref))) return null;
  const asking = calls.filter((ref) => {
    const { span } = program.callOf(ref);
    const name = lastName(program.callOf(ref));
    if (loop.exits.some((e) => isIn(span, e)) || !(isEndless(loop) || loop.answers.some((e) => isIn(span, e)))) return false;
    if (program.called(ref).functions.some((f) => reachable(program, f).some((r) => isSame(r, { file, index })))) return false;
    // what could not connect tries again
    if (ends.test(name) || /^_?(?:re_?)?connect/i.test(name) || (isUnanswered(program, ref) && (sends.test(name) || (isEndless(loop) && effectOf(program, ref) !== 'reads')))) return false;
    const kinds = ioOfCall(program, ref);
    return kinds.has('network') || kinds.has('database') || kinds.has('process') || (kinds.has('single') && !/^(?:is|has)(?:[A-Z_]|$)/.test(name));
  });
  // `answer.get('status')` looks at what came
  const isOfAnswer = (ref: CallRef) => {
    const { callee, function: fn, span } = program.callOf(ref);
    const binding = callee.kind === 'member' && callee.object.kind === 'name' ? bindingOf(program, callee.object.name, { file, function: fn, offset: span.start }) : null;
    return binding !== null && isIn(binding.span, whole);
  };
  return asking.find((ref) => !isOfAnswer(ref) && loop.answers.some((e) => e.always && isIn(program.callOf(ref).span, e))) ?? asking[0] ?? null;
}
