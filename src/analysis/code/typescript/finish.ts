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
  for (const assignment of walk.assignments) apply(walk, lookup, assignment);
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

function apply(walk: Walk, lookup: Lookup, assignment: Assignment): void {
  const { name, member, value, offset } = assignment;
  const binding = lookup(name, offset);
  if (!binding) return;
  if (binding.kind === 'class' && member !== null) {
    // as compilers write `static name = …`
    if (value) applyField(walk, lookup, { ...assignment, value, class: binding.index, name: member, static: true, span: { start: offset, end: offset + name.length } });
    return;
  }
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
  const moved = move({ lookup, to }, expr, from, true, 0);
  return moved.kind === 'other' && type ? { kind: 'as', value: moved, type } : moved;
}

interface Goal {
  lookup: Lookup;
  /** The offset that it is read at. */
  to: number;
}

/** `isOwn`: nobody else has the expression, so that what needs no change is not copied. What a name stands for may get further properties where it is. */
function move(goal: Goal, expr: Expr, from: number, isOwn: boolean, depth: number): Expr {
  if (depth > deepest) return other;
  switch (expr.kind) {
    case 'name':
      return nameFrom(goal, expr, from, depth);
    case 'member': {
      const object = move(goal, expr.object, from, isOwn, depth + 1);
      return object === expr.object ? expr : { kind: 'member', object, name: expr.name };
    }
    case 'element': {
      const of = move(goal, expr.of, from, isOwn, depth + 1);
      const key = expr.key && move(goal, expr.key, from, isOwn, depth + 1);
      return of === expr.of && key === expr.key ? expr : { ...expr, of, ...(key && { key }) };
    }
    case 'await':
    case 'enter': {
      const of = move(goal, expr.of, from, isOwn, depth + 1);
      return of === expr.of ? expr : { ...expr, of };
    }
    case 'binary': {
      const [left, right] = [move(goal, expr.left, from, isOwn, depth + 1), move(goal, expr.right, from, isOwn, depth + 1)];
      return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
    }
    case 'as': {
      const value = move(goal, expr.value, from, isOwn, depth + 1);
      return value === expr.value ? expr : { ...expr, value };
    }
    case 'either': {
      const of = moveAll(goal, expr.of, from, isOwn, depth);
      return of === expr.of ? expr : { ...expr, of: [...of] };
    }
    case 'array': {
      const items = moveAll(goal, expr.items, from, isOwn, depth);
      return items === expr.items ? expr : { ...expr, items };
    }
    case 'object': {
      const spread = moveAll(goal, expr.spread, from, isOwn, depth);
      const properties = moveProperties(goal, expr.properties, from, isOwn, depth);
      return spread === expr.spread && properties === expr.properties ? expr : { ...expr, properties, spread };
    }
    case 'load': {
      const path = move(goal, expr.path, from, isOwn, depth + 1);
      return path === expr.path ? expr : { ...expr, path };
    }
    case 'template': {
      const parts = moveAll(goal, expr.parts, from, isOwn, depth);
      return parts === expr.parts ? expr : { ...expr, parts: [...parts] };
    }
    default:
      return expr;
  }
}

function moveAll(goal: Goal, list: readonly Expr[], from: number, isOwn: boolean, depth: number): readonly Expr[] {
  let moved: Expr[] | null = isOwn ? null : list.slice();
  for (let index = 0; index < list.length; index++) {
    const part = move(goal, list[index]!, from, isOwn, depth + 1);
    if (part !== list[index]) (moved ??= list.slice())[index] = part;
  }
  return moved ?? list;
}

type Properties = Extract<Expr, { kind: 'object' }>['properties'];

function moveProperties(goal: Goal, properties: Properties, from: number, isOwn: boolean, depth: number): Properties {
  let moved: Properties | null = isOwn ? null : properties.slice();
  for (let index = 0; index < properties.length; index++) {
    const { name, key, value } = properties[index]!;
    const movedKey = key && move(goal, key, from, isOwn, depth + 1);
    const movedValue = move(goal, value, from, isOwn, depth + 1);
    if (isOwn && movedKey === key && movedValue === value) continue;
    (moved ??= properties.slice())[index] = movedKey ? { name, key: movedKey, value: movedValue } : { name, value: movedValue };
  }
  return moved ?? properties;
}

function nameFrom(goal: Goal, expr: Extract<Expr, { kind: 'name' }>, from: number, depth: number): Expr {
  const binding = goal.lookup(expr.name, from);
  if (!binding || goal.lookup(expr.name, goal.to) === binding) return expr;
  const [value] = binding.values;
  if (binding.kind === 'function' && !binding.reassigned) return { kind: 'function', function: binding.index };
  if (binding.kind === 'class' && !binding.reassigned) return { kind: 'class', class: binding.index };
  if (binding.kind === 'parameter' && binding.index >= 0 && !binding.reassigned) return { kind: 'parameter', function: binding.scope, index: binding.index };
  const known = value && binding.kind === 'variable' && !binding.reassigned ? move(goal, value, binding.span.start, false, depth + 1) : null;
  if (binding.type) return { kind: 'as', value: known ?? other, type: binding.type };
  return known ?? other;
}
