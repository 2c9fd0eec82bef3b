// What mcp-framework documents: it loads the classes of the folders tools, prompts and resources beside this file.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MCPServer } from 'mcp-framework';

const server = new MCPServer({ name: 'registrations', version: '1.0.0', basePath: dirname(fileURLToPath(import.meta.url)) });
await server.start();
