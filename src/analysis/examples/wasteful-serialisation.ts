import type { Example } from '../codeRule.ts';

export const serialisationExamples: readonly Example[] = [
  {
    title: 'in place, and by a helper',
    language: 'typescript',
    bad: `import { writeFile } from 'node:fs/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadUsers } from './users.js';

const server = new McpServer({ name: 'users', version: '1.0.0' });

const asText = (data: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(data, null, 2) }] }); // FINDS

server.tool('users', async () => asText(await loadUsers()));
server.tool('active', async () => {
  const users = await loadUsers();
  const text = JSON.stringify(users.filter((u) => u.active), undefined, '\\t'); // FINDS
  await writeFile('users.json', JSON.stringify(users, null, 2));
  return { content: [{ type: 'text', text }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadUsers } from './users.js';

const server = new McpServer({ name: 'users', version: '1.0.0' });

server.tool('users', async () => {
  const users = await loadUsers();
  console.error(JSON.stringify(users, null, 2));
  return { content: [{ type: 'text', text: JSON.stringify(users) }], structuredContent: { users } };
});
`,
    fixed: `import { writeFile } from 'node:fs/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadUsers } from './users.js';

const server = new McpServer({ name: 'users', version: '1.0.0' });

const asText = (data: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(data) }] });

server.tool('users', async () => asText(await loadUsers()));
server.tool('active', async () => {
  const users = await loadUsers();
  const text = JSON.stringify(users.filter((u) => u.active));
  await writeFile('users.json', JSON.stringify(users, null, 2));
  return { content: [{ type: 'text', text }] };
});
`,
  },
  {
    title: 'json.dumps in what a tool returns',
    language: 'python',
    bad: `import json

from mcp.server.fastmcp import FastMCP
from users import load_users

mcp = FastMCP("users")


@mcp.tool()
def users() -> str:
    return json.dumps(load_users(), indent=2, ensure_ascii=False)  # FINDS


@mcp.tool()
def names() -> str:
    lines = []
    for user in load_users():
        lines.append(json.dumps(user, indent=4))  # FINDS
    return "\\n".join(lines)
`,
    good: `import json

from mcp.server.fastmcp import FastMCP
from users import load_users

mcp = FastMCP("users")


@mcp.tool()
def users() -> str:
    found = load_users()
    with open("users.json", "w") as out:
        out.write(json.dumps(found, indent=2))
    return json.dumps(found)
`,
    fixed: `import json

from mcp.server.fastmcp import FastMCP
from users import load_users

mcp = FastMCP("users")


@mcp.tool()
def users() -> str:
    return json.dumps(load_users(), ensure_ascii=False)


@mcp.tool()
def names() -> str:
    lines = []
    for user in load_users():
        lines.append(json.dumps(user))
    return "\\n".join(lines)
`,
  },
  {
    title: 'a replacer that is not null stays',
    language: 'javascript',
    bad: `import { FastMCP } from 'fastmcp';
import { pages } from './pages.js';

const server = new FastMCP({ name: 'pages', version: '1.0.0' });

server.addTool({
  name: 'pages',
  execute: async () => \`Pages: \${JSON.stringify(await pages(), ['title', 'url'], 2)}\`, // FINDS
});
`,
    good: `import { FastMCP } from 'fastmcp';
import { pages } from './pages.js';

const server = new FastMCP({ name: 'pages', version: '1.0.0' });

server.addTool({
  name: 'pages',
  execute: async () => \`Pages: \${JSON.stringify(await pages(), ['title', 'url'])}\`,
});
`,
    fixed: `import { FastMCP } from 'fastmcp';
import { pages } from './pages.js';

const server = new FastMCP({ name: 'pages', version: '1.0.0' });

server.addTool({
  name: 'pages',
  execute: async () => \`Pages: \${JSON.stringify(await pages(), ['title', 'url'])}\`,
});
`,
  },
  {
    title: 'what is small anyway',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadUsers } from './users.js';

const server = new McpServer({ name: 'users', version: '1.0.0' });

server.tool('users', async () => {
  try {
    const users = await loadUsers();
    return { content: [{ type: 'text', text: JSON.stringify({ success: true, users }, null, 2) }] }; // FINDS
  } catch (error) {
    return { content: [{ type: 'text', text: JSON.stringify({ ...error }, null, 2) }] }; // FINDS
  }
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { deleteUser } from './users.js';
import { z } from 'zod';

const server = new McpServer({ name: 'users', version: '1.0.0' });

server.tool('delete', { name: z.string() }, async ({ name }) => {
  try {
    await deleteUser(name);
    const done = { success: true, message: \`\${name} is gone\` };
    return { content: [{ type: 'text', text: JSON.stringify(done, null, 2) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: JSON.stringify({ error: error instanceof Error ? error.message : String(error), status: 'failed' }, null, 2) }] };
  }
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadUsers } from './users.js';

const server = new McpServer({ name: 'users', version: '1.0.0' });

server.tool('users', async () => {
  try {
    const users = await loadUsers();
    return { content: [{ type: 'text', text: JSON.stringify({ success: true, users }) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: JSON.stringify({ ...error }) }] };
  }
});
`,
  },
  {
    title: 'a string has no indentation',
    language: 'python',
    bad: `import json

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


def safely(call):
    try:
        return call()
    except requests.RequestException as error:
        raise RuntimeError(str(error))


def note(path: str):
    def call():
        return requests.get(f"https://notes.example.com/{path}", timeout=5).json()

    return safely(call)


@mcp.tool()
def read(path: str) -> str:
    return json.dumps(note(path), indent=2)  # FINDS


@mcp.tool()
def find(text: str) -> str:
    found = {"error": "nothing"}
    found["notes"] = note(text)
    return json.dumps(found, indent=2)  # FINDS
`,
    good: `import json

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


def safely(call):
    try:
        return call()
    except requests.RequestException as error:
        raise RuntimeError(str(error))


def note(path: str):
    def call():
        response = requests.get(f"https://notes.example.com/{path}", timeout=5)
        return response.text

    return safely(call)


@mcp.tool()
def read(path: str) -> str:
    content = note(path)
    return json.dumps(content, indent=2)


@mcp.tool()
def find(text: str) -> str:
    try:
        return note(text)
    except RuntimeError as error:
        return json.dumps({"error": str(error), "text": text, "found": []}, indent=2)
`,
    fixed: `import json

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


def safely(call):
    try:
        return call()
    except requests.RequestException as error:
        raise RuntimeError(str(error))


def note(path: str):
    def call():
        return requests.get(f"https://notes.example.com/{path}", timeout=5).json()

    return safely(call)


@mcp.tool()
def read(path: str) -> str:
    return json.dumps(note(path))


@mcp.tool()
def find(text: str) -> str:
    found = {"error": "nothing"}
    found["notes"] = note(text)
    return json.dumps(found)
`,
  },
];
