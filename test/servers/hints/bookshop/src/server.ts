import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { search } from './catalogue.ts';
import { priceOf } from './prices.ts';

const server = new McpServer({ name: 'bookshop', version: '1.0.0' });

server.registerTool(
  'search_books',
  { description: 'Finds books by a word of their title.', inputSchema: { word: z.string() }, annotations: { readOnlyHint: true } },
  async ({ word }) => {
    const books = await search(word);
    console.log(`found ${books.length}`);
    return { content: [{ type: 'text', text: JSON.stringify(books, null, 2) }] };
  },
);

server.registerTool('price', { description: 'What a book costs today.', inputSchema: { isbn: z.string() } }, async ({ isbn }) => {
  return { content: [{ type: 'text', text: `${await priceOf(isbn)} EUR` }] };
});

server.registerPrompt('recommend', { description: 'Asks for a recommendation.', argsSchema: { mood: z.string() } }, ({ mood }) => ({
  messages: [{ role: 'user', content: { type: 'text', text: `Which book suits a ${mood} evening?` } }],
}));

await server.connect(new StdioServerTransport());
