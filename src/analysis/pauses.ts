import type { CallRef, Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { lastName } from './effects.ts';
import { ioOfCall } from './ioBelow.ts';
import type { LoopAt } from './loops.ts';
import { isNow } from './presentTime.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/** A delay that is made of an answer (`expires_in`), or of the time that is left. */
export function isWorkedOut(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > 8) return false;
  const inside = (...parts: Expr[]) => parts.some((part) => isWorkedOut(program, { expr: part, at }, depth + 1));
  if (expr.kind === 'binary') return inside(expr.left, expr.right);
  if (expr.kind === 'call') {
    const ref = { file: at.file, index: expr.call };
    const { callee, args } = program.callOf(ref);
    return isNow(program, ref) || ioOfCall(program, ref).has('network') || inside(...args, ...(callee.kind === 'member' ? [callee.object] : []));
  }
  const { from } = stepBack(program, { expr, at });
  return from.length > 0 ? from.some((one) => isWorkedOut(program, one, depth + 1)) : expr.kind === 'member' && inside(expr.object);
}

/** The pauses of a loop, as what is handed to the functions that make them. */
function pausesOf(program: Program, { file, function: index, span: whole }: LoopAt): { expr: Expr; ref: CallRef }[] {
  return program.functionOf({ file, index }).calls.flatMap((call) => {
    const ref = { file, index: call };
    const { span, args, callee } = program.callOf(ref);
    const sleeps = span.start >= whole.start && span.end <= whole.end && /^(?:sleep|delay|wait|setTimeout)$/.test(lastName({ callee }));
    const pause = sleeps ? args.find((a) => a.kind !== 'function' && !(a.kind === 'name' && /^(?:r|res|resolve|done)$/.test(a.name))) : undefined;
    return pause ? [{ expr: pause, ref }] : [];
  });
}

/** In the background, and some seconds between two rounds at most. */
export const pausesBriefly = (program: Program, at: LoopAt) => pausesOf(program, at).some(({ expr, ref }) => (pauseOf(program, expr, ref) ?? Infinity) <= (program.files.get(at.file)!.language === 'python' ? 10 : 10_000));

/** A pause that is worked out in each round is not always the same. */
export function pausesComputed(program: Program, at: LoopAt): boolean {
  const inRound = (expr: Expr): boolean => {
    if (expr.kind === 'binary' || expr.kind === 'either') return (expr.kind === 'binary' ? [expr.left, expr.right] : expr.of).some(inRound);
    const call = expr.kind === 'call' ? program.callOf({ file: at.file, index: expr.call }) : null;
    if (!call || call.args.length === 0) return false;
    // of several the shortest or longest
    return /^(?:min|max)$/.test(lastName(call)) ? call.args.some(inRound) : true;
  };
  return pausesOf(program, at).some(({ expr, ref }) => {
    const { function: fn, span } = program.callOf(ref);
    const own = (name: string) => {
      const binding = bindingOf(program, name, { file: at.file, function: fn, offset: span.start });
      return binding !== null && binding.span.start >= at.span.start && binding.span.end <= at.span.end ? binding : null;
    };
    // `base * attempt`, where the round has its number
    const counts = (part: Expr): boolean => (part.kind === 'binary' ? counts(part.left) || counts(part.right) : part.kind === 'name' && own(part.name)?.values.every((v) => v.kind === 'element') === true);
    if (expr.kind === 'binary') return counts(expr);
    return expr.kind === 'name' ? own(expr.name)?.values.some(inRound) === true : inRound(expr);
  });
}

export const isLong = (program: Program, expr: Expr | undefined, ref: CallRef, least: number) => (pauseOf(program, expr, ref) ?? 0) >= least;
/** Some seconds at most, as far as is known. */
export const isBrief = (program: Program, expr: Expr | undefined, ref: CallRef) => (pauseOf(program, expr, ref) ?? Infinity) <= 5000;

function pauseOf(program: Program, expr: Expr | undefined, ref: CallRef): number | null {
  const { function: fn, span } = program.callOf(ref);
  return expr ? numberOf(program, { expr, at: { file: ref.file, function: fn, offset: span.start } }) : null;
}

/** Of `minutes * 60_000` one of them at least. */
const aFew = (expr: Expr) => ((expr.kind === 'name' || expr.kind === 'member') && /(?:minutes?|mins?|hours?|days?)$/i.test(expr.name) ? 1 : null);

/** Of a constant: `60_000`, `5 * MINUTE`, `this.maxAge`. Null where it is none. */
function numberOf(program: Program, { expr, at }: Placed, depth = 0): number | null {
  if (depth > 8) return null;
  const of = (one: Expr) => numberOf(program, { expr: one, at }, depth + 1);
  if (expr.kind === 'literal') return typeof expr.value === 'number' ? expr.value : null;
  if (expr.kind === 'as') return of(expr.value);
  if (expr.kind === 'binary') {
    const [left, right] = expr.operator === '*' ? [of(expr.left) ?? aFew(expr.left), of(expr.right) ?? aFew(expr.right)] : [of(expr.left), of(expr.right)];
    if (left === null || right === null) return null;
    return expr.operator === '*' ? left * right : expr.operator === '+' ? left + right : expr.operator === '-' ? left - right : expr.operator === '/' ? left / right : null;
  }
  if (expr.kind === 'either') {
    // what is configured, or else this
    const known = expr.of.map(of).filter((n) => n !== null);
    return known.length > 0 ? Math.min(...known) : null;
  }
  if (expr.kind !== 'name' && expr.kind !== 'member') return null;
  const { from } = stepBack(program, { expr, at });
  const [only] = from;
  return only && from.length === 1 ? numberOf(program, only, depth + 1) : null;
}
