import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: what somebody has chosen, and what was missed

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string) => `server.registerTool('run', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;
const asyncTool = (body: string, more = '') => `${more}@mcp.tool()\nasync def run(name: str, namespace: str) -> str:\n${body}`;

async function said(rule: string, text: string): Promise<string[]> {
  const files = text.startsWith('from ') ? { 'server.py': text } : { 'server.ts': text.includes('new Server(') ? text : head + text };
  const { findings } = await lintWorld({ files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

describe('judged: what somebody has chosen', () => {
  it('keep-alive that is off on a condition, or with a reason', async () => {
    const agent = (before: string, value: string) => `import https from 'node:https';\n${before}const agent = ${value};\n${tool("return { ok: await new Promise((r) => https.get('https://x', { agent }, r)) };")}`;
    const off = 'new https.Agent({ keepAlive: false })';
    assert.match((await said('no-connection-reuse', agent('', off))).join(), /^warning: /);
    assert.match((await said('no-connection-reuse', agent('// the other side closes each connection: reuse ends in ECONNRESET\n', off))).join(), /^hint: /);
    assert.deepEqual(await said('no-connection-reuse', agent('', `process.env.KEEP ? undefined : ${off}`)), []);
    assert.match((await said('no-connection-reuse', `import https from 'node:https';\nlet agent: https.Agent | undefined;\n${tool(`if (!agent) agent = ${off}; return agent;`)}`)).join(), /^warning: /, 'made the first time');
  });

  it('files of a few bytes', async () => {
    const text = (path: string) => `import fs from 'node:fs';\nimport path from 'node:path';\n${tool(`const at = ${path}; return { text: fs.readFileSync(at, 'utf8') };`)}`;
    for (const small of ["path.join(__dirname, '.port')", 'config.tokenPath', "'/home/me/server.pid'"]) assert.deepEqual(await said('blocking-call', text(small)), [], small);
    for (const one of ["path.join(__dirname, 'report.json')", 'config.exportPath', 'args.path']) assert.match((await said('blocking-call', text(one))).join(), /^hint: /, one);
    for (const large of ["path.join(__dirname, 'report.csv')", '`/var/log/${args.day}.log`', "'index.json'"]) assert.match((await said('blocking-call', text(large))).join(), /^warning: /, large);
  });

  it('a pause that is worked out in each round', async () => {
    const text = (pause: string) => python('import asyncio, httpx\nclient = httpx.AsyncClient(timeout=5)', asyncTool(`    elapsed = 0\n    while (job := await client.get("https://x/jobs/1")).json()["status"] == "running":\n        nap = ${pause}\n        await asyncio.sleep(nap)\n        elapsed += nap\n    return "done"\n`));
    assert.deepEqual(await said('polling', text('max(next_pause(elapsed), 0)')), []);
    assert.equal((await said('polling', text('min(5, 60 - elapsed)'))).length, 1);
  });

  it('what was kept and has failed is made anew, to be kept again', async () => {
    const text = (failed: string) => python('from sqlalchemy import create_engine\nENGINE = None', `def make():\n    return create_engine("x://")\n\ndef connect():\n    global ENGINE\n    try:\n        if ENGINE is None:\n            ENGINE = make()\n        return ENGINE.connect()\n    except Exception:\n        ${failed} = make()\n        return ${failed}.connect()\n\n${asyncTool('    return str(connect())\n')}`);
    assert.deepEqual(await said('client-per-call', text('ENGINE')), []);
    assert.equal((await said('client-per-call', text('other'))).length, 1);
  });

  it('clients of Kubernetes: those that are given one share it, and to write something down needs none', async () => {
    const text = (made: string) => python('from kubernetes import client', asyncTool(`    return str(${made})\n`));
    for (const made of ['client.ApiClient().sanitize_for_serialization(name)', 'client.CoreV1Api(shared)']) assert.deepEqual(await said('client-per-call', text(made)), [], made);
    for (const made of ['client.CoreV1Api()', 'client.ApiClient()']) assert.equal((await said('client-per-call', text(made))).length, 1, made);
  });

  it('a start that nobody waits for', async () => {
    const text = (start: string) => `import { Pool } from 'pg';\nconst pool = new Pool();\n` + tool(`const { rows: found } = await pool.query('select id from x'); ${start} Promise.all(found.map((one: string) => fetch(one))); return {};`);
    assert.match((await said('unbounded-fan-out', text('void'))).join(), /^hint: /);
    assert.match((await said('unbounded-fan-out', text('await'))).join(), /^warning: /);
  });

  it('keys of which there are as many as tables or models', async () => {
    const text = (key: string) => python('seen = {}', asyncTool(`    seen[${key}] = 1\n    return "ok"\n`).replace('name: str, namespace', `${key}: str, namespace`));
    assert.deepEqual(await said('unbounded-cache', text('table_name')), []);
    assert.equal((await said('unbounded-cache', text('query'))).length, 1);
  });
});

describe('judged: stores that lose what they hold', () => {
  it('tasks that take themselves out, and what stands in for a store in tests', async () => {
    const tasks = (end: string) => python('import asyncio\ntasks = set()', asyncTool(`    task = asyncio.create_task(work(name))\n    tasks.add(task)\n    ${end}\n    return "ok"\n`));
    assert.deepEqual(await said('unbounded-cache', tasks('task.add_done_callback(tasks.discard)')), []);
    assert.equal((await said('unbounded-cache', tasks('task.add_done_callback(print)'))).length, 1);
    const store = (name: string) => `class ${name} { calls: string[] = []; note(call: string) { this.calls.push(call); } }\nconst store = new ${name}();\n${tool('store.note(args.query); return {};')}`;
    assert.deepEqual(await said('unbounded-cache', store('MockStore')), []);
    assert.equal((await said('unbounded-cache', store('Store'))).length, 1);
  });
});

describe('judged: what was missed', () => {
  it('a lock on a file waits for whoever holds it, which is a moment as a rule', async () => {
    const text = (how: string) => python('import fcntl', asyncTool(`    fcntl.flock(3, ${how})\n    return "ok"\n`));
    assert.match((await said('blocking-call', text('fcntl.LOCK_EX'))).join(), /^hint: `fcntl.flock` waits for another process/);
    for (const how of ['fcntl.LOCK_EX | fcntl.LOCK_NB', 'fcntl.LOCK_UN']) assert.deepEqual(await said('blocking-call', text(how)), [], how);
  });

  it('run_sync of an asynchronous engine blocks nobody', async () => {
    const text = (call: string) => python('import sqlalchemy as sa\nfrom sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine("x://")', `def look(connection):\n    return sa.inspect(connection).get_table_names()\n\n${asyncTool(`    async with engine.connect() as connection:\n        return str(${call})\n`)}`);
    assert.deepEqual(await said('blocking-call', text('await connection.run_sync(look)')), []);
    assert.equal((await said('blocking-call', text('look(connection)'))).length, 1);
  });

  it('what a server is given by who makes it', async () => {
    const text = (more: string) => `import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import fs from 'node:fs';
