import type { CodeReport } from './codeRule.ts';
import { lineOf } from './code/lines.ts';
import type { CallRef, FunctionRef, Handler, Program } from './code/program.ts';
import { nameOf, type Call, type Expr } from './code/summary.ts';
import { freshReach } from './freshReach.ts';
import { isWhereAbsent } from './ifAbsent.ts';
import { isOfDict, keyOf, languageOf } from './ioBelow.ts';
import { keeps, lastName, onceOnly, type OnceOnly } from './onceOnly.ts';
import { marks } from './marks.ts';
import { asksForNow } from './presentTime.ts';
import { isAside } from './serverFiles.ts';
import { ioOf } from './sinks/io.ts';
import { readOf, type Read } from './sinks/reads.ts';
import { snake } from './snake.ts';
import { isToThisMachine } from './thisMachine.ts';
import { bindingOf } from './trace.ts';

/** Tools that read from a service with no cache in reach; one for each tool, where it is registered: there a cache would go. */
export function* uncachedReads(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const isAnsweredFromCache = createAnsweredFromCache(program);
  for (const handler of program.handlers) {
    if (handler.kind !== 'tool' || isAside(program, handler.file) || !handler.function || !onlyReads(handler) || answersChange(program, handler) || isAnsweredFromCache(handler) || hasCache(program, handler)) continue;
    const reads = readsOf(program, handler);
    const kept = reads.filter(({ ref, read }) => isWorthKeeping(program, handler, ref, read) && isAnew(program, once, handler, ref) && !isKeptOnDisk(program, handler, ref));
    const first = kept.find(({ ref }) => !prepares(program, handler, ref)) ?? kept[0];
    // a cache stands around the whole tool: one such request is enough to make its answer another one
    if (!first || reads.some(({ ref }) => asksForNow(program, handler, ref))) continue;
    const { callee, span } = program.callOf(first.ref);
    const { calls } = program.files.get(first.ref.file)!;
    const asked = lastName(callee, calls) ?? 'request';
    const fn = functionAround(program, first.ref);
    const isPrepared = prepares(program, handler, first.ref);
    const line = lineOf(program, first.ref.file, span);
    const place = first.ref.file === handler.file ? `line ${line}` : `${first.ref.file.split(/[\\/]/).at(-1)!}:${line}`;
    yield {
      file: handler.file,
      span: handler.span,
      function: handler.function,
      severity: 'hint',
      confidence: 'low',
      message: isPrepared
        ? `\`${program.nameOf(fn)}\` asks a service in every call (\`${asked}\`, ${place}) for something that does not depend on the arguments, and nothing keeps it.`
        : `Nothing keeps what it reads from ${first.read === 'service' ? 'a service' : 'a database'} (\`${asked}\`, ${place}): the same arguments ask again.`,
      help: isPrepared ? 'Keep it for as long as it is good, and let calls that come meanwhile wait for the one under way.' : 'If answers may be some seconds old, keep them for that long, bounded in number, and let calls for the same key wait for the one under way.',
      reach: null,
      handlers: [handler],
    };
  }
}

/** A cookie, a token, a page that is asked for before the question itself: a function of its own, which is given nothing. */
function prepares(program: Program, { function: own }: Handler, ref: CallRef): boolean {
  const fn = functionAround(program, ref);
  const { name, parameters } = program.functionOf(fn);
  return keyOf(fn) !== keyOf(own!) && parameters.length === 0 && /cookie|csrf|xsrf|crumb|nonce|token|session|auth|log_?in|handshake|init/i.test(name);
}

const functionAround = (program: Program, ref: CallRef): FunctionRef => ({ file: ref.file, index: program.callOf(ref).function });

/** Every call of a handler that reads from a service or a database. */
function readsOf(program: Program, handler: Handler): { ref: CallRef; read: Read }[] {
  return [...program.callsFrom(handler, 'any')].flatMap((ref) => {
    const read = readOf(program.target(ref).external, program.callOf(ref), program.files.get(ref.file)!.calls, languageOf(program, ref.file));
    return read === null || isKeptByFetch(program.callOf(ref)) || isOfDict(program, ref) ? [] : [{ ref, read }];
  });
}

