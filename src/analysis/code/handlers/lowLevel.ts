import type { HandlerKind, Resolved } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import { bare, lastName } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import { dispatchOf } from './dispatch.ts';
import type { At, Thing } from './env.ts';
import { listedTools, type Listed } from './listing.ts';
import { partOf } from './parts.ts';
import { complete, type Found, type Registration } from './registration.ts';
import { runOf, type Run } from './runs.ts';
import { projectDialect, serverOf } from './servers.ts';
import type { NameAt } from './sentName.ts';
import { shaped } from './shapes.ts';
import { stringOf, trace } from './trace.ts';

/** A function that answers one method of the protocol. */
export interface Answer {
  method: string;
  file: string;
  span: Call['span'];
  dialect: Found['dialect'];
  handler: Thing | Run;
  /** Where its parameters have what they need. */
  nameAt: NameAt;
  contextParameter: number | null;
  argumentsParameter: number | null;
}

const methodOfSchema: Readonly<Record<string, string>> = {
  CallTool: 'tools/call',
  ListTools: 'tools/list',
  ReadResource: 'resources/read',
  ListResources: 'resources/list',
  ListResourceTemplates: 'resources/templates/list',
  GetPrompt: 'prompts/get',
  ListPrompts: 'prompts/list',
  Complete: 'completion/complete',
  Subscribe: 'resources/subscribe',
  Unsubscribe: 'resources/unsubscribe',
  SetLevel: 'logging/setLevel',
  Initialize: 'initialize',
  Ping: 'ping',
};

const kinds: Readonly<Record<string, HandlerKind>> = { 'tools/call': 'tool', 'resources/read': 'resource', 'prompts/get': 'prompt', 'tools/list': 'tools/list', 'resources/list': 'resources/list', 'prompts/list': 'prompts/list' };

/** `setRequestHandler(CallToolRequestSchema, handler)`, `setRequestHandler('tools/call', schemas?, handler)`. */
export function* requestHandlers(program: Resolved): Iterable<Answer> {
  for (const ref of callsNamed(program, ['setRequestHandler'])) {
    const { file } = ref;
    const call = program.callOf(ref);
    const callee = bare(call.callee);
    if (program.files.get(file)!.language === 'python' || callee.kind !== 'member' || program.target(ref).functions.length > 0) continue;
    const at = { file, function: call.function, offset: call.span.start };
    const answer = readCall(program, call, { expr: callee.object, at }, at);
    if (answer) yield answer;
  }
}

function readCall(program: Resolved, { args, span }: Call, object: Thing, at: At): Answer | null {
  const [what, second, third] = args;
  const method = what && methodOf(program, what, at);
  const last = third ?? second;
  if (!method || !last) return null;
  const server = serverOf(program, object, null);
  const dialect = server === 'unknown' ? projectDialect(program, at.file) : server;
  if (dialect === null) return null;
  // `(method, schemas, handler)`: the handler gets the parameters themselves
  const path = third ? ['name'] : ['params', 'name'];
  return { method, file: at.file, span, dialect, handler: { expr: last, at }, nameAt: { parameter: 0, path }, argumentsParameter: 0, contextParameter: 1 };
}

function methodOf(program: Resolved, what: Expr, at: At): string | null {
  const said = stringOf(program, { expr: what, at }, null);
  if (said !== null) return /^[a-z]+(\/[a-zA-Z]+)*$/.test(said) ? said : null;
  const value = program.resolve(what, at);
  const name = value.kind === 'external' ? value.name.slice(value.name.lastIndexOf('.') + 1) : lastName(what);
  const known = /^(\w+)RequestSchema$/.exec(name ?? '')?.[1];
  return known === undefined ? ownSchema(program, { expr: what, at }) : (methodOfSchema[known] ?? known);
}

/** `z.object({ method: z.literal('tools/call'), … })`. */
function ownSchema(program: Resolved, what: Thing): string | null {
  const method = partOf(program, what, 'method', null);
  const literal = method && trace(program, method, null);
  if (literal?.expr.kind !== 'call') return null;
  const { callee, args } = program.callOf({ file: literal.at.file, index: literal.expr.call });
  return lastName(callee) === 'literal' && args[0] ? stringOf(program, { expr: args[0], at: literal.at }, null) : null;
}

