import { createJsonScanner, JsonError } from './jsonScanner.ts';
import type { JsonVisitor, Wanted } from './jsonScanner.ts';
import { createNodeColumns } from './nodeColumns.ts';
import { float64List } from './numberList.ts';
import type { NumberList } from './numberList.ts';
import { createStringTable, decodeString } from './stringTable.ts';

/** A `.cpuprofile` as it stands in the file, in columns. Times in microseconds. */
export interface RawProfile {
  /** By number; 0 is the empty string. */
  strings: string[];
  /** Ids of the nodes, in file order; the columns below go with it. */
  id: Float64Array;
  /** Numbers of strings. */
  name: Int32Array;
  url: Int32Array;
  /** 0-based; -1 where the file has none. */
  line: Int32Array;
  column: Int32Array;
  hits: Float64Array;
  /** The ids of the children of node i are `children[childStart[i]..childEnd[i])`. */
  childStart: Int32Array;
  childEnd: Int32Array;
  children: Float64Array;
  startTime: number | null;
  endTime: number | null;
  /** Node ids; null in a profile that has hit counts only. */
  samples: Float64Array | null;
  timeDeltas: Float64Array | null;
  attribution: RawAttribution | null;
}

/** `_mcpProfiler`; see `CpuProfileAttribution` in src/model/profile.ts. */
export interface RawAttribution {
  requestOfSample: Float64Array;
  tools: string[];
  requests: Float64Array;
  toolOfRequest: Float64Array;
  clockOffsetUs: number;
}

/** The file cannot be shown: not JSON, or JSON of another shape. The message says what and where. */
export class ProfileError extends Error {
  override name = 'ProfileError';
}

export interface ProfileReader {
  push(chunk: Uint8Array): void;
  /** Throws ProfileError, as does `push`. */
  finish(): RawProfile;
}

type Place = 'top' | 'root' | 'nodes' | 'node' | 'frame' | 'numbers' | 'attribution' | 'tools';

/** What each key that we read should hold. Keys differ in (length, first letter), see `keyAt`. */
const expected = {
  root: { nodes: 'a list', samples: 'a list of numbers', timeDeltas: 'a list of numbers', startTime: 'a number', endTime: 'a number', _mcpProfiler: 'an object', head: null, traceEvents: null },
  node: { id: 'a number', callFrame: 'an object', hitCount: 'a number', children: 'a list of numbers' },
  frame: { functionName: 'a string', url: 'a string', lineNumber: 'a number', columnNumber: 'a number' },
  attribution: { requestOfSample: 'a list of numbers', tools: 'a list of strings', requests: 'a list of numbers', toolOfRequest: 'a list of numbers', clockOffsetUs: 'a number' },
} as const;
type Key = { [P in keyof typeof expected]: keyof (typeof expected)[P] }[keyof typeof expected];
const elements: Partial<Record<Place, string>> = { top: 'an object', nodes: 'an object', numbers: 'a number', tools: 'a string' };

const shapes = Object.values(expected).flatMap((of) => Object.keys(of)) as Key[];
const keyAt: (Key | undefined)[] = [];
for (const key of shapes) keyAt[key.length * 128 + key.charCodeAt(0)] = key;

