import { drawText, drawUuid } from './drawText.ts';
import type { Random } from './random.ts';

/** What templates of one request draw from. */
export interface Drawing {
  random: Random;
  /** Row of each data set that is this request's. */
  rows: Record<string, unknown>;
  /** Number of this request among those with `{{counter}}`. */
  count: number;
  /** `result` of earlier steps by their `as`; undefined for a request that failed. */
  results: ReadonlyMap<string, unknown>;
}

/** Gives the value of a template. */
export type Draw = (from: Drawing) => unknown;

/** Names that templates may use. */
export interface Scope {
  /** Columns by data set; null where they are not known. */
  data: ReadonlyMap<string, ReadonlySet<string> | null>;
  /** `as` of the steps that are over. */
  steps: ReadonlySet<string>;
  /** `as` of steps that are not: for a better message. */
  laterSteps?: ReadonlySet<string>;
}

export interface Template {
  /** Text as it stands, and what is drawn. */
  parts: (string | Draw)[];
  problems: string[];
  data: Set<string>;
  counts: boolean;
}

/** A value of an earlier result that is not there. */
export class MissingValue extends Error {
  override readonly name = 'MissingValue';
}

/** Names of templates with arguments, which data sets and steps cannot have. */
export const reservedNames: readonly string[] = ['int', 'float', 'pick', 'uuid', 'counter', 'now', 'text'];
const longestText = 1_000_000;

/**
 * Reads the templates of one string: `{{words.title}}`, `{{int 1 100}}`, `{{float 0 1}}`, `{{pick a "b c" 3}}`,
 * `{{uuid}}`, `{{counter}}`, `{{now}}`, `{{text 20}}`, `{{step.content.0.text}}`. `\{{` stands for `{{`.
 */
export function readTemplate(text: string, scope: Scope): Template {
  const template: Template = { parts: [], problems: [], data: new Set(), counts: false };
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (text[open - 1] === '\\' && open > at) {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    const close = text.indexOf('}}', open + 2);
    if (close < 0) {
      template.problems.push('"{{" has no "}}" after it; write \\\\{{ for the braces themselves');
      break;
    }
    literal += text.slice(at, open);
    if (literal !== '') template.parts.push(literal);
    literal = '';
    const draw = readOne(text.slice(open + 2, close).trim(), scope, template);
    if (draw) template.parts.push(draw);
    at = close + 2;
  }
  literal += text.slice(at);
  if (literal !== '') template.parts.push(literal);
  return template;
}

/** The value with its texts written so that they are read as they stand. */
export function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{{', '\\{{');
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escapeTemplates(member)]));
}

function readOne(source: string, scope: Scope, template: Template): Draw | null {
  const words = [...source.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']\S*/g)].map((m) => ({ text: m[1] ?? m[2] ?? m[0], quoted: m[1] !== undefined || m[2] !== undefined }));
  const [first, ...args] = words;
  const problem = (text: string) => {
    template.problems.push(`{{${source}}}: ${text}`);
    return null;
  };
  if (!first) return problem('nothing stands between the braces');
  if (reservedNames.includes(first.text)) {
    if (first.text === 'counter') template.counts = true;
    const made = makeFunction(first.text, args);
    return typeof made === 'string' ? problem(made) : made;
  }
  if (args.length > 0) return problem(`"${first.text}" is no function; there are ${reservedNames.join(', ')}`);
  return readPath(first.text, scope, template, problem);
}

function readPath(text: string, scope: Scope, template: Template, problem: (text: string) => null): Draw | null {
  const [name, ...path] = text.split('.') as [string, ...string[]];
  const columns = scope.data.get(name);
  if (columns !== undefined) {
    const column = path[0];
    if (column === undefined) return problem(`give a column: ${list([...(columns ?? [])].map((c) => `${name}.${c}`))}`);
    if (columns && !columns.has(column)) return problem(`the data "${name}" has no column "${column}"; there are ${list([...columns])}`);
    template.data.add(name);
    if (path.length === 1) return ({ rows }) => (rows[name] as Record<string, unknown>)[column] ?? null;
    return ({ rows }) => follow(rows[name], path).value ?? null;
  }
  if (scope.steps.has(name)) {
    return ({ results }) => {
      const result = results.get(name);
      if (result === undefined) throw new MissingValue(`{{${text}}}: "${name}" gave no result`);
      const { value, reached } = follow(result, path);
      if (value === undefined) throw new MissingValue(`{{${text}}}: the result has no "${[name, ...path.slice(0, reached + 1)].join('.')}"`);
      return value;
    };
  }
  if (scope.laterSteps?.has(name)) return problem(`"${name}" has not been answered by then; a value can be taken from earlier steps only`);
  const known = [...scope.data.keys(), ...scope.steps];
  return problem(`nothing is called "${name}"; there ${known.length > 0 ? `are ${list(known)} and ` : 'are '}${reservedNames.join(', ')}`);
}

/** Where the path goes on into a text, the text is read as JSON: that is how most tools return theirs. */
function follow(root: unknown, path: string[]): { value: unknown; reached: number } {
  let value = root;
  for (const [i, key] of path.entries()) {
    if (typeof value === 'string') value = parsed(value);
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    if (value === undefined) return { value, reached: i };
  }
  return { value, reached: path.length };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a text that is no JSON has no members
  }
}

interface Word {
  text: string;
  quoted: boolean;
}

/** The function, or what is wrong with its arguments. */
function makeFunction(name: string, args: Word[]): Draw | string {
  const numbers = args.map((a) => (a.text.trim() === '' ? NaN : Number(a.text)));
  const [a = NaN, b = NaN] = numbers;
  switch (name) {
    case 'int':
      if (args.length !== 2 || !numbers.every(Number.isSafeInteger)) return 'takes the lowest and the highest whole number, as in {{int 1 100}}';
      if (a > b) return `${a} is above ${b}`;
      return ({ random }) => random.integer(a, b);
    case 'float':
      if (args.length !== 2 || !numbers.every(Number.isFinite)) return 'takes the lowest and the highest number, as in {{float 0 1}}';
      if (a > b) return `${a} is above ${b}`;
      return ({ random }) => a + random.next() * (b - a);
    case 'pick': {
      if (args.length === 0) return 'takes the values to choose from, as in {{pick red green "dark blue"}}';
      const values = args.map(({ text, quoted }) => (quoted ? text : typed(text)));
      return ({ random }) => values[random.integer(0, values.length - 1)];
    }
    case 'text':
      if (args.length !== 1 || !Number.isSafeInteger(a) || a < 1 || a > longestText) return `takes the number of characters, 1 to ${longestText}, as in {{text 20}}`;
      return ({ random }) => drawText(random, a);
    default:
      if (args.length > 0) return 'takes nothing more';
      if (name === 'uuid') return ({ random }) => drawUuid(random);
      if (name === 'counter') return ({ count }) => count;
      return isoNow;
  }
}

/** `3`, `true` and `null` are what they are in JSON. */
function typed(text: string): unknown {
  return /^(-?\d+(\.\d+)?|true|false|null)$/.test(text) ? (parsed(text) ?? (text === 'null' ? null : text)) : text;
}

let lastMs = 0;
let lastIso = '';

/** The same text within a millisecond is made once. */
function isoNow(): string {
  const ms = Date.now();
  if (ms !== lastMs) {
    lastMs = ms;
    lastIso = new Date(ms).toISOString();
  }
  return lastIso;
}

function list(names: string[]): string {
  return names.length === 0 ? 'none' : names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}
