import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of servers that nobody had seen said about what calls share

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nconst server = new McpServer({ name: 'x', version: '1' });\n";

/** Level and message of a rule's findings. */
async function said(rule: string, text: string | Record<string, string>, versions: Record<string, string> = {}, name = 'server.ts'): Promise<string[]> {
  const files = typeof text === 'string' ? { [name]: name.endsWith('.ts') ? head + text : text } : text;
  const { findings } = await lintWorld({ files, versions, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

const tool = (body: string, name = 'run', schema = '{ path: z.string() }') => `server.registerTool('${name}', { inputSchema: ${schema} }, async (args, extra) => { ${body} });\n`;
const python = (text: string) => `from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n${text}`;

describe('judged: a client that has only so many requests in flight', () => {
  const httpx = (options: string, each = 'client') => python(`import asyncio, httpx

async def one(client, url: str):
    ${each === 'client' ? 'return (await client.get(url)).text' : `async with httpx.AsyncClient(${options}) as own:\n        return (await own.get(url)).text`}

@mcp.tool()
async def load(urls: list[str]) -> list[str]:
    limits = httpx.Limits(max_connections=10)
    async with httpx.AsyncClient(${options}) as client:
        tasks = [one(client, url) for url in urls]
        return await asyncio.gather(*tasks)
`);
  const of = (text: string) => said('unbounded-fan-out', text, {}, text.startsWith('from mcp') ? 'server.py' : 'server.ts');

  it('in Python, unless each has its own', async () => {
    assert.equal((await of(httpx('timeout=30'))).length, 1);
    assert.equal((await of(httpx('limits=httpx.Limits(max_keepalive_connections=5)'))).length, 1);
    assert.equal((await of(httpx('limits=httpx.Limits(max_connections=10)', 'own'))).length, 1);
    assert.deepEqual(await of(httpx('limits=limits')), []);
    assert.deepEqual(await of(httpx('limits=httpx.Limits(max_connections=10)')), []);
    const aiohttp = (connector: string) => python(`import asyncio, aiohttp

@mcp.tool()
async def load(urls: list[str]) -> list:
    async with aiohttp.ClientSession(connector=${connector}) as session:
        async def one(url):
            async with session.get(url) as answer:
                return await answer.text()
        return await asyncio.gather(*(one(url) for url in urls))
`);
    assert.equal((await of(aiohttp('aiohttp.TCPConnector(limit=0)'))).length, 1);
    assert.deepEqual(await of(aiohttp('aiohttp.TCPConnector(limit=8)')), []);
  });

  it('and one that keeps the thread while it asks: nothing begins before it is done', async () => {
    const each = (ask: string) => python(`import asyncio, httpx, requests
client = httpx.AsyncClient()

def fetch(url: str):
    return requests.get(url).text

async def answer(url: str):
    return ${ask}

async def one(url: str):
    return await answer(url)

@mcp.tool()
async def load(urls: list[str]) -> list[str]:
    return await asyncio.gather(*[one(url) for url in urls])
`);
    assert.equal((await of(each('await asyncio.to_thread(fetch, url)'))).length, 1);
    assert.equal((await of(each('(await client.get(url)).text'))).length, 1);
    assert.deepEqual(await of(each('fetch(url)')), []);
  });

  it('and a maximum in the schema, which counts for the parameter that has it', async () => {
    const limited = (urls: string, other: string) => python(`import asyncio, httpx
from typing import Annotated
from pydantic import Field
client = httpx.AsyncClient()

@mcp.tool()
async def load(
    urls: Annotated[list[str], Field(description="${'What to load. '.repeat(40)}"${urls})],
    name: Annotated[str, Field(description="x"${other})],
) -> list:
    return await asyncio.gather(*[client.get(url) for url in urls])
`);
    assert.deepEqual(await of(limited(', max_length=10', '')), []);
    assert.equal((await of(limited('', ', max_length=10'))).length, 1);
  });

  it('in Node: an agent, a dispatcher', async () => {
    const each = (start: string, ask: string) => `${start}\n${tool(`return { all: await Promise.all(args.urls.map(async (url: string) => ${ask})) };`, 'run', '{ urls: z.array(z.string()) }')}`;
    const undici = (options: string) => each(`import { Agent } from 'undici';\nconst dispatcher = new Agent({ ${options} });`, 'fetch(url, { dispatcher })');
    assert.equal((await of(undici('keepAliveTimeout: 10'))).length, 1);
    assert.deepEqual(await of(undici('connections: 10')), []);
    const axios = (options: string) => each(`import axios from 'axios';\nimport https from 'node:https';\nconst client = axios.create({ httpsAgent: new https.Agent({ ${options} }) });`, 'client.get(url)');
    assert.equal((await of(axios('keepAlive: true'))).length, 1);
    assert.deepEqual(await of(axios('maxSockets: 10')), []);
    const global = (options: string) => each(`import { Agent, setGlobalDispatcher } from 'undici';\nsetGlobalDispatcher(new Agent({ ${options} }));`, 'fetch(url)');
    assert.equal((await of(global('keepAliveTimeout: 10'))).length, 1);
    assert.deepEqual(await of(global('connections: 10')), []);
  });

  it('what a function hands its work to, whatever it is called', async () => {
    const queued = (made: string) => `import pLimit from 'p-limit';\nconst turn = ${made};\nconst get = (url: string) => turn(() => fetch(url));\n${tool('return { all: await Promise.all(args.urls.map((url: string) => get(url))) };', 'run', '{ urls: z.array(z.string()) }')}`;
    assert.equal((await of(queued('(f: () => unknown) => f()'))).length, 1);
    assert.deepEqual(await of(queued('pLimit(4)')), []);
    const gate = (made: string) => python(`import asyncio, httpx
client = httpx.AsyncClient()
gate = ${made}

async def one(url: str):
    async with gate:
        return (await client.get(url)).text

@mcp.tool()
async def load(urls: list[str]) -> list[str]:
    return await asyncio.gather(*(one(url) for url in urls))
`);
    assert.equal((await of(gate('tracing()'))).length, 1);
    assert.deepEqual(await of(gate('asyncio.Semaphore(5)')), []);
  });
});

describe('judged: entries of which there are few, or that are one', () => {
  const of = (text: string) => said('unbounded-cache', python(text), {}, 'server.py');

  it('one of a few texts that are written out: a hint', async () => {
    const text = (value: string, more = '') => `kinds = {}\n\ndef kind_of(found) -> str:\n    if found:\n        return 'group'\n    return 'channel'\n\n@mcp.tool()\ndef look(name: str) -> str:\n    resolved = 'a' if name.startswith('a') else 'b'\n    if not name:\n        resolved = 'c'\n    kinds[name] = ${value}\n${more}    return kinds[name]\n`;
    for (const value of ["'group'", "'a' if name else 'b'", 'resolved', 'kind_of(name)']) assert.match((await of(text(value))).join(), /^information: /, value);
    assert.match((await of(text('ask(name)'))).join(), /^hint: /);
    assert.match((await of(text('resolved', '    resolved = ask(name)\n'))).join(), /^hint: /);
    // readers thought no text of a few words worth a warning
    for (const value of ["'a' + name", 'name.upper()']) assert.match((await of(text(value))).join(), /^information: /, value);
    assert.match((await of(text("'group'", '    kinds[name + name] = ask(name)\n'))).join(), /^hint: /, 'others are not');
  });

  it('what is kept of each module or class: none', async () => {
    const text = (body: string, parameter = 'name: str') => `from functools import cache\nfrom importlib import import_module\nimport inspect\nimport tables\n\n@cache\ndef kept(${parameter}):\n    ${body}\n\n@mcp.tool()\ndef look(name: str) -> str:\n    return kept(name)\n`;
    for (const body of ['return ask(name)', "return import_module('tables').find(name)", 'return getattr(ask(), name)']) assert.equal((await of(text(body))).length, 1, body);
    assert.equal((await of(text('return import_module(name).find(key)', 'name: str, key: str = "x"'))).length, 1);
    for (const body of ["return dir(import_module(f'lib.functions.{name}'))", 'return import_module(name)', 'return inspect.signature(name)', 'return getattr(tables, name)']) assert.deepEqual(await of(text(body)), [], body);
    assert.deepEqual(await of(text('return fields(name)', 'name: type')), []);
  });
});

describe('judged: files that the call itself has just made', () => {
  const levels = async (text: string, name = 'server.ts') => (await said('blocking-call', text, {}, name)).map((m) => m.split(':')[0]);

  it('are read from memory: information', async () => {
    const text = (before: string, read = 'fs.readFileSync(shot)', made = 'path.join(folder, `${args.path}.jpg`)') => `import fs from 'node:fs';\nimport path from 'node:path';\nimport { execFile } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst folder = process.env.SHOTS;\nconst run = (command: string, args: string[]) => promisify(execFile)(command, args);\n${tool(`const shot = ${made}; ${before} const data = ${read}; return { data };`)}`;
    for (const before of ["await run('sips', ['-s', 'jpeg', '--out', shot]);", 'await fs.promises.writeFile(shot, await load());', "await promisify(execFile)('xcrun', [`--out=${shot}`]);"]) assert.deepEqual(await levels(text(before)), ['information'], before);
    for (const before of ['', 'console.log(shot);', 'await fs.promises.stat(shot);']) assert.deepEqual(await levels(text(before)), ['warning'], before);
    assert.deepEqual(await levels(text('await fs.promises.writeFile(shot, await load());', 'fs.readFileSync(shot)', 'args.path')), ['warning'], 'one of the caller');
    assert.deepEqual(await levels(text('const data = fs.readFileSync(shot); await fs.promises.writeFile(shot, await load());', '1')), ['warning'], 'read before');
  });

  it('in Python, too', async () => {
    const text = (before: string) => python(`import asyncio, os\nFOLDER = os.environ['SHOTS']\n\n@mcp.tool()\nasync def shoot(name: str) -> str:\n    shot = os.path.join(FOLDER, f'{name}.png')\n    ${before}\n    with open(shot, 'rb') as f:\n        return f.name\n`);
    assert.deepEqual(await levels(text("await asyncio.create_subprocess_exec('shoot', '--out', shot)"), 'server.py'), ['information']);
    assert.deepEqual(await levels(text('print(shot)'), 'server.py'), ['warning']);
  });
});

describe('judged: a cancellation that nobody could look at', () => {
  const of = (text: string) => said('ignored-cancellation', text, { '@modelcontextprotocol/sdk': '1.20.0' });

  it('frameworks that hand no signal to their tools', async () => {
    const decorated = (from: string) => `import { Tool } from '${from}';\nexport class Tools {\n  @Tool({ name: 'run', description: 'x' })\n  async run(args: { path: string }) { return { text: await (await fetch('https://x/' + args.path)).text() }; }\n}\n`;
    assert.equal((await of(decorated('@nestjs-mcp/server'))).length, 1);
    assert.deepEqual(await of(decorated('@rekog/mcp-nest')), []);
  });

  it('a client that answers from what it keeps and takes none', async () => {
    const text = (ask: string) => `import { Client } from 'discord.js';\nconst client = new Client({ intents: [] });\n${tool(`return { found: await ${ask} };`)}`;
    assert.equal((await of(text("fetch('https://x')"))).length, 1);
    assert.deepEqual(await of(text('client.channels.fetch(args.path)')), []);
    assert.deepEqual(await of(text('client.guilds.fetch(args.path)')), []);
  });

  it('the same call in many tools of a file is told once, with its lines', async () => {
    const text = (...members: string[]) => `import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://x' });\n${members.map((member, i) => tool(`return { found: (await api.${member}('/a')).data };`, `tool_${i}`)).join('')}`;
    assert.equal((await of(text('get', 'get', 'get'))).length, 3);
    assert.equal((await of(text('get', 'post', 'put', 'delete'))).length, 4);
    assert.deepEqual(await of(text('get', 'get', 'post', 'get', 'get')), [
      'hint: The handler never looks at its cancellation signal: `get` goes on when the client has given up, as in lines 7, 9 and 10 (in tool `tool_0` and 3 others).',
      'hint: The handler never looks at its cancellation signal: `post` goes on when the client has given up (in tool `tool_2`).',
    ]);
    const fetched = [0, 1, 2, 3].map((i) => tool("return { found: await fetch('https://x') };", `tool_${i}`)).join('');
    assert.equal((await of(fetched)).length, 4, 'each has its own fix');
  });
});

describe('judged: what goes one by one on purpose', () => {
  const client = (body: string, more = '', imports = "import { Mutex } from 'async-mutex';\nconst lock = new Mutex();") => `${imports}\nclass Peer {\n  async ask(action: string) {\n    ${body}\n  }\n}\nconst peer = new Peer();\n${more}`;
  const post = "await fetch('https://x', { method: 'POST', body: action })";
  const once = tool('return { answer: await peer.ask(args.path) };');
  const each = tool("const found = []; for (const id of args.ids) found.push(await peer.ask('get ' + id)); return { found };", 'all', '{ ids: z.array(z.string()) }');
  const levels = async (rule: string, text: string, name?: string) => (await said(rule, text, {}, name)).map((m) => m.split(':')[0]);

  it('a client that asks its peer one thing at a time: no finding', async () => {
    assert.deepEqual(await levels('lock-across-await', client(`return lock.runExclusive(async () => (${post}).json());`, once)), []);
    assert.deepEqual(await levels('lock-across-await', client(`const release = await lock.acquire(); try { return await (${post}).json(); } finally { release(); }`, once)), []);
    assert.deepEqual(await levels('lock-across-await', client(`return lock.runExclusive(async () => { ${post}; return (${post}).json(); });`, once)), ['hint'], 'two requests');
    assert.deepEqual(await levels('lock-across-await', client('', tool(`return lock.runExclusive(async () => ({ text: ${post.replace('action', 'args.path')} }));`))), ['hint'], 'the tool itself');
    const inTurn = 'const inTurn = (work: () => Promise<object>) => lock.runExclusive(work);\n';
    assert.deepEqual(await levels('lock-across-await', client('', inTurn + tool(`return inTurn(async () => ({ text: ${post.replace('action', 'args.path')} }));`))), ['hint'], 'its work is handed over');
  });

  it('a lock that only some of the work stands behind: no finding', async () => {
    const lines = async (text: string) => levels('lock-across-await', client('', text));
    const held = (inside: string, after: string, name?: string) => lines(`let kept: object | null = null;\nasync function get(path: string) { const release = await lock.acquire(); try { ${inside} } finally { release(); } }\n${tool(after, name)}`);
    const asks = 'return (await fetch(path)).json();';
    assert.deepEqual(await held(asks, 'return await get(args.path);'), []);
    assert.deepEqual(await held(`await fetch(path); ${asks}`, 'return await get(args.path);'), ['hint']);
    assert.deepEqual(await held(`await fetch(path); ${asks}`, 'const first = await get(args.path); return { found: await fetch(first) };'), [], 'it goes on without the lock');
    assert.deepEqual(await held('kept ??= new Map(); return kept;', 'return await get(args.path);'), [], 'nothing is awaited there');
    assert.deepEqual(await held(`await fetch(path); ${asks}`, 'return await get(args.path);', 'disconnect'), [], 'what all others use');
    const chain = (body: string, after: string) => lines(`let tail: Promise<unknown> = Promise.resolve();\nfunction inTurn(path: string) { ${body} }\n${tool(after)}`);
    assert.deepEqual(await chain('const run = tail.then(() => fetch(path).then(save)); tail = run; return run;', 'return await inTurn(args.path);'), ['warning']);
    assert.deepEqual(await chain('tail = tail.then(() => save(path));', "inTurn(args.path); return { text: 'x' };"), [], 'nobody waits for it');
  });

  it('a loop through such a lock cannot go faster', async () => {
    const get = "await fetch('https://x/' + action)";
    const loop = (body: string, imports?: string) => levels('sequential-await', client(body, each, imports));
    assert.deepEqual(await loop(`return (${get}).json();`), ['hint']);
    assert.deepEqual(await loop(`return lock.runExclusive(async () => (${get}).json());`), []);
    assert.deepEqual(await loop(`const release = await lock.acquire(); try { return await (${get}).json(); } finally { release(); }`), []);
    assert.deepEqual(await loop(`await lock.runExclusive(async () => { count++; }); return (${get}).json();`), ['hint'], 'the request is outside');
    const queue = (options: string) => `import PQueue from 'p-queue';\nconst queue = new PQueue(${options});`;
    assert.deepEqual(await loop(`return queue.add(async () => (${get}).json());`, queue('{ concurrency: 1 }')), []);
    assert.deepEqual(await loop(`return queue.add(async () => (${get}).json());`, queue('{ concurrency: 4 }')), ['hint']);
    const tail = 'let tail: Promise<unknown> = Promise.resolve();\nfunction inTurn(work: () => Promise<object>) { const run = tail.then(work); tail = run.catch(() => undefined); return run; }';
    assert.deepEqual(await loop(`return inTurn(async () => (${get}).json());`, tail), []);
  });

  it('in Python, too', async () => {
    const text = (body: string) => python(`import asyncio, httpx\nhttp = httpx.AsyncClient()\nlock = asyncio.Lock()\n\nasync def ask(key: str):\n${body}\n@mcp.tool()\nasync def load(keys: list[str]) -> list:\n    found = []\n    for key in keys:\n        found.append(await ask(key))\n    return found\n`);
    const get = 'return (await http.get("https://x/" + key)).json()\n';
    assert.deepEqual(await levels('sequential-await', text(`    ${get}`), 'server.py'), ['hint']);
    assert.deepEqual(await levels('sequential-await', text(`    async with lock:\n        ${get}`), 'server.py'), []);
    assert.deepEqual(await levels('sequential-await', text(`    async with lock:\n        keep(key)\n    ${get}`), 'server.py'), ['hint']);
  });
});

describe('judged: clients that are made of what is set up', () => {
  it('by whichever the caller names: a hint, as there are several', async () => {
    const text = (which: string) => `import { Pool } from 'pg';\nconst servers: Record<string, { host: string; password: string }> = JSON.parse(process.env.SERVERS);\n${tool(`const config = ${which}; const pool = new Pool({ host: config.host, password: config.password }); return { rows: (await pool.query('SELECT 1')).rows };`)}`;
    const levels = async (which: string) => (await said('client-per-call', text(which))).map((m) => m.split(':')[0]);
    assert.deepEqual([await levels('servers[args.path]'), await levels('servers.main')], [['hint'], ['warning']]);
  });

  it('an object of settings without connections: information', async () => {
    const text = `import Airtable from 'airtable';\n${tool("const base = new Airtable({ apiKey: process.env.KEY }).base('x'); return { rows: await base('t').select().all() };")}`;
    assert.deepEqual((await said('client-per-call', text)).map((m) => m.split(':')[0]), ['information']);
  });
});

describe('judged: answers that are worth keeping', () => {
  const of = (text: string) => said('uncached-hot-tool', text);
  const get = (path: string, name: string) => tool(`const url = \`\${process.env.HOST}${path}\`; const answer = await fetch(url); return { found: await answer.json() };`, name);

  it('not of live things, by the tool or the address', async () => {
    assert.equal((await of(get('/api/devices', 'list_devices'))).length, 1);
    for (const path of ['/api/states', '/v1/presence', '/tickets?from=a', '/quotes']) assert.deepEqual(await of(get(path, 'list_devices')), [], path);
    for (const name of ['get-tickets', 'search_availability', 'get_room_vacancies', 'list_sensors']) assert.deepEqual(await of(get('/api/things', name)), [], name);
  });

  it('nor of what another tool changes, in the plural, too', async () => {
    const more = tool("await fetch('https://x/other', { method: 'POST', body: args.path }); return {};", 'create-canvas');
    assert.deepEqual(await of(get('/api/things', 'list-canvases') + more), []);
    assert.equal((await of(get('/api/things', 'list-dashboards') + more)).length, 1);
  });

  it('nor of a part of a client that another tool changes', async () => {
    const head = "import { WebClient } from '@slack/web-api';\nconst slack = new WebClient('x');\n";
    const more = (ask: string) => `${head}${tool('return { found: await slack.pins.list({ channel: args.path }) };', 'list_pins')}${tool(`return { done: await ${ask} };`, 'tidy')}`;
    assert.equal((await of(more('slack.pins.list({ channel: args.path })'))).length, 1);
    assert.deepEqual(await of(more('slack.pins.remove({ channel: args.path })')), []);
    assert.equal((await of(more('slack.stars.remove({ channel: args.path })'))).length, 1);
  });

  it('says that a cookie is asked for, which is the same for all arguments', async () => {
    const text = (more: string) => `async function getCookie() { return (await fetch('https://x/init')).headers.get('set-cookie'); }\n${tool(`const cookie = await getCookie(); ${more} return { found: await search(cookie, args.path) };`, 'list_stations')}`;
    assert.match((await of(text(''))).join(), /`getCookie` asks a service in every call \(`fetch`, line 4\) for something that does not depend on the arguments/);
    assert.match((await of(text('await fetch("https://x/stations/" + args.path);'))).join(), /^hint: Nothing keeps what it reads from a service \(`fetch`, line 5\)/);
  });
});

describe('judged: what only looks like it', () => {
  it('a script that starts the server of another file, and knows HTTP only', async () => {
    const main = 'from mcp.server.fastmcp import FastMCP\nimport sys\nmcp = FastMCP("x")\n\n@mcp.tool()\ndef add(a: int) -> int:\n    return a\n\ndef main():\n    mcp.run(transport="sse" if "--sse" in sys.argv else "stdio")\n';
    const script = (choices: string) => `from server import main\nimport argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--transport", choices=[${choices}])\nprint("Starting")\nmain()\n`;
    assert.deepEqual(await said('stdout-pollution', { 'server.py': main, 'run.py': script('"sse", "streamable-http"') }), []);
    assert.equal((await said('stdout-pollution', { 'server.py': main, 'run.py': script('"sse", "stdio"') })).length, 1);
  });

  it('what is read for a header is in no result', async () => {
    const text = (use: string) => `import fs from 'node:fs';\nimport { Client } from 'accounts-api';\nconst client = new Client();\nfunction headers() { const file = JSON.parse(fs.readFileSync('./data.json', 'utf8')); return ${use}; }\n${tool('const answer = await client.accounts(args.path, headers()); return { content: answer.body };', 'list_accounts')}`;
    const whole = `import fs from 'node:fs';\n${tool("return { content: JSON.parse(fs.readFileSync('./data.json', 'utf8')) };", 'list_accounts')}`;
    assert.equal((await said('large-response', whole)).length, 1);
    assert.deepEqual(await said('large-response', text('{ agent: file.name }')), []);
    assert.deepEqual(await said('large-response', whole.replace("'utf8')) }", "'utf8')).version }")), []);
  });

  it('samples for a series are no polling', async () => {
    const text = (inside: string, head = 'for i in range(args):') => python(`import time, requests\n\n@mcp.tool()\ndef watch(args: int) -> dict:\n    samples = []\n    ${head}\n        state = requests.get('https://x/status').json()\n        ${inside}\n        time.sleep(5)\n    return {'samples': samples}\n`);
    const of = (...given: Parameters<typeof text>) => said('polling', text(...given), {}, 'server.py');
    assert.deepEqual(await of('print(state)'), []);
    assert.equal((await of("samples.append(state)\n        if state['done']:\n            break")).length, 1, 'it ends when something is done');
    assert.equal((await of('samples.append(state)', "while state['status'] != 'done':")).length, 1);
    assert.deepEqual(await of('samples.append(state)'), []);
    assert.deepEqual(await of('samples.append(state)', 'while time.time() < end:'), []);
  });

  it('some rounds that a constant counts', async () => {
    const text = (rounds: number, ms: number) => `const ROUNDS = ${rounds};\nconst PAUSE_MS = ${ms};\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\n${tool("for (let i = 0; i < ROUNDS; i++) { const job = await (await fetch('https://x/status')).json(); if (job.done) return job; await sleep(PAUSE_MS); }")}`;
    const levels = async (...given: Parameters<typeof text>) => (await said('polling', text(...given))).map((m) => m.split(':')[0]);
    assert.deepEqual([await levels(60, 5000), await levels(8, 500), await levels(3, 5000)], [['hint'], ['information'], []]);
  });

  it('errors may be indented', async () => {
    const text = (made: string, name = 'answer', use = 'found') => `function ${name}(found: unknown, more?: object) { const ${use} = ${made}; return { content: [{ type: 'text', text: JSON.stringify(${use}, null, 2) }] }; }\n${tool(`return ${name}(await (await fetch('https://x')).json(), args);`)}`;
    const of = (...given: Parameters<typeof text>) => said('wasteful-serialisation', text(...given));
    assert.equal((await of('{ found, more }', 'answer', 'all')).length, 1);
    assert.equal((await of('{ success: true, found }', 'answer', 'all')).length, 1);
    assert.equal((await of('{ success: false, data: found }', 'answer', 'all')).length, 1, 'data');
    assert.deepEqual(await of('{ success: false, error: found }', 'answer', 'all'), []);
    assert.deepEqual(await of('{ message: found, more }', 'createErrorResponse', 'all'), []);
  });

  it('a client per call with a reason', async () => {
    const text = (comment: string, head = '') => `${head}${python(`import websockets\n\nasync def ask(kind: str):\n    ${comment}\n    async with websockets.connect('wss://x') as ws:\n        await ws.send(kind)\n        return await ws.recv()\n\n@mcp.tool()\nasync def run(kind: str) -> str:\n    return await ask(kind)\n`)}`;
    const of = (...given: Parameters<typeof text>) => said('client-per-call', text(...given), {}, 'server.py');
    assert.equal((await of('pass')).length, 1);
    assert.equal((await of('# a new connection for each call')).length, 1, 'no reason');
    for (const other of ['All three share one address, so that this makes the client.', 'One client for each request.\n\nAsked because it is cheap.']) assert.equal((await of('pass', `"""${other}\n"""\n`)).length, 1, other);
    assert.deepEqual(await of('# a fresh connection per call, deliberately: the other side closes idle ones'), []);
    assert.deepEqual(await of('pass', '\"\"\"Asks the hub.\n\nConnections are not pooled: the handshake is cheap enough.\n\"\"\"\n'), []);
  });
});
