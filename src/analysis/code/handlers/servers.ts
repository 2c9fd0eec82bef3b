import type { ClassRef, Handler, Resolved } from '../program.ts';
import { nameOf, type FileSummary } from '../summary.ts';
import { isWithin } from './around.ts';
import { bare, isTest } from './callIndex.ts';
import type { Env, Thing } from './env.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import { externalBases } from './members.ts';
import { threaded } from './threads.ts';
import { trace } from './trace.ts';

type Dialect = Handler['dialect'];

/** Classes of the SDKs whose objects are servers or routers, by their names in the resolver. */
function dialectOfClass(name: string): Dialect | null {
  if (/^@modelcontextprotocol\/sdk\.(McpServer|Server)\b/.test(name)) return 'sdk-v1';
  if (/^@modelcontextprotocol\/(server|core|node)\b.*\.(McpServer|Server)\b/.test(name)) return 'sdk-v2';
  if (/^(fastmcp|litemcp)\b.*\b(FastMCP|LiteMCP|FastMCPRouter)\b/.test(name)) return 'fastmcp';
  if (/^mcp\.server\b.*\bMCPServer\b/.test(name)) return 'sdk-v2';
  if (/^mcp\.server\b.*\b(FastMCP|Server)\b/.test(name)) return 'sdk-v1';
  if (/mcp/i.test(name) && /\b(\w*McpServer|\w*MCPServer|FastMCP|Server)\b/.test(name)) return 'other';
  return null;
}

/** Whether an object is an MCP server: its dialect; `unknown` where nothing is known of it; null for anything else. */
export function serverOf(program: Resolved, object: Thing, env: Env): Dialect | 'unknown' | null {
  let value = program.resolve(object.expr, object.at);
  if (value.kind === 'unknown') {
    const traced = trace(program, object, env);
    value = program.resolve(traced.expr, traced.at);
  }
  switch (value.kind) {
    case 'external':
      // `mcp: object`: anything
      return dialectOfClass(value.name) ?? (/mcp/i.test(value.name) || value.name === 'object' ? 'unknown' : null);
    case 'instance': {
      const { file, index } = value.class;
      const found = externalBases(program, value.class).map(dialectOfClass).find((d) => d !== null) ?? (passesOn(program, value.class) ? projectDialect(program, file) : null);
      return found ?? (program.files.get(file)!.classes[index]!.kind === 'interface' ? 'unknown' : null);
    }
    case 'unknown':
      return ofValues(program, trace(program, object, env), env) ?? 'unknown';
    default:
      return null;
  }
}

/** `app = FastMCP()`, and then `app = tasks.register(app)`: what it was made as. */
function ofValues(program: Resolved, { expr, at }: Thing, env: Env): Dialect | null {
  if (expr.kind !== 'name') return null;
  const { values, scope, span } = indexOf(program.files.get(at.file)!).lookup(expr.name, at.function, at.offset)[0] ?? { values: [], scope: 0, span: { start: 0 } };
  const made = values.filter((v) => v.kind === 'call' && !program.files.get(at.file)!.calls[v.call]!.args.some((a) => a.kind === 'name' && a.name === expr.name));
  if (values.length < 2 || made.length !== 1) return null;
  const dialect = serverOf(program, { expr: made[0]!, at: { ...at, function: scope, offset: span.start } }, env);
  return dialect === 'unknown' ? null : dialect;
}

const onThreads = new WeakMap<Resolved, Map<string, boolean>>();

/**
 * Whether the project's servers are of a class of its own that puts a thread around the tools it is given, `class
 * Server(FastMCP): def add_tool(self, fn): super().add_tool(in_thread(fn))`; or may be of `MCPServer`, which does so, where
 * it takes whichever of both is there.
 */
export function addsOnThreads(program: Resolved, file: string): boolean {
  const { root } = program.projectOf(file);
  let ofProgram = onThreads.get(program);
  if (!ofProgram) onThreads.set(program, (ofProgram = new Map<string, boolean>()));
  let found = ofProgram.get(root);
  if (found === undefined) ofProgram.set(root, (found = [...program.files.values()].some((summary) => program.projectOf(summary.file).root === root && hasThreadedServer(program, summary))));
  return found;
}

function hasThreadedServer(program: Resolved, { file, language, imports, functions, calls }: FileSummary): boolean {
  if (language !== 'python' || isTest(file)) return false;
  if (imports.some(({ module, imported }) => imported === 'MCPServer' && /^mcp\.server\b/.test(module)) && threaded('sdk-v1', { mcp: '2', ...program.projectOf(file).versions })) return true;
  // itself, or a function of the file that it calls, with those within
  return functions.some(({ class: owner, name, calls: own }, add) => {
    if (owner === null || name !== 'add_tool' || !externalBases(program, { file, index: owner }).some((base) => dialectOfClass(base) !== null)) return false;
    const helpers = own.flatMap((index) => program.target({ file, index }).functions).filter((fn) => fn.file === file);
    return calls.some(({ function: at }, index) => [add, ...helpers.map((fn) => fn.index)].some((fn) => isWithin(functions, fn, at)) && program.target({ file, index }).offloads);
  });
}

