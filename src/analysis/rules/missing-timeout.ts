import type { CodeReport } from '../codeRule.ts';
import { maySpread } from '../code/lists.ts';
import type { CallRef, Program, SinkHit } from '../code/program.ts';
import type { Call, Span } from '../code/summary.ts';
import { boundedObserver, isBounded, isBoundedAround } from '../bounded.ts';
import { isOfEdge } from '../edgeRuntime.ts';
import { isMarked, marks } from '../marks.ts';
import { isNothing, mayBeInKeywords, mayHave } from '../mayHave.ts';
import type { Rule } from '../rule.ts';
import { createDropped, droppedObserver, isLeftAlone } from '../dropped.ts';
import { createHardlyEver, seldomObservers } from '../seldom.ts';
import { hangs, timeoutSinks, type TimeoutSink } from '../sinks/timeouts.ts';
import { hasMaker, madeWith, sharedBy, type Shared } from '../sharedOptions.ts';
import { isAside } from '../serverFiles.ts';
import { isToThisMachine, servesThisMachine } from '../thisMachine.ts';
import { bindingOf, functionAt, stepBack, type Placed } from '../trace.ts';
import { endsItself, everyCommand, installs, isHandOver, isLocalCommand, isLocalGit, isServiceSetting, saysItsVersion, worksOnFiles } from '../localCommands.ts';
import { hasEnded, isLeftRunning, isWaitedToItsEnd } from '../processEnds.ts';
import { missingTimeoutExamples } from '../examples/missing-timeout.ts';
import { timeoutFixes } from '../fixes/missing-timeout.ts';

const id = 'missing-timeout';

