import type { Expr, FunctionSummary } from '../summary.ts';
import { expr, other } from './expressions.ts';
import { between, field, firstChild, none, textOf } from './nodes.ts';
import { exportAssignment, importVariable } from './modules.ts';
import { declare, namesOf } from './patterns.ts';
import { annotation } from './types.ts';
import { blockNow, functionBlock, functionNow, note, type Block, type Walk } from './state.ts';

const declaration = /^(?:declare\s+)?(?:await\s+)?(const|let|var|using)\b/;

function keywordBefore({ tree, text }: Walk, at: number): string | undefined {
  const start = tree.start[tree.parent[at]!]!;
  // nearly all, without the room that a match takes
  if (text.startsWith('const ', start)) return 'const';
  if (text.startsWith('let ', start)) return 'let';
  return declaration.exec(text.slice(start, tree.start[at]))?.[1];
}

/** `a = 1` of `const a = 1, b = 2`. */
export function enterVariable(walk: Walk, at: number): void {
  const keyword = keywordBefore(walk, at);
  const block = keyword === 'var' ? functionBlock(walk) : blockNow(walk);
  const pattern = field(walk, at, 'name');
  const value = field(walk, at, 'value');
  if (pattern === none) return;
  const constant = keyword === 'const' || keyword === 'using';
  if (value !== none && importVariable(walk, pattern, value, block, constant)) return;
  declarePattern(walk, pattern, value === none ? null : expr(walk, value), field(walk, at, 'type'), block, keyword ?? 'let');
}

function declarePattern(walk: Walk, pattern: number, value: Expr | null, type: number, block: Block, keyword: string): void {
  const constant = keyword === 'const' || keyword === 'using';
  for (const found of namesOf(walk, pattern, value, annotation(walk, type))) {
    // a second `var` of one name is an assignment
    if (keyword === 'var' && block.names?.has(found.name)) {
      if (found.value) walk.assignments.push({ name: found.name, member: null, value: found.value, function: functionNow(walk), offset: walk.tree.start[found.at]! });
      continue;
    }
    const declared = declare(walk, { name: found.name, kind: 'variable', scope: functionNow(walk), from: block.from, to: block.to, index: -1, type: found.type, value: found.value, constant, span: walk.spanOf(found.at) });
    if (keyword === 'var') note(block, declared);
  }
}

/** `for (const x of a)`: what it declares or assigns. The loop's own scope is open. */
export function enterForIn(walk: Walk, at: number): void {
  const { tree, text } = walk;
  const left = field(walk, at, 'left');
  const right = field(walk, at, 'right');
  if (left === none || right === none) return;
  const keyword = /\b(const|let|var|using)\s*$/.exec(text.slice(tree.start[at], tree.start[left]))?.[1];
  const value: Expr = /^in\b/.test(between(walk, left, right)) ? other : { kind: 'element', of: expr(walk, right) };
  if (keyword !== undefined) declarePattern(walk, left, value, none, keyword === 'var' ? functionBlock(walk) : blockNow(walk), keyword);
  else assign(walk, left, value);
}

/** `catch (error)` */
export function enterCatch(walk: Walk, at: number): void {
  const parameter = field(walk, at, 'parameter');
  if (parameter !== none) declarePattern(walk, parameter, other, field(walk, at, 'type'), blockNow(walk), 'let');
}

/** `x = y` in all its forms. */
export function enterAssignment(walk: Walk, at: number): void {
  const { tree, text } = walk;
  const left = field(walk, at, 'left');
  const right = field(walk, at, 'right');
  if (left === none || right === none) return;
  const value = expr(walk, right);
  // to the TypeScript grammar `using x = f()` is an assignment
  if (text.startsWith('using', tree.start[at]) && tree.start[left]! > tree.start[at]!) declarePattern(walk, left, value, none, blockNow(walk), 'using');
  else if (tree.type[at] === 'assignment_expression') {
    if (!exportAssignment(walk, left, right)) assign(walk, left, value);
  } else assign(walk, left, /^(\?\?|\|\||&&)=$/.test(between(walk, left, right)) ? value : null);
}

/** `x++` */
export function enterUpdate(walk: Walk, at: number): void {
  const argument = field(walk, at, 'argument');
  if (argument !== none) assign(walk, argument, null);
}

/** Notes what names and members are given; who they are is looked up when all names are known. */
function assign(walk: Walk, left: number, value: Expr | null): void {
  const { tree } = walk;
  const offset = tree.start[left]!;
  const now = functionNow(walk);
  if (tree.type[left] !== 'member_expression') {
    for (const found of namesOf(walk, left, value, null)) walk.assignments.push({ name: found.name, member: null, value: found.value, function: now, offset });
    return;
  }
  const object = field(walk, left, 'object');
  const property = field(walk, left, 'property');
  if (object === none || property === none || value === null) return;
  const member = textOf(walk, property);
  if (tree.type[object] === 'identifier') walk.assignments.push({ name: textOf(walk, object), member, value, function: now, offset });
  else if (tree.type[object] === 'this') {
    const owner = thisClass(walk);
    if (owner) walk.fieldAssignments.push({ class: owner.class, name: member, value, static: owner.static, function: now, offset, span: walk.spanOf(property) });
  }
}

/** The class whose instance (or, in a static method, whose constructor) `this` is. */
function thisClass(walk: Walk): { class: number; static: boolean } | null {
  for (let index: number | null = functionNow(walk); index !== null; ) {
    const fn: FunctionSummary = walk.functions[index]!;
    if (fn.class !== null) return { class: fn.class, static: fn.static };
    if (fn.kind !== 'arrow') return null;
    index = fn.parent;
  }
  return null;
}

/** `return x` */
export function enterReturn(walk: Walk, at: number): void {
  const value = firstChild(walk, at);
  if (value !== none) walk.returns.push({ function: functionNow(walk), value: expr(walk, value), offset: walk.tree.start[value]! });
}

