import assert from 'node:assert/strict';
import { handlersIn, said } from './support/handlers.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// servers that read the protocol's messages themselves

const cases: Record<string, [file: string, text: string, expected: string[]]> = {
  'a switch on the method, and one on the name': [
    'server.js',
    `async function handle(request) {
  switch (request.method) {
    case 'initialize': return {};
    case 'tools/list': return { tools };
    case 'tools/call': {
      const { name, arguments: args } = request.params;
      switch (name) {
        case 'a': return one(args);
        case 'b': return two(args);
      }
    }
    case 'prompts/get': {
      if (request.params.name === 'c') return three();
    }
  }
}
function one() {}
function two() {}
function three() {}`,
    ['tool a -> handle', 'tool b -> handle'],
  ],
  'methods of a class that are named after their tools': [
    'server.py',
    `class Adapter:
    def dispatch(self, msg):
        method = msg.get("method", "")
        params = msg.get("params", {})
        if method == "tools/list":
            self.send({"tools": TOOLS})
        elif method == "tools/call":
            self.call(params)

    def call(self, params):
        name = params.get("name", "")
        handler = getattr(self, f"_tool_{name}", None)
        if handler is None:
            return
        self.send(handler(params.get("arguments")))

    def _tool_reset(self, args):
        return {}

    def _tool_status(self, args):
        return {}

    def _other(self, args):
        return {}
`,
    ['tool reset -> Adapter._tool_reset', 'tool status -> Adapter._tool_status'],
  ],
  'the same in a script': [
    'server.ts',
    `class Adapter {
  dispatch(message) {
    if (message.method === 'tools/list') return { tools };
    else if (message.method === 'tools/call') return this.call(message.params);
  }
  call(params) {
    const { name, arguments: args } = params;
    return this[\`on_\${name}\`](args);
  }
  on_reset(args) { return {}; }
  other(args) { return {}; }
}`,
    ['tool reset -> Adapter.on_reset'],
  ],
  'a message that is parsed, methods of a class, a table of functions': [
    'server.js',
    `class Server {
  async onLine(line) {
    const message = JSON.parse(line);
    if (message.method === 'tools/list') this.list(message);
    else if (message.method === 'tools/call') await this.call(message);
  }
  list(message) {}
  async call(message) { return this.run(message.params?.name, message.params?.arguments ?? {}); }
  async run(name, args) { return handlers[name](args); }
}
const handlers = { a: async () => 1, b: two };
function two() {}`,
    ['tool a -> a', 'tool b -> two'],
  ],
  'method and parameters handed over on their own': [
    'server.ts',
    `export async function handle(method: string, params: any) {
  if (method === 'tools/list') return list();
  if (method === 'tools/call') {
    if (params.name === 'a') return 1;
  }
}
function list() {}`,
    ['tool a -> handle'],
  ],
  'parts of a dictionary': [
    'server.py',
    `def handle(request):
    method = request.get("method")
    params = request.get("params", {})
    if method == "tools/list":
        return tools()
    elif method == "tools/call":
        return call(params, request["id"])

def tools(): pass

def call(params, id):
    name = params["name"]
    if name == "a":
        return 1
    elif name == "b":
        return 2
`,
    ['tool a -> call', 'tool b -> call'],
  ],
  'a table of methods': [
    'server.py',
    `async def call(params, session):
    name = params.get("name")
    if name == "a":
        return 1

async def tools(params, session): pass

METHODS = {"tools/list": tools, "tools/call": call}
`,
    ['tool a -> call'],
  ],
  'no name that is known': ['server.js', `function handle(m) {\n  if (m.method === 'tools/list') return list();\n  if (m.method === 'tools/call') return run(m.params);\n}\nfunction list() {}\nfunction run() {}`, []],
  'two that only look at messages': [
    'server.js',
    `function log(m) {
  if (m.method === 'tools/list') count();
  if (m.method === 'tools/call') count();
}
function check(m) {
  if (m.method === 'tools/list') count();
  if (m.method === 'tools/call') count();
}
function count() {}`,
    [],
  ],
  'a client': ['client.js', `export const call = (name) => fetch('http://x', { method: 'POST', body: JSON.stringify({ method: 'tools/call', params: { name } }) });`, []],
};

describe('handlers of servers that speak the protocol themselves', () => {
  for (const [title, [file, text, expected]] of Object.entries(cases)) {
    it(title, async () => {
      assert.deepEqual(said(await handlersIn({ [file]: text })), expected);
    });
  }
  it('beside tools of an SDK it hands them on', async () => {
    const sdk = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'x', version: '1' });\nserver.tool('a', async () => ({ content: [] }));\n`;
    assert.deepEqual(said(await handlersIn({ 'server.js': sdk, 'proxy.ts': cases['method and parameters handed over on their own']![1] })), ['tool a -> line 3']);
  });
  it('each has its own branch only, and what stands around all of them', async () => {
    const text = `import { readFileSync, statSync } from 'node:fs';
function handle(request) {
  const settings = readFileSync('/data/all.json');
  if (request.method === 'prompts/list') return readFileSync('/data/prompts.json');
  if (request.method === 'tools/list') return readFileSync('/data/tools.json');
  if (request.method === 'tools/call') {
    if (request.params.name === 'a') return readFileSync('/data/a.json');
    if (request.params.name === 'b') return readFileSync('/data/b.json');
  }
}
`;
    const { findings } = await lintWorld({ files: { 'server.js': text }, rules: rules.filter((r) => r.id === 'blocking-call') });
    assert.deepEqual(findings.map((f) => [f.line, f.handlers.map((h) => h.split('#')[1])]), [[3, ['tool:a', 'tool:b']], [7, ['tool:a']], [8, ['tool:b']]]);
  });
});
