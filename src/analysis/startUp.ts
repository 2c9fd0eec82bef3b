import { cannotLoad } from './code/cannotLoad.ts';
import { perFile } from './code/perFile.ts';
import { importsOf } from './code/perImports.ts';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Entry } from './code/handedOn.ts';
import { nameOf, type Call } from './code/summary.ts';
import { testDoubles } from './code/testFiles.ts';
import { branchesAround, isChosen, isOfMain, isOtherMode, together } from './branches.ts';
import { keyOf, languageOf } from './ioBelow.ts';
import { stepBack, type Placed } from './trace.ts';
import { withBlockOf } from './withBlock.ts';

/** A function that runs while a server starts, and the calls in it that lead on to where the transport is made; a module body has none. */
interface Starting {
  fn: FunctionRef;
  leads: number[];
}

/** Where a server begins to speak stdio. */
const stdioMakers = /(?:^|\.)(?:StdioServerTransport|stdio_server|run_stdio_async|serveStdio)$/;
const runners = /(?:^|\.)(?:FastMCP|LiteMCP|MCPServer)\.(?:run|run_async|start)$/;

export interface StartUp {
  calls: Iterable<CallRef>;
  /** Whether a server that is in this file speaks stdio, as far as imports tell: what nobody imports may be found by its place. */
  speaksStdio: (file: string) => boolean;
  /** Whether it starts a server that speaks something else, and is no part of one that speaks stdio. */
  startsOther: (file: string) => boolean;
}

/** What happens in processes that speak stdio, outside of handlers. */
export function startUp(program: Program): StartUp {
  const starting = startingFunctions(program);
  const files = new Set(starting.map(({ fn }) => fn.file));
  const imported = importedFrom(program, files, [...files], starting);
  let everImported: ReadonlySet<string> | null = null;
  const isOfStdio = (file: string) => files.has(file) || imported.has(file);
  return {
    calls: startUpCalls(program, starting, imported, leadsTo),
    speaksStdio: (file) => isOfStdio(file) || (!(everImported ??= importedFrom(program, new Set(), [...program.files.keys()])).has(file) && !hasTransport(program, file)),
    startsOther: (file) => !isOfStdio(file) && hasTransport(program, file),
  };
}

/** Whether a call has been made before anybody calls a tool: what it fills is there then. */
export function madeAtStart(program: Program): (ref: CallRef) => boolean {
  let made: ReadonlySet<string> | null = null;
  return (ref) => {
    if (!made) {
      const starting = startingFunctions(program);
      const files = new Set(starting.map(({ fn }) => fn.file));
      const imported = importedFrom(program, files, [...files], starting);
      made = new Set([...startUpCalls(program, starting, imported, startsWith)].map(keyOf));
    }
    return made.has(keyOf(ref));
  };
}

