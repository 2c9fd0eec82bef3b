import { bindingsOf } from './code/bindings.ts';
import { lineage } from './code/handlers/members.ts';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Binding, Call, Expr, FileSummary } from './code/summary.ts';
import { positionOf } from './code/sure.ts';

/** Where an expression stands. */
export interface Place {
  file: string;
  function: number;
  offset: number;
}

/** An expression with its place. */
export interface Placed {
  expr: Expr;
  at: Place;
}

/**
 * One step back to where the value of an expression comes from, as written: a name to what is assigned to it, a field to
 * its values, a parameter to what callers hand over. Empty where nothing is known; `complete` is false where there may be
 * more (a parameter of a handler, a value that is reassigned).
 */
export interface Step {
  from: Placed[];
  complete: boolean;
}

const nothing: Step = { from: [], complete: false };
const all = (from: Placed[]): Step => ({ from, complete: from.length > 0 });

export function stepBack(program: Program, { expr, at }: Placed): Step {
  const placed = (one: Expr): Placed => ({ expr: one, at });
  switch (expr.kind) {
    case 'await':
    case 'enter':
      return all([placed(expr.of)]);
    case 'as':
      return all([placed(expr.value)]);
    case 'either':
      return all(expr.of.map(placed));
    case 'name':
      return ofName(program, expr.name, at);
    case 'member':
      return ofMember(program, expr, at);
    case 'parameter':
      return ofParameter(program, { file: at.file, index: expr.function }, expr.index);
    case 'call':
      return ofCall(program, { file: at.file, index: expr.call });
    default:
      return nothing;
  }
}

/** How many things a list has that is written out, in each of its values; null where it may have others: made elsewhere, with a spread, added to later. */
export function writtenLength(program: Program, list: Placed): number | null {
  const { expr, at } = list;
  const grows = ({ callee }: Call) => callee.kind === 'member' && expr.kind === 'name' && callee.object.kind === 'name' && callee.object.name === expr.name && /^(?:push|unshift|append|extend|insert|concat|splice)$/.test(callee.name);
  const values = expr.kind === 'array' ? [expr] : stepBack(program, list).from.map((one) => one.expr);
  if (values.length === 0 || program.files.get(at.file)!.calls.some(grows)) return null;
  const lengths = values.map((v) => (v.kind === 'array' && v.many !== true && v.items.every((i) => i.kind !== 'element' && i.kind !== 'other') ? v.items.length : null));
  return lengths.reduce((most, length) => (most === null || length === null ? null : Math.max(most, length)));
}

/** The binding that a name means there: the innermost one that can be seen. */
export function bindingOf({ files }: Program, name: string, { file, function: fn, offset }: Place): Binding | null {
  const summary = files.get(file);
  if (!summary) return null;
  const bindings = bindingsOf(summary);
  if (bindings.named(name).length === 0) return null;
  let found: Binding | null = null;
  for (let scope: number | null = fn; scope !== null; scope = summary.functions[scope]!.parent) {
    let own: Binding | null = null;
    for (const binding of bindings.inScope(name, scope)) if (binding.from <= offset && offset < binding.to && (!own || binding.from >= own.from)) own = binding;
    if (own && (!found || own.from > found.from)) found = own;
  }
  return found;
}

/** Whether a function is another one or stands inside of it. */
export function isWithin(summary: FileSummary, fn: number, outer: number): boolean {
  for (let at: number | null = fn; at !== null; at = summary.functions[at]!.parent) if (at === outer) return true;
  return false;
}

/** `depth`: re-exports that led here. */
function ofName(program: Program, name: string, at: Place, depth = 0): Step {
  const binding = bindingOf(program, name, at);
  if (!binding) return nothing;
  const place = (): Place => ({ file: at.file, function: binding.scope, offset: binding.span.start });
  if (binding.kind === 'import') return ofImport(program, at.file, binding, depth);
  if (binding.kind === 'parameter') {
    const fromCallers = ofParameter(program, { file: at.file, index: binding.scope }, binding.index, binding.name);
    return { from: [...fromCallers.from, ...binding.values.filter(isNoParameter).map((expr) => ({ expr, at: place() }))], complete: fromCallers.complete };
  }
  return { from: binding.values.map((expr) => ({ expr, at: place() })), complete: binding.values.length > 0 && !binding.reassigned };
}

const isNoParameter = (expr: Expr) => expr.kind !== 'parameter';

function ofImport(program: Program, file: string, binding: Binding, depth: number): Step {
  const { module, imported } = program.files.get(file)!.imports[binding.index]!;
  return imported === '*' ? nothing : ofExport(program, program.moduleFile(file, module), imported, depth);
}

