import { argumentKey, flagFacts, nameKey, propertyKey, textMethods, type FlagFact, type Term } from './flags.ts';
import { indexOf } from './resolve/fileIndex.ts';
import { isStaticMethod, nameOf, type Binding, type Call, type Expr, type FileSummary, type Span } from './summary.ts';

/** What a value is for sure: a constant, an object or function (`has`: properties that are known, null for one that may be anything; `closed`: there are no others), what counts as true or false, or what is not nothing, whatever else it is (`present`). */
export type Sure = { present: true } | { value: string | number | boolean | null | undefined } | { has: ReadonlyMap<string, Sure | null>; closed: boolean } | { counts: boolean };

/** What is known of parameters of a function and of those around it, by `slotOf`. */
export type Given = ReadonlyMap<string, Sure>;

export const slotOf = (fn: number, parameter: number) => `${fn} ${parameter}`;
const open = { has: new Map<string, Sure | null>(), closed: false };
export const something: Sure = open;
export const absent: Sure = { value: undefined };

/** A stretch of a function that runs only where a term is true, or false. */
export interface Stretch {
  span: Span;
  term: Term;
  is: boolean;
}

/** What the conditions of one file say. */
export interface Conditions {
  stretches: ReadonlyMap<number, readonly Stretch[]>;
  values: ReadonlyMap<string, Term>;
  /** Functions with stretches that never run. */
  never: ReadonlySet<number>;
  /** Names of which properties are assigned, and which. */
  sets: ReadonlyMap<string, ReadonlySet<string>>;
}

const known = new WeakMap<FileSummary, Conditions>();

export function conditionsIn(summary: FileSummary): Conditions {
  let found = known.get(summary);
  if (found) return found;
  const stretches = new Map<number, Stretch[]>();
  const values = new Map<string, Term>();
  const never = new Set<number>();
  const sets = new Map<string, Set<string>>();
  for (const { rule, function: fn, span, data } of summary.facts) {
    if (rule !== flagFacts) continue;
    const fact = data as FlagFact;
    if ('root' in fact) sets.set(fact.root, (sets.get(fact.root) ?? new Set()).add(fact.name));
    else if ('of' in fact) values.set(fact.of, fact.term);
    else {
      stretches.set(fn, [...(stretches.get(fn) ?? []), { span, term: fact.term, is: fact.is }]);
      if (fact.term.kind === 'literal') never.add(fn);
    }
  }
  known.set(summary, (found = { stretches, values, never, sets }));
  return found;
}

/** Where an expression is looked at, and what is known there. */
export interface Look {
  summary: FileSummary;
  function: number;
  offset: number;
  given: Given;
  /** What a call surely gives. */
  resultOf: (call: number, awaited: boolean) => Sure | null;
}

/** Names are followed over this many steps. */
const maxSteps = 12;

/** Null where it may be anything. */
export function sureOf(expr: Expr, look: Look, depth = 0): Sure | null {
  if (depth > maxSteps) return null;
  const { summary, given, resultOf } = look;
  const of = (one: Expr) => sureOf(one, look, depth + 1);
  switch (expr.kind) {
    case 'literal':
      return { value: expr.value };
    case 'name':
      return ofName(expr.name, look, depth);
    case 'parameter':
      return given.get(slotOf(expr.function, expr.index)) ?? null;
    case 'member':
      return memberOf(of(expr.object), expr.name);
    case 'object':
      return ofObject(expr, look, depth);
    case 'either':
      return expr.of[0] && isParameter(expr.of[0]) ? orDefault(expr.of, of) : same(expr.of.map(of));
    case 'as':
      return of(expr.value);
    case 'function':
    case 'class':
    case 'regex':
      return something;
    case 'array':
      return summary.language === 'python' ? null : something;
    case 'call': {
      const text = sameText(summary, expr.call);
      const sure = text && of(text.of);
      return sure && 'value' in sure && typeof sure.value === 'string' ? { value: text.make(sure.value) } : resultOf(expr.call, false);
    }
    case 'await':
      return expr.of.kind === 'call' ? resultOf(expr.of.call, true) : null;
    default:
      return null;
  }
}

/** `method.upper()`: of a text another one. */
export function sameText({ calls }: FileSummary, index: number): { of: Expr; make: (text: string) => string } | null {
  const { callee, args } = calls[index]!;
  const make = callee.kind === 'member' && args.length === 0 && Object.hasOwn(textMethods, callee.name) ? textMethods[callee.name] : undefined;
  return make && callee.kind === 'member' ? { of: callee.object, make } : null;
}

/** The declaration that a name means there, where it is one alone. */
export function declarationOf(name: string, { summary, function: fn, offset }: Pick<Look, 'summary' | 'function' | 'offset'>): Binding | null {
  const found = indexOf(summary).lookup(name, fn, offset);
  return found.length === 1 ? found[0]! : null;
}