const tools = [{ name: 'alpha', inputSchema: {} }, { name: 'beta', inputSchema: {} }];
function serve(config) {
  const server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools }));
  server.setRequestHandler(CallToolRequestSchema, async (request) => {
    const { name, arguments: args } = request.params;
    return { content: [{ type: 'text', text: JSON.stringify(await config.handle({ name, args }), null, 2) }] };
  });
}
const alpha = async () => fs.readdirSync('/data/a', { recursive: true });
const beta = async () => 1;
serve({ handle: async (request) => { const all = { alpha, beta }; return all[request.name](request.args); } });
${more}`;
    assert.match((await said('blocking-call', text(''))).join(), /^warning: `readdirSync` .*\(in tool `alpha`\)\.$/);
    assert.match((await said('wasteful-serialisation', text(''))).join(), /in tool `alpha` and 1 other/);
    // which of two is meant is not known
    assert.deepEqual(await said('blocking-call', text('serve({ handle: async () => 2 });')), []);
  });

  it('each tool of a common class does what its own class does', async () => {
    const text = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import fs from 'node:fs';
abstract class Tool { abstract name: string; abstract work(args: object): object; async execute(args: object) { return this.work(args); } }
class Load extends Tool { name = 'load'; work() { return { names: fs.readdirSync('/data/a', { recursive: true }) }; } }
class Add extends Tool { name = 'add'; work() { return { sum: 1 }; } }
const tools: Tool[] = [new Load(), new Add()];
const server = new Server({ name: 'x', version: '1' }, {});
server.setRequestHandler(CallToolRequestSchema, async (request) => tools.find((t) => t.name === request.params.name)!.execute(request.params.arguments));
`;
    assert.match((await said('blocking-call', text)).join(), /^warning: `readdirSync` .*\(reached from tool `load` via `Load\.work`\)\.$/);
  });

  it('what a tool gives that something else runs', async () => {
    const text = (call: string) => `const safely = async (run: () => Promise<object>) => { try { return await run(); } catch { return {}; } };\n${tool(`return ${call};`)}`;
    assert.equal((await said('wasteful-serialisation', text("safely(async () => ({ content: [{ type: 'text', text: JSON.stringify(args, null, 2) }] }))"))).length, 1);
    assert.deepEqual(await said('wasteful-serialisation', text("safely(async () => { console.error(JSON.stringify(args, null, 2)); return {}; })")), []);
  });
});
