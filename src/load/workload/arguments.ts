import { sampleOfPattern } from './argumentsPattern.ts';
import { sampleText } from './argumentsText.ts';
import { asNumber, isObject, lookUp, typeOf, without, type Schema } from './schema.ts';

interface Walk {
  root: unknown;
  /** `$ref`s on the way down: meeting one again means the schema is cyclic. */
  refs: string[];
  depth: number;
  /** Values made so far, to bound schemas that branch without end. */
  made: { count: number };
}

const maxDepth = 12;
const maxValues = 2000;
const maxItems = 16;
/** Longest string that a `minLength` can ask for. */
const maxCharacters = 4096;

/**
 * Arguments for a tool, from its input schema: what the author gives as example, default, constant or enum first,
 * then the simplest value that fits. Properties that are required, and others that come with a value of their own.
 * The same schema gives the same arguments. Values are chosen to do no harm: URLs lead nowhere, paths are `.`.
 */
export function sampleArguments(inputSchema: unknown): Record<string, unknown> {
  const value = sample(inputSchema, '', { root: inputSchema, refs: [], depth: 0, made: { count: 0 } });
  return isObject(value) ? value : {};
}

/** A value for the schema; `undefined` when there is none of finite depth. */
function sample(schemaOrTrue: unknown, name: string, walk: Walk): unknown {
  if (++walk.made.count > maxValues || walk.depth > maxDepth) return undefined;
  const found = flatten(schemaOrTrue, walk);
  if (!found) return undefined;
  const { schema, refs } = found;
  const given = givenValue(schema);
  if (given !== undefined) return given;
  const inner: Walk = { ...walk, refs, depth: walk.depth + 1 };
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, inner);
    case 'array':
      return sampleArray(schema, name, inner);
    case 'integer':
    case 'number':
      return sampleNumber(schema, name);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return sampleString(schema, name);
  }
}

function givenValue(schema: Schema): unknown {
  if ('const' in schema) return schema['const'];
  const examples = schema['examples'];
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if ('example' in schema) return schema['example'];
  if ('default' in schema) return schema['default'];
  const allowed = schema['enum'];
  return Array.isArray(allowed) && allowed.length > 0 ? allowed[0] : undefined;
}

/** Resolves `$ref`, joins `allOf`, and takes the first usable branch of `anyOf` and `oneOf`; null when cyclic. */
function flatten(schemaOrTrue: unknown, walk: Walk): { schema: Schema; refs: string[] } | null {
  let schema = isObject(schemaOrTrue) ? schemaOrTrue : {};
  let refs = walk.refs;
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    if (refs.includes(ref)) return null;
    refs = [...refs, ref];
    const target = flatten(lookUp(walk.root, ref), { ...walk, refs });
    if (!target) return null;
    schema = merge(target.schema, without(schema, '$ref'));
    refs = target.refs;
  }
  const all = schema['allOf'];
  if (Array.isArray(all)) {
    schema = without(schema, 'allOf');
    for (const part of all.slice(0, maxItems)) {
      const flat = flatten(part, { ...walk, refs });
      if (!flat) return null;
      schema = merge(schema, flat.schema);
      refs = flat.refs;
    }
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = schema[keyword];
    if (!Array.isArray(branches) || branches.length === 0) continue;
    const rest = without(schema, keyword);
    if (givenValue(rest) !== undefined) return { schema: rest, refs };
    const usable = branches.slice(0, maxItems).map((branch) => flatten(branch, { ...walk, refs })).filter((flat) => flat !== null);
    const chosen = usable.find((flat) => flat.schema['type'] !== 'null') ?? usable[0];
    if (!chosen) return null;
    schema = merge(rest, chosen.schema);
    refs = chosen.refs;
  }
  return { schema, refs };
}

function merge(a: Schema, b: Schema): Schema {
  const merged: Schema = { ...a, ...b };
  if (isObject(a['properties']) && isObject(b['properties'])) merged['properties'] = { ...a['properties'], ...b['properties'] };
  if (Array.isArray(a['required']) && Array.isArray(b['required'])) merged['required'] = [...new Set([...(a['required'] as unknown[]), ...(b['required'] as unknown[])])];
  return merged;
}

function sampleObject(schema: Schema, walk: Walk): unknown {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'].filter((key) => typeof key === 'string') : []);
  // entries, not assignment: a property may be called __proto__
  const entries: [string, unknown][] = [];
  for (const key of new Set([...Object.keys(properties), ...required])) {
    const property = Object.hasOwn(properties, key) ? properties[key] : {};
    if (!required.has(key) && !(isObject(property) && hasOwnValue(property))) continue;
    const value = sample(property, key, walk);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

const hasOwnValue = (schema: Schema) =>
  (Array.isArray(schema['examples']) && schema['examples'].length > 0) || ['example', 'default', 'const'].some((keyword) => schema[keyword] != null);

function sampleArray(schema: Schema, name: string, walk: Walk): unknown[] {
  const prefix: unknown[] = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
  const most = Math.min(asNumber(schema['maxItems']) ?? maxItems, maxItems);
  const wanted = Math.min(Math.max(asNumber(schema['minItems']) ?? 1, prefix.length), most);
  const items: unknown[] = [];
  // the singular of the list's name says what its items are: `paths` holds a path
  const itemName = name.replace(/(?<=[^s])s$/i, '');
  for (let i = 0; i < wanted; i++) {
    const value = sample(prefix[i] ?? schema['items'] ?? {}, itemName, walk);
    if (value === undefined) break;
    items.push(schema['uniqueItems'] === true && i > 0 ? distinct(value, i) : value);
  }
  return items;
}

function distinct(value: unknown, i: number): unknown {
  if (typeof value === 'string') return `${value}${i + 1}`;
  return typeof value === 'number' ? value + i : value;
}

function sampleNumber(schema: Schema, name: string): number {
  const integer = schema['type'] === 'integer' || (Array.isArray(schema['type']) && schema['type'].includes('integer'));
  const step = asNumber(schema['multipleOf']) ?? (integer ? 1 : 0);
  const above = asNumber(schema['exclusiveMinimum']);
  const below = asNumber(schema['exclusiveMaximum']);
  const low = asNumber(schema['minimum']) ?? (above === undefined ? undefined : above + (step > 0 ? step : 1e-3 * Math.max(1, Math.abs(above))));
  const high = asNumber(schema['maximum']) ?? (below === undefined ? undefined : below - (step > 0 ? step : 1e-3 * Math.max(1, Math.abs(below))));
  // 9 is the discard port: nothing listens there
  let value = /port$/i.test(name) ? 9 : 1;
  if (low !== undefined && value < low) value = low;
  if (high !== undefined && value > high) value = high;
  if (step > 0) value = low === undefined || value > low ? Math.floor(value / step) * step : Math.ceil(value / step) * step;
  if (low !== undefined && value < low) value += step;
  return value === 0 ? 0 : value;
}

function sampleString(schema: Schema, name: string): string {
  const { pattern, format } = schema;
  const fromPattern = typeof pattern === 'string' ? sampleOfPattern(pattern) : null;
  let text = fromPattern ?? sampleText(name, typeof format === 'string' ? format : null);
  const least = Math.min(asNumber(schema['minLength']) ?? 0, maxCharacters);
  const most = asNumber(schema['maxLength']);
  if (text.length < least) text = text.padEnd(least, fromPattern === null ? 'x' : (text.at(-1) ?? 'x'));
  return most !== undefined && text.length > most ? text.slice(0, Math.max(0, most)) : text;
}
