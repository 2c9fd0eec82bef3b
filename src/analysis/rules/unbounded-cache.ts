import { boundFixes } from '../boundFixes.ts';
import { branchesAround, branchObserver } from '../branches.ts';
import { varies } from '../cacheKeys.ts';
import type { CodeReport } from '../codeRule.ts';
import type { FunctionRef, Program } from '../code/program.ts';
import { nameOf, type Expr } from '../code/summary.ts';
import type { VisitContext } from '../code/syntax.ts';
import type { SyntaxNode } from '../code/syntaxNode.ts';
import { unboundedCacheExamples } from '../examples/unbounded-cache.ts';
import { isOfFound, isOfTable, isOfThere } from '../foundKeys.ts';
import { freshReach } from '../freshReach.ts';
import { isLimited, writesOf, type Write } from '../growth.ts';
import { holdsLiterals, isCutBefore, isHeavy, isLight, isOfProcess, isRegistered, isTrimmed } from '../lightEntries.ts';
import { onceObserver, onceOnly } from '../onceOnly.ts';
import { isListed, listedObserver } from '../listed.ts';
import type { Rule } from '../rule.ts';
import { isOpenName, isOneOfFew } from '../openKeys.ts';
import { isOfConstants } from '../writtenOut.ts';
import { isAside } from '../serverFiles.ts';
import { snake } from '../snake.ts';

const id = 'unbounded-cache';

