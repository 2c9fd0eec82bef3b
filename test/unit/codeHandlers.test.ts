import assert from 'node:assert/strict';
import { lineOf } from '../../src/analysis/code/lines.ts';
import { handlersIn, said } from './support/handlers.ts';

const sdk = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nconst server = new McpServer({ name: 'a', version: '1' });\n`;

interface Case {
  /** What is to be found. */
  [title: string]: [Record<string, string> | string, string[]];
}

/** One source per shape; the first three lines of one that is a text are those above. */
const shapes: Case = {
  'registerTool with a function in place': [`server.registerTool('add', { inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [] }));`, ['tool add -> line 4']],
  'registerTool with a function by name, declared later': [`server.registerTool('add', { inputSchema: {} }, add);\nasync function add() { return { content: [] }; }`, ['tool add -> add']],
  'tool with name and function': [`server.tool('ping', async () => ({ content: [] }));`, ['tool ping -> line 4']],
  'tool with description, schema, annotations': [`const run = async ({ q }) => ({ content: [] });\nserver.tool('search', 'Searches', { q: z.string() }, { readOnlyHint: true }, run);`, ['tool search -> run']],
  'prompts and resources': [
    `server.registerPrompt('review', { argsSchema: {} }, review);\nserver.prompt('ask', (args) => ({ messages: [] }));\nserver.registerResource('config', 'config://app', {}, readConfig);\nserver.resource('log', 'log://all', async () => ({ contents: [] }));\nfunction review() {}\nfunction readConfig() {}`,
    ['resource config -> readConfig', 'resource log -> line 7', 'prompt review -> review', 'prompt ask -> line 5'],
  ],
  'the name is a constant, a member of one, an enum, a template of constants': [
    `const NAME = 'one';\nconst names = { two: 'two' } as const;\nenum Tools { Three = 'three' }\nconst prefix = 'my';\nserver.registerTool(NAME, {}, a);\nserver.registerTool(names.two, {}, b);\nserver.registerTool(Tools.Three, {}, c);\nserver.registerTool(\`\${prefix}_four\`, {}, d);\nserver.registerTool(prefix + '_five', {}, e);\nfunction a() {}\nfunction b() {}\nfunction c() {}\nfunction d() {}\nfunction e() {}`,
    ['tool one -> a', 'tool two -> b', 'tool three -> c', 'tool my_four -> d', 'tool my_five -> e'],
  ],
  'a name that is computed is not guessed': [`server.registerTool(process.env.NAME, {}, run);\nserver.registerTool(\`\${process.env.P}_x\`, {}, run2);\nfunction run() {}\nfunction run2() {}`, ['tool null -> run', 'tool null -> run2']],
  'constants and functions of other files, through re-exports': [
    {
      'server.ts': `${sdk}import { names, run as go } from './lib/index.js';\nimport type { X } from './x.js';\nserver.registerTool(names.SEARCH, {}, go);`,
      'lib/index.ts': `export * from './names.js';\nexport { default as run } from './run.js';`,
      'lib/names.ts': `export const names = { SEARCH: 'search' };`,
      'lib/run.ts': `export default async function run() {}`,
    },
    ['tool search -> lib/run.ts run'],
  ],
  'a parameter that is said to be the server': [{ 'a.ts': `import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nexport function register(mcp: McpServer) { mcp.tool('a', run); }\nfunction run() {}` }, ['tool a -> run']],
  'a parameter of which nothing is said, in JavaScript': [
    { 'main.js': `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');\nconst { register } = require('./tools.js');\nregister(new McpServer({}));`, 'tools.js': `exports.register = (server) => { server.registerTool('a', {}, async () => ({})); };` },
    ['tool a -> line 1'],
  ],
  'a field of a class that is the server': [`class App {\n  private readonly mcp = new McpServer({ name: 'x', version: '1' });\n  constructor() { this.mcp.registerTool('a', {}, this.run.bind(this)); this.mcp.registerTool('b', {}, (x) => this.other(x)); }\n  async run() {}\n  private other(x) {}\n}`, ['tool a -> App.run', 'tool b -> line 6']],
  'a class that is a server': [`class Mine extends McpServer {}\nconst mine = new Mine({});\nmine.registerTool('a', {}, run);\nfunction run() {}`, ['tool a -> run']],
  'v2': [{ 'a.ts': `import { McpServer } from '@modelcontextprotocol/server';\nconst server = new McpServer({});\nserver.registerTool('a', { inputSchema: {} }, (args, ctx) => ({}));` }, ['tool a -> line 3']],
  'a task, an app': [
    `server.experimental.tasks.registerToolTask('research', {}, { createTask: async (args, extra) => {}, getTask: async () => {} });\nimport { registerAppTool } from '@modelcontextprotocol/ext-apps/server';\nregisterAppTool(server, 'shown', {}, run);\nfunction run() {}`,
    ['tool research -> createTask', 'tool shown -> run'],
  ],
  'a loop over a list of objects, with what other files add': [
    {
      'server.ts': `${sdk}import { fileTools } from './files.js';\nconst tools = [\n  { name: 'a', config: {}, handler: async () => ({}) },\n  ...fileTools,\n];\nfor (const t of tools) server.registerTool(t.name, t.config, t.handler);`,
      'files.ts': `import { write } from './write.js';\nconst read = { name: 'read', config: {}, handler: readFile };\nexport const fileTools = [read, write];\nfunction readFile() {}`,
      'write.ts': `export const write = { name: 'write', config: {}, async handler() {} };`,
    },
    ['tool a -> handler', 'tool read -> readFile', 'tool write -> handler'],
  ],
  'a loop with a pattern': [`const list = [{ name: 'a', run: one }, { name: 'b', run: two }];\nfor (const { name, run } of list) server.registerTool(name, {}, run);\nfunction one() {}\nfunction two() {}`, ['tool a -> one', 'tool b -> two']],
  'forEach': [`[{ name: 'a', run: one }].forEach((t) => server.tool(t.name, {}, async (args) => t.run(args)));\nfunction one() {}`, ['tool a -> one']],
  'entries of an object': [`const table = { a: { run: one }, b: { run: two } };\nfor (const [name, tool] of Object.entries(table)) server.registerTool(name, {}, tool.run);\nfunction one() {}\nfunction two() {}`, ['tool a -> one', 'tool b -> two']],
  'a list that is pushed to': [`const list = [];\nlist.push({ name: 'a', run: one });\nfor (const t of list) server.registerTool(t.name, {}, t.run);\nfunction one() {}`, ['tool a -> one']],
  'an object that a function makes of what it is given': [`const make = (noun) => ({ name: \`length_of_\${noun}\`, run: () => noun });\nconst word = make('word');\nserver.registerTool(word.name, {}, word.run);`, ['tool length_of_word -> run']],
  'objects that functions make': [`const searchTool = (client) => ({ name: 'search', handler: async () => client.go() });\nfor (const t of [searchTool(1)]) server.registerTool(t.name, {}, t.handler);`, ['tool search -> handler']],
  'a function around the registration, called for each tool': [
    `function addTool(name, schema, fn) { server.tool(name, schema, async (args) => { try { return await fn(args); } catch (e) { return fail(e); } }); }\naddTool('a', {}, one);\naddTool('b', {}, async () => two());\nfunction one() {}\nfunction two() {}\nfunction fail() {}`,
    ['tool a -> one', 'tool b -> line 6'],
  ],
  'a function around the registration in another file, twice': [
    { 'main.ts': `${sdk}import { add } from './add.js';\nconst here = (name: string, fn: () => void) => add(server, name, fn);\nhere('a', one);\nfunction one() {}`, 'add.ts': `export function add(server: any, name: string, fn: any) { server.registerTool(name, {}, fn); }\nimport '@modelcontextprotocol/sdk/server/mcp.js';` },
    ['tool a -> one'],
  ],
  'a method around the registration': [`class Registry { add(t) { server.registerTool(t.name, t.config, t.execute); } }\nconst r = new Registry();\nr.add({ name: 'a', execute: one });\nfunction one() {}`, ['tool a -> one']],
  'a server of the author\'s own whose method changes the name': [`class Mine extends McpServer {\n  inner = new McpServer({});\n  tool(name: string, fn: () => void) { this.inner.registerTool('my_' + name, {}, fn); }\n}\nconst mine = new Mine({});\nmine.tool('a', one);\nfunction one() {}`, ['tool my_a -> one']],
  'a list that is registered by two callers': [{ 'tools.ts': `${sdk}export function registerAll(list) { for (const t of list) server.registerTool(t.name, {}, t.run); }\nexport const tools = [{ name: 'a', run: one }];\nfunction one() {}`, 'http.ts': `import { registerAll, tools } from './tools.js';\nregisterAll(tools);`, 'stdio.ts': `import { registerAll, tools } from './tools.js';\nregisterAll(tools);` }, ['tool a -> one']],
  'a function around the handler': [`const withAuth = (fn) => async (args, extra) => { check(extra); return fn(args, extra); };\nserver.registerTool('a', {}, withAuth(async (args) => ({})));\nserver.registerTool('b', {}, withAuth(run));\nfunction run() {}\nfunction check() {}`, ['tool a -> line 5', 'tool b -> run']],
  'a function of a package around the handler': [`import { traced } from 'tracing';\nserver.registerTool('a', {}, traced('a', async () => ({})));`, ['tool a -> line 5']],
  'a function that makes the handler': [`const handlerFor = (client) => async () => client.go();\nserver.registerTool('a', {}, handlerFor(1));`, ['tool a -> line 4']],
  'an adapter whose callback gets the server': [{ 'route.ts': `import { createMcpHandler } from 'mcp-handler';\nexport default createMcpHandler((server) => { server.tool('a', {}, async () => ({})); });` }, ['tool a -> line 2']],
  'fastmcp': [
    { 'a.ts': `import { FastMCP } from 'fastmcp';\nconst server = new FastMCP({ name: 'x', version: '1.0.0' });\nserver.addTool({ name: 'a', execute: async (args, { log }) => 'x' });\nserver.addTools([{ name: 'b', execute: two }]);\nserver.addResource({ uri: 'file:///log', name: 'Log', async load() {} });\nserver.addResourceTemplate({ uriTemplate: 'f://{x}', name: 'F', load: async ({ x }) => x });\nserver.addPrompt({ name: 'p', load: async () => '' });\nfunction two() {}` },
    ['tool a -> execute', 'tool b -> two', 'resource Log -> load', 'resource F -> load', 'prompt p -> load'],
  ],
  'a decorator of an MCP package': [{ 'a.ts': `import { Tool, Resource } from '@rekog/mcp-nest';\nexport class Service {\n  @Tool({ name: 'greet', description: 'x' })\n  async greetUser() {}\n  @Tool()\n  async plain() {}\n}` }, ['tool greet -> Service.greetUser', 'tool plain -> Service.plain']],
};

