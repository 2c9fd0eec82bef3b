import { maySpread } from '../lists.ts';
import type { ClassRef } from '../program.ts';
import { isStaticMethod, nameOf, type Call, type Expr, type FunctionSummary, type TypeRef } from '../summary.ts';
import type { At } from './index.ts';
import { functionReturns } from './calls.ts';
import { classOf, findConstructor } from './classes.ts';
import { awaited, valueOf } from './expressions.ts';
import { elementOf } from './members.ts';
import { placeAt, typeValue } from './types.ts';
import { type Kind, type Known, unknown } from './values.ts';
import type { World } from './world.ts';

type Found = Map<string, Known>;
const nothing: ReadonlyMap<string, Known> = new Map();

/** What the type parameters of a function stand for in one call: as written there, else by the arguments. */
export function inferred(world: World, fn: Kind<'function'>, summary: FunctionSummary, call: Call, at: At): ReadonlyMap<string, Known> {
  const names = summary.typeParameters?.map((p) => p.name) ?? pythonNames(world, fn, summary);
  if (names.length === 0) return nothing;
  const found: Found = new Map();
  names.forEach((name, i) => {
    const written = call.typeArguments?.[i];
    if (written) found.set(name, typeValue(world, written, placeAt(at)));
  });
  unifyParameters(world, summary, call, at, new Set(names), found, positionOffset(world, fn, summary));
  return found;
}

/** The same for the class that a constructor call makes an instance of. */
export function inferredForClass(world: World, ref: ClassRef, call: Call, at: At): Known[] {
  const summary = classOf(world, ref)?.summary;
  const names = summary?.typeParameters ?? [];
  if (names.length === 0) return [];
  if (call.typeArguments) return call.typeArguments.map((t) => typeValue(world, t, placeAt(at)));
  const found: Found = new Map();
  const made = findConstructor(world, { class: ref, args: [] });
  const constructor = made && 'file' in made && made.file === ref.file ? world.index(made.file)?.summary.functions[made.index] : null;
  if (constructor) unifyParameters(world, constructor, call, at, new Set(names), found, world.index(ref.file)?.python ? 1 : 0);
  return names.map((name) => found.get(name) ?? unknown);
}

/** Python's bound methods take their first argument from what they are called on. */
export function positionOffset(world: World, fn: Kind<'function'>, summary: FunctionSummary): number {
  return world.index(fn.function.file)?.python && summary.class !== null && fn.self !== null && !isStaticMethod(summary) ? 1 : 0;
}

/** The argument that a parameter gets in a call; null: none, or it cannot be told. */
export function argumentFor(call: Call, parameter: FunctionSummary['parameters'][number] | undefined, position: number): Expr | null {
  const byName = parameter && call.keywords.find((k) => k.name === parameter.name);
  if (byName) return byName.value;
  return call.args.slice(0, position + 1).some(maySpread) ? null : (call.args[position] ?? null);
}

function unifyParameters(world: World, { parameters }: FunctionSummary, call: Call, at: At, names: ReadonlySet<string>, found: Found, offset: number) {
  parameters.forEach((parameter, i) => {
    if (!parameter.type || !mentions(parameter.type, names)) return;
    const argument = argumentFor(call, parameter, i - offset);
    if (argument) unify(world, parameter.type, valueOf(world, argument, at), names, found);
  });
}

function mentions(type: TypeRef, names: ReadonlySet<string>): boolean {
  switch (type.kind) {
    case 'name':
      return (type.path.length === 1 && names.has(type.path[0]!)) || type.args.some((t) => mentions(t, names));
    case 'union':
    case 'intersection':
    case 'tuple':
      return type.of.some((t) => mentions(t, names));
    case 'array':
      return mentions(type.of, names);
    case 'function':
      return mentions(type.returns, names);
    case 'object':
      return type.members.some((m) => mentions(m.type, names));
    default:
      return false;
  }
}

/** Notes what the names in a type stand for if a value is of that type. */
function unify(world: World, type: TypeRef, value: Known, names: ReadonlySet<string>, found: Found): void {
  if (value.kind === 'unknown' || value.kind === 'absent' || !mentions(type, names)) return;
  switch (type.kind) {
    case 'name': {
      const name = type.path.at(-1)!;
      if (type.args.length === 0) {
        if (!found.has(name)) found.set(name, value);
      } else if (value.kind === 'promise' || name === 'Promise' || name === 'Awaitable' || name === 'Coroutine') {
        unify(world, type.args.at(-1)!, awaited(value), names, found);
      } else if (name === 'type' || name === 'Type') {
        if (value.kind === 'class') unify(world, type.args[0]!, { ...value, kind: 'instance' }, names, found);
      } else if (name === 'Callable') {
        return;
      } else if (value.kind === 'instance' || value.kind === 'class') {
        type.args.forEach((t, i) => unify(world, t, value.args[i] ?? unknown, names, found));
      } else if (value.kind === 'external' && value.args) {
        type.args.forEach((t, i) => unify(world, t, value.args![i] ?? unknown, names, found));
      } else {
        unify(world, type.args.at(-1)!, elementOf(world, value), names, found);
      }
      return;
    }
    case 'array':
      { unify(world, type.of, elementOf(world, value), names, found); return; }
    case 'tuple':
      { type.of.forEach((t, i) => unify(world, t, elementOf(world, value, i), names, found)); return; }
    case 'union':
    case 'intersection': {
      const part = type.of.filter((t) => mentions(t, names));
      if (part.length === 1) { unify(world, part[0]!, value, names, found); return; }
      // `T | Promise<T>`
      part.forEach((t) => {
        if (t.kind === 'name' && t.args.length === 0) unify(world, t, awaited(value), names, found);
      }); return;
    }
    case 'function':
      if (value.kind === 'function') { unify(world, type.returns, functionReturns(world, value), names, found); return; }
      if (value.kind === 'callable') { unify(world, type.returns, typeValue(world, value.type.returns, value.at), names, found); return; }
      if (value.kind === 'class') { unify(world, type.returns, { ...value, kind: 'instance' }, names, found); return; }
      return;
    default:
      return;
  }
}

/** Python's type variables are names like any other: those that the result's type mentions and that are made by `TypeVar`. */
function pythonNames(world: World, fn: Kind<'function'>, summary: FunctionSummary): string[] {
  const index = world.index(fn.function.file);
  if (!index?.python || !summary.returns) return [];
  const { calls } = index.summary;
  return namesIn(summary.returns).filter((name) =>
    index.lookup(name, fn.function.index, -1).some((b) => b.values.some((v) => v.kind === 'call' && nameOf(calls[v.call]!.callee) === 'TypeVar')),
  );
}

function namesIn(type: TypeRef): string[] {
  switch (type.kind) {
    case 'name':
      return [...(type.path.length === 1 ? type.path : []), ...type.args.flatMap(namesIn)];
    case 'union':
    case 'intersection':
    case 'tuple':
      return type.of.flatMap(namesIn);
    case 'array':
      return namesIn(type.of);
    case 'function':
      return namesIn(type.returns);
    default:
      return [];
  }
}
