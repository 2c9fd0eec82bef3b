import { perSummary } from '../perFile.ts';
import type { FunctionRef, HandlerKind, Resolved } from '../program.ts';
import type { Expr, FileSummary } from '../summary.ts';
import { isTest } from './callIndex.ts';
import { callsNamed } from './callers.ts';
import { homeGrownMethods } from './classes.ts';
import type { Thing } from './env.ts';
import { asObject, methodOf } from './members.ts';
import { marksAsked, ownAdded, ownDecorated, registersItself } from './ownRegistrars.ts';
import { partOf } from './parts.ts';
import { complete, type Found } from './registration.ts';
import { runOfPart, type Run } from './runs.ts';
import { projectDialect } from './servers.ts';
import { listedTools } from './toolLists.ts';

/** How the function of a tool that is an object is called. */
const runNames = ['handler', 'execute', 'call', 'run', 'callback', 'handle', 'invoke', 'fn', 'func', 'function', 'cb', 'tool'];
const schemaNames = ['inputSchema', 'input_schema', 'parameters', 'input', 'schema', 'paramsSchema', 'parametersSchema', 'argsSchema', 'args_schema', 'argumentsSchema', 'zodSchema', 'requestSchema', 'args'];

/** Where some say the name and schema of a tool, beside its function: `{ definition: { name, inputSchema }, handler }`. */
const definitionNames = ['tool', 'definition', 'toolDefinition', 'def', 'spec'];

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

/** With these servers register what they choose at run time. */
const registering = ['registerTool', 'add_tool', 'addTool'];

/**
 * What is registered in ways that could not be followed, in the projects of a registration without a name or without
 * anything: objects that look like tools, and functions of Python with a decorator of the author's own that is called a tool.
 */
export function* unfollowed(program: Resolved, found: readonly Found[]): Iterable<Found> {
  const tools = found.filter((f) => f.kind === 'tool');
  const rootOf = (file: string) => program.projectOf(file).root;
  const withTools = new Set(tools.map((f) => rootOf(f.file)));
  // what answers `tools/call` itself is a tool without a name where none is found
  const nameless = found.filter((f) => f.function !== null && ((f.kind === 'tool' && f.name === null) || (f.kind === 'other' && f.name === 'tools/call' && !withTools.has(rootOf(f.file)))));
  const silent = [...callsNamed(program, registering)].filter(({ file, index }) => !isTest(file) && program.target({ file, index }).functions.length === 0 && !withTools.has(rootOf(file)) && projectDialect(program, file) !== null);
  const seen = new Set<string>();
  // of many objects that look like tools the few that were found are not all
  const written = new Map<string, number>();
  for (const [path, summary] of program.files) {
    // commands of a terminal look alike, but for what only tools of a server have
    const { length } = literalsIn(summary).filter(({ expr }) => expr.kind === 'object' && expr.properties.some((p) => /^input_?schema$/i.test(p.name)));
    if (length > 0 && !isTest(path)) written.set(rootOf(path), (written.get(rootOf(path)) ?? 0) + length);
  }
  const outnumbered = [...written].flatMap(([root, count]) => {
    const known = tools.filter((f) => rootOf(f.file) === root);
    return known.length > 0 && count > 2 * known.length ? [{ file: known[0]!.file, function: null }] : [];
  });
  for (const { file, function: around } of [...nameless, ...silent.map(({ file }) => ({ file, function: null })), ...outnumbered]) {
    const root = rootOf(file);
    if (seen.has(root)) continue;
    seen.add(root);
    yield* shaped(program, file, around);
    yield* wrapped(program, root, around);
    yield* ownDecorated(program, root);
    if (!withTools.has(root)) yield* listedTools(program, root);
  }
  for (const root of new Set([...marksAsked(program), ...registersItself(program)].map(rootOf))) {
    if (seen.has(root)) continue;
    seen.add(root);
    yield* ownDecorated(program, root);
  }
  for (const [file] of program.files) {
    const root = rootOf(file);
    if (seen.has(root) || withTools.has(root) || projectDialect(program, file) === null) continue;
    seen.add(root);
    yield* ownDecorated(program, root);
    yield* listedTools(program, root);
    yield* ownAdded(program, root);
  }
}

/** Objects that say a tool's name, its schema and what it runs, in the project of a file. `around` is what runs for each of them, having chosen it. */
export function* shaped(program: Resolved, file: string, around: FunctionRef | null): Iterable<Found> {
  const { root } = program.projectOf(file);
  for (const [path, summary] of program.files) {
    if (isTest(path) || program.projectOf(path).root !== root) continue;
    for (const { expr, at, key } of literalsIn(summary)) {
      const found = described(program, { expr, at }, 'tool');
      if (!found?.schema) continue;
      const name = found.name ?? key ?? (expr === moduleOf(summary) ? stemOf(path) : null);
      if (name === null) continue;
      const outside = [...(around ? [{ function: around, without: [] }] : []), ...(found.handler.around ?? [])];
      // what besides the arguments it is given is the author's own affair
      yield* complete(program, { ...found, name, handler: { ...found.handler, around: outside }, dialect: 'other', contextParameter: null }).filter((f) => f.name !== null);
    }
  }
}

