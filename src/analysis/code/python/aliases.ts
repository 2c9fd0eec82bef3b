import type { TypeRef } from '../summary.ts';
import type { Walk } from './bindings.ts';
import { typeFrom } from './expressions.ts';
import { child, children, lastName } from './tree.ts';

const makers = /^(?:Union|Optional|Annotated|Callable|Literal)$/;

/** The type that an assignment without the `type` statement gives a name to; `annotation` is the name's. */
export function aliasOf(walk: Walk, right: number, annotation: TypeRef | null): TypeRef | null {
  const { tree, text } = walk;
  if (annotation) return annotation.kind === 'name' && annotation.path.at(-1) === 'TypeAlias' ? typeFrom(walk, right) : null;
  switch (tree.type[right]!) {
    case 'subscript':
      return makers.test(lastName(tree, text, child(tree, right, 'value'))) ? typeFrom(walk, right) : null;
    case 'call': {
      const args = lastName(tree, text, child(tree, right, 'function')) === 'NewType' ? child(tree, right, 'arguments') : -1;
      const original = args < 0 ? undefined : children(tree, args)[1];
      return original === undefined ? null : typeFrom(walk, original);
    }
    case 'binary_operator': {
      const union = typeFrom(walk, right);
      return union.kind === 'union' && union.of.every((one) => one.kind === 'name' || (one.kind === 'literal' && one.value === null)) ? union : null;
    }
    default:
      return null;
  }
}
