import type { FunctionRef, Program, Reach } from './code/program.ts';

/** Whether a way leads into `asyncio.run(ask())`: what is made there dies with that loop, and cannot be kept for the next call. */
export const isOnOwnLoop = (program: Program, { path }: Reach): boolean => path.some(({ function: fn, call }) => call !== null && startsLoop(program, fn, call.index));

/** Whether a way cannot be gone because `asyncio.run()` raises on a loop that runs already, as the SDK's does where it calls the tool itself. */
export function raisesOnLoop(program: Program, { path, handlers: [handler] }: Reach): boolean {
  return path.some(({ function: fn, call }) => call !== null && handler !== undefined && startsLoop(program, fn, call.index) && program.reachBy([handler], fn, 'loop', program.callOf(call).span.start) !== null);
}

const startsLoop = (program: Program, fn: FunctionRef, main: number): boolean =>
  program.functionOf(fn).calls.some((index) => {
    const [first] = program.callOf({ file: fn.file, index }).args;
    return first?.kind === 'call' && first.call === main && program.target({ file: fn.file, index }).external === 'asyncio.run';
  });
