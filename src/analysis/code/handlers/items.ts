import { importersOf } from '../perImports.ts';
import type { Resolved } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import { enter, withItem, type Env, type Thing } from './env.ts';
import { blockOf } from './expand.ts';
import { placeOfCall as placeOf } from './given.ts';
import { isReflection, reflected } from './reflection.ts';
import { allReturnedBy, opened, returnedFrom, type Item } from './returns.ts';
import { valuesOf } from './scope.ts';
import { entriesOf } from './tables.ts';
import { trace } from './trace.ts';

const deepest = 20;
/** More tools than this nobody writes down. */
const most = 1000;

/** What a list holds, as far as it is written out: literals with their spreads, tables, `map`, `filter`, `push`. Null where nothing is known of it. */
export function itemsOf(program: Resolved, list: Thing, env: Env, depth = 0): Item[] | null {
  if (depth > deepest) return null;
  const { expr, at } = trace(program, list, env);
  switch (expr.kind) {
    case 'array': {
      if (expr.many) return chosenFrom(program, { expr, at }, env, depth);
      const written = expr.items.flatMap((item): Item[] => {
        if (item.kind !== 'element' || item.index !== undefined) return [opened(program, { thing: { expr: item, at }, env })];
        if (isItself(program, expr, { expr: item.of, at })) return [];
        // of a spread that cannot be followed one item stands for all
        return itemsOf(program, { expr: item.of, at }, env, depth + 1) ?? [{ thing: { expr: item, at }, env }];
      });
      return [...written, ...pushed(program, { expr, at }, env, depth)].slice(0, most);
    }
    case 'binary':
      return expr.operator === '+' ? union([expr.left, expr.right].map((e) => itemsOf(program, { expr: e, at }, env, depth + 1))) : null;
    case 'either':
      return union(expr.of.map((e) => itemsOf(program, { expr: e, at }, env, depth + 1)));
    case 'call':
      return ofCall(program, { expr, at }, env, depth);
    case 'name':
      return once(valuesOf(program, expr.name, at).map((value) => valueOnce(program, value, env, depth + 1)));
    default:
      return null;
  }
}

const underWay = new Set<Expr>();

/** `tools = [t for t in tools if …]`, several times: what the name has by its other values is asked for already. Each of them anew would be an exponential number. */
function valueOnce(program: Resolved, value: Thing, env: Env, depth: number): Item[] | null {
  if (underWay.has(value.expr)) return null;
  underWay.add(value.expr);
  try {
    return itemsOf(program, value, env, depth);
  } finally {
    underWay.delete(value.expr);
  }
}

/** `list = [*list, more]`: what the name has by its other values. */
function isItself(program: Resolved, list: Expr, { expr, at }: Thing): boolean {
  const values = expr.kind === 'name' ? valuesOf(program, expr.name, at) : [];
  return values.some((value) => value.expr === list) && values.every((value) => value.expr.kind === 'array');
}

/** `[tool for tool in tools if …]`: any of them. */
function chosenFrom(program: Resolved, { expr, at }: Thing & { expr: { kind: 'array' } }, env: Env, depth: number): Item[] | null {
  const item = trace(program, { expr: expr.items[0]!, at: { ...at, offset: expr.span.start } }, env);
  return item.expr.kind === 'element' && item.expr.index === undefined ? itemsOf(program, { expr: item.expr.of, at: item.at }, env, depth + 1) : null;
}

const sourceOf = ({ thing, from }: Item): Expr => (from ?? thing).expr;

/** Of lists of the same things (all of them, or those that are switched on) each thing once. */
function once(lists: (Item[] | null)[]): Item[] | null {
  return lists.reduce<Item[] | null>((all, items) => {
    const known: Set<Expr> = new Set(all?.map(sourceOf));
    return items ? [...(all ?? []), ...items.filter((item) => !known.has(sourceOf(item)))] : all;
  }, null);
}

function union(lists: (Item[] | null)[]): Item[] | null {
  const known = lists.filter((l) => l !== null);
  return known.length === 0 ? null : known.flat();
}

const same = new Set(['filter', 'sort', 'slice', 'reverse', 'toSorted', 'flat', 'concat']);

function ofCall(program: Resolved, thing: Thing & { expr: { kind: 'call' } }, env: Env, depth: number): Item[] | null {
  const { file } = thing.at;
  const call = program.files.get(file)!.calls[thing.expr.call]!;
  const at = placeOf(file, call);
  const inner = (expr: Expr) => itemsOf(program, { expr, at }, env, depth + 1);
  const { callee, args } = call;
  const [first] = args;
  if (callee.kind === 'member') {
    const { object, name } = callee;
    if (object.kind === 'name' && object.name === 'Object' && first) return ofTable(program, { expr: first, at }, name, env);
    if (object.kind === 'name' && object.name === 'Promise') return first && name.startsWith('all') ? inner(first) : null;
    if (object.kind === 'name' && object.name === 'Array') return name === 'of' ? itemsOf(program, { expr: { kind: 'array', items: args, span: call.span }, at }, env, depth + 1) : first ? inner(first) : null;
    if (name === 'values' || name === 'items' || name === 'entries' || name === 'keys') return ofTable(program, { expr: object, at }, name, env);
    if (same.has(name)) return union([inner(object), ...(name === 'concat' ? args.map(inner) : [])]);
    if ((name === 'map' || name === 'flatMap') && first) return mapped(program, inner(object), { expr: first, at }, name === 'flatMap', depth);
  }
  if (callee.kind === 'name' && first && (callee.name === 'list' || callee.name === 'tuple' || callee.name === 'sorted' || (callee.name === 'Set' && call.isNew))) return inner(first);
  if (isReflection(callee, at)) return reflected(program, { file, index: thing.expr.call }, env);
  const returned = [...allReturnedBy(program, thing, env), ...returnedByAny(program, thing, env)];
  return once(returned.map((one) => itemsOf(program, one.thing, one.env, depth + 1)));
}