/** Reads a profile from its bytes as they arrive. Nothing is kept per node but numbers in columns. */
export function createProfileReader(): ProfileReader {
  const strings = createStringTable();
  strings.intern(new Uint8Array(0), 0, 0, false);
  let nodes = createNodeColumns();
  let hasNodes = false;
  let samples: NumberList<Float64Array> | null = null;
  let timeDeltas: NumberList<Float64Array> | null = null;
  const times: Partial<Record<'startTime' | 'endTime', number>> = {};
  let attribution: ReturnType<typeof emptyAttribution> | null = null;
  let otherFormat: string | null = null;

  const places: Place[] = ['top'];
  let place: Place = 'top';
  let key: Key | null = null;
  /** Name of the list of numbers that is being read, for messages. */
  let list = '';

  function enter(next: Place): 'visit' {
    places.push(next);
    place = next;
    key = null;
    return 'visit';
  }

  function leave(): void {
    if (place === 'node' && Number.isNaN(nodes.id.data[nodes.count - 1])) fail(`nodes[${nodes.count - 1}] has no id`);
    places.pop();
    place = places.at(-1)!;
    key = null;
  }

  function fail(what: string): never {
    throw new ProfileError(`${what} (before byte ${scanner.offset().toLocaleString('en')}).`);
  }

  function expectation(): string | null | undefined {
    if (place in elements) return elements[place];
    return key === null ? null : (expected[place as keyof typeof expected] as Partial<Record<Key, string>>)[key];
  }

  /** A value of the wrong kind stands where we read one; what stands elsewhere is none of our business. */
  function checkUnwanted(): 'skip' {
    const should = expectation();
    if (should == null) return 'skip';
    const node = `nodes[${nodes.count - 1}]`;
    const path: Record<Place, string> = {
      top: 'the file', root: key ?? '', nodes: `nodes[${nodes.count}]`, node: `${node}.${key ?? ''}`, frame: `${node}.callFrame.${key ?? ''}`,
      numbers: `a value of ${list}`, attribution: `_mcpProfiler.${key ?? ''}`, tools: 'a value of _mcpProfiler.tools',
    };
    return fail(`${path[place]} should be ${should}`);
  }

  function numbersOf(name: string, into: NumberList<Float64Array>): NumberList<Float64Array> {
    enter('numbers');
    list = name;
    return into;
  }

  const visitor: JsonVisitor = {
    startObject(): Wanted {
      if (place === 'nodes') {
        nodes.add();
        return enter('node');
      }
      if (place === 'node' && key === 'callFrame') {
        nodes.resetFrame();
        return enter('frame');
      }
      if (place === 'top') return enter('root');
      if (place === 'root' && key === '_mcpProfiler') {
        attribution = emptyAttribution();
        return enter('attribution');
      }
      if (place === 'root' && key === 'head') otherFormat = key;
      return checkUnwanted();
    },
    startArray(): Wanted {
      if (place === 'node' && key === 'children') {
        nodes.set('childStart', nodes.children.length);
        return numbersOf(`nodes[${nodes.count - 1}].children`, nodes.children);
      }
      if (place === 'root' && key === 'nodes') {
        nodes = createNodeColumns();
        hasNodes = true;
        return enter('nodes');
      }
      if (place === 'root' && key === 'samples') return numbersOf(key, (samples = float64List()));
      if (place === 'root' && key === 'timeDeltas') return numbersOf(key, (timeDeltas = float64List()));
      if (place === 'attribution' && (key === 'requestOfSample' || key === 'requests' || key === 'toolOfRequest')) {
        return numbersOf(`_mcpProfiler.${key}`, (attribution![key] = float64List()));
      }
      if (place === 'attribution' && key === 'tools') {
        attribution!.tools = [];
        return enter('tools');
      }
      if (place === 'root' && key === 'traceEvents') otherFormat = key;
      return checkUnwanted();
    },
    endObject: leave,
    endArray() {
      leave();
      if (place === 'node') nodes.set('childEnd', nodes.children.length);
    },
    key(bytes, start, end, escaped) {
      key = knownKey(bytes, start, end, escaped);
    },
    string(bytes, start, end, escaped) {
      if (place === 'frame' && (key === 'functionName' || key === 'url')) {
        nodes.set(key === 'url' ? 'url' : 'name', strings.intern(bytes, start, end, escaped));
      } else if (place === 'tools') attribution!.tools.push(decodeString(bytes, start, end, escaped));
      else checkUnwanted();
    },
    number(value) {
      if (place === 'node' && key === 'id') nodes.set('id', value);
      else if (place === 'node' && key === 'hitCount') nodes.set('hits', value);
      else if (place === 'frame' && key === 'lineNumber') nodes.set('line', value);
      else if (place === 'frame' && key === 'columnNumber') nodes.set('column', value);
      else if (place === 'root' && (key === 'startTime' || key === 'endTime')) times[key] = value;
      else if (place === 'attribution' && key === 'clockOffsetUs') attribution!.clockOffsetUs = value;
      else checkUnwanted();
    },
    literal(value) {
      // null stands for "not there" wherever something may be missing
      if (value !== null || place === 'numbers' || place === 'tools' || place === 'nodes' || place === 'top' || key === 'id' || key === 'callFrame' || key === 'nodes') checkUnwanted();
      else if (place === 'root' && key === 'samples') samples = null;
      else if (place === 'root' && key === 'timeDeltas') timeDeltas = null;
      else if (place === 'root' && key === '_mcpProfiler') attribution = null;
    },
  };
  const scanner = createJsonScanner(visitor);

  function finished(): RawProfile {
    if (!hasNodes && otherFormat === 'head') throw new ProfileError('This is a heap profile, or a CPU profile of Chrome before 58: it has "head" instead of "nodes".');
    if (!hasNodes && otherFormat === 'traceEvents') throw new ProfileError('This is a Chrome trace, not a CPU profile.');
    if (nodes.count === 0) throw new ProfileError('This is not a CPU profile: it has no nodes.');
    return {
      strings: strings.strings,
      id: nodes.id.take(),
      name: nodes.name.take(),
      url: nodes.url.take(),
      line: nodes.line.take(),
      column: nodes.column.take(),
      hits: nodes.hits.take(),
      childStart: nodes.childStart.take(),
      childEnd: nodes.childEnd.take(),
      children: nodes.children.take(),
      startTime: times.startTime ?? null,
      endTime: times.endTime ?? null,
      samples: samples?.take() ?? null,
      timeDeltas: timeDeltas?.take() ?? null,
      attribution: attribution && {
        ...attribution,
        requestOfSample: attribution.requestOfSample.take(),
        requests: attribution.requests.take(),
        toolOfRequest: attribution.toolOfRequest.take(),
      },
    };
  }

  return {
    push: (chunk) => readable(() => scanner.push(chunk)),
    finish: () => {
      readable(() => scanner.finish());
      return finished();
    },
  };
}

function emptyAttribution(): { requestOfSample: NumberList<Float64Array>; requests: NumberList<Float64Array>; toolOfRequest: NumberList<Float64Array>; tools: string[]; clockOffsetUs: number } {
  return { requestOfSample: float64List(), requests: float64List(), toolOfRequest: float64List(), tools: [], clockOffsetUs: 0 };
}

function knownKey(bytes: Uint8Array, start: number, end: number, escaped: boolean): Key | null {
  if (escaped) {
    const text = decodeString(bytes, start, end, true) as Key;
    return shapes.includes(text) ? text : null;
  }
  const candidate = keyAt[(end - start) * 128 + (bytes[start]! & 127)];
  if (candidate === undefined) return null;
  for (let i = 0; i < candidate.length; i++) if (candidate.charCodeAt(i) !== bytes[start + i]) return null;
  return candidate;
}

function readable(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof JsonError) throw new ProfileError(`This is not valid JSON: ${error.message}.`);
    throw error;
  }
}
