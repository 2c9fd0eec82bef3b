import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what is true and weighs less than a warning

const asyncTool = (body: string, parameters = 'name: str') => `@mcp.tool()\nasync def run(${parameters}) -> str:\n${body}`;

const levels = (found: string[]) => found.map((text) => /^\w+/.exec(text)![0]);

describe('judged: what weighs less', () => {
  it('entries for things that somebody has set up, of which there is a handful', async () => {
    const kept = (key: string, more = '') => said('unbounded-cache', python('import hashlib, json', `kept = {}\nasync def ask(what):\n    return what\n${asyncTool(`${more}    kept[${key}] = await ask(${key})\n    return kept[${key}]\n`, 'device_id: str, workflow_id: str, user_id: str, query: str, thing: str')}`));
    for (const key of ['device_id', 'workflow_id', 'thing', '(device_id, workflow_id)']) assert.match((await kept(key)).join(), /^information: /, key);
    for (const key of ['user_id', 'query', '(device_id, query)', 'hashlib.sha256(thing.encode()).hexdigest()', 'json.dumps(thing)']) assert.match((await kept(key)).join(), /^hint: /, key);
    assert.match((await kept('key', '    key = f"{device_id}:{query}"\n')).join(), /^hint: /, 'what it is made of');
    assert.match((await kept('key', '    key = f"{device_id}:{thing}"\n')).join(), /^information: /);
  });

  it('what was said once, a look whether all is well', async () => {
    const once = (set: string) => said('unbounded-cache', python('import logging', `${set} = set()\ndef note(what):\n    if what not in ${set}:\n        ${set}.add(what)\n        logging.info(what)\n${asyncTool('    note(name)\n    return name\n')}`));
    for (const set of ['_warned', '_series_logged', '_warned_once']) assert.match((await once(set)).join(), /^information: /, set);
    assert.match((await once('_seen_names')).join(), /^information: /);
    const look = (name: string) => said('client-per-call', python('import httpx', `@mcp.tool()\nasync def ${name}() -> str:\n    async with httpx.AsyncClient() as client:\n        return (await client.get("https://x", timeout=5)).text\n`));
    for (const name of ['check_servers_health', 'ping', 'test_connection']) assert.match((await look(name)).join(), /^hint: /, name);
    assert.match((await look('healthy_recipes')).join(), /^warning: /);
  });

  it('the first letter of a file, a file from where it was left, lines that come by themselves', async () => {
    const first = (read: string) => said('blocking-call', python('import os', asyncTool(`    try:\n        with open(name) as f:\n            ${read}  # is it there?\n        return "good"\n    except OSError as e:\n        return f"Cannot read {name}: {e}"\n`)));
    assert.match((await first('f.read(1)')).join(), /^information: /);
    assert.match((await first('f.read()')).join(), /^hint: /);
    const handed = (use: string) => said('blocking-call', python('import httpx, json\nclient = httpx.AsyncClient()', asyncTool(`    with open(name, "rb") as f:\n        ${use}\n    return ""\n`)));
    assert.match((await handed('await client.post("https://x", files={"a": f})')).join(), /^information: /);
    for (const use of ['await client.post("https://x", json=json.load(f))', 'await client.post("https://x", content=f.read())', 'print(f)']) assert.ok(!(await handed(use)).join().startsWith('information'), use);
    const rest = (from: string) => said('large-response', python('import os', `@mcp.tool()\nasync def list_events(path: str, seen: int) -> list:\n    with open(path) as f:\n        f.seek(${from})\n        return f.readlines()\n`));
    assert.deepEqual([(await rest('0')).length, (await rest('seen')).length], [1, 0]);
    const lines = (ask: string) => said('polling', python('import asyncio, httpx\nreader = None\nclient = httpx.AsyncClient()', `async def follow():\n    while True:\n        line = ${ask}\n        if not line:\n            await asyncio.sleep(0.01)\n            continue\n        print(line)\nasync def main():\n    global reader\n    reader, _ = await asyncio.open_connection("x", 1)\n    asyncio.create_task(follow())\n${asyncTool('    return name\n')}`));
    assert.equal((await lines('(await client.get("https://x/status", timeout=5)).text')).length, 1);
    assert.deepEqual(await lines('await reader.readline()'), []);
  });

  it('answers that FastMCP keeps: of all tools, of those that it names, of others', async () => {
    const text = (settings: string) => `from fastmcp import FastMCP\nfrom fastmcp.server.middleware.caching import ResponseCachingMiddleware, CallToolSettings\nimport httpx\nmcp = FastMCP("x")\nclient = httpx.AsyncClient()\n${settings}\n\n@mcp.tool()\nasync def get_profile(name: str) -> str:\n    return (await client.get("https://x/profiles/" + name, timeout=5)).text\n`;
    const of = async (settings: string) => (await said('uncached-hot-tool', text(settings))).length;
    const kept = (tools: string) => `mcp.add_middleware(ResponseCachingMiddleware(call_tool_settings=CallToolSettings(ttl=60${tools})))`;
    assert.equal(await of(''), 1);
    assert.equal(await of(kept('')), 0);
    assert.equal(await of(kept(', included_tools=["get_profile"]')), 0);
    assert.equal(await of(kept(', included_tools=["get_index"]')), 1);
    assert.equal(await of(kept(', excluded_tools=["get_profile"]')), 1);
  });

  it('a client of axios that is called itself has the timeout that it was made with', async () => {
    const text = (options: string) => `import axios from 'axios';\nclass Api {\n  private http;\n  constructor() { this.http = axios.create({ baseURL: 'https://x'${options} }); }\n  async run(config: object) { return (await this.http(config)).data; }\n}\nconst api = new Api();\n${tool('return api.run({ url: args.url });')}`;
    assert.deepEqual(await said('missing-timeout', text(', timeout: 30000')), []);
    assert.equal((await said('missing-timeout', text(''))).length, 1);
  });

  it('a client that a module keeps, made by the tool that opens it; one for the answer of a model', async () => {
    const opened = (name: string, use = 'client.db()') => said('client-per-call', `import { MongoClient } from 'mongodb';\nlet client: MongoClient;\nasync function connect(uri: string) {\n  client = new MongoClient(uri);\n  await client.connect();\n}\n${tool('await connect(args.uri); return {};', name)}${tool(`return ${use};`, 'list_all')}`);
    assert.deepEqual(await opened('connect-mongodb'), []);
    assert.equal((await opened('find-things')).length, 1);
    assert.equal((await opened('connect-mongodb', '{}')).length, 1, 'nobody goes on with it');
    const asks = (path: string) => said('client-per-call', python('import httpx', asyncTool(`    async with httpx.AsyncClient() as client:\n        return (await client.post(BASE + "${path}", json={}, timeout=10)).text\n`)));
    assert.match((await asks('/chat/completions')).join(), /^information: /);
    assert.match((await asks('/chat/rooms')).join(), /^warning: /);
  });

  it('copies, what was killed before by a helper, prints when all is over', async () => {
    const command = (line: string) => said('missing-timeout', `import { exec } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run = promisify(exec);\n${tool(`return run(${line});`)}`);
    assert.match((await command('`cp -R "${args.from}" "${args.to}"`')).join(), /^hint: /);
    assert.match((await command('`make "${args.from}"`')).join(), /^warning: /);
    const killed = (before: string) => said('missing-timeout', python('import asyncio', `async def _kill_process(p):\n    p.kill()\n${asyncTool(`    process = await asyncio.create_subprocess_exec(name)\n    ${before}\n    await process.wait()\n    return ""\n`)}`));
    assert.deepEqual(await killed('await _kill_process(process)'), []);
    assert.equal((await killed('await asyncio.sleep(0)')).length, 1);
    const over = (print: string, inside = 'pass') => said('stdout-pollution', `from mcp.server import Server\nimport mcp.server.stdio\nserver = Server("x")\n\n@server.call_tool()\nasync def call(name, arguments):\n    return []\n\nasync def main():\n    try:\n        async with mcp.server.stdio.stdio_server() as (read, write):\n            ${inside}\n            await server.run(read, write, {})\n    except Exception as e:\n        ${print}\n        raise\n    ${print}\n\nasyncio.run(main())\n`);
    assert.deepEqual(await over('print("over")'), []);
    assert.equal((await over('pass', 'print("begun")')).length, 1);
  });

  it('a validator of a class, a list of texts, values that are turned into others', async () => {
    const adapter = (type: string) => said('compile-in-handler', python('from pydantic import BaseModel, TypeAdapter', `class Row(BaseModel):\n    a: int\n${asyncTool(`    return TypeAdapter(${type}).validate_json(name)\n`)}`));
    assert.deepEqual(await adapter('Row'), []);
    assert.equal((await adapter('list[Row]')).length, 1);
    const schema = (of: string) => said('compile-in-handler', `import { z } from 'zod';\n${tool(`return ${of}.parse(args);`)}`);
    assert.deepEqual(await schema('z.array(z.string().min(1))'), []);
    assert.equal((await schema('z.array(z.object({ a: z.string() }))')).length, 1);
    const chain = (call: string) => said('ignored-cancellation', `import { parseEther, createPublicClient, http } from 'viem';\nconst client = createPublicClient({ transport: http() });\n${tool(`const wei = parseEther(args.amount); return { wei${call} };`)}`);
    assert.deepEqual(await chain(''), []);
    assert.equal((await chain(', balance: await client.getBalance({ address: args.address }), block: await client.getBlockNumber()')).length, 1);
  });

  it('parts of an answer, a client that is made of a session, a query that says how many', async () => {
    const list = (ask: string) => said('slow-list', `from mcp.server import Server\nimport aioboto3\nsession = aioboto3.Session()\nserver = Server("x")\n\n@server.list_resources()\nasync def resources():\n    async with session.client("s3") as s3:\n        answer = ${ask}\n        return answer.get("Buckets", [])\n`);
    assert.deepEqual((await list('await s3.list_buckets()')).map((m) => m.split(' ')[1]), ['`list_buckets`']);
    const many = (cypher: string) => said('unbounded-fan-out', `import neo4j from 'neo4j-driver';\nconst driver = neo4j.driver('neo4j://x', neo4j.auth.basic('a', 'b'));\n${tool(`const { records } = await driver.executeQuery('${cypher}', { n: args.n });\nreturn { all: await Promise.all(records.map((r) => driver.executeQuery('MATCH (n) WHERE n.id = $id RETURN n', { id: r.get('id') }))) };`)}`);
    assert.match((await many('MATCH (n) RETURN n')).join(), /^hint: /);
    assert.match((await many('MATCH (n) RETURN n LIMIT $n')).join(), /^information: /);
  });

  it('a key that is looked at first, a request that is tried again, a pool that somebody has switched off', async () => {
    const looks = (name: string) => said('client-per-call', python('import httpx', `async def ${name}(key):\n    async with httpx.AsyncClient() as client:\n        return (await client.get("https://x", timeout=5)).text\n${asyncTool(`    return await ${name}(name)\n`)}`));
    assert.match((await looks('validate_api_key')).join(), /^information: /);
    assert.match((await looks('validate_recipe')).join(), /^warning: /);
    const again = (head: string) => said('client-per-call', python('import requests', `def load(url, retries=3):\n    attempt = 0\n    ${head}\n        try:\n            return requests.get(url, timeout=5).text\n        except requests.RequestException:\n            attempt += 1\n${asyncTool('    return load(name)\n')}`));
    assert.deepEqual(await again('while attempt < retries:'), []);
    assert.match((await again('for url in url.split(","):')).join(), /^information: /);
    const engine = (condition: string) => said('no-connection-reuse', python('from sqlalchemy import create_engine, text\nfrom sqlalchemy.pool import NullPool', `def make(settings):\n    if ${condition}:\n        return create_engine("postgresql://x", poolclass=NullPool)\n    return create_engine("postgresql://x")\nengine = make(SETTINGS)\n${asyncTool('    with engine.connect() as c:\n        return str(c.execute(text("select 1")).scalar())\n')}`));
    assert.deepEqual(await engine('not settings.use_pooling'), []);
    assert.equal((await engine('settings is None')).length, 1);
  });

  it('the grant of a device, a message to a socket, a list between two days', async () => {
    const polls = (grant: string) => said('polling', python('import requests, time', `@mcp.tool()\ndef sign_in(code: str) -> str:\n    data = {"grant_type": "${grant}"}\n    while True:\n        answer = requests.post("https://x/token", data=data, timeout=5).json()\n        if answer.get("status") == "done":\n            return answer["token"]\n        time.sleep(5)\n`));
    assert.deepEqual(await polls('urn:ietf:params:oauth:grant-type:device_code'), []);
    assert.equal((await polls('job')).length, 1);
    const sends = (call: string) => said('blocking-call', python('import socket', asyncTool(`    s = socket.create_connection(("x", 1))\n    ${call}\n    return ""\n`)));
    assert.ok(!(await sends('s.sendall(b"ping")')).some((f) => /^warning: `\w+\.sendall/.test(f)));
    assert.ok((await sends('s.recv(10)')).some((f) => /^warning: `\w+\.recv/.test(f)));
    const rows = (parameters: string) => said('large-response', python('import sqlite3\ndb = sqlite3.connect("x.db")', `@mcp.tool()\nasync def list_prices(${parameters}) -> list:\n    return db.execute("SELECT day, price FROM prices").fetchall()\n`));
    assert.equal((await rows('name: str')).length, 1);
    assert.deepEqual(await rows('start_date: str, end_date: str'), []);
  });

  it('what is made under a lock and given back, a limit that is no pause, a token for the next call', async () => {
    const index = (given: string) => said('uncached-hot-tool', python('import httpx, threading', `_index = None\n_lock = threading.Lock()\nclient = httpx.AsyncClient()\nasync def index():\n    global _index\n    with _lock:\n        if _index is not None:\n            return ${given}\n    made = (await client.get("https://x/index", timeout=5)).json()\n    with _lock:\n        _index = made\n    return made\n@mcp.tool()\nasync def find_endpoint(name: str) -> str:\n    return str((await index()).get(name, []))\n`));
    assert.deepEqual(await index('_index'), []);
    assert.equal((await index('{}')).length, 1);
    const retry = (pause: string, after = '') => said('polling', `const delay = (ms: number) => new Promise((r) => setTimeout(r, ms));\n${tool(`let answer: any;\nfor (let attempt = 0; attempt < 9; attempt++) {\n  const controller = new AbortController();\n  const timer = setTimeout(() => controller.abort(), 5000);\n  try {\n    answer = await (await fetch('https://x/state', { signal: controller.signal })).json();\n    if (answer.status === 'done') return answer;\n  } catch { ${pause} }\n  ${after}\n}\nreturn {};`)}`);
    assert.deepEqual(await retry('await delay(1000);'), []);
    assert.equal((await retry('', 'await delay(1000);')).length, 1);
    const token = (name: string) => said('ignored-cancellation', `async function ${name}() { return (await fetch('https://x/token', { method: 'POST' })).json(); }\n${tool(`const a = await ${name}(); return { a };`)}`);
    assert.deepEqual(await token('refreshAccessToken'), []);
    assert.equal((await token('listTokens')).length, 1);
  });

  it('a text that is packed, unless it was read or fetched, or there are many', async () => {
    const pack = (body: string) => said('blocking-call', `import zlib from 'node:zlib';\nimport { readFile } from 'node:fs/promises';\n${tool(body)}`);
    assert.match((await pack('return { url: zlib.deflateSync(args.text).toString("base64url") };')).join(), /^hint: /);
    for (const body of ['const text = await readFile(args.path); return { url: zlib.deflateSync(text) };', 'return { all: args.texts.map((text: string) => zlib.gunzipSync(text)) };']) assert.match((await pack(body)).join(), /^warning: /, body);
  });

  it('a process that is started to go on, a template, jobs, and a wait for a program of this machine', async () => {
    const started = (rule: string, end: string) => said(rule, `import { execa } from 'execa';\nconst running = new Map<string, unknown>();\n${tool(`const server = execa('studio', [args.path]); running.set('studio', server); ${end} return {};`)}`);
    for (const rule of ['missing-timeout', 'ignored-cancellation']) {
      assert.deepEqual(await started(rule, ''), [], rule);
      assert.equal((await started(rule, 'await server;')).length, 1, rule);
    }
    const read = (name: string) => said('blocking-call', `import { readFileSync } from 'node:fs';\nclass Bridge {\n  constructor(private script: string) {}\n  inject(port: number) { const ${name} = readFileSync(this.script, 'utf8'); return ${name}.replace('PORT', String(port)); }\n}\nconst bridge = new Bridge(process.argv[2]!);\n${tool('return { r: bridge.inject(args.port) };')}`);
    assert.match((await read('template')).join(), /^information: /);
    assert.match((await read('text')).join(), /^hint: /);
    const store = (name: string) => said('unbounded-cache', python('import uuid', `${name} = {}\n${asyncTool(`    ${name}[str(uuid.uuid4())] = ask(name)\n    return name\n`)}`));
    assert.match((await store('_render_jobs')).join(), /^information: /);
    assert.match((await store('_renders')).join(), /^hint: /);
    const asks = (url: string) => said('missing-timeout', python('import httpx', asyncTool(`    async with httpx.AsyncClient(timeout=None) as client:\n        return (await client.post("${url}")).text\n`)));
    assert.match((await asks('http://127.0.0.1:8000/ask')).join(), /^hint: /);
    assert.match((await asks('https://api.example.com/ask')).join(), /^warning: /);
  });

  it('a pause that the other side asked for, what falls back to asking, a process that a helper has started', async () => {
    const loop = (before: string, pause: string) => said('polling', `import { spawn } from 'node:child_process';\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nfunction start() { return spawn('studio'); }\nasync function ask() { return (await fetch('https://x/state', { signal: AbortSignal.timeout(1000) })).json(); }\nasync function waitForIt() {\n  ${before}\n  for (let i = 0; i < 50; i++) { const answer: any = await ask(); if (answer.status === 'done') return answer; await sleep(${pause}); }\n}\n${tool('return { r: await waitForIt() };')}`);
    assert.equal((await loop('', '1000')).length, 1);
    assert.deepEqual(await loop('', 'answer.retryAfterMs'), []);
    assert.deepEqual(await loop('// polling is the fallback where no socket can be opened', '1000'), []);
    assert.deepEqual(await loop('start();', '1000'), []);
  });

  it('a copy of a pattern', async () => {
    const copy = (of: string) => said('compile-in-handler', `const URLS = /https?:\\S+/gi;\n${tool(`const found = new RegExp(${of}); return { is: found.test(args.text) };`)}`);
    assert.deepEqual(await copy('URLS'), []);
    assert.equal((await copy("'https?:[^ ]+'")).length, 1);
  });

  it('what is said where a package is missing that the project needs', async () => {
    const text = (caught: string) => ({ 'server.py': `try:\n    from dotenv import load_dotenv\n    load_dotenv()\nexcept ${caught}:\n    print("no dotenv")\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n\n@mcp.tool()\ndef add(a: int) -> int:\n    return a\n\nmcp.run()\n` });
    const of = async (caught: string, versions: Record<string, string>) => (await lintWorld({ files: text(caught), versions, rules: rules.filter((r) => r.id === 'stdout-pollution') })).findings.length;
    assert.equal(await of('ImportError', { 'python-dotenv': '1.0.1' }), 0);
    assert.equal(await of('ImportError', {}), 1);
    assert.equal(await of('ValueError', { 'python-dotenv': '1.0.1' }), 1);
  });

  it('a client that asks for a token, and a file of SQLite', async () => {
    const text = (name: string) => python('import httpx', `async def ${name}(code):\n    async with httpx.AsyncClient() as client:\n        return (await client.post("https://login.example.com", data=code, timeout=10)).json()\n${asyncTool(`    return str(await ${name}(name))\n`)}`);
    for (const name of ['exchange_code', 'get_access_token', '_refresh_token', 'login']) assert.match((await said('client-per-call', text(name))).join(), /^information: /, name);
    assert.match((await said('client-per-call', text('get_tickets'))).join(), /^warning: /);
    for (const opened of ["new DatabaseSync('a.db')", "new Database('a.db')"]) assert.match((await said('client-per-call', `import { DatabaseSync } from 'node:sqlite';\nimport Database from 'better-sqlite3';\n${tool(`const db = ${opened}; return { rows: db.prepare('select 1').all() };`)}`)).join(), /^information: /, opened);
  });

  it('a list of what lies beside the code, the first that fits, what is searched for in a file', async () => {
    const files = (body: string, name = 'list_notes') => said('large-response', `import fs from 'node:fs';\nimport path from 'node:path';\nconst DATA = path.join(__dirname, 'data');\n${tool(body, name)}`);
    assert.deepEqual(await files('return { files: fs.readdirSync(DATA) };'), []);
    assert.equal((await files('return { files: fs.readdirSync(args.folder) };')).length, 1);
    assert.deepEqual(await files("\nfor (const name of fs.readdirSync(args.folder)) {\n  if (name.startsWith(args.text))\n    return { name };\n}\nreturn {};", 'find_note'), []);
    const whole = "const text = fs.readFileSync(args.path, 'utf8'); return { found: text.split('\\n').filter((line) => line !== args.not) };";
    assert.deepEqual([(await files(whole, 'dump_notes')).length, (await files(whole, 'search_notes')).length], [1, 0]);
  });

  it('the end of a long loop is looked for line by line', async () => {
    const lines = '        x = name\n\n'.repeat(3000);
    assert.equal((await said('large-response', python('from pathlib import Path', `@mcp.tool()\nasync def list_notes(name: str) -> list:\n    found = []\n    for one in Path(name).iterdir():\n${lines}        found.append(one)\n    return found\n`))).length, 1);
  });

  it('rounds of which a comment says that they go one by one', async () => {
    const loop = (comment: string) => said('sequential-await', `async function load(id: string) {${comment}\n return (await fetch('https://x/' + id)).json(); }\n${tool('const all = []; for (const id of args.ids) all.push(await load(id)); return { all };')}`);
    assert.deepEqual(await loop(' // the service wants these one at a time'), []);
    assert.equal((await loop(' // the service is slow')).length, 1);
  });

  it('a request that fills what later calls find is for no single call to stop', async () => {
    const text = (kept: string) => `const kept = new Map();\nasync function schema() {\n  ${kept}\n  const all = await (await fetch('https://x')).json();\n  kept.set('all', all);\n  return all;\n}\n${tool('return { all: await schema() };')}`;
    assert.deepEqual(await said('ignored-cancellation', text("if (kept.has('all')) return kept.get('all');")), []);
    assert.equal((await said('ignored-cancellation', text(''))).length, 1);
  });

  it('a function that a list only puts into a field runs in no list', async () => {
    const listed = (put: string) => `from mcp.server import Server\nfrom mcp.types import Tool\nimport requests\nserver = Server("x")\ndef make():\n    def handler(arguments):\n        return requests.get("https://x").json()\n    tool = Tool(name="a")\n    ${put}\n    return tool\n@server.list_tools()\nasync def tools():\n    return [make()]\n`;
    assert.deepEqual(await said('slow-list', listed('setattr(tool, "handler", handler)')), []);
    assert.equal((await said('slow-list', listed('run(handler)'))).length, 1);
  });

  it('the same of results that a decorator keeps', async () => {
    const kept = (parameter: string) => said('unbounded-cache', python('import functools', `@functools.cache\ndef load(${parameter}):\n    return [${parameter}]\n${asyncTool(`    return str(load(name))\n`)}`));
    assert.match((await kept('location')).join(), /^information: /);
    assert.match((await kept('url')).join(), /^hint: /);
  });

  it('a file or a command where something else has failed, but no service', async () => {
    const text = (call: string) => python('import requests, subprocess', asyncTool(`    try:\n        return await ask(name)\n    except OSError:\n        return str(${call})\n`));
    for (const [call, level] of [['open(name).read()', /^information: /], ['subprocess.run(["make", name])', /^hint: /]] as const) assert.match((await said('blocking-call', text(call))).join(), level, call);
    assert.match((await said('blocking-call', text('requests.get(name)'))).join(), /^warning: /);
    assert.match((await said('missing-timeout', text('requests.get(name)'))).join(), /^hint: /);
    assert.match((await said('missing-timeout', `async function first(args: any) { return { text: args.text }; }\n${tool("try { return await first(args); } catch { return await (await fetch('https://x')).json(); }")}`)).join(), /^hint: /);
  });

  it('files in a tool that asks the network or runs a process, but not a tree of them', async () => {
    const text = (code: string, also = 'await client.get("https://x")') => python('import httpx\nfrom pathlib import Path\nclient = httpx.AsyncClient(timeout=5)', asyncTool(`    ${also}\n    ${code}\n    return ""\n`));
    const one = ['Path(name).write_text(name)', 'Path(name).read_text()', 'open(name).read()', 'with open(name, "w") as f:\n        f.write(name)'];
    for (const code of one) assert.match((await said('blocking-call', text(code))).join(), /^hint: /, code);
    for (const code of ['open(f"{name}.csv").read()', 'for one in name.split():\n        Path(one).read_text()']) {
      assert.match((await said('blocking-call', text(code))).join(), /^hint: /, code);
      assert.match((await said('blocking-call', text(code, 'pass'))).join(), /^warning: /, `${code} alone`);
    }
    assert.match((await said('blocking-call', text('Path(name).rglob("*")'))).join(), /^warning: /);
    const script = (code: string) => `import fs from 'node:fs';\n${tool(`const answer = await fetch('https://x', { signal: AbortSignal.timeout(5000) }); ${code}; return {};`)}`;
    for (const code of ["fs.readFileSync(args.path, 'utf8')", 'fs.writeFileSync(args.path, JSON.stringify(args))', 'fs.writeFileSync(args.path, `${args.text}\\n`)']) assert.match((await said('blocking-call', script(code))).join(), /^hint: /, code);
    assert.match((await said('blocking-call', `import fs from 'node:fs';\n${tool('read(args.path); return {};')}function read(path: string) { for (const name of fs.readdirSync(path)) one(path + name); }\nfunction one(path: string) { return fs.readFileSync(path); }\n`)).filter((f) => f.includes('readFileSync')).join(), /^warning: /, 'who calls it is in a loop');
  });

  it('a command that sets up a service, or that has a limit of its own', async () => {
    const run = (args: string) => said('missing-timeout', python('import subprocess', `@mcp.tool()\ndef run(name: str) -> str:\n    subprocess.run(${args})\n    return ""\n`));
    for (const args of ['["systemctl", "--user", "enable", name]', '["launchctl", "list"]']) assert.match((await run(args)).join(), /^hint: /, args);
    for (const args of ['["systemctl", "start", name]', '["curl", "-L", name]']) assert.match((await run(args)).join(), /^warning: /, args);
    for (const args of ['["curl", "--max-time", "60", name]', '["timeout", "30", "make"]', 'f"wget --timeout=60 {name}", shell=True']) assert.deepEqual(await run(args), [], args);
    const script = (command: string) => `import { exec } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run = promisify(exec);\n${tool(`let command; if (args.quick) command = \`curl --max-time 60 \${args.url}\`; else command = \`${command} \${args.url}\`; await run(command); return {};`)}`;
    assert.deepEqual(await said('missing-timeout', script('wget --timeout=60')), []);
    assert.equal((await said('missing-timeout', script('wget'))).length, 1);
  });

  it('an agent that nobody uses, or that is for one address', async () => {
    const agent = (options: string, send: string) => said('client-per-call', `import https from 'node:https';\nimport axios from 'axios';\n${tool(`const options = { agent: new https.Agent(${options}) }; await ${send}; return {};`)}`);
    assert.deepEqual(await agent('{ rejectUnauthorized: false }', "fetch('https://x', options)"), []);
    assert.equal((await agent('{ rejectUnauthorized: false }', "axios.get('https://x', options)")).length, 1);
    assert.deepEqual(await agent('{ lookup: (host, o, done) => done(null, args.address, 4) }', "axios.get('https://x', options)"), []);
  });

  it('an entry for a file that is there, a text that was fetched before, what a `def` only calls after a failure', async () => {
    const kept = (condition: string) => said('unbounded-cache', `import { existsSync } from 'node:fs';\nconst kept = new Map<string, string>();\nfunction resolve(path: string) { const known = kept.get(path); if (known) return known;\n  if (${condition}) {\n    kept.set(path, load(path));\n  }\n  return path; }\n${tool('return { path: resolve(args.path) };')}`);
    assert.match((await kept("existsSync(path + '/x.yml')")).join(), /^information: /);
    assert.match((await kept("path.startsWith('x')")).join(), /^hint: /);
    const feed = (given: string) => said('blocking-call', python('import feedparser', asyncTool(`    response = await ask(name)\n    return str(feedparser.parse(${given}))\n`)));
    assert.deepEqual([(await feed('response.text')).length, (await feed('name')).length], [0, 1]);
    const sync = (body: string) => said('sync-tool', python('import time, requests', `@mcp.tool()\ndef run(name: str) -> str:\n${body}    return ""\n`));
    assert.deepEqual(await sync('    try:\n        ask(name)\n    except OSError:\n        time.sleep(0.2)\n'), []);
    assert.match((await sync('    try:\n        requests.get(name, timeout=5)\n    except OSError:\n        time.sleep(0.2)\n')).join(), /requests\.get/);
  });

  it('the branch for another method than the one that is asked for, in whatever letters', async () => {
    const text = (condition: string) => python('import requests', `def ask(path, method="GET"):\n    if ${condition} == "GET":\n        return requests.get(path)\n    elif ${condition} == "POST":\n        return requests.post(path)\n    raise ValueError(method)\n\n@mcp.tool()\nasync def one(name: str) -> str:\n    return str(ask(name))\n\n@mcp.tool()\nasync def two(name: str) -> str:\n    return str(ask(name, method="get"))\n`);
    for (const condition of ['method.upper()', 'method.strip().upper()']) assert.deepEqual((await said('missing-timeout', text(condition))).map((m) => /requests\.\w+/.exec(m)?.[0]), condition.includes('strip') ? ['requests.get', 'requests.post'] : ['requests.get'], condition);
    const script = (method: string) => `async function ask(url: string, method = 'GET') { if (method.toLowerCase() === 'post') return fetch(url, { method, body: 'x' }); return fetch(url, { method, signal: AbortSignal.timeout(5000) }); }\n${tool(`return { text: await (await ask(args.url, '${method}')).text() };`)}`;
    assert.deepEqual([(await said('missing-timeout', script('GET'))).length, (await said('missing-timeout', script('POST'))).length], [0, 1]);
  });

  it('a function of any kind is none that compiles, and what is called like all tools is one thing', async () => {
    assert.deepEqual(await said('compile-in-handler', `function register(run: Function) { server.registerTool('a', { inputSchema: {} }, async (args) => run('info', args)); }\nregister(ask);\nasync function ask(name: string, args: object) { return { name, args }; }\n`), []);
    const asks = "return await (await fetch('https://x/all', { signal: AbortSignal.timeout(5000) })).json();";
    const games = (write: string) => said('uncached-hot-tool', `${tool(asks, 'list_games')}${tool('return {};', 'get_game_rules')}${tool('return {};', write)}`).then((all) => all.filter((m) => m.includes('list_games')));
    assert.deepEqual([(await games('create_game')).length, (await games('create_report')).length], [0, 1]);
  });

  it('a connection that is kept until it is lost', async () => {
    const text = (guard: string) => python('import snowflake.connector', `class Manager:\n    def __init__(self):\n        self.conn = None\n        self.healthy = False\n    def get(self):\n        ${guard}\n        return self.conn\n    def connect(self):\n        self.conn = snowflake.connector.connect(user="x")\n        self.healthy = True\nmanager = Manager()\n${asyncTool('    return str(manager.get())\n')}`);
    for (const guard of ['if self.conn is None or not self.healthy:\n            self.connect()', 'if self.conn is None or self.conn.is_closed():\n            self.connect()', 'if self.conn and self.conn.is_connected():\n            return self.conn\n        self.connect()', 'session = self.conn.session() if self.conn else None\n        if session is None or not session.is_active():\n            self.connect()']) assert.deepEqual((await said('client-per-call', text(guard))).filter((f) => f.startsWith('warning')), [], guard);
    for (const guard of ['if self.conn is None or name:\n            self.connect()', 'self.connect()']) assert.match((await said('client-per-call', text(guard))).join(), /^warning: /, guard);
  });

  it('what a service lists is kept under as many keys as it has, and who waits for the signal may stand around all tools', async () => {
    const kept = (loop: string) => said('unbounded-cache', python('', `kept = {}\nasync def ask(what):\n    return what\n${asyncTool(`    ${loop}\n        kept[one["id"]] = one\n    return str(kept)\n`, 'name: str, ids: list[dict]')}`));
    assert.match((await kept('answer = await ask(name)\n    for one in answer.get("items"):')).join(), /^information: /);
    assert.match((await kept('for one in ids:')).join(), /^hint: /);
    const around = (wait: string) => said('ignored-cancellation', `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst low = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\nconst tools: Record<string, (args: object) => Promise<object>> = { a: async () => (await fetch('https://x')).json() };\nlow.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => { ${wait} return tools[params.name]!(params.arguments!); });\n`);
    assert.deepEqual(await around('extra.signal.throwIfAborted();'), []);
    assert.equal((await around('')).length, 1);
  });

  it('a service beside the server, a name that was found, a device that is none', async () => {
    const asks = (url: string) => said('client-per-call', python('import httpx, os', `class Config:\n    def __init__(self, url):\n        self.url = url\ndef settings():\n    return Config(load(os.environ.get("URL", "${url}")))\ndef register(cfg):\n    @mcp.tool()\n    async def run(name: str) -> str:\n        async with httpx.AsyncClient() as client:\n            return (await client.get(cfg.url + name, timeout=5)).text\nregister(settings())\n`));
    assert.match((await asks('http://localhost:8042')).join(), /^hint: /);
    assert.match((await asks('https://api.example.com')).join(), /^warning: /);
    const kept = (guard: string) => said('unbounded-cache', `const open = new Map<string, object>();\n${tool(`const name = resolveName(args.name); ${guard} if (!open.has(name)) open.set(name, await connect(name)); return open.get(name);`)}`);
    assert.match((await kept("if (!name) { throw new Error('no such server'); }")).join(), /^information: /);
    assert.match((await kept('')).join(), /^hint: /);
    const opens = (path: string) => said('sync-tool', python('import os', `@mcp.tool()\ndef run(name: str) -> str:\n    with open(${path}, "w") as f:\n        f.write(name)\n    return ""\n`));
    assert.deepEqual([(await opens('os.devnull')).length, (await opens('name')).length], [0, 1]);
  });

  it('files that are written one after the other, a document that is saved, one that is only opened', async () => {
    const each = (body: string) => said('blocking-call', python('from pathlib import Path', asyncTool(`    for part in name.split(","):\n        ${body}\n    return ""\n`)));
    for (const write of ['Path(part).write_text("a")', 'open(part, "w").write("a")']) assert.doesNotMatch((await each(write)).join(), /warning/, write);
    assert.match((await each('Path(part).read_text()')).join(), /^warning: /);
    const sync = (body: string) => said('sync-tool', python('from pathlib import Path', `@mcp.tool()\ndef run(name: str) -> str:\n    for part in name.split(","):\n        ${body}\n    return ""\n`));
    assert.match((await sync('Path(part).write_text("a")')).join(), /^hint: /);
    assert.match((await sync('Path(part).read_text()')).join(), /^warning: /);
    const document = (body: string) => said('blocking-call', python('import docx, fitz', asyncTool(`    ${body}\n    return ""\n`)));
    assert.doesNotMatch((await document('docx.Document().save(name)')).join(), /warning/);
    assert.match((await document('doc = fitz.open(name)\n    return str(doc.page_count)')).join(), /^hint: /);
    assert.match((await document('doc = fitz.open(name)\n    return "".join(page.get_text() for page in doc)')).join(), /^hint: /);
  });

  it('a client that is handed to one after the other serves several requests', async () => {
    const text = (body: string) => said('client-per-call', python('import httpx\nfrom sources import sources', asyncTool(`    async with httpx.AsyncClient() as http:\n        ${body}\n    return ""\n`)));
    assert.match((await text('for source in sources:\n            await source(name, client=http)')).join(), /^hint: /);
    assert.match((await text('await sources(name, client=http)')).join(), /^warning: /);
  });

  it('a connection for when the pool has none', async () => {
    const text = (take: string) => said('client-per-call', python('import pymysql', `class Pool:\n    def __init__(self):\n        self.free = []\n    def new(self):\n        return pymysql.connect(host="db.example")\n    def acquire(self):\n        ${take}\n        return self.new()\npool = Pool()\n@mcp.tool()\ndef run(name: str) -> str:\n    one = pool.acquire()\n    pool.free.append(one)\n    return ""\n`));
    assert.deepEqual(await text('while self.free:\n            return self.free.pop()'), []);
    assert.equal((await text('self.free.clear()')).length, 1);
  });

  it('a client that brings a whole file', async () => {
    const text = (gives: string) => said('client-per-call', python('import httpx', asyncTool(`    return read(await body_of("https://api.example/" + name))\nasync def body_of(url):\n    async with httpx.AsyncClient() as http:\n        res = await http.get(url)\n        return ${gives}\n`)));
    assert.match((await text('res.content')).join(), /^hint: /);
    assert.match((await text('res.json()')).join(), /^warning: /);
  });
});

describe('judged: tables that do not grow for ever', () => {
  it('clients and managers by a name, and keys of which the name says that there are few', async () => {
    const of = async (store: string, key: string, before = '') => levels(await said('unbounded-cache', python('import httpx, uuid', `${store} = {}\n@mcp.tool()\nasync def run(name: str, project_id: str) -> str:\n    ${before}\n    ${store}[${key}] = await httpx.AsyncClient().get(name)\n    return ""\n`)));
    for (const store of ['repo_clients', '_user_managers', 'registered_projects']) assert.deepEqual(await of(store, 'name'), ['information'], store);
    assert.deepEqual(await of('pages', 'name'), ['hint']);
    assert.deepEqual(await of('pages', 'project_id', 'project_id = (await httpx.get(str(uuid.uuid4()))).project_id'), ['information'], 'whatever it comes from');
    assert.deepEqual(await of('pages', 'uuid.uuid4()'), ['hint']);
  });

  it('a list that asks a service of this machine', async () => {
    const text = (base: string) => `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListResourcesRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst server = new Server({ name: 'x', version: '1' }, {});\nserver.setRequestHandler(ListResourcesRequestSchema, async () => { const answer = await fetch(\`${base}/items\`); return { resources: await answer.json() }; });\n`;
    assert.deepEqual(levels(await said('slow-list', text('http://localhost:8090'))), ['hint']);
    assert.deepEqual(levels(await said('slow-list', text("${process.env.BASE ?? 'http://localhost:8090'}"))), ['hint']);
    assert.deepEqual(levels(await said('slow-list', text('https://api.example.com'))), ['warning']);
  });
});
