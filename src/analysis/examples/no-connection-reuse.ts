import type { Example } from '../codeRule.ts';

export const noConnectionReuseExamples: readonly Example[] = [
  {
    title: 'agents and headers',
    language: 'typescript',
    bad: `import https from 'node:https';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import { z } from 'zod';

const api = axios.create({
  baseURL: 'https://api.example.com',
  timeout: 5000,
  httpsAgent: new https.Agent({ keepAlive: false }), // FINDS
});
const internal = new https.Agent({ rejectUnauthorized: false }); // FINDS

const server = new McpServer({ name: 'users', version: '1.0.0' });
server.tool('user', { id: z.string() }, async ({ id }, extra) => {
  const { data } = await api.get(\`/users/\${id}\`, { httpsAgent: internal });
  const response = await fetch(\`https://photos.example.com/\${id}\`, {
    headers: { Connection: 'close' }, // FINDS
    signal: extra.signal,
  });
  return { content: [{ type: 'text', text: data.name + (await response.text()) }] };
});
`,
    good: `import { createServer } from 'node:http';
import https from 'node:https';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import pg from 'pg';
import { z } from 'zod';

const pool = new pg.Pool({ keepAlive: false });
const agentOptions = { keepAlive: true, maxSockets: 20 };
const api = axios.create({ baseURL: 'https://api.example.com', timeout: 5000, httpsAgent: new https.Agent(agentOptions) });

const server = new McpServer({ name: 'users', version: '1.0.0' });
server.tool('user', { id: z.string() }, async ({ id }) => {
  const { data } = await api.get(\`/users/\${id}\`);
  await pool.query('insert into seen values ($1)', [id]);
  return { content: [{ type: 'text', text: data.name }] };
});

createServer((_request, response) => {
  response.writeHead(503, { Connection: 'close' });
  response.end();
}).listen(8080);
`,
  },
  {
    title: 'httpx, aiohttp and requests',
    language: 'python',
    bad: `import aiohttp
import httpx
import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("users")
client = httpx.AsyncClient(timeout=5, limits=httpx.Limits(max_keepalive_connections=0))  # FINDS
session = requests.Session()
session.keep_alive = False  # FINDS
HEADERS = {"Accept": "application/json", "Connection": "close"}  # FINDS


def connector() -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(limit=20, force_close=True)  # FINDS


@mcp.tool()
async def user(id: str) -> str:
    async with aiohttp.ClientSession(connector=connector()) as photos:
        await photos.get(f"https://photos.example.com/{id}")
    return (await client.get(f"https://api.example.com/users/{id}", headers=HEADERS)).text
`,
    good: `import httpx
from mcp.server.fastmcp import FastMCP
from starlette.responses import JSONResponse

mcp = FastMCP("users")
client = httpx.AsyncClient(timeout=5, limits=httpx.Limits(max_keepalive_connections=20))


@mcp.custom_route("/health", methods=["GET"])
async def health(request):
    return JSONResponse({"ok": True}, headers={"Connection": "close"})


@mcp.tool()
async def user(id: str) -> str:
    return (await client.get(f"https://api.example.com/users/{id}")).text
`,
  },
];
