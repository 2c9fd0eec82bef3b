import assert from 'node:assert/strict';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: commands that come through helpers, ways that cannot be gone, servers that nobody starts

const level = (found: string[]) => found.map((text) => /^\w+/.exec(text)![0]);
const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str, cmd: str) -> str:\n    ${body}\n    return ""\n`;

describe('judged: what is called by name', () => {
  it('a command is followed through the helpers that it is handed to', async () => {
    const git = (calls: string) => python('import asyncio, subprocess', `class Repo:\n    def git(self, *args):\n        return self._run(*args)\n    def _run(self, *args, env=None):\n        return subprocess.run(["git", *args], env=env).stdout\nrepo = Repo()\n@mcp.tool()\nasync def run(name: str, cmd: str) -> str:\n    ${calls}\n    return ""\n`);
    const of = async (calls: string) => level(await said('missing-timeout', git(calls)));
    assert.deepEqual(await of('repo.git("rev-parse", "HEAD")'), [], 'one small file');
    assert.deepEqual(await of('repo.git("status"); repo._run("add", name)'), ['hint']);
    for (const other of ['repo.git("push")', 'repo._run("commit", "-m", name)', 'repo.git(cmd)', 'repo.git(name, "status")']) assert.deepEqual(await of(`repo.git("status"); ${other}`), ['warning'], other);
  });

  it('so is one of several, one that is chosen, and the one that a process was started with', async () => {
    const chosen = (other: string) => `import { execFileSync } from 'node:child_process';\n${tool(`const cmd = process.platform === 'win32' ? 'where' : '${other}'; execFileSync(cmd, [args.name]); return {};`)}`;
    assert.deepEqual(await said('missing-timeout', chosen('which')), []);
    assert.deepEqual(level(await said('blocking-call', chosen('which'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', chosen('make'))), ['warning']);
    const started = (...words: string[]) => python('import asyncio', asyncTool(`proc = await asyncio.create_subprocess_exec(${words.join(', ')}, stdout=asyncio.subprocess.PIPE)\n    out, _ = await proc.communicate()`));
    assert.deepEqual(level(await said('missing-timeout', started('name', '"--version"'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', started('*cmd.split()'))), ['warning']);
    const format = (line: string) => `import { execSync } from 'node:child_process';\n${tool(`execSync(\`${line}\`); return {};`)}`;
    assert.deepEqual(level(await said('missing-timeout', format('git log --pretty=format:"%H|%an" --since="2 days ago"'))), ['hint'], 'in quotes');
    assert.deepEqual(level(await said('missing-timeout', format('git log | make'))), ['warning']);
    const each = (last: string) => python('import subprocess', asyncTool(`for words in [["git", "status"], ["git", "${last}"]]:\n        subprocess.run(words)`));
    assert.deepEqual(level(await said('missing-timeout', each('push'))), ['warning'], 'one of a list');
    const spread = (first: string) => python('import asyncio', `async def go(*args):\n    proc = await asyncio.create_subprocess_exec("git", *args)\n    await proc.communicate()\n${asyncTool(`await go("${first}", name)`)}`);
    assert.deepEqual(level(await said('missing-timeout', spread('diff'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', spread('fetch'))), ['warning']);
  });

  it('nobody waits for a promise that is dropped, whichever way its function says that it gives one', async () => {
    const text = (call: string, type: string) => `async function load() { return (await fetch('https://example.com')).text(); }\nfunction start()${type} { return (async () => { await load(); })(); }\n${tool(`${call}; return {};`)}`;
    assert.deepEqual(await said('missing-timeout', text('start().catch(() => {})', ': Promise<void>')), []);
    assert.deepEqual(level(await said('missing-timeout', text('await start()', ': Promise<void>'))), ['warning']);
  });
});

describe('judged: ways that cannot be gone', () => {
  const ask = 'import httpx, asyncio\nasync def ask(name):\n    async with httpx.AsyncClient() as client:\n        return (await client.get("https://example.com/" + name, timeout=5)).text';
  const of = async (body: string, inThreads = false) => {
    const text = python(ask, body);
    return level(await said('client-per-call', inThreads ? text.replace('mcp.server.fastmcp import FastMCP', 'mcp.server.mcpserver import MCPServer').replace('FastMCP(', 'MCPServer(') : text));
  };

  it('asyncio.run() raises on a loop that runs, and what is made on its own loop dies with it', async () => {
    const own = '@mcp.tool()\ndef run(name: str) -> str:\n    return asyncio.run(ask(name))\n';
    assert.deepEqual(await of(own), [], 'called on the loop');
    assert.deepEqual(await of(own, true), ['hint'], 'called in a thread');
    assert.deepEqual(await of('@mcp.tool()\nasync def run(name: str) -> str:\n    return asyncio.run(ask(name))\n'), []);
    assert.deepEqual(await of('@mcp.tool()\nasync def run(name: str) -> str:\n    return await asyncio.to_thread(lambda: asyncio.run(ask(name)))\n', true), ['hint']);
    assert.deepEqual(await of('@mcp.tool()\nasync def run(name: str) -> str:\n    return await ask(name)\n'), ['warning']);
  });

  it('a call without an argument that its function needs raises before anything else', async () => {
    const of = async (call: string, parameters: string, before = '') => level(await said('blocking-call', python('import time\nfrom functools import partial', `class Writer:\n    ${before}def write(self, ${parameters}):\n        time.sleep(5)\nwriter = Writer()\n@mcp.tool()\nasync def run(name: str) -> str:\n    ${call}\n    return ""\n`)));
    assert.deepEqual(await of('writer.write(name)', 'path, text'), []);
    assert.deepEqual(await of('writer.write(path=name)', 'path, *, text'), []);
    for (const [call, parameters] of [['writer.write(name, "x")', 'path, text'], ['writer.write(name, text="x")', 'path, text'], ['writer.write(name)', 'path, text=""'], ['writer.write(name)', 'path, *texts'], ['writer.write(name)', 'path, **texts'], ['writer.write(*[name, "x"])', 'path, text'], ['writer.write(**{"path": name})', 'path, text'], ['write = partial(writer.write, name)\n    write("x")', 'path, text']] as const) assert.deepEqual(await of(call, parameters), ['warning'], `${call} of ${parameters}`);
    assert.deepEqual(await of('writer.write(name)', 'path, text', '@filled\n    '), ['warning'], 'a decorator may fill it in');
  });

  it('what is spread into a call may be any of its parameters', async () => {
    const inPython = (call: string) => python('import time', `def work(first, verbose=False):\n    if verbose:\n        time.sleep(5)\n@mcp.tool()\nasync def run(name: str) -> str:\n    ${call}\n    return ""\n`);
    assert.deepEqual(await said('blocking-call', inPython('work(name)')), [], 'by default it does not sleep');
    assert.equal((await said('blocking-call', inPython('work(*name.split())'))).length, 1);
    const inTypeScript = (call: string) => `import { execSync } from 'node:child_process';\nfunction work(first: string, verbose = false) { if (verbose) execSync('make'); }\n${tool(`${call}; return {};`)}`;
    assert.deepEqual(await said('blocking-call', inTypeScript('work(args.name)')), []);
    assert.equal((await said('blocking-call', inTypeScript('work(...args.names)'))).length, 1);
    const asks = (given: string) => said('missing-timeout', python('import urllib.request', `@mcp.tool()\nasync def run(name: str) -> str:\n    return urllib.request.urlopen(${given}).read()\n`));
    assert.deepEqual(await asks('*parts_of(name)'), [], 'a timeout may be among them');
    assert.equal((await asks('name')).length, 1);
  });

  it('a server that another one took the place of', async () => {
    const server = python('import subprocess', '@mcp.tool()\nasync def run(name: str) -> str:\n    return subprocess.run(["make", name]).stdout\nmcp.run()\n');
    const other = python('', '@mcp.tool()\nasync def other() -> str:\n    return ""\nmcp.run()\n');
    const told = async (name: string, more = {}, beside = other) => level(await said('blocking-call', beside, { [name]: server, ...more }));
    for (const name of ['debug_server.py', 'server-refactored.py', 'server.optimized.py']) assert.deepEqual(await told(name), ['hint'], name);
    assert.deepEqual(await told('builds.py'), ['warning']);
    assert.deepEqual(await told('debug_server.py', { 'main.py': 'import debug_server\n' }), ['warning'], 'it is imported');
    assert.deepEqual(await told('debug_server.py', {}, 'from os import path\n'), ['warning'], 'the only one');
  });
});

describe('judged: tables that do not grow for ever', () => {
  it('clients and managers by a name, and keys of which the name says that there are few', async () => {
    const of = async (store: string, key: string, before = '') => level(await said('unbounded-cache', python('import httpx, uuid', `${store} = {}\n@mcp.tool()\nasync def run(name: str, project_id: str) -> str:\n    ${before}\n    ${store}[${key}] = await httpx.AsyncClient().get(name)\n    return ""\n`)));
    for (const store of ['repo_clients', '_user_managers', 'registered_projects']) assert.deepEqual(await of(store, 'name'), ['hint'], store);
    assert.deepEqual(await of('pages', 'name'), ['warning']);
    assert.deepEqual(await of('pages', 'project_id', 'project_id = (await httpx.get(str(uuid.uuid4()))).project_id'), ['hint'], 'whatever it comes from');
    assert.deepEqual(await of('pages', 'uuid.uuid4()'), ['warning']);
  });

  it('a list that asks a service of this machine', async () => {
    const text = (base: string) => `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListResourcesRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst server = new Server({ name: 'x', version: '1' }, {});\nserver.setRequestHandler(ListResourcesRequestSchema, async () => { const answer = await fetch(\`${base}/items\`); return { resources: await answer.json() }; });\n`;
    assert.deepEqual(level(await said('slow-list', text('http://localhost:8090'))), ['hint']);
    assert.deepEqual(level(await said('slow-list', text("${process.env.BASE ?? 'http://localhost:8090'}"))), ['hint']);
    assert.deepEqual(level(await said('slow-list', text('https://api.example.com'))), ['warning']);
  });
});