export const unboundedCache: Rule = {
  id,
  title: 'Grows with every call and is never emptied',
  // of warnings that such code got, 11 of 52 were right in the eyes of two readers: what is kept is seldom as much as it may be
  severity: 'hint',
  harmfulOnce: true,
  docs: `A map, dictionary, set or list that lives as long as the server is written to in a tool, with keys that differ from call to call, and nothing ever takes an entry out.

**Why it hurts an MCP server.** Servers run for days beside an editor or an agent. What every call leaves behind adds up: memory grows, each garbage collection takes longer, and in the end the process is killed in the middle of a call. A cache without a limit is a leak with a good name; and what it keeps is the older the longer it runs.

**How it is measured.** In the code: a collection of the module, of a class or of an object that is made once; a write to it that a handler reaches, with a key made of the call's arguments, of an id or of the time (lists grow in any case); and in all files that see it no \`delete\`, \`clear\`, \`pop\`, reassignment or check of its size. Also Python's \`@cache\` and \`lru_cache(maxsize=None)\` on a function with arguments. How much it weighs:

- *A hint* are keys of which there is always another one (texts, addresses, names, ids, the time) where what is kept of each may be large: an answer, a text, a list. How much it comes to only a run tells.
- *Information* is what keeps little of each, or is of few things. Keys that stand for things which somebody has set up (a device, a scene, a workflow), or of which the code does not say what they are. Keys that were found in a list of real things first or came out of a look-up that throws for others; lists that are trimmed; entries of files that are there; records of what somebody registers (\`register_device\`, what a registry is given); sets, which hold no more than the keys; entries of flags, counts, times, locks, patterns, a few names or words, or one of a few texts that are written out; jobs and their kin (keys called \`job_id\`, \`task_id\`, \`run_id\`; what has a process of its own, too); what is said once, and when somebody last asked.
- *Nothing* are constant keys, what a schema limits to a few values, keys that were looked up in a table first (one that is written out, too), folders that were found to exist, names of modules, of kinds of things (tables, models, operations), of what is measured, seasons and formats; entries that were found and are put back or replaced; lists that are cut, of keys that are written out; what is filled once (\`if not loaded: load()\`); results of a function that is only called with what is written out; and what is kept of each module or class of Python (\`@cache\` of what is handed to \`import_module\` or \`inspect\`).

In a run: retained bytes per call at that allocation site.

**How to mend it.** Give it a limit and drop the oldest entry (a \`Map\` and a \`dict\` keep the order in which they were filled), or use a cache with a maximum and a time to live: lru-cache, cachetools. Take a session's entries out when the session closes.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: { python: { decorator: visitDecorator } },
    observes: [onceObserver, listedObserver, branchObserver],
    check,
    fixes: ({ data, ...report }, source) => (isKept(data) ? keptFix(data, report.file) : boundFixes({ data, ...report }, source)),
    examples: unboundedCacheExamples,
  },
};

/** A decorator that keeps every result: where `cache` or `maxsize=None` stands, and what to put there. */
interface Kept {
  kept: string;
  start: number;
  end: number;
  text: string;
}

const isKept = (data: unknown): data is Kept => typeof data === 'object' && data !== null && 'kept' in data;

function* check(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const sure = { ...once, isOnceAt: (file: string, offset: number) => once.isSurelyOnceAt(file, offset) };
  const seen = new Set<string>();
  const writes = [...writesOf(program)];
  for (const write of writes) {
    const { store, file, span } = write;
    if (seen.has(store.key) || isAside(program, file) || isDouble(program, write) || isOfMetrics(program, write) || isLimited(program, write) || isTimed(write) || isFilledOnce(program, write) || isOfTable(program, write) || isCutBefore(program, write)) continue;
    const fn = { file, index: write.function };
    // what is filled once is none; a map is mostly filled where a key was missing, which is another matter
    const reach = freshReach(program, write.key === null ? once : sure, fn, span.start);
    if (!reach || (write.key !== null && (!varies(program, write, write.key, reach.handlers) || replacesOwn(program, write)))) continue;
    seen.add(store.key);
    yield {
      file,
      span,
      function: fn,
      ...weightOf(program, write, writes),
      confidence: 'medium',
      message: `\`${store.name}\` gets an entry ${write.key === null ? 'in every call' : 'for every new key'} and never loses one.`,
      help: 'Limit the number of entries, or how long they are kept.',
      reach,
      data: { store, written: textOf(write.into) },
    };
  }
  for (const { file, fact } of program.facts(id)) {
    if (!isKept(fact.data)) continue;
    const fn = program.files.get(file)!.functions.findIndex((f) => f.span.start <= fact.span.start && fact.span.end <= f.span.end && f.kind !== 'module' && !hasInner(program, file, f.span, fact.span));
    // of a function that is made anew in each call the cache is, too
    if (fn < 0 || isMadeInCalls(program, file, fn) || program.functionOf({ file, index: fn }).parameters.every((p) => p.name === 'self' || p.name === 'cls') || isOfModules(program, { file, index: fn }) || isOfConstants(program, { file, index: fn })) continue;
    const reach = program.reach({ file, index: fn }, 'any');
    if (!reach) continue;
    yield {
      file,
      span: fact.span,
      function: { file, index: fn },
      ...(program.functionOf({ file, index: fn }).parameters.some(({ name }) => isOpenName(name)) && !throwsForOthers(program, { file, index: fn }) ? {} : { severity: 'information' as const }),
      message: `\`${fact.data.kept}\` keeps every result of \`${program.nameOf({ file, index: fn })}\` for ever.`,
      help: 'Say how many results are kept: `lru_cache(maxsize=256)`, or a `TTLCache` of cachetools.',
      reach,
      data: fact.data,
    };
  }
}

/** Less than the rule's own: some of few things, or little of many. */
function weightOf(program: Program, write: Write, writes: readonly Write[]): Pick<CodeReport, 'severity'> {
  const own = writes.filter((w) => w.store.key === write.store.key);
  const isFaint = hasFewKeys(program, write) || isOfThere(program, write) || isLight(program, write) || isOfJobs(write) || isOfProcess(program, write) || isToSayOnce(write) || isOfLimiter(program, write) || !own.some((w) => isHeavy(program, w)) || holdsKeysOnly(write) || own.every((w) => holdsLiterals(program, w)) || isRegistered(program, write) || isOfHelpers(write) || isTrimmed(program, write);
  return isFaint ? { severity: 'information' } : {};
}