/** A parameter to which nothing else is assigned than its default, in a function that no decorator hands something else. */
export function isAsHanded({ functions }: FileSummary, { kind, index, scope, values, reassigned }: Binding): boolean {
  if (kind !== 'parameter' || index < 0 || reassigned) return false;
  const { parameters, decorators } = functions[scope]!;
  return values.filter((v) => v.kind !== 'parameter').length <= (parameters[index]!.optional ? 1 : 0) && decorators.every((d) => handsOn.test(nameOf(d)));
}

/** Python's decorators that hand on what a call gives. */
const handsOn = /^(?:(?:static|class)method|(?:async)?contextmanager|override|cache)$/;

/** The one value that a variable has, and nothing else. */
export function onlyValue({ language }: FileSummary, { kind, constant, values, reassigned }: Binding): Expr | null {
  const [value] = values;
  return kind === 'variable' && value && values.length === 1 && !reassigned && (constant || language === 'python' || isOfParameter(value)) ? value : null;
}

/** `HAS_AIOFILES`, which Python's `try: import aiofiles` sets: what a server needs is there where it runs. */
function saysInstalled({ language }: FileSummary, { name, kind, scope, values }: Binding): boolean {
  const isFlag = values.length === 2 && values.every((v) => v.kind === 'literal' && typeof v.value === 'boolean') && new Set(values.map((v) => (v as { value?: unknown }).value)).size === 2;
  return isFlag && language === 'python' && kind === 'variable' && scope === 0 && /^_?(?:HAS|HAVE)_[A-Z]|_(?:AVAILABLE|INSTALLED)$/.test(name);
}

const isParameter = (expr: Expr) => expr.kind === 'parameter';
/** `({ a = 1 }) => …`. */
const isOfParameter = (expr: Expr): boolean => (expr.kind === 'member' ? isOfParameter(expr.object) : expr.kind === 'either' ? expr.of.some(isOfParameter) : isParameter(expr));

function ofName(name: string, look: Look, depth: number): Sure | null {
  const { summary, given } = look;
  const binding = declarationOf(name, look);
  if (!binding) return summary.language !== 'python' && /^(?:console|process)$/.test(name) ? something : null;
  if (binding.kind === 'function' || binding.kind === 'class') return something;
  const { sets, values } = conditionsIn(summary);
  const there = { ...look, function: binding.scope, offset: binding.span.start };
  if (binding.kind === 'parameter') return without((isAsHanded(summary, binding) ? given.get(slotOf(binding.scope, binding.index)) : null) ?? byType(summary, binding), sets.get(name));
  if (saysInstalled(summary, binding)) return { value: true };
  const value = onlyValue(summary, binding);
  const term = values.get(nameKey(binding.span.start));
  if (!value) return null;
  if (term) return without(sureTerm(term, there, depth + 1), sets.get(name));
  // what else is left of a choice is the default in a pattern
  return without(value.kind === 'either' ? orDefault(value.of, (one) => sureOf(one, there, depth + 1)) : sureOf(value, there, depth + 1), sets.get(name));
}

/** `timeout: int` is not None, `timeout: number` not undefined. */
function byType({ functions }: FileSummary, { type, values, scope, index, reassigned }: Binding): Sure | null {
  if (reassigned || index < 0) return null;
  const mayBeNothing = values.some((v) => v.kind !== 'parameter' && (v.kind !== 'literal' || v.value === null));
  const isPlain = type?.kind === 'name' && type.path.length === 1 && /^(?:int|float|str|bool|bytes|number|string|boolean)$/.test(type.path[0]!);
  return isPlain && !mayBeNothing && !(functions[scope]!.parameters[index]!.optional && values.every((v) => v.kind === 'parameter')) ? { present: true } : null;
}

/** Without the properties that something is assigned to. */
function without(sure: Sure | null, assigned: ReadonlySet<string> | undefined): Sure | null {
  if (!assigned || !sure || !('has' in sure)) return sure;
  return assigned.has('*') ? something : { has: new Map([...sure.has, ...[...assigned].map((name) => [name, null] as const)]), closed: sure.closed };
}

export function memberOf(object: Sure | null, name: string): Sure | null {
  if (!object) return null;
  // of nothing, `?.` gives nothing
  if (!('has' in object)) return isNothing(object) ? absent : null;
  return object.has.get(name) ?? (object.closed && !object.has.has(name) ? absent : null);
}

