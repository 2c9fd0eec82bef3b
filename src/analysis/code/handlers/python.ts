import type { HandlerKind, Resolved } from '../program.ts';
import { isStaticMethod, type Call, type Expr } from '../summary.ts';
import { decoratedIn } from './applied.ts';
import { isTest, lastName } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import { curriedBy } from './curried.ts';
import type { At, Thing } from './env.ts';
import { alternatives } from './expand.ts';
import type { Answer } from './lowLevel.ts';
import { mountedUnder, prefixesOf } from './mounts.ts';
import { partOf } from './parts.ts';
import { complete, type Found, type Registration } from './registration.ts';
import { runOf } from './runs.ts';
import { looksLikeServer, serverOf } from './servers.ts';
import { booleanOf, isGetattr, stringOf, trace } from './trace.ts';

const kinds: Readonly<Record<string, HandlerKind>> = { tool: 'tool', resource: 'resource', prompt: 'prompt', add_tool: 'tool', add_resource: 'resource', add_resource_fn: 'resource', add_prompt: 'prompt' };
/** Decorators that stand without a server (fastmcp's file system provider and mixins). */
const standalone: Readonly<Record<string, HandlerKind>> = {
  'fastmcp.tools.tool': 'tool',
  'fastmcp.resources.resource': 'resource',
  'fastmcp.prompts.prompt': 'prompt',
  'fastmcp.contrib.mcp_mixin.mcp_tool': 'tool',
  'fastmcp.contrib.mcp_mixin.mcp_resource': 'resource',
  'fastmcp.contrib.mcp_mixin.mcp_prompt': 'prompt',
};
const answers: Readonly<Record<string, { method: string; name: number }>> = {
  call_tool: { method: 'tools/call', name: 0 },
  list_tools: { method: 'tools/list', name: 0 },
  read_resource: { method: 'resources/read', name: 0 },
  list_resources: { method: 'resources/list', name: 0 },
  list_resource_templates: { method: 'resources/templates/list', name: 0 },
  get_prompt: { method: 'prompts/get', name: 0 },
  list_prompts: { method: 'prompts/list', name: 0 },
  completion: { method: 'completion/complete', name: 0 },
};

/** A decorator as it is written: `@object.method`, with what it is called with, if it is. */
interface Decorator {
  expr: Expr;
  at: At;
  object: Expr | null;
  method: string;
  call: Call | null;
  function: { file: string; index: number };
}

function* decorators(program: Resolved): Iterable<Decorator> {
  for (const [file, summary] of program.files) {
    const { language, functions, calls } = summary;
    if (language !== 'python') continue;
    for (const index of decoratedIn(summary)) {
      const f = functions[index]!;
      for (const expr of f.decorators) {
        const call = expr.kind === 'call' ? calls[expr.call]! : null;
        const what = call ? call.callee : expr;
        if (what.kind !== 'member' && what.kind !== 'name') continue;
        yield { expr: what, at: { file, function: f.parent ?? 0, offset: f.span.start }, object: what.kind === 'member' ? what.object : null, method: what.name, call, function: { file, index } };
      }
    }
  }
}

/** `@mcp.tool`, `@mcp.tool(name='x')`, `mcp.add_tool(fn)`, `mcp.tool()(fn)`, for tools, resources and prompts. */
export function* pythonRegistrations(program: Resolved): Iterable<Found> {
  for (const d of decorators(program)) {
    const { file, index } = d.function;
    const handler = { expr: { kind: 'function', function: index } as const, at: { file, function: d.at.function, offset: d.at.offset } };
    const own = { handler, file, span: program.functionOf(d.function).span, call: d.call, at: d.at };
    const alone = d.object === null || !(d.method in kinds) ? standaloneKind(program, d) : null;
    if (alone) yield* complete(program, read(program, alone, 'fastmcp', own, null));
    else if (d.object === null) for (const { object, kind } of methodsMeant(program, d)) yield* onServer(program, object, kind, own);
    else if (d.method === 'tool' || d.method === 'resource' || d.method === 'prompt') yield* onServer(program, { expr: d.object, at: d.at }, kinds[d.method]!, own);
  }
  yield* added(program);
  yield* givenToServer(program);
}