/** Handlers of a server that answers the methods itself; a dispatching one becomes one for each name. */
export function* answered(program: Resolved, answers: readonly Answer[]): Iterable<Found> {
  const rootOf = ({ file }: { file: string }) => program.projectOf(file).root;
  const unnamed: { answer: Answer; kind: 'tool' | 'prompt'; run: Run }[] = [];
  const named = new Set<string>();
  for (const answer of answers) {
    const kind = kinds[answer.method] ?? 'other';
    if (kind !== 'tool' && kind !== 'prompt') {
      yield* complete(program, { ...registration(answer, kind), name: kind === 'resource' ? null : answer.method });
      continue;
    }
    const { handler } = answer;
    const run = 'function' in handler ? handler : runOf(program, handler, null);
    if (!run) {
      yield* complete(program, registration(answer, kind));
      continue;
    }
    const lists = answers.filter((a) => a.method === (kind === 'tool' ? 'tools/list' : 'prompts/list'));
    const own = lists.filter((l) => l.file === answer.file);
    const listed = (own.length > 0 ? own : lists.filter((l) => rootOf(l) === rootOf(answer))).flatMap((l) => listedTools(program, l.handler, kind === 'tool' ? 'tools' : 'prompts'));
    const found = [...dispatched(program, answer, kind, run, listed)];
    yield* found;
    if (found.length === 0) unnamed.push({ answer, kind, run });
    for (const { name } of found) named.add(`${kind} ${name} ${rootOf(answer)}`);
  }
  for (const { answer, kind, run } of unnamed) {
    // what is known already is another server's
    for (const found of kind === 'tool' ? shaped(program, answer.file, run.function) : []) {
      const key = `tool ${found.name} ${rootOf(answer)}`;
      if (!named.has(key)) yield found;
      named.add(key);
    }
    // nothing is known of what it offers, unless that was found
    yield* complete(program, { ...registration(answer, kind), onLoop: program.functionOf(run.function).async, kind: 'other', name: answer.method, handler: run });
  }
}

/** One for each name that it answers to, or that is listed; none where no name is known. */
function* dispatched(program: Resolved, answer: Answer, kind: 'tool' | 'prompt', run: Run, list: readonly (Listed | null)[]): Iterable<Found> {
  const listed = list.filter((one) => one !== null);
  // what it hands on to stays on its thread: the loop's, if it is async itself
  const { async: isAsync } = program.functionOf(run.function);
  const whole = { ...registration(answer, kind), onLoop: isAsync };
  const byName = dispatchOf(program, run, answer.nameAt);
  const { cases, guarded } = byName.cases.length > 0 ? byName : dispatchOf(program, run, answer.nameAt, { listed: new Set(listed.map((l) => l.name)) });
  const names = new Set<string>();
  // what is answered without being listed is not among the tools that a client sees, if all of the list is known
  const isListed = (name: string) => listed.length < list.length || listed.length < cases.length / 2 || listed.some((l) => l.name === name);
  for (const { name, run: own, place, branch, notMine, offloaded } of cases) {
    if (names.has(name)) continue;
    names.add(name);
    const said = listed.find((l) => l.name === name);
    const [found] = complete(program, { ...whole, ...place, kind: isListed(name) ? kind : 'other', name, handler: own, annotations: said?.annotations ?? null, schema: said?.schema ?? null });
    if (found) yield { ...found, async: found.async || isAsync, threaded: found.threaded || offloaded === true, branch, notMine };
  }
  for (const said of listed) {
    if (names.has(said.name)) continue;
    names.add(said.name);
    const [found] = complete(program, { ...whole, ...said.place, name: said.name, handler: run, env: said.env, annotations: said.annotations, schema: said.schema });
    if (found) yield { ...found, notMine: guarded };
  }
}

const registration = ({ dialect, file, span, handler, argumentsParameter, contextParameter }: Answer, kind: HandlerKind): Registration => ({ kind, dialect, file, span, env: null, name: null, handler, annotations: null, schema: null, argumentsParameter, contextParameter });
