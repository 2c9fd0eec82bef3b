import { branchesAround, isChosen } from '../branches.ts';
import type { CodeReport, Sink } from '../codeRule.ts';
import { setsStdoutAside } from '../code/handlers/threads.ts';
import type { CallRef, FunctionRef, Program, Reach, SinkHit } from '../code/program.ts';
import { runsInPage } from '../code/resolve/offloads.ts';
import type { Expr } from '../code/summary.ts';
import { testDoubles } from '../code/testFiles.ts';
import { stdoutExamples } from '../examples/stdout-pollution.ts';
import { stdoutFixes } from '../fixes/stdout-pollution.ts';
import { freshReach } from '../freshReach.ts';
import { languageOf } from '../ioBelow.ts';
import { marks } from '../marks.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { createSeldom, seldomObservers } from '../seldom.ts';
import { startUp } from '../startUp.ts';
import { functionAt, stepBack, type Placed } from '../trace.ts';

const id = 'stdout-pollution';

const sinks: readonly Sink[] = [
  ...['console.log', 'console.info', 'console.debug', 'console.table', 'console.dir', 'console.group', 'process.stdout.write'].map((name): Sink => ({ name, language: 'typescript' })),
  ...['print', 'sys.stdout.write', 'sys.stdout.writelines', 'sys.__stdout__.write', 'pprint.pprint', 'rich.print', 'logging.basicConfig', 'logging.StreamHandler'].map((name): Sink => ({ name, language: 'python' })),
];

// whoever sends them elsewhere has thought of it
const marksIn = marks({
  redirected: /\bconsole\.(?:log|info|debug)\s*=[^=]|\bconsole\[[^\]]+\]\s*=[^=]|\b(?:global|globalThis)\.console\s*=|Object\.assign\(\s*console|process\.stdout(?:\s+as\s+[\w.]+\))?\.write(?:\s+as\s+[\w.]+\))?\s*=[^=]|\bsys\.stdout\s*=[^=]|redirect_stdout\(|builtins\.print\s*=/g,
});

