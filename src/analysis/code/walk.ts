import type { Language as Grammar, Node } from '@vscode/tree-sitter-wasm';
import type { Expr, Fact, Span, Suppression } from './summary.ts';
import type { RuleVisitors, SourceFile, Visitors, VisitContext } from './syntax.ts';

/**
 * A syntax tree as arrays, in the order of the text: node 0 is the root, the first child of `i` is `i + 1` where that is
 * below `after[i]`, the next sibling of `i` is `after[i]`. Every access to a tree-sitter node crosses into WebAssembly
 * (0.1 µs and more); so each node is visited once, by a cursor, and everything else works on these.
 */
export interface FlatTree {
  size: number;
  /** The grammar's name of the node; a token that was asked for has quotes around it (`"async"`), `await` and `"await"` being two things. */
  type: string[];
  /** Name of the field that it is in, or `''`. */
  field: string[];
  /** Offsets in UTF-16 units, which this build of tree-sitter gives in `startIndex`, too. */
  start: Int32Array;
  end: Int32Array;
  /** Index behind the last descendant. */
  after: Int32Array;
  /** -1 for the root. */
  parent: Int32Array;
  /** The nodes that visitors wait for. */
  nodes: Map<number, Node>;
  /** ERROR and MISSING nodes. */
  errors: number;
}

export interface FlatOptions {
  /** Tokens to keep; all others (punctuation, keywords) are left out. */
  tokens: readonly string[];
  /** Named nodes whose children nobody wants to see (strings, template types). */
  leaves: readonly string[];
}

const skip = 0;
const leaf = 1;
const inner = 2;

interface Table {
  names: string[];
  fields: string[];
  action: Uint8Array;
}

/** The function that makes a tree flat; its tables are built once per grammar. */
export function flattener(options: FlatOptions): (source: SourceFile, visited: ReadonlySet<string>) => FlatTree {
  const tables = new WeakMap<Grammar, Table>();
  return (source, visited) => {
    const grammar = source.tree.language;
    let table = tables.get(grammar);
    if (!table) tables.set(grammar, (table = tableOf(grammar, options)));
    return flatten(source, table, visited);
  };
}

function tableOf(grammar: Grammar, options: FlatOptions): Table {
  const tokens = new Set(options.tokens);
  const leaves = new Set(options.leaves);
  const names: string[] = [];
  const action = new Uint8Array(grammar.nodeTypeCount);
  for (let id = 0; id < grammar.nodeTypeCount; id++) {
    const name = grammar.nodeTypeForId(id) ?? '';
    const named = grammar.nodeTypeIsNamed(id);
    names.push(interned(named ? name : `"${name}"`));
    action[id] = named ? (leaves.has(name) ? leaf : inner) : tokens.has(name) ? leaf : skip;
  }
  return { names, fields: grammar.fields.map((name) => interned(name ?? '')), action };
}

/** Names of properties are unique in memory: comparing one with a literal is comparing pointers. */
const interned = (name: string) => Object.keys({ [name]: true })[0]!;

function flatten(source: SourceFile, table: Table, visited: ReadonlySet<string>): FlatTree {
  const root = source.tree.rootNode;
  const broken = root.hasError;
  const capacity = root.descendantCount;
  const type = new Array<string>(capacity);
  const field = new Array<string>(capacity);
  const [start, end, after, parent] = [new Int32Array(capacity), new Int32Array(capacity), new Int32Array(capacity), new Int32Array(capacity)];
  const nodes = new Map<number, Node>();
  const { names, fields, action } = table;
  const cursor = source.tree.walk();
  let size = 0;
  let errors = 0;
  let above = -1;
  for (;;) {
    const id = cursor.nodeTypeId;
    // ERROR has an id outside of the grammar's
    const todo = id < action.length ? action[id]! : inner;
    if (broken && (id >= action.length || cursor.nodeIsMissing)) errors++;
    if (todo !== skip) {
      const at = size++;
      const name = id < action.length ? names[id]! : 'ERROR';
      type[at] = name;
      field[at] = fields[cursor.currentFieldId] ?? '';
      start[at] = cursor.startIndex;
      end[at] = cursor.endIndex;
      parent[at] = above;
      if (visited.has(name)) nodes.set(at, cursor.currentNode);
      if (todo === inner && cursor.gotoFirstChild()) {
        above = at;
        continue;
      }
      after[at] = size;
    }
    while (above >= 0 && !cursor.gotoNextSibling()) {
      cursor.gotoParent();
      after[above] = size;
      above = parent[above]!;
    }
    if (above < 0) break;
  }
  cursor.delete();
  return { size, type, field, start, end, after, parent, nodes, errors };
}