describe('judged: what another value leaves out', () => {
  it('a case of a switch for another value than the one that is handed over', async () => {
    const logger = (cases: string) => `enum Level { Debug, Info, Error }\nclass Logger {\n  log(level: Level, text: string) { switch (level) { ${cases} } }\n  error(text: string) { this.log(Level.Error, text); }\n}\nconst logger = new Logger();\n${tool("logger.error('x'); return {};")}await server.connect(new StdioServerTransport());\n`;
    const of = async (cases: string) => level(await said('stdout-pollution', logger(cases)));
    assert.deepEqual(await of('case Level.Debug: console.debug(text); break; case Level.Error: console.error(text); break;'), []);
    assert.deepEqual(await of('case Level.Error: console.log(text); break;'), ['warning']);
    assert.deepEqual(await of('case Level.Debug: case Level.Error: console.log(text); break;'), ['warning'], 'the same for both');
    assert.deepEqual(await of('case Level.Error: text += 1; case Level.Info: console.log(text); break;'), ['warning'], 'it goes on');
    assert.deepEqual(await of('case Level.Info: { return; } default: console.log(text);'), ['warning'], 'for all others');
  });

  it('a list that is filled where it is empty is read once', async () => {
    const text = (condition: string) => `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport { readdir } from 'node:fs/promises';\nconst tools: string[] = [];\nconst lowLevel = new Server({ name: 'x', version: '1' }, {});\nasync function load() { if (${condition}) { for (const file of await readdir('tools')) tools.push(file); } return tools; }\nlowLevel.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: await load() }));\n`;
    for (const empty of ['tools.length === 0', '!tools.length', 'tools.length < 1']) assert.deepEqual(await said('slow-list', text(empty)), [], empty);
    for (const other of ['tools.length > 0', 'process.env.LISTS']) assert.equal((await said('slow-list', text(other))).length, 1, other);
  });

  it('a module that a package is asked for is seen, too', async () => {
    const text = python('import state', '@mcp.tool()\nasync def run(name: str) -> str:\n    state.names.append(name)\n    return ""\n');
    const files = (more: string) => ({ 'state.py': 'names = []\n', 'pkg/__init__.py': '', 'pkg/registry.py': `from .. import state\nfrom os import path\n${more}` });
    assert.equal((await said('unbounded-cache', text, files(''))).length, 1);
    assert.deepEqual(await said('unbounded-cache', text, files('def forget():\n    state.names.clear()\n')), []);
  });

  it('a pool that takes the place of the one that is closed, once it is connected', async () => {
    const text = (before: string, after = 'pool = next;') => `import sql from 'mssql';\nlet pool: sql.ConnectionPool | null = null;\nasync function open(args: any) { ${before} const next = new sql.ConnectionPool({ server: 'db' }); await next.connect(); ${after} }\n${tool('await open(args); return { rows: await pool!.query(args.sql) };', 'connect_database')}`;
    assert.deepEqual(await said('client-per-call', text('if (pool) { await pool.close(); }')), []);
    assert.equal((await said('client-per-call', text('if (pool) { await pool.close(); }', 'await next.query(args.sql); await next.close();'))).length, 1);
  });

  it('an agent that nothing uses', async () => {
    const text = (use: string) => `import { Agent } from 'node:https';\nimport axios from 'axios';\nconst agent = new Agent();\n${tool(`return axios.get('https://example.com', { ${use} });`)}`;
    assert.deepEqual(await said('no-connection-reuse', text('')), []);
    assert.equal((await said('no-connection-reuse', text('httpsAgent: agent'))).length, 1);
  });

  it('rows of a vector database by their ids, and clients of an agent that keeps nothing open', async () => {
    const of = async (call: string) => level(await said('blocking-call', python('import chromadb', `docs = chromadb.PersistentClient(path="db").get_or_create_collection("docs")\n@mcp.tool()\nasync def run(name: str) -> str:\n    return str(docs.${call})\n`)));
    assert.deepEqual(await of('get(ids=[name])'), ['information']);
    assert.deepEqual(await of('query(query_texts=[name])'), ['warning']);
    const agent = async (options: string) => level(await said('client-per-call', `import https from 'node:https';\nimport axios from 'axios';\n${tool(`const options = { httpsAgent: new https.Agent(${options}) }; await axios.get('https://example.com', options); return {};`)}`));
    assert.deepEqual(await agent('{ rejectUnauthorized: false }'), ['hint']);
    assert.deepEqual(await agent('{ keepAlive: true }'), ['warning']);
  });

  it('the head of a file is read in no time', async () => {
    const of = async (body: string) => level(await said('blocking-call', python('', `@mcp.tool()\nasync def run(name: str) -> str:\n    with open(name, "rb") as f:\n        ${body}\n    return head\n`)));
    for (const head of ['head = f.read(3)', 'f.seek(128); head = f.read(limit)']) assert.deepEqual(await of(head), ['information'], head);
    for (const all of ['head = f.read()', 'head = parse(f)', 'while head := f.read(4096): pass']) assert.ok(!(await of(all)).includes('information'), all);
  });

  it('what a context runs in a thread', async () => {
    const text = (handed: string) => python('import contextvars, time\nfrom concurrent.futures import ThreadPoolExecutor\nfrom functools import partial', `pool = ThreadPoolExecutor()\ndef slow(name):\n    time.sleep(5)\nasync def in_thread(func, *args):\n    context = contextvars.copy_context()\n    work = partial(${handed}, *args)\n    return pool.submit(work).result\n@mcp.tool()\nasync def run(name: str) -> str:\n    await in_thread(slow, name)\n    return ""\n`);
    assert.deepEqual(await said('blocking-call', text('context.run, func')), []);
    assert.deepEqual(await said('blocking-call', text('func')), []);
  });
});

