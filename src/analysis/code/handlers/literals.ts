import type { ClassRef, Resolved } from '../program.ts';
import type { Binding, Expr, TypeRef } from '../summary.ts';
import { isTest } from './callIndex.ts';
import type { Thing } from './env.ts';

const known = new WeakMap<Resolved, Map<string, Thing[]>>();

/** Object literals that are declared to be of an interface (`const search: Tool = { … }`); those of tests are not among them. */
export function literalsOf(program: Resolved, { file, index }: ClassRef): readonly Thing[] {
  let literals = known.get(program);
  if (!literals) known.set(program, (literals = literalsByType(program)));
  return literals.get(`${index} ${file}`) ?? [];
}

function literalsByType(program: Resolved): Map<string, Thing[]> {
  const found = new Map<string, Thing[]>();
  for (const [file, { bindings }] of program.files) {
    if (isTest(file)) continue;
    for (const binding of bindings) {
      const literal = literalIn(binding);
      if (!literal) continue;
      const at = { file, function: binding.scope, offset: binding.span.start };
      const value = program.resolve({ kind: 'name', name: literal.type }, at);
      if (value.kind !== 'class') continue;
      const key = `${value.class.index} ${value.class.file}`;
      const list = found.get(key);
      if (list) list.push({ expr: literal.expr, at });
      else found.set(key, [{ expr: literal.expr, at }]);
    }
  }
  return found;
}

function literalIn({ kind, type, values, reassigned }: Binding): { type: string; expr: Expr } | null {
  const [only, ...others] = values;
  if (kind !== 'variable' || reassigned || !only || others.length > 0) return null;
  const expr = only.kind === 'as' ? only.value : only;
  const name = typeName(type) ?? (only.kind === 'as' ? typeName(only.type) : null);
  return name !== null && expr.kind === 'object' ? { type: name, expr } : null;
}

const typeName = (type: TypeRef | null): string | null => (type?.kind === 'name' && type.path.length === 1 ? type.path[0]! : null);
