import { appended, empty } from '../lists.ts';
import { maxValues, type Binding, type ClassSummary, type Expr, type FileSummary, type FunctionSummary, type Import, type Span, type TypeRef } from '../summary.ts';
import { other, textOf, type Source } from './expressions.ts';
import { outOf } from './leave.ts';
import { child, children, firstChild, spanOf } from './tree.ts';

/** Where the walk is: valid up to the node `end`. */
export interface Frame {
  end: number;
  function: number;
  /** The class in whose body it is directly, or -1. */
  class: number;
  loop: Span | null;
  decorator: boolean;
  typeOnly: boolean;
}

export interface Walk extends Source {
  frame: Frame;
  functions: FunctionSummary[];
  classes: ClassSummary[];
  imports: Import[];
  aliases: FileSummary['aliases'];
  scopes: Scope[];
  /** What can only be done when every name is known, in order. */
  later: (() => void)[];
  /** What changes on coming to a node. */
  entering: Map<number, Partial<Frame>>;
}

/** The names of a function; those of its comprehensions and of some loops, which see less far, are apart. */
export interface Scope {
  from: number;
  to: number;
  own: Binding[];
  inner: Binding[];
  variables: Map<string, Binding>;
  /** Where each of its names is assigned to. */
  assignments: Map<string, number[]>;
  elsewhere: Map<string, 'global' | 'nonlocal'>;
}

export const newScope = (from: number, to: number): Scope => ({ from, to, own: [], inner: [], variables: new Map(), assignments: new Map(), elsewhere: new Map() });

export interface Assigned {
  /** Null for `x: int`. */
  value: Expr | null;
  type?: TypeRef | null;
  /** `x: ClassVar[…]`. */
  static?: boolean;
  /** `x = …` as opposed to a loop's, a `with`'s, an augmented one. */
  plain?: boolean;
  /** The comprehension whose variable it is. */
  comprehension?: number;
  /** The `for` statement whose variable it is. */
  loop?: number;
}

const maxDepth = 60;

/** Gives a value to whatever stands on the left: names, `self.x`, patterns of them. */
export function assign(walk: Walk, target: number, assigned: Assigned, depth = 0): void {
  const { tree } = walk;
  if (target < 0 || depth > maxDepth) return;
  const type = tree.type[target]!;
  if (type === 'identifier') name(walk, target, assigned);
  else if (type === 'attribute') attribute(walk, target, assigned);
  else if (type === 'parenthesized_expression' || type === 'as_pattern_target') assign(walk, firstChild(tree, target), assigned, depth + 1);
  else if (type.startsWith('list_splat')) assign(walk, firstChild(tree, target), { ...assigned, value: other, type: null }, depth + 1);
  else if (sequences.has(type)) {
    const parts = children(tree, target);
    const splat = parts.findIndex((part) => tree.type[part]!.startsWith('list_splat'));
    for (const [i, part] of parts.entries()) {
      const value = assigned.value === null ? null : partOf(assigned.value, i, splat < 0 ? parts.length : null, splat < 0 || i < splat);
      assign(walk, part, { ...assigned, value, type: null }, depth + 1);
    }
  }
}

const sequences = new Set(['pattern_list', 'tuple_pattern', 'list_pattern', 'tuple', 'list', 'expression_list']);

function partOf(value: Expr, index: number, count: number | null, known: boolean): Expr {
  if (!known) return other;
  if (value.kind === 'array' && value.many !== true) {
    const spread = value.items.findIndex((item) => item.kind === 'element' && item.index === undefined);
    const inPlace = value.items.length === count && (spread < 0 || index < spread);
    return inPlace ? value.items[index]! : other;
  }
  return { kind: 'element', of: value, index };
}

function name(walk: Walk, at: number, assigned: Assigned): void {
  const { frame } = walk;
  const text = textOf(walk, at);
  const span = spanOf(walk.tree, at);
  if (assigned.comprehension !== undefined) {
    const within = assigned.comprehension;
    const seen = { from: walk.tree.start[within]!, to: walk.tree.end[within]! };
    walk.scopes[frame.function]!.inner.push({ ...newBinding(text, frame.function, seen, span), values: assigned.value ? [assigned.value] : empty });
    return;
  }
  if (frame.class >= 0) {
    addField(walk, frame.class, text, span, classField(assigned));
    return;
  }
  const from = frame.function;
  const { assignments } = walk.scopes[from]!;
  assignments.set(text, [...(assignments.get(text) ?? []), span.start]);
  const home = walk.scopes[from]!.elsewhere.get(text);
  if (home === undefined) {
    addValue(walk.scopes[from]!, from, text, span, assigned);
    if (assigned.loop !== undefined) inLoop(walk, from, text, span, assigned.loop, assigned.value);
    return;
  }
  walk.later.push(() => {
    const to = home === 'global' ? 0 : enclosing(walk, from, text);
    const value = assigned.value && outOf(walk, assigned.value, from, to);
    addValue(walk.scopes[to]!, to, text, span, { ...assigned, value, plain: false });
  });
}

