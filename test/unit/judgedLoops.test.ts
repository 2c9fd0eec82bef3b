import assert from 'node:assert/strict';
import { python, saidOf, tool } from './support/saidOf.ts';

// what two readers of hints in public servers said of loops: what a round waits for, and what it leaves to the next one

describe('judged loops: polling', () => {
  it('only what decides by its answer whether there is another round', async () => {
    const of = (body: string, before = '') => saidOf('polling', `const delay = (ms: number) => new Promise((r) => setTimeout(r, ms));\nconst api = { state: async (of?: unknown) => (await fetch('https://x.example/status?of=' + of)).json(), move: async (by: number) => (await fetch('https://x.example/move/' + by, { method: 'PUT' })).json() };\nconst job: any = {};\n${before}async function work(args: any) {\n  let state: any = null; let left = 9; let offset = 0; let page = 1; let all: any[] = [];\n  ${body}\n}\n${tool('await work(args); return {};')}`);
    const told = [
      "while (state?.status !== 'done') { state = await api.state(args.id); await delay(100); }",
      "for (let i = 0; i < 9; i++) { const { status } = await api.state(args.id); if (status === 'done') return status; await delay(100); }",
      "for (let i = 0; i < 9; i++) { state = await api.state(args.id); if (state.status !== 'done') { await delay(100); continue; } return state; }",
      "while (true) { let done = false; for (const one of await api.state(args.id)) if (one.ready) done = true; if (done) break; await delay(100); }",
      "while (!(await api.state(args.id)).done) await delay(100);",
      "do { await delay(100); state = await api.state(state); } while (state.status === 'running');",
      "while (job.status !== 'done') { await api.state(job); await delay(100); }",
    ];
    for (const one of told) assert.equal((await of(one)).length, 1, one);
    const none = [
      'while (left > 0) { const step = Math.min(left, 3); await api.move(step); left -= step; await delay(100); }',
      "for (let i = 0; i < 9; i++) { all.push(await api.state(args.id)); await delay(100); } return all;",
      "while (all.length < 9) { const rows = await api.state(offset); if (rows.status === 'done') break; all.push(...rows); offset += rows.length; await delay(100); }",
      "for (let number = 1; number < 9; number++) { const rows = await api.state(number); if (rows.status === 'done') break; await delay(100); }",
      "while (true) { state = await api.state(page); if (state.done) break; page = state.following; await delay(100); }",
      "while (true) { const url = `?${page}`; state = await api.state(url); if (state.done) break; page += 1; await delay(100); }",
    ];
    for (const one of none) assert.deepEqual(await of(one), [], one);
    assert.deepEqual(await of(told[0]!, "// Polled from here because the page cannot tell.\n"), []);
    assert.equal((await of(told[0]!, "// Polled until it is done.\n")).length, 1);
    assert.deepEqual(await of(`// no way to wait for it there\n${told[0]!}`), []);
  });

  it('in Python, too', async () => {
    const of = (body: string) => saidOf('polling', python('import asyncio\nimport httpx\nclient = httpx.AsyncClient()\nURL = "https://x.example/status"', `@mcp.tool()\nasync def run(id: str) -> str:\n    found = []\n    state = {}\n    page = 1\n    ${body}\n    return str(found)\n`));
    const told = [
      'for attempt in range(9):\n        state = (await client.get(URL)).json()\n        if state["status"] == "done":\n            break\n        await asyncio.sleep(1)',
      'while state.get("status") != "done":\n        async with client.stream("GET", URL) as response:\n            state = await response.json()\n        await asyncio.sleep(1)',
    ];
    for (const one of told) assert.equal((await of(one)).length, 1, one);
    const none = [
      'for attempt in range(9):\n        await client.get(URL)\n        await asyncio.sleep(1)\n    state["status"] = "done"',
      'while state.get("status") != "done":\n        state = (await client.get(URL, params={"page": page})).json()\n        page += 1\n        await asyncio.sleep(1)',
      'for attempt in range(9):\n        rows = (await client.get(URL)).json()\n        if rows["status"] == "done":\n            break\n        await client.post(URL, json={"key": "PageDown"})\n        await asyncio.sleep(1)',
    ];
    for (const one of none) assert.deepEqual(await of(one), [], one);
  });

  it('a process that whoever calls it has just started', async () => {
    const of = (before: string) => saidOf('polling', `import { spawn } from 'node:child_process';\nasync function untilReady() { for (let i = 0; i < 9; i++) { const ready = await fetch('https://x.example/ready'); if (ready.ok) return; await new Promise((r) => setTimeout(r, 100)); } }\n${tool(`${before} await untilReady(); return {};`)}`);
    assert.equal((await of('')).length, 1);
    assert.deepEqual(await of("spawn('backend', [args.port]);"), []);
  });

  it("a page's timer is none of the server's", async () => {
    const of = (first: string) => saidOf('polling', tool('return {};'), { 'tools/app.js': `const state = { name: ${first} };\nasync function refresh() { state.all = await (await fetch('/api/all')).json(); }\nsetInterval(refresh, 5000);\n` });
    assert.equal((await of("'a'")).length, 1);
    assert.deepEqual(await of("localStorage.getItem('name')"), []);
  });
});

