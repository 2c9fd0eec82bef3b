import assert from 'node:assert/strict';
import type { ReachKind } from '../../src/analysis/code/program.ts';
import { handlersIn } from './support/handlers.ts';
import { lintWorld } from './support/lintWorld.ts';

// A tool calls a function that came in as a parameter of the function in which the tool is registered.

const py = 'from fastmcp import FastMCP\nmcp = FastMCP("x")\n';
const register = 'def register(mcp, make_request):\n    @mcp.tool()\n    async def handoff(ids: list[str]) -> dict:\n        return await make_request("GET", ids)\n';
const request = 'async def make_request(method, url):\n    return await send(url)\n\nasync def send(url): return 1\n';
const ts = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n";
const server = "const server = new McpServer({ name: 'a', version: '1' });\n";
const tools = "type RequestFn = (path: string) => Promise<unknown>;\nexport function registerTools(server: McpServer, request: RequestFn) {\n  server.registerTool('a', {}, async (args) => request('/x'));\n}\n";
const asks = "async function ask(path: string) { return send(path); }\nasync function send(path: string) {}\n";

/** What the tools reach besides their own function. */
type Cases = Record<string, [files: Record<string, string>, reached: string[]]>;

const cases: Cases = {
  'Python: one file': [{ 'a.py': `${py}${register}${request}register(mcp, make_request)\n` }, ['make_request', 'send']],
  'Python: other files': [{ 'tools.py': register, 'http.py': request, 'a.py': `${py}from tools import register\nfrom http import make_request\nregister(mcp, make_request)\n` }, ['make_request', 'send']],
  'Python: a function of the one that registers': [{ 'tools.py': register, 'a.py': `${py}from tools import register\ndef create():\n    async def make_request(method, url):\n        return await send(url)\n    register(mcp, make_request)\n\nasync def send(url): return 1\ncreate()\n` }, ['make_request', 'send']],
  'Python: by keyword': [{ 'a.py': `${py}${register}${request}register(make_request=make_request, mcp=mcp)\n` }, ['make_request', 'send']],
  'Python: handed on by two functions': [{ 'tools.py': register, 'a.py': `${py}from tools import register\n${request}def all_tools(mcp, call):\n    register(mcp, call)\n\ndef setup(mcp, *, ask):\n    all_tools(mcp, ask)\n\nsetup(mcp, ask=make_request)\n` }, ['make_request', 'send']],
  'Python: a method': [{ 'a.py': `${py}${register}class Api:\n    def __init__(self):\n        register(mcp, self.request)\n    async def request(self, method, url):\n        return await self.send(url)\n    async def send(self, url): return 1\n\nApi()\n` }, ['Api.request', 'Api.send']],
  'Python: a parameter of a method': [{ 'a.py': `${py}${request}class Tools:\n    def register(self, ask):\n        @mcp.tool()\n        async def a() -> str:\n            return await ask("GET", "x")\n\nTools().register(make_request)\n` }, ['make_request', 'send']],
  'Python: a default': [{ 'a.py': `${py}${request}def register(mcp, ask=make_request):\n    @mcp.tool()\n    async def a() -> str:\n        return await ask("GET", "x")\n\nregister(mcp)\n` }, ['make_request', 'send']],
  'Python: a helper beside the tool calls it': [{ 'a.py': `${py}${request}def register(mcp, ask):\n    async def each(url):\n        return await ask("GET", url)\n    @mcp.tool()\n    async def a() -> str:\n        return await each("x")\n\nregister(mcp, make_request)\n` }, ['each', 'make_request', 'send']],
  'Python: two callers, two functions': [{ 'a.py': `${py}${register}async def one(method, url): return 1\nasync def two(method, url): return 1\nif mcp:\n    register(mcp, one)\nelse:\n    register(mcp, two)\n` }, ['one', 'two']],
  'Python: of two callers one cannot be told': [{ 'a.py': `${py}${register}${request}import sys\nregister(mcp, make_request)\nregister(mcp, getattr(sys, "x"))\n` }, ['make_request', 'send']],
  'Python: what a test hands over is not meant': [{ 'tools.py': register, 'a.py': `${py}from tools import register\n${request}register(mcp, make_request)\n`, 'test_tools.py': 'from tools import register\nasync def double(method, url): return 1\nregister(None, double)\n' }, ['make_request', 'send']],
  'Python: what is behind a spread cannot be told': [{ 'a.py': `${py}${register}async def one(method, url): return 1\nregister(*[mcp], one)\n` }, []],
  'Python: another thing by the name of the parameter': [{ 'a.py': `${py}${register}${request}` }, []],
  'Python: assigned anew': [{ 'a.py': `${py}${request}def register(mcp, ask):\n    ask = mcp.wrap(ask)\n    @mcp.tool()\n    async def a() -> str:\n        return await ask("GET", "x")\n\nregister(mcp, make_request)\n` }, []],
  'TypeScript: one file': [{ 'a.ts': `${ts}${server}${tools}${asks}registerTools(server, ask);\n` }, ['ask', 'send']],
  'TypeScript: other files': [{ 'tools.ts': `${ts}${tools}`, 'http.ts': `export ${asks}`, 'a.ts': `${ts}import { registerTools } from './tools.js';\nimport { ask } from './http.js';\n${server}registerTools(server, ask);\n` }, ['ask', 'send']],
  'TypeScript: a function literal': [{ 'a.ts': `${ts}${server}${tools}${asks}registerTools(server, (path) => send(path));\n` }, ['(anonymous)', 'send']],
  'TypeScript: handed on by two functions': [{ 'tools.ts': `${ts}${tools}`, 'a.ts': `${ts}import { registerTools } from './tools.js';\n${server}${asks}function all(call: (path: string) => unknown) { registerTools(server, call); }\nfunction setup(given: (path: string) => unknown) { all(given); }\nsetup(ask);\n` }, ['ask', 'send']],
  'TypeScript: by more functions than are followed': [{ 'a.ts': `${ts}${server}${tools}${asks}function one(f: any) { registerTools(server, f); }\nfunction two(f: any) { one(f); }\nfunction three(f: any) { two(f); }\nfunction four(f: any) { three(f); }\nfour(ask);\n` }, []],
  'TypeScript: a method': [{ 'a.ts': `${ts}${server}${tools}class Api {\n  start() { registerTools(server, this.request); }\n  request(path: string) { return this.send(path); }\n  async send(path: string) {}\n}\nnew Api().start();\n` }, ['Api.request', 'Api.send']],
  'TypeScript: a bound method': [{ 'a.ts': `${ts}${server}${tools}class Api {\n  async request(path: string) {}\n}\nconst api = new Api();\nregisterTools(server, api.request.bind(api));\n` }, ['Api.request']],
  'TypeScript: a member of an object that is handed on': [
    { 'a.ts': `${ts}${server}${asks}interface Deps { request: (path: string) => unknown }\nfunction register(deps: Deps) {\n  const { request } = deps;\n  server.registerTool('a', {}, async () => request('/x'));\n}\nfunction setup(request: (path: string) => unknown) { register({ request }); }\nsetup(ask);\n` },
    ['ask', 'send'],
  ],
  'TypeScript: two callers, two functions': [{ 'a.ts': `${ts}${server}${tools}async function one() {}\nasync function two() {}\nif (process.env.X) registerTools(server, one);\nelse registerTools(server, two);\n` }, ['one', 'two']],
  'TypeScript: what another call hands to a helper is not meant': [
    { 'a.ts': `${ts}${server}function retry(run: () => unknown) { return later(() => run()); }\nfunction later(f: () => unknown) { return f(); }\nserver.registerTool('a', {}, async () => retry(one));\nexport function other() { return retry(two); }\nfunction one() {}\nfunction two() {}\n` },
    ['retry', 'one', 'later', '(anonymous)'],
  ],
  'TypeScript: what wraps a function has it for itself': [
    { 'a.ts': `${ts}${server}const wrap = (fn: () => unknown) => async function guarded() { return fn(); };\nserver.registerTool('a', {}, async () => first());\nconst first = wrap(one);\nexport const second = wrap(two);\nfunction one() {}\nfunction two() {}\n` },
    ['guarded'],
  ],
  'Python: a method of what comes in, the same from all callers': [
    { 'a.py': `${py}class Api:\n    def find(self, q): return 1\napi = Api()\ndef helper(c, q):\n    return c.find(q)\n@mcp.tool()\nasync def a(q: str) -> str: return helper(api, q)\n@mcp.tool()\nasync def b(q: str) -> str: return helper(Api(), q)\n` },
    ['helper', 'Api.find'],
  ],
  'Python: a method of what comes in, another one from each caller': [
    { 'a.py': `${py}class Api:\n    def find(self, q): return 1\nclass Other:\n    def find(self, q): return 2\ndef helper(c, q):\n    return c.find(q)\n@mcp.tool()\nasync def a(q: str) -> str: return helper(Api(), q)\n@mcp.tool()\nasync def b(q: str) -> str: return helper(Other(), q)\n` },
    ['helper'],
  ],
  'Python: a method of what comes in, of which one caller says nothing': [
    { 'a.py': `${py}import sys\nclass Api:\n    def find(self, q): return 1\ndef helper(c, q):\n    return c.find(q)\n@mcp.tool()\nasync def a(q: str) -> str: return helper(Api(), q)\n@mcp.tool()\nasync def b(q: str) -> str: return helper(getattr(sys, q), q)\n` },
    ['helper'],
  ],
  'Python: a method of a protocol': [
    { 'a.py': `${py}from typing import Protocol\nclass Finds(Protocol):\n    def find(self, q): ...\nclass Api:\n    def find(self, q): return 1\nasync def helper(c: Finds, q):\n    return c.find(q)\n@mcp.tool()\nasync def a(q: str) -> str: return await helper(Api(), q)\n` },
    ['helper', 'Api.find'],
  ],
  'JavaScript: a method of what comes in, handed on': [
    { 'api.js': 'export class Api { find() { return ask(); } }\nfunction ask() {}\n', 'a.js': `${ts}import { Api } from './api.js';\n${server}const api = new Api();\nserver.registerTool('a', {}, async () => outer(api));\nfunction outer(client) { return helper(client); }\nfunction helper(client) { return client.find(); }\n` },
    ['outer', 'helper', 'Api.find', 'ask'],
  ],
};

