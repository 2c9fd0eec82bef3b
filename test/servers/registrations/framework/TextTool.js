import { MCPTool } from 'mcp-framework';

/** A base in between, as people write them. */
export class TextTool extends MCPTool {
  async execute({ text }) {
    return this.answer(text.trim());
  }
}
