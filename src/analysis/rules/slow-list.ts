import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Handler, Program, Value } from '../code/program.ts';
import { nameOf, type Expr } from '../code/summary.ts';
import type { VisitContext } from '../code/syntax.ts';
import type { SyntaxNode } from '../code/syntaxNode.ts';
import { slowListExamples } from '../examples/slow-list.ts';
import { freshWays, hopsOf, type Step } from '../freshReach.ts';
import { isWhereAbsent } from '../ifAbsent.ts';
import { isOfDict, keyOf, languageOf, reachable } from '../ioBelow.ts';
import { onceOnly, onceObserver, type OnceOnly } from '../onceOnly.ts';
import { pathOf } from '../oneFile.ts';
import type { Rule } from '../rule.ts';
import { createHardlyEver, seldomObservers } from '../seldom.ts';
import { onlyMakes } from '../sinks/io.ts';
import { isBesideCode, smallFile } from '../smallFiles.ts';
import { isQuick, listIoOf } from '../sinks/listIo.ts';
import { isToThisMachine } from '../thisMachine.ts';

const id = 'slow-list';

export const slowList: Rule = {
  id,
  title: 'A list waits for I/O',
  severity: 'warning',
  docs: `The handler of \`tools/list\`, \`prompts/list\` or \`resources/list\` reads files, asks a service or a database, each time it is called.

**Why it hurts an MCP server.** Clients list before anything else, again after each reconnect and after every \`list_changed\`, and some before each turn of the model. Until the list is there nothing can be called: the user waits for the slowest service behind it, and when that one is down the server seems to have no tools at all.

**How it is measured.** In the code: a call that does I/O is reached from the handler of a list, and nothing on the way keeps its result. A resources list that looks at one local folder or file is a hint: that is quick, and it may well change between two lists; so are settings in a file, a database in a file of this machine, a service that by default runs on it, and what a bridge hands on of another server's list. In a run: the latency of lists, and how often the same one is asked for.

**How to mend it.** Load the list once when the server starts, or keep it for some minutes, and send \`notifications/tools/list_changed\` (prompts, resources) when it changes. Long lists of resources want pages (\`nextCursor\`) or a resource template.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: { typescript: { expression_statement: visitStatement } },
    observes: [onceObserver, ...seldomObservers],
    check,
    examples: slowListExamples,
  },
};

type What = 'tools' | 'prompts' | 'resources';

/** Something that lists: a handler of a method or of a resource template, an overridden method of FastMCP. */
interface Lister {
  fn: FunctionRef;
  what: What;
  handler: Handler | null;
}

function* check(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const listers = listersOf(program);
  const detached = detachedOf(program);
  const hardlyEver = createHardlyEver(program);
  for (const lister of listers) {
    const told = new Set<string>();
    const calls = [...callsOf(program, lister)];
    for (const ref of calls) {
      const call = program.callOf(ref);
      const { external } = program.target(ref);
      const io = ioOfListing(program, ref);
      // beside a request or a process a file is a moment
      if (io === null || (io === 'the disk' && calls.some((other) => /network|process/.test(ioOfListing(program, other) ?? '')))) continue;
      const fn = { file: ref.file, index: call.function };
      const way = wayTo(program, once, fn, call.span.start, lister);
      // what is asked where something has failed is asked by no list as a rule
      if (!way || detached(way) || hardlyEver(ref) === 'failed' || (io === 'the disk' && isForTheFirst(program, ref, way))) continue;
      // the same function asked several times in one place is told once
      const place = `${ref.file} ${call.function} ${external}`;
      if (told.has(place)) continue;
      told.add(place);
      const handlers = listers.flatMap((l) => (l.handler && (l === lister || wayTo(program, once, fn, call.span.start, l)) ? [l.handler] : []));
      const isQuiet = lister.what === 'resources' && handlers.every((h) => h.kind === 'resources/list') && isQuick(external ?? '', JSON.stringify([call.args, call.keywords]));
      yield {
        file: ref.file,
        span: call.span,
        function: fn,
        ...(isFileOfThisMachine.test(external ?? '') ? { severity: 'information' as const } : isQuiet || handsOn(program, ref, lister) || (io === 'the network' && isToThisMachine(program, ref, true)) || isOfSettings(program, ref, external ?? '') || (call.args[0] && isBesideCode(program, call.args[0], { file: ref.file, function: call.function, offset: call.span.start })) ? { severity: 'hint' as const } : {}),
        message: `\`${call.callee.kind === 'name' || call.callee.kind === 'member' ? call.callee.name : 'this call'}\` makes each list of ${lister.what} wait for ${io}.`,
        help: `Load the ${lister.what} once, or keep them for a while, and send \`notifications/${lister.what}/list_changed\` when they change.`,
        reach: { handlers: lister.handler ? [lister.handler] : [], path: hopsOf(way) },
        handlers,
      };
    }
  }
}