export const stdoutPollution: Rule = {
  id,
  title: 'Prints to the stdout that the protocol uses',
  severity: 'warning',
  harmfulOnce: true,
  docs: `Code of a server that speaks stdio writes to stdout: \`console.log\`, \`process.stdout.write\`, \`print()\`. It counts in everything that a handler reaches, and in what runs while the server starts; help texts that end the process, branches for HTTP and servers that speak HTTP only may print, and so may what writes a message of the protocol itself and what is called while a function has sent \`sys.stdout\` elsewhere. From mcp 2.0 on (fastmcp 4) Python's server sends what tools print to stderr: there only what is printed before it serves is told. What is printed for debugging only (behind \`DEBUG\`, with telemetry on, or by a logger whose level is another one unless somebody sets it) is a hint, and so is what is said before it serves on some condition only: once at most, and most starts say nothing (a variable of the environment is not set, a package is missing, the start has failed).

**Why it hurts an MCP server.** Stdout is the wire: a client reads each line of it as a JSON-RPC message. A line that is none is at best logged as an error and skipped. When it lands in the middle of a large message, or when its text happens to be JSON, the session breaks.

**How it is measured.** In the code: calls are followed from the handlers, and from where the transport is made back to the modules' bodies. In a run: lines of stdout that were no message, by the tool whose call alone was under way.

**How to mend it.** Write to stderr, which clients show as the server's log: \`console.error\`, \`print(…, file=sys.stderr)\`. What a client should see goes out as a logging notification.`,

  measured({ run, tools }) {
    if (run.server.transport !== 'stdio') return [];
    return (run.strayLines ?? []).map(({ tool, lines: count, first }) => {
      const lines: Figure = { label: 'stray lines', value: count, unit: 'count' };
      const calls = tools.find((t) => t.name === tool)?.calls.length ?? 0;
      const perCall: Figure[] = calls > 0 ? [{ label: 'measured calls', value: calls, unit: 'count' }] : [];
      const what = `${count === 1 ? 'line' : 'lines'} to stdout that ${count === 1 ? 'is' : 'are'} no protocol ${count === 1 ? 'message' : 'messages'}`;
      return found(stdoutPollution, {
        tools: tool === null ? [] : [tool],
        sentence: say`${tool === null ? 'The server' : `\`${tool}\``} wrote ${lines} ${what}: “${first.trim().slice(0, 80)}”.`,
        help: 'Write to stderr: `console.error`, or `print(…, file=sys.stderr)` in Python.',
        figures: [lines, ...perCall],
      });
    });
  },

  code: {
    languages: ['typescript', 'python'],
    sinks,
    observes: seldomObservers,
    check,
    fixes: stdoutFixes,
    examples: stdoutExamples,
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const hits = program.hits(id).filter(({ call }) => program.transportsOf(call.file).has('stdio'));
  if (hits.length === 0) return;
  // for tests it is not sent elsewhere in the server
  const tests = testDoubles(program);
  const redirected = new Set([...program.files.keys()].filter((file) => !tests.has(file) && isRedirected(program, file)).map((file) => program.projectOf(file).root));
  const { calls, speaksStdio, startsOther } = startUp(program);
  const seldom = createSeldom(program);
  const starting = new Set(Array.from(calls, (ref) => program.callOf(ref)));
  for (const hit of hits) {
    if (redirected.has(program.projectOf(hit.call.file).root) || !toStdout(program, hit) || isMessage(program, hit) || isInPage(program, hit.call)) continue;
    const { span, function: index } = program.callOf(hit.call);
    const fn = { file: hit.call.file, index };
    const reach = reachOverStdio(program, fn, span.start, startsOther);
    const chosen = isChosen(branchesAround(program, fn), span.start) || (reach?.path.some(({ function: at, call }) => call !== null && isChosen(branchesAround(program, at), program.callOf(call).span.start)) ?? false);
    const isCaught = isSetAside(program, fn, span.start) || (reach?.path.some(({ function: at, call }) => call !== null && isSetAside(program, at, program.callOf(call).span.start)) ?? false);
    const missing = missingAt(program, hit.call.file, span.start);
    if (isCaught || (missing !== null && isNeeded(program, hit.call.file, missing))) continue;
    const inHandler = reach !== null && !chosen && reach.handlers.some((h) => speaksStdio(h.file) && !(h.language === 'python' && setsStdoutAside(h.dialect, program.projectOf(h.file).versions)));
    if (inHandler || starting.has(program.callOf(hit.call))) yield reportOf(program, hit, fn, inHandler ? reach : null, seldom(hit.call) === 'debug' || (!inHandler && isOfSomeStarts(program, fn, span.start)));
  }
}

/** While a server starts: said in a branch that not every start takes. One for stdio is chosen with it. */
const isOfSomeStarts = (program: Program, fn: FunctionRef, offset: number): boolean => branchesAround(program, fn).some(({ ways, isWhole, aboutOutput }) => !aboutOutput && ways.some((way) => (!isWhole || way.leaves) && way.only === null && way.start <= offset && offset < way.end));

/** How it is reached, but not through a file that starts a server of another transport. */
function reachOverStdio(program: Program, fn: FunctionRef, offset: number, startsOther: (file: string) => boolean): Reach | null {
  const reach = program.reach(fn, 'any', offset);
  if (!reach?.path.some(({ function: at }) => startsOther(at.file))) return reach;
  return freshReach(program, { isKept: () => false, isOwnAt: () => false, isOnceAt: startsOther }, fn, offset);
}

/** The package of which an `except ImportError` says that it is not there; `''` for one that nobody can tell. */
function missingAt(program: Program, file: string, offset: number): string | null {
  const before = program.textOf(file).slice(0, offset).split('\n');
  const depthOf = (line: string) => line.search(/\S/);
  const own = before.pop()!;
  const head = before.findLastIndex((line) => line.trim() !== '' && depthOf(line) < own.length - own.trimStart().length);
  if (head < 0 || !/^\s*except\b.*\b(?:ImportError|ModuleNotFoundError)\b.*:/.test(before[head]!)) return null;
  const tried = before.slice(0, head).reverse().find((line) => /^\s*(?:from|import)\s/.test(line) || /^\s*try:/.test(line)) ?? '';
  return /^\s*(?:from|import)\s+([A-Za-z]\w*)/.exec(tried)?.[1] ?? '';
}

/** The project says that it needs a package: it is there. */
function isNeeded(program: Program, file: string, name: string): boolean {
  return Object.keys(program.projectOf(file).versions).some((one) => one.replace(/^python-|-python$/, '').replaceAll('-', '_') === name.toLowerCase());
}

/** For as long as the server runs: what a function sets and sets back is as it was when it is through. */
function isRedirected(program: Program, file: string): boolean {
  const sets = setsOf(program, file);
  return sets.some((set) => set.function === 0 || set.target === undefined || sets.every((other) => other === set || !isSame(other, set)));
}

/** Between two lines of a function that send it elsewhere and back. */
function isSetAside(program: Program, fn: FunctionRef, offset: number): boolean {
  const sets = setsOf(program, fn.file).filter((set) => set.function === fn.index && set.target !== undefined);
  return sets.some((set) => set.at < offset && sets.some((other) => isSame(other, set) && other.at > offset));
}

/** What sends the output of a file's code elsewhere, and back: `sys.stdout = …`. */
interface Redirection {
  at: number;
  function: number;
  /** Undefined: by a call. */
  target: string | undefined;
}

function setsOf(program: Program, file: string): Redirection[] {
  const { redirected } = marksIn(program, file);
  if (redirected.length === 0) return [];
  const summary = program.files.get(file)!;
  const text = program.textOf(file);
  const targetAt = (offset: number) => /^[\w.]+(?:\s+as\s+[\w.]+\))?[\w.]*\s*=/.exec(text.slice(offset, offset + 80))?.[0].replace(/\s+as\s[^)]*\)|[\s=]/g, '');
  return redirected.map((at) => ({ at, function: functionAt(summary, at), target: targetAt(at) }));
}

const isSame = (one: Redirection, other: Redirection) => one.function === other.function && one.target === other.target;

function reportOf(program: Program, { call: ref, sink }: SinkHit, fn: FunctionRef, reach: Reach | null, isFaint: boolean): CodeReport {
  const { span } = program.callOf(ref);
  const python = languageOf(program, ref.file) === 'python';
  const { name: sinkName } = sink as Sink;
  const name = sinkName === 'print' ? 'print()' : sinkName;
  return {
    file: ref.file,
    span,
    function: fn,
    ...(isFaint || isForDebugging(program, fn, span.start) ? { severity: 'hint' as const } : {}),
    message: reach ? `\`${name}\` writes to stdout, where the client reads protocol messages` : `\`${name}\` writes to the stdout of a process that speaks the protocol there`,
    help: python ? 'Write to stderr: `file=sys.stderr`, or a logger.' : 'Write to stderr: `console.error`, or send a logging notification.',
    reach,
    data: { sink: sinkName },
  };
}

const debugs = String.raw`(?:['"](?:debug|trace|verbose)['"]|\b\w*level\w*\.(?:debug|trace|verbose)\b)`;
const asksForDebug = new RegExp(String.raw`\bif\b[^{}\n;]*${debugs}[^{}\n;]*[{:)]\s*(?:(?://|#)[^\n]*\s*)*$`, 'i');
/** `logLevel = process.env.LOG_LEVEL ?? 'info'`: a value, not a type of several. */
const setTo = (names: string) => new RegExp(String.raw`level\w*\s*(?::\s*[^=;\n]+)?=\s*(?:[^;\n='"]*(?:\|\||\?\?|\bor\b|,)\s*)?(?:['"](?:${names})['"](?!\s*\|[^|])|\w*level\w*\.(?:${names})\b)`, 'i');
const startsHigher = setTo('info|warn|warning|error');
const startsAtDebug = setTo('debug|trace|verbose');

/** `if (this.shouldLog('debug')) console.log(…)`, in a file where the level is `info` to begin with. */
function isForDebugging(program: Program, fn: FunctionRef, offset: number): boolean {
  const text = program.textOf(fn.file);
  return asksForDebug.test(text.slice(program.functionOf(fn).span.start, offset).slice(-300)) && startsHigher.test(text) && !startsAtDebug.test(text);
}

/** In a function that is handed to a browser's page, whose console it is. */
function isInPage(program: Program, { file, index }: CallRef): boolean {
  const { span } = program.callOf({ file, index });
  return program.files.get(file)!.calls.some((call, around) => runsInPage(call) && call.span.start < span.start && span.end < call.span.end && program.target({ file, index: around }).functions.length === 0);
}

/** `print(…, file=…)` goes where that says; a logger goes to stderr unless it says otherwise. */
function toStdout(program: Program, { call: ref, sink }: SinkHit): boolean {
  const { args, keywords } = program.callOf(ref);
  // nothing, to be called back when all before is out
  if (args[0]?.kind === 'literal' && args[0].value === '') return false;
  const isLogging = (sink as Sink).name.startsWith('logging.');
  const stream = keywords.find((k) => k.name === 'file' || k.name === 'stream' || (k.name === '**' && !isLogging))?.value ?? (isLogging ? args[0] : undefined);
  if (!stream) return !isLogging;
  return stream.kind === 'member' && stream.name === 'stdout';
}

/** A message, its parts and what it was made of lie no farther apart. */
const maxSteps = 8;

/** `process.stdout.write(JSON.stringify({ jsonrpc: '2.0', … }) + '\n')`: what it writes is the protocol. */
function isMessage(program: Program, { call: { file, index } }: SinkHit): boolean {
  const { args, function: fn, span } = program.callOf({ file, index });
  const [text] = args;
  return text !== undefined && isWritten(program, { expr: text, at: { file, function: fn, offset: span.start } }, 0);
}

function isWritten(program: Program, { expr, at }: Placed, depth: number): boolean {
  const is = (one: Expr | undefined, place = at) => one !== undefined && depth < maxSteps && isWritten(program, { expr: one, at: place }, depth + 1);
  if (expr.kind === 'binary') return is(expr.left);
  if (expr.kind === 'template') return expr.parts.some((part) => is(part));
  if (expr.kind === 'object') return expr.properties.some((p) => p.name === 'jsonrpc') || expr.spread.some((one) => is(one));
  if (expr.kind === 'call') {
    const ref = { file: at.file, index: expr.call };
    const { args, function: fn, span } = program.callOf(ref);
    if (/^(?:JSON\.stringify|json\.dumps)$/.test(program.target(ref).external ?? '')) return is(args[0], { file: at.file, function: fn, offset: span.start });
  }
  const { from } = stepBack(program, { expr, at });
  return from.length > 0 && from.every((one) => is(one.expr, one.at));
}
