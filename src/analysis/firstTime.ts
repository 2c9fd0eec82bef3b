import type { Node } from '@vscode/tree-sitter-wasm';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Span } from './code/summary.ts';
import type { VisitContext, Visitors } from './code/syntax.ts';

/** Deeper chains of helpers behind a guard are not looked for. */
const maxDepth = 6;
const cachedBy = /^(?:lru_cache|cache|cached_property|cached|alru_cache|memoize|once)$/;

/**
 * Notes the stretches of code that run the first time only: behind `if (this.x) return this.x`, inside of
 * `if (!this.x) { this.x = … }`, on the right of `x ??= …`, where `x` outlives the call. What runs once for each key of a
 * cache is none of it: there are always new keys (`onceOnly.ts` counts these, too).
 */
export const firstTimeVisitors: { typescript: Visitors; python: Visitors } = {
  typescript: { if_statement: noteGuard, augmented_assignment_expression: noteAssignment, assignment_expression: noteAssignment },
  python: { if_statement: noteGuard, assignment: noteAssignment },
};

/** Whether a call is made only the first time that its function runs, by itself or because all ways to it are. */
export function createFirstTime(program: Program, rule: string): (call: CallRef) => boolean {
  const spans = new Map<string, Span[]>();
  for (const { file, fact } of program.facts(rule)) {
    if (!isOnce(fact.data)) continue;
    const ofFile = spans.get(file);
    if (ofFile) ofFile.push(fact.span);
    else spans.set(file, [fact.span]);
  }
  const known = new Map<string, boolean>();

  function ofFunction(fn: FunctionRef, depth: number): boolean {
    const key = `${fn.index} ${fn.file}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (depth > maxDepth) return false;
    known.set(key, false);
    const { decorators, parameters } = program.functionOf(fn);
    // with arguments it is once for each of them
    const isKept = parameters.every((p) => /^(?:self|cls)$/.test(p.name)) && decorators.some((d) => cachedBy.test(lastName(program, fn.file, d)));
    const callers = program.callersOf(fn);
    const answer = isKept || (callers.length > 0 && callers.every((c) => ofCall(c, depth + 1)));
    known.set(key, answer);
    return answer;
  }
  function ofCall(ref: CallRef, depth: number): boolean {
    const { span, function: index } = program.callOf(ref);
    if (spans.get(ref.file)?.some((s) => s.start <= span.start && span.end <= s.end)) return true;
    return index !== 0 && ofFunction({ file: ref.file, index }, depth);
  }
  return (ref) => ofCall(ref, 0);
}

const isOnce = (data: unknown) => typeof data === 'object' && data !== null && 'once' in data;

/** Of `@functools.lru_cache(maxsize=1)` and the like. */
function lastName({ files }: Program, file: string, decorator: ReturnType<Program['functionOf']>['decorators'][number]): string {
  const expr = decorator.kind === 'call' ? files.get(file)!.calls[decorator.call]!.callee : decorator;
  return expr.kind === 'member' || expr.kind === 'name' ? expr.name : '';
}

function noteGuard(node: Node, context: VisitContext) {
  const condition = node.childForFieldName('condition');
  // most conditions are another kind, which their text tells at once
  const test = condition && tested(textOf(context, condition));
  const body = test && node.childForFieldName('consequence');
  const around = body && enclosing(node);
  if (!body || !around || !outlives(test.name, around, context)) return;
  if (test.absent) {
    if (assigns(textOf(context, body), test.name)) context.fact(body, { once: true });
    return;
  }
  const rest = around.childForFieldName('body');
  if (!rest || node.parent?.id !== rest.id || !/^\{?\s*(?:return|raise|throw)\b/.test(textOf(context, body))) return;
  if (assigns(textOf(context, rest), test.name)) context.fact({ ...context.span(rest), start: node.endIndex }, { once: true });
}

/** `x ??= f()`, `x ||= f()`, `x = x ?? f()`, `x = x or f()`. */
function noteAssignment(node: Node, context: VisitContext) {
  const [, name, isDefault, kept] = /^([\w.#$]+)\s*(?:(\?\?=|\|\|=)|=\s*([\w.#$]+)\s*(?:\?\?|\|\||or\b))/.exec(textOf(context, node)) ?? [];
  if (name === undefined || (isDefault === undefined && kept !== name)) return;
  const right = node.childForFieldName('right');
  const around = enclosing(node);
  if (right && around && outlives(name, around, context)) context.fact(right, { once: true });
}

const textOf = ({ source }: VisitContext, node: Node) => source.text.slice(node.startIndex, node.endIndex);

/** The name whose presence or absence alone decides: `!x`, `x === null`, `x is None`, `not x`, `x`. */
function tested(condition: string): { name: string; absent: boolean } | null {
  const text = condition.replace(/^\((.*)\)$/s, '$1').trim();
  const [, absent] = /^(?:!|not\s+)([\w.#$]+)$/.exec(text) ?? /^([\w.#$]+)\s*(?:={2,3}\s*(?:null|undefined|false|None)|is\s+None|is\s+False)$/.exec(text) ?? [];
  if (absent) return { name: absent, absent: true };
  const [, present] = /^([\w.#$]+)$/.exec(text) ?? /^([\w.#$]+)\s*(?:!={1,2}\s*(?:null|undefined)|is\s+not\s+None)$/.exec(text) ?? [];
  return present ? { name: present, absent: false } : null;
}

/** A field of the object or class, or a variable from outside of the function. */
function outlives(name: string, around: Node, context: VisitContext): boolean {
  if (/^(?:this|self|cls|[A-Z]\w*)\./.test(name)) return true;
  if (!/^[\w$]+$/.test(name)) return false;
  const text = textOf(context, around);
  const escaped = name.replaceAll('$', '\\$');
  if (around.type === 'function_definition') return new RegExp(`\\b(?:global|nonlocal)\\b[^\\n]*\\b${escaped}\\b`).test(text);
  const parameters = around.childForFieldName('parameters') ?? around.childForFieldName('parameter');
  return !new RegExp(`\\b(?:const|let|var)\\s+(?:\\{[^}]*|\\[[^\\]]*)?\\b${escaped}\\b`).test(text) && !new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).test(parameters ? textOf(context, parameters) : '');
}

const assigns = (body: string, name: string) => new RegExp(`(?<![\\w.$])${name.replaceAll(/[.$]/g, '\\$&')}\\s*(?::[^=\\n]+)?(?:\\?\\?|\\|\\|)?=(?!=|>)`).test(body);

function enclosing(node: Node): Node | null {
  for (let at = node.parent; at; at = at.parent) {
    if (/^(?:function_declaration|function_expression|arrow_function|method_definition|function_definition|generator_function_declaration|generator_function)$/.test(at.type)) return at;
  }
  return null;
}