/** What a module of the workspace gives under a name. */
function ofExport(program: Program, file: string | null, name: string, depth: number): Step {
  const summary = file === null ? undefined : program.files.get(file);
  if (!summary || depth > 5) return nothing;
  const at = { file: summary.file, function: 0, offset: summary.functions[0]!.span.end - 1 };
  if (summary.language === 'python') return ofName(program, name, at, depth + 1);
  const found = summary.exports.find((e) => e.name === name);
  if (found) {
    if (found.module !== null) return ofExport(program, program.moduleFile(summary.file, found.module), found.local ?? name, depth + 1);
    return found.value ? all([{ expr: found.value, at }]) : found.local !== null ? ofName(program, found.local, at, depth + 1) : nothing;
  }
  for (const star of summary.exports.filter((e) => e.name === '*' && e.module !== null)) {
    const step = ofExport(program, program.moduleFile(summary.file, star.module!), name, depth + 1);
    if (step.from.length > 0) return step;
  }
  return nothing;
}

function ofMember(program: Program, expr: Extract<Expr, { kind: 'member' }>, at: Place): Step {
  const { object, name } = expr;
  if (object.kind === 'object') {
    const property = object.properties.find((p) => p.name === name);
    return property ? all([{ expr: property.value, at }]) : nothing;
  }
  if (object.kind === 'name') {
    const binding = bindingOf(program, object.name, at);
    if (binding?.kind === 'import') {
      const { module, imported } = program.files.get(at.file)!.imports[binding.index]!;
      if (imported === '*') return ofExport(program, program.moduleFile(at.file, module), name, 0);
    }
  }
  const value = program.resolve(object, at);
  if (value.kind === 'object') {
    const property = value.expr.properties.find((p) => p.name === name);
    return property ? all([{ expr: property.value, at: { file: value.file, function: value.scope, offset: value.expr.span.start } }]) : nothing;
  }
  if (value.kind !== 'instance' && value.kind !== 'class') return nothing;
  for (const { file, index } of lineage(program, value.class)) {
    const owner = program.files.get(file);
    const field = owner?.classes[index]?.fields.find((f) => f.name === name && f.values.length > 0);
    // a field's values may be written in any method; what they say is looked up where the field stands
    if (owner && field) return all(field.values.map((one) => ({ expr: one, at: { file, function: functionAt(owner, field.span.start), offset: field.span.start } })));
  }
  return nothing;
}

/** The innermost function around an offset. */
export function functionAt({ functions }: FileSummary, offset: number): number {
  let found = 0;
  for (let i = 1; i < functions.length; i++) {
    const { start, end } = functions[i]!.span;
    if (start > offset) break;
    if (offset < end) found = i;
  }
  return found;
}

/** What callers hand over; not complete for a handler, whose arguments come from the client, and where nobody calls. */
function ofParameter(program: Program, fn: FunctionRef, index: number, name?: string): Step {
  const from: Placed[] = [];
  let complete = true;
  const callers = program.callersOf(fn);
  for (const ref of callers) {
    const handed = argumentOf(program, ref, fn, index, name);
    if (handed) from.push(handed);
    else complete = false;
  }
  if (callers.length === 0 || program.handlers.some((h) => h.function?.file === fn.file && h.function.index === fn.index)) complete = false;
  return { from, complete };
}

/** The argument of a call for a parameter; null where it is left out or cannot be told. Python's `self` is not counted by callers. */
export function argumentOf(program: Program, ref: CallRef, fn: FunctionRef, index: number, name?: string): Placed | null {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const target = program.called(ref);
  if (!target.functions.some((f) => f.file === fn.file && f.index === fn.index)) {
    // a callback: the first parameter of map, filter, forEach … is one of what they go through
    const iterates = call.callee.kind === 'member' && index === 0 && iterators.has(call.callee.name);
    return iterates && call.callee.kind === 'member' ? { expr: { kind: 'element', of: call.callee.object }, at } : null;
  }
  const keyword = name === undefined ? undefined : call.keywords.find((k) => k.name === name);
  if (keyword) return { expr: keyword.value, at };
  const expr = call.args[positionOf(program.files.get(fn.file)!, fn.index, index, call)];
  return expr ? { expr, at } : null;
}

const iterators = new Set(['map', 'flatMap', 'filter', 'forEach', 'find', 'some', 'every']);

/** What the functions of the workspace that it calls give back. */
function ofCall(program: Program, ref: CallRef): Step {
  const { functions } = program.called(ref);
  const from = functions.flatMap((fn) => program.functionOf(fn).returned.map((expr) => ({ expr, at: { file: fn.file, function: fn.index, offset: program.functionOf(fn).span.end - 1 } })));
  return { from, complete: from.length > 0 };
}