/** A class of the author's own whose `tool` decorates with that of the server that it has: `return self._app.tool(*args)`. */
function passesOn(program: Resolved, { file, index }: ClassRef): boolean {
  const { functions, calls, language } = program.files.get(file)!;
  const own = functions.findIndex((f) => f.class === index && f.name === 'tool');
  return language === 'python' && own >= 0 && calls.some(({ function: fn, callee }) => fn === own && callee.kind === 'member' && callee.name === 'tool' && callee.object.kind === 'member' && callee.object.object.kind === 'name' && callee.object.object.name === 'self');
}

const packages = /^@modelcontextprotocol\/|^(fastmcp|litemcp|mcp-framework|mcp-handler|mcp-use|mcp-lite|mcp|fastapi_mcp|agents\/mcp)($|[./])|^@[^/]+\/(mcp-[^/]*|[^/]*-mcp|mcp)($|\/)/;

const imported = new WeakMap<FileSummary, Dialect | null>();

/** The SDK that a file imports, by the module's name; null without one. */
export function importedDialect(summary: FileSummary): Dialect | null {
  let dialect = imported.get(summary);
  if (dialect === undefined) imported.set(summary, (dialect = readImports(summary)));
  return dialect;
}

function readImports(summary: FileSummary): Dialect | null {
  let found: Dialect | null = null;
  for (const { module } of summary.imports) {
    if (!packages.test(module)) continue;
    const dialect = dialectOfModule(module);
    if (dialect !== 'other') return dialect;
    found = 'other';
  }
  return found;
}

function dialectOfModule(module: string): Dialect {
  if (module.startsWith('@modelcontextprotocol/sdk') || /^mcp\.server\.(fastmcp|lowlevel)\b/.test(module) || module === 'mcp.server' || module === 'mcp') return 'sdk-v1';
  if (module.startsWith('@modelcontextprotocol/server') || module.startsWith('mcp.server.mcpserver')) return 'sdk-v2';
  if (module.startsWith('fastmcp') || module.startsWith('litemcp')) return 'fastmcp';
  return module.startsWith('mcp-framework') ? 'mcp-framework' : 'other';
}

const known = new WeakMap<Resolved, Map<string, Set<Dialect>>>();

/** The SDKs that the files of a project import, in their order. */
function projectDialects(program: Resolved, file: string): ReadonlySet<Dialect> {
  let projects = known.get(program);
  if (!projects) {
    known.set(program, (projects = new Map<string, Set<Dialect>>()));
    for (const [path, summary] of program.files) {
      const dialect = importedDialect(summary);
      if (dialect === null || isTest(path)) continue;
      const { root } = program.projectOf(path);
      projects.set(root, (projects.get(root) ?? new Set()).add(dialect));
    }
  }
  return projects.get(program.projectOf(file).root) ?? new Set();
}

const makers = /^(?:McpServer|MCPServer|FastMCP|LiteMCP|Server)$/;
const made = new WeakMap<Resolved, Map<string, Set<Dialect>>>();

/** What a tool is of by what is around it; but where a project makes all its servers of one package, a parameter that is annotated with another's class of the same name is one of these. */
export function dialectIn(program: Resolved, file: string, found: Dialect): Dialect {
  let projects = made.get(program);
  if (!projects) {
    made.set(program, (projects = new Map<string, Set<Dialect>>()));
    for (const [path, { calls, language }] of program.files) {
      if (language !== 'python' || isTest(path)) continue;
      for (const [call, { callee, function: fn, span }] of calls.entries()) {
        if ((callee.kind !== 'name' && callee.kind !== 'member') || !makers.test(callee.name)) continue;
        const value = program.resolve({ kind: 'call', call }, { file: path, function: fn, offset: span.start });
        const dialect = value.kind === 'external' ? dialectOfClass(value.name) : null;
        const { root } = program.projectOf(path);
        if (dialect !== null) projects.set(root, (projects.get(root) ?? new Set()).add(dialect));
      }
    }
  }
  const { root, versions } = program.projectOf(file);
  const all = projects.get(root);
  if (found !== 'sdk-v1') return found;
  if (all?.size === 1 && all.has('fastmcp')) return 'fastmcp';
  // `try: from mcp.server.fastmcp import FastMCP`, and `except ImportError` the class that took its place: the newest is meant
  return versions['mcp'] === undefined && program.files.get(file)!.imports.some(({ module }) => module.startsWith('mcp.server.mcpserver')) ? 'sdk-v2' : found;
}

/** The SDK that the project of a file imports anywhere; null without one. */
export function projectDialect(program: Resolved, file: string): Dialect | null {
  const found = [...projectDialects(program, file)];
  return found.find((d) => d !== 'other') ?? found[0] ?? null;
}

export const usesFastmcp = (program: Resolved, file: string): boolean => projectDialects(program, file).has('fastmcp');

/**
 * Whether a call of an object of which nothing is known is one of an MCP server, by what is around: the file imports an SDK, or
 * its project does and the object is called a server.
 */
export function looksLikeServer(program: Resolved, { expr, at }: Thing): Dialect | null {
  const own = importedDialect(program.files.get(at.file)!);
  if (own !== null) return own;
  const object = bare(expr);
  const name = nameOf(object);
  return /server|mcp/i.test(name) ? projectDialect(program, at.file) : null;
}