/** `visited.add(url)`: some words each. */
const holdsKeysOnly = ({ store, values }: Write): boolean => values.length === 0 && /^(?:py)?set$/.test(store.kind);

/** Of a map: keys that stand for what somebody has set up, or were found among others first. */
function hasFewKeys(program: Program, { key, file, function: index, span }: Write): boolean {
  if (key === null) return false;
  const placed = { expr: key, at: { file, function: index, offset: span.start } };
  return isOneOfFew(program, placed) || isListed(program, key, file, span) || isOfFound(program, placed);
}

/** `if name not in installed(): raise …`: what was thrown is not kept. */
function throwsForOthers(program: Program, { file, index }: FunctionRef): boolean {
  const { parameters, span } = program.functionOf({ file, index });
  const text = program.textOf(file).slice(span.start, span.end);
  return parameters.some(({ name }) => new RegExp(`\\bif\\s+${name}\\s+not\\s+in\\b[^\\n]*:\\n(?:[^\\n]*\\n){0,6}?\\s*raise\\b`).test(text));
}

/** It stands in a function that does not give it back. */
function isMadeInCalls(program: Program, file: string, fn: number): boolean {
  const { parent, name, class: owner } = program.functionOf({ file, index: fn });
  if (parent === null || parent === 0 || owner !== null) return false;
  return !program.functionOf({ file, index: parent }).returned.some((expr) => nameOf(expr) === name);
}

/** Its one argument names a module of Python, or is a class or a module: there are as many as there is code. */
function isOfModules(program: Program, { file, index }: FunctionRef): boolean {
  const { parameters, span } = program.functionOf({ file, index });
  const [only, ...others] = parameters.filter((p) => p.name !== 'self' && p.name !== 'cls');
  if (!only || only.name === '' || others.length > 0) return false;
  if (only.type?.kind === 'name' && /^(?:[tT]ype|ModuleType)$/.test(only.type.path.at(-1)!)) return true;
  const name = only.name;
  const text = program.textOf(file).slice(span.start, span.end);
  return new RegExp(`\\b(?:import_module|__import__|find_spec|import_string)\\(\\s*(?:f?["'][^"'\\n]*\\{${name}\\}|${name}\\b|["'][^"'\\n]*["']\\s*\\+\\s*${name}\\b)|\\binspect\\.\\w+\\(\\s*${name}\\b|\\bget_type_hints\\(\\s*${name}\\b|\\bgetattr\\(\\s*${modules(program, file)}\\s*,\\s*(?:f["'][^"'\\n]*\\{${name}\\}|${name}\\b)`).test(text);
}

/** The modules that a file imports, as a part of a pattern. */
function modules(program: Program, file: string): string {
  const names = program.files.get(file)!.imports.flatMap(({ imported, loads, module, local }) => (imported === '*' || program.moduleFile(file, `${module}.${imported}`) !== null ? [local ?? '', loads ?? ''] : []));
  return `(?:${[...names.filter(Boolean).map((n) => n.replaceAll('.', '\\.')), 'sys\\.modules\\[[^\\]]*\\]'].join('|')})`;
}

