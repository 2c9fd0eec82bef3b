import { findNodeAtLocation, getNodePath, getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { UserError } from '../../model/errors.ts';

/** Problems of several files, to be told all at once. */
export interface Problems {
  /** `offset`: 0-based, in characters; null for the file as a whole. */
  add(file: TextFile, offset: number | null, message: string): void;
  readonly count: number;
  /** @throws UserError `bad-argument` with `file:line:column` of each. */
  throwIfAny(): void;
}

export interface TextFile {
  path: string;
  text: string;
}

const mostToTell = 50;

export function createProblems(hint: string): Problems {
  // a value may be looked at twice; its problem is told once
  const found = new Map<string, { path: string; offset: number }>();
  return {
    add(file, offset, message) {
      const place = offset === null ? file.path : `${file.path}:${placeOf(file.text, offset)}`;
      found.set(`${place}: ${message}.`, { path: file.path, offset: offset ?? 0 });
    },
    get count() {
      return found.size;
    },
    throwIfAny() {
      if (found.size === 0) return;
      const sorted = [...found].sort(([, a], [, b]) => (a.path === b.path ? a.offset - b.offset : a.path < b.path ? -1 : 1)).map(([text]) => text);
      const more = sorted.length > mostToTell ? [`and ${sorted.length - mostToTell} more.`] : [];
      throw new UserError('bad-argument', [...sorted.slice(0, mostToTell), ...more].join('\n'), hint);
    },
  };
}

/** A value of a JSON file that knows its place and tells what is wrong with it. */
export interface Spot {
  readonly node: Node;
  readonly value: unknown;
  problem(message: string): null;
  /** Tells what is wrong with a value within, with its path in the file. */
  problemAt(within: (string | number)[], message: string): void;
  /** Members of an object, of two equal keys the last; null, and told, where it is none. Keys not `known` are told. */
  members(what: string, known?: readonly string[]): Map<string, Spot> | null;
  items(what: string): Spot[] | null;
  text(what: string): string | null;
  number(what: string, least: number): number | null;
}

/** Reads JSON with comments and trailing commas; null, and told, where it is none. */
export function readJson(file: TextFile, problems: Problems): Spot | null {
  const errors: ParseError[] = [];
  const root = parseTree(file.text, errors, { allowTrailingComma: true });
  const [first] = errors;
  // the first error causes most of the others
  if (first) problems.add(file, first.offset, `not valid JSON: ${printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}`);
  else if (!root) problems.add(file, null, 'the file is empty');
  return first || !root ? null : spot(root, file, problems);
}

function spot(node: Node, file: TextFile, problems: Problems): Spot {
  const problem = (message: string) => {
    problems.add(file, node.offset, message);
    return null;
  };
  return {
    node,
    problem,
    problemAt(within, message) {
      const inner = findNodeAtLocation(node, within) ?? node;
      problems.add(file, inner.offset, `${getNodePath(inner).join('.')}: ${message}`);
    },
    get value() {
      // its objects have no prototype; those of the rest of the house have one
      return JSON.parse(JSON.stringify(getNodeValue(node))) as unknown;
    },
    members(what, known) {
      if (node.type !== 'object') return problem(`${what} is an object`);
      const members = new Map<string, Spot>();
      for (const { children } of node.children ?? []) {
        const [key, value] = children as [Node, Node];
        const name = String(key.value);
        if (members.has(name)) problems.add(file, key.offset, `"${name}" is there twice`);
        if (known && !known.includes(name)) problems.add(file, key.offset, `"${name}" is not known here; there are ${known.filter((k) => k !== '$schema').join(', ')}`);
        members.set(name, spot(value, file, problems));
      }
      return members;
    },
    items(what) {
      if (node.type !== 'array') return problem(`${what} is a list`);
      return (node.children ?? []).map((child) => spot(child, file, problems));
    },
    text(what) {
      if (node.type === 'string' && node.value !== '') return String(node.value);
      return problem(`${what} is a text${node.type === 'string' ? ' that is not empty' : ''}`);
    },
    number(what, least) {
      const value: unknown = node.value;
      if (node.type === 'number' && typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
      return problem(`${what} is a number, ${least} or more`);
    },
  };
}

/** `line:column`, both from 1. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `${line}:${offset - before.lastIndexOf('\n')}`;
}
