// Says every secret that it was given wherever a server can say something: stderr, log notifications, tool names'
// descriptions, results, tool errors, and in the forms in which secrets travel.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const secrets = Object.entries(process.env).filter(([name]) => name.startsWith('PLANTED_')).map(([, value]) => value);
const args = process.argv.slice(2);
const forms = (text) => [
  text,
  Buffer.from(text).toString('base64'),
  Buffer.from(`x${text}`).toString('base64'),
  Buffer.from(`user:${text}`).toString('base64url'),
  encodeURIComponent(text),
  JSON.stringify(text),
  JSON.stringify(JSON.stringify({ text })),
];
const all = [...secrets, ...args].flatMap(forms).join(' | ');
process.stderr.write(`${all}\n`);

serveStdio(() => {
  const server = new McpServer({ name: 'leaky', version: '1.0.0' }, { capabilities: { logging: {} } });
  const annotations = { readOnlyHint: true };
  server.registerTool('tell', { description: `Tells ${all}`, inputSchema: z.object({ given: z.string().optional() }), annotations }, async ({ given }, ctx) => {
    await ctx.mcpReq.log('info', all);
    await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: ctx.mcpReq._meta?.progressToken, progress: 1, message: all } });
    process.stderr.write(`${all}\n`);
    // no message, and cut in the middle of a secret where a run keeps the beginning of such a line
    process.stdout.write(`${'.'.repeat(192)}${process.env.PLANTED_HOST}\n`);
    return { content: [{ type: 'text', text: `${all} ${given}` }] };
  });
  server.registerTool('fail', { description: 'Fails', inputSchema: z.object({}), annotations }, () => {
    throw new Error(all);
  });
  return server;
});