/** The flat index of a node, or -1 for one that was left out. */
export function indexOf(tree: Pick<FlatTree, 'type' | 'start' | 'end' | 'size'>, node: Node): number {
  const [from, to, type] = [node.startIndex, node.endIndex, node.type];
  let low = 0;
  for (let high = tree.size; low < high; ) {
    const middle = (low + high) >> 1;
    if (tree.start[middle]! < from) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < tree.size && tree.start[at] === from; at++) if (tree.end[at] === to && tree.type[at] === type) return at;
  return -1;
}

/** Makes spans of offsets; lines end at `\n`, as they do for tree-sitter. */
export function spanMaker(text: string): (start: number, end: number) => Span {
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  const lineOf = (offset: number) => {
    let low = 0;
    for (let high = lines.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return (start, end) => {
    const line = lineOf(start);
    const endLine = end < (lines[line + 1] ?? Infinity) ? line : lineOf(end);
    return { start, end, line: line + 1, column: start - lines[line]!, endLine: endLine + 1, endColumn: end - lines[endLine]! };
  };
}

const suppression = /mcp-profiler-disable-(next-)?line\b(?:[ \t]+(?!--)([\w\-, \t]*?))?(?:[ \t]+--[ \t]*(.*?))?[ \t]*(?:\*\/)?$/m;

/** What a comment suppresses, markers included in its text; null for any other comment. */
export function suppressionOf(comment: string, span: Span): Suppression | null {
  if (!comment.includes('mcp-profiler-disable-')) return null;
  const match = suppression.exec(comment);
  if (!match) return null;
  const rules = (match[2] ?? '').split(/[\s,]+/).filter((rule) => rule !== '');
  return { line: match[1] ? span.endLine + 1 : span.line, rules, reason: match[3] === undefined || match[3] === '' ? null : match[3], span };
}

/** Calls the rules' visitors; made for one file. */
export interface Dispatcher {
  /** Node types that some rule waits for. */
  visited: ReadonlySet<string>;
  /** Everything that was noted. */
  facts: Fact[];
  /** To be called on entering the node `at` of the tree, in the order of the text. */
  enter(tree: FlatTree, at: number, inFunction: number): void;
}

export function dispatcher(
  source: SourceFile,
  rules: RuleVisitors,
  language: 'typescript' | 'python',
  look: { expr: (node: Node) => Expr; span: (node: Node) => Span },
): Dispatcher {
  const byType = new Map<string, { rule: string; visit: NonNullable<Visitors[string]> }[]>();
  for (const [rule, visitors] of rules) {
    for (const [type, visit] of Object.entries(visitors[language] ?? {})) {
      if (!visit) continue;
      const list = byType.get(type);
      if (list) list.push({ rule, visit });
      else byType.set(type, [{ rule, visit }]);
    }
  }
  const facts: Fact[] = [];
  return {
    visited: new Set(byType.keys()),
    facts,
    enter(tree, at, inFunction) {
      const node = tree.nodes.get(at);
      if (!node) return;
      for (const { rule, visit } of byType.get(tree.type[at]!)!) {
        const context: VisitContext = {
          source,
          function: inFunction,
          expr: look.expr,
          span: look.span,
          fact: (place, data) => void facts.push({ rule, function: inFunction, span: 'startIndex' in place ? look.span(place) : place, data }),
        };
        visit(node, context);
      }
    },
  };
}
