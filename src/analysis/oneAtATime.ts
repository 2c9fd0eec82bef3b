import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Call, Span } from './code/summary.ts';
import { heldObserver, type Held } from './heldLocks.ts';
import { ioOfCall, ioOwn, keyOf } from './ioBelow.ts';
import { lockSinks, taskLocks, type LockSink } from './sinks/locks.ts';
import { stepBack, type Placed } from './trace.ts';

type Stretch = Pick<Span, 'start' | 'end'>;

/** What runs behind a lock that lets one through at a time. */
interface Behind extends Stretch {
  function: number;
  /** It runs what callers hand over. */
  handed: boolean;
}

const sinks = new Map(lockSinks.filter((s) => s.language === 'typescript').map((s) => [s.name, s]));

/** `pLimit(1)`, `new PQueue({ concurrency: 1 })`, `new Semaphore(1)`: how the one was made whose member is called. */
export function isOne(program: Program, { file }: CallRef, { callee, function: fn, span }: Call): boolean {
  const object = callee.kind === 'member' ? callee.object : callee;
  const [first] = madeBy(program, { expr: object, at: { file, function: fn, offset: span.start } })?.args ?? [];
  const limit = first?.kind === 'object' ? first.properties.find((p) => p.name === 'concurrency')?.value : first;
  return limit?.kind === 'literal' && limit.value === 1;
}

/** The one call that gave what a name or a field has, in whatever file. */
function madeBy(program: Program, made: Placed): Call | null {
  let now = made;
  for (let steps = 0; steps < 5; steps++) {
    if (now.expr.kind === 'call') return program.callOf({ file: now.at.file, index: now.expr.call });
    const [only, ...others] = stepBack(program, now).from;
    if (!only || others.length > 0) return null;
    now = only;
  }
  return null;
}

/** What stands behind a lock that is taken at an offset of a function: the work that it is given, up to where it is let go, or the rest. */
export function behind(program: Program, { file, index }: FunctionRef, at: Stretch): Behind {
  const { calls, functions } = program.files.get(file)!;
  const { parameters, span } = functions[index]!;
  const lock = calls.find((c) => c.function === index && c.span.start >= at.start && c.span.end <= at.end);
  const handed = lock?.args.some((a) => a.kind === 'name' && parameters.some((p) => p.name === a.name)) ?? false;
  if (handed || lock?.args.some((a) => a.kind === 'function')) return { ...at, function: index, handed };
  const release = functions[index]!.calls.map((i) => calls[i]!).findLast(({ callee, span: its }) => its.start > at.end && (callee.kind === 'member' || callee.kind === 'name') && /^(?:release|un_?lock)/i.test(callee.name));
  const end = release?.span.start ?? span.end;
  const runs = calls.some((c) => c.span.start >= at.end && c.span.end <= end && c.callee.kind === 'name' && parameters.some((p) => c.callee.kind === 'name' && p.name === c.callee.name));
  return { start: at.end, end, function: index, handed: runs };
}

/** Whether there is one request in what stands behind a lock, and no more. */
export function holdsOneRequest(program: Program, fn: FunctionRef, at: Stretch): boolean {
  const { start, end, handed } = behind(program, fn, at);
  if (handed) return false;
  const asks = program.files.get(fn.file)!.calls.flatMap((call, index) => (start < call.span.start && call.span.end <= end && ioOfCall(program, { file: fn.file, index }).size > 0 ? [call] : []));
  const [only, ...others] = asks.filter((call) => !asks.some((outer) => outer !== call && outer.span.start <= call.span.start && call.span.end < outer.span.end));
  return only !== undefined && only.loop === null && others.length === 0;
}

const known = new WeakMap<Program, Map<string, Behind[]>>();

function locksOf(program: Program, file: string): Behind[] {
  let ofFiles = known.get(program);
  if (!ofFiles) known.set(program, (ofFiles = new Map<string, Behind[]>()));
  let found = ofFiles.get(file);
  if (!found) ofFiles.set(file, (found = locksIn(program, file)));
  return found;
}

function locksIn(program: Program, file: string): Behind[] {
  const { calls } = program.files.get(file)!;
  const taken = calls.flatMap((call, index) => {
    const sink: LockSink | undefined = sinks.get(program.target({ file, index }).external ?? '');
    if (!sink || (sink.one && !isOne(program, { file, index }, call)) || (sink.keyed && call.args[0]?.kind !== 'literal')) return [];
    return [behind(program, { file, index: call.function }, call.span)];
  });
  const held = program.factsOf(file, heldObserver.id).flatMap(({ data, function: index, span }) => {
    const fact = data as Held;
    if (fact.kind === 'chain') return [behind(program, { file, index }, span)];
    if (fact.kind !== 'async with') return [];
    const value = program.resolve(fact.lock, { file, function: index, offset: span.start });
    return value.kind === 'external' && taskLocks.has(value.name) ? [{ ...fact.body, function: index, handed: false }] : [];
  });
  return [...taken, ...held];
}

/** Clients with one connection that sends the next command when the one before is answered. */
const ofOneConnection = /^imapflow\./;

/** Whether all that a call asks of others runs behind a lock, or over one connection that has one: several of it at a time go one by one. */
export function goesOneByOne(program: Program, ref: CallRef): boolean {
  const seen = new Set<string>();
  let passes = false;
  /** Something is asked for outside of any lock. */
  const escapes = (one: CallRef): boolean => {
    const { file } = one;
    const { span } = program.callOf(one);
    if (locksOf(program, file).some((l) => l.start <= span.start && span.end <= l.end)) {
      passes ||= ioOfCall(program, one).size > 0;
      return false;
    }
    if (ofOneConnection.test(program.target(one).external ?? '')) {
      passes = true;
      return false;
    }
    if (ioOwn(program, one) !== null) return true;
    const { functions, callbacks } = program.called(one);
    const isHanded = functions.some((fn) => locksOf(program, fn.file).some((l) => l.handed && l.function === fn.index));
    passes ||= isHanded && callbacks.length > 0;
    return [...functions, ...(isHanded ? [] : callbacks)].some((fn) => {
      if (seen.has(keyOf(fn))) return false;
      seen.add(keyOf(fn));
      return program.functionOf(fn).calls.some((index) => escapes({ file: fn.file, index }));
    });
  };
  return !escapes(ref) && passes;
}
