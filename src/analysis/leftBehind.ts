import type { CallRef, Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';

/** What is returned is followed over this many callers. */
const maxDepth = 4;
const keepers = /^(?:set|put|add|push|append|register\w*|setdefault|insert|use)$/;

/** Whether nobody keeps what a call makes: it ends with the function in which it is used, or with those that it is returned to. */
export function isLeftBehind(program: Program, ref: CallRef, depth = 0): boolean {
  if (depth > maxDepth) return false;
  const { functions, classes, bindings, calls } = program.files.get(ref.file)!;
  const own = program.callOf(ref).function;
  const names = new Set<string>();
  const is = (expr: Expr): boolean => {
    if (expr.kind === 'call') return expr.call === ref.index;
    if (expr.kind === 'name') return names.has(expr.name);
    if (expr.kind === 'await' || expr.kind === 'enter') return is(expr.of);
    if (expr.kind === 'either') return expr.of.some(is);
    return expr.kind === 'as' && is(expr.value);
  };
  const holds = (expr: Expr): boolean => is(expr) || (expr.kind === 'array' && expr.items.some(holds)) || (expr.kind === 'object' && expr.properties.some((p) => holds(p.value)));
  for (const { name, scope, values } of bindings) {
    if (!values.some(is)) continue;
    if (scope !== own || own === 0) return false;
    names.add(name);
  }
  if (own === 0 || classes.some((c) => c.fields.some((f) => f.values.some((value, i) => holds(value) && (!is(value) || value.kind !== 'name' || (f.functions?.[i] ?? own) === own))))) return false;
  const givesAway = functions[own]!.calls.some((index) => {
    const { args, keywords, callee, isNew, span } = calls[index]!;
    if (index === ref.index || ![...args, ...keywords.map((k) => k.value)].some(holds)) return false;
    if (callee.kind === 'member' && keepers.test(callee.name)) return true;
    const makes = isNew || program.resolve(callee, { file: ref.file, function: own, offset: span.start }).kind === 'class';
    // an object may keep what it is made with, for as long as it is kept itself
    return makes && !isLeftBehind(program, { file: ref.file, index }, depth + 1);
  });
  if (givesAway) return false;
  if (!functions[own]!.returned.some(holds)) return true;
  const callers = program.callersOf({ file: ref.file, index: own });
  return callers.length > 0 && callers.every((caller) => isLeftBehind(program, caller, depth + 1));
}
