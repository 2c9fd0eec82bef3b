import type { Expr, TypeRef } from '../summary.ts';
import type { FlatTree } from '../walk.ts';

export interface Tree {
  tree: FlatTree;
  text: string;
  /** Each name once: a file says most of its names many times, and its summary is kept. */
  names: Map<string, NameExpr>;
  /** So with types that are a name, with constants, and with members of names by their text. */
  types: Map<string, TypeRef>;
  literals: Map<string | number, Expr>;
  members: Map<string, Expr>;
}

type NameExpr = Extract<Expr, { kind: 'name' }>;

export const none = -1;

/** The first child in a field, or `none`. */
export function field({ tree }: Tree, at: number, name: string): number {
  const end = tree.after[at]!;
  for (let child = at + 1; child < end; child = tree.after[child]!) if (tree.field[child] === name) return child;
  return none;
}

/** The first child of a type, or `none`. */
export function childOf({ tree }: Tree, at: number, type: string): number {
  const end = tree.after[at]!;
  for (let child = at + 1; child < end; child = tree.after[child]!) if (tree.type[child] === type) return child;
  return none;
}

/** The first child that is no comment, or `none`. */
export function firstChild({ tree }: Tree, at: number): number {
  const end = tree.after[at]!;
  for (let child = at + 1; child < end; child = tree.after[child]!) if (tree.type[child] !== 'comment') return child;
  return none;
}

/** All children but comments. */
export function children({ tree }: Tree, at: number): number[] {
  const { after, type } = tree;
  const end = after[at]!;
  let count = 0;
  for (let child = at + 1; child < end; child = after[child]!) if (type[child] !== 'comment') count++;
  // of its length at once: pushing makes room for 16 more
  const found = new Array<number>(count);
  count = 0;
  for (let child = at + 1; child < end; child = after[child]!) if (type[child] !== 'comment') found[count++] = child;
  return found;
}

/** Longer texts are hardly said twice. */
export const longestName = 40;

export const textOf = (walk: Tree, at: number) => once(walk, rawText(walk, at));

/** Where it is looked up by another map. */
export const rawText = ({ text, tree }: Tree, at: number) => text.slice(tree.start[at], tree.end[at]);

const once = (walk: Tree, text: string): string => (text.length > longestName ? text : nameExpr(walk, text).name);

/** The expression that a name is. */
export function nameExpr({ names }: Tree, name: string): NameExpr {
  let known = names.get(name);
  if (!known) names.set(name, (known = { kind: 'name', name }));
  return known;
}

/** The expression that a constant is. */
export function literalExpr({ literals }: Tree, value: string | number): Expr {
  if (typeof value === 'string' && value.length > longestName) return { kind: 'literal', value };
  let known = literals.get(value);
  if (!known) literals.set(value, (known = { kind: 'literal', value }));
  return known;
}

/** What stands between the start of a node and one of its children: keywords and punctuation, which the flat tree leaves out. */
export const before = ({ tree, text }: Tree, at: number, child: number) => text.slice(tree.start[at], tree.start[child]);

/** The operator of a binary or assignment expression. */
export const between = ({ tree, text }: Tree, left: number, right: number) => text.slice(tree.end[left], tree.start[right]).trim();

/** Through parentheses, casts and marks, which change no value. */
export function bare(walk: Tree, at: number): number {
  for (let now = at; ; ) {
    const type = walk.tree.type[now];
    if (type !== 'parenthesized_expression' && type !== 'non_null_expression' && type !== 'as_expression' && type !== 'satisfies_expression') return now;
    const inner = firstChild(walk, now);
    if (inner === none) return now;
    now = inner;
  }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** The value of what stands between the quotes of a string. */
export function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[^]))/g, (_, braced?: string, unit?: string, byte?: string, one: string = '') => {
    const hex = braced ?? unit ?? byte;
    if (hex !== undefined) {
      const code = parseInt(hex, 16);
      return code > 0x10ffff ? '' : String.fromCodePoint(code);
    }
    return one === '\n' || one === '\r\n' ? '' : (escapes[one] ?? one);
  });
}

/** The value of a `string` node. */
export const stringOf = (walk: Tree, at: number) => once(walk, unescape(walk.text.slice(walk.tree.start[at]! + 1, walk.tree.end[at]! - 1)));

/** The name of a property or class member as written; `''` where it is computed. */
export function keyOf(walk: Tree, at: number): string {
  const type = walk.tree.type[at];
  if (type === 'string') return stringOf(walk, at);
  if (type === 'computed_property_name') {
    const inner = firstChild(walk, at);
    return inner !== none && walk.tree.type[inner] === 'string' ? stringOf(walk, inner) : '';
  }
  return textOf(walk, at);
}
