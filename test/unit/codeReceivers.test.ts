import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Program } from '../../src/analysis/code/program.ts';
import type { Rule } from '../../src/analysis/rule.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld, worldRoot, type World } from './support/lintWorld.ts';

const sdk = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n";

async function programOf(files: World['files']): Promise<Program> {
  let found: Program | null = null;
  const rule: Rule = { id: 'polling', title: '', severity: 'hint', docs: '', code: { languages: ['typescript', 'python'], check: (program) => ((found = program), []), examples: [] } };
  await lintWorld({ files, rules: [rule] });
  return found!;
}

/** The handlers that reach each function of a name, by what messages call it. */
async function reached(files: World['files'], name: RegExp): Promise<Record<string, string[]>> {
  const program = await programOf(files);
  const found: Record<string, string[]> = {};
  for (const [file, { functions }] of program.files) {
    for (const index of functions.keys()) {
      const called = program.nameOf({ file, index });
      if (name.test(called) && !functions[index]!.abstract) found[called] = (program.reach({ file, index }, 'any')?.handlers ?? []).map((h) => h.name ?? '').sort();
    }
  }
  return found;
}

const base = `${sdk}
export abstract class ToolBase {
  abstract name: string;
  protected abstract execute(args: object): Promise<object>;
  register() { server.registerTool(this.name, { description: 'x', inputSchema: {} }, this.invoke.bind(this)); }
  async invoke(args: object) {
    const note = () => { this.tell(args); };
    const result = await this.execute(args);
    note();
    [1].forEach(this.each);
    return result;
  }
  private tell(args: object) { void (async () => this.details(args))(); }
  details(args: object): object { return args; }
  each() {}
}
`;
const tool = (name: string, own: string, parent = 'ToolBase') => `export class ${name} extends ${parent} { name = '${name.toLowerCase()}'; async execute() { return {}; } ${own} }\n`;

describe('reach: what an object calls of itself is looked up in its own class', () => {
  it('overrides of sister classes are not reached', async () => {
    const files = { 'server.ts': base + tool('A', 'details() { return { a: 1 }; } each() {}') + tool('B', '') + tool('C', 'details() { return super.details({}); }', 'B') + 'for (const t of [new A(), new B(), new C()]) t.register();\n' };
    assert.deepEqual(await reached(files, /\.(details|each|tell)$/), { 'ToolBase.tell': ['a', 'b', 'c'], 'ToolBase.details': ['b', 'c'], 'ToolBase.each': ['b', 'c'], 'A.details': ['a'], 'A.each': ['a'], 'C.details': ['c'] });
  });

  it('nor those of the sisters of an object that is made in the handler', async () => {
    const files = {
      'server.ts': `${sdk}
class Source { async load() { return this.read(); } async read(): Promise<string> { return ''; } }
class Disk extends Source { async read() { return 'd'; } }
class Web extends Source { async read() { return 'w'; } }
server.registerTool('disk', {}, async () => ({ text: await new Disk().load() }));
server.registerTool('web', {}, async () => ({ text: await new Web().load() }));
async function any(source: Source) { return source.load(); }
server.registerTool('any', {}, async () => ({ text: await any(pick()) }));
`,
    };
    assert.deepEqual(await reached(files, /\.read$/), { 'Source.read': ['any'], 'Disk.read': ['any', 'disk'], 'Web.read': ['any', 'web'] });
  });

  it('Python: self and super()', async () => {
    const files = {
      'server.py': `from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
class Source:
    def load(self):
        def inner():
            return self.read()
        return inner()
    def read(self):
        return ""
class Disk(Source):
    def read(self):
        return "d"
class Web(Source):
    def read(self):
        return super().read()
@mcp.tool()
def disk() -> str:
    return Disk().load()
@mcp.tool()
def web() -> str:
    return Web().load()
`,
    };
    assert.deepEqual(await reached(files, /\.read$/), { 'Source.read': ['web'], 'Disk.read': ['disk'], 'Web.read': ['web'] });
  });

  it('the path of some handlers begins at one of them', async () => {
    const program = await programOf({ 'server.ts': `${sdk}function leaf() {}\nfunction far() { leaf(); }\nserver.registerTool('near', {}, async () => leaf());\nserver.registerTool('far', {}, async () => far());\n` });
    const file = join(worldRoot, 'server.ts');
    const leaf = { file, index: program.files.get(file)!.functions.findIndex((f) => f.name === 'leaf') };
    const far = program.handlers.filter((h) => h.name === 'far');
    assert.equal(program.reach(leaf, 'any')!.path.length, 2);
    assert.deepEqual(program.reachBy(far, leaf, 'any')!.path.map((hop) => program.nameOf(hop.function)), ['(anonymous)', 'far', 'leaf']);
    assert.deepEqual(program.reachBy(far, leaf, 'any')!.handlers, far);
  });
});

