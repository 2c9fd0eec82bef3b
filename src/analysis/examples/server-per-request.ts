import type { Example } from '../codeRule.ts';

export const serverPerRequestExamples: readonly Example[] = [
  {
    title: 'stateless endpoint of express',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { z } from 'zod';

function getServer() {
  const server = new McpServer({ name: 'echo', version: '1.0.0' }); // FINDS
  server.tool('echo', { text: z.string() }, async ({ text }) => ({ content: [{ type: 'text', text }] }));
  return server;
}

const app = express();
app.post('/mcp', async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  const server = getServer();
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000);
`,
    good: `import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import express from 'express';
import { z } from 'zod';

const transports: Record<string, StreamableHTTPServerTransport> = {};

function getServer() {
  const server = new McpServer({ name: 'echo', version: '1.0.0' });
  server.tool('echo', { text: z.string() }, async ({ text }) => ({ content: [{ type: 'text', text }] }));
  return server;
}

const app = express();
app.post('/mcp', async (req, res) => {
  const known = transports[String(req.headers['mcp-session-id'])];
  if (known) return known.handleRequest(req, res, req.body);
  if (!isInitializeRequest(req.body)) return res.status(400).end();
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => {
      transports[id] = transport;
    },
  });
  await getServer().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000);
`,
  },
  {
    title: 'route of FastAPI',
    language: 'python',
    bad: `from fastapi import FastAPI, Request
from mcp.server.fastmcp import FastMCP

app = FastAPI()


def build() -> FastMCP:
    mcp = FastMCP("echo", stateless_http=True)  # FINDS

    @mcp.tool()
    def echo(text: str) -> str:
        return text

    return mcp


@app.post("/mcp")
async def handle(request: Request):
    server = build()
    return await answer(server, await request.json())


async def answer(server: FastMCP, message: dict) -> dict:
    return {"tools": await server.list_tools()}
`,
    good: `from fastapi import FastAPI
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("echo", stateless_http=True)


@mcp.tool()
def echo(text: str) -> str:
    return text


app = FastAPI()
app.mount("/", mcp.streamable_http_app())


@app.get("/health")
async def health():
    return {"ok": True}
`,
  },
];
