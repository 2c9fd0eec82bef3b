import type { TypeRef } from '../summary.ts';
import type { At } from './index.ts';
import { canonical } from './externals.ts';
import type { FileIndex } from './fileIndex.ts';
import { genericValue, globalTypeName, isGlobalType } from './genericTypes.ts';
import { member } from './members.ts';
import { valueOf } from './expressions.ts';
import { bindingOrigin, exportOrigin, type Origin } from './origins.ts';
import { either, external, type Known, type TypePlace, unknown } from './values.ts';
import type { World } from './world.ts';

export const placeAt = (at: At, self: Known | null = null): TypePlace => ({ ...at, parameters: null, self });

/** What a value of a type is, as far as the type is written out. */
export function typeValue(world: World, type: TypeRef, place: TypePlace): Known {
  switch (type.kind) {
    case 'name':
      return named(world, type.path, type.args, place);
    case 'union':
      return either(type.of.map((t) => typeValue(world, t, place)));
    case 'intersection': {
      const parts = type.of.map((t) => typeValue(world, t, place)).filter((v) => v.kind !== 'unknown' && v.kind !== 'absent');
      const classes = parts.filter((v) => v.kind === 'instance' || v.kind === 'external');
      return (classes.length > 0 ? classes : parts)[0] ?? unknown;
    }
    case 'array':
      return { kind: 'array', of: typeValue(world, type.of, place) };
    case 'tuple':
      return { kind: 'tuple', of: type.of.map((t) => typeValue(world, t, place)) };
    case 'object':
      return { kind: 'shape', members: type.members, at: place };
    case 'function':
      return { kind: 'callable', type, at: place };
    case 'typeof':
      return typeofValue(world, type.path, place);
    case 'indexed':
      return member(world, typeValue(world, type.of, place), type.name, false);
    case 'literal':
      return { kind: 'literal', value: type.value };
    case 'other':
      return unknown;
  }
}

function typeofValue(world: World, path: readonly string[], place: TypePlace): Known {
  const at: At = { file: place.file, function: place.function, offset: place.offset };
  let value = valueOf(world, { kind: 'name', name: path[0]! }, at);
  for (const name of path.slice(1)) value = member(world, value, name, false);
  return value;
}

function named(world: World, path: readonly string[], args: readonly TypeRef[], place: TypePlace): Known {
  const index = world.index(place.file);
  if (!index || path.length === 0) return unknown;
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    const parameter = place.parameters?.get(first) ?? typeParameter(world, index, first, place);
    if (parameter) return parameter;
    if ((first === 'Self' && index.python) || (first === 'this' && !index.python)) return place.self ?? unknown;
  }
  const values = () => args.map((a) => typeValue(world, a, place));
  const origin = typeOrigin(world, index, first, place);
  if (origin) return originType(world, origin, rest, values, place);
  const name = path.join('.');
  // any function: it says less than what is handed over
  if (name === 'Function' && !index.python) return unknown;
  return genericValue(world, index.python, name, values) ?? (isGlobalType(index.python, name) ? external(globalTypeName(name), true, values()) : unknown);
}

/** Of the functions around: what the parameter extends. Of a class without arguments: unknown. */
function typeParameter(world: World, index: FileIndex, name: string, place: TypePlace): Known | null {
  const { functions, classes } = index.summary;
  for (let at: number | null = place.function; at !== null; at = functions[at]?.parent ?? null) {
    const fn = functions[at];
    const ofFunction = fn?.typeParameters?.find((p) => p.name === name);
    if (ofFunction) return ofFunction.extends ? typeValue(world, ofFunction.extends, { ...place, parameters: new Map([...(place.parameters ?? []), [name, unknown]]) }) : unknown;
    const owner = fn?.class != null ? classes[fn.class]! : null;
    const own = owner?.typeParameters.indexOf(name) ?? -1;
    if (own >= 0) {
      const bound = owner!.typeBounds?.[own];
      return bound ? typeValue(world, bound, { ...place, parameters: new Map([...(place.parameters ?? []), [name, unknown]]) }) : unknown;
    }
  }
  return null;
}

/** Where the name of a type comes from; null where nothing in the file declares it. */
function typeOrigin(world: World, index: FileIndex, name: string, place: TypePlace): Origin | null {
  const { file, aliases } = index.summary;
  const bindings = index.lookup(name, place.function, place.offset);
  const imported = bindings.find((b) => b.kind === 'import');
  if (imported && !aliases.some((a) => a.name === name)) return bindingOrigin(world, index, imported) ?? { kind: 'local', file, name };
  if (bindings.length > 0 || aliases.some((a) => a.name === name)) return { kind: 'local', file, name };
  return null;
}

function originType(world: World, origin: Origin, rest: readonly string[], args: () => Known[], place: TypePlace): Known {
  if (origin.kind === 'external') {
    const index = world.index(place.file)!;
    const language = index.python ? 'python' : 'javascript';
    const name = rest.reduce((n, part) => canonical(language, `${n}.${part}`), origin.name);
    return genericValue(world, index.python, name, args) ?? external(name, true, args());
  }
  if (rest.length > 0) {
    if (origin.kind !== 'module') return unknown;
    const inner = exportOrigin(world, origin.file, rest[0]!);
    return inner ? originType(world, inner, rest.slice(1), args, place) : unknown;
  }
  if (origin.kind !== 'local') return unknown;
  return localType(world, origin.file, origin.name, args, place);
}

function localType(world: World, file: string, name: string, args: () => Known[], place: TypePlace): Known {
  const index = world.index(file);
  if (!index) return unknown;
  const alias = index.summary.aliases.find((a) => a.name === name);
  if (alias) {
    return world.memo.run('alias', file, name, unknown, () => {
      world.index(file);
      const value = typeValue(world, alias.type, { file, function: 0, offset: -1, parameters: null, self: null });
      return value.kind === 'shape' ? { ...value, alias: `${file} ${name}` } : value;
    });
  }
  const inner = file === place.file;
  const classes = index.lookup(name, inner ? place.function : 0, inner ? place.offset : -1).filter((b) => b.kind === 'class');
  const real = classes.find((b) => index.summary.classes[b.index]!.kind === 'class') ?? classes[0];
  return real ? { kind: 'instance', class: { file, index: real.index }, args: args() } : unknown;
}
