import { groupBy } from '../../model/groupBy.ts';
import { perSummary } from './perFile.ts';
import type { Binding } from './summary.ts';

/** The bindings of a file by name. */
export interface Bindings {
  named(name: string): readonly Binding[];
  /** Those of a name that one function has. */
  inScope(name: string, scope: number): readonly Binding[];
}

/** A name that many functions have (`path`, `args`) is looked for by function. */
const many = 8;
const nothing: readonly Binding[] = [];

export const bindingsOf = perSummary(({ bindings }): Bindings => {
  // most names are declared once, and need no list
  const byName = new Map<string, Binding | Binding[]>();
  for (const binding of bindings) {
    const known = byName.get(binding.name);
    if (!known) byName.set(binding.name, binding);
    else if (Array.isArray(known)) known.push(binding);
    else byName.set(binding.name, [known, binding]);
  }
  const byScope = new Map<string, Map<number, Binding[]>>();
  return {
    named(name) {
      const named = byName.get(name);
      if (!named) return nothing;
      return Array.isArray(named) ? named : [named];
    },
    inScope(name, scope) {
      const named = byName.get(name);
      if (!named) return nothing;
      if (!Array.isArray(named)) return named.scope === scope ? [named] : nothing;
      if (named.length < many) return named.every((b) => b.scope === scope) ? named : named.some((b) => b.scope === scope) ? named.filter((b) => b.scope === scope) : nothing;
      let scopes = byScope.get(name);
      if (!scopes) byScope.set(name, (scopes = groupBy(named, (b) => b.scope)));
      return scopes.get(scope) ?? nothing;
    },
  };
});
