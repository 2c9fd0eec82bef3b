/** A JSON Schema that is an object; `true` and what is no schema are taken for `{}`. */
export type Schema = Record<string, unknown>;

export const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
export const asNumber = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What a `$ref` within the document points to; `{}` where there is nothing. */
export function lookUp(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return {};
  let at: unknown = root;
  for (const step of ref.slice(1).split('/').filter((part) => part !== '')) {
    const key = decode(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) || Array.isArray(at) ? (at as Schema)[key] : undefined;
  }
  return at ?? {};
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a literal % in a key
  }
}

/** The type that it names, or else that its keywords are about; of several the first that is not null. */
export function typeOf(schema: Schema): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((t) => t !== 'null') ?? 'null';
  if (type !== undefined) return type;
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema) return 'array';
  if (['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some((keyword) => keyword in schema)) return 'number';
  return 'string';
}

export function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}
