import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: claims that were not true of the code, or not worth a word

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string) => `server.registerTool('run', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (body: string) => `from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n${body}`;

async function said(rule: string, text: string, versions: Record<string, string> = {}): Promise<string[]> {
  const files = text.startsWith('from ') || text.startsWith('import os') ? { 'server.py': text } : { 'server.ts': head + text };
  const { findings } = await lintWorld({ files, versions, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

describe('judged: what costs little', () => {
  it('zod 3 compiles nothing', async () => {
    const text = (from: string) => `import { z } from '${from}';\n${tool('return z.object({ a: z.string(), b: z.number() }).parse(args);')}`;
    assert.deepEqual(await said('compile-in-handler', text('zod'), { zod: '3.25.76' }), []);
    for (const [from, version] of [['zod', '4.1.0'], ['zod/v4', '3.25.76']] as const) assert.equal((await said('compile-in-handler', text(from), { zod: version })).length, 1, `${from} ${version}`);
    assert.equal((await said('compile-in-handler', text('zod'))).length, 1, 'of an unknown version');
  });

  it('to look whether a file is there, unless in a loop', async () => {
    const text = (body: string) => `import fs from 'node:fs';\n${tool(body)}`;
    for (const ask of ["fs.existsSync('/data/a')", 'fs.accessSync(args.path)']) assert.deepEqual(await said('blocking-call', text(`return { there: ${ask} };`)), [], ask);
    for (const body of ['for (const path of args.paths) if (fs.existsSync(path)) return path;', 'return args.paths.filter((path: string) => fs.existsSync(path));', 'const found: string[] = []; for (const n of args.names) found.push(n); for (const f of found) if (fs.existsSync(f)) return f;', 'for (const f of [...args.paths]) if (fs.existsSync(f)) return f;', "const all = ['/a']; all.push(...args.paths); return all.find((f) => fs.existsSync(f));"]) assert.match((await said('blocking-call', text(body))).join(), /^information: `existsSync`/, body);
    for (const body of ["for (const path of ['/a', '/b']) if (fs.existsSync(path)) return path;", "const paths = ['/a', '/b'];\nreturn paths.find((path) => fs.existsSync(path));", "const paths = ['/a', '/b'];\nfor (const path of paths) if (fs.existsSync(path)) return path;", "return fs.statSync('/data/a').size;"]) assert.deepEqual(await said('blocking-call', text(body)), [], body);
    assert.match((await said('blocking-call', text("fs.mkdirSync(args.path); return {};"))).join(), /^information: `mkdirSync`/);
    const asked = (body: string) => `import os\n${python(`@mcp.tool()\nasync def run(names: list[str]) -> bool:\n${body}`)}`;
    assert.deepEqual(await said('blocking-call', asked('    return os.path.isfile(names[0])\n')), []);
    assert.equal((await said('blocking-call', asked('    for name in names:\n        if os.path.isfile(name):\n            return True\n    return False\n'))).length, 1);
  });

  it('what the system says of itself in a file', async () => {
    const text = (call: string) => `import fs from 'node:fs';\n${tool(`return { text: ${call} };`)}`;
    assert.deepEqual(await said('blocking-call', text("fs.readFileSync('/proc/self/cgroup', 'utf8')")), []);
    assert.match((await said('blocking-call', text("fs.readdirSync('/proc')"))).join(), /^information: /);
    assert.match((await said('blocking-call', text("fs.readFileSync('/data/a', 'utf8')"))).join(), /^hint: /);
  });

  it('a switch of a database connection', async () => {
    const text = (statement: string) => `import { DatabaseSync } from 'node:sqlite';\nconst db = new DatabaseSync('a.db');\n${tool(`db.exec('${statement}'); return {};`)}`;
    assert.deepEqual(await said('blocking-call', text('PRAGMA query_only = ON')), []);
    assert.equal((await said('blocking-call', text('VACUUM'))).length, 1);
  });

  it('commands that end by themselves at once', async () => {
    const text = (command: string) => `import { execSync } from 'node:child_process';\n${tool(`return { out: String(execSync('${command}')) };`)}`;
    for (const command of ['which yt-dlp', 'mktemp -d', 'command -v git', 'uname -a']) assert.deepEqual(await said('missing-timeout', text(command)), [], command);
    for (const command of ['which git && git fetch', 'echo x | ssh host', 'yt-dlp url']) assert.equal((await said('missing-timeout', text(command))).length, 1, command);
  });
});

describe('judged: what is not so', () => {
  it('an interceptor that has nothing to do with time bounds nothing', async () => {
    const text = (use: string) => `import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://x' });\napi.interceptors.request.use(${use});\n${tool("return (await api.get('/a')).data;")}`;
    for (const use of ['async (config) => { await limiter.token(); return config; }', 'function (config) { return config; }', 'config => config']) assert.equal((await said('missing-timeout', text(use))).length, 1, use);
    for (const use of ['(config) => ({ ...config, timeout: 1000 })', 'prepared']) assert.deepEqual(await said('missing-timeout', text(use)), [], use);
  });

  it('all requests of a client are told as one, which its options mend', async () => {
    const text = (options: string, second: string) => `import axios from 'axios';\nclass Api {\n  private http: AxiosInstance;\n  constructor() {\n    const config: CreateAxiosDefaults = { baseURL: 'https://x' };\n    this.http = axios.create(${options});\n  }\n  one() { return this.http.get('/1'); }\n  two() { return ${second}; }\n}\nconst api = new Api();\n${tool('return [await api.one(), await api.two()];')}`;
    const found = await said('missing-timeout', text('config', "this.http.post('/2', {})"));
    assert.deepEqual(found, ['warning: `axios.get` without a timeout waits for as long as the other side takes, as does another request of the client made at server.ts:8 (reached from tool `run` via `Api.one`).']);
    assert.equal((await said('missing-timeout', text('config', "axios.post('https://y', {})"))).length, 2, 'another client');
    const written = text("{ baseURL: 'https://x' }", "this.http.post('/2', {})");
    const { findings: [finding] } = await lintWorld({ files: { 'server.ts': head + written }, rules: rules.filter((r) => r.id === 'missing-timeout') });
    assert.deepEqual(finding!.fixes.map(({ title, edits }) => [title, edits.map((e) => e.text)]).slice(0, 1), [['Give up after 30 seconds with `timeout`, in all requests of the client', ['timeout: 30_000, ']]]);
  });

  it('the fields of an answer are no requests', async () => {
    const text = (get: string) => `import httpx\n${python(`client = httpx.AsyncClient()\n@mcp._mcp_server.list_prompts()\nasync def list_prompts() -> list:\n    return await fetch()\n\nasync def fetch():\n    response = await client.get("https://x")\n    return ${get}\n`)}`.replace(/^/, 'from x import y\n');
    const found = await said('slow-list', text('response.json().get("prompts")'));
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, /`get` makes each list of prompts wait for the network/);
  });

  it('how a server of the author’s own calls its tools is not known', async () => {
    const text = (from: string, name: string) => `from ${from} import ${name}\nimport requests\nmcp = ${name}("x")\n@mcp.tool()\ndef run() -> str:\n    return requests.get("https://x", timeout=5).text\n`;
    assert.equal((await said('sync-tool', text('mcp.server.fastmcp', 'FastMCP'), { mcp: '1.27.0' })).length, 1);
    assert.deepEqual(await said('sync-tool', text('zeromcp', 'McpServer'), { mcp: '1.27.0' }), []);
  });

  it('who asks another process polls, and does not wait for its own', async () => {
    const text = (look: string) => `const isHealthy = (answer: unknown) => Boolean(answer);\nconst health = async (ms: number) => (await fetch('http://127.0.0.1/health')).json();\nconst queue: string[] = [];\nconst sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));\n${tool(`while (!${look}) await sleep(250); return {};`)}`;
    assert.deepEqual(await said('busy-wait', text('isHealthy(await health(400))')), []);
    assert.equal((await said('busy-wait', text("queue.includes('a')"))).length, 1);
  });

  it('a wait for the process that was started just before', async () => {
    const text = (start: string) => `import { spawn } from 'node:child_process';\nconst sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));\nasync function ready() {\n  ${start}\n  const deadline = Date.now() + 8000;\n  while (Date.now() < deadline) {\n    const status = await fetch('http://127.0.0.1:1/health');\n    if (status.ok) return true;\n    await sleep(250);\n  }\n  return false;\n}\n${tool('return { ready: await ready() };')}`;
    assert.equal((await said('polling', text(''))).length, 1);
    assert.deepEqual(await said('polling', text("spawn('node', ['other.js']).unref();")), []);
  });

  it('a prepared request that is sent waits, too', async () => {
    const text = (rest: string) => `import os\nimport requests\n${python(`@mcp.tool()\nasync def run() -> str:\n    session = requests.Session()\n    return session.send(requests.Request("GET", "https://x").prepare()${rest}).text\n`)}`;
    assert.equal((await said('missing-timeout', text(''))).length, 1);
    assert.deepEqual(await said('missing-timeout', text(', timeout=5')), []);
  });

  it('keywords that are handed on twice are those of the first', async () => {
    const text = (given: string) => `import os\nimport requests\ndef _make(method, url, **kwargs):\n    return requests.request(method, url, **kwargs)\n\ndef post(url, **kwargs):\n    return _make("POST", url, **kwargs)\n\n${python(`@mcp.tool()\nasync def run() -> str:\n    return post("https://x", json={}${given}).text\n`)}`;
    assert.equal((await said('missing-timeout', text(''))).length, 1);
    assert.deepEqual(await said('missing-timeout', text(', timeout=5')), []);
  });

  it('keys that were looked up in a table are as many as it has; so are modules', async () => {
    const text = (lookUp: string, value = 'await load(args.key)') => `const known: Record<string, string> = config();\nconst kept = new Map<string, string>();\nasync function find(key: string) {\n  ${lookUp}\n  kept.set(key, ${value.replace('args.key', 'key')});\n  return kept.get(key);\n}\n${tool('return { content: await find(args.key) };')}`;
    assert.equal((await said('unbounded-cache', text('if (!kept.has(key)) console.error(key);'))).length, 1);
    assert.equal((await said('unbounded-cache', text('if (!kept.has(key)) throw new Error(key);'))).length, 1, 'its own');
    for (const lookUp of ['if (!known[key]) return null;', 'if (!config || !known[key]?.url) {\n    return null;\n  }', 'if (!allowed.has(key)) throw new Error(key);']) assert.deepEqual(await said('unbounded-cache', text(lookUp)), [], lookUp);
    assert.deepEqual(await said('unbounded-cache', text('', 'require(`./templates/${key}`)')), []);
  });

  it('a pattern of the thing that a loop is at', async () => {
    const text = (pattern: string) => tool(`for (const tag of ['a', 'b']) { if (new RegExp(${pattern}).test(args.text)) return tag; }`);
    assert.equal((await said('compile-in-handler', text("'^a+$'"))).length, 1);
    assert.deepEqual(await said('compile-in-handler', text('`<${tag}>`')), []);
  });

  it('what is asked for because it changes', async () => {
    const text = (name: string) => `server.registerTool('${name}', { inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } }, async (args) => ({ content: [{ type: 'text', text: await (await fetch('https://x/' + args.id)).text() }] }));\n`;
    assert.equal((await said('uncached-hot-tool', text('get_article'))).length, 1);
    for (const name of ['get_last_message', 'getTargets']) assert.deepEqual(await said('uncached-hot-tool', text(name)), [], name);
  });

  it('requests with options of the same function are told as one', async () => {
    const text = (count: number) => `const options = () => ({ headers: { a: 'b' } });\n${Array.from({ length: count }, (_, i) => tool(`return fetch('https://x/${i}', { ...options(), method: 'POST' });`).replace("'run'", `'run${i}'`)).join('')}`;
    assert.equal((await said('missing-timeout', text(3))).length, 3);
    assert.deepEqual(await said('missing-timeout', text(5)), ['warning: `fetch` without a timeout may wait for five minutes, and again for each part of a body that stalls, as do 4 other requests with the options of `options` (in tool `run0` and 4 others).']);
  });

  it('a helper in which all tools block is one finding', async () => {
    const text = (tools: number) => `import os\nimport time\n${python(`def launch():\n    time.sleep(1)\n\n${Array.from({ length: tools }, (_, i) => `@mcp.tool()\ndef tool_${i}() -> str:\n    launch()\n    return ""\n`).join('\n')}`)}`;
    assert.equal((await said('sync-tool', text(3), { mcp: '1.27.0' })).length, 3);
    assert.deepEqual(await said('sync-tool', text(5), { mcp: '1.27.0' }), ['warning: `def tool_0` and 4 others run on the event loop (mcp 1.27.0) and call `time.sleep` in `launch` (server.py:6), which sleeps (in tool `tool_0` and 4 others).']);
  });

  it('two questions that one answer serves', async () => {
    const text = (all: string) => `import os\nimport httpx\nclient = httpx.AsyncClient()\nasync def everything(): return (await client.get("https://x/all")).json()\nasync def one(name): return (await client.get(f"https://x/{name}")).json()\nasync def players(): return (await ${all})["players"]\nasync def teams(): return (await ${all.replace('1', '2')})["teams"]\n${python('@mcp.tool()\nasync def run() -> str:\n    all_players = await players()\n    all_teams = await teams()\n    return str([all_players, all_teams])\n')}`;
    assert.equal((await said('sequential-await', text('one("1")'))).length, 1);
    assert.deepEqual(await said('sequential-await', text('everything()')), []);
  });

  it('a connection where the pool has failed', async () => {
    const text = (fallback: string) => `import os\nimport psycopg2\n${python(`@mcp.tool()\nasync def run() -> str:\n${fallback}\n    return str(connection)\n`)}`;
    assert.equal((await said('client-per-call', text('    connection = psycopg2.connect("db")'))).length, 1);
    assert.deepEqual(await said('client-per-call', text('    try:\n        connection = pool.getconn()\n    except Exception:\n        connection = psycopg2.connect("db")')), []);
  });

  it('a list does not wait for a folder to be made', async () => {
    const text = (call: string) => `import fs from 'node:fs/promises';\nimport { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst low = new Server({ name: 'x', version: '1' }, {});\nlow.setRequestHandler(ListToolsRequestSchema, async () => { ${call}; return { tools: [] }; });`;
    for (const call of ["await fs.mkdir('/a', { recursive: true })", "await fs.chmod('/a', 0o600)"]) assert.deepEqual(await said('slow-list', text(call)), [], call);
    assert.equal((await said('slow-list', text("await fs.readFile('/a')"))).length, 1);
  });

  it('a key that is derived computes, and a driver that only keeps settings does not wait', async () => {
    const text = (line: string, imports: string) => `import os\n${imports}\n${python(`@mcp.tool()\nasync def run(key: bytes) -> str:\n    ${line}\n`)}`;
    assert.match((await said('blocking-call', text('return PBKDF2HMAC(algorithm=1, length=32, salt=key, iterations=600000).derive(key)', 'from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC'))).join(), /computes and blocks/);
    assert.deepEqual(await said('blocking-call', text('return str(connect(host="x"))', 'from trino.dbapi import connect')), []);
  });

  it('a spin for engines that cannot sleep', async () => {
    const spin = 'const end = Date.now() + args.ms; while (Date.now() < end) {}';
    assert.equal((await said('busy-wait', tool(spin))).length, 1);
    const fallback = `try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, args.ms); return {}; } catch { console.error('none'); } ${spin}`;
    assert.deepEqual(await said('busy-wait', tool(fallback)), []);
    assert.match((await said('blocking-call', tool(fallback))).join(), /^warning: `Atomics.wait` waits for another thread/);
  });
});
