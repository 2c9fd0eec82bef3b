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

export const literalKey = (literal: Literal): string => (literal.kind === 'function' ? `f${literal.function}` : `${literal.span.start}`);

/** Where the literals of a file stand, by their keys. */
export function findPlaces({ calls, bindings, classes, functions, exports }: FileSummary): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const visit = (expr: Expr, place: Place | null, fn: number): void => {
    switch (expr.kind) {
      case 'function':
        if (place) places.set(literalKey(expr), place);
        return;
      case 'object':
        if (place) places.set(literalKey(expr), place);
        for (const { name, value } of expr.properties) visit(value, { kind: 'property', object: expr, name }, fn);
        return;
      case 'array':
        if (place) places.set(literalKey(expr), place);
        for (const item of expr.items) visit(item, { kind: 'item', array: expr }, fn);
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
    call.args.forEach((arg, position) => visit(arg, { kind: 'argument', call: number, position }, call.function));
    for (const k of call.keywords) visit(k.value, null, call.function);
  });
  for (const binding of bindings) for (const value of binding.values) visit(value, { kind: 'binding', binding }, binding.scope);
  for (const owner of classes) for (const field of owner.fields) field.values.forEach((value, i) => visit(value, { kind: 'field', owner, field }, field.functions?.[i] ?? owner.scope));
  functions.forEach((f, number) => f.returned.forEach((e) => visit(e, { kind: 'returned', function: number }, number)));
  for (const e of exports) if (e.value) visit(e.value, null, 0);
  return places;
}
