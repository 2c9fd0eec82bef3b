import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import type { Expr, FileSummary, Span } from '../summary.ts';
import { givenToEnclosing } from '../enclosing.ts';
import { callersOf } from './callers.ts';
import { dispatchFacts, type Guard } from './dispatchVisitors.ts';
import { aroundOf, type Around } from './around.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { enterCall, placeOfCall } from './given.ts';
import { lookedUp, table, usual, type Case } from './lookups.ts';
import { partOf } from './parts.ts';
import { runOf, runOfPart, type Run } from './runs.ts';
import { handsOn, isName, type NameAt, type Told } from './sentName.ts';
import { stringOf, trace } from './trace.ts';

export interface Dispatch {
  cases: Case[];
  /** The parts of the first function that belong to single names. */
  guarded: Span[];
}

const deepest = 4;

/** The part of a function that answers one method, and those that answer others. */
export interface Part {
  own: Span;
  others: readonly Span[];
}

/**
 * Everything that a function, or a part of it, does for single names: branches, tables of functions, and what it hands the
 * name on to. `listed`: names of tools; what is compared with two of these is the name, whatever was done to it on the way.
 */
export function dispatchOf(program: Resolved, root: Run, nameAt: NameAt, { part = null, listed = new Set() }: { part?: Part | null; listed?: ReadonlySet<string> } = {}): Dispatch {
  const search: Search = { program, root, part, listed, nameAt, seen: new Set(), cases: [], mapped: [] };
  const guarded = look(search, root.function, root.env, root.around ?? [], 0);
  return { cases: [...search.cases, ...search.mapped], guarded };
}

interface Search extends Told {
  root: Run;
  /** Of the root. */
  part: Part | null;
  listed: ReadonlySet<string>;
  seen: Set<string>;
  cases: Case[];
  /** Names for which some function only gives something back: what is done with it runs for all of them. */
  mapped: Case[];
}

/** `answers`: what the function gives is what the tool answers. */
function look(search: Search, fn: FunctionRef, env: Env, around: readonly Around[], depth: number, answers = true): Span[] {
  const { program, seen, cases } = search;
  const key = `${fn.index} ${fn.file}`;
  if (seen.has(key) || depth > deepest) return [];
  seen.add(key);
  const summary = program.files.get(fn.file)!;
  const inside = within(summary, fn.index);
  const part = sameRef(fn, search.root.function) ? search.part : null;
  const isOthers = (span: Span) => part !== null && !covers(part.own, span);
  const guards = [...inside].flatMap((inner) => guardsOf(search, summary, inner, env)).filter((g) => !isOthers(g.span));
  const isGuarded = (span: Span) => guards.some((g) => g.span.start <= span.start && span.end <= g.span.end);
  const tables: { span: Span; found: Case[] }[] = [];
  const onward: { span: Span; to: Run; index: number }[] = [];
  for (const [index, { function: inner, span }] of summary.calls.entries()) {
    if (!inside.has(inner) || isGuarded(span) || isOthers(span)) continue;
    const found = table(search, { file: fn.file, index }, env);
    if (found) tables.push({ span, found });
    if (!found && (handsOn(search, fn.file, index, env) || leadsToNames(search, { file: fn.file, index }, env))) {
      for (const to of calledBy(search, { file: fn.file, index }, env)) if (!isByTheWay(search, fn.file, index, to, depth)) onward.push({ span, to, index });
    }
  }
  const elsewhere = [...(part?.others ?? []), ...[...tables, ...onward].map((o) => o.span)];
  const finer = finerCases(search, fn, env, guards, around, depth, answers);
  cases.push(...finer);
  for (const inner of inside) {
    const here = guards.filter((g) => g.function === inner).map((g) => ({ ...g, told: g.names.filter((name) => !finer.some((c) => c.name === name)) }));
    if (here.length === 0) continue;
    if (!answers && !here.some((g) => doesSomething(summary, g.span))) {
      search.mapped.push(...guardedCases(here, [], search.root, fn.file).map((c) => ({ ...c, branch: null, notMine: [] })));
      continue;
    }
    const outside = inner === fn.index ? around : [...around, ...present(aroundOf(program, fn, [summary.functions[inner]!.span]))];
    cases.push(...guardedCases(here, elsewhere, { function: { file: fn.file, index: inner }, env, around: outside }, fn.file));
  }
  const here = [...around, ...present(aroundOf(program, fn, [...guards.map((g) => g.span), ...elsewhere]))];
  for (const { found } of tables) cases.push(...found.map((c) => ({ ...c, run: { ...c.run, around: [...here, ...(c.run.around ?? [])] } })));
  for (const { to, index } of onward) look(search, to.function, enterCall(program, to.env, to.function, fn.file, index), [...here, ...(to.around ?? [])], depth + 1, answers && isReturned(summary, index));
  return [...guards.map((g) => g.span), ...tables.map((t) => t.span)];
}

