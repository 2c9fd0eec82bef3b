import { perFile } from './code/perFile.ts';
import type { CallRef, FunctionRef, Program, Reach } from './code/program.ts';
import type { FunctionSummary } from './code/summary.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

/** Notes the calls whose promise nobody keeps: `void f()`, `f().catch(report);` as a statement of its own. */
export const droppedObserver: Observer = {
  id: 'dropped',
  typescript: { expression_statement: note },
};

function note(node: SyntaxNode, context: VisitContext): void {
  let call = node.namedChild(0);
  if (call?.type === 'unary_expression' && call.operator === 'void') call = call.childForFieldName('argument');
  while (call?.type === 'parenthesized_expression') call = call.namedChild(0);
  for (;;) {
    const callee = call?.type === 'call_expression' ? call.childForFieldName('function') : null;
    if (callee?.type !== 'member_expression' || !/^(?:then|catch|finally)$/.test(callee.childForFieldName('property')?.text ?? '')) break;
    call = callee.childForFieldName('object');
  }
  if (call?.type === 'call_expression') context.fact(call);
}

/** What runs a function later and waits for nothing that it gives. */
const later = /^(?:set(?:Timeout|Interval|Immediate)|queueMicrotask|process\.nextTick|Array\.forEach)$/;
/** What an event sets off: whoever sends it waits for nobody. */
const listens = /^(?:on|once|addListener|addEventListener|prependListener|prependOnceListener)$/;
const maxDepth = 5;

const droppedIn = perFile((program, file) => new Set(program.factsOf(file, droppedObserver.id).map(({ span }) => `${span.start} ${span.end}`)));

/** Whether nobody waits for what an asynchronous call gives: it is dropped itself, or by all who call its function, which waits for it or gives it back. */
export function createDropped(program: Program): (call: CallRef) => boolean {
  let handlers: ReadonlySet<string | null> | null = null;
  const isHandler = (fn: FunctionRef) => {
    handlers ??= new Set(program.handlers.flatMap((h) => [h.function, ...(h.around ?? []).map((a) => a.function)]).map((f) => f && `${f.index} ${f.file}`));
    return handlers.has(`${fn.index} ${fn.file}`);
  };

  const ofCall = (ref: CallRef, depth: number): boolean => {
    const { span, function: fn, awaited } = program.callOf(ref);
    if (!awaited && droppedIn(program, ref.file).has(`${span.start} ${span.end}`)) return true;
    const { async, returned } = program.functionOf({ file: ref.file, index: fn });
    return (async || returned.some((expr) => expr.kind === 'call' && expr.call === ref.index)) && ofFunction({ file: ref.file, index: fn }, depth + 1);
  };
  /** Of a function that is handed to a call: it is run later, or by what nobody waits for. */
  const ofCallback = (ref: CallRef, depth: number): boolean => {
    const { callee, args, awaited } = program.callOf(ref);
    if (later.test(program.target(ref).external ?? '') || (callee.kind === 'member' && listens.test(callee.name) && args.length > 1)) return true;
    return awaited && ofCall(ref, depth);
  };
  const ofFunction = (fn: FunctionRef, depth: number): boolean => {
    if (depth > maxDepth || isHandler(fn)) return false;
    const callers = program.callersOf(fn);
    return callers.length > 0 && callers.every((ref) => (program.called(ref).callbacks.some((c) => c.file === fn.file && c.index === fn.index) ? ofCallback(ref, depth) : ofCall(ref, depth)));
  };
  return (ref) => ofCall(ref, 0);
}

/** By its type, too: `function start(): Promise<void>`. */
const givesPromise = ({ async, returns }: FunctionSummary): boolean => async || (returns?.kind === 'name' && /^Promise(?:Like)?$/.test(returns.path.at(-1)!));

/** `asyncio.create_task(run(job))`, `void run(job)` on a way, which the function that starts it does not wait for. */
export function isLeftAlone(program: Program, { path }: Reach): boolean {
  return path.some(({ function: fn, call }, i) => {
    if (!call) return false;
    const { span, awaited } = program.callOf(call);
    const next = path[i + 1]!.function;
    if (!awaited && droppedIn(program, call.file).has(`${span.start} ${span.end}`)) return givesPromise(program.functionOf(next)) && program.target(call).functions.some((f) => f.file === next.file && f.index === next.index);
    const text = program.textOf(call.file);
    const started = /(?:([\w.]+)\s*=\s*)?(?:[\w.]+\.)?(?:create_task|ensure_future|run_coroutine_threadsafe)\(\s*$/.exec(text.slice(0, span.start).slice(-160));
    if (!started) return false;
    const [, name] = started;
    const after = text.slice(span.end, program.functionOf(fn).span.end);
    return name === undefined || !new RegExp(`\\bawait\\s+(?:asyncio\\.\\w+\\([^\\n]*)?${name.replaceAll('.', '\\.')}\\b`).test(after);
  });
}
