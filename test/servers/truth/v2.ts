// The truth tools on SDK v2: stdio, or Streamable HTTP with `--http PORT`.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { run, tools } from './tools.ts';

function create(): McpServer {
  const server = new McpServer({ name: 'truth-v2', version: '1.0.0' });
  for (const name of Object.keys(tools)) {
    server.registerTool(name, { description: name, inputSchema: z.object({ n: z.number().default(0) }), annotations: { readOnlyHint: true } }, ({ n }) => run(name, n));
  }
  return server;
}

const at = process.argv.indexOf('--http');
if (at < 0) {
  serveStdio(create);
} else {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const http = createServer((req, res) => {
    void (async () => {
      const known = sessions.get(String(req.headers['mcp-session-id']));
      if (known) return known.handleRequest(req, res);
      const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (id) => void sessions.set(id, transport),
      });
      await create().connect(transport);
      await transport.handleRequest(req, res);
    })();
  });
  http.listen(Number(process.argv[at + 1]), '127.0.0.1');
}
