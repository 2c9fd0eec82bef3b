import assert from 'node:assert/strict';
import { lineOf } from '../../src/analysis/code/lines.ts';
import { handlersIn, said } from './support/handlers.ts';

type Cases = Record<string, [Record<string, string>, string[]]>;
const sdk = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'a', version: '1' });\n`;

const shapes: Cases = {
  'mcp-framework': [
    {
      'tools/Add.ts': `import { MCPTool } from 'mcp-framework';\nimport { z } from 'zod';\nexport default class AddTool extends MCPTool<{ a: number }> {\n  name = 'add';\n  description = 'Adds';\n  schema = { a: { type: z.number(), description: 'a' } };\n  async execute(input: { a: number }) { return input.a; }\n}`,
      'resources/Log.ts': `import { MCPResource } from 'mcp-framework';\nexport default class Log extends MCPResource {\n  uri = 'log://all';\n  name = 'Log';\n  async read() { return []; }\n}`,
      'prompts/Ask.ts': `import { MCPPrompt } from 'mcp-framework';\nexport default class Ask extends MCPPrompt {\n  name = 'ask';\n  async generateMessages() { return []; }\n}`,
    },
    ['tool add -> AddTool.execute', 'resource Log -> Log.read', 'prompt ask -> Ask.generateMessages'],
  ],
  'classes that an adapter makes the SDK\'s tools of': [
    {
      'server.py': `from mcp.server.fastmcp.tools.base import Tool as SdkTool\nfrom tools import Tool\nclass Adapter(SdkTool):\n    def __init__(self, tool: Tool):\n        def execute(**args):\n            return tool.apply_ex(**args)\n        super().__init__(fn=execute, name=tool.get_name())\ndef make(tool: Tool):\n    return Adapter(tool)\n`,
      'tools.py': `class Tool:\n    @classmethod\n    def name_of(cls):\n        name = cls.__name__\n        if name.endswith("Tool"):\n            name = name[:-4]\n        return "".join(["_" + c.lower() if c.isupper() else c for c in name]).lstrip("_")\n    def get_name(self):\n        return self.name_of()\n    def apply_ex(self, **args):\n        return getattr(self, "apply")(**args)\nclass Marker: pass\nclass WithLog(Tool): pass\nclass ReadFileTool(WithLog, Marker):\n    def apply(self, path: str): return path\nclass FindAll(Tool):\n    def apply(self): return 1\nclass HTTPGetTool(Tool):\n    def apply(self): return 1\n`,
    },
    ['tool read_file -> ReadFileTool.apply', 'tool find_all -> FindAll.apply', 'tool null -> HTTPGetTool.apply'],
  ],
  'a base that registers itself': [
    {
      'base.ts': `import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nexport abstract class Base {\n  abstract name: string;\n  abstract schema: object;\n  protected abstract execute(args: unknown): Promise<unknown>;\n  register(server: McpServer) { server.registerTool(this.name, { inputSchema: this.schema }, this.invoke.bind(this)); }\n  private async invoke(args: unknown) { this.check(); return await this.execute(args); }\n  private check() {}\n}`,
      'a.ts': `import { Base } from './base.js';\nexport class Find extends Base { name = 'find'; schema = {}; protected async execute() {} }\nexport class Count extends Base { name = 'count'; schema = {}; protected async execute() {} }`,
      'main.ts': `${sdk}import { Find, Count } from './a.js';\nfor (const C of [Find, Count]) new C().register(server);`,
    },
    ['tool find -> Find.execute', 'tool count -> Count.execute'],
  ],
  'names that are static, or given to the base': [
    {
      'a.ts': `${sdk}abstract class Base {\n  readonly name: string;\n  constructor(name: string, readonly description = 'x') { this.name = name; }\n  abstract run(args: unknown): unknown;\n  register() { server.registerTool(this.name, {}, (args) => this.run(args)); }\n}\nclass First extends Base { constructor() { super('first'); } run() {} }\nclass Second extends Base { static toolName = 'second'; run() {} }\nfor (const C of all) new C(C.toolName).register();`,
    },
    ['tool first -> First.run', 'tool second -> Second.run'],
  ],
  'a list of objects, registered in a loop': [
    {
      'main.ts': `${sdk}import { Find } from './find.js';\nimport { Count } from './count.js';\nconst tools = [new Find(), new Count('count')];\nfor (const tool of tools) server.registerTool(tool.name, { inputSchema: tool.schema }, async (args) => tool.execute(args));`,
      'find.ts': `export class Find { name = 'find'; schema = {}; async execute() {} }`,
      'count.ts': `export class Count { constructor(readonly name: string) {} schema = {}; execute = async () => {}; }`,
    },
    ['tool find -> Find.execute', 'tool count -> Count.execute'],
  ],
  'a list of an interface': [
    {
      'main.ts': `${sdk}import type { Tool } from './tool.js';\nimport { makeTools } from './make.js';\nfunction registerAll(tools: Tool[]) { for (const t of tools) server.registerTool(t.name, {}, (a) => t.handle(a)); }\nregisterAll(makeTools(process.env));`,
      'tool.ts': `export interface Tool { name: string; handle(a: unknown): unknown; }`,
      'make.ts': `import type { Tool } from './tool.js';\nclass Ping implements Tool { name = 'ping'; handle() {} }\nclass Unused implements Tool { name = 'unused'; handle() {} }\nexport function makeTools(env): Tool[] { const all = []; if (env.X) all.push(new Ping()); return filter(all); }`,
    },
    ['tool ping -> Ping.handle'],
  ],
  'what a framework\'s own function makes': [
    {
      'a.ts': `import { tool, resource, z } from '@someone/mcp-core';\nexport const find = tool('find', { input: z.object({}), async handler(input, ctx) {} });\nexport const all = resource('notes://all', { name: 'all', async handler() {} });\nexport const count = tool({ name: 'count', execute: counted });\nasync function counted() {}\nexport const none = tool('none', { input: z.object({}) });`,
      'b.ts': `import { tool } from 'ai';\nexport const other = tool({ name: 'other', execute() {} });`,
    },
    ['tool find -> handler', 'resource all -> handler', 'tool count -> counted'],
  ],
  'objects of a list that is registered by ways that cannot be followed': [
    {
      'main.ts': `${sdk}import { chosen } from './choose.js';\nfor (const tool of await chosen(process.env)) add(tool, async (args) => tool.run(args));\nfunction add(tool, run) { server.registerTool(tool.name, { inputSchema: tool.schema }, run); }`,
      'find.ts': `import type { Tool } from './types.js';\nconst run = async () => {};\nconst tool = (): Tool => ({ name: 'find', schema: {}, run });\nexport default tool;`,
      'count.ts': `class CountHandler { async runTool(args) {} }\nexport class Registry { private static tools = [{ name: 'count', schema: {}, handler: CountHandler }]; }`,
    },
    ['tool find -> run', 'tool count -> CountHandler.runTool'],
  ],
  'Python functions with a decorator of the author\'s own': [
    {
      'server.py': `from mcp.server.fastmcp import FastMCP\nfrom tools import find, count\nmcp = FastMCP("x")\ndef register(tools):\n    for tool in chosen(tools):\n        mcp.add_tool(fn=tool.fn, name=tool.get_name().value)\nregister([find, count])\n`,
      'tools.py': `from functools import partial\nfrom langchain.tools import tool\ndef generic_tool(description, kind, name=None):\n    return lambda fn: Definition(fn, name)\nmy_tool = partial(generic_tool, kind=1)\n@my_tool(description="Finds")\nasync def find(text: str): ...\n@my_tool(name="count_all", description="Counts")\ndef count(text: str): ...\n@tool\ndef other(): ...\n@helper\ndef none(): ...\n`,
    },
    ['tool find -> find', 'tool count_all -> count'],
  ],
  'classes that are called tools': [
    {
      'a.ts': `${sdk}import { ToolBase } from 'my-base';\nexport class SearchTool extends ToolBase { name = 'search'; description = 'x'; async execute() {} }\nexport abstract class DbTool extends ToolBase { name = 'db'; description = 'x'; execute() {} }\nexport class Helper extends ToolBase { execute() {} }\nexport class OtherTool extends ToolBase { name = 'other'; }`,
    },
    ['tool search -> SearchTool.execute'],
  ],
  'classes in Python': [
    {
      'a.py': `from mcp.server import Server\nfrom base import BaseTool\n\nclass SearchTool(BaseTool):\n    name = "search"\n    description = "x"\n\n    async def execute(self, arguments):\n        return 1\n`,
      'base.py': `from abc import ABC, abstractmethod\n\nclass BaseTool(ABC):\n    @abstractmethod\n    async def execute(self, arguments): ...\n`,
    },
    ['tool search -> SearchTool.execute'],
  ],
};

describe('handlers: classes', () => {
  for (const [title, [files, expected]] of Object.entries(shapes)) {
    it(title, async () => assert.deepEqual(said(await handlersIn(files)).sort(), [...expected].sort()));
  }

  it('a tool of mcp-framework has its arguments and no context', async () => {
    const { program, handlers } = await handlersIn(shapes['mcp-framework']![0]);
    const tool = handlers.find((h) => h.kind === 'tool')!;
    assert.deepEqual([tool.dialect, tool.argumentsParameter, tool.contextParameter, tool.schema?.kind, lineOf(program, tool.file, tool.span)], ['mcp-framework', 0, null, 'object', 3]);
  });

  it('a class that a call registers is found once, whichever of its functions runs first', async () => {
    const text = `${sdk}abstract class ToolBase {
  abstract name: string; abstract description: string;
  register() { server.registerTool(this.name, {}, (args) => this.execute(args)); }
  execute(args: unknown) { return this.runWith(client(), args); }
  protected abstract runWith(client: unknown, args: unknown): unknown;
}
class FindTool extends ToolBase { name = 'find'; description = 'x'; protected runWith() {} }
function client() {}`;
    assert.deepEqual(said(await handlersIn({ 'a.ts': text })), ['tool find -> FindTool.runWith']);
  });

  it('what an adapter calls by its name at run time may run on a thread; what it calls plainly does not', async () => {
    const files = (call: string) => ({
      'a.py': `from mcp.server.fastmcp.tools import Tool\nclass Base:\n    name = "x"\n    def execute(self): return 0\nclass One(Base):\n    name = "one"\n    def execute(self): return 1\nclass Adapter(Tool):\n    def __init__(self, tool: Base):\n        def call(**args):\n            return ${call}\n        super().__init__(fn=call, name=tool.name)\nAdapter(One())\n`,
    });
    const threaded = async (call: string) => (await handlersIn(files(call))).handlers.map((h) => [h.name, h.threaded]);
    assert.deepEqual(await threaded('tool.execute()'), [['one', false]]);
    assert.deepEqual(await threaded('getattr(tool, kind)()'), [['one', true]]);
  });
  it('calls of a method of the own server that hands on whatever it is given', async () => {
    const own = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export class Own extends McpServer {
  addReadTool(name: string, run: () => unknown): void;
  addReadTool(...args: any[]) { return (McpServer.prototype as any).registerTool.call(this, ...parse(args)); }
}
`;
    const tools = `import { z } from 'zod';\nimport type { Own } from './own';\nexport function create(server: Own) {\n  server.addReadTool('list', 'Lists', { name: z.string() }, async () => list());\n}\nfunction list() {}\n`;
    assert.deepEqual(said(await handlersIn({ 'own.ts': own, 'tools.ts': tools })), ['tool list -> line 4']);
    assert.deepEqual(said(await handlersIn({ 'own.ts': own.replace('extends McpServer', 'extends Map'), 'tools.ts': tools })), [], 'of another class');
  });
  it('none: classes whose base, of the workspace itself, is registered by doing nothing', async () => {
    const files = (register: string) => ({
      'base.py': `from fastmcp import FastMCP\nclass MCPTool:\n    async def _run(self, action): return 1\n    def register(self, mcp: FastMCP) -> None:\n        ${register}\n`,
      'find.py': 'from base import MCPTool\nclass FindTool(MCPTool):\n    name = "find"\n    description = "x"\n    async def _run(self): return 2\n',
      'server.py': 'from fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef other(): return 1\n',
    });
    assert.deepEqual(said(await handlersIn(files('self.mcp = mcp'))), ['tool other -> other']);
    const fallback = { ...files('self.mcp = mcp'), 'find.py': files('')['find.py'].replace('from base import MCPTool', 'try:\n    from fastmcp import MCPTool\nexcept ImportError:\n    from base import MCPTool') };
    assert.deepEqual(said(await handlersIn(fallback)), ['tool other -> other'], 'where the framework has it no more');
    assert.deepEqual(said(await handlersIn(files('register_in(mcp, self)'))), ['tool find -> FindTool._run', 'tool other -> other']);
  });
  it('a loop over tools that were found by their names is no further one', async () => {
    const script = `import { loaded } from './load.js';\n${sdk}for (const tool of await loaded()) server.registerTool(tool.getName(), tool.getConfig(), (...args) => tool.exec(...args));`;
    const tool = `import { BaseTool } from 'other-tools';\nexport class FindTool extends BaseTool { getName() { return 'find'; } description = 'x'; name = 'find'; execute() {} }`;
    assert.deepEqual(said(await handlersIn({ 'server.ts': script, 'find.ts': tool })), ['tool find -> FindTool.execute']);
    assert.deepEqual(said(await handlersIn({ 'server.ts': script })), ['tool null -> line 4'], 'where there are none');
    const python = 'from fastmcp import FastMCP\nfrom load import loaded\nmcp = FastMCP("x")\nfor tool in loaded():\n    def make(one):\n        async def handler(params): return await one.handle(params)\n        handler.__name__ = tool.name\n        return handler\n    made = make(tool)\n    mcp.tool()(made)\n';
    const found = 'from other_tools import BaseTool\nclass FindTool(BaseTool):\n    name = "find"\n    description = "x"\n    async def handle(self, params): return 1\n';
    assert.deepEqual(said(await handlersIn({ 'server.py': python, 'find.py': found })), ['tool find -> FindTool.handle']);
    assert.deepEqual(said(await handlersIn({ 'server.py': python })), ['tool null -> handler']);
  });
  it('a function that registers and that only a loaded module tells of', async () => {
    const files = (load: string) => ({
      'tools/logs.py': 'def register_log_tools(mcp):\n    @mcp.tool()\n    def logs(): return 1\n',
      'server.py': `import importlib\nfrom fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef other(): return 1\ndef load(name):\n    ${load}\n`,
    });
    assert.deepEqual(said(await handlersIn(files('module = importlib.import_module(f"tools.{name}")\n    getattr(module, f"register_{name}")(mcp)'))), ['tool logs -> logs', 'tool other -> other']);
    assert.deepEqual(said(await handlersIn(files('return importlib.import_module("json")'))), ['tool other -> other']);
  });
  it('none: one that is taken back at once', async () => {
    assert.deepEqual(said(await handlersIn({ 'a.ts': `${sdk}server.registerTool('boot', {}, () => ({})).remove();\nconst other = server.registerTool('find', {}, () => ({}));\nother.remove();\n` })), ['tool find -> line 4']);
  });
  it('none: classes with such names where there is no MCP', async () => {
    assert.deepEqual(said(await handlersIn({ 'a.ts': `class Base {}\nexport class SearchTool extends Base { name = 'search'; description = 'x'; execute() {} }` })), []);
  });
});

