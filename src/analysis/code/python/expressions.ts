import type { Expr, TypeRef } from '../summary.ts';
import type { FlatTree } from '../walk.ts';
import { numberValue, own, stringValue, unescaped } from './strings.ts';
import { child, children, firstChild, lastName, spanOf } from './tree.ts';
import { typeOf } from './types.ts';

export const other: Expr = { kind: 'other' };
/** Deeper than this nothing leads anywhere; it keeps the stack safe. */
const maxDepth = 60;

/** What expressions are made from. */
export interface Source {
  tree: FlatTree;
  text: string;
  /** By node: the index of the call, function or class that it is. */
  number: Int32Array;
  /** Names and types come many times in a file: one object for each saves a third of a summary's memory. */
  names: Map<string, Extract<Expr, { kind: 'name' }>>;
  types: Map<string, TypeRef>;
}

const pieceOf = ({ tree, text }: Source, at: number) => text.slice(tree.start[at], tree.end[at]);

/** A short text: a name, a type. */
export const textOf = (source: Source, at: number) => nameOf(source, at).name;

function nameOf(source: Source, at: number): Extract<Expr, { kind: 'name' }> {
  const piece = pieceOf(source, at);
  let name = source.names.get(piece);
  if (!name) {
    name = { kind: 'name', name: own(piece) };
    source.names.set(name.name, name);
  }
  return name;
}

/** The annotation or type expression that a node is. */
export function typeAt(source: Source, at: number): TypeRef | null {
  return at < 0 ? null : typeFrom(source, at);
}

export function typeFrom(source: Source, at: number): TypeRef {
  const piece = pieceOf(source, at);
  let type = source.types.get(piece);
  if (!type) {
    const text = own(piece);
    type = typeOf(text);
    source.types.set(text, type);
  }
  return type;
}

/** The expression of a node; a call is its index, however deep it is. */
export function expression(source: Source, at: number, depth = 0): Expr {
  if (at < 0 || depth > maxDepth) return other;
  const { tree } = source;
  const field = (name: string) => child(tree, at, name);
  const of = (node: number) => expression(source, node, depth + 1);
  switch (tree.type[at]!) {
    case 'identifier':
      return nameOf(source, at);
    case 'attribute': {
      const name = field('attribute');
      return name < 0 ? other : { kind: 'member', object: of(field('object')), name: textOf(source, name) };
    }
    case 'call':
      return call(source, at, depth);
    case 'await':
      return { kind: 'await', of: of(firstChild(tree, at)) };
    case 'parenthesized_expression':
    case 'type':
    case 'as_pattern_target':
      return of(firstChild(tree, at));
    case 'named_expression':
      return of(field('value'));
    case 'assignment': // `a = b = c`
      return of(field('right'));
    case 'as_pattern':
      return of(firstChild(tree, at));
    case 'lambda':
      return { kind: 'function', function: source.number[at]! };
    case 'conditional_expression': {
      const [yes, , no] = children(tree, at);
      return { kind: 'either', of: [of(yes ?? -1), of(no ?? -1)] };
    }
    case 'boolean_operator':
      return { kind: 'either', of: [of(field('left')), of(field('right'))] };
    case 'subscript':
      return subscript(source, at, depth);
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return { kind: 'array', items: children(tree, at).map((part) => (tree.type[part] === 'list_splat' ? { kind: 'element', of: of(firstChild(tree, part)) } : of(part))), span: spanOf(tree, at) };
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
      return { kind: 'array', items: [of(field('body'))], span: spanOf(tree, at), many: true };
    case 'dictionary':
    case 'dictionary_comprehension':
      return dictionary(source, at, depth);
    case 'string':
      return string(source, at, depth);
    case 'concatenated_string':
      return joined(children(tree, at).map(of));
    case 'integer':
    case 'float': {
      const value = numberValue(pieceOf(source, at));
      return value === null ? other : { kind: 'literal', value };
    }
    case 'true':
    case 'false':
      return { kind: 'literal', value: tree.type[at] === 'true' };
    case 'none':
      return { kind: 'literal', value: null };
    case 'unary_operator': {
      const value = of(field('argument'));
      if (source.text[tree.start[at]!] !== '-') return other;
      return value.kind === 'literal' && typeof value.value === 'number' ? { kind: 'literal', value: -value.value } : other;
    }
    case 'binary_operator': {
      const [left, right] = [field('left'), field('right')];
      if (left < 0 || right < 0) return other;
      const between = source.text.slice(tree.end[left], tree.start[right]);
      return { kind: 'binary', operator: /[^\s()\\]+/.exec(between)?.[0] ?? '', left: of(left), right: of(right) };
    }
    default:
      return other;
  }
}

