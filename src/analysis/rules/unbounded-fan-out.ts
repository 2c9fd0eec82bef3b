import { sharesBoundedClient } from '../boundedClients.ts';
import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Program } from '../code/program.ts';
import type { Span } from '../code/summary.ts';
import type { Visitors } from '../code/syntax.ts';
import { createDropped, droppedObserver } from '../dropped.ts';
import { fanOutExamples } from '../examples/unbounded-fan-out.ts';
import { branchVisitors, feasibleIo } from '../feasible.ts';
import { fanOutFixes } from '../fixes/unbounded-fan-out.ts';
import { ioOfCall, ioOwn, leavesThreadIn, reachable, type Kinds } from '../ioBelow.ts';
import { loopsOf, loopObserver } from '../loops.ts';
import { isMarked, marks } from '../marks.ts';
import type { Rule } from '../rule.ts';
import { onceObserver, onceOnly } from '../onceOnly.ts';
import { createSeldom, seldomObservers } from '../seldom.ts';
import { sizeOf } from '../sizes.ts';
import { snake } from '../snake.ts';
import { spreadsOf, type Spread } from '../spreads.ts';
import { isTopology } from '../topology.ts';
import { stepBack, type Placed } from '../trace.ts';

const id = 'unbounded-fan-out';

const marksIn = marks({
  limited: /\b\w*(?:semaphore|limiter|p-?limit|throttle|bottleneck|concurrency|capacity_?limiter|p-?queue)\w*\b|\blimit\(|\bsem\b|\b_?slots?\b|\bacquire\(/gi,
  // up to the name of the next parameter, whose limit is another one
  annotated: /\b\w+(?=\s*:\s*(?:typing\.|t\.)?(?:Annotated\s*\[|conlist\()(?:(?!\n\s*\w+\s*:|\bAnnotated\s*\[\s*(?:str|int|float|bool)\b)[\s\S]){0,2000}?(?:max_length|max_items|MaxLen|\bLen\())/g,
  intercepted: /\binterceptors\.request\.use\((?=[\s\S]{0,200}?\bawait\s+[\w.]*(?:limit|throttle|bucket|token|queue|acquire|slot))|\badapter\s*:[^\n]*\b\w*(?:limit|throttle|queue|sem)\w*\./gi,
  // not whether there is anything
  guarded: /\.length\s*>=?\s*(?![01]\b)[\w.]+|\blen\([^)]*\)\s*>=?\s*(?![01]\b)[\w.]+/g,
});

/** What is done only of a link, a socket or a pipe. */
const ifs: Visitors[string] = (node, context) => {
  const body = node.childForFieldName('consequence');
  if (body && /isSymbolicLink|isSocket|isFIFO|is_symlink|\.islink\(/.test(node.childForFieldName('condition')?.text ?? '')) context.fact(body, { rare: true });
};

const ifsAndBranches: Visitors[string] = (node, context) => {
  ifs(node, context);
  branchVisitors['if_statement']!(node, context);
};

export const unboundedFanOut: Rule = {
  id,
  title: 'As many requests at once as there are data',
  severity: 'warning',
  docs: `A handler starts one request, query or process for each item of a list, all at the same time, and nothing says how long the list may be: \`Promise.all(ids.map(…))\`, \`asyncio.gather(*(…))\`, a task group filled in a loop.

**Why it hurts an MCP server.** The list comes from a model: it may hold five items or five thousand. Five thousand at once empty the connection pool, run into the other side's rate limit and hold all results in memory. Calls that run beside it wait or fail.

**How it is measured.** The list is followed to where it comes from. A constant list, one that is cut or goes through in chunks, a maximum in the tool's schema, a limiter or semaphore on the way, a client that all share and that has only so many connections (\`max_connections\`, \`maxSockets\`), coroutines that keep the thread while they ask and so go one by one: no finding. The items of one answer of a service are a page as a rule, and information, as are the files of a folder; files of this machine that the caller names, which a few threads read, queries, which wait for a connection of their pool, and what most items leave before it is asked for, are a hint. A list of choices that are written out in the schema, and what is asked for once and kept, are none. A run shows the peak of outgoing requests.

**How to mend it.** Run a few at a time: \`p-map\` with \`concurrency\`, \`p-limit\`, an \`asyncio.Semaphore\` in the coroutine. Say the maximum in the schema too (\`z.array(…).max(50)\`).`,

  code: {
    languages: ['typescript', 'python'],
    sinks: [
      ...['Promise.all', 'Promise.allSettled', 'Promise.any', 'Promise.race'].map((name) => ({ name, language: 'typescript' as const })),
      ...['asyncio.gather', 'asyncio.wait', 'asyncio.as_completed', 'asyncio.TaskGroup.create_task', 'anyio.TaskGroup.start_soon', 'anyio.create_task_group().start_soon', 'trio.Nursery.start_soon'].map((name) => ({ name, language: 'python' as const })),
    ],
    visitors: { typescript: { ...branchVisitors, if_statement: ifsAndBranches }, python: { if_statement: ifs } },
    observes: [loopObserver, onceObserver, ...seldomObservers, droppedObserver],
    check,
    fixes: fanOutFixes,
    examples: fanOutExamples,
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const loops = loopsOf(program);
  const seldom = createSeldom(program);
  const dropped = createDropped(program);
  const waits = program.hits(id).map(({ call }) => call);
  for (const ref of waits) {
    const call = program.callOf(ref);
    const fn = { file: ref.file, index: call.function };
    const reach = program.reach(fn, 'any', call.span.start);
    if (!reach) continue;
    for (const spread of spreadsOf(program, ref, loops, waits)) {
      const kinds = asTheyGo(program, usual(program, spread), spread.workers, dropped);
      const kind = worst(kinds);
      if (kind === null || isAllKept(program, spread.workers) || (kind === 'files' && onlyLooks(program, spread.workers)) || isLimited(program, spread, fn) || (kind === 'requests' && sharesBoundedClient(program, spread.workers))) continue;
      const size = sizeOf(program, spread.over, (file, offset) => marksIn(program, file).annotated.includes(offset));
      if (size !== 'argument' && size !== 'upstream' && size !== 'page' && size !== 'folder') continue;
      // Python: what keeps the thread while it asks comes one after the other, whoever gathers it
      if (spread.workers.length > 0 && spread.workers.every((w) => program.functionOf(w).async && !leavesThreadIn(program, w) && !waitsForOthers(program, w))) continue;
      if ((size === 'upstream' || size === 'page') && isTopology(program, spread.over)) continue;
      const isFirst = seldom(ref) === 'first';
      // a cache that is filled or cleaned up once
      if (size === 'folder' && (isFirst || cleans.test(snake(program.nameOf(fn))))) continue;
      // a few threads read all that somebody names; a whole tree or table is another thing
      // queries wait for a connection of their pool
      const isWarning = !isFirst && !dropped(ref) && !asksSeldom(program, spread.workers) && size !== 'page' && kind !== 'queries' && (kind !== 'files' || (size === 'upstream' && isOfStore(program, spread.over) && (spread.workers.length === 0 || spread.workers.some((w) => opensFiles(program, w)))));
      yield {
        file: ref.file,
        span: spread.span,
        function: fn,
        ...(isWarning ? {} : { severity: size === 'folder' || size === 'page' ? ('information' as const) : ('hint' as const) }),
        confidence: size === 'argument' ? 'high' : 'medium',
        message: `Starts as many ${kind === 'requests' && kinds.has('file') ? 'requests or reads of files' : kind} at once as ${size === 'argument' ? 'the caller sends items' : size === 'folder' ? 'the folder has files' : 'the answer before has items'}`,
        help: program.files.get(ref.file)!.language === 'python' ? 'Let each wait for an `asyncio.Semaphore`, and say a maximum in the schema.' : 'Run a few at a time (`p-map`, `p-limit`), and say a maximum in the schema.',
        reach,
        data: { map: spread.map },
      };
      break;
    }
  }
}

/** Every question that they lead to. */
const askedBelow = (program: Program, workers: readonly FunctionRef[]): CallRef[] =>
  workers.flatMap((w) => reachable(program, w)).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call }))).filter((ref) => ioOwn(program, ref) !== null);

/** So many ways out before the question say that most items need none. */
const waysOut = 2;

/** `if (isId(name)) return { id: name }; if (isUser(name)) return …; return await search(name)`. */
function asksSeldom(program: Program, workers: readonly FunctionRef[]): boolean {
  const asking = askedBelow(program, workers);
  return asking.length > 0 && asking.every((ref) => {
    const { span, function: index } = program.callOf(ref);
    // in lines before its own
    const before = program.textOf(ref.file).slice(program.functionOf({ file: ref.file, index }).span.start, span.start).split('\n').slice(0, -1);
    return before.filter((line) => /^\s*(?:return|continue)\b/.test(line)).length >= waysOut;
  });
}

/** What they ask for is asked for once, and kept. */
function isAllKept(program: Program, workers: readonly FunctionRef[]): boolean {
  const once = onceOnly(program);
  const asking = askedBelow(program, workers);
  return asking.length > 0 && asking.every(({ file, index }) => once.isOnceAt(file, program.callOf({ file, index }).span.start));
}

/** It awaits something that is not of this workspace. */
const waitsForOthers = (program: Program, worker: FunctionRef) => reachable(program, worker).some(({ file, index }) => program.functionOf({ file, index }).calls.some((call) => program.callOf({ file, index: call }).awaited && program.called({ file, index: call }).functions.length === 0));

const cleans = /(?:^|[._])(?:clean|prune|purge|evict|rotate|sweep|expire|gc(?![a-z])|vacuum|tidy|remove_(?:old|stale))/;

/** What the work does for most items: what it does only of a link, a socket or a pipe among files is left out. */
function usual(program: Program, { kinds, workers }: Spread): Kinds {
  const rare = program.facts(id).filter(({ fact }) => isRare(fact.data));
  const isInside = (file: string, { start, end }: Span) => rare.some((r) => r.file === file && r.fact.span.start <= start && end <= r.fact.span.end);
  const ofWorker = (w: FunctionRef) => program.functionOf(w).calls.map((index) => ({ file: w.file, index }));
  const isMostly = (ref: CallRef) => !isInside(ref.file, program.callOf(ref).span);
  if (!workers.some((w) => ofWorker(w).some((ref) => !isMostly(ref)))) return kinds;
  return new Set(workers.flatMap((w) => ofWorker(w).filter(isMostly).flatMap((ref) => [...ioOfCall(program, ref)])));
}

const isRare = (data: unknown) => typeof data === 'object' && data !== null && 'rare' in data;

/** Files that are read or copied whole, as opposed to asked for their size. What is written is there already, and a few threads write it. */
function opensFiles(program: Program, worker: FunctionRef): boolean {
  return reachable(program, worker).some((f) => program.functionOf(f).calls.some((index) => /readFile|copyFile|^open$|aiofiles|fs\.promises\.(?:cp|open)$/.test(program.target({ file: f.file, index }).external ?? '')));
}

/** `fs.stat` or `fs.unlink` of each: four threads do it, and nothing is held meanwhile. */
function onlyLooks(program: Program, workers: readonly FunctionRef[]): boolean {
  const asked = workers.flatMap((w) => reachable(program, w)).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call }))).filter((ref) => ioOwn(program, ref) === 'file');
  return asked.length > 0 && asked.every((ref) => /\.(?:l?stat|access|realpath|readlink|exists|unlink|rm)$/.test(program.target(ref).external ?? ''));
}

