import { perSummary } from '../perFile.ts';
import type { CallRef, ClassRef, FunctionRef, Resolved } from '../program.ts';
import type { Call, Expr, FileSummary } from '../summary.ts';
import { isWithin } from './around.ts';
import { lastName } from './callIndex.ts';
import { isRun } from './callers.ts';
import { decoratedBy } from './decorators.ts';
import type { At, Env, Thing } from './env.ts';
import { placeOfCall } from './given.ts';
import { instanceOf } from './instances.ts';
import { asObject, lineage, methodOf } from './members.ts';
import { attributeFacts, reflectionFacts, type Attribute, type Reflection } from './reflectionVisitors.ts';
import type { Item } from './returns.ts';
import { named } from './scope.ts';
import { trace } from './trace.ts';

/** Which of an object's methods are meant; `mark` is what a decorator must have put on them. */
interface Wanted {
  coroutine: boolean;
  mark: string | null;
}

const isAboutFunctions = /^(?:callable|isroutine|ismethod|isfunction)$/;

/** Python's `dir(x)` and `inspect.getmembers(x)`. */
export const isReflection = (callee: Expr, at: At): boolean => at.file.endsWith('.py') && /^(?:dir|getmembers)$/.test(lastName(callee) ?? '') && (callee.kind === 'name' || (callee.kind === 'member' && callee.name === 'getmembers'));

/**
 * The public methods of an object of the workspace that a loop goes through: names for `dir(api)`, `[name, method]` for
 * `inspect.getmembers(Api)`. Null where it is not known which of them the loop takes, and where nothing runs it.
 */
export function reflected(program: Resolved, ref: CallRef, env: Env): Item[] | null {
  const call = program.callOf(ref);
  const at = placeOfCall(ref.file, call);
  const [of] = call.args;
  const wanted = wantedBy(program, ref);
  const instance = of && wanted ? instanceOf(program, trace(program, { expr: of, at }, env), env) : null;
  if (!wanted || !instance || !isRun(program, { file: ref.file, index: call.function })) return null;
  const inside = asObject(program, instance.class, instance.made, env);
  const isPairs = lastName(call.callee) === 'getmembers';
  return methodsOf(program, instance.class, wanted).map(({ name, function: fn }) => {
    const said: Expr = { kind: 'literal', value: name };
    const method: Thing = { expr: { kind: 'function', function: fn.index }, at: { file: fn.file, function: fn.index, offset: program.functionOf(fn).span.start } };
    return { thing: isPairs ? { expr: { kind: 'array', items: [said, method.expr], span: { start: 0, end: 0 } }, at: method.at } : { expr: said, at: method.at }, env: inside, from: method };
  });
}

function methodsOf(program: Resolved, ref: ClassRef, { coroutine, mark }: Wanted): { name: string; function: FunctionRef }[] {
  const names = new Set(lineage(program, ref).flatMap(({ file, index }) => program.files.get(file)!.classes[index]!.methods.flatMap((m) => (m.kind === 'method' && !m.name.startsWith('_') ? [m.name] : []))));
  return [...names].flatMap((name) => {
    const fn = methodOf(program, ref, name);
    const { kind, abstract, generator } = fn ? program.functionOf(fn) : { kind: null, abstract: false, generator: false };
    if (!fn || kind !== 'method' || abstract || (coroutine && (generator || !decoratedBy(program, fn).async))) return [];
    return mark === null || isMarked(program, fn, mark) ? [{ name, function: fn }] : [];
  });
}

/** What the predicate of `getmembers` and the questions of the loop ask for; null where one of them is not understood. */
function wantedBy(program: Resolved, { file, index }: CallRef): Wanted | null {
  const { args, keywords, span, function: fn } = program.callOf({ file, index });
  const loop = program.files.get(file)!.facts.find((f) => f.rule === reflectionFacts && f.function === fn && f.span.start === span.start);
  if (!loop) return null;
  const { asked } = loop.data as Reflection;
  const predicate = keywords.find((k) => k.name === 'predicate')?.value ?? args[1];
  // what is asked stands in the loop's body
  const at = { file, function: fn, offset: span.end };
  const all = [...(predicate ? [ofPredicate(predicate)] : []), ...asked.map((expr) => ofQuestion(program, { expr, at }))];
  const known = all.filter((w) => w !== null);
  const [mark = null, ...others] = new Set(known.flatMap((w) => w.mark ?? []));
  return known.length < all.length || others.length > 0 ? null : { coroutine: known.some((w) => w.coroutine), mark };
}

