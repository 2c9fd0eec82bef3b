import type { Severity } from '../../model/finding.ts';
import { severities } from '../../model/lint.ts';
import { createBesideSlow } from '../besideSlow.ts';
import { blockFinding } from '../blocks.ts';
import { blockingCalls, blockingInPython, type BlockingCall } from '../blockingCalls.ts';
import { farHops } from '../codeFinding.ts';
import { isOnCondition } from '../branches.ts';
import type { CodeReport } from '../codeRule.ts';
import type { Handler, Program, Reach } from '../code/program.ts';
import type { Call } from '../code/summary.ts';
import { culprits } from '../culprits.ts';
import { blockingCallExamples } from '../examples/blocking-call.ts';
import { blockingCallFixes } from '../fixes/blocking-call.ts';
import { createMakesOnce } from '../ifAbsent.ts';
import { isMoment } from '../oneFile.ts';
import type { Rule } from '../rule.ts';
import { isAboutWritten, roundsOf } from '../rounds.ts';
import { linked, say } from '../say.ts';
import { snake } from '../snake.ts';
import { createHardlyEver, createSeldom, seldomObservers, setsUp, type Seldom } from '../seldom.ts';
import { blockingNode } from '../sinks/blockingNode.ts';
import { madeAtStart } from '../startUp.ts';

