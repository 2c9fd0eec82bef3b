import type { Resolved } from '../program.ts';
import type { Expr, FileSummary } from '../summary.ts';
import { isTest } from '../testFiles.ts';

export { isTest };

/** Calls by the last name of what they call, then by file. */
export type CallIndex = Map<string, Map<string, number[]>>;

interface Kept {
  index: CallIndex;
  /** The summaries that are in the index. */
  seen: Map<string, FileSummary>;
}

const kept = new WeakMap<object, Kept>();

/** Calls of all files but tests, by name; of a workspace that has changed only the changed files are read anew, as long as there are the same ones and they import the same. */
export function callIndex({ files, imports }: Pick<Resolved, 'files' | 'imports'>): CallIndex {
  let known = kept.get(imports);
  if (!known) kept.set(imports, (known = { index: new Map(), seen: new Map() }));
  const { index, seen } = known;
  for (const [file, summary] of files) {
    const before = seen.get(file);
    if (before === summary || (before === undefined && isTest(file))) continue;
    if (before) forget(index, file, before);
    for (const [name, calls] of callsByName(summary)) {
      const ofName = index.get(name);
      if (ofName) ofName.set(file, calls);
      else index.set(name, new Map([[file, calls]]));
    }
    seen.set(file, summary);
  }
  return index;
}

function forget(index: CallIndex, file: string, before: FileSummary): void {
  for (const name of callsByName(before).keys()) index.get(name)?.delete(file);
}

const byName = new WeakMap<FileSummary, Map<string, number[]>>();

/** An imported name counts by the name that it has where it is from, too. */
function callsByName(summary: FileSummary): Map<string, number[]> {
  let index = byName.get(summary);
  if (index) return index;
  byName.set(summary, (index = new Map<string, number[]>()));
  const imported = new Map(summary.imports.map((i) => [i.local, i.imported]));
  const note = (name: string, call: number) => {
    const list = index.get(name);
    if (list) list.push(call);
    else index.set(name, [call]);
  };
  summary.calls.forEach(({ callee }, i) => {
    const name = lastName(callee);
    if (name === null) return;
    note(name, i);
    const there = callee.kind === 'name' ? imported.get(name) : undefined;
    if (there !== undefined && there !== name) note(there, i);
  });
  return index;
}

export function lastName(callee: Expr): string | null {
  const expr = bare(callee);
  return expr.kind === 'name' || expr.kind === 'member' ? expr.name : null;
}

/** Without what is only said of its type. */
export function bare(expr: Expr): Expr {
  return expr.kind === 'as' ? bare(expr.value) : expr;
}
