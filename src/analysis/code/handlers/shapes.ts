import { perSummary } from '../perFile.ts';
import type { HandlerKind, Resolved } from '../program.ts';
import type { Expr, FileSummary } from '../summary.ts';
import { isTest } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import type { At, Thing } from './env.ts';
import { partOf } from './parts.ts';
import { complete, type Found } from './registration.ts';
import { runOfPart, type Run } from './runs.ts';
import { projectDialect } from './servers.ts';

/** How the function of a tool that is an object is called. */
const runNames = ['handler', 'execute', 'call', 'run', 'callback', 'handle', 'invoke', 'fn', 'func', 'cb'];
const schemaNames = ['inputSchema', 'input_schema', 'parameters', 'input', 'schema', 'paramsSchema', 'args'];

const definers: Readonly<Record<string, HandlerKind>> = { tool: 'tool', defineTool: 'tool', createTool: 'tool', appTool: 'tool', resource: 'resource', defineResource: 'resource', createResource: 'resource', prompt: 'prompt', definePrompt: 'prompt', createPrompt: 'prompt' };

/**
 * What a framework's own function makes of a name and a description, and what it registers later by ways of its own:
 * `tool('search', { input, handler })`, `defineTool({ name: 'search', execute })`.
 */
export function* defined(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, Object.keys(definers))) {
    const { callee, args, span, function: fn } = program.callOf(ref);
    const kind = callee.kind === 'name' && program.files.get(ref.file)!.language !== 'python' ? definers[callee.name] : undefined;
    const [first, second] = args;
    const description = second ?? first;
    if (!kind || !first || !description) continue;
    const at = { file: ref.file, function: fn, offset: span.start };
    const value = program.resolve(callee, at);
    const found = value.kind === 'external' && /mcp/i.test(value.name) ? described(program, { expr: description, at }, kind) : null;
    const name = second && kind !== 'resource' ? { expr: first, at } : (found?.name ?? null);
    if (found) yield* complete(program, { ...found, span, name });
  }
}

/**
 * Objects that say a tool's name, its schema and what it runs, in the project of a function that answers `tools/call` and of
 * which nothing more is known: it chooses among them at run time.
 */
export function* shaped(program: Resolved, answer: { file: string; run: Run }): Iterable<Found> {
  const { root } = program.projectOf(answer.file);
  for (const [file, summary] of program.files) {
    if (isTest(file) || program.projectOf(file).root !== root) continue;
    for (const { expr, at } of literalsIn(summary)) {
      const found = described(program, { expr, at }, 'tool');
      if (!found?.name || !found.schema) continue;
      const around = [{ function: answer.run.function, without: [] }, ...(found.handler.around ?? [])];
      // what besides the arguments it is given is the author's own affair
      yield* complete(program, { ...found, name: found.name, handler: { ...found.handler, around }, dialect: 'other', contextParameter: null }).filter((f) => f.name !== null);
    }
  }
}

function described(program: Resolved, thing: Thing, kind: HandlerKind) {
  const run = runNames.reduce<Run | null>((found, name) => found ?? (partOf(program, thing, name, null) && runOfPart(program, thing, name, null)), null);
  if (!run) return null;
  const { file } = thing.at;
  return {
    ...{ kind, dialect: projectDialect(program, file) ?? ('other' as const), file, env: null, handler: run },
    span: thing.expr.kind === 'object' ? thing.expr.span : program.functionOf(run.function).span,
    name: partOf(program, thing, 'name', null),
    annotations: partOf(program, thing, 'annotations', null),
    schema: schemaNames.reduce<Thing | null>((found, name) => found ?? partOf(program, thing, name, null), null),
    argumentsParameter: 0,
    contextParameter: 1,
  };
}

/** Object literals of a file that have a `name`, a function and a schema, by the names of their properties. */
const literalsIn = perSummary((summary: FileSummary): Thing[] => {
  const found: Thing[] = [];
  const { file } = summary;
  const look = (expr: Expr, at: At): void => {
    if (expr.kind === 'object') {
      const has = (names: readonly string[]) => expr.properties.some((p) => names.includes(p.name));
      if (has(['name']) && has(runNames) && has(schemaNames)) found.push({ expr, at });
      else for (const { value } of expr.properties) look(value, at);
    } else if (expr.kind === 'array') for (const item of expr.items) look(item, at);
    else if (expr.kind === 'as') look(expr.value, at);
  };
  for (const { values, scope, span } of summary.bindings) for (const value of values) look(value, { file, function: scope, offset: span.start });
  for (const { value } of summary.exports) if (value) look(value, { file, function: 0, offset: -1 });
  for (const call of summary.calls) for (const arg of call.args) look(arg, { file, function: call.function, offset: call.span.start });
  for (const [index, { returned, span }] of summary.functions.entries()) for (const value of returned) look(value, { file, function: index, offset: span.end - 1 });
  for (const { fields, scope, span } of summary.classes) for (const { values, functions } of fields) for (const [i, value] of values.entries()) look(value, { file, function: functions?.[i] ?? scope, offset: functions?.[i] === undefined ? span.start : -1 });
  return found;
});
