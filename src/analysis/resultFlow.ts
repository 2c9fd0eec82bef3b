import { groupBy } from '../model/groupBy.ts';
import type { CallRef, FunctionRef, Handler, Program } from './code/program.ts';
import { branchesAround } from './branches.ts';
import { perFile, perSummary } from './code/perFile.ts';
import { maxValues, type Call, type Expr, type Span } from './code/summary.ts';
import type { Observer, Visitors } from './code/syntax.ts';
import { languageOf } from './ioBelow.ts';
import { ioOf } from './sinks/io.ts';
import { bindingOf, isWithin, stepBack, type Placed, type Place } from './trace.ts';

/** A call whose value becomes part of a result. */
export interface ResultCall {
  call: CallRef;
  /** On its way out something took a part of it only, or how many there are; `field`: what has a name in it, of some words (`meta.title`). */
  cut: Cut;
}

type Cut = boolean | 'field';

/** Of a record, what is told of it in a list. */
const fields = /^(?:id|key|slug|name|title|label|description|summary|type|kind|status|author|date|created_?at|updated_?at|path|target|tags?)$/i;

export interface ResultOptions {
  /** Names of functions that take a part. */
  cuts?: RegExp;
  /** What such a call is made of does not matter. */
  stopsAt?: (call: CallRef) => boolean;
}

const maxDepth = 40;
const maxVisits = 4000;

const noteReturn: Visitors[string] = (node, context) => context.fact(node);
/** Return statements: a function with many of them (a dispatching one) does not list what they give in its summary. */
export const returnObserver: Observer = { id: 'returns', typescript: { return_statement: noteReturn }, python: { return_statement: noteReturn } };

const returnsIn = perFile((program, file) => groupBy(program.factsOf(file, returnObserver.id), (fact) => fact.function));

/** How a function was entered: what its parameters are. */
interface Frame {
  fn: FunctionRef;
  call: CallRef;
  outer: Frame | null;
  seen: Seen;
}

/** What was visited behind one call that leads into a function, by whether it was cut then: calls, and names by where they are declared. */
type Seen = Record<'cut' | 'field' | 'whole', Set<Call | string>>;

const nothingSeen = (): Seen => ({ cut: new Set(), field: new Set(), whole: new Set() });

