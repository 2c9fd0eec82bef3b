/** The fields that a form for a tool's arguments shows: the top-level properties of its input schema. */
export interface ArgumentField {
  name: string;
  required: boolean;
  description: string | null;
  /** Values to pick from; null when it is typed in. */
  choices: unknown[] | null;
  /** `json`: objects, arrays and what allows several types; typed as JSON. */
  type: 'string' | 'number' | 'integer' | 'boolean' | 'json';
}

export function fieldsOf(inputSchema: unknown): ArgumentField[] {
  const schema = asObject(inputSchema);
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  return Object.entries(asObject(schema['properties'])).map(([name, value]) => {
    const property = asObject(value);
    const type = typeOf(property['type']);
    const choices = Array.isArray(property['enum']) ? (property['enum'] as unknown[]) : type === 'boolean' ? [true, false] : null;
    return {
      name,
      required: required.includes(name),
      description: typeof property['description'] === 'string' ? property['description'] : null,
      choices,
      type,
    };
  });
}

/** What the user typed, as a value of the field's type; or what is wrong with it. */
export function parseField(field: ArgumentField, text: string): { value: unknown } | { problem: string } {
  switch (field.type) {
    case 'string':
      return { value: text };
    case 'number':
    case 'integer': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) return { problem: 'A number is needed.' };
      if (field.type === 'integer' && !Number.isInteger(value)) return { problem: 'A whole number is needed.' };
      return { value };
    }
    case 'boolean':
    case 'json':
      return parseJson(text);
  }
}

export function parseArguments(text: string): { value: Record<string, unknown> } | { problem: string } {
  const parsed = parseJson(text);
  if ('problem' in parsed) return parsed;
  if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return { problem: 'The arguments must be a JSON object, such as { "query": "river" }.' };
  return { value: parsed.value as Record<string, unknown> };
}

/** As the field is shown and edited: strings plain, everything else as JSON. */
export const showValue = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));

function parseJson(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `Not valid JSON: ${(error as Error).message}` };
  }
}

function typeOf(type: unknown): ArgumentField['type'] {
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean' ? type : 'json';
}

const asObject = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
