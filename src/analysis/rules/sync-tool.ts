import { isOnCondition } from '../branches.ts';
import { blockingCalls, blockingInPython, type BlockingCall } from '../blockingCalls.ts';
import type { CodeReport } from '../codeRule.ts';
import { lineOf } from '../code/lines.ts';
import type { FunctionRef, Handler, Program } from '../code/program.ts';
import { syncToolExamples } from '../examples/sync-tool.ts';
import { keyOf } from '../ioBelow.ts';
import { touchesFew } from '../oneFile.ts';
import { createHardlyEver, seldomObservers, setsUp } from '../seldom.ts';
import { syncToolFixes } from '../fixes/sync-tool.ts';
import type { Rule } from '../rule.ts';

export const syncTool: Rule = {
  id: 'sync-tool',
  title: 'Synchronous tool runs on the event loop',
  severity: 'warning',
  docs: `A tool, resource or prompt is a plain \`def\`, the version of the SDK calls it on the event loop, and it waits for the network, a file, a database or a child process.

**Why it hurts an MCP server.** A \`def\` looks as if the SDK ran it beside all else. \`mcp\` before 2.0, and \`fastmcp\` before it learned to use threads, call it like any function: until it returns no other tool answers, and no progress, cancellation or ping is handled.

**How it is measured.** The version is read from the lock file or the environment, else it is the newest that the requirement lets in. A finding stands at every \`def\` that runs on the loop by that version and reaches a call that blocks; one that only computes by itself is none, and one that reads or writes no more than a file or rows of SQLite, does so with more of them on some condition only, or is called to set something up is a hint. Of several calls the gravest is named: others and pauses before databases, these before computing and files. Where more than three tools block in the same helper, all of them are one finding. In a run, calls of such a tool never overlap.

**How to mend it.** Make it \`async def\` and hand the work to a thread with \`await asyncio.to_thread(…)\`, or use a library that is asynchronous itself; or upgrade to a version of the SDK that runs a \`def\` in a thread.`,

  code: {
    languages: ['python'],
    sinks: blockingInPython,
    observes: seldomObservers,
    *check(program) {
      const { long, moments } = blockingByFunction(program);
      const ofHelpers = new Map<BlockingCall, Handler[]>();
      for (const handler of program.handlers) {
        // how a server of the author's own calls its tools, nobody knows
        if (handler.language !== 'python' || handler.async || !handler.function || handler.dialect === 'other') continue;
        const blocking = gravestReached(handler, long, program) ?? gravestReached(handler, moments, program);
        if (!blocking) continue;
        if (isNear(handler.function, blocking)) yield report([handler], blocking, moments, program);
        else ofHelpers.set(blocking, [...(ofHelpers.get(blocking) ?? []), handler]);
      }
      // what all tools call has one remedy
      for (const [blocking, handlers] of ofHelpers) {
        if (handlers.length > mostAlone) yield report(handlers, blocking, moments, program);
        else for (const handler of handlers) yield report([handler], blocking, moments, program);
      }
    },
    fixes: syncToolFixes,
    examples: syncToolExamples,
  },
};

/** Of calls worth a warning; `moments` are those for one file. */
function blockingByFunction(program: Program): Record<'long' | 'moments', Map<string, BlockingCall>> {
  const hardlyEver = createHardlyEver(program, 'loop');
  const [long, moments] = [new Map<string, BlockingCall>(), new Map<string, BlockingCall>()];
  for (const blocking of blockingCalls(program, 'sync-tool')) {
    const { ref: { file }, call } = blocking;
    // rows of SQLite are a moment, too
    const isOfRows = blocking.sink.on === 'waits for a database' && (blocking.severity === 'hint' || (blocking.severity === 'warning' && isOfFile.test(program.target(blocking.ref).external ?? '')));
    if ((blocking.severity !== 'warning' && !isOfRows) || hardlyEver(blocking.ref) !== null) continue;
    const reach = program.reach({ file, index: call.function }, 'loop', call.span.start);
    const isFaint = isOfRows || (reach && (touchesFew(program, blocking, reach) || (isOfThisMachine(blocking) && isOnCondition(program, reach, call.span.start))));
    if (reach) (isFaint ? moments : long).set(keyOf(blocking.ref), blocking);
  }
  return { long, moments };
}

/** Files, folders, and what is worked out; a whole table that is read takes both. */
const isOfThisMachine = ({ sink, name }: BlockingCall): boolean => /disk|computes/.test(sink.on) && !/^(?:pandas|polars)\b/.test(name);

/** A database in one file of this machine. */
const isOfFile = /^(?:pysqlite3|sqlite3)\b/;

/** Others and pauses take longest, then databases, then what is worked out, then files. */
const gravest = [/network|process|thread|input|sleep/, /database/, /computes/];
const rankOf = ({ sink }: BlockingCall): number => (gravest.findIndex((kind) => kind.test(sink.on)) + gravest.length + 1) % (gravest.length + 1);

/** The nearest of those that take longest. */
function gravestReached(handler: Handler, blocking: ReadonlyMap<string, BlockingCall>, program: Program): BlockingCall | null {
  if (blocking.size === 0) return null;
  let gravest: BlockingCall | null = null;
  for (const ref of program.callsFrom(handler, 'loop')) {
    const found = blocking.get(keyOf(ref));
    if (found && (!gravest || rankOf(found) < rankOf(gravest))) gravest = found;
    if (gravest && rankOf(gravest) === 0) break;
  }
  return gravest;
}

/** So many tools with the same helper are told each for itself. */
const mostAlone = 3;

const isNear = (fn: FunctionRef, { ref, call }: BlockingCall) => ref.file === fn.file && call.function === fn.index;

/** Of one tool, or of all that have a helper in common. */
function report(handlers: readonly Handler[], blocking: BlockingCall, moments: ReadonlyMap<string, BlockingCall>, program: Program): CodeReport {
  const { name, sink, ref, call } = blocking;
  const [handler] = handlers as [Handler];
  const fn = handler.function!;
  const own = program.functionOf(fn);
  const where = isNear(fn, blocking) ? '' : ` in \`${program.nameOf({ file: ref.file, index: call.function })}\` (${ref.file.split(/[\\/]/).at(-1)!}:${lineOf(program, ref.file, call.span)})`;
  const others = handlers.length - 1;
  const [run, calls] = others === 0 ? ['runs', 'calls'] : ['run', 'call'];
  return {
    file: fn.file,
    span: own.nameSpan,
    function: fn,
    ...((moments.has(keyOf(ref)) || handlers.every(setsUp)) && { severity: 'hint' as const }),
    message: `\`def ${own.name}\`${others === 0 ? '' : ` and ${others} others`} ${run} on the event loop${versionOf(handler, program)} and ${calls} \`${name}\`${where}, which ${sink.on}`,
    help: others === 0 ? 'Make it `async def` and hand the work to a thread with `await asyncio.to_thread(…)`, or upgrade to a version of the SDK that runs a `def` in a thread.' : 'Make the helper `async def` (`await asyncio.sleep`, `await asyncio.to_thread(…)`) and the tools with it, or upgrade to a version of the SDK that runs a `def` in a thread.',
    reach: { handlers: [...handlers], path: [{ function: fn, call: null }] },
  };
}

/** Of the SDK that says how it is called. */
function versionOf({ dialect, file }: Handler, program: Program): string {
  const { versions } = program.projectOf(file);
  const name = dialect === 'fastmcp' && versions['fastmcp'] ? 'fastmcp' : 'mcp';
  return versions[name] === undefined ? '' : ` (${name} ${versions[name]})`;
}
