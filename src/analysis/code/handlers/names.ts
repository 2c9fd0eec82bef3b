import type { Resolved } from '../program.ts';
import type { Expr } from '../summary.ts';
import type { Env, Thing } from './env.ts';
import { classMember } from './members.ts';
import { partOf } from './parts.ts';
import { instanceOf } from './instances.ts';
import { stringOf, trace } from './trace.ts';

/** Where tools that are objects keep their names. */
const paths = [['name'], ['toolName'], ['definition', 'name'], ['schema', 'name'], ['tool', 'name'], ['spec', 'name'], ['config', 'name'], ['metadata', 'name'], ['toolDefinition', 'name'], ['id']];
const getters = ['getName', 'get_name'];

/** The name that a tool's object says; null where it is not a constant. */
export function toolNameOf(program: Resolved, thing: Thing, env: Env): string | null {
  const instance = instanceOf(program, trace(program, thing, env), env);
  if (instance) {
    // a name that the class has, where its objects are given theirs
    for (const name of ['name', 'toolName', 'tool_name', 'NAME', 'TOOL_NAME']) {
      for (const isStatic of [instance.static, !instance.static]) {
        const found = classMember(program, { ...instance, static: isStatic }, name, env, (inner, e) => trace(program, inner, e));
        if (found?.expr.kind === 'literal' && typeof found.expr.value === 'string') return found.expr.value;
      }
    }
  }
  for (const path of paths) {
    let part: Thing | null = thing;
    for (const name of path) part = part && partOf(program, part, name, env);
    const found = part && stringOf(program, part, env);
    if (found !== null) return found;
  }
  for (const name of getters) {
    const method = trace(program, { expr: { kind: 'member', object: thing.expr, name }, at: thing.at }, env);
    const [only, ...others]: readonly Expr[] = method.expr.kind === 'function' ? program.functionOf({ file: method.at.file, index: method.expr.function }).returned : [];
    const found = only && others.length === 0 ? stringOf(program, { expr: only, at: method.at }, env) : null;
    if (found !== null) return found;
  }
  return null;
}
