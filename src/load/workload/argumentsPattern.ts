/** Longest text made from a pattern. */
const maxCharacters = 200;

/**
 * A short text that matches a regular expression of the common kind: literals, classes, groups, alternatives,
 * quantifiers, anchors. Null for the rest (lookaround, back references, Unicode properties). The expression itself is
 * never run, as one from a server may take for ever.
 */
export function sampleOfPattern(pattern: string): string | null {
  const reader = { pattern, at: 0 };
  const text = alternatives(reader, 0);
  return text === null || reader.at < pattern.length || text.length > maxCharacters ? null : text;
}

interface Reader {
  pattern: string;
  at: number;
}

/** The first alternative; the others are read over. */
function alternatives(r: Reader, depth: number): string | null {
  if (depth > 20) return null;
  const first = sequence(r, depth);
  while (r.pattern[r.at] === '|') {
    r.at++;
    if (sequence(r, depth) === null) return null;
  }
  return first;
}

function sequence(r: Reader, depth: number): string | null {
  let text = '';
  while (r.at < r.pattern.length && r.pattern[r.at] !== '|' && r.pattern[r.at] !== ')') {
    const part = atom(r, depth);
    if (part === null) return null;
    const times = quantifier(r);
    if (times * part.length > maxCharacters) return null;
    text += part.repeat(times);
  }
  return text;
}

function atom(r: Reader, depth: number): string | null {
  const character = r.pattern[r.at++]!;
  if (character === '^' || character === '$') return '';
  if (character === '.') return 'a';
  if (character === '\\') return escaped(r.pattern[r.at++]);
  if (character === '[') return oneOfClass(r);
  if (character === '(') return group(r, depth);
  return character;
}

function group(r: Reader, depth: number): string | null {
  const head = /^\?(?::|<[a-zA-Z]\w*>)/.exec(r.pattern.slice(r.at, r.at + 60));
  if (head) r.at += head[0].length;
  else if (r.pattern[r.at] === '?') return null;
  const text = alternatives(r, depth + 1);
  if (r.pattern[r.at] !== ')') return null;
  r.at++;
  return text;
}

function escaped(letter: string | undefined): string | null {
  if (letter === undefined) return null;
  const known: Record<string, string> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', b: '', t: '\t', n: '\n', r: '\r' };
  if (letter in known) return known[letter]!;
  return /[a-zA-Z0-9]/.test(letter) ? null : letter;
}

/** The first character that a class allows. */
function oneOfClass(r: Reader): string | null {
  const negated = r.pattern[r.at] === '^';
  if (negated) r.at++;
  const listed: string[] = [];
  while (r.at < r.pattern.length && (r.pattern[r.at] !== ']' || listed.length === 0)) {
    let character: string | null = r.pattern[r.at++]!;
    if (character === '\\') character = escaped(r.pattern[r.at++]);
    if (character === null) return null;
    listed.push(character);
    if (negated && r.pattern[r.at] === '-' && r.pattern[r.at + 1] !== ']') {
      const last = r.pattern[r.at + 1] ?? character;
      for (let code = character.charCodeAt(0); code <= last.charCodeAt(0); code++) listed.push(String.fromCharCode(code));
      r.at += 2;
    } else if (r.pattern[r.at] === '-' && r.pattern[r.at + 1] !== ']') r.at += 2;
  }
  if (r.pattern[r.at++] !== ']') return null;
  if (!negated) return listed[0]!;
  return ['a', 'A', '1', '-', ' ', '!'].find((candidate) => !listed.includes(candidate)) ?? null;
}

/** How often to repeat what stands before: as rarely as allowed, but once rather than never. */
function quantifier(r: Reader): number {
  const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(r.pattern.slice(r.at, r.at + 24));
  if (!match) return 1;
  r.at += match[0].length;
  if (match[1] === undefined) return 1;
  const least = Number(match[1]);
  const most = match[3] !== undefined && match[3] !== '' ? Number(match[3]) : match[2] === ',' ? Infinity : least;
  return Math.min(Math.max(least, 1), most);
}
