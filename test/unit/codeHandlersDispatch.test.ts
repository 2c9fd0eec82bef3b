import assert from 'node:assert/strict';
import { handlersIn, said } from './support/handlers.ts';

const low = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema, ReadResourceRequestSchema, GetPromptRequestSchema } from '@modelcontextprotocol/sdk/types.js';
const server = new Server({ name: 'x', version: '1' }, { capabilities: {} });
`;
const python = `from mcp.server import Server\nimport mcp.types as types\n\nserver = Server("x")\n`;

type Cases = Record<string, [Record<string, string> | string, string[]]>;

const typescript: Cases = {
  'many objects that look like tools, and one name that is asked for': [
    `server.setRequestHandler(CallToolRequestSchema, async (request) => {
  if (request.params.name === 'demo') return demo();
  return somewhere(request.params);
});
function demo() {}
export const first = { name: 'first', inputSchema: {}, handler: async () => 1 };
export const second = { name: 'second', inputSchema: {}, handler: async () => 1 };
export const third = { name: 'third', inputSchema: {}, handler: async () => 1 };`,
    ['tool demo -> line 4', 'tool first -> handler', 'tool second -> handler', 'tool third -> handler'],
  ],
  'commands of a terminal beside the tools of a server': [
    `server.setRequestHandler(CallToolRequestSchema, async (request) => {
  if (request.params.name === 'demo') return demo();
  return somewhere(request.params);
});
function demo() {}
export const commands = [{ name: 'build', args: {}, run: () => 1 }, { name: 'start', args: {}, run: () => 1 }, { name: 'stop', args: {}, run: () => 1 }];`,
    ['tool demo -> line 4'],
  ],
  'a switch on the name': [
    `server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  switch (name) {
    case 'a': return one(args);
    case 'b':
    case 'c': { return two(args); }
    default: throw new Error(name);
  }
});
function one() {}
function two() {}`,
    ['tool a -> line 4', 'tool b -> line 4', 'tool c -> line 4'],
  ],
  'a switch on request.params.name, on constants': [
    `const Names = { A: 'a' } as const;
enum Tool { B = 'b' }
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  switch (params.name) {
    case Names.A: return 1;
    case Tool.B: return 2;
  }
});`,
    ['tool a -> line 6', 'tool b -> line 6'],
  ],
  'a name that something was done to, and that is one of those that are listed': [
    `server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'a', inputSchema: {} }, { name: 'b', inputSchema: {} }] }));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, args } = resolveAlias(request);
  return handle(name, args);
});
async function handle(what: string, args: unknown) {
  switch (what) {
    case 'a': return one(args);
    case 'b': return two(args);
  }
}
function resolveAlias(request: any) { return JSON.parse(JSON.stringify(request)); }
function one(args: unknown) {}
function two(args: unknown) {}`,
    ['tool a -> handle', 'tool b -> handle', 'tools/list tools/list -> line 4'],
  ],
  'a word that is the name of a tool, too': [
    `server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'search', inputSchema: {} }, { name: 'load', inputSchema: {} }] }));
server.setRequestHandler(CallToolRequestSchema, async (request) => run(JSON.parse(JSON.stringify(request))));
function run(what: any) {
  switch (what.mode) {
    case 'search': return 1;
    case 'count': return 2;
  }
}`,
    ['tools/list tools/list -> line 4', 'tool search -> line 5', 'tool load -> line 5'],
  ],
  'methods by schemas of its own': [
    `import { z } from 'zod';
const call = z.object({ method: z.literal('tools/call'), params: z.object({ name: z.string() }) });
server.setRequestHandler(z.object({ method: z.literal('tools/list') }), async () => ({ tools: [{ name: 'a', inputSchema: {} }] }));
server.setRequestHandler(call, async (request) => {
  const { name } = request.params;
  switch (name) {
    case 'a': return 1;
  }
});`,
    ['tool a -> line 7', 'tools/list tools/list -> line 6'],
  ],
  'a switch on the names of tools that a schema has parsed': [
    `import { ToolSchema } from '@modelcontextprotocol/sdk/types.js';
