import type { ClassRef, FunctionRef } from '../program.ts';
import type { ClassSummary, TypeRef } from '../summary.ts';
import { bodies, type FileIndex } from './fileIndex.ts';
import { valueOf } from './expressions.ts';
import { typeValue } from './types.ts';
import { identity, type Kind, type Known, refKey, type TypePlace, unknown } from './values.ts';
import type { World } from './world.ts';

/** A class with what its type parameters stand for. */
export type ClassUse = Pick<Kind<'class'>, 'class' | 'args'>;
/** A class and its bases in the order in which members are looked for. `unknown`: a base that was not found. */
export type Ancestor = ClassUse | { external: string } | 'unknown';

export const isUse = (a: Ancestor): a is ClassUse => a !== 'unknown' && 'class' in a;

export function classOf(world: World, ref: ClassRef): { index: FileIndex; summary: ClassSummary } | null {
  const index = world.index(ref.file);
  const summary = index?.summary.classes[ref.index];
  return index && summary ? { index, summary } : null;
}

/** The class itself first. */
export function ancestors(world: World, use: ClassUse): readonly Ancestor[] {
  return world.memo.run<readonly Ancestor[]>('line', use.class.file, use.args.length === 0 ? use.class.index : `${use.class.index} ${use.args.map(identity).join()}`, [use], () => {
    const found = classOf(world, use.class);
    if (!found) return [use];
    const lines = bases(world, use).map((base) => (isUse(base) ? ancestors(world, base) : [base]));
    return [use, ...merge([...lines, bases(world, use)])];
  });
}

/** What it extends and implements, in that order. */
export function bases(world: World, use: ClassUse): Ancestor[] {
  const found = classOf(world, use.class);
  if (!found) return [];
  const { summary } = found;
  const place = classPlace(world, use, null);
  const at = { file: use.class.file, function: summary.scope, offset: summary.span.start };
  const asBase = (v: Known, args: readonly TypeRef[]): Ancestor[] => {
    if (v.kind === 'external') return ignored.has(v.name) ? [] : [{ external: v.name }];
    if (v.kind === 'class' || v.kind === 'instance') return [{ class: v.class, args: args.length > 0 ? args.map((a) => typeValue(world, a, place)) : v.args }];
    return ['unknown'];
  };
  const extended = summary.bases.flatMap((base, i) => {
    const args = i === 0 ? summary.baseArguments : [];
    // an interface extends types, which are no values
    const path = summary.kind === 'interface' ? dotted(base) : null;
    return asBase(path ? typeValue(world, { kind: 'name', path, args: [...args] }, place) : valueOf(world, base, at), args);
  });
  return [...extended, ...summary.implements.flatMap((t) => asBase(typeValue(world, t, place), [])).filter(isUse)];
}

/** Bases without members of their own. */
const ignored = new Set(['object', 'abc.ABC', 'typing.Generic', 'typing.Protocol', 'typing_extensions.Protocol', 'enum.Enum']);

function dotted(expr: ClassSummary['bases'][number]): string[] | null {
  if (expr.kind === 'name') return [expr.name];
  if (expr.kind !== 'member') return null;
  const object = dotted(expr.object);
  return object && [...object, expr.name];
}

const ancestorKey = (a: Ancestor) => (a === 'unknown' ? a : 'class' in a ? refKey(a.class) : a.external);

/** C3: the bases' own orders are kept; where that cannot be, each line in its turn. */
function merge(lines: readonly (readonly Ancestor[])[]): Ancestor[] {
  const rest = lines.map((line) => [...line]).filter((line) => line.length > 0);
  const merged: Ancestor[] = [];
  while (rest.some((line) => line.length > 0)) {
    const heads = rest.flatMap((line) => line.slice(0, 1));
    const next = heads.find((head) => !rest.some((line) => line.slice(1).some((a) => ancestorKey(a) === ancestorKey(head)))) ?? heads[0]!;
    merged.push(next);
    for (const line of rest) {
      const at = line.findIndex((a) => ancestorKey(a) === ancestorKey(next));
      if (at >= 0) line.splice(at, 1);
    }
  }
  return merged;
}

/** Where the types in a class are written; of its type parameters without an argument is known what they extend. */
export function classPlace(world: World, use: ClassUse, self: Known | null): TypePlace {
  const summary = classOf(world, use.class)?.summary;
  const names = summary?.typeParameters ?? [];
  const place: TypePlace = { file: use.class.file, function: summary?.scope ?? 0, offset: summary?.span.start ?? 0, parameters: null, self };
  if (names.length === 0) return place;
  const open = { ...place, parameters: new Map(names.map((name) => [name, unknown])) };
  const bound = (i: number) => {
    const type = summary?.typeBounds?.[i];
    return type ? typeValue(world, type, open) : unknown;
  };
  const given = (i: number) => {
    const arg = use.args[i];
    return arg && arg.kind !== 'unknown' ? arg : bound(i);
  };
  return { ...place, parameters: new Map(names.map((name, i) => [name, given(i)])) };
}

type Field = ClassSummary['fields'][number];
export type ClassMember = { kind: 'methods'; use: ClassUse; methods: ClassSummary['methods'] } | { kind: 'field'; use: ClassUse; field: Field } | { kind: 'external'; name: string };

/**
 * A member of a class or of one of its bases. Null: there is none; `unknown`: it may be one of a base that was not found.
 * A base outside the workspace has whatever no class of the workspace has.
 */
export function findMember(world: World, line: readonly Ancestor[], name: string, onClass: boolean, python: boolean): ClassMember | null | 'unknown' {
  let announced: ClassMember | null = null;
  for (const use of line) {
    if (!isUse(use)) continue;
    const found = classOf(world, use.class);
    if (!found) return 'unknown';
    const { summary, index } = found;
    const methods = summary.methods.filter((m) => m.name === name && (python || m.kind !== 'constructor') && m.kind !== 'setter' && (python || m.static === onClass));
    if (methods.length > 0) return { kind: 'methods', use, methods: python ? methods.slice(-1) : bodies(methods, index.summary.functions) };
    const field = summary.fields.find((f) => f.name === name && (python || f.static === onClass));
    if (!field) continue;
    // a mixin's `client: Any` only says that some other base has it
    if (!python || field.values.length > 0 || !saysNothing(field.type)) return { kind: 'field', use, field };
    announced ??= { kind: 'field', use, field };
  }
  if (announced) return announced;
  const outside = line.filter((a) => !isUse(a));
  if (outside.includes('unknown')) return 'unknown';
  const first = outside[0];
  return first && first !== 'unknown' && 'external' in first ? { kind: 'external', name: first.external } : null;
}

const saysNothing = (type: TypeRef | null) => type === null || (type.kind === 'name' && type.path.at(-1) === 'Any');

/** The function that makes an instance: of the class or the first base that has one (`skip` of them left out); the name of an outside class; null where there is none. */
export function findConstructor(world: World, use: ClassUse, skip = 0): FunctionRef | { external: string } | null {
  for (const ancestor of ancestors(world, use).slice(skip)) {
    if (ancestor === 'unknown') return null;
    if (!isUse(ancestor)) return ancestor;
    const found = classOf(world, ancestor.class);
    if (!found) return null;
    const made = found.summary.methods.filter((m) => m.kind === 'constructor' || (found.index.python && m.name === '__init__'));
    const method = bodies(made, found.index.summary.functions)[0];
    if (method) return { file: ancestor.class.file, index: method.function };
  }
  return null;
}
