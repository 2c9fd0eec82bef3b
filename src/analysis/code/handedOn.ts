import { groupBy } from '../../model/groupBy.ts';
import { createAsked, enclosing, ofExpr, type Slot } from './asked.ts';
import { choiceOf, mayBeChosen } from './chosen.ts';
import { argumentOf as passedTo } from './handlers/callers.ts';
import { maySpread } from './lists.ts';
import type { CallRef, FunctionRef, Handler, Target } from './program.ts';
import type { Edge } from './reachGraph.ts';
import { absent, argumentOf, conditionsIn, isNothing, isTrue, memberOf, positionOf, slotOf, something, sureOf, sureTerm, type Given, type Look, type Sure } from './sure.ts';
import type { Call, Expr, FileSummary, Span } from './summary.ts';

/** How a call, or whoever starts it, enters a function: what is known of its parameters and of those around it, as far as some condition asks for it. */
export interface Entry {
  given: Given;
  /** Tells it from others; `''` where nothing is known. */
  key: string;
  /** What the function does not do then. */
  without: readonly Span[];
}

export interface HandedOn {
  /** `null` for a callback: only what stands around it is known. */
  entry(fn: FunctionRef, call: CallRef, from: Given, isCalled: boolean): Entry;
  /** With the context that its SDK hands it, if it is a handler; with what a decorator was called with that puts it around one. */
  start(fn: FunctionRef, handler: Handler | null, decorator?: CallRef): Entry;
  /** Whether what a call looks up by a constant may be this function: of many tools it calls the one that is asked for. */
  calls(fn: FunctionRef, call: CallRef, from: Given): boolean;
}

const nothing: Given = new Map();
const noScopes: ReadonlySet<number> = new Set();
export const unaware: Entry = { given: nothing, key: '', without: [] };
export const handsOnNothing: HandedOn = { entry: () => unaware, start: () => unaware, calls: () => true };

/**
 * Follows what calls hand over for sure (constants, objects with known properties, what is made of them by conditions) to
 * the conditions that ask for it. A function asks for what its conditions ask, and for what it hands on to those that ask:
 * all else is dropped at once, so that a function is entered in few ways.
 */
export function createHandedOn(files: ReadonlyMap<string, FileSummary>, edgesFrom: (fn: FunctionRef) => readonly Edge[], textOf: (file: string) => string, targetOf: (call: CallRef) => Target): HandedOn {
  const contexts = new Map<string, Sure | null>();
  const asked = createAsked(files, edgesFrom);

  function resultOf(file: string, index: number, awaited: boolean): Sure | null {
    const summary = files.get(file)!;
    const call = summary.calls[index]!;
    if (summary.language === 'python') return ofModel(call, targetOf({ file, index }).external);
    if (call.isNew) return something;
    const called = edgesFrom({ file, index: call.function }).filter((e) => e.call === index && !e.handed);
    const isObject = ({ to }: Edge) => {
      const { async, returned } = files.get(to.file)!.functions[to.index]!;
      return async && !awaited ? true : returned.length === 1 && (returned[0]!.kind === 'object' || returned[0]!.kind === 'function');
    };
    return called.length > 0 && called.every(isObject) ? something : null;
  }
  function contextFor(handler: Handler): Sure | null {
    let context = contexts.get(handler.dialect);
    if (context === undefined) contexts.set(handler.dialect, (context = contextOf(files.values(), textOf, handler)));
    return context;
  }
  const lookFrom = (file: string, fn: number, offset: number, given: Given): Look => ({ summary: files.get(file)!, function: fn, offset, given, resultOf: (call, awaited) => resultOf(file, call, awaited) });

  function handedAt({ file, index }: CallRef, fn: FunctionRef, parameter: number, from: Given): Sure | null {
    const call = files.get(file)!.calls[index]!;
    return handedTo(files.get(fn.file)!, fn.index, parameter, call, lookFrom(file, call.function, call.span.start, from));
  }
  const isCallOf = (call: CallRef, fn: FunctionRef) => targetOf(call).functions.some((f) => f.file === fn.file && f.index === fn.index);

  function entryWith(fn: FunctionRef, sureOfSlot: (scope: number, parameter: number) => Sure | null): Entry {
    const given = new Map<string, Sure>();
    const wanted = groupBy(asked(fn), ({ scope, parameter }) => slotOf(scope, parameter));
    for (const [slot, paths] of wanted) {
      const { scope, parameter } = paths[0]!;
      const sure = part(sureOfSlot(scope, parameter), paths.map((p) => p.path));
      if (sure) given.set(slot, sure);
    }
    const stretches = conditionsIn(files.get(fn.file)!).stretches.get(fn.index) ?? [];
    const without = stretches.filter(({ span, term, is }) => {
      const holds = isTrue(sureTerm(term, lookFrom(fn.file, fn.index, span.start, given)));
      return holds !== null && holds !== is;
    });
    if (given.size === 0 && without.length === 0) return unaware;
    return { given, key: [...given].map(([slot, sure]) => `${slot} ${written(sure)}`).sort().join(), without: without.map((s) => s.span) };
  }

  return {
    entry(fn, ref, from, isCalled) {
      if (asked(fn).length === 0 && !conditionsIn(files.get(fn.file)!).never.has(fn.index)) return unaware;
      const summary = files.get(ref.file)!;
      const around = ref.file === fn.file ? enclosing(summary, summary.calls[ref.index]!.function) : noScopes;
      return entryWith(fn, (scope, parameter) => {
        if (scope !== fn.index) return around.has(scope) ? (from.get(slotOf(scope, parameter)) ?? null) : null;
        return isCalled ? handedAt(ref, fn, parameter, from) : null;
      });
    },
    start(fn, handler, decorator) {
      if (asked(fn).length === 0 && !conditionsIn(files.get(fn.file)!).stretches.has(fn.index)) return unaware;
      const context = handler && contextFor(handler);
      const named = handler && nameSlot(files.get(fn.file)!, fn.index);
      return entryWith(fn, (scope, parameter) => {
        if (scope === named?.scope && parameter === named.parameter && handler?.name) return named.path.reduceRight<Sure>((of, name) => members({ [name]: of }), { value: handler.name });
        if (scope !== fn.index) return decorator && isCallOf(decorator, { file: fn.file, index: scope }) ? handedAt(decorator, { file: fn.file, index: scope }, parameter, nothing) : null;
        return parameter === handler?.contextParameter ? context : null;
      });
    },
    calls(fn, ref, from) {
      const choice = choiceOf(files.get(ref.file)!, ref.index);
      const sure = choice && sureOf(choice.is, lookFrom(ref.file, choice.function, choice.offset, from));
      return !sure || !('value' in sure) || mayBeChosen(files, fn, choice.property, sure.value);
    },
  };
}