function call(source: Source, at: number, depth: number): Expr {
  const { tree, text } = source;
  const self: Expr = { kind: 'call', call: source.number[at]! };
  const callee = child(tree, at, 'function');
  const name = callee >= 0 && tree.type[callee] === 'call' ? '' : lastName(tree, text, callee);
  if (name === 'super' && tree.type[callee] === 'identifier') return { kind: 'super' };
  if (name !== 'cast' || !isTyping(source, callee)) return self;
  const args = child(tree, at, 'arguments');
  const [type, value, more] = args < 0 ? [] : children(tree, args);
  if (type === undefined || value === undefined || more !== undefined) return self;
  return { kind: 'as', value: expression(source, value, depth + 1), type: typeFrom(source, type) };
}

/** `cast`, `typing.cast`, but not `array.cast`. */
function isTyping(source: Source, callee: number): boolean {
  const object = child(source.tree, callee, 'object');
  return object < 0 || /^(?:typing|typing_extensions|t)$/.test(textOf(source, object));
}

function subscript(source: Source, at: number, depth: number): Expr {
  const { tree } = source;
  const object = expression(source, child(tree, at, 'value'), depth + 1);
  const keys = children(tree, at).filter((node) => tree.field[node] === 'subscript');
  const key = keys.length === 1 ? keys[0]! : -1;
  if (keys.some((node) => tree.type[node] === 'slice')) return { kind: 'binary', operator: '[:]', left: object, right: other };
  const value = key < 0 ? other : expression(source, key, depth + 1);
  if (value.kind === 'literal' && typeof value.value === 'string') return { kind: 'member', object, name: value.value };
  const isKey = value.kind === 'name' || value.kind === 'member' || value.kind === 'template';
  return value.kind === 'literal' && typeof value.value === 'number' && value.value >= 0
    ? { kind: 'element', of: object, index: value.value }
    : { kind: 'element', of: object, ...(isKey && { key: value }) };
}

/** A key that is no constant string makes it an object of which not everything is known: `other` is spread into it. */
function dictionary(source: Source, at: number, depth: number): Expr {
  const { tree } = source;
  const properties: Extract<Expr, { kind: 'object' }>['properties'] = [];
  const spread: Expr[] = [];
  for (const part of children(tree, at)) {
    if (tree.type[part] === 'dictionary_splat') spread.push(expression(source, firstChild(tree, part), depth + 1));
    if (tree.type[part] !== 'pair') continue;
    const key = expression(source, child(tree, part, 'key'), depth + 1);
    const value = expression(source, child(tree, part, 'value'), depth + 1);
    if (key.kind === 'literal' && typeof key.value === 'string') properties.push({ name: key.value, value });
    else {
      properties.push({ name: '', key, value });
      spread.push(other);
    }
  }
  return { kind: 'object', properties: properties.slice(), spread: spread.slice(), span: spanOf(tree, at) };
}

function string(source: Source, at: number, depth: number): Expr {
  const { tree } = source;
  const whole = pieceOf(source, at);
  const prefix = /^[a-zA-Z]*/.exec(whole)![0];
  if (!/[ft]/i.test(prefix)) return { kind: 'literal', value: stringValue(whole) };
  const parts: Expr[] = [];
  for (const part of children(tree, at)) {
    if (tree.type[part] === 'interpolation') parts.push(expression(source, child(tree, part, 'expression'), depth + 1));
    else if (tree.type[part] === 'string_content') {
      parts.push({ kind: 'literal', value: own(unescaped(pieceOf(source, part), prefix).replaceAll('{{', '{').replaceAll('}}', '}')) });
    }
  }
  return joined(parts);
}

/** Strings one behind the other: a literal where all are. */
function joined(parts: readonly Expr[]): Expr {
  const flat: Expr[] = [];
  for (const part of parts.flatMap((one) => (one.kind === 'template' ? one.parts : [one]))) {
    const last = flat.at(-1);
    if (part.kind === 'literal' && typeof part.value === 'string' && last?.kind === 'literal') {
      flat[flat.length - 1] = { kind: 'literal', value: `${String(last.value)}${part.value}` };
    } else flat.push(part);
  }
  if (flat.length === 0) return { kind: 'literal', value: '' };
  return flat.length === 1 && flat[0]!.kind === 'literal' ? flat[0] : { kind: 'template', parts: flat.slice() };
}
