import assert from 'node:assert/strict';
import { lineOf } from '../../src/analysis/code/lines.ts';
import { around, handlersIn, said } from './support/handlers.ts';

const sdk = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'a', version: '1' });\n`;

/** Files, and for each handler what runs around it. */
type Cases = Record<string, [Record<string, string>, Record<string, string[]>]>;

const cases: Cases = {
  'a function around the handler': [{ 'a.ts': `${sdk}const withAuth = (fn) => async function guarded(args) { check(); return await fn(args); };\nserver.registerTool('a', {}, withAuth(run));\nfunction run() {}\nfunction check() {}` }, { a: ['guarded: fn(args)'] }],
  'two of them': [
    { 'a.ts': `${sdk}const outer = (fn) => function one(args) { return fn(args); };\nconst inner = (fn) => function two(args) { return fn(args); };\nserver.registerTool('a', {}, outer(inner(run)));\nfunction run() {}` },
    { a: ['one: fn(args)', 'two: fn(args)'] },
  ],
  'a call in a callback': [{ 'a.ts': `${sdk}function add(name, fn) { server.tool(name, function shell(args) { before(); return measured(() => fn(args)); }); }\nadd('a', run);\nfunction run() {}\nfunction before() {}\nfunction measured(f) { return f(); }` }, { a: ['shell: measured(() => fn(args))'] }],
  'the method of a base class': [
    { 'a.ts': `${sdk}abstract class Base {\n  abstract name: string;\n  abstract execute(args: unknown): unknown;\n  register() { server.registerTool(this.name, {}, this.invoke.bind(this)); }\n  invoke(args: unknown) { this.check(); return this.execute(args); }\n  check() {}\n}\nclass A extends Base { name = 'a'; execute() {} }\nclass B extends Base { name = 'b'; execute() {} }` },
    { a: ['Base.invoke: this.execute(args)'], b: ['Base.invoke: this.execute(args)'] },
  ],
  'what hands the request on': [
    { 'a.ts': `import { Server } from '@modelcontextprotocol/sdk/server/index.js';\nimport { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';\nconst server = new Server({});\nserver.setRequestHandler(CallToolRequestSchema, async function first(request) { log(); return logged(() => second(request)); });\nfunction second(request) { const { name } = request.params; if (name === 'a') return one(); return table[name](); }\nconst table = { b: two };\nfunction one() {}\nfunction two() {}\nfunction log() {}\nfunction logged(f) { return f(); }` },
    { a: ['first: logged(() => second(request))'], b: ['first: logged(() => second(request))', 'second: return one();, table[name]()'] },
  ],
  'decorators of Python': [
    { 'a.py': `from mcp.server.fastmcp import FastMCP\nfrom functools import wraps\nmcp = FastMCP("x")\n\ndef locked(fn):\n    @wraps(fn)\n    def wrapper(*args, **kwargs):\n        acquire()\n        return fn(*args, **kwargs)\n    return wrapper\n\ndef retried(times):\n    def decorator(fn):\n        async def again(*args):\n            return await fn(*args)\n        return again\n    return decorator\n\n@mcp.tool()\n@locked\ndef a(): ...\n\n@mcp.tool()\n@retried(3)\nasync def b(): ...\n` },
    { a: ['wrapper: fn(*args, **kwargs)'], b: ['again: fn(*args)'] },
  ],
};

describe('handlers: what runs around them', () => {
  for (const [title, [files, expected]] of Object.entries(cases)) {
    it(title, async () => assert.deepEqual(around(await handlersIn(files), files), expected));
  }

  it('is reached, and what is the tools\' own only from theirs', async () => {
    const [files] = cases['the method of a base class']!;
    const { program, handlers } = await handlersIn(files);
    const reached = handlers.map((h) => [...program.reachedFrom(h, 'loop')].map((fn) => program.nameOf(fn)));
    assert.deepEqual(reached, [['A.execute', 'Base.invoke', 'Base.check'], ['B.execute', 'Base.invoke', 'Base.check']]);
    const check = program.handlers.map((h) => [...program.callsFrom(h, 'loop')].map((c) => lineOf(program, c.file, program.callOf(c).span)));
    assert.deepEqual(check, [[7], [7]]);
  });

  it('an async decorator makes a coroutine function of a def; one that offloads it takes it off the loop', async () => {
    const text = `from fastmcp import FastMCP\nimport asyncio\nmcp = FastMCP("x")\n\ndef on_loop(fn):\n    async def wrapper(*args):\n        return fn(*args)\n    return wrapper\n\ndef in_thread(fn):\n    async def wrapper(*args):\n        return await asyncio.to_thread(fn, *args)\n    return wrapper\n\ndef either(fn):\n    if fn.x:\n        async def one(*args):\n            return await fn(*args)\n        return one\n    def two(*args):\n        return fn(*args)\n    return two\n\n@mcp.tool\n@on_loop\ndef a(): ...\n\n@mcp.tool\n@in_thread\ndef b(): ...\n\n@mcp.tool\n@either\nasync def d(): ...\n\n@mcp.tool\n@either\ndef e(): ...\n\n@mcp.tool\ndef c(): ...\n`;
    const found = await handlersIn({ 'a.py': text });
    assert.deepEqual(said(found), ['tool a -> a', 'tool b -> b', 'tool d -> d', 'tool e -> e', 'tool c -> c']);
    assert.deepEqual(found.handlers.map((h) => [h.async, h.threaded]), [[true, false], [true, true], [true, false], [false, true], [false, true]]);
  });

  it('a tool of which a table has nothing does not reach what others have there', async () => {
    const { program, handlers } = await handlersIn({
      'server.ts': `${sdk}import { first, second } from './tools.js';
const table = { first, second };
const make = (tool: string) => async (args) => { let run = table[tool]; if (!run) run = (globalThis as any).other; return await run(args); };
const plain = (tool: string) => async (args) => table[tool](args);
server.registerTool('first', {}, make('first'));
server.registerTool('third', {}, make('third'));
server.registerTool('fourth', {}, plain('fourth'));
server.registerTool('second', {}, plain('second'));`,
      'tools.ts': `export async function first() {}\nexport async function second() {}`,
    });
    const reached = handlers.map((h) => [h.name, ...[...program.reachedFrom(h, 'loop')].map((fn) => program.functionOf(fn).name)]);
    assert.deepEqual(reached, [['first', 'first', ''], ['third', ''], ['fourth', ''], ['second', 'second', '']]);
  });
});
