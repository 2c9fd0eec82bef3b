import type { FunctionRef, Program } from './code/program.ts';
import type { Expr, Span } from './code/summary.ts';
import { perFile } from './code/perFile.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { keyOf } from './ioBelow.ts';
import { guardedBy, isFilled, type Guarded } from './memoised.ts';

/**
 * Where code runs once, or once for each key, though it is called often: `if (!client) client = …`, `??=`, what follows
 * `if (cached) return cached`, behind `if (!client) connect()` where `connect` makes the client, an `except KeyError` that fills a dictionary, a `catch` that makes anew what has failed. Each such stretch of a file is a fact.
 */
export const onceObserver: Observer = {
  id: 'once',
  typescript: {
    if_statement: (node, context) => visitIf(node, context),
    augmented_assignment_expression: (node, context) => {
      const operator = node.operator;
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      if ((operator === '??=' || operator === '||=') && left && right && isOuter(left.text, functionTextOf(node), context)) note(right, context, isOwn(left.text));
    },
    binary_expression: (node, context) => {
      const operator = node.operator;
      if (operator === '??' || operator === '||') visitOr(node, context);
    },
    catch_clause: (node, context) => visitFailure(node, context),
  },
  python: {
    if_statement: (node, context) => visitIf(node, context),
    boolean_operator: (node, context) => {
      if (node.operator === 'or') visitOr(node, context);
    },
    except_clause: (node, context) => {
      if (/^except\s*\(?[^:]*\b(?:KeyError|AttributeError|NameError|LookupError)\b/.test(node.text) && hasStore(node, context)) note(node, context);
      else visitFailure(node, context);
    },
  },
};

/** What runs once in a program. */
export interface OnceOnly {
  /** Whether an offset of a file stands where code runs once. */
  isOnceAt(file: string, offset: number): boolean;
  /** Whether what makes it run once there is a field of the own object: once for each object. */
  isOwnAt(file: string, offset: number): boolean;
  /** The same where no doubt is: what is asked for is one field or variable, not a word that is in the condition and in what is stored. */
  isSurelyOnceAt(file: string, offset: number): boolean;
  /** Whether what a function gives is kept: `@lru_cache`, `once(() => …)`, `memoize(load)`. */
  isKept(fn: FunctionRef): boolean;
}

const known = new WeakMap<Program, OnceOnly>();

export function onceOnly(program: Program): OnceOnly {
  let once = known.get(program);
  if (!once) known.set(program, (once = collect(program)));
  return once;
}

type Stretch = Pick<Span, 'start' | 'end'> & { own?: true; guard?: Guarded; loose?: true };

function collect(program: Program): OnceOnly {
  let kept: Set<string> | null = null;
  return {
    isOnceAt: (file, offset) => stretchesAt(program, file, offset).length > 0,
    isSurelyOnceAt: (file, offset) => stretchesAt(program, file, offset).some(({ loose }) => !loose),
    isOwnAt: (file, offset) => stretchesAt(program, file, offset).every(({ own }) => own),
    isKept(fn) {
      kept ??= new Set([...program.files.keys()].flatMap((file) => keptIn(program, file)));
      return kept.has(keyOf(fn));
    },
  };
}

const stretchesAt = (program: Program, file: string, offset: number) => program.factsOf(file, onceObserver.id).flatMap(({ data }) => (isAt(program, file, data as Stretch, offset) ? [data as Stretch] : []));

const isAt = (program: Program, file: string, { start, end, guard }: Stretch, offset: number) => start <= offset && offset < end && (!guard || isFilled(program, file, guard));

/** Functions whose results something in a file keeps. */
const keptIn = perFile((program, file): string[] => {
  const { calls, functions } = program.files.get(file)!;
  const kept = functions.flatMap(({ decorators }, index) => (decorators.some((d) => keeps.test(lastName(d, calls) ?? '')) ? [keyOf({ file, index })] : []));
  calls.forEach(({ callee, args }, index) => {
    if (args.length === 0 || !keeps.test(lastName(callee, calls) ?? '')) return;
    for (const fn of program.target({ file, index }).callbacks) kept.push(keyOf(fn));
    for (const arg of args) if (arg.kind === 'function') kept.push(keyOf({ file, index: arg.function }));
  });
  return kept;
});

/** Names of functions and decorators that keep what they are given gives. */
export const keeps = /^(?:once|p?[mM]emo(?:i[sz]ed?|ize[ed]?)?\w*|lazy\w*|Lazy\w*|singleton|with_?[cC]ache\w*|(?:a?lru_)?cache|cached\w*|ttl_cache|cache_(?:resource|data)|getOrSet|getOrCreate|get_or_create|get_or_set|getOrInsertComputed|wrapWithCache|alru_cache|unstable_cache)$/;

/** `b` of `a.b`, `a.b()` and `b`. */
export function lastName(expr: Expr, calls: readonly { callee: Expr }[]): string | null {
  if (expr.kind === 'name' || expr.kind === 'member') return expr.name;
  return expr.kind === 'call' ? lastName(calls[expr.call]!.callee, calls) : null;
}

const isOwn = (target: string) => /^(?:this|self)[.#]/.test(target);

function note({ startIndex: start, endIndex: end }: { startIndex: number; endIndex: number }, context: VisitContext, own = false, more: Pick<Stretch, 'guard' | 'loose'> = {}) {
  context.fact({ start, end }, { start, end, ...(own && { own }), ...more } satisfies Stretch);
}

function visitIf(node: SyntaxNode, context: VisitContext) {
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  const fn = condition && body && functionTextOf(node);
  if (!fn) return;
  const guard = guardedBy(node, context);
  if (guard) note({ startIndex: guard.start, endIndex: guard.end }, context, isOwn(guard.name), { guard });
  const sites = storesOf(fn, context);
  let asked: ReadonlySet<string> | null = null;
  let own = false;
  /** Whether what the condition asks for is stored in a piece of the function; `keyed` counts maps only. */
  const meets = (piece: { startIndex: number; endIndex: number }, keyed = false) => {
    const inPiece = sites.filter((s) => piece.startIndex <= s.at && s.at < piece.endIndex && (s.isKeyed || !keyed) && s.isOuter());
    if (inPiece.length === 0) return false;
    const names = (asked ??= namesAsked(condition.text, fn.text.slice(0, node.startIndex - fn.start)));
    const met = inPiece.filter((s) => names.has(s.name));
    own = met.every((s) => s.isOwn);
    return met.length > 0;
  };
  const bodyText = body.text;
  const rest = { startIndex: node.endIndex, endIndex: node.parent?.endIndex ?? node.endIndex };
  if (meets(body) || (/=[^=>]/.test(bodyText) && meets(rest, true)) || fillsEmpty(condition.text, bodyText, fn, context)) note(body, context, own, { loose: true });
  const other = node.childForFieldName('alternative');
  if (other && meets(other)) note(other, context, own, { loose: true });
  if (!/\breturn\b/.test(bodyText)) return;
  // a flag that is set under a lock says that something is going on
  const onward = { ...rest, endIndex: endOfWay(node) };
  if (meets(rest)) note(rest, context, own, { loose: true });
  else if (onward.endIndex > rest.endIndex && meets(onward, !isGivenBack(condition.text, bodyText))) note(onward, context, own, { loose: true });
  else if (isAskedCache(condition.text, bodyText, fn.text.slice(0, node.startIndex - fn.start), context.source.text.slice(rest.startIndex, rest.endIndex))) noteBehind(node, context);
}

/** `if _index is not None: return _index`. */
function isGivenBack(condition: string, body: string): boolean {
  const [, name] = /^\(?\s*([\w$.#]+)(?:\s*!==?\s*(?:null|undefined)|\s+is\s+not\s+None)?\s*\)?$/.exec(condition) ?? [];
  return name !== undefined && new RegExp(`^[\\s{]*return\\s+${name.replaceAll(/[.$#]/g, '\\$&')}\\s*;?\\s*}?\\s*$`).test(body);
}

const asksEmpty = /^\(?\s*(?:!\s*([\w$.#]+)\.(?:length|size)|([\w$.#]+)\.(?:length|size)\s*(?:===?\s*0|<\s*1)|len\(\s*([\w.]+)\s*\)\s*==\s*0|not\s+([\w.]+))\s*\)?$/;

/** `if (tools.length === 0) { … tools.push(…) }`: a list that outlives the call is filled. */
function fillsEmpty(condition: string, body: string, fn: FunctionText, context: VisitContext): boolean {
  const [, ...names] = asksEmpty.exec(condition) ?? [];
  const list = names.find(Boolean);
  return list !== undefined && new RegExp(`(?<![\\w$.])${list.replaceAll(/[.$#]/g, '\\$&')}\\.(?:push|append|extend|unshift)\\(`).test(body) && isOuter(list, fn, context, true);
}

/** `const known = getCachedClient(key); if (known) return known; … cacheClient(client, key)`: functions of one cache, by their names. */
function isAskedCache(condition: string, body: string, before: string, after: string): boolean {
  const [, name] = /^\(?\s*([\w$]+)(?:\s*!==?\s*(?:null|undefined)|\s+is\s+not\s+None)?\s*\)?$/.exec(condition) ?? [];
  if (name === undefined || !new RegExp(`^[\\s{]*return\\s+${name.replaceAll('$', '\\$')}\\b`).test(body)) return false;
  const [, getter] = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\b[^=\\n]{0,60}=(?![=>])\\s*(?:await\\s+)?(?:\\w+\\.)*_?(?:get|find|load|read|lookup)_?(\\w*cache\\w*)\\(`, 'i').exec(before) ?? [];
  if (getter === undefined) return false;
  // `Client` of `getCachedClient`; where it is `getFromCache` there is none
  const what = getter.replace(/from|cached?|_/gi, '');
  return new RegExp(`(?<![\\w$])(?:(?:add|put|set|store|save|write|remember)_?\\w*cache\\w*|cache_?${what}|(?:add|put|set|store|save|write|remember)_?${what || 'Cache'})\\(`, 'i').test(after);
}

/** The statements behind one, without those that functions stand in: what is kept may call them time and again. */
function noteBehind(node: SyntaxNode, context: VisitContext) {
  for (const next of node.parent?.namedChildren ?? []) {
    if (next.startIndex >= node.endIndex && next.descendantsOfType([...functions]).length === 0) note(next, context, false, { loose: true });
  }
}

/** Where what follows a statement ends: behind what holds a lock or is tried around it the way goes on. */
function endOfWay(node: SyntaxNode): number {
  let at = node;
  while (at.parent && /^(?:block|statement_block)$/.test(at.parent.type) && /^(?:with|try)_statement$/.test(at.parent.parent?.type ?? '')) at = at.parent.parent!;
  return at.parent?.endIndex ?? node.endIndex;
}

/** What was kept has failed and is made anew, to be kept again: `if (!client) client = …` before it, `client = …` in it. */
function visitFailure(node: SyntaxNode, context: VisitContext) {
  const fn = functionTextOf(node);
  const before = fn?.text.slice(0, node.startIndex - fn.start) ?? '';
  const again = fn && storesOf(fn, context).find((s) => node.startIndex <= s.at && s.at < node.endIndex && !s.isKeyed && s.isOuter() && new RegExp(`\\bif\\b[^\\n]*\\b${s.name.replaceAll('$', '\\$')}\\b`).test(before));
  if (again) note(node, context, again.isOwn, { loose: true });
}

function hasStore(node: SyntaxNode, context: VisitContext): boolean {
  const fn = functionTextOf(node);
  return fn !== null && storesOf(fn, context).some((s) => node.startIndex <= s.at && s.at < node.endIndex && s.isOuter());
}

/** `this.client ?? new Client()`, `client || (client = new Client())`. */
function visitOr(node: SyntaxNode, context: VisitContext) {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right || !/[(]/.test(right.text)) return;
  if (/^[\w$.#]+(?:\.get\([^()]*\)|\[[^\]]*\])?$/.test(left.text) && isOuter(left.text.replace(/\.get\(.*|\[.*/, ''), functionTextOf(node), context)) note(right, context, isOwn(left.text));
}

const assignment = /(?<declared>\b(?:const|let|var)\s+)?(?<!["'\w$.#])(?<target>(?!(?:None|True|False|else|try|finally)\b)[A-Za-z_$][\w$]*(?:[.#]+[\w$#]+)*)(?<key>\[[^\]\n]*\])?(?:[ \t]*:[ \t]*[\w.[\]| "']+)?\s*(?:\?\?|\|\|)?=(?![=>])/g;
const store = /(?<![\w$])(?<target>[A-Za-z_$][\w$]*(?:[.#]+[\w$#]+)*)[?!]?\.(?:set|put|add|setdefault)(?:<[^()\n]*>)?\(/g;

interface FunctionText {
  text: string;
  start: number;
}

interface StoreSite {
  at: number;
  /** The last name of what is stored to. */
  name: string;
  /** Into a map, under a key. */
  isKeyed: boolean;
  /** A field of the own object. */
  isOwn: boolean;
  /** It outlives the call. */
  isOuter(): boolean;
}

/** What each function stores, by where it starts: asked for every condition in it. */
const stores = new WeakMap<VisitContext['source'], Map<number, StoreSite[]>>();

function storesOf(fn: FunctionText, context: VisitContext): StoreSite[] {
  let ofFile = stores.get(context.source);
  if (!ofFile) stores.set(context.source, (ofFile = new Map<number, StoreSite[]>()));
  let sites = ofFile.get(fn.start);
  if (sites) return sites;
  ofFile.set(fn.start, (sites = []));
  const outer = new Map<string, boolean>();
  const add = (index: number, target: string, isKeyed: boolean) => {
    const key = `${target} ${isKeyed}`;
    const answer = () => {
      let found = outer.get(key);
      if (found === undefined) outer.set(key, (found = isOuter(target, fn, context, isKeyed)));
      return found;
    };
    sites.push({ at: fn.start + index, name: target.split(/[.#]+/).at(-1)!, isKeyed, isOwn: isOwn(target), isOuter: answer });
  };
  for (const { index, groups } of fn.text.matchAll(assignment)) if (groups!['declared'] === undefined) add(index, groups!['target']!, groups!['key'] !== undefined);
  for (const { index, groups } of fn.text.matchAll(store)) add(index, groups!['target']!, true);
  return sites;
}

/** Names in a condition, and in what the locals among them were set to before it. */
function namesAsked(condition: string, before: string): Set<string> {
  const names = new Set(words(condition));
  for (const name of [...names]) {
    if (!/^[\w$]+$/.test(name)) continue;
    const set = [...before.matchAll(new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\b[^=\\n]{0,60}=(?![=>])\\s*([^\\n;]*)`, 'g'))].at(-1)?.[1];
    if (set !== undefined) for (const word of words(set)) names.add(word);
  }
  return names;
}

const words = (text: string) => text.match(/[A-Za-z_$][\w$]*/g)?.filter((w) => !/^(?:this|self|cls|await|new|not|is|None|null|undefined|typeof|true|false|if|in|and|or|get|has|set|key|name|id|args|length)$/.test(w)) ?? [];

/** Whether something that is assigned to lives longer than the call: a field, a name from outside of the function. */
function isOuter(target: string, fn: FunctionText | null, { source }: VisitContext, keyed = false): boolean {
  const root = /^[A-Za-z_$][\w$]*/.exec(target)?.[0];
  if (root === undefined || !fn) return false;
  if (root === 'this' || root === 'self' || root === 'cls' || root === 'globalThis' || root === 'global') return target !== root;
  const name = root.replaceAll('$', '\\$');
  if (source.language === 'python') {
    if (/\b(?:global|nonlocal)\b/.test(fn.text) && new RegExp(`\\b(?:global|nonlocal)\\b[^\\n]*\\b${name}\\b`).test(fn.text)) return true;
    // a plain assignment makes a local; what is only written into may be anybody's
    if (target === root && !keyed) return false;
    const own = new RegExp(`(?:^|\\n)\\s*${name}\\s*(?::[^=\\n]*)?=(?!=)\\s*(\\S)`).exec(fn.text)?.[1];
    return own === undefined || !/[[{]/.test(own);
  }
  const own = new RegExp(`\\b(?:const|let|var)\\s+${name}\\b[^=;\\n]*(?:=\\s*(\\S+))?`).exec(fn.text);
  if (!own) return target !== root || keyed || !isParameter(name, fn.text);
  return (target !== root || keyed) && own[1] !== undefined && !/^(?:[[{]|new\b)/.test(own[1]);
}

/** By the head of the function's text: the name stands in the first parentheses, or before an arrow. */
function isParameter(name: string, text: string): boolean {
  const head = text.slice(0, Math.max(text.search(/=>|\)\s*(?::[^{]*)?\{/), 0));
  return new RegExp(`(?<![\\w$.])${name}(?![\\w$])\\s*\\??\\s*[:,)=}]|^(?:async\\s+)?${name}\\s*$`).test(`${head})`);
}

const functions = new Set(['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function_declaration', 'generator_function', 'function_definition', 'lambda']);

/** The text of the function that a node stands in; null at the module's level. */
function functionTextOf(node: SyntaxNode): FunctionText | null {
  for (let at = node.parent; at; at = at.parent) if (functions.has(at.type)) return { text: at.text, start: at.startIndex };
  return null;
}