/** In the functions that lead to the transport, in what these call, and in the bodies of the modules that they import. Branches that exclude the transport are left out. */
function* startUpCalls(program: Program, starting: readonly Starting[], imported: ReadonlySet<string>, nextOf: typeof leadsTo): Iterable<CallRef> {
  const seen = new Set<string>();
  const queue: { fn: FunctionRef; entry: Entry | undefined }[] = [];
  const enqueue = (fn: FunctionRef, entry?: Entry) => {
    const key = entry && entry.key !== '' ? `${keyOf(fn)} ${entry.key}` : keyOf(fn);
    // all of it holds what a part of it does
    if (seen.has(keyOf(fn)) || seen.has(key)) return;
    seen.add(key);
    queue.push({ fn, entry });
  };
  const follow = (ref: CallRef, from?: Entry) => {
    for (const next of nextOf(program, ref)) enqueue(next, program.entry(next, ref, from));
  };
  for (const { fn } of starting) seen.add(keyOf(fn));
  for (const { fn, leads } of starting) {
    const branches = branchesAround(program, fn);
    for (const ref of callsOf(program, fn)) {
      const { start } = program.callOf(ref).span;
      // a branch that leads there itself was chosen for stdio
      const others = branches.filter((b) => !b.ways.some((w) => w.start <= start && start < w.end && leads.some((lead) => w.start <= lead && lead < w.end)));
      if (!together(branches, start, leads) || isChosen(others, start) || isOtherMode(others, start) || isAfterwards(program, ref, leads) || isAnswered(program, ref, leads)) continue;
      yield ref;
      // `{ serve, doctor }[command]()`: of several that it may be the one that leads on
      if (!leads.includes(start) || program.target(ref).functions.length < 2) follow(ref);
    }
  }
  for (const file of imported) enqueue({ file, index: 0 });
  for (const { fn, entry } of queue) {
    // what prints and ends the process there is a help text or a failure before anything is spoken
    const calls = callsOf(program, fn);
    if (calls.some((ref) => /^(?:(?:process|Deno|Bun)\.exit|sys\.exit|exit|quit)$/.test(program.target(ref).external ?? ''))) continue;
    const branches = branchesAround(program, fn);
    for (const ref of calls) {
      const { start } = program.callOf(ref).span;
      if (entry?.without.some((s) => s.start <= start && start < s.end) || isChosen(branches, start) || isOtherMode(branches, start) || (fn.index === 0 && isOfMain(branches, start))) continue;
      yield ref;
      follow(ref, entry);
    }
  }
}