/** `const list = lists[key]; list()`: what the functions of a table return, where it is not known which one is called. */
function returnedByAny(program: Resolved, { expr, at }: Thing & { expr: { kind: 'call' } }, env: Env): Item[] {
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const { expr: callee, at: place } = trace(program, { expr: call.callee, at: placeOf(at.file, call) }, env);
  if (callee.kind !== 'element' || callee.index !== undefined) return [];
  const entries = entriesOf(program, { expr: callee.of, at: place }, env) ?? [];
  return entries.flatMap(({ value: { thing, env: inner } }) => (thing.expr.kind === 'function' ? returnedFrom(program, { file: thing.at.file, index: thing.expr.function }, { file: at.file, index: expr.call }, inner) : []));
}

function mapped(program: Resolved, items: Item[] | null, by: Thing, flat: boolean, depth: number): Item[] | null {
  if (!items) return null;
  return items.flatMap((item) => {
    const { thing, env } = item;
    const { expr, at } = trace(program, by, env);
    if (expr.kind !== 'function') return [];
    const fn = { file: at.file, index: expr.function };
    const { returned, span } = program.functionOf(fn);
    const inner = enter(env, fn, { args: [thing], keywords: new Map() });
    return returned.slice(0, 1).flatMap((r) => {
      const result: Thing = { expr: r, at: { file: fn.file, function: fn.index, offset: span.end - 1 } };
      return flat ? (itemsOf(program, result, inner, depth + 1) ?? []) : [{ ...opened(program, { thing: result, env: inner }), from: item.from ?? thing }];
    });
  });
}

/** `Object.values(x)`, `x.items()` of Python, `map.entries()`. */
function ofTable(program: Resolved, table: Thing, part: string, env: Env): Item[] | null {
  const entries = entriesOf(program, table, env);
  if (!entries) return null;
  const { at } = table;
  const span = { start: 0, end: 0 };
  return entries.map(({ key, value }) => {
    const name: Expr = { kind: 'literal', value: key };
    if (part === 'keys') return { thing: { expr: name, at }, env: value.env };
    if (part === 'values') return value;
    return { thing: { expr: { kind: 'array', items: [name, value.thing.expr], span }, at: value.thing.at }, env: value.env };
  });
}

/** What is pushed onto a list in the file that it is written in. */
function pushed(program: Resolved, list: Thing, env: Env, depth: number): Item[] {
  const put = decoratedInto(program, list, env).map((thing): Item => ({ thing, env }));
  return [...put, ...byCalls(program, list, env, depth)];
}

/** Functions of Python that their decorator, `@tools.append`, puts into a list. */
function decoratedInto(program: Resolved, { expr, at }: Thing, env: Env): Thing[] {
  const { language, functions } = program.files.get(at.file)!;
  if (language !== 'python') return [];
  return functions.flatMap(({ decorators, parent, span }, index) => {
    const place = { file: at.file, function: parent ?? 0, offset: span.start };
    const isPut = decorators.some((d) => d.kind === 'member' && d.name === 'append' && trace(program, { expr: d.object, at: place }, env).expr === expr);
    return isPut ? [{ expr: { kind: 'function' as const, function: index }, at: place }] : [];
  });
}

function byCalls(program: Resolved, list: Thing, env: Env, depth: number): Item[] {
  return calledOn(program, list, env, ['push', 'append', 'extend', 'unshift']).flatMap(({ call, file }) => {
    const at = placeOf(file, call);
    return call.args.flatMap((expr) => {
      const spread = expr.kind === 'element' && expr.index === undefined ? expr.of : call.callee.kind === 'member' && call.callee.name === 'extend' ? expr : null;
      return spread ? (itemsOf(program, { expr: spread, at }, env, depth + 1) ?? []) : perItem(program, { thing: { expr, at }, env }, depth);
    });
  });
}

/** What a loop makes of the items of another list (`found.push({ name: tool.name, run })`), or the items themselves: one for each of them. */
function perItem(program: Resolved, { thing, env }: Item, depth: number): Item[] {
  const { expr, at } = trace(program, thing, env);
  const parts = expr.kind === 'object' ? expr.properties.map((p) => p.value) : expr.kind === 'element' ? [expr] : [];
  for (const value of depth > 4 ? [] : parts) {
    const block = blockOf(program, { expr: value, at }, env);
    if (block?.kind !== 'element') continue;
    const items = itemsOf(program, { expr: block.element.expr.of, at: block.element.at }, env, depth + 1);
    if (items) return items.map((item) => ({ thing: { expr, at }, env: withItem(item.env, block.element, item.thing), from: item.from ?? item.thing }));
  }
  return [opened(program, { thing, env })];
}

/** Calls of a method on one list or table, in the file that it is written in and in those that import from there what is of the whole module. */
export function calledOn(program: Resolved, on: Thing, env: Env, methods: readonly string[]): { call: Call; file: string }[] {
  const files = [on.at.file, ...(on.at.function === 0 ? (importersOf(program).get(on.at.file) ?? []) : [])];
  return files.flatMap((file) =>
    program.files.get(file)!.calls.flatMap((call) => {
      if (call.callee.kind !== 'member' || !methods.includes(call.callee.name)) return [];
      const { expr, at } = trace(program, { expr: call.callee.object, at: placeOf(file, call) }, env);
      const isIt = expr === on.expr || (expr.kind === 'call' && on.expr.kind === 'call' && expr.call === on.expr.call && at.file === on.at.file);
      return isIt ? [{ call, file }] : [];
    }),
  );
}
