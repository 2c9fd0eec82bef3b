import type { ServerSpec } from '../model/server.ts';
import type { Clock } from '../wire/clock.ts';
import type { ServerProcess } from '../wire/process.ts';
import { createStdioTransport } from '../wire/stdio.ts';
import type { WireTap, WireTransport } from '../wire/transport.ts';

export interface TransportContext {
  clock: Clock;
  tap: WireTap;
  signal: AbortSignal;
  /** For a server that is started before it is connected to. */
  timeoutMs: number;
}

/** The transport that a server speaks, ready to be connected. */
export async function openTransport(spec: ServerSpec, server: ServerProcess | null, c: TransportContext): Promise<WireTransport> {
  if (spec.transport === 'stdio') return createStdioTransport(server!, c.clock, c.tap);
  await Promise.resolve();
  throw new Error('not there yet');
}
