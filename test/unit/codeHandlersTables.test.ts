import assert from 'node:assert/strict';
import { lineOf } from '../../src/analysis/code/lines.ts';
import { handlersIn, said } from './support/handlers.ts';

const v1 = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n`;
const low = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\n`;
const fast = 'from fastmcp import FastMCP\nfrom fastmcp.tools import Tool\napp = FastMCP("x")\nasync def a(x: str): return x\nasync def b(x: str): return x\n';
const lowPython = 'import asyncio\nfrom mcp.server import Server\nserver = Server("x")\nclass Ping:\n    name = "ping"\n    def run_tool(self, args): return []\nclass Pong:\n    name = "pong"\n    def run_tool(self, args): return []\n';
const dispatched = '@server.call_tool()\nasync def call_tool(name, arguments):\n    tool = tools.get(name)\n    return await asyncio.to_thread(tool.run_tool, arguments)\n';

/** Title to files and what is to be found: tools that a table holds. */
const cases: Record<string, [Record<string, string>, string[]]> = {
  'a function of a table, whichever it is': [
    { 'server.py': `${fast}def first(): return [(a, "alpha", "A", True)]\ndef second(): return [(b, "beta", "B", False)]\ngroups = {"1": first, "2": second}\nfor key in groups:\n    get = groups[key]\n    for fn, name, description, *_ in get():\n        app.add_tool(Tool.from_function(fn, name=name, description=description))` },
    ['tool alpha -> a', 'tool beta -> b'],
  ],
  'a table that is filled by its keys': [
    { 'server.py': `${fast}class Dns:\n    def analyse(self, path: str): return path\nclass Tcp:\n    def follow(self, path: str): return path\n    def anomalies(self, path: str): return path\nclass Main:\n    def __init__(self):\n        self.mcp = app\n        self.modules = {}\n        self.modules["dns"] = Dns()\n        if app:\n            self.modules["tcp"] = Tcp()\n    def register(self):\n        for name, module in self.modules.items():\n            if name == "dns":\n                self.mcp.tool(module.analyse)\n            elif name == "tcp":\n                self.mcp.tool(module.follow)\n                self.mcp.tool(module.anomalies)\nMain().register()` },
    ['tool analyse -> Dns.analyse', 'tool anomalies -> Tcp.anomalies', 'tool follow -> Tcp.follow'],
  ],
  'a table that a function is given, filled by one inside of it; a method handed to a thread': [
    { 'server.py': `${lowPython}def fill(tools):\n    def add(tool):\n        tools[tool.name] = tool\n    add(Ping())\n    add(Pong())\ntools = {}\nfill(tools)\n${dispatched}` },
    ['tool ping -> Ping.run_tool', 'tool pong -> Pong.run_tool'],
  ],
  'a table that is copied': [
    { 'server.py': `${lowPython}def enabled(all):\n    found = {}\n    for name, tool in all.items():\n        found[name] = tool\n    return found\ntools = enabled({"ping": Ping(), "pong": Pong()})\n${dispatched}` },
    ['tool ping -> Ping.run_tool', 'tool pong -> Pong.run_tool'],
  ],
  'methods by their names': [
    { 'server.py': `${lowPython}class All:\n    def ping(self): return 1\n    def pong(self): return 2\ndef register(all):\n    return {name: getattr(all, name) for name in ("ping", "pong")}\ntools = register(All())\nasync def called(tools, name, arguments):\n    return await asyncio.to_thread(tools[name], **arguments)\n@server.call_tool()\nasync def call_tool(name, arguments):\n    return await called(tools, name, arguments)` },
    ['tool ping -> All.ping', 'tool pong -> All.pong'],
  ],
  'a record that is filled by its keys': [
    { 'server.ts': `${low}const handlers: Record<string, Handler> = {};\nhandlers['ping'] = async () => 1;\nhandlers.pong = pong;\nasync function pong() {}\nserver.setRequestHandler(CallToolRequestSchema, async ({ params }) => handlers[params.name](params.arguments));` },
    ['tool ping -> line 5', 'tool pong -> pong'],
  ],
  'a table of descriptions whose keys are the names': [
    { 'server.py': `${fast}tools = {\n    "alpha": {"description": "A", "input_schema": {}, "function": a},\n    "beta": {"description": "B", "input_schema": {}, "function": b},\n}\nfor tool in load(tools):\n    app.add_tool(tool)` },
    ['tool alpha -> a', 'tool beta -> b'],
  ],
  'a name that a class is given after it': [
    { 'server.js': `${v1}class Base { constructor() { this.name = this.constructor.toolName; } register() { server.registerTool(this.name, {}, (args) => this.execute(args)); } }\nclass Ping extends Base { async execute() {} }\nPing.toolName = 'ping';\nfor (const Tool of [Ping]) new Tool().register();` },
    ['tool ping -> Ping.execute'],
  ],
  'a list that another file adds to, a schema by another name': [
    {
      'server.js': `${low}import { run, definitions } from './registry.js';\nimport './tools.js';\nserver.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: definitions() }));\nserver.setRequestHandler(CallToolRequestSchema, async (request) => run(request.params.name, request.params.arguments));`,
      'registry.js': `export const registry = [];\nexport const definitions = () => registry.map((t) => ({ name: t.name, inputSchema: t.zodSchema }));\nexport const run = (name, args) => registry.find((t) => t.name === name).execute(args);`,
      'tools.js': `import { registry } from './registry.js';\nexport const ping = { name: 'ping', zodSchema: {}, execute: async () => 'pong' };\nregistry.push(ping);`,
    },
    ['tool ping -> execute', 'tools/list tools/list -> line 6'],
  ],
  'what a factory makes stands where it is described; a server beside it that answers nothing known adds what is not known': [
    {
      'server.ts': `${low}import { createPing } from './ping.js';\nconst tools = new Map<string, Tool>();\nfunction register(tool: Tool) { tools.set(tool.name, tool); }\nfor (const tool of [createPing(new Map())]) register(tool);\nserver.setRequestHandler(CallToolRequestSchema, async ({ params }) => { const tool = tools.get(params.name); return tool.handler(params.arguments); });`,
      'ping.ts': `import { createTool } from './factory.js';\nexport function createPing(vaults: Map<string, string>) {\n  return createTool({ name: 'ping', schema: {}, handler: async () => 'pong' }, vaults);\n}\nexport const other = { name: 'other', inputSchema: {}, handler: async () => 1 };\nexport const same = { name: 'ping', inputSchema: {}, handler: async () => 1 };`,
      'factory.ts': `export function createTool(config: Config, vaults: Map<string, string>): Tool { return { name: config.name, inputSchema: {}, handler: async (args) => config.handler(args, vaults) }; }`,
      'other.ts': `${low}server.setRequestHandler(CallToolRequestSchema, async (request) => forward(request));`,
    },
    ['other tools/call -> line 4', 'tool other -> handler', 'tool ping -> handler'],
  ],
  'each of what a factory makes stands where it is described': [
    {
      'server.ts': `${low}const make = (config: Config): Tool => ({ name: config.name, handler: async (args) => config.handler(args) });\nconst tools = new Map<string, Tool>();\nfor (const tool of [\n  make({ name: 'ping', handler: async () => 1 }),\n  make({ name: 'pong', handler: async () => 2 }),\n]) tools.set(tool.name, tool);\nserver.setRequestHandler(CallToolRequestSchema, async ({ params }) => tools.get(params.name).handler(params.arguments));`,
    },
    ['tool ping -> handler', 'tool pong -> handler'],
  ],
  'functions that are looked for by how they begin': [
    {
      'server.py': 'import inspect, info\nfrom fastmcp import FastMCP\nmcp = FastMCP("x")\nfor name, function in inspect.getmembers(info):\n    if name.startswith("register_"):\n        function(mcp)\n@mcp.tool\ndef alpha(): return 1\n',
      'info.py': 'def register_info(mcp):\n    @mcp.tool\n    def beta(): return 1\n',
    },
    ['tool alpha -> alpha', 'tool beta -> beta'],
  ],
  'methods that a decorator marks, beside others': [
    {
      'server.py': 'import inspect\nfrom fastmcp import FastMCP\nfrom tools import Text\nmcp = FastMCP("x")\n@mcp.tool\ndef alpha(): return 1\nText(mcp)\n',
      'tools.py': 'import inspect\ndef mcp_tool(name=None):\n    def mark(fn):\n        fn._mcp_tool = {"name": name}\n        return fn\n    return mark\nclass Text:\n    def __init__(self, mcp):\n        for name, method in inspect.getmembers(self, predicate=inspect.ismethod):\n            if hasattr(method, "_mcp_tool"):\n                mcp.tool(name=method._mcp_tool["name"])(method)\n    @mcp_tool(name="extract")\n    async def read(self, path: str): return path\n',
    },
    ['tool alpha -> alpha', 'tool extract -> Text.read'],
  ],
  'a function that registers, handed down to whoever has tools': [
    {
      'server.ts': `${v1}import { Search, Files } from './clients.js';\nimport type { Client } from './client.js';\nasync function add(client: Client) { await client.registerTools((spec, run) => { server.registerTool(spec.name, {}, async (args) => run(args)); }); }\nvoid add(new Search());\nvoid add(new Files());`,
      'client.ts': `export type Register = (spec: { name: string }, run: (args: object) => Promise<object>) => void;\nexport interface Client { registerTools(register: Register): Promise<void> }`,
      'clients.ts': `import type { Client, Register } from './client.js';\nexport class Search implements Client { async registerTools(register: Register) { register({ name: 'search' }, async (args) => this.search(args)); }\n  async search(args: object) { return args; } }\nexport class Files implements Client { async registerTools(register: Register) { for (const tool of [{ name: 'open', run: open }, { name: 'close', run: close }]) register(tool, tool.run); } }\nasync function open() { return {}; }\nasync function close() { return {}; }`,
    },
    ['tool close -> close', 'tool open -> open', 'tool search -> line 2'],
  ],
  'objects of classes in a list, of a maker that is given or loaded': [
    {
      'server.js': `${low}let handlers = null;\nasync function ensure(deps) { if (handlers !== null) return; const make = deps.make ? deps.make : (await import('./handlers.js')).make; handlers = make(1); }\nexport async function start(deps = {}) { server?.setRequestHandler('tools/call', async (request) => { await ensure(deps); const { name, arguments: args } = request.params || {}; const handler = handlers.get(name); return await handler.handle(args); }); }\nvoid start();`,
      'handlers.js': `class Base { constructor(name, schema = {}) { this.name = name; } async handle(args) { return this.execute(args); } async execute(args) { throw new Error('abstract'); } }\nclass Ping extends Base { constructor(link) { super('ping', {}); this.link = link; } async execute(args) { return 1; } }\nclass Pong extends Base { constructor(link) { super('pong', {}); this.link = link; } async execute(args) { return 2; } }\nconst classes = [Ping, Pong];\nexport function make(link) { const handlers = new Map(); for (const Handler of classes) { const handler = new Handler(link); handlers.set(handler.name, handler); } return handlers; }`,
    },
    ['tool ping -> Base.handle', 'tool pong -> Base.handle'],
  ],
  'a list that is filled in the classes below': [
    {
      'core.ts': `${low.replace(/const server = .*\n/, '')}export function tool(name: string, schema: object | Handler, handler?: Handler | object, options = {}) { if (typeof schema === 'function') { return { name, schema: {}, handler: schema, options: handler }; } else { return { name, schema, handler, options }; } }\nexport class Core {\n tools: Tool[] = [];\n server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\n constructor() { this.server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: this.tools.map((t) => ({ name: t.name })) }));\n this.server.setRequestHandler(CallToolRequestSchema, async (r) => { const t = this.tools.find((one) => one.name === r.params.name); let run = t.handler; if (t.options.keep) { const before = run; run = async (args) => before(args); } return run(t.schema.parse(r.params.arguments), this); }); }\n}`,
      'zones.ts': `import { Core, tool } from './core.js';\nclass Zones extends Core { override tools = [tool('list_zones', {}, async (args, ctx) => listZones(ctx)), tool('get_zone', {}, async (args, ctx) => getZone(ctx))]; }\nasync function listZones(ctx) {}\nasync function getZone(ctx) {}\nnew Zones();`,
    },
    ['tool get_zone -> line 2', 'tool list_zones -> line 2', 'tools/list tools/list -> line 7'],
  ],
  'what an own function adds that cannot be followed': [
    { 'server.py': 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nclass Manager:\n    def __init__(self, mcp): self.mcp = mcp\n    def add_tool(self, fn):\n        self.mcp._tool_manager._tools[fn.__name__] = wrap(fn)\nclass Board(Manager):\n    def __init__(self, mcp):\n        super().__init__(mcp)\n        self.add_tool(self.status)\n        self.add_tool(self.items)\n    def status(self): return 1\n    def items(self): return 2\nBoard(mcp)\n' },
    ['tool items -> Board.items', 'tool status -> Board.status'],
  ],
  'a function that is made for each record of several lists': [
    {
      'server.py': 'from dataclasses import dataclass\nfrom mcp.server.fastmcp import FastMCP\n@dataclass(frozen=True)\nclass Method:\n    tool_name: str\n    api_method: str\n_A: list[Method] = [Method(tool_name="action_get", api_method="action.get")]\n_B: list[Method] = [Method(tool_name="alert_get", api_method="alert.get")]\nALERTS: list[Method] = (_A + _B)\nALL: list[Method] = [*ALERTS]\ndef make(md, x):\n    async def handler(**kw): return md.api_method\n    return handler\ndef register(mcp: FastMCP):\n    for md in ALL:\n        handler = make(md, 1)\n        mcp.add_tool(handler, name=md.tool_name)\nmcp = FastMCP("x")\nregister(mcp)\n',
    },
    ['tool action_get -> handler', 'tool alert_get -> handler'],
  ],
  'a decorator of the author that registers by itself': [
    {
      'server.py': 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\ndef flat_tool(**options):\n    def decorator(fn):\n        mcp.tool(**options)(wrapped(fn))\n        return fn\n    return decorator\n@flat_tool(name="get_diary")\nasync def diary(day: str): return day\n@mcp.tool()\nasync def other(day: str): return day\n',
    },
    ['tool get_diary -> diary', 'tool other -> other'],
  ],
  'routes that look at the name, in a field that begins empty': [
    {
      'server.js': `${low}async function a(client, name, args) { switch (name) { case 'a_get': return 1; case 'a_set': return 2; } }\nasync function b(client, name, args) { if (name === 'b_get') return 1; }\nclass Main { constructor() { this.routes = []; this.setup(); }\n setup() { this.routes = [{ match: (n) => n.includes('a_'), handler: a }, { match: (n) => n.startsWith('b_'), handler: b }];\n server.setRequestHandler(CallToolRequestSchema, async (request) => { const { name, arguments: args } = request.params; const route = this.routes.find((r) => r.match(name)); return route.handler(this, name, args); }); } }\nnew Main();`,
    },
    ['tool a_get -> a', 'tool a_set -> a', 'tool b_get -> b'],
  ],
  'a table of a class, by its class methods': [
    { 'server.py': `${lowPython}class Registry:\n    _known = {}\n    @classmethod\n    def register(cls, name, fn): cls._known[name] = fn\n    @classmethod\n    async def call(cls, name, args): return await cls._known[name](args)\nasync def alpha(args): return args\nRegistry.register("alpha", alpha)\n@server.call_tool()\nasync def call_tool(name, arguments):\n    return await Registry.call(name, arguments)` },
    ['tool alpha -> alpha'],
  ],
  'a decorator that is handed over': [
    { 'server.py': `${fast}def register(server, decorator, prefix="x"):\n    name = f"{prefix}_execute"\n    @decorator(name=name)\n    async def execute(tool: str): return tool\nregister(app, getattr(app, "_original", app.tool), prefix="y")` },
    ['tool y_execute -> execute'],
  ],
  'prompts of the shape that tools have, beside tools that cannot be followed': [
    {
      'server.ts': `${low.replace('CallToolRequestSchema', 'CallToolRequestSchema, GetPromptRequestSchema')}import { audit } from './audit.js';\nimport { load } from 'elsewhere';\nconst prompts = new Map([[audit.name, audit]]);\nconst tools = load();\nserver.setRequestHandler(GetPromptRequestSchema, async (r) => prompts.get(r.params.name)!.handler(r.params.arguments));\nserver.setRequestHandler(CallToolRequestSchema, async (r) => tools.get(r.params.name)!.handler(r.params.arguments));\n`,
      'audit.ts': `import { z } from 'zod';\nexport const audit = { name: 'audit', description: 'x', inputSchema: z.object({}), handler: async () => 'text' };\n`,
      'echo.ts': `import { z } from 'zod';\nexport const echo = { name: 'echo', description: 'x', inputSchema: z.object({}), handler: async () => 'text' };\n`,
    },
    ['other tools/call -> line 9', 'prompt audit -> handler', 'tool echo -> handler'],
  ],
  'a map over an enumeration, and its forEach': [
    {
      'server.ts': `${v1}import { Tools, Registry } from './registry.js';\nfunction enabled(): Map<Tools, Handler> { const found = new Map<Tools, Handler>(); for (const name of Object.values(Tools)) { if (name) found.set(name, Registry.get(name)); } return found; }\nenabled().forEach((handler, name) => { const config = handler.getConfig(); server.registerTool(name as string, config, (args) => handler.handle(args)); });`,
      'registry.ts': `export enum Tools { LIST = 'list', GET = 'get' }\nabstract class Handler { abstract handle(args: object): Promise<object>; }\nclass List extends Handler { async handle(args) { return {}; } }\nclass Get extends Handler { async handle(args) { return {}; } }\nexport class Registry { private static readonly all = new Map<Tools, Handler>([[Tools.LIST, new List()], [Tools.GET, new Get()]]); static get(name: Tools): Handler { return this.all.get(name)!; } }`,
    },
    ['tool get -> Get.handle', 'tool list -> List.handle'],
  ],
};

describe('handlers: in tables', function () {
  this.timeout(20_000);
  for (const [title, [files, expected]] of Object.entries(cases)) {
    it(title, async () => assert.deepEqual(said(await handlersIn(files)).sort(), expected));
  }

  it('each of what a factory makes stands where it is described: its line', async () => {
    const { program, handlers } = await handlersIn(cases['each of what a factory makes stands where it is described']![0]);
    assert.deepEqual(handlers.map(({ name, file, span }) => `${name} ${lineOf(program, file, span)}`), ['ping 7', 'pong 8']);
  });
});
