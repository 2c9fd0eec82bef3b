import type { FunctionRef, Resolved } from '../program.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { trace } from './trace.ts';

/** Where the tool's name comes to a dispatching function: `request.params.name`, `params.name`, or as an argument of its own. */
export interface NameAt {
  parameter: number;
  path: readonly string[];
}

/** A dispatching function, and where it is told the name. */
export interface Told {
  program: Resolved;
  root: { function: FunctionRef };
  nameAt: NameAt;
}

/** Whether an expression is the tool's name as the client sent it. */
export function isName({ program, root, nameAt }: Told, thing: Thing, env: Env): boolean {
  return isPath(program, root.function, thing, env, nameAt.parameter, nameAt.path);
}

function isPath(program: Resolved, root: FunctionRef, thing: Thing, env: Env, parameter: number, path: readonly string[]): boolean {
  const { expr, at } = trace(program, thing, env);
  const last = path.at(-1);
  if (expr.kind === 'either') return expr.of.some((e) => isPath(program, root, { expr: e, at }, env, parameter, path));
  if (last === undefined) return expr.kind === 'parameter' && expr.index === parameter && sameRef({ file: at.file, index: expr.function }, root);
  return expr.kind === 'member' && expr.name === last && isPath(program, root, { expr: expr.object, at }, env, parameter, path.slice(0, -1));
}

/** Whether a call is given the name, or what the name is in. */
export function handsOn({ program, root, nameAt }: Told, file: string, index: number, env: Env): boolean {
  const call = program.files.get(file)!.calls[index]!;
  const at = { file, function: call.function, offset: call.span.start };
  // `handle({ name, args })`
  const given = [...call.args, ...call.keywords.map((k) => k.value)].flatMap((expr) => (expr.kind === 'object' ? [expr, ...expr.properties.map((p) => p.value)] : [expr]));
  return given.some((expr) => nameAt.path.map((_, i) => nameAt.path.slice(0, i)).concat([[...nameAt.path]]).some((path) => isPath(program, root.function, { expr, at }, env, nameAt.parameter, path)));
}
