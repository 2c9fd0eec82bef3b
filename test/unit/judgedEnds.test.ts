import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: what ends, is bounded or happens once

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;
const asyncTool = (body: string, name = 'run') => `@mcp.tool()\nasync def ${name}(name: str, namespace: str) -> str:\n${body}`;

async function said(rule: string, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const files = text.startsWith('from ') ? { 'server.py': text, ...more } : { 'server.ts': head + text, ...more };
  const { findings } = await lintWorld({ files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}

describe('judged: what ends', () => {
  it('a wait with a deadline for a client that comes back, or after its connect event', async () => {
    const text = (wait: string, connect = 'await this.wait();') => `import mqtt from 'mqtt';\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nclass Bridge {\n  client: any = null;\n  seen = new Map();\n  state = 'closed';\n  async wait() { const deadline = Date.now() + 5000; ${wait} }\n  async run(args: any) { this.client ??= mqtt.connect('mqtt://x'); this.client.on('message', (t: string) => { this.seen.set(t, 1); this.state = 'open'; }); ${connect} return {}; }\n}\nconst bridge = new Bridge();\n${tool('return bridge.run(args);')}`;
    const [back, state, topics] = ['this.client?.connected', "this.state === 'open'", "this.seen.has('x')"];
    const until = (what: string) => `while (Date.now() < deadline && !(${what})) await sleep(50);`;
    assert.match((await said('busy-wait', text(until(back)))).join(), /^hint: /);
    assert.match((await said('busy-wait', text(until(topics), "this.client.once('connect', () => { void this.wait(); });"))).join(), /^hint: /);
    assert.match((await said('busy-wait', text(`while (!${back}) await sleep(50);`))).join(), /^warning: /, 'without an end');
    for (const what of [state, topics]) assert.match((await said('busy-wait', text(until(what)))).join(), /^warning: /, what);
  });

  it('a decorator that is called a tool and keeps results registers nothing', async () => {
    const layer = (inside: string) => `def cached_tool(ttl=300):\n    def decorator(func):\n        def wrapper(*args, **kwargs):\n            ${inside}\n            return result\n        wrapper.__name__ = func.__name__\n        return wrapper\n    return decorator\n`;
    const text = `from mcp.server import Server\nfrom pathlib import Path\ntry:\n    from layer import cached_tool\nexcept ImportError:\n    def cached_tool(ttl=300):\n        def decorator(func):\n            return func\n        return decorator\nserver = Server("x")\n@server.call_tool()\nasync def call_tool(name, arguments):\n    return await TOOLS[name](arguments)\n@cached_tool(ttl=60)\ndef search(name: str):\n    return [str(p) for p in Path(name).rglob("*")]\n`;
    const kept = 'key = (func.__name__, args)\n            result = cache().get(key)\n            if result is not None:\n                return result\n            result = func(*args, **kwargs)\n            cache().put(key, result)';
    assert.deepEqual(await said('sync-tool', text, { 'layer.py': layer(kept) }), []);
    assert.equal((await said('sync-tool', text, { 'layer.py': layer('register(func)\n            result = func(*args, **kwargs)') })).length, 1, 'who knows');
  });
});
