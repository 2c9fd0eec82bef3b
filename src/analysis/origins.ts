import type { FunctionRef, Handler, Program } from './code/program.ts';
import { nameOf, type Expr } from './code/summary.ts';
import { handlersByFunction } from './freshReach.ts';
import { keyOf } from './ioBelow.ts';
import { isNow } from './presentTime.ts';
import { isAside } from './serverFiles.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/**
 * What a value is made of. `constant`: the same in every call (configuration, too). `arguments`: what the client sends with
 * a call. `caller`: who calls (headers, tokens, sessions). `varying`: other in every call (ids, times). `unknown`: cannot be told.
 */
export type Origin = 'constant' | 'arguments' | 'caller' | 'varying' | 'unknown';

/** Values are followed over this many expressions. */
const maxSteps = 80;
/** What a token is taken from may be taken from another token. */
const maxDepth = 2;

const ofCaller = /(?:^|_)(?:auth\w*|(?:access|id|bearer|refresh|session|api|user)?_?token|api_?key|secret|password|credentials?|headers?|cookies?|bearer|session(?:_?id)?|tenant(?:_?id)?|user(?:_?id|name)?|account(?:_?id)?|(?:auth|authInfo))$|[a-z](?:Token|ApiKey|Secret|Password|Credentials?|Headers?|Cookies?|SessionId|TenantId|UserId|AccountId|Auth|AuthInfo)$|^(?:apiKey|authInfo|authorization|sessionId|userId|tenantId|accountId)$/i;
const asksCaller = /(?:auth|token|header|credential|cookie|session|current_?user|request_?context)/i;
const ofContext = /\bContextVar(?:\(\))?\.get$|\bAsyncLocalStorage(?:\(\))?\.getStore$/;
/** What gives something else in every call. */
export const differs = /^(?:random\w*|uuid\w*|v[1467]|nanoid|ulid|cuid2?|createId|now|time|monotonic|perf_counter|getTime|hrtime|token_hex|token_urlsafe|hex|strftime|isoformat|toISOString|utcnow|today)$/;

/**
 * Where all the parts of an expression come from. `strictly`: only what is written in the source is constant, not
 * the present time, what was waited for (a file, a service) or what a function that may look at anything gives.
 */
export function originsOf(program: Program, expr: Expr, at: Placed['at'], strictly = false): ReadonlySet<Origin> {
  return origins(program, expr, at, strictly, 0);
}

