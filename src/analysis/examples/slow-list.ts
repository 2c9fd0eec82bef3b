import type { Example } from '../codeRule.ts';

export const slowListExamples: readonly Example[] = [
  {
    title: 'definitions of tools from a service, prompts from files',
    language: 'typescript',
    bad: `import { readdir } from 'node:fs/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListPromptsRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'proxy', version: '1.0.0' }, { capabilities: { tools: {}, prompts: {} } });

async function definitions() {
  const response = await fetch('https://api.example.com/tools', { signal: AbortSignal.timeout(5000) }); // FINDS
  return (await response.json()) as { name: string }[];
}

server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: await definitions() }));

server.setRequestHandler(ListPromptsRequestSchema, async () => {
  const names = await readdir('./prompts'); // FINDS
  return { prompts: names.map((name) => ({ name })) };
});
`,
    good: `import { readdir } from 'node:fs/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListPromptsRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'proxy', version: '1.0.0' }, { capabilities: { tools: {}, prompts: {} } });
const prompts = await readdir('./prompts');

let kept: { tools: { name: string }[]; until: number } | null = null;
async function definitions() {
  if (kept && Date.now() < kept.until) return kept.tools;
  const response = await fetch('https://api.example.com/tools', { signal: AbortSignal.timeout(5000) });
  const tools = (await response.json()) as { name: string }[];
  kept = { tools, until: Date.now() + 300_000 };
  return tools;
}

server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: await definitions() }));
server.setRequestHandler(ListPromptsRequestSchema, async () => ({ prompts: prompts.map((name) => ({ name })) }));
`,
  },
  {
    title: 'tools from a service, resources from a folder',
    language: 'python',
    bad: `from pathlib import Path

import httpx
from mcp.server import Server
from mcp.types import Resource, Tool

app = Server("proxy")
client = httpx.AsyncClient(timeout=5)


@app.list_tools()
async def list_tools() -> list[Tool]:
    response = await client.get("https://api.example.com/tools")  # FINDS
    return [Tool(**tool) for tool in response.json()]


@app.list_resources()
async def list_resources() -> list[Resource]:
    folder = Path("/srv/notes")
    return [Resource(uri=p.as_uri(), name=p.name) for p in folder.glob("*.md")]  # FINDS
`,
    good: `import httpx
from mcp.server import Server
from mcp.types import Tool

app = Server("proxy")
client = httpx.AsyncClient(timeout=5)
_tools: list[Tool] | None = None


async def load() -> list[Tool]:
    global _tools
    if _tools is None:
        response = await client.get("https://api.example.com/tools")
        _tools = [Tool(**tool) for tool in response.json()]
    return _tools


@app.list_tools()
async def list_tools() -> list[Tool]:
    return await load()
`,
  },
];