const first = ToolSchema.parse({ name: 'a', inputSchema: { type: 'object' } });
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  switch (params.name) {
    case first.name: return 1;
  }
});`,
    ['tool a -> line 6'],
  ],
  'a chain of ifs': [
    `server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const toolName = request.params.name;
  if (toolName === 'a') { return 1; } else if (toolName === 'b' || toolName === 'c') return 2;
  if ('d' === request.params.name) return 3;
  if (request.params.arguments.mode === 'fast') return 4;
});`,
    ['tool a -> line 4', 'tool b -> line 4', 'tool c -> line 4', 'tool d -> line 4'],
  ],
  'a table of functions': [
    `const handlers: Record<string, (a: unknown) => Promise<unknown>> = { a: one, b: async () => ({}), ['c']: two };
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const handler = handlers[request.params.name];
  if (!handler) throw new Error('x');
  return await handler(request.params.arguments);
});
async function one() {}
async function two() {}`,
    ['tool a -> one', 'tool b -> b', 'tool c -> two'],
  ],
  'a table with computed keys, in another file': [
    { 'server.ts': `${low}import { handlers } from './handlers.js';\nserver.setRequestHandler(CallToolRequestSchema, async (request) => handlers[request.params.name](request.params.arguments));`, 'handlers.ts': `import { Names } from './names.js';\nexport const handlers = { [Names.A]: one, [Names.B]: 'nothing' };\nfunction one() {}`, 'names.ts': `export enum Names { A = 'a', B = 'b' }` },
    ['tool a -> one'],
  ],
  'a Map': [`const tools = new Map([['a', one], ['b', two]]);\nserver.setRequestHandler(CallToolRequestSchema, async (r) => { const t = tools.get(r.params.name); return t(r.params.arguments); });\nfunction one() {}\nfunction two() {}`, ['tool a -> one', 'tool b -> two']],
  'a list that is searched': [
    `const tools = [{ name: 'a', handler: one }, { name: 'b', handler: async () => {} }];
server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: tools.map((t) => ({ name: t.name })) }));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const tool = tools.find((t) => t.name === request.params.name);
  return tool.handler(request.params.arguments);
});
function one() {}`,
    ['tools/list tools/list -> line 5', 'tool a -> one', 'tool b -> handler'],
  ],
  'a list of definitions that is searched': [`const tools = [{ definition: { name: 'b' }, run: async () => {} }];\nserver.setRequestHandler(CallToolRequestSchema, async ({ params }) => tools.find((t) => t.definition.name === params.name)?.run(params.arguments));`, ['tool b -> run']],
  'the name handed on, to a switch elsewhere': [
    {
      'server.ts': `${low}import { route } from './route.js';\nserver.setRequestHandler(CallToolRequestSchema, (request) => measured(() => handle(request)));\nasync function handle(request) { const { name, arguments: args } = request.params; return route(name, args); }\nfunction measured(f) { return f(); }`,
      'route.ts': `export async function route(tool: string, args: unknown) {\n  if (tool === 'x') return 1;\n  return files(tool, args);\n}\nfunction files(name, args) { switch (name) { case 'read': return 1; } }`,
    },
    ['tool x -> route', 'tool read -> files'],
  ],
  'what is listed, where no dispatch is seen': [
    `const READ = { name: 'read', description: 'x', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } };
server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [READ, { name: 'write', inputSchema: {} }] }));
server.setRequestHandler(CallToolRequestSchema, async (request) => remote.call(request.params.name));`,
    ['tools/list tools/list -> line 5', 'tool read -> line 6', 'tool write -> line 6'],
  ],
  'nothing known of the tools': [`server.setRequestHandler(CallToolRequestSchema, async (request) => remote.call(request.params.name));`, ['tool null -> line 4']],
  'resources and prompts': [
    `server.setRequestHandler(ReadResourceRequestSchema, async (request) => ({ contents: [] }));
