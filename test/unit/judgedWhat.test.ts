import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what is done seldom, costs little, or is another tool's

const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str) -> str:\n${body}`;
const levels = (found: string[]) => found.map((text) => /^\w+/.exec(text)![0]);
const levelsOf = async (rule: string, text: string) => levels(await said(rule, text));

/** Messages of one rule in several files. */
async function saidIn(rule: string, files: Record<string, string>, versions: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await lintWorld({ files, versions, rules: rules.filter(({ id }) => id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

describe('judged: what is done seldom', () => {
  it('after a refusal, and when a token should be renewed', async () => {
    const again = (condition: string) => levelsOf('missing-timeout', tool(`let answer = await fetch('https://x/a');\n  if (${condition}) answer = await fetch('https://x/b');\n  return answer.json();`));
    for (const refused of ['answer.status === 429', 'answer.status >= 500', '!answer.ok']) assert.deepEqual(await again(refused), ['warning', 'hint'], refused);
    assert.deepEqual(await again('args.more'), ['warning', 'warning']);
    const token = (condition: string) => levelsOf('blocking-call', python('import requests', `class Api:\n    def __init__(self):\n        self.token = None\n    def get(self):\n        if ${condition}:\n            self.renew()\n        return self.token.value\n    def renew(self):\n        self.token.value = requests.post("https://x/token", timeout=5).text\napi = Api()\n${asyncTool('    return api.get()\n')}`));
    assert.deepEqual([await token('self.token.value is None or self._should_refresh()'), await token('self.wants(1)')], [['hint'], ['warning']]);
  });

  it('on the event loop once, in threads each time', async () => {
    const text = (start: string) => python('import asyncio, functools, requests', `def write(line):\n    requests.post("https://x/log", data=line, timeout=5)\n@functools.lru_cache\ndef client():\n    write("probe")\n    return 1\n${asyncTool(`    client()\n    ${start}\n    return name\n`)}`);
    assert.deepEqual(await levelsOf('blocking-call', text('await asyncio.to_thread(write, name)')), ['information']);
    assert.deepEqual(await levelsOf('blocking-call', text('write(name)')), ['warning']);
  });

  it('behind what is kept, whatever else must be or somebody asks for', async () => {
    const kept = (guard: string) => levelsOf('blocking-call', python('import requests', `_all = None\ndef load(force=False, path=None):\n    global _all\n    if ${guard}:\n        _all = requests.get("https://x", timeout=5).json()\n    return _all\n${asyncTool('    return str(load(path=name))\n')}`));
    for (const first of ['_all is None and path is not None', '_all is None or force', 'not _all']) assert.deepEqual(await kept(first), ['information'], first);
    assert.deepEqual(await kept('_all is None or path is None'), ['warning']);
    assert.deepEqual(await levelsOf('blocking-call', python('import os, requests', `_SID = None\ndef sid():\n    global _SID\n    one = _SID or os.environ.get("SID")\n    if one:\n        return one\n    _SID = requests.post("https://x", timeout=5).text\n    return _SID\n${asyncTool('    return sid()\n')}`)), ['information'], 'by another name');
    const fresh = (parameters: string) => levelsOf('blocking-call', python('import requests', `def check(${parameters}):\n    cached = load()\n    if cached and not force and is_cache_fresh(cached):\n        return cached\n    return requests.get("https://x", timeout=5).text\n${asyncTool('    return check(name)\n')}`));
    assert.deepEqual([await fresh('force=False'), await fresh('url, force=False')], [['hint'], ['warning']]);
    const table = (guard: string) => levelsOf('client-per-call', python('import httpx', `class Codes:\n    all = {}\n    @staticmethod\n    async def load():\n        ${guard}\n            async with httpx.AsyncClient(timeout=5) as client:\n                for one in (await client.get("https://x")).json():\n                    Codes.all[one["id"]] = one\n${asyncTool('    await Codes.load()\n    return str(Codes.all)\n')}`));
    assert.deepEqual([(await table('if not Codes.all:')).length, (await table('if Codes.all:')).length], [0, 1]);
    const cached = (decorator: string) => levelsOf('blocking-call', python('import functools, requests', `@functools.lru_cache(${decorator})\ndef load(url):\n    return requests.get(url, timeout=5).text\n${asyncTool('    return load(name)\n')}`));
    assert.deepEqual([await cached('maxsize=1'), await cached('maxsize=512')], [['information'], ['warning']]);
  });

  it('with telemetry on, which is off as a rule', async () => {
    const text = (guard: string) => python('import os', `def is_telemetry_enabled():\n    return os.environ.get("TELEMETRY", "false") == "true"\ndef log(line):\n    ${guard}\n    print(line)\n${asyncTool('    log(name)\n    return name\n')}mcp.run()\n`);
    assert.deepEqual(await levelsOf('stdout-pollution', text('if not is_telemetry_enabled():\n        return')), ['hint']);
    assert.deepEqual(await levelsOf('stdout-pollution', text('pass')), ['warning']);
  });
});

describe('judged: what costs little', () => {
  it('DuckDB by its statements, and tables of SQLite that are there already', async () => {
    const duck = (call: string) => levelsOf('blocking-call', python('import duckdb', `db = duckdb.connect("x.db")\n${asyncTool(`    return str(db.${call})\n`)}`));
    for (const quick of ['execute("SELECT a FROM b WHERE c = ?", [name])', 'execute(f"COPY (SELECT 1 LIMIT 1) TO \'{name}\'")']) assert.deepEqual(await duck(quick), ['information'], quick);
    assert.deepEqual(await duck('execute("SELECT COUNT(*) FROM b")'), ['information']);
    for (const long of ['execute(name)', 'execute("SELECT * FROM b")', 'sql(name)']) assert.deepEqual(await duck(long), ['hint'], long);
    const script = (text: string) => levelsOf('blocking-call', python('import sqlite3', `db = sqlite3.connect("x.db")\n${asyncTool(`    db.executescript("""${text}""")\n    return ""\n`)}`));
    assert.deepEqual([await script('\n  CREATE TABLE IF NOT EXISTS a (b); CREATE INDEX IF NOT EXISTS c ON a (b);'), await script('DELETE FROM a;')], [['information'], ['warning']]);
  });

  it('commands that read one file or tell a manager', async () => {
    const run = (command: string) => levelsOf('missing-timeout', python('import subprocess', asyncTool(`    command = None\n    if name:\n        command = ${command}\n    else:\n        command = ["size", name]\n    subprocess.run(command)\n    return ""\n`)));
    for (const quick of ['["launchctl", "load", name]', '["python3", "-c", "import pdfplumber"]', '["systemctl", "status", name]']) assert.deepEqual(await run(quick), ['hint'], quick);
    assert.deepEqual(await run('["avr-size", "-A", name]'), [], 'nothing of it waits');
    assert.deepEqual(await run('["xdg-open", f"app://tool?path={name}&chat=1"]'), ['hint'], 'an address');
    for (const long of ['["make", name]', '["python3", "-c", name]']) assert.deepEqual(await run(long), ['warning'], long);
  });

  it('a folder at a time, with waits in between, and data that ship with the server', async () => {
    const walk = (between: string) => levelsOf('blocking-call', `import fs from 'node:fs';\nasync function copy(folder: string): Promise<void> {\n  for (const one of fs.readdirSync(folder)) { ${between} await copy(folder + one); }\n}\n${tool('await copy(args.path); return {};')}`);
    assert.deepEqual(await walk(''), ['warning']);
    assert.notDeepEqual(await walk('await fs.promises.copyFile(one, one + 1);'), ['warning']);
    const data = (name: string, more = '') => levelsOf('blocking-call', python('import json\nfrom pathlib import Path', `INDEX = Path(__file__).parent / "${name}"\ndef save(all):\n    ${more || 'pass'}\n${asyncTool('    return str(json.loads(INDEX.read_text()))\n')}`));
    assert.deepEqual([await data('index.json'), await data('index.json', 'INDEX.write_text(all)'), await data('index.csv')], [['hint'], ['warning'], ['warning']]);
  });

  it('what a client is there for takes far longer than to connect', async () => {
    const of = (name: string, body: string) => levelsOf('client-per-call', python('import asyncio, httpx', `async def ${name}(url):\n    async with httpx.AsyncClient() as client:\n        return (await client.post("https://x/v1" + url, timeout=5)).text\nasync def download_pdf(url):\n    return url\n${asyncTool(body.replaceAll('NAME', name))}`));
    assert.deepEqual(await of('look', '    return await NAME(":generateContent")\n'), ['warning']);
    assert.deepEqual(await of('wait_for_job', '    return await NAME("/job")\n'), ['hint']);
    assert.deepEqual(await of('look', '    await download_pdf(name)\n    return await NAME("/meta")\n'), ['hint']);
    const given = (make: string, more = '') => levelsOf('client-per-call', python('import httpx', `LIMIT = 90.0\n${asyncTool(`    async with httpx.AsyncClient(${make}) as client:\n        return (await client.get("https://x"${more})).text\n`)}`));
    for (const long of ['timeout=120', 'timeout=LIMIT', 'timeout=httpx.Timeout(60.0, connect=5.0)']) assert.deepEqual(await given(long), ['hint'], long);
    assert.deepEqual([await given('', ', timeout=60'), await given('timeout=30')], [['hint'], ['warning']]);
    const model = (url: string) => levelsOf('client-per-call', python('import httpx', asyncTool(`    async with httpx.AsyncClient() as client:\n        return (await client.post(f"https://x/{name}${url}", timeout=5)).text\n`)));
    assert.deepEqual([await model(':generateContent'), await model('/search')], [['information'], ['warning']]);
  });

  it('a set-up tool, a file that is written, files on some condition', async () => {
    const of = (body: string, name = 'run') => levelsOf('sync-tool', `from pathlib import Path\nimport os\nimport pandas as pd\nimport requests\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef ${name}(folder: str) -> str:\n${body.replace(/^/gm, '    ')}\n    return ""\n`);
    assert.deepEqual([await of('requests.get("https://x", timeout=5)', 'setup'), await of('requests.get("https://x", timeout=5)')], [['hint'], ['warning']]);
    assert.deepEqual([await of('pd.DataFrame([folder]).to_excel("x.xlsx")'), await of('pd.read_excel(folder)')], [['hint'], ['warning']]);
    assert.deepEqual([await of('if not folder:\n    list(Path("/srv").rglob("*"))'), await of('list(Path(folder).rglob("*"))')], [['hint'], ['warning']]);
    assert.deepEqual(await of('with open(folder, "w") as f:\n    f.write("x")\n    os.fsync(f.fileno())'), ['hint']);
  });

  it('waits and questions that soon end, or ask for another thing', async () => {
    const wait = (loop: string) => levelsOf('busy-wait', python('import asyncio, webbrowser', `class State:\n    ready = False\nstate = State()\nasync def later():\n    state.ready = True\n${asyncTool(`    ${loop}\n        if state.ready:\n            break\n        await asyncio.sleep(1)\n    return ""\n`)}`));
    assert.deepEqual([await wait('for _ in range(5):'), await wait('for _ in range(60):'), await wait('webbrowser.open(name)\n    for _ in range(60):')], [['hint'], ['warning'], ['hint']]);
    const ask = (rounds: number, about: string) => levelsOf('polling', python('import asyncio, httpx', `client = httpx.AsyncClient(timeout=5)\n${asyncTool(`    for day in range(${rounds}):\n        when = name + str(day)\n        state = (await client.get("https://x/jobs", params={"at": ${about}})).json()\n        if state["status"] == "done":\n            break\n        await asyncio.sleep(1)\n    return ""\n`)}`));
    assert.deepEqual([await ask(90, 'name'), await ask(8, 'name'), await ask(90, 'when'), await ask(90, 'day')], [['hint'], ['information'], [], []]);
  });
});

describe('judged: what is kept', () => {
  const kept = (key: string, value: string, before = '') => levelsOf('unbounded-cache', python('import httpx, time, uuid', `kept = {}\nFONTS = {"a": "b"}\nclass Handle:\n    def __init__(self, pid, name):\n        self.pid = pid\nclient = httpx.AsyncClient(timeout=5)\n@mcp.tool()\nasync def run(query: str, user_id: str) -> str:\n    ${before || 'pass'}\n    kept[${key}] = ${value}\n    return ""\n`));

  it('ids of what exists, by what is kept of each', async () => {
    assert.deepEqual(await kept('user_id', '(await client.get(query)).json()'), ['hint']);
    assert.deepEqual(await kept('user_id', '{"name": query, "at": 1}'), ['information']);
    assert.deepEqual([await kept('user_id', 'query + "x"'), await kept('query', 'query + "x"'), await kept('query', 'ask(query)')], [['information'], ['information'], ['hint']]);
    assert.deepEqual(await kept('query', '{"name": query, "text": query}'), ['hint']);
    assert.deepEqual(await kept('str(uuid.uuid4())', '{"text": query}'), ['hint']);
  });

  it('times, what a table has, and processes', async () => {
    assert.deepEqual(await kept('query', 'time.perf_counter()'), ['information']);
    assert.deepEqual(await kept('query', 'entry', 'entry = FONTS.get(query)\n    if not entry:\n        return ""'), []);
    assert.deepEqual(await kept('query', 'Handle(pid=3, name=query)'), ['information']);
    assert.deepEqual(await kept('query', 'subprocess.Popen(query)', 'import subprocess'), ['information']);
    const inner = (gives: string) => levelsOf('unbounded-cache', python('import functools', `def route(n):\n    @functools.lru_cache(maxsize=None)\n    def cost(name):\n        return name\n    return ${gives}\n${asyncTool('    return str(route(name))\n')}`));
    assert.deepEqual([(await inner('cost(n)')).length, (await inner('cost')).length], [0, 1]);
  });

  it('what is filled once, cut before, or chosen among a few', async () => {
    const filled = (guard: string) => levelsOf('unbounded-cache', python('import httpx', `index = {}\nasync def load(name):\n    ${guard}\n    index[name] = (await httpx.AsyncClient(timeout=5).get("https://x")).json()\n    return index\n${asyncTool('    return str(await load(name))\n')}`));
    assert.deepEqual([(await filled('if index: return index')).length, (await filled('pass')).length], [0, 1]);
    const cut = (line: string) => levelsOf('unbounded-cache', python('import collections, time', `seen = collections.defaultdict(list)\n${asyncTool(`    ${line}\n    seen[name].append(time.time())\n    return ""\n`)}`));
    assert.deepEqual((await cut('pass')).length, 1);
    assert.deepEqual(await cut('seen[name] = [t for t in seen[name] if t > 5]'), ['information'], 'as many names as there are');
    const chosen = (type: string) => levelsOf('unbounded-cache', python('from typing import Literal', `clients = {}\nSlug = Literal[\n    "a",\n    "b",\n]\ndef client_of(slug):\n    if slug not in clients:\n        clients[slug] = load(slug)\n    return clients[slug]\n@mcp.tool()\nasync def run(register: ${type}) -> str:\n    return client_of(register).text\n`));
    assert.deepEqual([(await chosen('Slug')).length, (await chosen('Literal["a", "b"]')).length, (await chosen('str')).length], [0, 0, 1]);
  });

  it('a list that is bounded by the schema that a helper parses with', async () => {
    const text = (max: string) => `import { z } from 'zod';\nconst schema = z.object({ ids: z.array(z.string())${max} });\nfunction parseOrThrow<T>(by: z.ZodType<T>, given: unknown): T { const { success, data } = by.safeParse(given); if (!success) throw new Error('x'); return data; }\nasync function all(input: { ids: string[] }) { return Promise.all(input.ids.map((id) => fetch('https://x/' + id, { signal: AbortSignal.timeout(5000) }))); }\n${tool('return { all: await all(parseOrThrow(schema, args)) };')}`;
    assert.deepEqual([(await said('unbounded-fan-out', text('.max(20)'))).length, (await said('unbounded-fan-out', text(''))).length], [0, 1]);
  });

  it('a field of a file, and the names in one folder', async () => {
    const of = (body: string) => levelsOf('large-response', `from pathlib import Path\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef list_notes(name: str) -> object:\n${body.replace(/^/gm, '    ')}\n`);
    assert.deepEqual(await of('text = Path("/srv/" + name).read_text()\nreturn text'), ['hint']);
    assert.deepEqual(await of('note = parse(Path("/srv/" + name).read_text())\nreturn {"title": note.title}'), []);
    assert.deepEqual([await of('return [p.name for p in Path(name).iterdir()]'), await of('return [p.name for p in Path(name).rglob("*")]')], [['information'], ['hint']]);
  });
});

describe('judged: whose it is', () => {
  it('stdout of a server of Python is set aside from mcp 2 on', async () => {
    const of = (head: string, versions: Record<string, string>) => saidIn('stdout-pollution', { 'server.py': `${head}\nmcp = S("x")\nprint("starts")\n@mcp.tool()\ndef run(name: str) -> str:\n    print(name)\n    return name\nmcp.run()\n` }, versions).then((all) => all.length);
    const [v1, v2, fast] = ['from mcp.server.fastmcp import FastMCP as S', 'from mcp.server.mcpserver import MCPServer as S', 'from fastmcp import FastMCP as S'] as const;
    assert.deepEqual([await of(v1, { mcp: '1.30.0' }), await of(v1, {}), await of(fast, { fastmcp: '3.4.11' })], [2, 2, 2]);
    assert.deepEqual([await of(v2, { mcp: '2.3.0' }), await of(v2, {}), await of(fast, { fastmcp: '4.2.3' })], [1, 1, 1]);
  });

  it('a tool whose class is on the way is the one that is named', async () => {
    const handler = (name: string, body: string) => `export class ${name}Handler extends Base {\n  readonly toolName = '${name}';\n  protected async execute(args: any, context: Context) { ${body} }\n}\n`;
    const files = {
      'base.ts': `export interface Context { log(line: string): void }\nexport interface ToolHandler { readonly toolName: string; handle(args: any, context: Context): Promise<object> }\nexport abstract class Base implements ToolHandler {\n  abstract readonly toolName: string;\n  protected abstract execute(args: any, context: Context): Promise<object>;\n  async handle(args: any, context: Context): Promise<object> {\n    context.log(this.toolName);\n    return await this.execute(args, context);\n  }\n}\n`,
      'registry.ts': `import type { ToolHandler } from './base.js';\nexport class ToolHandlerRegistry {\n  private handlers = new Map<string, ToolHandler>();\n  register(handler: ToolHandler): void { this.handlers.set(handler.toolName, handler); }\n  registerAll(handlers: ToolHandler[]): void { for (const handler of handlers) this.register(handler); }\n  get(toolName: string): ToolHandler | undefined { return this.handlers.get(toolName); }\n}\nexport const handlerRegistry = new ToolHandlerRegistry();\n`,
      'handlers.ts': `import { Base, type Context } from './base.js';\nimport { handlerRegistry } from './registry.js';\n${handler('alpha', 'return {};')}${handler('beta', "return (await fetch('https://x')).json();")}handlerRegistry.registerAll([new alphaHandler(), new betaHandler()]);\n`,
      'server.ts': `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport './handlers.js';\nimport { handlerRegistry } from './registry.js';\nconst tools = [{ name: 'alpha', inputSchema: {} }, { name: 'beta', inputSchema: {} }];\nconst server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\nserver.setRequestHandler(ListToolsRequestSchema, async () => ({ tools }));\nserver.setRequestHandler(CallToolRequestSchema, async (request) => {\n  const { name, arguments: args } = request.params;\n  const handler = handlerRegistry.get(name);\n  if (handler) return handler.handle(args, console) as any;\n  throw new Error(name);\n});\n`,
    };
    const found = await saidIn('missing-timeout', files);
    assert.equal(found.length, 1);
    assert.match(found[0]!, /tool `beta`/);
    assert.doesNotMatch(found[0]!, /alpha|other/);
  });

  it('an agent that nobody makes, and builders of a query', async () => {
    const agent = (use: string) => said('no-connection-reuse', `import https from 'node:https';\nfunction makeAgent() { return new https.Agent({ ca: 'x' }); }\n${tool(`return (await fetch('https://x'${use})).json();`)}`);
    assert.deepEqual([(await agent('')).length, (await agent(', { agent: makeAgent() } as object')).length], [0, 1]);
    const list = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListResourcesRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport { asc, eq } from 'drizzle-orm';\nconst server = new Server({ name: 'x', version: '1' }, { capabilities: { resources: {} } });\nserver.setRequestHandler(ListResourcesRequestSchema, async () => ({ resources: [asc('a'), eq('a', 'b')] }));\n`;
    assert.deepEqual(await said('slow-list', list), []);
  });

  it('a server that is made for each request without sessions hears of no cancellation', async () => {
    const text = (options: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';\nimport express from 'express';\nfunction make() {\n  const server = new McpServer({ name: 'x', version: '1' });\n  server.registerTool('run', {}, async (args, extra) => { const answer = await fetch('https://x'); return answer.json(); });\n  return server;\n}\nconst app = express();\napp.post('/mcp', async (req, res) => { const server = make(); const transport = new StreamableHTTPServerTransport(${options}); await server.connect(transport); await transport.handleRequest(req, res, req.body); });\n`;
    assert.deepEqual([(await said('ignored-cancellation', text(''))).length, (await said('ignored-cancellation', text("{ sessionIdGenerator: () => 'x' }"))).length], [0, 1]);
  });

  it('a token that stands in a context variable is that of who calls', async () => {
    const of = (key: string) => said('client-per-call', python('import contextvars, httpx, os', `_key = contextvars.ContextVar("key", default="")\ndef client():\n    return httpx.AsyncClient(headers={"X-Key": ${key}}, timeout=5)\n${asyncTool('    return (await client().get("https://x")).text\n')}`));
    assert.deepEqual([(await of('_key.get() or os.environ["KEY"]')).length, (await of('os.environ["KEY"]')).length], [0, 1]);
  });

  it('a request with a body reads nothing', async () => {
    const of = (more: string) => said('uncached-hot-tool', python('import urllib.request', '@mcp.tool()\nasync def get_certificate(name: str) -> str:\n    request = urllib.request.Request("https://x/" + name' + more + ')\n    return urllib.request.urlopen(request, timeout=5).read().decode()\n'));
    assert.deepEqual([(await of(', data=b"x"')).length, (await of('')).length], [0, 1]);
  });

  it('settings that a list reads, and what is printed when all is over', async () => {
    const list = (path: string) => levelsOf('slow-list', `from mcp.server.lowlevel import Server\nimport mcp.types as types\nserver = Server("x")\n@server.list_tools()\nasync def tools() -> list[types.Tool]:\n    with open("${path}") as f:\n        return [types.Tool(name=f.read(), inputSchema={})]\n`);
    assert.deepEqual([await list('config.toml'), await list('tools.json')], [['hint'], ['warning']]);
    const over = (where: string) => levelsOf('stdout-pollution', `from mcp.server.lowlevel import Server\nfrom mcp.server.stdio import stdio_server\nimport mcp.types as types\nserver = Server("x")\n@server.call_tool()\nasync def call(name: str, arguments: dict):\n    return []\nasync def main():\n    async with stdio_server() as (reads, writes):\n        ${where}\n`);
    assert.deepEqual(await over('try:\n            await server.run(reads, writes, {})\n        finally:\n            print("over")'), []);
    assert.deepEqual(await over('print("begins")\n        await server.run(reads, writes, {})'), ['warning']);
  });

  it('what tests start, and what starts another process, is no server', async () => {
    const server = (more: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n${more}\nexport const server = new McpServer({ name: 'x', version: '1' });\nserver.registerTool('run', {}, async () => ({}));\n`;
    const harness = `import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nimport { server } from '../server.js';\nconsole.log('begins');\nawait server.connect(new StdioServerTransport());\n`;
    assert.deepEqual(await saidIn('stdout-pollution', { 'server.ts': server(''), 'harness/serve.ts': harness }), []);
    assert.equal((await saidIn('stdout-pollution', { 'server.ts': server(''), 'bin/serve.ts': harness })).length, 1);
  });
});
