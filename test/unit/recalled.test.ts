import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld, worldRoot } from './support/lintWorld.ts';

// defects that somebody who did not know the linter had written, and that it did not see: each by its shape, and what is like it and none

const sdk = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;

/** `severity file:line` of each finding of a rule. */
async function places(rule: string, files: Record<string, string>, versions: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await lintWorld({ files, versions, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity} ${relative(worldRoot, f.file).replaceAll('\\', '/')}:${f.line}`);
}

describe('recalled: lock-across-await', () => {
  const rule = 'lock-across-await';
  const get = (url: string) => `(await fetch(${url}, { signal: AbortSignal.timeout(5_000) })).text()`;

  it('a limiter of one around the function that all requests are handed on by', async () => {
    const of = (limit: string, run: string) =>
      places(rule, {
        'index.ts': `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport makeGate from 'p-limit';\nconst gate = makeGate(${limit});\nconst server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\nasync function choose(name: string) {\n  switch (name) {\n    case 'lakes': return ${get("'https://x.example/lakes'")};\n    case 'rivers': return ${get("'https://x.example/rivers'")};\n    default: throw new Error(name);\n  }\n}\nserver.setRequestHandler(CallToolRequestSchema, async ({ params }) => {\n  const text = ${run};\n  return { content: [{ type: 'text', text }] };\n});\n`,
      });
    assert.deepEqual(await of('1', 'await gate(() => choose(params.name))'), ['warning index.ts:14']);
    assert.deepEqual(await of('4', 'await gate(() => choose(params.name))'), []);
    assert.deepEqual(await of('1', 'await choose(params.name)'), []);
  });

  it('a queue of one that another file makes', async () => {
    const of = (made: string) => places(rule, { 'lane.ts': `import Lane from 'p-queue';\nexport const lane = new Lane(${made});\n`, 'index.ts': `${sdk}import { lane } from './lane.js';\n${server}${tool(`return lane.add(async () => ${get('args.url')});`)}` });
    assert.deepEqual(await of('{ concurrency: 1 }'), ['warning index.ts:4']);
    assert.deepEqual(await of('{ concurrency: 8 }'), []);
  });

  it('a chain of promises that a class has for all its objects', async () => {
    const of = (chain: string) =>
      places(rule, {
        'base.ts': `export abstract class Base {\n  static tail: Promise<unknown> = Promise.resolve();\n  abstract work(url: string): Promise<string>;\n  async call(url: string) {\n    const mine = ${chain};\n    Base.tail = mine.catch(() => undefined);\n    return mine;\n  }\n}\n`,
        'index.ts': `${sdk}import { Base } from './base.js';\nclass Page extends Base {\n  async work(url: string) { return ${get('url')}; }\n}\nconst page = new Page();\n${server}${tool('return page.call(args.url);')}`,
      });
    assert.deepEqual(await of('Base.tail.then(() => this.work(url))'), ['warning base.ts:5']);
    assert.deepEqual(await of('this.work(url)'), []);
  });
});

describe('recalled: a chain of calls over several lines', () => {
  const rule = 'blocking-call';
  const of = (above = '', beside = '') => places(rule, { 'index.ts': `${sdk}import zlib from 'node:zlib';\n${server}${tool(`\n${above}  const lines = zlib\n${beside}    .inflateSync(await load(args.id))\n    .toString()\n    .split('x');\n  return { lines };\n`)}async function load(id: string) { return Buffer.from(id); }\n` });

  it('is told in the line of what blocks', async () => {
    assert.deepEqual(await of(), ['hint index.ts:6']);
  });
  it('once, though two of its calls wait', async () => {
    const found = await places(rule, { 'server.py': 'import sqlite3\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\ndb = sqlite3.connect("x.db")\n\n@mcp.tool()\nasync def run(who: str) -> list:\n    return (\n        db\n        .execute("SELECT * FROM visits WHERE who = ?", (who,))\n        .fetchall()\n    )\n' });
    assert.equal(found.length, 1);
  });
  it('in its first line, where only what it is given takes several', async () => {
    assert.deepEqual(await places(rule, { 'index.ts': `${sdk}import zlib from 'node:zlib';\n${server}${tool('\n  return zlib.inflateSync(\n    Buffer.from(args.id),\n  ).toString();\n')}` }), ['hint index.ts:5']);
  });
  it('a comment is good in front of it, and in front of the whole', async () => {
    assert.deepEqual(await of('  // mcp-profiler-disable-next-line blocking-call\n'), []);
    assert.deepEqual(await of('', '    // mcp-profiler-disable-next-line blocking-call\n'), []);
  });
});

describe('recalled: busy-wait', () => {
  const rule = 'busy-wait';

  it('a timer that does something with what has come when it is stopped', async () => {
    const of = (callback: string) =>
      places(rule, {
        'index.ts': `${sdk}class Shell {\n  private out = '';\n  private ended = false;\n  private seen: string[] = [];\n  take(chunk: string) { this.out += chunk; this.ended = chunk.endsWith('>'); }\n  wait(): Promise<string> {\n    return new Promise((resolve) => {\n      const id = setInterval(() => ${callback}, 25);\n    });\n  }\n}\nconst shell = new Shell();\n${server}${tool('return shell.wait();')}`,
      });
    assert.deepEqual(await of('{ if (this.ended) { clearInterval(id); resolve(this.out.trim().split("x").join("")); } }'), ['warning index.ts:9']);
    assert.deepEqual(await of('{ if (!this.ended) return; clearInterval(id); this.seen.push(this.out); resolve(this.out); }'), []);
    assert.deepEqual(await of('{ this.seen.push(this.out); if (this.ended) { clearInterval(id); resolve(this.out.trim()); } }'), []);
    assert.deepEqual(await of('{ if (this.ended) { resolve(this.out.trim()); } }'), []);
    // it only looks whether to give up
    assert.deepEqual(await of('{ if (this.ended) { clearInterval(id); job.kill(); resolve(this.out.trim()); } }'), []);
  });

  it('a queue that is asked again when it was empty', async () => {
    const of = (body: string) => places(rule, { 'server.py': `import asyncio\nimport queue\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nlines = queue.Queue()\n\nasync def line():\n    while True:\n${body}\n\n@mcp.tool()\nasync def run() -> str:\n    return await line()\n` });
    const otherwise = '        except queue.Empty:\n            await asyncio.sleep(0.05)';
    assert.deepEqual(await of(`        try:\n            found = lines.get_nowait()\n            return found.strip()\n${otherwise}`), ['warning server.py:8']);
    // it works on them, one by one
    assert.deepEqual(await of(`        try:\n            await work(lines.get_nowait())\n${otherwise}`), []);
    assert.deepEqual(await of(`        try:\n            return lines.get(timeout=1)\n${otherwise}`), []);
  });
});

describe('recalled: client-per-call', () => {
  it('a field of what each call makes, but not of what is made once or belongs to the class', async () => {
    const of = (made: string, how = 'private') =>
      places('client-per-call', {
        'index.ts': `${sdk}import { MongoClient } from 'mongodb';\nclass Notes {\n  ${how} db = new MongoClient('mongodb://x');\n  find(text: string) { return this.db.db('n').collection('n').findOne({ text }); }\n}\n${made.startsWith('const') ? made : ''}${server}${tool(`${made.startsWith('const') ? '' : made}return notes.find(args.text);`)}`,
      });
    assert.deepEqual(await of('const notes = new Notes();\n'), []);
    assert.deepEqual(await of('let notes = new Notes(); '), ['warning index.ts:4']);
    assert.deepEqual(await of('let notes = new Notes(); ', 'static'), []);
  });
});

describe('recalled: missing-timeout', () => {
  it('a process whose end a promise waits for', async () => {
    const of = (body: string, options = '') =>
      places('missing-timeout', {
        'index.ts': `${sdk}import { spawn } from 'node:child_process';\nfunction make(target: string) {\n  return new Promise<string>((done, fail) => {\n    const job = spawn('make', [target]${options});\n    let out = '';\n    job.stdout.on('data', (d) => { out += d; });\n    job.on('error', fail);\n${body}\n  });\n}\n${server}${tool('return make(args.target);')}`,
      });
    assert.deepEqual(await of("    job.once('exit', (code) => { if (code) fail(new Error(out)); else done(out); });"), ['warning index.ts:5']);
    assert.deepEqual(await of("    job.on('close', () => done(out));", ', { timeout: 60_000 }'), []);
    assert.deepEqual(await of("    const late = setTimeout(() => job.kill(), 60_000);\n    job.on('close', () => { clearTimeout(late); done(out); });"), []);
    // a server that goes on: what is waited for is its first line
    assert.deepEqual(await of("    job.stdout.once('data', () => done(out));\n    job.on('exit', fail);"), []);
    assert.deepEqual(await of("    job.stdout.once('data', () => done(out));\n    job.on('exit', () => done(out));"), []);
  });
});

describe('recalled: what stands in Python', () => {
  const head = 'import asyncio\nfrom mcp.server.fastmcp import FastMCP\n';

  it('a cancellation after which the next round tries again', async () => {
    const of = (clause: string, loop = 'for turn in range(3):') => places('ignored-cancellation', { 'server.py': `${head}mcp = FastMCP("x")\n\n@mcp.tool()\nasync def run(url: str) -> str:\n    why = None\n    ${loop}\n        try:\n            return await ask(url)\n        except asyncio.CancelledError as error:\n${clause}\n    raise ValueError(url) from why\n` });
    assert.deepEqual(await of('            why = error'), ['hint server.py:11']);
    assert.deepEqual(await of('            why = error\n            break'), []);
    // each of them is waited for, and the cancellation goes on behind
    assert.deepEqual(await of('            why = error', 'for task in tasks:'), []);
  });

  it('connections that are closed each time, of a client that a lifespan gives', async () => {
    const of = (connector: string, does: string, lifespan = '') => places('no-connection-reuse', { 'server.py': `${head}import aiohttp\nfrom contextlib import asynccontextmanager\n\n${lifespan && '@asynccontextmanager\n'}async def life(server):\n    made = aiohttp.TCPConnector(${connector})\n    async with aiohttp.ClientSession(connector=made) as session:\n        ${does}\n\nmcp = FastMCP("x"${lifespan})\n\n@mcp.tool()\nasync def run() -> str:\n    return ${lifespan ? '"x"' : 'await life(None)'}\n` });
    assert.deepEqual(await of('force_close=True', 'yield session', ', lifespan=life'), ['warning server.py:8']);
    assert.deepEqual(await of('limit=5', 'yield session', ', lifespan=life'), []);
    // one request is made with it
    assert.deepEqual(await of('force_close=True', 'return await ask(session)'), []);
  });

  it('the flag by which orjson indents', async () => {
    const of = async (option: string) => {
      const files = { 'server.py': `${head}import orjson\nmcp = FastMCP("x")\n\n@mcp.tool()\ndef run(ids: list[str]) -> str:\n    return orjson.dumps([load(i) for i in ids]${option}).decode()\n` };
      const { findings } = await lintWorld({ files, rules: rules.filter((r) => r.id === 'wasteful-serialisation') });
      return findings.map((f) => f.fixes.map((fix) => fix.edits.map(({ start, end }) => files['server.py'].slice(start, end)).join()).join());
    };
    assert.deepEqual(await of(', option=orjson.OPT_INDENT_2'), [', option=orjson.OPT_INDENT_2']);
    assert.deepEqual(await of(', option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2'), ['']);
    assert.deepEqual(await of(', option=orjson.OPT_SORT_KEYS'), []);
  });
});

describe('recalled: unbounded-fan-out', () => {
  it('what a low-level server hands on to the function of a table', async () => {
    const of = (work: string, ids = 'arguments["ids"]') =>
      places('unbounded-fan-out', {
        'server.py': `import asyncio\nimport httpx\nfrom mcp.server.lowlevel import Server\nhttp = httpx.AsyncClient()\napp = Server("x")\n\nasync def one(i, tag):\n    return await http.get(f"https://x/{i}/{tag}")\n\nasync def tag_all(arguments):\n    ids, tag = ${ids}, arguments["tag"]\n    return await asyncio.gather(${work})\n\nTABLE = {"tag_all": tag_all}\n\n@app.call_tool()\nasync def call(name, arguments):\n    return await TABLE[name](arguments)\n`,
      });
    assert.deepEqual(await of('*map(lambda i: one(i, tag), ids)'), ['warning server.py:12']);
    assert.deepEqual(await of('*(one(i, tag) for i in ids)'), ['warning server.py:12']);
    assert.deepEqual(await of('*(one(i, tag) for i in ids)', 'arguments["ids"][:20]'), []);
    assert.deepEqual(await of('*map(lambda i: one(i, tag), ids)', '["a", "b"]'), []);
  });
});

describe('recalled: large-response', () => {
  const rule = 'large-response';
  const script = (imports: string, question: string) => places(rule, { 'index.ts': `${sdk}${imports}\n${server}async function load(who: string) {\n  ${question}\n}\n${tool("return { content: [{ type: 'text', text: JSON.stringify(await load(args.who)) }] };", 'list_rows')}` });

  it('rows of mysql2, knex and supabase', async () => {
    const found = ['hint index.ts:5'];
    const sql = (text: string, part = '[rows]') => script("import mysql from 'mysql2/promise';\nconst pool = mysql.createPool('mysql://x');", `const ${part} = await pool.query('${text}', [who]); return rows;`);
    assert.deepEqual(await sql('SELECT * FROM visits WHERE who = ?'), ['hint index.ts:6']);
    assert.deepEqual(await sql('SELECT * FROM visits WHERE who = ?', '[[rows]]'), []);
    assert.deepEqual(await sql('SELECT * FROM visits WHERE who = ? LIMIT 9'), []);
    const knex = (chain: string) => script("import knex from 'knex'; const db = knex({ client: 'pg' });", `return await db('visits')${chain};`);
    for (const all of ['.where({ who })', ".select('day').where('who', who).orderBy('day')"]) assert.deepEqual(await knex(all), found, all);
    for (const few of ['.where({ id: who })', '.where({ who }).first()', '.where({ who }).limit(20)', '.count()', ".insert({ who })"]) assert.deepEqual(await knex(few), [], few);
    const supabase = (chain: string) => script("import { createClient } from '@supabase/supabase-js'; const db = createClient('u', 'k');", `const { data } = await db.from('visits')${chain}; return data;`);
    for (const all of [".select('*')", ".select('day').eq('who', who).order('day')"]) assert.deepEqual(await supabase(all), found, all);
    for (const few of [".select('*').eq('id', who)", ".select('*').eq('who', who).single()", ".select('*').range(0, 20)", ".select('*', { count: 'exact', head: true })", ".insert({ who }).select('*')"]) assert.deepEqual(await supabase(few), [], few);
  });

  it('what a comprehension makes of rows, and the columns of a walk', async () => {
    const of = (body: string) => places(rule, { 'server.py': `import json, os\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n\n@mcp.tool()\ndef list_visits(who: str) -> str:\n${body.replace(/^/gm, '    ')}\n` });
    const rows = 'with Session(engine) as db:\n    found = db.execute(select(Visit).where(Visit.who == who)).scalars().all()\n';
    assert.deepEqual(await of(`${rows}return json.dumps([{"day": v.day} for v in found])`), ['hint server.py:10']);
    assert.deepEqual(await of(`${rows}return json.dumps([{"day": v.day} for v in found[:20]])`), []);
    assert.deepEqual(await of(`${rows}return json.dumps({"visits": len([v for v in found])})`), []);
    const walk = (line: string) => of(`lines = []\nfor where, _, names in os.walk(who):\n    for name in names:\n        ${line}\nreturn "\\n".join(lines)`);
    assert.deepEqual(await walk('lines.append(os.path.join(where, name))'), ['hint server.py:10']);
    assert.deepEqual(await walk('if who in name: lines.append(name)'), []);
    const written = (name: string) => places(rule, { 'server.py': `from pathlib import Path\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n\n@mcp.tool()\ndef ${name}(out: str) -> list:\n    return [f.name for f in Path(out).glob("*.svg")]\n` });
    // the names in one folder: there are some dozen, as readers of servers said
    assert.deepEqual(await written('list_drawings'), ['information server.py:7']);
    assert.deepEqual(await written('export_drawings'), []);
  });
});

describe('recalled: slow-list', () => {
  const rule = 'slow-list';

  it('sessions that a dictionary is filled with later', async () => {
    const of = (type: string) => places(rule, { 'server.py': `from mcp import ClientSession\nfrom mcp.server import Server\napp = Server("x")\nbehind: ${type} = {}\n\n@app.list_tools()\nasync def tools():\n    found = []\n    for peer in behind.values():\n        found += (await peer.list_tools()).tools\n    return found\n` });
    assert.deepEqual(await of('dict[str, ClientSession]'), ['warning server.py:10']);
    assert.deepEqual(await of('dict[str, list]'), []);
  });

  it('a class that hands its own methods to the server, tools by their names among them', async () => {
    const files = { 'server.py': `import boto3\nfrom mcp.server import Server\n\nclass Store:\n    def __init__(self):\n        self.app = Server("x")\n        self.s3 = boto3.client("s3")\n        self.app.list_resources()(self.things)\n        self.app.call_tool()(self.call)\n\n    async def things(self):\n        got = self.s3.list_objects_v2(Bucket="b")\n        return got.get("Contents", [])\n\n    async def call(self, name, arguments):\n        if name == "put":\n            return self.s3.put_object(Key=arguments["key"])\n        raise ValueError(name)\n\nStore()\n` };
    assert.deepEqual(await places(rule, files), ['warning server.py:12']);
    // a class to which others add their tools
    assert.deepEqual(await places(rule, { 'server.py': files['server.py'].replace('    async def things', '    def add_tool(self, tool):\n        pass\n\n    async def things') }), []);
    const { handlers } = await lintWorld({ files, rules: [] });
    assert.deepEqual(handlers.map((h) => `${h.kind} ${h.name}`), ['resources/list resources/list', 'tool put']);
  });
});

describe('recalled: sequential-await', () => {
  const of = (work: string, loop = 'commit = await last(repo)\n        found.append(commit)') =>
    places('sequential-await', { 'server.py': `import asyncio\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n\nasync def last(repo):\n${work.replace(/^/gm, '    ')}\n\n@mcp.tool()\nasync def run(repos: list[str]) -> list:\n    found = []\n    for repo in repos:\n        ${loop}\n    return found\n` });
  const start = (command: string) => `job = await asyncio.create_subprocess_exec("git", "-C", repo, ${command}, stdout=asyncio.subprocess.PIPE)\n`;
  const end = 'out, _ = await asyncio.wait_for(job.communicate(), 30)\nreturn out';

  it('processes that only read, each of which is waited for', async () => {
    assert.deepEqual(await of(start('"log", "-1"') + end), ['hint server.py:14']);
    assert.deepEqual(await of(start('"gc"') + end), []);
    assert.deepEqual(await of('return repo', `${start('"log", "-1"').trim()}\n        out, _ = await job.communicate()\n        found.append(out)`), ['hint server.py:12']);
    // they run already
    assert.deepEqual(await of('return repo', 'found.append(await repo.communicate())'), []);
  });
  it('not what is done in transactions', async () => {
    for (const order of ['await db.commit()', 'await db.execute("commit")', 'await db.execute("BEGIN")']) assert.deepEqual(await of(start('"log", "-1"') + end, `found.append(await last(repo))\n        ${order}`), [], order);
  });
});

describe('recalled: unbounded-cache', () => {
  it('a helper that keeps the answers of the tools around which it stands', async () => {
    const of = (key: string, bound = '') =>
      places('unbounded-cache', {
        'keep.ts': `const kept: Record<string, unknown> = {};\nexport function keep(label: string, ask: (input: object) => Promise<unknown>) {\n  return async (input: object) => {\n    ${bound}kept[${key}] ??= await ask(input);\n    return kept[${key}];\n  };\n}\n`,
        'index.ts': `${sdk}import { keep } from './keep.js';\n${server}server.registerTool('run', { inputSchema: {} }, keep('run', async ({ id }) => fetch('https://x/' + id)));\n`,
      });
    assert.deepEqual(await of('`${label} ${JSON.stringify(input)}`'), ['hint keep.ts:4']);
    assert.deepEqual(await of('label'), []);
    assert.deepEqual(await of('JSON.stringify(input)', 'if (Object.keys(kept).length > 99) for (const k in kept) delete kept[k];\n    '), []);
  });
});

describe('recalled: what a dispatching function is told by the way', () => {
  it('belongs to all tools, before branches and before a table', async () => {
    const of = (way: string, keep = 'seen.append({"tool": name, "given": arguments})') => places('unbounded-cache', { 'server.py': `from mcp.server import Server\napp = Server("x")\nseen = []\n\ndef keep(name, arguments):\n    ${keep}\n\nasync def a(arguments):\n    return []\n\nTABLE = {"a": a}\n\n@app.call_tool()\nasync def call(name, arguments):\n    keep(name, arguments)\n${way}\n` });
    for (const way of ['    if name == "a":\n        return []\n    raise ValueError(name)', '    return await TABLE[name](arguments)']) {
      assert.deepEqual(await of(way), ['hint server.py:6'], way);
      assert.deepEqual(await of(way, 'print(name)'), [], way);
    }
  });
});
