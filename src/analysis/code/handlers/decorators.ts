import type { FunctionRef, Resolved } from '../program.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import { nameOf, type Call, type Expr } from '../summary.ts';
import { aroundOf, isWithin, type Around } from './around.ts';
import { placeOfCall } from './given.ts';
import type { At } from './env.ts';
import { trace } from './trace.ts';

/** What the author's own decorators put around a Python function. */
export interface Decorated {
  /** The outermost first. */
  around: Around[];
  /** What the SDK sees is a coroutine function. */
  async: boolean;
  /** The function itself is handed to a thread. */
  offloaded: boolean;
}

const deepest = 4;

export function decoratedBy(program: Resolved, fn: FunctionRef): Decorated {
  const { decorators, parent, span, async } = program.functionOf(fn);
  const at = { file: fn.file, function: parent ?? 0, offset: span.start };
  const wrappers: FunctionRef[] = [];
  const around: Around[] = [];
  for (const expr of decorators) {
    const wrapper = wrapperOf(program, expr, at, async);
    if (!wrapper) continue;
    wrappers.push(wrapper);
    const one = aroundOf(program, wrapper, callsOfGiven(program, wrapper).map((c) => c.span));
    if (one) around.push(expr.kind === 'call' ? { ...one, made: { file: fn.file, index: expr.call } } : one);
  }
  const [outermost] = wrappers;
  return { around, async: outermost ? program.functionOf(outermost).async : async, offloaded: wrappers.some((w) => handsToThread(program, w)) };
}

/** The function that a decorator returns in place of what it is given: `wrapper` of `def decorator(fn): …`; null where it is not the author's own. */
function wrapperOf(program: Resolved, decorator: Expr, at: At, async: boolean): FunctionRef | null {
  const call = decorator.kind === 'call' ? program.files.get(at.file)!.calls[decorator.call]! : null;
  const { expr, at: made } = trace(program, { expr: call ? call.callee : decorator, at: call ? placeOfCall(at.file, call) : at }, null);
  if (expr.kind !== 'function') return null;
  let now: FunctionRef = { file: made.file, index: expr.function };
  for (let depth = 0; depth < deepest; depth++) {
    const inner = returnedWithin(program, now, async);
    // `@tool(…)`: what it returns is the decorator, and only what that returns is a wrapper
    if (!inner) return depth <= (call ? 1 : 0) ? null : now;
    now = inner;
  }
  return null;
}

/** A function that another one has in it and returns; of several the one that is as async as what it is for. */
function returnedWithin(program: Resolved, fn: FunctionRef, async: boolean): FunctionRef | null {
  const { returned, span } = program.functionOf(fn);
  const found = returned.flatMap((value) => {
    const { expr, at } = trace(program, { expr: value, at: { file: fn.file, function: fn.index, offset: span.end - 1 } }, null);
    const isInner = expr.kind === 'function' && at.file === fn.file && expr.function !== fn.index && isWithin(program.files.get(fn.file)!.functions, fn.index, expr.function);
    return isInner ? [{ file: fn.file, index: expr.function }] : [];
  });
  return found.find((f) => program.functionOf(f).async === async) ?? found[0] ?? null;
}

/** Whether a decorator does no more than keep what the function gives that it is put on: `cache.put(key, fn(*args))` in its wrapper, and nothing besides takes one of the two. */
export function keepsResults(program: Resolved, decorator: FunctionRef): boolean {
  const { calls, bindings } = program.files.get(decorator.file)!;
  let wrapper = decorator;
  for (let depth = 0; depth < deepest; depth++) wrapper = returnedWithin(program, wrapper, false) ?? wrapper;
  const given = wrapper.index === decorator.index ? [] : callsOfGiven(program, wrapper);
  const isGivenCall = (value: Expr): boolean => (value.kind === 'await' ? isGivenCall(value.of) : value.kind === 'call' && given.includes(calls[value.call]!));
  const results = new Set(bindings.flatMap((b) => (b.scope === wrapper.index && b.values.some(isGivenCall) ? [b.name] : [])));
  const isKept = callsWithin(program, wrapper).some(({ callee, args }) => callee.kind === 'member' && /^(?:put|set|store|save|add)$/.test(callee.name) && args.some((a) => results.has(nameOf(a))));
  const both = new Set([program.functionOf(wrapper).name, ...given.map((call) => nameOf(call.callee))]);
  return isKept && callsWithin(program, decorator).every(({ callee, args, keywords }) => isAboutNames.test(nameOf(callee)) || ![...args, ...keywords.map((k) => k.value)].some((a) => a.kind === 'name' && both.has(a.name)));
}

/** `functools.wraps(fn)`, `inspect.signature(fn)`. */
const isAboutNames = /^(?:wraps|update_wrapper|signature|iscoroutinefunction|callable)$/;
/** Calls in a wrapper of what it was made for: of a parameter of a function around it. */
const callsOfGiven = (program: Resolved, wrapper: FunctionRef): Call[] => callsWithin(program, wrapper).filter((call) => isGiven(program, wrapper, call.callee, call));

const callsWithin = (program: Resolved, { file, index }: FunctionRef): Call[] => {
  const { calls, functions } = program.files.get(file)!;
  return calls.filter((c) => isWithin(functions, index, c.function));
};

function isGiven(program: Resolved, wrapper: FunctionRef, expr: Expr, call: Call): boolean {
  if (expr.kind !== 'name') return false;
  const summary = program.files.get(wrapper.file)!;
  const [binding] = indexOf(summary).lookup(expr.name, call.function, call.span.start);
  return binding?.kind === 'parameter' && !isWithin(summary.functions, wrapper.index, binding.scope);
}

/** `await asyncio.to_thread(fn, *args)` in a wrapper, `run_in_executor(pool, lambda: fn(*args))`. */
function handsToThread(program: Resolved, wrapper: FunctionRef): boolean {
  const { calls } = program.files.get(wrapper.file)!;
  const given = callsOfGiven(program, wrapper);
  const hands = (arg: Expr, call: Call) => isGiven(program, wrapper, arg, call) || (arg.kind === 'function' && given.some((one) => one.function === arg.function));
  return callsWithin(program, wrapper).some((call) => call.args.some((arg) => hands(arg, call)) && program.target({ file: wrapper.file, index: calls.indexOf(call) }).offloads);
}
