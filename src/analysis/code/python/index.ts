import { giveCalls } from '../lists.ts';
import type { Call, ClassSummary, FileSummary, FunctionSummary, Suppression } from '../summary.ts';
import type { Summarise } from '../syntax.ts';
import { dispatcher, suppressionOf, type FlatTree } from '../walk.ts';
import { newScope, type Frame, type Walk } from './bindings.ts';
import { callOf, markAwaited } from './calls.ts';
import { declareClass, declareFunction, declareLambda, declareModule } from './declarations.ts';
import { expression } from './expressions.ts';
import { statements } from './statements.ts';
import { child, firstChild, flatten, spanOf } from './tree.ts';

/** What a Python file says: one walk in the order of the text. Every node is looked at once, without recursion, so that no nesting is too deep. */
export const summarisePython: Summarise = (source, visitors) => {
  const rules = dispatcher(source, visitors, 'python', { span: (at) => spanOf(tree, at), expr: (at) => expression(walk, at) });
  const tree = flatten(source);
  const { number, functions, classes, calls } = numbered(tree);
  const walk: Walk = {
    tree,
    text: source.text,
    number,
    frame: { end: tree.size, function: 0, class: -1, loop: null, decorator: false, typeOnly: false },
    functions: new Array<FunctionSummary>(functions),
    classes: new Array<ClassSummary>(classes),
    imports: [],
    aliases: [],
    scopes: Array.from({ length: functions }, () => newScope(0, 0)),
    later: [],
    entering: new Map(),
    names: new Map(),
    types: new Map(),
  };
  const found = new Array<Call>(calls);
  const awaited = new Uint8Array(calls);
  const suppressions: Suppression[] = [];
  const around: Frame[] = [];
  let python2 = 0;
  const enter = (at: number, change: Partial<Frame>) => {
    around.push(walk.frame);
    walk.frame = { ...walk.frame, ...change, end: tree.after[at]! };
  };
  /** On coming to that node. */
  const within = (at: number, change: Partial<Frame>) => {
    if (at >= 0) walk.entering.set(at, change);
  };

  declareModule(walk);
  for (let at = 0; at < tree.size; at++) {
    while (at >= walk.frame.end) walk.frame = around.pop()!;
    const change = walk.entering.get(at);
    if (change) enter(at, change);
    rules.enter(tree, at, walk.frame.function);
    switch (tree.type[at]!) {
      case 'call': {
        const index = number[at]!;
        found[index] = callOf(walk, at, awaited[index] === 1);
        break;
      }
      case 'await':
        markAwaited(walk, firstChild(tree, at), awaited);
        break;
      case 'function_definition':
        within(declareFunction(walk, at), { function: number[at]!, class: -1, loop: null, decorator: false });
        break;
      case 'lambda':
        within(declareLambda(walk, at), { function: number[at]!, class: -1, loop: null, decorator: false });
        break;
      case 'class_definition':
        within(declareClass(walk, at), { class: number[at]! });
        break;
      case 'decorator':
        enter(at, { decorator: true });
        break;
      case 'comment': {
        const suppression = suppressionOf(source.text, spanOf(tree, at));
        if (suppression) suppressions.push(suppression);
        break;
      }
      case 'print_statement':
      case 'exec_statement':
        python2++;
        break;
      default:
        statements[tree.type[at]!]?.(walk, at);
    }
  }
  for (const finish of walk.later) finish();
  giveCalls(walk.functions, found);
  for (const one of walk.classes) one.abstract ||= one.methods.some((method) => walk.functions[method.function]!.abstract);
  const bindings = walk.scopes.flatMap((scope) => [...scope.own, ...scope.inner]);
  bindings.forEach((binding, number) => (binding.number = number));
  const { imports, aliases } = walk;
  return { file: source.file, language: 'python', imports, exports: [], functions: walk.functions, classes: walk.classes, aliases, calls: found, bindings, facts: rules.facts, suppressions, syntaxErrors: tree.errors + python2 } satisfies FileSummary;
};

/** Calls, functions and classes are numbered in the order in which they begin, a decorated one with its first decorator. */
function numbered(tree: FlatTree): { number: Int32Array; functions: number; classes: number; calls: number } {
  const number = new Int32Array(tree.size).fill(-1);
  let [functions, classes, calls] = [1, 0, 0];
  for (let at = 0; at < tree.size; at++) {
    const type = tree.type[at];
    if (type === 'call') number[at] = calls++;
    else if (type === 'lambda') number[at] = functions++;
    else if (type === 'decorated_definition') {
      const definition = child(tree, at, 'definition');
      if (definition >= 0) number[definition] = tree.type[definition] === 'class_definition' ? classes++ : functions++;
    } else if (number[at] !== -1) continue;
    else if (type === 'function_definition') number[at] = functions++;
    else if (type === 'class_definition') number[at] = classes++;
  }
  return { number, functions, classes, calls };
}
