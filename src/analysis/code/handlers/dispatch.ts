import type { CallRef, FunctionRef, Resolved } from '../program.ts';
import type { Expr, FileSummary, Span } from '../summary.ts';
import { givenToEnclosing } from '../enclosing.ts';
import { callersOf, concreteClasses } from './callers.ts';
import { dispatchFacts, type Guard } from './dispatchVisitors.ts';
import { aroundOf, type Around } from './around.ts';
import { sameRef, type Env, type Thing } from './env.ts';
import { alternatives, makers } from './expand.ts';
import { itemsOf } from './items.ts';
import { entriesOf } from './tables.ts';
import { type Item } from './returns.ts';
import { toolNameOf } from './names.ts';
import { placeOf, type Place } from './places.ts';
import { runOf, runOfPart, type Run } from './runs.ts';
import { enterCall, placeOfCall } from './given.ts';
import { stringOf, trace } from './trace.ts';

/** Where the tool's name comes to a dispatching function: `request.params.name`, `params.name`, or as an argument of its own. */
export interface NameAt {
  parameter: number;
  path: readonly string[];
}

/** What runs for one name. */
export interface Case {
  name: string;
  run: Run;
  place: Place;
  branch: Span | null;
  notMine: Span[];
}

export interface Dispatch {
  cases: Case[];
  /** The parts of the first function that belong to single names. */
  guarded: Span[];
}

const deepest = 4;
/** The functions of a tool's object that may be what runs. */
const usual = /^((execute|run|handle|call|invoke|process|perform)(_?tool|_?call|_?request|_?action)?|handler|callback|cb|fn|func|function|action|exec|executor|impl|implementation|logic|method)$/i;

/** Everything that a function does for single names: branches, tables of functions, and what it hands the name on to. */
export function dispatchOf(program: Resolved, root: Run, nameAt: NameAt): Dispatch {
  const search: Search = { program, root, nameAt, seen: new Set(), cases: [], mapped: [] };
  const guarded = look(search, root.function, root.env, root.around ?? [], 0);
  return { cases: [...search.cases, ...search.mapped], guarded };
}