/** Python's servers run until they end: what stands behind is done when nobody reads any more. */
function isAfterwards(program: Program, ref: CallRef, leads: readonly number[]): boolean {
  if (languageOf(program, ref.file) !== 'python') return false;
  const { function: fn, span } = program.callOf(ref);
  const calls = program.functionOf({ file: ref.file, index: fn }).calls.map((index) => ({ index, call: program.callOf({ file: ref.file, index }) })).filter(({ call }) => leads.includes(call.span.start));
  const opened = calls.filter(({ call }) => opens.test(nameOf(call.callee)));
  // behind the `async with` that holds it open, in an `except`, too
  if (opened.length > 0 && opened.every(({ index }) => (withBlockOf(program, { file: ref.file, index }, { async: true })?.end ?? Infinity) <= span.start)) return true;
  // in the `finally` around what runs it
  if (opened.some(({ call }) => /\.run\([^]*?\n[ \t]*finally\s*:/.test(program.textOf(ref.file).slice(call.span.end, span.start)))) return true;
  // of a chain all calls begin where it begins
  const named = new Set(calls.flatMap(({ call }) => (names.test(nameOf(call.callee)) ? call.span.start : [])));
  return calls.some(({ call }) => !opens.test(nameOf(call.callee)) && !named.has(call.span.start) && call.span.end <= span.start);
}

/** `const code = await runCommand(argv); if (code !== undefined) return;` comes before what leads to the transport: where it did something, that is all. */
function isAnswered(program: Program, ref: CallRef, leads: readonly number[]): boolean {
  const { span, function: fn } = program.callOf(ref);
  const text = program.textOf(ref.file);
  const [, name] = /(?<![.\w])(\w+)\s*=\s*(?:await\s+)?$/.exec(text.slice(program.functionOf({ file: ref.file, index: fn }).span.start, span.start)) ?? [];
  const lead = Math.min(...leads.filter((at) => at > span.end));
  return name !== undefined && lead < Infinity && new RegExp(`\\bif\\s*\\(\\s*${name}\\s*(?:!==?\\s*(?:undefined|null)\\s*)?\\)\\s*(?:return\\b|process\\.exit\\b|\\{[^{}]*(?:\\breturn\\b|\\bprocess\\.exit\\b|\\}\\s*else\\b))`).test(text.slice(span.end, lead));
}

/** `parser.set_defaults(func=serve)`, commander's `.action(serve)` only name what is run later: one of several commands, of which one is run. */
const names = /^(?:set_defaults|action)$/;
/** `async with stdio_server()` comes before what runs. */
const opens = /^stdio_server$/;

/** Outside functions that run what they are given in this process whatever the transport: no routes, no commands, no hooks of HTTP. */
const runsCallbacks = /^(?:process\.|set(?:Timeout|Interval|Immediate)$|Promise\b|Array\.|Map\.|Set\.)|\.(?:then|catch|finally|on|once|tool|registerTool|setRequestHandler|addTool)$|^mcp\.server\b|^fastmcp\.server\b/;

/** What it calls, and what it is given to call: on a signal, when a lifespan begins, for each call of a tool. */
function leadsTo(program: Program, ref: CallRef): FunctionRef[] {
  const { functions, callbacks, external } = program.target(ref);
  if (names.test(nameOf(program.callOf(ref).callee))) return [...functions];
  const inPython = languageOf(program, ref.file) === 'python' && /^fastmcp\.FastMCP$/.test(external ?? '');
  return external === null || runsCallbacks.test(external) || inPython ? [...functions, ...callbacks] : [...functions];
}

/** What is given to something that runs it now or in a moment, not when a tool is called or a signal comes. */
const runsSoon = /^(?:set(?:Timeout|Interval|Immediate)$|Promise\b|Array\.|Map\.|Set\.|threading\.(?:Timer|Thread)$|asyncio\.\w+$|mcp\.server\b|fastmcp\.(?:server\b|FastMCP$))|\.(?:then|finally)$/;

function startsWith(program: Program, ref: CallRef): FunctionRef[] {
  const { functions, callbacks, external } = program.target(ref);
  const isHandler = (fn: FunctionRef) => program.entrances(fn).some(({ starts }) => starts.length > 0);
  return [...functions, ...(runsSoon.test(external ?? '') ? callbacks : [])].filter((fn) => !isHandler(fn));
}

function callsOf(program: Program, fn: FunctionRef): CallRef[] {
  return program.functionOf(fn).calls.map((index) => ({ file: fn.file, index }));
}

/** The functions in which a stdio transport is made, those that call them, and so on up to the modules' bodies. */
function startingFunctions(program: Program): Starting[] {
  const found = new Map<string, Starting>();
  const queue: Starting[] = [];
  const note = (fn: FunctionRef, lead: number) => {
    const known = found.get(keyOf(fn));
    if (known) return void known.leads.push(lead);
    const starting = { fn, leads: [lead] };
    found.set(keyOf(fn), starting);
    queue.push(starting);
  };
  // what tests start is no server
  const tests = testDoubles(program);
  for (const file of program.files.keys()) {
    if (tests.has(file)) continue;
    for (const ref of mayMakeStdio(program, file)) {
      const call = program.callOf(ref);
      if (makesStdio(program, ref) && !cannotLoad(program, file)) note({ file, index: call.function }, call.span.start);
    }
  }
  for (const { fn } of queue) {
    for (const ref of program.callersOf(fn)) {
      const call = program.callOf(ref);
      if (!asksForOther(program, ref) && !startsProcess(call) && (ref.file === fn.file || !namesOnlyOthers(program, ref.file))) note({ file: ref.file, index: call.function }, call.span.start);
    }
  }
  // a handler that is called by its server's start is no part of it
  return [...found.values()];
}

/** It starts a server of another kind itself. */
function hasTransport(program: Program, file: string): boolean {
  return program.files.get(file)!.calls.some((call, index) => /Transport$|^createMcpHandler$/.test(nameOf(call.callee)) || runners.test(program.target({ file, index }).external ?? ''));
}

/** `new StdioTransport({ command: 'node' })`: the other end, a client's. */
const startsProcess = ({ args }: Call): boolean => args.some((a) => a.kind === 'object' && a.properties.some((p) => p.name === 'command'));

/** A call that names another transport: `run(transport='sse')`, `server.start({ transportType: 'httpStream' })`, `startServer('http')`; also by a variable or an option of the command line, where nothing else is said. */
function asksForOther(program: Program, { file, index }: CallRef): boolean {
  const call = program.callOf({ file, index });
  const { args, keywords } = call;
  const given = keywords.find((k) => k.name === 'transport')?.value;
  if (given && given.kind !== 'literal') return isOtherTransport(textsOf(program, { expr: given, at: { file, function: call.function, offset: call.span.start } }));
  const options = args.flatMap((a) => (a.kind === 'object' ? a.properties.filter((p) => /^transport/.test(p.name)).map((p) => p.value) : [a]));
  const said = [...keywords.filter((k) => k.name === 'transport').map((k) => k.value), ...options].flatMap((a) => (a.kind === 'literal' && typeof a.value === 'string' ? [a.value] : []));
  return isOtherTransport(said);
}

/** A script that starts a server of another file, and has words for the ways to HTTP only: `choices=['sse', 'streamable-http']`. */
function namesOnlyOthers(program: Program, file: string): boolean {
  const text = program.textOf(file);
  return /['"](?:--)?(?:sse|streamable[-_]http|http-?stream)['"]/.test(text) && !/stdio/i.test(text);
}

const isOtherTransport = (said: readonly string[]) => said.some((word) => /^(?:https?|sse|http-?stream|streamable[-_]http)$/i.test(word)) && !said.includes('stdio');

/** The texts that a value may be: what a name was set to, `getenv('TRANSPORT', 'sse')`, the default of an option (`args.transport`). */
function textsOf(program: Program, { expr, at }: Placed, depth = 0): string[] {
  if (expr.kind === 'literal') return [String(expr.value)];
  if (expr.kind === 'member') return Array.from(program.textOf(at.file).matchAll(new RegExp(`['"]--${expr.name.replaceAll('_', '[-_]')}['"][^)]*?\\bdefault\\s*=\\s*['"]([\\w-]+)`, 'g')), ([, text]) => text!);
  if (expr.kind === 'either') return expr.of.flatMap((one) => textsOf(program, { expr: one, at }, depth));
  if (expr.kind === 'call') {
    const otherwise = program.callOf({ file: at.file, index: expr.call }).args[1];
    return /^os\.(?:getenv|environ\.get)$/.test(program.target({ file: at.file, index: expr.call }).external ?? '') && otherwise ? textsOf(program, { expr: otherwise, at }, depth) : [];
  }
  return depth < 3 && expr.kind === 'name' ? stepBack(program, { expr, at }).from.flatMap((one) => textsOf(program, one, depth + 1)) : [];
}

const mayMakeStdio = perFile((program, file): CallRef[] =>
  program.files.get(file)!.calls.flatMap((call, index) => (stdioMakers.test(nameOf(call.callee)) || runners.test(program.target({ file, index }).external ?? '') ? [{ file, index }] : [])),
);

function makesStdio(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  if (stdioMakers.test(nameOf(call.callee))) return true;
  const { external } = program.target(ref);
  if (external === null || !runners.test(external) || !program.transportsOf(ref.file).has('stdio')) return false;
  return !asksForOther(program, ref);
}

/** The files that these import, and those that they import: their bodies run before anything else. What is loaded where the transport is another one is left out. */
function importedFrom(program: Program, files: ReadonlySet<string>, from: readonly string[], starting: readonly Starting[] = []): Set<string> {
  const found = new Set<string>();
  const queue = [...from];
  for (const file of queue) {
    const own = starting.filter(({ fn }) => fn.file === file);
    for (const imported of importsOf(program).get(file)!) {
      if (found.has(imported) || files.has(imported) || isForOther(program, file, imported, own)) continue;
      found.add(imported);
      queue.push(imported);
    }
  }
  return found;
}

/** `if (http) await import('./http.js'); else await server.connect(new StdioServerTransport())`. */
function isForOther(program: Program, file: string, imported: string, starting: readonly Starting[]): boolean {
  if (starting.length === 0) return false;
  const places = program.files.get(file)!.imports.filter(({ module }) => program.moduleFile(file, module) === imported);
  return places.length > 0 && places.every(({ scope, span }) => starting.some(({ fn, leads }) => fn.index === scope && !together(branchesAround(program, fn), span.start, leads)));
}
