import { maySpread } from './code/lists.ts';
import { mainOf } from './code/ownLoop.ts';
import type { CallRef, FunctionRef, Program, Reach } from './code/program.ts';
import { ownParameters } from './code/sure.ts';
import { bindingOf } from './trace.ts';

/** Whether a way leads into `asyncio.run(ask())`: what is made there dies with that loop, and cannot be kept for the next call. */
export const isOnOwnLoop = (program: Program, { path }: Reach): boolean => path.some(({ function: fn, call }) => call !== null && startsLoop(program, fn, call.index));

/**
 * Whether a way cannot be gone because Python raises on it: `asyncio.run()` on a loop that runs already, as the SDK's does
 * where it calls the tool itself; a function that is called without something that it needs.
 */
export function raisesOnWay(program: Program, { path, handlers: [handler] }: Reach): boolean {
  return path.some(({ function: fn, call }, i) => {
    if (call === null || !fn.file.endsWith('.py')) return false;
    const isOnLoop = () => handler !== undefined && program.reachBy([handler], fn, 'loop', program.callOf(call).span.start) !== null;
    return (startsLoop(program, fn, call.index) && isOnLoop()) || lacksArgument(program, call, path[i + 1]!.function);
  });
}

/** `write(path)` of `def write(path, text)`. */
function lacksArgument(program: Program, ref: CallRef, fn: FunctionRef): boolean {
  const { args, keywords, callee, function: caller, span } = program.callOf(ref);
  const { name: called, kind, parameters, decorators } = program.functionOf(fn);
  const { functions } = program.target(ref);
  // a variable, or another name, may be a `partial` of it
  if ((callee.kind !== 'name' && callee.kind !== 'member') || (callee.name !== called && kind !== 'constructor')) return false;
  if (callee.kind === 'name' && bindingOf(program, callee.name, { file: ref.file, function: caller, offset: span.start })?.kind === 'variable') return false;
  // what is spread, or wrapped, may bring more
  if (functions.length !== 1 || functions[0]!.file !== fn.file || functions[0]!.index !== fn.index || decorators.length > 0) return false;
  if (keywords.some((k) => k.name === '**') || args.some(maySpread)) return false;
  const own = ownParameters(program.files.get(fn.file)!, fn.index, callee);
  return parameters.some(({ name, optional, rest }, i) => i >= own && !optional && !rest && name !== '' && i - own >= args.length && !keywords.some((k) => k.name === name));
}

const startsLoop = (program: Program, fn: FunctionRef, main: number): boolean =>
  program.functionOf(fn).calls.some((index) => mainOf(program.callOf({ file: fn.file, index }), program.target({ file: fn.file, index }).external) === main);
