import type { Binding, Call, ClassSummary, Expr, FileSummary, FunctionSummary, Import, Span } from '../summary.ts';
import type { SourceFile } from '../syntax.ts';
import type { FlatTree } from '../walk.ts';
import { none, type Tree } from './nodes.ts';

/** What is true until the node with index `after` is reached. */
interface Frame {
  after: number;
}
export interface Block extends Frame {
  from: number;
  to: number;
  /** Takes `var` declarations. */
  ofFunction: boolean;
  /** Functions, parameters and `var`s, which may be declared again under one name; null: none yet. */
  names: Map<string, Binding> | null;
}
interface Loop extends Frame {
  function: number;
  span: Span;
  /** The part that is evaluated once: `for (const x of THIS)`. */
  once: number;
}

/** An assignment that is looked at when all names are known. */
export interface Assignment {
  name: string;
  /** `name.member = …` */
  member: string | null;
  /** Null: a value that is not worth keeping (`x += 1`). */
  value: Expr | null;
  function: number;
  offset: number;
}
export interface FieldAssignment {
  class: number;
  name: string;
  value: Expr;
  static: boolean;
  function: number;
  offset: number;
  span: Span;
}

/** Everything that the walk over one file knows. */
export interface Walk extends Tree {
  source: SourceFile;
  spanOf(at: number): Span;
  /** Index of a call, function or class in the summary, by its node. */
  ids: Int32Array;
  imports: Import[];
  exports: FileSummary['exports'];
  functions: FunctionSummary[];
  classes: ClassSummary[];
  aliases: FileSummary['aliases'];
  calls: Call[];
  bindings: Binding[];
  assignments: Assignment[];
  fieldAssignments: FieldAssignment[];
  /** Returned expressions and where they stood, by function. */
  returns: { function: number; value: Expr; offset: number }[];
  /** Calls whose value is awaited; `require()` and `import()` that have become imports. */
  awaited: Set<number>;
  bound: Set<number>;
  /** Decorators of class members, which stand before them. */
  memberDecorators: Map<number, number[]>;
  /** End of a doc comment to its start. */
  docs: Map<number, number>;
  open: { functions: (Frame & { function: number; at: number })[]; blocks: Block[]; loops: Loop[] };
  decoratorAfter: number;
}

export function startWalk(source: SourceFile, tree: FlatTree): Walk {
  const length = source.text.length;
  return {
    source,
    tree,
    text: source.text,
    names: new Map(),
    types: new Map(),
    literals: new Map(),
    members: new Map(),
    spanOf: (at) => ({ start: tree.start[at]!, end: tree.end[at]! }),
    ids: number(tree, source.text),
    imports: [],
    exports: [],
    functions: [],
    classes: [],
    aliases: [],
    calls: [],
    bindings: [],
    assignments: [],
    fieldAssignments: [],
    returns: [],
    awaited: new Set(),
    bound: new Set(),
    memberDecorators: new Map(),
    docs: new Map(),
    open: {
      functions: [{ after: Infinity, function: 0, at: 0 }],
      blocks: [{ after: Infinity, from: 0, to: length, ofFunction: true, names: null }],
      loops: [],
    },
    decoratorAfter: 0,
  };
}

const numbered = new Map<string, 'call' | 'class' | 'function' | 'signature'>([
  ...['call_expression', 'new_expression'].map((type) => [type, 'call'] as const),
  ...['class_declaration', 'abstract_class_declaration', 'class', 'interface_declaration'].map((type) => [type, 'class'] as const),
  ...['function_declaration', 'generator_function_declaration', 'function_expression', 'generator_function', 'arrow_function', 'method_definition', 'function_signature', 'abstract_method_signature'].map((type) => [type, 'function'] as const),
  ['method_signature', 'signature'],
]);

/** Gives every call, function and class its number, so that expressions can refer to what comes later. */
function number(tree: FlatTree, text: string): Int32Array {
  const ids = new Int32Array(tree.size).fill(none);
  let [calls, functions, classes] = [0, 1, 0];
  for (let at = 0; at < tree.size; at++) {
    switch (numbered.get(tree.type[at]!)) {
      case 'call':
        // `import()` is no call of anything
        if (!text.startsWith('import', tree.start[at]) || tree.type[at + 1] !== 'import') ids[at] = calls++;
        break;
      case 'function':
        ids[at] = functions++;
        break;
      case 'class':
        ids[at] = classes++;
        break;
      case 'signature':
        if (tree.type[tree.parent[at]!] !== 'object_type') ids[at] = functions++;
        break;
      default:
    }
  }
  return ids;
}

export const functionNow = (walk: Walk) => walk.open.functions.at(-1)!.function;
export const blockNow = (walk: Walk) => walk.open.blocks.at(-1)!;
export const functionBlock = (walk: Walk) => walk.open.blocks.findLast((block) => block.ofFunction)!;

export const note = (block: Block, declared: Binding) => void (block.names ??= new Map<string, Binding>()).set(declared.name, declared);

/** Leaves everything that ends before the node `at`. */
export function leave(walk: Walk, at: number): void {
  const { functions, blocks, loops } = walk.open;
  // whatever opens opens a block, too
  if (blocks.at(-1)!.after > at) return;
  while (blocks.at(-1)!.after <= at) blocks.pop();
  while (functions.at(-1)!.after <= at) functions.pop();
  while (loops.length > 0 && loops.at(-1)!.after <= at) loops.pop();
}

/** The innermost loop of the function that is being walked in which the node stands. */
export function loopAt(walk: Walk, at: number): Span | null {
  const { loops } = walk.open;
  const now = functionNow(walk);
  for (let index = loops.length - 1; index >= 0; index--) {
    const loop = loops[index]!;
    if (loop.function !== now) return null;
    if (loop.once < 0 || at < loop.once || at >= walk.tree.after[loop.once]!) return loop.span;
  }
  return null;
}
