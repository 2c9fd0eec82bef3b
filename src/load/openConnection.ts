import type { ServerSpec } from '../model/server.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { openStdioConnection } from './stdioConnection.ts';

/** The connection that a server speaks. @throws UserError when there is none, or it does not shake hands. */
export async function openConnection(server: ServerSpec, o: ConnectionOptions): Promise<Connection> {
  if (server.transport === 'stdio') return openStdioConnection(server, o);
  // only where a URL is tested is the HTTP client read
  if (server.transport === 'http') return (await import('./httpConnection.ts')).openHttpConnection(server, o);
  return (await import('./sseConnection.ts')).openSseConnection(server, o);
}
