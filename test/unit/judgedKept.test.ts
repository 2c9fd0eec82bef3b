import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: it is kept, limited or made once already

const python = (body: string) => `import os, requests\nfrom functools import lru_cache\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n${body}`;
const script = (body: string) => `import { existsSync, mkdirSync } from 'node:fs';\nimport { dirname, resolve } from 'node:path';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n${body}`;

async function lines(rule: string, file: string, text: string): Promise<number[]> {
  const { findings } = await lintWorld({ files: { [file]: text }, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => f.line);
}

describe('judged: what is kept already', () => {
  it('results of a function that is called with what is written out', async () => {
    const text = (call: string) => python(`
@lru_cache(maxsize=None)
def client(service: str):
    return object()

@mcp.tool()
async def buckets(name: str) -> str:
    return str(client(${call}))
`);
    assert.deepEqual(await lines('unbounded-cache', 'server.py', text("'s3'")), []);
    assert.deepEqual(await lines('unbounded-cache', 'server.py', text('name')), [6]);
    const through = (call: string) => text('x').replace('(service: str)', '(folder: str, service: str)').replace('str(client(x))', call).replace('@mcp.tool()', 'FOLDER = str(object())\n\ndef load(name):\n    return client(FOLDER, name)\n\ndef render(name, **values):\n    return load(name)\n\ndef check(given):\n    return load(given)\n\n@mcp.tool()');
    assert.deepEqual(await lines('unbounded-cache', 'server.py', through('render("a.md", value=name)')), [], 'handed on');
    assert.deepEqual(await lines('unbounded-cache', 'server.py', through('render(name)')), [6]);
  });

  it('what a script beside the server hands over comes in no call', async () => {
    const text = (script: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import path from 'node:path';
const server = new McpServer({ name: 'x', version: '1' });
const files = new Map<string, string>();
function pathOf(part: string) { return path.join('/cache', \`\${part}.json\`); }
export function load(part: string) {
  const key = \`\${pathOf(part)}#checked\`;
  files.set(key, part);
  return key;
}
${script}
server.tool('look', {}, async ({ name }) => ({ content: [{ type: 'text', text: CALL }] }));
`;
    const { findings } = await lintWorld({ files: { 'server.ts': text('').replace('CALL', "load('meps') + load('votes')"), 'scripts/fill.ts': "import { load } from '../server.js';\nload(crypto.randomUUID());\n" }, rules: rules.filter((r) => r.id === 'unbounded-cache') });
    assert.deepEqual(findings, []);
    assert.deepEqual(await lines('unbounded-cache', 'server.ts', text('').replace('CALL', 'load(name)')), [8]);
  });

  it('an entry that was found is put back', async () => {
    const text = (guard: string) => script(`const entries = new Map<string, { slug: string }>();
server.tool('look', {}, async ({ key }) => {
  const entry = entries.get(key);
  ${guard} {
    entries.set(key, entry);
  }
  return { content: [] };
});
`);
    assert.deepEqual(await lines('unbounded-cache', 'server.ts', text('if (entry && !entry.slug)')), []);
    assert.equal((await lines('unbounded-cache', 'server.ts', text('if (entry === undefined)'))).length, 1);
    const made = text('if (entry) return entry;\n  entry = await load(key);\n  ').replace('const entry', 'let entry');
    assert.equal((await lines('unbounded-cache', 'server.ts', made)).length, 1, 'another one');
    const replaced = (guard: string) => text(guard).replace('set(key, entry)', 'set(key, await load(key))');
    assert.deepEqual(await lines('unbounded-cache', 'server.ts', replaced('if (entry)')), []);
    assert.deepEqual(await lines('unbounded-cache', 'server.ts', replaced('if (entries.has(key))')), []);
    assert.equal((await lines('unbounded-cache', 'server.ts', replaced('if (!entries.has(key))'))).length, 1);
    assert.equal((await lines('unbounded-cache', 'server.ts', replaced('if (entry?.slug)').replace('get(key)', "get('first')"))).length, 1);
  });

  it('lists that are cut, of the keys that are written out', async () => {
    const text = (made: string, cut: string) => script(`const rows${made};\nfunction trim(table: 'a' | 'b') {\n  ${cut}\n}\nserver.tool('look', {}, async ({ table, text }) => {\n  rows[table].push({ text, at: Date.now() });\n  trim(table);\n  return { content: [] };\n});\n`);
    for (const cut of ['rows[table].splice(0, 5);', 'rows[table] = rows[table].filter((r) => r.at > 5);']) {
      assert.deepEqual(await lines('unbounded-cache', 'server.ts', text(' = { a: [], b: [] }', cut)), [], cut);
      assert.equal((await lines('unbounded-cache', 'server.ts', text(': Record<string, object[]> = {}', cut))).length, 1, cut);
    }
    assert.equal((await lines('unbounded-cache', 'server.ts', text(' = { a: [], b: [] }', 'rows[table].slice(0, 5);'))).length, 1);
  });

  it('a download whose file is looked for first; what says that it is to be asked again', async () => {
    const text = (guard: string, doc = 'Reads a paper.') => python(`
def download(paper: str, path: str) -> None:
    open(path, 'wb').write(requests.get(f'https://x.org/{paper}').content)

@mcp.tool()
def read_paper(paper: str) -> str:
    """${doc}"""
    path = f'papers/{paper}.pdf'
    ${guard}
    return open(path).read()
`);
    assert.deepEqual(await lines('uncached-hot-tool', 'server.py', text('if not os.path.exists(path):\n        download(paper, path)')), []);
    assert.equal((await lines('uncached-hot-tool', 'server.py', text('download(paper, path)'))).length, 1);
    assert.deepEqual(await lines('uncached-hot-tool', 'server.py', text('download(paper, path)', 'The state of a crawl. Keep polling until it has ended.')), []);
  });

  it('what a private field loses', async () => {
    const text = (end: string) => script(`class Store { #seen = new Map<string, string>(); add(id: string, text: string) { this.#seen.set(id, text); } end(id: string) { ${end} } }\nconst store = new Store();\nserver.registerTool('t', {}, async (args) => { store.add(args.query, args.text); return { content: [] }; });\n`);
    assert.deepEqual(await lines('unbounded-cache', 'server.ts', text('this.#seen.delete(id);')), []);
    assert.equal((await lines('unbounded-cache', 'server.ts', text('this.#seen.get(id);'))).length, 1);
  });

  it('a folder that was found missing, whatever the file in it is called', async () => {
    const text = (path: string) => script(`server.tool('backup', {}, async () => {
  const path = resolve('backups', \`\${Date.now()}.db\`);
  const dir = ${path};
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true });
  return { content: [] };
});
`);
    assert.deepEqual(await lines('blocking-call', 'server.ts', text('dirname(path)')), []);
    assert.deepEqual(await lines('blocking-call', 'server.ts', text('resolve(path)')), [8]);
  });

  it('a file that is taken away again, a maximum of the shape of a schema', async () => {
    const write = (end: string) => python(`
from pathlib import Path

@mcp.tool()
async def check(code: str) -> str:
    path = Path('work') / 'check.m'
    path.write_bytes(code)
    result = await run(path)
    ${end}
    return result

async def run(path) -> str: ...
`);
    const levels = async (rule: string, file: string, text: string) => (await lintWorld({ files: { [file]: text }, rules: rules.filter((r) => r.id === rule) })).findings.filter((f) => !f.message.includes('unlink')).map((f) => f.severity);
    assert.deepEqual(await levels('blocking-call', 'server.py', write('path.unlink()')), ['information']);
    assert.deepEqual(await levels('blocking-call', 'server.py', write('pass')), ['hint']);

    const fan = (most: string) => script(`import { z } from 'zod';
const Schema = z.object({ columns: z.array(z.string())${most} });
server.tool('look', Schema.shape, async ({ columns }) => {
  const all = await Promise.all(columns.map((c) => fetch(\`https://x.org/\${c}\`, { signal: AbortSignal.timeout(1000) })));
  return { content: [{ type: 'text', text: String(all.length) }] };
});
`);
    assert.deepEqual(await levels('unbounded-fan-out', 'server.ts', fan('.min(1).max(10)')), []);
    assert.deepEqual(await levels('unbounded-fan-out', 'server.ts', fan('.min(1)')), ['warning']);
  });

  it('what a cache gives by a call with types', async () => {
    const text = (first: string) => script(`import { getCache } from './cache.js';
server.server.setRequestHandler(ListResourcesRequestSchema, async () => ({ resources: await sets() }));
async function sets(): Promise<Item[]> {
  const cache = getCache();
  ${first}
  const all = await (await fetch('https://x.org/sets')).json();
  cache.set<Item[]>('sets', all);
  return all;
}
`).replace("import { McpServer }", "import { ListResourcesRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nimport { McpServer }");
    assert.deepEqual(await lines('slow-list', 'server.ts', text("const kept = cache.get<Item[]>('sets');\n  if (kept) return kept;")), []);
    assert.equal((await lines('slow-list', 'server.ts', text(''))).length, 1);
  });

  it('steps by the words of a name, not by its last letters', async () => {
    const text = (one: string) => script(`server.tool('all', {}, async ({ all }) => {
  for (const ${one} of all) await fetch(\`https://x.org/\${${one}}\`, { signal: AbortSignal.timeout(1000) });
  return { content: [] };
});
`);
    assert.equal((await lines('sequential-await', 'server.ts', text('shop'))).length, 1);
    assert.deepEqual(await lines('sequential-await', 'server.ts', text('fileOp')), []);
    assert.deepEqual(await lines('sequential-await', 'server.ts', text('op')), []);
  });

  it('a request past the session that the others go through', async () => {
    const text = (usual: string) => python(`
class Search:
    def __init__(self):
        self.session = requests.Session()

    def find(self, query: str) -> str:
        for profile in ('a', 'b'):
            if profile == 'b':
                return requests.get('https://x.org', params={'q': query}, timeout=30).text
            answer = ${usual}
        return answer.text

search = Search()

@mcp.tool()
def look(query: str) -> str:
    return search.find(query)
`);
    assert.deepEqual(await lines('client-per-call', 'server.py', text("self.session.get('https://x.org')")), []);
    assert.equal((await lines('client-per-call', 'server.py', text("requests.post('https://x.org', timeout=30)"))).length, 2);
  });
});
