import { drawPattern, readPattern } from './argumentsPattern.ts';
import { sampleArguments } from './arguments.ts';
import { numbersOf, stringsOf, type Make } from './drawValue.ts';
import { createRandom, type Random } from './random.ts';
import { asList, asNumber, isObject, typeOf, type Schema } from './schema.ts';
import { exclude, flatten, type Flat } from './schemaJoin.ts';
import { itemSchemas, matches } from './schemaMatch.ts';

interface Walk {
  root: unknown;
  refs: Flat['refs'];
  depth: number;
  /** Schemas read so far, to bound those that branch without end. */
  read: { count: number };
}

const maxDepth = 16;
const maxRead = 5000;
/** More items than needed at most, and the most that a `minItems` can ask for. */
const moreItems = 3;
const maxItems = 1000;
/** Of values half of which are valid, all of these are wrong once in 10^18 times. */
const maxTries = 60;

/**
 * Arguments for a tool from its input schema, other ones each time; the same seed gives the same. What the author gives
 * comes first: all examples and enums in turn, defaults. Values are chosen to do no harm: URLs lead nowhere, paths are
 * `.`, sizes and times are small; optional texts and objects are left out where the author says nothing of their values.
 */
export function createArgumentGenerator(inputSchema: unknown, seed: number): () => Record<string, unknown> {
  const draw = compileArguments(inputSchema);
  const random = createRandom(seed);
  return () => draw(random);
}

/** The schema is read once; drawing costs a few microseconds. */
export function compileArguments(inputSchema: unknown): (random: Random) => Record<string, unknown> {
  const make = compile(inputSchema, '', { root: inputSchema, refs: new Map(), depth: 0, read: { count: 0 } });
  return (random) => {
    const value = make?.(random);
    // what is not to be satisfied, or is no object, is answered as in a profile
    return isObject(value) ? value : sampleArguments(inputSchema);
  };
}

/** Null where there is no value, or none of finite depth. */
function compile(schemaOrBoolean: unknown, name: string, walk: Walk): Make | null {
  if (++walk.read.count > maxRead || walk.depth > maxDepth) return null;
  const flat = flatten(schemaOrBoolean, walk.root, walk.refs);
  if (!flat) return null;
  const { schema, choices } = flat;
  const given = givenValues(schema, schemaOrBoolean, walk.root);
  if (given.values) return given.values;
  const make = choices.length > 0 ? compileChoice(flat, name, { ...walk, refs: flat.refs }) : compileTyped(schema, name, { ...walk, refs: flat.refs, depth: walk.depth + 1 });
  const checked = make && (needsCheck(schema) || choices.some((c) => c.exactlyOne && mayOverlap(c.branches, walk.root))) ? untilValid(make, schemaOrBoolean, walk.root) : make;
  if (given.fallback === undefined) return checked;
  // a default is the value that works; others only where the bounds say what works
  const free = checked && (typeOf(schema) === 'boolean' || isBounded(schema)) ? checked : null;
  return (random) => (free && random.next() < 0.5 ? free(random) : given.fallback);
}

/** Constants, examples and enums that are valid, in turn; the default apart. */
function givenValues(schema: Schema, whole: unknown, root: unknown): { values: Make | null; fallback: unknown } {
  const valid = (list: unknown[]) => list.filter((value) => matches(whole, value, root));
  const examples = valid([...asList(schema['examples']), ...('example' in schema ? [schema['example']] : [])]);
  const [constant] = 'const' in schema ? valid([schema['const']]) : [];
  if (constant !== undefined) return { values: () => constant, fallback: undefined };
  if (examples.length > 0) return { values: inTurn(examples), fallback: undefined };
  const allowed = valid(asList(schema['enum']));
  const usual = allowed.filter((value) => value !== null);
  if (allowed.length > 0) return { values: inTurn(usual.length > 0 ? usual : allowed), fallback: undefined };
  const [fallback] = 'default' in schema ? valid([schema['default']]) : [];
  return { values: null, fallback: fallback ?? undefined };
}

