import { perSummary } from '../perFile.ts';
import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import { isTest, lastName } from './callIndex.ts';

/** Functions of a file that have a decorator, unless it is one of tests. */
export const decoratedIn = perSummary(({ file, functions }) => (isTest(file) ? [] : functions.flatMap((f, index) => (f.decorators.length > 0 ? [index] : []))));

/** A function that another one is put on as its decorator; `made` is the call in `@tool(…)` that returned that other one. */
export interface Applied {
  to: FunctionRef;
  made: CallRef | null;
}

/** Every `@fn` of Python, and every `@outer(…)` where `fn` is what `outer` has in it and returns. */
export function appliedTo(program: Resolved, fn: FunctionRef): Applied[] {
  const { language, functions } = program.files.get(fn.file)!;
  if (language !== 'python') return [];
  const { name, parent } = functions[fn.index]!;
  const outer = parent !== null && functions[parent]!.returned.some((value) => value.kind === 'name' && value.name === name) ? parent : null;
  const found: Applied[] = [];
  for (const [file, summary] of program.files) {
    for (const index of summary.language === 'python' ? decoratedIn(summary) : []) {
      const at = { file, function: summary.functions[index]!.parent ?? 0, offset: summary.functions[index]!.span.start };
      for (const expr of summary.functions[index]!.decorators) {
        const wanted = expr.kind !== 'call' ? fn.index : outer;
        const callee = expr.kind === 'call' ? summary.calls[expr.call]!.callee : expr;
        // a name that is imported under another one is not looked for
        if (wanted === null || lastName(callee) !== functions[wanted]!.name) continue;
        const value = program.resolve(callee, at);
        if (value.kind === 'function' && value.function.file === fn.file && value.function.index === wanted) found.push({ to: { file, index }, made: expr.kind === 'call' ? { file, index: expr.call } : null });
      }
    }
  }
  return found;
}