function ioOfListing(program: Program, ref: CallRef): string | null {
  const call = program.callOf(ref);
  const { external } = program.target(ref);
  return call.decorator || call.isNew || onlyMakes(external) || isOfDict(program, ref) ? null : listIoOf(external, languageOf(program, ref.file));
}

/** Written where it is missing: from then on it is there. */
function isForTheFirst(program: Program, ref: CallRef, way: Step): boolean {
  const writes = /write|copy|mkdir|makedirs|touch|save|dump|open$/i.test(program.target(ref).external ?? '');
  for (let at: Step | null = way; at && writes; at = at.next) if (at.call && isWhereAbsent(program, at.call)) return true;
  return writes && isWhereAbsent(program, ref);
}

/** Some lines that say how the server is set up. */
function isOfSettings(program: Program, { file, index }: CallRef, external: string): boolean {
  const call = program.callOf({ file, index });
  const path = pathOf(external, call);
  return path !== undefined && smallFile(program, file, call, path) === 'settings';
}

/** A database in one file: it answers in milliseconds, and is there. */
const isFileOfThisMachine = /^(?:sqlite3?|aiosqlite|better-sqlite3|bun:sqlite|duckdb)\b/;

/** A bridge asks the one server behind it, over a connection that is open: the list is that one's to keep, whatever the number of its pages. */
function handsOn(program: Program, ref: CallRef, { fn }: Lister): boolean {
  const { function: at, loop } = program.callOf(ref);
  // a function that is given the connection may be given those to many
  const ofOne = program.functionOf(fn).calls.map((index) => ({ file: fn.file, index })).filter((call) => program.callOf(call).args.length + program.callOf(call).keywords.length === 0);
  const own = [fn, ...ofOne.flatMap((call) => program.target(call).functions)];
  return own.some((f) => f.file === ref.file && f.index === at) && isOfClient.test(program.target(ref).external ?? '') && (loop === null || program.textOf(ref.file).startsWith('while', loop.start));
}

const isOfClient = /^(?:@modelcontextprotocol\/(?:sdk|client)\b.*|(?:mcp|fastmcp)(?:\.\w+)*)\.(?:list_?(?:tools|prompts|resources|resource_?templates))$/i;

const listed: Partial<Record<Handler['kind'], What>> = { 'tools/list': 'tools', 'prompts/list': 'prompts', 'resources/list': 'resources' };
const overridden: Readonly<Record<string, What>> = { list_tools: 'tools', list_prompts: 'prompts', list_resources: 'resources', _list_tools: 'tools', _list_prompts: 'prompts', _list_resources: 'resources' };

function listersOf(program: Program): Lister[] {
  const found: Lister[] = program.handlers.flatMap((handler) => {
    const what = listed[handler.kind];
    return what !== undefined && handler.function ? [{ fn: handler.function, what, handler }] : [];
  });
  for (const [file, { language, classes }] of program.files) {
    if (language !== 'python') continue;
    for (const { bases, methods, scope, span } of classes) {
      const lists = methods.filter((m) => Object.hasOwn(overridden, m.name));
      if (lists.length === 0 || !bases.some((base) => isServer(program.resolve(base, { file, function: scope, offset: span.start })))) continue;
      for (const { name, function: index } of lists) found.push({ fn: { file, index }, what: overridden[name]!, handler: null });
    }
  }
  return found;
}

