import type { Language as Grammar } from '@vscode/tree-sitter-wasm';
import { groupBy } from '../../model/groupBy.ts';
import { linesIn } from './lines.ts';
import type { Expr, Fact, Span, Suppression } from './summary.ts';
import type { RuleVisitors, SourceFile, Visitors, VisitContext } from './syntax.ts';
import { SyntaxNode } from './syntaxNode.ts';

/**
 * A syntax tree as arrays, in the order of the text: node 0 is the root, the first child of `i` is `i + 1` where that is
 * below `after[i]`, the next sibling of `i` is `after[i]`. Every access to a tree-sitter node crosses into WebAssembly
 * (0.1 µs and more); so each node is visited once, by a cursor, and everything else works on these.
 */
export interface FlatTree {
  /** Nodes; the arrays may be longer, with anything behind these. */
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
  /** ERROR and MISSING nodes. */
  errors: number;
}

/** The flat tree of a file that is open, as it was before anybody mended it, with what the next one needs to take over from it. */
export interface KeptTree extends Omit<FlatTree, 'errors'> {
  /** Of larger nodes without errors, tree-sitter's id: the same in the next tree where it has kept the node. 0 for all others. */
  nodeId: Int32Array;
  /** The tree before this one, which nobody needs any more: room for the next one. */
  spare: KeptTree | null;
}

/** To take over smaller nodes is no quicker than to walk through them. */
const leastTakenOver = 16;

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
export function flattener(options: FlatOptions): (source: SourceFile) => FlatTree {
  const tables = new WeakMap<Grammar, Table>();
  return (source) => {
    const grammar = source.tree.language;
    let table = tables.get(grammar);
    if (!table) tables.set(grammar, (table = tableOf(grammar, options)));
    return flatten(source, table);
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

/** Nodes of a file that is not open, whose tree is gone before that of the next is made; a larger file has arrays of its own, so that no room for it stays. */
const sharedRoom = 1 << 15;
let shared: Room | null = null;

type Room = Omit<FlatTree, 'size' | 'errors'>;

function newRoom(nodes: number, isOpen: boolean): Room {
  // what is typed needs some more the next time
  if (isOpen) return roomFor(nodes + (nodes >> 3));
  return nodes > sharedRoom ? roomFor(nodes) : (shared ??= roomFor(sharedRoom));
}

const roomFor = (nodes: number): Room => ({
  ...{ type: new Array<string>(nodes), field: new Array<string>(nodes) },
  ...{ start: new Int32Array(nodes), end: new Int32Array(nodes), after: new Int32Array(nodes), parent: new Int32Array(nodes) },
});

function flatten(source: SourceFile, table: Table): FlatTree {
  const root = source.tree.rootNode;
  const broken = root.hasError;
  const capacity = root.descendantCount;
  const before = source.open?.before ?? null;
  const spare = before && before.spare && before.spare.type.length >= capacity ? before.spare : null;
  const { type, field, start, end, after, parent } = spare ?? newRoom(capacity, source.open !== undefined);
  const nodeId = spare ? spare.nodeId.fill(0) : source.open ? new Int32Array(type.length) : null;
  const places = before && placesOf(before);
  const { names, fields, action } = table;
  const cursor = source.tree.walk();
  let size = 0;
  let errors = 0;
  let above = -1;
  const errorsBefore: number[] = [];
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
      const old = places && todo === inner && end[at] - start[at] >= leastTakenOver ? (places.get(cursor.nodeId) ?? -1) : -1;
      if (old > 0 && before!.type[old] === name) {
        takeOver(before!, old, at);
        size += before!.after[old]! - old - 1;
      } else if (todo === inner && cursor.gotoFirstChild()) {
        above = at;
        errorsBefore.push(errors);
        continue;
      }
      after[at] = size;
    }
    while (above >= 0 && !cursor.gotoNextSibling()) {
      cursor.gotoParent();
      after[above] = size;
      const isWhole = errorsBefore.pop() === errors;
      if (nodeId && isWhole && size - above >= leastTakenOver) nodeId[above] = cursor.nodeId;
      above = parent[above]!;
    }
    if (above < 0) break;
  }
  cursor.delete();
  const tree = { size, type, field, start, end, after, parent, errors };
  if (before) before.spare = null;
  if (source.open && nodeId) source.open.now = { size, type, field, start, end, after, parent, nodeId, spare: before };
  return tree;

  /** Of a node that tree-sitter has kept, all below it. */
  function takeOver(from: KeptTree, old: number, at: number): void {
    const [by, shift] = [at - old, start[at]! - from.start[old]!];
    nodeId![at] = from.nodeId[old]!;
    for (let i = old + 1; i < from.after[old]!; i++) {
      const to = i + by;
      type[to] = from.type[i]!;
      field[to] = from.field[i]!;
      start[to] = from.start[i]! + shift;
      end[to] = from.end[i]! + shift;
      after[to] = from.after[i]! + by;
      parent[to] = from.parent[i]! + by;
      nodeId![to] = from.nodeId[i]!;
    }
  }
}

