import type { ClassRef, FunctionRef, Value } from '../program.ts';
import type { Expr, TypeRef } from '../summary.ts';

/** What the resolver knows of a value while it works: `Value`, and what is of no use outside. */
export type Known =
  /** `self`: what it is bound to. `thread`: a call runs it on another thread. */
  | { kind: 'function'; function: FunctionRef; self: Known | null; thread?: true }
  /** Something of a function type. `of`: the type whose member it is, where object literals may say what it does. */
  | { kind: 'callable'; type: Extract<TypeRef, { kind: 'function' }>; at: TypePlace; of?: { type: string; name: string } }
  /** `open`: or one derived from it (`cls`, `this.constructor`). */
  | { kind: 'class'; class: ClassRef; args: readonly Known[]; open?: boolean }
  /** `exact`: of that class itself, not of one derived from it. */
  | { kind: 'instance'; class: ClassRef; args: readonly Known[]; exact?: boolean }
  /** `loaded`: it is one of several that a path may mean, the one for which the part that is computed `by` something is `as`. */
  | { kind: 'module'; file: string; loaded?: { by: string; as: string } }
  /** A Python package without a file of its own. */
  | { kind: 'package'; folder: string }
  | { kind: 'object'; file: string; expr: Extract<Expr, { kind: 'object' }>; scope: number }
  /** An array literal: its items are looked at when one is asked for. */
  | { kind: 'list'; file: string; expr: Extract<Expr, { kind: 'array' }>; scope: number }
  /** Of an object type; `alias` is the key of its name. */
  | { kind: 'shape'; members: Extract<TypeRef, { kind: 'object' }>['members']; at: TypePlace; alias?: string }
  /** `Record<string, T>`, `dict[str, T]`. */
  | { kind: 'dictionary'; of: Known }
  | { kind: 'external'; name: string; instance: boolean; args?: readonly Known[] }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'array'; of: Known }
  | { kind: 'tuple'; of: readonly Known[] }
  | { kind: 'promise'; of: Known }
  /** The members of a class's bases. */
  | { kind: 'super'; class: ClassRef; self: Known }
  /** One of these, it is not known which. */
  | { kind: 'either'; of: readonly Known[] }
  /** Each of these at some time: what a table that is looked up by a name holds, what a loop runs over. */
  | { kind: 'each'; of: readonly Known[] }
  /** It is known that there is no such thing. */
  | { kind: 'absent' }
  | { kind: 'unknown' };

export type Kind<K extends Known['kind']> = Extract<Known, { kind: K }>;

/** Where a type is written, and what the type parameters around it stand for. */
export interface TypePlace {
  file: string;
  function: number;
  /** -1: anywhere in the function. */
  offset: number;
  parameters: ReadonlyMap<string, Known> | null;
  /** What Python's `Self` and TypeScript's `this` stand for. */
  self: Known | null;
}

export const unknown: Known = { kind: 'unknown' };
export const absent: Known = { kind: 'absent' };
export const nothing: Known = { kind: 'literal', value: null };

export const external = (name: string, instance = false, args?: readonly Known[]): Known => (args ? { kind: 'external', name, instance, args } : { kind: 'external', name, instance });

/** More than this is no table that somebody wrote by hand. */
const maxEach = 200;

/** One of several: what is missing or null does not count, one unknown makes all unknown. */
export function either(values: readonly Known[]): Known {
  // most names have one value
  if (values.length === 1) return values[0]!.kind === 'unknown' ? unknown : values[0]!;
  const some = distinct(values.flatMap((v) => (v.kind === 'either' ? v.of : [v])).filter((v) => v.kind !== 'absent'));
  const real = some.filter((v) => !isNull(v));
  if (real.length === 0) return some[0] ?? absent;
  if (real.some((v) => v.kind === 'unknown')) return unknown;
  return real.length === 1 ? real[0]! : { kind: 'either', of: real };
}

/** All of several; what is unknown among them is left out. */
export function each(values: readonly Known[]): Known {
  const real = distinct(values.flatMap((v) => (v.kind === 'each' ? v.of : [v])).filter((v) => v.kind !== 'absent' && v.kind !== 'unknown' && !isNull(v)));
  if (real.length === 0 || real.length > maxEach) return unknown;
  return real.length === 1 ? real[0]! : { kind: 'each', of: real };
}

/** What all of them are; unknown where they differ. */
export function distinctValue(values: readonly Known[]): Known {
  const different = distinct(values);
  return different.length === 1 ? different[0]! : unknown;
}

/** The same thing done to each of several. */
export function mapSeveral(value: Kind<'either'> | Kind<'each'>, change: (v: Known) => Known): Known {
  const changed = value.of.map(change);
  return value.kind === 'either' ? either(changed) : each(changed);
}

export const isNull = (v: Known): boolean => v.kind === 'literal' && v.value === null;

function distinct(values: readonly Known[]): Known[] {
  const seen = new Set<string>();
  return values.filter((v) => {
    const key = identity(v);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Equal for equal values; of those that are looked into lazily, for what is written at one place. */
export function identity(v: Known): string {
  switch (v.kind) {
    case 'function':
      return `f ${refKey(v.function)} ${v.self && v.self.kind !== 'function' ? identity(v.self) : ''}`;
    case 'callable':
      return `c ${v.at.file} ${JSON.stringify(v.type)} ${v.of ? `${v.of.type} ${v.of.name}` : ''}`;
    case 'class':
    case 'instance':
      return `${v.kind} ${refKey(v.class)} ${v.args.map(identity).join()}`;
    case 'super':
      return `super ${refKey(v.class)}`;
    case 'module':
      return `m ${v.file}`;
    case 'package':
      return `p ${v.folder}`;
    case 'object':
    case 'list':
      return `o ${v.file} ${v.expr.span.start}`;
    case 'shape':
      return `s ${v.at.file} ${v.alias ?? ''} ${JSON.stringify(v.members)}`;
    case 'external':
      return `x ${v.name} ${v.instance} ${v.args?.map(identity).join() ?? ''}`;
    case 'literal':
      return `l ${typeof v.value} ${v.value}`;
    case 'array':
    case 'dictionary':
    case 'promise':
      return `${v.kind} ${identity(v.of)}`;
    case 'tuple':
    case 'either':
    case 'each':
      return `${v.kind} ${v.of.map(identity).join('|')}`;
    case 'absent':
    case 'unknown':
      return v.kind;
  }
}

export const refKey = (ref: { file: string; index: number }): string => `${ref.file}#${ref.index}`;

/** What others than the resolver are told. */
export function publicValue(v: Known): Value {
  switch (v.kind) {
    case 'function':
      return v.self ? { kind: 'function', function: v.function, bound: publicValue(v.self) } : { kind: 'function', function: v.function };
    case 'class':
    case 'instance':
      return { kind: v.kind, class: v.class };
    case 'module':
      return { kind: 'module', file: v.file };
    case 'object':
    case 'literal':
    case 'unknown':
      return v;
    case 'external':
      return { kind: 'external', name: v.name, instance: v.instance };
    case 'array':
    case 'promise':
      return { kind: v.kind, of: publicValue(v.of) };
    case 'tuple':
      return { kind: 'array', of: publicValue(either(v.of)) };
    case 'list':
      return { kind: 'array', of: { kind: 'unknown' } };
    default:
      return { kind: 'unknown' };
  }
}
