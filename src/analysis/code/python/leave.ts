import type { Binding, Expr } from '../summary.ts';
import { other } from './expressions.ts';
import type { Walk } from './bindings.ts';

/** Names stand for values with names in them: where they go round in a circle or branch too often it ends. */
const maxDepth = 12;
const maxParts = 200;

/**
 * An expression of the function `from` as it reads in `to`, around it: what is local to `from` is replaced by what is
 * known of it. Values of `global` and `nonlocal` names are looked at from there.
 */
export function outOf(walk: Walk, value: Expr, from: number, to: number): Expr {
  return from === to ? value : moved({ walk, to, parts: 0 }, value, from, 0);
}

interface Move {
  walk: Walk;
  to: number;
  parts: number;
}

function moved(move: Move, value: Expr, from: number, depth: number): Expr {
  if (depth > maxDepth || ++move.parts > maxParts) return other;
  const same = (one: Expr) => moved(move, one, from, depth + 1);
  switch (value.kind) {
    case 'name':
      return local(move, value, from, depth);
    case 'member':
      return { ...value, object: same(value.object) };
    case 'element':
      return { ...value, of: same(value.of), ...(value.key && { key: same(value.key) }) };
    case 'await':
    case 'enter':
      return { ...value, of: same(value.of) };
    case 'as':
      return { ...value, value: same(value.value) };
    case 'either':
      return { ...value, of: value.of.map(same) };
    case 'array':
      return { ...value, items: value.items.map(same) };
    case 'object':
      return { ...value, properties: value.properties.map((property) => ({ ...property, ...(property.key && { key: same(property.key) }), value: same(property.value) })), spread: value.spread.map(same) };
    case 'template':
      return { ...value, parts: value.parts.map(same) };
    case 'binary':
      return { ...value, left: same(value.left), right: same(value.right) };
    default:
      return value;
  }
}

function local(move: Move, value: Extract<Expr, { kind: 'name' }>, from: number, depth: number): Expr {
  const { walk, to } = move;
  for (let at: number | null = from; at !== null && at !== to && at !== 0; at = walk.functions[at]!.parent) {
    const scope = walk.scopes[at]!;
    const found = scope.own.filter((one) => one.name === value.name);
    if (found.length === 1) return known(move, found[0]!, at, depth);
    if (found.length > 1 || scope.inner.some((one) => one.name === value.name)) return other;
  }
  return value;
}

function known(move: Move, binding: Binding, scope: number, depth: number): Expr {
  const { kind, index } = binding;
  if (kind === 'parameter') return index < 0 ? other : { kind: 'parameter', function: scope, index };
  if (kind === 'function') return { kind: 'function', function: index };
  if (kind === 'class') return { kind: 'class', class: index };
  if (kind === 'import') {
    const { module, imported } = move.walk.imports[index]!;
    return imported === '*' ? { kind: 'module', module } : { kind: 'member', object: { kind: 'module', module }, name: imported };
  }
  if (binding.reassigned || binding.values.length === 0) return binding.type ? { kind: 'as', value: other, type: binding.type } : other;
  const values = binding.values.map((one) => moved(move, one, scope, depth + 1));
  const value: Expr = values.length === 1 ? values[0]! : { kind: 'either', of: values };
  return binding.type ? { kind: 'as', value, type: binding.type } : value;
}
