import type { HttpServer } from '../../model/server.ts';

/** A value that does not go into the locustfile: `@@name@@` stands for it. */
export interface Placeholder {
  /** Environment variable that has it on each worker. */
  name: string;
  value: string;
  /** For people: what it is. */
  what: string;
}

/** Headers whose values are secrets however short they are. */
const sensitive = /auth|cookie|token|secret|key|password|session/i;
/** Shorter values are not looked for inside other texts. */
const fewestCharacters = 6;

/** Headers with their secret values replaced as a whole, and what is to be replaced in all other texts. */
export function replaceHeaders(server: HttpServer): { headers: Record<string, string>; placeholders: Placeholder[] } {
  const placeholders: Placeholder[] = [];
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(server.headers)) {
    const isSecret = sensitive.test(header) || server.secrets.some((s) => value.includes(s));
    const name = `MCP_HEADER_${header.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
    headers[header] = isSecret ? mark(name) : value;
    if (isSecret) placeholders.push({ name, value, what: `header ${header}` });
  }
  for (const [i, value] of server.secrets.entries()) placeholders.push({ name: `MCP_SECRET_${i + 1}`, value, what: 'a configured secret' });
  return { headers, placeholders };
}

/** A copy of plain data with every secret in its texts replaced, in one pass; `used` gets the names that occur. */
export function replaceSecrets<T>(data: T, placeholders: readonly Placeholder[], used: Set<string>): T {
  const byValue = new Map<string, string>();
  for (const { value, name } of placeholders) if (value.length >= fewestCharacters && !byValue.has(value)) byValue.set(value, name);
  if (byValue.size === 0) return data;
  // a value that holds another one comes first
  const any = new RegExp([...byValue.keys()].sort((a, b) => b.length - a.length).map((value) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  return replace(data) as T;

  function replace(value: unknown): unknown {
    if (typeof value === 'string') return value.replace(any, named);
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member)]));
  }

  function named(value: string): string {
    const name = byValue.get(value)!;
    used.add(name);
    return mark(name);
  }
}

const mark = (name: string) => `@@${name}@@`;
