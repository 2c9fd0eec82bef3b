import { MCPTool } from 'mcp-framework';
import { z } from 'zod';

export default class AddTool extends MCPTool {
  name = 'add';
  description = 'Adds two numbers.';
  schema = { a: { type: z.number(), description: 'One.' }, b: { type: z.number(), description: 'The other.' } };

  async execute({ a, b }) {
    return a + b;
  }
}