/** `depth`: questions within questions, which may go round in a circle. */
function origins(program: Program, expr: Expr, at: Placed['at'], strictly: boolean, depth: number): ReadonlySet<Origin> {
  if (depth > maxDepth) return new Set<Origin>(['unknown']);
  const found = new Set<Origin>();
  const seen = new Set<string>();
  const open: Placed[] = [{ expr, at }];
  for (let steps = 0; open.length > 0; steps++) {
    const placed = open.pop()!;
    if (steps > maxSteps) return found.add('unknown');
    const key = `${placed.at.file} ${placed.at.function} ${placed.at.offset} ${JSON.stringify(placed.expr)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (strictly && isOpen(program, placed)) found.add('unknown');
    for (const next of look(program, placed, depth)) {
      if (typeof next !== 'string') open.push(next);
      // what a script beside the server hands over comes in no call
      else if (next === 'constant' || placed.at.file === at.file || !isAside(program, placed.at.file)) found.add(next);
    }
  }
  return found;
}

/** May be another thing each time, wherever its values come from. */
function isOpen(program: Program, { expr, at }: Placed): boolean {
  if (expr.kind === 'call' && isNow(program, { file: at.file, index: expr.call })) return true;
  if (expr.kind === 'await' || expr.kind === 'function' || expr.kind === 'parameter') return true;
  return expr.kind === 'name' && bindingOf(program, expr.name, at)?.kind === 'parameter';
}

function look(program: Program, placed: Placed, depth: number): (Origin | Placed)[] {
  const { expr, at } = placed;
  const inside = (...parts: Expr[]) => parts.map((part) => ({ expr: part, at }));
  switch (expr.kind) {
    case 'literal':
    case 'regex':
    case 'function':
    case 'class':
    case 'module':
    case 'this':
    case 'super':
      return ['constant'];
    case 'template':
      return inside(...expr.parts);
    case 'binary':
      // a part of it
      return expr.operator === '[:]' ? inside(expr.left) : inside(expr.left, expr.right);
    case 'array':
      return ['constant', ...inside(...expr.items)];
    case 'object':
      return ['constant', ...inside(...expr.properties.map((p) => p.value), ...expr.spread)];
    case 'either':
      return inside(...expr.of);
    case 'await':
    case 'enter':
      return inside(expr.of);
    case 'element':
      // whose a password is that stands in a table does not depend on who chooses
      return inside(expr.of, ...(expr.key && depth === 0 ? [expr.key] : []));
    case 'as':
      return inside(expr.value);
    case 'name':
      return ofName(program, expr.name, placed);
    case 'parameter':
      return ofParameter(program, { file: at.file, index: expr.function }, expr.index, '', placed);
    case 'member':
      return ofMember(program, expr, placed, depth);
    case 'call':
      return ofCall(program, expr.call, placed);
    case 'load':
    case 'other':
      return ['unknown'];
  }
}

function ofName(program: Program, name: string, placed: Placed): (Origin | Placed)[] {
  const binding = bindingOf(program, name, placed.at);
  if (!binding || binding.kind === 'function' || binding.kind === 'class') return ['constant'];
  if (binding.kind === 'parameter') return ofParameter(program, { file: placed.at.file, index: binding.scope }, binding.index, name, placed);
  const { from } = stepBack(program, placed);
  if (from.length > 0) return from;
  // what a package gives, and a module's variable that is filled later
  return binding.kind === 'import' || binding.scope === 0 ? ['constant'] : ['unknown'];
}

function ofParameter(program: Program, fn: FunctionRef, index: number, name: string, placed: Placed): (Origin | Placed)[] {
  const handlers = handlersByFunction(program).get(keyOf(fn)) ?? [];
  if (handlers.length > 0) {
    if (handlers.some((h) => h.contextParameter === index)) return ['caller'];
    return [ofCaller.test(name) ? 'caller' : 'arguments'];
  }
  const { from } = stepBack(program, placed);
  if (from.length > 0) return from;
  if (isWrapped(program, fn) && !ofCaller.test(name)) return [program.handlers.some((h) => h.contextParameter === index && isAround(h, fn)) ? 'caller' : 'arguments'];
  // what collects all arguments of a wrapper are those of what it wraps
  if (ofCaller.test(name)) return ['caller'];
  // one of a function that makes the server is the same in all its calls
  if (program.reach(fn, 'any') === null) return ['constant'];
  return [index < 0 ? 'arguments' : 'unknown'];
}

const isAround = ({ around = [] }: Handler, { file, index }: FunctionRef) => around.some((a) => a.function.file === file && a.function.index === index);

/** It is what a function gives that is given a tool's own: `memoise((args) => …)`, which takes what the tool takes. One that hands all requests on is none. */
function isWrapped(program: Program, fn: FunctionRef): boolean {
  const { parent, class: owner } = program.functionOf(fn);
  const gives = parent !== null && owner === null && program.functionOf({ file: fn.file, index: parent }).returned.some((r) => r.kind === 'function' && r.function === fn.index);
  return gives && program.handlers.some((h) => isAround(h, fn));
}

function ofMember(program: Program, expr: Extract<Expr, { kind: 'member' }>, placed: Placed, depth: number): (Origin | Placed)[] {
  const { from } = stepBack(program, placed);
  if (from.length > 0) return from;
  const object = { expr: expr.object, at: placed.at };
  if (!ofCaller.test(expr.name)) return [object];
  // a token of the configuration is nobody's, one of the request is the caller's
  const of = origins(program, expr.object, placed.at, false, depth + 1);
  return of.has('arguments') || of.has('caller') ? ['caller'] : [...of];
}

function ofCall(program: Program, index: number, placed: Placed): (Origin | Placed)[] {
  const ref = { file: placed.at.file, index };
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const name = nameOf(call.callee);
  if (differs.test(name)) return ['varying'];
  // what a request has set for itself
  if (ofContext.test(program.target(ref).external ?? '')) return ['caller'];
  const handed = [...call.args, ...call.keywords.map((k) => k.value)].map((expr) => ({ expr, at }));
  const { from } = stepBack(program, placed);
  if (from.length > 0) return [...from, ...handed];
  // what a context manager of the workspace gives is what it yields
  const yielded = program.target(ref).functions.flatMap((fn) => (program.functionOf(fn).yielded ?? []).map((expr) => ({ expr, at: { file: fn.file, function: fn.index, offset: program.functionOf(fn).span.end - 1 } })));
  if (yielded.length > 0) return [...yielded, ...handed];
  const object = call.callee.kind === 'member' ? [{ expr: call.callee.object, at }] : [];
  if (asksCaller.test(name) && !/env|getenv/i.test(name)) return ['caller'];
  return [...handed, ...object, 'constant'];
}