/** `note(name, args)`: it is told of each call, gives nothing that is used and does nothing for single names, so that it runs for all of them. */
function isByTheWay(search: Search, file: string, index: number, to: Run, depth: number): boolean {
  const { calls, functions, bindings } = search.program.files.get(file)!;
  const own = calls[index]!.function;
  const others = functions[own]!.calls.filter((c) => c !== index).flatMap((c) => [calls[c]!.callee, ...calls[c]!.args, ...calls[c]!.keywords.map((k) => k.value)]);
  const values = [...functions[own]!.returned, ...bindings.filter((b) => b.scope === own).flatMap((b) => b.values), ...others];
  if (JSON.stringify(values).includes(JSON.stringify({ kind: 'call', call: index }))) return false;
  const tried: Search = { ...search, seen: new Set(search.seen), cases: [], mapped: [] };
  look(tried, to.function, enterCall(search.program, to.env, to.function, file, index), [], depth + 1);
  return tried.cases.length + tried.mapped.length === 0;
}

const present = (around: Around | null): Around[] => (around ? [around] : []);

/** `handler.handle(toolName, args)`, where two or more of the names that are listed have branches. */
function leadsToNames(search: Search, ref: CallRef, env: Env): boolean {
  return search.listed.size > 1 && calledBy(search, ref, env).some(({ function: { file, index } }) => {
    const summary = search.program.files.get(file)!;
    return [...within(summary, index)].some((inner) => guardsOf(search, summary, inner, env).length > 0);
  });
}

/** The function that a call leads to; of a function that was wrapped (`const run = logged(handleCall)`) the one inside, of a list of which one is chosen (`routes.find(…).handler`) all that it has. */
function calledBy(search: Search, ref: CallRef, env: Env): Run[] {
  const { program } = search;
  const call = program.callOf(ref);
  const callee = trace(program, { expr: call.callee, at: placeOfCall(ref.file, call) }, env);
  const { expr } = callee;
  const wrapped = expr.kind === 'call' ? runOf(program, callee, env) : null;
  if (wrapped) return [wrapped];
  const { functions } = program.target(ref);
  const only = functions.length === 1 ? functions[0] : undefined;
  const given = functions.length > 0 ? null : givenToEnclosing(program, ref, (fn) => callersOf(program, fn));
  const to = only ?? (given?.complete && given.functions.length === 1 ? given.functions[0]! : null);
  if (to) return [{ function: to, env }];
  if (expr.kind !== 'member' || !usual.test(expr.name)) return [];
  const chosen = lookedUp(search, trace(program, { expr: expr.object, at: callee.at }, env), env) ?? [];
  return chosen.flatMap(({ item }) => runOfPart(program, item.thing, expr.name, item.env) ?? []);
}

/** A function and those written in it. */
function within({ functions }: FileSummary, fn: number): Set<number> {
  const found = new Set([fn]);
  functions.forEach((f, i) => {
    if (f.parent !== null && found.has(f.parent)) found.add(i);
  });
  return found;
}

function isReturned({ calls, functions }: FileSummary, call: number): boolean {
  const isIt = (expr: Expr): boolean => (expr.kind === 'await' ? isIt(expr.of) : expr.kind === 'call' && expr.call === call);
  return functions[calls[call]!.function]!.returned.some(isIt);
}

const covers = (outer: Span, { start, end }: Span) => outer.start <= start && end <= outer.end;

