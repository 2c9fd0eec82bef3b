import { createFinder } from './findForms.ts';

export type Redact = (text: string) => string;

const mark = '[redacted]';
/** A single character is no secret, and is not searched for. */
const minSecretLength = 2;
/** Shorter lines of a secret of several lines are not worth searching for, and would hit ordinary text. */
const minLineLength = 16;
/** A secret may stand in JSON, inside a string of JSON, inside a message that is kept as text of a line of JSON. */
const jsonLevels = 3;

/**
 * A function that replaces every secret, and its base64, URL-encoded and JSON-escaped forms, by `[redacted]`.
 * One pass over the text, however many secrets there are.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    const lines = /[\r\n]/.test(secret) ? secret.split(/[\r\n]+/).filter((line) => line.length >= minLineLength) : [];
    for (const value of [secret, ...lines]) for (const form of formsOf(value)) forms.add(form);
  }
  if (forms.size === 0) return (text) => text;
  const find = createFinder([...forms]);
  return (text) => {
    let redacted = '';
    let from = 0;
    find(text, (start, end) => {
      redacted += text.slice(from, start) + mark;
      from = end;
    });
    return from === 0 ? text : redacted + text.slice(from);
  };
}

/**
 * A copy of plain data with every string, also the keys of objects, redacted. The value itself comes back when it holds
 * no secret. Numbers and booleans stay as they are.
 */
export function redactValue<T>(value: T, redact: Redact): T {
  return redactAny(value, redact) as T;
}

function redactAny(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => redactAny(item, redact));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const entries = Object.entries(value);
  const redacted = entries.map(([key, item]) => [redact(key), redactAny(item, redact)] as const);
  return redacted.every(([key, item], i) => key === entries[i]![0] && item === entries[i]![1]) ? value : Object.fromEntries(redacted);
}

function formsOf(secret: string): string[] {
  const plain = [secret, ...urlForms(secret), ...base64Forms(secret)];
  return plain.flatMap((form) => [form, ...jsonForms(form)]);
}

/** Percent-encoded as `encodeURIComponent`, `URL` and forms do it, with either case of the digits. */
function urlForms(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ v: secret }).toString().slice('v='.length);
  const upper = [component, strict, form, encodeURI(secret.toWellFormed())];
  return [...upper, ...upper.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/**
 * The characters that base64 has for the secret at each of the three places it can have in a larger payload; those at
 * the edges that also hold bits of its neighbours are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(3)]).toString('base64');
    const sure = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    forms.push(sure, sure.replaceAll('+', '-').replaceAll('/', '_'), ...urlForms(sure));
  }
  return forms;
}

/** JSON-escaped, as JavaScript does it, with all but ASCII escaped (Python) and with escaped slashes (PHP). */
function jsonForms(text: string): string[] {
  if (/^[\w+.=-]*$/.test(text)) return [];
  const forms: string[] = [];
  let javascript = text;
  let ascii = text;
  let slashes = text;
  for (let level = 0; level < jsonLevels; level++) {
    javascript = escape(javascript);
    ascii = escapeAll(ascii);
    slashes = escape(slashes).replaceAll('/', '\\/');
    forms.push(javascript, ascii, slashes, ascii.replaceAll('/', '\\/'));
  }
  return forms;
}

const escape = (text: string) => JSON.stringify(text).slice(1, -1);
const escapeAll = (text: string) => escape(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
