import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what is bounded by what it is made of, kept, shared, or off until somebody asks for it

const levels = (found: string[]) => found.map((text) => /^\w+/.exec(text)![0]);

describe('judged: what is bounded, kept or off', () => {
  it('statements that are kept by the number of their placeholders', async () => {
    const text = (key: string) => `import Database from 'better-sqlite3';\nconst db = new Database('x.db');\nconst statements = new Map<unknown, Database.Statement>();\n${tool(`const count = args.ids.length;\n  let statement = statements.get(${key});\n  if (!statement) statements.set(${key}, (statement = db.prepare('SELECT 1')));\n  return { rows: statement.all() };`)}`;
    for (const key of ['args.ids.length', 'count']) assert.deepEqual(await said('unbounded-cache', text(key)), [], key);
    assert.equal((await said('unbounded-cache', text('args.sql'))).length, 1);
    const inPython = (key: string) => said('unbounded-cache', python('', `statements = {}\nasync def prepare(ids):\n    return ids\n@mcp.tool()\nasync def run(ids: list[str]) -> str:\n    statements[${key}] = await prepare(ids)\n    return ""\n`));
    assert.deepEqual([(await inPython('len(ids)')).length, (await inPython('ids[0]')).length], [0, 1]);
  });

  it('a few short looks at what a moment later is there', async () => {
    const text = (rounds: number, pause: string) => `const found = new Map<string, string>();\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nexport function put(id: string) { found.set(id, id); }\n${tool(`for (let i = 0; i < ${rounds}; i++) { ${pause}; if (found.has(args.id)) break; }\n  return {};`)}`;
    for (const pause of ['await new Promise((r) => setTimeout(r, 100))', 'await sleep(100)']) {
      assert.deepEqual(levels(await said('busy-wait', text(3, pause))), ['hint'], pause);
      assert.deepEqual(levels(await said('busy-wait', text(600, pause))), ['warning'], pause);
    }
  });

  it("clients of Azure's storage share their connections", async () => {
    const of = async (imports: string, make: string) => levels(await said('client-per-call', `${imports}\n${tool(`const client = ${make};\n  return client.database('x').read();`)}`));
    assert.deepEqual(await of("import { BlobServiceClient } from '@azure/storage-blob';", "BlobServiceClient.fromConnectionString('x')"), ['hint']);
    assert.deepEqual(await of("import { CosmosClient } from '@azure/cosmos';", "new CosmosClient('x')"), ['warning']);
  });

  it('a service of this machine by the settings that name it, and a bucket that is made where it is missing', async () => {
    const text = (endpoint: string, guard: string) => python('from minio import Minio', `class Settings:\n    minio_endpoint: str = "${endpoint}"\nclass Storage:\n    def __init__(self):\n        self.settings = Settings()\n        self.client = Minio(self.settings.minio_endpoint)\n    def ensure(self):\n        ${guard}\n            self.client.make_bucket("jobs")\n@mcp.tool()\nasync def run(name: str) -> str:\n    Storage().ensure()\n    return ""\n`);
    assert.deepEqual(levels(await said('client-per-call', text('localhost:9000', 'if name:'))), ['hint']);
    assert.deepEqual(levels(await said('client-per-call', text('minio.example.com', 'if name:'))), ['warning']);
    assert.deepEqual((await said('blocking-call', text('localhost:9000', 'if not self.client.bucket_exists("jobs"):'))).filter((f) => f.includes('make_bucket')), []);
    assert.equal((await said('blocking-call', text('localhost:9000', 'if name:'))).filter((f) => f.includes('make_bucket')).length, 1);
  });

  it("Node's own fetch under another name has Node's own limits", async () => {
    const text = (given: string) => `async function load(url: string, fetchImpl: typeof fetch = fetch) { return (await fetchImpl(url)).text(); }\nconst other: typeof fetch = (await import('./mine.js')).fetch;\n${tool(`return { text: await load('https://example.com'${given}) };`)}`;
    assert.doesNotMatch((await said('missing-timeout', text(''))).join(), /fetchImpl/);
    assert.match((await said('missing-timeout', text(', other'))).join(), /`fetchImpl` without a timeout/);
  });

  it('what a logger prints for debugging, where it is off', async () => {
    const logger = (level: string, at: string) => `type Level = 'debug' | 'info' | 'error';\nconst levels: Level[] = ['debug', 'info', 'error'];\nlet level: Level = ${level};\nconst shouldLog = (one: Level) => levels.indexOf(one) >= levels.indexOf(level);\nfunction log(text: string) {\n  if (shouldLog('${at}')) {\n    console.log(text);\n  }\n}\n${tool("log('x'); return {};")}await server.connect(new StdioServerTransport());\n`;
    assert.deepEqual(levels(await said('stdout-pollution', logger("'info'", 'debug'))), ['hint']);
    assert.deepEqual(levels(await said('stdout-pollution', logger("(process.env.LEVEL as Level) || 'info'", 'debug'))), ['hint']);
    assert.deepEqual(levels(await said('stdout-pollution', logger("'debug'", 'debug'))), ['warning']);
    assert.deepEqual(levels(await said('stdout-pollution', logger("'info'", 'info'))), ['warning']);
  });

  it('a loop that asks only for what is not there yet', async () => {
    const text = (kept: string, skip = `if (${kept}.has(name)) continue;`) => `const modules = new Map<string, string>();\n${tool(`const own = new Map<string, string>();\n  for (const name of args.names) { ${skip} const answer = await fetch('https://example.com/' + name); ${kept}.set(name, await answer.text()); }\n  return {};`)}`;
    assert.deepEqual(await said('sequential-await', text('modules')), []);
    assert.equal((await said('sequential-await', text('own'))).length, 1, 'in each call anew');
    assert.equal((await said('sequential-await', text('modules', ''))).length, 1);
  });

  it('an agent in a field that nobody reads', async () => {
    const text = (use: string) => `import { Agent } from 'node:https';\nimport axios from 'axios';\nclass Api {\n  private agent = new Agent();\n  get(url: string) { return axios.get(url, { ${use} }); }\n}\nconst api = new Api();\n${tool("return api.get('https://example.com');")}`;
    assert.deepEqual(await said('no-connection-reuse', text('')), []);
    assert.equal((await said('no-connection-reuse', text('httpsAgent: this.agent'))).length, 1);
  });

  it('what is started on the way and left alone needs no signal', async () => {
    const text = (call: string) => `async function save(key: string) { await fetch('https://example.com/keys', { method: 'POST', body: key }); await fetch('https://example.com/log'); }\nfunction keep(key: string) { ${call}; }\n${tool('await keep(args.key); return {};')}export const direct = (key: string) => save(key);\n`;
    assert.deepEqual(await said('ignored-cancellation', text('void save(key).catch(console.error)')), []);
    assert.equal((await said('ignored-cancellation', text('return save(key)'))).length, 1);
  });

  it('a template in one of several places beside the code, by a field that says where', async () => {
    const text = (folder: string) => `import { readFileSync } from 'node:fs';\nimport { join } from 'node:path';\nclass Bridge {\n  constructor(private script: string) {}\n  read() { const places = [join(${folder}, 'a', 'start.gd'), join(process.cwd(), 'start.gd')]; for (const place of places) { readFileSync(place, 'utf8'); }\n    return readFileSync(this.script, 'utf8'); }\n}\nconst bridge = new Bridge(join(${folder}, 'scripts', 'bridge.gd'));\n${tool('return { text: bridge.read() };')}`;
    assert.deepEqual(levels(await said('blocking-call', text('import.meta.dirname'))), ['information', 'information']);
    assert.ok(levels(await said('blocking-call', text('process.env.FOLDER!'))).every((level) => level !== 'information'));
  });
});

