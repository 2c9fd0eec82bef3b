import type { Example } from '../codeRule.ts';

export const clientPerCallExamples: readonly Example[] = [
  {
    title: 'pool and HTTP instance',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import { Pool } from 'pg';
import { z } from 'zod';

const server = new McpServer({ name: 'shop', version: '1.0.0' });

server.tool('orders', { customer: z.string() }, async ({ customer }) => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL }); // FINDS
  const { rows } = await pool.query('select * from orders where customer = $1 limit 50', [customer]);
  await pool.end();
  return { content: [{ type: 'text', text: JSON.stringify(rows) }] };
});

function crm() {
  return axios.create({ baseURL: 'https://crm.example.com', timeout: 5000 }); // FINDS
}

server.tool('customer', { id: z.string() }, async ({ id }) => {
  const { data } = await crm().get(\`/customers/\${id}\`);
  return { content: [{ type: 'text', text: JSON.stringify(data) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios, { type AxiosInstance } from 'axios';
import { Pool } from 'pg';
import { z } from 'zod';

const server = new McpServer({ name: 'shop', version: '1.0.0' });
const pool = new Pool({ connectionString: process.env.DATABASE_URL });

server.tool('orders', { customer: z.string() }, async ({ customer }) => {
  const { rows } = await pool.query('select * from orders where customer = $1 limit 50', [customer]);
  return { content: [{ type: 'text', text: JSON.stringify(rows) }] };
});

let instance: AxiosInstance | undefined;
function crm() {
  instance ??= axios.create({ baseURL: 'https://crm.example.com', timeout: 5000 });
  return instance;
}

const byCustomer = new Map<string, AxiosInstance>();
function clientOf(host: string) {
  let client = byCustomer.get(host);
  if (!client) {
    client = axios.create({ baseURL: host, timeout: 5000 });
    byCustomer.set(host, client);
  }
  return client;
}

function clientFor(token?: string) {
  return token ? axios.create({ headers: { authorization: \`Bearer \${token}\` } }) : axios.create({ baseURL: 'https://public.example.com' });
}

server.tool('customer', { id: z.string() }, async ({ id }, extra) => {
  const { data } = await crm().get(\`/customers/\${id}\`);
  const own = axios.create({ headers: { authorization: \`Bearer \${extra.authInfo?.token}\` } });
  await own.get(\`https://\${id}.example.com\`);
  await clientOf(data.host).get('/');
  await clientFor(extra.authInfo?.token).get('/');
  return { content: [{ type: 'text', text: JSON.stringify(data) }] };
});
`,
  },
  {
    title: 'a class that makes its client, made in the handler',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { z } from 'zod';

class Bucket {
  private readonly client: S3Client;

  constructor(private readonly name: string) {
    this.client = new S3Client({ region: 'eu-central-1' }); // FINDS
  }

  list() {
    return this.client.send(new ListObjectsV2Command({ Bucket: this.name, MaxKeys: 50 }));
  }
}

const server = new McpServer({ name: 'files', version: '1.0.0' });
server.tool('list', { bucket: z.string() }, async ({ bucket }) => {
  const { Contents } = await new Bucket(bucket).list();
  return { content: [{ type: 'text', text: JSON.stringify(Contents) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { z } from 'zod';

class Files {
  private client: S3Client | null = null;

  private s3() {
    if (this.client === null) this.client = new S3Client({ region: 'eu-central-1' });
    return this.client;
  }

  list(bucket: string) {
    return this.s3().send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 50 }));
  }
}

const files = new Files();
const server = new McpServer({ name: 'files', version: '1.0.0' });
server.tool('list', { bucket: z.string() }, async ({ bucket }) => {
  const { Contents } = await files.list(bucket);
  return { content: [{ type: 'text', text: JSON.stringify(Contents) }] };
});
`,
  },
  {
    title: 'httpx client and database connection',
    language: 'python',
    bad: `import asyncpg
import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("shop")


async def get_json(path: str) -> dict:
    async with httpx.AsyncClient(timeout=10) as client:  # FINDS
        response = await client.get(f"https://api.example.com/{path}")
        return response.json()


@mcp.tool()
async def customer(id: str) -> dict:
    return await get_json(f"customers/{id}")


@mcp.tool()
async def orders(customer: str) -> list[dict]:
    connection = await asyncpg.connect("postgresql://localhost/shop")  # FINDS
    try:
        rows = await connection.fetch("select * from orders where customer = $1 limit 50", customer)
    finally:
        await connection.close()
    return [dict(row) for row in rows]
`,
    good: `from contextlib import asynccontextmanager
from functools import lru_cache

import asyncpg
import boto3
import httpx
from mcp.server.fastmcp import Context, FastMCP


@asynccontextmanager
async def lifespan(server: FastMCP):
    async with httpx.AsyncClient(timeout=10) as client, asyncpg.create_pool("postgresql://localhost/shop") as pool:
        yield {"client": client, "pool": pool}


mcp = FastMCP("shop", lifespan=lifespan)
_session: httpx.AsyncClient | None = None


def session() -> httpx.AsyncClient:
    global _session
    if _session is None:
        _session = httpx.AsyncClient(timeout=10)
    return _session


@lru_cache
def bucket():
    return boto3.resource("s3").Bucket("files")


@mcp.tool()
async def customer(id: str, ctx: Context) -> dict:
    client = ctx.request_context.lifespan_context["client"]
    bucket().put_object(Key=id)
    await session().get(f"https://api.example.com/seen/{id}")
    return (await client.get(f"https://api.example.com/customers/{id}")).json()
`,
  },
  {
    title: 'one-shot requests, several of them',
    language: 'python',
    bad: `import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("links")


@mcp.tool()
def check(urls: list[str]) -> list[int]:
    return [requests.head(url, timeout=5).status_code for url in urls]  # FINDS
`,
    good: `import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("links")
session = requests.Session()


@mcp.tool()
def check(urls: list[str]) -> list[int]:
    return [session.head(url, timeout=5).status_code for url in urls]


@mcp.tool()
def status(url: str) -> int:
    return requests.head(url, timeout=5).status_code
`,
  },
  {
    title: 'clients of a session that has the credentials of who calls',
    language: 'python',
    bad: `import boto3
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("files")


@mcp.tool()
async def files() -> list:
    session = boto3.Session(profile_name="files")
    s3 = session.client("s3")  # FINDS
    return s3.list_buckets()["Buckets"]
`,
    good: `import boto3
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("files")


@mcp.tool()
async def files(access_token: str) -> list:
    found = exchange(access_token)
    session = boto3.Session(aws_access_key_id=found["id"], aws_session_token=found["token"])
    s3 = session.client("s3")
    return s3.list_buckets()["Buckets"]
`,
  },
  {
    title: 'an object that keeps its connection to itself, and what is there for a moment only',
    language: 'python',
    bad: `import asyncio
import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("graph")


class Graph:
    def __init__(self, path: str):
        self.path = path
        self._connection = None

    async def connection(self) -> sqlite3.Connection:
        if self._connection is None:
            loop = asyncio.get_running_loop()
            self._connection = await loop.run_in_executor(None, self._connect)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)  # FINDS


async def graph() -> Graph:
    return Graph("/srv/graph.db")


class Search:
    def __init__(self, graph: Graph):
        self.graph = graph

    async def run(self, node: str) -> list:
        connection = await self.graph.connection()
        return connection.execute("select * from edges where node = ? limit 50", (node,)).fetchall()


@mcp.tool()
async def neighbours(node: str) -> list:
    found = await graph()
    return await Search(found).run(node)
`,
    good: `import shutil
import sqlite3
import tempfile
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("graph")


class Graph:
    def __init__(self, path: str):
        self.path = path
        self._connection = None

    def connection(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self.path)
        return self._connection


class Holder:
    def open(self) -> None:
        self.graph = Graph("/srv/graph.db")


graphs: dict[str, Graph] = {}
holder = Holder()


def graph(name: str) -> Graph:
    if name not in graphs:
        graphs[name] = Graph("/srv/graph.db")
    return graphs[name]


def copy_of(path: Path) -> tuple[Path, Path]:
    folder = Path(tempfile.mkdtemp())
    copy = folder / "copy.db"
    shutil.copy2(path, copy)
    return folder, copy


@mcp.tool()
async def neighbours(node: str) -> list:
    return graph("main").connection().execute("select * from edges where node = ? limit 50", (node,)).fetchall()


@mcp.tool()
async def opened(node: str) -> list:
    holder.open()
    return holder.graph.connection().execute("select * from edges where node = ? limit 50", (node,)).fetchall()


@mcp.tool()
async def cookies(profile: str) -> list:
    folder, copy = copy_of(Path("/srv/profile/cookies.db"))
    try:
        connection = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
        return connection.execute("select * from cookies limit 50").fetchall()
    finally:
        shutil.rmtree(folder)
`,
  },
];
