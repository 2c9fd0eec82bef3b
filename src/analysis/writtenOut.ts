import type { CallRef, FunctionRef, Program } from './code/program.ts';
import { argumentOf, bindingOf, type Placed } from './trace.ts';

/** Functions that hand a parameter on to each other are not more. */
const maxHandedOn = 3;

/** All that handlers call it by hand over what is written out. */
export function isOfConstants(program: Program, fn: FunctionRef): boolean {
  const callers = reachedCallers(program, fn);
  return callers.length > 0 && callers.every((ref) => {
    const { args, keywords, function: index, span } = program.callOf(ref);
    const given = [...args, ...keywords.map((k) => k.value)];
    return given.length > 0 && given.every((expr) => isWrittenOut(program, { expr, at: { file: ref.file, function: index, offset: span.start } }, 0));
  });
}

/** A constant, one of the module, or a parameter for which all callers hand over one. */
function isWrittenOut(program: Program, { expr, at }: Placed, depth: number): boolean {
  if (expr.kind === 'literal') return true;
  const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
  if (!binding || binding.reassigned) return false;
  if (binding.kind === 'variable') return binding.scope === 0 && binding.values.length === 1;
  const fn = { file: at.file, index: binding.scope };
  if (binding.kind !== 'parameter' || depth >= maxHandedOn || program.handlers.some((h) => h.function?.file === fn.file && h.function.index === fn.index)) return false;
  const callers = reachedCallers(program, fn);
  return callers.length > 0 && callers.every((ref) => {
    const given = argumentOf(program, ref, fn, binding.index, binding.name);
    return given !== null && isWrittenOut(program, given, depth + 1);
  });
}

/** Tests call it, too. */
function reachedCallers(program: Program, fn: FunctionRef): CallRef[] {
  return program.callersOf(fn).filter((ref) => {
    const { function: index, span } = program.callOf(ref);
    return program.reach({ file: ref.file, index }, 'any', span.start) !== null;
  });
}
