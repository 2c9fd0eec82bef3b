import { empty } from '../lists.ts';
import type { Call, Expr } from '../summary.ts';
import { expr } from './expressions.ts';
import { bare, children, field, firstChild, none } from './nodes.ts';
import { typeArguments } from './types.ts';
import { functionNow, loopAt, type Walk } from './state.ts';

/** Notes a call or a `new`. */
export function enterCall(walk: Walk, at: number): void {
  const { tree, text } = walk;
  const isNew = tree.type[at] === 'new_expression';
  const callee = field(walk, at, isNew ? 'constructor' : 'function');
  const list = field(walk, at, 'arguments');
  const types = field(walk, at, 'type_arguments');
  const call: Call = {
    callee: expr(walk, callee),
    isNew,
    args: list === none ? empty : argumentsOf(walk, list),
    keywords: empty,
    function: functionNow(walk),
    awaited: walk.awaited.has(at),
    loop: loopAt(walk, at),
    optional: !isNew && callee !== none && list !== none && text.startsWith('?.', skipSpace(text, tree.end[callee]!)),
    decorator: at < walk.decoratorAfter,
    span: walk.spanOf(at),
    nameSpan: walk.spanOf(callee === none ? at : lastName(walk, callee)),
  };
  if (types !== none) call.typeArguments = typeArguments(walk, types);
  walk.calls.push(call);
}

function argumentsOf(walk: Walk, list: number): readonly Expr[] {
  // a template that is called is its only argument
  if (walk.tree.type[list] !== 'arguments') return [expr(walk, list)];
  const given = children(walk, list);
  return given.length === 0 ? empty : given.map((argument) => expr(walk, argument));
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return at;
}

/** The node of the last name of a callee. */
function lastName(walk: Walk, callee: number): number {
  const inner = bare(walk, callee);
  if (walk.tree.type[inner] !== 'member_expression') return inner;
  const property = field(walk, inner, 'property');
  return property === none ? inner : property;
}

/** `await …`: marks every call whose value it waits for, along the chain and in both branches. */
export function enterAwait(walk: Walk, at: number): void {
  const waiting = [firstChild(walk, at)];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === none) continue;
    const inner = bare(walk, node);
    switch (walk.tree.type[inner]) {
      case 'call_expression':
        walk.awaited.add(inner);
        chain(field(walk, inner, 'function'));
        break;
      case 'new_expression':
        walk.awaited.add(inner);
        break;
      case 'ternary_expression':
        waiting.push(field(walk, inner, 'consequence'), field(walk, inner, 'alternative'));
        break;
      case 'binary_expression':
        waiting.push(field(walk, inner, 'left'), field(walk, inner, 'right'));
        break;
      default:
    }
  }

  /** `f()` in `await f().then()` */
  function chain(callee: number): void {
    const member = callee === none ? none : bare(walk, callee);
    if (member === none || walk.tree.type[member] !== 'member_expression') return;
    const object = field(walk, member, 'object');
    const inner = object === none ? none : bare(walk, object);
    if (inner !== none && walk.tree.type[inner] === 'call_expression') waiting.push(inner);
    else if (inner !== none && walk.tree.type[inner] === 'member_expression') waiting.push(...below(inner));
  }

  /** The call under a chain of members: `f()` of `f().a.b`. */
  function below(member: number): number[] {
    let now = member;
    while (now !== none && walk.tree.type[now] === 'member_expression') {
      const object = field(walk, now, 'object');
      now = object === none ? none : bare(walk, object);
    }
    return now !== none && walk.tree.type[now] === 'call_expression' ? [now] : [];
  }
}

/** The iterable of `for await`. */
export function awaitIterable(walk: Walk, at: number): void {
  const right = field(walk, at, 'right');
  const list = right === none ? none : bare(walk, right);
  if (list !== none && walk.tree.type[list] === 'call_expression') walk.awaited.add(list);
}

