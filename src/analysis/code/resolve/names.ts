import { type Binding, type Expr, maxValues, type TypeRef } from '../summary.ts';
import type { At } from './index.ts';
import { valueOf } from './expressions.ts';
import { globalValue } from './globals.ts';
import { conversions, notConverted, versionAt } from './conversions.ts';
import type { FileIndex } from './fileIndex.ts';
import type { Key } from './memo.ts';
import { bindingOrigin, type Origin, starOrigin } from './origins.ts';
import { parameterValue } from './parameters.ts';
import { placeAt, typeValue } from './types.ts';
import { each, either, external, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

/** What a name stands for at a place. */
export function nameValue(world: World, name: string, at: At): Known {
  const index = world.index(at.file);
  if (!index) return unknown;
  const bindings = valuesOnly(index, index.lookup(name, at.function, at.offset));
  if (bindings.length === 0) {
    const starred = starOrigin(world, index, name);
    return starred ? originValue(world, starred) : globalValue(index, name);
  }
  if (bindings.length > 1) return either(bindings.map((b) => bindingValue(world, index, b, versionAt(index, b, at))));
  const [only] = bindings;
  return bindingValue(world, index, only!, versionAt(index, only!, at));
}

/** Of declarations that share a name those that are values: no interface beside a constant, no overload beside its body. */
function valuesOnly(index: FileIndex, bindings: readonly Binding[]): readonly Binding[] {
  if (bindings.length < 2) return bindings;
  const { classes, functions, imports } = index.summary;
  const real = bindings.filter((b) => {
    if (b.kind === 'class') return classes[b.index]!.kind === 'class';
    if (b.kind === 'function') return !functions[b.index]!.abstract;
    return b.kind !== 'import' || !imports[b.index]!.typeOnly;
  });
  return real.length > 0 ? real : bindings.slice(0, 1);
}

/** More than a name has, as no more values of it are listed. */
const versions = maxValues + 1;

function bindingValue(world: World, index: FileIndex, binding: Binding, version: number): Known {
  const { file } = index.summary;
  // no more than is said already needs to be remembered
  if (binding.kind === 'function') return { kind: 'function', function: { file, index: binding.index }, self: null };
  if (binding.kind === 'class') return { kind: 'class', class: { file, index: binding.index }, args: [] };
  // most are asked for as they are declared
  const key = version === 0 ? binding.number : -(binding.number * versions + version);
  return world.memo.known('name', file, key, unknown) ?? newValue(world, index, binding, version, key);
}

/** Apart from what is remembered, as most names have been asked for already: a closure for each of them takes more than the answer. */
const newValue = (world: World, index: FileIndex, binding: Binding, version: number, key: Key): Known =>
  world.memo.run('name', index.summary.file, key, unknown, () => computed(world, index, binding, version));

function computed(world: World, index: FileIndex, binding: Binding, version: number): Known {
  const { file } = index.summary;
  world.index(file);
  if (version > 0) return valueOf(world, conversions(index, binding)[version - 1]!, { file, function: binding.scope, offset: -1 });
  if (binding.kind === 'import') return originValue(world, bindingOrigin(world, index, binding));
  return binding.kind === 'parameter' ? parameterBinding(world, index, binding) : variableValue(world, index, binding);
}

export function originValue(world: World, origin: Origin | null): Known {
  switch (origin?.kind) {
    case undefined:
      return unknown;
    case 'local':
      return nameValue(world, origin.name, { file: origin.file, function: 0, offset: -1 });
    case 'expression':
      return valueOf(world, origin.expr, { file: origin.file, function: 0, offset: -1 });
    case 'module':
    case 'package':
      return origin;
    case 'external':
      return external(origin.name);
  }
}

function parameterBinding(world: World, index: FileIndex, binding: Binding): Known {
  const at: At = { file: index.summary.file, function: binding.scope, offset: -1 };
  const parameter = index.summary.functions[binding.scope]!.parameters[binding.index];
  const isPart = parameter?.name !== binding.name && binding.index >= 0;
  if (isPart && binding.values.length > 0) return declared(world, binding.type, binding.values.slice(0, 1), at, false);
  // assigned anew in the body: what it is then is no longer what was handed over
  const others = notConverted(index, binding).slice(parameter?.optional ? 1 : 0);
  const given = parameterValue(world, at.file, binding.scope, binding.index, binding.name);
  if (binding.type !== null || others.length === 0) return given;
  return either([given, ...others.map((v) => valueOf(world, v, at))]);
}

function variableValue(world: World, index: FileIndex, binding: Binding): Known {
  const values = notConverted(index, binding);
  const at: At = { file: index.summary.file, function: binding.scope, offset: binding.values.length === 1 ? binding.span.start : -1 };
  if (binding.reassigned && binding.values.length >= maxValues && binding.type === null) return unknown;
  return declared(world, binding.type, values, at, binding.constant || binding.values.length === 1);
}

/** By the annotation; where that says little, by what is assigned. */
export function declared(world: World, type: TypeRef | null, values: readonly Expr[], at: At, once: boolean): Known {
  const annotated = type ? typeValue(world, type, placeAt(at)) : unknown;
  if (annotated.kind !== 'unknown' && annotated.kind !== 'absent' && !(once && saysLittle(world, annotated))) return annotated;
  if (values.length === 0 || (annotated.kind !== 'unknown' && annotated.kind !== 'absent' && !once)) return annotated;
  const assigned = assignedOf(values, values.map((v) => valueOf(world, v, at)));
  if (annotated.kind === 'unknown' || annotated.kind === 'absent') return assigned.kind === 'absent' ? unknown : assigned;
  // `sessions: dict[str, ClientSession] = {}` is filled later
  if (isEmpty(assigned) && (annotated.kind === 'dictionary' || annotated.kind === 'array') && annotated.of.kind === 'external') return annotated;
  return saysMore.has(assigned.kind) ? assigned : annotated;
}

const isEmpty = (v: Known): boolean => (v.kind === 'object' && v.expr.properties.length + v.expr.spread.length === 0) || (v.kind === 'list' && v.expr.items.length === 0);

/** A function that is looked up in a table may be replaced where there is none (`let h = table[name]; if (!h) h = other()`): those of the table are called all the same. */
function assignedOf(exprs: readonly Expr[], values: readonly Known[]): Known {
  const isFunction = (v: Known): boolean => v.kind === 'function' || (v.kind === 'each' && v.of.every(isFunction));
  const looksUp = exprs.length > 1 && exprs.some((e, i) => e.kind === 'element' && e.key !== undefined && isFunction(values[i]!));
  return looksUp ? each(values.filter(isFunction)) : either(values);
}

/** A type behind which a value that is written out says more. */
function saysLittle(world: World, v: Known): boolean {
  if (v.kind === 'instance') return world.index(v.class.file)?.summary.classes[v.class.index]?.kind === 'interface';
  if (v.kind === 'dictionary' || v.kind === 'array') return v.of.kind !== 'instance' || saysLittle(world, v.of);
  return v.kind === 'callable' || v.kind === 'shape' || v.kind === 'tuple' || v.kind === 'external';
}

const saysMore = new Set<Known['kind']>(['object', 'function', 'list', 'instance']);
