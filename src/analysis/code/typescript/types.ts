import { empty } from '../lists.ts';
import type { TypeRef } from '../summary.ts';
import { childOf, children, field, firstChild, keyOf, none, stringOf, textOf, type Tree } from './nodes.ts';

const other: TypeRef = { kind: 'other' };
/** Deeper types say nothing that a resolver could use. */
const deepest = 12;

/** The type that a `type_annotation` (or a similar node around one type) holds. */
export function annotation(walk: Tree, at: number): TypeRef | null {
  if (at === none) return null;
  if (walk.tree.type[at] !== 'type_annotation') return other;
  const inner = firstChild(walk, at);
  return inner === none ? null : typeOf(walk, inner);
}

export function typeArguments(walk: Tree, at: number): TypeRef[] {
  return at === none ? [] : children(walk, at).map((child) => typeOf(walk, child));
}

/** A type as written. */
export function typeOf(walk: Tree, at: number, depth = 0): TypeRef {
  if (at === none || depth > deepest) return other;
  const inner = () => typeOf(walk, firstChild(walk, at), depth + 1);
  switch (walk.tree.type[at]) {
    case 'type_identifier':
    case 'predefined_type':
    case 'identifier':
    case 'this_type':
    case 'this':
      return named(walk, textOf(walk, at));
    case 'nested_type_identifier':
      return { kind: 'name', path: pathOf(walk, at), args: empty };
    case 'generic_type': {
      const name = typeOf(walk, field(walk, at, 'name'), depth + 1);
      if (name.kind !== 'name') return other;
      const args = childOf(walk, at, 'type_arguments');
      return { ...name, args: args === none ? [] : children(walk, args).map((child) => typeOf(walk, child, depth + 1)) };
    }
    case 'union_type':
      return { kind: 'union', of: operands(walk, at, 'union_type').map((child) => typeOf(walk, child, depth + 1)) };
    case 'intersection_type':
      return { kind: 'intersection', of: operands(walk, at, 'intersection_type').map((child) => typeOf(walk, child, depth + 1)) };
    case 'array_type':
      return { kind: 'array', of: inner() };
    case 'tuple_type':
      return { kind: 'tuple', of: children(walk, at).map((child) => typeOf(walk, child, depth + 1)) };
    case 'readonly_type':
    case 'parenthesized_type':
    case 'optional_type':
      return inner();
    case 'required_parameter':
    case 'optional_parameter':
      // a named member of a tuple
      return annotation(walk, field(walk, at, 'type')) ?? other;
    case 'object_type':
      return { kind: 'object', members: members(walk, at, depth) };
    case 'function_type':
      return { kind: 'function', returns: typeOf(walk, field(walk, at, 'return_type'), depth + 1), parameters: parametersOf(walk, at, depth) };
    case 'type_query': {
      const path = pathOf(walk, firstChild(walk, at));
      return path.length === 0 ? other : { kind: 'typeof', path };
    }
    case 'lookup_type': {
      const [of, index] = children(walk, at);
      const name = index === undefined ? other : typeOf(walk, index, depth + 1);
      if (of === undefined || name.kind !== 'literal' || typeof name.value !== 'string') return other;
      return { kind: 'indexed', of: typeOf(walk, of, depth + 1), name: name.value };
    }
    case 'literal_type':
      return literal(walk, firstChild(walk, at));
    default:
      return other;
  }
}

/** One for all places of a file that say it. */
function named({ types }: Tree, name: string): TypeRef {
  let known = types.get(name);
  if (!known) types.set(name, (known = { kind: 'name', path: [name], args: empty }));
  return known;
}

