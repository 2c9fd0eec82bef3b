import type { CallRef, Program } from './code/program.ts';
import { mayHave } from './mayHave.ts';
import { stepBack, type Placed } from './trace.ts';

const makes = new Set(['axios.create', 'got.extend']);
const maxSteps = 8;

/** Where the client of a call (`this.api` in `this.api.get(url)`) is made with options of its own: `axios.create(…)`. */
export function makersOf(program: Program, ref: CallRef): CallRef[] {
  const { callee, function: fn, span } = program.callOf(ref);
  const found = new Map<string, CallRef>();
  let now: Placed[] = [{ expr: callee.kind === 'member' ? callee.object : callee, at: { file: ref.file, function: fn, offset: span.start } }];
  for (let i = 0; i < maxSteps && now.length > 0; i++) {
    now = now.flatMap((one) => {
      const made = one.expr.kind === 'call' ? { file: one.at.file, index: one.expr.call } : null;
      if (made === null || !makes.has(program.target(made).external ?? '')) return stepBack(program, one).from;
      found.set(`${made.index} ${made.file}`, made);
      return [];
    });
  }
  return [...found.values()];
}

/** Whether the client of a call was made with one of the keys, or may have been. */
export function madeWith(program: Program, ref: CallRef, keys: readonly string[]): boolean {
  return makersOf(program, ref).some((made) => {
    const { args: [options], function: fn, span } = program.callOf(made);
    return options !== undefined && mayHave(program, { expr: options, at: { file: made.file, function: fn, offset: span.start } }, keys) !== 'no';
  });
}
