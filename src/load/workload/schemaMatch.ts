import { asList, asNumber, isObject, lookUp, type Schema } from './schema.ts';
import { same } from './schemaJoin.ts';

/**
 * Whether a value is valid by a schema, as far as that can be said without running its regular expressions, which one
 * from a server may make run for ever: `pattern` and `format` always hold.
 */
export function matches(schema: unknown, value: unknown, root: unknown, depth = 0): boolean {
  if (schema === false) return false;
  if (!isObject(schema) || depth > 40) return true;
  const holds = (inner: unknown, of: unknown = value) => matches(inner, of, root, depth + 1);
  const all = (keyword: string) => asList(schema[keyword]);

  if (typeof schema['$ref'] === 'string' && !holds(lookUp(root, schema['$ref']))) return false;
  if ('type' in schema && !hasType(schema['type'], value)) return false;
  if ('const' in schema && !same(schema['const'], value)) return false;
  if (Array.isArray(schema['enum']) && !schema['enum'].some((allowed) => same(allowed, value))) return false;
  if (!all('allOf').every((inner) => holds(inner))) return false;
  if (all('anyOf').length > 0 && !all('anyOf').some((inner) => holds(inner))) return false;
  if (all('oneOf').length > 0 && all('oneOf').filter((inner) => holds(inner)).length !== 1) return false;
  if ('not' in schema && holds(schema['not'])) return false;
  if ('if' in schema && !holds(holds(schema['if']) ? (schema['then'] ?? true) : (schema['else'] ?? true))) return false;
  if (typeof value === 'number') return matchesNumber(schema, value);
  if (typeof value === 'string') return !('minLength' in schema || 'maxLength' in schema) || isWithin(schema, 'Length', Array.from(value).length);
  if (Array.isArray(value)) return matchesArray(schema, value, holds);
  return isObject(value) ? matchesObject(schema, value, holds) : true;
}

type Holds = (schema: unknown, value: unknown) => boolean;

export function hasType(types: unknown, value: unknown): boolean {
  return (Array.isArray(types) ? types : [types]).some((type) => {
    if (type === 'null') return value === null;
    if (type === 'integer') return Number.isInteger(value);
    if (type === 'array') return Array.isArray(value);
    return type === 'object' ? isObject(value) : typeof value === type;
  });
}

function matchesNumber(schema: Schema, value: number): boolean {
  const step = asNumber(schema['multipleOf']);
  return (
    value >= (asNumber(schema['minimum']) ?? -Infinity) &&
    value <= (asNumber(schema['maximum']) ?? Infinity) &&
    value > (asNumber(schema['exclusiveMinimum']) ?? -Infinity) &&
    value < (asNumber(schema['exclusiveMaximum']) ?? Infinity) &&
    (step === undefined || Number.isInteger(value / step))
  );
}

const isWithin = (schema: Schema, what: string, size: number) => size >= (asNumber(schema[`min${what}`]) ?? 0) && size <= (asNumber(schema[`max${what}`]) ?? Infinity);

function matchesArray(schema: Schema, value: unknown[], holds: Holds): boolean {
  if (!isWithin(schema, 'Items', value.length)) return false;
  if (schema['uniqueItems'] === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) return false;
  if ('contains' in schema && !value.some((item) => holds(schema['contains'], item))) return false;
  const { first, rest } = itemSchemas(schema);
  return value.every((item, i) => holds(i < first.length ? first[i] : rest, item));
}

/** Schemas of the first items, and that of all further ones; earlier drafts have other words for it. */
export function itemSchemas(schema: Schema): { first: unknown[]; rest: unknown } {
  const { items } = schema;
  return Array.isArray(items) ? { first: items, rest: schema['additionalItems'] ?? true } : { first: asList(schema['prefixItems']), rest: items ?? true };
}

function matchesObject(schema: Schema, value: Schema, holds: Holds): boolean {
  const keys = Object.keys(value);
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  if (!isWithin(schema, 'Properties', keys.length)) return false;
  if (!asList(schema['required']).every((key) => typeof key !== 'string' || Object.hasOwn(value, key))) return false;
  const needs = isObject(schema['dependentRequired']) ? schema['dependentRequired'] : {};
  if (!keys.every((key) => !Object.hasOwn(needs, key) || asList(needs[key]).every((other) => Object.hasOwn(value, String(other))))) return false;
  // by which pattern a key goes is not known without running it
  const others = 'patternProperties' in schema ? true : (schema['additionalProperties'] ?? true);
  return keys.every((key) => holds(Object.hasOwn(properties, key) ? properties[key] : others, value[key]) && holds(schema['propertyNames'], key));
}
