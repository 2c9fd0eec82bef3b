import type { Example } from '../codeRule.ts';

export const lockAcrossAwaitExamples: readonly Example[] = [
  {
    title: 'a lock of threads',
    language: 'python',
    bad: `import threading

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tokens")
http = httpx.AsyncClient()
lock = threading.Lock()
token: str | None = None


@mcp.tool()
async def whoami() -> str:
    global token
    with lock:  # FINDS
        if token is None:
            token = (await http.post("https://login.example")).text
    return token


class Counter:
    def __init__(self) -> None:
        self._lock = threading.RLock()

    async def next(self) -> str:
        self._lock.acquire()  # FINDS
        try:
            return (await http.get("https://count.example")).text
        finally:
            self._lock.release()


counter = Counter()


@mcp.tool()
async def count() -> str:
    return await counter.next()
`,
    good: `import asyncio
import threading

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tokens")
http = httpx.AsyncClient()
lock = asyncio.Lock()
guard = threading.Lock()
token: str | None = None
calls = 0


@mcp.tool()
async def whoami() -> str:
    global calls, token
    with guard:
        calls += 1
    async with lock:
        if token is None:
            token = (await http.post("https://login.example")).text
    return token
`,
  },
  {
    title: 'a mutex around a whole tool',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Mutex } from 'async-mutex';
import { z } from 'zod';

const mutex = new Mutex();
const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', { url: z.string() }, async ({ url }) =>
  mutex.runExclusive(async () => { // FINDS
    const response = await fetch(url);
    return { content: [{ type: 'text' as const, text: await response.text() }] };
  }),
);
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Mutex } from 'async-mutex';
import { z } from 'zod';

const mutex = new Mutex();
let last = '';
const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', { url: z.string() }, async ({ url }) => {
  const response = await fetch(url);
  const text = await response.text();
  await mutex.runExclusive(() => {
    last = url;
  });
  return { content: [{ type: 'text', text: \`\${last}\\n\${text}\` }] };
});
`,
  },
  {
    title: 'a chain of promises',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

let tail: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const run = tail.then(work); // FINDS
  tail = run.catch(() => undefined);
  return run;
}

const server = new McpServer({ name: 'rates', version: '1.0.0' });
server.tool('rates', async () => inTurn(async () => ({ content: [{ type: 'text' as const, text: await (await fetch('https://rates.example')).text() }] })));
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'rates', version: '1.0.0' });
server.tool('rates', async () => {
  let answer = fetch('https://rates.example').then((r) => r.text());
  answer = answer.then((text) => text.trim());
  return { content: [{ type: 'text', text: await answer }] };
});
`,
  },
];
