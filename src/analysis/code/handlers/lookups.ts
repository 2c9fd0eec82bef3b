import type { Resolved } from '../program.ts';
import type { Expr, Span } from '../summary.ts';
import { concreteClasses } from './callers.ts';
import type { Env, Thing } from './env.ts';
import { alternatives, makers } from './expand.ts';
import { placeOfCall } from './given.ts';
import { instanceOf } from './instances.ts';
import { itemsOf } from './items.ts';
import { toolNameOf } from './names.ts';
import { placeOf, type Place } from './places.ts';
import type { Item } from './returns.ts';
import { runOf, runOfPart, type Run } from './runs.ts';
import { valuesOf } from './scope.ts';
import { entriesOf } from './tables.ts';
import { isName, type Told } from './sentName.ts';
import { trace } from './trace.ts';

/** What runs for one name. */
export interface Case {
  name: string;
  run: Run;
  place: Place;
  branch: Span | null;
  notMine: Span[];
  /** Handed to a thread: `to_thread(tools[name].run, args)`. */
  offloaded?: boolean;
}

/** The functions of a tool's object that may be what runs. */
export const usual = /^((execute|run|handle|call|invoke|process|perform)(_?tool|_?call|_?request|_?action)?|handler|callback|cb|fn|func|function|action|exec|executor|impl|implementation|logic|method)$/i;

/** `handlers[name](args)`, `handlers.get(name)(args)`, `tools.find((t) => t.name === name).execute(args)`, `to_thread(tools[name].run, args)`: a case for each entry. */
export function table(search: Told, ref: { file: string; index: number }, env: Env): Case[] | null {
  const { callee, args } = search.program.callOf(ref);
  const handed = args.slice(0, 2).filter((arg) => arg.kind === 'name' || arg.kind === 'member' || arg.kind === 'element');
  const at = placeOfCall(ref.file, search.program.callOf(ref));
  for (const expr of [callee, ...handed]) {
    // `let run = tool.run; if (…) run = kept(run)`
    const several = expr.kind === 'name' ? valuesOf(search.program, expr.name, at) : [];
    for (const thing of several.length > 0 ? several : [{ expr, at }]) {
      const found = entriesRun(search, thing, env);
      if (found.length > 0) return (expr !== callee && search.program.target(ref).offloads) || isOnThread(search.program, ref) ? found.map((one) => ({ ...one, offloaded: true })) : found;
    }
  }
  return null;
}

/** `def run(): return handler(args)`, and then `await to_thread(run)`: it stands in a function that the one around it hands to a thread. */
function isOnThread(program: Resolved, { file, index }: { file: string; index: number }): boolean {
  const { functions, calls } = program.files.get(file)!;
  for (let inner = calls[index]!.function; functions[inner]!.parent !== null; inner = functions[inner]!.parent!) {
    const { parent, name } = functions[inner]!;
    const isInner = (arg: Expr) => (arg.kind === 'function' ? arg.function === inner : arg.kind === 'name' && arg.name === name && name !== '');
    if (functions[parent!]!.calls.some((call) => calls[call]!.args.some(isInner) && program.target({ file, index: call }).offloads)) return true;
  }
  return false;
}

/** What an expression runs for each entry of the table that it comes out of. */
function entriesRun(search: Told, run: Thing, env: Env): Case[] {
  const { program } = search;
  const callee = firstOf(program, trace(program, run, env), env);
  const { expr } = callee;
  const methods = methodsByName(search, callee, env);
  if (methods) return methods;
  const chosen = expr.kind === 'member' && !isLookup(callee, search, env) ? firstOf(program, trace(program, { expr: expr.object, at: callee.at }, env), env) : callee;
  const method = chosen === callee ? null : expr.kind === 'member' ? expr.name : null;
  if (method !== null && !usual.test(method)) return [];
  // a function within may be given what was looked up: `run(tools[name])`
  const ways = chosen.expr.kind === 'parameter' ? alternatives(program, chosen, env).map((a) => ({ thing: trace(program, chosen, a.env), env: a.env })) : [{ thing: chosen, env }];
  return ways.flatMap((way) => lookedUp(search, way.thing, way.env)?.flatMap(({ key, item }) => caseOf(program, key, item, method)) ?? []);
}

