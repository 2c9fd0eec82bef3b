import type { Binding, ClassSummary, Expr, FileSummary } from '../summary.ts';

type ObjectExpr = Extract<Expr, { kind: 'object' }>;
type ArrayExpr = Extract<Expr, { kind: 'array' }>;
/** What can be given a meaning by the place at which it stands. */
export type Literal = ObjectExpr | ArrayExpr | Extract<Expr, { kind: 'function' }>;

export type Place =
  | { kind: 'argument'; call: number; position: number }
  | { kind: 'property'; object: ObjectExpr; name: string }
  | { kind: 'item'; array: ArrayExpr }
  | { kind: 'binding'; binding: Binding }
  | { kind: 'field'; owner: ClassSummary; field: ClassSummary['fields'][number] }
  | { kind: 'returned'; function: number }
  | { kind: 'as'; cast: Extract<Expr, { kind: 'as' }>; function: number };

/** Functions by their number, others by their offset. */
export const literalKey = (literal: Literal): number => (literal.kind === 'function' ? -1 - literal.function : literal.span.start);

/** Most of what stands anywhere has no place of its own. */
const mayHold = ({ kind }: Expr): boolean => kind === 'function' || kind === 'object' || kind === 'array' || kind === 'either' || kind === 'as' || kind === 'await';

/** Where the literals of a file stand, by their keys. */
export function findPlaces({ calls, bindings, classes, functions, exports }: FileSummary): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  const visit = (expr: Expr, place: Place | null, fn: number): void => {
    switch (expr.kind) {
      case 'function':
        if (place) places.set(literalKey(expr), place);
        return;
      case 'object':
        if (place) places.set(literalKey(expr), place);
        for (const { name, value } of expr.properties) if (mayHold(value)) visit(value, { kind: 'property', object: expr, name }, fn);
        return;
      case 'array':
        if (place) places.set(literalKey(expr), place);
        for (const item of expr.items) if (mayHold(item)) visit(item, { kind: 'item', array: expr }, fn);
        return;
      case 'either':
        { expr.of.forEach((e) => visit(e, place, fn)); return; }
      case 'as':
        { visit(expr.value, { kind: 'as', cast: expr, function: fn }, fn); return; }
      case 'await':
        { visit(expr.of, null, fn); return; }
      default:
        return;
    }
  };
  calls.forEach((call, number) => {
    let position = 0;
    for (const arg of call.args) {
      if (mayHold(arg)) visit(arg, { kind: 'argument', call: number, position }, call.function);
      position++;
    }
    for (const k of call.keywords) visit(k.value, null, call.function);
  });
  bindings.forEach((binding) => {
    for (const value of binding.values) if (mayHold(value)) visit(value, { kind: 'binding', binding }, binding.scope);
  });
  for (const owner of classes) for (const field of owner.fields) field.values.forEach((value, i) => visit(value, { kind: 'field', owner, field }, field.functions?.[i] ?? owner.scope));
  functions.forEach(({ returned }, number) => {
    for (const e of returned) if (mayHold(e)) visit(e, { kind: 'returned', function: number }, number);
  });
  for (const e of exports) if (e.value) visit(e.value, null, 0);
  return places;
}
