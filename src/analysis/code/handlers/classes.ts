import { perSummary } from '../perFile.ts';
import type { ClassRef, FunctionRef, HandlerKind, Resolved } from '../program.ts';
import type { Span } from '../summary.ts';
import { isTest } from './callIndex.ts';
import { type Env, type Thing } from './env.ts';
import { makers } from './expand.ts';
import { asObject, externalBases, lineage, methodOf } from './members.ts';
import { toolNameOf } from './names.ts';
import { partOf } from './parts.ts';
import { isServer } from './registered.ts';
import { complete, type Found } from './registration.ts';
import { projectDialect } from './servers.ts';

interface Shape {
  kind: HandlerKind;
  dialect: Found['dialect'];
  run: readonly string[];
}

const framework: Readonly<Record<string, Shape>> = {
  'mcp-framework.MCPTool': { kind: 'tool', dialect: 'mcp-framework', run: ['execute'] },
  'mcp-framework.MCPResource': { kind: 'resource', dialect: 'mcp-framework', run: ['read'] },
  'mcp-framework.MCPPrompt': { kind: 'prompt', dialect: 'mcp-framework', run: ['generateMessages'] },
};
/** What the method of a tool that is a class of the author's own is called. */
export const homeGrownMethods = ['execute', 'run', 'handle', 'call', 'invoke', '_execute', '_run', 'process', 'apply'];
const homeGrown: Shape = { kind: 'tool', dialect: 'other', run: homeGrownMethods };

/** Classes of a file that are something else, too, and not for others to extend; none of tests. */
const madeIn = perSummary(({ file, classes }) => (isTest(file) ? [] : classes.flatMap((c, index) => (c.abstract || c.kind === 'interface' || (c.bases.length === 0 && c.implements.length === 0) ? [] : [index]))));

/**
 * Tools that are classes: mcp-framework's, and those of a base that is the author's own, if they are called tools, say their
 * name and what they are for, and are not registered by a call that was found (`covered`: what runs there).
 */
export function* classRegistrations(program: Resolved, names: readonly string[], covered: ReadonlySet<string>): Iterable<Found> {
  for (const [file, summary] of program.files) {
    for (const index of madeIn(summary)) {
      const found = read(program, { file, index }, names, covered);
      if (found) yield* found;
    }
  }
}

function read(program: Resolved, ref: ClassRef, names: readonly string[], covered: ReadonlySet<string>): Found[] | null {
  const shape = shapeOf(program, ref, names);
  if (!shape) return null;
  const run = shape.run.map((name) => methodOf(program, ref, name)).find((fn) => fn !== null && !program.functionOf(fn).abstract);
  if (!run) return null;
  if (shape === homeGrown && isNeverRegistered(program, ref)) return null;
  const { classes, language } = program.files.get(ref.file)!;
  const { nameSpan, name: className } = classes[ref.index]!;
  if (shape === homeGrown && (covered.has(keyOf(run)) || covered.has(placeKey(ref.file, nameSpan)))) return null;
  const [made = null] = makers(program, ref);
  const env = asObject(program, ref, made, null);
  const self: Thing = { expr: { kind: 'this' }, at: { file: run.file, function: run.index, offset: program.functionOf(run).span.start } };
  const name = toolNameOf(program, self, env);
  if (shape === homeGrown && (name === null || !isDescribed(program, self, env))) return null;
  const part = (names: readonly string[]) => names.reduce<Thing | null>((found, one) => found ?? partOf(program, self, one, env), null);
  return complete(program, {
    kind: shape.kind,
    dialect: shape.dialect,
    file: ref.file,
    span: nameSpan,
    env,
    name: shape.kind === 'tool' || name !== null ? name : className,
    handler: { function: run, env },
    annotations: part(['annotations']),
    schema: part(['schema', 'inputSchema', 'argsShape', 'parameters', 'args_schema']),
    argumentsParameter: language === 'python' ? null : 0,
    contextParameter: shape === homeGrown && language !== 'python' ? 1 : null,
  });
}

/** Its `register` is given a server and calls nothing: a stand-in for a base that a framework once had. */
function isNeverRegistered(program: Resolved, ref: ClassRef): boolean {
  const register = [ref, ...standIns(program, ref)].reduce<FunctionRef | null>((found, one) => found ?? methodOf(program, one, 'register'), null);
  if (!register) return false;
  const { parameters, calls, abstract } = program.functionOf(register);
  return !abstract && calls.length === 0 && parameters.some(isServer);
}

/** `try: from framework import Tool`, `except ImportError: from .compat import Tool`: the workspace's own where two imports have the name of a base. */
function standIns(program: Resolved, { file, index }: ClassRef): ClassRef[] {
  const { classes, imports } = program.files.get(file)!;
  const bases = classes[index]!.bases.flatMap((b) => (b.kind === 'name' ? b.name : []));
  return imports.flatMap(({ local, imported, module }) => {
    const from = local !== null && bases.includes(local) ? program.moduleFile(file, module) : null;
    const found = from === null ? -1 : program.files.get(from)!.classes.findIndex((c) => c.name === imported);
    return from === null || found < 0 ? [] : [{ file: from, index: found }];
  });
}

export const placeKey = (file: string, span: Span): string => `${file}:${span.start}`;
export const keyOf = ({ file, index }: FunctionRef): string => `${index} ${file}`;

function shapeOf(program: Resolved, ref: ClassRef, names: readonly string[]): Shape | null {
  for (const base of externalBases(program, ref)) {
    const known = framework[base];
    if (known) return known;
  }
  const chain = lineage(program, ref).map((r) => program.files.get(r.file)!.classes[r.index]!.name);
  const written = program.files.get(ref.file)!.classes[ref.index]!.bases.flatMap((b) => ('name' in b ? b.name : []));
  if ([...chain.slice(1), ...written].some((name) => names.includes(name))) return homeGrown;
  if (![...chain, ...written].some((name) => /Tool(Base)?$/.test(name)) || projectDialect(program, ref.file) === null) return null;
  return homeGrown;
}

const parts = ['description', 'inputSchema', 'schema', 'argsShape', 'parameters', 'input_schema', 'definition'];

const isDescribed = (program: Resolved, self: Thing, env: Env) => parts.some((part) => partOf(program, self, part, env) !== null);