/** `const entry = entries.get(key); if (entry) { …; entries.set(key, entry) }`: what was found is put back, or another thing in its place. */
function replacesOwn(program: Program, write: Write): boolean {
  const { into, values, file, function: fn, span } = write;
  if (isWherePresent(program, write)) return true;
  const [first] = values;
  // `{ ...found, seen: now }`
  const value = first?.kind === 'object' && first.spread.length === 1 ? first.spread[0] : first;
  const name = textOf(into)?.replaceAll(/[$.#]/g, '\\$&');
  if (value?.kind !== 'name' || name === undefined) return false;
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  const entry = value.name.replaceAll('$', '\\$');
  const found = new RegExp(`\\b${entry}\\s*(?::[^=\\n){}]+)?=\\s*${name}\\.get(?:<[^()\\n]*>)?\\(`).exec(before);
  const asked = found && before.slice(found.index + found[0].length);
  if (!asked || new RegExp(`\\b${entry}\\s*=(?!=)`).test(asked)) return false;
  return new RegExp(`\\bif\\s*\\(?\\s*(?:${entry}\\b(?!\\s*(?:===?\\s*(?:undefined|null)|is None))|!\\s*${entry}\\s*\\)\\s*\\{?\\s*(?:return|throw)|not\\s+${entry}\\s*:\\s*(?:return|raise))`).test(asked);
}

/** In the first way of an `if` that asks for nothing but whether the key is there: `entries.has(key)`, `key in entries`, what `entries.get(key)` gave. */
function isWherePresent(program: Program, { into, key, file, function: index, span }: Write): boolean {
  const [store, own] = [textOf(into), key && textOf(key)].map((name) => name?.replaceAll(/[$.#]/g, '\\$&'));
  if (store === undefined || own === undefined) return false;
  const text = program.textOf(file);
  return branchesAround(program, { file, index }).some(({ whole, ways: [first] }) => {
    if (!first || span.start < first.start || first.end < span.end) return false;
    const [, condition] = /^if\s*\(?\s*([^]*?)\s*\)?\s*:?\s*$/.exec(text.slice(whole.start, first.start)) ?? [];
    if (condition === undefined) return false;
    const before = text.slice(program.functionOf({ file, index }).span.start, whole.start);
    const isFound = /^[\w$]+$/.test(condition) && new RegExp(`\\b${condition.replaceAll('$', '\\$')}\\s*(?::[^=\\n){}]+)?=\\s*${store}\\.get(?:<[^()\\n]*>)?\\(\\s*${own}\\s*\\)\\s*[;\\n]`).test(before);
    return isFound || new RegExp(`^(?:${store}\\.has\\(\\s*${own}\\s*\\)|${own}\\s+in\\s+${store})$`).test(condition);
  });
}

/** What stands in for something in tests, by its name. */
function isDouble(program: Program, { file, function: index, store }: Write): boolean {
  if (/(?:^|[^a-z])mock/i.test(store.name) || /(?:^|[\\/._-])mock[\w-]*\.\w+$/i.test(file)) return true;
  const { class: owner } = program.functionOf({ file, index });
  return owner !== null && /^(?:Mock|Fake|Stub|Dummy)(?=[A-Z])|(?:Mock|Fake|Stub)$/.test(program.files.get(file)!.classes[owner]!.name);
}

/** Clients, managers, stores by a name: one for each thing that is set up, as long as that is there. */
const isOfHelpers = ({ store }: Write): boolean => /(?:^|_)(?:clients?|managers?|storages?|connections?|engines?|instances|singletons|registered_\w+)(?:_by_\w+|_cache|_map)?$/.test(snake(store.name.replace(/^[_#]+/, '')));

/** When somebody last asked, and how often. */
const isOfLimiter = (program: Program, { file, function: index }: Write): boolean => /(?:^|_)(?:rate_?limit|throttle)/.test(snake(program.functionOf({ file, index }).name));

/** One for each job, which takes a while: it takes very many of these. */
const isOfJobs = ({ store, key }: Write): boolean => /(?:^|_)jobs?(?:_history)?$/.test(snake(store.name.replace(/^[_#]+/, ''))) || (key !== null && /^(?:job|task|run|scan|execution)_?id$/i.test(nameOf(key)));

/** `warned.add(name)`: what has been said once, of as many things as there are to be warned of. */
const isToSayOnce = ({ store, values }: Write): boolean => values.length === 0 && /(?:^|_)(?:warned|logged|announced|notified|reported|complained|deprecat\w*|warnings?)(?:_(?:once|for|about)(?:_\w+)?)?$|^(?:already_)?(?:warned|announced|complained)_/.test(snake(store.name.replace(/^[_#]+/, '')));

/** Counters and timings by the names of what is measured, of which there are as many as somebody wrote. */
function isOfMetrics(program: Program, { store, file, function: index }: Write): boolean {
  const { class: owner } = program.functionOf({ file, index });
  return /^_*(?:counters?|gauges?|histograms?|timings?|metrics?|summaries)$/i.test(store.name) || (owner !== null && /Metrics|Telemetry/.test(program.files.get(file)!.classes[owner]!.name));
}

type Stretch = { start: number; end: number };

/** A method's decorator stands in its class's function, too. */
function hasInner(program: Program, file: string, outer: Stretch, at: Stretch): boolean {
  return program.files.get(file)!.functions.some(({ span, kind }) => kind !== 'module' && outer.start < span.start && span.start <= at.start && at.end <= span.end && span.end <= outer.end);
}

/** `if (this.fields.size === 0) await this.loadFields();`: all who call what fills it do so where it, or another one that is filled with it, is empty. */
function isFilledOnce(program: Program, { store, file, function: index, span }: Write): boolean {
  const callers = program.callersOf({ file, index });
  const own = `(?:self\\.|this\\.)?${store.name.replaceAll(/[.$#]/g, '\\$&')}`;
  // `if _index: return _index` before it is filled
  const before = program.textOf(file).slice(program.functionOf({ file, index }).span.start, span.start);
  if (index !== 0 && new RegExp(`\\bif\\s*(?:${own}\\s*:|len\\(${own}\\)\\s*(?:>\\s*0)?\\s*:|\\(\\s*${own}\\.size(?:\\s*>\\s*0)?\\s*\\)\\s*\\{?)\\s*return\\b`).test(before)) return true;
  const isEmpty = new RegExp(`\\bif\\s*(?:\\(\\s*(?:[^()\\n]+\\.size\\s*(?:===?\\s*0|<\\s*1)|!\\s*[^()\\n]+\\.size)\\s*\\)\\s*\\{?|(?:not\\s+${own}|len\\(${own}\\)\\s*==\\s*0)\\s*:)\\s*(?:return\\s+)?(?:await\\s+)?$`);
  return index !== 0 && callers.length > 0 && callers.every((ref) => isEmpty.test(program.textOf(ref.file).slice(0, program.callOf(ref).span.start).slice(-200)));
}

/** Entries that say until when they are good are looked at by somebody. */
function isTimed({ values }: Write): boolean {
  return values.some((v) => v.kind === 'object' && v.properties.some((p) => /^(?:expir\w*|ttl|until|validUntil)$/i.test(p.name)));
}

/** How the store is called where it is written to; null where that is no simple name. */
function textOf(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'this') return 'this';
  const object = expr.kind === 'member' ? textOf(expr.object) : null;
  return expr.kind === 'member' && object !== null ? `${object}.${expr.name}` : null;
}

/** `@cache`, `@functools.cache`, `@lru_cache(maxsize=None)`, `@lru_cache(None)`. */
function visitDecorator(node: SyntaxNode, context: VisitContext) {
  const match = /^@\s*((?:functools\.)?(?:cache|lru_cache))\s*(?:\(\s*(?:maxsize\s*=\s*)?None\s*(?:,[^)]*)?\))?\s*$/.exec(node.text);
  if (!match) return;
  const isCache = match[1]!.endsWith('cache') && !match[1]!.endsWith('lru_cache');
  if (isCache === node.text.includes('(')) return;
  const name = match[1]!;
  context.fact(node, { kept: node.text.trim(), start: node.startIndex, end: node.endIndex, text: name.startsWith('functools.') || !isCache ? `@${name.replace(/(?<!lru_)cache$/, 'lru_cache')}(maxsize=256)` : '' } satisfies Kept);
}

function keptFix({ start, end, text }: Kept, file: string) {
  if (text === '') return [];
  return [{ title: 'Keep at most 256 results', kind: 'scaffold' as const, edits: [{ file, start, end, text }], explain: 'The results that were not asked for the longest are dropped. Think about the number.' }];
}
