import type { Resolved } from '../program.ts';
import type { Env, Thing } from './env.ts';
import { property, trace } from './trace.ts';

/** A named part of an object literal, or a keyword of the call that makes an object (`ToolAnnotations(readOnlyHint=True)`). */
export function partOf(program: Resolved, whole: Thing, name: string, env: Env): Thing | null {
  const { expr, at } = trace(program, whole, env);
  if (expr.kind === 'object') return property(program, { expr, at }, name, env);
  if (expr.kind === 'call') {
    const call = program.files.get(at.file)!.calls[expr.call]!;
    const keyword = call.keywords.find((k) => k.name === name);
    if (keyword) return { expr: keyword.value, at: { file: at.file, function: call.function, offset: call.span.start } };
  }
  const member: Thing = { expr: { kind: 'member', object: expr, name }, at };
  const traced = trace(program, member, env);
  return traced.expr.kind === 'member' ? null : traced;
}
