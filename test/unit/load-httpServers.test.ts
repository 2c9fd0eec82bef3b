import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ConnectionOptions, Outgoing } from '../../src/load/connection.ts';
import { modernMeta } from '../../src/load/handshake.ts';
import { openHttpConnection } from '../../src/load/httpConnection.ts';
import { createHttpPool } from '../../src/load/httpPool.ts';
import { openSseConnection } from '../../src/load/sseConnection.ts';
import { startClock } from '../../src/wire/clock.ts';
import { startProcess, type ServerProcess } from '../../src/wire/process.ts';
import { findMarked } from '../../src/wire/strays.ts';
import { httpSpec, loadOptions, send, toolCall } from './support/loadConnection.ts';
import { command, listening, root } from './support/session.ts';

/** What ends the servers that a test started. */
const started: (() => Promise<void>)[] = [];
const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');

describe('load over HTTP against real servers', function () {
  this.timeout(60_000);
  afterEach(async () => {
    for (const end of started.splice(0)) await end();
  });

  for (const transport of ['http', 'sse'] as const) {
    it(`server-everything, ${transport}: three sessions share the sockets; every answer is counted`, async () => {
      const { spec, server, options } = await startEverything(transport);
      const pool = createHttpPool({ sockets: 8 });
      const open = transport === 'http' ? openHttpConnection : openSseConnection;
      const sessions = await Promise.all([1, 2, 3].map(() => open(spec, { ...options(), pool })));
      const ok = await sendMany(sessions, 300, 60, toolCall('echo', { message: 'über' }, { wantsResult: true }), (result) => assert.match(JSON.stringify(result), /Echo: über/));
      assert.deepEqual(ok, { ok: 300 });
      assert.ok(pool.sockets <= 8 + (transport === 'sse' ? 3 : 0), `${pool.sockets} sockets`);
      assert.deepEqual(await sendMany(sessions, 6, 6, toolCall('no-such-tool')), { tool_isError: 6 });
      assert.deepEqual(await sendMany(sessions, 6, 6, { ...toolCall(''), method: 'no/such/method', params: '{}' }), { 'jsonrpc(-32601)': 6 });
      await Promise.all(sessions.map((c) => c.close()));
      await pool.close();
      assert.equal(pool.sockets, 0);
      await server.end();
      assert.deepEqual(await findMarked(options().marker), []);
    });

    it(`server-everything, ${transport}: what a tool asks of the client is answered`, async () => {
      const { spec, options } = await startEverything(transport);
      const connection = await (transport === 'http' ? openHttpConnection(spec, { ...options(), serverStream: true }) : openSseConnection(spec, options()));
      // the server offers it once it knows what the client can do
      let reply = await send(connection, toolCall('trigger-sampling-request', { prompt: 'x' }, { wantsResult: true }));
      for (let i = 0; i < 20 && reply.errorClass === 'tool_isError'; i++) {
        await sleep(100);
        reply = await send(connection, toolCall('trigger-sampling-request', { prompt: 'x' }, { wantsResult: true }));
      }
      assert.equal(reply.errorClass, null);
      assert.match(JSON.stringify(reply.result), /no model was asked/);
      await connection.close();
    });
  }

  for (const protocol of ['legacy', 'modern'] as const) {
    it(`SDK v2, ${protocol}`, async () => {
      const server = await listening(process.execPath, join(root, 'test/servers/delays/v2.mjs'), 'http');
      started.push(server.stop);
      const { options, strays } = loadOptions({ protocol });
      const connection = await openHttpConnection(httpSpec(`http://127.0.0.1:${server.port}/mcp`), options);
      const call = (tool: string, args: object) => ({ ...toolCall(tool), params: JSON.stringify({ name: tool, arguments: args, ...(protocol === 'modern' ? { _meta: modernMeta } : {}) }) });
      assert.deepEqual(await sendMany([connection], 100, 20, call('sleep', { ms: 1 })), { ok: 100 });
      assert.deepEqual(await sendMany([connection], 3, 3, call('fails', {})), { tool_isError: 3 });
      assert.deepEqual(await sendMany([connection], 3, 3, call('sleep', { ms: 'long' })), { tool_isError: 3 });
      // 404 in the modern era, and no session that could be gone
      assert.deepEqual(await sendMany([connection], 3, 3, { ...call('', {}), method: 'no/such/method', name: null }), { 'jsonrpc(-32601)': 3 });
      assert.equal(connection.lost, null);
      assert.deepEqual(strays, []);
      await connection.close();
    });
  }
});

async function startEverything(transport: 'http' | 'sse') {
  const finder = createServer().listen(0, '127.0.0.1');
  await once(finder, 'listening');
  const { port } = finder.address() as AddressInfo;
  await new Promise((resolve) => finder.close(resolve));
  const process_ = command(process.execPath, everything, transport === 'http' ? 'streamableHttp' : 'sse');
  process_.env['PORT'] = String(port);
  const { options } = loadOptions();
  const server: ServerProcess = await startProcess(process_, { marker: options.marker, clock: startClock(), onStderr: () => undefined });
  started.push(() => server.end());
  const spec = httpSpec(`http://127.0.0.1:${port}/${transport === 'http' ? 'mcp' : 'sse'}`, { transport, process: process_ });
  return { spec, server, options: (): ConnectionOptions => ({ ...loadOptions().options, marker: options.marker }) };
}

/** Sends so many, so many at once, round the connections; how they ended, by class. */
function sendMany(connections: Connection[], total: number, inFlight: number, request: Outgoing, check: (result: unknown) => void = () => undefined): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const classes: Record<string, number> = {};
    let started = 0;
    let ended = 0;
    const next = () => {
      if (started === total) return;
      connections[started++ % connections.length]!.send(request, ({ errorClass, result }) => {
        try {
          if (errorClass === null) check(result);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        classes[errorClass ?? 'ok'] = (classes[errorClass ?? 'ok'] ?? 0) + 1;
        if (++ended === total) resolve(classes);
        else next();
      });
    };
    for (let i = 0; i < inFlight; i++) next();
  });
}