/** Each once before any comes again, in an order that is drawn, so that two such properties meet in all combinations. */
function inTurn(values: unknown[]): Make {
  if (values.length === 1) return () => values[0];
  const order = [...values];
  let left = 0;
  return (random) => {
    if (left === 0) left = order.length;
    const i = random.integer(0, --left);
    const value = order[i];
    order[i] = order[left];
    order[left] = value;
    return value;
  };
}

/** One branch each time, joined with what stands beside it. */
function compileChoice({ schema, choices }: Flat, name: string, walk: Walk): Make | null {
  const [first, ...others] = choices;
  const rest = others.map(({ branches, exactlyOne }) => ({ [exactlyOne ? 'oneOf' : 'anyOf']: branches }));
  const isNull = (branch: unknown) => isObject(branch) && branch['type'] === 'null';
  const wanted = first!.branches.some((branch) => !isNull(branch)) ? first!.branches.filter((branch) => !isNull(branch)) : first!.branches;
  const pick = (branches: unknown[]) => branches.flatMap((branch) => compile({ allOf: [schema, branch, ...rest] }, name, walk) ?? []);
  let makes = pick(wanted);
  if (makes.length === 0) makes = pick(first!.branches.filter(isNull));
  if (makes.length === 0) return null;
  return (random) => makes[random.integer(0, makes.length - 1)]!(random);
}

const mayOverlap = (branches: unknown[], root: unknown) => branches.some((one, i) => branches.slice(i + 1).some((other) => !exclude(one, other, root)));

const needsCheck = (schema: Schema) => ['not', 'if', 'contains', 'dependentRequired', 'dependentSchemas', 'minProperties', 'maxProperties'].some((keyword) => keyword in schema);

/** Where none comes that is valid, one that came before. */
function untilValid(make: Make, schema: unknown, root: unknown): Make {
  let last: { value: unknown } | null = null;
  return (random) => {
    for (let i = 0; i < maxTries; i++) {
      const value = make(random);
      if (matches(schema, value, root)) return (last = { value }).value;
    }
    return last ? last.value : make(random);
  };
}

function compileTyped(schema: Schema, name: string, walk: Walk): Make | null {
  if ('if' in schema) return compileConditional(schema, name, walk);
  const type = typeOf(schema);
  switch (type) {
    case 'object':
      return compileObject(schema, walk);
    case 'array':
      return compileArray(schema, name, walk);
    case 'integer':
    case 'number':
      return numbersOf(schema, type === 'integer', name);
    case 'boolean':
      return (random) => random.next() < 0.5;
    case 'null':
      return () => null;
    default:
      return stringsOf(schema, name);
  }
}

function compileConditional(schema: Schema, name: string, walk: Walk): Make | null {
  const { if: condition, then: yes = true, else: no = true, ...rest } = schema;
  const makes = [[rest, condition, yes], [rest, no]].flatMap((allOf) => compile({ allOf }, name, walk) ?? []);
  return makes.length === 0 ? null : (random) => makes[random.integer(0, makes.length - 1)]!(random);
}

function compileObject(schema: Schema, walk: Walk): Make | null {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(asList(schema['required']).filter((key) => typeof key === 'string'));
  const most = asNumber(schema['maxProperties']) ?? Infinity;
  const members: { key: string; make: Make; chance: number }[] = [];
  const spare: typeof members = [];
  for (const key of new Set([...required, ...Object.keys(properties)])) {
    const property = Object.hasOwn(properties, key) ? properties[key] : otherProperty(schema);
    const make = compile(property, key, walk);
    if (required.has(key) && !make) return null;
    if (!make) continue;
    const chance = required.has(key) ? 1 : chanceOf(property, walk);
    (chance > 0 ? members : spare).push({ key, make, chance });
  }
  const least = asNumber(schema['minProperties']) ?? 0;
  const extra = compileExtra(schema, walk, Object.keys(properties).length === 0 || least > members.length + spare.length);
  const order = [...members, ...spare];
  const needs = isObject(schema['dependentRequired']) ? schema['dependentRequired'] : {};

  return (random) => {
    const entries: Record<string, unknown> = {};
    let count = 0;
    const add = ({ key, make }: { key: string; make: Make }) => {
      // not an assignment: a property may be called __proto__
      if (key === '__proto__') Object.defineProperty(entries, key, { value: make(random), enumerable: true, writable: true, configurable: true });
      else entries[key] = make(random);
      count++;
    };
    for (const member of members) if (member.chance === 1 || (count < most && random.next() < member.chance)) add(member);
    if (count < least) for (const member of order) if (count < least && !Object.hasOwn(entries, member.key)) add(member);
    for (const key of Object.keys(needs)) {
      if (!Object.hasOwn(entries, key)) continue;
      for (const member of order) if (asList(needs[key]).includes(member.key) && !Object.hasOwn(entries, member.key)) add(member);
    }
    if (extra) for (let i = 0, wanted = Math.max(least - count, random.integer(1, 2)); i < wanted && count < most; i++) add({ key: extra.key(random, i), make: extra.make });
    return entries;
  };
}

