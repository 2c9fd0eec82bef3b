// SDK v2, both eras: `node v2.mjs` over stdio, `node v2.mjs http` over HTTP (prints its port).
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const text = (value) => ({ content: [{ type: 'text', text: value }] });

function create() {
  const server = new McpServer({ name: 'delays-v2', version: '1.0.0' });
  server.registerTool('sleep', { description: 'Answers late.', inputSchema: z.object({ ms: z.number().default(5) }), annotations: { readOnlyHint: true } }, async ({ ms }) => {
    await sleep(ms);
    return text(`slept ${ms}`);
  });
  server.registerTool('fails', { description: 'Throws.', inputSchema: z.object({}) }, () => {
    throw new Error('on purpose');
  });
  server.registerTool('structured', { description: 'Breaks its own output schema.', inputSchema: z.object({}), outputSchema: z.object({ n: z.number() }) }, () => ({ ...text('{}'), structuredContent: { n: 1 } }));
  // 2026-07-28: what the server needs is asked for in the result, and the call is made again with it
  server.registerTool('asks', { description: 'Needs a name.', inputSchema: z.object({}) }, (_args, ctx) => {
    const answer = ctx.mcpReq.inputResponses?.name;
    if (!answer) {
      return inputRequired({ inputRequests: { name: inputRequired.elicit({ message: 'Your name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } }) } });
    }
    return text(`hello ${JSON.stringify(answer)}`);
  });
  return server;
}

if (process.argv[2] !== 'http') serveStdio(create);
else {
  const handle = toNodeHandler(createMcpHandler(create));
  const server = createServer((req, res) => void handle(req, res));
  server.listen(Number(process.env.PORT || 0), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
}
