import type { HandlerKind, Resolved } from '../program.ts';
import type { Call } from '../summary.ts';
import { bare } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import type { At, Env, Thing } from './env.ts';
import { itemsOf } from './items.ts';
import { opened } from './returns.ts';
import { partOf } from './parts.ts';
import { placeOf } from './places.ts';
import { complete, type Found } from './registration.ts';
import { alternatives } from './expand.ts';
import { looksLikeServer, serverOf, usesFastmcp } from './servers.ts';

const methods: Readonly<Record<string, { kind: HandlerKind; run: readonly string[] }>> = {
  addTool: { kind: 'tool', run: ['execute', 'handler'] },
  addTools: { kind: 'tool', run: ['execute', 'handler'] },
  addResource: { kind: 'resource', run: ['load', 'read', 'handler'] },
  addResources: { kind: 'resource', run: ['load', 'read', 'handler'] },
  addResourceTemplate: { kind: 'resource', run: ['load', 'read', 'handler'] },
  addPrompt: { kind: 'prompt', run: ['load', 'handler'] },
  addPrompts: { kind: 'prompt', run: ['load', 'handler'] },
};

/** npm's fastmcp and what follows it: `server.addTool({ name, parameters, execute })`, `server.addTools([…])`. */
export function* fastmcpRegistrations(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, Object.keys(methods))) {
    const { file } = ref;
    if (program.files.get(file)!.language === 'python') continue;
    const call = program.callOf(ref);
    const callee = bare(call.callee);
    if (callee.kind !== 'member') continue;
    const at = { file, function: call.function, offset: call.span.start };
    if (program.target(ref).functions.length > 0) continue;
    const server = serverOf(program, { expr: callee.object, at }, null);
    const guess = server === 'unknown' ? looksLikeServer(program, { expr: callee.object, at }) : server;
    if (guess === null) continue;
    // the official SDK's servers have no such methods
    const dialect = server === 'unknown' && usesFastmcp(program, file) ? 'fastmcp' : guess;
    yield* read(program, call, at, callee.name, dialect);
  }
}

function* read(program: Resolved, call: Call, at: At, method: string, dialect: Found['dialect']): Iterable<Found> {
  const { kind, run } = methods[method]!;
  const [first] = call.args;
  if (!first) return;
  const whole: Thing = { expr: first, at };
  const each = method.endsWith('s')
    ? alternatives(program, whole, null).flatMap(({ env }) => itemsOf(program, whole, env) ?? []).map((item) => ({ ...item, place: placeOf(program, item.thing, item.env) }))
    : alternatives(program, whole, null).map(({ env, place }) => ({ ...opened(program, { thing: whole, env }), place }));
  for (const { thing, env, place } of each) {
    const handler = firstPart(program, thing, run, env);
    const name = partOf(program, thing, 'name', env) ?? partOf(program, thing, 'uriTemplate', env) ?? partOf(program, thing, 'uri', env);
    if (!handler || !name) continue;
    const named = kind === 'resource' ? { argumentsParameter: method === 'addResourceTemplate' ? 0 : null, contextParameter: null } : { argumentsParameter: 0, contextParameter: 1 };
    yield* complete(program, { kind, dialect, file: at.file, span: call.span, ...place, env, name, handler, annotations: partOf(program, thing, 'annotations', env), schema: partOf(program, thing, 'parameters', env), ...named });
  }
}

function firstPart(program: Resolved, thing: Thing, names: readonly string[], env: Env): Thing | null {
  for (const name of names) {
    const part = partOf(program, thing, name, env);
    if (part) return part;
  }
  return null;
}