const otherProperty = (schema: Schema): unknown => (isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {});

/** How often an optional property is given: where its author, or its type, says what it may be. */
function chanceOf(property: unknown, walk: Walk): number {
  const flat = flatten(property, walk.root, walk.refs);
  if (!flat) return 0;
  const { schema } = flat;
  if (asList(schema['examples']).length > 0 || 'example' in schema) return 0.9;
  if (schema['default'] != null || 'const' in schema || Array.isArray(schema['enum']) || typeOf(schema) === 'boolean' || isBounded(schema)) return 0.5;
  return 0;
}

const isBounded = (schema: Schema) =>
  (typeOf(schema) === 'integer' || typeOf(schema) === 'number') && (asNumber(schema['minimum']) ?? asNumber(schema['exclusiveMinimum'])) !== undefined && (asNumber(schema['maximum']) ?? asNumber(schema['exclusiveMaximum'])) !== undefined;

/** Members of a map: names that the author does not list. */
function compileExtra(schema: Schema, walk: Walk, wanted: boolean): { key: (random: Random, i: number) => string; make: Make } | null {
  if (!wanted) return null;
  for (const [pattern, value] of Object.entries(isObject(schema['patternProperties']) ? schema['patternProperties'] : {})) {
    const name = readPattern(pattern);
    const make = name && compile(value, '', walk);
    if (make) return { key: (random) => drawPattern(name, random, 4), make };
  }
  const { additionalProperties: additional, propertyNames: names } = schema;
  if (additional === false || (!isObject(additional) && asNumber(schema['minProperties']) === undefined)) return null;
  const make = compile(additional ?? {}, '', walk);
  // any text would do: plain names are drawn then
  const name = isObject(names) && Object.keys(names).some((keyword) => keyword !== 'type') ? compile({ ...names, type: 'string' }, '', walk) : null;
  return make && { key: (random, i) => (name ? String(name(random)) : `key${i + 1}`), make };
}

function compileArray(schema: Schema, name: string, walk: Walk): Make | null {
  const { first, rest } = itemSchemas(schema);
  // the singular of the list's name says what its items are: `paths` holds a path
  const itemName = name.replace(/(?<=[^s])s$/i, '');
  const head = first.map((item) => compile(item, itemName, walk));
  const tail = compile(rest, itemName, walk);
  const inside = 'contains' in schema ? compile(schema['contains'], itemName, walk) : null;
  const least = Math.min(asNumber(schema['minItems']) ?? 0, maxItems);
  const reachable = head.includes(null) ? head.indexOf(null) : tail ? Infinity : head.length;
  const most = Math.min(asNumber(schema['maxItems']) ?? Infinity, reachable);
  if (least > most) return null;
  const usual = Math.min(Math.max(least, head.length, 1), most);
  const upTo = tail ? Math.min(most, usual + moreItems) : usual;
  const unique = schema['uniqueItems'] === true;

  return (random) => {
    const items: unknown[] = [];
    const seen = unique ? new Set<string>() : null;
    const wanted = random.integer(usual, upTo);
    for (let i = 0; i < wanted; i++) {
      const make = (i === head.length && inside) || head[i] || tail!;
      let item = make(random);
      if (seen) {
        for (let tries = 0; tries < 50 && seen.has(JSON.stringify(item)); tries++) item = make(random);
        const text = JSON.stringify(item);
        if (seen.has(text)) break;
        seen.add(text);
      }
      items.push(item);
    }
    return items;
  };
}
