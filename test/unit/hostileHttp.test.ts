import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/model/errors.ts';
import type { HttpServer } from '../../src/model/server.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { closeAndCheck, command, eventually, listening, open, openFails, root } from './support/session.ts';

const file = join(root, 'test/servers/hostile/http.mjs');
const spec = (port: number, more: Partial<HttpServer> = {}): HttpServer => ({ transport: 'http', name: 'under test', url: `http://127.0.0.1:${port}/mcp`, headers: {}, secrets: [], ...more });

describe('hostile servers over HTTP', function () {
  this.timeout(20_000);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => {
    process.off('unhandledRejection', note);
    assert.deepEqual(rejections, []);
  });

  describe('that cannot be used are explained', () => {
    const cases: [string, Partial<HttpServer>, ErrorCode, RegExp, RegExp][] = [
      ['auth', {}, 'auth-required', /asks for authorization \(HTTP 401\)/, /"Authorization: Bearer <token>".*OAuth \(described at http:\/\/127\.0\.0\.1\/\.well-known\/oauth-protected-resource\)/],
      ['auth-plain', { headers: { authorization: 'Bearer wrong' } }, 'auth-required', /refused the Authorization header/, /Configure the header/],
      ['http-500-always', {}, 'http-status', /HTTP 500\. It said: the backend is down/, /log/],
      ['html-always', {}, 'not-mcp', /"text\/html"/, /URL/],
      ['not-found', {}, 'http-status', /HTTP 404/, /path of the URL/],
      ['redirect-elsewhere', {}, 'http-status', /HTTP 307/, /redirects to http:\/\/localhost:9\/mcp, which is not followed/],
      ['redirect-loop', {}, 'http-status', /HTTP 307/, /redirects to/],
      ['sse-html', { transport: 'sse' }, 'not-mcp', /"text\/html"/, /URL/],
      ['sse-ends', { transport: 'sse' }, 'protocol-error', /ended its event stream/, /log/],
      ['sse-other-origin', { transport: 'sse' }, 'connect-failed', /another origin/, /URL/],
      ['sse-silent', { transport: 'sse' }, 'initialize-timeout', /within 1 s/, /transport/],
    ];
    for (const [mode, more, code, message, hint] of cases) {
      it(mode, async () => {
        const server = await listening(process.execPath, file, mode);
        const { error } = await openFails(spec(server.port, more), { options: { initializeTimeoutMs: 1000 } });
        await server.stop();
        assert.equal(error.code, code, String(error.stack));
        assert.match(error.message, message);
        assert.match(error.hint, hint);
      });
    }

    it('nothing listens there', async () => {
      for (const transport of ['http', 'sse'] as const) {
        const { error } = await openFails(spec(9, { transport }));
        assert.equal(error.code, 'connect-failed', String(error.stack));
        assert.match(error.message, /ECONNREFUSED/);
      }
    });

    it('an address that is none', async () => {
      assert.equal((await openFails(spec(0, { url: 'ftp://example.invalid/' }))).error.code, 'bad-config');
    });

    it('a command that listens nowhere, or exits', async () => {
      const deaf = await openFails(spec(9, { process: command(process.execPath, '-e', 'setInterval(() => {}, 1000)') }), { options: { initializeTimeoutMs: 500 } });
      assert.equal(deaf.error.code, 'connect-failed');
      assert.match(deaf.error.hint, /listens on the port/);
      const gone = await openFails(spec(9, { process: command(process.execPath, '-e', 'console.error("port taken"); process.exit(4)') }));
      assert.equal(gone.error.code, 'server-exited');
      assert.match(gone.error.hint, /port taken/);
    });
  });

  it('the right header opens, and a redirect within the origin is followed', async () => {
    for (const mode of ['auth-plain', 'redirect-here']) {
      const server = await listening(process.execPath, file, mode);
      const opened = await open(spec(server.port, { headers: { Authorization: 'Bearer right' } }));
      assert.equal((await opened.session.callTool('ok', {}, 'measure')).outcome, 'ok');
      await closeAndCheck(opened);
      await server.stop();
    }
  });

  describe('that fail in one call: the call says how, at once', () => {
    const cases: [string, Partial<RequestRecord>, 'ok' | 'lost'][] = [
      ['stream-ends', { outcome: 'transport', errorClass: 'stream_ended_no_response' }, 'ok'],
      ['stream-ends-after-notification', { outcome: 'transport', errorClass: 'stream_ended_no_response' }, 'ok'],
      ['stream-breaks', { outcome: 'transport', errorClass: 'stream_ended_no_response' }, 'ok'],
      ['stream-stalls', { outcome: 'timeout', errorClass: 'timeout_mid_stream' }, 'ok'],
      ['never-answers', { outcome: 'timeout', errorClass: 'timeout_no_bytes' }, 'ok'],
      ['http-500', { outcome: 'transport', errorClass: 'http_5xx' }, 'ok'],
      ['http-400-rpc', { outcome: 'rpcError', errorClass: 'jsonrpc(-32602)' }, 'ok'],
      ['html', { outcome: 'transport', errorClass: 'bad_content_type' }, 'ok'],
      ['broken-json', { outcome: 'transport', errorClass: 'parse' }, 'ok'],
      ['session-gone', { outcome: 'transport', errorClass: 'session_404' }, 'lost'],
      ['crashes', { outcome: 'transport', errorClass: 'stream_ended_no_response' }, 'lost'],
      ['large-json', { outcome: 'ok', errorClass: null }, 'ok'],
      ['large-event', { outcome: 'ok', errorClass: null }, 'ok'],
    ];
    for (const [mode, expected, then] of cases) {
      it(mode, async () => {
        const server = await listening(process.execPath, file, mode);
        const opened = await open(spec(server.port), { options: { requestTimeoutMs: expected.outcome === 'timeout' ? 300 : 5000 } });
        assert.equal((await opened.session.callTool('ok', {}, 'measure')).outcome, 'ok');
        const bad = await opened.session.callTool('bad', {}, 'measure');
        assert.deepEqual({ outcome: bad.outcome, errorClass: bad.errorClass }, expected);
        const after = await opened.session.callTool('ok', {}, 'measure');
        assert.equal(after.outcome, then === 'ok' ? 'ok' : 'transport', `${after.outcome} ${after.errorClass}`);
        if (then === 'lost') {
          // a socket that dies under a call is that call's failure; one that cannot be opened again ends the session
          await eventually('the session is lost', async () => ['connect', 'session_404'].includes((await opened.session.callTool('ok', {}, 'measure')).errorClass ?? ''));
          assert.ok((await opened.session.lost).code);
        }
        await closeAndCheck(opened);
        if (then === 'ok') await eventually('the session is deleted', () => server.stderr().includes('deleted s-1'));
        await server.stop();
      });
    }
  });

  it('a legacy stream that ends loses the session and the call at once', async () => {
    const server = await listening(process.execPath, file, 'sse');
    const opened = await open(spec(server.port, { transport: 'sse' }), { options: { requestTimeoutMs: 10_000 } });
    assert.equal((await opened.session.listTools()).length, 2);
    const bad = await opened.session.callTool('bad', {}, 'measure');
    assert.deepEqual([bad.outcome, bad.errorClass], ['transport', 'stream_ended_no_response']);
    assert.equal((await opened.session.lost).code, 'protocol-error');
    await closeAndCheck(opened);
    await server.stop();
  });

  it('the command behind a URL is started first, and ended with the session', async () => {
    const port = 20_000 + (process.pid % 10_000);
    const process_ = command(process.execPath, file, 'crashes');
    process_.env['PORT'] = String(port);
    const opened = await open(spec(port, { process: process_ }));
    assert.ok(opened.session.pid && opened.session.startupUs! > 0);
    assert.equal((await opened.session.callTool('bad', {}, 'measure')).outcome, 'transport');
    assert.match((await opened.session.lost).message, /exited with code 5/);
    await closeAndCheck(opened);
  });
});
