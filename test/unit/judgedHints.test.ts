import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what two readers of findings in public servers called wrong as a hint: what weighs too little, and what is not so

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nimport fs from 'node:fs';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;

async function said(rule: string, files: Record<string, string> | string): Promise<string[]> {
  const { findings } = await lintWorld({ files: typeof files === 'string' ? { 'server.ts': files } : files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}
const levels = async (rule: string, files: Record<string, string> | string) => (await said(rule, files)).map((s) => s.split(':')[0]);

describe('judged hints: blocking-call', () => {
  it('one call of microseconds is information; one of many is a hint', async () => {
    const of = (body: string) => said('blocking-call', `${head}${server}${tool(`${body} return {};`)}`);
    for (const one of ['fs.mkdirSync(args.path);', 'fs.unlinkSync(args.path);', 'if (args.old) fs.renameSync(args.old, args.path);']) assert.match((await of(one)).join(), /^information: .*for a moment/, one);
    for (const many of ['for (const p of args.paths) fs.unlinkSync(p);', 'args.paths.forEach((p: string) => fs.mkdirSync(p));']) assert.match((await of(many)).join(), /^hint: .*for a moment/, many);
  });

  it('the first time only is information, and nothing where the start has made it', async () => {
    const kept = "let text: string | null = null;\nfunction load() { if (text === null) text = fs.readFileSync('/data/model.bin', 'utf8'); return text; }\n";
    const of = (more: string) => said('blocking-call', `${head}${server}${kept}${tool('return { text: load() };')}async function main() { ${more} await server.connect(new StdioServerTransport()); }\nmain();\n`);
    assert.match((await of('')).join(), /^information: .*the first time/);
    for (const started of ['load();', 'setTimeout(() => load(), 1000);']) assert.deepEqual(await of(started), [], started);
    for (const later of ["process.on('SIGHUP', () => load());", tool('return { text: load() };', 'other')]) assert.equal((await of(later)).length, 1, later);
    const timed = (start: string) => ({
      'server.py': python('import threading', `_text = None\ndef load():\n    global _text\n    if _text is None:\n        _text = open("model.bin").read()\n    return _text\n@mcp.tool()\nasync def run() -> str:\n    return load()\ndef main():\n    ${start}\n    mcp.run()\nmain()\n`),
    });
    assert.deepEqual(await levels('blocking-call', timed('pass')), ['information']);
    for (const start of ['load()', 'threading.Timer(1.0, load).start()']) assert.deepEqual(await said('blocking-call', timed(start)), [], start);
  });

  it('a flag that says that something is going on is no first time', async () => {
    const of = (end: string) => said('blocking-call', `${head}${server}class Jobs {\n  busy = false;\n  async work() { if (this.busy) return; this.busy = true; ${end} }\n  one() { fs.readFileSync('/data/job.bin'); }\n}\nconst jobs = new Jobs();\n${tool('await jobs.work(); return {};')}`);
    assert.match((await of('try { this.one(); } finally { this.busy = false; }')).join(), /^warning: (?!.*first time)/);
    assert.match((await of('try { this.one(); } catch { this.busy = false; }')).join(), /^information: .*first time/);
    const rows = `import Database from 'better-sqlite3';\nconst db = new Database('x');\nlet count: unknown;\nfunction load() { if (!count) count = db.prepare('SELECT 1').get(); return count; }\n`;
    assert.deepEqual(await levels('blocking-call', `${rows}${head}${server}${tool('return { count: load() };')}`), ['information'], 'not more than each time');
  });
});

describe('judged hints: client-per-call', () => {
  it('an SQLite file is information, by key, too', async () => {
    const of = (path: string) => levels('client-per-call', { 'server.py': python('import sqlite3', `@mcp.tool()\nasync def run(name: str) -> str:\n    return str(sqlite3.connect(${path}).execute("select 1").fetchall())\n`) });
    for (const path of ['"x.db"', 'name']) assert.deepEqual(await of(path), ['information'], path);
  });

  it('of requests that are alternatives one call makes one', async () => {
    const of = (body: string) => levels('client-per-call', { 'server.py': python('import requests', `@mcp.tool()\nasync def run(url: str, slow: bool) -> str:\n    ${body}\n`) });
    assert.deepEqual(await of('if slow:\n        r = requests.get("https://x.example/a")\n    else:\n        r = requests.get("https://x.example/a", timeout=5)\n    return r.text'), []);
    assert.deepEqual(await of('if slow:\n        return requests.get("https://x.example/a").text\n    return requests.get("https://x.example/a", timeout=5).text'), []);
    assert.deepEqual(await of('first = requests.get("https://x.example/a")\n    return first.text + requests.get("https://x.example/b").text'), ['hint']);
    assert.deepEqual(await of('if slow:\n        requests.get("https://x.example/a")\n    return requests.get("https://x.example/b").text'), ['hint']);
  });
});
