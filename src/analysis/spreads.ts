import { isSpread } from './code/lists.ts';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Call, Expr, Span } from './code/summary.ts';
import { ioBelow, ioOfCall, type Kinds } from './ioBelow.ts';
import type { LoopAt } from './loops.ts';
import { stepBack, type Placed } from './trace.ts';

/** Something that starts one piece of work per item. */
export interface Spread {
  /** Whose line is the culprit. */
  span: Span;
  over: Placed;
  kinds: Kinds;
  /** Functions that do the work, to be asked for limiters. */
  workers: FunctionRef[];
  /** A `.map(…)` that a fix can wrap. */
  map: CallRef | null;
}

/** What a call that waits for several things at once (`Promise.all`, `gather`), or a task group, is given to do for each item of a list. `waits` are all such calls. */
export function* spreadsOf(program: Program, ref: CallRef, loops: readonly LoopAt[], waits: readonly CallRef[]): Iterable<Spread> {
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
  yield* mapsIn(program, ref, at, loops, waits);
}

/** Lists of promises or coroutines that a call waits for: in place, by name, filled in a loop. */
function* mapsIn(program: Program, ref: CallRef, at: Placed['at'], loops: readonly LoopAt[], waits: readonly CallRef[]): Iterable<Spread> {
  const call = program.callOf(ref);
  // in place: `.map(…)` and comprehensions between its brackets
  for (const index of program.functionOf({ file: at.file, index: call.function }).calls) {
    const inner = { file: at.file, index };
    const { span } = program.callOf(inner);
    if (index !== ref.index && call.span.start < span.start && span.end <= call.span.end && !waitsInside(program, ref, span, waits)) yield* ofMap(program, inner, call.span);
  }
  yield* ofLoops(program, at, call, loops, call.span);
  // by name
  for (const arg of namesIn(call)) {
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
function waitsInside(program: Program, { file, index }: CallRef, of: Span, waits: readonly CallRef[]): boolean {
  const { span } = program.callOf({ file, index });
  return waits.some((call) => {
    const inner = call.file === file && call.index !== index ? program.callOf(call).span : null;
    return inner !== null && span.start < inner.start && inner.end <= span.end && inner.start < of.start && of.end <= inner.end;
  });
}

/** `ids.map(load).filter(Boolean)`: the call of `map`. */
function withoutFilter(program: Program, file: string, index: number): number {
  const { callee } = program.callOf({ file, index });
  return callee.kind === 'member' && callee.name === 'filter' && callee.object.kind === 'call' ? withoutFilter(program, file, callee.object.call) : index;
}

/** `gather(*tasks)`, `Promise.all([...tasks])`: what is spread has its own name. */
function namesIn({ args }: Call): Expr[] {
  return args.flatMap((a) => (a.kind === 'array' ? a.items : [a])).map((a) => (isSpread(a) ? a.of : a));
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