export const blockingCall: Rule = {
  id: 'blocking-call',
  title: 'Synchronous call blocks the event loop',
  severity: 'warning',
  docs: `A tool calls a function that keeps its thread until it is done: in Node \`readFileSync\`, \`execSync\`, \`pbkdf2Sync\`, \`gzipSync\`; in an \`async def\` of Python \`requests.get\`, \`subprocess.run\`, \`time.sleep\`, \`open\`, a synchronous database driver. Until it returns the process does nothing else.

**Why it hurts an MCP server.** One process serves every session and every tool. While the call lasts no other tool answers, no progress or cancellation is handled, and a ping may time out.

**How it is measured.** In the code: calls of a table of blocking functions that a handler reaches on the event loop's thread, over as many helpers as lie between. What is handed to a thread (\`asyncio.to_thread\`, \`run_in_executor\`, a worker), what runs when the server starts, and pure methods of such libraries do not count. How much a call weighs:

- *A warning* is what may last: a request, a process, a computation, a whole tree of folders (the caller's, a project's, or one of which the files are read), reading a file that holds no text (a picture, an archive), and reading one that grows by its name (an index, a log, a table).
- *A hint* is one file that is read or written (also a document or a picture that is written), and files that are written one after the other; a tree of the server's own that is only listed; many files, too, in tools that wait for something slower anyway, beside which they are a moment; packing a text (\`deflateSync\`) that was neither read nor fetched there; taking away a file or a folder; a lock on a file, which somebody holds for a moment as a rule; a pause of up to 50 ms; a query of DuckDB, in the process, that goes through a table or is not written out; opening a PDF with PyMuPDF, which reads its pages later; what is done for debugging or when something kept has expired; a file, a command or a computation after something else has failed.
- *Information* is what takes a moment: the names in one folder, opening a file that is handed on to whoever is waited for, a text that ships with the server, a temporary file or one that the function has just made, a line at the end of a log, a statement of SQLite outside of loops; reading settings, credentials or a certificate; a file in a function that blocks for far longer by something else; reads of an embedded database in Node; a call of microseconds (\`mkdirSync\`), in a loop, too; what is made the first time only (nothing, where the start of a stdio server has made it already).
- What is done with files on some condition only weighs one level less.
- *Nothing* are microseconds the first time, after a failure, or in a tool that sets something up (\`setup_…\`, \`login\`); saving settings; looking whether a file is there and how large it is, unless in a loop whose rounds wait for nothing else and do nothing that takes longer; reading a file that by its name has a few lines (a port, a token, package.json); making a folder that was found missing.

In a run: the probe notes each stretch of more than 50 ms without a return to the event loop, and the CPU samples inside it. When most of them lie in a synchronous function of Node, the finding stands at the own code that called it. The share is that of the tool's own time: latency without waiting for other calls. A block that came back in fewer than 3 calls, or in fewer than a fifth of them, is a hint.

**How to mend it.** Use the asynchronous twin: \`fs.promises\`, \`promisify(execFile)\`, \`promisify(pbkdf2)\`, \`promisify(gzip)\`; in Python \`await asyncio.to_thread(requests.get, url)\`, \`asyncio.sleep\`, or a library that is asynchronous itself. In a helper that is not async, hand the helper to a thread where async code calls it. Read what never changes once, when the server starts.`,

  measured(evidence) {
    return culprits(evidence).flatMap((culprit) => {
      const { api, at } = culprit;
      if (api === null) return [];
      const name = api.includes(' ') ? api : `\`${api}\``;
      const finding = blockFinding(
        evidence,
        blockingCall,
        culprit,
        (where) => {
          const call = linked(name, { to: 'tab', tab: 'flame', ...(at ? { frame: at } : {}) });
          return where && at ? say`${call} in ${at.functionName ? `\`${at.functionName}\`` : 'an anonymous function'} (${where})` : call;
        },
        `Call the asynchronous form of ${name} and await it, or do it once when the server starts.`,
      );
      return finding ? [finding] : [];
    });
  },

  code: {
    languages: ['typescript', 'python'],
    sinks: [...blockingNode, ...blockingInPython],
    observes: seldomObservers,
    check(program) {
      const seldom = createSeldom(program, 'loop');
      const hardlyEver = createHardlyEver(program, 'loop');
      const makesOnce = createMakesOnce(program);
      const isMadeAtStart = madeAtStart(program);
      const reports: CodeReport[] = [];
      const all = blockingCalls(program, 'blocking-call');
      const isBesideSlow = createBesideSlow(program, all);
      const dearer = all.filter(({ severity }) => severity === 'warning');
      for (const blocking of all) {
        const { ref, call } = blocking;
        if (makesOnce(blocking)) continue;
        const fn = { file: ref.file, index: call.function };
        const nearest = program.reach(fn, 'loop', call.span.start);
        const handlers = nearest?.handlers.filter(runsAsync) ?? [];
        // the way is that of a tool that is told
        const reach = nearest && handlers.length > 0 && !runsAsync(nearest.handlers[0]!) ? program.reachBy(handlers, fn, 'loop', call.span.start) : nearest;
        const rarely = reach && handlers.length > 0 ? seldom(ref) : null;
        const rounds = blocking.severity === 'hint' ? roundsOf(program, ref) : 'none';
        if (isQuestion.test(blocking.name) && (rounds === 'none' || (!/realpath/.test(blocking.name) && dearer.some((other) => isInSameRound(call, ref.file, other))) || isAboutWritten(program, ref))) continue;
        // a moment once, or when something has failed, is nothing
        if (blocking.severity !== 'warning' && blocking.sink.level !== 'information' && rarely !== 'debug' && reach && (hardlyEver(ref) !== null || handlers.every(setsUp))) continue;
        if (!reach || handlers.length === 0 || (rarely === 'first' && isMadeAtStart(ref))) continue;
        const isFaint = (isShort.test(blocking.sink.on) && hardlyEver(ref) === 'failed') || isMoment(program, blocking, reach, () => isBesideSlow(handlers)) || isLittleText(program, blocking) || isOfDuck.test(program.target(ref).external ?? '');
        const own = levelOf(program, blocking, rarely, isFaint);
        const severity = isOfDisk(blocking) ? ofDisk(own, isOnCondition(program, reach, call.span.start), dearer.some((other) => !isOfDisk(other) && other.ref.file === ref.file && other.call.function === call.function)) : own;
        if (severity !== 'warning' && handlers.every(setsUp)) continue;
        // what weighs so little must be sure
        if (severity === 'information' && blocking.severity !== 'information' && reach.path.length - 1 > farHops) continue;
        reports.push(report(blocking, severity, reach, handlers, rarely, program));
      }
      // of a line with several the gravest counts
      return reports.sort((a, b) => severities.indexOf(a.severity!) - severities.indexOf(b.severity!));
    },
    fixes: blockingCallFixes,
    examples: blockingCallExamples,
  },
};

/** Files weigh less where they are touched on some condition only, or in a function that blocks for far longer by something else. */
function ofDisk(own: Severity, onCondition: boolean, isOutdone: boolean): Severity {
  if (own === 'warning') return onCondition ? 'hint' : own;
  return onCondition || isOutdone ? 'information' : own;
}

const isOfDisk = ({ sink }: BlockingCall) => sink.on === 'waits for the disk';

/** DuckDB goes through a whole table in milliseconds, or in seconds: which of the two only a run tells. */
const isOfDuck = /^duckdb\b/;

/** Beside what is asked of others or waited for on purpose, which takes its time after a failure, too. */
const isShort = /disk|computes|child process/;

const packs = /^(?:zlib|Bun|gzip|bz2|lzma)\.\w+$/;
const fromOutside = /readFile|arrayBuffer|createReadStream|download|Buffer\.concat|\bfetch\(|\baxios\b|\.read\(|read_bytes|\.content\b|urlopen|\b(?:requests|httpx)\./;

/** A text that is packed once, of which nobody says that it was read or fetched, is some kilobytes as a rule; one picture takes milliseconds. */
function isLittleText(program: Program, { ref, call }: BlockingCall): boolean {
  const { start, end } = program.functionOf({ file: ref.file, index: call.function }).span;
  const isPicture = /(?:^|_)(?:png|image|sprite|picture)s?(?:_|$)/.test(snake(program.functionOf({ file: ref.file, index: call.function }).name));
  return packs.test(program.target(ref).external ?? '') && roundsOf(program, ref) === 'none' && (isPicture || !fromOutside.test(program.textOf(ref.file).slice(start, end)));
}

/** Whether something is there, and how large: some microseconds, which add up in a loop alone. */
const isQuestion = /(?:^|\.)(?:(?:exists|pathExists|access|l?stat|realpath|readlink)Sync|l?exists|access|l?stat|readlink|is_?file|is_?dir|is_?(?:sym)?link|get(?:size|[mac]time))$/;

/** Beside what takes far longer a moment is nothing; `realpath` asks about each folder on the way. */
const isInSameRound = ({ loop, span }: Call, file: string, { ref, call: other }: BlockingCall): boolean => loop !== null && ref.file === file && other.loop?.start === loop.start && other.span.start !== span.start;

/** A `def` of Python on the loop is `sync-tool`'s. */
const runsAsync = ({ language, async }: Handler) => language !== 'python' || async;

/** When what was kept has expired. */
const renews = /(?:^|_)(?:refresh|renew)_(?:\w+_)?(?:tokens?|credentials?|auth|session)(?:_|$)/;

/** What answers in a moment where it is small: readers of servers thought less than half of such remarks worth a look, in loops, too. */
const isMoments = /disk|database/;

/** Once, or a moment, is true and no more. */
function levelOf(program: Program, blocking: BlockingCall, seldom: Seldom | null, isFaint: boolean): Severity {
  const { sink, severity } = blocking;
  if (severity === 'information' || seldom === 'first' || sink.level === 'hint' || (severity === 'hint' && isMoments.test(sink.on))) return 'information';
  return seldom || isFaint || renews.test(snake(program.functionOf({ file: blocking.ref.file, index: blocking.call.function }).name)) ? 'hint' : severity;
}

function report(blocking: BlockingCall, severity: Severity, reach: Reach, handlers: readonly Handler[], seldom: Seldom | null, program: Program): CodeReport {
  const { ref, call, sink, name } = blocking;
  const meanwhile = blocking.severity === 'hint' ? 'for a moment' : 'meanwhile';
  return {
    file: ref.file,
    span: call.span,
    function: { file: ref.file, index: call.function },
    severity,
    message: `\`${name}\` ${sink.on} and blocks the event loop ${meanwhile}${seldom ? when[seldom] : ''}`,
    help: helpOf(blocking, reach, program),
    reach,
    handlers,
    data: blocking,
  };
}

const when: Record<Seldom, string> = { first: ', the first time that it is called', object: ', once for each object of its class', debug: ', when it is being debugged', expired: ', when something that is kept has expired' };

function helpOf({ ref, call, sink, name }: BlockingCall, reach: Reach, program: Program): string {
  const isAsync = program.functionOf({ file: ref.file, index: call.function }).async;
  const own = program.nameOf({ file: ref.file, index: call.function });
  if (sink.language === 'typescript') {
    if (sink.twin === null) return 'If it takes more than a moment, do it in a worker thread; read what never changes once, when the server starts.';
    const change = isAsync ? '' : `, and make \`${own}\` and what calls it async`;
    return `Await \`${sink.twin}\` instead${change}; or read what never changes once, when the server starts.`;
  }
  const twin = sink.twin === null ? '' : `, or use \`${sink.twin}\``;
  if (isAsync && sink.name.endsWith('PoolExecutor')) return 'Its `with` ends when all is done: hand it work by `loop.run_in_executor(pool, …)`, and wait with `await asyncio.gather(…)`.';
  if (isAsync) return `Hand it to a thread (\`await asyncio.to_thread(${name}, …)\`)${twin}.`;
  const boundary = lastAsync(reach, program);
  if (!boundary) return `Hand it to a thread where async code calls it (\`await asyncio.to_thread(…)\`)${twin}.`;
  return `In \`${boundary.caller}\` hand \`${boundary.callee}\` to a thread (\`await asyncio.to_thread(…)\`)${twin}.`;
}

/** Where the way to the culprit leaves async code. */
function lastAsync({ path }: Reach, program: Program): { caller: string; callee: string } | null {
  const at = path.findLastIndex((hop) => program.functionOf(hop.function).async);
  const next = path[at + 1];
  return at >= 0 && next ? { caller: program.nameOf(path[at]!.function), callee: program.nameOf(next.function) } : null;
}
