import type { ClassRef, Resolved } from '../program.ts';
import type { Span } from '../summary.ts';
import { givenTo, type Env, type Thing } from './env.ts';
import { placeOfCall } from './given.ts';
import { lineage } from './members.ts';
import { trace } from './trace.ts';

/** Where something is written. */
export interface Place {
  file: string;
  span: Span;
}

/** Where an item is written. Of what a function makes of a description that it is given (`createTool({ name: 'a', … })`), that description. */
export function placeOf(program: Resolved, thing: Thing, env: Env): Place | null {
  const { expr, at } = thing;
  const given = expr.kind === 'object' && at.function !== 0 ? givenTo(env, { file: at.file, index: at.function }) : null;
  const described = given?.args.map((arg) => trace(program, arg, env)).find((arg) => arg.expr.kind === 'object' && arg.expr.properties.some((p) => p.name === 'name'));
  const [first] = given?.args ?? [];
  // `tool('a', schema, run)`: the call that was made for it
  const isNamed = first && !described && expr.kind === 'object' && expr.properties.some((p) => p.name === 'name' && p.value.kind !== 'literal');
  const call = isNamed ? program.files.get(first.at.file)!.calls.find((c) => c.span.start === first.at.offset && c.function === first.at.function && c.args.includes(first.expr)) : undefined;
  if (call) return { file: first!.at.file, span: call.span };
  return writtenAt(program, described ?? thing, env);
}

/** The object literal, the class of an object, the call that gives it. */
function writtenAt(program: Resolved, { expr, at }: Thing, env: Env): Place | null {
  const summary = program.files.get(at.file)!;
  if (expr.kind === 'object' || expr.kind === 'array') return expr.span.end > 0 ? { file: at.file, span: expr.span } : expr.kind === 'array' && expr.items[1] ? writtenAt(program, { expr: expr.items[1], at }, env) : null;
  if (expr.kind === 'class') return { file: at.file, span: summary.classes[expr.class]!.nameSpan };
  if (expr.kind === 'function') return { file: at.file, span: summary.functions[expr.function]!.span };
  if (expr.kind !== 'call') return null;
  const call = summary.calls[expr.call]!;
  // of a loop over classes the one that it is at
  const callee = trace(program, { expr: call.callee, at: placeOfCall(at.file, call) }, env);
  const made = program.resolve(call.callee, placeOfCall(at.file, call));
  const ref = callee.expr.kind === 'class' ? { file: callee.at.file, index: callee.expr.class } : made.kind === 'class' ? made.class : null;
  if (ref) return handedFunction(program, ref, { expr, at }) ?? { file: ref.file, span: program.files.get(ref.file)!.classes[ref.index]!.nameSpan };
  return { file: at.file, span: call.span };
}

/** Of an object that only holds what it is given (`ToolSpec(name='x', func=run)`, all tools are of that class) its one function is the tool, or where it is made. */
function handedFunction(program: Resolved, ref: ClassRef, { expr, at }: Thing & { expr: { kind: 'call' } }): Place | null {
  const call = program.files.get(at.file)!.calls[expr.call]!;
  // one with methods of its own may run these, and be given a function for something else
  const isOnlyData = lineage(program, ref).every((c) => program.files.get(c.file)!.classes[c.index]!.methods.every((m) => m.kind === 'getter' || (m.name.startsWith('__') && m.name !== '__init__' && m.name !== '__call__')));
  if (call.keywords.length === 0 || !isOnlyData) return null;
  const given = [...call.args, ...call.keywords.map((k) => k.value)].map((value) => trace(program, { expr: value, at: placeOfCall(at.file, call) }, null));
  const [only, ...others] = given.flatMap(({ expr: one, at: written }) => (one.kind === 'function' ? [{ file: written.file, span: program.files.get(written.file)!.functions[one.function]!.span }] : []));
  return only && others.length === 0 ? only : { file: at.file, span: call.span };
}