describe('reach: a call through an interface or base class leads to classes that objects are made of', () => {
  const robots = `${sdk}
export interface Robot { tap(): void; }
export abstract class Base implements Robot { tap() { this.send(); } send() {} }
export class Android extends Base { send() {} }
export class Ios implements Robot { tap() {} }
export class Simulator implements Robot { tap() {} }
export const answer = (robot: Robot) => robot.tap();
server.registerTool('tap', {}, async ({ id }) => answer(pick(id)));
`;
  const made = { 'Base.tap': ['tap'], 'Base.send': ['tap'], 'Android.send': ['tap'], 'Ios.tap': ['tap'], 'Simulator.tap': [] };
  const every = { ...made, 'Simulator.tap': ['tap'] };
  const reachedWith = (more: string, files: World['files'] = {}) => reached({ 'src/server.ts': `${robots}${more}\n`, ...files }, /\.(tap|send)$/);

  it('a class that only tests make, or that types alone name, is none', async () => {
    const test = { 'test/simulator.ts': "import { Simulator } from '../src/server.js';\nnew Simulator().tap();\n" };
    assert.deepEqual(await reachedWith('function pick(id: string): Robot { return id ? new Android() : new Ios(); }\nlet last: Simulator;', test), made);
  });

  it('one that is handed over, looked up, or exported by another name may be made elsewhere', async () => {
    for (const more of ['register(Simulator);', 'const kinds = { simulator: Simulator };', "load('./robots', 'Simulator');", 'export { Simulator as Default };']) {
      assert.deepEqual(await reachedWith(`function pick(id: string): Robot { return id ? new Android() : new Ios(); }\n${more}`), every, more);
    }
  });

  it('in code that is nested very deep', async () => {
    assert.deepEqual(await reachedWith(`function pick(id: string): Robot { return id ? new Android() : new Ios(); }\nconst deep = a${'.b'.repeat(5000)};`), made);
  });

  it('where none is made they all may be', async () => {
    assert.deepEqual(await reachedWith('declare function pick(id: string): Robot;'), every);
  });

  it('Python', async () => {
    const files = {
      'server.py': `from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
class Source:
    def read(self):
        raise NotImplementedError
class Disk(Source):
    def read(self):
        return "d"
class Web(Source):
    def read(self):
        return "w"
def answer(source: Source):
    return source.read()
@mcp.tool()
def load(key: str) -> str:
    return answer(Disk(key))
`,
    };
    assert.deepEqual(await reached(files, /^(Disk|Web)\.read$/), { 'Disk.read': ['load'], 'Web.read': [] });
  });
});

