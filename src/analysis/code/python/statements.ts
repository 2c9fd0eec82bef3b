import type { Expr, TypeRef } from '../summary.ts';
import { assign, declare, addField, type Frame, type Walk } from './bindings.ts';
import { addTo, typeAt } from './declarations.ts';
import { expression, other, textOf } from './expressions.ts';
import { importsOf } from './imports.ts';
import { captures } from './match.ts';
import { child, children, firstChild, lastName } from './tree.ts';
import { typeOf } from './types.ts';

/** What a node that is neither a call nor a definition says: names and their values, loops, results. */
export function statement(walk: Walk, at: number): void {
  const { tree, frame } = walk;
  const field = (name: string) => child(tree, at, name);
  const value = (name: string) => expression(walk, field(name));
  const within = (node: number, change: Partial<Frame>) => void (node >= 0 && walk.entering.set(node, { ...walk.entering.get(node), ...change }));
  switch (tree.type[at]) {
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
      return imports(walk, at);
    case 'assignment':
      return assignment(walk, at);
    case 'augmented_assignment':
      return assign(walk, field('left'), { value: other });
    case 'named_expression':
      return assign(walk, field('name'), { value: value('value'), plain: true });
    case 'for_statement':
      assign(walk, field('left'), { value: { kind: 'element', of: value('right') } });
      return within(field('body'), { loop: walk.span(tree.start[at]!, tree.end[at]!) });
    case 'while_statement': {
      const loop = walk.span(tree.start[at]!, tree.end[at]!);
      within(field('condition'), { loop });
      return within(field('body'), { loop });
    }
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression':
      return comprehension(walk, at, within);
    case 'with_item': {
      const item = field('value');
      if (item < 0 || tree.type[item] !== 'as_pattern') return;
      return assign(walk, child(tree, item, 'alias'), { value: { kind: 'enter', of: expression(walk, item) }, plain: true });
    }
    case 'except_clause': {
      const caught = field('value');
      if (caught < 0 || tree.type[caught] !== 'as_pattern') return;
      const group = walk.text.startsWith('except*', tree.start[at]);
      return assign(walk, child(tree, caught, 'alias'), { value: null, type: group ? null : exceptionType(walk, firstChild(tree, caught)) });
    }
    case 'case_clause':
      return captures(walk, at);
    case 'global_statement':
    case 'nonlocal_statement': {
      const where = tree.type[at] === 'global_statement' ? 'global' : 'nonlocal';
      if (frame.function === 0) return;
      for (const name of children(tree, at)) walk.scopes[frame.function]!.elsewhere.set(textOf(walk, name), where);
      return;
    }
    case 'type_alias_statement': {
      const left = field('left');
      const name = left < 0 ? undefined : /^[\p{L}_][\p{L}\p{N}_]*/u.exec(textOf(walk, left))?.[0];
      if (name !== undefined) walk.aliases.push({ name, type: typeAt(walk, field('right')) ?? { kind: 'other' } });
      return;
    }
    case 'return_statement': {
      const result = firstChild(tree, at);
      if (result >= 0) addTo(walk.functions[frame.function]!.returned, expression(walk, result));
      return;
    }
    case 'yield':
      return yields(walk, at);
    case 'if_statement':
      if (lastName(tree, walk.text, field('condition')) === 'TYPE_CHECKING') within(field('consequence'), { typeOnly: true });
  }
}

function imports(walk: Walk, at: number): void {
  const { frame } = walk;
  for (const one of importsOf(walk, at, frame.function, frame.typeOnly)) {
    const index = walk.imports.push(one) - 1;
    if (one.local === null) continue;
    if (frame.class < 0) declare(walk, frame.function, one.local, 'import', index, one.span);
    else {
      const module: Expr = { kind: 'module', module: one.module };
      const value: Expr = one.imported === '*' ? module : { kind: 'member', object: module, name: one.imported };
      addField(walk.classes[frame.class]!, one.local, one.span, { value, type: null, static: true });
    }
  }
}

function assignment(walk: Walk, at: number): void {
  const { tree } = walk;
  const [left, right, annotation] = [child(tree, at, 'left'), child(tree, at, 'right'), child(tree, at, 'type')];
  if (left < 0) return;
  const type = typeAt(walk, annotation);
  const isStatic = annotation >= 0 && /^(?:\w+\.)?ClassVar\b/.test(textOf(walk, annotation));
  assign(walk, left, { value: right < 0 ? null : expression(walk, right), type, plain: true, ...(isStatic ? { static: true } : {}) });
  if (walk.frame.class >= 0 || walk.frame.function !== 0 || tree.type[left] !== 'identifier' || right < 0) return;
  const alias = aliasOf(walk, right, type);
  if (alias) walk.aliases.push({ name: textOf(walk, left), type: alias });
}

const typeMakers = /^(?:Union|Optional|Annotated|Callable|Literal)$/;

/** Types that have been given a name without the `type` statement. */
function aliasOf(walk: Walk, right: number, type: TypeRef | null): TypeRef | null {
  const { tree, text } = walk;
  if (type?.kind === 'name' && type.path.at(-1) === 'TypeAlias') return typeOf(textOf(walk, right));
  if (type) return null;
  if (tree.type[right] === 'subscript' && typeMakers.test(lastName(tree, text, child(tree, right, 'value')))) return typeOf(textOf(walk, right));
  if (tree.type[right] === 'call' && lastName(tree, text, child(tree, right, 'function')) === 'NewType') {
    const args = child(tree, right, 'arguments');
    const second = args < 0 ? undefined : children(tree, args)[1];
    return second === undefined ? null : typeOf(textOf(walk, second));
  }
  if (tree.type[right] !== 'binary_operator') return null;
  const union = typeOf(textOf(walk, right));
  return union.kind === 'union' && union.of.every((one) => one.kind === 'name' || (one.kind === 'literal' && one.value === null)) ? union : null;
}

/** Its parts run again and again, but for the first iterable; its variables are seen in it alone. */
function comprehension(walk: Walk, at: number, within: (node: number, change: Partial<Frame>) => void): void {
  const { tree } = walk;
  const loop = walk.span(tree.start[at]!, tree.end[at]!);
  let first = true;
  for (const part of children(tree, at)) {
    const clause = tree.type[part] === 'for_in_clause';
    if (!clause || !first) within(part, { loop });
    if (!clause) continue;
    first = false;
    assign(walk, child(tree, part, 'left'), { value: { kind: 'element', of: expression(walk, child(tree, part, 'right')) }, comprehension: at });
  }
}

function exceptionType(walk: Walk, at: number): TypeRef | null {
  if (at < 0) return null;
  if (walk.tree.type[at] !== 'tuple') return typeOf(textOf(walk, at));
  return { kind: 'union', of: children(walk.tree, at).map((one) => typeOf(textOf(walk, one))) };
}

function yields(walk: Walk, at: number): void {
  const { tree } = walk;
  const fn = walk.functions[walk.frame.function]!;
  fn.generator = true;
  fn.yielded ??= [];
  const value = firstChild(tree, at);
  if (value < 0) return;
  const delegated = /^yield\s+from\b/.test(walk.text.slice(tree.start[at], tree.start[value]));
  addTo(fn.yielded, delegated ? { kind: 'element', of: expression(walk, value) } : expression(walk, value));
}
