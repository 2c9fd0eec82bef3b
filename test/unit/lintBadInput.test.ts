import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lintWorkspace } from '../../src/app/lintWorkspace.ts';
import { analysisOf, lintWorld, worldRoot } from './support/lintWorld.ts';

// Whatever is in a workspace: no crash, no hang, no noise.

const server = readFileSync(join(import.meta.dirname, '../../media/sample-server/server.ts'), 'utf8');
const pythonServer = `import time
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")

@mcp.tool()
async def search(query: str) -> str:
    with open("index.json") as f:
        text = f"{query} {f.read()}"
    time.sleep(1)
    return text

if __name__ == "__main__":
    mcp.run()
`;

describe('bad input to the analysis', function () {
  this.timeout(120_000);

  it('half-typed code: every beginning of a server is analysed without a defect', async () => {
    for (const [name, text] of [['server.ts', server], ['server.py', pythonServer]] as const) {
      const analysis = await analysisOf({ files: { [name]: '' } });
      const file = join(worldRoot, name);
      analysis.update(file, '', []);
      const step = Math.ceil(text.length / 150);
      for (let end = 0; end < text.length; end += step) {
        analysis.update(file, text.slice(0, end + step), [{ start: end, end, text: text.slice(end, end + step) }]);
        assert.deepEqual(analysis.report().defects, [], text.slice(0, end + step));
      }
      assert.ok(analysis.report().handlers.length > 0);
    }
  });

  it('code with any piece cut out is analysed without a defect', async () => {
    for (const [name, text] of [['server.ts', server], ['server.py', pythonServer]] as const) {
      for (let at = 0; at < text.length; at += Math.ceil(text.length / 60)) await lintWorld({ files: { [name]: text.slice(0, at) + text.slice(at + 17) } });
    }
  });

  it('files of the wrong language, of nothing, of odd characters', async () => {
    const texts = ['', '\n', '\u0000\u0001', '💥'.repeat(500), '}{)(][', '<<<<<<< HEAD\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> main\n', '<?php echo 1;', '# heading\n\ntext', '\\'.repeat(99), '`${'.repeat(200), '('.repeat(5000), 'if x:\n'.repeat(50), '\t'.repeat(5000), 'a.b'.repeat(3000)];
    for (const [i, text] of texts.entries()) {
      for (const name of ['a.ts', 'a.tsx', 'a.js', 'a.py']) {
        const { findings, handlers } = await lintWorld({ files: { [name]: text } });
        assert.deepEqual([findings.length, handlers.length], [0, 0], `${i} ${name}`);
      }
    }
  });

  it('modules that import and re-export each other in circles', async () => {
    const { findings, handlers, defects } = await lintWorld({
      files: {
        'a.ts': "export * from './b.js';\nexport { deep as deeper } from './b.js';\nimport { x } from './a.js';\nexport { x };\n",
        'b.ts': "export * from './c.js';\nexport { deeper as deep } from './a.js';\n",
        'c.ts': "export * from './a.js';\nexport const y = y;\nexport class A extends B {}\nexport class B extends A {}\n",
        'server.ts': "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { deep, x, A, y } from './a.js';\nconst server = new McpServer({ name: 'x', version: '1' });\nserver.tool('t', {}, async () => {\n  deep(); x.f(); new A().m(); y();\n  return { content: [] };\n});\n",
        'p/__init__.py': 'from .q import *\nfrom . import q\n',
        'p/q.py': 'from . import *\nfrom .q import z\nz = z\nclass C(C): pass\n',
        'p/r.py': 'from .s import LIMIT\n',
        'p/s.py': 'from .r import LIMIT\n',
        'server.py': 'import httpx\nfrom mcp.server.fastmcp import FastMCP\nfrom p import z, C\nfrom p.r import LIMIT\nmcp = FastMCP("x")\n@mcp.tool()\ndef u():\n    z()\n    httpx.Client(timeout=LIMIT).get("https://a.example")\n    return C().m()\n',
      },
    });
    assert.deepEqual([handlers.map((h) => h.name), defects], [['u', 't'], []]);
    assert.deepEqual(findings.filter((f) => f.rule === 'blocking-call').map((f) => f.message), []);
  });

  it('functions that call each other for ever, and chains of thousands', async () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `function f${i}() { return f${i + 1}(); }`).join('\n');
    const { handlers } = await lintWorld({ files: { 'server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\nserver.tool('t', {}, async () => f0());\n${chain}\nfunction f3000() { return f0(); }\n` } });
    assert.equal(handlers.length, 1);
  });

  describe('on disk', () => {
    let folder: string;
    const write = (path: string, content: string | Buffer) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    };
    before(() => (folder = mkdtempSync(join(tmpdir(), 'mcp-bad-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('a generated file, a binary with the name of a source, a circle of links, node_modules and environments', async () => {
      write('server.py', pythonServer);
      write('generated.ts', `export const data = [\n${'  "0123456789",\n'.repeat(350_000)}];\n`);
      write('minified.js', `var a=${'[1,2,3].map(function(x){return x}),'.repeat(5_000)}0;`);
      write('binary.ts', Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => i % 256)));
      write('node_modules/p/server.py', pythonServer);
      write('.venv/lib/python3.12/site-packages/q/server.py', pythonServer);
      symlinkSync(folder, join(folder, 'circle'), 'dir');
      symlinkSync(join(folder, 'nowhere.ts'), join(folder, 'dangling.ts'));
      const report = await lintWorkspace({ paths: [folder], settings: { severities: {}, handlers: [] } }, { signal: new AbortController().signal });
      assert.deepEqual(report.defects, []);
      assert.deepEqual(report.handlers.map((h) => [h.name, h.file]), [['search', join(folder, 'server.py')]]);
      assert.equal(report.files, 1);
      assert.deepEqual(report.skipped, [
        { file: join(folder, 'binary.ts'), reason: 'is not text' },
        { file: join(folder, 'generated.ts'), reason: 'is larger than 1 MB' },
        { file: join(folder, 'minified.js'), reason: 'is minified or generated: its lines are too long' },
      ]);
      assert.ok(report.findings.every((f) => f.file === join(folder, 'server.py')));
    });
  });
});
