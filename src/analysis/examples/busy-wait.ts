import type { Example } from '../codeRule.ts';

export const busyWaitExamples: readonly Example[] = [
  {
    title: 'a flag of a class',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Index {
  private ready = false;

  async load() {
    await fetch('https://index.example');
    this.ready = true;
  }

  async wait() {
    while (!this.ready) await sleep(50); // FINDS
  }
}

const index = new Index();
const server = new McpServer({ name: 'search', version: '1.0.0' });
server.tool('search', async () => {
  await index.wait();
  return { content: [] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

class Index {
  readonly ready = this.load();

  private async load() {
    await fetch('https://index.example');
  }
}

const index = new Index();
const server = new McpServer({ name: 'search', version: '1.0.0' });
server.tool('search', async () => {
  await index.ready;
  return { content: [] };
});
`,
  },
  {
    title: 'timers; a loop with limits; retries are none',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { setTimeout as delay } from 'node:timers/promises';

const answers = new Map<string, string>();
let connected = false;

function whenConnected(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => { // FINDS
      if (!connected) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
}

async function answerTo(id: string): Promise<string> {
  for (let i = 0; i < 100; i++) { // FINDS
    const answer = answers.get(id);
    if (answer !== undefined) return answer;
    await delay(100);
  }
  throw new Error('No answer');
}

const server = new McpServer({ name: 'bridge', version: '1.0.0' });
server.tool('ask', async () => {
  await whenConnected();
  return { content: [{ type: 'text', text: await answerTo('1') }] };
});

export const received = (id: string, text: string) => {
  connected = true;
  answers.set(id, text);
};
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { setTimeout as delay } from 'node:timers/promises';

async function job(id: string): Promise<string> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const response = await fetch(\`https://jobs.example/\${id}\`);
    if (response.ok) return response.text();
    await delay(200 * 2 ** attempt);
  }
  throw new Error('No answer');
}

const server = new McpServer({ name: 'jobs', version: '1.0.0' });
server.tool('job', async () => {
  for (let i = 0; i < 3; i++) await delay(10);
  return { content: [{ type: 'text', text: await job('1') }] };
});
`,
  },
  {
    title: 'spins on the clock',
    language: 'javascript',
    bad: `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

function pause(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end) {} // FINDS
}

const server = new McpServer({ name: 'slow', version: '1.0.0' });
server.tool('slow', async () => {
  pause(200);
  return { content: [] };
});
`,
    good: `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const { setTimeout: pause } = require('node:timers/promises');

const server = new McpServer({ name: 'slow', version: '1.0.0' });
server.tool('slow', async () => {
  await pause(200);
  return { content: [] };
});
`,
  },
  {
    title: 'a flag, a task, a collection',
    language: 'python',
    bad: `import asyncio

from fastmcp import FastMCP

mcp = FastMCP("render")
answers: dict[str, str] = {}


class Connection:
    def __init__(self) -> None:
        self.open = False

    async def wait(self) -> None:
        while not self.open:  # FINDS
            await asyncio.sleep(0.1)


connection = Connection()


async def draw(scene: str) -> str:
    return scene


@mcp.tool
async def render(scene: str) -> str:
    await connection.wait()
    task = asyncio.create_task(draw(scene))
    while not task.done():  # FINDS
        await asyncio.sleep(0.05)
    for _ in range(100):  # FINDS
        if scene in answers:
            return answers.pop(scene)
        await asyncio.sleep(0.1)
    return task.result()
`,
    good: `import asyncio

import httpx
from fastmcp import FastMCP

mcp = FastMCP("render")
http = httpx.AsyncClient()
ready = asyncio.Event()


@mcp.tool
async def render(scene: str) -> str:
    await ready.wait()
    job = (await http.post("https://render.example", json={"scene": scene})).json()
    while job["state"] != "done":
        await asyncio.sleep(1)
        job = (await http.get(f"https://render.example/{job['id']}")).json()
    return job["image"]
`,
  },
];
