import type { Example } from '../codeRule.ts';

export const cancellationExamples: readonly Example[] = [
  {
    title: 'a fetch without the signal',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', { url: z.string() }, async ({ url }) => {
  const page = await fetch(url, { signal: AbortSignal.timeout(5000) }); // FINDS
  return { content: [{ type: 'text', text: await page.text() }] };
});

server.tool('start_page', async (extra) => {
  const page = await fetch('https://example.com'); // FINDS
  return { content: [{ type: 'text', text: \`\${extra.requestId}: \${await page.text()}\` }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', { url: z.string() }, async ({ url }, { signal }) => {
  const page = await fetch(url, { signal });
  return { content: [{ type: 'text', text: await page.text() }] };
});

async function load(url: string, context: { signal: AbortSignal }) {
  return (await fetch(url, { signal: context.signal })).text();
}

server.tool('handed_on', { url: z.string() }, async ({ url }, extra) => ({ content: [{ type: 'text', text: await load(url, extra) }] }));

server.tool('sum', { a: z.number(), b: z.number() }, async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }));
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', { url: z.string() }, async ({ url }, extra) => {
  const page = await fetch(url, { signal: AbortSignal.any([extra.signal, AbortSignal.timeout(5000)]) });
  return { content: [{ type: 'text', text: await page.text() }] };
});

server.tool('start_page', async (extra) => {
  const page = await fetch('https://example.com', { signal: extra.signal });
  return { content: [{ type: 'text', text: \`\${extra.requestId}: \${await page.text()}\` }] };
});
`,
  },
  {
    title: 'CancelledError that is swallowed',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
client = httpx.AsyncClient()


@mcp.tool()
async def page(url: str) -> str:
    try:
        return (await client.get(url)).text
    except asyncio.CancelledError:  # FINDS
        return ""


@mcp.tool()
async def head(url: str) -> str:
    try:
        return str((await client.head(url)).status_code)
    except:  # FINDS
        return "failed"
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
client = httpx.AsyncClient()


@mcp.tool()
async def page(url: str) -> str:
    try:
        return (await client.get(url)).text
    except asyncio.CancelledError:
        print("cancelled")
        raise
    except Exception:
        return "failed"


@mcp.tool()
async def background(url: str) -> str:
    task = asyncio.create_task(client.get(url))
    await asyncio.sleep(0.1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    return "stopped"
`,
  },
  {
    title: 'a cancellation that is kept for later',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
client = httpx.AsyncClient()


@mcp.tool()
async def page(url: str) -> str:
    task = asyncio.create_task(client.get(url))
    attempts = 0
    while True:
        try:
            return (await asyncio.shield(task)).text
        except asyncio.CancelledError:  # FINDS
            attempts = attempts + 1


@mcp.tool()
async def save(url: str) -> str:
    cancelled = False
    try:
        await client.put(url)
    except asyncio.CancelledError:  # FINDS
        cancelled = True
    if cancelled:
        return "cancelled"
    return "saved"


async def closing() -> None:
    try:
        await client.delete("https://example.com/lock")
    except asyncio.CancelledError:  # FINDS
        pass


@mcp.tool()
async def lock(url: str) -> str:
    try:
        return (await client.post(url)).text
    except Exception:
        await closing()
        if url:
            return "failed"
        raise
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
client = httpx.AsyncClient()


async def to_its_end(work):
    task = asyncio.create_task(work)
    cancelled = False
    while True:
        try:
            result = await asyncio.shield(task)
            break
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    return result


async def with_flag(work):
    future = asyncio.ensure_future(work)
    was_cancelled = False
    while True:
        try:
            return await asyncio.shield(future), was_cancelled
        except asyncio.CancelledError:
            was_cancelled = True


async def closing() -> None:
    task = asyncio.ensure_future(client.delete("https://example.com/lock"))
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            pass


@mcp.tool()
async def page(url: str) -> str:
    return (await to_its_end(client.get(url))).text


@mcp.tool()
async def save(url: str) -> str:
    answer, was_cancelled = await with_flag(client.put(url))
    if was_cancelled:
        raise asyncio.CancelledError
    return answer.text


@mcp.tool()
async def kept(url: str) -> str:
    pending = None
    try:
        await client.put(url)
    except asyncio.CancelledError as error:
        pending = error
    await client.delete(url)
    if pending is not None:
        raise pending
    return "done"


@mcp.tool()
async def lock(url: str) -> str:
    try:
        return (await client.post(url)).text
    except BaseException:
        await closing()
        raise
`,
  },
];
