import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: what is true and weighs little, and what nobody reaches

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport fs from 'node:fs';\nimport os from 'node:os';\nimport path from 'node:path';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string) => `server.registerTool('run', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;
const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str) -> str:\n    ${body}\n`;

async function levels(files: Record<string, string>, rule = 'blocking-call'): Promise<string[]> {
  const { findings } = await lintWorld({ files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => f.severity);
}

describe('judged: what weighs little', () => {
  it('settings, credentials and certificates are small; data is not', async () => {
    const of = (at: string, file = 'server.ts') => levels({ [file]: `${head}${server}const config = { caCertPath: '', index: '' };\n${tool(`return { text: fs.readFileSync(${at}) };`)}` });
    for (const settings of ["path.join(os.homedir(), '.ssh', 'config')", "path.join(args.folder, 'tsconfig.json')", "'gcp-oauth.keys.json'", 'config.caCertPath', 'config.serviceAccountPath']) assert.deepEqual(await of(settings), ['information'], settings);
    for (const small of ["path.join(__dirname, 'templates', 'report.md')", "path.join(__dirname, '../vba-templates', `${args.name}.vba`)", 'path.join(os.tmpdir(), args.name)'])
      assert.deepEqual(await of(small), ['information'], small);
    for (const large of ['config.index', "'catalogue.json'", 'args.path', "path.join(__dirname, args.name + '.md')", "path.join(__dirname, 'notes', `${args.name}.md`)", "path.join(__dirname, 'templates', args.name)", "path.join('configs', args.name)"])
      assert.deepEqual(await of(large), ['warning'], large);
    for (const own of ["'recipes.json'", "path.join(__dirname, 'recipes.json')"]) assert.deepEqual(await of(own), ['hint'], own);
    assert.deepEqual(await of("'store.json'", 'auth.ts'), ['information'], 'in the file for it');
    const named = (name: string) => levels({ 'server.ts': `${head}${server}function ${name}(at: string) { return fs.readFileSync(at); }\n${tool(`return { text: ${name}(args.path) };`)}` });
    assert.deepEqual(await named('loadCredentials'), ['information']);
    assert.deepEqual(await named('loadIndex'), ['warning']);
  });

  it('saving settings is seldom done, and so is a moment in a tool that sets something up', async () => {
    const of = (call: string, name = 'run') => levels({ 'server.ts': `${head}${server}server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${call}; return {}; });` });
    assert.deepEqual(await of("fs.writeFileSync('settings.json', args.text)"), []);
    assert.deepEqual(await of("fs.writeFileSync('report.json', args.text)"), ['hint']);
    assert.deepEqual(await of("fs.writeFileSync('report.json', '{}')"), ['hint'], 'as long as it is written here');
    assert.deepEqual(await of("fs.readFileSync('settings.json')"), ['information']);
    assert.deepEqual(await of("fs.readFileSync('settings.json')", 'setup_client'), []);
    assert.deepEqual(await of('fs.readFileSync(args.path)', 'setup_client'), ['warning']);
  });

  it('one file is a moment, unless the caller names it, it holds bytes, is a store or one of many', async () => {
    const of = (body: string, before = '') => levels({ 'server.ts': `${head}${server}const notes: string[] = [];\n${before}\n${tool(`${body}; return {};`)}` });
    const deep = "const read = (at: string) => fs.readFileSync(at, 'utf8');\nconst page = (at: string) => read(at);";
    for (const body of ["fs.readFileSync('notes.json', 'utf8')", "fs.rmSync('notes.json')"]) assert.deepEqual(await of(body), ['hint'], body);
    assert.deepEqual(await of('page(args.path)', deep), ['hint'], 'two calls from the tool');
    assert.deepEqual(await of('read(args.path)', deep), ['hint']);
    assert.deepEqual(await of("fs.readFileSync(`${args.day}.log`, 'utf8')", deep), ['warning'], 'a log that the caller names');
    assert.deepEqual(await of('for (const part of [args.a, args.b]) read(part)', deep), ['hint'], 'few');
    assert.deepEqual(await of('for (const part of args.parts) read(part)', deep), ['warning'], 'as many as the caller lists');
    assert.deepEqual(await of('fs.readFileSync(`${notes[0]}.png`)'), ['warning'], 'bytes');
    assert.deepEqual(await of("JSON.parse(fs.readFileSync(`${notes[0]}.json`))"), ['hint'], 'text');
    assert.deepEqual(await of("fs.writeFileSync(args.path, Buffer.from(args.data, 'base64'))"), ['hint'], 'a document');
    assert.deepEqual(await of("for (const image of args.images) fs.writeFileSync(`${image.path}.png`, Buffer.from(image.data, 'base64'))"), ['warning'], 'as many as the caller sends');
    assert.deepEqual(await of('notes.push(args.text); save()', "const save = () => fs.writeFileSync('notes.json', JSON.stringify(notes));"), ['hint'], 'a store');
    assert.deepEqual(await of('notes.push(args.text); save()', "const save = () => { if (notes.length < 5) return; fs.writeFileSync('notes.json', JSON.stringify(notes)); };"), ['hint'], 'now and then');
    const inPython = (text: string) => levels({ 'server.py': python('from pathlib import Path\nHERE = Path("/data")\nnotes = []', asyncTool(text)) });
    assert.deepEqual(await inPython('(HERE / notes[0]).read_bytes()'), ['warning']);
    assert.deepEqual(await inPython('(HERE / "a.txt").read_text()'), ['hint']);
    assert.deepEqual(await inPython('with open(HERE / "notes.json", "w") as f:\n        json.dump(notes, f)'), ['hint']);
    assert.deepEqual(await inPython('with open(HERE / "notes.json") as f:\n        return json.load(f)'), ['hint']);
  });

  it('in Python the same', async () => {
    const of = (text: string) => levels({ 'server.py': python('import os\nfrom importlib import resources\nfrom pathlib import Path\nHERE = Path(__file__).parent', asyncTool(text)) });
    for (const small of ['return (HERE / "templates" / "query.sql").read_text()', 'top = Path(__file__).parent.parent\n    folder = top / "tools" / "queries"\n    path = folder / f"{name}.yaml"\n    return open(path).read()', 'return resources.files("pkg").joinpath("guide.md").read_text()'])
      assert.deepEqual(await of(small), ['information'], small);
    for (const settings of ['return open(os.getenv("CONFIG_FILE")).read()', 'return (Path.home() / ".aws" / "credentials").read_text()']) assert.deepEqual(await of(settings), ['information'], settings);
    for (const large of ['return (HERE / f"{name}.md").read_bytes()', 'return list(Path(name).rglob("*"))']) assert.deepEqual(await of(large), ['warning'], large);
    assert.deepEqual(await of('return (HERE / "notes.json").read_text()'), ['hint']);
    assert.deepEqual(await of('return [p.name for p in HERE.rglob("*")]'), ['hint'], 'its own tree');
    assert.deepEqual(await of('return [p.read_text() for p in HERE.rglob("*")]'), ['warning'], 'and reads it');
    assert.deepEqual(await of('return list(Path(name).glob("*.md"))'), ['information'], 'one folder');
    assert.deepEqual(await of('found = []\n    for kind, pattern in [("a", "*.md"), ("b", "*.txt")]:\n        found += Path(name).glob(pattern)\n    return found'), ['hint'], 'a folder several times');
    assert.deepEqual(await of('return list(Path(name).glob("**/*.md"))'), ['warning'], 'a tree');
  });

  it('what is done when something has expired', async () => {
    const of = (condition: string) => levels({ 'server.ts': `${head}${server}const saved = { expiresAt: 0, isExpired: () => true };\nlet now = 1;\n${tool(`if (${condition}) fs.readFileSync(args.name); return {};`)}` });
    for (const old of ['saved.expiresAt < Date.now()', 'Date.now() >= saved.expiresAt', 'saved.isExpired()', '!args.force && saved.isExpired()']) assert.deepEqual(await of(old), ['information'], old);
    for (const not of ['!saved.isExpired()', 'saved.expiresAt > Date.now()', 'args.force']) assert.deepEqual(await of(not), ['hint'], not);
  });
});

describe('judged: what costs little beside what it is for', () => {
  const made = (imports: string, body: string, before = '') => ({ 'server.ts': `${imports}\n${head}${server}${before}${tool(body)}` });

  it('a line at the end of a log', async () => {
    assert.deepEqual(await levels(made('', "fs.appendFileSync('audit.log', args.what); return {};")), ['information']);
  });

  it('a client of a model that answers after seconds; a database in memory', async () => {
    const rule = 'client-per-call';
    assert.deepEqual(await levels(made("import OpenAI from 'openai';", 'return new OpenAI();'), rule), ['information']);
    assert.deepEqual(await levels(made("import { Pool } from 'pg';", "return new Pool().query('select 1');"), rule), ['warning']);
    const database = (at: string) => made("import Database from 'better-sqlite3';", `return new Database(${at}).prepare('select 1').all();`);
    assert.deepEqual(await levels(database("':memory:'"), rule), []);
    assert.equal((await levels(database("'x.db'"), rule)).length, 1);
  });

  it('patterns that remember where they stopped, and schemas of zod', async () => {
    const rule = 'compile-in-handler';
    assert.deepEqual(await levels(made('', "return { t: args.text.replace(new RegExp('\\\\s+', 'g'), ' ') };"), rule), []);
    assert.deepEqual(await levels(made('', "return { t: new RegExp('^\\\\s+$').test(args.text) };"), rule), ['hint']);
    assert.deepEqual(await levels(made("import { z } from 'zod';", 'return z.object({ a: z.string() }).parse(args);'), rule), ['hint']);
  });

  it('a client that shares its connections, unless it brings some of its own; one that is put where later calls find it', async () => {
    const rule = 'client-per-call';
    const axios = (options: string) => made("import axios from 'axios';\nimport https from 'node:https';", `return axios.create(${options}).get('/x');`);
    assert.deepEqual(await levels(axios("{ timeout: 5000 }"), rule), ['information']);
    assert.deepEqual(await levels(axios("{ baseURL: args.base }"), rule), []);
    assert.deepEqual(await levels(axios("{ httpsAgent: new https.Agent() }"), rule), ['warning']);
    const ssh = (after: string) => made("import { Client } from 'ssh2';", `const client = new Client(); client.connect({ host: 'x' }); ${after} return { id: 1 };`, 'const sessions = new Map();\n');
    assert.deepEqual(await levels(ssh('sessions.set(args.id, { client });'), rule), []);
    assert.deepEqual(await levels(ssh(''), rule), ['warning']);
  });

  it('one answer of a service is a page as a rule; what waits inside is told there', async () => {
    const rule = 'unbounded-fan-out';
    const of = (list: string, all = 'Promise.all(list.map((one) => fetch(one)))') => levels(made("import { Pool } from 'pg';", `const list = ${list}; await ${all}; return {};`, 'const pool = new Pool();\n'), rule);
    assert.deepEqual(await of("(await (await fetch('https://x')).json()).items"), ['information']);
    assert.deepEqual(await of("(await pool.query('select url from x')).rows"), ['warning']);
    assert.deepEqual(await of('args.urls', "Promise.all([\n  fetch('https://x'),\n  Promise.all(args.urls.map((one) => fetch(one))),\n])"), ['warning']);
  });

  it('a client where another one is handed over, a model of fields that were worked out, a pool that is thrown away, an error of the author', async () => {
    const session = (call: string) => levels({ 'server.py': python('import requests', `def ask(id, session=None):\n    session = session or requests.Session()\n    return session.get(f"https://api.example/{id}", timeout=5)\nshared = requests.Session()\n${asyncTool(`return ${call}`)}`) }, 'client-per-call');
    assert.deepEqual(await session('ask(name, session=shared)'), []);
    assert.deepEqual(await session('ask(name)'), ['warning']);
    const model = (fields: string) => levels({ 'server.py': python('from pydantic import create_model\nfields = {}', asyncTool(`return create_model("Form", ${fields}).model_json_schema()`)) }, 'compile-in-handler');
    assert.deepEqual(await model('**fields'), []);
    assert.deepEqual(await model('name=(str, ...)'), ['warning']);
    const engine = (after: string) => levels({ 'server.py': python('from sqlalchemy import create_engine\nfrom sqlalchemy.pool import NullPool', `def login(url):\n    engine = create_engine(url, poolclass=NullPool)\n    engine.connect()\n    ${after}\n${asyncTool('return login(name)')}`) }, 'no-connection-reuse');
    assert.deepEqual(await engine('engine.dispose()'), []);
    assert.deepEqual(await engine('return engine'), ['warning']);
    const swallowed = (error: string) => levels({ 'server.py': python('import asyncio, httpx', `class UserCancelledError(Exception): pass\n${asyncTool(`try:\n        return (await httpx.AsyncClient(timeout=5).get(name)).text\n    except ${error}:\n        return ""`)}`) }, 'ignored-cancellation');
    assert.deepEqual(await swallowed('UserCancelledError'), []);
    assert.equal((await swallowed('asyncio.CancelledError')).length, 1);
  });

  it('measured things, seasons and formats are few', async () => {
    const rule = 'unbounded-cache';
    const kept = (store: string, key: string) => levels({ 'server.py': python('', `${store} = {}\n@mcp.tool()\nasync def run(season: int, url: str, text: str) -> str:\n    ${store}[${key}] = text\n    return text\n`) }, rule);
    assert.deepEqual(await kept('notes', 'season'), []);
    assert.deepEqual(await kept('timings', 'url'), []);
    assert.deepEqual(await kept('notes', 'url'), ['hint']);
  });

  it('entries that are flags, counts, times or locks; keys of which there are few', async () => {
    const rule = 'unbounded-cache';
    const kept = (key: string, value: string) => levels(made("import { Mutex } from 'async-mutex';", `kept.set(${key}, ${value}); return {};`, 'const kept = new Map();\n'), rule);
    for (const light of ['true', 'Date.now()', 'new Mutex()', '{ hits: 0, since: new Date() }', '{ from: args.from, to: args.to, at: Date.now() }', 'new RegExp(args.query)']) assert.deepEqual(await kept('args.query', light), ['information'], light);
    for (const heavy of ['args.text', 'await fetch(args.query)', '{ text: args.text, at: Date.now() }']) assert.deepEqual(await kept('args.query', heavy), ['hint'], heavy);
    assert.deepEqual(await kept('args.tier', 'args.text'), []);
    const both = python('', '_notes = {}\n@mcp.tool()\nasync def run(db: str, table: str, url: str, text: str) -> str:\n    KEY = text\n    return text\n');
    assert.deepEqual(await levels({ 'server.py': both.replace('KEY', '_notes[(db, table)]') }, rule), []);
    assert.deepEqual(await levels({ 'server.py': both.replace('KEY', '_notes[(db, url)]') }, rule), ['hint']);
  });
});

describe('judged: what a server may not reach', () => {
  const store = (name: string, body: string) => `export class ${name} implements Store {\n  all(at: string) { ${body} }\n}\n`;
  const shop = `${head}export interface Store { all(at: string): string }\n${store('Files', "return fs.readdirSync(at, { recursive: true }).join();")}${store('Memory', "return '';")}`;
  const reads = (make: string, get: string) => `${shop}${server}${make}\n${tool(`return { text: ${get}.all(args.path) };`)}`;

  it('one of several classes of which a server uses one is a hint; of those in a table all are used', async () => {
    assert.deepEqual(await levels({ 'server.ts': reads('const stores: Store = process.env.FILES ? new Files() : new Memory();', 'stores') }), ['hint']);
    assert.deepEqual(await levels({ 'server.ts': reads('const stores: Record<string, Store> = { files: new Files(), memory: new Memory() };', 'stores[args.store]!') }), ['warning']);
    assert.deepEqual(await levels({ 'server.ts': reads('const stores: Store = new Files();', 'stores') }), ['warning'], 'one alone is made');
    assert.deepEqual(await levels({ 'server.ts': reads('const stores = process.env.FILES ? new Files() : new Memory();', 'stores') }), ['hint'], 'without a type');
    const missing = (body: string) => `import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\ntry:\n    from store import Store\nexcept ImportError:\n    class Store:\n        def read(self, at):\n            ${body}\n@mcp.tool()\nasync def read(at: str) -> str:\n    return Store().read(at)\n`;
    const store = { 'store.py': 'class Store:\n    def read(self, at):\n        return open(at, "rb").read()\n' };
    assert.deepEqual([...new Set(await levels({ ...store, 'server.py': missing('raise ModuleNotFoundError("store")') }))], ['warning'], 'the other one only fails');
    assert.deepEqual([...new Set(await levels({ ...store, 'server.py': missing('return ""') }))], ['hint']);
    const based = (make: string) => `${head}abstract class Store { one(at: string) { return this.all(at); } abstract all(at: string): string; }\n${shop.slice(shop.indexOf('export class')).replaceAll('implements', 'extends')}${server}${make}\n${tool('return { text: stores.one(args.path) };')}`;
    assert.deepEqual(await levels({ 'server.ts': based('const stores = process.env.FILES ? new Files() : new Memory();') }), ['hint'], 'by a method that they share');
    assert.deepEqual(await levels({ 'server.ts': based('const stores = process.env.FILES ? new Memory() : new Files();') }), ['hint'], 'the other way round');
    assert.deepEqual(await levels({ 'server.ts': based('const stores = new Files();') }), ['warning']);
  });

  it('a server that is a class of which nothing makes an object, where there is another', async () => {
    const app = (name: string) => `${head}export class ${name} {\n  private server = new McpServer({ name: 'x', version: '1' });\n  constructor() { this.server.registerTool('run', { inputSchema: {} }, async (args) => ({ text: fs.readFileSync(args.path) })); }\n}\n`;
    const main = (name: string) => `import { ${name} } from './${name}.ts';\nnew ${name}();\n`;
    assert.deepEqual(await levels({ 'Old.ts': app('Old'), 'New.ts': app('New'), 'main.ts': main('New') }), ['warning'], 'the new one alone');
    assert.deepEqual(await levels({ 'Old.ts': app('Old'), 'New.ts': app('New'), 'main.ts': main('New') + main('Old') }), ['warning', 'warning']);
    assert.deepEqual(await levels({ 'Old.ts': app('Old') }), ['warning'], 'somebody else makes it');
    const made = (name: string) => `${head}export function ${name}() {\n  const server = new McpServer({ name: 'x', version: '1' });\n  server.registerTool('run', { inputSchema: {} }, async (args) => ({ text: fs.readFileSync(args.path) }));\n  return server;\n}\n`;
    const start = "import { createServer } from './create.ts';\ncreateServer().connect();\n";
    assert.deepEqual(await levels({ 'create.ts': made('createServer'), 'debug.ts': made('createDebugServer'), 'main.ts': start }), ['warning'], 'a function that nothing calls');
    assert.deepEqual(await levels({ 'create.ts': made('createServer'), 'index.ts': made('createDebugServer'), 'main.ts': start }), ['warning', 'warning'], "a package's entry");
  });

  it('stdout that a function sets and sets back is as it was', async () => {
    const plugin = (restore: string) => `import sys, io\ndef run(code):\n    before = sys.stdout\n    sys.stdout = io.StringIO()\n    try:\n        exec(code)\n    finally:\n        ${restore}\n`;
    const of = (restore: string) => levels({ 'server.py': `${python('', asyncTool('print(name)'))}mcp.run()\n`, 'plugin.py': plugin(restore) }, 'stdout-pollution');
    assert.deepEqual(await of('sys.stdout = before'), ['warning']);
    assert.deepEqual(await of('pass'), [], 'it stays');
  });

  it('what is printed between two lines of a caller that send stdout elsewhere and back', async () => {
    const of = (call: string) => levels({ 'server.py': `${python('import sys, io', asyncTool('return caught(name)'))}def say(name):\n    print(name)\ndef caught(name):\n    before = sys.stdout\n    sys.stdout = out = io.StringIO()\n    ${call}\n    return out.getvalue()\nmcp.run()\n` }, 'stdout-pollution');
    assert.deepEqual([await of('say(name)\n    sys.stdout = before'), await of('sys.stdout = before\n    say(name)')], [[], ['warning']]);
  });

  it('what is printed before the process ends is printed before anything is spoken', async () => {
    const of = (after: string) => levels({ 'server.py': `${python('import sys', asyncTool('return name'))}def main():\n    try:\n        check()\n    except ValueError as e:\n        print(e)\n        ${after}\n    mcp.run()\nmain()\n` }, 'stdout-pollution');
    assert.deepEqual(await of('sys.exit(1)'), []);
    assert.deepEqual(await of('pass'), ['hint']);
  });

  it('parts of a list with a pause between them are no polling', async () => {
    const of = (loop: string, part: string) => levels({ 'server.ts': `${head}${server}const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\n${tool(`${loop} { const done = await fetch('https://x/status?' + ${part}); if (!done.ok) break; await sleep(500); } return {};`)}` }, 'polling');
    assert.deepEqual(await of('for (let i = 0; i < args.ids.length; i += 10)', 'args.ids.slice(i, i + 10)'), []);
    assert.deepEqual(await of('for (let i = 0; i < 100; i += 1)', 'args.id'), ['hint']);
  });

  it('looks of a moment: in a list, and one after the other; timers of a demo', async () => {
    const list = (look: string) => levels({ 'server.ts': `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport fs from 'node:fs/promises';\nconst server = new Server({ name: 'x', version: '1' }, {});\nserver.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: await ${look} }));\n` }, 'slow-list');
    assert.deepEqual(await list("fs.realpath('tools')"), []);
    assert.deepEqual(await list("fs.readFile('tools.json')"), ['warning']);
    const each = (look: string) => levels({ 'server.ts': `import fsp from 'node:fs/promises';\n${head}${server}${tool(`const all = []; for (const one of args.files) { all.push(await ${look}); } return { all };`)}` }, 'sequential-await');
    assert.deepEqual(await each('fsp.lstat(one)'), []);
    assert.deepEqual(await each("fsp.readFile(one, 'utf8')"), ['information']);
    assert.deepEqual(await each('(await fetch(one)).text()'), ['hint']);
    const timer = (file: string) => levels({ 'server.ts': `${head}${server}${tool('return {};')}`, [file]: "export const watch = () => setInterval(() => fetch('https://x/status'), 5000);\nwatch();\n" }, 'polling');
    assert.deepEqual(await timer('demo/agent.ts'), []);
    assert.deepEqual(await timer('agent.ts'), ['hint']);
  });

  it('a sign of life, by what is sent', async () => {
    const of = (event: string) => levels({ 'server.ts': `${head}${server}async function send(event: string) { await fetch('https://x/events', { method: 'POST', body: event }); }\n${tool(`setInterval(() => { send('${event}').catch(() => {}); }, 10_000); return {};`)}` }, 'polling');
    assert.deepEqual(await of('heartbeat'), []);
    assert.equal((await of('jobs')).length, 1);
  });

  it('what is far away is information, and a hint none', async () => {
    const chain = (calls: number, what: string) => {
      const functions = Array.from({ length: calls }, (_, i) => `function f${i + 1}(at: string) { ${i + 1 < calls ? `return f${i + 2}(at)` : what}; }\n`).join('');
      return { 'server.ts': `${head}${server}${tool('return f1(args.path);')}${functions}` };
    };
    assert.deepEqual(await levels(chain(6, 'return fs.readFileSync(at)')), ['warning']);
    assert.deepEqual(await levels(chain(7, 'return fs.readFileSync(at)')), ['information']);
    assert.deepEqual(await levels(chain(6, 'fs.rmSync(\'report.json\')')), ['hint']);
    assert.deepEqual(await levels(chain(7, 'fs.rmSync(\'report.json\')')), []);
  });
});