describe('judged: what is a moment, or opened on purpose', () => {
  it('a browser that a tool opens for those that follow', async () => {
    const text = (keep: string) => `import { Builder } from 'selenium-webdriver';\nclass Drivers { add_driver(name: string, driver: unknown) { this.all.set(name, driver); } all = new Map<string, unknown>(); }\nconst drivers = new Drivers();\nasync function make() { return new Builder().forBrowser('firefox').build(); }\n${tool(`const driver = await make(); ${keep} return {};`, 'browser_open')}`;
    assert.deepEqual(await said('client-per-call', text("drivers.add_driver('a', driver);")), []);
    assert.equal((await said('client-per-call', text('await driver.quit();'))).length, 1);
  });

  it('a notification now and then, and a prompt for a language model', async () => {
    const of = async (name: string, body: string) => levels(await said('client-per-call', python('import httpx', `@mcp.tool()\nasync def ${name}(text: str) -> str:\n    payload = ${body}\n    async with httpx.AsyncClient() as client:\n        return (await client.post(url, json=payload, timeout=9)).text\nurl = "https://api.example.com/v1"\n`)));
    assert.deepEqual(await of('send_notification', '{"text": text}'), ['hint']);
    assert.deepEqual(await of('send_order', '{"text": text}'), ['warning']);
    assert.deepEqual(await of('ask', '{"messages": [text], "max_tokens": 500}'), ['information']);
  });

  it('where there are no threads, and another fetch', async () => {
    const of = (rule: string, versions: Record<string, string>) => {
      const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';\nimport { zipSync } from 'fflate';\nconst server = new McpServer({ name: 'x', version: '1' });\n${tool("return { zip: zipSync({ a: new Uint8Array(await (await fetch('https://example.com')).arrayBuffer()) }) };")}await server.connect(new StreamableHTTPServerTransport({}));\n`;
      return lintWorld({ files: { 'server.ts': text }, versions, rules: rules.filter((r) => r.id === rule) });
    };
    const edge = { wrangler: '4.0.0' };
    assert.deepEqual([(await of('blocking-call', {})).findings.length, (await of('blocking-call', edge)).findings.length], [1, 0]);
    assert.match((await of('missing-timeout', {})).findings[0]!.message, /five minutes/);
    assert.match((await of('missing-timeout', edge)).findings[0]!.message, /as long as the other side takes/);
  });

  it('entries of files that are there, and of the folders that somebody works in', async () => {
    const load = (guard: string) => said('unbounded-cache', python('import json\nfrom pathlib import Path', `items = {}\n@mcp.tool()\nasync def run(name: str) -> str:\n    if name not in items:\n        path = Path("/data") / name / "index.json"\n        ${guard}\n            items[name] = json.loads(path.read_text())\n    return str(items.get(name))\n`));
    assert.deepEqual(levels(await load('if path.exists():')), ['information']);
    assert.deepEqual(levels(await load('if name.isalpha():')), ['hint']);
    const keyed = (key: string) => said('unbounded-cache', `const states = new Map<string, object>();\n${tool(`const ${key} = args.${key}; let state = states.get(${key}); if (!state) states.set(${key}, (state = { text: await (await fetch(${key})).text() })); return state;`)}`);
    assert.deepEqual(await keyed('projectPath'), []);
    assert.equal((await keyed('path')).length, 1);
  });

  it('many at once that ask for one thing, which is kept', async () => {
    const text = (keep: string) => `import { readFile } from 'node:fs/promises';\nlet kept: string | null = null;\nasync function patterns() { if (kept) return kept; const text = await (await fetch('https://example.com/patterns')).text(); ${keep} return text; }\nasync function look(item: string) { return (await patterns()).includes(item); }\n${tool('return { found: await Promise.all(args.items.map((item) => look(item))) };')}`;
    assert.deepEqual(await said('unbounded-fan-out', text('kept = text;')), []);
    assert.equal((await said('unbounded-fan-out', text(''))).length, 1);
  });

  it('the next free id is another one when it has been used', async () => {
    const of = async (name: string) => (await said('uncached-hot-tool', python('import httpx', `client = httpx.AsyncClient()\n@mcp.tool()\nasync def ${name}() -> str:\n    return (await client.get("https://example.com/cluster", timeout=5)).text\n`))).length;
    assert.deepEqual([await of('get_next_vm_id'), await of('get_next_page')], [0, 1]);
  });
});

