import type { CallRef, FunctionRef, Handler, Program } from './code/program.ts';
import { ownerOf } from './code/receiving.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { absentObserver, isFirstOnDisk } from './ifAbsent.ts';
import { enclosing, guardedBy, isFilled, leaves, outlives, type Guarded } from './memoised.ts';

/** Deeper chains of helpers behind a guard are not looked for. */
const maxDepth = 6;
const cachedBy = /^(?:lru_cache|cache|cached_property|cached|alru_cache|memoize|once)$/;

/**
 * Why code that handlers reach does not run for most calls: `first` is the first time only, `object` once for each of the
 * objects that calls make, `debug` where somebody looks for a defect, `expired` when something that is kept has become too old.
 */
export type Seldom = 'first' | 'object' | 'debug' | 'expired';

/**
 * Notes the stretches of code that seldom run: behind `if (this.x) return this.x`, inside of
 * `if (!this.x) { this.x = … }`, or of `if (!this.x) this.init()` where `init` makes it; on the right of `x ??= …`, where `x` outlives the call. What runs once for each key of a
 * cache is none of it: there are always new keys (`onceOnly.ts` counts these, too). What is put where a file was missing runs once
 * as well (`ifAbsent.ts`). And what stands behind a test of `DEBUG` or `NODE_ENV`, or whether telemetry is on, which is off as a rule.
 */
export const seldomObserver: Observer = {
  id: 'seldom',
  typescript: { if_statement: noteGuard, augmented_assignment_expression: noteAssignment, assignment_expression: noteAssignment, catch_clause: noteFailure, throw_statement: noteFailure },
  python: { if_statement: noteGuard, assignment: noteAssignment, except_clause: noteFailure, raise_statement: noteFailure },
};

/** What those that ask whether a call is seldom made must observe. */
export const seldomObservers: readonly Observer[] = [seldomObserver, absentObserver];

/** Whether a call is seldom made, by itself or because all ways to it are; those on the event loop, where only these count. */
export const createSeldom = (program: Program, on: Thread = 'any') => finder(program, on, (why): why is Seldom => why !== 'failed');

/** The same, where what is done after a failure (in a `catch` or `except`, or of what is thrown) counts, too. Python does much of the usual in its `except`. */
export const createHardlyEver = (program: Program, on: Thread = 'any') => finder(program, on, (why): why is Noted['seldom'] => Boolean(why));

type Thread = Parameters<Program['reach']>[1];

