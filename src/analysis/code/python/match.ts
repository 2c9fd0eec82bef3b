import type { Expr, TypeRef } from '../summary.ts';
import { assign, type Walk } from './bindings.ts';
import { expression, other, typeAt } from './expressions.ts';
import { child, children, firstChild } from './tree.ts';

/** The names that a `case` gives to the subject of its `match` or to parts of it. */
export function captures(walk: Walk, clause: number): void {
  const { tree } = walk;
  const block = tree.parent[clause]!;
  const match = block < 0 ? -1 : tree.parent[block]!;
  const patterns = children(tree, clause).filter((node) => tree.type[node] === 'case_pattern');
  const subject = match < 0 || patterns.length !== 1 ? other : expression(walk, child(tree, match, 'subject'));
  const todo: { node: number; value: Expr }[] = patterns.map((node) => ({ node, value: subject }));
  for (let one = todo.pop(); one; one = todo.pop()) {
    const { node, value } = one;
    const inner = children(tree, node);
    switch (tree.type[node]!) {
      case 'case_pattern':
        if (inner.length === 1) todo.push({ node: inner[0]!, value });
        break;
      case 'dotted_name': // one name captures, a dotted one is a constant
      case 'splat_pattern':
        if (inner.length === 1) assign(walk, inner[0]!, { value });
        break;
      case 'as_pattern': {
        const [pattern, name] = [inner[0], inner.at(-1)];
        if (pattern === undefined || name === undefined || pattern === name) break;
        const type = classOf(walk, pattern);
        assign(walk, name, { value: type ? { kind: 'as', value, type } : value });
        todo.push({ node: pattern, value });
        break;
      }
      case 'class_pattern': // its class comes first
      case 'keyword_pattern': // its name
        todo.push(...inner.slice(1).map((part) => ({ node: part, value: other })));
        break;
      default:
        todo.push(...inner.filter((part) => tree.field[part] !== 'key').map((part) => ({ node: part, value: other })));
    }
  }
}

/** `Foo` of `case Foo() as x`. */
function classOf(walk: Walk, pattern: number): TypeRef | null {
  const { tree } = walk;
  const inner = tree.type[pattern] === 'case_pattern' ? firstChild(tree, pattern) : pattern;
  if (inner < 0 || tree.type[inner] !== 'class_pattern') return null;
  return typeAt(walk, firstChild(tree, inner));
}
