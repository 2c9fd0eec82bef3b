import { kept } from '../lists.ts';
import type { Call, Expr } from '../summary.ts';
import type { Walk } from './bindings.ts';
import { expression, textOf } from './expressions.ts';
import { child, children, firstChild, spanOf } from './tree.ts';

type Keyword = Call['keywords'][number];

export function callOf(walk: Walk, at: number, awaited: boolean): Call {
  const { tree, frame } = walk;
  const callee = child(tree, at, 'function');
  const named = callee >= 0 && tree.type[callee] === 'attribute' ? child(tree, callee, 'attribute') : callee;
  const shown = named < 0 ? at : named;
  const called = expression(walk, callee);
  const list = child(tree, at, 'arguments');
  const args: Expr[] = [];
  const keywords: Keyword[] = [];
  if (list >= 0 && tree.type[list] === 'generator_expression') args.push(expression(walk, list));
  else if (list >= 0) for (const node of children(tree, list)) addArgument(walk, args, keywords, node);
  return {
    callee: called,
    isNew: false,
    args: kept(args),
    keywords: kept(keywords),
    function: frame.function,
    awaited,
    loop: frame.loop,
    optional: false,
    decorator: frame.decorator,
    span: spanOf(tree, at),
    nameSpan: spanOf(tree, shown),
  };
}

function addArgument(walk: Walk, args: Expr[], keywords: Keyword[], node: number): void {
  const { tree } = walk;
  const keyword = (name: string, value: Expr) => void keywords.push({ name, value });
  switch (tree.type[node]!) {
    case 'keyword_argument': {
      const name = child(tree, node, 'name');
      if (name >= 0) keyword(textOf(walk, name), expression(walk, child(tree, node, 'value')));
      return;
    }
    case 'dictionary_splat':
      keyword('**', expression(walk, firstChild(tree, node)));
      return;
    case 'list_splat':
      args.push({ kind: 'element', of: expression(walk, firstChild(tree, node)) });
      return;
    case 'ERROR':
      return;
    default:
      args.push(expression(walk, node));
  }
}

/** `await f()`, and both calls of `await f().g()`. */
export function markAwaited(walk: Walk, operand: number, awaited: Uint8Array): void {
  const { tree } = walk;
  const todo = [operand];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at < 0) continue;
    if (tree.type[at] === 'parenthesized_expression') todo.push(firstChild(tree, at));
    else if (tree.type[at] === 'conditional_expression') {
      const [yes, , no] = children(tree, at);
      todo.push(yes ?? -1, no ?? -1);
    } else if (tree.type[at] === 'call') {
      awaited[walk.number[at]!] = 1;
      const callee = child(tree, at, 'function');
      if (callee >= 0 && tree.type[callee] === 'attribute') todo.push(child(tree, callee, 'object'));
    }
  }
}
