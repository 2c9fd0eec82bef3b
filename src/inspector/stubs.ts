import type { Client, ClientCapabilities } from '@modelcontextprotocol/client';
import type { ClientStubs } from '../model/engine.ts';

const defaultText = 'This is a fixed answer of MCP Profiler: no model was asked.';

/** What a server may ask of us. */
export const stubCapabilities: ClientCapabilities = {
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  roots: { listChanged: false },
};

/** Answers the requests of a server to its client with fixed values. Without a stub, elicitation is declined. */
export function answerWithStubs(client: Client, stubs: ClientStubs): void {
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'mcp-profiler-stub',
    role: 'assistant',
    content: { type: 'text', text: stubs.samplingText ?? defaultText },
    stopReason: 'endTurn',
  }));
  client.setRequestHandler('elicitation/create', () => {
    const { action, content } = stubs.elicitation ?? { action: 'decline' as const };
    return action === 'accept' ? { action, content: (content ?? {}) as Record<string, string> } : { action };
  });
  client.setRequestHandler('roots/list', () => ({ roots: (stubs.roots ?? []).map((uri) => ({ uri })) }));
}