/** In a loop that has a name of several for its variable, and does not assign to it, the name is that loop's. */
function inLoop(walk: Walk, within: number, text: string, span: Span, loop: number, value: Expr | null): void {
  const body = child(walk.tree, loop, 'body');
  if (body < 0 || value === null) return;
  const seen = { from: walk.tree.start[body]!, to: walk.tree.end[loop]! };
  walk.later.push(() => {
    const scope = walk.scopes[within]!;
    const at = scope.assignments.get(text)!;
    if (at.length < 2 || at.some((start) => seen.from <= start && start < seen.to)) return;
    scope.inner.push({ ...newBinding(text, within, seen, span), values: [value] });
  });
}

/** The function that the `nonlocal` name belongs to. */
function enclosing(walk: Walk, from: number, text: string): number {
  for (let at = walk.functions[from]!.parent; at !== null && at > 0; at = walk.functions[at]!.parent) if (walk.scopes[at]!.variables.has(text)) return at;
  return walk.functions[from]!.parent ?? 0;
}

const newBinding = (text: string, scope: number, seen: { from: number; to: number }, span: Span): Binding => ({
  number: -1,
  name: text,
  kind: 'variable',
  scope,
  from: seen.from,
  to: seen.to,
  index: -1,
  type: null,
  values: empty,
  reassigned: false,
  constant: false,
  span,
});

function addValue(scope: Scope, index: number, text: string, span: Span, { value, type, plain }: Assigned): void {
  let binding = scope.variables.get(text);
  if (binding) binding.constant = binding.constant && value === null;
  else {
    binding = { ...newBinding(text, index, scope, span), constant: plain === true };
    scope.own.push(binding);
    scope.variables.set(text, binding);
  }
  binding.type ??= type ?? null;
  if (value === null) return;
  if (binding.values.length < maxValues) binding.values = appended(binding.values, value);
  else binding.reassigned = true;
}

/** A binding that is no variable; parameters take further values. */
export function declare(walk: Walk, within: number, text: string, kind: Binding['kind'], index: number, span: Span, more: Partial<Binding> = {}): void {
  const scope = walk.scopes[within]!.elsewhere.get(text) === 'global' ? 0 : within;
  const names = walk.scopes[scope]!;
  const binding: Binding = { ...newBinding(text, scope, names, span), kind, index, constant: kind !== 'parameter', ...more };
  names.own.push(binding);
  if (kind === 'parameter') names.variables.set(text, binding);
}

type NewField = Pick<ClassSummary['fields'][number], 'type' | 'static'> & { value: Expr | null };

/** `x = 1` in a class body belongs to the class; `x: int = 1` is a default of its instances. */
function classField({ value, type = null, static: isStatic }: Assigned): NewField {
  return { value, type, static: isStatic ?? type === null };
}

export function addField(walk: Walk, index: number, text: string, span: Span, { value, type, static: isStatic }: NewField): void {
  const owner = walk.classes[index]!;
  let field = owner.fields.find((one) => one.name === text);
  if (field) field.static &&= isStatic;
  else {
    field = { name: text, type: null, values: empty, functions: [], static: isStatic, span };
    owner.fields.push(field);
  }
  field.type ??= type;
  if (!value || field.values.length >= maxValues) return;
  field.values = appended(field.values, value);
  field.functions = [...field.functions!, walk.frame.function];
}

/** `self.x = …`. */
function attribute(walk: Walk, at: number, { value, type = null }: Assigned): void {
  const { tree, frame } = walk;
  const [object, member] = [child(tree, at, 'object'), child(tree, at, 'attribute')];
  if (object < 0 || member < 0 || tree.type[object] !== 'identifier') return;
  const self = selfOf(walk, frame.function, textOf(walk, object));
  if (self) addField(walk, self.class, textOf(walk, member), spanOf(tree, member), { value, type, static: self.static });
}

/** The class whose instance (`static`: which itself) a name is, being the first parameter of a method around. */
function selfOf(walk: Walk, from: number, text: string): { class: number; static: boolean } | null {
  for (let at: number | null = from; at !== null && at > 0; at = walk.functions[at]!.parent) {
    const fn: FunctionSummary = walk.functions[at]!;
    const position = fn.parameters.findIndex((parameter) => parameter.name === text);
    if (position < 0) continue;
    if (position > 0 || fn.class === null || fn.parameters[0]!.rest) return null;
    const own = decoratorNames(fn);
    if (own.includes('staticmethod')) return null;
    const ofClass = own.includes('classmethod') || fn.name === '__init_subclass__' || fn.name === '__class_getitem__' || fn.name === '__new__';
    return { class: fn.class, static: ofClass };
  }
  return null;
}

/** Last names of decorators that are names. */
export function decoratorNames(fn: { decorators: readonly Expr[] }): string[] {
  return fn.decorators.flatMap((one) => (one.kind === 'name' || one.kind === 'member' ? [one.name] : []));
}
