import type { JSONRPCMessage } from '@modelcontextprotocol/client';

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/** Headers of protocol 2026-07-28 that repeat what the body says; none for messages of earlier versions. */
export function modernHeaders(message: JSONRPCMessage): Record<string, string> {
  if (!('method' in message)) return {};
  const meta = message.params?._meta as Record<string, unknown> | undefined;
  const version = meta?.[versionKey];
  if (typeof version !== 'string') return {};
  const name = message.params?.['name'] ?? message.params?.['uri'];
  return {
    'mcp-protocol-version': version,
    'mcp-method': message.method,
    ...(typeof name === 'string' ? { 'mcp-name': encode(name) } : {}),
  };
}

/** Visible ASCII goes as it is; the rest in the Base64 form that the specification gives. */
function encode(value: string): string {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !value.startsWith('=?base64?') ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}
