import { appended, empty } from '../lists.ts';
import type { Expr } from '../summary.ts';
import { before, between, childOf, children, field, firstChild, keyOf, literalExpr, longestName, nameExpr, none, rawText, stringOf, textOf, unescape } from './nodes.ts';
import { typeArguments, typeOf } from './types.ts';
import type { Walk } from './state.ts';

// one of each for all: nobody changes them
export const other: Expr = { kind: 'other' };
const self: Expr = { kind: 'this' };
const base: Expr = { kind: 'super' };
const absent: Expr = { kind: 'literal', value: null };
const yes: Expr = { kind: 'literal', value: true };
const no: Expr = { kind: 'literal', value: false };
/** Objects in arrays in objects: deeper ones are data. The call stack bears far more. */
const deepest = 60;
/** Items of an array or object literal: longer ones are tables of data. */
const maxItems = 1000;
const arithmetic = new Set(['+', '-', '*', '/', '%', '**']);

/** What an expression says; `other` for `none`. */
export function expr(walk: Walk, at: number, depth = 0): Expr {
  const { tree } = walk;
  let now = at;
  // what passes its value on is gone through without recursion, however often it is nested
  for (;;) {
    if (now === none || depth > deepest) return other;
    switch (tree.type[now]) {
      case 'identifier':
      case 'shorthand_property_identifier':
        return nameExpr(walk, rawText(walk, now));
      case 'call_expression':
      case 'new_expression':
        return walk.ids[now] === none ? moduleOf(walk, now) : (requireOf(walk, now) ?? { kind: 'call', call: walk.ids[now]! });
      case 'member_expression':
        return member(walk, now, depth);
      case 'subscript_expression':
        return subscript(walk, now, depth);
      case 'string':
        return literalExpr(walk, stringOf(walk, now));
      case 'number': {
        const value = Number(textOf(walk, now).replaceAll('_', ''));
        return Number.isNaN(value) ? other : literalExpr(walk, value);
      }
      case 'true':
        return yes;
      case 'false':
        return no;
      case 'null':
      case 'undefined':
        return absent;
      case 'this':
        return self;
      case 'super':
        return base;
      case 'arrow_function':
      case 'function_expression':
      case 'generator_function':
        return { kind: 'function', function: walk.ids[now]! };
      case 'class':
        return { kind: 'class', class: walk.ids[now]! };
      case 'object':
        return object(walk, now, depth);
      case 'array':
        return { kind: 'array', items: children(walk, now).slice(0, maxItems).map((child) => item(walk, child, depth + 1)), span: walk.spanOf(now) };
      case 'await_expression': {
        const of = expr(walk, firstChild(walk, now), depth + 1);
        return of.kind === 'module' ? of : { kind: 'await', of };
      }
      case 'template_string':
        return template(walk, now, depth);
      case 'regex': {
        const flags = /\/([a-z]*)$/.exec(textOf(walk, now));
        return { kind: 'regex', flags: flags?.[1] ?? '' };
      }
      case 'ternary_expression':
        return { kind: 'either', of: [expr(walk, field(walk, now, 'consequence'), depth + 1), expr(walk, field(walk, now, 'alternative'), depth + 1)] };
      case 'binary_expression': {
        const [left, right] = [field(walk, now, 'left'), field(walk, now, 'right')];
        if (left === none || right === none) return other;
        const operator = between(walk, left, right);
        if (operator === '&&') now = right;
        else if (operator === '??' || operator === '||') return either(walk, now, depth);
        else if (!arithmetic.has(operator)) return other;
        else return { kind: 'binary', operator, left: expr(walk, left, depth + 1), right: expr(walk, right, depth + 1) };
        break;
      }
      case 'as_expression':
      case 'satisfies_expression': {
        const [value, type] = children(walk, now);
        // `as const` has no type
        if (value !== undefined && type !== undefined) return { kind: 'as', value: expr(walk, value, depth + 1), type: typeOf(walk, type) };
        now = value ?? none;
        break;
      }
      case 'type_assertion': {
        const [types, value] = children(walk, now);
        const type = types === undefined ? undefined : typeArguments(walk, types)[0];
        if (value === undefined || type === undefined) return other;
        return { kind: 'as', value: expr(walk, value, depth + 1), type };
      }
      case 'unary_expression': {
        const argument = field(walk, now, 'argument');
        const text = textOf(walk, now);
        return argument !== none && tree.type[argument] === 'number' && text.startsWith('-') ? { kind: 'literal', value: Number(text.replaceAll('_', '')) } : other;
      }
      case 'assignment_expression':
      case 'augmented_assignment_expression':
        now = field(walk, now, 'right');
        break;
      case 'sequence_expression':
        now = children(walk, now).at(-1) ?? none;
        break;
      case 'parenthesized_expression':
      case 'non_null_expression':
      case 'instantiation_expression':
        now = firstChild(walk, now);
        break;
      default:
        return other;
    }
  }
}

/** `a.b.c`, of which one is made for all places that say it. */
function member(walk: Walk, at: number, depth: number): Expr {
  const { tree, members } = walk;
  const text = tree.end[at]! - tree.start[at]! <= longestName ? rawText(walk, at) : '';
  const known = members.get(text);
  if (known && depth + longestName <= deepest) return known;
  const property = field(walk, at, 'property');
  const found: Expr = { kind: 'member', object: expr(walk, field(walk, at, 'object'), depth + 1), name: property === none ? '' : textOf(walk, property) };
  if (text !== '' && depth + longestName <= deepest && isPath(found)) members.set(text, found);
  return found;
}

/** Calls and functions are told apart by where they stand; names are not. */
function isPath(expr: Expr): boolean {
  let root = expr;
  while (root.kind === 'member') root = root.object;
  return root.kind === 'name' || root.kind === 'this' || root.kind === 'super';
}

