import type { Binding, Expr } from '../summary.ts';
import { other } from './expressions.ts';
import type { Walk } from './bindings.ts';

const maxDepth = 12;

/**
 * An expression of the function `from` as it reads in `to`, around it: what is local to `from` is replaced by what is
 * known of it. Values of fields and of `global` names are looked at from elsewhere.
 */
export function outOf(walk: Walk, value: Expr, from: number, to: number, depth = 0): Expr {
  if (from === to) return value;
  if (depth > maxDepth) return other;
  const same = (one: Expr) => outOf(walk, one, from, to, depth + 1);
  switch (value.kind) {
    case 'name':
      return local(walk, value, from, to, depth);
    case 'member':
      return { ...value, object: same(value.object) };
    case 'element':
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

function local(walk: Walk, value: Extract<Expr, { kind: 'name' }>, from: number, to: number, depth: number): Expr {
  for (let at: number | null = from; at !== null && at !== to && at !== 0; at = walk.functions[at]!.parent) {
    const scope = walk.scopes[at]!;
    const found = scope.own.filter((one) => one.name === value.name);
    if (found.length === 1) return known(walk, found[0]!, at, to, depth);
    if (found.length > 1 || scope.inner.some((one) => one.name === value.name)) return other;
  }
  return value;
}

function known(walk: Walk, binding: Binding, scope: number, to: number, depth: number): Expr {
  const { kind, index } = binding;
  if (kind === 'parameter') return index < 0 ? other : { kind: 'parameter', function: scope, index };
  if (kind === 'function') return { kind: 'function', function: index };
  if (kind === 'class') return { kind: 'class', class: index };
  if (kind === 'import') {
    const { module, imported } = walk.imports[index]!;
    return imported === '*' ? { kind: 'module', module } : { kind: 'member', object: { kind: 'module', module }, name: imported };
  }
  if (binding.reassigned || binding.values.length === 0) return binding.type ? { kind: 'as', value: other, type: binding.type } : other;
  const values = binding.values.map((one) => outOf(walk, one, scope, to, depth + 1));
  const value: Expr = values.length === 1 ? values[0]! : { kind: 'either', of: values };
  return binding.type ? { kind: 'as', value, type: binding.type } : value;
}
