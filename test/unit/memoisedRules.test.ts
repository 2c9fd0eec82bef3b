import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what is made behind a guard a few calls above is made once, not in each call

const head = "import { scryptSync } from 'node:crypto';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nimport { Pool } from 'pg';\nimport fs from 'node:fs';\nconst server = new McpServer({ name: 'x', version: '1' });\n";
const run = (body: string) => `server.registerTool('run', { inputSchema: { path: z.string() } }, async (args) => { ${body} });\n`;

/** `rule severity` of what is found in one file. */
async function found(text: string, name = 'server.ts'): Promise<string[]> {
  const asked = rules.filter((r) => ['client-per-call', 'blocking-call', 'compile-in-handler'].includes(r.id));
  const { findings } = await lintWorld({ files: { [name]: name.endsWith('.ts') ? head + text : text }, rules: asked });
  return findings.map((f) => `${f.rule} ${f.severity}`).sort();
}

const anew = ['blocking-call warning', 'client-per-call warning', 'compile-in-handler hint'];
const firstOnly = ['blocking-call information'];

/** A service whose method `init` makes three things, and how it is asked for its client. */
const service = (get: string, { init = 'this.client = make();', more = '' } = {}) => `const make = () => { scryptSync('a', 'b', 64); z.object({ a: z.string() }); return new Pool(); };
class Service {
  client: Pool | null = null;
  ready = false;
  async init() { ${init} }
  async get() { ${get} }
  ${more}
}
const service = new Service();
${run('return { r: await service.get() };')}`;

describe('what is made once, a few calls behind a guard', () => {
  it('a method of the same object, called where the field is empty', async () => {
    assert.deepEqual(await found(service('await this.init(); return this.client;')), anew);
    assert.deepEqual(await found(service('if (!this.client) await this.init(); return this.client;')), firstOnly);
    assert.deepEqual(await found(service('if (this.client !== null) return this.client; await this.init(); return this.client;')), firstOnly);
    assert.deepEqual(await found(service('if (this.ready) return; await this.init();', { init: 'make(); this.ready = true;' })), firstOnly);
    assert.deepEqual(await found(service('if (!this.client) await this.init(); return this.client;', { init: 'await this.open();', more: 'async open() { this.client = make(); }' })), firstOnly);
  });

  it('the same of an object that is asked from outside, and of a variable of the module', async () => {
    const outside = (body: string) => service('return this.client;').replace('{ r: await service.get() }', '{ r: service.client }').replace('async (args) => {', `async (args) => { ${body}`);
    assert.deepEqual(await found(outside('if (!service.client) await service.init();')), firstOnly);
    assert.deepEqual(await found(outside('if (args.path) await service.init();')), anew);
    const variable = (init: string) => `let client: Pool | null = null;\nasync function init() { ${init} }\n${run('if (!client) await init(); return { c: client };')}`;
    const make = "scryptSync('a', 'b', 64); z.object({ a: z.string() });";
    assert.deepEqual(await found(variable(`${make} client = new Pool();`)), firstOnly);
    assert.deepEqual(await found(variable(`${make} const client = new Pool(); await client.query('select 1');`)), anew);
  });

  it('Python, with a start that does the same', async () => {
    const text = (guard: string, init = 'self.client = connect(self.url)') => `import psycopg2
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
def connect(url):
    return psycopg2.connect(url)
class Service:
    def __init__(self, url):
        self.url = url
        self.client = None
    async def initialize(self):
        ${init}
    async def get(self):
        ${guard}
        return self.client
service = Service("x.db")
@mcp.tool()
async def run(path: str) -> str:
    return (await service.get()).name
async def main():
    await service.initialize()
`;
    const every = ['blocking-call warning', 'client-per-call warning'];
    assert.deepEqual(await found(text('if self.client is None:\n            await self.initialize()'), 'server.py'), firstOnly);
    assert.deepEqual(await found(text('if self.client is not None:\n            return self.client\n        await self.initialize()'), 'server.py'), firstOnly);
    assert.deepEqual(await found(text('await self.initialize()'), 'server.py'), every);
    assert.deepEqual(await found(text('if self.client is None:\n            await self.initialize()', 'connect(self.url)\n        self.client = None'), 'server.py'), every);
    const variable = (global: string) => `import psycopg2\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nclient = None\ndef init():\n    ${global}client = psycopg2.connect("x.db")\n@mcp.tool()\nasync def run(path: str) -> str:\n    if client is None:\n        init()\n    return client.name\n`;
    assert.deepEqual(await found(variable('global client\n    '), 'server.py'), firstOnly);
    assert.deepEqual(await found(variable(''), 'server.py'), every);
  });

  it('not where it is another question, or made anew all the same', async () => {
    for (const [why, text] of [
      ['the method fills another field', service('if (!this.client) await this.init();', { init: 'make(); this.ready = true;' })],
      ['a second way has no guard', service('if (!this.client) await this.init(); await this.again();', { more: 'async again() { await this.init(); }' })],
      ['each call takes it away', service('if (!this.client) await this.init(); await this.close();', { more: 'async close() { this.client = null; }' })],
      ['a flag says only that it goes on', service('if (!this.ready) await this.init();', { init: 'this.ready = true; try { make(); } finally { this.ready = false; }' })],
      ['it leaves when something is over', service('if (this.closed) return; await this.init();', { init: 'make(); this.closed = true;', more: 'closed = false;' })],
    ] as const) assert.deepEqual(await found(text), anew, why);
  });
});