describe('judged: what runs, and how often', () => {
  it('a pool gives a connection that is free, a picture is written in a moment', async () => {
    const take = async (name: string) => levels(await said('blocking-call', python('import queue', `${name} = queue.Queue(maxsize=5)\n@mcp.tool()\nasync def run(name: str) -> str:\n    return str(${name}.get(timeout=30))\n`)));
    assert.deepEqual([await take('connection_pool'), await take('answers')], [['hint'], ['warning']]);
    const pool = await said('blocking-call', python('from psycopg2 import pool', 'kept = pool.SimpleConnectionPool(1, 10)\n@mcp.tool()\nasync def run(name: str) -> str:\n    kept.getconn()\n    return ""\n'));
    assert.deepEqual(pool, []);
  });

  it('a browser is used while it runs, and a client that logs in is made seldom', async () => {
    const launch = (guard: string) => said('client-per-call', `import puppeteer from 'puppeteer';\nclass Session {\n  private browser: any;\n  isRunning() { return Boolean(this.browser); }\n  async launch() { const browser = await puppeteer.launch(); await use(browser); return browser; }\n}\nconst session = new Session();\nasync function use(browser: any) { return browser.version(); }\nasync function ensure() { ${guard} await session.launch(); }\n${tool('await ensure(); return {};')}`);
    assert.deepEqual(await launch('if (session.isRunning()) return;'), []);
    assert.deepEqual(await launch('if (!session.isRunning())'), []);
    assert.equal((await launch('')).length, 1);
    const login = async (name: string) => levels(await said('client-per-call', python('import httpx', `async def ask():\n    async with httpx.AsyncClient() as client:\n        return (await client.get("https://example.com", timeout=5)).text\nasync def ${name}():\n    return await ask()\n@mcp.tool()\nasync def run(name: str) -> str:\n    return await ${name}()\n`)));
    assert.deepEqual([await login('authenticate'), await login('look_up')], [['information'], ['warning']]);
  });

  it('requests of one call that share a client, a look whether a server runs', async () => {
    const of = async (body: string, name = 'load_all') => levels(await said('client-per-call', python('import asyncio, httpx', `async def load(client, name):\n    return (await client.get("https://example.com/" + name, timeout=5)).text\nasync def ${name}(names):\n    async with httpx.AsyncClient() as client:\n${body}\n@mcp.tool()\nasync def run(names: list[str]) -> str:\n    return str(await ${name}(names))\n`)));
    assert.deepEqual(await of('        tasks = [\n            load(client, name)\n            for name in names\n        ]\n        return await asyncio.gather(*tasks)'), ['hint']);
    assert.deepEqual(await of('        for name in names:\n            await load(client, name)'), ['hint']);
    assert.deepEqual(await of('        while await load(client, "job") != "done":\n            await asyncio.sleep(2)'), ['hint']);
    assert.deepEqual(await of('        try:\n            return await load(client, "a")\n        except httpx.HTTPError:\n            await asyncio.sleep(2)'), ['warning']);
    assert.deepEqual(await of('        answer = await load(client, "all")\n        for name in names:\n            answer += name\n        return answer'), ['warning']);
    assert.deepEqual(await of('        return await load(client, "health")', 'is_server_running'), ['hint']);
  });

  it('a command of the command line that did something, and no server then', async () => {
    const text = (then: string) => `async function command(args: string[]) { if (args[0] !== 'doctor') return undefined; console.log('all is well'); return 0; }\nlet code: number | undefined;\ncode = await command(process.argv.slice(2));\n${then}\nexport {};\n`;
    assert.deepEqual(await said('stdout-pollution', text('if (code !== undefined) { process.exitCode = code; } else { await server.connect(new StdioServerTransport()); }')), []);
    assert.equal((await said('stdout-pollution', text('if (!code) { await server.connect(new StdioServerTransport()); }'))).length, 1);
  });

  it('a map that is filled where it is empty', async () => {
    const text = (guard: string) => `import { randomUUID } from 'node:crypto';\nasync function ask(): Promise<string[]> { return (await fetch('https://example.com/fields')).json(); }\nclass Crm {\n  fields = new Map<string, string>();\n  async load() { for (const label of await ask()) this.fields.set(randomUUID(), label); }\n  async get(name: string) { ${guard} await this.load(); return this.fields.get(name); }\n}\nconst crm = new Crm();\n${tool('return { label: await crm.get(args.name) };')}`;
    assert.deepEqual(await said('unbounded-cache', text('if (this.fields.size === 0)')), []);
    assert.equal((await said('unbounded-cache', text(''))).length, 1);
  });

  it('a copy of a server that cannot load where it lies', async () => {
    const lib = { 'lib/store.js': 'export const store = {};\n', 'lib/tasks.js': 'export const tasks = {};\n' };
    const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nimport { store } from './lib/store.js';\nimport { tasks } from './lib/tasks.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n${tool("console.log('called'); return {};")}console.log('starts');\nawait server.connect(new StdioServerTransport());\n`;
    const of = async (files: Record<string, string>) => (await lintWorld({ files, rules: rules.filter((r) => r.id === 'stdout-pollution') })).findings.map((f) => f.file.split(/[\\/]/).slice(-2).join('/'));
    assert.deepEqual(await of({ ...lib, 'server.js': text, 'debug/old.js': text }), ['world/server.js', 'world/server.js']);
    assert.equal((await of({ 'debug/old.js': text })).length, 2, 'alone nothing says where they are');
  });

  it('a pattern that is made of what a loop goes through', async () => {
    const text = (of: string) => tool(`const found = []; for (const name of ['a.b', 'c.d']) { found.push(new RegExp(\`^\${${of}}:\`).test(args.text)); } return { found };`);
    assert.deepEqual(await said('compile-in-handler', text("name.replace(/[.]/g, '-')")), []);
    assert.equal((await said('compile-in-handler', text("'x.y'.replace(/[.]/g, '-')"))).length, 1);
  });

  it('batches of which one is mostly enough, and an agent for the requests of one call', async () => {
    const batch = async (size: number) => levels(await said('sequential-await', python('import httpx', `client = httpx.AsyncClient()\nSIZE = ${size}\n@mcp.tool()\nasync def run(ids: list[str]) -> str:\n    found = []\n    for i in range(0, len(ids), SIZE):\n        answer = await client.get("https://example.com", params={"ids": ids[i:i + SIZE]}, timeout=5)\n        found.append(answer.text)\n    return str(found)\n`)));
    assert.deepEqual([await batch(200), await batch(5)], [['information'], ['hint']]);
    const agent = (use: string) => said('no-connection-reuse', `import { Agent } from 'node:https';\nimport axios from 'axios';\nlet kept: any;\n${tool(`const client = axios.create({ httpsAgent: new Agent() }); ${use}`)}`);
    assert.deepEqual(await agent("return (await client.get('https://example.com')).data;"), []);
    assert.equal((await agent("kept = client; return (await kept.get('https://example.com')).data;")).length, 1);
  });
});

