// Tools that go wrong in the middle of a run; each is named after what it does.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const done = { content: [{ type: 'text', text: 'done' }] };

function spinForEver() {
  for (let i = 0; ; i++) if (i < 0) return;
}

let calls = 0;
const tools = {
  fine: () => done,
  chatty: () => {
    console.log('looking it up');
    return done;
  },
  hang: () => new Promise(() => {}),
  spin: () => spinForEver(),
  crash_at_third: () => {
    if (++calls === 3) setImmediate(() => { throw new Error('planted crash'); });
    return calls === 3 ? new Promise(() => {}) : done;
  },
};

serveStdio(() => {
  const server = new McpServer({ name: 'trouble', version: '1.0.0' });
  for (const [name, handler] of Object.entries(tools)) {
    server.registerTool(name, { description: name, inputSchema: z.object({}), annotations: { readOnlyHint: true } }, handler);
  }
  return server;
});
