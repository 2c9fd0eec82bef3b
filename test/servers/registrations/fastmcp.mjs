// Everything that npm's fastmcp documents for offering tools, resources and prompts, over stdio.
import { FastMCP } from 'fastmcp';
import { z } from 'zod';
import { fileTools } from './fastmcpTools.mjs';

const server = new FastMCP({ name: 'registrations', version: '1.0.0' });

server.addTool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  annotations: { readOnlyHint: true },
  execute: async ({ a, b }, { log }) => {
    log.info('adding');
    return String(a + b);
  },
});

for (const tool of fileTools) server.addTool(tool);

const lengthOf = (noun) => ({ name: `length_of_${noun}`, description: 'How long it is.', parameters: z.object({ text: z.string() }), execute: async ({ text }) => String(text.length) });
server.addTool(lengthOf('word'));
server.addTool(lengthOf('line'));

server.addResource({ uri: 'file:///logs/app.log', name: 'Application Logs', mimeType: 'text/plain', load: async () => ({ text: 'nothing' }) });
server.addPrompt({ name: 'git-commit', description: 'A commit message.', arguments: [{ name: 'changes', required: true }], load: async ({ changes }) => `Say: ${changes}` });

await server.start({ transportType: 'stdio' });
