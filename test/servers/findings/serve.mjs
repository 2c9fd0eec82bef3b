import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

let served = 0;

/** Every result differs from the last, so that nothing here could be cached; `same` says otherwise. */
export const different = (text = '') => `${text} ${++served}`;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Serves read-only tools without arguments; each is `[name, description, handler]`, the handler returns text. */
export function serve(name, tools) {
  serveStdio(() => {
    const server = new McpServer({ name, version: '1.0.0' });
    for (const [tool, description, handler] of tools) {
      server.registerTool(tool, { description, inputSchema: z.object({}), annotations: { readOnlyHint: true } }, async () => ({ content: [{ type: 'text', text: await handler() }] }));
    }
    return server;
  });
}
