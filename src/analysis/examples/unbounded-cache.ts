import type { Example } from '../codeRule.ts';

export const unboundedCacheExamples: readonly Example[] = [
  {
    title: 'a cache and a history',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'packages', version: '1.0.0' });
const cache = new Map<string, unknown>();
const history: string[] = [];
const seen: Record<string, number> = {};

async function metadata(name: string) {
  const known = cache.get(name);
  if (known) return known;
  const response = await fetch(\`https://registry.npmjs.org/\${name}\`, { signal: AbortSignal.timeout(5000) });
  const body = await response.json();
  cache.set(name, body); // FINDS
  return body;
}

server.tool('package', { name: z.string() }, async ({ name }) => {
  history.push(name); // FINDS
  seen[name] = (seen[name] ?? 0) + 1; // FINDS
  return { content: [{ type: 'text', text: JSON.stringify(await metadata(name)) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

const server = new McpServer({ name: 'packages', version: '1.0.0' });
const packages = new LRUCache<string, object>({ max: 500, ttl: 60_000 });
const bounded = new Map<string, unknown>();
const sessions = new Map<string, object>();
const counts = { calls: 0 };
const byUnit = new Map<string, number>();
const history: string[] = [];

function remember(key: string, value: unknown) {
  bounded.set(key, value);
  if (bounded.size > 500) bounded.delete(bounded.keys().next().value!);
}

export function close(session: string) {
  sessions.delete(session);
}

server.tool('package', { name: z.string(), unit: z.enum(['kB', 'MB']) }, async ({ name, unit }, extra) => {
  const parts: string[] = [];
  parts.push(name);
  counts['calls'] += 1;
  byUnit.set(unit, 1);
  history.push(name);
  history.splice(0, history.length - 100);
  sessions.set(extra.sessionId ?? '', {});
  packages.set(name, {});
  remember(name, parts);
  return { content: [{ type: 'text', text: parts.join() }] };
});
`,
  },
  {
    title: 'a field of what is made at first need',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

class Pictures {
  private readonly taken = new Map<string, string>();
  take(name: string) {
    this.taken.set(name, draw(name)); // FINDS
    return this.taken.get(name);
  }
}

let pictures: Pictures | undefined;
const server = new McpServer({ name: 'pictures', version: '1.0.0' });
server.tool('take', { name: z.string() }, async ({ name }) => {
  if (!pictures) pictures = new Pictures();
  return { content: [{ type: 'text', text: String(pictures.take(name)) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

class Pictures {
  private readonly taken = new Map<string, string>();
  take(name: string) {
    this.taken.set(name, draw(name));
    return this.taken.get(name);
  }
}

const server = new McpServer({ name: 'pictures', version: '1.0.0' });
server.tool('take', { names: z.array(z.string()) }, async ({ names }) => {
  const pictures = new Pictures();
  return { content: [{ type: 'text', text: names.map((name) => pictures.take(name)).join() }] };
});
`,
  },
  {
    title: 'a dictionary, a list and a decorator',
    language: 'python',
    bad: `from functools import lru_cache

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")
_cache: dict[str, dict] = {}
_log = []


@lru_cache(maxsize=None)  # FINDS
def readme(name: str) -> str:
    return requests.get(f"https://pypi.org/project/{name}", timeout=5).text


@mcp.tool()
def package(name: str) -> dict:
    _log.append(name)  # FINDS
    if name not in _cache:
        _cache[name] = requests.get(f"https://pypi.org/pypi/{name}/json", timeout=5).json()  # FINDS
    return {**_cache[name], "readme": readme(name)}
`,
    good: `from collections import deque
from functools import cache, lru_cache

import requests
from cachetools import TTLCache
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")
_cache: TTLCache = TTLCache(maxsize=500, ttl=60)
_bounded: dict[str, str] = {}
_log: deque = deque(maxlen=100)


@cache
def settings() -> dict:
    return {"index": "https://pypi.org"}


@lru_cache(maxsize=256)
def readme(name: str) -> str:
    return requests.get(f"{settings()['index']}/project/{name}", timeout=5).text


def remember(name: str, text: str) -> None:
    _bounded[name] = text
    if len(_bounded) > 500:
        _bounded.pop(next(iter(_bounded)))


@mcp.tool()
def package(name: str) -> dict:
    _log.append(name)
    remember(name, readme(name))
    _cache[name] = {"name": name}
    return _cache[name]
`,
  },
  {
    title: 'keys of which there are some dozen',
    language: 'python',
    bad: `import boto3
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("logs")
_groups: dict[str, list] = {}


@mcp.tool()
async def groups(region: str, prefix: str) -> list:
    key = f"{region}/{prefix}"
    if key not in _groups:
        _groups[key] = await find(region, prefix)  # FINDS
    return _groups[key]
`,
    good: `import boto3
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("logs")
_clients: dict = {}
_groups: dict[str, list] = {}


def client_for(region_name: str):
    if region_name not in _clients:
        _clients[region_name] = boto3.client("logs", region_name=region_name)
    return _clients[region_name]


@mcp.tool()
async def groups(region: str) -> list:
    key = f"groups_{region}"
    _groups[key] = await find(client_for(region))
    return _groups[key]
`,
  },
  {
    title: 'a default that is made once, and a parameter that is made anew',
    language: 'python',
    bad: `from mcp.server.fastmcp import FastMCP

mcp = FastMCP("routes")


def plan(change: str, changes: list = []) -> list:
    changes.append(change)  # FINDS
    return changes


@mcp.tool()
async def simulate(change: str) -> list:
    return plan(change)
`,
    good: `from mcp.server.fastmcp import FastMCP

mcp = FastMCP("routes")


@mcp.tool()
async def simulate(changes: list) -> list:
    wanted = [change["to"] for change in changes]
    changes = []
    for to in wanted:
        changes.append({"moved": to})
    return changes
`,
  },
];
