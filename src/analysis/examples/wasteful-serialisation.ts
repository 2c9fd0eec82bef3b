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
];
