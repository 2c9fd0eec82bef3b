import assert from 'node:assert/strict';
import { createJsonScanner, JsonError } from '../../webview/flame/parse/jsonScanner.ts';
import type { JsonVisitor } from '../../webview/flame/parse/jsonScanner.ts';
import { createProfileReader, ProfileError } from '../../webview/flame/parse/profileReader.ts';
import { decodeString } from '../../webview/flame/parse/stringTable.ts';
import { seeded } from './support/seeded.ts';

const encoder = new TextEncoder();

describe('flame: JSON scanner', () => {
  it('reads what JSON.parse reads, whatever the chunks', () => {
    const random = seeded(1);
    for (let i = 0; i < 600; i++) {
      const text = jsonText(random, 0);
      assert.deepEqual(scanned(text, random), JSON.parse(text), text);
    }
  });

  it('refuses what JSON.parse refuses, and nothing else', () => {
    const random = seeded(2);
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      // a surrogate that was cut from its other half is no text that a file can hold
      const text = damaged(jsonText(random, 0), random).toWellFormed();
      let expected: unknown;
      try {
        expected = { value: JSON.parse(text) as unknown };
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
        refused++;
        assert.throws(() => scanned(text, random), JsonError, `taken: ${text}`);
        continue;
      }
      assert.deepEqual({ value: scanned(text, random) }, expected, text);
    }
    assert.ok(refused > 500 && refused < 3900, `${refused} of 4000 were damaged for good`);
  });

  it('says where the text is wrong', () => {
    const random = seeded(3);
    const cases: [string, number][] = [['{"a": 1,}', 8], ['[1, 2, tru3]', 10], ['{"a" 1}', 5], ['[01]', 1], ['[1] x', 4], ['["a\u0001"]', 3]];
    for (const [text, offset] of cases) assert.throws(() => scanned(text, random), (e: unknown) => e instanceof JsonError && e.offset === offset, text);
  });

  it('takes a string that is longer than its chunks', () => {
    const long = 'x'.repeat(1 << 20);
    const bytes = encoder.encode(JSON.stringify([long]));
    let read = 0;
    const scanner = createJsonScanner(collector((value) => (read = (value as string[])[0]!.length)));
    for (let at = 0; at < bytes.length; at += 512) scanner.push(bytes.subarray(at, at + 512));
    scanner.finish();
    assert.equal(read, long.length);
  });
});

describe('flame: profile reader', () => {
  it('reads what a plain reading of JSON.parse gives, whatever the order of keys, the spaces and what is unknown', () => {
    const random = seeded(4);
    for (let i = 0; i < 200; i++) {
      const profile = randomProfile(random);
      const text = written(profile, random);
      assert.deepEqual(plain(JSON.parse(text) as RawJson), columns(text, random));
    }
  });

  it('says what is missing or of the wrong kind, and where', () => {
    const node = '{"id":1,"callFrame":{"functionName":"a"}}';
    const cases: [string, RegExp][] = [
      ['', /empty/],
      ['{"nodes":[', /ends too early/],
      ['[]', /the file should be an object/],
      ['{}', /no nodes/],
      ['{"nodes":[]}', /no nodes/],
      ['{"nodes":{}}', /nodes should be a list/],
      ['{"nodes":[{"callFrame":{}}]}', /nodes\[0\] has no id/],
      [`{"nodes":[${node},7]}`, /nodes\[1\] should be an object/],
      ['{"nodes":[{"id":"1"}]}', /nodes\[0\]\.id should be a number/],
      ['{"nodes":[{"id":1,"callFrame":{"url":3}}]}', /nodes\[0\]\.callFrame\.url should be a string/],
      [`{"nodes":[${node}],"samples":[1,"2"]}`, /a value of samples should be a number/],
      [`{"nodes":[${node}],"samples":{}}`, /samples should be a list of numbers/],
      [`{"nodes":[${node}],"_mcpProfiler":{"tools":[1]}}`, /_mcpProfiler\.tools should be a string/],
      ['{"head":{"children":[]}}', /heap profile/],
      ['{"traceEvents":[]}', /Chrome trace/],
      ['{"nodes":[{"id":1}]', /ends too early/],
      ['nodes', /unexpected/],
    ];
    for (const [text, message] of cases) {
      assert.throws(() => {
        const reader = createProfileReader();
        reader.push(encoder.encode(text));
        reader.finish();
      }, (e: unknown) => e instanceof ProfileError && message.test(e.message), `${text}: ${message}`);
    }
  });
});