/** `FastMCP('x', tools=[read, write])`. */
function* givenToServer(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, ['FastMCP', 'MCPServer'])) {
    const { keywords, function: fn, span, decorator } = program.callOf(ref);
    const tools = keywords.find((k) => k.name === 'tools')?.value;
    if (!tools || decorator || program.files.get(ref.file)!.language !== 'python') continue;
    const at = { file: ref.file, function: fn, offset: span.start };
    const list = trace(program, { expr: tools, at }, null);
    if (list.expr.kind !== 'array' || list.expr.many) continue;
    for (const item of list.expr.items) {
      for (const own of handedOver(program, { expr: item, at: list.at }, { file: ref.file, span, call: null, at: list.at })) yield* onServer(program, { expr: { kind: 'call', call: ref.index }, at }, 'tool', own);
    }
  }
}

/** `tool = mcp.tool`, and a parameter that is given one. */
function methodsMeant(program: Resolved, { expr, at }: Decorator): { object: Thing; kind: HandlerKind }[] {
  const name: Thing = { expr, at };
  const { kind } = trace(program, name, null).expr;
  if (kind !== 'member' && kind !== 'parameter') return [];
  return alternatives(program, name, null).flatMap(({ env }) => {
    const { expr: method, at: there } = trace(program, name, env);
    return method.kind === 'member' && (method.name === 'tool' || method.name === 'resource' || method.name === 'prompt') ? [{ object: { expr: method.object, at: there }, kind: kinds[method.name]! }] : [];
  });
}

function standaloneKind(program: Resolved, { expr, at }: Decorator): HandlerKind | null {
  const value = program.resolve(expr, at);
  return value.kind === 'external' ? (standalone[value.name] ?? null) : null;
}

interface Own {
  handler: Thing;
  /** Said by position. */
  name?: Thing;
  file: string;
  span: Call['span'];
  call: Call | null;
  at: At;
}

/** One handler for each server that the object can be, under each name that this server is mounted with. */
function* onServer(program: Resolved, object: Thing, kind: HandlerKind, own: Own): Iterable<Found> {
  if (isLowLevel(program, object)) return;
  const servers = alternatives(program, object, null).map(({ env }) => ({ env, dialect: serverOf(program, object, env) }));
  const known = servers.filter((s) => s.dialect !== null && s.dialect !== 'unknown');
  const dialect = known[0]?.dialect ?? (servers.some((s) => s.dialect === 'unknown') ? looksLikeServer(program, object) : null);
  if (dialect === null || dialect === 'unknown') return;
  const prefixes = new Set((known.length > 0 ? known : servers.slice(0, 1)).flatMap(({ env }) => prefixesOf(program, object, env)));
  for (const prefix of prefixes) yield* complete(program, read(program, kind, dialect, own, mountedUnder(kind, prefix)));
}

/** The SDK's low-level server, which has `list_tools` and `call_tool`, but no `tool`: a module that asks for one cannot be loaded. */
function isLowLevel(program: Resolved, { expr, at }: Thing): boolean {
  const value = program.resolve(expr, at);
  return value.kind === 'external' && /^mcp\.server\.(?:lowlevel\.(?:server\.)?)?Server$/.test(value.name);
}

