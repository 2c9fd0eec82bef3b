import type { Resolved } from '../program.ts';
import type { Env, Thing } from './env.ts';
import { placeOfCall } from './given.ts';
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
  if (traced.expr.kind !== 'member') return traced;
  const described = descriptionOf(program, { expr, at }, env);
  return described && partOf(program, described, name, env);
}

/** The one object that a call is given which makes something of it that cannot be followed: `tool({ name, execute })` of a package or with more than one result. */
export function descriptionOf(program: Resolved, { expr, at }: Thing, env: Env): Thing | null {
  if (expr.kind !== 'call') return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const [only, ...others] = call.args;
  if (!only || others.length > 0 || call.isNew) return null;
  const given = trace(program, { expr: only, at: placeOfCall(at.file, call) }, env);
  return given.expr.kind === 'object' ? given : null;
}
