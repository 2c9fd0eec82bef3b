import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
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

const pollMs = 20;

/**
 * The transport that a server speaks, ready to be connected. Where the server was started for a URL, waits until
 * something accepts connections there.
 *
 * @throws UserError `connect-failed` when nothing does in time; any error when the process exits meanwhile.
 */
export async function openTransport(spec: ServerSpec, server: ServerProcess | null, c: TransportContext): Promise<WireTransport> {
  if (spec.transport === 'stdio') return createStdioTransport(server!, c.clock, c.tap);
  if (!URL.canParse(spec.url) || !/^https?:$/.test(new URL(spec.url).protocol)) {
    throw new UserError('bad-config', `The URL of "${spec.name}" is not an http:// or https:// address.`, 'Correct "url" in the configuration of the server.');
  }
  const url = new URL(spec.url);
  const headers = { ...credentials(url), ...spec.headers };
  if (server) {
    // nobody talks to its stdin, and what it logs to stdout must not block it
    server.stdout.resume();
    await untilAccepting(url, spec.name, server, c);
  }
  // only where a URL is profiled are the HTTP client and its parser read
  if (spec.transport === 'http') return (await import('../wire/http.ts')).createHttpTransport(url, headers, c.clock, c.tap);
  return (await import('../wire/sse.ts')).createSseTransport(url, headers, c.clock, c.tap);
}

/** `https://name:password@host` as the header it means; taken out of the URL. */
function credentials(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const basic = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64');
  url.username = url.password = '';
  return { authorization: `Basic ${basic}` };
}

async function untilAccepting(url: URL, name: string, server: ServerProcess, c: TransportContext): Promise<void> {
  const until = c.clock.now() + c.timeoutMs * 1000;
  while (!(await accepts(url))) {
    c.signal.throwIfAborted();
    if (server.exit) throw new Error('The server exited.');
    if (c.clock.now() > until) {
      throw new UserError('connect-failed', `"${name}" was started, but nothing accepts connections at ${url.host} after ${c.timeoutMs / 1000} s.`, 'Check that the command listens on the port of the URL, or allow more time for it to start (--timeout, or the setting mcpProfiler.initializeTimeout).');
    }
    await sleep(pollMs);
  }
}

function accepts(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: 1000 });
    const done = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false)).once('timeout', () => done(false));
  });
}
