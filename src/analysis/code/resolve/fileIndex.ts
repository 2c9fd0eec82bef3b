import { groupBy } from '../../../model/groupBy.ts';
import type { Binding, ClassSummary, Export, FileSummary, FunctionSummary } from '../summary.ts';
import { bindingsOf } from '../bindings.ts';
import { findPlaces, type Literal, literalKey, type Place } from './places.ts';

/** A file's summary with what is asked of it again and again. */
export interface FileIndex {
  summary: FileSummary;
  python: boolean;
  /** The declarations of a name that are seen at a place: those of the innermost scope. */
  lookup(name: string, fn: number, offset: number): readonly Binding[];
  exportsNamed(name: string): readonly Export[];
  starExports: readonly Export[];
  /** Where a function or object literal stands, as far as that tells what is expected of it. */
  placeOf(literal: Literal): Place | null;
  /** The innermost class around an offset whose body belongs to this function. */
  classAt(fn: number, offset: number): number | null;
  /** The method or field function that `this` belongs to, out of arrows; null at the module's level and in plain functions. */
  thisFunction(fn: number): number | null;
  /** Calls that call a parameter of a function, in it or in functions within. */
  callsOfParameter(fn: number, index: number): readonly number[];
}

const indices = new WeakMap<FileSummary, FileIndex>();

export function indexOf(summary: FileSummary): FileIndex {
  let index = indices.get(summary);
  if (!index) indices.set(summary, (index = makeIndex(summary)));
  return index;
}

function makeIndex(summary: FileSummary): FileIndex {
  const { functions, classes, calls } = summary;
  const python = summary.language === 'python';
  const names = bindingsOf(summary);
  const byExport = groupBy(summary.exports, (e) => e.name);
  let places: ReadonlyMap<number, Place> | null = null;
  const placeOf = (literal: Literal) => (places ??= findPlaces(summary)).get(literalKey(literal)) ?? null;
  let parameterCalls: Map<string, number[]> | null = null;

  function lookup(name: string, fn: number, offset: number): readonly Binding[] {
    if (names.named(name).length === 0) return [];
    let within = offset;
    for (let scope: number | null = fn; scope !== null; scope = functions[scope]?.parent ?? null) {
      const own = names.inScope(name, scope);
      const here = within < 0 ? own : seenAt(own, within);
      if (here.length > 0) return within < 0 ? here : innermost(here);
      within = functions[scope]?.span.start ?? 0;
    }
    return [];
  }

  function thisFunction(fn: number): number | null {
    for (let at: number | null = fn; at !== null && at > 0; at = functions[at]?.parent ?? null) {
      const f = functions[at]!;
      if (f.class !== null) return at;
      if (f.kind !== 'arrow' && f.kind !== 'lambda') return placeOf({ kind: 'function', function: at })?.kind === 'property' ? at : null;
    }
    return null;
  }

  return {
    summary,
    python,
    lookup,
    exportsNamed: (name) => byExport.get(name) ?? [],
    starExports: byExport.get('*') ?? [],
    placeOf,
    classAt(fn, offset) {
      let found: number | null = null;
      classes.forEach((c, i) => {
        if (c.scope === fn && c.span.start <= offset && offset < c.span.end && (found === null || c.span.start > classes[found]!.span.start)) found = i;
      });
      return found;
    },
    thisFunction,
    callsOfParameter(fn, index) {
      if (!parameterCalls) {
        parameterCalls = new Map();
        for (let i = 0; i < calls.length; i++) {
          const { callee, function: within, span } = calls[i]!;
          if (callee.kind !== 'name') continue;
          for (const b of lookup(callee.name, within, span.start)) {
            if (b.kind !== 'parameter') continue;
            const key = `${b.scope} ${b.index}`;
            const list = parameterCalls.get(key);
            if (list) list.push(i);
            else parameterCalls.set(key, [i]);
          }
        }
      }
      return parameterCalls.get(`${fn} ${index}`) ?? [];
    },
  };
}

/** Of declarations those that are seen at an offset. */
function seenAt(bindings: readonly Binding[], offset: number): readonly Binding[] {
  const isSeen = ({ from, to }: Binding) => from <= offset && offset < to;
  // most functions have one of a name, or none: no list of its own for these
  if (bindings.length < 2) return bindings.length === 0 || isSeen(bindings[0]!) ? bindings : [];
  return bindings.filter(isSeen);
}

/** Of declarations in one function those of the smallest block. */
function innermost(bindings: readonly Binding[]): readonly Binding[] {
  if (bindings.length === 1) return bindings;
  const from = Math.max(...bindings.map((b) => b.from));
  const to = Math.min(...bindings.filter((b) => b.from === from).map((b) => b.to));
  return bindings.filter((b) => b.from === from && b.to === to);
}

/** The functions of a name in a list of methods, overloads and declarations left out where there is a body. */
export function bodies(methods: readonly ClassSummary['methods'][number][], functions: readonly FunctionSummary[]): ClassSummary['methods'] {
  const real = methods.filter((m) => !functions[m.function]!.abstract);
  return real.length > 0 ? real : methods.slice(0, 1);
}
