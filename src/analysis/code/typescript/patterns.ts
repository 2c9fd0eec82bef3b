import { empty } from '../lists.ts';
import type { Binding, Expr, TypeRef } from '../summary.ts';
import { expr, other } from './expressions.ts';
import { children, field, firstChild, keyOf, none, textOf } from './nodes.ts';
import { elementType, memberType } from './types.ts';
import type { Walk } from './state.ts';

/** A name in a pattern, with what it is bound to. */
export interface PatternName {
  name: string;
  at: number;
  value: Expr | null;
  type: TypeRef | null;
}

const deepest = 30;

/** Every name of a pattern (a single name is one, too). `value` null: nothing is known of what is taken apart. */
export function namesOf(walk: Walk, pattern: number, value: Expr | null, type: TypeRef | null): PatternName[] {
  return walk.tree.type[pattern] === 'identifier' ? [{ name: textOf(walk, pattern), at: pattern, value, type }] : namesWithin(walk, pattern, value, type);
}

function namesWithin(walk: Walk, pattern: number, value: Expr | null, type: TypeRef | null): PatternName[] {
  const found: PatternName[] = [];
  take(pattern, value, type, 0);
  return found;

  function take(at: number, value: Expr | null, type: TypeRef | null, depth: number): void {
    if (at === none || depth > deepest) return;
    switch (walk.tree.type[at]) {
      case 'identifier':
      case 'shorthand_property_identifier_pattern':
        found.push({ name: textOf(walk, at), at, value, type });
        break;
      case 'object_pattern':
        for (const child of children(walk, at)) property(child, value, type, depth);
        break;
      case 'array_pattern':
        items(at, value, type, depth);
        break;
      case 'assignment_pattern':
      case 'object_assignment_pattern': {
        const fallback = expr(walk, field(walk, at, 'right'));
        take(field(walk, at, 'left'), value ? { kind: 'either', of: [value, fallback] } : fallback, type, depth + 1);
        break;
      }
      case 'rest_pattern':
        take(firstChild(walk, at), other, null, depth + 1);
        break;
      default:
    }
  }

  function property(at: number, value: Expr | null, type: TypeRef | null, depth: number): void {
    const member = (name: string): Expr | null => (value && name !== '' ? { kind: 'member', object: value, name } : null);
    switch (walk.tree.type[at]) {
      case 'pair_pattern': {
        const key = field(walk, at, 'key');
        const name = key === none ? '' : keyOf(walk, key);
        take(field(walk, at, 'value'), member(name), name === '' ? null : memberType(type, name), depth + 1);
        break;
      }
      case 'shorthand_property_identifier_pattern':
        take(at, member(textOf(walk, at)), memberType(type, textOf(walk, at)), depth + 1);
        break;
      case 'object_assignment_pattern': {
        const left = field(walk, at, 'left');
        const name = left === none ? '' : textOf(walk, left);
        take(at, member(name), memberType(type, name), depth + 1);
        break;
      }
      case 'rest_pattern':
        // what is left of an object has the members that it had
        take(firstChild(walk, at), value, null, depth + 1);
        break;
      default:
    }
  }

  function items(at: number, value: Expr | null, type: TypeRef | null, depth: number): void {
    // holes have no node of their own: commas are counted in the text between the items
    let index = 0;
    let from = walk.tree.start[at]! + 1;
    for (const child of children(walk, at)) {
      index += commas(walk.text.slice(from, walk.tree.start[child]));
      from = walk.tree.end[child]!;
      take(child, value ? { kind: 'element', of: value, index } : null, elementType(type, index), depth + 1);
    }
  }
}

const commas = (text: string) => text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').split(',').length - 1;

/** Notes a name that is declared. */
export function declare(walk: Walk, binding: Omit<Binding, 'number' | 'reassigned' | 'values' | 'type'> & { value: Expr | null; type?: TypeRef | null }): Binding {
  const { name, kind, scope, from, to, index, type = null, value, constant, span } = binding;
  // written out: what is made by spreading has its properties in an object of their own
  const declared: Binding = { number: none, name, kind, scope, from, to, index, type, values: value ? [value] : empty, reassigned: false, constant, span };
  walk.bindings.push(declared);
  return declared;
}
