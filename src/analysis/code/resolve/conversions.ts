import type { Binding, Call, Expr } from '../summary.ts';
import type { At } from './index.ts';
import type { FileIndex } from './fileIndex.ts';

/**
 * A name is often made over: `path = Path(path)`, `path = path.resolve()`. Behind such a line it is what was made, before
 * it what it was; all in the order in which they are written, as a reader takes them.
 */
export function conversions(index: FileIndex, binding: Binding): readonly Expr[] {
  return isPlain(binding) ? none : split(index, binding).converted;
}

/** The other values of a name. */
export const notConverted = (index: FileIndex, binding: Binding): readonly Expr[] => (isPlain(binding) ? binding.values : split(index, binding).others);

/** How many conversions stand before a place; all of them where the place is in another function or not known. */
export function versionAt(index: FileIndex, binding: Binding, at: At): number {
  const converted = conversions(index, binding);
  if (converted.length === 0 || at.function !== binding.scope || at.offset < 0) return converted.length;
  return converted.filter((e) => index.summary.calls[rootCall(e)!]!.span.end <= at.offset).length;
}

/**
 * Whether a call's object has a name that is used between the places where it gets its values (`c = A(); c.run(); c = B();
 * c.run()`, the ways of an `elif`): what it is at one place is then not what it may be at all.
 */
export function isReused(index: FileIndex, { callee, function: fn, span }: Call): boolean {
  const name = rootName(callee);
  const bindings = name === null ? none : index.lookup(name, fn, span.start);
  const values = bindings.flatMap((b) => b.values);
  if (values.length < 2) return false;
  const { calls, functions } = index.summary;
  const scope = bindings[0]!.scope;
  const made = values.map(rootCall).filter((c) => c !== null && calls[c]!.function === scope);
  const places = [...bindings.map((b) => b.span.start), ...made.map((c) => calls[c!]!.span.end)];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return functions[scope]!.calls.some((i) => {
    const use = calls[i]!;
    return use.span.start > first && use.span.end < last && rootName(use.callee) === name;
  });
}

/** The name that a method or a method of a field is called on. */
function rootName(callee: Expr): string | null {
  let at = callee;
  while (at.kind === 'member' || at.kind === 'as') at = at.kind === 'as' ? at.value : at.object;
  return at.kind === 'name' && at !== callee ? at.name : null;
}

interface Split {
  converted: readonly Expr[];
  others: readonly Expr[];
}

const none: readonly never[] = [];
/** Most names are never made over. */
const isPlain = ({ constant, values, kind }: Binding) => constant || (kind !== 'variable' && kind !== 'parameter') || !values.some(isOfCall);
const isOfCall = (e: Expr) => rootCall(e) !== null;
const known = new WeakMap<Binding, Split>();

function split(index: FileIndex, binding: Binding): Split {
  const found = known.get(binding);
  if (found) return found;
  const isConversion = (e: Expr) => isOfCall(e) && mentions(index, e, binding.name, 0);
  const made: Split = { converted: binding.values.filter(isConversion), others: binding.values.filter((e) => !isConversion(e)) };
  known.set(binding, made);
  return made;
}

/** The call that an expression is made of, by its index. */
function rootCall(e: Expr): number | null {
  switch (e.kind) {
    case 'call':
      return e.call;
    case 'await':
    case 'element':
      return rootCall(e.of);
    case 'member':
      return rootCall(e.object);
    case 'as':
      return rootCall(e.value);
    default:
      return null;
  }
}

const maxDepth = 6;

function mentions(index: FileIndex, e: Expr, name: string, depth: number): boolean {
  if (depth > maxDepth) return false;
  const inside = (x: Expr) => mentions(index, x, name, depth + 1);
  switch (e.kind) {
    case 'name':
      return e.name === name;
    case 'call': {
      const { callee, args } = index.summary.calls[e.call]!;
      return inside(callee) || args.some(inside);
    }
    case 'await':
    case 'element':
      return inside(e.of);
    case 'member':
      return inside(e.object);
    case 'as':
      return inside(e.value);
    default:
      return false;
  }
}