/** Where the nodes are that have an id. */
function placesOf({ nodeId, size }: KeptTree): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let at = 0; at < size; at++) if (nodeId[at] !== 0) places.set(nodeId[at]!, at);
  return places;
}

const suppression = /mcp-profiler-disable-(next-)?line\b(?:[ \t]+(?!--)([\w\-, \t]*?))?(?:[ \t]+--[ \t]*(.*?))?[ \t]*(?:\*\/)?$/m;

/** What the comment at a place suppresses, markers included; null for any other comment. */
export function suppressionOf(text: string, span: Span): Suppression | null {
  const comment = text.slice(span.start, span.end);
  if (!comment.includes('mcp-profiler-disable-')) return null;
  const match = suppression.exec(comment);
  if (!match) return null;
  const rules = (match[2] ?? '').split(/[\s,]+/).filter((rule) => rule !== '');
  const { line, endLine } = linesIn(text)(span);
  return { line: match[1] ? endLine + 1 : line, rules, reason: match[3] === undefined || match[3] === '' ? null : match[3], span };
}

/** Calls the rules' visitors; made for one file. */
export interface Dispatcher {
  /** Everything that was noted. */
  facts: Fact[];
  /** To be called on entering the node `at` of the tree, in the order of the text. */
  enter(tree: FlatTree, at: number, inFunction: number): void;
}

type VisitsByType = ReadonlyMap<string, readonly { rule: string; visit: NonNullable<Visitors[string]> }[]>;

const tables = new WeakMap<RuleVisitors, Partial<Record<'typescript' | 'python', VisitsByType>>>();

function visitsByType(rules: RuleVisitors, language: 'typescript' | 'python'): VisitsByType {
  let ofRules = tables.get(rules);
  if (!ofRules) tables.set(rules, (ofRules = {}));
  return (ofRules[language] ??= groupBy(
    [...rules].flatMap(([rule, visitors]) => Object.entries(visitors[language] ?? {}).flatMap(([type, visit]) => (visit ? [{ type, rule, visit }] : []))),
    ({ type }) => type,
  ));
}

export function dispatcher(source: SourceFile, rules: RuleVisitors, language: 'typescript' | 'python', look: { expr: (at: number) => Expr; span: (at: number) => Span }): Dispatcher {
  const byType = visitsByType(rules, language);
  const facts: Fact[] = [];
  let of = '';
  // one for all nodes: whoever looks at it does so while its node is visited
  const context: VisitContext = {
    source,
    function: 0,
    expr: ({ id }) => look.expr(id),
    span: ({ id }) => look.span(id),
    fact: (place, data) => void facts.push({ rule: of, function: context.function, span: place instanceof SyntaxNode ? look.span(place.id) : place, data }),
  };
  return {
    facts,
    enter(tree, at, inFunction) {
      const visits = byType.get(tree.type[at]!);
      if (!visits) return;
      const node = new SyntaxNode(tree, source.text, at);
      context.function = inFunction;
      for (const { rule, visit } of visits) {
        of = rule;
        visit(node, context);
      }
    },
  };
}
