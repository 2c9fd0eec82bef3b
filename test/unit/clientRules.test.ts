import assert from 'node:assert/strict';
import { join } from 'node:path';
import ts from 'typescript';
import { applyEdits } from '../../src/analysis/edits.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import type { CodeFinding } from '../../src/model/lint.ts';
import { lintWorld, worldRoot } from './support/lintWorld.ts';
import { testParsers } from './support/parsers.ts';

const ruleOf = (id: string) => rules.filter((r) => r.id === id);
const exampleOf = (id: string, language: string) => ruleOf(id)[0]!.code!.examples.find((e) => e.language === language)!.bad.replace(/[ \t]*(?:\/\/|#) FINDS[ \t]*$/gm, '');

async function findingsIn(id: string, name: string, text: string): Promise<CodeFinding[]> {
  return (await lintWorld({ files: { [name]: text }, rules: ruleOf(id) })).findings;
}

/** The text after the first scaffold of the finding that is asked for; it must parse. */
async function scaffolded(id: string, name: string, text: string, which = 0): Promise<string> {
  const fix = (await findingsIn(id, name, text))[which]?.fixes.find((f) => f.kind === 'scaffold');
  assert.ok(fix, `${id} offers no scaffold`);
  assert.ok(fix.explain, 'a scaffold says what it does');
  const after = applyEdits(text, fix.edits.filter((e) => e.file === join(worldRoot, name)));
  const source = (await testParsers()).parse(name, after)!;
  assert.equal(source.tree.rootNode.hasError, false, after);
  source.dispose();
  if (!name.endsWith('.py')) {
    const { diagnostics = [] } = ts.transpileModule(after, { fileName: name, reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
    assert.deepEqual(diagnostics.map((d) => d.messageText), []);
  }
  return after;
}

describe('rules on clients and caches', () => {
  it('client-per-call: the scaffold moves the client to the module, and the finding is gone', async () => {
    const after = await scaffolded('client-per-call', 'server.ts', exampleOf('client-per-call', 'typescript'));
    assert.match(after, /\nconst pool = new Pool\(\{ connectionString: process\.env\.DATABASE_URL \}\);\n\nserver\.tool/);
    assert.deepEqual((await findingsIn('client-per-call', 'server.ts', after)).map((f) => f.message.slice(0, 16)), ['`axios.create()`']);
  });
  it('client-per-call: what `with` closes is not moved', async () => {
    const findings = await findingsIn('client-per-call', 'server.py', exampleOf('client-per-call', 'python'));
    assert.deepEqual(findings.map((f) => f.fixes.length), [0, 0]);
  });
  it('unbounded-cache: each scaffold bounds what it stands at', async () => {
    for (const [name, language] of [['server.ts', 'typescript'], ['server.py', 'python']] as const) {
      let text = exampleOf('unbounded-cache', language);
      const before = await findingsIn('unbounded-cache', name, text);
      const bounded = before.filter((f) => f.fixes.length > 0).length;
      for (let i = 0; i < bounded; i++) {
        const which = (await findingsIn('unbounded-cache', name, text)).findIndex((f) => f.fixes.length > 0);
        text = await scaffolded('unbounded-cache', name, text, which);
      }
      // a plain object has no order to rely on, a decorator is named as it is imported
      assert.deepEqual((await findingsIn('unbounded-cache', name, text)).filter((f) => f.fixes.length > 0), []);
      assert.ok(bounded >= 2);
    }
  });
  it('uncached-hot-tool: the scaffold inserts a cache once', async () => {
    for (const [name, language] of [['server.ts', 'typescript'], ['server.py', 'python']] as const) {
      const after = await scaffolded('uncached-hot-tool', name, exampleOf('uncached-hot-tool', language));
      assert.match(after, /function keep<T>|class Keep:/);
      assert.deepEqual((await findingsIn('uncached-hot-tool', name, after)).flatMap((f) => f.fixes), []);
    }
  });
  it('client-per-call: the arguments of the call make a hint, the caller’s token no finding, the configuration of a factory a warning', async () => {
    const server = (args: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import pg from 'pg';
import { z } from 'zod';

export function make(config: { url: string }) {
  const server = new McpServer({ name: 'sql', version: '1.0.0' });
  server.tool('query', { database: z.string() }, async ({ database }, extra) => {
    const client = new pg.Client({ connectionString: ${args} });
    await client.connect();
    return { content: [{ type: 'text', text: String(client) }] };
  });
}
`;
    const levels = async (args: string) => (await findingsIn('client-per-call', 'server.ts', server(args))).map((f) => f.severity);
    assert.deepEqual(await levels('database'), ['hint']);
    assert.deepEqual(await levels('extra.authInfo?.token'), []);
    assert.deepEqual(await levels('config.url'), ['warning']);
  });
  it('unbounded-cache: an instance for each request is no store of the server', async () => {
    const server = (where: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

class Pages {
  private readonly seen = new Map<string, string>();

  note(url: string) {
    this.seen.set(url, url);
  }
}
${where === 'module' ? 'const pages = new Pages();\n' : ''}
const server = new McpServer({ name: 'pages', version: '1.0.0' });
server.tool('page', { url: z.string() }, async ({ url }) => {
  ${where === 'module' ? '' : 'const pages = new Pages();'}
  pages.note(url);
  return { content: [] };
});
`;
    assert.equal((await findingsIn('unbounded-cache', 'server.ts', server('module'))).length, 1);
    assert.equal((await findingsIn('unbounded-cache', 'server.ts', server('handler'))).length, 0);
  });
});
