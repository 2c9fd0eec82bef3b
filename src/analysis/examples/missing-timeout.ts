import type { Example } from '../codeRule.ts';

export const missingTimeoutExamples: readonly Example[] = [
  {
    title: 'fetch in a handler and in a helper',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'weather', version: '1.0.0' });

server.tool('forecast', { city: z.string() }, async ({ city }, extra) => {
  const response = await fetch(\`https://api.example.com/\${city}\`); // FINDS
  return { content: [{ type: 'text', text: await response.text() }] };
});

async function post(url: string, body: string) {
  return fetch(url, { method: 'POST', body }); // FINDS
}

server.tool('send', { body: z.string() }, async ({ body }) => {
  await post('https://api.example.com/send', body);
  return { content: [] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'weather', version: '1.0.0' });

async function request(path: string, options: RequestInit = {}) {
  return fetch(\`https://api.example.com/\${path}\`, { ...options, headers: { accept: 'application/json' } });
}

server.tool('forecast', { city: z.string() }, async ({ city }, extra) => {
  const response = await request(city, { signal: extra.signal });
  return { content: [{ type: 'text', text: await response.text() }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'weather', version: '1.0.0' });

server.tool('forecast', { city: z.string() }, async ({ city }, extra) => {
  const response = await fetch(\`https://api.example.com/\${city}\`, { signal: AbortSignal.any([extra.signal, AbortSignal.timeout(30_000)]) });
  return { content: [{ type: 'text', text: await response.text() }] };
});

async function post(url: string, body: string) {
  return fetch(url, { signal: AbortSignal.timeout(30_000), method: 'POST', body });
}

server.tool('send', { body: z.string() }, async ({ body }) => {
  await post('https://api.example.com/send', body);
  return { content: [] };
});
`,
  },
  {
    title: 'axios, and an instance of it that was made with a timeout',
    language: 'typescript',
    bad: `import axios from 'axios';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const api = axios.create({ baseURL: 'https://api.example.com' });
const server = new McpServer({ name: 'issues', version: '1.0.0' });

server.tool('list', async () => {
  const { data } = await api.get('/issues'); // FINDS
  return { content: [{ type: 'text', text: String(data) }] };
});
`,
    good: `import axios from 'axios';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const api = axios.create({ baseURL: 'https://api.example.com', timeout: 10_000 });
const server = new McpServer({ name: 'issues', version: '1.0.0' });

server.tool('list', async () => {
  const { data } = await api.get('/issues');
  return { content: [{ type: 'text', text: String(data) }] };
});
`,
    fixed: `import axios from 'axios';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const api = axios.create({ baseURL: 'https://api.example.com' });
const server = new McpServer({ name: 'issues', version: '1.0.0' });

server.tool('list', async () => {
  const { data } = await api.get('/issues', { timeout: 30_000 });
  return { content: [{ type: 'text', text: String(data) }] };
});
`,
  },
  {
    title: 'child processes',
    language: 'javascript',
    bad: `import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const run = promisify(execFile);
const server = new McpServer({ name: 'git', version: '1.0.0' });

server.tool('log', async () => {
  const { stdout } = await run('git', ['log', '-n', '20'], { cwd: '.' }); // FINDS
  return { content: [{ type: 'text', text: stdout }] };
});
server.tool('status', async () => {
  const { stdout } = await run('git', ['status']); // FINDS
  return { content: [{ type: 'text', text: stdout }] };
});
`,
    good: `import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const run = promisify(execFile);
const server = new McpServer({ name: 'git', version: '1.0.0' });

server.tool('log', async () => {
  const { stdout } = await run('git', ['log', '-n', '20'], { cwd: '.', timeout: 10_000 });
  return { content: [{ type: 'text', text: stdout }] };
});
server.tool('open', async () => {
  execFile('xdg-open', ['https://example.com'], (error) => {
    if (error) console.error(error);
  });
  return { content: [] };
});
`,
    fixed: `import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const run = promisify(execFile);
const server = new McpServer({ name: 'git', version: '1.0.0' });

server.tool('log', async () => {
  const { stdout } = await run('git', ['log', '-n', '20'], { timeout: 30_000, cwd: '.' });
  return { content: [{ type: 'text', text: stdout }] };
});
server.tool('status', async () => {
  const { stdout } = await run('git', ['status'], { timeout: 30_000 });
  return { content: [{ type: 'text', text: stdout }] };
});
`,
  },
  {
    title: 'a race with a timer bounds it, and so does a signal that is set later',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', async () => {
  const options = { headers: { accept: 'text/html' } };
  const page = await fetch('https://example.com', options); // FINDS
  return { content: [{ type: 'text', text: await page.text() }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return Promise.race([work, new Promise<T>((_, reject) => setTimeout(() => reject(new Error('too late')), ms))]);
}

server.tool('page', async () => {
  const page = await withTimeout(fetch('https://example.com'), 5000);
  const options: RequestInit = { headers: { accept: 'text/html' } };
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5000);
  options.signal = controller.signal;
  await fetch('https://example.com/next', options);
  return { content: [{ type: 'text', text: await page.text() }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'pages', version: '1.0.0' });

server.tool('page', async () => {
  const options = { headers: { accept: 'text/html' } };
  const page = await fetch('https://example.com', { signal: AbortSignal.timeout(30_000), ...options });
  return { content: [{ type: 'text', text: await page.text() }] };
});
`,
  },
  {
    title: 'requests and subprocess',
    language: 'python',
    bad: `import subprocess

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")
session = requests.Session()


@mcp.tool()
def forecast(city: str) -> str:
    return requests.get("https://api.example.com", params={"q": city}).text  # FINDS


@mcp.tool()
def warnings() -> str:
    response = session.post(  # FINDS
        "https://api.example.com/warnings",
        json={},
    )
    return response.text


@mcp.tool()
def disk() -> str:
    return subprocess.run(["df", "-h"], capture_output=True, text=True).stdout  # FINDS
`,
    good: `import subprocess

import httpx
import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")
client = httpx.AsyncClient()


@mcp.tool()
def forecast(city: str) -> str:
    return requests.get("https://api.example.com", params={"q": city}, timeout=10).text


@mcp.tool()
def disk() -> str:
    return subprocess.run(["df", "-h"], capture_output=True, text=True, timeout=10).stdout


@mcp.tool()
async def page(url: str) -> str:
    return (await client.get(url)).text
`,
    fixed: `import subprocess

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")
session = requests.Session()


@mcp.tool()
def forecast(city: str) -> str:
    return requests.get("https://api.example.com", params={"q": city}, timeout=30).text


@mcp.tool()
def warnings() -> str:
    response = session.post(
        "https://api.example.com/warnings",
        json={},
        timeout=30,
    )
    return response.text


@mcp.tool()
def disk() -> str:
    return subprocess.run(["df", "-h"], capture_output=True, text=True, timeout=30).stdout
`,
  },
  {
    title: 'httpx has a default that can be switched off; processes of asyncio are waited for with a limit',
    language: 'python',
    bad: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


@mcp.tool()
async def page(url: str) -> str:
    async with httpx.AsyncClient(timeout=None) as client:  # FINDS
        return (await client.get(url)).text


@mcp.tool()
async def render(path: str) -> str:
    process = await asyncio.create_subprocess_exec("render", path, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()  # FINDS
    return out.decode()
`,
    good: `import asyncio

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


@mcp.tool()
async def page(url: str) -> str:
    async with httpx.AsyncClient(timeout=20) as client:
        return (await client.get(url)).text


@mcp.tool()
async def render(path: str) -> str:
    process = await asyncio.create_subprocess_exec("render", path, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    async with asyncio.timeout(5):
        await process.wait()
    return out.decode()


@mcp.tool()
async def preview(path: str) -> str:
    process = await asyncio.create_subprocess_exec("preview", path, stdout=asyncio.subprocess.PIPE)
    try:
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    except TimeoutError:
        process.kill()
        await process.wait()
        return "too slow"
    return out.decode()
`,
  },
  {
    title: 'a dispatcher for all requests: one for a proxy has no limits of its own, and an interceptor of axios is not for fetch',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new EnvHttpProxyAgent());
axios.interceptors.request.use((config) => ({ ...config, headers: { accept: 'application/json' } }));
const server = new McpServer({ name: 'weather', version: '1.0.0' });

server.tool('forecast', async () => {
  const response = await fetch('https://api.example.com/forecast'); // FINDS
  return { content: [{ type: 'text', text: await response.text() }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Agent, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new Agent({ headersTimeout: 10_000, bodyTimeout: 10_000 }));
const server = new McpServer({ name: 'weather', version: '1.0.0' });

server.tool('forecast', async () => {
  const response = await fetch('https://api.example.com/forecast');
  return { content: [{ type: 'text', text: await response.text() }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new EnvHttpProxyAgent());
axios.interceptors.request.use((config) => ({ ...config, headers: { accept: 'application/json' } }));
const server = new McpServer({ name: 'weather', version: '1.0.0' });

server.tool('forecast', async () => {
  const response = await fetch('https://api.example.com/forecast', { signal: AbortSignal.timeout(30_000) });
  return { content: [{ type: 'text', text: await response.text() }] };
});
`,
  },
];
