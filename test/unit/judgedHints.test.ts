import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what two readers of findings in public servers called wrong as a hint: what weighs too little, and what is not so

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nimport fs from 'node:fs';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;

async function said(rule: string, files: Record<string, string> | string): Promise<string[]> {
  const { findings } = await lintWorld({ files: typeof files === 'string' ? { 'server.ts': files } : files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}
const levels = async (rule: string, files: Record<string, string> | string) => (await said(rule, files)).map((s) => s.split(':')[0]);

describe('judged hints: blocking-call', () => {
  it('a call of microseconds is information, in a loop, too', async () => {
    const of = (body: string) => said('blocking-call', `${head}${server}${tool(`${body} return {};`)}`);
    for (const one of ['fs.mkdirSync(args.path);', 'fs.unlinkSync(args.path);', 'if (args.old) fs.renameSync(args.old, args.path);']) assert.match((await of(one)).join(), /^information: .*for a moment/, one);
    for (const many of ['for (const p of args.paths) fs.unlinkSync(p);', 'args.paths.forEach((p: string) => fs.mkdirSync(p));']) assert.match((await of(many)).join(), /^information: .*for a moment/, many);
  });

  it('of few things it is information, beside what takes longer a question is nothing', async () => {
    const listed = 'const known = await (await fetch("https://x.example/known")).json();';
    const of = (body: string) => levels('blocking-call', `import path from 'node:path';\n${head}${server}${tool(`let dir = args.path; ${body} return {};`)}`);
    for (const many of ['for (const p of args.paths) { if (!fs.existsSync(p)) return null; }', "for (const entry of await fs.promises.readdir('.')) fs.unlinkSync(entry);", "const all = await fs.promises.readdir('.'); for (const one of all) fs.unlinkSync(one);", 'while (args.size > 0) { args.size -= fs.readSync(3, args.buffer); }']) assert.deepEqual(await of(many), ['information'], many);
    assert.deepEqual(await of(`${listed} for (const k of known) { if (!fs.existsSync(k.place)) return null; }`), ['information']);
    assert.deepEqual(await of(`${listed} for (const [name, k] of Object.entries(known)) { if (!fs.existsSync(name)) return null; }`), ['information']);
    for (const none of ['while (fs.existsSync(dir)) { dir += "x"; }', "for (;;) { if (fs.existsSync(path.join(dir, 'package.json'))) return dir; dir = path.dirname(dir); }"]) assert.deepEqual(await of(none), [], none);
    assert.deepEqual(await of('for (const p of args.paths) { if (fs.existsSync(p)) fs.readFileSync(p); }'), ['hint']);
    assert.deepEqual(await of('for (const p of args.paths) { fs.readFileSync(p); }'), ['warning']);
    assert.deepEqual((await of('for (const p of args.paths) { if (fs.realpathSync(p))\n fs.readFileSync(p); }')).sort(), ['hint', 'information']);
    const saved = (save: string) => levels('blocking-call', { 'server.py': python('from pathlib import Path', `@mcp.tool()\nasync def run(paths: list[str]) -> int:\n    total = 0\n    for name in paths:\n        path = Path(name)\n        ${save}\n        total += path.stat().st_size\n    return total\n`) });
    assert.deepEqual(await saved('pass'), ['information']);
    assert.deepEqual(await saved('document.save(str(path))'), []);
  });

  it('the first time only is information, and nothing where the start has made it', async () => {
    const kept = "let text: string | null = null;\nfunction load() { if (text === null) text = fs.readFileSync('/data/model.bin', 'utf8'); return text; }\n";
    const of = (more: string) => said('blocking-call', `${head}${server}${kept}${tool('return { text: load() };')}async function main() { ${more} await server.connect(new StdioServerTransport()); }\nmain();\n`);
    assert.match((await of('')).join(), /^information: .*the first time/);
    for (const started of ['load();', 'setTimeout(() => load(), 1000);']) assert.deepEqual(await of(started), [], started);
    for (const later of ["process.on('SIGHUP', () => load());", tool('return { text: load() };', 'other')]) assert.equal((await of(later)).length, 1, later);
    const timed = (start: string) => ({
      'server.py': python('import threading', `_text = None\ndef load():\n    global _text\n    if _text is None:\n        _text = open("model.bin").read()\n    return _text\n@mcp.tool()\nasync def run() -> str:\n    return load()\ndef main():\n    ${start}\n    mcp.run()\nmain()\n`),
    });
    assert.deepEqual(await levels('blocking-call', timed('pass')), ['information']);
    for (const start of ['load()', 'threading.Timer(1.0, load).start()']) assert.deepEqual(await said('blocking-call', timed(start)), [], start);
  });

  it('a flag that says that something is going on is no first time', async () => {
    const of = (end: string) => said('blocking-call', `${head}${server}class Jobs {\n  busy = false;\n  async work() { if (this.busy) return; this.busy = true; ${end} }\n  one() { fs.readFileSync('/data/job.bin'); }\n}\nconst jobs = new Jobs();\n${tool('await jobs.work(); return {};')}`);
    assert.match((await of('try { this.one(); } finally { this.busy = false; }')).join(), /^warning: (?!.*first time)/);
    assert.match((await of('try { this.one(); } catch { this.busy = false; }')).join(), /^information: .*first time/);
    const rows = `import Database from 'better-sqlite3';\nconst db = new Database('x');\nlet count: unknown;\nfunction load() { if (!count) count = db.prepare('SELECT 1').get(); return count; }\n`;
    assert.deepEqual(await levels('blocking-call', `${rows}${head}${server}${tool('return { count: load() };')}`), ['information'], 'not more than each time');
  });
});

describe('judged hints: client-per-call', () => {
  it('an SQLite file is information, by key, too', async () => {
    const of = (path: string) => levels('client-per-call', { 'server.py': python('import sqlite3', `@mcp.tool()\nasync def run(name: str) -> str:\n    return str(sqlite3.connect(${path}).execute("select 1").fetchall())\n`) });
    for (const path of ['"x.db"', 'name']) assert.deepEqual(await of(path), ['information'], path);
  });

  it('of requests that are alternatives one call makes one', async () => {
    const of = (body: string) => levels('client-per-call', { 'server.py': python('import requests', `@mcp.tool()\nasync def run(url: str, slow: bool) -> str:\n    ${body}\n`) });
    assert.deepEqual(await of('if slow:\n        r = requests.get("https://x.example/a")\n    else:\n        r = requests.get("https://x.example/a", timeout=5)\n    return r.text'), []);
    assert.deepEqual(await of('if slow:\n        return requests.get("https://x.example/a").text\n    return requests.get("https://x.example/a", timeout=5).text'), []);
    assert.deepEqual(await of('first = requests.get("https://x.example/a")\n    return first.text + requests.get("https://x.example/b").text'), ['information']);
    assert.deepEqual(await of('if slow:\n        requests.get("https://x.example/a")\n    return requests.get("https://x.example/b").text'), ['information']);
  });
});

describe('judged hints: what lies on this machine', () => {
  const client = (address: string) => `import axios from 'axios';\nimport { z } from 'zod';\nclass Api {\n  http;\n  constructor(config: { host: string; port: number }) { this.http = axios.create({ baseURL: ${address} }); }\n  async lines() { return (await this.http.get('lines')).data; }\n  async file() { return (await this.http.get('file')).data; }\n  async rename(name: string) { return (await this.http.post('rename', { name })).data; }\n}\nfunction parse() { let host = 'localhost'; if (process.env.APP_HOST) host = process.env.APP_HOST; return { host, port: 9009 }; }\nconst config = parse();\nconst api = new Api(config);\n`;
  const of = (rule: string, address: string, body: string, name: string) => said(rule, `${client(address)}${head}${server}${tool(body, name)}`);
  const local = '`http://${config.host}:${config.port}`';

  it('is not worth a cache, nor a signal for a change of a moment, nor two questions at once', async () => {
    for (const [address, count] of [[local, 0], ['"https://x.example"', 1]] as const) {
      assert.equal((await of('uncached-hot-tool', address, 'return { text: await api.lines() };', 'get_lines')).length, count, `cache ${address}`);
      assert.equal((await of('ignored-cancellation', address, 'return { text: await api.rename(args.name) };', 'rename_function')).length, count, `signal ${address}`);
      assert.equal((await of('sequential-await', address, 'const a = await api.file(); const b = await api.lines(); return { a, b };', 'list_both')).length, count, `row ${address}`);
    }
    assert.equal((await of('ignored-cancellation', local, 'return { text: await api.lines() };', 'get_lines')).length, 1, 'a question may take long');
  });
});

describe('judged hints: uncached-hot-tool', () => {
  const fetching = (address: string, name: string, more = '') => said('uncached-hot-tool', `import { z } from 'zod';\n${head}${server}server.registerTool('${name}', { inputSchema: { type: z.string() } }, async ({ type }) => (await fetch(${address})).json());\n${more}`);

  it('what is another each time, and what a tool beside it changes', async () => {
    assert.equal((await fetching('`https://x.example/jokes/${type}/ten`', 'get_joke')).length, 1);
    assert.deepEqual(await fetching('`https://x.example/jokes/${type}/random`', 'get_joke'), []);
    assert.deepEqual(await fetching('`https://x.example/talks/${type}`', 'get_conversation'), []);
    const others = ['create_issue', 'get_issue', 'list_users'].map((name) => tool('return {};', name)).join('');
    assert.equal((await fetching('`https://x.example/r/${type}`', 'list_releases', others)).length, 1);
    assert.deepEqual(await fetching('`https://x.example/r/${type}`', 'list_releases', `${others}${tool('return {};', 'create_release')}`), []);
  });
});

describe('judged hints: large-response', () => {
  it('some fields of each entry, what the module has read, one thing, a handful', async () => {
    const of = (name: string, body: string, before = '') => said('large-response', `import fsp from 'node:fs/promises';\n${head}${server}${before}${tool(body, name)}`);
    assert.equal((await of('list_rules', "const all = JSON.parse(await fsp.readFile('rules.json', 'utf8')); return { all };")).length, 1);
    assert.deepEqual(await of('list_rules', "const all = JSON.parse(await fsp.readFile('rules.json', 'utf8')); return { all: all.map((r: any) => ({ id: r.id, name: r.name })) };"), []);
    assert.equal((await of('list_rules', "const all = JSON.parse(await fsp.readFile('rules.json', 'utf8')); return { all: all.map((r: any) => ({ ...r, kind: 'rule' })) };")).length, 1);
    assert.deepEqual(await of('list_recipes', 'return { text: guide };', "const guide = fs.readFileSync('guide.md', 'utf8');\n"), []);
    const table = (name: string) => said('large-response', { 'server.py': python('import pandas as pd', `@mcp.tool()\ndef ${name}(id: str) -> str:\n    return pd.DataFrame(load(id)).to_csv()\n`) });
    assert.equal((await table('get_positions_by_symbol')).length, 1);
    for (const name of ['get_positions_by_id', 'list_feeds', 'list_organizations']) assert.deepEqual(await table(name), [], name);
  });

  it('dates and numbers of a file, what is put into a folder by hand, a catalogue of tables', async () => {
    const of = (text: string, name = 'get_all_statuses') => said('large-response', { 'server.py': python('import json\nimport sqlite3\nfrom datetime import datetime\nfrom pathlib import Path', `@mcp.tool()\ndef ${name}() -> object:\n    ${text}\n`) });
    const file = 'data = json.loads(Path("t.json").read_text())\n    ';
    assert.equal((await of(`${file}return data`)).length, 1);
    for (const small of ['return {"at": datetime.fromisoformat(data["at"]).isoformat()}', 'return {"left": round(data["left"] / 60, 1), "known": bool(data["token"])}']) assert.deepEqual(await of(file + small), [], small);
    const folder = 'return [path.name for path in Path("things").glob("*.json")]';
    assert.equal((await of(folder, 'list_clone_files')).length, 1);
    for (const name of ['list_workflows', 'list_prompt_templates']) assert.deepEqual(await of(folder, name), [], name);
    const rows = (table: string) => of(`return sqlite3.connect("x.db").execute("SELECT name FROM ${table} ORDER BY name").fetchall()`, 'list_names');
    assert.equal((await rows('orders')).length, 1);
    assert.deepEqual(await rows('sqlite_master'), []);
  });

  it('what runs around all tools cuts what is too long', async () => {
    const of = (test: string, part = 'text.slice(0, 2000)') => said('large-response', `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport fs from 'node:fs/promises';\nconst MAX_CHARS = 9;\nfunction wrapped(answer: unknown) { const text = JSON.stringify(answer); const retries = 0;\n  if (${test}) return { preview: ${part} };\n  return answer; }\nconst tools = new Map();\nfor (const one of [{ name: 'list_files', inputSchema: {}, handler: async (args: any) => ({ files: await fs.readdir(args.folder) }) }]) tools.set(one.name, one);\nconst server = new Server({ name: 'x', version: '1' }, {});\nserver.setRequestHandler(CallToolRequestSchema, async (request) => {\n  const answer = await tools.get(request.params.name).handler(request.params.arguments);\n  return { content: [{ type: 'text', text: JSON.stringify(wrapped(answer)) }] };\n});\n`);
    for (const cut of ['text.length > MAX_CHARS', 'text.length > 200_000']) assert.deepEqual(await of(cut), [], cut);
    assert.equal((await of('retries > 3', 'retries')).length, 1);
  });

  it('a count among the arguments', async () => {
    const of = (parameter: string) => said('large-response', { 'server.py': python('import pandas as pd', `@mcp.tool()\ndef get_all_candles(name: str${parameter}) -> str:\n    return pd.DataFrame(load(name)).to_csv()\n`) });
    assert.equal((await of('')).length, 1);
    assert.deepEqual(await of(', count: int = 100'), []);
  });
});

describe('judged hints: polling', () => {
  it('a timer that nothing starts, and one of some minutes', async () => {
    const of = (delay: string, more: string, name = 'start') => said('polling', `${head}${server}const config = { everyMinutes: 5, every: 5 };\nasync function load() { await fetch('https://x.example/data'); }\nexport function ${name}(minutes: number) { setInterval(() => load(), ${delay}); }\n${more}${tool('return {};')}`);
    assert.equal((await of('5000', 'start(1);\n')).length, 1);
    assert.equal((await of('5000', "process.on('SIGHUP', start);\n")).length, 1, 'handed on');
    assert.deepEqual(await of('5000', ''), []);
    for (const long of ['minutes * 60 * 1000', 'config.everyMinutes * 60_000']) assert.deepEqual(await of(long, 'start(args.n);\n'), [], long);
    assert.equal((await of('config.every * 1000', 'start(1);\n')).length, 1);
  });

  it('a timer whose delay is worked out from what came has no fixed interval', async () => {
    const of = (delay: string) => said('polling', `${head}${server}class Auth {\n  expiresAt = 0;\n  timer: unknown;\n  async load() { const data = await (await fetch('https://x.example/data')).json(); this.expiresAt = Date.now() + data.expires_in * 1000; }\n  plan() {\n    const left = this.expiresAt - Date.now();\n    const usual = Math.max(5000, 1000);\n    this.timer = setTimeout(async () => { await this.load(); this.plan(); }, ${delay});\n  }\n}\nconst auth = new Auth();\nauth.plan();\n${tool('return {};')}`);
    for (const fixed of ['5000', 'usual', 'this.every']) assert.equal((await of(fixed)).length, 1, fixed);
    for (const computed of ['left', 'Math.max(left, 0)', 'this.expiresAt - Date.now()']) assert.deepEqual(await of(computed), [], computed);
  });

  it('what was received, pages back through a history, a queue that is worked off', async () => {
    const of = (body: string) => said('polling', { 'server.py': python('import time\nimport httpx\nimport paramiko\nclient = paramiko.SSHClient()', `@mcp.tool()\ndef run(id: str) -> str:\n    channel = client.invoke_shell()\n    status = ""\n    while status != "done":\n        ${body}\n        time.sleep(0.05)\n    return status\n`) });
    assert.equal((await of('status = httpx.get("https://x.example/status", timeout=5).text')).length, 1);
    assert.deepEqual(await of('if channel.recv_ready():\n            status += channel.recv(100).decode()'), []);
    const loop = (inside: string) => said('polling', `${head}${server}const delay = (ms: number) => new Promise((r) => setTimeout(r, ms));\nasync function next(): Promise<any> { return (await fetch('https://x.example/job')).json(); }\n${tool(`let id = 1; let nextOffsetId = 1; let status = '';\nwhile (status !== 'done') {\n  ${inside}\n  await delay(100);\n}\nreturn {};`)}`);
    assert.deepEqual(await loop('const job = await next();\n  if (!job) {\n    break;\n  }\n  status = job.status;'), []);
    assert.equal((await loop('const job = await next();\n  if (!job) continue;\n  status = job.status;')).length, 1);
    assert.equal((await loop('status = await (await fetch(`https://x.example/status?from=${id}`)).text();')).length, 1);
    assert.deepEqual(await loop('const page = await (await fetch(`https://x.example/status?from=${nextOffsetId}`)).json(); status = page.status; nextOffsetId = page.lowest;'), []);
  });
});

describe('judged hints: ignored-cancellation', () => {
  it('a part of an index or a document, which is asked later', async () => {
    const text = "import { Pinecone } from '@pinecone-database/pinecone';\nconst pc = new Pinecone();\n";
    assert.match((await said('ignored-cancellation', `${text}${head}${server}${tool("const part = pc.index('a').namespace('b'); await part.searchRecords({ query: args.q }); return {};", 'search')}`)).join(), /`searchRecords`/);
    const rows = "import admin from 'firebase-admin';\n";
    assert.match((await said('ignored-cancellation', `${rows}${head}${server}${tool("const row = admin.firestore().collection('a').doc(args.id); await row.get(); return { text: (await row.listCollections()).length };", 'search')}`)).join(), /`get`/);
  });

  it('a tag that puts the text of a query together asks nobody; one that is a query does', async () => {
    const of = (module: string, body: string) => said('ignored-cancellation', `import { gql, sql, GraphQLClient } from '${module}';\nimport postgres from 'postgres';\nconst rows = postgres('postgres://x');\n${head}${server}${tool(`${body} return {};`, 'search')}`);
    for (const module of ['graphql-request', '@apollo/client', '@urql/core']) assert.deepEqual(await of(module, 'const query = gql`query { a }`;'), [], module);
    for (const module of ['drizzle-orm', 'kysely', 'slonik']) assert.deepEqual(await of(module, 'const part = sql`a = ${args.a}`;'), [], module);
    assert.match((await of('graphql-request', "const client = new GraphQLClient('https://x.example'); await client.request(gql`query { a }`);")).join(), /`request`/);
    assert.match((await of('kysely', 'await sql`select ${args.a}`.execute(args.db);')).join(), /`execute`/);
    assert.match((await of('x', 'await rows`select ${args.a}`;')).join(), /`rows`/);
  });

  it('a request that all callers share, or whose answer is kept', async () => {
    const of = (body: string, before: string) => said('ignored-cancellation', `${head}${server}${before}${tool(body)}`);
    const shared = (kept: string) => `const cache = new Map<string, Promise<string>>();\nasync function load(key: string) { return (await fetch('https://x.example/' + key)).text(); }\nfunction facts(key: string) {\n${kept}}\n`;
    assert.equal((await of('return { text: await facts(args.key) };', shared('  return load(key);\n'))).length, 1);
    assert.deepEqual(await of('return { text: await facts(args.key) };', shared('  const cached = cache.get(key);\n  if (cached) return cached;\n  const pending = load(key);\n  cache.set(key, pending);\n  return pending;\n')), []);
  });
});

describe('judged hints: sequential-await and unbounded-fan-out', () => {
  it('things that each round makes under one address, in order', async () => {
    const of = (address: string, method = 'POST') => said('sequential-await', `${head}${server}${tool(`const results = []; for (const file of args.files) { const path = encodeURIComponent(file.path); const r = await fetch(${address}, { method: '${method}', body: JSON.stringify({ content: file.content }) }); results.push(r.ok); } return { results };`)}`);
    for (const own of ['`https://x.example/repos/${args.repo}/contents/${file.path}`', '`https://x.example/contents/${path}`', '`https://x.example/contents/${encodeURIComponent(file.path)}`', '"https://x.example/contents/" + file.path']) assert.deepEqual(await of(own), [], own);
    for (const asked of ['`https://x.example/databases/${file.path}/query`', '"https://x.example/search"', '`https://x.example/${args.repo}`']) assert.equal((await of(asked)).length, 1, asked);
    assert.equal((await of('`https://x.example/contents/${file.path}`', 'GET')).length, 1, 'a question');
  });

  it('a mutation changes something; what is kept in a cache and depends on nothing costs nothing', async () => {
    const client = "const api = { async query(text: string, variables: object, options?: { cache: string | null }) { return (await fetch('https://x.example/graphql', { method: 'POST', body: JSON.stringify({ text, variables, options }) })).json(); } };\n";
    const of = (first: string, second: string, more = '') => said('sequential-await', `import { ITEM_QUERY, SAVE_MUTATION } from './queries';\nimport { z } from 'zod';\n${head}${server}${client}${more}${tool(`const a = await ${first}; const b = await ${second}; return { a, b };`)}`);
    const viewer = (cache: string) => `async function getViewer() { return (await api.query('query { viewer }', {}, { cache: ${cache} })).viewer; }\n`;
    assert.equal((await of('api.query(ITEM_QUERY, {})', 'getViewer()', viewer('null'))).length, 1);
    assert.deepEqual(await of('api.query(SAVE_MUTATION, {})', 'getViewer()', viewer('null')), []);
    assert.deepEqual(await of("api.query('mutation { save }', {})", 'getViewer()', viewer('null')), []);
    assert.deepEqual(await of('api.query(ITEM_QUERY, {})', 'getViewer()', viewer("'stats'")), []);
    assert.equal((await of('api.query(ITEM_QUERY, {})', 'getViewer(args.id)', viewer("'stats'"))).length, 1, 'another one for each id');
  });

  it('a pair that is asked for only when what is kept has become too old', async () => {
    const of = (condition: string) => said('sequential-await', { 'server.py': python('import time\nimport httpx', `class Api:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n        self._kept = None\n        self._at = 0\n    async def info(self):\n        now = time.time()\n        if ${condition}:\n            a, b = self._kept\n        else:\n            a = await self.client.get("https://x.example/products", timeout=5)\n            b = await self.client.get("https://y.example/currencies", timeout=5)\n            self._kept = (a, b)\n            self._at = now\n        return a, b\napi = Api()\n\n@mcp.tool()\nasync def run() -> str:\n    return str(await api.info())\n`) });
    assert.deepEqual(await of('self._kept and (now - self._at) < self.CACHE_DURATION'), []);
    assert.equal((await of('len(self.client.headers) > 3')).length, 1);
  });

  it('requests whose answers nobody looks at are made for what they change', async () => {
    const of = (inside: string) => said('sequential-await', `import axios from 'axios';\n${head}${server}${tool(`const all: unknown[] = []; for (const label of args.labels) { ${inside} } return { all };`)}`);
    assert.equal((await of("all.push(await axios.post('https://x.example/search', { label }));")).length, 1);
    assert.deepEqual(await of("\nawait axios.post('https://x.example/issues/1/labels', { label });\n"), []);
  });

  it('a maximum in the schema of the tool, far from the request', async () => {
    const of = (schema: string) => said('unbounded-fan-out', {
      'server.ts': `import { z } from 'zod';\nimport { drafts } from './client.js';\n${head}${server}server.registerTool('list', { inputSchema: { max: ${schema} } }, async (args) => drafts(args.max ?? 20));\n`,
      'client.ts': "import axios from 'axios';\nexport async function drafts(max: number) {\n  const { data } = await axios.get('https://x.example/drafts', { params: { limit: max }, limit: max });\n  return Promise.all(data.items.map((d: any) => axios.get('https://x.example/drafts/' + d.id)));\n}\n",
    });
    assert.equal((await of('z.number().optional()')).length, 1);
    assert.deepEqual(await of("z.number().max(100).optional().describe('how many')"), []);
  });
});

describe('judged hints: compile-in-handler', () => {
  it('what is made of the present time is not the same in every call', async () => {
    const of = (body: string) => said('compile-in-handler', `${head}${server}const year = () => String(new Date().getUTCFullYear());\n${tool(`${body} return {};`)}`);
    assert.equal((await of("const year = '2020'; const start = new RegExp(`^${year}/`);")).length, 1);
    for (const now of ['const now = new Date().getUTCFullYear(); new RegExp(`^${now}/`);', 'const now = String(new Date().getFullYear()); const start = new RegExp(`^${now}/`);', 'new RegExp(`^${year()}/`);', 'new RegExp(`^${Date().slice(0, 3)}`);']) assert.deepEqual(await of(now), [], now);
    assert.equal((await of("new RegExp(`^${new Date('2020-01-01').getFullYear()}/`);")).length, 1, 'a date that is written out');
  });
});