async function reached(files: Record<string, string>, kind: ReachKind): Promise<string[]> {
  const { program, handlers } = await handlersIn(files);
  assert.ok(handlers.length > 0);
  const own = new Set(handlers.map((h) => JSON.stringify(h.function)));
  return [...new Set(handlers.flatMap((h) => [...program.reachedFrom(h, kind)]).filter((fn) => !own.has(JSON.stringify(fn))).map((fn) => program.nameOf(fn)))];
}

describe('reach: functions that came in as parameters', () => {
  for (const [title, [files, expected]] of Object.entries(cases)) {
    it(title, async () => assert.deepEqual(await reached(files, 'loop'), expected));
  }

  it('whoever registers a tool while it answers does not run it', async () => {
    const text = `${ts}${server}${tools}${asks}server.registerTool('more', {}, async () => { registerTools(server, ask); });\n`;
    const { program, handlers } = await handlersIn({ 'a.ts': text });
    const names = handlers.map((h) => [h.name, ...[...program.reachedFrom(h, 'loop')].map((fn) => program.nameOf(fn)).filter((name) => name !== '(anonymous)')]);
    assert.deepEqual(names.sort(), [['a', 'ask', 'send'], ['more', 'registerTools', 'ask', 'send']].map((row) => (row[0] === 'more' ? row : row)));
  });

  it('what it is given to run on another thread stays there', async () => {
    const decorated = `${py}${register}from asgiref.sync import sync_to_async\n@sync_to_async\ndef make_request(method, url):\n    return send(url)\n\ndef send(url): return 1\nregister(mcp, make_request)\n`;
    assert.deepEqual(await reached({ 'a.py': decorated }, 'loop'), []);
    assert.deepEqual(await reached({ 'a.py': decorated }, 'any'), ['make_request', 'send']);
  });

  it('the call is among the callers, once its tool gets there, and its target says what it calls', async () => {
    const { program, handlers } = await handlersIn({ 'a.py': `${py}${register}${request}register(mcp, make_request)\n` });
    const index = program.files.get('/server/a.py')!.functions.findIndex((f) => f.name === 'make_request');
    const fn = { file: '/server/a.py', index };
    const names = program.callersOf(fn).map((ref) => program.nameOf({ file: ref.file, index: program.callOf(ref).function }));
    assert.deepEqual(names, ['(module)', 'handoff']);
    const call = program.callersOf(fn)[1]!;
    assert.deepEqual(program.called(call).functions, [fn]);
    assert.deepEqual(program.target(call).functions, [], 'that of the resolver is what it was');
    assert.deepEqual(program.reach(fn, 'loop')!.path.map((hop) => hop.function), [handlers[0]!.function, fn]);
  });

  it('a rule sees what lies behind it', async () => {
    const server = 'import httpx\nfrom fastmcp import FastMCP\nfrom tools import register\nclient = httpx.AsyncClient(base_url="http://x")\nmcp = FastMCP("x")\nasync def make_request(method: str, url: str, **kwargs):\n    return await client.get(url, **kwargs)\nregister(mcp, make_request)\nmcp.run()\n';
    const tool = 'def register(mcp, make_request):\n    @mcp.tool()\n    async def handoff(ids: list[str]) -> dict:\n        out = []\n        for i in ids:\n            r = await make_request("GET", "/v1/shifts", params={"id": i})\n            out.append(r.json())\n        return {"out": out}\n';
    const { findings } = await lintWorld({ files: { 'server.py': server, 'tools.py': tool } });
    assert.deepEqual(findings.filter((f) => f.rule === 'sequential-await').map((f) => f.line), [6]);
  });
});
