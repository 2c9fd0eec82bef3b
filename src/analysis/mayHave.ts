import type { CallRef, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { bindingOf, stepBack, type Placed, type Place } from './trace.ts';

/** `maybe`: not everything that it may be is known. */
export type Answer = 'yes' | 'no' | 'maybe';

const maxSteps = 8;

/** Whether options have one of the keys, followed through names, spreads, parameters and what functions return. `null` and `undefined` are no value. */
export function mayHave(program: Program, options: Placed, keys: readonly string[], depth = 0): Answer {
  const { expr, at } = options;
  if (depth > maxSteps) return 'maybe';
  if (expr.kind === 'literal') return 'no';
  if (expr.kind === 'array' || expr.kind === 'function') return 'no';
  if (expr.kind === 'object') {
    const own = expr.properties.filter((p) => keys.includes(p.name));
    // what is written out is set, whatever its value comes to
    if (own.some((p) => !isNothing(p.value))) return 'yes';
    return any(expr.spread.map((one) => mayHave(program, { expr: one, at }, keys, depth + 1)));
  }
  if (expr.kind === 'parameter' || (expr.kind === 'name' && isParameter(program, expr.name, at))) return ofParameter(program, options, keys, depth);
  const { from, complete } = stepBack(program, options);
  const answers = from.map((one) => mayHave(program, one, keys, depth + 1));
  return any(complete ? answers : [...answers, 'maybe']);
}

function isParameter(program: Program, name: string, at: Place): boolean {
  return bindingOf(program, name, at)?.kind === 'parameter';
}

/** A parameter that no caller fills has what its default says. */
function ofParameter(program: Program, options: Placed, keys: readonly string[], depth: number): Answer {
  const { from } = stepBack(program, options);
  const { expr, at } = options;
  const fn = { file: at.file, index: expr.kind === 'parameter' ? expr.function : bindingOf(program, (expr as { name: string }).name, at)!.scope };
  const callers = program.callersOf(fn);
  // whoever is handed the function calls it with something of its own; a promise with functions
  const isHanded = (ref: CallRef) => program.target(ref).external !== 'Promise' && !program.called(ref).functions.some((f) => f.file === fn.file && f.index === fn.index);
  if (callers.length === 0 || callers.some(isHanded)) return 'maybe';
  return any(from.map((one) => mayHave(program, one, keys, depth + 1)));
}

/** Whether `**kwargs` of a Python call have one of the keys: those of the callers' keywords, where they are the function's own parameter. */
export function mayBeInKeywords(program: Program, call: Call, file: string, keys: readonly string[], depth = 0): Answer {
  return any(
    call.keywords
      .filter((k) => k.name === '**')
      .map(({ value }) => {
        const at = { file, function: call.function, offset: call.span.start };
        if (value.kind !== 'name') return mayHave(program, { expr: value, at }, keys);
        const binding = bindingOf(program, value.name, at);
        if (binding?.kind !== 'parameter') return mayHave(program, { expr: value, at }, keys);
        const callers = program.callersOf({ file, index: binding.scope });
        if (callers.length === 0) return 'maybe';
        return any(
          callers.map((ref) => {
            const caller = program.callOf(ref);
            if (caller.keywords.some((k) => keys.includes(k.name))) return 'yes';
            if (!caller.keywords.some((k) => k.name === '**')) return 'no';
            // handed on: those of the callers before
            return depth < maxSteps ? mayBeInKeywords(program, caller, ref.file, keys, depth + 1) : 'maybe';
          }),
        );
      }),
  );
}

export const isNothing = (expr: Expr) => expr.kind === 'literal' && expr.value === null;

function any(answers: readonly Answer[]): Answer {
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}