describe('judged loops: sequential-await', () => {
  const files = "import fs from 'node:fs/promises';\n";

  it('a look at files that asks for no content', async () => {
    const of = (inside: string) => saidOf('sequential-await', `${files}async function resolve(path: string) { ${inside} }\n${tool('const found = []; for (const path of args.paths) found.push(await resolve(path)); return { found };')}`);
    for (const quick of ['await fs.lstat(path); return fs.realpath(path);', 'return fs.stat(path);']) assert.deepEqual(await of(quick), [], quick);
    for (const content of ['await fs.lstat(path); return fs.readFile(path);', 'return fs.readdir(path);', "return (await fetch('https://x.example/' + path)).json();"]) assert.equal((await of(content)).length, 1, content);
  });

  it('an index that the loop itself changes', async () => {
    const of = (change: string) => saidOf('sequential-await', `const index = new Map();\nfunction addEntry(of: unknown, one: unknown) { return one; }\nasync function find(of: unknown, one: string) { return (await fetch('https://x.example/' + one)).json(); }\n${tool(`const ids = []; for (const one of args.all) { const found = await find(index, one); ${change} ids.push(found); } return { ids };`)}`);
    assert.equal((await of('')).length, 1);
    assert.equal((await of('addEntry(ids, one);')).length, 1);
    assert.deepEqual(await of('if (!found) addEntry(index, one);'), []);
  });

  it('a cache that the first round fills for all', async () => {
    const of = (answer: string, guard = 'if not names:') => saidOf('sequential-await', python('import httpx\nclient = httpx.AsyncClient()\nnames = {}', `async def load():\n    global names\n    names = (await client.get("https://x.example/names")).json()\n\nasync def name_of(id: str):\n    ${guard}\n        await load()\n    ${answer}\n\n@mcp.tool()\nasync def run(ids: list[str]) -> list:\n    found = []\n    for id in ids:\n        found.append(await name_of(id))\n    return found\n`));
    for (const kept of ['return names[id]', 'return names.get(id)', 'if id in names:\n        return names[id]\n    return (await client.get("https://x.example/" + id)).text']) assert.deepEqual(await of(kept), [], kept);
    assert.equal((await of('return (await client.get("https://x.example/" + id)).text')).length, 1, 'each asks');
    assert.equal((await of('return names[id]', 'if id not in names:')).length, 1, 'one by one');
  });

  it('an address that is signed in the process', async () => {
    const of = (second: string) => saidOf('sequential-await', `import { Storage } from '@google-cloud/storage';\nconst bucket = new Storage().bucket('x');\n${tool(`const file = bucket.file(args.name); const [data] = await file.getMetadata(); const [more] = await file.${second}; return { data, more };`)}`);
    assert.deepEqual(await of("getSignedUrl({ action: 'read', expires: 1 })"), []);
    assert.equal((await of('download()')).length, 1);
  });
});

describe('judged loops: who asks, and for what', () => {
  it('timers of a component in a browser, how long ago a file was written, and a server that was just started', async () => {
    const timer = (imports: string, body: string) => saidOf('polling', tool('return {};'), { 'panel.tsx': `${imports}\nimport { stat } from 'node:fs/promises';\nexport function Panel() { useEffect(() => { const timer = setInterval(async () => { ${body} }, 1000); return () => clearInterval(timer); }, []); return null; }\nPanel();\n` });
    const asks = "await fetch('https://example.com/state')";
    assert.deepEqual(await timer("import { useEffect } from 'react';", asks), []);
    assert.equal((await timer("import { useEffect } from 'react';\nimport { Box } from 'ink';", asks)).length, 1, 'in a terminal');
    assert.equal((await timer("import { useEffect } from './timers.ts';", asks)).length, 1);
    const own = "import { useEffect } from './timers.ts';";
    assert.deepEqual(await timer(own, "const { mtimeMs } = await stat('beat'); if (Date.now() - mtimeMs > 3000) process.exit()"), []);
    assert.equal((await timer(own, "const { size } = await stat('beat'); if (size > 3000) process.exit()")).length, 1);
    const loop = (name: string) => saidOf('polling', `const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nasync function ${name}(url: string) { for (let i = 0; i < 50; i++) { const { status } = await fetch(url); if (status === 200) return; await sleep(200); } }\n${tool(`await ${name}(args.url); return {};`)}`);
    for (const started of ['waitForReady', 'waitForServer', 'wait_until_started', 'waitUntilServerIsReady']) assert.deepEqual(await loop(started), [], started);
    for (const other of ['waitForJob', 'waitForCompletion', 'ready']) assert.equal((await loop(other)).length, 1, other);
  });
});