const doesSomething = ({ calls, functions }: FileSummary, { start, end }: Span) => [...calls, ...functions].some(({ span }) => start <= span.start && span.end <= end);

/** Behind `if name in ["a", "b"]: return await handle(name, …)` the function that is called tells them apart. */
function finerCases(search: Search, fn: FunctionRef, env: Env, guards: readonly NamedGuard[], around: readonly Around[], depth: number, answers: boolean): Case[] {
  const { program } = search;
  const summary = program.files.get(fn.file)!;
  return guards.filter((g) => g.exact && g.names.length > 1).flatMap((guard) => {
    const others = guards.filter((g) => g.span.start !== guard.span.start && !covers(g.span, guard.span)).map((g) => g.span);
    const isOwn = (span: Span) => covers(guard.span, span) && !guards.some((g) => covers(guard.span, g.span) && g.span.start > guard.span.start && covers(g.span, span));
    return summary.calls.flatMap(({ function: inner, span }, index) => {
      if (inner !== guard.function || !isOwn(span) || !handsOn(search, fn.file, index, env)) return [];
      return calledBy(search, { file: fn.file, index }, env).flatMap((to) => {
        const found: Search = { ...search, seen: new Set(search.seen), cases: [], mapped: [] };
        const here = present(aroundOf(program, { file: fn.file, index: inner }, [...others, span]));
        look(found, to.function, enterCall(program, to.env, to.function, fn.file, index), [...around, ...here, ...(to.around ?? [])], depth + 1, answers && isReturned(summary, index));
        return found.cases.filter((c) => guard.names.includes(c.name));
      });
    });
  });
}

interface NamedGuard {
  function: number;
  span: Span;
  exact: boolean;
  names: string[];
  /** What stands behind it, where it leaves. */
  behind: Span[];
}

function guardsOf(search: Search, { file, facts }: FileSummary, fn: number, env: Env): NamedGuard[] {
  const guards = facts
    .filter((f) => f.rule === dispatchFacts && f.function === fn)
    .map(({ data, span }) => {
      const { on, values, exact, until } = data as Guard;
      const behind = until === undefined ? [] : [{ ...span, start: span.end, end: until }];
      const at = { file, function: fn, offset: span.start };
      return { on: { expr: on, at }, guard: { function: fn, span, exact, behind, names: values.flatMap((expr) => labelOf(search.program, { expr, at }, env) ?? []) } };
    })
    .filter(({ guard }) => guard.names.length > 0);
  // one name alone may be a word for something else, too
  const isOfListed = (on: Expr) => new Set(guards.filter((g) => JSON.stringify(g.on.expr) === JSON.stringify(on)).flatMap(({ guard }) => guard.names.filter((name) => search.listed.has(name)))).size > 1;
  return guards.flatMap(({ on, guard }) => (isName(search, on, env) || (search.listed.size > 1 && isOfListed(on.expr)) ? [guard] : []));
}

/** What a `case` compares with: a string, or `searchTool.name` of an object that something was given to make (`ToolSchema.parse({ name: 'search' })`). */
function labelOf(program: Resolved, { expr, at }: Thing, env: Env): string | null {
  const text = stringOf(program, { expr, at }, env);
  if (text !== null || expr.kind !== 'member') return text;
  const part = partOf(program, { expr: expr.object, at }, expr.name, env);
  return part && stringOf(program, part, env);
}

/** A case for each name; `elsewhere` are calls that lead to what is none of theirs. */
function guardedCases(guards: readonly (NamedGuard & { told: string[] })[], elsewhere: readonly Span[], run: Run, file: string): Case[] {
  const names = new Set(guards.filter((g) => g.exact).flatMap((g) => g.told));
  return [...names].map((name) => {
    const { span, behind } = guards.find((g) => g.exact && g.names.includes(name))!;
    const others = guards.filter((g) => !g.names.includes(name)).map((g) => g.span);
    return { name, run, place: { file, span }, branch: span, notMine: outermost([...others, ...elsewhere, ...behind]) };
  });
}

/** Spans that are in no other one. */
const outermost = (spans: readonly Span[]) => spans.filter((s) => !spans.some((o) => o !== s && o.start <= s.start && s.end <= o.end && (o.start < s.start || s.end < o.end)));
