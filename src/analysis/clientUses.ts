import { branchesAround, together } from './branches.ts';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { isAfterFailure } from './seldom.ts';
import { argumentOf, isWithin } from './trace.ts';

/** What becomes of a client (or of whatever a call makes) under the name that it gets where it is made. */
export interface Uses {
  /** Its methods that are called, there and where it is handed to. Empty where it is handed to somebody that nobody knows. */
  requests: CallRef[];
  /** One run makes several of them. */
  areSeveral: boolean;
}

/** Handed on from function to function so often. */
const maxHands = 3;
const none: Uses = { requests: [], areSeveral: false };

export function usesOf(program: Program, made: CallRef): Uses {
  const { bindings, calls } = program.files.get(made.file)!;
  const { function: fn, span } = program.callOf(made);
  const is = (expr: Expr): boolean => (expr.kind === 'await' || expr.kind === 'enter' ? is(expr.of) : expr.kind === 'either' ? expr.of.some(is) : expr.kind === 'call' && expr.call === made.index);
  const binding = fn === 0 ? undefined : bindings.find((b) => b.scope === fn && b.values.some(is));
  if (!binding) return none;
  // another one that gets the same name later
  const startOf = (expr: Expr): number => (expr.kind === 'await' || expr.kind === 'enter' ? startOf(expr.of) : expr.kind === 'call' ? calls[expr.call]!.span.start : -1);
  const end = Math.min(...binding.values.map(startOf).filter((start) => start > span.start), Infinity);
  return usesOfName(program, { file: made.file, index: fn }, binding.name, { start: span.end, end }, 0);
}

function usesOfName(program: Program, { file, index: fn }: FunctionRef, name: string, { start, end }: { start: number; end: number }, hands: number): Uses {
  const summary = program.files.get(file)!;
  const requests: CallRef[] = [];
  const own: number[] = [];
  let areSeveral = false;
  // what is tried again has failed before
  const isRound = ({ loop }: Call) => loop !== null && !/^[^\n]*(?:attempt|retr|tries)/i.test(program.textOf(file).slice(loop.start, loop.end));
  for (const [index, call] of summary.calls.entries()) {
    const { callee, args, keywords, span } = call;
    if (span.start < start || span.start >= end || !isWithin(summary, call.function, fn)) continue;
    const isName = (expr: Expr) => expr.kind === 'name' && expr.name === name;
    const isRequest = callee.kind === 'member' && isName(callee.object) && !/^a?close$/.test(callee.name);
    const isHandedOn = [...args, ...keywords.map((k) => k.value)].some(isName);
    if (!isRequest && !isHandedOn) continue;
    if (isRequest) requests.push({ file, index });
    else {
      const below = handed(program, { file, index }, isName, hands);
      // whoever gets it in each round of a loop, they share it
      if (below === null) return isRound(call) ? { requests: [], areSeveral: true } : none;
      requests.push(...below.requests);
      areSeveral ||= below.areSeveral;
    }
    areSeveral ||= call.function !== fn || isRound(call);
    // asked again with another token, after a refusal
    if (!isAfterFailure(program, { file, index })) own.push(span.start);
  }
  const branches = branchesAround(program, { file, index: fn });
  return { requests, areSeveral: areSeveral || own.some((one) => together(branches, one, own.filter((other) => other !== one))) };
}

/** Null where nobody knows what it does with it. */
function handed(program: Program, ref: CallRef, isIt: (expr: Expr) => boolean, hands: number): Uses | null {
  const { functions } = program.called(ref);
  const [fn] = functions;
  if (functions.length !== 1 || hands >= maxHands) return null;
  const { parameters, span } = program.functionOf(fn!);
  const at = parameters.findIndex((p, i) => {
    const given = argumentOf(program, ref, fn!, i, p.name);
    return given !== null && isIt(given.expr);
  });
  return at < 0 ? null : usesOfName(program, fn!, parameters[at]!.name, span, hands + 1);
}