const marksIn = marks({
  // options that get a timeout after they were made, and adapters that give every request one
  set: /\.(?:signal|timeout)\s*=[^=]|['"]timeout['"]|\.setTimeout\(|\.on(?:ce)?\(\s*['"]timeout['"]/g,
  // an interceptor that is written where it is used shows whether it has to do with that
  axios: /\.defaults\.timeout\s*=|interceptors\.request\.use\b(?=[\s\S]{0,800}?(?:timeout|signal))|interceptors\.request\.use\(\s*(?!async\b|\(|function\b|\w+\s*=>)/g,
  requests: /Timeout\w*Adapter|Timeout\w*Session|\.request\s*=\s*(?:functools\.)?partial\(/g,
  // undici's dispatcher has limits of minutes, unless it is made with others
  dispatcher: /setGlobalDispatcher\(/g,
  limits: /(?:headers|body)Timeout|AbortSignal\.timeout|\btimeout\s*:/g,
  sockets: /socket\.setdefaulttimeout\(/g,
});

export const missingTimeout: Rule = {
  id,
  title: 'No timeout',
  severity: 'warning',
  harmfulOnce: true,
  docs: `A handler waits for a server, a process or a socket and nothing says when to give up: \`fetch\` without a signal, \`axios\` without \`timeout\`, \`requests\` and \`subprocess.run\` without \`timeout=\`. Options that come from elsewhere are followed; where they may have a timeout there is no finding, nor for a request whose answer nobody waits for. Asking a program for its version is a hint, and so is a command that only hands over (\`open\`, \`xdg-open\`) or works on a local repository or some files alone (\`git add\`, \`git status\`, \`ruff check\`), and what is only tried when something else has failed. Requests with one remedy are told as one: those of a client that was made without a timeout (\`axios.create\`), and four or more that get their options from the same function.

**Why it hurts an MCP server.** One upstream that accepts a connection and then says nothing keeps the call open, with its memory and its connection. The client gives up by itself and asks again, so that such calls pile up until connections, threads or memory run out.

**How it is measured.** Statically only: every way from a handler to such a call is followed.

**How to mend it.** Give each wait a limit that fits it: \`signal: AbortSignal.timeout(30_000)\`, joined with the request's own signal by \`AbortSignal.any\`; \`timeout: 30_000\` for axios and child processes; \`timeout=30\` in Python; \`asyncio.wait_for\` around a subprocess. Set it once where the client is made, if there is one.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: timeoutSinks,
    observes: [boundedObserver, droppedObserver, ...seldomObservers],
    check,
    fixes: timeoutFixes,
    examples: missingTimeoutExamples,
  },
};

interface Data {
  call: CallRef;
  sink: TimeoutSink;
  /** Of several that are told as one: where their client is made, if they have one. */
  shared?: { maker: CallRef | null };
}

/** Requests that have the same remedy are told as one. */
function* check(program: Program): Iterable<CodeReport> {
  const groups = new Map<string, { shared: Shared; reports: CodeReport[] }>();
  for (const report of eachCall(program)) {
    const { call, sink } = report.data as Data;
    const shared = sharedBy(program, call, sink);
    if (!shared) yield report;
    else groups.set(shared.key, { shared, reports: [...(groups.get(shared.key)?.reports ?? []), report] });
  }
  for (const { shared: { which, help, mostAlone, maker }, reports } of groups.values()) {
    const [first] = reports as [CodeReport];
    const others = reports.length - 1;
    if (reports.length <= mostAlone) yield* reports;
    else {
      const message = `${first.message}, as ${others === 1 ? 'does another request' : `do ${others} other requests`} ${which}`;
      const handlers = [...new Set(reports.flatMap((r) => r.reach!.handlers))];
      yield { ...first, message, help, handlers, data: { ...(first.data as Data), shared: { maker } } satisfies Data };
    }
  }
}

function* eachCall(program: Program): Iterable<CodeReport> {
  const hasDefault = defaults(program);
  const isDropped = createDropped(program);
  const hardlyEver = createHardlyEver(program);
  for (const { call: ref, sink } of program.hits(id) as readonly SinkHit<TimeoutSink>[]) {
    const call = program.callOf(ref);
    const fn = { file: ref.file, index: call.function };
    const external = program.target(ref).external;
    if (sink.members && !sink.members.test(external?.slice(sink.name.length - 1) ?? '')) continue;
    const reach = program.reach(fn, 'any', call.span.start);
    if (!reach || (isProcess(sink) && everyCommand(program, ref, isLocalCommand, endsItself)) || !waits(program, ref, call, sink)) continue;
    if (sink.onlyOff ? false : isBounded(program, ref, call) || hasDefault(sink, ref.file) || reach.handlers.every((h) => isBoundedAround(program, h))) continue;
    if (sink.callback && !isInPromise(program, ref, call)) continue;
    if ((sink.process && !isWaitedToItsEnd(program, ref)) || isLeftRunning(program, ref)) continue;
    // nobody waits: it costs a connection, not an answer
    if (isLeftAlone(program, reach) || (sink.language === 'typescript' && !sink.name.endsWith('Sync') && !isInPromise(program, ref, call) && isDropped(ref))) continue;
    const other = sink.name === 'fetch' ? otherFetch(program, ref, call) : null;
    const hasLimits = other === null && !(sink.name === 'fetch' && isOfEdge(program, ref.file));
    const name = other === null ? said(sink.help ? shorter(external!) : sink.name) : `\`${other}\``;
    yield {
      file: ref.file,
      span: call.span,
      function: fn,
      ...(sink.level === 'hint' || (sink.onlyOff && (isToThisMachine(program, ref, true) || servesThisMachine(program, ref, true))) || (isProcess(sink) && everyCommand(program, ref, isLocalCommand, isLocalGit, isServiceSetting, installs, isHandOver, saysItsVersion, worksOnFiles)) || hardlyEver(ref) === 'failed' ? { severity: 'hint' as const } : {}),
      message: sink.onlyOff ? `${name} with its timeout switched off ${sink.without}` : `${name} without a timeout ${hasLimits ? sink.without : hangs}`,
      help: helpOf(sink),
      reach,
      data: { call: ref, sink } satisfies Data,
    };
  }
}

const isProcess = ({ without }: TimeoutSink) => without.includes('process');

/** What a fetch is called that may be another one than Node's own, whose limits are known: one that was handed over, or chosen. Null for Node's. */
function otherFetch(program: Program, { file }: CallRef, { callee, function: fn, span }: Call): string | null {
  if (callee.kind === 'member') return callee.object.kind === 'name' && /^(?:globalThis|global|window|self)$/.test(callee.object.name) ? null : callee.name;
  if (callee.kind !== 'name') return 'fetch';
  return isNodesFetch(program, { expr: callee, at: { file, function: fn, offset: span.start } }) ? null : callee.name;
}

/** `fetchImpl = fetch`, where nobody hands over another one. */
function isNodesFetch(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (expr.kind !== 'name') return false;
  if (bindingOf(program, expr.name, at) === null) return expr.name === 'fetch';
  const from = stepBack(program, { expr, at }).from.filter((one) => !isAside(program, one.at.file));
  return depth < 4 && from.length > 0 && from.every((one) => isNodesFetch(program, one, depth + 1));
}

/** Whether a project gives all requests of a client a timeout. */
function defaults(program: Program): (sink: TimeoutSink, file: string) => boolean {
  const marked = new Set<string>();
  for (const file of program.files.keys()) {
    const { axios, requests, dispatcher, limits } = marksIn(program, file);
    const { root } = program.projectOf(file);
    if (axios.length > 0) marked.add(`axios ${root}`);
    if (requests.length > 0) marked.add(`requests ${root}`);
    if (dispatcher.length > 0 && limits.length > 0) marked.add(`fetch ${root}`).add(`undici ${root}`);
  }
  return ({ name }, file) => marked.has(`${/^\w*/.exec(name)![0]} ${program.projectOf(file).root}`);
}

/** Whether nothing that is said at the call, or where its client was made, bounds it. */
function waits(program: Program, ref: CallRef, call: Call, sink: TimeoutSink): boolean {
  const { set, sockets } = marksIn(program, ref.file);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  if (sink.language === 'python') {
    const given = call.keywords.find((k) => sink.keys.includes(k.name));
    if (sink.onlyOff) return given ? isNothing(given.value) : madeWithoutLimit(program, ref, call);
    if (given) return isNothing(given.value);
    if (sink.position !== undefined && call.args.length > sink.position) return false;
    if (call.keywords.some((k) => k.name === '**') && (isMarked(set, functionSpan(program, at)) || mayBeInKeywords(program, call, ref.file, sink.keys) !== 'no')) return false;
    if (sink.name === 'urllib.request.urlopen' && sockets.length > 0) return false;
    return !call.args.some(maySpread) && !hasEnded(program, ref, call);
  }
  for (const position of sink.options) {
    const expr = call.args[position];
    if (!expr || expr.kind === 'function' || expr.kind === 'array') continue;
    if (expr.kind === 'other') return false;
    if (expr.kind === 'literal' || expr.kind === 'template') continue;
    const options: Placed = { expr, at };
    if (isFirstOfMore(sink, position) && isArray(program, options)) continue;
    if (mayHave(program, options, sink.keys) !== 'no') return false;
  }
  if (isMarked(set, functionSpan(program, at))) return false;
  if (hasMaker(sink)) return !madeWith(program, ref, sink.keys);
  return !isRequestObject(program, call, ref.file);
}

/** `execFile(file, args, options)`: an argument list by name is no options. */
const isFirstOfMore = (sink: TimeoutSink, position: number) => sink.options.length > 1 && position < Math.max(...sink.options);

function isArray(program: Program, { expr, at }: Placed): boolean {
  if (expr.kind === 'name' && /args|argv|params|command|url|uri|endpoint|href/i.test(expr.name)) return true;
  if (expr.kind === 'call' && expr.call >= 0) {
    const external = program.target({ file: at.file, index: expr.call }).external;
    if (external && /^(Array|String|URL)\b/.test(external)) return true;
  }
  const value = program.resolve(expr, at);
  return value.kind === 'array' || value.kind === 'literal' || (value.kind === 'external' && /^(Array|URL|String)\b/.test(value.name));
}

/** The httpx client was made with `timeout=None`, where no handler gets (there it is found itself). */
function madeWithoutLimit(program: Program, ref: CallRef, { callee, function: fn, span }: Call): boolean {
  if (callee.kind !== 'member') return false;
  let now: Placed[] = [{ expr: callee.object, at: { file: ref.file, function: fn, offset: span.start } }];
  for (let i = 0; i < 8 && now.length === 1; i++) {
    const [{ expr, at }] = now as [Placed];
    if (expr.kind === 'call' && /^httpx\.(?:Async)?Client$/.test(program.target({ file: at.file, index: expr.call }).external ?? '')) {
      const made = program.callOf({ file: at.file, index: expr.call });
      const timeout = made.keywords.find((k) => k.name === 'timeout');
      return timeout !== undefined && isNothing(timeout.value) && !program.reach({ file: at.file, index: made.function }, 'any', made.span.start);
    }
    now = stepBack(program, { expr, at }).from;
  }
  return false;
}

/** `fetch(request)`, whose signal was given when the request was made. */
function isRequestObject(program: Program, call: Call, file: string): boolean {
  const first = call.args[0];
  if (!first || first.kind === 'literal' || first.kind === 'template') return false;
  const value = program.resolve(first, { file, function: call.function, offset: call.span.start });
  return value.kind === 'external' && value.name === 'Request';
}

/** With a callback nobody waits, unless a promise is made of it. */
function isInPromise(program: Program, { file }: CallRef, { span }: Call): boolean {
  return program.files.get(file)!.calls.some((c) => c.isNew && c.callee.kind === 'name' && c.callee.name === 'Promise' && c.span.start <= span.start && span.end <= c.span.end);
}

function functionSpan(program: Program, { file, offset }: { file: string; offset: number }): Span {
  const summary = program.files.get(file)!;
  return summary.functions[functionAt(summary, offset)]!.span;
}

/** Of a chain of calls its package and the last of them. */
const shorter = (external: string) => `${/^[^.(]*/.exec(external)![0]}.${external.slice(external.lastIndexOf('.') + 1)}`;

function said(name: string): string {
  const promisified = /^util\.promisify\((.*)\)$/.exec(name)?.[1];
  return `\`${(promisified ?? name).replace(/^child_process\.|^undici\./, '').replace(/\(\)\./, '.')}\``;
}

function helpOf({ add, language, without, onlyOff, help }: TimeoutSink): string {
  if (help !== undefined) return help;
  if (onlyOff) return 'Leave out `timeout=None` (the default is 5 s for each step) or give a limit that fits.';
  if (add === 'wait_for') return 'Wait with `asyncio.wait_for(…, timeout)` and kill the process when it is over.';
  if (language === 'python') return 'Pass `timeout=` in seconds, or set it once where the session is made.';
  if (without.includes('process')) return 'Pass `timeout` in milliseconds; the process is killed when it is over.';
  if (add === null) return 'Pass `timeout`, and destroy the request on its `timeout` event; or pass `signal: AbortSignal.timeout(…)`.';
  return add.startsWith('signal') ? "Pass `signal: AbortSignal.timeout(…)`, joined with the request's own signal by `AbortSignal.any`." : 'Pass `timeout` in milliseconds, or set it once in `axios.create`.';
}
