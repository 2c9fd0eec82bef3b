/**
 * Interns JSON strings by their raw bytes, so that a name that stands in a file 100,000 times is decoded once.
 * Two spellings of one string (with and without escapes) get the same number.
 */
export interface StringTable {
  readonly strings: string[];
  /** The number of the string whose raw JSON bytes, without quotes, are `bytes[start..end)`. */
  intern(bytes: Uint8Array, start: number, end: number, escaped: boolean): number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The string whose raw JSON bytes, without quotes, are `bytes[start..end)`; throws SyntaxError on a bad escape. */
export function decodeString(bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
  const raw = decoder.decode(bytes.subarray(start, end));
  return escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
}

export function createStringTable(): StringTable {
  const strings: string[] = [];
  const numberOf = new Map<string, number>();
  // raw spellings: an arena of bytes, and an open-addressed table of spelling + 1
  let arena = new Uint8Array(1 << 16);
  let used = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  const hashes: number[] = [];
  const meaning: number[] = [];
  let slots = new Int32Array(1 << 12);

  function equal(spelling: number, bytes: Uint8Array, start: number, length: number): boolean {
    const from = starts[spelling]!;
    if (ends[spelling]! - from !== length) return false;
    for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  function widen(): void {
    slots = new Int32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let i = 0; i < hashes.length; i++) {
      let slot = hashes[i]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = i + 1;
    }
  }

  function add(bytes: Uint8Array, start: number, end: number, escaped: boolean, hash: number): number {
    const text = decodeString(bytes, start, end, escaped);
    let number = numberOf.get(text);
    if (number === undefined) {
      number = strings.push(text) - 1;
      numberOf.set(text, number);
    }
    const length = end - start;
    if (used + length > arena.length) {
      const wider = new Uint8Array(Math.max(arena.length * 2, used + length));
      wider.set(arena);
      arena = wider;
    }
    arena.set(bytes.subarray(start, end), used);
    starts.push(used);
    ends.push((used += length));
    hashes.push(hash);
    meaning.push(number);
    return number;
  }

  return {
    strings,
    intern(bytes, start, end, escaped) {
      const hash = hashBytes(bytes, start, end);
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
        if (hashes[found - 1] === hash && equal(found - 1, bytes, start, end - start)) return meaning[found - 1]!;
        slot = (slot + 1) & mask;
      }
      const number = add(bytes, start, end, escaped, hash);
      slots[slot] = hashes.length;
      if (hashes.length * 2 > slots.length) widen();
      return number;
    },
  };
}

/** FNV-1a (32 bit) over the length and at most the last 48 bytes: file names differ at their ends. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let i = end - start > 48 ? end - 48 : start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
