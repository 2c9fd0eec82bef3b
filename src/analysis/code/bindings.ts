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
  const byName = Map.groupBy(bindings, (b) => b.name);
  const byScope = new Map<string, Map<number, Binding[]>>();
  return {
    named: (name) => byName.get(name) ?? nothing,
    inScope(name, scope) {
      const named = byName.get(name);
      if (!named) return nothing;
      if (named.length === 1) return named[0]!.scope === scope ? named : nothing;
      if (named.length < many) return named.every((b) => b.scope === scope) ? named : named.some((b) => b.scope === scope) ? named.filter((b) => b.scope === scope) : nothing;
      let scopes = byScope.get(name);
      if (!scopes) byScope.set(name, (scopes = Map.groupBy(named, (b) => b.scope)));
      return scopes.get(scope) ?? nothing;
    },
  };
});
