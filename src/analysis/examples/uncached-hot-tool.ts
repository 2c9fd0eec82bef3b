import type { Example } from '../codeRule.ts';

export const uncachedHotToolExamples: readonly Example[] = [
  {
    title: 'a tool that reads from a service',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'packages', version: '1.0.0' });

async function metadata(name: string) {
  const response = await fetch(\`https://registry.npmjs.org/\${name}\`, { signal: AbortSignal.timeout(5000) });
  return response.json();
}

server.registerTool('package_info', { inputSchema: { name: z.string() }, annotations: { readOnlyHint: true } }, async ({ name }) => { // FINDS
  return { content: [{ type: 'text', text: JSON.stringify(await metadata(name)) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

const server = new McpServer({ name: 'packages', version: '1.0.0' });
const metadata = new LRUCache<string, object>({
  max: 500,
  ttl: 60_000,
  fetchMethod: async (name, _old, { signal }) => (await fetch(\`https://registry.npmjs.org/\${name}\`, { signal })).json(),
});

server.registerTool('package_info', { inputSchema: { name: z.string() }, annotations: { readOnlyHint: true } }, async ({ name }) => {
  return { content: [{ type: 'text', text: JSON.stringify(await metadata.fetch(name)) }] };
});

server.registerTool('publish', { inputSchema: { name: z.string() } }, async ({ name }) => {
  await fetch(\`https://registry.npmjs.org/\${name}\`, { method: 'PUT', signal: AbortSignal.timeout(5000) });
  return { content: [] };
});

server.registerTool('get_build_status', { inputSchema: { name: z.string() } }, async ({ name }) => {
  const response = await fetch(\`https://ci.example.com/\${name}/status\`, { signal: AbortSignal.timeout(5000) });
  return { content: [{ type: 'text', text: await response.text() }] };
});

server.registerTool('get_downloads', { inputSchema: { name: z.string() }, annotations: { readOnlyHint: true } }, async ({ name }) => {
  const to = new Date().toISOString();
  const response = await fetch(\`https://registry.npmjs.org/\${name}/downloads?to=\${to}\`, { signal: AbortSignal.timeout(5000) });
  return { content: [{ type: 'text', text: await response.text() }] };
});

server.registerTool('find_owners', { inputSchema: { name: z.string() } }, async ({ name }) => {
  const response = await fetch(\`https://registry.npmjs.org/\${name}/owners\`, { signal: AbortSignal.timeout(5000) });
  return { content: [{ type: 'text', text: await response.text() }] };
});

server.registerTool('add_owner', { inputSchema: { name: z.string(), owner: z.string() } }, async ({ name, owner }) => {
  await fetch(\`https://registry.npmjs.org/\${name}/owners\`, { method: 'POST', body: owner, signal: AbortSignal.timeout(5000) });
  return { content: [] };
});
`,
  },
  {
    title: 'a tool that reads from a service',
    language: 'python',
    bad: `import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")
client = httpx.AsyncClient(timeout=5)


@mcp.tool()  # FINDS
async def get_package(name: str) -> dict:
    response = await client.get(f"https://pypi.org/pypi/{name}/json")
    return response.json()
`,
    good: `from datetime import UTC, datetime

import httpx
from cachetools import TTLCache
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")
client = httpx.AsyncClient(timeout=5)
packages: TTLCache = TTLCache(maxsize=500, ttl=60)


@mcp.tool()
async def get_package(name: str) -> dict:
    if name not in packages:
        response = await client.get(f"https://pypi.org/pypi/{name}/json")
        packages[name] = response.json()
    return packages[name]


@mcp.tool()
async def get_downloads(name: str, until: str | None = None) -> dict:
    params = {"until": until or datetime.now(UTC).isoformat()}
    response = await client.get(f"https://pypi.org/pypi/{name}/downloads", params=params)
    return response.json()


@mcp.tool()
async def rate_package(name: str, stars: int) -> str:
    response = await client.post("https://stars.example.com", json={"name": name, "stars": stars})
    return response.text
`,
  },
];