/** Every call whose value becomes part of what a handler answers, as far as it can be followed. */
export function resultCalls(program: Program, handler: Handler, { cuts, stopsAt }: ResultOptions): ResultCall[] {
  const found: ResultCall[] = [];
  const seenAtFirst = nothingSeen();
  const seenBehind = new Map<Call, Seen>();
  let visits = 0;
  if (handler.function) visitReturns(handler.function, null, false, 0);
  // what runs around it makes the answer of what it gives
  for (const { function: fn } of handler.around ?? []) visitReturns(fn, null, false, 0);
  return found;

  function visitReturns(fn: FunctionRef, frame: Frame | null, cut: Cut, depth: number): void {
    const summary = program.functionOf(fn);
    const at: Place = { file: fn.file, function: fn.index, offset: summary.span.end - 1 };
    for (const expr of summary.returned) visit({ expr, at: placeOf(expr, at) }, frame, cut, depth);
    if (summary.returned.length < maxValues) return;
    const returns = returnsIn(program, fn.file).get(fn.index) ?? [];
    for (const index of summary.calls) {
      const { span } = program.callOf({ file: fn.file, index });
      if (returns.some((r) => r.span.start <= span.start && span.end <= r.span.end)) visit({ expr: { kind: 'call', call: index }, at: { ...at, offset: span.start } }, frame, cut, depth);
    }
  }

  /** A name means what it means where its expression stands; a call tells where that is. */
  function placeOf(expr: Expr, at: Place): Place {
    const call = firstCall(expr);
    return call === null ? at : { ...at, offset: program.callOf({ file: at.file, index: call }).span.start };
  }

  function visit({ expr, at }: Placed, frame: Frame | null, cut: Cut, depth: number): void {
    if (depth > maxDepth || ++visits > maxVisits) return;
    switch (expr.kind) {
      case 'await':
      case 'enter':
        visit({ expr: expr.of, at }, frame, cut, depth + 1);
        return;
      case 'as':
        visit({ expr: expr.value, at }, frame, cut, depth + 1);
        return;
      case 'element':
        visit({ expr: expr.of, at }, frame, (expr.index !== undefined && !isAllRows(program, expr.of, at.file)) || cut, depth + 1);
        return;
      case 'either':
        visitAll(expr.of, at, frame, cut, depth + 1);
        return;
      case 'binary':
        visit({ expr: expr.left, at }, frame, cut, depth + 1);
        visit({ expr: expr.right, at }, frame, cut, depth + 1);
        return;
      case 'template':
        visitAll(expr.parts, at, frame, cut, depth + 1);
        return;
      case 'array':
        // a comprehension has names of its own
        visitAll(expr.items, expr.many ? { ...at, offset: expr.span.start } : at, frame, cut, depth + 1);
        return;
      case 'object':
        for (const { name, value } of expr.properties) if (!/^(?:isError|type|mimeType|uri|_meta|headers)$/.test(name)) visit({ expr: value, at }, frame, cut, depth + 1);
        visitAll(expr.spread, at, frame, cut, depth + 1);
        return;
      case 'function':
        visitReturns({ file: at.file, index: expr.function }, frame, cut, depth + 1);
        return;
      case 'member':
        visitMember(expr, at, frame, cut, depth);
        return;
      case 'name':
      case 'parameter':
        visitName(expr, at, frame, cut, depth);
        return;
      case 'call':
        visitCall({ file: at.file, index: expr.call }, frame, cut, depth);
        return;
      default:
        return;
    }
  }

  function visitAll(exprs: readonly Expr[], at: Place, frame: Frame | null, cut: Cut, depth: number): void {
    for (const expr of exprs) visit({ expr, at }, frame, cut, depth);
  }

  function visitMember(expr: Extract<Expr, { kind: 'member' }>, at: Place, frame: Frame | null, cut: Cut, depth: number): void {
    const { from } = expr.object.kind === 'object' || expr.object.kind === 'this' ? stepBack(program, { expr, at }) : { from: [] };
    // a number of something is no longer that something, nor is its version
    const now = cut === true || /^(?:length|size|count|total|version)$/.test(expr.name) || (fields.test(expr.name) ? 'field' : cut);
    if (from.length > 0) for (const one of from) visit(one, null, now, depth + 1);
    else if (expr.object.kind !== 'this') visit({ expr: expr.object, at }, frame, now, depth + 1);
  }

  function visitName(expr: Extract<Expr, { kind: 'name' | 'parameter' }>, at: Place, frame: Frame | null, cut: Cut, depth: number): void {
    const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
    const scope = expr.kind === 'parameter' ? expr.function : binding?.kind === 'parameter' ? binding.scope : null;
    if (scope !== null) {
      visitParameter({ file: at.file, index: scope }, expr.kind === 'parameter' ? expr.index : binding!.index, binding?.name, frame, cut, depth);
      return;
    }
    if (!binding || binding.kind !== 'variable') return;
    const seen = seenIn(frame, cut);
    const key = `${binding.span.start} ${at.file}`;
    if (seen.has(key)) return;
    seen.add(key);
    const place = { file: at.file, function: binding.scope, offset: binding.span.start };
    const own = frameOf(frame, at.file, binding.scope);
    for (const value of binding.values) visit({ expr: value, at: placeOf(value, place) }, own, cut, depth + 1);
    for (const call of fillings(program.files.get(at.file)!).get(binding.scope) ?? []) {
      if (!fills(call, binding.name)) continue;
      const now = (cuts !== undefined && isChosenOne(program, at.file, call)) || cut;
      for (const arg of call.args) visit({ expr: arg, at: { ...place, offset: call.span.start } }, own, now, depth + 1);
    }
  }

  /** Inner functions see the parameters of those around them. */
  function frameOf(frame: Frame | null, file: string, scope: number): Frame | null {
    const summary = program.files.get(file)!;
    for (let at = frame; at; at = at.outer) if (at.fn.file === file && isWithin(summary, scope, at.fn.index)) return at;
    return null;
  }

  function visitParameter(fn: FunctionRef, index: number, name: string | undefined, frame: Frame | null, cut: Cut, depth: number): void {
    for (let at = frame; at; at = at.outer) {
      if (at.fn.file !== fn.file || at.fn.index !== fn.index) continue;
      const call = program.callOf(at.call);
      const method = program.files.get(fn.file)!.language === 'python' && program.functionOf(fn).class !== null && call.callee.kind === 'member' ? 1 : 0;
      const handed = call.keywords.find((k) => k.name === name)?.value ?? call.args[index - method];
      if (handed) visit({ expr: handed, at: { file: at.call.file, function: call.function, offset: call.span.start } }, at.outer, cut, depth + 1);
      return;
    }
  }

  /** The constants of the call by which its function was entered leave it out. */
  function isLeftOut({ file, index }: CallRef, { fn, call }: Frame): boolean {
    const { start } = program.callOf({ file, index }).span;
    return file === fn.file && program.entry(fn, call).without.some((s) => s.start <= start && start < s.end);
  }

  function visitCall(ref: CallRef, frame: Frame | null, cut: Cut, depth: number): void {
    if (frame && isLeftOut(ref, frame)) return;
    const seen = seenIn(frame, cut);
    const call = program.callOf(ref);
    if (seen.has(call) || isOthers(ref.file, call)) return;
    seen.add(call);
    found.push({ call: ref, cut });
    if (stopsAt?.(ref)) return;
    const { functions, external, callbacks } = program.called(ref);
    // `await asyncio.to_thread(load, x)`, `rows.map(asRow)`, `withRetry(() => load())`: what these give is given on
    for (const fn of functions.length === 0 ? callbacks : functions) visitReturns(fn, { fn, call: ref, outer: frame, seen: seenBy(call) }, cut, depth + 1);
    if (functions.length > 0 || ioOf(external, languageOf(program, ref.file)) !== null) {
      // what is asked of an answer: `(await fetch(u)).json()` is none of these, its callee's object is what came
      return;
    }
    // `return run()` in what is given `run`
    if (external === null && call.callee.kind === 'name') visitName(call.callee, { file: ref.file, function: call.function, offset: call.span.start }, frame, cut, depth + 1);
    const name = call.callee.kind === 'member' || call.callee.kind === 'name' ? call.callee.name : '';
    const now = (cuts !== undefined && (cuts.test(name) || (name === 'filter' && callbacks.some((fn) => asksForText.test(textIn(program, fn.file, program.functionOf(fn).span)))))) || cut;
    const at = { file: ref.file, function: call.function, offset: call.span.start };
    if (call.callee.kind === 'member') visit({ expr: call.callee.object, at }, frame, now, depth + 1);
    for (const arg of call.args) if (!isHead(program, ref.file, arg)) visit({ expr: arg, at }, frame, now, depth + 1);
    for (const { name: key, value } of call.keywords) if (key !== 'headers') visit({ expr: value, at }, frame, now, depth + 1);
  }

  function seenBy(call: Call): Seen {
    let seen = seenBehind.get(call);
    if (!seen) seenBehind.set(call, (seen = nothingSeen()));
    return seen;
  }
  function seenIn(frame: Frame | null, cut: Cut): Set<Call | string> {
    const seen = frame?.seen ?? seenAtFirst;
    return cut === true ? seen.cut : cut ? seen.field : seen.whole;
  }

  /** A part of a dispatching function that is another tool's. */
  function isOthers(file: string, { span, function: fn }: Call): boolean {
    const isIn = (spans: readonly Span[]) => spans.some((s) => s.start <= span.start && span.start < s.end);
    return (handler.function?.file === file && handler.function.index === fn && isIn(handler.notMine)) || (handler.around ?? []).some((a) => a.function.file === file && isIn(a.without));
  }
}

