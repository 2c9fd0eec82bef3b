import { asList, asNumber, isObject, lookUp, without, type Schema } from './schema.ts';

/** A schema without `$ref` and `allOf`: all that must hold at once is joined. */
export interface Flat {
  schema: Schema;
  /** Of which one each must hold (`anyOf`, `oneOf`). */
  choices: { branches: unknown[]; exactlyOne: boolean }[];
  /** How often each `$ref` was followed on the way here. */
  refs: ReadonlyMap<string, number>;
}

/** Nested trees of a recursive schema go so deep. */
const maxRepeats = 2;

/** Null where nothing can be valid, or a recursive schema has gone deep enough. */
export function flatten(schemaOrBoolean: unknown, root: unknown, refs: Flat['refs']): Flat | null {
  if (schemaOrBoolean === false) return null;
  let schema = isObject(schemaOrBoolean) ? schemaOrBoolean : {};
  const ref = schema['$ref'];
  const all = asList(schema['allOf']);
  const parts: unknown[] = [];
  if (typeof ref === 'string') {
    const times = refs.get(ref) ?? 0;
    if (times >= maxRepeats) return null;
    refs = new Map([...refs, [ref, times + 1]]);
    parts.push(lookUp(root, ref));
    schema = without(schema, '$ref');
  }
  if (all.length > 0) schema = without(schema, 'allOf');

  const choices: Flat['choices'] = [];
  for (const [keyword, exactlyOne] of [['anyOf', false], ['oneOf', true]] as const) {
    const branches = asList(schema[keyword]);
    if (keyword in schema) schema = without(schema, keyword);
    if (branches.length > 0) choices.push({ branches, exactlyOne });
  }
  for (const part of [...parts, ...all]) {
    const flat = flatten(part, root, refs);
    const joined = flat && join(schema, flat.schema);
    if (!joined) return null;
    schema = joined;
    choices.push(...flat.choices);
    refs = flat.refs;
  }
  return { schema, choices, refs };
}

/** Both at once; null when they exclude each other. */
function join(a: Schema, b: Schema): Schema | null {
  const joined: Schema = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const both = key in a ? joinKeyword(key, a[key], value) : value;
    if (both === undefined) return null;
    joined[key] = both;
  }
  return joined;
}

/** Whether no value is valid by both, as far as types and members that name the kind (`{"type": {"const": "a"}}`) say. */
export function exclude(one: unknown, other: unknown, root: unknown, depth = 0): boolean {
  const [a, b] = [one, other].map((schema) => flatten(schema, root, new Map())?.schema) as [Schema | undefined, Schema | undefined];
  if (!a || !b || ('type' in a && 'type' in b && joinTypes(a['type'], b['type']) === undefined)) return true;
  const [allowed, others] = [a, b].map((schema) => ('const' in schema ? [schema['const']] : asList(schema['enum']))) as [unknown[], unknown[]];
  if (allowed.length > 0 && others.length > 0) return !allowed.some((value) => others.some((alike) => same(value, alike)));
  const [left, right] = [a['properties'], b['properties']];
  if (!isObject(left) || !isObject(right) || depth > 2) return false;
  return asList(a['required']).some((key) => typeof key === 'string' && asList(b['required']).includes(key) && key in left && key in right && exclude(left[key], right[key], root, depth + 1));
}

const highest = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
const lowest = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);
const schemas = new Set(['items', 'additionalProperties', 'propertyNames', 'contains']);

/** Undefined when they exclude each other. */
function joinKeyword(key: string, a: unknown, b: unknown): unknown {
  if (highest.has(key)) return Math.max(asNumber(a) ?? -Infinity, asNumber(b) ?? -Infinity);
  if (lowest.has(key)) return Math.min(asNumber(a) ?? Infinity, asNumber(b) ?? Infinity);
  if (schemas.has(key)) return a === false || b === false ? false : { allOf: [a, b] };
  switch (key) {
    case 'type':
      return joinTypes(a, b);
    case 'enum': {
      const allowed = asList(a).filter((value) => asList(b).some((other) => same(value, other)));
      return allowed.length > 0 ? allowed : undefined;
    }
    case 'const':
      return same(a, b) ? a : undefined;
    case 'required':
      return [...new Set([...asList(a), ...asList(b)])];
    case 'multipleOf':
      return leastCommonMultiple(asNumber(a) ?? 1, asNumber(b) ?? 1);
    case 'properties':
    case 'patternProperties':
      return joinProperties(isObject(a) ? a : {}, isObject(b) ? b : {});
    case 'not':
      return { anyOf: [a, b] };
    default:
      return b;
  }
}

function joinTypes(a: unknown, b: unknown): unknown {
  const [left, right] = [a, b].map((types) => (Array.isArray(types) ? (types as unknown[]) : [types])) as [unknown[], unknown[]];
  const shared = left.flatMap((type) => {
    if (right.includes(type)) return [type];
    if (type === 'number' && right.includes('integer')) return ['integer'];
    return type === 'integer' && right.includes('number') ? ['integer'] : [];
  });
  return shared.length === 0 ? undefined : shared.length === 1 ? shared[0] : shared;
}

function joinProperties(a: Schema, b: Schema): Schema {
  const entries = new Map(Object.entries(a));
  for (const [name, schema] of Object.entries(b)) entries.set(name, entries.has(name) ? { allOf: [entries.get(name), schema] } : schema);
  return Object.fromEntries(entries);
}

/** Of fractions the product, which is a multiple of both where one is whole. */
function leastCommonMultiple(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return Number.isInteger(a / b) ? a : Number.isInteger(b / a) ? b : a * b;
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a * b) / divisor(a, b);
}

export const same = (a: unknown, b: unknown): boolean => a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