/** `Request(deep=False)` of a model of pydantic has what it is given, by the same names. */
function ofModel({ keywords }: Call, external: string | null): Sure | null {
  const constants = keywords.flatMap(({ name, value }) => (value.kind === 'literal' ? [[name, { value: value.value }] as const] : []));
  return constants.length > 0 && /^pydantic\b.*\bBaseModel$/.test(external ?? '') ? { has: new Map<string, Sure>(constants), closed: false } : null;
}

/** The parameter of a function around it by which a handler is registered: `tools.forEach((tool) => server.tool(tool.name, …, async () => …))`. */
function nameSlot(summary: FileSummary, fn: number): Slot | null {
  const passed = passedTo(summary, fn);
  const call = passed && summary.calls[passed.call];
  const [name] = call?.args ?? [];
  return (call && name && ofExpr(name, [], { summary, function: call.function, offset: call.span.start })[0]) ?? null;
}

/** What a call hands over for a parameter, or leaves at its default. */
function handedTo(summary: FileSummary, fn: number, index: number, call: Call, look: Look): Sure | null {
  const { parameters } = summary.functions[fn]!;
  const position = positionOf(summary, fn, index, call);
  const said = argumentOf(look.summary, call, position, parameters[index]!.name);
  const isScript = summary.language !== 'python';
  const sure = said && ('term' in said ? sureTerm(said.term, look) : sureOf(said.expr, look));
  // undefined leaves it at its default
  if (said && (!isScript || !isNothing(sure ?? null))) return sure ?? null;
  const isSpread = (expr: Expr, i: number) => maySpread(expr) && !('term' in (argumentOf(look.summary, call, i, '') ?? {}));
  if (!said && (call.args.some(isSpread) || call.keywords.some((k) => k.name === '**'))) return null;
  const [left] = summary.bindings.filter((b) => b.scope === fn && b.kind === 'parameter' && b.index === index).flatMap((b) => b.values.filter((v) => v.kind !== 'parameter'));
  const byDefault = left ? sureOf(left, { ...look, summary, function: fn, offset: summary.functions[fn]!.span.start, given: nothing, resultOf: () => null }) : isScript && parameters[index]!.optional ? absent : null;
  // what is written as null may be undefined
  return said ? (left && !isNothing(byDefault) ? null : (sure ?? null)) : byDefault;
}

/** Of what is known, what is asked for. */
function part(sure: Sure | null, paths: readonly (readonly string[])[]): Sure | null {
  if (!sure || !('has' in sure)) return sure;
  const has = new Map<string, Sure | null>();
  for (const name of new Set(paths.flatMap((p) => p.slice(0, 1)))) has.set(name, part(memberOf(sure, name), paths.filter((p) => p[0] === name).map((p) => p.slice(1))));
  return { has, closed: false };
}

function written(sure: Sure | null): string {
  if (!sure || !('has' in sure)) return JSON.stringify(sure && 'value' in sure && sure.value === undefined ? 'absent' : sure);
  return `{${[...sure.has].map(([name, one]) => `${name}:${written(one)}`).sort().join()}}`;
}


const members = (of: Record<string, Sure>): Sure => ({ has: new Map(Object.entries(of)), closed: false });

/** What an SDK puts into the context of a call. FastMCP's session is what `authenticate` gave: nothing where no server is made with that. */
function contextOf(files: Iterable<FileSummary>, textOf: (file: string) => string, { dialect }: Handler): Sure | null {
  if (dialect === 'sdk-v1') return members({ signal: something });
  if (dialect !== 'fastmcp') return null;
  const authenticates = [...files].some(({ file, calls }) => calls.some((c) => c.isNew && c.callee.kind === 'name' && c.callee.name === 'FastMCP') && /\bauthenticate\b/.test(textOf(file)));
  return members(authenticates ? { log: something } : { log: something, session: absent });
}