/** What is gone through is what lies below a folder, or the rows of a query. */
function isOfStore(program: Program, over: Placed): boolean {
  const open = [over];
  for (const { expr, at } of open) {
    if (expr.kind === 'call' && ioOwn(program, { file: at.file, index: expr.call }) === 'database') return true;
    if (expr.kind === 'call' && /(?:readdir|opendir|glob|walk|listdir|scandir)/i.test(program.target({ file: at.file, index: expr.call }).external ?? '')) return true;
    const part = expr.kind === 'member' ? expr.object : expr.kind === 'element' ? expr.of : null;
    if (open.length < maxSources) open.push(...stepBack(program, { expr, at }).from, ...(part ? [{ expr: part, at }] : []));
  }
  return false;
}

/** A list is not followed over more expressions. */
const maxSources = 40;

/** Where work on files may be done over the network, too (`isUrl(path) ? fetch(path) : …`): what of it these workers get to and wait for. */
function asTheyGo(program: Program, kinds: Kinds, workers: readonly FunctionRef[], dropped: (call: CallRef) => boolean): Kinds {
  if (!kinds.has('network') || !kinds.has('file') || feasibleIo(program, id, workers, dropped).has('network')) return kinds;
  return new Set([...kinds].filter((kind) => kind !== 'network'));
}

