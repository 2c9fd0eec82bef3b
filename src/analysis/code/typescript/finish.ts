import { appended, giveCalls } from '../lists.ts';
import { maxValues, type Binding, type Expr } from '../summary.ts';
import { other } from './expressions.ts';
import type { Assignment, FieldAssignment, Walk } from './state.ts';

type Lookup = (name: string, offset: number) => Binding | null;

/** After the walk: assignments find their names, values move to where they can be read, bindings get their order. */
export function finish(walk: Walk): void {
  walk.bindings.sort((a, b) => a.from - b.from || b.to - a.to);
  walk.bindings.forEach((binding, number) => (binding.number = number));
  const lookup = lookupIn(walk.bindings);
  for (const assignment of walk.assignments) apply(lookup, assignment);
  for (const assignment of walk.fieldAssignments) applyField(walk, lookup, assignment);
  for (const { function: index, value, offset } of walk.returns) {
    const fn = walk.functions[index]!;
    if (fn.returned.length < maxValues) fn.returned = appended(fn.returned, relocate(lookup, value, offset, fn.span.end - 1));
  }
  giveCalls(walk.functions, walk.calls);
}

function lookupIn(bindings: Binding[]): Lookup {
  const byName = new Map<string, Binding[]>();
  for (const binding of bindings) {
    const list = byName.get(binding.name);
    if (list) list.push(binding);
    else byName.set(binding.name, [binding]);
  }
  // inner scopes stand behind outer ones; of two in one scope the first counts
  return (name, offset) => {
    let found: Binding | null = null;
    for (const binding of byName.get(name) ?? []) {
      if (binding.from <= offset && offset < binding.to && (!found || binding.from > found.from || binding.to < found.to)) found = binding;
    }
    return found;
  };
}

function apply(lookup: Lookup, assignment: Assignment): void {
  const { name, member, value, offset } = assignment;
  const binding = lookup(name, offset);
  if (!binding) return;
  const moved = value && relocate(lookup, value, offset, binding.span.start, binding.type);
  if (member === null) {
    if (!moved || binding.values.length > 0 || binding.kind !== 'variable') binding.reassigned = true;
    if (moved && binding.values.length < maxValues) binding.values = appended(binding.values, moved);
    return;
  }
  const [object] = binding.values;
  if (!moved || binding.values.length !== 1 || object?.kind !== 'object') return;
  const known = object.properties.find((property) => property.name === member);
  if (!known) object.properties.push({ name: member, value: moved });
  else if (known.value.kind === 'either') {
    if (known.value.of.length < maxValues) known.value.of.push(moved);
  }
  else known.value = { kind: 'either', of: [known.value, moved] };
}

/** `this.x = y`: one more value of a field, which it declares where nothing else does. */
function applyField(walk: Walk, lookup: Lookup, assignment: FieldAssignment): void {
  const { name, static: isStatic, function: inFunction, span } = assignment;
  const { fields, scope, span: whole } = walk.classes[assignment.class]!;
  const moved = relocate(lookup, assignment.value, assignment.offset, whole.start);
  const known = fields.find((field) => field.name === name && field.static === isStatic);
  if (!known) fields.push({ name, type: null, values: [moved], functions: [inFunction], static: isStatic, span });
  else {
    known.functions ??= known.values.map((value) => (value.kind === 'parameter' ? value.function : scope));
    if (known.values.length >= maxValues) return;
    known.values = appended(known.values, moved);
    known.functions.push(inFunction);
  }
}

const deepest = 20;

/**
 * An expression written at one place, for reading at another: names that cannot be seen from there become what they stand
 * for, if that is one thing, and `other` if not.
 */
function relocate(lookup: Lookup, expr: Expr, from: number, to: number, type: Binding['type'] = null): Expr {
  const moved = move(expr, from, 0);
  return moved.kind === 'other' && type ? { kind: 'as', value: moved, type } : moved;

  function move(expr: Expr, from: number, depth: number): Expr {
    if (depth > deepest) return other;
    const inner = (part: Expr) => move(part, from, depth + 1);
    switch (expr.kind) {
      case 'name':
        return nameFrom(expr, from, depth);
      case 'member':
        return { ...expr, object: inner(expr.object) };
      case 'element':
        return { ...expr, of: inner(expr.of), ...(expr.key && { key: inner(expr.key) }) };
      case 'await':
      case 'enter':
        return { ...expr, of: inner(expr.of) };
      case 'binary':
        return { ...expr, left: inner(expr.left), right: inner(expr.right) };
      case 'as':
        return { ...expr, value: inner(expr.value) };
      case 'either':
        return { ...expr, of: expr.of.map(inner) };
      case 'array':
        return { ...expr, items: expr.items.map(inner) };
      case 'object':
        return { ...expr, properties: expr.properties.map(({ name, key, value }) => ({ name, ...(key && { key: inner(key) }), value: inner(value) })), spread: expr.spread.map(inner) };
      case 'load':
        return { ...expr, path: inner(expr.path) };
      case 'template':
        return { ...expr, parts: expr.parts.map(inner) };
      default:
        return expr;
    }
  }

  function nameFrom(expr: Extract<Expr, { kind: 'name' }>, from: number, depth: number): Expr {
    const binding = lookup(expr.name, from);
    if (!binding || lookup(expr.name, to) === binding) return expr;
    const [value] = binding.values;
    if (binding.kind === 'function' && !binding.reassigned) return { kind: 'function', function: binding.index };
    if (binding.kind === 'class' && !binding.reassigned) return { kind: 'class', class: binding.index };
    if (binding.kind === 'parameter' && binding.index >= 0 && !binding.reassigned) return { kind: 'parameter', function: binding.scope, index: binding.index };
    const known = value && binding.kind === 'variable' && !binding.reassigned ? move(value, binding.span.start, depth + 1) : null;
    if (binding.type) return { kind: 'as', value: known ?? other, type: binding.type };
    return known ?? other;
  }
}