const isServer = (value: Value) => value.kind === 'external' && /(?:^|\.)(?:FastMCP|MCPServer)$/.test(value.name);

function callsOf(program: Program, { fn, handler }: Lister): Iterable<CallRef> {
  if (handler) return program.callsFrom(handler, 'any');
  return reachable(program, fn).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })));
}

/** `void refresh()`, `track(event);`: what an asynchronous function does there is not waited for. */
function visitStatement(node: SyntaxNode, context: VisitContext) {
  const [first] = node.namedChildren;
  const call = first?.type === 'unary_expression' && first.text.startsWith('void') ? first.namedChildren[0] : first;
  if (call?.type === 'call_expression') context.fact(node);
}

/** `tools.push({ name, run: () => exec(name) })`: what is listed has the function, and the list does not call it. */
function isListed(program: Program, ref: CallRef, fn: FunctionRef): boolean {
  const { callee, args } = program.callOf(ref);
  const has = (expr: Expr): boolean => (expr.kind === 'object' ? expr.properties.some((p) => isFunction(p.value) || has(p.value)) : expr.kind === 'as' && has(expr.value));
  const isFunction = (expr: Expr) => expr.kind === 'function' && ref.file === fn.file && expr.function === fn.index;
  return callee.kind === 'member' && /^(?:push|unshift|append|set|(?:add|register)\w*)$/.test(callee.name) && program.target(ref).functions.length === 0 && args.some(has);
}

/** `registerSearch(server, readFiles)`: functions of the workspace that do not call what they are given keep it for later, or hand it on to those that do. */
function isKeptForLater(program: Program, ref: CallRef, fn: FunctionRef, depth = 0): boolean {
  const { functions } = program.target(ref);
  if (functions.length === 0 || functions.some((to) => keyOf(to) === keyOf(fn)) || depth > 3) return false;
  return functions.every((to) => {
    const { parameters, calls } = program.functionOf(to);
    const isGiven = (expr: Expr) => expr.kind === 'name' && parameters.some((p) => p.name === expr.name);
    return calls.every((index) => {
      const { callee, args, keywords } = program.callOf({ file: to.file, index });
      if (isGiven(callee)) return false;
      return ![...args, ...keywords.map((k) => k.value)].some(isGiven) || isKeptForLater(program, { file: to.file, index }, fn, depth + 1);
    });
  });
}

/** Whether something on a way is started and left alone, or only listed. */
function detachedOf(program: Program): (way: Step) => boolean {
  const isLeft = (ref: CallRef) => {
    const { span, awaited, function: fn } = program.callOf(ref);
    if (awaited) return false;
    if (program.factsOf(ref.file, id).some(({ span: { start, end } }) => start <= span.start && span.end <= end && end - span.end <= 1)) return true;
    return program.functionOf({ file: ref.file, index: fn }).calls.some((index) => {
      const around = program.callOf({ file: ref.file, index });
      const name = nameOf(around.callee);
      return /^(?:create_task|ensure_future|start_soon|spawn|setTimeout|setImmediate|queueMicrotask|nextTick)$/.test(name) && !around.awaited && around.span.start < span.start && span.end < around.span.end;
    });
  };
  return (way) => {
    for (let at = way; at.next; at = at.next) {
      if (at.call && ((program.functionOf(at.next.fn).async && isLeft(at.call)) || isListed(program, at.call, at.next.fn) || isKeptForLater(program, at.call, at.next.fn))) return true;
    }
    return false;
  };
}

/** Null where something on the way is kept, or another tool's part of a dispatching function is passed. */
function wayTo(program: Program, once: OnceOnly, fn: FunctionRef, offset: number, { fn: to, handler }: Lister): Step | null {
  for (const step of freshWays(program, once, fn, offset)) {
    if (step.fn.file !== to.file || step.fn.index !== to.index) continue;
    if (!handler?.notMine.some(({ start, end }) => start <= step.offset && step.offset < end)) return step;
  }
  return null;
}
