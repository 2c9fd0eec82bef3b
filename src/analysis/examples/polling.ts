import type { Example } from '../codeRule.ts';

export const pollingExamples: readonly Example[] = [
  {
    title: 'a job that is asked for until it is done',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'jobs', version: '1.0.0' });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

server.tool('run_job', { id: z.string() }, async ({ id }) => {
  let status = 'pending';
  while (status !== 'done') {
    const response = await fetch(\`https://jobs.example.com/\${id}\`, { signal: AbortSignal.timeout(5000) }); // FINDS
    status = (await response.json()).status;
    await sleep(1000);
  }
  return { content: [{ type: 'text', text: status }] };
});

setInterval(async () => { // FINDS
  await fetch('https://jobs.example.com/all', { signal: AbortSignal.timeout(5000) });
}, 10_000);
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'jobs', version: '1.0.0' });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const seen = new Map<string, number>();

server.tool('run_job', { id: z.string() }, async ({ id }) => {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const response = await fetch(\`https://jobs.example.com/\${id}?wait=30\`, { signal: AbortSignal.timeout(35_000) });
      return { content: [{ type: 'text', text: await response.text() }] };
    } catch {
      await sleep(1000);
    }
  }
  return { content: [], isError: true };
});

setInterval(() => seen.clear(), 60_000);

async function sendHeartbeat() {
  await fetch('https://jobs.example.com/alive', { method: 'POST', signal: AbortSignal.timeout(5000) });
}

setInterval(() => void sendHeartbeat(), 15_000);
`,
  },
  {
    title: 'asyncio.sleep between questions',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("jobs")
client = httpx.AsyncClient()


@mcp.tool()
async def run_job(job: str) -> str:
    while True:
        response = await client.get(f"https://jobs.example.com/{job}")  # FINDS
        if response.json()["status"] == "done":
            return response.text
        await asyncio.sleep(2)
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("jobs")
client = httpx.AsyncClient()


@mcp.tool()
async def run_job(job: str) -> str:
    pause = 0.5
    while True:
        response = await client.get(f"https://jobs.example.com/{job}")
        if response.json()["status"] == "done":
            return response.text
        await asyncio.sleep(pause)
        pause *= 2


@mcp.tool()
async def status(job: str) -> str:
    for attempt in range(5):
        response = await client.get(f"https://jobs.example.com/{job}")
        if response.status_code != 429:
            return response.text
        wait = pause_for(attempt, response.headers)
        await asyncio.sleep(wait)
    return "busy"


def pause_for(attempt: int, headers: httpx.Headers) -> float:
    return max(2**attempt, float(headers.get("retry-after", 0)))


@mcp.tool()
async def send(jobs: list[str]) -> None:
    for job in jobs:
        await client.post("https://jobs.example.com", json={"job": job, "status": "new"})
        await asyncio.sleep(0.1)
`,
  },
  {
    title: 'a sweep that ends what nobody uses any more',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sessions")
client = httpx.AsyncClient()


@mcp.tool()
async def wait(session: str) -> str:
    while True:
        response = await client.get(f"https://sessions.example.com/{session}")  # FINDS
        if response.json()["status"] == "ready":
            return response.text
        await asyncio.sleep(5)
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sessions")
client = httpx.AsyncClient()
sessions: dict[str, float] = {}


@mcp.tool()
async def sweep() -> None:
    while sessions:
        await asyncio.sleep(60)
        for session, used in list(sessions.items()):
            if is_ready(used):
                await client.delete(f"https://sessions.example.com/{session}")
                del sessions[session]
`,
  },
  {
    title: 'a sign of life asks nothing',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("owner")
client = httpx.AsyncClient()
seen: dict[str, str] = {}


async def look(call: str) -> None:
    response = await client.get(f"https://owner.example.com/state/{call}")
    seen[call] = response.text


async def keep_looking(call: str) -> None:
    while True:
        await asyncio.sleep(2)
        await look(call)  # FINDS


@mcp.tool()
async def run(call: str) -> str:
    task = asyncio.create_task(keep_looking(call))
    answer = await client.post("https://owner.example.com/calls", json={"call": call})
    task.cancel()
    return answer.text
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("owner")
client = httpx.AsyncClient()


async def say(call: str) -> int:
    response = await client.post("https://owner.example.com/waiting", json={"call": call, "state": "waiting"})
    return response.status_code


async def keep_saying(call: str) -> None:
    while True:
        await asyncio.sleep(2)
        try:
            await say(call)
        except httpx.HTTPError:
            print("still waiting for a state")


@mcp.tool()
async def run(call: str) -> str:
    task = asyncio.create_task(keep_saying(call))
    answer = await client.post("https://owner.example.com/calls", json={"call": call})
    task.cancel()
    return answer.text
`,
  },
  {
    title: 'a timer that tries again',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'prices', version: '1.0.0' });
let prices = '';

async function refresh() {
  const response = await fetch('https://prices.example.com', { signal: AbortSignal.timeout(5000) });
  prices = await response.text();
  setTimeout(refresh, 5000); // FINDS
}
void refresh();

server.tool('prices', async () => ({ content: [{ type: 'text', text: prices }] }));
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'prices', version: '1.0.0' });
let prices = '';

async function refresh() {
  try {
    const response = await fetch('https://prices.example.com', { signal: AbortSignal.timeout(5000) });
    prices = await response.text();
  } catch (error) {
    console.error(error);
    setTimeout(refresh, 5000);
  }
}
void refresh();

server.tool('prices', async () => ({ content: [{ type: 'text', text: prices }] }));
`,
  },
];
