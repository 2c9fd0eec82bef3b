import type { FunctionRef, Resolved } from '../program.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { trace } from './trace.ts';

/** Where the tool's name comes to a dispatching function: `request.params.name`, `params.name`, or as an argument of its own. */
export type NameAt =
  | { parameter: number; path: readonly string[] }
  /** In a message that it reads itself; null where only its parts are known, by the names of parameters. */
  | { message: Thing | null; path: readonly string[] };

/** A dispatching function, and where it is told the name. */
export interface Told {
  program: Resolved;
  root: { function: FunctionRef };
  nameAt: NameAt;
}

/** Whether an expression is the tool's name as the client sent it. */
export function isName(told: Told, thing: Thing, env: Env): boolean {
  return isPath(told, thing, env, told.nameAt.path);
}

function isPath(told: Told, thing: Thing, env: Env, path: readonly string[]): boolean {
  const { program, root, nameAt } = told;
  const traced = trace(program, thing, env);
  const { expr, at } = traced;
  const last = path.at(-1);
  if (expr.kind === 'either') return expr.of.some((e) => isPath(told, { expr: e, at }, env, path));
  if ('parameter' in nameAt) {
    if (last === undefined) return expr.kind === 'parameter' && expr.index === nameAt.parameter && sameRef({ file: at.file, index: expr.function }, root.function);
    return expr.kind === 'member' && expr.name === last && isPath(told, { expr: expr.object, at }, env, path.slice(0, -1));
  }
  if (last === undefined) return nameAt.message !== null && isSame(traced, nameAt.message);
  const part = partIn(program, traced);
  if (part?.name === last && isPath(told, part.of, env, path.slice(0, -1))) return true;
  return path.length === 1 && expr.kind === 'parameter' && program.functionOf({ file: at.file, index: expr.function }).parameters[expr.index]?.name === last;
}

const isSame = (a: Thing, b: Thing) => a.at.file === b.at.file && JSON.stringify(a.expr) === JSON.stringify(b.expr);

/** `x.name`, `x["name"]`, `x.get("name")`: what it is a part of, and which. */
export function partIn(program: Resolved, { expr, at }: Thing): { of: Thing; name: string } | null {
  if (expr.kind === 'member') return { of: { expr: expr.object, at }, name: expr.name };
  if (expr.kind === 'element') return expr.key?.kind === 'literal' ? { of: { expr: expr.of, at }, name: String(expr.key.value) } : null;
  if (expr.kind !== 'call') return null;
  const { callee, args: [key], function: fn, span } = program.callOf({ file: at.file, index: expr.call });
  if (callee.kind !== 'member' || callee.name !== 'get' || key?.kind !== 'literal') return null;
  return { of: { expr: callee.object, at: { file: at.file, function: fn, offset: span.start } }, name: String(key.value) };
}

/** Whether a call is given the name, or what the name is in. */
export function handsOn(told: Told, file: string, index: number, env: Env): boolean {
  const { program, nameAt } = told;
  const call = program.files.get(file)!.calls[index]!;
  const at = { file, function: call.function, offset: call.span.start };
  // `handle({ name, args })`
  const given = [...call.args, ...call.keywords.map((k) => k.value)].flatMap((expr) => (expr.kind === 'object' ? [expr, ...expr.properties.map((p) => p.value)] : [expr]));
  return given.some((expr) => nameAt.path.map((_, i) => nameAt.path.slice(0, i)).concat([[...nameAt.path]]).some((path) => isPath(told, { expr, at }, env, path)));
}
