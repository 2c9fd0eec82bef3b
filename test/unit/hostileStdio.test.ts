import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { sampleArguments } from '../../src/load/workload/arguments.ts';
import type { ErrorCode } from '../../src/model/errors.ts';
import type { ServerSpec } from '../../src/model/server.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { findMarked } from '../../src/wire/strays.ts';
import { closeAndCheck, command, eventually, hostile, open, openFails, stdio } from './support/session.ts';

describe('hostile servers over stdio', function () {
  this.timeout(20_000);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => {
    process.off('unhandledRejection', note);
    assert.deepEqual(rejections, []);
  });

  describe('that cannot be used are explained, and nothing of them is left', () => {
    const cases: [string, ServerSpec, ErrorCode, RegExp, RegExp][] = [
      ['command not found', stdio('no-such-command-anywhere'), 'command-not-found', /"no-such-command-anywhere" was not found/, /PATH/],
      ['a file that is not executable', stdio('./package.json'), 'command-not-found', /not executable/, /may be executed/],
      ['a missing working folder', { transport: 'stdio', name: 'under test', process: { ...command('node'), cwd: '/no/such/folder' }, secrets: [] }, 'bad-config', /"\/no\/such\/folder" does not exist/, /"cwd"/],
      ['exits at once', hostile('exit-at-once'), 'server-exited', /exited with code 7/, /the database is not configured/],
      ['exits at once, having said nothing', stdio(process.execPath, '-e', 'process.exit(3)'), 'server-exited', /exited with code 3/, /run the command in a terminal/],
      ['prints its usage and exits', hostile('garbage-then-exit'), 'server-exited', /exited with code 2/, /usage: server/],
      ['never answers initialize', hostile('silent'), 'initialize-timeout', /did not answer initialize within 1 s/, /allow more time/],
      ['garbage', hostile('garbage'), 'not-mcp', /Welcome to the best server!/, /only JSON-RPC to stdout/],
      ['an unknown protocol version', hostile('bad-version'), 'protocol-error', /1999-01-01/, /protocol versions/],
      ['an error for an answer to initialize', hostile('init-error'), 'protocol-error', /licence expired/, /MCP server/],
    ];
    for (const [name, spec, code, message, hint] of cases) {
      it(name, async () => {
        const { error } = await openFails(spec, { options: { initializeTimeoutMs: 1000 } });
        assert.equal(error.code, code, String(error.stack));
        assert.match(error.message, message);
        assert.match(error.hint, hint);
      });
    }

    it('what is no message is told at once, and the rest of it is not', async () => {
      const { events } = await openFails(hostile('garbage'), { options: { initializeTimeoutMs: 1000 }, redact: (text) => text.replaceAll('best', '[secret]') });
      assert.deepEqual(events.flatMap((e) => (e.kind === 'invalid' || e.kind === 'exit' ? [e.kind === 'invalid' ? e.text : e.kind] : [])), ['Welcome to the [secret] server!', 'exit']);
    });

    it('a cancelled start', async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error('enough')), 300);
      const { error, requests } = await openFails(hostile('silent'), { signal: abort.signal });
      assert.equal(error.message, 'enough');
      assert.deepEqual(requests.map((r) => [r.method, r.outcome, r.errorClass]), [['initialize', 'cancelled', 'cancelled']]);
    });

    it('does not tell what is secret', async () => {
      const { error } = await openFails(hostile('exit-at-once'), { redact: (text) => text.replaceAll('database', '[secret]') });
      assert.ok(!error.hint.includes('database') && error.hint.includes('[secret]'), error.hint);
    });
  });

  describe('that fail in one call: the call says how, the others are kept', () => {
    /** What becomes of the call to `bad`, and of the call to `ok` after it. */
    const cases: [string, Partial<RequestRecord>, 'ok' | 'lost' | 'glued'][] = [
      // what follows lands on the same line: it is no message then, and the call says that
      ['half-a-line', { outcome: 'timeout', errorClass: 'timeout_mid_stream' }, 'glued'],
      ['half-a-line-then-exit', { outcome: 'transport', errorClass: 'spawn_exit' }, 'lost'],
      ['two-in-a-chunk', { outcome: 'ok', errorClass: null }, 'ok'],
      ['invalid-utf8', { outcome: 'ok', errorClass: null }, 'ok'],
      ['crlf', { outcome: 'ok', errorClass: null }, 'ok'],
      ['wrong-id', { outcome: 'timeout', errorClass: 'unexpected_id' }, 'ok'],
      ['string-id', { outcome: 'timeout', errorClass: 'unexpected_id' }, 'ok'],
      ['duplicate', { outcome: 'ok', errorClass: null }, 'ok'],
      ['logs-on-stdout', { outcome: 'ok', errorClass: null }, 'ok'],
      ['stderr-flood', { outcome: 'ok', errorClass: null }, 'ok'],
      ['stderr-no-newline', { outcome: 'ok', errorClass: null }, 'ok'],
      ['notification-flood', { outcome: 'ok', errorClass: null }, 'ok'],
      ['hangs-in-a-tool', { outcome: 'timeout', errorClass: 'timeout_no_bytes' }, 'ok'],
      ['crashes-in-a-call', { outcome: 'transport', errorClass: 'spawn_exit' }, 'lost'],
      ['killed-in-a-call', { outcome: 'transport', errorClass: 'spawn_exit' }, 'lost'],
      ['closes-stdout', { outcome: 'transport', errorClass: 'connect' }, 'lost'],
      ['is-error', { outcome: 'toolError', errorClass: 'isError' }, 'ok'],
      ['rpc-error', { outcome: 'rpcError', errorClass: 'jsonrpc(-32602)' }, 'ok'],
      ['odd-result', { outcome: 'ok', errorClass: null }, 'ok'],
    ];
    for (const [mode, expected, then] of cases) {
      it(mode, async () => {
        const opened = await open(hostile(mode), { options: { requestTimeoutMs: expected.outcome === 'timeout' ? 600 : 5000 } });
        const { session, requests } = opened;
        const before = await session.callTool('ok', {}, 'measure');
        const bad = await session.callTool('bad', {}, 'measure');
        const after = await session.callTool('ok', {}, 'measure');
        assert.equal(before.outcome, 'ok');
        assert.deepEqual({ outcome: bad.outcome, errorClass: bad.errorClass }, expected);
        assert.equal(`${after.outcome} ${after.errorClass}`, { ok: 'ok null', glued: 'timeout parse', lost: `transport ${bad.errorClass}` }[then]);
        assert.equal(requests.filter((r) => r.method === 'tools/call').length, 3);
        assert.equal(new Set(requests.map((r) => r.id)).size, requests.length);
        if (then === 'lost') assert.ok(['server-exited', 'protocol-error'].includes((await session.lost).code));
        await closeAndCheck(opened);
      });
    }
  });

  it('two messages in a chunk have the same first byte and their own end', async () => {
    const opened = await open(hostile('two-in-a-chunk'));
    const call = await opened.session.callTool('bad', {}, 'measure');
    const log = opened.messages.find((m) => m.method === 'notifications/message')!;
    assert.equal(log.firstByteUs, call.firstByteUs);
    assert.ok(log.parsedUs! <= call.parsedUs!);
    assert.equal(opened.events.some((e) => e.kind === 'log' && e.text === 'first' && e.level === 'info'), true);
    await closeAndCheck(opened);
  });

  it('a line of 50 MB arrives whole, and the connection is used on', async () => {
    const opened = await open(hostile('large-line', '50'), { options: { requestTimeoutMs: 15_000 } });
    const bad = await opened.session.callTool('bad', {}, 'measure');
    assert.equal(bad.outcome, 'ok');
    assert.ok(bad.bytesIn > 50 * 1024 * 1024);
    assert.ok(bad.firstByteUs! < bad.parsedUs!);
    assert.equal((await opened.session.callTool('ok', {}, 'measure')).outcome, 'ok');
    await closeAndCheck(opened);
  });

  it('answers to nobody and lines that are no messages are recorded, counted and told', async () => {
    const twice = await open(hostile('duplicate'));
    await twice.session.callTool('bad', {}, 'measure');
    await twice.session.callTool('ok', {}, 'measure');
    assert.equal(twice.messages.filter((m) => m.direction === 'in' && m.id !== null).length, 5);
    assert.match(twice.session.notices.join(), /^2 answers of the server/);
    await closeAndCheck(twice);

    const chatty = await open(hostile('logs-on-stdout'));
    await chatty.session.callTool('bad', {}, 'measure');
    assert.deepEqual(chatty.messages.filter((m) => m.kind === 'invalid').map((m) => m.body), ['starting up...', '[debug] called', '{"level":"info","msg":"json log"}', '[]']);
    assert.match(chatty.session.notices.join(), /^4 lines/);
    await closeAndCheck(chatty);

    const bytes = await open(hostile('invalid-utf8'));
    await bytes.session.callTool('bad', {}, 'measure');
    assert.equal(bytes.messages.filter((m) => m.kind === 'invalid').length, 1);
    await closeAndCheck(bytes);
  });

  it('a flood of stderr is bounded, and its end is kept', async () => {
    const opened = await open(hostile('stderr-flood'));
    for (let i = 0; i < 20; i++) await opened.session.callTool('ok', {}, 'measure');
    const lines = opened.events.filter((e) => e.kind === 'stderr');
    assert.ok(lines.length > 0 && lines.length < 1500, String(lines.length));
    await closeAndCheck(opened);
  });

  it('a flood of notifications is all recorded, and progress knows its call', async () => {
    const opened = await open(hostile('notification-flood'), { options: { requestTimeoutMs: 10_000 } });
    const bad = await opened.session.callTool('bad', {}, 'measure');
    assert.equal(opened.messages.filter((m) => m.method === 'notifications/message').length, 20_000);
    const progress = opened.events.filter((e) => e.kind === 'progress');
    assert.equal(progress.filter((e) => e.request === bad.request).length, 1000);
    assert.equal(progress.filter((e) => e.request === null).length, 2);
    await closeAndCheck(opened);
  });

  it('a call that times out is cancelled at the server', async () => {
    const opened = await open(hostile('hangs-in-a-tool'), { options: { requestTimeoutMs: 200, bodies: true } });
    const bad = await opened.session.callTool('bad', {}, 'measure');
    const cancelled = opened.messages.find((m) => m.method === 'notifications/cancelled');
    assert.equal((JSON.parse(cancelled!.body!) as { params: { requestId: number } }).params.requestId, bad.id);
    await closeAndCheck(opened);
  });

  it('a call that is cancelled by its signal, or by that of the session, says so', async () => {
    const all = new AbortController();
    const opened = await open(hostile('hangs-in-a-tool'), { signal: all.signal });
    const one = new AbortController();
    const first = opened.session.callTool('bad', {}, 'measure', one.signal);
    const second = opened.session.callTool('bad', {}, 'measure', all.signal);
    one.abort();
    assert.equal((await first).errorClass, 'cancelled');
    all.abort();
    assert.deepEqual([(await second).outcome, (await second).inFlight], ['cancelled', 2]);
    const late = await opened.session.callTool('ok', {}, 'measure');
    assert.deepEqual([late.outcome, late.writtenUs], ['cancelled', null]);
    await closeAndCheck(opened);
  });

  it('a server that closes its stdin cannot be written to, and that ends the session', async () => {
    const opened = await open(hostile('closes-stdin'));
    await opened.session.listTools();
    let record: RequestRecord;
    do record = await opened.session.callTool('ok', {}, 'measure');
    while (record.outcome === 'timeout');
    assert.equal(record.outcome, 'transport');
    assert.equal(record.errorClass, 'write_epipe');
    assert.equal((await opened.session.lost).code, 'protocol-error');
    await closeAndCheck(opened);
  });

  it('the death of a server is told with its last words', async () => {
    const opened = await open(hostile('crashes-in-a-call'));
    await opened.session.callTool('bad', {}, 'measure');
    const error = await opened.session.lost;
    assert.equal(error.code, 'server-exited');
    assert.match(error.message, /code 9/);
    assert.match(error.hint, /cannot read properties of undefined/);
    assert.ok(opened.events.some((e) => e.kind === 'exit' && e.code === 9));
    await closeAndCheck(opened);
  });

  for (const mode of ['ignores-sigterm', 'busy-loop', 'forks-children']) {
    it(`nothing is left of one that ${mode}`, async function () {
      if (mode === 'forks-children' && process.platform !== 'linux') return this.skip();
      const opened = await open(hostile(mode));
      if (mode === 'busy-loop') assert.equal((await opened.session.callTool('bad', {}, 'measure')).outcome, 'timeout');
      else assert.equal((await opened.session.callTool('ok', {}, 'measure')).outcome, 'ok');
      if (mode === 'forks-children') {
        // the server, two children that carry the marker; the third has no environment
        await eventually('children', async () => (await findMarked(opened.marker)).length === 3);
      }
      await closeAndCheck(opened);
      if (mode === 'forks-children') assert.equal(execFileSync('sh', ['-c', 'ps -eo args | grep -cE "^sleep 60[012]$" || true']).toString().trim(), '0');
    });
  }

  it('2,000 tools are listed; a cursor that never ends is cut off with a notice', async () => {
    const many = await open(hostile('many-tools'));
    assert.equal((await many.session.listTools()).length, 2000);
    assert.ok(many.session.facts.toolListTokens! > 50_000);
    await closeAndCheck(many);

    const endless = await open(hostile('endless-cursor'));
    assert.equal((await endless.session.listTools()).length, 200);
    assert.match(endless.session.notices.join(), /did not end after 200 pages; 200 tools/);
    await closeAndCheck(endless);

    const same = await open(hostile('same-cursor'));
    assert.equal((await same.session.listTools()).length, 2);
    assert.match(same.session.notices.join(), /did not end/);
    await closeAndCheck(same);
  });

  it('odd lists give what is usable; an error for a list is a failure', async () => {
    const odd = await open(hostile('bad-list'));
    assert.deepEqual((await odd.session.listTools()).map((t) => t.name), ['ok']);
    await closeAndCheck(odd);
    const broken = await open(hostile('list-error'));
    await assert.rejects(broken.session.listTools(), { code: 'protocol-error', message: /the index is broken/ });
    await closeAndCheck(broken);
  });

  it('a cyclic schema gives arguments', async () => {
    const opened = await open(hostile('cyclic-schema'));
    const [tool] = await opened.session.listTools();
    assert.deepEqual(sampleArguments(tool!.inputSchema), { node: {} });
    await closeAndCheck(opened);
  });

  it('what a server asks of its client is answered by the stubs', async () => {
    const opened = await open(hostile('asks-the-client'), { options: { bodies: true }, stubs: { samplingText: 'canned', elicitation: { action: 'accept', content: { name: 'Ada' } }, roots: ['file:///tmp'] } });
    const call = await opened.session.callTool('bad', {}, 'measure');
    assert.equal(call.outcome, 'ok');
    const answer = JSON.parse(opened.messages.find((m) => m.request === call.request && m.direction === 'in')!.body!) as { result: { content: [{ text: string }] } };
    const answers = JSON.parse(answer.result.content[0].text) as { id: unknown; result?: Record<string, unknown>; error?: { code: number } }[];
    assert.deepEqual((answers[0]!.result!['content'] as { text: string }).text, 'canned');
    assert.deepEqual(answers[1]!.result, { action: 'accept', content: { name: 'Ada' } });
    assert.deepEqual(answers[2]!.result, { roots: [{ uri: 'file:///tmp' }] });
    assert.deepEqual(answers[3]!.result, {});
    assert.equal(answers[4]!.error!.code, -32601);
    assert.deepEqual(opened.messages.filter((m) => m.direction === 'in' && m.kind === 'request').map((m) => m.method), ['sampling/createMessage', 'elicitation/create', 'roots/list', 'ping', 'unheard/of']);
    await closeAndCheck(opened);
  });
});
