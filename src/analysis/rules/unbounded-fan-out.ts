import { sharesBoundedClient } from '../boundedClients.ts';
import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Program } from '../code/program.ts';
import type { Call, Expr, Span } from '../code/summary.ts';
import type { Visitors } from '../code/syntax.ts';
import { createDropped, droppedObserver } from '../dropped.ts';
import { fanOutExamples } from '../examples/unbounded-fan-out.ts';
import { branchVisitors, feasibleIo } from '../feasible.ts';
import { fanOutFixes } from '../fixes/unbounded-fan-out.ts';
import { ioBelow, ioOfCall, ioOwn, reachable, type Kinds } from '../ioBelow.ts';
import { loopsOf, loopObserver, type LoopAt } from '../loops.ts';
import { isMarked, marks } from '../marks.ts';
import type { Rule } from '../rule.ts';
import { createSeldom, seldomObserver } from '../seldom.ts';
import { sizeOf } from '../sizes.ts';
import { snake } from '../snake.ts';
import { isTopology } from '../topology.ts';
import { stepBack, type Placed } from '../trace.ts';

const id = 'unbounded-fan-out';

const marksIn = marks({
  limited: /\b\w*(?:semaphore|limiter|p-?limit|throttle|bottleneck|concurrency|capacity_?limiter|p-?queue)\w*\b|\blimit\(|\bsem\b|\b_?slots?\b|\bacquire\(/gi,
  annotated: /\b\w+(?=\s*:\s*(?:typing\.|t\.)?(?:Annotated\s*\[|conlist\()[\s\S]{0,300}?(?:max_length|max_items|MaxLen|\bLen\())/g,
  intercepted: /\binterceptors\.request\.use\((?=[\s\S]{0,200}?\bawait\s+[\w.]*(?:limit|throttle|bucket|token|queue|acquire|slot))/gi,
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

/** `gather(*tasks)`: what is spread into a call, which its summary leaves out. */
const splat: Visitors[string] = (node, context) => {
  const inner = node.firstNamedChild;
  if (node.parent?.type === 'argument_list' && inner) context.fact(node, { splat: context.expr(inner) });
};

export const unboundedFanOut: Rule = {
  id,
  title: 'As many requests at once as there are data',
  severity: 'warning',
  docs: `A handler starts one request, query or process for each item of a list, all at the same time, and nothing says how long the list may be: \`Promise.all(ids.map(…))\`, \`asyncio.gather(*(…))\`, a task group filled in a loop.

**Why it hurts an MCP server.** The list comes from a model: it may hold five items or five thousand. Five thousand at once empty the connection pool, run into the other side's rate limit and hold all results in memory. Calls that run beside it wait or fail.

**How it is measured.** The list is followed to where it comes from. A constant list, one that is cut or goes through in chunks, a maximum in the tool's schema, a limiter or semaphore on the way, a client that all share and that has only so many connections (\`max_connections\`, \`maxSockets\`): no finding. The items of one answer of a service are a page as a rule, and a hint; so are files of this machine that the caller names, which a few threads read. A run shows the peak of outgoing requests.

**How to mend it.** Run a few at a time: \`p-map\` with \`concurrency\`, \`p-limit\`, an \`asyncio.Semaphore\` in the coroutine. Say the maximum in the schema too (\`z.array(…).max(50)\`).`,

  code: {
    languages: ['typescript', 'python'],
    sinks: [
      ...['Promise.all', 'Promise.allSettled', 'Promise.any', 'Promise.race'].map((name) => ({ name, language: 'typescript' as const })),
      ...['asyncio.gather', 'asyncio.wait', 'asyncio.as_completed', 'asyncio.TaskGroup.create_task', 'anyio.TaskGroup.start_soon', 'anyio.create_task_group().start_soon', 'trio.Nursery.start_soon'].map((name) => ({ name, language: 'python' as const })),
    ],
    visitors: { typescript: { ...branchVisitors, if_statement: ifsAndBranches }, python: { if_statement: ifs, list_splat: splat } },
    observes: [loopObserver, seldomObserver, droppedObserver],
    check,
    fixes: fanOutFixes,
    examples: fanOutExamples,
  },
};

/** Something that starts one piece of work per item. */
interface Spread {
  /** Whose line is the culprit. */
  span: Span;
  over: Placed;
  kinds: Kinds;
  /** Functions that do the work, to be asked for limiters. */
  workers: FunctionRef[];
  /** A `.map(…)` that a fix can wrap. */
  map: CallRef | null;
}

function* check(program: Program): Iterable<CodeReport> {
  const loops = loopsOf(program);
  const seldom = createSeldom(program);
  const dropped = createDropped(program);
  for (const { call: ref } of program.hits(id)) {
    const call = program.callOf(ref);
    const fn = { file: ref.file, index: call.function };
    const reach = program.reach(fn, 'any', call.span.start);
    if (!reach) continue;
    for (const spread of spreadsOf(program, ref, loops)) {
      const kinds = asTheyGo(program, usual(program, spread), spread.workers, dropped);
      const kind = worst(kinds);
      if (kind === null || isLimited(program, spread, fn) || (kind === 'requests' && sharesBoundedClient(program, spread.workers))) continue;
      const size = sizeOf(program, spread.over, (file, offset) => marksIn(program, file).annotated.includes(offset));
      if (size !== 'argument' && size !== 'upstream' && size !== 'page' && size !== 'folder') continue;
      if ((size === 'upstream' || size === 'page') && isTopology(program, spread.over)) continue;
      const isFirst = seldom(ref) === 'first';
      // a cache that is filled or cleaned up once
      if (size === 'folder' && (isFirst || cleans.test(snake(program.nameOf(fn))))) continue;
      // a few threads read all that somebody names; a whole tree or table is another thing
      const isWarning = !isFirst && !dropped(ref) && size !== 'page' && (kind !== 'files' || (size === 'upstream' && isOfStore(program, spread.over) && (spread.workers.length === 0 || spread.workers.some((w) => opensFiles(program, w)))));
      yield {
        file: ref.file,
        span: spread.span,
        function: fn,
        ...(isWarning ? {} : { severity: 'hint' as const }),
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

function* spreadsOf(program: Program, ref: CallRef, loops: readonly LoopAt[]): Iterable<Spread> {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const isTask = call.callee.kind === 'member' && /^(?:create_task|start_soon)$/.test(call.callee.name);
  if (isTask) {
    const loop = innermost(loops, ref.file, call);
    const over = loop?.loop.over;
    if (!loop || !over || loop.loop.awaits.some((a) => a.start >= loop.loop.body.start)) return;
    const work = workOf(program, ref);
    yield { span: call.span, over: { expr: over, at }, ...work, map: null };
    return;
  }
  yield* mapsIn(program, ref, at, loops);
}

/** Lists of promises or coroutines that a call waits for: in place, by name, filled in a loop. */
function* mapsIn(program: Program, ref: CallRef, at: Placed['at'], loops: readonly LoopAt[]): Iterable<Spread> {
  const call = program.callOf(ref);
  // in place: `.map(…)` and comprehensions between its brackets
  for (const index of program.functionOf({ file: at.file, index: call.function }).calls) {
    const inner = { file: at.file, index };
    const { span } = program.callOf(inner);
    if (index !== ref.index && call.span.start < span.start && span.end <= call.span.end && !waitsInside(program, ref, span)) yield* ofMap(program, inner, call.span);
  }
  yield* ofLoops(program, at, call, loops, call.span);
  // by name
  for (const arg of [...call.args, ...spreadIn(program, at.file, call)]) {
    if (arg.kind !== 'name' && arg.kind !== 'member') continue;
    for (const { expr, at: there } of stepBack(program, { expr: arg, at }).from) {
      if (expr.kind === 'call') {
        const inner = { file: there.file, index: withoutFilter(program, there.file, expr.call) };
        yield* ofMap(program, inner, call.span);
      }
      if (expr.kind === 'array' && expr.many) yield* ofLoops(program, there, { ...call, span: expr.span }, loops, call.span);
    }
    if (arg.kind === 'name') yield* filledIn(program, at, arg.name, loops, call.span);
  }
}

/** In `Promise.all([one(), Promise.all(ids.map(load))])` the inner one waits for them: it is told there. */
function waitsInside(program: Program, { file, index }: CallRef, of: Span): boolean {
  const { span } = program.callOf({ file, index });
  return program.hits(id).some(({ call }) => {
    const inner = call.file === file && call.index !== index ? program.callOf(call).span : null;
    return inner !== null && span.start < inner.start && inner.end <= span.end && inner.start < of.start && of.end <= inner.end;
  });
}

/** `ids.map(load).filter(Boolean)`: the call of `map`. */
function withoutFilter(program: Program, file: string, index: number): number {
  const { callee } = program.callOf({ file, index });
  return callee.kind === 'member' && callee.name === 'filter' && callee.object.kind === 'call' ? withoutFilter(program, file, callee.object.call) : index;
}

/** `gather(*tasks)`, `[...tasks]`: what is spread has its own name. */
function spreadIn(program: Program, file: string, call: Call): Expr[] {
  const inArrays = call.args.flatMap((a) => (a.kind === 'array' ? a.items.map((i) => (i.kind === 'element' && i.index === undefined ? i.of : i)) : []));
  const inCall = program.facts(id).flatMap(({ file: of, fact }) => {
    const { data, span } = fact;
    return of === file && span.start > call.span.start && span.end < call.span.end && typeof data === 'object' && data !== null && 'splat' in data ? [data.splat as Expr] : [];
  });
  return [...inArrays, ...inCall];
}

/** `ids.map((id) => fetch(id))`, `map(load, ids)`. */
function* ofMap(program: Program, ref: CallRef, span: Span): Iterable<Spread> {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const name = call.callee.kind === 'member' || call.callee.kind === 'name' ? call.callee.name : '';
  if (!/^(?:map|flatMap|from)$/.test(name)) return;
  const { callbacks, functions } = program.target(ref);
  const workers = [...callbacks, ...functions];
  if (workers.length === 0) return;
  const over = call.callee.kind === 'member' && name !== 'from' ? call.callee.object : call.args[name === 'from' ? 0 : 1];
  if (!over) return;
  yield { span, over: { expr: over, at }, kinds: kindsOf(program, workers), workers, map: ref };
}

function kindsOf(program: Program, workers: readonly FunctionRef[]): Kinds {
  return new Set(workers.flatMap((w) => [...ioBelow(program, w)]));
}

/** Comprehensions (Python) inside of an expression that make coroutines. */
function* ofLoops(program: Program, at: Placed['at'], { span: within, function: fn }: Call, loops: readonly LoopAt[], span: Span): Iterable<Spread> {
  for (const { file, function: owner, loop, span: own } of loops) {
    if (file !== at.file || loop.kind !== 'comprehension' || !loop.over || own.start < within.start || own.end > within.end) continue;
    if (loop.awaits.length > 0 || owner !== fn) continue;
    const calls = callsWithin(program, { file, index: owner }, loop.body);
    for (const ref of calls.slice(0, 1)) yield { span, over: { expr: loop.over, at: { ...at, offset: own.start } }, ...workOf(program, ref), map: null };
  }
}

/** A list that a loop fills with promises: `jobs.push(load(x))`, `tasks.append(asyncio.create_task(load(x)))`. */
function* filledIn(program: Program, at: Placed['at'], name: string, loops: readonly LoopAt[], span: Span): Iterable<Spread> {
  for (const index of program.functionOf({ file: at.file, index: at.function }).calls) {
    const ref = { file: at.file, index };
    const { callee, args, span: own } = program.callOf(ref);
    if (callee.kind !== 'member' || !/^(?:push|append|add)$/.test(callee.name) || callee.object.kind !== 'name' || callee.object.name !== name) continue;
    const loop = innermost(loops, at.file, program.callOf(ref));
    const work = args.find((a) => a.kind === 'call');
    if (!loop?.loop.over || work?.kind !== 'call') continue;
    yield { span, over: { expr: loop.loop.over, at: { ...at, offset: own.start } }, ...workOf(program, { file: at.file, index: work.call }), map: null };
  }
}

function workOf(program: Program, ref: CallRef): Pick<Spread, 'kinds' | 'workers'> {
  const { callee, args } = program.callOf(ref);
  const { functions, callbacks } = program.called(ref);
  const wraps = (callee.kind === 'member' || callee.kind === 'name') && /^(?:create_task|ensure_future|start_soon|shield)$/.test(callee.name);
  const [first] = args;
  if (wraps && first?.kind === 'call') return workOf(program, { file: ref.file, index: first.call });
  return { kinds: ioOfCall(program, ref), workers: [...functions, ...callbacks] };
}

const callsWithin = (program: Program, fn: FunctionRef, { start, end }: { start: number; end: number }) =>
  program.functionOf(fn).calls.map((index) => ({ file: fn.file, index })).filter((ref) => program.callOf(ref).span.start >= start && program.callOf(ref).span.end <= end);

function innermost(loops: readonly LoopAt[], file: string, { span, function: fn }: Call): LoopAt | null {
  const around = loops.filter((l) => l.file === file && l.function === fn && l.loop.body.start <= span.start && span.end <= l.loop.body.end);
  return around.reduce<LoopAt | null>((a, b) => (a && a.span.start > b.span.start ? a : b), null);
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
