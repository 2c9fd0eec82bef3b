import type { Handler, HandlerKind, Resolved } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import { bare } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import type { At, Thing } from './env.ts';
import { blockOf } from './expand.ts';
import { placeOfCall } from './given.ts';
import { partOf } from './parts.ts';
import { perSummary } from '../perFile.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import { complete, type Found, type Registration } from './registration.ts';
import { runOf } from './runs.ts';
import { looksLikeServer, projectDialect, serverOf } from './servers.ts';
import { stringOf, trace } from './trace.ts';

const methods: Readonly<Record<string, HandlerKind>> = {
  tool: 'tool',
  registerTool: 'tool',
  registerToolTask: 'tool',
  registerAppTool: 'tool',
  resource: 'resource',
  registerResource: 'resource',
  registerAppResource: 'resource',
  prompt: 'prompt',
  registerPrompt: 'prompt',
};

/** TypeScript SDK, v1 and v2: `server.registerTool(name, config, handler)`, `server.tool(name, …, handler)` and what is like them. */
export function* sdkRegistrations(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, Object.keys(methods))) {
    const { file } = ref;
    if (program.files.get(file)!.language === 'python') continue;
    const call = program.callOf(ref);
    const at = { file, function: call.function, offset: call.span.start };
    const read = readCall(program, call, at, ref.index);
    if (read && !takenBack(program.files.get(file)!).has(ref.index)) yield* complete(program, read);
  }
  yield* bound(program);
  yield* templateLists(program);
}

/** `const register = server.registerTool.bind(server)`: calls of `register`. */
function* bound(program: Resolved): Iterable<Found> {
  for (const { file, index } of callsNamed(program, ['bind'])) {
    const { callee, args, function: fn, span } = program.callOf({ file, index });
    const method = callee.kind === 'member' && args.length === 1 ? bare(callee.object) : null;
    const { bindings, calls } = program.files.get(file)!;
    const kept = method?.kind === 'member' && method.name in methods ? bindings.find((b) => b.values.length === 1 && !b.reassigned && isCall(bare(b.values[0]!), index)) : undefined;
    if (!kept || method?.kind !== 'member') continue;
    const object: Thing = { expr: method.object, at: { file, function: fn, offset: span.start } };
    for (const [i, call] of calls.entries()) {
      if (call.callee.kind !== 'name' || call.callee.name !== kept.name) continue;
      const at = placeOfCall(file, call);
      if (indexOf(program.files.get(file)!).lookup(kept.name, at.function, at.offset)[0] !== kept) continue;
      const read = readCall(program, { ...call, callee: method }, at, i, object);
      // what stands around other registrations passes on what it is given
      if (read) yield* complete(program, read).filter((f) => f.name !== null || f.file !== file || f.span.start !== call.span.start);
    }
  }
}

const isCall = (expr: Expr, call: number): boolean => expr.kind === 'call' && expr.call === call;

/** `server.registerTool(…).remove()`: what a server needs to have had once. */
const takenBack = perSummary(({ calls }): ReadonlySet<number> => new Set(calls.flatMap(({ callee }) => (callee.kind === 'member' && callee.name === 'remove' && callee.object.kind === 'call' ? [callee.object.call] : []))));

/** `new ResourceTemplate(uri, { list })`: what lists the resources of a template runs for each `resources/list`. */
function* templateLists(program: Resolved): Iterable<Found> {
  for (const { file, index } of callsNamed(program, ['ResourceTemplate'])) {
    const { args, isNew, span, function: fn } = program.callOf({ file, index });
    const at = { file, function: fn, offset: span.start };
    const list = isNew && args[1] ? partOf(program, { expr: args[1], at }, 'list', null) : null;
    const dialect = projectDialect(program, file);
    const run = list && dialect !== null && program.target({ file, index }).functions.length === 0 ? runOf(program, list, null) : null;
    if (run) yield* complete(program, { kind: 'resources/list', dialect: dialect!, file, span, env: null, name: 'resources/list', handler: run, annotations: null, schema: null, argumentsParameter: null, contextParameter: 0 });
  }
}