function literal(walk: Tree, at: number): TypeRef {
  if (at === none) return other;
  const text = textOf(walk, at);
  switch (walk.tree.type[at]) {
    case 'string':
      return { kind: 'literal', value: stringOf(walk, at) };
    case 'number':
    case 'unary_expression':
      return Number.isNaN(Number(text)) ? other : { kind: 'literal', value: Number(text) };
    case 'true':
    case 'false':
      return { kind: 'literal', value: text === 'true' };
    case 'null':
      return { kind: 'literal', value: null };
    case 'undefined':
      return { kind: 'name', path: ['undefined'], args: empty };
    default:
      return other;
  }
}

/** `A | B | C` is a tree that leans to the left, as deep as it is long. */
function operands(walk: Tree, at: number, type: string): number[] {
  const found: number[] = [];
  for (let now = at; ; ) {
    const parts = children(walk, now);
    const nested = parts[0] !== undefined && walk.tree.type[parts[0]] === type;
    found.push(...(nested ? parts.slice(1) : parts).reverse());
    if (!nested) return found.reverse();
    now = parts[0]!;
  }
}

/** `a.b.c` of a name, a nested name or a member expression; empty for anything else. */
export function pathOf(walk: Tree, at: number): string[] {
  const path: string[] = [];
  for (let now = at; now !== none; ) {
    const type = walk.tree.type[now]!;
    if (type === 'identifier' || type === 'type_identifier' || type === 'this') return [textOf(walk, now), ...path.reverse()];
    if (type !== 'nested_type_identifier' && type !== 'nested_identifier' && type !== 'member_expression') return [];
    const [left, right] = children(walk, now);
    if (left === undefined || right === undefined) return [];
    path.push(textOf(walk, right));
    now = left;
  }
  return [];
}

function members(walk: Tree, at: number, depth: number): { name: string; type: TypeRef }[] {
  const found: { name: string; type: TypeRef }[] = [];
  for (const child of children(walk, at)) {
    const name = field(walk, child, 'name');
    if (name === none) continue;
    const kind = walk.tree.type[child];
    if (kind === 'property_signature') {
      const type = childOf(walk, child, 'type_annotation');
      found.push({ name: keyOf(walk, name), type: type === none ? other : typeOf(walk, firstChild(walk, type), depth + 1) });
    } else if (kind === 'method_signature') {
      const returns = field(walk, child, 'return_type');
      found.push({ name: keyOf(walk, name), type: { kind: 'function', returns: returns === none ? other : typeOf(walk, firstChild(walk, returns), depth + 1), parameters: parametersOf(walk, child, depth) } });
    }
  }
  return found;
}

/** Types of the parameters of a function's type; `this` is none of them. */
function parametersOf(walk: Tree, at: number, depth: number): (TypeRef | null)[] {
  const list = field(walk, at, 'parameters');
  if (list === none) return [];
  const own = children(walk, list).filter((child) => walk.tree.type[field(walk, child, 'pattern')] !== 'this');
  return own.map((child) => {
    const type = field(walk, child, 'type');
    return type === none ? null : typeOf(walk, firstChild(walk, type), depth + 1);
  });
}

/** What stands between `<` and `>` of a generic declaration. */
export function typeParameters(walk: Tree, at: number): { name: string; extends: TypeRef | null }[] {
  const list = childOf(walk, at, 'type_parameters');
  if (list === none) return [];
  return children(walk, list).flatMap((child) => {
    const name = field(walk, child, 'name');
    const bound = field(walk, child, 'constraint');
    return name === none ? [] : [{ name: textOf(walk, name), extends: bound === none ? null : typeOf(walk, firstChild(walk, bound)) }];
  });
}

/** The type of a member as far as it is written in place, else `T['name']`. */
export function memberType(type: TypeRef | null, name: string): TypeRef | null {
  if (type === null || type.kind === 'other') return null;
  if (type.kind === 'object') return type.members.find((member) => member.name === name)?.type ?? null;
  return { kind: 'indexed', of: type, name };
}

export function elementType(type: TypeRef | null, index: number): TypeRef | null {
  if (type?.kind === 'array') return type.of;
  return type?.kind === 'tuple' ? (type.of[index] ?? null) : null;
}
