import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleArguments } from '../../src/load/workload/arguments.ts';
import type { HttpServer } from '../../src/model/server.ts';
import { startClock } from '../../src/wire/clock.ts';
import { pythonWithFastmcp } from './support/python.ts';
import { closeAndCheck, command, listening, open, root, stdio, type Opened } from './support/session.ts';
import { skip } from '../driver/skip.ts';

const official = (name: string) => join(root, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Every request has its stamps in order, its sizes and its own id, and each message is recorded once. */
function checkRecords({ requests, messages }: Opened) {
  assert.deepEqual(requests.map((r) => r.request).sort((a, b) => a - b), requests.map((_, i) => i + 1));
  assert.equal(new Set(requests.map((r) => r.id)).size, requests.length);
  assert.deepEqual(messages.map((m) => m.seq).sort((a, b) => a - b), messages.map((_, i) => i + 1));
  for (const r of requests) {
    assert.ok(r.queuedUs <= r.writtenUs! && r.queuedUs < r.firstByteUs! && r.firstByteUs! <= r.parsedUs!, JSON.stringify(r));
    assert.ok(r.bytesOut > 0 && r.bytesIn > 0 && r.resultTokens! > 0 && r.resultHash!.length === 12);
    assert.deepEqual(messages.filter((m) => m.request === r.request).map((m) => m.direction).sort(), ['in', 'out']);
  }
}

describe('real servers', function () {
  this.timeout(60_000);

  describe('server-everything: every tool is called, every call has its record', () => {
    for (const transport of ['stdio', 'http', 'sse'] as const) {
      it(transport, async () => {
        const port = await freePort();
        const process_ = command(process.execPath, official('everything'), transport === 'http' ? 'streamableHttp' : transport);
        process_.env['PORT'] = String(port);
        const url = `http://127.0.0.1:${port}/${transport === 'http' ? 'mcp' : 'sse'}`;
        const opened = await open(transport === 'stdio' ? { transport, name: 'everything', process: process_, secrets: [] } : { transport, name: 'everything', url, headers: {}, process: process_, secrets: [] }, {
          options: { requestTimeoutMs: 5000, bodies: true },
          stubs: { samplingText: 'canned', roots: ['file:///tmp'] },
        });
        const { session } = opened;
        assert.equal(session.facts.name, 'mcp-servers/everything');
        assert.equal(session.facts.protocolVersion, '2025-11-25');
        assert.ok(session.startupUs! > 0);
        const tools = await session.listTools();
        assert.ok(tools.length >= 13, String(tools.length));
        await session.ping();
        // the two that start something periodic, or take 10 s by default
        const skipped = ['toggle-simulated-logging', 'toggle-subscriber-updates', 'trigger-long-running-operation', 'simulate-research-query', 'gzip-file-as-resource'];
        for (const tool of tools) {
          if (skipped.includes(tool.name)) continue;
          const record = await session.callTool(tool.name, sampleArguments(tool.inputSchema), 'measure');
          assert.ok(record.outcome === 'ok' || record.outcome === 'toolError', `${tool.name}: ${record.errorClass}`);
        }
        const long = await session.callTool('trigger-long-running-operation', { duration: 0.2, steps: 2 }, 'measure');
        assert.equal(long.outcome, 'ok');
        assert.deepEqual(opened.events.filter((e) => e.kind === 'progress' && e.request === long.request).map((e) => e.kind === 'progress' && e.progress), [1, 2]);
        assert.ok(opened.messages.some((m) => m.direction === 'in' && m.method === 'sampling/createMessage'));
        assert.ok(opened.messages.some((m) => m.body?.includes('canned')));
        assert.ok(opened.messages.some((m) => m.direction === 'in' && m.method === 'roots/list'));
        assert.deepEqual(session.notices, []);
        checkRecords(opened);
        await closeAndCheck(opened);
      });
    }
  });

  it('filesystem, memory and sequential-thinking', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-profiler-test-'));
    await writeFile(join(folder, 'hello.txt'), 'hello');
    const cases: [string, string[], number, string, Record<string, unknown>][] = [
      ['filesystem', [folder], 10, 'read_text_file', { path: join(folder, 'hello.txt') }],
      ['memory', [], 9, 'read_graph', {}],
      ['sequential-thinking', [], 1, 'sequentialthinking', { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 }],
    ];
    for (const [name, args, least, tool, input] of cases) {
      const spec = stdio(process.execPath, official(name), ...args);
      spec.process!.env['MEMORY_FILE_PATH'] = join(folder, 'memory.jsonl');
      const opened = await open(spec, { options: { requestTimeoutMs: 5000 } });
      assert.ok((await opened.session.listTools()).length >= least, name);
      assert.equal((await opened.session.callTool(tool, input, 'measure')).outcome, 'ok', name);
      checkRecords(opened);
      await closeAndCheck(opened);
    }
    await rm(folder, { recursive: true });
  });

  describe('SDK v2, both eras', () => {
    const file = join(root, 'test/servers/delays/v2.mjs');
    for (const protocol of ['legacy', 'modern'] as const) {
      for (const transport of ['stdio', 'http'] as const) {
        it(`${protocol} over ${transport}`, async () => {
          const server = transport === 'http' ? await listening(process.execPath, file, 'http') : null;
          const spec: HttpServer | null = server && { transport: 'http', name: 'v2', url: `http://127.0.0.1:${server.port}/mcp`, headers: {}, secrets: [] };
          const opened = await open(spec ?? stdio(process.execPath, file), { options: { protocol, requestTimeoutMs: 5000 }, stubs: { elicitation: { action: 'accept', content: { name: 'Ada' } } } });
          const { session } = opened;
          assert.equal(session.facts.protocolVersion, protocol === 'modern' ? '2026-07-28' : '2025-11-25');
          assert.deepEqual((await session.listTools()).map((t) => t.name), ['sleep', 'fails', 'structured', 'asks']);
          await session.ping();
          assert.equal((await session.callTool('sleep', { ms: 1 }, 'measure')).outcome, 'ok');
          assert.equal((await session.callTool('fails', {}, 'measure')).errorClass, 'isError');
          assert.equal((await session.callTool('structured', {}, 'measure')).outcome, 'ok');
          // a server that keeps no session cannot ask a client of the old era
          const asks = await session.callTool('asks', {}, 'measure');
          assert.equal(asks.outcome, protocol === 'legacy' && transport === 'http' ? 'toolError' : 'ok');
          if (protocol === 'modern') assert.equal(opened.requests.filter((r) => r.target === 'asks').length, 2);
          checkRecords(opened);
          await closeAndCheck(opened);
          await server?.stop();
        });
      }
    }

    it('ids go on over the sessions of a run, and equal arguments have equal hashes', async () => {
      const clock = startClock();
      const ids: (string | number)[] = [];
      const hashes: string[] = [];
      for (let i = 0; i < 2; i++) {
        const opened = await open(stdio(process.execPath, file), { clock });
        hashes.push((await opened.session.callTool('sleep', { ms: 1, other: { a: 1, b: 2 } }, 'measure')).argsHash);
        hashes.push((await opened.session.callTool('sleep', { other: { b: 2, a: 1 }, ms: 1 }, 'measure')).argsHash);
        assert.notEqual((await opened.session.callTool('sleep', { ms: 2 }, 'measure')).argsHash, hashes[0]);
        ids.push(...opened.requests.map((r) => r.id));
        await closeAndCheck(opened);
      }
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(new Set(hashes).size, 1);
    });

    it('calls overlap: each has its own answer', async () => {
      const opened = await open(stdio(process.execPath, file), { options: { bodies: true } });
      const records = await Promise.all([40, 20, 1, 30].map((ms) => opened.session.callTool('sleep', { ms }, 'measure')));
      assert.deepEqual(records.map((r) => r.inFlight), [1, 2, 3, 4]);
      for (const [i, ms] of [40, 20, 1, 30].entries()) {
        const answer = opened.messages.find((m) => m.request === records[i]!.request && m.direction === 'in');
        assert.ok(answer?.body?.includes(`slept ${ms}`));
      }
      await closeAndCheck(opened);
    });

    it('secrets in arguments and bodies are redacted, the server gets them as they are', async () => {
      const opened = await open(stdio(process.execPath, file), { options: { bodies: true }, redact: (text) => text.replaceAll('hunter2', '***') });
      const record = await opened.session.callTool('sleep', { ms: 1, password: 'hunter2' }, 'measure');
      assert.deepEqual(record.args, { ms: 1, password: '***' });
      assert.ok(!JSON.stringify([opened.requests, opened.messages]).includes('hunter2'));
      await closeAndCheck(opened);
    });

    it('a server of the old era only says so when the new one is asked for', async () => {
      await assert.rejects(open(stdio(process.execPath, official('memory')), { options: { protocol: 'modern' } }), { code: 'protocol-error', message: /2026-07-28/ });
    });
  });

  it('a Python server on fastmcp', async function () {
    this.timeout(360_000);
    const python = pythonWithFastmcp();
    if (python === null) return skip(this, 'python');
    const opened = await open(stdio(python, join(root, 'test/servers/delays/server.py')), { options: { initializeTimeoutMs: 30_000, requestTimeoutMs: 5000 } });
    assert.equal(opened.session.facts.name, 'delays-python');
    assert.deepEqual((await opened.session.listTools()).map((t) => t.name), ['sleep', 'fails']);
    assert.equal((await opened.session.callTool('sleep', {}, 'measure')).outcome, 'ok');
    assert.equal((await opened.session.callTool('fails', {}, 'measure')).errorClass, 'isError');
    checkRecords(opened);
    await closeAndCheck(opened);
  });
});
