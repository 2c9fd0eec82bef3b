import { rules } from '../../../src/analysis/rules/index.ts';
import { lintWorld } from './lintWorld.ts';

/** How a server in TypeScript begins. */
export const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nconst server = new McpServer({ name: 'x', version: '1' });\n";

/** A tool of `saidOf`'s server. */
export const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;

/** A server in Python. */
export const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;

/** What a rule says of a server: the text of one in Python, or what comes behind the making of one in TypeScript. */
export async function saidOf(rule: string, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const files = text.startsWith('from ') ? { 'server.py': text, ...more } : { 'server.ts': head + text, ...more };
  const { findings } = await lintWorld({ files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.severity}: ${f.message}`);
}
