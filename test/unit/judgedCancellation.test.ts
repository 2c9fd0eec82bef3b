import assert from 'node:assert/strict';
import { python, saidOf, tool } from './support/saidOf.ts';

// what two readers of hints in public servers said of cancellation: where there is nothing to stop, or nothing that is cancelled

describe('judged cancellation', () => {
  const said = (text: string) => saidOf('ignored-cancellation', text);

  it('a command that ends at once is passed over', async () => {
    const of = (body: string) => said(`import { execFile, exec } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst execFileAsync = promisify(execFile);\nconst execAsync = promisify(exec);\n${tool(`${body} return {};`)}`);
    for (const brief of ["await execFileAsync('pbpaste', []);", "await execFileAsync('git', ['rev-parse', '--git-dir'], { cwd: args.path });", 'await execAsync(`pgrep -f "${args.name}"`);', "await execFileAsync('open', [args.path]);"]) assert.deepEqual(await of(brief), [], brief);
    assert.equal((await of("await execFileAsync('which', ['ffmpeg']); await execFileAsync('ffmpeg', ['-i', args.path]);")).length, 1);
    assert.equal((await of("await execFileAsync('git', ['log', '-p'], { cwd: args.path });")).length, 1);
  });

  it('one write that nothing stops, behind which nothing is asked any more', async () => {
    const firestore = "import admin from 'firebase-admin';\nconst db = admin.firestore();\n";
    assert.deepEqual(await said(`${firestore}${tool("await db.collection('a').doc(args.id).update({ at: admin.firestore.FieldValue.serverTimestamp() }); return {};")}`), []);
    assert.equal((await said(`${firestore}${tool("await db.collection('a').doc(args.id).update({}); await db.collection('b').add({}); return {};")}`)).length, 1);
    assert.equal((await said(`${firestore}${tool("for (const id of args.ids) await db.collection('a').doc(id).update({}); return {};")}`)).length, 1);
    const save = "async function save(id: string) { await db.collection('a').doc(id).update({}); }\n";
    assert.deepEqual(await said(`${firestore}${save}${tool('await save(args.id); return {};')}`), []);
    assert.equal((await said(`${firestore}${save}${tool('for (const id of args.ids) await save(id); return {};')}`)).length, 1);
    assert.equal((await said(`${firestore}${save}${tool("await save(args.id); await fetch('https://x.example/told'); return {};")}`)).length, 1);
  });

  it('a request whose answer others wait for, too; a server that is made for each request', async () => {
    const shared = (keep: string) => said(`const kept = new Map<string, Promise<unknown>>();\nasync function withCache(key: string, load: () => Promise<unknown>) {\n  ${keep}\n}\nasync function ask(key: string) { return (await fetch('https://x/' + key)).json(); }\n${tool('return { r: await withCache(args.key, () => ask(args.key)) };')}`);
    assert.deepEqual(await shared('const pending = load();\n  kept.set(key, pending);\n  return pending;'), []);
    assert.equal((await shared('return load();')).length, 1);
    const http = (by: string) => said(`import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';\n${tool("return { r: await (await fetch('https://x/a')).json() };")}export const transport = () => new StreamableHTTPServerTransport({ sessionIdGenerator: ${by} });`);
    assert.deepEqual(await http('undefined'), []);
    assert.equal((await http('() => crypto.randomUUID()')).length, 1);
  });

  it('one short request that takes something away', async () => {
    const of = (name: string, more = '') => said(`import { GoogleGenAI } from '@google/genai';\nconst ai = new GoogleGenAI({});\n${tool(`await ai.files.delete({ name: args.name });${more} return {};`, name)}`);
    assert.deepEqual(await of('delete_file'), []);
    assert.equal((await of('delete_file', ' const rest = await ai.files.list();')).length, 1);
    assert.equal((await of('tidy_up')).length, 1);
  });

  it('a client that is made is asked later', async () => {
    const of = (body: string) => said(`import { algoliasearch } from 'algoliasearch';\n${tool(`const client = algoliasearch(args.id, args.key); ${body} return {};`)}`);
    assert.match((await of('await client.search({ requests: [] });')).join(), /`search`/);
  });

  it('what closes, and what changes a program on this machine in a moment', async () => {
    assert.deepEqual(await said(`import { Client } from '@modelcontextprotocol/sdk/client/index.js';\nconst client = new Client({ name: 'x', version: '1' });\n${tool('await client.close(); return {};')}`), []);
    const of = (path: string, name: string) => said(`const HOST = 'localhost';\n${tool(`await fetch(\`http://\${HOST}:9222/json/${path}\`); return {};`, name)}`);
    assert.deepEqual(await of('activate/${args.id}', 'tab_switch'), []);
    assert.equal((await of('list', 'tab_switch')).length, 1);
    assert.equal((await of('activate/${args.id}', 'tab_shot')).length, 1);
  });

  it('an except around what never suspends', async () => {
    const of = (inside: string, snapshot: string) => said(python('import asyncio\nimport httpx\nfrom selenium import webdriver\nclient = httpx.AsyncClient()\ndriver = webdriver.Chrome()', `async def ready():\n    driver.refresh()\n\nasync def snapshot():\n    ${snapshot}\n\n@mcp.tool()\nasync def run(id: str) -> bool:\n    try:\n        ${inside}\n        return True\n    except:\n        return False\n`));
    assert.deepEqual(await of('await snapshot()', 'await ready()'), []);
    assert.equal((await of('await snapshot()', 'await ready()\n    await asyncio.sleep(1)')).length, 1);
    assert.equal((await of('await snapshot()', 'async with client.stream("GET", "https://x.example") as r:\n        pass')).length, 1);
    assert.equal((await of('await snapshot()\n        await client.get(id)', 'await ready()')).length, 1);
  });

  it('a task of its own is not what the request waits for', async () => {
    const of = (start: string) => said(python('import asyncio\nimport httpx\nclient = httpx.AsyncClient()', `class Beat:\n    async def loop(self):\n        while True:\n            try:\n                await client.get("https://x.example")\n            except asyncio.CancelledError:\n                break\n    async def start(self):\n        ${start}\nbeat = Beat()\n@mcp.tool()\nasync def run(id: str) -> str:\n    await beat.start()\n    return id\n`));
    for (const own of ['self._task = asyncio.create_task(self.loop())', 'asyncio.create_task(self.loop())', 'self._task = asyncio.get_running_loop().create_task(\n            self.loop()\n        )', 'task = asyncio.create_task(self.loop())\n        task.set_name("beat")']) assert.deepEqual(await of(own), [], own);
    for (const waited of ['await self.loop()', 'task = asyncio.create_task(self.loop())\n        await task', 'self._task = asyncio.create_task(self.loop())\n        await asyncio.wait_for(self._task, 5)', 'await asyncio.gather(asyncio.create_task(self.loop()))']) assert.equal((await of(waited)).length, 1, waited);
  });
});
