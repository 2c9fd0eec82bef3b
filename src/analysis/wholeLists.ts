import type { CodeReport } from './codeRule.ts';
import { perFile } from './code/perFile.ts';
import type { CallRef, Handler, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { keyOf, languageOf } from './ioBelow.ts';
import { isMarked, marks } from './marks.ts';
import { listsFolder } from './oneFile.ts';
import { resultCalls, type ResultCall } from './resultFlow.ts';
import { ioOf } from './sinks/io.ts';
import { awsCommands, awsLists, listMembers, listPatterns, pythonLists, typeScriptLists, type ListSource } from './sinks/lists.ts';
import { isBesideCode, smallFile } from './smallFiles.ts';
import { stepBack } from './trace.ts';

/** Words that tell that somebody thought of how much there may be. */
const marksIn = marks({
  limits:
    /\b(?:\w*limit\w*|next_?cursor|cursor(?=\??:\s*(?:z\.|string|str|\{))|\w*page(?:_?(?:size|num|number|token))?\b|per_?page|offset|max_?\w*(?:results|items|rows|count|entries|length|chars|size|lines|files|tokens)|top_?[kn]|n_?results|n_?rows|take|(?:start|end|from|to|since|until)_?(?:date|day|time)|truncat\w*|slice|islice|head|tail|first|max(?=\s*[:=,)])|count(?=\s*(?:\??:\s*(?:int\b|Optional\[int|number\b|z\.|\{)|=\s*count\b)))\b|\[\s*:\s*[\w.]+\s*\]|\.(?:slice|splice|substring)\(/gi,
});

/** Tools whose name says that they give many. */
const many = /(?:^|[_\-.])(?:list|search|find|query|get_?all|fetch_?all|read_?all|all|dump|export|browse|scan|history|logs?|tree)(?=$|[_\-.A-Z])|^(?:list|search|find|query|getAll|fetchAll)(?=[A-Z_]|$)/;
/** They give one thing, or what somebody has a handful of. */
const few = /[-_.]by[-_]?(?:id|ticket|key|uuid|slug)$|By(?:Id|Key|Uuid|Slug)$|(?:^|[-_.])(?:bases|buckets|categories|collections|connections|databases|data_?sources|devices|environments|feeds|index(?:es)?|indices|aliases|instances|knowledge_?bases|languages|libraries|orgs|organi[sz]ations|presets|printers|profiles|programs|providers|regions|schemas|scripts|servers|subscriptions|tables|templates|(?:session_)?var(?:iable)?s|versions|views|workspaces)$/i;
/** What an operator puts into a folder by hand, one file each. */
const curated = /(?:^|[-_.])(?:\w*[-_])?(?:agents|models|personas|plugins|presets|profiles|prompts|recipes|skills|templates|themes|workflows)$|[a-z](?:Agents|Models|Personas|Plugins|Presets|Profiles|Prompts|Recipes|Skills|Templates|Themes|Workflows)$/;
/** On the way out only a part is left, or one thing: a number, a date, a yes or no. */
const cuts = /^(?:Boolean|Number|bool|float|int|parseFloat|parseInt|round|fromisoformat|isoformat|strftime|strptime|total_seconds|toISOString|getTime|digest|hexdigest|slice|splice|take|islice|first|find|findOne|pop|shift|at|head|limit|len|length|size|count|sum|reduce|next|min|max|some|every|any|all_equal|nlargest|sample|get|has|includes|indexOf|truncate\w*|paginate\w*|chunk)$/;

/** Handlers that give a whole list, at the question that asks for it. */
export function* wholeLists(program: Program): Iterable<CodeReport> {
  const anyAlways = [...program.files.keys()].some((file) => givesAlways(program, file));
  for (const handler of program.handlers) {
    const named = handler.name !== null && many.test(handler.name);
    if (handler.kind !== 'tool' || !handler.function || (handler.name !== null && few.test(handler.name)) || !(named || anyAlways) || isMarked(marksIn(program, handler.file).limits, handler.span)) continue;
    const parts = resultCalls(program, handler, { cuts });
    const source = parts.map(({ call, cut }) => ({ call, cut, source: cut === true ? null : sourceOf(program, call) })).find((p) => p.source !== null && (named || p.source.always === true) && !(p.cut === 'field' && p.source.what === wholeFile));
    if (source && !isLimited(program, handler, parts) && !isClipped(program, handler) && !isLittleOf(program, handler, source.call, source.source!, parts)) yield reportOf(program, handler, source.call, source.source!);
  }
}

/** Something in a file gives many whatever a tool is called. */
const givesAlways = perFile((program, file) => {
  const names = always[languageOf(program, file)];
  return program.files.get(file)!.calls.some((_, index) => names.has(program.target({ file, index }).external ?? ''));
});

/** Everywhere that the answer goes through, somebody may cut it. */
function isLimited(program: Program, handler: Handler, parts: readonly ResultCall[]): boolean {
  const ways = new Set([handler.function!, ...parts.flatMap(({ call }) => [{ file: call.file, index: program.callOf(call).function }, ...program.target(call).functions])].map((fn) => keyOf(fn)));
  return [...ways].some((key) => {
    const [index, file] = [Number(key.slice(0, key.indexOf(' '))), key.slice(key.indexOf(' ') + 1)];
    const span = keyOf(handler.function!) === key && handler.branch ? handler.branch : program.functionOf({ file, index }).span;
    return index !== 0 && isMarked(marksIn(program, file).limits, span);
  });
}

/** What runs around all tools compares the answer's length with a number and cuts: `wrapResponse(result)`. */
function isClipped(program: Program, { around = [] }: Handler): boolean {
  const wrapping = around.flatMap(({ function: fn, without }) => [...(without.length === 0 ? [fn] : []), ...program.functionOf(fn).calls.flatMap((index) => program.target({ file: fn.file, index }).functions)]);
  return wrapping.some((fn) => {
    const { start, end } = program.functionOf(fn).span;
    const text = program.textOf(fn.file).slice(start, end);
    return fn.index !== 0 && tooLong.test(text) && /\btruncat|\.(?:slice|substring)\(|\[:/i.test(text);
  });
}

const tooLong = /(?:\.length|\blen\([\w.]+\)|\b\w*(?:chars?|bytes|tokens|size)\w*)\s*>=?\s*(?:[\w.]*(?:max|limit)|\d[\d_]{3})/i;

/** Of a file: one that the module reads when it is loaded, or of whose entries some fields are left. Of a folder: what was just written there, or is put there by hand. */
function isLittleOf(program: Program, { name }: Handler, ref: CallRef, { what }: ListSource, parts: readonly ResultCall[]): boolean {
  if (what === 'every file of the folder' && (curated.test(name ?? '') || /(?:^|[_\-.])(?:export|dump)/.test(name ?? '') || isOfCode(program, ref) || endsAtFirst(program, ref) || isOfFolders(program, ref))) return true;
  if (what === 'all rows of the query' && asksDistinct(program, ref)) return true;
  // what is searched for is a part of it
  return what === wholeFile && (isSmall(program, ref) || /(?:^|[_\-.])(?:search|find|query|grep)/.test(name ?? '') || program.callOf(ref).function === 0 || isRestOf(program, ref) || parts.some(({ call }) => picksFields(program, call)));
}

/** `SELECT DISTINCT category`: the values of a column, of which there are some dozen as a rule. */
function asksDistinct(program: Program, { file, index }: CallRef): boolean {
  const { span, function: fn } = program.callOf({ file, index });
  return /\bSELECT\s+DISTINCT\b(?![^]*\bSELECT\b)/i.test(program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.end));
}

/** By its name it holds settings and the like. */
function isSmall(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  const path = call.args[0] ?? (call.callee.kind === 'member' ? call.callee.object : undefined);
  return path !== undefined && smallFile(program, ref.file, call, path) !== null;
}

/** `f.seek(seen)` before it: what has come since. */
function isRestOf(program: Program, { file, index }: CallRef): boolean {
  const { function: fn, span } = program.callOf({ file, index });
  const opened = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  return /\.seek\(\s*(?!0\s*[,)])/.test(opened);
}

/** The names in a folder, not what is below it. */
const isOneFolder = (program: Program, ref: CallRef): boolean => listsFolder(program, ref);

/** A folder that lies beside the code, and is the same in each call. */
function isOfCode(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  const path = call.args[0] ?? (call.callee.kind === 'member' ? call.callee.object : undefined);
  return path !== undefined && isBesideCode(program, path, { file: ref.file, function: call.function, offset: call.span.start });
}

/** `[d for d in os.listdir(path) if os.path.isdir(…)]`: of all that is there the folders, or what begins in one way. */
function isOfFolders(program: Program, { file, index }: CallRef): boolean {
  const after = program.textOf(file).slice(program.callOf({ file, index }).span.end).slice(0, 160);
  return /^\s*if\b[^\]]*(?:\bis_?dir\(|\.startswith\()/.test(after) || /^\s*\.filter\([^)]*\)?[^)]*\.(?:isDirectory|startsWith)\(/.test(after);
}

/** `for file in folder.iterdir(): if …: return file`. */
function endsAtFirst(program: Program, { file, index }: CallRef): boolean {
  const text = program.textOf(file);
  const { start } = program.callOf({ file, index }).span;
  const head = text.slice(text.lastIndexOf('\n', start) + 1, start);
  if (!/^\s*for\b/.test(head)) return false;
  const depthOf = (line: string) => line.search(/\S/);
  const lines = text.slice(start).split('\n').slice(1);
  const end = lines.findIndex((line) => line.trim() !== '' && depthOf(line) <= depthOf(head));
  return (end < 0 ? lines : lines.slice(0, end)).some((line) => /^\s*return\b/.test(line));
}

/** `entries.map((e) => ({ id: e.id, name: e.name }))`. */
function picksFields(program: Program, ref: CallRef): boolean {
  const { callee } = program.callOf(ref);
  if (callee.kind !== 'member' || callee.name !== 'map') return false;
  return program.called(ref).callbacks.some((fn) => {
    const { returned } = program.functionOf(fn);
    return returned.length > 0 && returned.every((expr) => expr.kind === 'object' && expr.spread.length === 0 && expr.properties.every(({ value }) => value.kind !== 'name' || value.name !== program.functionOf(fn).parameters[0]?.name));
  });
}

const ofService = 'all that the other side lists';
const wholeFile = 'the whole file';

function reportOf(program: Program, handler: Handler, ref: CallRef, { what }: ListSource): CodeReport {
  const call = program.callOf(ref);
  const fn = { file: ref.file, index: call.function };
  return {
    file: ref.file,
    span: call.span,
    function: fn,
    // services answer in pages, whether they are asked to or not (2 of 13 of these were right, as readers of servers said), and one folder holds some dozen names
    severity: what === ofService || isOneFolder(program, ref) ? 'information' : 'hint',
    confidence: 'medium',
    message: `The result holds ${what}, and nothing says how many these may be`,
    help: 'Take a limit (with a small default) and a cursor as arguments, and say in the result where it goes on.',
    reach: program.reachBy([handler], fn, 'any', call.span.start),
    handlers: [handler],
  };
}

const tables: Record<'typescript' | 'python', Readonly<Record<string, ListSource>>> = { typescript: typeScriptLists, python: pythonLists };
const namesOfAlways = (table: Readonly<Record<string, ListSource>>) => new Set(Object.entries(table).flatMap(([name, source]) => (source.always === true ? [name] : [])));
const always = { typescript: namesOfAlways(typeScriptLists), python: namesOfAlways(pythonLists) };

/** What a call gives all of; null for anything else. */
function sourceOf(program: Program, ref: CallRef): ListSource | null {
  const call = program.callOf(ref);
  const { external, functions } = program.target(ref);
  const language = languageOf(program, ref.file);
  // of the collections of a database, as of its tables, there is a handful
  if (/\.list(?:Collections|Indexes|Databases)\b/.test(external ?? '') || functions.length > 0 || saysLimit(call.args) || call.keywords.some((k) => limitWord.test(k.name))) return null;
  const table = tables[language];
  const source = external === null ? null : Object.hasOwn(table, external) ? table[external]! : null;
  if (source) return source.sql && !isOpenSelect(program, ref, call) ? null : source;
  if (external !== null && listPatterns[language].test(external)) return asksForOne(program, ref) ? null : { what: language === 'python' && !external.startsWith('sqlalchemy') ? 'all documents of the query' : 'all rows of the query' };
  if (isAwsList(program, ref, call, external)) return { what: 'all items of the table' };
  const name = call.callee.kind === 'member' ? call.callee.name : '';
  if (listMembers[language].test(name) && ioOf(external, language) === 'database') return { what: 'all rows of the query' };
  return ioOf(external, language) === 'network' && asksWithoutLimit(call) ? { what: ofService } : null;
}

/** Something in the chain says which one, or that only how many there are is asked for: `.where({ id })`, `.eq('id', id)`, `.select('*', { head: true })`. */
function asksForOne(program: Program, { file, index }: CallRef): boolean {
  const call = program.callOf({ file, index });
  const [first] = call.args;
  const keys = call.args.flatMap((a) => (a.kind === 'object' ? a.properties.map((p) => p.name) : []));
  const isKey = (name: unknown) => typeof name === 'string' && /^(?:\w+\.)?(?:id|key|uuid|slug|name)$/.test(name);
  const name = call.callee.kind === 'member' ? call.callee.name : '';
  if (/^(?:where|andWhere|eq|match|find)$/.test(name) && (keys.some(isKey) || (first?.kind === 'literal' && isKey(first.value)))) return true;
  if (keys.includes('head') || saysLimit(call.args)) return true;
  return call.callee.kind === 'member' && call.callee.object.kind === 'call' && asksForOne(program, { file, index: call.callee.object.call });
}

const limitWord = /limit|page|cursor|offset|top|take|first|max|size|count|per_/i;

function saysLimit(args: readonly Expr[]): boolean {
  return args.some((a) => (a.kind === 'object' ? a.properties.some((p) => limitWord.test(p.name) || saysLimit([p.value])) || a.spread.length > 0 : a.kind === 'literal' || a.kind === 'template' ? limitWord.test(textOf(a)) : false));
}

function textOf(expr: Expr): string {
  if (expr.kind === 'literal') return String(expr.value);
  if (expr.kind === 'template') return expr.parts.map(textOf).join('?');
  if (expr.kind === 'binary') return textOf(expr.left) + textOf(expr.right);
  return '';
}

function isAwsList(program: Program, ref: CallRef, call: Call, external: string | null): boolean {
  const name = call.callee.kind === 'member' ? call.callee.name : '';
  if (external?.startsWith('boto3.') === true) return awsLists.test(name);
  const [command] = call.args;
  if (name !== 'send' || !external?.startsWith('@aws-sdk/') || command?.kind !== 'call') return false;
  const made = { file: ref.file, index: command.call };
  return awsCommands.test(program.target(made).external ?? '') && !saysLimit(program.callOf(made).args);
}

/** A SELECT that is written out, without LIMIT, an aggregate or a key. `fetchall()` is asked for the question before it. */
function isOpenSelect(program: Program, ref: CallRef, call: Call): boolean {
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const candidates = call.args.length > 0 ? call.args.slice(0, 1) : questionsBefore(program, ref, call);
  const texts = candidates.flatMap((expr) => [textOf(expr), ...stepBack(program, { expr, at }).from.map((one) => textOf(one.expr))]).filter((t) => t !== '');
  return texts.length > 0 && texts.every((t) => /\bselect\b/i.test(t) && !/\b(?:limit|top\s*\(?\d|fetch\s+first|count\s*\(|sum\s*\(|max\s*\(|group\s+by|sqlite_(?:master|schema)|information_schema|pg_catalog)\b|\bwhere\s+(?:\w+\.)?(?:id|key|name|slug|uuid)\s*=/i.test(t));
}

function questionsBefore(program: Program, ref: CallRef, { function: fn, span }: Call): Expr[] {
  const before = program
    .functionOf({ file: ref.file, index: fn })
    .calls.map((index) => program.callOf({ file: ref.file, index }))
    .filter((c) => c.callee.kind === 'member' && /^(?:execute|query|prepare|exec)$/.test(c.callee.name) && c.span.start <= span.start);
  return before.at(-1)?.args.slice(0, 1) ?? [];
}

/** A GET of something that sounds like a list, without a word of how many. */
function asksWithoutLimit(call: Call): boolean {
  const [url, options] = call.args;
  if (options?.kind === 'object' && options.properties.some((p) => p.name === 'method' || p.name === 'body')) return false;
  const text = url ? textOf(url) : '';
  return /\/(?:\w+s|list|search|all)(?:\?[^/]*)?$/i.test(text) && !limitWord.test(text);
}