server.setRequestHandler(GetPromptRequestSchema, async (request) => { if (request.params.name === 'p') return 1; throw new Error(); });`,
    ['resource null -> line 4', 'prompt p -> line 5'],
  ],
  'v2, with and without schemas': [
    { 'a.ts': `import { Server } from '@modelcontextprotocol/server';\nconst server = new Server({});\nserver.setRequestHandler('tools/call', async (request, ctx) => { switch (request.params.name) { case 'a': return 1; } });\nserver.setRequestHandler('prompts/get', { params: P }, async (params, ctx) => { switch (params.name) { case 'p': return 1; } });` },
    ['tool a -> line 3', 'prompt p -> line 4'],
  ],
  'a class': [
    `class App {
  constructor() { server.setRequestHandler(CallToolRequestSchema, this.call.bind(this)); }
  async call(request) { switch (request.params.name) { case 'a': return this.one(); } }
  one() {}
}`,
    ['tool a -> App.call'],
  ],
  'tools as objects of classes': [
    {
      'server.ts': `${low}import { Registry } from './registry.js';\nimport { Add } from './add.js';\nconst registry = new Registry();\nregistry.register(new Add());\nserver.setRequestHandler(CallToolRequestSchema, async (request) => { const tool = registry.get(request.params.name); return tool.execute(request.params.arguments); });`,
      'registry.ts': `import { Base } from './base.js';\nexport class Registry { private tools = new Map<string, Base>(); register(tool: Base) { this.tools.set(tool.name, tool); } get(name: string): Base { return this.tools.get(name)!; } }`,
      'base.ts': `export abstract class Base { abstract name: string; abstract description: string; abstract execute(args: unknown): Promise<unknown>; }`,
      'add.ts': `import { Base } from './base.js';\nexport class Add extends Base { name = 'add'; description = 'x'; async execute(args: unknown) { return args; } }`,
    },
    ['tool add -> Add.execute'],
  ],
  'objects that are chosen among at run time': [
    {
      'server.ts': `${low}import type { Tool } from './types.js';\nconst chosen = new Map<string, Tool>();\nexport function load(tools: Tool[]) { for (const tool of tools) chosen.set(tool.name, tool); }\nserver.setRequestHandler(CallToolRequestSchema, async (request) => execute(await prepare(request.params.name)));\nasync function prepare(name: string) { return { tool: chosen.get(name) }; }\nasync function execute({ tool }) { return tool.call({}); }`,
      'types.ts': `export type Tool = { name: string; inputSchema: object; call: (args: unknown) => Promise<unknown> };\nexport const names = { FIND: 'find' } as const;`,
      'find.ts': `import { names, type Tool } from './types.js';\nexport const find: Tool = Object.freeze({ name: names.FIND, inputSchema: {}, call: async () => search() });\nasync function search() {}\nexport const user = { name: 'x', inputSchema: {} };\nexport const job = { name: 'y', run() {} };`,
      'count.ts': `export default { name: 'count', inputSchema: {}, async call() {} };`,
    },
    ['tool find -> call', 'tool count -> call', 'other tools/call -> line 7'],
  ],
};

const inPython: Cases = {
  'the first of a list whose name it is': [
    `from pydantic import BaseModel\n\nclass Tool(BaseModel):\n    name: str\n    handler: object = None\n\nasync def one(arguments): ...\nasync def two(arguments): ...\n\nall_tools = [Tool(name="one", handler=one), Tool(name="two", handler=two)]\nallowed = [tool for tool in all_tools if tool.name != "three"]\n\n@server.call_tool()\nasync def call(name, arguments):\n    handler = next((tool.handler for tool in allowed if tool.name == name), None)\n    return await handler(arguments)\n`,
    ['tool one -> one', 'tool two -> two'],
  ],
  'ifs': [
    `@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [types.Tool(name="a", description="x", inputSchema={}), types.Tool(name="b", inputSchema={})]

@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == "a":
        return one(arguments)
    elif name in ("b", "c"):
        return 2
    raise ValueError(name)

