import assert from 'node:assert/strict';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what is true and weighs less than a warning

const asyncTool = (body: string, parameters = 'name: str') => `@mcp.tool()\nasync def run(${parameters}) -> str:\n${body}`;

describe('judged: what weighs less', () => {
  it('entries for things that somebody has set up, of which there is a handful', async () => {
    const kept = (key: string, more = '') => said('unbounded-cache', python('import hashlib, json', `kept = {}\nasync def ask(what):\n    return what\n${asyncTool(`${more}    kept[${key}] = await ask(${key})\n    return kept[${key}]\n`, 'device_id: str, workflow_id: str, user_id: str, query: str, thing: str')}`));
    for (const key of ['device_id', 'workflow_id', 'thing', '(device_id, workflow_id)']) assert.match((await kept(key)).join(), /^hint: /, key);
    for (const key of ['user_id', 'query', '(device_id, query)', 'hashlib.sha256(thing.encode()).hexdigest()', 'json.dumps(thing)']) assert.match((await kept(key)).join(), /^warning: /, key);
    assert.match((await kept('key', '    key = f"{device_id}:{query}"\n')).join(), /^warning: /, 'what it is made of');
    assert.match((await kept('key', '    key = f"{device_id}:{thing}"\n')).join(), /^hint: /);
  });

  it('a client that asks for a token, and a file of SQLite', async () => {
    const text = (name: string) => python('import httpx', `async def ${name}(code):\n    async with httpx.AsyncClient() as client:\n        return (await client.post("https://login.example.com", data=code, timeout=10)).json()\n${asyncTool(`    return str(await ${name}(name))\n`)}`);
    for (const name of ['exchange_code', 'get_access_token', '_refresh_token', 'login']) assert.match((await said('client-per-call', text(name))).join(), /^hint: /, name);
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
    assert.match((await kept('location')).join(), /^hint: /);
    assert.match((await kept('url')).join(), /^warning: /);
  });

  it('a file or a command where something else has failed, but no service', async () => {
    const text = (call: string) => python('import requests, subprocess', asyncTool(`    try:\n        return await ask(name)\n    except OSError:\n        return str(${call})\n`));
    for (const call of ['open(name).read()', 'subprocess.run(["make", name])']) assert.match((await said('blocking-call', text(call))).join(), /^hint: /, call);
    assert.match((await said('blocking-call', text('requests.get(name)'))).join(), /^warning: /);
    assert.match((await said('missing-timeout', text('requests.get(name)'))).join(), /^hint: /);
    assert.match((await said('missing-timeout', `async function first(args: any) { return { text: args.text }; }\n${tool("try { return await first(args); } catch { return await (await fetch('https://x')).json(); }")}`)).join(), /^hint: /);
  });
});