// --- a reading by events, back to a value

function collector(done: (value: unknown) => void): JsonVisitor {
  const stack: { value: unknown[] | Record<string, unknown>; key: string }[] = [];
  const put = (value: unknown): void => {
    const top = stack.at(-1);
    if (!top) done(value);
    else if (Array.isArray(top.value)) top.value.push(value);
    else Object.defineProperty(top.value, top.key, { value, writable: true, enumerable: true, configurable: true });
  };
  return {
    startObject() {
      stack.push({ value: {}, key: '' });
      return 'visit';
    },
    startArray() {
      stack.push({ value: [], key: '' });
      return 'visit';
    },
    endObject: () => put(stack.pop()!.value),
    endArray: () => put(stack.pop()!.value),
    key: (b, s, e, escaped) => (stack.at(-1)!.key = decodeString(b, s, e, escaped)),
    string: (b, s, e, escaped) => put(decodeString(b, s, e, escaped)),
    number: put,
    literal: put,
  };
}

function scanned(text: string, random: () => number): unknown {
  let value: unknown;
  const scanner = createJsonScanner(collector((v) => (value = v)));
  for (const chunk of chunks(text, random)) scanner.push(chunk);
  scanner.finish();
  return value;
}

function chunks(text: string, random: () => number): Uint8Array[] {
  const bytes = encoder.encode(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const to = at + 1 + Math.floor(random() * random() * 40);
    parts.push(bytes.slice(at, to));
    at = to;
  }
  return parts;
}

// --- random text

const pick = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const space = (random: () => number): string => (random() < 0.7 ? '' : pick(random, [' ', '\n', '\t', '\r\n', '  ']));

function stringText(random: () => number): string {
  const parts = Array.from({ length: Math.floor(random() * 6) }, () => pick(random, ['a', 'Z9', 'é', '→', '😀', '\\n', '\\"', '\\\\', '\\u0041', '\\ud83d\\ude00', '\\u20AC', '\\/', ' ', '{', ']', ',', ':']));
  return `"${parts.join('')}"`;
}

function numberText(random: () => number): string {
  return pick(random, ['0', '-0', '1', '-17', '3.25', '1e3', '2E-2', '-1.5e+2', '123456789012345', '1234567890123456789', '0.1', String(Math.floor(random() * 1e6))]);
}

function jsonText(random: () => number, depth: number): string {
  const s = (): string => space(random);
  const kind = random();
  if (depth < 4 && kind < 0.25) return `${s()}{${Array.from({ length: Math.floor(random() * 4) }, () => `${s()}${stringText(random)}${s()}:${jsonText(random, depth + 1)}`).join(',')}${s()}}${s()}`;
  if (depth < 4 && kind < 0.55) return `${s()}[${Array.from({ length: Math.floor(random() * 5) }, () => jsonText(random, depth + 1)).join(',')}${s()}]${s()}`;
  return s() + (kind < 0.75 ? numberText(random) : kind < 0.9 ? stringText(random) : pick(random, ['true', 'false', 'null'])) + s();
}

function damaged(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const what = random();
  if (what < 0.3) return text.slice(0, at) + text.slice(at + 1);
  if (what < 0.6) return text.slice(0, at) + pick(random, ['"', ',', ':', '{', '}', '[', ']', '0', '-', 'e', '.', '\\', 't', '\u0001', ' ']) + text.slice(at);
  return what < 0.8 ? text.slice(0, at) : text + pick(random, ['}', ']', ',', '1', ' ', '"']);
}

// --- random profiles

interface RawJson {
  nodes: { id: number; callFrame?: { functionName?: string; url?: string; lineNumber?: number | null; columnNumber?: number }; hitCount?: number; children?: number[] | null }[];
  startTime?: number;
  endTime?: number;
  samples?: number[] | null;
  timeDeltas?: number[];
  _mcpProfiler?: { requestOfSample: number[]; tools: string[]; requests: number[]; toolOfRequest: number[]; clockOffsetUs: number };
}