describe('judged: ends, and what is asked by the way', () => {
  it('a wait that ends by its count, and a client whose name says that it is for once', async () => {
    const wait = async (condition: string) => levels(await said('busy-wait', `class Db {\n  connecting = false;\n  async ensure() { let tries = 0; while (${condition}) { await new Promise((r) => setTimeout(r, 100)); tries++; } }\n  async connect() { this.connecting = true; await fetch('https://example.com'); this.connecting = false; }\n}\nconst db = new Db();\n${tool('await db.ensure(); await db.connect(); return {};')}`));
    assert.deepEqual(await wait('this.connecting && tries < 50'), ['hint']);
    for (const condition of ['this.connecting && tries < 5000', 'this.connecting || tries < 50', 'this.connecting']) assert.deepEqual(await wait(condition), ['warning'], condition);
    const once = (name: string) => said('client-per-call', `import { Client } from 'ssh2';\nasync function ${name}() { const client = new Client(); client.connect({ host: 'example.com' }); return client; }\n${tool(`const client = await ${name}(); client.end(); return {};`)}`);
    assert.deepEqual(await once('connectOneShotClient'), []);
    assert.equal((await once('connectClient')).length, 1);
  });

  it('a part of an answer is no request, and one file of this machine is no service', async () => {
    const consul = await said('blocking-call', python('import consul', 'c = consul.Consul()\n@mcp.tool()\nasync def run(name: str) -> str:\n    info = c.agent.self()\n    return info.get("Member", {}).get("Name")\n'));
    assert.deepEqual(consul.filter((f) => f.includes('get')), []);
    const rows = async (imports: string, db: string) => levels(await said('sync-tool', python(imports, `db = ${db}\n@mcp.tool()\ndef run(name: str) -> str:\n    cursor = db.cursor()\n    cursor.execute("SELECT * FROM functions")\n    return str(cursor.fetchall())\n`)));
    assert.deepEqual(await rows('import sqlite3', 'sqlite3.connect("x.db")'), ['hint']);
    assert.deepEqual(await rows('import psycopg2', 'psycopg2.connect("postgresql://db")'), ['warning']);
  });

  it('entries that another file takes out, and those of accounts', async () => {
    const files = (ends: string) => ({ 'adapter.ts': 'export class Adapter { levels = new Map<string, string>(); }\n', 'transactions.ts': `import { randomUUID } from 'node:crypto';\nimport { Adapter } from './adapter.js';\nexport class Transactions {\n  constructor(private readonly adapter: Adapter) {}\n  begin(text: string) { const id = randomUUID(); this.adapter.levels.set(id, text); return id; }\n  end(id: string) { ${ends} }\n}\n` });
    const text = `import { Adapter } from './adapter.js';\nimport { Transactions } from './transactions.js';\nconst transactions = new Transactions(new Adapter());\n${tool('return { id: transactions.begin(args.text) };')}`;
    assert.deepEqual(await said('unbounded-cache', text, files('this.adapter.levels.delete(id);')), []);
    assert.equal((await said('unbounded-cache', text, files('console.error(id);'))).length, 1);
    const kept = async (key: string) => levels(await said('unbounded-cache', python('', `zones = {}\nasync def ask(one):\n    return one\n@mcp.tool()\nasync def run(${key}: str) -> str:\n    zones[${key}] = await ask(${key})\n    return ""\n`)));
    assert.deepEqual([await kept('advertiser_id'), await kept('user_id')], [['information'], ['hint']]);
  });

  it('git that looks at its work trees, and what prints for developers', async () => {
    const git = async (args: string) => levels(await said('missing-timeout', `import { execFileSync } from 'node:child_process';\nfunction git(args: string[]) { return execFileSync('git', args, { encoding: 'utf8' }); }\n${tool(`return { text: git(${args}) };`)}`));
    assert.deepEqual(await git("['worktree', 'list', '--porcelain']"), ['hint']);
    assert.deepEqual(await git("['fetch', 'origin']"), ['warning']);
    const prints = async (condition: string) => levels(await said('stdout-pollution', `${tool(`if (${condition}) { console.log('loaded'); } return {};`)}await server.connect(new StdioServerTransport());\n`));
    assert.deepEqual(await prints("process.env.DEBUG === 'true' || process.env.ENVIRONMENT === 'development'"), ['hint']);
    assert.deepEqual(await prints("process.env.DEBUG === 'true' || process.env.REGION === 'eu'"), ['warning']);
  });

  it('what the second asks for itself, tools that replace, folders by their names', async () => {
    const text = (inner: string, keep = 'if (ids.has(name)) return ids.get(name)!; ') => `const ids = new Map<string, string>();\nasync function getSchemaId(name: string) { ${keep}const id = await (await fetch('https://example.com/schemas/' + name)).text(); ids.set(name, id); return id; }\nasync function convert(name: string) { ${inner} return (await fetch('https://example.com/convert/' + name)).text(); }\n${tool('const id = await getSchemaId(args.name); const text = await convert(args.name); return { id, text };')}`;
    assert.deepEqual(await said('sequential-await', text('await getSchemaId(name);')), []);
    for (const other of [text(''), text('await getSchemaId(name);', '')]) assert.equal((await said('sequential-await', other)).length, 1);
    const asks = async (name: string) => (await said('uncached-hot-tool', python('import httpx', `client = httpx.AsyncClient()\n@mcp.tool()\nasync def ${name}(page: str) -> str:\n    return (await client.get("https://example.com/pages/" + page, timeout=5)).text\n`))).length;
    assert.deepEqual([await asks('find_replace'), await asks('find_page')], [0, 1]);
    const lists = async (filter: string) => (await said('large-response', python('import os', `@mcp.tool()\nasync def list_parts(folder: str) -> list:\n    return [d for d in os.listdir(folder)${filter}]\n`))).length;
    assert.deepEqual([await lists(' if os.path.isdir(os.path.join(folder, d))'), await lists('')], [0, 1]);
  });

  it('a command of Redis is over before anybody could stop it', async () => {
    const of = (imports: string, client: string, call: string) => said('ignored-cancellation', `${imports}\nconst client = ${client};\n${tool(`await client.${call}; await client.${call}; return {};`)}`);
    assert.deepEqual(await of("import { createClient } from 'redis';", "createClient()", "incr('a')"), []);
    assert.equal((await of("import axios from 'axios';", "axios.create({ baseURL: 'https://example.com' })", "get('/a')")).length, 1);
  });
});

