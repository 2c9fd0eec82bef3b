import type { Expr } from '../summary.ts';
import { aliasOf } from './aliases.ts';
import { addField, assign, declare, type Frame, type Walk } from './bindings.ts';
import { addedTo } from './declarations.ts';
import { expression, other, textOf, typeAt, typeFrom } from './expressions.ts';
import { importsOf } from './imports.ts';
import { captures } from './match.ts';
import { child, children, firstChild, lastName, spanOf } from './tree.ts';

/** What a node that is neither a call nor a definition says, by its type: names and their values, loops, results. */
export const statements: Readonly<Partial<Record<string, (walk: Walk, at: number) => void>>> = {
  import_statement: imports,
  import_from_statement: imports,
  future_import_statement: imports,
  assignment,
  augmented_assignment(walk, at) {
    // `tools += [Tool(…)]`: these, too
    const more = expression(walk, child(walk.tree, at, 'right'));
    assign(walk, child(walk.tree, at, 'left'), { value: more.kind === 'array' ? more : other });
  },
  named_expression(walk, at) {
    assign(walk, child(walk.tree, at, 'name'), { value: expression(walk, child(walk.tree, at, 'value')), plain: true });
  },
  for_statement(walk, at) {
    assign(walk, child(walk.tree, at, 'left'), { value: { kind: 'element', of: expression(walk, child(walk.tree, at, 'right')) }, loop: at });
    within(walk, child(walk.tree, at, 'body'), { loop: spanOf(walk.tree, at) });
  },
  while_statement(walk, at) {
    const loop = spanOf(walk.tree, at);
    within(walk, child(walk.tree, at, 'condition'), { loop });
    within(walk, child(walk.tree, at, 'body'), { loop });
  },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  with_item(walk, at) {
    const item = child(walk.tree, at, 'value');
    if (item < 0 || walk.tree.type[item] !== 'as_pattern') return;
    assign(walk, child(walk.tree, item, 'alias'), { value: { kind: 'enter', of: expression(walk, item) }, plain: true });
  },
  except_clause: caught,
  case_clause: captures,
  global_statement(walk, at) {
    elsewhere(walk, at, 'global');
  },
  nonlocal_statement(walk, at) {
    elsewhere(walk, at, 'nonlocal');
  },
  type_alias_statement(walk, at) {
    const left = child(walk.tree, at, 'left');
    const name = left < 0 ? undefined : /^[\p{L}_][\p{L}\p{N}_]*/u.exec(textOf(walk, left))?.[0];
    if (name !== undefined) walk.aliases.push({ name, type: typeAt(walk, child(walk.tree, at, 'right')) ?? { kind: 'other' } });
  },
  return_statement(walk, at) {
    const result = firstChild(walk.tree, at);
    if (result < 0) return;
    const fn = walk.functions[walk.frame.function]!;
    fn.returned = addedTo(fn.returned, expression(walk, result));
  },
  yield: yields,
  if_statement(walk, at) {
    const condition = child(walk.tree, at, 'condition');
    if (lastName(walk.tree, walk.text, condition) === 'TYPE_CHECKING') within(walk, child(walk.tree, at, 'consequence'), { typeOnly: true });
  },
};

function within(walk: Walk, node: number, change: Partial<Frame>): void {
  if (node >= 0) walk.entering.set(node, change);
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
      addField(walk, frame.class, one.local, one.span, { value, type: null, static: true });
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

/** Its parts run again and again, but for the first iterable; its variables are seen in it alone. */
function comprehension(walk: Walk, at: number): void {
  const { tree } = walk;
  const loop = spanOf(walk.tree, at);
  let first = true;
  for (const part of children(tree, at)) {
    const clause = tree.type[part] === 'for_in_clause';
    if (!clause || !first) within(walk, part, { loop });
    if (!clause) continue;
    first = false;
    assign(walk, child(tree, part, 'left'), { value: { kind: 'element', of: expression(walk, child(tree, part, 'right')) }, comprehension: at });
  }
}

/** `except A as e`; of an exception group nothing is known. */
function caught(walk: Walk, at: number): void {
  const { tree } = walk;
  const pattern = child(tree, at, 'value');
  if (pattern < 0 || tree.type[pattern] !== 'as_pattern') return;
  const classes = firstChild(tree, pattern);
  const several = classes >= 0 && tree.type[classes] === 'tuple' ? children(tree, classes).map((one) => typeFrom(walk, one)) : null;
  const group = walk.text.startsWith('except*', tree.start[at]) || classes < 0;
  const value: Expr = group ? other : { kind: 'as', value: other, type: several ? { kind: 'union', of: several } : typeFrom(walk, classes) };
  assign(walk, child(tree, pattern, 'alias'), { value });
}

function elsewhere(walk: Walk, at: number, where: 'global' | 'nonlocal'): void {
  const { frame } = walk;
  if (frame.function === 0) return;
  for (const name of children(walk.tree, at)) walk.scopes[frame.function]!.elsewhere.set(textOf(walk, name), where);
}

function yields(walk: Walk, at: number): void {
  const { tree } = walk;
  const fn = walk.functions[walk.frame.function]!;
  fn.generator = true;
  fn.yielded ??= [];
  const value = firstChild(tree, at);
  if (value < 0) return;
  const delegated = /^yield\s+from\b/.test(walk.text.slice(tree.start[at], tree.start[value]));
  fn.yielded = addedTo(fn.yielded, delegated ? { kind: 'element', of: expression(walk, value) } : expression(walk, value));
}
