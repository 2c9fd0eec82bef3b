import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, Server as TlsServer, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { prepareHead } from '../../src/load/http1/requestHead.ts';
import { networkClass } from '../../src/load/httpErrors.ts';
import { createHttpPool, type HttpPool } from '../../src/load/httpPool.ts';
import { certificateFor } from './support/certificate.ts';

const ok = (more = '') => `HTTP/1.1 200 OK\r\n${more}Content-Length: 2\r\n\r\nok`;

/** How an exchange ended: status and body, or the class of its error. */
type Outcome = string;

describe('load: sockets of HTTP/1', function () {
  this.timeout(20_000);
  let pool: HttpPool;
  let servers: Server[] = [];
  let sockets: Socket[] = [];
  beforeEach(() => {
    pool = createHttpPool({ sockets: 2 });
    sockets = [];
  });
  afterEach(async () => {
    await pool.close();
    assert.equal(pool.sockets, 0);
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    servers = [];
  });

  /** Answers each chunk that comes; a request is one. `requests` holds what came on each socket. */
  async function serve(answer: (socket: Socket, request: string) => void, host = '127.0.0.1', server = createServer()) {
    const requests: string[][] = [];
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      const mine: string[] = [];
      requests.push(mine);
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        mine.push(chunk.toString());
        answer(socket, chunk.toString());
      });
    });
    server.listen(0, host);
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return { port, origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, requests };
  }

  function exchange(origin: string, headers: Record<string, string> = {}, body = '{"a":"ü"}'): Promise<Outcome> {
    return new Promise((resolve) => {
      let written = false;
      let text = '';
      pool.exchange(prepareHead('POST', { origin, path: '/mcp' }, headers), body, {
        onWritten: () => (written = true),
        onHead: ({ status }) => (text += `${status} `),
        onData: (chunk) => (text += chunk.toString()),
        onEnd: () => resolve(text),
        onError: (error) => resolve(`${networkClass(error, written, origin.startsWith('https:'))} ${(error as NodeJS.ErrnoException).code ?? ''}`.trim()),
      });
    });
  }

  async function eventually(condition: () => boolean) {
    for (let i = 0; i < 500 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(condition(), condition.toString());
  }

  it('a request is one write, and the socket is used again', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok()));
    for (let i = 0; i < 3; i++) assert.equal(await exchange(origin), '200 ok');
    const whole = `POST /mcp HTTP/1.1\r\nhost: ${origin.slice(7)}\r\nconnection: keep-alive\r\ncontent-length: 10\r\n\r\n{"a":"ü"}`;
    assert.deepEqual(requests, [[whole, whole, whole]]);
    assert.equal(pool.sockets, 1);
  });

  it('who is told of an answer finds its socket free', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok()));
    await new Promise<void>((resolve) => {
      let left = 10;
      const head = prepareHead('POST', { origin, path: '/mcp' });
      const next = () => {
        if (left-- === 0) resolve();
        else pool.exchange(head, '{}', { onWritten: () => undefined, onHead: () => undefined, onData: () => undefined, onEnd: next, onError: () => resolve() });
      };
      next();
    });
    assert.deepEqual(requests.map((r) => r.length), [10]);
  });

  for (const [name, answer, headers] of [
    ['Connection: close', ok('Connection: close\r\n'), {}],
    ['Connection: close of ours', ok(), { connection: 'close' }],
    ['HTTP/1.0', ok().replace('1.1', '1.0'), {}],
    ['Keep-Alive: timeout=0', ok('Keep-Alive: timeout=0\r\n'), {}],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', {}],
    ['more than the answer', `${ok()}HTTP/1.1 200 OK`, {}],
  ] as const) {
    it(`${name}: the socket is closed after the answer`, async () => {
      const { origin, requests } = await serve((socket) => socket.write(answer));
      assert.deepEqual([await exchange(origin, headers), await exchange(origin, headers)], ['200 ok', '200 ok']);
      assert.deepEqual(requests.map((r) => r.length), [1, 1]);
      assert.equal(pool.sockets, 0);
    });
  }

  it('an answer until the close of the connection', async () => {
    const { origin } = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
    assert.equal(await exchange(origin), '200 hello');
  });

  it('a socket is not used past the time that the server gives it', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok('Keep-Alive: timeout=1\r\n')));
    await exchange(origin);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await exchange(origin);
    assert.deepEqual(requests.map((r) => r.length), [1, 1]);
  });

  it('an idle socket that the server closes, or speaks on unasked, is replaced', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok()));
    await exchange(origin);
    sockets[0]!.end();
    await eventually(() => pool.sockets === 0);
    assert.equal(await exchange(origin), '200 ok');
    sockets[1]!.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
    await eventually(() => pool.sockets === 0);
    assert.equal(await exchange(origin), '200 ok');
    assert.deepEqual(requests.map((r) => r.length), [1, 1, 1]);
  });

  it('closed or reset within an answer, or no HTTP', async () => {
    const cases: [(socket: Socket) => void, Outcome][] = [
      [(socket) => socket.end(), 'stream_ended_no_response ECONNRESET'],
      [(socket) => socket.end('HTTP/1.1 200 OK\r\nCont'), 'stream_ended_no_response ECONNRESET'],
      [(socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell'), 'stream_ended_no_response ECONNRESET'],
      [(socket) => socket.resetAndDestroy(), 'stream_ended_no_response ECONNRESET'],
      [(socket) => socket.write('220 mail.example ESMTP\r\n'), 'parse'],
      [(socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'), 'parse'],
      [(socket) => socket.write(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`), 'parse'],
    ];
    for (const [answer, expected] of cases) {
      const { origin } = await serve(answer);
      assert.equal(await exchange(origin), expected);
      assert.equal(pool.sockets, 0);
    }
  });

  it('an answer that is there before all was read counts, and ends the socket', async () => {
    const { origin, requests } = await serve((socket) => {
      socket.pause();
      socket.write(ok());
    });
    assert.equal(await exchange(origin, {}, 'x'.repeat(20_000_000)), '200 ok');
    assert.equal(pool.sockets, 0);
    assert.equal(requests.length, 1);
  });

  it('by name with both families, and by an IPv6 address', async () => {
    const { port, origin } = await serve((socket) => socket.write(ok()));
    assert.equal(await exchange(`http://localhost:${port}`), '200 ok');
    assert.equal(await exchange(origin), '200 ok');
    const v6 = await serve((socket) => socket.write(ok()), '::1');
    await pool.close();
    pool = createHttpPool({ sockets: 2 });
    assert.equal(await exchange(v6.origin), '200 ok');
    assert.match(v6.requests[0]![0]!, /\r\nhost: \[::1\]:\d+\r\n/);
    servers[0]!.close();
    await pool.close();
    pool = createHttpPool({ sockets: 2 });
    assert.equal(await exchange(`http://localhost:${port}`), 'connect ECONNREFUSED');
  });

  it('what a closed pool had not ended fails, and nothing is left', async () => {
    const { origin } = await serve(() => undefined);
    const three = [1, 2, 3].map(() => exchange(origin));
    await eventually(() => pool.sockets === 2);
    assert.equal(pool.queued, 1);
    await pool.close();
    assert.deepEqual(await Promise.all(three), ['stream_ended_no_response', 'stream_ended_no_response', 'connect']);
    assert.equal(await exchange(origin), 'connect');
  });

  it('an exchange that is given up while it connects leaves the socket to the next', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok()));
    const told: string[] = [];
    const first = pool.exchange(prepareHead('POST', { origin, path: '/' }), '{}', { onWritten: () => told.push('w'), onHead: () => told.push('h'), onData: () => told.push('d'), onEnd: () => told.push('e'), onError: () => told.push('x') });
    first.abort();
    await eventually(() => pool.sockets === 1);
    assert.equal(await exchange(origin), '200 ok');
    assert.deepEqual([told, requests.length], [[], 1]);
  });

  describe('with TLS', () => {
    const { key, cert } = certificateFor('localhost', '127.0.0.1', 'mcp.example');
    const usual = getCACertificates('default');
    const tls = (index: number) => sockets[index] as TLSSocket & { servername: string };
    afterEach(() => setDefaultCACertificates(usual));
    const started = async (names = { key, cert }) => {
      const server = createTlsServer({ ...names, ALPNProtocols: ['h2', 'http/1.1'] });
      const { port, requests } = await serve((socket) => socket.write(ok()), '127.0.0.1', server);
      return { port, requests };
    };

    it('a certificate that nobody vouches for, or of another name, is refused before anything is sent', async () => {
      const { port, requests } = await started();
      assert.equal(await exchange(`https://localhost:${port}`), 'tls DEPTH_ZERO_SELF_SIGNED_CERT');
      const other = certificateFor('other.example');
      setDefaultCACertificates([...usual, other.cert]);
      const { port: otherPort, requests: otherRequests } = await started(other);
      assert.equal(await exchange(`https://localhost:${otherPort}`), 'tls ERR_TLS_CERT_ALTNAME_INVALID');
      assert.deepEqual([requests.flat(), otherRequests.flat()], [[], []]);
    });

    it('names the server, agrees on HTTP/1.1, and takes up its session', async () => {
      setDefaultCACertificates([...usual, cert]);
      const { port, requests } = await started();
      for (let i = 0; i < 3; i++) assert.equal(await exchange(`https://localhost:${port}`), '200 ok');
      assert.deepEqual(requests.map((r) => r.length), [3]);
      assert.deepEqual([tls(0).servername, tls(0).alpnProtocol, tls(0).isSessionReused()], ['localhost', 'http/1.1', false]);
      sockets[0]!.end();
      await eventually(() => pool.sockets === 0);
      assert.equal(await exchange(`https://localhost:${port}`), '200 ok');
      assert.equal(tls(1).isSessionReused(), true);
      await pool.close();
      pool = createHttpPool({ sockets: 2 });
      assert.equal(await exchange(`https://127.0.0.1:${port}`, { host: 'mcp.example' }), '200 ok');
      assert.equal(tls(2).servername, 'mcp.example');
    });
  });
});