function worst(kinds: Kinds): 'requests' | 'queries' | 'processes' | 'files' | null {
  if (kinds.has('process')) return 'processes';
  if (kinds.has('network')) return 'requests';
  if (kinds.has('database')) return 'queries';
  return kinds.has('file') ? 'files' : null;
}

/** A limiter in the work, around it, or on its way; a list whose length the function looks at. */
function isLimited(program: Program, { workers, span }: Spread, fn: FunctionRef): boolean {
  const own = program.functionOf(fn).span;
  if (isMarked(marksIn(program, fn.file).limited, own) || isMarked(marksIn(program, fn.file).guarded, { start: own.start, end: span.start })) return true;
  return workers.some((w) => {
    const below = reachable(program, w).slice(0, 60);
    return below.some((f) => f.index !== 0 && (isMarked(marksIn(program, f.file).limited, program.functionOf(f).span) || asksLimitedClient(program, f) || waitsItsTurn(program, f)));
  });
}

/** It hands its work to a queue, or stands behind a gate, whatever these are called: `limited(() => fetch(url))` with `limited = pLimit(5)`, `async with self._gate`. */
function waitsItsTurn(program: Program, { file, index }: FunctionRef): boolean {
  const { calls, span } = program.functionOf({ file, index });
  const text = program.textOf(file);
  const entered = Array.from(text.slice(span.start, span.end).matchAll(/\basync with (?:self\.|cls\.)?(\w+)\s*:/g), ([, name]) => name!);
  return calls.some((call) => turns.test(program.target({ file, index: call }).external ?? '')) || entered.some((name) => new RegExp(`\\b${name}\\b\\s*(?::[^=\\n]+)?=[^\\n]*\\b(?:\\w*Semaphore|CapacityLimiter|AsyncLimiter)\\(`).test(text));
}

const turns = /^(?:p-limit\(\)|p-queue(?:\.PQueue)?\.add(?:All)?|bottleneck\.schedule|async-sema\.Sema\.acquire|async-mutex\.(?:Semaphore|Mutex)\.(?:runExclusive|acquire))$/;

/** It asks an axios client whose requests wait for a limiter: the file in which the client gets its interceptor is that of the call. */
function asksLimitedClient(program: Program, { file, index }: FunctionRef): boolean {
  return marksIn(program, file).intercepted.length > 0 && program.functionOf({ file, index }).calls.some((call) => /^axios\b/.test(program.target({ file, index: call }).external ?? ''));
}