/** `fetch(url, { cf: { cacheTtl } })` of Cloudflare, `{ next: { revalidate } }`, `{ cache: 'force-cache' }`. */
const isKeptByFetch = ({ args }: Call): boolean =>
  args.some((a) => a.kind === 'object' && a.properties.some(({ name, value }) => (name === 'cf' || name === 'next' ? value.kind === 'object' && value.properties.some((p) => /^(?:cache|revalidate)/.test(p.name)) : name === 'cache' && value.kind === 'literal' && value.value === 'force-cache')));

/** In every call of the handler. */
const isAnew = (program: Program, once: OnceOnly, handler: Handler, ref: CallRef): boolean => freshReach(program, once, functionAround(program, ref), program.callOf(ref).span.start)?.handlers.includes(handler) ?? false;

/** What is downloaded only where its file is not there yet. */
function isKeptOnDisk(program: Program, handler: Handler, ref: CallRef): boolean {
  const way = program.reachBy([handler], functionAround(program, ref), 'any', program.callOf(ref).span.start);
  return isWhereAbsent(program, ref) || (way?.path.some(({ call }) => call !== null && isWhereAbsent(program, call)) ?? false);
}

function isWorthKeeping(program: Program, handler: Handler, ref: CallRef, read: Read): boolean {
  if (read === 'database' ? isExplorer(program, handler) || isWrittenTo(program, handler) : isChangedHere(program, handler) || isWrittenThere(program, handler, ref)) return false;
  if (read === 'service' && isToThisMachine(program, ref)) return false;
  return !isOfNow.test(wordsOf(program, handler)) && !asksForState(program, functionAround(program, ref), program.callOf(ref));
}

/** What is asked for is what has changed since. */
const isOfNow = /\b(?:last|latest|newest|recent|current|live|online|unread|active|banned|status|health|targets)\b/i;

/** A tool that looks around in any database shows what is there now. */
function isExplorer(program: Program, { schema, function: fn }: Handler): boolean {
  const names = [...(schema?.kind === 'object' ? schema.properties.map((p) => p.name) : []), ...(fn ? program.functionOf(fn).parameters.map((p) => p.name) : [])];
  return names.some((n) => /^(?:database|db|collection|table|schema|sql|keyspace|index_?name|connection\w*)(?:_?name)?$/i.test(n));
}

/** The server itself changes what it reads: a cache would have to be told. */
function isWrittenTo(program: Program, { project }: Handler): boolean {
  return program.handlers.some((h) => h.project === project && h.kind === 'tool' && writing.test(wordsOf(program, h)));
}

/** Another tool of the server sends something to the place that this one asks. */
function isWrittenThere(program: Program, handler: Handler, ref: CallRef): boolean {
  const asked = placesOf(program.callOf(ref));
  return asked.length > 0 && writtenIn(program, handler.project).some(({ by, places }) => by !== handler && [asked[0]!, asked.at(-1)!].some((place) => places.includes(place)));
}

const written = new WeakMap<Program, Map<string, { by: Handler; places: string[] }[]>>();

/** What the tools of a project that do more than read change in services, by the words of addresses. */
function writtenIn(program: Program, project: string): { by: Handler; places: string[] }[] {
  const known = written.get(program) ?? new Map<string, { by: Handler; places: string[] }[]>();
  written.set(program, known);
  let found = known.get(project);
  if (!found) {
    const writers = program.handlers.filter((h) => h.project === project && h.kind === 'tool' && !onlyReads(h));
    found = writers.flatMap((by) => [...program.callsFrom(by, 'any')].filter((ref) => sends(program, ref)).map((ref) => ({ by, places: placesOf(program.callOf(ref)) })));
    known.set(project, found);
  }
  return found;
}

/** PUT, POST, PATCH or DELETE, by the name of what it calls or its options; of a part of a client (`pins.add`) whatever changes something. */
function sends(program: Program, ref: CallRef): boolean {
  const { callee, args } = program.callOf(ref);
  if (ioOf(program.target(ref).external, languageOf(program, ref.file)) !== 'network') return false;
  if (partOf(callee) !== null && changes.test(snake(nameOf(callee)))) return true;
  const isWriting = (value: Expr) => value.kind === 'literal' && /^(?:put|post|patch|delete)$/i.test(String(value.value));
  return (callee.kind === 'member' && /^(?:put|post|patch|delete|del)$/.test(callee.name)) || args.some((a) => a.kind === 'object' && a.properties.some((p) => p.name === 'method' && isWriting(p.value)));
}