interface Search {
  program: Resolved;
  root: Run;
  nameAt: NameAt;
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
  const guards = [...inside].flatMap((inner) => guardsOf(search, summary, inner, env));
  const isGuarded = (span: Span) => guards.some((g) => g.span.start <= span.start && span.end <= g.span.end);
  const tables: { span: Span; found: Case[] }[] = [];
  const onward: { span: Span; to: Run; index: number }[] = [];
  for (const [index, { function: inner, span }] of summary.calls.entries()) {
    if (!inside.has(inner) || isGuarded(span)) continue;
    const found = table(search, { file: fn.file, index }, env);
    if (found) tables.push({ span, found });
    if (!found && handsOn(search, fn.file, index, env)) {
      for (const to of calledBy(search, { file: fn.file, index }, env)) if (!isByTheWay(search, fn.file, index, to, depth)) onward.push({ span, to, index });
    }
  }
  const elsewhere = [...tables, ...onward].map((o) => o.span);
  for (const inner of inside) {
    const here = guards.filter((g) => g.function === inner);
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

const doesSomething = ({ calls, functions }: FileSummary, { start, end }: Span) => [...calls, ...functions].some(({ span }) => start <= span.start && span.end <= end);

interface NamedGuard {
  function: number;
  span: Span;
  exact: boolean;
  names: string[];
}

function guardsOf(search: Search, { file, facts }: FileSummary, fn: number, env: Env): NamedGuard[] {
  return facts
    .filter((f) => f.rule === dispatchFacts && f.function === fn)
    .flatMap(({ data, span }) => {
      const { on, values, exact } = data as Guard;
      const at = { file, function: fn, offset: span.start };
      if (!isName(search, { expr: on, at }, env)) return [];
      return [{ function: fn, span, exact, names: values.flatMap((expr) => stringOf(search.program, { expr, at }, env) ?? []) }];
    })
    .filter((g) => g.names.length > 0);
}

/** A case for each name; `elsewhere` are calls that lead to what is none of theirs. */
function guardedCases(guards: readonly NamedGuard[], elsewhere: readonly Span[], run: Run, file: string): Case[] {
  const names = new Set(guards.filter((g) => g.exact).flatMap((g) => g.names));
  return [...names].map((name) => {
    const { span } = guards.find((g) => g.exact && g.names.includes(name))!;
    const others = guards.filter((g) => !g.names.includes(name)).map((g) => g.span);
    return { name, run, place: { file, span }, branch: span, notMine: outermost([...others, ...elsewhere]) };
  });
}

/** Spans that are in no other one. */
const outermost = (spans: readonly Span[]) => spans.filter((s) => !spans.some((o) => o !== s && o.start <= s.start && s.end <= o.end && (o.start < s.start || s.end < o.end)));

/** Whether an expression is the tool's name as the client sent it. */
function isName({ program, root, nameAt }: Search, thing: Thing, env: Env): boolean {
  return isPath(program, root.function, thing, env, nameAt.parameter, nameAt.path);
}

function isPath(program: Resolved, root: FunctionRef, thing: Thing, env: Env, parameter: number, path: readonly string[]): boolean {
  const { expr, at } = trace(program, thing, env);
  const last = path.at(-1);
  if (expr.kind === 'either') return expr.of.some((e) => isPath(program, root, { expr: e, at }, env, parameter, path));
  if (last === undefined) return expr.kind === 'parameter' && expr.index === parameter && sameRef({ file: at.file, index: expr.function }, root);
  return expr.kind === 'member' && expr.name === last && isPath(program, root, { expr: expr.object, at }, env, parameter, path.slice(0, -1));
}

/** Whether a call is given the name, or what the name is in. */
function handsOn({ program, root, nameAt }: Search, file: string, index: number, env: Env): boolean {
  const call = program.files.get(file)!.calls[index]!;
  const at = { file, function: call.function, offset: call.span.start };
  // `handle({ name, args })`
  const given = [...call.args, ...call.keywords.map((k) => k.value)].flatMap((expr) => (expr.kind === 'object' ? [expr, ...expr.properties.map((p) => p.value)] : [expr]));
  return given.some((expr) => nameAt.path.map((_, i) => nameAt.path.slice(0, i)).concat([[...nameAt.path]]).some((path) => isPath(program, root.function, { expr, at }, env, nameAt.parameter, path)));
}

/** `handlers[name](args)`, `handlers.get(name)(args)`, `tools.find((t) => t.name === name).execute(args)`, `to_thread(tools[name].run, args)`: a case for each entry. */
function table(search: Search, ref: { file: string; index: number }, env: Env): Case[] | null {
  const { callee, args } = search.program.callOf(ref);
  const handed = args.slice(0, 2).filter((arg) => arg.kind === 'name' || arg.kind === 'member' || arg.kind === 'element');
  for (const expr of [callee, ...handed]) {
    const found = entriesRun(search, ref, expr, env);
    if (found.length > 0) return found;
  }
  return null;
}

/** What an expression runs for each entry of the table that it comes out of. */
function entriesRun(search: Search, ref: { file: string; index: number }, run: Expr, env: Env): Case[] {
  const { program } = search;
  const callee = firstOf(program, trace(program, { expr: run, at: placeOfCall(ref.file, program.callOf(ref)) }, env), env);
  const { expr } = callee;
  const chosen = expr.kind === 'member' && !isLookup(callee, search, env) ? firstOf(program, trace(program, { expr: expr.object, at: callee.at }, env), env) : callee;
  const method = chosen === callee ? null : expr.kind === 'member' ? expr.name : null;
  if (method !== null && !usual.test(method)) return [];
  // a function within may be given what was looked up: `run(tools[name])`
  const ways = chosen.expr.kind === 'parameter' ? alternatives(program, chosen, env).map((a) => ({ thing: trace(program, chosen, a.env), env: a.env })) : [{ thing: chosen, env }];
  return ways.flatMap((way) => lookedUp(search, way.thing, way.env)?.flatMap(({ key, item }) => caseOf(program, key, item, method)) ?? []);
}

/** `next((tool.run for tool in tools if tool.name == name), None)` of Python: what is said of each of them. */
function firstOf(program: Resolved, thing: Thing, env: Env): Thing {
  if (thing.expr.kind !== 'call') return thing;
  const call = program.files.get(thing.at.file)!.calls[thing.expr.call]!;
  const [among] = call.args;
  if (call.callee.kind !== 'name' || call.callee.name !== 'next' || among?.kind !== 'array' || !among.many) return thing;
  return trace(program, { expr: among.items[0]!, at: { ...placeOfCall(thing.at.file, call), offset: among.span.start } }, env);
}

const isLookup = (thing: Thing, search: Search, env: Env) => lookedUp(search, thing, env) !== null;

interface Entry {
  key: string | null;
  item: Item;
}

/** The entries of the table or list that something is looked up in by the tool's name; null where it is none. */
function lookedUp(search: Search, { expr, at }: Thing, env: Env): Entry[] | null {
  const { program } = search;
  if (expr.kind === 'element' && expr.index === undefined) {
    const of: Thing = { expr: expr.of, at };
    return tableEntries(program, of, env) ?? itemsOf(program, of, env)?.map((item) => ({ key: null, item })) ?? ofType(program, { expr, at }, env);
  }
  if (expr.kind !== 'call') return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const place = { file: at.file, function: call.function, offset: call.span.start };
  const { callee } = call;
  // a function that looks the name up says at least what it returns
  if (callee.kind !== 'member' || callee.name !== 'get' && callee.name !== 'find') return call.args.some((arg) => isName(search, { expr: arg, at: place }, env)) ? ofType(program, { expr, at }, env) : null;
  const list: Thing = { expr: callee.object, at: place };
  if (callee.name === 'get' && call.args[0] && isName(search, { expr: call.args[0], at: place }, env)) return tableEntries(program, list, env) ?? ofType(program, { expr, at }, env);
  if (callee.name === 'find') return itemsOf(program, list, env)?.map((item) => ({ key: null, item })) ?? ofType(program, { expr, at }, env);
  return null;
}

const tableEntries = (program: Resolved, thing: Thing, env: Env): Entry[] | null => {
  const entries = entriesOf(program, thing, env) ?? alternatives(program, thing, env).flatMap((a) => entriesOf(program, thing, a.env) ?? []);
  return entries.length > 0 ? entries.map(({ key, value }) => ({ key, item: value })) : null;
};

/** What is declared to be a tool of the workspace can be any of its classes. */
function ofType(program: Resolved, thing: Thing, env: Env): Entry[] | null {
  const value = program.resolve(thing.expr, thing.at);
  if (value.kind !== 'instance') return null;
  return concreteClasses(program, value.class).flatMap((c) => makers(program, c).map((made) => ({ key: null, item: { thing: made, env } })));
}

function caseOf(program: Resolved, key: string | null, { thing, env }: Item, method: string | null): Case[] {
  const name = key ?? toolNameOf(program, thing, env);
  const place = placeOf(program, thing, env);
  if (name === null) return [];
  const run = method === null ? runOf(program, thing, env) : runOfPart(program, thing, method, env);
  return run ? [{ name, run, place: place ?? { file: run.function.file, span: program.functionOf(run.function).span }, branch: null, notMine: [] }] : [];
}
