import type { FunctionRef, Resolved } from '../program.ts';
import { isStaticMethod, type Call, type FileSummary } from '../summary.ts';
import { enter, type At, type Env, type Given, type Thing } from './env.ts';

/** Where a call stands. */
export const placeOfCall = (file: string, call: Call): At => ({ file, function: call.function, offset: call.span.start });

/** What a call hands over, for `enter`. */
export function givenBy(program: Resolved, file: string, index: number): Given {
  const call = program.files.get(file)!.calls[index]!;
  const at = { file, function: call.function, offset: call.span.start };
  return { args: call.args.map((expr) => ({ expr, at })), keywords: new Map(call.keywords.map((k) => [k.name, { expr: k.value, at }])) };
}

/** `env` within a function that a call calls. A method's own object is the first of what it is given in Python. */
export function enterCall(program: Resolved, env: Env, fn: FunctionRef, file: string, index: number): Env {
  const given = givenBy(program, file, index);
  const summary = program.files.get(fn.file)!;
  const callee = program.files.get(file)!.calls[index]!.callee;
  const takesSelf = summary.language === 'python' && isSelf(summary, { function: fn.index, index: 0 });
  const at = { file, function: program.files.get(file)!.calls[index]!.function, offset: program.files.get(file)!.calls[index]!.span.start };
  const self: Thing = { expr: callee.kind === 'member' ? callee.object : { kind: 'other' }, at };
  return enter(env, fn, takesSelf ? { ...given, args: [self, ...given.args] } : given);
}

/** Python's `self` and `cls`. */
export function isSelf(summary: FileSummary, { function: fn, index }: { function: number; index: number }): boolean {
  const f = summary.functions[fn];
  return summary.language === 'python' && index === 0 && f !== undefined && f.class !== null && !isStaticMethod(f);
}
