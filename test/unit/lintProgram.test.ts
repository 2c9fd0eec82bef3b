import assert from 'node:assert/strict';
import { join } from 'node:path';
import { linesIn } from '../../src/analysis/code/lines.ts';
import type { Program } from '../../src/analysis/code/program.ts';
import { createSinkTables } from '../../src/analysis/code/sinkTables.ts';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import type { Rule } from '../../src/analysis/rule.ts';
import { analysisOf, lintWorld, worldRoot, type World } from './support/lintWorld.ts';

const rule = (check: (program: Program) => void, more: Partial<NonNullable<Rule['code']>> = {}): Rule => ({
  id: 'polling', title: '', severity: 'hint', docs: '',
  code: { languages: ['typescript', 'python'], check: (program) => (check(program), []), examples: [], ...more },
});

/** Looks at the program of a world. */
async function look<T>(files: World['files'], ask: (program: Program) => T): Promise<T> {
  const seen: T[] = [];
  await lintWorld({ files, rules: [rule((program) => seen.push(ask(program)))] });
  return seen[0]!;
}

describe('the program', () => {
  it('knows which transports a project speaks', async () => {
    const speaks = (name: string, text: string) => look({ [name]: text }, (p) => [...p.transportsOf(join(worldRoot, name))].sort());
    assert.deepEqual(await speaks('a.ts', "import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nawait server.connect(new StdioServerTransport());"), ['stdio']);
    assert.deepEqual(await speaks('a.ts', "import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';\nnew StreamableHTTPServerTransport({});\nx.toString();"), ['http']);
    assert.deepEqual(await speaks('a.ts', "import { FastMCP } from 'fastmcp';\nconst server = new FastMCP({ name: 'x', version: '1.0.0' });\nserver.start({ transportType: 'httpStream' });"), ['http']);
    assert.deepEqual(await speaks('a.ts', "import { MCPServer } from 'mcp-framework';\nconst server = new MCPServer();\nawait server.start();"), ['stdio']);
    assert.deepEqual(await speaks('a.ts', "import { LiteMCP } from 'litemcp';\nconst server = new LiteMCP('x', '1.0.0');\nawait server.start();"), ['stdio']);
    assert.deepEqual(await speaks('a.ts', "import { LiteMCP } from 'litemcp';\nconst server = new LiteMCP('x', '1.0.0');\nawait server.start({ transportType: 'sse', sse: { endpoint: '/sse', port: 1 } });"), ['http']);
    assert.deepEqual(await speaks('a.py', 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nmcp.run()'), ['stdio']);
    assert.deepEqual(await speaks('a.py', 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nmcp.run(transport="streamable-http")'), ['http']);
    assert.deepEqual(await speaks('a.py', 'from mcp.server.fastmcp import FastMCP\nimport os\nmcp = FastMCP("x")\nmcp.run(transport=os.environ["T"])'), ['http', 'stdio']);
    assert.deepEqual(await speaks('a.py', 'import asyncio\nasyncio.run(main())\nsubprocess.run(["ls"])'), []);
  });

  it('names functions for messages', async () => {
    const names = await look({ 'a.ts': 'class C { m() {} constructor() {} }\nfunction f() {}\nx(() => 1);\n' }, (p) => p.files.get(join(worldRoot, 'a.ts'))!.functions.map((_, index) => p.nameOf({ file: join(worldRoot, 'a.ts'), index })));
    assert.deepEqual(names, ['(module)', 'C.m', 'C.constructor', 'f', '(anonymous)']);
  });

  it('gives facts by rule, in the order of the files', async () => {
    const seen: unknown[] = [];
    const noting = rule((program) => seen.push(...program.facts('polling').map(({ file, fact }) => [file, fact.data])), { visitors: { typescript: { number: (node, context) => context.fact(node, node.text) }, python: { integer: (node, context) => context.fact(node, node.text) } } });
    await lintWorld({ files: { 'a.ts': '1; f(2);', 'b.py': 'x = 3\n' }, rules: [noting] });
    assert.deepEqual(seen, [[join(worldRoot, 'a.ts'), '1'], [join(worldRoot, 'a.ts'), '2'], [join(worldRoot, 'b.py'), '3']]);
  });
});

describe('projects beside each other', () => {
  const server = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { readFileSync } from 'node:fs';
new McpServer({}).tool('read', async () => readFileSync('data.csv', 'utf8'));
`;
  const calling = server.replace("readFileSync('data.csv', 'utf8')", 'load()').replace("import { readFileSync } from 'node:fs'", "import { load } from '../b/load.ts'");
  const load = "import { readFileSync } from 'node:fs';\nexport const load = () => readFileSync('data.csv', 'utf8');\n";

  /** Three projects; `programs` lists what each check of a rule has seen since it was last asked. */
  async function projects(files: World['files']) {
    const seen: string[] = [];
    const { rules } = await import('../../src/analysis/rules/index.ts');
    const noting = rule((program) => seen.push(Array.from(program.files.keys(), (file) => file.slice(worldRoot.length + 1)).join(' ')));
    const analysis = await analysisOf({ files, rules: [noting, ...rules.filter(({ id }) => id === 'blocking-call')] });
    analysis.setProjects(['a', 'b', 'c'].map((name) => ({ root: join(worldRoot, name), name, versions: {}, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [] })));
    const found = () => {
      const { findings, defects } = analysis.report();
      assert.deepEqual(defects, []);
      return findings.map(({ file, line }) => `${file.slice(worldRoot.length + 1)}:${line}`);
    };
    return { update: (name: string, text: string) => analysis.update(join(worldRoot, name), text), remove: (name: string) => analysis.remove(join(worldRoot, name)), found, programs: () => seen.splice(0) };
  }

  it('an edit concerns its own alone', async () => {
    const { update, found, programs } = await projects({ 'a/server.ts': server, 'b/server.ts': server, 'b/other.ts': '', 'c/other.ts': '' });
    assert.deepEqual(found(), ['a/server.ts:3', 'b/server.ts:3']);
    assert.deepEqual(programs(), ['a/server.ts', 'b/server.ts b/other.ts', 'c/other.ts']);
    update('b/server.ts', `\n${server}`);
    assert.deepEqual(found(), ['a/server.ts:3', 'b/server.ts:4']);
    assert.deepEqual(programs(), ['b/server.ts b/other.ts']);
  });

  it('those of which one imports the other are one, as long as it does', async () => {
    const { update, found, programs } = await projects({ 'a/server.ts': server, 'b/load.ts': load, 'c/other.ts': '' });
    assert.deepEqual(found(), ['a/server.ts:3']);
    programs();
    update('a/server.ts', calling);
    assert.deepEqual(found(), ['b/load.ts:2']);
    assert.deepEqual(programs(), ['a/server.ts b/load.ts']);
    update('b/load.ts', `\n${load}`);
    assert.deepEqual(found(), ['b/load.ts:3']);
    update('a/server.ts', server);
    assert.deepEqual(found(), ['a/server.ts:3']);
    assert.deepEqual(programs(), ['a/server.ts b/load.ts', 'a/server.ts', 'b/load.ts']);
  });

  it('a file that comes, or goes, may join them', async () => {
    const { update, remove, found } = await projects({ 'a/server.ts': calling, 'b/other.ts': '' });
    assert.deepEqual(found(), []);
    update('b/load.ts', load);
    assert.deepEqual(found(), ['b/load.ts:2']);
    remove('b/load.ts');
    assert.deepEqual(found(), []);
  });
});

describe('tables of sinks', () => {
  const sink = (name: string, language: 'typescript' | 'python' = 'typescript') => ({ name, language });
  const tables = createSinkTables([rule(() => undefined, { sinks: [sink('fs.readFileSync'), sink('fs.*'), sink('pg.Pool.query'), sink('time.*', 'python')] })]);
  const hits = (language: FileSummary['language'], name: string) => tables.hitsOf({ file: 'f', language } as FileSummary, [name]).get('polling')?.map((h) => (h.sink as { name: string }).name) ?? [];

  it('the exact row wins over that of all members; other names are none', () => {
    assert.deepEqual(hits('typescript', 'fs.readFileSync'), ['fs.readFileSync']);
    assert.deepEqual(hits('javascript', 'fs.promises.readFile'), ['fs.*']);
    assert.deepEqual(hits('typescript', 'pg.Pool.query'), ['pg.Pool.query']);
    assert.deepEqual(hits('typescript', 'pg.Pool'), []);
    assert.deepEqual(hits('typescript', 'fsx.readFileSync'), []);
  });
  it('each language has its own', () => {
    assert.deepEqual([hits('python', 'time.sleep'), hits('typescript', 'time.sleep'), hits('python', 'fs.readFileSync')], [['time.*'], [], []]);
  });
});

describe('lines of spans', () => {
  it('begin at 1, columns at 0, and end behind the last unit', () => {
    const lines = linesIn('ab\ncd\r\n\nx');
    assert.deepEqual(lines({ start: 0, end: 2 }), { line: 1, column: 0, endLine: 1, endColumn: 2 });
    assert.deepEqual(lines({ start: 4, end: 9 }), { line: 2, column: 1, endLine: 4, endColumn: 1 });
    assert.deepEqual(lines({ start: 7, end: 7 }), { line: 3, column: 0, endLine: 3, endColumn: 0 });
  });
});
