import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionOptions, ErrorClass, Outgoing, Reply } from '../../../src/load/connection.ts';
import type { UserError } from '../../../src/model/errors.ts';
import type { HttpServer } from '../../../src/model/server.ts';
import { startClock } from '../../../src/wire/clock.ts';

/** Options of a connection, and what it told beside its replies. */
export interface Kept {
  options: ConnectionOptions;
  strays: ErrorClass[];
  losses: UserError[];
}

export function loadOptions(more: Partial<ConnectionOptions> = {}): Kept {
  const strays: ErrorClass[] = [];
  const losses: UserError[] = [];
  const options: ConnectionOptions = {
    clock: startClock(),
    protocol: 'legacy',
    initializeTimeoutMs: 15_000,
    maxSockets: 4,
    marker: `test-${randomUUID()}`,
    signal: new AbortController().signal,
    onStray: (errorClass) => strays.push(errorClass),
    onLost: (why) => losses.push(why),
    ...more,
  };
  return { options, strays, losses };
}

export const httpSpec = (url: string, more: Partial<HttpServer> = {}): HttpServer => ({ transport: 'http', name: 'under test', url, headers: {}, secrets: [], ...more });

export function toolCall(tool: string, args: object = {}, more: Partial<Outgoing> = {}): Outgoing {
  return { method: 'tools/call', params: JSON.stringify({ name: tool, arguments: args }), name: tool, timeoutUs: 20_000_000, wantsResult: false, ...more };
}

/** A reply is valid only while `done` runs: this is a copy. */
export function send(connection: Connection, request: Outgoing): Promise<Reply> {
  return new Promise((resolve) => connection.send(request, (reply) => resolve({ ...reply })));
}

export const callTool = (connection: Connection, tool: string, timeoutUs: number, wantsResult = false): Promise<Reply> => send(connection, toolCall(tool, {}, { timeoutUs, wantsResult }));
