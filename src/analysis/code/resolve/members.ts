import type { Expr } from '../summary.ts';
import { functionReturns } from './calls.ts';
import { ancestors, type ClassMember, classOf, classPlace, type ClassUse, findMember } from './classes.ts';
import { valueOf } from './expressions.ts';
import { canonical } from './externals.ts';
import { derivedMember } from './hierarchy.ts';
import { lifespanContext } from './lifespan.ts';
import { declared, originValue } from './names.ts';
import { child, exportOrigin } from './origins.ts';
import { typeValue } from './types.ts';
import { absent, each, either, external, identity, type Kind, type Known, mapSeveral, refKey, unknown } from './values.ts';
import type { World } from './world.ts';

/** What `value.name` is. */
export function member(world: World, value: Known, name: string, python: boolean): Known {
  switch (value.kind) {
    case 'instance':
      return ofClass(world, value, name, false, ancestors(world, value), value);
    case 'class':
      return ofClass(world, value, name, true, ancestors(world, value), value);
    case 'super':
      return ofClass(world, value, name, value.self.kind === 'class', ancestors(world, { class: value.class, args: [] }).slice(1), value.self);
    case 'module':
      return originValue(world, exportOrigin(world, value.file, name));
    case 'package':
      return originValue(world, child(world, value.folder, name));
    case 'object':
      return ofObject(world, value, name);
    case 'shape': {
      const found = value.members.find((m) => m.name === name);
      return found ? ofType(typeValue(world, found.type, value.at), value.alias, name) : absent;
    }
    case 'dictionary':
      return python && dictMethods.has(name) ? external(`dict.${name}`) : value.of;
    case 'list':
    case 'array':
    case 'tuple':
      return external(python ? `list.${name}` : `Array.${name}`);
    case 'promise':
      return python ? unknown : external(`Promise.${name}`);
    case 'external':
      return (python ? lifespanContext(world, value, name) : null) ?? world.externalMember(python, value.name, value.instance, name);
    case 'literal':
      if (typeof value.value === 'string') return external(canonical(python ? 'python' : 'javascript', `${python ? 'str' : 'String'}.${name}`));
      return value.value === null ? absent : unknown;
    case 'either':
    case 'each':
      return mapSeveral(value, (v) => member(world, v, name, python));
    case 'function':
    case 'callable':
      return !python && (name === 'call' || name === 'apply' || name === 'bind') ? value : unknown;
    case 'absent':
    case 'unknown':
      return unknown;
  }
}

const ofType = (value: Known, type: string | undefined, name: string): Known => (value.kind === 'callable' && type !== undefined ? { ...value, of: { type, name } } : value);

/** `line` is where to look, in that order; `self` what methods are bound to. */
function ofClass(world: World, value: Kind<'instance' | 'class' | 'super'>, name: string, onClass: boolean, line: ReturnType<typeof ancestors>, self: Known): Known {
  const python = classOf(world, value.class)?.index.python ?? false;
  if (value.kind === 'instance' && name === (python ? '__class__' : 'constructor')) return { kind: 'class', class: value.class, args: value.args, open: !value.exact };
  const found = findMember(world, line, name, onClass, python);
  if (found === 'unknown') return unknown;
  if (found === null) return (python ? derivedMember(world, value, name) : null) ?? absent;
  const own = memberValue(world, found, self, name, python);
  return python && own.kind === 'unknown' && found.kind === 'field' && found.field.values.length === 0 ? (derivedMember(world, value, name) ?? givenWhereMade(world, found.use, name)) : own;
}

/** What the calls of a data class in its own file give to a field that says nothing of itself (`client: Any`). */
function givenWhereMade(world: World, { class: { file, index } }: ClassUse, name: string): Known {
  return world.memo.run('given', file, `${index} ${name}`, unknown, () => {
    const summary = world.index(file)!.summary;
    const { name: className, methods } = summary.classes[index]!;
    if (methods.some((m) => m.name === '__init__')) return unknown;
    const given = summary.calls.flatMap(({ callee, keywords, function: fn, span }) => {
      const found = callee.kind === 'name' && callee.name === className ? keywords.find((k) => k.name === name) : undefined;
      return found ? [valueOf(world, found.value, { file, function: fn, offset: span.start })] : [];
    });
    return given.length === 0 ? unknown : either(given);
  });
}

export function memberValue(world: World, found: ClassMember, self: Known, name: string, python: boolean): Known {
  if (found.kind === 'external') return world.externalMember(python, found.name, true, name);
  const { use } = found;
  if (found.kind === 'methods') {
    const [method, second] = found.methods;
    if (!method || second) return unknown;
    const fn: Kind<'function'> = { kind: 'function', function: { file: use.class.file, index: method.function }, self };
    return method.kind === 'getter' ? functionReturns(world, fn) : fn;
  }
  return fieldValue(world, use, found.field);
}

