import type { Example } from '../codeRule.ts';

export const blockingCallExamples: readonly Example[] = [
  {
    title: 'a file read in the handler',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import fs from 'node:fs';
import { z } from 'zod';

const settings = JSON.parse(fs.readFileSync('settings.json', 'utf8'));
const server = new McpServer({ name: 'notes', version: settings.version });

server.registerTool('read', { inputSchema: { path: z.string() } }, async ({ path }) => {
  const lines = fs.readFileSync(path, 'utf8').split('\\n'); // FINDS
  fs.appendFileSync('read.log', \`\${path}\\n\`); // FINDS
  return { content: [{ type: 'text', text: lines.slice(0, 20).join('\\n') }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import fs from 'node:fs';
import { z } from 'zod';

const settings = JSON.parse(fs.readFileSync('settings.json', 'utf8'));
const server = new McpServer({ name: 'notes', version: settings.version });

server.registerTool('read', { inputSchema: { path: z.string() } }, async ({ path }) => {
  const text = await fs.promises.readFile(path, 'utf8');
  return { content: [{ type: 'text', text }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import fs from 'node:fs';
import { z } from 'zod';

const settings = JSON.parse(fs.readFileSync('settings.json', 'utf8'));
const server = new McpServer({ name: 'notes', version: settings.version });

server.registerTool('read', { inputSchema: { path: z.string() } }, async ({ path }) => {
  const lines = (await fs.promises.readFile(path, 'utf8')).split('\\n');
  await fs.promises.appendFile('read.log', \`\${path}\\n\`);
  return { content: [{ type: 'text', text: lines.slice(0, 20).join('\\n') }] };
});
`,
  },
  {
    title: 'names imported one by one',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { existsSync, readdirSync, readFileSync as read } from 'fs';
import { z } from 'zod';

const server = new McpServer({ name: 'notes', version: '1.0.0' });

server.tool('list', { folder: z.string() }, async ({ folder }) => {
  if (!existsSync(folder)) throw new Error('No such folder');
  const names = readdirSync(folder); // FINDS
  const first = read(names[0]!, 'utf8'); // FINDS
  return { content: [{ type: 'text', text: first }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { readdir } from 'fs/promises';
import { z } from 'zod';

const server = new McpServer({ name: 'notes', version: '1.0.0' });

server.tool('list', { folder: z.string() }, async ({ folder }) => ({ content: [{ type: 'text', text: (await readdir(folder)).join('\\n') }] }));
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { existsSync } from 'fs';
import { readdir, readFile } from 'fs/promises';
import { z } from 'zod';

const server = new McpServer({ name: 'notes', version: '1.0.0' });

server.tool('list', { folder: z.string() }, async ({ folder }) => {
  if (!existsSync(folder)) throw new Error('No such folder');
  const names = await readdir(folder);
  const first = await readFile(names[0]!, 'utf8');
  return { content: [{ type: 'text', text: first }] };
});
`,
  },
  {
    title: 'compression, keys and child processes',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { execFileSync, execSync } from 'node:child_process';
import * as crypto from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const server = new McpServer({ name: 'tools', version: '1.0.0' });

server.tool('pack', { text: z.string(), salt: z.string() }, async ({ text, salt }) => {
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', timeout: 5000 }); // FINDS
  const user = execSync('whoami').toString().trim(); // FINDS
  const key = crypto.pbkdf2Sync(text, salt, 100_000, 32, 'sha256'); // FINDS
  const packed = gzipSync(text).toString('base64'); // FINDS
  return { content: [{ type: 'text', text: [head, user, key.toString('hex'), packed].join('\\n') }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';

const server = new McpServer({ name: 'tools', version: '1.0.0' });

server.tool('pack', { text: z.string() }, async ({ text }) => {
  const packed = await promisify(gzip)(text);
  return { content: [{ type: 'text', text: createHash('sha256').update(packed).digest('hex') }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { execFile, exec } from 'node:child_process';
import { promisify } from 'node:util';
import * as crypto from 'node:crypto';
import { gzip } from 'node:zlib';
import { z } from 'zod';

const server = new McpServer({ name: 'tools', version: '1.0.0' });

server.tool('pack', { text: z.string(), salt: z.string() }, async ({ text, salt }) => {
  const head = (await promisify(execFile)('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', timeout: 5000 })).stdout;
  const user = (await promisify(exec)('whoami')).stdout.toString().trim();
  const key = await promisify(crypto.pbkdf2)(text, salt, 100_000, 32, 'sha256');
  const packed = (await promisify(gzip)(text)).toString('base64');
  return { content: [{ type: 'text', text: [head, user, key.toString('hex'), packed].join('\\n') }] };
});
`,
  },
  {
    title: 'a helper that is not async, and one that reads the first time only',
    language: 'javascript',
    bad: `const fs = require('fs');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

let sources;
function getSources() {
  if (!sources) sources = JSON.parse(fs.readFileSync('sources.json', 'utf8')); // FINDS
  return sources;
}

const lines = (file) => fs.readFileSync(file, 'utf8').split('\\n'); // FINDS

const server = new McpServer({ name: 'logs', version: '1.0.0' });
server.tool('errors', async () => ({ content: [{ type: 'text', text: lines(getSources().app).filter((l) => l.includes('ERROR')).join('\\n') }] }));
`,
    good: `const fs = require('fs');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

const sources = JSON.parse(fs.readFileSync('sources.json', 'utf8'));

const server = new McpServer({ name: 'logs', version: '1.0.0' });
server.tool('errors', async () => {
  const text = await fs.promises.readFile(sources.app, 'utf8');
  return { content: [{ type: 'text', text }] };
});

process.on('exit', () => fs.writeFileSync('last.txt', String(Date.now())));
`,
  },
  {
    title: 'names from require',
    language: 'javascript',
    bad: `const { readFileSync, watch } = require('node:fs');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

const server = new McpServer({ name: 'logs', version: '1.0.0' });
watch('.', () => server.sendResourceListChanged());
server.tool('log', async () => {
  return { content: [{ type: 'text', text: readFileSync('server.log', 'utf8') }] }; // FINDS
});
`,
    good: `const { readFile } = require('node:fs/promises');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

const server = new McpServer({ name: 'logs', version: '1.0.0' });
server.tool('log', async () => ({ content: [{ type: 'text', text: await readFile('server.log', 'utf8') }] }));
`,
    fixed: `const { watch } = require('node:fs');
const { readFile } = require('node:fs/promises');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');

const server = new McpServer({ name: 'logs', version: '1.0.0' });
watch('.', () => server.sendResourceListChanged());
server.tool('log', async () => {
  return { content: [{ type: 'text', text: await readFile('server.log', 'utf8') }] };
});
`,
  },
  {
    title: 'the network, a child process and a pause',
    language: 'python',
    bad: `"""Facts about packages."""

import subprocess
import time

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")


@mcp.tool()
async def facts(name: str) -> dict:
    data = requests.get(f"https://packages.example/{name}", timeout=10).json()  # FINDS
    time.sleep(0.2)  # FINDS
    done = subprocess.run(  # FINDS
        ["du", "-s", name],
        capture_output=True,
        timeout=10,
    )
    return {**data, "size": done.stdout.decode()}
`,
    good: `import asyncio

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")


@mcp.tool()
async def facts(name: str) -> dict:
    request = requests.Request("GET", f"https://packages.example/{name}")
    answer = await asyncio.to_thread(requests.get, request.url, timeout=10)
    await asyncio.sleep(0.2)
    return answer.json()
`,
    fixed: `"""Facts about packages."""

import asyncio
import subprocess
import time

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")


@mcp.tool()
async def facts(name: str) -> dict:
    data = (await asyncio.to_thread(requests.get, f"https://packages.example/{name}", timeout=10)).json()
    await asyncio.sleep(0.2)
    done = await asyncio.to_thread(
        subprocess.run,
        ["du", "-s", name],
        capture_output=True,
        timeout=10,
    )
    return {**data, "size": done.stdout.decode()}
`,
  },
  {
    title: 'files',
    language: 'python',
    bad: `import asyncio
import json
from pathlib import Path

from fastmcp import FastMCP

mcp = FastMCP("notes")
ROOT = Path("notes")


@mcp.tool
async def note(name: str) -> str:
    with open("index.json") as file:  # FINDS
        index = json.load(file)
    return (ROOT / index[name]).read_text()  # FINDS
`,
    good: `import asyncio
from pathlib import Path

from fastmcp import FastMCP

mcp = FastMCP("notes")
ROOT = Path("notes")
INDEX = (ROOT / "index.txt").read_text().splitlines()


def read(name: str) -> str:
    return (ROOT / name).read_text()


@mcp.tool
async def note(name: str) -> str:
    if name not in INDEX:
        raise ValueError(name)
    return await asyncio.to_thread(read, name)
`,
    fixed: `import asyncio
import json
from pathlib import Path

from fastmcp import FastMCP

mcp = FastMCP("notes")
ROOT = Path("notes")


@mcp.tool
async def note(name: str) -> str:
    with open("index.json") as file:
        index = json.load(file)
    return await asyncio.to_thread((ROOT / index[name]).read_text)
`,
  },
  {
    title: 'synchronous drivers and clients, helpers between',
    language: 'python',
    bad: `import os
import sqlite3

from github import Github
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("projects")
github = Github(os.environ["TOKEN"])


class Store:
    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)

    def rows(self, sql: str) -> list:
        return self.db.execute(sql).fetchall()  # FINDS


store = Store("projects.db")


def stars(name: str) -> int:
    return github.get_repo(name).stargazers_count  # FINDS


@mcp.tool()
async def projects() -> list:
    return [(name, stars(name)) for (name,) in store.rows("SELECT name FROM projects")]
`,
    good: `import aiosqlite
import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("projects")
http = httpx.AsyncClient(base_url="https://api.github.com")


@mcp.tool()
async def projects() -> list:
    async with aiosqlite.connect("projects.db") as db:
        rows = await db.execute_fetchall("SELECT name FROM projects")
    return [(await http.get(f"/repos/{name}")).json() for (name,) in rows]
`,
  },
  {
    title: 'a model that computes on the loop',
    language: 'python',
    bad: `import onnxruntime
from fastembed import TextEmbedding
from mcp.server.fastmcp import FastMCP
from sentence_transformers import CrossEncoder, SentenceTransformer

mcp = FastMCP("notes")
model = SentenceTransformer("all-MiniLM-L6-v2")
ranker = CrossEncoder("ms-marco")
small = TextEmbedding()
session = onnxruntime.InferenceSession("model.onnx")


@mcp.tool()
async def search(query: str, notes: list[str]) -> list:
    vector = model.encode_query(query)  # FINDS
    more = list(small.embed(notes))  # FINDS
    scores = session.run(None, {"input": vector})  # FINDS
    ranked = ranker.rank(query, notes)  # FINDS
    return [more, scores, ranked]
`,
    good: `import asyncio

from mcp.server.fastmcp import FastMCP
from sentence_transformers import SentenceTransformer

mcp = FastMCP("notes")
model = SentenceTransformer("all-MiniLM-L6-v2")


@mcp.tool()
async def search(query: str) -> list:
    vector = await asyncio.to_thread(model.encode_query, query)
    return [vector, model.get_sentence_embedding_dimension()]
`,
    fixed: `import asyncio
import onnxruntime
from fastembed import TextEmbedding
from mcp.server.fastmcp import FastMCP
from sentence_transformers import CrossEncoder, SentenceTransformer

mcp = FastMCP("notes")
model = SentenceTransformer("all-MiniLM-L6-v2")
ranker = CrossEncoder("ms-marco")
small = TextEmbedding()
session = onnxruntime.InferenceSession("model.onnx")


@mcp.tool()
async def search(query: str, notes: list[str]) -> list:
    vector = await asyncio.to_thread(model.encode_query, query)
    more = list(small.embed(notes))
    scores = await asyncio.to_thread(session.run, None, {"input": vector})
    ranked = await asyncio.to_thread(ranker.rank, query, notes)
    return [more, scores, ranked]
`,
  },
];
