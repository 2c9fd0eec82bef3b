// A small bookshop as an MCP server. It works, and it is slow in three ordinary ways; MCP Profiler finds them.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { addBook, searchBooks, shelves } from './catalogue.ts';
import { signReceipt } from './receipts.ts';
import { forecast } from './weather.ts';

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });
const readOnly = { readOnlyHint: true, openWorldHint: false };

serveStdio(() => {
  const server = new McpServer({ name: 'bookshop', version: '1.0.0' });

  server.registerTool(
    'search_books',
    { description: 'Finds books by a word in their title.', inputSchema: z.object({ query: z.string().default('river') }), annotations: readOnly },
    ({ query }) => text(searchBooks(query)),
  );

  server.registerTool(
    'sign_receipt',
    { description: 'Signs a receipt so that it can be checked later.', inputSchema: z.object({ order: z.string().default('A-1001') }), annotations: readOnly },
    ({ order }) => text({ order, signature: signReceipt(order) }),
  );

  server.registerTool(
    'forecast',
    { description: 'Tells the weather at a branch, for opening the terrace.', inputSchema: z.object({ city: z.enum(['Lisbon', 'Oslo', 'Kyoto']) }), annotations: readOnly },
    async ({ city }) => text(await forecast(city)),
  );

  server.registerTool(
    'list_shelves',
    { description: 'Lists the shelves of the shop.', inputSchema: z.object({}), annotations: readOnly },
    () => text(shelves),
  );

  server.registerTool(
    'add_book',
    { description: 'Adds a book to the catalogue.', inputSchema: z.object({ title: z.string(), author: z.string() }), annotations: { readOnlyHint: false, destructiveHint: false } },
    ({ title, author }) => text({ id: addBook(title, author) }),
  );

  return server;
});
