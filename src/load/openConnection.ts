import type { ServerSpec } from '../model/server.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { openStdioConnection } from './stdioConnection.ts';

/** Opens the connections of a thread, in the way that the server speaks. */
export interface Opener {
  /** @throws UserError when there is no connection, or no handshake. */
  open(o: ConnectionOptions): Promise<Connection>;
  /** Open now, of all connections together; null over stdio. */
  readonly sockets: number | null;
  /** After the connections. */
  close(): Promise<void>;
}

/** `sockets`: the most over HTTP, shared by all sessions of the thread. */
export async function createOpener(server: ServerSpec, sockets: number): Promise<Opener> {
  if (server.transport === 'stdio') return { open: (o) => openStdioConnection(server, o), sockets: null, close: () => Promise.resolve() };
  // only where a URL is tested is the HTTP client read
  const pool = (await import('./httpPool.ts')).createHttpPool({ sockets });
  const { openHttpConnection } = await import('./httpConnection.ts');
  const { openSseConnection } = await import('./sseConnection.ts');
  return {
    open: (o) => (server.transport === 'http' ? openHttpConnection(server, { ...o, pool }) : openSseConnection(server, { ...o, pool })),
    get sockets() {
      return pool.sockets;
    },
    close: () => pool.close(),
  };
}
