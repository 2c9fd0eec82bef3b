import type { RawProfile } from '../parse/profileReader.ts';

/** The functions of a profile. `name` and `url` are numbers of `strings`; lines and columns are 0-based, -1 when unknown. */
export interface FrameTable {
  strings: string[];
  name: Int32Array;
  url: Int32Array;
  line: Int32Array;
  column: Int32Array;
}

/** Each function once, and the function of every node of the file. */
export function internFrames(raw: RawProfile): { frames: FrameTable; frameOf: Int32Array } {
  const count = raw.id.length;
  const frameOf = new Int32Array(count);
  const first = new Int32Array(count);
  let made = 0;
  let size = 16;
  while (size < count * 2) size *= 2;
  const slots = new Int32Array(size);
  for (let i = 0; i < count; i++) {
    let hash = Math.imul(raw.name[i]!, 0x9e3779b1) ^ Math.imul(raw.url[i]!, 0x85ebca6b) ^ Math.imul(raw.line[i]!, 0xc2b2ae35) ^ Math.imul(raw.column[i]!, 0x27d4eb2f);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    let slot = hash & (size - 1);
    let found = slots[slot]!;
    while (found !== 0 && !same(raw, first[found - 1]!, i)) {
      slot = (slot + 1) & (size - 1);
      found = slots[slot]!;
    }
    if (found === 0) {
      first[made] = i;
      found = slots[slot] = ++made;
    }
    frameOf[i] = found - 1;
  }
  const column = (of: Int32Array): Int32Array => Int32Array.from(first.subarray(0, made), (i) => of[i]!);
  return { frames: { strings: raw.strings, name: column(raw.name), url: column(raw.url), line: column(raw.line), column: column(raw.column) }, frameOf };
}

function same(raw: RawProfile, a: number, b: number): boolean {
  return raw.name[a] === raw.name[b] && raw.url[a] === raw.url[b] && raw.line[a] === raw.line[b] && raw.column[a] === raw.column[b];
}

/** Whose code a function is. */
export const Origin = { own: 0, dependency: 1, internal: 2, system: 3 } as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

/** What V8 writes for time that is no function's. */
const systemNames = new Set(['(root)', '(program)', '(idle)', '(garbage collector)']);

/**
 * Whose code each function is. Own code is what lies under one of `ownRoots` (absolute paths or file: URLs) outside
 * node_modules; without roots, every file outside node_modules. A relative path came from a source map and is own.
 */
export function originsOf(frames: FrameTable, ownRoots: readonly string[]): Uint8Array {
  const roots = ownRoots.map((root) => pathOf(root).replace(/\/*$/, '/'));
  const ofUrl = frames.strings.map((): Origin | -1 => -1);
  return Uint8Array.from(frames.url, (url, f) => {
    if (url === 0 && systemNames.has(frames.strings[frames.name[f]!]!)) return Origin.system;
    if (ofUrl[url] === -1) ofUrl[url] = originOf(frames.strings[url]!, roots);
    return ofUrl[url]!;
  });
}

function originOf(url: string, roots: readonly string[]): Origin {
  if (url === '' || /^(node|internal|native|wasm|evalmachine|extensions|bun|ext):/.test(url) || url.startsWith('internal/')) return Origin.internal;
  const path = pathOf(url);
  if (path.includes('/node_modules/') || path.startsWith('node_modules/')) return Origin.dependency;
  if (!/^(\/|[a-z]:\/)/i.test(path)) return Origin.own;
  return roots.length === 0 || roots.some((root) => path.startsWith(root)) ? Origin.own : Origin.dependency;
}

/** A file: URL or path of any platform with forward slashes. */
export function pathOf(url: string): string {
  let path = url;
  if (url.startsWith('file://')) {
    path = url.slice('file://'.length);
    try {
      path = decodeURIComponent(path);
    } catch (error) {
      // a stray % in a hand-made URL: the text as it is serves
      if (!(error instanceof URIError)) throw error;
    }
    path = path.replace(/^\/([a-z]:)/i, '$1');
  }
  return path.replaceAll('\\', '/');
}

/** The package of a file in node_modules, else the last folder's name: what a colour stands for when there are no tools. */
export function packageOf(url: string): string {
  const path = pathOf(url);
  const inside = /^.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  return inside ? inside[1]! : path;
}
