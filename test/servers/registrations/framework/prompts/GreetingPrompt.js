import { MCPPrompt } from 'mcp-framework';
import { z } from 'zod';

export default class GreetingPrompt extends MCPPrompt {
  name = 'greeting';
  description = 'Greets.';
  schema = { who: { type: z.string(), description: 'Whom.', required: true } };

  async generateMessages({ who }) {
    return [{ role: 'user', content: { type: 'text', text: `Greet ${who}.` } }];
  }
}
