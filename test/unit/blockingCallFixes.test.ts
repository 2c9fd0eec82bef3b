import assert from 'node:assert/strict';
import { join } from 'node:path';
import { applyEdits } from '../../src/analysis/edits.ts';
import { blockingCall } from '../../src/analysis/rules/blocking-call.ts';
import { syncTool } from '../../src/analysis/rules/sync-tool.ts';
import type { Fix } from '../../src/model/lint.ts';
import { lintWorld, worldRoot } from './support/lintWorld.ts';

const script = (imports: string, body: string, before = '') => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
${imports}
${before}const server = new McpServer({ name: 'x', version: '1' });
server.tool('t', async () => {
${body}
});
`;
const python = (imports: string, body: string) => `from fastmcp import FastMCP
${imports}
mcp = FastMCP("x")

@mcp.tool
async def t(url, names):
${body}
`;

async function fixesOf(file: string, text: string, rule = blockingCall, versions = {}): Promise<Fix[]> {
  const { findings } = await lintWorld({ files: { [file]: text }, rules: [rule], versions });
  assert.ok(findings.length > 0, 'there is a finding');
  return findings.flatMap((f) => f.fixes);
}
const apply = (file: string, text: string, fix: Fix) => applyEdits(text, fix.edits.filter((e) => e.file === join(worldRoot, file)));

describe('fixes of blocking-call', () => {
  const mended: [title: string, imports: string, body: string, fixedImports: string, fixedBody: string][] = [
    ['brackets around a call of the result', "import fs from 'fs';", "  const n = fs.readFileSync('a', 'utf8').length;", "import fs from 'fs';", "  const n = (await fs.promises.readFile('a', 'utf8')).length;"],
    ['none where await binds by itself', "import fs from 'fs';", "  return JSON.parse(fs.readFileSync('a', 'utf8')) as number;", "import fs from 'fs';", "  return JSON.parse(await fs.promises.readFile('a', 'utf8')) as number;"],
    [
      'to an import that is there, the old name stays where it is used',
      "import { readFileSync } from 'fs';\nimport { writeFile } from 'fs/promises';\nexport const first = readFileSync('b');",
      "  await writeFile('a', readFileSync('a'));",
      "import { readFileSync } from 'fs';\nimport { writeFile, readFile } from 'fs/promises';\nexport const first = readFileSync('b');",
      "  await writeFile('a', await readFile('a'));",
    ],
    ['a name that is imported already', "import { readFileSync } from 'node:fs';\nimport { readFile as read } from 'node:fs/promises';", "  return [await read('b'), readFileSync('a')];", "import { readFile as read } from 'node:fs/promises';", "  return [await read('b'), await read('a')];"],
    ['a key pair', "import { generateKeyPairSync } from 'crypto';", "  return generateKeyPairSync('rsa', { modulusLength: 2048 });", "import { generateKeyPair } from 'crypto';\nimport { promisify } from 'util';", "  return await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });"],
  ];
  for (const [title, imports, body, fixedImports, fixedBody] of mended) {
    it(title, async () => {
      const text = script(imports, body);
      const fixes = await fixesOf('server.ts', text);
      assert.equal(apply('server.ts', text, fixes[0]!), script(fixedImports, fixedBody));
    });
  }

  const left: [title: string, imports: string, body: string, before?: string][] = [
    ['in a callback that is not async', "import fs from 'fs';", "  return ['a'].map((f) => fs.readFileSync(f));"],
    ['the name means something else', "import { readFileSync } from 'fs';", "  return readFileSync('a');", 'const readFile = 1;\n'],
    ['a file descriptor', "import fs from 'fs';", '  return fs.readFileSync(0);'],
    ['an option that the twin lacks', "import fs from 'fs';", "  for (const name of process.argv) if (fs.statSync(name, { throwIfNoEntry: false })) return name;"],
    ['bytes that would become text', "import { execSync } from 'child_process';", "  return execSync('a');"],
    ['where the output goes', "import { execSync } from 'child_process';", "  execSync('a', { stdio: 'inherit' });"],
    ['errors that are looked at', "import { execSync } from 'child_process';", "  try { return execSync('a', { encoding: 'utf8' }); } catch (e: any) { return e.status; }"],
    ['scrypt, whose types have no promisified form', "import { scryptSync } from 'crypto';", "  return scryptSync('p', 's', 32);"],
    ['no twin', "import { existsSync } from 'fs';", "  for (const name of process.argv) if (existsSync(name)) return name;"],
  ];
  for (const [title, imports, body, before] of left) {
    it(`none: ${title}`, async () => {
      assert.deepEqual((await fixesOf('server.ts', script(imports, body, before))).map((f) => f.title), []);
    });
  }

  it('Python: the call in a thread, asyncio imported once', async () => {
    const text = python('import requests', '    return requests.get(url, timeout=5).json()');
    const [fix] = await fixesOf('server.py', text);
    assert.equal(apply('server.py', text, fix!), `import asyncio\n${python('import requests', '    return (await asyncio.to_thread(requests.get, url, timeout=5)).json()')}`);
  });
  const leftInPython: [title: string, imports: string, body: string][] = [
    ['a comprehension', 'import requests', '    return [requests.get(n) for n in names]'],
    ['a lambda', 'import requests', '    return sorted(names, key=lambda n: requests.get(n).status_code)'],
    ['what is entered', 'import httpx', '    with httpx.stream("GET", url) as answer:\n        return answer.headers'],
    ['what is entered without a name', 'import httpx', '    with httpx.stream("GET", url):\n        return 1'],
    ['what gives its items one by one', 'from pathlib import Path', '    return list(Path(url).rglob("*"))'],
    ['a connection that belongs to its thread', 'import sqlite3', '    return sqlite3.connect(url).execute("SELECT 1").fetchall()'],
    ['another asyncio', 'import requests\nasyncio = None', '    return requests.get(url)'],
  ];
  for (const [title, imports, body] of leftInPython) {
    it(`none in Python: ${title}`, async () => {
      assert.deepEqual((await fixesOf('server.py', python(imports, body))).map((f) => f.title), []);
    });
  }
});

describe('fixes of sync-tool', () => {
  const head = 'import requests\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP("x")\n\n\n';

  it('divide the tool in two', async () => {
    const text = `${head}@mcp.tool()\ndef get(url: str, *, limit: int = 5) -> str:\n    """Gets."""\n    # all of it\n    return requests.get(url).text[:limit]\n`;
    const [fix] = await fixesOf('server.py', text, syncTool, { mcp: '1.9.0' });
    assert.equal(fix!.kind, 'scaffold');
    assert.equal(
      apply('server.py', text, fix!),
      `import asyncio\n${head}@mcp.tool()\nasync def get(url: str, *, limit: int = 5) -> str:\n    """Gets."""\n    # all of it\n    return await asyncio.to_thread(_get, url, limit=limit)\n\n\ndef _get(url: str, *, limit: int = 5) -> str:\n    return requests.get(url).text[:limit]\n`,
    );
  });
  it('none where other code calls it', async () => {
    const text = `${head}@mcp.tool()\ndef get(url: str) -> str:\n    return requests.get(url).text\n\n\nprint(get("x"))\n`;
    assert.deepEqual(await fixesOf('server.py', text, syncTool, { mcp: '1.9.0' }), []);
  });
});
