/**
 * Many answers differ in nothing but their id. To parse one is the largest part of what a request costs us (1 to 1.7 of
 * about 5 µs), to compare it takes a quarter of that; so an answer that was parsed is learned, and known again.
 * Nothing is guessed: any other character, and the answer is parsed as usual.
 */
export interface SameAnswer {
  /** The id of the message that stands in `text` from `from` to `to`, when it is the learned one but for its id; else -1. */
  idOf(text: string, from: number, to: number): number;
  /** Told of each message that was parsed and may be learned; most are not. */
  parsed(text: string, id: number): void;
}

/** So many others in a row, and the learned one is forgotten. */
const mostMisses = 16;
/** Where answers always differ, to learn and to compare is lost time: the pause before it is tried again doubles up to this. */
const mostSkipped = 1024;

/** `idIn`: the id of the message in a text, read in full. */
export function createSameAnswer(idIn: (text: string) => unknown = idInJson): SameAnswer {
  let before = '';
  /** Empty while nothing is learned. */
  let after = '';
  let misses = 0;
  let skipped = 0;
  let skip = 1;

  return {
    idOf(text, from, to) {
      if (after === '' || !text.startsWith(before, from)) return -1;
      const start = from + before.length;
      let at = start;
      let id = 0;
      for (; at < to; at++) {
        const digit = text.charCodeAt(at) - zero;
        if (!(digit >= 0 && digit <= 9)) break;
        id = id * 10 + digit;
      }
      const digits = at - start;
      // JSON knows no number that begins with 0 and goes on
      if (digits === 0 || digits > safeDigits || (digits > 1 && text.charCodeAt(start) === zero)) return -1;
      if (to - at !== after.length || !text.startsWith(after, at)) return -1;
      misses = 0;
      return id;
    },
    parsed(text, id) {
      if (after !== '') {
        if (++misses >= mostMisses) after = '';
        return;
      }
      if (++skipped < skip) return;
      skipped = misses = 0;
      skip = Math.min(mostSkipped, skip * 2);
      [before, after] = partsOf(text, id, idIn) ?? ['', ''];
    },
  };
}

/** What stands before and after the id. Whether it is the message's own is tried: with another number there, the id is that one. */
function partsOf(text: string, id: number, idIn: (text: string) => unknown): [string, string] | null {
  if (!Number.isSafeInteger(id) || id < 0) return null;
  const member = `"id":${id}`;
  // servers write it first or last
  for (const at of new Set([text.indexOf(member), text.lastIndexOf(member)])) {
    if (at === -1) continue;
    const before = text.slice(0, at + 5);
    const after = text.slice(at + member.length);
    if (idIn(`${before}${id + 1}${after}`) === id + 1) return [before, after];
  }
  return null;
}

function idInJson(text: string): unknown {
  try {
    return (JSON.parse(text) as { id?: unknown }).id;
  } catch {
    return undefined;
  }
}

const zero = 48;
const safeDigits = 15;
