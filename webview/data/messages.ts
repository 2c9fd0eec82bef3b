import type { MessageRecord } from '../../src/model/trace.ts';

export const directions = ['out', 'in'] as const;
export const kinds = ['request', 'response', 'error', 'notification', 'invalid'] as const;

/** Messages as typed arrays, one row per message in the order of the file. Times in microseconds, NaN for none. */
export interface MessageColumns {
  length: number;
  direction: Uint8Array;
  kind: Uint8Array;
  /** Index in `words`; 0 for none. */
  method: Uint16Array;
  target: Uint16Array;
  words: string[];
  request: Int32Array;
  /** When it was complete: parsed for what came in, queued for what went out. */
  atUs: Float64Array;
  /** First byte to parsed (in), queued to written (out). */
  tookUs: Float64Array;
  bytes: Uint32Array;
  /** JSON-RPC ids as text; most are short and few are kept (numbers). */
  id: (string | number | null)[];
  lineStart: Float64Array;
  lineEnd: Float64Array;
}

export function createMessageBuilder() {
  let capacity = 4096;
  let arrays = allocate(capacity);
  const words: string[] = [''];
  const wordIndex = new Map<string, number>([['', 0]]);
  const id: MessageColumns['id'] = [];
  let length = 0;

  const word = (text: string | null) => {
    if (text === null) return 0;
    let index = wordIndex.get(text);
    if (index === undefined) {
      // 65,535 different names are a flood: what comes after shares the last
      index = Math.min(65_535, words.length);
      words[index] = text;
      wordIndex.set(text, index);
    }
    return index;
  };

  return {
    add(m: MessageRecord, lineStart: number, lineEnd: number) {
      if (length === capacity) {
        const larger = allocate((capacity *= 2));
        for (const key of Object.keys(arrays) as (keyof typeof arrays)[]) larger[key].set(arrays[key]);
        arrays = larger;
      }
      const i = length++;
      const incoming = m.direction === 'in';
      arrays.direction[i] = incoming ? 1 : 0;
      arrays.kind[i] = kinds.indexOf(m.kind);
      arrays.method[i] = word(m.method);
      arrays.target[i] = word(m.target);
      arrays.request[i] = m.request ?? -1;
      arrays.atUs[i] = (incoming ? (m.parsedUs ?? m.firstByteUs) : (m.queuedUs ?? m.writtenUs)) ?? NaN;
      arrays.tookUs[i] = incoming ? (m.parsedUs ?? NaN) - (m.firstByteUs ?? NaN) : (m.writtenUs ?? NaN) - (m.queuedUs ?? NaN);
      arrays.bytes[i] = m.bytes;
      arrays.lineStart[i] = lineStart;
      arrays.lineEnd[i] = lineEnd;
      id[i] = m.id;
    },
    finish: (): MessageColumns => ({ length, words, id, ...arrays }),
  };
}

function allocate(n: number) {
  return {
    direction: new Uint8Array(n),
    kind: new Uint8Array(n),
    method: new Uint16Array(n),
    target: new Uint16Array(n),
    request: new Int32Array(n),
    atUs: new Float64Array(n),
    tookUs: new Float64Array(n),
    bytes: new Uint32Array(n),
    lineStart: new Float64Array(n),
    lineEnd: new Float64Array(n),
  };
}

export interface MessageFilter {
  /** Names of tools; empty for all. */
  tools: readonly string[];
  span: readonly [number, number] | null;
  /** In method, target or id; letters of either case. */
  text: string;
  kind: (typeof kinds)[number] | null;
  request: number | null;
}

/** Rows that pass; the text is matched against what the list shows. */
export function filterMessages(m: MessageColumns, f: MessageFilter): Uint32Array {
  const rows = new Uint32Array(m.length);
  const text = f.text.trim().toLowerCase();
  const hasText = m.words.map((w) => text !== '' && w.toLowerCase().includes(text));
  const tools = new Set(f.tools);
  const wantedTool = m.words.map((w) => tools.has(w));
  const kind = f.kind === null ? -1 : kinds.indexOf(f.kind);
  let n = 0;
  for (let i = 0; i < m.length; i++) {
    if (tools.size > 0 && !wantedTool[m.target[i]!]) continue;
    if (f.span !== null && !(m.atUs[i]! >= f.span[0] && m.atUs[i]! < f.span[1])) continue;
    if (kind >= 0 && m.kind[i] !== kind) continue;
    if (f.request !== null && m.request[i] !== f.request) continue;
    if (text !== '' && !hasText[m.method[i]!] && !hasText[m.target[i]!] && String(m.id[i] ?? '').toLowerCase() !== text) continue;
    rows[n++] = i;
  }
  return rows.slice(0, n);
}
