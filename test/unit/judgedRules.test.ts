import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said about them

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nconst server = new McpServer({ name: 'x', version: '1' });\n";

/** Level and message of a rule's findings in one file. */
async function said(rule: string, text: string, name = 'server.ts'): Promise<string[]> {
  const { findings } = await lintWorld({ files: { [name]: name.endsWith('.ts') ? head + text : text }, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

const tool = (body: string, name = 'run', schema = '{ path: z.string() }') => `server.registerTool('${name}', { inputSchema: ${schema} }, async (args) => { ${body} });\n`;

describe('compile-in-handler, as judged', () => {
  it('what an object is made of cannot be made for the module: a hint', async () => {
    const text = `abstract class Base {
  abstract shape: z.ZodRawShape;
  read(args: object) { return z.object(this.shape).parse(args); }
}
class A extends Base { shape = { id: z.string() }; }
class B extends Base { shape = { name: z.string() }; }
${tool('return { a: new A().read(args), b: new B().read(args) };')}`;
    assert.deepEqual(await said('compile-in-handler', text), ['hint: `z.object()` makes the schema of the same object in every call (reached from tool `run` via `Base.read`).']);
  });

  it('does not say how many of a long row there are', async () => {
    const lists = ['a', 'b', 'c'].map((n) => `const ${n} = z.object({ ${n}: z.string() });`).join('\n');
    const text = `import { zodToJsonSchema } from 'zod-to-json-schema';\n${lists}\n${tool('return { tools: [zodToJsonSchema(a), zodToJsonSchema(b), zodToJsonSchema(c)] };')}`;
    assert.deepEqual(await said('compile-in-handler', text), ['hint: `zodToJsonSchema()` and others like it make the same schemas in every call (in tool `run`).']);
  });
});

describe('unbounded-fan-out, as judged', () => {
  const all = (list: string, work: string) => `import fs from 'node:fs/promises';\nasync function each() {\n  const list = ${list};\n  return Promise.all(list.map(async (e) => ${work}));\n}\n${tool('return { all: await each() };', 'run', '{}')}`;

  it('as many as a cluster has hosts are few', async () => {
    const asked = (what: string) => `import fs from 'node:fs/promises';\nasync function each() {\n  const answer = await (await fetch('https://x')).json();\n  const ${what} = answer.${what};\n  return Promise.all(${what}.map(async (e: string) => fetch(e)));\n}\n${tool('return { all: await each() };', 'run', '{}')}`;
    assert.equal((await said('unbounded-fan-out', asked('orders'))).length, 1);
    for (const what of ['hosts', 'processIds', 'shardUrls', 'regions']) assert.deepEqual(await said('unbounded-fan-out', asked(what)), [], what);
  });

  it('what is done of links alone is not done of all files', async () => {
    assert.match((await said('unbounded-fan-out', all("await fs.readdir('/data', { withFileTypes: true })", 'fs.readFile(e.name)'))).join(), /^information: [^,]+$/);
    assert.deepEqual(await said('unbounded-fan-out', all("await fs.readdir('/data', { withFileTypes: true })", 'fs.stat(e.name)')), [], 'nothing is held');
    assert.deepEqual(await said('unbounded-fan-out', all("await fs.readdir('/data', { withFileTypes: true })", '{ if (e.isSymbolicLink()) return fs.stat(e.name); return e; }')), []);
  });

  it('a folder that is gone through once, or to tidy up', async () => {
    const once = `import fs from 'node:fs/promises';
let found: string[] | null = null;
async function find() {
  if (found !== null) return found;
  const names = await fs.readdir('/data');
  const sizes = await Promise.all(names.map((n) => fs.stat(n)));
  found = names.filter((_, i) => sizes[i]!.size > 0);
  return found;
}
async function pruneOld() { await Promise.all((await fs.readdir('/old')).map((n) => fs.rm(n))); }
${tool('await pruneOld(); return { all: await find() };', 'run', '{}')}`;
    assert.deepEqual(await said('unbounded-fan-out', once), []);
  });

  it('says that it may be files', async () => {
    const text = `import fs from 'node:fs/promises';\n${tool('return { all: await Promise.all(args.paths.map(async (p: string) => (p.startsWith("http") ? fetch(p) : fs.readFile(p)))) };', 'run', '{ paths: z.array(z.string()) }')}`;
    assert.deepEqual(await said('unbounded-fan-out', text), ['warning: Starts as many requests or reads of files at once as the caller sends items (in tool `run`).']);
  });
});

describe('polling, as judged', () => {
  it('what is asked on the way out of a loop is asked once', async () => {
    const loop = (inside: string) => `const state = { done: false };\n${tool(`for (;;) { ${inside} await new Promise((r) => setTimeout(r, 500)); }`)}`;
    assert.deepEqual(await said('polling', loop("if (state.done) { const r = await fetch('https://x'); return { status: r.status }; }")), []);
    assert.equal((await said('polling', loop("const r = await fetch('https://x/status'); if (r.ok) { return { status: r.status }; }"))).length, 1);
  });

  it('a timer that looks at the own disk asks nobody, nor does one that goes on only when files have changed', async () => {
    const timer = (inside: string, pause = 10_000) => `import fs from 'node:fs';\nimport { stat } from 'node:fs/promises';\nlet last = 0;\nasync function push() { await fetch('https://x/index', { method: 'POST' }); }\nasync function look() { ${inside} }\nsetInterval(() => void look(), ${pause});\n${tool('return {};')}`;
    assert.deepEqual(await said('polling', timer("last = (await stat('/data')).size;")), []);
    assert.deepEqual(await said('polling', timer("last = (await stat('/data')).size;", 500)), ['hint: A timer looks at files again and again, whether they have changed or not']);
    for (const read of ["(await stat('/data')).mtimeMs", "fs.statSync('/data').mtimeMs"]) {
      assert.deepEqual(await said('polling', timer(`const mtime = ${read}; if (mtime === last) { return; } await push();`)), [], read);
      assert.equal((await said('polling', timer(`const mtime = ${read}; await push(); if (mtime === last) { return; }`))).length, 1, read);
      assert.equal((await said('polling', timer(`const mtime = ${read}; if (mtime !== last) { await push(); } await fetch('https://x/status');`))).length, 1, read);
    }
    assert.equal((await said('polling', timer("const r = await fetch('https://x/status'); if (r.headers.get('changed') === null) return; await push();"))).length, 1);
  });

  it('a refresh once a minute or less is none', async () => {
    const timer = (pause: string) => `const MINUTE = 60 * 1000;\nclass Flags { age = 30 * MINUTE; start() { setInterval(() => { void fetch('https://x/flags'); }, ${pause}).unref(); } }\nnew Flags().start();\n${tool('return {};')}`;
    assert.equal((await said('polling', timer('5000'))).length, 1);
    for (const pause of ['this.age', 'MINUTE', '5 * MINUTE', '60_000']) assert.deepEqual(await said('polling', timer(pause)), [], pause);
    const python = (pause: number) => `import asyncio, httpx\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nasync def watch():\n    while True:\n        async with httpx.AsyncClient() as client:\n            status = (await client.get("https://x/status")).json()\n        await asyncio.sleep(${pause})\ndef start():\n    asyncio.create_task(watch())\n@mcp.tool()\nasync def now() -> str:\n    return ""\n`;
    assert.equal((await said('polling', python(5), 'server.py')).length, 1);
    assert.deepEqual(await said('polling', python(3600), 'server.py'), []);
  });
});

describe('blocking-call, as judged', () => {
  it('a folder that is made where it is missing is missing once', async () => {
    const text = (path: string) => `import fs from 'node:fs';\nimport os from 'node:os';\nimport { join } from 'node:path';\nfunction prepare(name: string) {\n  const dir = ${path};\n  if (!fs.existsSync(dir)) {\n    fs.mkdirSync(dir);\n  }\n}\n${tool('prepare(args.path); return {};')}`;
    const about = async (path: string) => (await said('blocking-call', text(path))).map((m) => /`(\w+)`/.exec(m)![1]);
    assert.deepEqual(await about("join(os.homedir(), '.cache')"), []);
    assert.deepEqual(await about('join(os.homedir(), name)'), [], 'of folders there are few');
    assert.deepEqual(await about('join(os.tmpdir(), crypto.randomUUID())'), ['mkdirSync'], 'another one in each call');
    const python = (path: string) => `import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\nasync def run(name: str) -> str:\n    if not os.path.exists(${path}):\n        os.makedirs(${path})\n    return ""\n`;
    assert.deepEqual((await said('blocking-call', python('"/data"'), 'server.py')).filter((m) => m.includes('makedirs')), []);
    assert.deepEqual((await said('blocking-call', python('name'), 'server.py')).filter((m) => m.includes('makedirs')), []);
  });

  it('however it is asked whether it is there', async () => {
    const names = async (body: string) => (await said('blocking-call', `import fs from 'node:fs';\nimport { dirname } from 'node:path';\nfunction prepare(dir: string) {\n  ${body}\n}\n${tool('prepare(args.path); return {};')}`)).map((m) => /`(\w+)`/.exec(m)![1]);
    for (const body of [
      'if (!fs.existsSync(dir)) {\n    fs.mkdirSync(dir, { recursive: true });\n  }',
      'if (fs.existsSync(dir)) {\n    return;\n  }\n  fs.mkdirSync(dir);',
      'if (fs.existsSync(dir)) {\n    console.error(dir);\n  } else {\n    fs.mkdirSync(dir);\n  }',
      'if (!fs.existsSync(dirname(dir))) {\n    fs.mkdirSync(dirname(dir));\n  }',
    ]) assert.deepEqual(await names(body), [], body);
    for (const body of [
      'if (!fs.existsSync(dir) || dir.length > 3) {\n    fs.mkdirSync(dir, { recursive: true });\n  }',
      "if (!fs.existsSync(dir)) {\n    fs.mkdirSync(dir + '/../other', { recursive: true });\n  }",
      'if (fs.existsSync(dir) && dir.length > 3) {\n    return;\n  }\n  fs.mkdirSync(dir, { recursive: true });',
      "if (!fs.existsSync(dir)) {\n    fs.mkdirSync('/data', { recursive: true });\n  }",
    ]) assert.deepEqual(await names(body), ['mkdirSync'], body);
    assert.deepEqual(await names("if (!fs.existsSync(dir)) {\n    fs.writeFileSync(dir, '');\n  }"), ['writeFileSync'], 'a file for each argument');
    const python = `from pathlib import Path\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\nasync def run(name: str) -> str:\n    folder = Path("/data") / name\n    if not folder.exists():\n        folder.mkdir(parents=True)\n    return ""\n`;
    assert.deepEqual(await said('blocking-call', python, 'server.py'), []);
  });
});

describe('missing-timeout, as judged', () => {
  it('five minutes are those of Node’s own fetch', async () => {
    assert.deepEqual(await said('missing-timeout', tool("await fetch('https://x'); return {};")), ['warning: `fetch` without a timeout may wait for five minutes, and again for each part of a body that stalls (in tool `run`).']);
    const shown = `import { execFile } from 'node:child_process';\n${tool("await new Promise((done) => execFile('xdg-open', [args.path], done)); return {};")}`;
    assert.deepEqual(await said('missing-timeout', shown), ['hint: `execFile` without a timeout waits for as long as the process runs (reached from tool `run`).']);
    const chosen = `function chosenFetch(): typeof fetch { return fetch; }\n${tool("const ask = chosenFetch(); await ask('https://x'); return {};")}`;
    assert.deepEqual(await said('missing-timeout', chosen), ['warning: `ask` without a timeout waits for as long as the other side takes (in tool `run`).']);
  });
});

describe('ignored-cancellation, as judged', () => {
  it('a branch for something that is left out is not taken', async () => {
    const read = (declared: string, asked: string, given: string) => `async function read(path: string, ${declared}) {\n  ${asked}\n  return path;\n}\n${tool(`return { a: await read(args.path${given}) };`)}`;
    const options: [string, string][] = [
      ['isUrl?: boolean', 'if (isUrl) return fetch(path);'],
      ['options?: { isUrl?: boolean }', 'const { isUrl } = options ?? {}; return isUrl ? fetch(path) : path;'],
      ['isUrl = false', 'if (isUrl && path) { return fetch(path); }'],
    ];
    for (const [declared, asked] of options) {
      assert.deepEqual(await said('ignored-cancellation', read(declared, asked, '')), [], declared);
      assert.equal((await said('ignored-cancellation', read(declared, asked, ', args.isUrl'))).length, 1, declared);
    }
    assert.deepEqual(await said('ignored-cancellation', read('isUrl: boolean', 'if (isUrl) return fetch(path);', ', false')), []);
    assert.equal((await said('ignored-cancellation', read('isUrl = true', 'if (isUrl) return fetch(path);', ''))).length, 1);
  });

  it('nor one for a URL, where the text has come far; what gives up after seconds is let be', async () => {
    const load = "async function load(source: string) { if (isUrl(source)) { return fetch(source); } return source; }\n";
    assert.equal((await said('ignored-cancellation', `${load}${tool('return { a: await load(args.path) };')}`)).length, 1);
    assert.deepEqual(await said('ignored-cancellation', `${load}async function parse(p: string) { return load(p); }\nasync function info(p: string) { return parse(p); }\n${tool('return { a: await info(args.path) };')}`), []);
    const run = (limit: string) => `import { execFile } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run = promisify(execFile);\n${tool(`return { a: await run('osascript', ['-e', args.path], { timeout: ${limit} }) };`)}`;
    assert.equal((await said('ignored-cancellation', run('120_000'))).length, 1);
    assert.deepEqual(await said('ignored-cancellation', run('5000')), []);
  });

  it('names the handler whose path it shows', async () => {
    const text = `async function load(id: string) { return fetch(id); }\nasync function far(id: string) { return load(id); }\n${tool('return { a: await far(args.path) };', 'far')}${tool('return { a: await load(args.path) };', 'near')}`;
    assert.deepEqual(await said('ignored-cancellation', text), ['hint: The handler never looks at its cancellation signal: `fetch` goes on when the client has given up (reached from tool `near` and 1 other via `load`).']);
  });
});

describe('missing-timeout, as judged', () => {
  const telemetry = (use: string) => `async function track(event: string) {
  try { await fetch('https://t.example.com', { method: 'POST', body: event }); } catch {}
}
const bus = new EventEmitter();
async function each(work: (url: string) => Promise<void>) { for (const url of ['https://a', 'https://b']) await work(url); }
${tool(`${use} return {};`)}`;

  it('a request that nobody waits for is none', async () => {
    for (const use of ["track('run');", "void track('run');", "track('run').then();", "track('run').catch(() => undefined);", "setImmediate(async () => { await track('run'); });", "fetch('https://t.example.com').catch(() => undefined);", "setTimeout(() => track('run'), 100);", "bus.on('ready', async () => { await track('run'); });", "bus.on('ready', async () => { await each(async (url: string) => { await fetch(url); }); });"]) assert.deepEqual(await said('missing-timeout', telemetry(use)), [], use);
    for (const use of ["await track('run');", "return track('run');", "const sent = track('run'); await sent;", "await each(() => track('run'));", "await new Promise((resolve) => { bus.on('end', async () => resolve(await fetch('https://t.example.com'))); });", "await new Promise((resolve) => { fetch('https://t.example.com').then(resolve); });"]) assert.equal((await said('missing-timeout', telemetry(use))).length, 1, use);
  });

  it('a program that says what it is: a hint', async () => {
    const run = (args: string) => `import { execFileSync, execSync } from 'node:child_process';\n${tool(`return { out: String(${args}) };`)}`;
    for (const args of ["execFileSync('sips', ['--version'])", "execSync(`git --version`)"]) assert.match((await said('missing-timeout', run(args))).join(), /^hint: /, args);
    for (const args of ["execFileSync('sips', ['-Z', '100', '--out', 'a', 'b'])", "execSync('git fetch')"]) assert.match((await said('missing-timeout', run(args))).join(), /^warning: /, args);
  });
});

describe('missing-timeout, as judged: what does not hang', () => {
  it('git where it only edits or reads some files', async () => {
    const git = (args: string) => `import { execSync } from 'node:child_process';\n${tool(`return { content: execSync(\`git ${args}\`) };`)}`;
    for (const args of ['push origin main', 'clone ${args.path}']) assert.equal((await said('missing-timeout', git(args))).length, 1, args);
    for (const args of ['remote add heroku ${args.path}', 'rev-parse HEAD', '-C . rev-parse HEAD']) assert.deepEqual(await said('missing-timeout', git(args)), [], args);
    for (const args of ['add --all', 'status --porcelain', '-C ${args.path} --no-pager diff']) assert.match((await said('missing-timeout', git(args))).join(), /^hint: /, args);
    for (const args of ['checkout main', 'stash pop', 'commit -m x']) assert.match((await said('missing-timeout', git(args))).join(), /^hint: /, args);
    for (const command of ['cd "${args.path}" && git status', 'cd /srv && git add .']) assert.match((await said('missing-timeout', git('').replace('git ', command))).join(), /^hint: /, command);
    for (const args of ['commit', 'add . && git push', '-C ${args.path} pull']) assert.match((await said('missing-timeout', git(args))).join(), /^warning: /, args);
  });

  it('a command that hands over what is to be shown', async () => {
    const text = (args: string) => `import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nopener = "xdg-open"\n@mcp.tool()\ndef run(path: str) -> str:\n    subprocess.run(${args})\n    return ""\n`;
    for (const args of ['["open", path]', '[opener, path], check=False', '["cmd", "/c", "start", path]', `["osascript", "-e", 'tell application "Mail" to activate']`]) assert.match((await said('missing-timeout', text(args), 'server.py')).join(), /^hint: /, args);
    for (const args of ['["open", "-W", path]', `["osascript", "-e", 'tell application "Mail" to send x']`, '["opener", path]']) assert.match((await said('missing-timeout', text(args), 'server.py')).join(), /^warning: /, args);
  });

  it('a fetch that others are handed passes on what they say', async () => {
    const client = (options: string) => `import { EventSource } from 'eventsource';
function open(url: string) { return new EventSource(url, { async fetch(input, init) { return fetch(input, ${options}); } }); }
${tool('open(args.path);')}`;
    assert.equal((await said('missing-timeout', client('{ headers: {} }'))).length, 1);
    assert.deepEqual(await said('missing-timeout', client('{ ...init, headers: {} }')), []);
  });

  it('a tool whose caller gives up', async () => {
    const files = (result: string) => `import subprocess
from mcp.server.fastmcp.tools.base import Tool as SdkTool

class Tool:
    def apply_ex(self, **args):
        task = issue(lambda: getattr(self, "apply")(**args))
        return task.${result}

class ShellTool(Tool):
    name = "shell"
    def apply(self, command: str):
        return subprocess.Popen(command).communicate()

class Adapter(SdkTool):
    def __init__(self, tool: Tool):
        def execute(**args):
            return tool.apply_ex(**args)
        super().__init__(fn=execute, name=tool.name)

Adapter(ShellTool())
`;
    assert.equal((await said('missing-timeout', files('result()'), 'server.py')).length, 1);
    assert.deepEqual(await said('missing-timeout', files('result(timeout=60)'), 'server.py'), []);
  });
});

describe('unbounded-cache, as judged', () => {
  const text = (guard: string) => `const verified = new Set<string>();
async function devices(): Promise<{ id: string }[]> { return (await fetch('https://x')).json(); }
${tool(`const all = await devices(); const id = args.id; ${guard} return {};`, 'run', '{ id: z.string() }')}`;

  it('keys that were found in a list of real things: a hint', async () => {
    const listed = ['for (const device of all) { if (device.id === id && !verified.has(id)) { verified.add(id); } }', 'const one = all.find((d) => d.id === id); if (!one) throw new Error(); verified.add(id);', 'if (all.some((d) => d.id === id)) verified.add(id);', 'const names = all.map((d) => d.id); if (!names.includes(id)) return {}; verified.add(id);'];
    for (const guard of listed) assert.match(`${(await said('unbounded-cache', text(guard))).join()} ${guard}`, /^information: /);
    // a set holds some words for each, a map what the caller sends
    for (const guard of ['verified.add(id);', 'if (!verified.has(id)) { verified.add(id); }', "if (id.includes('/')) verified.add(id);"]) {
      assert.match((await said('unbounded-cache', text(guard))).join(), /^information: /, guard);
      assert.match((await said('unbounded-cache', text(guard.replace('verified.add(id)', 'kept.set(id, args.text)')).replace('const verified', 'const kept = new Map();\nconst verified'))).join(), /^hint: /, guard);
    }
    const python = 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nverified = set()\n@mcp.tool()\nasync def run(id: str) -> str:\n    if id not in listed():\n        raise ValueError(id)\n    verified.add(id)\n    return id\n';
    assert.match((await said('unbounded-cache', python, 'server.py')).join(), /^information: /);
  });

  it('what a method begins anew is bounded by that, but not what is only made at first need', async () => {
    const python = (made: string, first: string) => `from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
class Base:
    def __init__(self):
        self.history = []
class Run(Base):
    def ${made}(self, step):
        ${first}
            self.history = []
    def add(self, step):
        self.history.append(step)
run = Run()
@mcp.tool()
async def think(step: int) -> str:
    run.begin(step)
    run.add(step)
    return ""
`;
    assert.deepEqual(await said('unbounded-cache', python('begin', 'if step == 1:'), 'server.py'), []);
    assert.equal((await said('unbounded-cache', python('begin', 'if self.history is None:'), 'server.py')).length, 1);
    assert.equal((await said('unbounded-cache', python('begin', "if not hasattr(self, 'history'):"), 'server.py')).length, 1);
    assert.equal((await said('unbounded-cache', python('other', 'if step == 1:'), 'server.py')).length, 1);
    // a word that the condition and an assignment beside it share makes nothing of it once
    assert.deepEqual(await said('unbounded-cache', python('begin', 'request = find(step)\n        if not request.id:\n            request.id = step'), 'server.py'), []);
    const script = (begin: string) => `class Run { history?: string[]; begin() { ${begin} } add(s: string) { this.history!.push(s); } }\nconst run = new Run();\n${tool('run.begin(); run.add(args.path); return {};')}`;
    assert.deepEqual(await said('unbounded-cache', script('this.history = [];')), []);
    assert.equal((await said('unbounded-cache', script('if (!this.history) this.history = [];'))).length, 1);
    assert.equal((await said('unbounded-cache', script('this.history ??= [];'))).length, 1);
  });
});

describe('blocking-call, as judged: what takes a moment', () => {
  it('a folder is taken away: a hint', async () => {
    assert.match((await said('blocking-call', `import fs from 'node:fs';\n${tool('fs.rmSync(args.path, { recursive: true }); return {};')}`)).join(), /^hint: `rmSync`/);
  });

  it('a moment when something has failed is nothing', async () => {
    const text = (at: string) => `import fs from 'node:fs';
function forget(path: string) { fs.unlinkSync(path); }
${tool(`try { await write(args.path); ${at === 'try' ? 'forget(args.path);' : ''} } catch (error) { ${at === 'catch' ? 'forget(args.path);' : ''} throw error; }`)}`;
    assert.equal((await said('blocking-call', text('try'))).length, 1);
    assert.deepEqual(await said('blocking-call', text('catch')), []);
    const python = `import os
import requests
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")

@mcp.tool()
async def read(path: str) -> str:
    try:
        return known[path]
    except KeyError:
        os.unlink(path)
        return requests.get(path).text
`;
    assert.deepEqual((await said('blocking-call', python, 'server.py')).map((m) => m.split(' ', 2)), [['warning:', '`requests.get`']]);
  });

  it('a look for a file behind what an object keeps is nothing; a read is told of each object', async () => {
    const text = (read: string, made: string) => `import fs from 'node:fs';
class Program {
  path: string | null = null;
  find() {
    if (this.path) return this.path;
    this.path = ${read};
    return this.path;
  }
}
const program = new Program();
${tool(`return { path: ${made}.find() };`)}`;
    assert.deepEqual(await said('blocking-call', text("fs.existsSync('/a') ? '/a' : '/b'", 'program')), []);
    assert.deepEqual(await said('blocking-call', text("fs.existsSync('/a') ? '/a' : '/b'", 'new Program()')), []);
    assert.match((await said('blocking-call', text("fs.readFileSync('/a', 'utf8')", 'program'))).join(), /^information: .*the first time that it is called/);
    assert.match((await said('blocking-call', text("fs.readFileSync('/a', 'utf8')", 'new Program()'))).join(), /^hint: .*once for each object of its class/);
  });
});

describe('client-per-call, as judged', () => {
  it('what only writes a message down connects to nobody', async () => {
    const mail = (options: string) => `import nodemailer from 'nodemailer';\n${tool(`const transport = nodemailer.createTransport(${options}); return { sent: await transport.sendMail({ to: args.path }) };`)}`;
    assert.equal((await said('client-per-call', mail("{ host: 'smtp.example.com' }"))).length, 1);
    assert.deepEqual(await said('client-per-call', mail('{ streamTransport: true }')), []);
  });
});

describe('stdout-pollution, as judged', () => {
  it('a message of the protocol is what stdout is for', async () => {
    const text = (print: string) => `import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\n${tool(`${print} return {};`)}await server.connect(new StdioServerTransport());\n`;
    const error = "{ jsonrpc: '2.0', id: null, error: { code: 1, message: 'x' } }";
    for (const print of [`process.stdout.write(JSON.stringify(${error}) + '\\n');`, `const m = ${error}; const line = JSON.stringify(m); console.log(line);`]) assert.deepEqual(await said('stdout-pollution', text(print)), [], print);
    for (const print of ["console.log(JSON.stringify({ error: 'x' }));", `console.log(args, JSON.stringify(${error}));`]) assert.equal((await said('stdout-pollution', text(print))).length, 1, print);
    const python = (print: string) => `import json\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef run() -> str:\n    ${print}\n    return ""\nmcp.run()\n`;
    assert.deepEqual(await said('stdout-pollution', python('print(json.dumps({"jsonrpc": "2.0", "method": "x"}), flush=True)'), 'server.py'), []);
    assert.equal((await said('stdout-pollution', python('print(json.dumps({"method": "x"}), flush=True)'), 'server.py')).length, 1);
  });
});

describe('slow-list, as judged', () => {
  it('does not call what it lists', async () => {
    const text = (each: string) => `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport { execSync } from 'node:child_process';\nconst server2 = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });\nfunction shortcut(name: string) { return String(execSync(\`shortcuts run \${name}\`)); }\nfunction made() { const tools: object[] = []; names.forEach((name) => { ${each} }); return tools; }\nserver2.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...made()] }));\n`;
    assert.deepEqual(await said('slow-list', text('tools.push({ name, run: (args: any) => shortcut(name) });')), []);
    assert.equal((await said('slow-list', text('tools.push({ name, description: shortcut(name) });'))).length, 1);
  });

  it('to make a client, or to set what it sends, is no request', async () => {
    const list = (body: string) => `import { google } from 'googleapis';\nconst auth = new google.auth.OAuth2();\nserver.resource('files', new ResourceTemplate('drive://{id}', { list: async () => { ${body} } }), async (uri) => ({ contents: [] }));\n`;
    assert.deepEqual(await said('slow-list', list('auth.setCredentials({}); google.options({ auth }); return { resources: [] };')), []);
    assert.equal((await said('slow-list', list("const drive = google.drive({ version: 'v3' }); return { resources: await drive.files.list({}) };"))).length, 1);
  });
});

describe('uncached-hot-tool, as judged', () => {
  it('what the fetch itself is told to keep', async () => {
    const page = (options: string) => `server.registerTool('get_page', { inputSchema: { path: z.string() }, annotations: { readOnlyHint: true } }, async (args) => ({ content: await (await fetch(\`https://x/\${args.path}\`${options})).text() }));\n`;
    assert.equal((await said('uncached-hot-tool', page(''))).length, 1);
    assert.deepEqual(await said('uncached-hot-tool', page(', { cf: { cacheEverything: true, cacheTtl: 3600 } }')), []);
  });

  it('what only counts as it is now', async () => {
    const text = (url: string, fn: string) => `async function ${fn}(id: string) { return (await fetch(\`https://api.example.com/${url}\`, { signal: AbortSignal.timeout(5000) })).json(); }\nserver.registerTool('get_page', { inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } }, async ({ id }) => ({ content: [{ type: 'text', text: JSON.stringify(await ${fn}(id)) }] }));\n`;
    assert.equal((await said('uncached-hot-tool', text('pages/${id}', 'load'))).length, 1);
    for (const [url, fn] of [['v2/keyless/eligibility', 'load'], ['${id}/quota', 'load'], ['pages/${id}', 'remainingCredits']] as const) assert.deepEqual(await said('uncached-hot-tool', text(url, fn)), [], url);
  });

  it('a request that is built from the present time is another one each time', async () => {
    const script = (request: string, parameters = '{ id, to }') => `async function load(url: string, params: object) {
  return (await fetch(url + '?' + new URLSearchParams(params as never), { headers: { 'X-Sent': String(Date.now()) }, signal: AbortSignal.timeout(5000) })).json();
}
const started = Date.now();
const daysAgo = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString();
const dayOf = (time: string) => new Date(time).toISOString();
server.registerTool('get_bars', { inputSchema: { id: z.string(), to: z.string() } }, async (${parameters}: { id: string; to?: string }) => { const begun = Date.now(); ${request}; return { content: [{ type: 'text', text: JSON.stringify({ bars, ms: Date.now() - begun }) }] }; });
server.registerTool('get_recents', { inputSchema: {} }, async () => ({ content: [{ type: 'text', text: JSON.stringify(await load('https://x/recents', { from: daysAgo(1) })) }] }));\n`;
    const count = async (request: string, parameters?: string) => (await said('uncached-hot-tool', script(request, parameters))).length;
    for (const [request, parameters] of [
      ["const bars = await load('https://x/bars', { id, to: Date.now() })"],
      ["const bars = await load('https://x/bars', { id, to: to ?? new Date().toISOString() })"],
      ["const from = daysAgo(5); const bars = await load('https://x/bars', { id, from })"],
      ["const bars = await load(`https://x/bars?to=${new Date().toISOString()}`, { id })"],
      ["const bars = await load('https://x/bars', { id, to })", '{ id, to = new Date().toISOString() }'],
      ["const params = new URLSearchParams({ id }); params.set('to', String(Date.now())); const bars = await load('https://x/bars', params)"],
      ["const url = new URL('https://x/bars'); url.searchParams.append('to', daysAgo(0)); const bars = await load(url.href, { id })"],
    ] as const) assert.equal(await count(request, parameters), 0, `${parameters ?? ''} ${request}`);
    for (const request of [
      "const bars = await load('https://x/bars', { id })",
      // told which time, and when the server started
      "const bars = await load('https://x/bars', { id, to: dayOf(to!), started })",
      "const bars = await load('https://x/bars', { id, to: new Date(to!).toISOString() })",
    ]) assert.equal(await count(request), 1, request);
  });

  it('the same in Python, and only for the tool that asks for it', async () => {
    const python = (request: string, fallback = '"x"') => `import datetime
import time
import httpx
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
client = httpx.AsyncClient(timeout=5)
def relative_start(days: int) -> str:
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    return start.strftime("%Y-%m-%d")
async def load(path: str, params: dict) -> dict:
    params = {k: v for k, v in params.items() if v is not None}
    response = await client.get(path, params=params)
    return response.json()
@mcp.tool()
async def get_bars(symbol: str, start: str | None = ${fallback}) -> dict:
${request.split('\n').map((line) => `    ${line}`).join('\n')}
    return bars
@mcp.tool()
async def get_owner(symbol: str) -> dict:
    return await load("https://x/owners", {"symbol": symbol})
`;
    const tools = async (request: string, fallback?: string) => (await said('uncached-hot-tool', python(request, fallback), 'server.py')).map((m) => /tool `(\w+)`/.exec(m)![1]);
    for (const [request, fallback] of [
      ['if start is None:\n    start = relative_start(days=5)\nbars = await load("https://x/bars", {"symbol": symbol, "start": start})'],
      ['params = {"symbol": symbol}\nparams["to"] = int(time.time())\nbars = await load("https://x/bars", params)'],
      ['params = dict(symbol=symbol)\nparams.update(to=time.strftime("%Y"))\nbars = await load("https://x/bars", params)'],
      ['bars = await load(f"https://x/bars?to={datetime.date.today().isoformat()}", {"symbol": symbol})'],
      ['bars = await load("https://x/bars", {"start": start})', 'datetime.datetime.utcnow().isoformat()'],
    ] as const) assert.deepEqual(await tools(request, fallback), ['get_owner'], request);
    assert.deepEqual(await tools('began = time.time()\nbars = await load("https://x/bars", {"start": start})\nprint(time.time() - began)'), ['get_bars', 'get_owner']);
  });
});

describe('ignored-cancellation, as judged: clients that may take no signal', () => {
  it('nor of clients that take none, nor a token that the next call wants, nor where the SDK has no signal', async () => {
    const linear = `import { LinearClient } from '@linear/sdk';\nconst client = new LinearClient({ apiKey: 'x' });\n${tool('return { issue: await client.createIssue({ title: args.path }) };')}`;
    assert.deepEqual(await said('ignored-cancellation', linear), []);
    const google = (body: string) => `import { google } from 'googleapis';\nconst auth = new google.auth.OAuth2();\n${tool(body)}`;
    assert.deepEqual(await said('ignored-cancellation', google('await auth.refreshAccessToken(); return {};')), []);
    assert.match((await said('ignored-cancellation', google("const drive = google.drive({ version: 'v3', auth }); return { files: await drive.files.list({}) };"))).join(), /`list` goes on/);
    const files = { 'server.ts': `${head}${tool("return { page: await fetch('https://x', { signal: AbortSignal.timeout(60_000) }) };")}` };
    const found = async (version: string) => (await lintWorld({ files, versions: { '@modelcontextprotocol/sdk': version }, rules: rules.filter((r) => r.id === 'ignored-cancellation') })).findings.length;
    assert.deepEqual([await found('0.4.0'), await found('1.20.0')], [0, 1]);
  });

  it('names what asks, not what only makes a handle', async () => {
    const text = `import { MongoClient } from 'mongodb';
const client = new MongoClient('mongodb://x');
${tool("const users = client.db('a').collection('users'); if (users.collectionName.startsWith('system.')) return null; return { users: await users.findOne({}) };")}`;
    const [only, ...others] = await said('ignored-cancellation', text);
    assert.match(only ?? '', /`findOne` goes on/);
    assert.deepEqual(others, []);
  });

  it('nor to what nobody waits for', async () => {
    const text = (use: string) => `async function tell(event: string) { await fetch('https://t.example.com', { method: 'POST', body: event }); }\n${tool(`${use} return {};`)}`;
    assert.deepEqual(await said('ignored-cancellation', text("tell('run').then();")), []);
    assert.equal((await said('ignored-cancellation', text("await tell('run');"))).length, 1);
  });

  it('does not say to hand it on to them', async () => {
    const { findings } = await lintWorld({ files: { 'server.ts': `${head}import Exa from 'exa-js';\nconst exa = new Exa('k');\n${tool('return { r: await exa.search(args.path) };')}` }, rules: rules.filter((r) => r.id === 'ignored-cancellation') });
    assert.deepEqual(findings.map((f) => [f.confidence, f.help]), [['low', 'If `search` takes a signal, hand `extra.signal` on; else look at `signal.aborted` before each further step and retry, and stop waiting when it is aborted.']]);
  });
});

describe('sequential-await, as judged', () => {
  it('a row goes on over what only looks at the answer', async () => {
    const python = (between: string, second = '"https://x/b"') => `import httpx
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
client = httpx.AsyncClient()
@mcp.tool()
async def run(name: str) -> str:
    found = []
    r = await client.get("https://x/a")
    ${between.split('\n').join('\n    ')}
    s = await client.get(${second})
    return r.text + s.text
`;
    const row = async (between: string, second?: string) => (await said('sequential-await', python(between, second), 'server.py')).length;
    for (const look of ['r.raise_for_status()', 'r.raise_for_status()\ndata = r.json()', 'data = [x.get("id") for x in r.json()["items"]]', 'if r.status_code != 200:\n    raise ValueError(name)', 'if not r.is_success or r.status_code >= 400:\n    return ""', 'logger.info(f"got {r.text}")']) assert.equal(await row(look), 1, look);
    for (const other of ['data = r.json()\nif not data:\n    raise ValueError(name)', 'if r.status_code == 404:\n    return ""', 'if r.status_code != 200:\n    r = None', 'found.append(r.text)', 'name = save(r.text)', 'await client.post("https://x/c")', 'client.headers["x"] = r.text', 'global kept\nkept = r.text']) assert.equal(await row(other), 0, other);
    assert.equal(await row('data = r.json()', '"https://x/" + data["id"]'), 0);
    assert.equal(await row('data = r.json()\nid = data["id"]', 'f"https://x/{id}"'), 0);
    const script = (between: string, second = "'https://x/b'") => tool(`const r = await fetch('https://x/a'); ${between} const s = await fetch(${second}); return { r, s };`);
    for (const look of ['if (!r.ok) throw new Error(r.statusText);', 'if (r.status < 200 || r.status >= 300) { return {}; } const data = await r.json();', 'const { items } = await r.json();']) assert.equal((await said('sequential-await', script(look))).length, 1, look);
    for (const other of ['const data = await r.json(); if (!data.id) throw new Error();', 'if (!r.body) return {};', 'kept.last = r.status;', 'kept = r.status;']) assert.deepEqual(await said('sequential-await', script(other)), [], other);
    assert.deepEqual(await said('sequential-await', script('const { id } = await r.json();', '`https://x/${id}`')), []);
  });

  it('one by one after all at once has failed is on purpose', async () => {
    const loop = 'for (const id of args.ids) found.push(await (await fetch(`https://x/${id}`)).json());';
    const script = (body: string) => tool(`const found: unknown[] = []; ${body} return { found };`, 'run', '{ ids: z.array(z.string()) }');
    assert.equal((await said('sequential-await', script(loop))).length, 1);
    assert.deepEqual(await said('sequential-await', script(`try { return await (await fetch('https://x/batch')).json(); } catch { ${loop} }`)), []);
    assert.equal((await said('sequential-await', script(`try { ${loop} } catch { return {}; }`))).length, 1);
    const python = (except: string) => `import httpx
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
client = httpx.AsyncClient()
known = {}
@mcp.tool()
async def run(ids: list[str], name: str) -> list:
    found = []
    try:
        return known[name]
    except ${except}:
        for one in ids:
            answer = await client.get(f"https://x/{one}")
            found.append(answer.text)
    return found
`;
    assert.deepEqual(await said('sequential-await', python('httpx.HTTPError as error'), 'server.py'), []);
    assert.equal((await said('sequential-await', python('KeyError'), 'server.py')).length, 1);
  });
});

describe('wasteful-serialisation, as judged', () => {
  it('a choice by a constant that the call hands over or leaves out', async () => {
    const text = (more: string) => `function write(data: object, pretty = false) { return pretty ? JSON.stringify(data, null, 2) : JSON.stringify(data); }\n${tool(`if (!args.path) throw new Error(write({}, true));\nreturn { content: [{ type: 'text', text: write({ path: args.path }${more}) }] };`)}`;
    assert.deepEqual(await said('wasteful-serialisation', text('')), []);
    assert.equal((await said('wasteful-serialisation', text(', true'))).length, 1);
    const python = (more: string) => `import json\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\ndef write(data, pretty=False):\n    return json.dumps(data, indent=2) if pretty else json.dumps(data)\n@mcp.tool()\nasync def run(path: str) -> str:\n    return write({"path": path}${more})\n`;
    assert.deepEqual(await said('wasteful-serialisation', python(''), 'server.py'), []);
    assert.equal((await said('wasteful-serialisation', python(', pretty=True'), 'server.py')).length, 1);
  });
});

describe('lock-across-await, as judged', () => {
  const read = "await (await fetch('https://x/' + args.path)).text()";
  const text = (outside: string, work: string, more = '', lock = 'mutex') => `import { Mutex } from 'async-mutex';\nimport fs from 'node:fs/promises';\nconst ${lock} = new Mutex();\nconst seen = new Map<string, string>();\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\n${outside}\n${tool(`return ${lock}.runExclusive(async () => { ${work} });`)}${more}`;
  const levels = async (...of: Parameters<typeof text>) => (await said('lock-across-await', text(...of))).map((m) => m.split(':')[0]);

  it('around what only asks for data it is of no use: a warning', async () => {
    assert.deepEqual(await levels('', `return { text: ${read} };`), ['warning']);
    assert.deepEqual(await levels('', `const text = ${read}; return { text: text.trim() };`), ['warning']);
  });

  it('where the order may matter, or cannot be told, it is a hint', async () => {
    for (const [outside, work, more, lock] of [
      ['', "await fetch('https://x', { method: 'POST', body: args.path }); return {};"],
      ['', `await fs.writeFile('/x', ${read}); return {};`],
      ['', `seen.set(args.path, ${read}); return {};`],
      ['let last = "";', `last = args.path; return { text: ${read}, last };`],
      ['class Api { token = ""; async get(path: string) { this.token = path; return (await fetch("https://x")).text(); } }\nconst api = new Api();', 'return { text: await api.get(args.path) };'],
      ['', `const text = ${read}; await sleep(1000); return { text };`],
      ["import { page } from 'somewhere';", `await page.open(args.path); return { text: ${read} };`],
      ['', `return { text: ${read} };`, '', 'rateLimit'],
      ['', `return { text: ${read} };`, "server.registerTool('save', { inputSchema: { path: z.string() } }, async (args) => { await mutex.runExclusive(() => fs.writeFile('/x', args.path)); return {}; });"],
    ] as const) assert.deepEqual([...new Set(await levels(outside, work, more, lock))], ['hint'], `${outside} ${work} ${more ?? ''}`);
  });
});

describe('large-response, as judged: what is looked for', () => {
  const list = (condition: string) => `async function each(term: string) {
  const answer = await (await fetch('https://x/items')).json();
  const found: string[] = [];
  for (const item of answer) {
    if (${condition}) found.push(item);
  }
  return found;
}
${tool('return { content: [{ type: "text", text: JSON.stringify(await each(args.path)) }] };', 'find_items')}`;

  it('what is chosen by the text of the caller, or by a file in it, is no whole list', async () => {
    assert.equal((await said('large-response', list('item.isOpen'))).length, 1);
    assert.equal((await said('large-response', list("!item.name.startsWith('.')"))).length, 1);
    for (const condition of ['item.name.toLowerCase().includes(term)', 'existsSync(join(item, "x.json"))']) assert.deepEqual(await said('large-response', list(condition)), [], condition);
  });

  it('nor what a filter leaves', async () => {
    const text = (condition: string) => tool(`const all = await (await fetch('https://x/items')).json();\n  return { content: [{ type: "text", text: JSON.stringify(all.filter((e) => ${condition})) }] };`, 'find_items');
    assert.equal((await said('large-response', text('e.isOpen'))).length, 1);
    assert.deepEqual(await said('large-response', text('e.name.includes(args.path)')), []);
  });
});

describe('uncached-hot-tool, as judged: what its own server changes', () => {
  const reads = "import axios from 'axios';\nconst client = axios.create({ baseURL: 'https://x' });\n" + tool('return (await client.get(`/cards/${args.path}/lists`)).data;', 'get_criteria');

  it('is read anew, by the address that another tool sends something to', async () => {
    assert.equal((await said('uncached-hot-tool', reads)).length, 1);
    assert.equal((await said('uncached-hot-tool', reads + tool('await client.post(`/boards/${args.path}`);', 'add_board'))).length, 1);
    assert.deepEqual(await said('uncached-hot-tool', reads + tool("await client.put(`/cards/${args.path}`, { name: 'x' });", 'rename')), []);
  });
});

describe('unbounded-fan-out, as judged: what waits by itself', () => {
  it('requests of a client whose interceptor waits for a limiter', async () => {
    const text = (wait: string) => `import axios from 'axios';
const client = axios.create({ baseURL: 'https://x' });
client.interceptors.request.use(async (config) => {
  ${wait}
  return config;
});
async function one(id: string) { return (await client.get('/fields/' + id)).data; }
async function each() {
  const { data } = await client.get('/fields');
  return Promise.all(data.map(async (e: { id: string }) => one(e.id)));
}
${tool('return { all: await each() };', 'run', '{}')}`;
    assert.equal((await said('unbounded-fan-out', text('await log(config);'))).length, 1);
    assert.deepEqual(await said('unbounded-fan-out', text('await bucket.waitForAvailableToken();')), []);
  });

  it('files that are only written: a hint', async () => {
    const text = (work: string) => `import fs from 'node:fs/promises';
import { Pool } from 'pg';
const pool = new Pool();
async function each() {
  const { rows: items } = await pool.query('select id from items');
  return Promise.all(items.map(async (e: { id: string }) => ${work}));
}
${tool('return { all: await each() };', 'run', '{}')}`;
    assert.match((await said('unbounded-fan-out', text('fs.readFile(e.id)')))[0]!, /^warning: /);
    assert.match((await said('unbounded-fan-out', text("fs.writeFile(e.id, 'x')")))[0]!, /^hint: /);
  });
});

describe('ignored-cancellation, as judged: Stripe', () => {
  it('whose calls take no signal', async () => {
    const text = (module: string) => `import Client from '${module}';\nconst client = new Client('key');\n${tool('return await client.balance.retrieve();')}`;
    assert.deepEqual(await said('ignored-cancellation', text('stripe')), []);
  });
});

describe('reach, as judged: tools that one function calls by their names', () => {
  const server = (find: string) => `import axios from 'axios';
const first = async (args: object) => (await fetch('https://x/first')).json();
const second = async (args: object) => args;
const firstTool = () => ({ method: 'first', name: 'The first', inputSchema: { id: z.string() }, execute: first });
const secondTool = () => ({ method: 'second', name: 'The second', inputSchema: { id: z.string() }, execute: second });
const tools = () => [firstTool(), secondTool()];
class Api {
  tools: { method: string; execute: (args: object) => Promise<object> }[] = tools();
  async run(method: string, args: object) {
    const tool = this.tools.find((t) => ${find});
    return await tool!.execute(args);
  }
}
const api = new Api();
tools().forEach((tool) => {
  server.tool(tool.method, tool.inputSchema, async (args: object) => ({ content: [{ type: 'text', text: String(await api.run(tool.method, args)) }] }));
});
`;

  it('a finding is told of the one that is asked for', async () => {
    const of = async (find: string) => (await said('missing-timeout', server(find)))[0] ?? '';
    assert.match(await of('t.method !== method'), /and 1 other/);
    assert.match(await of('t.method === method'), /from tool `first` via/);
  });
});