const changes = /^(?:batch_|bulk_)?(?:create|add|insert|update|modify|patch|set|delete|remove|send|trash|untrash|archive|move|replace|upload|import)(?:_|$)/;

/** `api().pins.list(…)`: `pins`. */
const partOf = (callee: Expr): string | null => (callee.kind === 'member' && callee.object.kind === 'member' && /^[a-z]\w*s$/.test(callee.object.name) ? callee.object.name : null);

/** The words of an address: of `${base}/api/v1/cards/${id}` it is `cards`; or the part of a client that is asked. */
function placesOf({ args, callee }: Call): string[] {
  const [address] = args;
  const part = partOf(callee);
  if (address === undefined || address.kind === 'object') return part === null ? [] : [part];
  const parts = address.kind === 'template' ? address.parts : address.kind === 'binary' ? [address.left, address.right] : [address];
  const text = parts.map((p) => (p.kind === 'literal' ? String(p.value) : '\0')).join('');
  return text.replace(/^https?:\/\/[^/]*|[?#].*$/g, '').split('/').filter((word) => /^[a-z][\w-]*$/i.test(word) && !/^(?:api|rest|v\d\w*|beta|public|data)$/i.test(word));
}

/** Another tool changes what this one reads, by what both are called: `create_team` and `find_teams`. */
function isChangedHere(program: Program, handler: Handler): boolean {
  const tools = program.handlers.filter((h) => h.project === handler.project && h.kind === 'tool');
  const nouns = new Map(tools.map((h) => [h, nounsOf(program, h)]));
  // what most of them are called, the product's name, says nothing
  const isCommon = (noun: string) => tools.filter((h) => nouns.get(h)!.has(noun)).length > tools.length * 0.8;
  const all = [...(nouns.get(handler) ?? [])];
  const own = all.filter((noun) => tools.length < 3 || !isCommon(noun));
  // `create_game` is about nothing else, however many are called so
  const isAbout = (h: Handler, noun: string) => nouns.get(h)!.has(noun) && (own.includes(noun) || nouns.get(h)!.size === 1);
  // `get` and `update` of companies, in files that stand side by side
  const isBeside = (h: Handler) => all.length === 0 && nouns.get(h)!.size === 0 && folderOf(h) === folderOf(handler);
  return tools.some((h) => h !== handler && writing.test(wordsOf(program, h)) && (isBeside(h) || all.some((noun) => isAbout(h, noun))));
}

const folderOf = ({ function: fn, file }: Handler): string => (fn?.file ?? file).replace(/[^\\/]*$/, '');

/** `releases` and `release` are one, whatever it is cut to. */
const nounsOf = (program: Program, handler: Handler): Set<string> => new Set(withoutVerb(wordsOf(program, handler).toLowerCase().split(' ')).map((word) => word.replace(/ies$/, 'y').replace(/(?<=[sxz]|ch|sh)es?$/, '').replace(/s$/, '')).filter((word) => (word.length > 2 || /^(?:pr|mr|vm|db)$/.test(word)) && !verbs.test(word)));

const verbs = /^(?:get|list|search|read|fetch|find|show|create|update|delete|remove|edit|add|set)$/;

/** `find_teams` begins with what it does, or with the product's name; `team_find` ends with it. */
const withoutVerb = (words: readonly string[]) => (words.length > 1 && verbs.test(words.at(-1)!) ? words.slice(0, -1) : words.slice(1));

const reading = /^(?:[a-z0-9]+[_-])?(?:get|list|search|read|fetch|find|lookup|look_up|show|describe)(?:[_-]|(?=[A-Z])|$)/;
const writing = /(?:create|update|delete|remove|replace|send|post|write|set|add|upload|insert|upsert|store|save|execute|run|start|stop|cancel|approve|merge|close|trash|archive|restore|move|rename|edit|modify|mark|complete|reopen|assign|toggle|clear|reset|import|copy|duplicate)(?:[_\- ]|(?=[A-Z])|$)/i;

function onlyReads({ name, readOnly, destructive }: Handler): boolean {
  if (readOnly !== null) return readOnly;
  return destructive !== true && name !== null && reading.test(name) && !writing.test(name);
}

/** Answers that are worth nothing when they are old or other in each call, and what lies on this machine. */
const changing = /status|depth|order ?book|crons?\b|departures?\b|arrivals?\b|traffic|health|ping|logs?\b|log_?book|_log|current|now\b|time\b|live|online|latest|recent|random|progress|queue|pending|active|running|events?\b|messages?\b|conversations?\b|inbox|notification|balance|price|\bflights?\b|\bfares?\b|quote|metrics?\b|\bcounters?\b|alerts?\b|state\b|quotas?\b|credits?\b|eligib\w*|rate limits?\b|instance (?:details?|info)|job|task|run\b|runs\b|build|session|snapshot|screenshot|token|\bfiles?\b|director|folder|process|config|settings|stats|usage|history|\btrades?\b|ticker|market|orders?\b|position|portfolio|account|\berrors?\b|selected|cookies?\b|tickets?\b|availab\w*|vacan\w*|seats?\b|occupancy|presence|states\b|telemetry|sensors?\b|liquidity|\bspread\b|verif(?:y|ies)|\bnext[ _](?:\w+[ _]?)?id\b|re-?fetch|validate|\bcheck(?:s|ed)? (?:whether|if|that)\b|\bmeasure|\bbreaking\b|\bchecks\b|\bci\b/i;

/** `time_to: str | None = None`, `departure: z.string().optional()`: where nothing is said, it is up to now. */
const upToNow = /\b(?:(?:start|end|from|to|since|until)_?(?:date_?)?time|time_?(?:from|to|range|start|end)|(?:departure|arrival)(?:_?time)?|datetime)\??\s*:[^,\n]*(?:=\s*None\b|\.optional\(\))/i;

function answersChange(program: Program, handler: Handler): boolean {
  const { function: fn } = handler;
  const words = wordsOf(program, handler);
  const doc = fn ? (program.functionOf(fn).doc ?? '') : '';
  return upToNow.test(program.textOf(handler.file).slice(handler.span.start, handler.span.end)) || changing.test(words) || /^(?:execute|run|query)\b/.test(words) || /\bpoll(?:s|ing)?\b|\breal[- ]?time\b|\blive\b|\bup[- ]to[- ]date\b/i.test(doc) || firstSays.test(doc.trim().split(/\.\s|\n\s*\n/)[0]!);
}

/** What the first sentence about a tool says of what it gives. */
const firstSays = /\bstatus\b(?! codes?\b)|\bstatistics\b|\b(?:current|latest) (?:price|value|reading|state)s?\b/i;

/** What only counts as it is now, by the function that asks for it or the address. */
const ofState = /^(?:status(?:es)?|states?|live|now|current|queue|presence|availability|tickets?|prices?|quotes?|ticker|metrics|logs|health\w*|quotas?|credits?|eligib\w*|balance|usage|limits?|random\w*)$/i;

function asksForState(program: Program, fn: FunctionRef, { args, span }: Call): boolean {
  const [given] = args;
  const { values = [], reassigned = false } = (given?.kind === 'name' && bindingOf(program, given.name, { file: fn.file, function: fn.index, offset: span.start })) || {};
  const address = values.length === 1 && !reassigned ? values[0] : given;
  const parts = (address?.kind === 'template' ? address.parts : address?.kind === 'binary' ? [address.left, address.right] : [address]).flatMap((p) => (p?.kind === 'literal' && typeof p.value === 'string' ? p.value.replace(/[?#].*/, '').split('/') : []));
  const words = snake(program.functionOf(fn).name).split('_');
  return ofState.test(parts.filter((p) => p !== '').at(-1) ?? '') || ofState.test(words.at(-1) ?? '');
}

/** Its name, or that of its function, in words. */
function wordsOf(program: Program, { name, function: fn }: Handler): string {
  return (name ?? (fn ? program.nameOf(fn) : '')).replace(/([a-z])([A-Z])/g, '$1_$2').replaceAll(/[_-]/g, ' ');
}

const caches = /cache|memo(?!r)|\blru|ttl|dedupe|inflight|in_flight|single_?flight|etag|swr/i;
const libraries = /^(?:lru-cache|node-cache|keyv|cacheable|cache-manager|quick-lru|p-memoize|memoizee|flat-cache|cachetools|aiocache|diskcache|async_lru|dogpile|joblib|cashews|fastapi_cache)\b/;
/** They make every request of a client a cached one. */
const wrappers = /^(?:axios-cache-interceptor|cacheable-request|requests_cache|hishel|cachecontrol)\b/;

/** Whether anything in its reach keeps results: by its name, its library, or a map that lives longer than the call and is looked up. */
function hasCache(program: Program, handler: Handler): boolean {
  for (const fn of program.reachedFrom(handler, 'any')) if (known(program, fn)) return true;
  for (const ref of program.callsFrom(handler, 'any')) if (looksUp(program, ref)) return true;
  return false;
}

const marksIn = marks({ caching: /\bResponseCachingMiddleware\(/g });

/** FastMCP keeps the answers of all tools, or of those that its middleware names. */
function createAnsweredFromCache(program: Program): (handler: Handler) => boolean {
  const caching = [...program.files.keys()].flatMap((file) =>
    marksIn(program, file).caching.map((at) => {
      const settings = program.textOf(file).slice(at, at + 2000).split(/\n\S/)[0]!;
      const [, which, list] = /\b(included|excluded)_tools\s*=\s*\[([^\]]*)\]/.exec(settings) ?? [];
      return { root: program.projectOf(file).root, which, names: Array.from((list ?? '').matchAll(/(['"])(.*?)\1/g), (m) => m[2]!) };
    }),
  );
  return ({ name, file }) => caching.some(({ root, which, names }) => root === program.projectOf(file).root && (which === undefined || names.includes(name ?? '') === (which === 'included')));
}

const memo = new WeakMap<Program, Map<string, boolean>>();

function known(program: Program, fn: FunctionRef): boolean {
  let ofProgram = memo.get(program);
  if (!ofProgram) {
    ofProgram = new Map<string, boolean>();
    memo.set(program, ofProgram);
  }
  let found = ofProgram.get(keyOf(fn));
  if (found === undefined) ofProgram.set(keyOf(fn), (found = isCaching(program, fn)));
  return found;
}

function isCaching(program: Program, fn: FunctionRef): boolean {
  const { name, decorators } = program.functionOf(fn);
  const { calls, imports } = program.files.get(fn.file)!;
  return caches.test(name) || decorators.some((d) => keeps.test(lastName(d, calls) ?? '') || caches.test(lastName(d, calls) ?? '')) || imports.some((i) => !i.typeOnly && wrappers.test(i.module));
}

function looksUp(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  if (namesIn(call.callee).some((n) => caches.test(n)) || [...call.args, ...call.keywords.map((k) => k.value)].flatMap(namesIn).some((n) => caches.test(n))) return true;
  if (call.keywords.some((k) => caches.test(k.name)) || call.args.some((a) => a.kind === 'object' && a.properties.some((p) => caches.test(p.name)))) return true;
  const { external } = program.target(ref);
  if (external !== null && libraries.test(external)) return true;
  // a map of the module or of a field, asked before the request is made
  return (external === 'Map.get' || external === 'Map.has') && call.callee.kind === 'member' && (call.callee.object.kind === 'member' || isOfModule(program, ref, call.callee.object));
}

function isOfModule(program: Program, { file, index }: CallRef, expr: Expr): boolean {
  if (expr.kind !== 'name') return false;
  const call = program.callOf({ file, index });
  return program.files.get(file)!.bindings.some((b) => b.name === expr.name && b.scope === 0 && b.from <= call.span.start && call.span.start < b.to);
}

function namesIn(expr: Expr): string[] {
  if (expr.kind === 'name') return [expr.name];
  if (expr.kind === 'member') return [expr.name, ...namesIn(expr.object)];
  return expr.kind === 'await' || expr.kind === 'element' ? namesIn(expr.of) : [];
}
