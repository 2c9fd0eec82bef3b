import { largeBytes } from './table.ts';

export interface Call {
  id: number;
  method: string;
  params?: { name?: string; arguments?: Record<string, unknown>; protocolVersion?: string };
}

export const good = (id: number | string, text = 'ok') => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
export const notification = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'on its way' } };
export const rubbish = '{"jsonrpc":"2.0","res';

/** The answer to `initialize`; null for any other method. */
export function handshake({ id, method, params }: Call): object | null {
  if (method !== 'initialize') return null;
  return { jsonrpc: '2.0', id, result: { protocolVersion: params?.protocolVersion ?? '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'faults', version: '1' } } };
}

/** The texts that the tools say that are the same over all transports; undefined for the others. */
export function said({ id, params }: Call): string[] | undefined {
  switch (params?.name) {
    case 'ok':
      return [JSON.stringify(good(id))];
    case 'ok-after-notification':
      return [JSON.stringify(notification), JSON.stringify(good(id))];
    case 'asks-ping':
      return ['{"jsonrpc":"2.0","id":"p1","method":"ping"}', JSON.stringify(good(id))];
    case 'ok-and-another':
      return [JSON.stringify(good('nobody')), JSON.stringify(good(id))];
    case 'large-32mb':
    case 'large-32mb-event':
      return [JSON.stringify(good(id, 'x'.repeat(largeBytes)))];
    case 'is-error':
      return [JSON.stringify({ jsonrpc: '2.0', id, result: { isError: true, content: [{ type: 'text', text: 'no' }] } })];
    case 'rpc-error':
      return [JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'internal' } })];
    case 'null-error':
      return [JSON.stringify({ ...good(id), error: null })];
    case 'other-id':
    case 'other-id-event':
      return [JSON.stringify(good(id + 100_000))];
    case 'rubbish':
    case 'rubbish-event':
      return [rubbish];
    case 'no-jsonrpc':
      return [JSON.stringify({ answer: 42 })];
    case 'silent':
      return [];
    default:
      return undefined;
  }
}
