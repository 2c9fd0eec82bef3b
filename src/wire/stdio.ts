import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { createLineReader, frame } from './framing.ts';
import type { ServerProcess } from './process.ts';
import { WireError, type Departure, type WireTap, type WireTransport } from './transport.ts';

/** A pipe that broke is usually the first sign of an exit; wait that long for its code, milliseconds. */
const exitGraceMs = 1000;

export interface StdioTransport extends WireTransport {
  /** The client tells a stdio transport by having these two. */
  readonly pid: number;
  readonly stderr: null;
}

/** JSON-RPC, one message a line, over the stdin and stdout of a server that was started. Closing leaves the process to its owner. */
export function createStdioTransport(server: ServerProcess, clock: Clock, tap: WireTap): StdioTransport {
  let failure: WireError | null = null;
  let closed = false;

  const reader = createLineReader(
    {
      message(message, text, arrival) {
        const forClient = tap.incoming(message, text, arrival);
        if (forClient && !closed) transport.onmessage?.(forClient);
      },
      invalid: tap.invalid,
    },
    clock.now,
  );

  function start(): Promise<void> {
    server.stdout.on('data', (chunk: Buffer) => reader.push(chunk, clock.now()));
    server.stdout.once('end', () => {
      reader.end();
      void lose(new WireError('connect', 'The server closed its output.'));
    });
    server.stdin.once('error', () => void lose(new WireError('write_epipe', 'The server closed its input.')));
    void server.exited.then(async () => {
      // what it wrote before it went is still in the pipe; a child of it may hold the pipe open for ever
      await Promise.race([sleep(exitGraceMs), new Promise((resolve) => server.stdout.once('end', resolve))]);
      await lose(new WireError('spawn_exit', 'The server exited.'));
    });
    return Promise.resolve();
  }

  async function lose(error: WireError) {
    if (failure ?? closed) return;
    failure = error;
    if (!server.exit) await Promise.race([server.exited, sleep(exitGraceMs)]);
    if (server.exit) failure = new WireError('spawn_exit', 'The server exited.', null, { cause: error });
    await transport.close();
  }

  function send(message: JSONRPCMessage): Promise<void> {
    const departure: Departure = { queuedUs: clock.now(), writtenUs: null, bytes: 0 };
    const wire = tap.outgoing(message, departure);
    const line = frame(wire);
    departure.bytes = line.length;
    return new Promise((resolve, reject) => {
      server.stdin.write(line, (error) => {
        if (!error) departure.writtenUs = clock.now();
        tap.departed(wire, departure);
        if (error) reject(new WireError(server.exit ? 'spawn_exit' : 'write_epipe', 'The server does not read its input any more.', null, { cause: error }));
        else resolve();
      });
    });
  }

  const transport: StdioTransport = {
    pid: server.pid,
    stderr: null,
    get failure() {
      return failure;
    },
    start,
    send,
    partial: () => reader.partial,
    close() {
      if (!closed) {
        closed = true;
        transport.onclose?.();
      }
      return Promise.resolve();
    },
  };
  return transport;
}