/** Of an array literal. */
function item(walk: Walk, at: number, depth: number): Expr {
  return walk.tree.type[at] === 'spread_element' ? { kind: 'element', of: expr(walk, firstChild(walk, at), depth) } : expr(walk, at, depth);
}

function subscript(walk: Walk, at: number, depth: number): Expr {
  const of = expr(walk, field(walk, at, 'object'), depth + 1);
  const index = expr(walk, field(walk, at, 'index'), depth + 1);
  if (index.kind === 'literal' && typeof index.value === 'string') return { kind: 'member', object: of, name: index.value };
  if (index.kind === 'literal' && typeof index.value === 'number') return { kind: 'element', of, index: index.value };
  return isKey(index) ? { kind: 'element', of, key: index } : { kind: 'element', of };
}

/** What an entry may be looked up by, once it is known. */
const isKey = ({ kind }: Expr): boolean => kind === 'name' || kind === 'member' || kind === 'template';

/** `a ?? b || c` leans to the left, as deep as it is long. */
function either(walk: Walk, at: number, depth: number): Expr {
  const found: Expr[] = [];
  let now = at;
  while (found.length <= deepest) {
    // `(a || b) ?? c` is one choice, too
    const inner = walk.tree.type[now] === 'parenthesized_expression' ? firstChild(walk, now) : now;
    const [left, right] = walk.tree.type[inner] === 'binary_expression' ? [field(walk, inner, 'left'), field(walk, inner, 'right')] : [none, none];
    const operator = left === none || right === none ? '' : between(walk, left, right);
    if (operator !== '??' && operator !== '||') break;
    found.push(expr(walk, right, depth + 1));
    now = left;
  }
  found.push(expr(walk, now, depth + 1));
  return { kind: 'either', of: found.reverse().slice() };
}

type Property = Extract<Expr, { kind: 'object' }>['properties'][number];

function object(walk: Walk, at: number, depth: number): Expr {
  const parts = children(walk, at);
  const properties = new Array<Property>(Math.min(parts.length, maxItems));
  let spread: readonly Expr[] = empty;
  let count = 0;
  for (let index = 0; index < properties.length; index++) {
    const part = parts[index]!;
    if (walk.tree.type[part] === 'spread_element') spread = appended(spread, expr(walk, firstChild(walk, part), depth + 1));
    else {
      const found = propertyOf(walk, part, depth);
      if (found) properties[count++] = found;
    }
  }
  properties.length = count;
  return { kind: 'object', properties, spread, span: walk.spanOf(at) };
}

function propertyOf(walk: Walk, at: number, depth: number): Property | null {
  switch (walk.tree.type[at]) {
    case 'pair':
      return named(walk, field(walk, at, 'key'), depth, () => expr(walk, field(walk, at, 'value'), depth + 1));
    case 'shorthand_property_identifier':
      return { name: textOf(walk, at), value: expr(walk, at) };
    case 'method_definition': {
      const name = field(walk, at, 'name');
      // what a getter gives is known from its function, what a setter takes is nobody's value
      if (name === none || /(^|\s)set\s*$/.test(before(walk, at, name))) return null;
      return named(walk, name, depth, () => ({ kind: 'function', function: walk.ids[at]! }));
    }
    default:
      return null;
  }
}

function named(walk: Walk, key: number, depth: number, value: () => Expr): Property | null {
  const name = key === none ? '' : keyOf(walk, key);
  if (name !== '') return { name, value: value() };
  return key !== none && walk.tree.type[key] === 'computed_property_name' ? { name, key: expr(walk, firstChild(walk, key), depth + 1), value: value() } : null;
}

function template(walk: Walk, at: number, depth: number): Expr {
  const { tree, text } = walk;
  const parts: Expr[] = [];
  let from = tree.start[at]! + 1;
  const literal = (to: number) => {
    if (to > from) parts.push(literalExpr(walk, unescape(text.slice(from, to))));
  };
  for (const child of children(walk, at)) {
    if (tree.type[child] !== 'template_substitution') continue;
    literal(tree.start[child]!);
    parts.push(expr(walk, firstChild(walk, child), depth + 1));
    from = tree.end[child]!;
  }
  literal(tree.end[at]! - 1);
  if (parts.every((part) => part.kind === 'literal')) return literalExpr(walk, parts.map((part) => String(part.value)).join(''));
  return { kind: 'template', parts: parts.slice() };
}

/** `import('m')` */
function moduleOf(walk: Walk, at: number): Expr {
  const list = childOf(walk, at, 'arguments');
  const path = list === none ? other : expr(walk, firstChild(walk, list));
  if (path.kind === 'template') return { kind: 'load', path };
  return path.kind === 'literal' && typeof path.value === 'string' ? { kind: 'module', module: path.value } : other;
}

/** `require('m')`; null for any other call. */
function requireOf(walk: Walk, at: number): Expr | null {
  if (!isRequire(walk, at)) return null;
  const module = argumentText(walk, at);
  return module === null ? null : { kind: 'module', module };
}

export function isRequire(walk: Walk, at: number): boolean {
  const { tree, text } = walk;
  return tree.type[at] === 'call_expression' && text.startsWith('require', tree.start[at]) && tree.type[at + 1] === 'identifier' && tree.end[at + 1] === tree.start[at]! + 7;
}

/** The only argument of a call, if it is a string. */
export function argumentText(walk: Walk, at: number): string | null {
  const list = childOf(walk, at, 'arguments');
  const first = list === none ? none : firstChild(walk, list);
  if (first === none) return null;
  const value = expr(walk, first);
  return value.kind === 'literal' && typeof value.value === 'string' ? value.value : null;
}
