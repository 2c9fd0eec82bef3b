import { MCPResource } from 'mcp-framework';

export default class LogResource extends MCPResource {
  uri = 'log://all';
  name = 'Log';
  description = 'All of it.';
  mimeType = 'text/plain';

  async read() {
    return [{ uri: this.uri, mimeType: this.mimeType, text: 'nothing' }];
  }
}
