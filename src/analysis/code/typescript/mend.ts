import type { FlatTree } from '../walk.ts';

/** What binds more tightly than any prefix or binary operator, and stands behind its operand. */
const postfix = new Set(['call_expression', 'member_expression', 'subscript_expression', 'non_null_expression']);
const operators = new Set(['await_expression', 'unary_expression', 'binary_expression']);

/**
 * The grammar takes `await f<T>(x).y` for a call of `await f`, and `a ?? b!.c()` for one of `(a ?? b)!.c`. This puts the
 * operators where they belong, in place: in front of the calls and members that they hold now.
 */
export function mend(tree: FlatTree): void {
  let isChanged = false;
  let isOwn = false;
  for (let at = 1; at < tree.size; at++) {
    if (!operators.has(tree.type[at]!) || !holds(tree, at)) continue;
    if (!isOwn) Object.assign(tree, copyOf(tree));
    isOwn = true;
    let top = at - 1;
    while (holds(tree, top)) top--;
    if (!move(tree, top, at)) continue;
    isChanged = true;
    at = top;
  }
  if (isChanged) parents(tree);
}

/** The arrays of a file that is open are kept as they were, for the next tree to take over. */
const copyOf = ({ size, type, field, start, end, after, parent }: FlatTree) => ({
  ...{ type: type.slice(0, size), field: field.slice(0, size), start: start.slice(0, size), end: end.slice(0, size), after: after.slice(0, size), parent: parent.slice(0, size) },
});

/** Whether the node is what a call or member stands behind, which in the order of the text is its first child. */
const holds = (tree: FlatTree, at: number) => at > 0 && tree.after[at - 1]! > at && postfix.has(tree.type[at - 1]!);

/** Moves the calls and members `top` … `operator - 1` to the last operand of the operator. */
function move(tree: FlatTree, top: number, operator: number): boolean {
  const { type, field, start, end, after } = tree;
  const operandsEnd = after[operator]!;
  let operand = operator;
  while (operators.has(type[operand]!)) {
    let last = operand + 1;
    while (last < operandsEnd && after[last]! < operandsEnd) last = after[last]!;
    if (last >= operandsEnd || type[last] === 'comment') return false;
    operand = last;
  }
  const length = operator - top;
  const [wholeAfter, wholeEnd] = [after[top]!, end[top]!];
  const [topField, operatorField, operandField] = [field[top]!, field[operator]!, field[operand]!];
  for (let at = operator; at < operand; at++) {
    if (after[at] === operandsEnd) {
      after[at] = wholeAfter;
      end[at] = wholeEnd;
    } else after[at]! -= length;
  }
  start.fill(start[operand]!, top, operator);
  for (const list of [type, field]) {
    const calls = list.slice(top, operator);
    list.copyWithin(top, operator, operand);
    calls.forEach((call, at) => (list[operand - length + at] = call));
  }
  for (const list of [start, end, after]) {
    const calls = list.slice(top, operator);
    list.copyWithin(top, operator, operand);
    list.set(calls, operand - length);
  }
  field[top] = topField;
  field[operand - length] = operandField;
  field[operand] = operatorField;
  return true;
}

/** Reads off again what stands in what. */
function parents(tree: FlatTree): void {
  const open: number[] = [];
  for (let at = 0; at < tree.size; at++) {
    while (open.length > 0 && tree.after[open.at(-1)!]! <= at) open.pop();
    tree.parent[at] = open.at(-1) ?? -1;
    open.push(at);
  }
}