describe('judged: elsewhere, or of a few', () => {
  it('a timer that works off a queue, or looks at what somebody wants watched', async () => {
    const timer = (tool: string, name: string) => said('polling', `async function ${name}() { await fetch('https://example.com/state'); }\nserver.registerTool('${tool}', { inputSchema: {} }, async () => { setInterval(() => ${name}(), 5000); return { content: [] }; });\n`);
    assert.equal((await timer('begin', 'look')).length, 1);
    assert.deepEqual(await timer('begin', 'processQueue'), []);
    assert.deepEqual(await timer('begin', 'reconnect'), []);
    assert.deepEqual(await timer('track_changes', 'look'), []);
  });

  it('when somebody last asked', async () => {
    const of = async (name: string) => levels(await said('unbounded-cache', `const last = new Map<string, number>();\nfunction ${name}(key: string, text: string) { last.set(key, load(text)); }\nfunction load(text: string) { return JSON.parse(text); }\n${tool(`${name}(args.query, args.text); return {};`)}`));
    assert.deepEqual([await of('checkRateLimit'), await of('keep')], [['information'], ['hint']]);
  });

  it('a record by the names of its parts, and a wait that a helper bounds', async () => {
    const kept = async (value: string) => levels(await said('unbounded-cache', python('import uuid\nfrom dataclasses import dataclass', `@dataclass\nclass Record:\n    source: str\n    parts: list\nhistory = {}\n@mcp.tool()\nasync def run(source: str, text: str) -> str:\n    history[str(uuid.uuid4())] = ${value}\n    return ""\n`)));
    assert.deepEqual([await kept('Record(source=source, parts=[])'), await kept('Record(source=text, parts=[])'), await kept('load(source)')], [['information'], ['hint'], ['hint']]);
    const asks = (helper: string) => said('missing-timeout', `async function withTimeout<T>(p: Promise<T>, ms: number): Promise<T> { return Promise.race([p, new Promise<T>((_, no) => setTimeout(() => no(new Error('late')), ms))]); }\nfunction safe(p: Promise<object>) { return ${helper}; }\nasync function load(name: string): Promise<object> { return (await fetch('https://example.com/' + name)).json(); }\n${tool('return safe(load(args.name));')}`);
    assert.deepEqual(await asks('withTimeout(p, 5000)'), []);
    assert.equal((await asks('p.then((r) => r)')).length, 1);
  });

  it('what is handed to a page runs in the browser', async () => {
    const text = (call: string) => `import { chromium } from 'playwright';\nimport { execSync } from 'node:child_process';\n${tool(`const page = await (await chromium.launch()).newPage(); return { text: await ${call} };`)}await server.connect(new StdioServerTransport());\n`;
    for (const rule of ['stdout-pollution', 'blocking-call']) {
      assert.deepEqual(await said(rule, text("page.evaluate(async () => { console.log('in the page'); execSync('ls'); return document.title; })")), [], rule);
      assert.equal((await said(rule, text("run(async () => { console.log('here'); execSync('ls'); return 'x'; })"))).length, 1, rule);
    }
    assert.equal((await said('missing-timeout', text("page.evaluate(async () => (await fetch('/api')).text())"))).length, 1, 'it is waited for');
  });

  it('a list of choices that are written out starts no more than these', async () => {
    const text = (items: string) => `import { z } from 'zod';\nconst item = ${items};\nconst items = z.array(item).min(1).optional();\nserver.registerTool('run', { inputSchema: { items } }, async ({ items: all }) => ({ found: await Promise.all(all.map((one) => fetch('https://example.com/' + one))) }));\n`;
    assert.deepEqual(await said('unbounded-fan-out', text("z.enum(['a', 'b', 'c'])")), []);
    assert.equal((await said('unbounded-fan-out', text('z.string()'))).length, 1);
    const schema = (items: string) => `server.registerTool('run', { inputSchema: { type: 'object', properties: { items: { type: 'array', items: ${items} } } } }, async ({ items: all }) => ({ found: await Promise.all(all.map((one) => fetch('https://example.com/' + one))) }));\n`;
    assert.deepEqual(await said('unbounded-fan-out', schema("{ type: 'string', enum: ['a', 'b'] }")), []);
    assert.equal((await said('unbounded-fan-out', schema("{ type: 'string' }"))).length, 1);
  });

  it('a device does one thing at a time, and an object says what it knows', async () => {
    const lock = (name: string) => said('lock-across-await', `import { Mutex } from 'async-mutex';\nconst ${name} = new Mutex();\nserver.registerTool('pair', { inputSchema: {} }, async (args) => ${name}.runExclusive(async () => { await fetch('https://example.com/a', { method: 'POST' }); return { r: await fetch('https://example.com/b', { method: 'POST' }) }; }));\n`);
    assert.deepEqual(await lock('usbLock'), []);
    assert.equal((await lock('lock')).length, 1);
    const inspects = async (given: string) => (await said('blocking-call', python('import sqlalchemy', `engine = sqlalchemy.create_engine("postgresql://db")\n@mcp.tool()\nasync def run(name: str) -> str:\n    row = Row()\n    return str(sqlalchemy.inspect(${given}))\n`))).length;
    assert.deepEqual([await inspects('row'), await inspects('engine')], [0, 1]);
  });

  it('settings that are moved once, a key that is revoked, a last question to a chain', async () => {
    const moves = (condition: string) => said('blocking-call', `import { cpSync, existsSync } from 'node:fs';\n${tool(`if (${condition}) { cpSync('/old/config', '/new/config', { recursive: true }); } return {};`)}`);
    assert.deepEqual(await moves("!existsSync('/new/config') && existsSync('/old/config')"), []);
    assert.equal((await moves('args.again')).length, 1);
    const revoke = (name: string) => said('ignored-cancellation', `async function ${name}() { await fetch('https://example.com/keys', { method: 'POST' }); await fetch('https://example.com/log'); }\n${tool(`await ${name}(); return {};`)}`);
    assert.deepEqual(await revoke('revokeSession'), []);
    assert.equal((await revoke('loadSession')).length, 1);
  });
});

