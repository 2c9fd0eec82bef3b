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
});
