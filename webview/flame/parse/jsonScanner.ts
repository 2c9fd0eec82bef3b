import { decodeString } from './stringTable.ts';
import type { NumberList } from './numberList.ts';

/** What the reader of a document wants of a container that begins: nothing, its tokens, or (an array) its numbers as they come. */
export type Wanted = 'skip' | 'visit' | NumberList<Int32Array> | NumberList<Float64Array>;

/** Receives the tokens of one JSON document. Strings come as raw bytes between the quotes; decode with `decodeString`. */
export interface JsonVisitor {
  startObject(): Wanted;
  startArray(): Wanted;
  endObject(): void;
  endArray(): void;
  key(bytes: Uint8Array, start: number, end: number, escaped: boolean): void;
  string(bytes: Uint8Array, start: number, end: number, escaped: boolean): void;
  number(value: number): void;
  literal(value: boolean | null): void;
}

/** The text is not JSON. `offset` in bytes from the start of the file. */
export class JsonError extends Error {
  readonly offset: number;
  constructor(what: string, offset: number) {
    super(`${what} at byte ${offset.toLocaleString('en')}`);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

/** Feeds a document in chunks of any size. Throws JsonError, or what the visitor throws. */
export interface JsonScanner {
  push(chunk: Uint8Array): void;
  /** The document is complete. */
  finish(): void;
  /** Bytes taken so far. */
  offset(): number;
}

// what may come next
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY_OR_END = 2;
const KEY = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const NOTHING = 6;

const OBJECT = 1;
const ARRAY = 2;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const literals = [
  { text: 'true', value: true },
  { text: 'false', value: false },
  { text: 'null', value: null },
] as const;
/** Digits that stay exact while they are summed in a double. */
const EXACT_DIGITS = 15;
const ascii = new TextDecoder('latin1');
const numberSyntax = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

export function createJsonScanner(visitor: JsonVisitor): JsonScanner {
  let state = VALUE;
  let containers = new Uint8Array(64);
  let depth = 0;
  /** Depth of the container that is being skipped, 0 when none is. */
  let skipFrom = 0;
  /** Where the numbers of the innermost array go. */
  let sink: NumberList<Int32Array> | NumberList<Float64Array> | null = null;
  /** Bytes of earlier chunks that belong to an unfinished token. */
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let waitFor = 0;
  /** Offset in the file of the first byte that is not yet scanned. */
  let base = 0;

  function fail(what: string, at: number): never {
    throw new JsonError(what, base + at);
  }

  function unexpected(byte: number, at: number): never {
    return fail(byte < 0x20 || byte > 0x7e ? `unexpected byte 0x${byte.toString(16).padStart(2, '0')}` : `unexpected '${String.fromCharCode(byte)}'`, at);
  }

  function open(kind: number): void {
    if (depth === containers.length) {
      const wider = new Uint8Array(depth * 2);
      wider.set(containers);
      containers = wider;
    }
    containers[depth++] = kind;
    sink = null;
    if (skipFrom === 0) {
      const wanted = kind === OBJECT ? visitor.startObject() : visitor.startArray();
      if (wanted === 'skip') skipFrom = depth;
      else if (wanted !== 'visit') sink = wanted;
    }
    state = kind === OBJECT ? KEY_OR_END : VALUE_OR_END;
  }

  function close(kind: number, byte: number, at: number): void {
    if (containers[depth - 1] !== kind) unexpected(byte, at);
    if (skipFrom === 0) {
      if (kind === OBJECT) visitor.endObject();
      else visitor.endArray();
    } else if (skipFrom === depth) skipFrom = 0;
    depth--;
    sink = null;
    state = depth === 0 ? NOTHING : COMMA_OR_END;
  }

  /** Returns the position after the last complete token. */
  function scan(bytes: Uint8Array): number {
    const end = bytes.length;
    let at = 0;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte <= 0x20) {
        if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) unexpected(byte, at);
        at++;
      } else if (state === COMMA_OR_END) {
        if (byte === 0x2c) {
          state = containers[depth - 1] === OBJECT ? KEY : VALUE;
          at++;
        } else if (byte === 0x7d) close(OBJECT, byte, at++);
        else if (byte === 0x5d) close(ARRAY, byte, at++);
        else unexpected(byte, at);
      } else if (state === COLON) {
        if (byte !== 0x3a) unexpected(byte, at);
        state = VALUE;
        at++;
      } else if (byte === QUOTE && state !== NOTHING) {
        // a string, as key or as value
        let to = at + 1;
        let escaped = false;
        while (to < end) {
          const c = bytes[to]!;
          if (c === QUOTE) break;
          if (c < 0x20) unexpected(c, to);
          if (c === BACKSLASH) {
            escaped = true;
            to++;
          }
          to++;
        }
        if (to >= end) return at;
        token(bytes, at + 1, to, escaped);
        at = to + 1;
      } else if (state === KEY || state === KEY_OR_END) {
        if (byte !== 0x7d || state === KEY) unexpected(byte, at);
        close(OBJECT, byte, at++);
      } else if (state === NOTHING) unexpected(byte, at);
      else if (byte === 0x7b) {
        open(OBJECT);
        at++;
      } else if (byte === 0x5b) {
        open(ARRAY);
        at++;
      } else if (byte === 0x5d && state === VALUE_OR_END) close(ARRAY, byte, at++);
      else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
        const to = sink ? numbers(bytes, at, end, sink) : number(bytes, at, end);
        if (to === at) return at;
        at = to;
      } else {
        const to = literal(bytes, at, end);
        if (to === at) return at;
        at = to;
      }
    }
    return at;
  }

  function token(bytes: Uint8Array, start: number, end: number, escaped: boolean): void {
    if (escaped) checkEscapes(bytes, start, end);
    if (state === KEY || state === KEY_OR_END) {
      if (skipFrom === 0) visitor.key(bytes, start, end, escaped);
      state = COLON;
    } else {
      if (skipFrom === 0) visitor.string(bytes, start, end, escaped);
      state = depth === 0 ? NOTHING : COMMA_OR_END;
    }
  }

  function checkEscapes(bytes: Uint8Array, start: number, end: number): void {
    try {
      decodeString(bytes, start, end, true);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      fail('bad escape in the string', start);
    }
  }

  /** The tight loop for the large arrays: plain integers and commas without spaces; returns `at` unmoved when the first is unfinished. */
  function numbers(bytes: Uint8Array, from: number, end: number, into: NumberList<Int32Array> | NumberList<Float64Array>): number {
    let at = from;
    for (;;) {
      let to = at;
      const negative = bytes[to] === 0x2d;
      if (negative) to++;
      const first = to;
      let value = 0;
      let c = 0;
      while (to < end && (c = bytes[to]! - 0x30) >= 0 && c <= 9) {
        value = value * 10 + c;
        to++;
      }
      const digits = to - first;
      const next = bytes[to]!;
      if (next !== 0x2c || digits === 0 || digits > EXACT_DIGITS || (digits > 1 && bytes[first] === 0x30)) break;
      const follows = bytes[to + 1]!;
      if (follows !== 0x2d && (follows < 0x30 || follows > 0x39)) break;
      into.push(negative ? -value : value);
      at = to + 1;
      state = VALUE;
    }
    // the last of a run, or one that is written in another way
    return at === from ? number(bytes, at, end) : at;
  }

  /** Any number; returns `at` unmoved when it may go on in the next chunk. */
  function number(bytes: Uint8Array, at: number, end: number): number {
    let to = at;
    const negative = bytes[to] === 0x2d;
    if (negative) to++;
    const first = to;
    let value = 0;
    let c = 0;
    while (to < end && (c = bytes[to]! - 0x30) >= 0 && c <= 9) {
      value = value * 10 + c;
      to++;
    }
    if (to >= end) return at;
    const digits = to - first;
    const next = bytes[to]!;
    if (digits === 0 || digits > EXACT_DIGITS || (digits > 1 && bytes[first] === 0x30) || next === 0x2e || next === 0x65 || next === 0x45) {
      while (to < end && isNumberByte(bytes[to]!)) to++;
      if (to >= end) return at;
      const text = ascii.decode(bytes.subarray(at, to));
      if (!numberSyntax.test(text)) fail(`'${text.slice(0, 40)}' is not a number`, at);
      value = Number(text);
    } else if (negative) value = -value;
    if (sink) sink.push(value);
    else if (skipFrom === 0) visitor.number(value);
    state = depth === 0 ? NOTHING : COMMA_OR_END;
    return to;
  }

  function literal(bytes: Uint8Array, at: number, end: number): number {
    for (const { text, value } of literals) {
      if (bytes[at] !== text.charCodeAt(0)) continue;
      for (let i = 1; i < text.length; i++) {
        if (at + i >= end) return at;
        if (bytes[at + i] !== text.charCodeAt(i)) unexpected(bytes[at + i]!, at + i);
      }
      if (skipFrom === 0) visitor.literal(value);
      state = depth === 0 ? NOTHING : COMMA_OR_END;
      return at + text.length;
    }
    return unexpected(bytes[at]!, at);
  }

  function scanPending(): void {
    const bytes = pending.length === 1 ? pending[0]! : joined(pending, pendingBytes);
    const bom = base === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const done = bom + scan(bom === 0 ? bytes : bytes.subarray(bom));
    base += done;
    const rest = bytes.slice(done);
    pending = rest.length > 0 ? [rest] : [];
    pendingBytes = rest.length;
    // a token longer than a chunk is scanned again only when it has doubled, or a long string would cost its square
    waitFor = rest.length * 2;
  }

  return {
    push(chunk) {
      if (chunk.length === 0) return;
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes >= waitFor && (base > 0 || pendingBytes >= 3)) scanPending();
    },
    finish() {
      // a number ends at the byte that follows it
      pending.push(new Uint8Array([0x20]));
      pendingBytes++;
      scanPending();
      if (pendingBytes > 0) fail('the text ends inside a value', 0);
      if (state !== NOTHING) fail(base <= 1 ? 'the file is empty: the text ends' : 'the text ends too early', -1);
    },
    offset: () => base + pendingBytes,
  };
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isNumberByte(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x65 || c === 0x45;
}