function ofObject(expr: Extract<Expr, { kind: 'object' }>, look: Look, depth: number): Sure | null {
  const { values } = conditionsIn(look.summary);
  if (look.summary.language === 'python' && expr.properties.length === 0) return null;
  if (expr.properties.some((p) => p.name === '')) return something;
  const has = new Map<string, Sure | null>();
  for (const { name, value } of expr.properties) {
    const term = values.get(propertyKey(expr.span.end, name));
    has.set(name, term ? sureTerm(term, look, depth + 1) : sureOf(value, look, depth + 1));
  }
  const isOverridden = values.has(propertyKey(expr.span.end, '...'));
  const own = new Set(has.keys());
  let closed = true;
  for (const one of expr.spread) {
    const spread = sureOf(one, look, depth + 1);
    if (isNothing(spread)) continue;
    const { has: others, closed: isAll } = spread && 'has' in spread ? spread : open;
    if (!isAll) for (const name of has.keys()) if (isOverridden || !own.has(name)) has.set(name, null);
    for (const [name, sure] of others) if (!own.has(name)) has.set(name, has.has(name) ? null : sure);
      else if (isOverridden) has.set(name, null);
    closed &&= isAll;
  }
  return { has, closed };
}

function orDefault([first, ...others]: readonly Expr[], of: (one: Expr) => Sure | null): Sure | null {
  const sure = first ? of(first) : null;
  return sure && 'value' in sure && sure.value === undefined && others.length > 0 ? orDefault(others, of) : sure;
}

/** What it is whichever of them it is. */
function same([first, ...others]: readonly (Sure | null)[]): Sure | null {
  if (!first) return null;
  if (others.every((o) => o && 'has' in o && 'has' in first)) return others.length === 0 ? first : something;
  if (others.every((o) => o && 'value' in o && 'value' in first && o.value === first.value)) return first;
  const is = isTrue(first);
  return is !== null && others.every((o) => isTrue(o) === is) ? { counts: is } : null;
}

export const isTrue = (sure: Sure | null): boolean | null => (!sure || 'present' in sure ? null : 'has' in sure || ('counts' in sure ? sure.counts : Boolean(sure.value)));
export const isNothing = (sure: Sure | null) => sure !== null && 'value' in sure && (sure.value === null || sure.value === undefined);

export function sureTerm(term: Term | null, look: Look, depth = 0): Sure | null {
  if (!term || depth > maxSteps) return null;
  const of = (one: Term | null) => sureTerm(one, look, depth + 1);
  switch (term.kind) {
    case 'not': {
      const is = isTrue(of(term.of));
      return is === null ? null : { value: !is };
    }
    case 'choice': {
      const is = isTrue(of(term.condition));
      return is === null ? same([of(term.then), of(term.other)]) : of(is ? term.then : term.other);
    }
    case 'else': {
      const left = of(term.left);
      return isNothing(left) ? of(term.right) : left && 'counts' in left ? null : left;
    }
    case 'all':
    case 'any': {
      const left = of(term.left);
      const is = isTrue(left);
      if (is === (term.kind === 'any')) return left;
      const right = of(term.right);
      if (is !== null) return right;
      // whatever the left side is, `x && false` does not count as true
      return isTrue(right) === (term.kind === 'any') ? { counts: term.kind === 'any' } : null;
    }
    case 'same': {
      const is = compared(of(term.left), of(term.right), term.loosely);
      return is === null ? null : { value: is };
    }
    default:
      return sureOf(term, look, depth + 1);
  }
}

function compared(a: Sure | null, b: Sure | null, loosely: boolean): boolean | null {
  if (!a || !b || 'counts' in a || 'counts' in b || ('has' in a && 'has' in b)) return null;
  if ('present' in a || 'present' in b) return isNothing(a) || isNothing(b) ? false : null;
  if ('has' in a || 'has' in b) return false;
  // a summary writes `undefined` as null
  if (isNothing(a) && isNothing(b)) return true;
  if (loosely && !isNothing(a) && !isNothing(b) && typeof a.value !== typeof b.value) return null;
  return a.value === b.value;
}

/** What an argument of a call is; undefined where it is not said. */
export function argumentOf(summary: FileSummary, call: Call, index: number, name: string): { term: Term } | { expr: Expr } | undefined {
  const { values } = conditionsIn(summary);
  const keyword = call.keywords.find((k) => k.name === name)?.value;
  const term = values.get(argumentKey(call.span.end, keyword ? name : index));
  const expr = keyword ?? call.args[index];
  return term ? { term } : expr && { expr };
}

/** Parameters that a call does not fill: 1 for a Python method that is called on an object or a class. */
export function ownParameters({ language, functions }: FileSummary, fn: number, callee: Expr): number {
  const called = functions[fn]!;
  if (language !== 'python' || called.class === null || isStaticMethod(called)) return 0;
  return callee.kind === 'member' || called.kind === 'constructor' ? 1 : 0;
}

/** Where the argument for a parameter stands: Python's calls do not count `self`. */
export const positionOf = (summary: FileSummary, fn: number, index: number, { callee }: Call): number => index - ownParameters(summary, fn, callee);
