import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Connection, Reply } from '../../src/load/connection.ts';
import { openHttpConnection } from '../../src/load/httpConnection.ts';
import { networkClass } from '../../src/load/httpErrors.ts';
import { createHttpPool } from '../../src/load/httpPool.ts';
import { openSseConnection } from '../../src/load/sseConnection.ts';
import { UserError } from '../../src/model/errors.ts';
import { startFaultServer, type FaultServer } from '../servers/faults/http.ts';
import { callTool, httpSpec, loadOptions, send, toolCall } from './support/loadConnection.ts';

const longUs = 20_000_000;

describe('load over HTTP', function () {
  this.timeout(30_000);
  let server: FaultServer;
  beforeEach(async () => void (server = await startFaultServer()));
  afterEach(() => server.close());

  it('sends what the session agreed on, and deletes it at the end', async () => {
    const { options } = loadOptions();
    const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`, { headers: { Authorization: 'Bearer t', 'X-Other': '1' } }), options);
    assert.deepEqual(server.notices, ['{"jsonrpc":"2.0","method":"notifications/initialized"}']);
    assert.equal((await callTool(connection, 'ok', longUs)).errorClass, null);
    const { authorization, 'x-other': other, 'mcp-session-id': session, 'mcp-protocol-version': version, accept, 'content-type': type } = server.lastHeaders;
    assert.deepEqual([authorization, other, session, version, accept, type], ['Bearer t', '1', 's1', '2025-11-25', 'application/json, text/event-stream', 'application/json']);
    assert.equal((connection.handshake['serverInfo'] as { name: string }).name, 'faults');
    await connection.close();
    assert.deepEqual(server.deleted, ['s1']);
    assert.equal((await callTool(connection, 'ok', longUs)).errorClass, 'cancelled');
  });

  for (const transport of ['http', 'sse'] as const) {
    describe(transport, () => {
      const open = (o = loadOptions(), pool = createHttpPool({ sockets: 4 })) =>
        transport === 'http'
          ? openHttpConnection(httpSpec(`${server.origin}/mcp`), { ...o.options, pool })
          : openSseConnection(httpSpec(`${server.origin}/sse`, { transport }), { ...o.options, pool });

      it('closing ends what is in flight and what waits for a socket as cancelled, once each', async () => {
        const pool = createHttpPool({ sockets: 2 });
        const connection = await open(loadOptions(), pool);
        const other = await open(loadOptions(), pool);
        const replies: Reply[] = [];
        for (let i = 0; i < 5; i++) connection.send(toolCall('silent'), (reply) => replies.push({ ...reply }));
        await eventually(() => server.calls.get('silent') === (transport === 'http' ? 2 : 5));
        assert.equal(connection.inFlight, 5);
        await connection.close();
        assert.deepEqual(replies.map((r) => r.errorClass), Array(5).fill('cancelled'));
        assert.equal(replies.filter((r) => r.writtenUs !== null).length, transport === 'http' ? 2 : 5);
        assert.equal((await callTool(other, 'ok', longUs)).errorClass, null, 'the other session goes on');
        await other.close();
        await pool.close();
      });

      it('a server that is gone: connect, and no socket is left', async () => {
        const pool = createHttpPool({ sockets: 4 });
        const connection = await open(loadOptions(), pool);
        await server.close();
        await eventually(() => pool.sockets === 0);
        if (transport === 'http') {
          const replies = await Promise.all(Array.from({ length: 20 }, () => callTool(connection, 'ok', longUs)));
          for (const { errorClass, writtenUs } of replies) assert.deepEqual([errorClass, writtenUs], ['connect', null]);
        } else await eventually(() => connection.lost === 'stream_ended_no_response');
        await connection.close();
        await pool.close();
        assert.equal(pool.sockets, 0);
      });

      it('answers what the server asks, and tells the server of requests that it gave up', async () => {
        const connection = await open();
        await send(connection, toolCall('asks-ping', {}, { timeoutUs: longUs }));
        await eventually(() => server.notices.some((text) => text === '{"jsonrpc":"2.0","id":"p1","result":{}}'));
        await send(connection, toolCall('silent', {}, { timeoutUs: 50_000 }));
        await eventually(() => server.notices.some((text) => text.includes('notifications/cancelled')));
        await connection.close();
      });
    });
  }

  it('what waits for a socket is not written: service time begins at the write, and the limit ends it as not sent', async () => {
    const { options } = loadOptions({ maxSockets: 1 });
    const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), options);
    const first = callTool(connection, 'silent', 400_000);
    const second = callTool(connection, 'ok', 5_000_000);
    const third = callTool(connection, 'ok', 50_000);
    const [a, b, c] = await Promise.all([first, second, third]);
    assert.deepEqual([a.errorClass, b.errorClass, c.errorClass], ['timeout_no_bytes', null, 'not_sent']);
    assert.equal(c.writtenUs, null);
    assert.ok(b.writtenUs !== null && b.writtenUs >= a.endUs, 'written when the socket was free');
    assert.equal(server.calls.get('ok'), 1);
    await connection.close();
  });

  it('200 in flight in four sessions over 16 sockets: equal counts on both sides, never more sockets', async () => {
    const pool = createHttpPool({ sockets: 16 });
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openHttpConnection(httpSpec(`${server.origin}/mcp`), { ...loadOptions().options, pool })));
    const total = 4000;
    let started = 0;
    const classes = new Map<unknown, number>();
    await new Promise<void>((resolve) => {
      let ended = 0;
      const next = () => {
        if (started === total) return;
        const connection = sessions[started % 4]!;
        const tool = ['ok', 'ok-event', 'is-error', 'http-503'][Math.floor(started / 4) % 4]!;
        started++;
        connection.send(toolCall(tool), ({ errorClass }) => {
          classes.set(errorClass, (classes.get(errorClass) ?? 0) + 1);
          if (++ended === total) resolve();
          else next();
        });
      };
      for (let i = 0; i < 200; i++) next();
      assert.equal(sessions.reduce((sum, c) => sum + c.inFlight, 0), 200);
      assert.equal(pool.queued, 200 - 16);
    });
    assert.deepEqual([classes.get(null), classes.get('tool_isError'), classes.get('http_5xx')], [2000, 1000, 1000]);
    for (const tool of ['ok', 'ok-event', 'is-error', 'http-503']) assert.equal(server.calls.get(tool), 1000, tool);
    assert.equal(server.sockets.most, 16);
    assert.equal(pool.sockets, 16);
    await Promise.all(sessions.map((c) => c.close()));
    assert.deepEqual(server.deleted.sort(), ['s1', 's2', 's3', 's4']);
    await pool.close();
    assert.equal(pool.sockets, 0);
  });

  it('answers that are known again are told from those that only look so', async () => {
    const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), loadOptions({ maxSockets: 1 }).options);
    for (const kind of ['', '-event']) {
      for (let i = 0; i < 20; i++) assert.equal((await callTool(connection, `ok${kind}`, longUs)).errorClass, null);
      assert.equal((await callTool(connection, `other-id${kind}`, longUs)).errorClass, 'unexpected_id');
      assert.deepEqual((await callTool(connection, `ok${kind}`, longUs, true)).result, { content: [{ type: 'text', text: 'ok' }] });
    }
    assert.equal((await callTool(connection, 'is-error', longUs)).errorClass, 'tool_isError');
    await connection.close();
  });

  it('a session that is gone takes no other with it', async () => {
    const pool = createHttpPool({ sockets: 4 });
    const kept = loadOptions();
    const [one, two] = await Promise.all([openHttpConnection(httpSpec(`${server.origin}/mcp`), { ...kept.options, pool }), openHttpConnection(httpSpec(`${server.origin}/mcp`), { ...loadOptions().options, pool })]);
    assert.equal((await callTool(one, 'session-gone', longUs)).errorClass, 'session_404');
    assert.match(kept.losses[0]?.message ?? '', /ended a session under load/);
    assert.equal((await callTool(two, 'ok', longUs)).errorClass, null);
    await Promise.all([one.close(), two.close()]);
    assert.equal(server.deleted.length, 1, 'what is gone is not deleted');
    await pool.close();
  });

  it('a timed-out exchange gives its socket back by closing it', async () => {
    const { options } = loadOptions({ maxSockets: 2 });
    const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), options);
    for (let i = 0; i < 3; i++) await Promise.all([callTool(connection, 'silent', 50_000), callTool(connection, 'half-a-body', 50_000)]);
    assert.equal((await callTool(connection, 'ok', longUs)).errorClass, null);
    await eventually(() => server.sockets.open <= 2);
    await connection.close();
    await eventually(() => server.sockets.open === 0);
  });

  it('an answer on a stream that the server leaves open does not keep the socket for ever', async () => {
    const { options } = loadOptions({ maxSockets: 1 });
    const connection = await openHttpConnection(httpSpec(`${server.origin}/mcp`), options);
    const stays = await callTool(connection, 'ok-and-stays-open', longUs);
    const next = await callTool(connection, 'ok', longUs);
    assert.deepEqual([stays.errorClass, next.errorClass], [null, null]);
    await connection.close();
  });

  describe('opening', () => {
    it('follows a redirect within the origin, and says of others what to do', async () => {
      const connection = await openHttpConnection(httpSpec(`${server.origin}/redirected`), loadOptions().options);
      assert.equal((await callTool(connection, 'ok', longUs)).errorClass, null);
      await connection.close();
    });

    it('nothing listens there; another protocol; no address', async () => {
      await server.close();
      const secret = 'tok_123456789';
      const headers = { authorization: `Bearer ${secret}` };
      for (const open of [openHttpConnection, openSseConnection]) {
        const refused = await failure(() => open(httpSpec(`${server.origin}/mcp?key=${secret}`, { headers, secrets: [secret] }), loadOptions().options));
        assert.equal(refused.code, 'connect-failed');
        assert.match(refused.message, /No connection to "under test" \(ECONNREFUSED\)/);
        assert.ok(!`${refused.stack} ${refused.hint} ${JSON.stringify(refused.cause)}`.includes(secret));
        assert.equal((await failure(() => open(httpSpec('ftp://example.invalid'), loadOptions().options))).code, 'bad-config');
      }
    });

    it('a server without TLS, or that hangs up in its handshake, is a TLS failure', async () => {
      const plain = await failure(() => openHttpConnection(httpSpec(`${server.origin.replace('http', 'https')}/mcp`), loadOptions().options));
      assert.match(plain.message, /No secure connection/);
      const hangsUp = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
      await once(hangsUp, 'listening');
      const cut = await failure(() => openHttpConnection(httpSpec(`https://127.0.0.1:${(hangsUp.address() as AddressInfo).port}/mcp`), loadOptions().options));
      assert.match(cut.message, /No secure connection/);
      hangsUp.close();
      const code = (value: string) => Object.assign(new Error(value), { code: value });
      assert.equal(networkClass(code('DEPTH_ZERO_SELF_SIGNED_CERT'), false, true), 'tls');
      assert.equal(networkClass(code('ECONNREFUSED'), false, true), 'connect');
      assert.equal(networkClass(code('EPIPE'), true, false), 'write_epipe');
    });

    it('ends with the signal, and leaves no socket', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
      for (const open of [openHttpConnection, openSseConnection]) {
        const stop = new AbortController();
        const opening = assert.rejects(open(httpSpec(url), loadOptions({ signal: stop.signal }).options), /AbortError|aborted/);
        const [socket] = (await once(silent, 'connection')) as [Socket];
        stop.abort();
        await opening;
        socket.resume();
        if (!socket.destroyed) await once(socket, 'close');
        const late = await failure(() => open(httpSpec(url), loadOptions({ initializeTimeoutMs: 100 }).options));
        assert.equal(late.code, 'initialize-timeout');
      }
      silent.close();
    });
  });
});

async function failure(open: () => Promise<Connection>): Promise<UserError> {
  const error: unknown = await open().then(
    async (connection) => {
      await connection.close();
      return new Error('it was opened');
    },
    (e: unknown) => e,
  );
  assert.ok(error instanceof UserError, String((error as Error).stack));
  return error;
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(condition(), condition.toString());
}
