import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { parse as parseToml, TomlError } from 'smol-toml';
import type { ConfigProblem } from '../model/server.ts';
import { placeOf, type ConfigFile } from './configFile.ts';

/** A value of a configuration file that knows its place, whatever the file's language. */
export interface ConfigValue {
  readonly value: unknown;
  /** 0-based place of its key, or of itself in a list. */
  readonly at: { line: number; column: number };
  /** Members of an object; null for all else. */
  members(): [string, ConfigValue][] | null;
  member(key: string): ConfigValue | undefined;
}

/** JSON with comments and trailing commas. What can be read of a broken file is returned beside its problems. */
export function parseJson({ path, text }: ConfigFile, problems: ConfigProblem[]): ConfigValue | null {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  // the first error causes most of the others
  const [first] = errors;
  if (first && text.trim() !== '') problems.push({ file: path, ...placeOf(text, first.offset), message: `Not valid JSON: ${sayError(first)}.` });
  return root ? jsonValue(root, text, root.offset) : null;
}

export function parseTomlFile({ path, text }: ConfigFile, problems: ConfigProblem[]): ConfigValue | null {
  try {
    return tomlValue(parseToml(text), text.split('\n'), []);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [summary] = error.message.split('\n');
    problems.push({ file: path, line: error.line - 1, column: error.column - 1, message: `Not valid TOML: ${summary!.replace(/^Invalid TOML document: /, '')}.` });
    return null;
  }
}

function jsonValue(node: Node, text: string, offset: number): ConfigValue {
  const members = () => {
    if (node.type !== 'object') return null;
    // half a member is what the parser makes of a broken file
    const whole = (node.children ?? []).filter((m) => m.children?.length === 2);
    // of two equal keys the last counts
    return [...new Map(whole.map(({ children }): [string, ConfigValue] => [String(children![0]!.value), jsonValue(children![1]!, text, children![0]!.offset)]))];
  };
  return {
    get value(): unknown {
      return getNodeValue(node) as unknown;
    },
    get at() {
      return placeOf(text, offset);
    },
    members,
    member: (key) => members()?.find(([name]) => name === key)?.[1],
  };
}

function tomlValue(value: unknown, lines: string[], path: string[]): ConfigValue {
  const members = () => (isTable(value) ? Object.entries(value).map(([key, v]): [string, ConfigValue] => [key, tomlValue(v, lines, [...path, key])]) : null);
  return {
    value,
    get at() {
      return { line: findTomlKey(lines, path), column: 0 };
    },
    members,
    member: (key) => (isTable(value) && Object.hasOwn(value, key) ? tomlValue(value[key], lines, [...path, key]) : undefined),
  };
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The parser keeps no places, so the table's header, or the last key of the path below its header, is looked for. */
function findTomlKey(lines: string[], path: string[]): number {
  let table: string[] = [];
  let best = 0;
  let bestDepth = 0;
  for (const [i, line] of lines.entries()) {
    const header = /^\s*\[\[?([^\]]+)\]\]?/.exec(line);
    const key = header ? null : /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line);
    if (header) table = splitKey(header[1]!);
    const here = key ? [...table, ...splitKey(key[1]!)] : header ? table : [];
    const depth = here.findIndex((part, n) => part !== path[n]);
    const shared = Math.min(depth < 0 ? here.length : depth, path.length);
    if (shared > bestDepth) [best, bestDepth] = [i, shared];
  }
  return best;
}

const splitKey = (key: string) => [...key.matchAll(/"([^"]*)"|'([^']*)'|[\w-]+/g)].map((m) => m[1] ?? m[2] ?? m[0]);

function sayError({ error }: ParseError): string {
  const words = printParseErrorCode(error).replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.toLowerCase();
}
