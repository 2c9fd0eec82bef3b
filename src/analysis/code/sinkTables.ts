import type { Rule } from '../rule.ts';
import type { SinkHit } from './program.ts';
import type { FileSummary } from './summary.ts';

/** The tables of sinks of all rules, turned round: a name to who wants it. */
export interface SinkTables {
  /** The hits of one file, by rule. `externals` gives each call's external name, null where it has none. */
  hitsOf(summary: FileSummary, externals: readonly (string | null)[]): Map<string, SinkHit[]>;
}

interface Row {
  rule: string;
  sink: NonNullable<NonNullable<Rule['code']>['sinks']>[number];
}

export function createSinkTables(rules: readonly Rule[]): SinkTables {
  const byName = { typescript: new Map<string, Row[]>(), python: new Map<string, Row[]>() };
  for (const rule of rules) {
    for (const sink of rule.code?.sinks ?? []) {
      const rows = byName[sink.language];
      const row = { rule: rule.id, sink };
      const same = rows.get(sink.name);
      if (same) same.push(row);
      else rows.set(sink.name, [row]);
    }
  }

  /** The most exact row of each rule: `a.b.c`, else `a.b.*`, else `a.*`. */
  function lookUp(rows: ReadonlyMap<string, Row[]>, name: string): Row[] {
    const found = [...(rows.get(name) ?? [])];
    for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      for (const row of rows.get(`${name.slice(0, dot)}.*`) ?? []) if (!found.some((r) => r.rule === row.rule)) found.push(row);
    }
    return found;
  }

  const known = { typescript: new Map<string, Row[]>(), python: new Map<string, Row[]>() };
  return {
    hitsOf({ file, language }, externals) {
      const family = language === 'python' ? 'python' : 'typescript';
      const hits = new Map<string, SinkHit[]>();
      externals.forEach((name, index) => {
        if (name === null) return;
        let rows = known[family].get(name);
        if (!rows) known[family].set(name, (rows = lookUp(byName[family], name)));
        for (const { rule, sink } of rows) {
          const hit = { call: { file, index }, sink };
          const ofRule = hits.get(rule);
          if (ofRule) ofRule.push(hit);
          else hits.set(rule, [hit]);
        }
      });
      return hits;
    },
  };
}