function fieldValue(world: World, use: ClassUse, field: Extract<ClassMember, { kind: 'field' }>['field']): Known {
  const { file, index } = use.class;
  return world.memo.run('field', file, `${index} ${field.span.start} ${field.name} ${use.args.map(identity).join()}`, unknown, () => {
    const place = classPlace(world, use, { kind: 'instance', ...use });
    if (field.type && place.parameters) {
      const typed = typeValue(world, field.type, place);
      if (typed.kind !== 'unknown') return ofType(typed, refKey(use.class), field.name);
    }
    const summary = classOf(world, use.class)!.summary;
    const values = field.values.map((expr, i) => ({ expr, fn: field.functions?.[i] ?? null }));
    const inBody = { file, function: summary.scope, offset: field.span.start };
    if (values.every((v) => v.fn === null)) return declared(world, field.type, field.values, inBody, field.values.length === 1);
    const annotated = declared(world, field.type, [], inBody, false);
    if (annotated.kind !== 'unknown' && annotated.kind !== 'absent') return annotated;
    return either(values.map(({ expr, fn }) => valueOf(world, expr, fn === null ? inBody : { file, function: fn, offset: -1 })));
  });
}

function ofObject(world: World, object: Kind<'object'>, name: string): Known {
  return world.memo.run('property', object.file, `${object.expr.span.start} ${name}`, unknown, () => property(world, object, name));
}

function property(world: World, { file, expr, scope }: Kind<'object'>, name: string): Known {
  const at = { file, function: scope, offset: expr.span.start };
  const named = expr.properties.findLast((p) => p.name === name);
  if (named) {
    const value = valueOf(world, named.value, at);
    const isGetter = value.kind === 'function' && named.value.kind === 'function' && world.index(file)?.summary.functions[named.value.function]?.kind === 'getter';
    return isGetter ? functionReturns(world, value) : value;
  }
  const python = world.index(file)?.python ?? false;
  if (python && dictMethods.has(name)) return external(`dict.${name}`);
  // it may also be added to the object later
  return expr.spread.length === 0 ? unknown : either(expr.spread.map((s) => member(world, valueOf(world, s, at), name, python)));
}

const dictMethods = new Set(['get', 'items', 'keys', 'values', 'pop', 'update', 'setdefault', 'copy', 'clear', 'popitem']);

/** `value[i]`, or one of those that a loop runs over. */
export function elementOf(world: World, value: Known, index?: number): Known {
  switch (value.kind) {
    case 'list':
    case 'object':
      return world.memo.run('element', value.file, `${value.expr.span.start} ${index ?? ''}`, unknown, () => written(world, value, index));
    case 'tuple':
      return index === undefined ? either(value.of) : (value.of[index] ?? unknown);
    case 'array':
    case 'dictionary':
      return value.of;
    case 'external':
      if (value.name === 'Set' || value.name === 'Array') return value.args?.[0] ?? unknown;
      if (value.name === 'Map') return { kind: 'tuple', of: value.args ?? [] };
      return unknown;
    case 'either':
    case 'each':
      return mapSeveral(value, (v) => elementOf(world, v, index));
    case 'instance':
      return iterated(world, value);
    default:
      return unknown;
  }
}

const maxItems = 64;

/** Of what is written out in brackets. */
function written(world: World, value: Kind<'list' | 'object'>, index: number | undefined): Known {
  const at = { file: value.file, function: value.scope, offset: value.expr.span.start };
  if (value.expr.kind === 'object') {
    const { properties, spread } = value.expr;
    return properties.length > maxItems || spread.length > 0 ? unknown : each(properties.map((p) => valueOf(world, p.value, at)));
  }
  const { items } = value.expr;
  const item = (expr: Expr) => valueOf(world, expr, at);
  if (index === undefined) return items.length > maxItems ? unknown : each(items.map(item));
  // behind a spread the places are not known
  return items[index] && !items.slice(0, index + 1).some((e) => e.kind === 'other' || (e.kind === 'element' && e.index === undefined)) ? item(items[index]) : unknown;
}

/** What a class that can be iterated yields. */
function iterated(world: World, value: Kind<'instance'>): Known {
  for (const name of ['__aiter__', '__iter__', '__getitem__']) {
    const found = member(world, value, name, true);
    if (found.kind !== 'function') continue;
    const result = functionReturns(world, found);
    return name === '__getitem__' || result.kind === 'instance' ? (name === '__getitem__' ? result : unknown) : elementOf(world, result);
  }
  return unknown;
}
