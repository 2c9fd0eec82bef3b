import type { FunctionRef } from '../program.ts';
import type { Expr, TypeRef } from '../summary.ts';
import type { At } from './index.ts';
import { valueOf } from './expressions.ts';
import { placeAt, typeValue } from './types.ts';
import { type Known, refKey } from './values.ts';
import type { World } from './world.ts';

/** An object literal that is declared to be of an interface or of an object type that has a name. */
export interface Literal {
  type: string;
  at: At;
  expr: Extract<Expr, { kind: 'object' }>;
}

/** `const files: Store = { … }`, `… as Store`, `function makeStore(): Store { return { … }; }`. */
export const literalsOf = (world: World, file: string): readonly Literal[] =>
  world.memo.run<readonly Literal[]>('literals', file, 0, [], () => {
    const index = world.index(file);
    if (!index || index.python) return [];
    const { bindings, functions } = index.summary;
    const found: Literal[] = [];
    const note = (type: TypeRef | null, value: Expr, fn: number, offset: number) => {
      const expr = value.kind === 'as' ? value.value : value;
      const declared = type ?? (value.kind === 'as' ? value.type : null);
      if (expr.kind !== 'object' || declared?.kind !== 'name') return;
      const at: At = { file, function: fn, offset };
      const key = typeKey(typeValue(world, declared, placeAt(at)));
      if (key !== null) found.push({ type: key, at, expr });
    };
    bindings.forEach(({ kind, type, values, scope, span }) => {
      if (kind === 'variable') for (const value of values) note(type, value, scope, span.start);
    });
    functions.forEach(({ returns, returned, span }, i) => {
      for (const value of returned) note(promised(returns), value, i, span.end - 1);
    });
    return found;
  });

const promised = (type: TypeRef | null): TypeRef | null => (type?.kind === 'name' && type.path.join('.') === 'Promise' ? (type.args[0] ?? null) : type);

function typeKey(value: Known): string | null {
  if (value.kind === 'instance') return refKey(value.class);
  return value.kind === 'shape' ? (value.alias ?? null) : null;
}

/** The functions that literals of a type have under a name. */
export function functionsOfLiterals(world: World, type: string, name: string): FunctionRef[] {
  const found = new Map<string, FunctionRef>();
  for (const { at, expr } of world.hierarchy.literals(type)) {
    const property = expr.properties.findLast((p) => p.name === name);
    const value = property && valueOf(world, property.value, at);
    if (value?.kind === 'function') found.set(refKey(value.function), value.function);
  }
  return [...found.values()];
}
