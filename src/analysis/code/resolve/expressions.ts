import type { Expr } from '../summary.ts';
import type { At } from './index.ts';
import { callValue } from './calls.ts';
import { elementOf, member } from './members.ts';
import { nameValue, originValue } from './names.ts';
import { filledIn, patternOf } from './loads.ts';
import { importOrigin, loadsIn } from './origins.ts';
import { parameterValue } from './parameters.ts';
import { placeAt, typeValue } from './types.ts';
import { each, either, external, type Known, mapSeveral, unknown } from './values.ts';
import { entered } from './contexts.ts';
import type { World } from './world.ts';

/** Where an expression leads. */
export function valueOf(world: World, expr: Expr, at: At): Known {
  switch (expr.kind) {
    case 'name':
      return nameValue(world, expr.name, at);
    case 'this':
      return thisValue(world, at);
    case 'super':
      return superValue(world, at);
    case 'member':
      return memberOf(world, valueOf(world, expr.object, at), expr.name, at);
    case 'element': {
      const of = valueOf(world, expr.of, at);
      return expr.key ? underKey(world, of, expr.key) : elementOf(world, of, expr.index);
    }
    case 'call':
      return callValue(world, at.file, expr.call);
    case 'await':
      return awaited(valueOf(world, expr.of, at));
    case 'as': {
      const value = valueOf(world, expr.value, at);
      const type = typeValue(world, expr.type, placeAt(at));
      return type.kind === 'unknown' || type.kind === 'shape' || type.kind === 'dictionary' ? (value.kind === 'unknown' ? type : value) : type;
    }
    case 'function':
      return { kind: 'function', function: { file: at.file, index: expr.function }, self: null };
    case 'class':
      return { kind: 'class', class: { file: at.file, index: expr.class }, args: [] };
    case 'either':
      return either(expr.of.map((e) => valueOf(world, e, at)));
    case 'object':
      return { kind: 'object', file: at.file, expr, scope: at.function };
    case 'array':
      if (expr.many) return { kind: 'array', of: expr.items[0] ? valueOf(world, expr.items[0], at) : unknown };
      return { kind: 'list', file: at.file, expr, scope: at.function };
    case 'binary':
      return binary(world, expr, at);
    case 'literal':
      return { kind: 'literal', value: expr.value };
    case 'template':
      return external(isPython(world, at) ? 'str' : 'String', true);
    case 'regex':
      return external('RegExp', true);
    case 'enter':
      return entered(world, valueOf(world, expr.of, at));
    case 'module':
      return originValue(world, importOrigin(world, at.file, { module: expr.module, imported: '*' }));
    case 'load':
      return loaded(world, expr.path, at);
    case 'parameter':
      return parameterValue(world, at.file, expr.function, expr.index);
    case 'other':
      return unknown;
  }
}

/** `object.name`, written at a place. */
export const memberOf = (world: World, object: Known, name: string, at: At): Known => member(world, object, name, isPython(world, at));

/** Any of the modules that a path with one computed part may mean. */
function loaded(world: World, path: Expr, { file }: At): Known {
  const pattern = patternOf(path);
  if (!pattern || isPython(world, { file, function: 0, offset: -1 })) return unknown;
  const by = JSON.stringify(pattern.by);
  const modules = loadsIn(world, file, pattern);
  return each(modules.map(({ specifier, as }) => {
    const value = originValue(world, importOrigin(world, file, { module: specifier, imported: '*' }));
    return value.kind === 'module' ? { ...value, loaded: { by, as } } : value;
  }));
}

/** What is chosen by something that is not known; of modules that were loaded by the same (``module[`${name}Handler`]``) the one member of each. */
function underKey(world: World, of: Known, key: Expr): Known {
  if (of.kind === 'each') return each(of.of.map((v) => underKey(world, v, key)));
  if (of.kind !== 'module' || !of.loaded) return elementOf(world, of);
  const name = filledIn(key, of.loaded.by, of.loaded.as);
  return name === null ? unknown : member(world, of, name, false);
}

const isPython = (world: World, { file }: At): boolean => world.index(file)?.python ?? false;

/** `a / b` of paths is a path; text is text; else nothing is known. */
function binary(world: World, expr: Extract<Expr, { kind: 'binary' }>, at: At): Known {
  const { operator } = expr;
  const operands: Expr[] = [];
  // long sums of literals are as deep as they are long
  let left: Expr = expr;
  while (left.kind === 'binary' && left.operator === operator) {
    operands.push(left.right);
    left = left.left;
  }
  const first = left.kind === 'binary' ? unknown : valueOf(world, left, at);
  // `parent` is a path, too
  if (first.kind === 'external' && operator === '/' && (first.instance || first.name === 'pathlib.Path')) return external(first.name, true);
  const text = (v: Known) => (v.kind === 'literal' && typeof v.value === 'string') || (v.kind === 'external' && (v.name === 'String' || v.name === 'str') && v.instance);
  if (operator !== '+' || !(text(first) || operands.slice(-maxOperands).some((e) => e.kind !== 'binary' && text(valueOf(world, e, at))))) return unknown;
  return external(world.index(at.file)?.python ? 'str' : 'String', true);
}

const maxOperands = 4;

export function awaited(v: Known): Known {
  if (v.kind === 'promise') return awaited(v.of);
  return v.kind === 'either' || v.kind === 'each' ? mapSeveral(v, awaited) : v;
}

/** `this`: of the class around, in a method of an object literal that object. */
function thisValue(world: World, at: At): Known {
  const index = world.index(at.file);
  if (!index) return unknown;
  const { functions, classes } = index.summary;
  // what a field is initialised with stands in the class's body
  const around = at.offset < 0 ? null : index.classAt(at.function, at.offset);
  if (around !== null) return { kind: 'instance', class: { file: at.file, index: around }, args: ownParameters(classes[around]!.typeParameters) };
  const owner = index.thisFunction(at.function);
  if (owner === null) return unknown;
  const { class: ofClass, static: isStatic } = functions[owner]!;
  if (ofClass !== null) return { kind: isStatic ? 'class' : 'instance', class: { file: at.file, index: ofClass }, args: [], ...(isStatic && { open: true }) };
  const place = index.placeOf({ kind: 'function', function: owner });
  return place?.kind === 'property' ? { kind: 'object', file: at.file, expr: place.object, scope: functions[owner]!.parent ?? 0 } : unknown;
}

const ownParameters = (names: readonly string[]) => names.map(() => unknown);

function superValue(world: World, at: At): Known {
  const index = world.index(at.file);
  if (!index) return unknown;
  let owner: number | null = at.function;
  while (owner !== null && index.summary.functions[owner]!.class === null) owner = index.summary.functions[owner]!.parent;
  if (owner === null) return unknown;
  const { class: ofClass, static: isStatic } = index.summary.functions[owner]!;
  const ref = { file: at.file, index: ofClass! };
  return { kind: 'super', class: ref, self: isStatic ? { kind: 'class', class: ref, args: [] } : { kind: 'instance', class: ref, args: [], exact: true } };
}
