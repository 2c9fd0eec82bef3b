import type { Random } from './random.ts';

/** Longest text made from a pattern. */
const maxCharacters = 200;

/** A regular expression of the common kind, read. */
export type Pattern =
  | { kind: 'text'; text: string }
  /** One of these; the first is the simplest. */
  | { kind: 'class'; characters: string[] }
  | { kind: 'sequence'; parts: Pattern[] }
  | { kind: 'alternatives'; options: Pattern[] }
  | { kind: 'repeat'; part: Pattern; least: number; most: number };

/**
 * A short text that matches a regular expression of the common kind: literals, classes, groups, alternatives,
 * quantifiers, anchors. Null for the rest (lookaround, back references, Unicode properties). The expression itself is
 * never run, as one from a server may take for ever.
 */
export function sampleOfPattern(pattern: string): string | null {
  const read = readPattern(pattern);
  return read && simplest(read);
}

/** Null for what is not of the common kind. */
export function readPattern(pattern: string): Pattern | null {
  const reader = { pattern, at: 0 };
  const read = alternatives(reader, 0);
  return reader.at < pattern.length ? null : read;
}

/** A text that matches, another one each time; what may be repeated is so up to `extra` times more often than it must. */
export function drawPattern(pattern: Pattern, random: Random, extra: number): string {
  switch (pattern.kind) {
    case 'text':
      return pattern.text;
    case 'class':
      return pattern.characters[random.integer(0, pattern.characters.length - 1)]!;
    case 'sequence':
      return pattern.parts.map((part) => drawPattern(part, random, extra)).join('');
    case 'alternatives':
      return drawPattern(pattern.options[random.integer(0, pattern.options.length - 1)]!, random, extra);
    case 'repeat': {
      const times = random.integer(pattern.least, Math.min(pattern.most, pattern.least + extra));
      let text = '';
      for (let i = 0; i < times && text.length < maxCharacters * 100; i++) text += drawPattern(pattern.part, random, extra);
      return text;
    }
  }
}

/** First alternatives and characters; repeated as rarely as allowed, but once rather than never. Null when it gets long. */
function simplest(pattern: Pattern): string | null {
  switch (pattern.kind) {
    case 'text':
      return pattern.text;
    case 'class':
      return pattern.characters[0]!;
    case 'sequence': {
      let text = '';
      for (const part of pattern.parts) {
        const next = simplest(part);
        if (next === null) return null;
        text += next;
      }
      return text.length > maxCharacters ? null : text;
    }
    case 'alternatives':
      return simplest(pattern.options[0]!);
    case 'repeat': {
      const text = simplest(pattern.part);
      const times = Math.min(Math.max(pattern.least, 1), pattern.most);
      return text === null || times * text.length > maxCharacters ? null : text.repeat(times);
    }
  }
}

interface Reader {
  pattern: string;
  at: number;
}

function alternatives(r: Reader, depth: number): Pattern | null {
  if (depth > 20) return null;
  const first = sequence(r, depth);
  if (first === null) return null;
  const options = [first];
  while (r.pattern[r.at] === '|') {
    r.at++;
    const next = sequence(r, depth);
    if (next === null) return null;
    options.push(next);
  }
  return options.length === 1 ? first : { kind: 'alternatives', options };
}

function sequence(r: Reader, depth: number): Pattern | null {
  const parts: Pattern[] = [];
  while (r.at < r.pattern.length && r.pattern[r.at] !== '|' && r.pattern[r.at] !== ')') {
    const part = atom(r, depth);
    if (part === null) return null;
    parts.push(quantified(r, part));
  }
  return { kind: 'sequence', parts };
}

function atom(r: Reader, depth: number): Pattern | null {
  const character = r.pattern[r.at++]!;
  if (character === '^' || character === '$') return { kind: 'text', text: '' };
  if (character === '.') return classOf(letters);
  if (character === '\\') return escapedAtom(r.pattern[r.at++]);
  if (character === '[') return oneOfClass(r);
  if (character === '(') return group(r, depth);
  return { kind: 'text', text: character };
}

function group(r: Reader, depth: number): Pattern | null {
  const head = /^\?(?::|<[a-zA-Z]\w*>)/.exec(r.pattern.slice(r.at, r.at + 60));
  if (head) r.at += head[0].length;
  else if (r.pattern[r.at] === '?') return null;
  const inner = alternatives(r, depth + 1);
  if (r.pattern[r.at] !== ')') return null;
  r.at++;
  return inner;
}

const range = (from: string, to: string) => Array.from({ length: Math.min(to.charCodeAt(0) - from.charCodeAt(0) + 1, 256) }, (_, i) => String.fromCharCode(from.charCodeAt(0) + i));
const letters = range('a', 'z');
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];
/** What a negated class may stand for, the simplest first. */
const ordinary = ['a', 'A', '1', '-', ' ', '!', ...letters, ...range('A', 'Z'), ...digits];

const escapes: Record<string, string[]> = {
  d: digits,
  w: [...letters, ...range('A', 'Z'), ...digits, '_'],
  s: [' '],
  D: letters,
  W: ['-', ' '],
  S: letters,
  t: ['\t'],
  n: ['\n'],
  r: ['\r'],
};

const classOf = (characters: string[]): Pattern => ({ kind: 'class', characters });

function escapedAtom(letter: string | undefined): Pattern | null {
  if (letter === 'b') return { kind: 'text', text: '' };
  const characters = escaped(letter);
  return characters && classOf(characters);
}

/** Characters that an escape stands for; null for those that are not of the common kind. */
function escaped(letter: string | undefined): string[] | null {
  if (letter === undefined) return null;
  if (Object.hasOwn(escapes, letter)) return escapes[letter]!;
  return /[a-zA-Z0-9]/.test(letter) ? null : [letter];
}

function oneOfClass(r: Reader): Pattern | null {
  const negated = r.pattern[r.at] === '^';
  if (negated) r.at++;
  const listed: string[] = [];
  let first = true;
  while (r.at < r.pattern.length && (r.pattern[r.at] !== ']' || first)) {
    first = false;
    const from = classMember(r);
    if (from === null) return null;
    if (from.length === 1 && r.pattern[r.at] === '-' && r.at + 1 < r.pattern.length && r.pattern[r.at + 1] !== ']') {
      r.at++;
      const to = classMember(r);
      if (to?.length !== 1) return null;
      listed.push(...range(from[0]!, to[0]!));
    } else listed.push(...from);
  }
  if (r.pattern[r.at++] !== ']') return null;
  const characters = negated ? ordinary.filter((candidate) => !listed.includes(candidate)) : listed;
  return characters.length > 0 ? classOf(characters) : null;
}

function classMember(r: Reader): string[] | null {
  const character = r.pattern[r.at++]!;
  return character === '\\' ? escaped(r.pattern[r.at++]) : [character];
}

function quantified(r: Reader, part: Pattern): Pattern {
  const match = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(r.pattern.slice(r.at, r.at + 24));
  if (!match) return part;
  r.at += match[0].length;
  const [, sign, low, comma, high] = match;
  if (sign !== undefined) return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
  const least = Number(low);
  return { kind: 'repeat', part, least, most: high !== undefined && high !== '' ? Number(high) : comma === ',' ? Infinity : least };
}