describe('handlers: those that the settings name', () => {
  it('functions, with the function last or in an object', async () => {
    const text = `import { registerMyTool, app } from './mine.js';\nregisterMyTool('a', {}, one);\napp.mytool({ name: 'b', handler: async () => {} });\nother.mytool({ name: 'c', handler: one });\nfunction one() {}`;
    assert.deepEqual(said(await handlersIn({ 'a.ts': text }, { names: ['registerMyTool', 'app.mytool'] })), ['tool a -> one', 'tool b -> handler']);
    assert.deepEqual(said(await handlersIn({ 'a.ts': text })), []);
  });
  it('decorators', async () => {
    const text = `from mine import app\n\n@app.mytool("named")\nasync def a(): ...\n\n@app.mytool\nasync def b(): ...\n\n@other.mytool\nasync def c(): ...\n`;
    assert.deepEqual(said(await handlersIn({ 'a.py': text }, { names: ['app.mytool'] })), ['tool named -> a', 'tool b -> b']);
  });
  it('base classes', async () => {
    const text = `import { MyBase } from 'mine';\nclass A extends MyBase { name = 'a'; description = 'x'; handle() {} }`;
    assert.deepEqual(said(await handlersIn({ 'a.ts': text }, { names: ['MyBase'] })), ['tool a -> A.handle']);
    assert.deepEqual(said(await handlersIn({ 'a.ts': text })), []);
  });
});