describe('judged: who asks, and for what', () => {
  it('timers of a component in a browser, how long ago a file was written, and a server that was just started', async () => {
    const timer = (imports: string, body: string) => said('polling', tool('return {};'), { 'panel.tsx': `${imports}\nimport { stat } from 'node:fs/promises';\nexport function Panel() { useEffect(() => { const timer = setInterval(async () => { ${body} }, 1000); return () => clearInterval(timer); }, []); return null; }\nPanel();\n` });
    const asks = "await fetch('https://example.com/state')";
    assert.deepEqual(await timer("import { useEffect } from 'react';", asks), []);
    assert.equal((await timer("import { useEffect } from 'react';\nimport { Box } from 'ink';", asks)).length, 1, 'in a terminal');
    assert.equal((await timer("import { useEffect } from './timers.ts';", asks)).length, 1);
    const own = "import { useEffect } from './timers.ts';";
    assert.deepEqual(await timer(own, "const { mtimeMs } = await stat('beat'); if (Date.now() - mtimeMs > 3000) process.exit()"), []);
    assert.equal((await timer(own, "const { size } = await stat('beat'); if (size > 3000) process.exit()")).length, 1);
    const loop = (name: string) => said('polling', `const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nasync function ${name}(url: string) { for (let i = 0; i < 50; i++) { const { status } = await fetch(url); if (status === 200) return; await sleep(200); } }\n${tool(`await ${name}(args.url); return {};`)}`);
    for (const started of ['waitForReady', 'waitForServer', 'wait_until_started', 'waitUntilServerIsReady']) assert.deepEqual(await loop(started), [], started);
    for (const other of ['waitForJob', 'waitForCompletion', 'ready']) assert.equal((await loop(other)).length, 1, other);
  });
});
