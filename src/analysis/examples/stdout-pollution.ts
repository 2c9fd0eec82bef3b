import type { Example } from '../codeRule.ts';

export const stdoutExamples: readonly Example[] = [
  {
    title: 'in a handler, and once the server has started',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'echo', version: '1.0.0' });

server.tool('echo', { text: z.string() }, async ({ text }) => {
  console.log('echo', text); // FINDS
  return { content: [{ type: 'text', text: shout(text) }] };
});

function shout(text: string): string {
  process.stdout.write(text); // FINDS
  return text.toUpperCase();
}

async function main() {
  await server.connect(new StdioServerTransport());
  console.info('running on stdio'); // FINDS
}

void main();
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

function usage() {
  console.log('usage: echo [--help]');
  process.exit(0);
}

const server = new McpServer({ name: 'echo', version: '1.0.0' });

async function main() {
  if (process.argv.includes('--help')) usage();
  if (process.argv.includes('--version')) {
    console.log('1.0.0');
    return;
  }
  await server.connect(new StdioServerTransport());
  console.error('running on stdio');
}

void main();
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'echo', version: '1.0.0' });

server.tool('echo', { text: z.string() }, async ({ text }) => {
  console.error('echo', text);
  return { content: [{ type: 'text', text: shout(text) }] };
});

function shout(text: string): string {
  process.stderr.write(text);
  return text.toUpperCase();
}

async function main() {
  await server.connect(new StdioServerTransport());
  console.error('running on stdio');
}

void main();
`,
  },
  {
    title: 'a server that speaks both may print where it serves HTTP',
    language: 'javascript',
    bad: `import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

console.log('loading'); // FINDS
const server = new McpServer({ name: 'both', version: '1.0.0' });

if (process.env.MODE === 'web') {
  const app = express();
  await server.connect(new StreamableHTTPServerTransport({}));
  app.listen(3000, () => console.log('listening'));
} else {
  await server.connect(new StdioServerTransport());
}
`,
    good: `import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

console.log('loading');
const server = new McpServer({ name: 'web', version: '1.0.0' });
const app = express();
await server.connect(new StreamableHTTPServerTransport({}));
app.listen(3000, () => console.log('listening'));
`,
    fixed: `import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

console.error('loading');
const server = new McpServer({ name: 'both', version: '1.0.0' });

if (process.env.MODE === 'web') {
  const app = express();
  await server.connect(new StreamableHTTPServerTransport({}));
  app.listen(3000, () => console.log('listening'));
} else {
  await server.connect(new StdioServerTransport());
}
`,
  },
  {
    title: 'print in a tool and before run()',
    language: 'python',
    bad: `"""Echoes."""

import logging

from mcp.server.fastmcp import FastMCP

logging.basicConfig(level=logging.INFO)
mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    print("echo", text)  # FINDS
    return text


if __name__ == "__main__":
    print("starting")  # FINDS
    mcp.run()
`,
    good: `import argparse
import sys

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    print("echo", text, file=sys.stderr)
    return text


def serve_http() -> None:
    print("listening")
    mcp.run(transport="sse")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--http", action="store_true")
    args = parser.parse_args()
    if args.version:
        print("1.0.0")
        return
    if args.http:
        try:
            serve_http()
            sys.exit(0)
        except OSError:
            sys.exit(1)
    try:
        mcp.run()
    finally:
        print("stopped")


if __name__ == "__main__":
    main()
`,
    fixed: `"""Echoes."""

import sys
import logging

from mcp.server.fastmcp import FastMCP

logging.basicConfig(level=logging.INFO)
mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    print("echo", text, file=sys.stderr)
    return text


if __name__ == "__main__":
    print("starting", file=sys.stderr)
    mcp.run()
`,
  },
  {
    title: 'stdout that was redirected',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new McpServer({ name: 'echo', version: '1.0.0' });
server.tool('ping', async () => {
  console.table([{ ping: 1 }]); // FINDS
  return { content: [] };
});
await server.connect(new StdioServerTransport());
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

console.log = console.error;
const server = new McpServer({ name: 'echo', version: '1.0.0' });
server.tool('ping', async () => {
  console.log('ping');
  return { content: [] };
});
await server.connect(new StdioServerTransport());
`,
  },
  {
    title: 'a logger that writes to stdout',
    language: 'python',
    bad: `import logging
import sys

from mcp.server.fastmcp import FastMCP

logging.basicConfig(level=logging.INFO, stream=sys.stdout)  # FINDS
mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    return text


mcp.run()
`,
    good: `import logging

from mcp.server.fastmcp import FastMCP

logging.getLogger().addHandler(logging.StreamHandler())
mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    return text


mcp.run()
`,
    fixed: `import logging
import sys

from mcp.server.fastmcp import FastMCP

logging.basicConfig(level=logging.INFO, stream=sys.stderr)
mcp = FastMCP("echo")


@mcp.tool()
def echo(text: str) -> str:
    return text


mcp.run()
`,
  },
];