/** `on`: what the method is of, where that is said elsewhere. */
function readCall(program: Resolved, call: Call, at: At, index: number, on?: Thing): Registration | null {
  const callee = bare(call.callee);
  if (callee.kind !== 'member' && callee.kind !== 'name') return null;
  const { name: method } = callee;
  const app = method.startsWith('registerApp');
  const [object, args] = app ? [call.args[0], call.args.slice(1)] : [callee.kind === 'member' ? callee.object : null, call.args];
  if (!object || args.length < 2 || args.length > 6) return null;
  const dialect = dialectOf(program, on ?? { expr: object, at }, method, args, at, index);
  if (dialect === null) return null;
  const kind = methods[method]!;
  const last = args.at(-1)!;
  const handler = handlerOf(program, { expr: last, at }, method);
  const between = args.slice(1, -1);
  const common = { kind, dialect, file: at.file, span: call.span, env: null, name: { expr: args[0]!, at }, handler };
  if (kind === 'resource') return { ...common, annotations: null, schema: null, ...resourcePositions(program, between[0], at) };
  if (method === 'tool' || method === 'prompt') return { ...common, ...legacyParts(program, between, at) };
  const config: Thing | null = between[0] ? { expr: between[0], at } : null;
  const schema = config && partOf(program, config, kind === 'prompt' ? 'argsSchema' : 'inputSchema', null);
  const traced = config && trace(program, config, null).expr;
  // a config that cannot be seen has a schema, as nearly all have
  const seen = traced?.kind === 'object' && traced.spread.length === 0 ? traced : null;
  const without = schema === null && (traced === null || seen !== null);
  const annotations: Thing | null = config && (!seen || seen.properties.some((p) => p.name === 'annotations')) ? { expr: { kind: 'member', object: config.expr, name: 'annotations' }, at } : null;
  return { ...common, annotations, schema: schema ?? (without || !config ? null : { expr: { kind: 'member', object: config.expr, name: 'inputSchema' }, at }), ...positions(!without) };
}

/** The handler gets `(args, extra)`; without a schema it gets `(extra)`. */
const positions = (withArguments: boolean) => (withArguments ? { argumentsParameter: 0, contextParameter: 1 } : { argumentsParameter: null, contextParameter: 0 });

/** `(uri, extra)`; of a template `(uri, variables, extra)`. */
function resourcePositions(program: Resolved, uri: Expr | undefined, at: At) {
  const traced = uri ? trace(program, { expr: uri, at }, null) : null;
  const made = traced?.expr.kind === 'call' ? program.files.get(traced.at.file)!.calls[traced.expr.call]! : null;
  const isTemplate = made?.isNew === true && made.callee.kind !== 'call' && 'name' in made.callee && made.callee.name === 'ResourceTemplate';
  return isTemplate ? { argumentsParameter: 1, contextParameter: 2 } : { argumentsParameter: 0, contextParameter: 1 };
}

const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];

/** `(name, description?, schema?, annotations?, handler)`. */
function legacyParts(program: Resolved, between: readonly Expr[], at: At): Pick<Registration, 'annotations' | 'schema' | 'argumentsParameter' | 'contextParameter'> {
  const rest = between.filter((expr) => stringOf(program, { expr, at }, null) === null && expr.kind !== 'template' && expr.kind !== 'binary');
  const isHints = (expr: Expr) => hints.some((h) => partOf(program, { expr, at }, h, null) !== null);
  const annotations = rest.find(isHints);
  // a description that is no constant is a name, a schema mostly an object or a call
  const schema = rest.find((expr) => expr !== annotations && !(rest.length > 1 && expr === rest[0] && between.length >= 2 && expr === between[0]));
  return { annotations: annotations ? { expr: annotations, at } : null, schema: schema ? { expr: schema, at } : null, ...positions(schema !== undefined) };
}

/** A task's tool has several functions; the first that is called is the one that makes the task. */
function handlerOf(program: Resolved, last: Thing, method: string): Thing {
  if (method !== 'registerToolTask') return partOf(program, last, 'handler', null) ?? last;
  return partOf(program, last, 'createTask', null) ?? last;
}

/** The dialect of the server that a method is called on; null where it is none. */
function dialectOf(program: Resolved, object: Thing, method: string, args: readonly Expr[], at: At, call: number): Handler['dialect'] | null {
  // a method of the workspace's own is a wrapper: what it registers is found in it
  if (program.target({ file: at.file, index: call }).functions.length > 0) return null;
  const server = serverOf(program, object, null);
  if (server !== 'unknown') return server;
  if (!fits(program, args, handlerOf(program, { expr: args.at(-1)!, at }, method), at)) return null;
  return method.startsWith('register') ? projectDialect(program, at.file) : looksLikeServer(program, object);
}

/** A name first, a function last. */
function fits(program: Resolved, args: readonly Expr[], last: Thing, at: At): boolean {
  const name: Thing = { expr: args[0]!, at };
  if (stringOf(program, name, null) === null && !blockOf(program, name, null) && args[0]!.kind !== 'template') return false;
  return runOf(program, last, null) !== null || blockOf(program, last, null) !== null;
}