function finder<Why extends Noted['seldom']>(program: Program, on: Thread, counts: (why: Noted['seldom']) => why is Why): (call: CallRef) => Why | 'first' | 'object' | null {
  const known = new Map<string, Why | 'first' | 'object' | null>();
  const made = new Map<string, boolean>();

  function ofFunction(fn: FunctionRef, depth: number): Why | 'first' | 'object' | null {
    const key = `${fn.index} ${fn.file}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (depth > maxDepth) return null;
    known.set(key, null);
    const { decorators, parameters } = program.functionOf(fn);
    // with arguments it is once for each of them, of which whoever keeps only a few expects no more
    const isKept = decorators.some((d) => cachedBy.test(lastName(program, fn.file, d)) && (parameters.every((p) => /^(?:self|cls)$/.test(p.name)) || keepsFew(program, fn.file, d)));
    // what runs while the server starts takes no time of a call
    const ways = isKept ? [] : program.callersOf(fn).flatMap((c) => (isReached(program, c, on) && !(on === 'loop' && handsToThread(program, c, fn)) ? [ofCall(c, depth + 1)] : []));
    const answer = isKept ? 'first' : isHandler(program, fn) ? null : ways.every((w) => w !== null) ? (ways[0] ?? null) : null;
    known.set(key, answer);
    return answer;
  }
  /** Objects of the class that a method stands in are made in calls, not once. */
  function isMadeInCalls(method: FunctionRef, depth: number): boolean {
    const owner = ownerOf(program.files, method)?.class;
    if (!owner || depth > maxDepth) return false;
    const key = `made ${owner.index} ${owner.file}`;
    const before = made.get(key);
    if (before !== undefined) return before;
    made.set(key, false);
    const { name } = program.files.get(owner.file)!.classes[owner.index]!;
    const answer = [...program.files].some(([file, { calls }]) =>
      calls.some((c, index) => (c.callee.kind === 'name' || c.callee.kind === 'member') && c.callee.name === name && program.reach({ file, index: c.function }, 'any', c.span.start) !== null && ofCall({ file, index }, depth + 1) === null),
    );
    made.set(key, answer);
    return answer;
  }
  function ofCall(ref: CallRef, depth: number): Why | 'first' | 'object' | null {
    const { span, function: index } = program.callOf(ref);
    for (const fact of program.factsOf(ref.file, seldomObserver.id)) {
      const { seldom, own, guard } = fact.data as Noted;
      if (fact.span.start > span.start || span.end > fact.span.end || !counts(seldom) || (guard && !isFilled(program, ref.file, guard))) continue;
      return own === true && isMadeInCalls({ file: ref.file, index }, depth) ? 'object' : seldom;
    }
    if (isFirstOnDisk(program, ref)) return 'first';
    return index === 0 ? null : ofFunction({ file: ref.file, index }, depth);
  }
  return (ref) => ofCall(ref, 0);
}

function isReached(program: Program, ref: CallRef, on: Thread): boolean {
  const { span, function: index } = program.callOf(ref);
  return program.reach({ file: ref.file, index }, on, span.start) !== null;
}

/** `asyncio.to_thread(fn, …)`: where it runs then nobody waits for it. */
function handsToThread(program: Program, ref: CallRef, { file, index }: FunctionRef): boolean {
  const { functions, offloads } = program.called(ref);
  return offloads && !functions.some((f) => f.file === file && f.index === index);
}

const isHandler = (program: Program, fn: FunctionRef) => program.entrances(fn).some(({ starts }) => starts.length > 0);

/** Whether a call stands where something has failed, or the other side has refused. */
export function isAfterFailure(program: Program, { file, index }: CallRef): boolean {
  const { start, end } = program.callOf({ file, index }).span;
  return program.factsOf(file, seldomObserver.id).some(({ span, data }) => (data as Noted).seldom === 'failed' && span.start <= start && end <= span.end);
}

interface Noted {
  seldom: Seldom | 'failed';
  /** For one object. */
  own?: boolean;
  /** It counts if what is called there fills what is asked for. */
  guard?: Guarded;
}

/** `@lru_cache(maxsize=1)`: what it is called with is always the same, or one of two. */
function keepsFew(program: Program, file: string, decorator: ReturnType<Program['functionOf']>['decorators'][number]): boolean {
  if (decorator.kind !== 'call') return false;
  const { args, keywords } = program.files.get(file)!.calls[decorator.call]!;
  const size = keywords.find((k) => k.name === 'maxsize')?.value ?? args[0];
  return size?.kind === 'literal' && typeof size.value === 'number' && size.value <= fewKept;
}

const fewKept = 8;

/** Of `@functools.lru_cache(maxsize=1)` and the like. */
function lastName({ files }: Program, file: string, decorator: ReturnType<Program['functionOf']>['decorators'][number]): string {
  const expr = decorator.kind === 'call' ? files.get(file)!.calls[decorator.call]!.callee : decorator;
  return expr.kind === 'member' || expr.kind === 'name' ? expr.name : '';
}

function noteFailure(node: SyntaxNode, context: VisitContext) {
  context.fact(node.childForFieldName('body') ?? node, { seldom: 'failed' } satisfies Noted);
}

const first = (name: string, guard?: Guarded): Noted => ({ seldom: 'first', own: /^(?:this|self)\./.test(name), ...(guard?.through && { guard }) });

/** Of an `if`. */
function noteGuard(node: SyntaxNode, context: VisitContext) {
  const condition = node.childForFieldName('condition');
  if (condition && /debug|NODE_ENV|APP_ENV|ENVIRONMENT|verbose|telemetry|tracing/i.test(textOf(context, condition))) noteDebug(node, textOf(context, condition), context);
  const body = node.childForFieldName('consequence');
  if (condition && body && isExpired.test(textOf(context, condition))) context.fact(body, { seldom: 'expired' } satisfies Noted);
  const other = node.childForFieldName('alternative');
  if (condition && other && isFresh.test(textOf(context, condition))) context.fact(other, { seldom: 'expired' } satisfies Noted);
  // what follows it is done when the one thing that is kept is no longer good
  if (condition && body && node.parent && isGoodCache.test(textOf(context, condition)) && leaves.test(textOf(context, body)) && takesNothing(node)) context.fact({ ...context.span(node.parent), start: node.endIndex }, { seldom: 'expired' } satisfies Noted);
  if (condition && body && isRefused.test(textOf(context, condition))) context.fact(body, { seldom: 'failed' } satisfies Noted);
  const guard = guardedBy(node, context);
  if (guard) context.fact({ ...context.span(node), start: guard.start, end: guard.end }, first(guard.name, guard));
}

/** `if cached and is_cache_fresh(cached): return cached`. */
const isGoodCache = /^(?=.*cache)(?!.*\bnot\s+[\w.]*(?:fresh|valid)\w*\().*\b\w*(?:fresh|valid)\w*\(/is;

/** The function around takes no arguments but whether to load anew. */
function takesNothing(node: SyntaxNode): boolean {
  const parameters = enclosing(node)?.childForFieldName('parameters')?.text ?? '()';
  return parameters.replace(/^\(|\)$/g, '').split(',').every((one) => /^\s*(?:|\*|self|cls|\{?\s*\w*(?:force|refresh|reload|no_?cache)\w*\b[^,]*)\s*$/i.test(one));
}

/** `if (answer.status === 429)`, `if response.status_code in (401, 403)`: what is done then is done when the other side did not want it. */
const isRefused = /\.status(?:_?code)?(?:\s*(?:={2,3}\s*|>=\s*)[45]\d\d\b|\s+in\s*[([{]\s*[45]\d\d\b)|^\(?\s*(?:!\s*|not\s+)\w+\.ok\s*\)?$/i;

/** `if (token.isExpired())`, `if (expiresAt < now)`, `if time.time() >= self.expiry`, `if self._should_refresh_token()`. */
const isExpired = /(?<!(?:!|\bnot\s)\s*[\w.]*)(?:(?:\b|_)(?:is|has)?_?expired\b|(?:\b|_)(?:should|needs?|must)_?(?:to_?)?(?:refresh|renew)\w*\()|expir\w*(?:\(\))?\s*<=?(?!=)|>=?\s*[\w.]*expir/i;

/** `now - self._fetched < self.TTL`, of one thing that is kept, not of one for each key. */
const isFresh = /-\s*(?:this|self|cls)\.#?\w+\s*\)?\s*<=?\s*[\w.]*(?:ttl|duration|age|lifetime|interval|expir)\w*/i;

const looking = String.raw`(?:[\w.]*(?:[dD]ebug|DEBUG|[vV]erbose|VERBOSE|[tT]elemetry|TELEMETRY|[tT]racing)\w*(?:\.enabled|\(\))?|\w*environ\.get\(["']\w*DEBUG\w*["']\)|os\.getenv\(["']\w*DEBUG\w*["']\))`;
const isDebug = new RegExp(String.raw`^${looking}(?:\s*={2,3}\s*['"]?\w+['"]?)?$|(?:NODE_ENV|APP_ENV|ENVIRONMENT)['"\])]*\s*={2,3}\s*['"](?:development|test)['"]`);
const isNoDebug = new RegExp(String.raw`^(?:!|not\s+)${looking}$|NODE_ENV['"\]]*\s*(?:!==?\s*['"](?:development|test)|={2,3}\s*['"]production)['"]`);

/** `if (DEBUG) …`, `if (process.env.NODE_ENV !== 'development') return`. */
function noteDebug(node: SyntaxNode, condition: string, context: VisitContext) {
  const text = condition.replace(/^\((.*)\)$/s, '$1').trim();
  const body = node.childForFieldName('consequence');
  if (!body) return;
  if (text.split(/\|\||\bor\b/).every((one) => isDebug.test(one.trim()))) context.fact(body, { seldom: 'debug' } satisfies Noted);
  else if (isNoDebug.test(text) && leaves.test(textOf(context, body)) && node.parent) context.fact({ ...context.span(node.parent), start: node.endIndex }, { seldom: 'debug' } satisfies Noted);
}

/** `x ??= f()`, `x ||= f()`, `x = x ?? f()`, `x = x or f()`. */
function noteAssignment(node: SyntaxNode, context: VisitContext) {
  const [, name, isDefault, kept] = /^([\w.#$]+)\s*(?:(\?\?=|\|\|=)|=\s*([\w.#$]+)\s*(?:\?\?|\|\||or\b))/.exec(textOf(context, node)) ?? [];
  if (name === undefined || (isDefault === undefined && kept !== name)) return;
  const right = node.childForFieldName('right');
  const around = enclosing(node);
  if (right && around && outlives(name, around, context)) context.fact(right, first(name));
}

const textOf = ({ source }: VisitContext, node: SyntaxNode) => source.text.slice(node.startIndex, node.endIndex);

/** A tool that is called once: `setup_cache`, `install`, `login`. */
export const setsUp = ({ kind, name }: Handler) => kind === 'tool' && name !== null && /(?:^|[_-])(?:bootstrap|onboard(?:ing)?|set_?up)$|^(?:setup|set_up|install|uninstall|init|initiali[sz]e|configure|bootstrap|onboard|(?:dis|re)?connect|log_?in|log_?out|authenticate|authori[sz]e)(?:[_-]|$|(?=[A-Z]))/.test(name);