/** The part that has a number is no smaller: a column of each in a loop (`for folder, _, names in os.walk(root)`), the rows of mysql2, which gives the fields beside them. */
function isAllRows(program: Program, of: Expr, file: string): boolean {
  if (of.kind === 'await') return isAllRows(program, of.of, file);
  if (of.kind === 'element') return of.index === undefined && of.key === undefined;
  return of.kind === 'call' && /^mysql2\b.*\.(?:query|execute)$/.test(program.target({ file, index: of.call }).external ?? '');
}

/** What asks whether something is what somebody looks for: by a text that is not written there, or by a file that it has. */
const asksForText = /\.(?:includes|startsWith|endsWith|match|test|search|indexOf)\(\s*[A-Za-z_]|\bre\.(?:search|match|fullmatch)\(\s*[a-z_]|\b(?!not\b|for\b)[a-z_][\w.]*(?:\(\))?\s+in\s+[a-z_]|\b(?:existsSync|exists)\(/;

const textIn = (program: Program, file: string, { start, end }: { start: number; end: number }) => program.textOf(file).slice(start, end);

/** In a loop it is added only if it is what somebody looks for. */
function isChosenOne(program: Program, file: string, { loop, span, function: index }: Call): boolean {
  if (!loop) return false;
  return branchesAround(program, { file, index }).some(({ whole, ways }) => {
    const [way] = ways;
    return way && loop.start <= whole.start && whole.end <= loop.end && way.start <= span.start && span.end <= way.end && asksForText.test(textIn(program, file, { start: whole.start, end: way.start }));
  });
}

/** What a request is sent with beside its question: `getHeaders()`. */
function isHead(program: Program, file: string, expr: Expr): boolean {
  const what = expr.kind === 'await' ? expr.of : expr;
  const named = what.kind === 'call' ? program.callOf({ file, index: what.call }).callee : what;
  return (named.kind === 'name' || named.kind === 'member') && /headers?$/i.test(named.name);
}

const fills = ({ callee }: Call, name: string) => callee.kind === 'member' && callee.object.kind === 'name' && callee.object.name === name;

/** Calls that add to what has a name, by the function that they stand in. */
const fillings = perSummary(({ calls }) => groupBy(calls.filter(({ callee }) => callee.kind === 'member' && callee.object.kind === 'name' && /^(?:push|unshift|append|extend|insert|add)$/.test(callee.name)), (call) => call.function));

function firstCall(expr: Expr): number | null {
  switch (expr.kind) {
    case 'call':
      return expr.call;
    case 'await':
    case 'element':
    case 'enter':
      return firstCall(expr.of);
    case 'member':
      return firstCall(expr.object);
    case 'as':
      return firstCall(expr.value);
    case 'either':
      return firstOf(expr.of);
    case 'array':
      return firstOf(expr.items);
    case 'template':
      return firstOf(expr.parts);
    case 'binary':
      return firstOf([expr.left, expr.right]);
    case 'object':
      return firstOf([...expr.properties.map((p) => p.value), ...expr.spread]);
    default:
      return null;
  }
}

function firstOf(exprs: readonly Expr[]): number | null {
  for (const expr of exprs) {
    const call = firstCall(expr);
    if (call !== null) return call;
  }
  return null;
}
