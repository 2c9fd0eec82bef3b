import type { Example } from '../codeRule.ts';

export const sequentialExamples: readonly Example[] = [
  {
    title: 'one request per round, and two reads in a row',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'repos', version: '1.0.0' });

async function getJson(path: string) {
  const response = await fetch(\`https://api.example.com/\${path}\`, { signal: AbortSignal.timeout(5000) });
  return response.json();
}

server.tool('repos', { names: z.array(z.string()) }, async ({ names }) => {
  const found = [];
  for (const name of names) {
    found.push(await getJson(\`repos/\${name}\`)); // FINDS
  }
  return { content: [{ type: 'text', text: JSON.stringify(found) }] };
});

server.tool('overview', { name: z.string() }, async ({ name }) => {
  const issues = await getJson(\`\${name}/issues\`);
  const pulls = await getJson(\`\${name}/pulls\`); // FINDS
  return { content: [{ type: 'text', text: JSON.stringify({ issues, pulls }) }] };
});
`,
    good: `import pMap from 'p-map';
import { Client } from 'pg';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'repos', version: '1.0.0' });

async function getJson(path: string) {
  const response = await fetch(\`https://api.example.com/\${path}\`, { signal: AbortSignal.timeout(5000) });
  return response.json();
}

server.tool('repos', { names: z.array(z.string()) }, async ({ names }) => {
  const found = await pMap(names, (name) => getJson(\`repos/\${name}\`), { concurrency: 5 });
  return { content: [{ type: 'text', text: JSON.stringify(found) }] };
});

server.tool('pages', async () => {
  const pages = [];
  let cursor: string | undefined;
  do {
    const page = await getJson(\`list?cursor=\${cursor ?? ''}\`);
    pages.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return { content: [{ type: 'text', text: JSON.stringify(pages) }] };
});

server.tool('first', { mirrors: z.array(z.string()) }, async ({ mirrors }) => {
  for (const mirror of mirrors) {
    const answer = await getJson(mirror);
    if (answer.ok) return { content: [{ type: 'text', text: JSON.stringify(answer) }] };
  }
  return { content: [] };
});

server.tool('migrate', { statements: z.array(z.string()) }, async ({ statements }) => {
  const client = new Client();
  await client.connect();
  for (const statement of statements) await client.query(statement);
  return { content: [] };
});

server.tool('walk', { roots: z.array(z.string()) }, async ({ roots }) => {
  const queue = [...roots];
  for (const path of queue) {
    const folder = await getJson(path);
    queue.push(...folder.children);
  }
  return { content: [{ type: 'text', text: queue.join() }] };
});

server.tool('conversation', { questions: z.array(z.string()) }, async ({ questions }) => {
  const history: string[] = [];
  for (const question of questions) {
    history.push(question);
    const answer = await getJson(\`ask?history=\${history.join()}\`);
    history.push(answer.text);
  }
  return { content: [{ type: 'text', text: history.join() }] };
});

server.tool('chain', { path: z.string() }, async ({ path }) => {
  const issue = await getJson(path);
  const author = await getJson(issue.author);
  return { content: [{ type: 'text', text: author.name }] };
});
`,
  },
  {
    title: 'a loop and a row in Python',
    language: 'python',
    bad: `import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("cities")
client = httpx.AsyncClient()


@mcp.tool()
async def forecasts(cities: list[str]) -> list[str]:
    found = []
    for city in cities:
        response = await client.get("https://api.example.com", params={"q": city})  # FINDS
        found.append(response.text)
    return found


@mcp.tool()
async def both(city: str) -> str:
    now = await client.get(f"https://api.example.com/now/{city}")
    soon = await client.get(f"https://api.example.com/soon/{city}")  # FINDS
    return now.text + soon.text
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("cities")
client = httpx.AsyncClient()
slots = asyncio.Semaphore(5)


async def forecast(city: str) -> str:
    async with slots:
        return (await client.get("https://api.example.com", params={"q": city})).text


@mcp.tool()
async def forecasts(cities: list[str]) -> list[str]:
    return await asyncio.gather(*(forecast(city) for city in cities))


@mcp.tool()
async def history(city: str, until: int) -> list[str]:
    found = []
    page = 0
    for _ in range(until):
        response = await client.get("https://api.example.com", params={"q": city, "page": page})
        found.append(response.text)
        page = int(response.headers["next"])
    return found


@mcp.tool()
async def slowly(cities: list[str]) -> None:
    for city in cities:
        await client.post("https://api.example.com", json={"q": city})
        await asyncio.sleep(1)
`,
  },
  {
    title: 'a client that keeps the thread gains nothing',
    language: 'python',
    bad: `import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("alarms")


async def details(name: str) -> dict:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"https://alarms.example.com/{name}", timeout=5)
        return response.json()


@mcp.tool()
async def alarms(names: list[str]) -> list:
    found = []
    for name in names:
        found.append(await details(name))  # FINDS
    return found
`,
    good: `import boto3
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("alarms")
cloudwatch = boto3.client("cloudwatch")


async def details(name: str) -> dict:
    return cloudwatch.describe_alarms(AlarmNames=[name])


@mcp.tool()
async def alarms(names: list[str]) -> list:
    found = []
    for name in names:
        found.append(await details(name))
    return found
`,
  },
  {
    title: 'what changes something comes in its order',
    language: 'typescript',
    bad: `import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { MongoClient } from 'mongodb';
import { z } from 'zod';

const server = new McpServer({ name: 'windows', version: '1.0.0' });
const run = promisify(exec);
const orders = new MongoClient('mongodb://localhost').db('shop').collection('orders');

async function screen(command: string) {
  const { stdout } = await run(\`screen \${command}\`, { timeout: 5000 });
  return stdout;
}

async function api(path: string, method = 'GET') {
  const response = await fetch(\`https://api.example.com/\${path}\`, { method, signal: AbortSignal.timeout(5000) });
  return response.json();
}

server.tool('titles', { ids: z.array(z.string()) }, async ({ ids }) => {
  const titles = [];
  for (const id of ids) titles.push(await screen(\`show title -t \${id}\`)); // FINDS
  return { content: [{ type: 'text', text: titles.join() }] };
});

server.tool('orders', async () => {
  const first = await orders.findOne({});
  const some = await orders.find({}).limit(5).toArray(); // FINDS
  return { content: [{ type: 'text', text: JSON.stringify({ first, some }) }] };
});

server.tool('both', async () => {
  const users = await api('users');
  const groups = await api('groups'); // FINDS
  return { content: [{ type: 'text', text: JSON.stringify({ users, groups }) }] };
});
`,
    good: `import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'windows', version: '1.0.0' });
const run = promisify(exec);

async function screen(command: string) {
  const { stdout } = await run(\`screen \${command}\`, { timeout: 5000 });
  return stdout;
}

async function listWindows() {
  return (await screen('windows')).split('\\n');
}

async function api(path: string, method = 'GET') {
  const response = await fetch(\`https://api.example.com/\${path}\`, { method, signal: AbortSignal.timeout(5000) });
  return response.json();
}

async function store(text: string) {
  await fetch('https://api.example.com/notes', { method: 'POST', body: text, signal: AbortSignal.timeout(5000) });
}

async function handleFile(path: string) {
  const text = await api(path);
  await store(text);
  return text.length;
}

server.tool('open', { name: z.string() }, async ({ name }) => {
  const output = await screen(\`new -n \${name}\`);
  const windows = await listWindows();
  return { content: [{ type: 'text', text: output + windows.find((w) => w === name) }] };
});

server.tool('keys', { text: z.string() }, async ({ text }) => {
  for (const character of text) await screen(\`stuff '\${character}'\`);
  return { content: [] };
});

server.tool('keep', { paths: z.array(z.string()) }, async ({ paths }) => {
  let length = 0;
  for (const path of paths) length += await handleFile(path);
  return { content: [{ type: 'text', text: String(length) }] };
});

server.tool('both', async () => {
  const made = await api('users', 'POST');
  const groups = await api('groups');
  return { content: [{ type: 'text', text: JSON.stringify({ made, groups }) }] };
});
`,
  },
];
