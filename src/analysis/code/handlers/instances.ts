import type { ClassRef, Resolved } from '../program.ts';
import { selfOf, type Env, type Thing } from './env.ts';
import { isSelf } from './given.ts';
import { enclosingClass } from './members.ts';
import { trace } from './trace.ts';

const deepest = 60;

/** A class of the workspace whose static side or instance an expression is. */
export interface Instance {
  class: ClassRef;
  static: boolean;
  /** The call that made it, where it is known. */
  made: Thing | null;
}

export function instanceOf(program: Resolved, { expr, at }: Thing, env: Env, depth = 0): Instance | null {
  if (depth > deepest) return null;
  const summary = program.files.get(at.file);
  if (!summary) return null;
  if (expr.kind === 'class') return { class: { file: at.file, index: expr.class }, static: true, made: null };
  if (expr.kind === 'this' || (expr.kind === 'parameter' && isSelf(summary, expr))) {
    const declared = enclosingClass(summary, expr.kind === 'this' ? at.function : expr.function);
    if (declared === null) return null;
    const ref = { file: at.file, index: declared };
    const known = selfOf(env, ref);
    // `this` of a static method is the class
    const isStatic = expr.kind === 'this' && summary.functions[at.function]?.static === true;
    return { class: known?.class ?? ref, static: isStatic, made: known?.made ?? null };
  }
  if (expr.kind !== 'call') return null;
  const call = summary.calls[expr.call]!;
  const callee = trace(program, { expr: call.callee, at: { ...at, function: call.function, offset: call.span.start } }, env, depth + 1);
  return callee.expr.kind === 'class' ? { class: { file: callee.at.file, index: callee.expr.class }, static: false, made: { expr, at } } : null;
}