function read(program: Resolved, kind: HandlerKind, dialect: Found['dialect'], { handler, name, file, span, call, at }: Own, prefix: { prefix: string | null } | null): Registration {
  const place = call ? { ...at, function: call.function, offset: call.span.start } : at;
  const keyword = (name: string): Thing | null => {
    const found = call?.keywords.find((k) => k.name === name);
    return found ? { expr: found.value, at: place } : null;
  };
  const [first] = call?.args ?? [];
  // the first argument of `tool` and `prompt` is a name, that of `resource` its URI
  const positional = kind !== 'resource' && first && (first.kind === 'literal' || stringOf(program, { expr: first, at: place }, null) !== null) ? { expr: first, at: place } : null;
  const onLoop = keyword('run_in_thread');
  // `mcp.tool(name_or_fn=fn)` says no name
  const either = keyword('name_or_fn');
  return {
    kind,
    dialect,
    file,
    span,
    env: null,
    name: keyword('name') ?? (either?.expr === handler.expr ? null : either) ?? name ?? positional,
    byFunction: true,
    ...prefix,
    handler,
    annotations: keyword('annotations'),
    schema: null,
    argumentsParameter: null,
    contextParameter: null,
    ...(onLoop && booleanOf(program, onLoop, null) === false && { onLoop: true }),
  };
}

/** `mcp.add_tool(fn, name='x')`, `mcp.add_tool(Tool.from_function(fn))`, `mcp.tool(fn)`, `mcp.tool(name='x')(fn)`, `FastMCP(tools=[fn])`. */
function* added(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, Object.keys(kinds))) {
    const { file } = ref;
    const call = program.callOf(ref);
    const { callee } = call;
    if (program.files.get(file)!.language !== 'python' || callee.kind !== 'member' || call.decorator || program.target(ref).functions.length > 0) continue;
    const at = { file, function: call.function, offset: call.span.start };
    const kind = kinds[callee.name]!;
    const object: Thing = { expr: callee.object, at };
    const handed = call.args[0] ?? call.keywords.find((k) => k.name === 'fn' || k.name === 'tool' || k.name === 'name_or_fn')?.value;
    const curried = curriedBy(program, ref);
    if (curried) {
      const found = curried.args[0] ? [...onServer(program, object, kind, { handler: { expr: curried.args[0], at }, file, span: curried.span, call, at })] : [];
      yield* curried.loop !== null && found.length === 1 ? found.map((f) => (isOfMany(program, f) ? { ...f, name: null } : f)) : found;
    } else if (handed && (callee.name.startsWith('add_') || handed.kind !== 'literal')) {
      for (const one of handedOver(program, { expr: handed, at }, { file, span: call.span, call, at })) yield* onServer(program, object, kind, one);
    }
  }
}

/** It has the name of a function that is made anew in each round of a loop: each is called otherwise (`handler.__name__ = name`). */
const isOfMany = (program: Resolved, { name, function: fn }: Found): boolean => fn !== null && program.functionOf(fn).name === name && (program.functionOf(fn).parent ?? 0) !== 0;

/** A function, or the object that `Tool.from_function(fn, name=…)` makes of it. */
function handedOver(program: Resolved, handed: Thing, own: Omit<Own, 'handler'>): Own[] {
  const traced = trace(program, handed, null);
  const made = traced.expr.kind === 'call' ? program.files.get(traced.at.file)!.calls[traced.expr.call]! : null;
  const second = own.call?.args[1];
  const name = second && own.call?.callee.kind === 'member' && own.call.callee.name === 'add_tool' ? { name: { expr: second, at: own.at } } : {};
  if (!made || made.decorator || isGetattr(made.callee, traced.at)) return [{ ...own, ...name, handler: handed }];
  const place = { file: traced.at.file, function: made.function, offset: made.span.start };
  // `bound = partial(fn, vault)` has no name of its own
  const isBound = lastName(made.callee) === 'partial' && program.resolve(made.callee, place).kind === 'external';
  if (isBound) return 'name' in name || own.call?.keywords.some((k) => k.name === 'name') ? [{ ...own, ...name, handler: handed }] : [];
  const fn = made.callee.kind === 'member' && made.callee.name.startsWith('from_') ? made.args[0] : undefined;
  const inner = fn ? { expr: fn, at: place } : partOf(program, traced, 'fn', null);
  // `mcp.add_tool(make(spec))`: a function that the author's own makes
  if (!inner) return program.resolve(made.callee, place).kind === 'function' ? [{ ...own, ...name, handler: handed }] : [];
  const said = made.keywords.some((k) => k.name === 'name') ? { call: { ...made, args: [] }, at: place } : {};
  return [{ ...own, handler: inner, ...said }];
}

