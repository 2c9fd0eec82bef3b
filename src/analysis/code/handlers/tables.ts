import type { Resolved } from '../program.ts';
import { subscriptFacts, type Subscript } from '../subscripts.ts';
import type { Call } from '../summary.ts';
import type { Env, Thing } from './env.ts';
import { alternatives, blockOf } from './expand.ts';
import { placeOfCall as placeOf } from './given.ts';
import { calledOn, itemsOf } from './items.ts';
import { opened, returnedBy, type Item } from './returns.ts';
import { namespace } from './scope.ts';
import { trace } from './trace.ts';

const deepest = 20;

/** What a table has under one of its keys. */
interface TableEntry {
  key: string;
  value: Item;
}

/** The entries of an object literal, a `new Map([[key, value]])` or what was `set` into an empty one; null where they are not known. */
export function entriesOf(program: Resolved, table: Thing, env: Env, depth = 0): TableEntry[] | null {
  if (depth > deepest) return null;
  const { expr, at } = trace(program, table, env);
  if (expr.kind === 'object') {
    const inside = { ...at, offset: expr.span.start };
    const own = expr.properties.flatMap(({ name, key, value }) => (key ? byKeys(program, { expr: key, at: inside }, { expr: value, at: inside }, env) : [{ key: name, value: opened(program, { thing: { expr: value, at }, env }) }]));
    return [...expr.spread.flatMap((e) => entriesOf(program, { expr: e, at }, env, depth + 1) ?? []), ...own, ...assigned(program, { expr, at }, env, depth)];
  }
  if (expr.kind === 'either') {
    const known = expr.of.map((e) => entriesOf(program, { expr: e, at }, env, depth + 1)).filter((e) => e !== null);
    return known.length === 0 ? null : known.flat();
  }
  if (expr.kind === 'name') return namespace(program, expr.name, at)?.map(({ name, thing }) => ({ key: name, value: opened(program, { thing, env }) })) ?? null;
  if (expr.kind !== 'call') return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  const place = placeOf(at.file, call);
  if (call.callee.kind === 'member' && call.callee.name === 'fromEntries' && call.args[0]) return pairs(program, itemsOf(program, { expr: call.args[0], at: place }, env, depth + 1));
  if (call.isNew && call.callee.kind === 'name' && call.callee.name === 'Map') {
    return call.args[0] ? pairs(program, itemsOf(program, { expr: call.args[0], at: place }, env, depth + 1)) : calledOn(program, { expr, at }, env, ['set']).flatMap(({ call: c, file }) => setBy(program, c, placeOf(file, c), env));
  }
  const returned = returnedBy(program, { expr, at }, env);
  return returned ? entriesOf(program, returned.thing, returned.env, depth + 1) : null;
}

/** What is added in the file that a table is written in: `table[key] = value`, `Object.assign(table, …)`. */
function assigned(program: Resolved, table: Thing, env: Env, depth: number): TableEntry[] {
  return [...subscribed(program, table, env), ...merged(program, table, env, depth)];
}

function subscribed(program: Resolved, table: Thing, env: Env): TableEntry[] {
  const { file } = table.at;
  return program.files.get(file)!.facts.flatMap(({ rule, function: fn, span, data }) => {
    if (rule !== subscriptFacts) return [];
    const { into, key, value } = data as Subscript;
    const at = { file, function: fn, offset: span.start };
    return waysTo(program, { expr: into, at }, table, env).flatMap((way) => byKeys(program, { expr: key, at }, { expr: value, at }, way));
  });
}

/** How an expression comes to mean a table: as it stands, or as what its function is given. */
function waysTo(program: Resolved, thing: Thing, table: Thing, env: Env): Env[] {
  const isIt = (way: Env) => trace(program, thing, way).expr === table.expr;
  if (isIt(env)) return [env];
  if (blockOf(program, thing, env)?.kind !== 'parameter') return [];
  return oncePerPlace('means', thing.at, () => alternatives(program, thing, env).flatMap((way) => (isIt(way.env) ? [way.env] : [])));
}

function merged(program: Resolved, table: Thing, env: Env, depth: number): TableEntry[] {
  const { file } = table.at;
  if (program.files.get(file)!.language === 'python') return [];
  return program.files.get(file)!.calls.flatMap((call) => {
    const { callee, args } = call;
    if (callee.kind !== 'member' || callee.name !== 'assign' || callee.object.kind !== 'name' || callee.object.name !== 'Object') return [];
    const [target, ...sources] = args.map((expr): Thing => ({ expr, at: placeOf(file, call) }));
    // a literal that is given first is a table of its own
    if (!target || target.expr.kind === 'object' || trace(program, target, env).expr !== table.expr) return [];
    return sources.flatMap((source) => entriesOf(program, source, env, depth + 1) ?? []);
  });
}

function pairs(program: Resolved, items: Item[] | null): TableEntry[] | null {
  if (!items) return null;
  return items.flatMap(({ thing, env }) => {
    const { expr, at } = trace(program, thing, env);
    if (expr.kind !== 'array' || expr.items.length !== 2) return [];
    const key = trace(program, { expr: expr.items[0]!, at }, env).expr;
    return key.kind === 'literal' ? [{ key: String(key.value), value: opened(program, { thing: { expr: expr.items[1]!, at }, env }) }] : [];
  });
}

/** What `map.set(name, run)` adds. */
function setBy(program: Resolved, { args: [name, value] }: Call, at: Thing['at'], env: Env): TableEntry[] {
  return name && value ? byKeys(program, { expr: name, at }, { expr: value, at }, env) : [];
}

/** The entries under a key that is put together: where it is a parameter, one for each call of the function around; of a comprehension or a loop one for each item. */
function byKeys(program: Resolved, key: Thing, value: Thing, env: Env): TableEntry[] {
  return oncePerPlace('keys', value.at, () =>
    alternatives(program, key, env).flatMap((way) => {
      const { expr } = trace(program, key, way.env);
      return expr.kind === 'literal' ? [{ key: String(expr.value), value: opened(program, { thing: value, env: way.env }) }] : [];
    }),
  );
}

/** What is being looked for, and where. */
const open = new Set<string>();

/** Nothing while the same is looked for further out: `map.set(key, …)` may stand in a loop over the map itself, and what is put into a table may come out of it. */
function oncePerPlace<T>(what: 'means' | 'keys', { file, offset }: Thing['at'], look: () => T[]): T[] {
  const place = `${what} ${offset} ${file}`;
  if (open.has(place)) return [];
  open.add(place);
  try {
    return look();
  } finally {
    open.delete(place);
  }
}