/** Functions of Python that a class of another framework makes tools of: `FunctionTool(search)`. */
function* wrapped(program: Resolved, root: string, around: FunctionRef | null): Iterable<Found> {
  for (const ref of callsNamed(program, ['FunctionTool', 'StructuredTool'])) {
    const { args, keywords, span, function: fn } = program.callOf(ref);
    const expr = args[0] ?? keywords.find((k) => k.name === 'func' || k.name === 'fn')?.value;
    if (!expr || program.projectOf(ref.file).root !== root || program.target(ref).external === null) continue;
    const at = { file: ref.file, function: fn, offset: span.start };
    const value = program.resolve(expr, at);
    if (value.kind !== 'function') continue;
    const name = keywords.find((k) => k.name === 'name')?.value;
    const handler: Thing = { expr: { kind: 'function', function: value.function.index }, at: { file: value.function.file, function: 0, offset: program.functionOf(value.function).span.start } };
    const found = complete(program, { kind: 'tool', dialect: 'other', file: ref.file, span, env: null, name: name ? { expr: name, at } : null, byFunction: true, handler, annotations: null, schema: null, argumentsParameter: null, contextParameter: null });
    yield* found.map((f) => (around ? { ...f, around: [{ function: around, without: [] }] } : f));
  }
}

function described(program: Resolved, thing: Thing, kind: HandlerKind) {
  const run = runNames.reduce<Run | null>((found, name) => found ?? runIn(program, thing, name), null);
  if (!run) return null;
  const { file } = thing.at;
  const apart = thing.expr.kind === 'object' && !isNamed(thing.expr) ? thing.expr.properties.find((p) => definitionNames.includes(p.name)) : undefined;
  const said = apart ? { expr: apart.value, at: thing.at } : thing;
  return {
    ...{ kind, dialect: projectDialect(program, file) ?? ('other' as const), file, env: null, handler: run },
    span: thing.expr.kind === 'object' ? thing.expr.span : program.functionOf(run.function).span,
    name: partOf(program, said, 'name', null),
    annotations: partOf(program, said, 'annotations', null),
    schema: schemaNames.reduce<Thing | null>((found, name) => found ?? partOf(program, said, name, null), null),
    argumentsParameter: 0,
    contextParameter: 1,
  };
}

/** What is written under a name: a function, or a class of which an object is made that has one. */
function runIn(program: Resolved, thing: Thing, name: string): Run | null {
  const part = partOf(program, thing, name, null);
  if (!part) return null;
  const value = program.resolve(part.expr, part.at);
  if (value.kind !== 'class') return runOfPart(program, thing, name, null);
  const made = [...homeGrownMethods, 'runTool', 'handleRequest'].map((method) => methodOf(program, value.class, method)).find((fn) => fn !== null && !program.functionOf(fn).abstract);
  return made ? { function: made, env: asObject(program, value.class, null, null) } : null;
}

/** A module with a function and a schema as an object; what lists such modules gives them the names of their files, as a rule. */
const moduleOf = perSummary(({ exports, functions }: FileSummary): Expr | null => {
  const properties = exports.flatMap(({ name, local, value }) => (value ? [{ name, value }] : local === null ? [] : [{ name, value: { kind: 'name' as const, name: local } }]));
  const has = (names: readonly string[]) => properties.some((p) => names.includes(p.name));
  return has(runNames) && has(schemaNames) ? { kind: 'object', properties, spread: [], span: functions[0]!.span } : null;
});

function hasOne({ properties }: Extract<Expr, { kind: 'object' }>, names: readonly string[]): boolean {
  for (const { name } of properties) if (names.includes(name)) return true;
  return false;
}
const isNamed = ({ properties }: Extract<Expr, { kind: 'object' }>) => properties.some((p) => p.name === 'name');

const stemOf = (path: string) => path.split(/[\\/]/).at(-1)!.replace(/\.[cm]?[jt]sx?$/, '');

/** `key`: the name under which it stands in a table. */
type Described = Thing & { key?: string };

/** Object literals of a file that have a `name` or a description under one, a function and a schema, by the names of their properties. */
const literalsIn = perSummary((summary: FileSummary): Described[] => {
  const found: Described[] = [];
  const { file } = summary;
  const module = moduleOf(summary);
  if (module) found.push({ expr: module, at: { file, function: 0, offset: -1 } });
  const look = (expr: Expr, fn: number, offset: number): void => {
    if (expr.kind === 'object') {
      if (hasOne(expr, runNames) && hasOne(expr, isNamed(expr) ? schemaNames : definitionNames)) found.push({ expr, at: { file, function: fn, offset } });
      else {
        for (const { name: key, value } of expr.properties) {
          if (value.kind === 'object' && !isNamed(value) && hasOne(value, ['description']) && hasOne(value, runNames) && hasOne(value, schemaNames)) found.push({ expr: value, at: { file, function: fn, offset }, key });
          else look(value, fn, offset);
        }
      }
    } else if (expr.kind === 'array') for (const item of expr.items) look(item, fn, offset);
    else if (expr.kind === 'as') look(expr.value, fn, offset);
  };
  const lookAll = (exprs: readonly Expr[], fn: number, offset: number) => {
    for (let i = 0; i < exprs.length; i++) look(exprs[i]!, fn, offset);
  };
  summary.bindings.forEach(({ values, scope, span }) => lookAll(values, scope, span.start));
  for (const { value } of summary.exports) if (value) look(value, 0, -1);
  summary.calls.forEach(({ args, function: fn, span }) => lookAll(args, fn, span.start));
  summary.functions.forEach(({ returned, span }, index) => lookAll(returned, index, span.end - 1));
  for (const { fields, scope, span } of summary.classes) for (const { values, functions } of fields) for (const [i, value] of values.entries()) look(value, functions?.[i] ?? scope, functions?.[i] === undefined ? span.start : -1);
  return found;
});