describe('handlers in folders of test doubles', () => {
  const double = `${sdk}server.registerTool('double', {}, async () => ({}));\n`;
  const real = `${sdk}server.registerTool('real', {}, async () => ({}));\n`;
  const names = async (files: World['files']) => (await programOf(files)).handlers.map((h) => h.name).sort();

  it('are none where there are others', async () => {
    for (const folder of ['mocks', 'packages/integration-tests/src', 'test/fixtures', 'test-utils', 'e2e', 'src/__fixtures__']) assert.deepEqual(await names({ [`${folder}/server.ts`]: double, 'src/index.ts': real }), ['real'], folder);
    assert.deepEqual(await names({ 'src/server.mock.ts': double, 'src/index.ts': real }), ['real']);
  });

  it('are the server where there is nothing else, and where the server imports them', async () => {
    assert.deepEqual(await names({ 'mocks/a.ts': double, 'mocks/b.ts': '' }), ['double']);
    assert.deepEqual(await names({ 'src/testing/tools.ts': double, 'src/testing/index.ts': "export * from './tools.js';\n", 'src/index.ts': `import './testing/index.js';\n${real}` }), ['double', 'real']);
    assert.deepEqual(await names({ 'src/tools/tests/run.ts': double, 'src/index.ts': real }), ['double', 'real']);
  });

  it('a file that is only called like a test is none', async () => {
    const files = { 'src/server.ts': `import { variant } from './ab-test.js';\n${sdk}server.registerTool('real', {}, async () => ({ text: variant() }));\n`, 'src/ab-test.ts': "export function variant() { return 'a'; }\n" };
    assert.deepEqual(await reached(files, /^variant$/), { variant: ['real'] });
  });

  it('what stands in for a class in tests is not reached by a real handler', async () => {
    const files = {
      'src/server.ts': `${sdk}export abstract class Source { abstract read(): string; }\nexport class Disk extends Source { read() { return ''; } }\nexport function answer(source: Source) { return source.read(); }\nserver.registerTool('real', {}, async () => ({ text: answer(pick()) }));\n`,
      'fixtures/fake.ts': "import { Source } from '../src/server.js';\nexport class Fake extends Source { read() { return 'x'; } }\n",
    };
    assert.deepEqual(await reached(files, /\.read$/), { 'Disk.read': ['real'], 'Fake.read': [] });
  });
});

describe('files that run in a browser', () => {
  const server = `${sdk}import { poll } from './shared.js';\nserver.registerTool('real', {}, async () => poll());\n`;
  const page = "import { refresh } from './refresh.js';\nimport { poll } from '../shared.js';\ndocument.addEventListener('load', () => setInterval(refresh, 2000));\n";
  const shared = "export const poll = () => setInterval(async () => fetch('https://example.com/status'), 2000);\n";
  const timers = async (files: World['files']) => (await lintWorld({ files, rules: rules.filter((r) => r.id === 'polling') })).findings.map((f) => f.file.slice(worldRoot.length + 1));

  it('say nothing about the server, nor does what only they import', async () => {
    const refresh = "export const refresh = async () => void (await fetch('/status'));\nsetInterval(refresh, 5000);\n";
    assert.deepEqual(await timers({ 'src/index.ts': server, 'src/page/main.ts': page, 'src/page/refresh.ts': refresh, 'src/shared.ts': shared }), ['src/shared.ts']);
    assert.deepEqual(await timers({ 'src/index.ts': server, 'src/refresh.ts': refresh, 'src/shared.ts': shared }), ['src/refresh.ts', 'src/shared.ts']);
  });

  it('lie in a folder of assets, unless the server imports them or they import a package', async () => {
    const script = "setInterval(async () => fetch('/status'), 5000);\n";
    assert.deepEqual(await timers({ 'src/index.ts': server, 'src/shared.ts': shared, 'src/web/static/app.js': script }), ['src/shared.ts']);
    assert.deepEqual(await timers({ 'src/index.ts': `import './static/app.js';\n${server}`, 'src/shared.ts': shared, 'src/static/app.js': script }), ['src/shared.ts', 'src/static/app.js']);
    assert.deepEqual(await timers({ 'src/index.ts': server, 'src/shared.ts': shared, 'src/static/app.js': `import 'node:fs';\n${script}` }), ['src/shared.ts', 'src/static/app.js']);
  });

  it('are none where the document is their own, or another program runs what asks for it', async () => {
    const own = "const document = { on(_: string, f: () => void) { f(); } };\ndocument.on('load', () => undefined);\nsetInterval(async () => fetch('https://example.com'), 5000);\n";
    const inPage = "export const title = (page: { evaluate(f: () => string): string }) => page.evaluate(() => document.querySelector('h1')!.innerHTML);\nsetInterval(async () => fetch('https://example.com'), 5000);\n";
    assert.deepEqual(await timers({ 'src/index.ts': server, 'src/shared.ts': shared, 'src/own.ts': own, 'src/inPage.ts': inPage }), ['src/inPage.ts', 'src/own.ts', 'src/shared.ts']);
  });
});
