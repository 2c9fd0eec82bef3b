// The truth tools on SDK v1: stdio, or Streamable HTTP with `--http PORT`.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { run, tools } from './tools.ts';

function create(): McpServer {
  const server = new McpServer({ name: 'truth-v1', version: '1.0.0' });
  for (const name of Object.keys(tools)) {
    server.registerTool(name, { description: name, inputSchema: { n: z.number().default(0) }, annotations: { readOnlyHint: true } }, ({ n }) => run(name, n));
  }
  return server;
}

const at = process.argv.indexOf('--http');
if (at < 0) {
  await create().connect(new StdioServerTransport());
} else {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer((req, res) => {
    void (async () => {
      const known = sessions.get(String(req.headers['mcp-session-id']));
      if (known) return known.handleRequest(req, res);
      const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (id) => void sessions.set(id, transport),
      });
      await create().connect(transport);
      await transport.handleRequest(req, res);
    })();
  });
  http.listen(Number(process.argv[at + 1]), '127.0.0.1');
}