def one(arguments): ...
`,
    ['tools/list tools/list -> list_tools', 'tool a -> call_tool', 'tool b -> call_tool', 'other c -> call_tool'],
  ],
  'match, on constants': [
    `from enum import Enum

class Tools(str, Enum):
    A = "a"
    B = "b"

@server.call_tool()
async def handle(name, arguments):
    match name:
        case Tools.A | "x":
            return 1
        case Tools.B:
            return 2
        case _:
            raise ValueError
`,
    ['tool a -> handle', 'tool x -> handle', 'tool b -> handle'],
  ],
  'a table': [`HANDLERS = {"a": one, "b": two}\n\n@server.call_tool()\nasync def call(name, arguments):\n    handler = HANDLERS.get(name)\n    return await handler(arguments)\n\nasync def one(a): ...\nasync def two(a): ...\n`, ['tool a -> one', 'tool b -> two']],
  'objects of classes, by a function that says what it returns': [
    {
      'server.py': `${python}from tools import Handler, Find, Count\nknown = {}\ndef add(h):\n    known[h.name] = h\ndef get(name: str) -> Handler | None:\n    if name not in known:\n        return None\n    return known[name]\nadd(Find())\nadd(Count())\n\n@server.call_tool()\nasync def call(name, arguments):\n    handler = get(name)\n    return handler.run_tool(arguments)\n`,
      'tools.py': `class Handler():\n    def __init__(self, tool_name: str):\n        self.name = tool_name\n    def run_tool(self, args):\n        raise NotImplementedError()\nclass Find(Handler):\n    def __init__(self):\n        super().__init__("find")\n    def run_tool(self, args): return 1\nclass Count(Handler):\n    def __init__(self):\n        super().__init__("count")\n    def run_tool(self, args): return 1\nclass Unused(Handler):\n    def run_tool(self, args): return 1\n`,
    },
    ['tool find -> Find.run_tool', 'tool count -> Count.run_tool'],
  ],
  'a function that only says what belongs to a name': [
    `@server.call_tool()\nasync def call(name, arguments):\n    kind = which(name)\n    return run(kind(**arguments))\n\ndef which(name):\n    if name == "a":\n        return A\n    elif name == "b":\n        return B\n    raise ValueError(name)\n\ndef run(what): ...\n`,
    ['tool a -> call', 'tool b -> call'],
  ],
  'keywords of the second SDK': [
    { 'a.py': `from mcp.server import Server\n\nasync def call(ctx, params):\n    if params.name == "a":\n        return 1\n\nasync def listed(ctx, params):\n    return None\n\nserver = Server("x", on_call_tool=call, on_list_tools=listed)\n` },
    ['tool a -> call', 'tools/list tools/list -> listed'],
  ],
  'prompts, resources, in a function': [
    { 'a.py': `from mcp.server import Server\n\nasync def serve():\n    server = Server("x")\n\n    @server.get_prompt()\n    async def prompt(name, arguments):\n        if name == "p":\n            return 1\n\n    @server.read_resource()\n    async def read(uri): ...\n\n    @server.list_resources()\n    async def resources(): ...\n` },
    ['prompt p -> prompt', 'resource null -> read', 'resources/list resources/list -> resources'],
  ],
};

describe('handlers: servers that dispatch themselves', () => {
  for (const [language, cases, head, file] of [['TypeScript', typescript, low, 'server.ts'], ['Python', inPython, python, 'server.py']] as const) {
    for (const [title, [given, expected]] of Object.entries(cases)) {
      it(`${language}: ${title}`, async () => {
        const files = typeof given === 'string' ? { [file]: head + given } : given;
        assert.deepEqual(said(await handlersIn(files)).sort(), [...expected].sort());
      });
    }
  }

  it('a tool has its branch, and the others have theirs', async () => {
    const text = `${low}server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name } = request.params;
  before();
  if (name === 'a' && extra) { alsoA(); }
  switch (name) {
    case 'a': return a();
    case 'b': return b();
  }
});`;
    const { handlers } = await handlersIn({ 'a.ts': text });
    const [a, b] = handlers;
    assert.deepEqual([a!.name, b!.name], ['a', 'b']);
    const parts = (h: typeof a) => h!.notMine.map((s) => text.slice(s.start, s.end));
    assert.equal(text.slice(a!.branch!.start, a!.branch!.end), `case 'a': return a();`);
    assert.deepEqual(parts(a), [`case 'b': return b();`]);
    assert.deepEqual(parts(b), ['{ alsoA(); }', `case 'a': return a();`]);
    assert.deepEqual(a!.span, a!.branch);
  });

  it('what is handed on is none of those that have a branch', async () => {
    const text = `${low}server.setRequestHandler(CallToolRequestSchema, async (request) => {
  if (request.params.name === 'a') return 1;
  return others(request);
});
function others(request) { if (request.params.name === 'b') return 2; }`;
    const { handlers } = await handlersIn({ 'a.ts': text });
    assert.deepEqual(handlers.map((h) => [h.name, h.notMine.map((s) => text.slice(s.start, s.end))]), [['a', ['others(request)']], ['b', []]]);
  });

  it('a `def` that an async function hands on to blocks the loop, whatever the SDK does with its own', async () => {
    const text = `${python}HANDLERS = {"a": one, "b": two}\n\n@server.call_tool()\nasync def call(name, arguments):\n    return HANDLERS[name](arguments)\n\ndef one(a): return 1\nasync def two(a): return 2\n`;
    const { handlers } = await handlersIn({ 'server.py': text }, { versions: { mcp: '2.0.0' } });
    assert.deepEqual(handlers.map((h) => [h.name, h.async, h.threaded]), [['a', true, false], ['b', true, false]]);
  });

  it('names that have a branch together, told apart by what they are handed on to', async () => {
    const text = `${python}TABLE = [{"name": "c", "handler": three}, {"name": "d", "handler": four}]\n\n@server.list_tools()\nasync def tools():\n    all = [Tool(name="a"), Tool(name="b")]\n    for one in TABLE:\n        all.append(Tool(name=one["name"]))\n    return all\n\n@server.call_tool()\nasync def call(name, arguments):\n    if name in ["a", "b"]:\n        check()\n        return await first(name, arguments)\n    elif name in ("c", "d"):\n        return await second(name, arguments)\n\nasync def first(name, arguments):\n    if name == "a":\n        return await one(arguments)\n    elif name == "b":\n        return await two(arguments)\n\nasync def second(name, arguments):\n    run = None\n    for item in TABLE:\n        if item["name"] == name:\n            run = item["handler"]\n    return await run(arguments)\n\ndef check(): return 0\nasync def one(a): return 1\nasync def two(a): return 2\nasync def three(a): return 3\nasync def four(a): return 4\n`;
    const { program, handlers } = await handlersIn({ 'server.py': text });
    const reached = handlers.map((h) => [h.kind, h.name, [...new Set([...program.reachedFrom(h, 'any')].map((f) => program.nameOf(f)))].filter((n) => /^(?:check|one|two|three|four)$/.test(n)).sort().join()]);
    assert.deepEqual(reached.filter(([kind]) => kind === 'tool').sort(), [['tool', 'a', 'check,one'], ['tool', 'b', 'check,two'], ['tool', 'c', 'three'], ['tool', 'd', 'four']]);
  });

  it('what the list says of a tool', async () => {
    const { handlers } = await handlersIn({ 'a.ts': `${low}server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'a', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true, destructiveHint: false } }] }));\nserver.setRequestHandler(CallToolRequestSchema, async (request) => { switch (request.params.name) { case 'a': return 1; } });` });
    const tool = handlers.find((h) => h.name === 'a')!;
    assert.deepEqual([tool.readOnly, tool.destructive, tool.schema?.kind, tool.contextParameter, tool.argumentsParameter], [true, false, 'object', 1, 0]);
  });
});
