import type { Example } from '../codeRule.ts';

export const fanOutExamples: readonly Example[] = [
  {
    title: 'one request per argument',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

async function load(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return response.text();
}

server.tool('load', { urls: z.array(z.string().max(100)) }, async ({ urls }) => {
  const pages = await Promise.all(urls.map((url) => load(url))); // FINDS
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('load_all', { urls: z.array(z.string()) }, async (args) => {
  const jobs: Promise<string>[] = [];
  for (const url of args.urls) jobs.push(load(url));
  await Promise.allSettled(jobs); // FINDS
  return { content: [] };
});

server.tool('load_some', { urls: z.array(z.string()) }, async ({ urls }) => {
  const jobs = urls.map((url) => (url.startsWith('https:') ? load(url) : null)).filter((job) => job !== null);
  if (jobs.length > 0) await Promise.all(jobs); // FINDS
  return { content: [] };
});
`,
    good: `import pLimit from 'p-limit';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'pages', version: '1.0.0' });
const limit = pLimit(5);

async function load(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return response.text();
}

server.tool('load', { urls: z.array(z.string()).max(10) }, async ({ urls }) => {
  const pages = await Promise.all(urls.map((url) => load(url)));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('limited', { urls: z.array(z.string()) }, async ({ urls }) => {
  const pages = await Promise.all(urls.map((url) => limit(() => load(url))));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('cut', { urls: z.array(z.string()) }, async ({ urls }) => {
  const pages = await Promise.all(urls.slice(0, 10).map(load));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('both', async () => {
  const pages = await Promise.all(['https://a.example.com', 'https://b.example.com'].map(load));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('checked', { urls: z.array(z.string()) }, async ({ urls }) => {
  if (urls.length > 20) throw new Error('at most 20');
  const pages = await Promise.all(urls.map(load));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('in_parts', { urls: z.array(z.string()) }, async ({ urls }) => {
  const pages: string[] = [];
  for (let i = 0; i < urls.length; i += 5) pages.push(...(await Promise.all(urls.slice(i, i + 5).map(load))));
  return { content: [{ type: 'text', text: pages.join() }] };
});

server.tool('lengths', { words: z.array(z.string()) }, async ({ words }) => {
  const lengths = await Promise.all(words.map(async (word) => word.length));
  return { content: [{ type: 'text', text: lengths.join() }] };
});
`,
  },
  {
    title: 'gather and a task group',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
client = httpx.AsyncClient()


async def load(url: str) -> str:
    return (await client.get(url)).text


@mcp.tool()
async def load_all(urls: list[str]) -> list[str]:
    return await asyncio.gather(*[load(url) for url in urls])  # FINDS


@mcp.tool()
async def load_group(urls: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(load(url))  # FINDS
`,
    good: `import asyncio
from typing import Annotated

import httpx
from mcp.server.fastmcp import FastMCP
from pydantic import Field

mcp = FastMCP("pages")
client = httpx.AsyncClient()
semaphore = asyncio.Semaphore(5)


async def load(url: str) -> str:
    async with semaphore:
        return (await client.get(url)).text


async def peek(url: str) -> int:
    return (await client.head(url)).status_code


@mcp.tool()
async def load_all(urls: list[str]) -> list[str]:
    return await asyncio.gather(*(load(url) for url in urls))


@mcp.tool()
async def peek_few(urls: Annotated[list[str], Field(max_length=10)]) -> list[int]:
    return await asyncio.gather(*(peek(url) for url in urls))


@mcp.tool()
async def peek_first(urls: list[str]) -> list[int]:
    return await asyncio.gather(*(peek(url) for url in urls[:10]))


@mcp.tool()
async def peek_both(a: str, b: str) -> list[int]:
    return await asyncio.gather(peek(a), peek(b))
`,
  },
];
