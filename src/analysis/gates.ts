import type { FunctionRef, Program, Reach } from './code/program.ts';

/** To the end of the statement: what a way leads on through (`return next(…)`, `return {`) is none. */
const leaves = /\b(?:return|raise|throw|continue|break)\b(?:[^;\n]*[^;\n\s([{,=?:&|+])?\s*[;}\n]/;
const said = /"""[^]*?"""|\/\*[^]*?\*\/|(?<=^|\s)(?:\/\/|#)[^\n]*/g;

/**
 * How many functions on a way, the handler left out, may leave before they come to the call that leads on: because
 * something is kept, or not set up, or has been done. `culprit`: offset of what the way leads to.
 */
export function gatesOf(program: Program, { path }: Pick<Reach, 'path'>, culprit: number): number {
  return path.slice(1).filter(({ function: fn, call }) => leaves.test(ownText(program, fn, call ? program.callOf(call).span.start : culprit))).length;
}

/** What stands in a function up to an offset, without the functions in it, which leave for themselves, and comments. */
function ownText(program: Program, { file, index }: FunctionRef, end: number): string {
  const text = program.textOf(file);
  let from = program.functionOf({ file, index }).span.start;
  let own = '';
  for (const { parent, span } of program.files.get(file)!.functions) {
    if (parent !== index || span.start < from || span.end > end) continue;
    own += text.slice(from, span.start);
    from = span.end;
  }
  return (own + text.slice(from, end)).replaceAll(said, '');
}