function randomProfile(random: () => number): RawJson {
  const count = 1 + Math.floor(random() * 8);
  const maybe = <T>(value: T): T | undefined => (random() < 0.8 ? value : undefined);
  const names = ['(root)', 'load', 'é"\\', '', 'näme\n'];
  const numbers = (n: number, to: number): number[] => Array.from({ length: n }, () => pick(random, [Math.floor(random() * to), -3, 1.5, 2e5, 1234567890123456789]));
  const samples = Math.floor(random() * 9);
  const profile: Record<string, unknown> = {
    nodes: Array.from({ length: count }, (_, i) => ({
      id: i * 3 + 1, hitCount: maybe(i), children: maybe(random() < 0.1 ? null : numbers(Math.floor(random() * 4), 20)), deoptReason: 'x', positionTicks: [{ line: 3, ticks: [{}, 2] }],
      callFrame: maybe({ functionName: maybe(pick(random, names)), scriptId: '7', url: maybe(pick(random, ['', 'file:///a/b.js', 'node:fs'])), lineNumber: maybe(random() < 0.1 ? null : i), columnNumber: maybe(2) }),
    })),
    startTime: maybe(1e9), endTime: maybe(2.5e9), samples: maybe(random() < 0.1 ? null : numbers(samples, 20)), timeDeltas: maybe(numbers(samples, 999)),
    _mcpProfiler: random() < 0.5 ? { version: 1, requestOfSample: numbers(samples, 5), tools: ['a', 'b→'], requests: [1, 2], toolOfRequest: [0, 1], clockOffsetUs: -5.5 } : undefined,
    meta: { nodes: [1, { samples: 'no' }], id: 7 }, $vscode: [[[]]],
  };
  return profile as unknown as RawJson;
}

/** JSON with keys in any order, spaces, and now and then a letter of a key or string escaped. */
function written(value: unknown, random: () => number): string {
  const s = (): string => space(random);
  const text = (t: string): string => JSON.stringify(t).replace(/[a-z]/g, (c, at: number, all: string) => (random() < 0.03 && all[at - 1] !== '\\' ? `\\u00${c.charCodeAt(0).toString(16)}` : c));
  if (Array.isArray(value)) return `[${s()}${value.map((v) => written(v, random)).join(`${s()},${s()}`)}${s()}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => [random(), k, v] as const).sort((a, b) => a[0] - b[0]);
    return `{${s()}${entries.map(([, k, v]) => `${text(k)}${s()}:${s()}${written(v, random)}`).join(`${s()},${s()}`)}${s()}}`;
  }
  return typeof value === 'string' ? text(value) : typeof value === 'number' && random() < 0.2 ? value.toExponential() : JSON.stringify(value);
}

function plain(json: RawJson): object {
  return {
    nodes: json.nodes.map((n) => [n.id, n.callFrame?.functionName ?? '', n.callFrame?.url ?? '', n.callFrame?.lineNumber ?? -1, n.callFrame?.columnNumber ?? -1, n.hitCount ?? 0, n.children ?? []]),
    startTime: json.startTime ?? null, endTime: json.endTime ?? null, samples: json.samples ?? null, timeDeltas: json.timeDeltas ?? null,
    attribution: json._mcpProfiler ? [json._mcpProfiler.requestOfSample, json._mcpProfiler.tools, json._mcpProfiler.requests, json._mcpProfiler.toolOfRequest, json._mcpProfiler.clockOffsetUs] : null,
  };
}

function columns(text: string, random: () => number): object {
  const reader = createProfileReader();
  for (const chunk of chunks(text, random)) reader.push(chunk);
  const p = reader.finish();
  const list = (a: ArrayLike<number> | null): number[] | null => a && Array.from(a);
  return {
    nodes: Array.from(p.id, (id, i) => [id, p.strings[p.name[i]!], p.strings[p.url[i]!], p.line[i], p.column[i], p.hits[i], [...p.children.subarray(p.childStart[i], p.childEnd[i])]]),
    startTime: p.startTime, endTime: p.endTime, samples: list(p.samples), timeDeltas: list(p.timeDeltas),
    attribution: p.attribution && [list(p.attribution.requestOfSample), p.attribution.tools, list(p.attribution.requests), list(p.attribution.toolOfRequest), p.attribution.clockOffsetUs],
  };
}