const anything: Wanted = { coroutine: false, mark: null };

function ofPredicate(expr: Expr): Wanted | null {
  const name = lastName(expr) ?? '';
  return name === 'iscoroutinefunction' ? { ...anything, coroutine: true } : isAboutFunctions.test(name) ? anything : null;
}

function ofQuestion(program: Resolved, { expr, at }: Thing, depth = 0): Wanted | null {
  if (depth > 3) return null;
  switch (expr.kind) {
    case 'binary':
      if (expr.operator === 'is' || expr.operator === 'is not') return ofQuestion(program, { expr: expr.left, at }, depth + 1);
      return /^(?:not )?in$/.test(expr.operator) && startsEmpty(program, { expr: expr.right, at }) ? anything : null;
    case 'name': {
      const value = named(program, expr.name, at);
      return value && ofQuestion(program, value, depth + 1);
    }
    case 'call':
      return ofCall(program.files.get(at.file)!.calls[expr.call]!);
    default:
      return null;
  }
}

/** `name.startswith('_')`, `iscoroutinefunction(method)`, `hasattr(method, '_is_tool')`. */
function ofCall({ callee, args: [first, second] }: Call): Wanted | null {
  const name = lastName(callee) ?? '';
  if (name === 'startswith') return first?.kind === 'literal' && /^__?$/.test(String(first.value)) ? anything : null;
  if (callee.kind !== 'name' || (name !== 'hasattr' && name !== 'getattr')) return ofPredicate(callee);
  if (second?.kind !== 'literal') return name === 'getattr' ? anything : null;
  return typeof second.value === 'string' && !second.value.startsWith('__') ? { ...anything, mark: second.value } : null;
}

/** `seen = set()`: what the loop has taken already. */
function startsEmpty(program: Resolved, { expr, at }: Thing): boolean {
  const value = expr.kind === 'name' ? named(program, expr.name, at) : null;
  if (value?.expr.kind === 'array') return value.expr.items.length === 0;
  const call = value?.expr.kind === 'call' ? program.files.get(value.at.file)!.calls[value.expr.call]! : null;
  return call !== null && /^(?:set|list)$/.test(lastName(call.callee) ?? '') && call.args.length === 0;
}

/** Whether a decorator of the workspace puts an attribute on a method: `@read_only`, where `def read_only(fn): fn._is_tool = True`. */
function isMarked(program: Resolved, { file, index }: FunctionRef, mark: string): boolean {
  const { decorators, parent, span } = program.functionOf({ file, index });
  return decorators.some((expr) => {
    const by = behind(program, { expr, at: { file, function: parent ?? 0, offset: span.start } });
    return by !== null && (marksIn(program.files.get(by.file)!).some((m) => m.name === mark && isWithin(program.files.get(by.file)!.functions, by.index, m.function)));
  });
}

/** The function that a decorator is, or that makes it: `@mark`, `@mark('x')`, and `mark = marker(True)`. */
function behind(program: Resolved, thing: Thing, depth = 0): FunctionRef | null {
  const { expr, at } = trace(program, thing, null);
  if (expr.kind === 'function') return { file: at.file, index: expr.function };
  if (expr.kind !== 'call' || depth > 3) return null;
  const call = program.files.get(at.file)!.calls[expr.call]!;
  return behind(program, { expr: call.callee, at: placeOfCall(at.file, call) }, depth + 1);
}

/** Attributes that functions of a file put on something: `fn._is_tool = True`, `setattr(fn, '_is_tool', True)`. */
const marksIn = perSummary(({ facts, calls }: FileSummary): { name: string; function: number }[] => [
  ...facts.flatMap(({ rule, function: fn, data }) => (rule === attributeFacts ? [{ name: (data as Attribute).name, function: fn }] : [])),
  ...calls.flatMap(({ callee, args: [, name], function: fn }) => (callee.kind === 'name' && callee.name === 'setattr' && name?.kind === 'literal' ? [{ name: String(name.value), function: fn }] : [])),
]);