/** `@server.call_tool()`, `Server(on_call_tool=…)`. */
export function* pythonAnswers(program: Resolved): Iterable<Answer> {
  for (const { method, object, at, function: fn } of decorators(program)) {
    const answer = answers[method];
    if (!answer || !object) continue;
    const dialect = dialectOf(program, { expr: object, at });
    if (dialect === null) continue;
    const { span, class: owner } = program.functionOf(fn);
    yield { method: answer.method, file: fn.file, span, dialect, handler: { function: fn, env: null }, nameAt: { parameter: answer.name, path: [] }, argumentsParameter: owner === null ? 1 : 2, contextParameter: null };
  }
  yield* handed(program);
  for (const [file, { language, calls }] of program.files) {
    if (language !== 'python' || isTest(file)) continue;
    for (const call of calls) if (call.keywords.some((k) => k.name.startsWith('on_'))) yield* ofKeywords(program, file, call);
  }
}

/** `server.list_tools()(self.list_tools)`: a decorator that is called, as a class does with its own methods. */
function* handed(program: Resolved): Iterable<Answer> {
  for (const ref of callsNamed(program, Object.keys(answers))) {
    const { file } = ref;
    const call = program.callOf(ref);
    const summary = program.files.get(file)!;
    if (summary.language !== 'python' || call.callee.kind !== 'member' || call.decorator || isTest(file)) continue;
    const given = summary.calls.find((c) => c.callee.kind === 'call' && c.callee.call === ref.index);
    const [handler] = given?.args ?? [];
    const at = { file, function: call.function, offset: call.span.start };
    const dialect = given && handler ? dialectOf(program, { expr: call.callee.object, at }) : null;
    const run = dialect && runOf(program, { expr: handler!, at }, null);
    if (!dialect || !run) continue;
    const { method, name } = answers[call.callee.name]!;
    const ran = program.functionOf(run.function);
    const { class: owner } = ran;
    if (owner !== null && isFramework(program, program.files.get(run.function.file)!.classes[owner]!.name)) continue;
    const self = owner === null || isStaticMethod(ran) ? 0 : 1;
    yield { method, file, span: given!.span, dialect, handler: run, nameAt: { parameter: name + self, path: [] }, argumentsParameter: 1, contextParameter: null };
  }
}

/** A class of servers to which others add their tools, or a part of one: what its lists do depends on these. */
function isFramework(program: Resolved, name: string): boolean {
  const extendsIt = (base: Expr) => (base.kind === 'name' || base.kind === 'member') && base.name === name;
  return [...program.files.values()].some(({ classes }) => classes.some((c) => (c.name === name || c.bases.some(extendsIt)) && c.methods.some((m) => m.name === 'tool' || m.name === 'add_tool')));
}

function* ofKeywords(program: Resolved, file: string, call: Call): Iterable<Answer> {
  const at = { file, function: call.function, offset: call.span.start };
  const value = program.resolve(call.callee, at);
  if (value.kind !== 'external' || !/^mcp\.server\b.*\bServer$/.test(value.name)) return;
  for (const { name, value: handler } of call.keywords) {
    const answer = answers[name.replace(/^on_/, '')];
    if (!name.startsWith('on_') || !answer) continue;
    yield { method: answer.method, file, span: call.span, dialect: 'sdk-v2', handler: { expr: handler, at }, nameAt: { parameter: 1, path: ['name'] }, argumentsParameter: 1, contextParameter: 0 };
  }
}

function dialectOf(program: Resolved, object: Thing): Found['dialect'] | null {
  const servers = alternatives(program, object, null).map(({ env }) => serverOf(program, object, env));
  const known = servers.find((s) => s !== null && s !== 'unknown');
  return known ?? (servers.includes('unknown') ? looksLikeServer(program, object) : null);
}