describe('handlers: TypeScript and JavaScript', () => {
  for (const [title, [given, expected]] of Object.entries(shapes)) {
    it(title, async () => {
      const files = typeof given === 'string' ? { 'server.ts': sdk + given } : given;
      assert.deepEqual(said(await handlersIn(files)).sort(), [...expected].sort());
    });
  }

  it('what is said at the registration', async () => {
    const { handlers } = await handlersIn({
      'a.ts': `${sdk}server.registerTool('a', { inputSchema: { q: z.string() }, annotations: { readOnlyHint: true, destructiveHint: false } }, async (args, extra) => ({}));
server.registerTool('b', { description: 'x' }, (extra) => ({}));
server.tool('c', 'says', async () => ({}));
server.tool('d', 'says', { q: z.string() }, { destructiveHint: true }, async () => ({}));
server.resource('e', new ResourceTemplate('x://{id}', {}), async (uri, { id }, extra) => ({}));`,
    });
    const [a, b, c, d, e] = handlers;
    assert.deepEqual([a!.readOnly, a!.destructive, a!.argumentsParameter, a!.contextParameter, a!.schema?.kind, a!.async, a!.dialect, a!.project], [true, false, 0, 1, 'object', true, 'sdk-v1', 'server']);
    assert.deepEqual([b!.readOnly, b!.argumentsParameter, b!.contextParameter, b!.schema, b!.async], [null, null, 0, null, false]);
    assert.deepEqual([c!.argumentsParameter, c!.contextParameter], [null, 0]);
    assert.deepEqual([d!.destructive, d!.argumentsParameter, d!.contextParameter], [true, 0, 1]);
    assert.deepEqual([e!.argumentsParameter, e!.contextParameter], [1, 2]);
    assert.equal(new Set(handlers.map((h) => h.id)).size, 5);
  });

  it('what lists the resources of a template', async () => {
    const { program, handlers } = await handlersIn({
      'a.ts': `${sdk}server.resource('panes', new ResourceTemplate('tmux://pane/{id}', { list: async () => panes() }), async (uri, { id }) => ({}));
server.resource('results', new ResourceTemplate('tmux://result/{id}', { list: undefined }), async (uri, { id }) => ({}));
async function panes() { return { resources: [] }; }`,
    });
    assert.deepEqual(handlers.map((h) => [h.kind, h.name, lineOf(program, h.file, h.span), h.contextParameter]), [['resource', 'panes', 4, 2], ['resources/list', 'resources/list', 4, 0], ['resource', 'results', 5, 2]]);
  });

  it('a handler stands where its name is written', async () => {
    const { program, handlers } = await handlersIn({ 'a.ts': `${sdk}const tools = [\n  { name: 'a', run: one },\n  { name: 'b', run: one },\n];\nfor (const t of tools) server.registerTool(t.name, {}, t.run);\nfunction add(name, fn) { server.registerTool(name, {}, fn); }\nadd('c', one);\nfunction one() {}` });
    assert.deepEqual(handlers.map((h) => [h.name, lineOf(program, h.file, h.span)]), [['a', 5], ['b', 6], ['c', 10]]);
  });

  const nothing: Record<string, Record<string, string>> = {
    'test runners and command lines': { 'a.ts': `import yargs from 'yargs';\nyargs.command('serve', 'x', () => {});\ncy.tool('a', () => {});\ninquirer.prompt('name', () => {});\nprogram.tool('x', async () => {});` },
    'an object of a package that is no server, in a project of one': { 'a.ts': `${sdk}import inquirer from 'inquirer';\nimport { Router } from 'express';\ninquirer.prompt('name', () => {});\nRouter().resource('a', () => {});` },
    'a class of the author\'s own': { 'a.ts': `${sdk}class Toolbox { tool(name: string, fn: () => void) { this.all.set(name, fn); } all = new Map(); }\nnew Toolbox().tool('a', () => {});` },
    'something that is given, and has no name of a server, where only another file has one': { 'main.ts': sdk, 'a.ts': `export function setUp(toolbox, mediator) {\n  toolbox.tool('a', () => {});\n  mediator.prompt('b', async () => {});\n}` },
    'no function last': { 'a.ts': `${sdk}declare const other: any;\nother.tool('a', { x: 1 });\nother.prompt('What?', 'x');` },
    'other handlers of requests': { 'a.ts': `export const app = { setRequestHandler() {} };\napp.setRequestHandler('tools/call', () => {});` },
    'a file of tests': { 'a.test.ts': `${sdk}server.tool('a', async () => ({}));` },
    'tools of something else': { 'a.ts': `import { DynamicTool } from 'langchain/tools';\nagent.addTool({ name: 'a', execute: async () => {} });` },
  };
  for (const [title, files] of Object.entries(nothing)) {
    it(`none: ${title}`, async () => assert.deepEqual(said(await handlersIn(files)), []));
  }
});