describe('judged: said elsewhere, or once', () => {
  it('a list of jobs of this machine, a picture that is packed', async () => {
    const cron = (command: string) => said('missing-timeout', python('import subprocess', `@mcp.tool()\nasync def run(name: str) -> str:\n    return subprocess.run(${command}, capture_output=True).stdout\n`));
    assert.deepEqual([levels(await cron('["crontab", "-l"]')), levels(await cron('["make", name]'))], [[], ['warning']]);
    const pack = async (name: string) => levels(await said('blocking-call', `import { deflateSync } from 'node:zlib';\nfunction ${name}(url: string, body: Buffer) { fetch(url); return deflateSync(body); }\n${tool(`return { data: ${name}(args.url, args.body) };`)}`));
    assert.deepEqual([await pack('encodePNG'), await pack('encodeAll')], [['hint'], ['warning']]);
  });

  it('one of several commands of a command line, and a lock that its thread gets again', async () => {
    const text = (func: string) => `from mcp.server.fastmcp import FastMCP\nimport argparse\nmcp = FastMCP("x")\n@mcp.tool()\nasync def run() -> str:\n    return ""\ndef serve(args):\n    mcp.run()\ndef doctor(args):\n    print("all is well")\ndef main():\n    parser = argparse.ArgumentParser()\n    commands = parser.add_subparsers()\n    commands.add_parser("serve").set_defaults(func=serve)\n    ${func}\n    args = parser.parse_args()\n    return args.func(args)\nmain()\n`;
    assert.deepEqual(await said('stdout-pollution', text('commands.add_parser("doctor").set_defaults(func=doctor)')), []);
    assert.equal((await said('stdout-pollution', text('doctor(None)'))).length, 1);
    const table = (call: string) => `from mcp.server.fastmcp import FastMCP\nimport sys\nmcp = FastMCP("x")\n@mcp.tool()\nasync def run() -> str:\n    return ""\ndef serve(args):\n    mcp.run()\ndef doctor(args):\n    print("all is well")\ndef main():\n    ${call}\nmain()\n`;
    assert.deepEqual(await said('stdout-pollution', table('return {"serve": serve, "doctor": doctor}[sys.argv[1]](None)')), []);
    assert.equal((await said('stdout-pollution', table('doctor(None)\n    serve(None)'))).length, 1);
    const lock = async (kind: string) => (await said('lock-across-await', python('import asyncio, threading', `lock = threading.${kind}()\n@mcp.tool()\nasync def run(name: str) -> str:\n    with lock:\n        await asyncio.sleep(1)\n    return ""\n`))).length;
    assert.deepEqual([await lock('RLock'), await lock('Lock')], [0, 1]);
  });

  it('a test of a connection connects, why it must be asked, rows of this machine', async () => {
    const connects = async (name: string) => (await said('client-per-call', python('import smtplib', `def ${name}(host):\n    return smtplib.SMTP("mail.example.com").noop()\n@mcp.tool()\nasync def run(name: str) -> str:\n    return str(${name}(name))\n`))).length;
    assert.deepEqual([await connects('test_smtp_connection'), await connects('send')], [0, 1]);
    const polls = async (doc: string) => (await said('polling', python('import asyncio, httpx', `client = httpx.AsyncClient()\nasync def watch_job(job):\n    """${doc}"""\n    while True:\n        state = (await client.get("https://example.com/jobs/" + job, timeout=5)).json()["status"]\n        if state == "done":\n            return state\n        await asyncio.sleep(2)\n@mcp.tool()\nasync def run(job: str) -> str:\n    return await watch_job(job)\n`))).length;
    assert.deepEqual([await polls('Looks at a job. We must poll because there is no webhook.'), await polls('Looks at a job.')], [0, 1]);
    const reads = async (module: string, open: string) => (await said('uncached-hot-tool', python(`import ${module}`, `@mcp.tool()\nasync def get_terms(word: str) -> str:\n    db = await ${open}\n    return str(await db.execute("SELECT text FROM terms WHERE word = ?", (word,)))\n`))).length;
    assert.deepEqual([await reads('aiosqlite', 'aiosqlite.connect("x.db")'), await reads('psycopg', 'psycopg.AsyncConnection.connect("postgresql://db")')], [0, 1]);
  });

  it("a bridge that hands on the other server's list, and the values of a column", async () => {
    const bridge = (asks: string) => said('slow-list', `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { Client } from '@modelcontextprotocol/sdk/client/index.js';\nimport { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\nconst client = new Client({ name: 'x', version: '1' });\nserver.setRequestHandler(ListToolsRequestSchema, async () => ${asks});\n`);
    assert.deepEqual([levels(await bridge('await client.listTools()')), levels(await bridge("await (await fetch('https://example.com/tools')).json()"))], [['hint'], ['warning']]);
    const rows = async (columns: string) => (await said('large-response', python('import sqlite3\ndb = sqlite3.connect("x.db")', `@mcp.tool()\nasync def list_prices() -> list:\n    return db.execute("SELECT ${columns} FROM prices").fetchall()\n`))).length;
    assert.deepEqual([await rows('DISTINCT shop, price'), await rows('shop, price')], [0, 1]);
  });
});
