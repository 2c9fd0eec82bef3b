import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { Clock } from './clock.ts';
import { createEventStream } from './eventStream.ts';
import { keptOfInvalid, parseMessage } from './framing.ts';
import { createHttpClient } from './httpClient.ts';
import { WireError, type Departure, type WireTap, type WireTransport } from './transport.ts';

/** HTTP+SSE of protocol 2024-11-05: a GET holds all that the server says, and names the address to POST to. */
export function createSseTransport(url: URL, configured: Record<string, string>, clock: Clock, tap: WireTap): WireTransport {
  const client = createHttpClient();
  const ended = new AbortController();
  let endpoint: URL | null = null;
  let protocolVersion: string | undefined;
  let failure: WireError | null = null;

  const headers = (more: Record<string, string>) => ({ ...configured, ...(protocolVersion === undefined ? {} : { 'mcp-protocol-version': protocolVersion }), ...more });

  /** Resolves when the server has named its endpoint. */
  function start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = createEventStream((event, firstByteUs) => {
        if (event.event === 'endpoint') {
          const named = URL.canParse(event.data, url.href) ? new URL(event.data, url) : null;
          if (named?.origin !== url.origin) {
            lose(new WireError('connect', 'The server named an endpoint of another origin.'));
            return;
          }
          endpoint = named;
          resolve();
        } else if (event.data !== '') deliver(event.data, firstByteUs);
      });
      function lose(error: WireError) {
        failure ??= error;
        reject(failure);
        void close();
      }
      void client
        .exchange({
          method: 'GET',
          url,
          headers: headers({ accept: 'text/event-stream' }),
          signal: ended.signal,
          onHead(status, head) {
            if (status >= 300) return null;
            const type = head['content-type'] ?? '';
            if (!type.toLowerCase().startsWith('text/event-stream')) {
              lose(new WireError('bad_content_type', `The server answered with "${type}".`, { status, contentType: type || null, authenticate: null, location: null, body: '' }));
            }
            return (chunk) => stream.push(chunk, clock.now());
          },
        })
        .then(
          () => lose(new WireError('stream_ended_no_response', 'The server ended its event stream.')),
          (error: unknown) => lose(error instanceof WireError ? error : new WireError('connect', String(error))),
        );
    });
  }

  function deliver(text: string, firstByteUs: number) {
    const messages = parseMessage(text);
    const arrival = { firstByteUs, parsedUs: clock.now(), bytes: Buffer.byteLength(text) };
    if (typeof messages === 'string') {
      tap.invalid(text.slice(0, keptOfInvalid), messages, arrival);
      return;
    }
    for (const message of messages) {
      const forClient = tap.incoming(message, text, arrival);
      if (forClient && !ended.signal.aborted) transport.onmessage?.(forClient);
    }
  }

  async function send(message: JSONRPCMessage): Promise<void> {
    const departure: Departure = { queuedUs: clock.now(), writtenUs: null, bytes: 0 };
    const wire = tap.outgoing(message, departure);
    const body = Buffer.from(JSON.stringify(wire), 'utf8');
    departure.bytes = body.length;
    let reported = false;
    const departed = () => {
      if (!reported) tap.departed(wire, departure);
      reported = true;
    };
    try {
      if (!endpoint) throw new WireError('connect', 'The connection is not open.');
      await client.exchange({
        method: 'POST',
        url: endpoint,
        headers: headers({ 'content-type': 'application/json' }),
        body,
        signal: ended.signal,
        onWritten: () => {
          departure.writtenUs = clock.now();
          departed();
        },
        onHead: (status) => (status < 300 ? () => undefined : null),
      });
    } finally {
      departed();
    }
  }

  async function close(): Promise<void> {
    if (ended.signal.aborted) return;
    ended.abort();
    await client.destroy();
    transport.onclose?.();
  }

  const transport: WireTransport = {
    get failure() {
      return failure;
    },
    start,
    send,
    close,
    // one stream for all: there is no telling whose answer it is that has begun
    partial: () => false,
    setProtocolVersion(version) {
      protocolVersion = version;
    },
  };
  return transport;
}