/** `getattr(self, f"tool_{name}")`, `` this[`tool_${name}`] ``: each method whose name begins so. */
function methodsByName(search: Told, { expr, at }: Thing, env: Env): Case[] | null {
  const { program } = search;
  const call = expr.kind === 'call' ? program.files.get(at.file)!.calls[expr.call]! : null;
  const isGetattr = call?.callee.kind === 'name' && call.callee.name === 'getattr';
  const place = call ? placeOfCall(at.file, call) : at;
  const [object, key]: readonly (Expr | undefined)[] = isGetattr ? call.args : expr.kind === 'element' ? [expr.of, expr.key] : [];
  const parts = key?.kind === 'template' && key.parts.length === 2 ? key.parts : [];
  const [first, name] = parts;
  const prefix = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : '';
  if (object === undefined || name === undefined || prefix === '' || !isName(search, { expr: name, at: place }, env)) return null;
  const owner = instanceOf(program, trace(program, { expr: object, at: place }, env), env)?.class;
  const methods = owner ? program.files.get(owner.file)!.classes[owner.index]!.methods.filter((m) => m.kind === 'method' && m.name.startsWith(prefix) && m.name !== prefix) : [];
  const found = methods.flatMap((m) => caseOf(program, m.name.slice(prefix.length), { thing: { expr: object, at: place }, env }, m.name));
  return found.length > 0 ? found : null;
}

/** `next((tool.run for tool in tools if tool.name == name), None)` of Python: what is said of each of them. */
function firstOf(program: Resolved, thing: Thing, env: Env): Thing {
  if (thing.expr.kind !== 'call') return thing;
  const call = program.files.get(thing.at.file)!.calls[thing.expr.call]!;
  const [among] = call.args;
  if (call.callee.kind !== 'name' || call.callee.name !== 'next' || among?.kind !== 'array' || !among.many) return thing;
  return trace(program, { expr: among.items[0]!, at: { ...placeOfCall(thing.at.file, call), offset: among.span.start } }, env);
}

const isLookup = (thing: Thing, search: Told, env: Env) => lookedUp(search, thing, env) !== null;

interface Entry {
  key: string | null;
  item: Item;
}

/** The entries of the table or list that something is looked up in by the tool's name; null where it is none. */
export function lookedUp(search: Told, { expr, at }: Thing, env: Env): Entry[] | null {
  const { program } = search;
  if (expr.kind === 'element' && expr.index === undefined) {
    const of: Thing = { expr: expr.of, at };
    return tableEntries(program, of, env) ?? listEntries(program, of, env) ?? ofType(program, { expr, at }, env);
  }
  if (expr.kind !== 'call') return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const place = { file: at.file, function: call.function, offset: call.span.start };
  const { callee } = call;
  // a function that looks the name up says at least what it returns
  if (callee.kind !== 'member' || callee.name !== 'get' && callee.name !== 'find') return call.args.some((arg) => isName(search, { expr: arg, at: place }, env)) ? ofType(program, { expr, at }, env) : null;
  const list: Thing = { expr: callee.object, at: place };
  if (callee.name === 'get' && call.args[0] && isName(search, { expr: call.args[0], at: place }, env)) return tableEntries(program, list, env) ?? ofType(program, { expr, at }, env);
  if (callee.name === 'find') return listEntries(program, list, env) ?? ofType(program, { expr, at }, env);
  return null;
}

/** A list that is empty in a class is filled in those that extend it. */
export function itemsOfAny(program: Resolved, list: Thing, env: Env): Item[] | null {
  const items = itemsOf(program, list, env);
  if (items && items.length > 0) return items;
  const inOthers = alternatives(program, list, env).flatMap((a) => itemsOf(program, list, a.env) ?? []);
  return inOthers.length > 0 ? inOthers : items;
}

const listEntries = (program: Resolved, list: Thing, env: Env): Entry[] | null => itemsOfAny(program, list, env)?.map((item) => ({ key: null, item })) ?? null;

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
