import type { Example } from '../codeRule.ts';

export const largeResponseExamples: readonly Example[] = [
  {
    title: 'all files, all rows',
    language: 'typescript',
    bad: `import { readdir } from 'node:fs/promises';
import { Pool } from 'pg';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const pool = new Pool();
const server = new McpServer({ name: 'store', version: '1.0.0' });

server.tool('list_files', { folder: z.string() }, async ({ folder }) => {
  const names = await readdir(folder, { recursive: true }); // FINDS
  return { content: [{ type: 'text', text: names.join('\\n') }] };
});

async function orders(customer: string) {
  const { rows } = await pool.query('SELECT * FROM orders WHERE customer = $1', [customer]); // FINDS
  return rows;
}

server.tool('search_orders', { customer: z.string() }, async ({ customer }) => {
  return { content: [{ type: 'text', text: JSON.stringify(await orders(customer)) }] };
});
`,
    good: `import { readdir } from 'node:fs/promises';
import { Pool } from 'pg';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const pool = new Pool();
const server = new McpServer({ name: 'store', version: '1.0.0' });

server.tool('list_files', { folder: z.string(), limit: z.number().default(100) }, async ({ folder, limit }) => {
  const names = await readdir(folder);
  return { content: [{ type: 'text', text: names.slice(0, limit).join('\\n') }] };
});

server.tool('list_orders', async () => {
  const { rows } = await pool.query('SELECT * FROM orders ORDER BY day DESC LIMIT 50');
  return { content: [{ type: 'text', text: JSON.stringify(rows) }] };
});

server.tool('find_order', { id: z.string() }, async ({ id }) => {
  const { rows } = await pool.query('SELECT * FROM orders WHERE id = $1', [id]);
  return { content: [{ type: 'text', text: JSON.stringify(rows[0]) }] };
});

server.tool('list_count', { folder: z.string() }, async ({ folder }) => {
  const names = await readdir(folder);
  return { content: [{ type: 'text', text: String(names.length) }] };
});
`,
  },
  {
    title: 'all rows, all files in Python',
    language: 'python',
    bad: `import json
import os
import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("store")


@mcp.tool()
def list_orders(customer: str) -> str:
    connection = sqlite3.connect("orders.db")
    cursor = connection.execute("SELECT * FROM orders WHERE customer = ?", (customer,))
    return json.dumps(cursor.fetchall())  # FINDS


@mcp.tool()
def list_files(folder: str) -> list[str]:
    return sorted(os.listdir(folder))  # FINDS
`,
    good: `import json
import os
import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("store")


@mcp.tool()
def list_orders(customer: str, limit: int = 50) -> str:
    connection = sqlite3.connect("orders.db")
    cursor = connection.execute("SELECT * FROM orders WHERE customer = ? LIMIT ?", (customer, limit))
    return json.dumps(cursor.fetchall())


@mcp.tool()
def list_files(folder: str) -> list[str]:
    return sorted(os.listdir(folder))[:100]


@mcp.tool()
def find_order(order: int) -> str:
    connection = sqlite3.connect("orders.db")
    return json.dumps(connection.execute("SELECT * FROM orders WHERE id = ?", (order,)).fetchone())
`,
  },
];
