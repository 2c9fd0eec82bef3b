import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { warmUp } from '../../src/load/warmup.ts';
import { UserError } from '../../src/model/errors.ts';
import { findMarked, signal as signalProcess } from '../../src/wire/strays.ts';
import { startFaultServer } from '../servers/faults/http.ts';
import { loadServer, openLoad, toolMix, type OpenedLoad } from './support/loadGenerator.ts';
import { eventually, root } from './support/session.ts';

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
const alive = (pid: number) => signalProcess(pid, 0);

describe('the generator over stdio', function () {
  this.timeout(60_000);
  let opened: OpenedLoad | null = null;

  async function open(...args: Parameters<typeof openLoad>): Promise<OpenedLoad> {
    return (opened = await openLoad(...args));
  }
  afterEach(async () => {
    const pids = opened?.generator.opened.pids ?? [];
    await opened?.generator.close();
    opened = null;
    assert.deepEqual(pids.filter(alive), [], 'processes are left');
  });

  it('counts as the server does, by operation, and tells all of it in intervals', async () => {
    const { run, truth, generator } = await open(toolMix({ tool: 'noop', arguments: {}, weight: 3 }, { tool: 'isError', arguments: {} }));
    const { result, intervals } = await run({ model: { kind: 'rate', perSecond: 400 }, durationS: 1 });
    assert.equal(result.due, 400);
    assert.equal(result.sent + result.notSent, 400);
    const { counts } = await truth();
    assert.equal((counts['noop'] ?? 0) + (counts['isError'] ?? 0), result.sent);
    assert.deepEqual(result.errors, result.notSent > 0 ? { not_sent: result.notSent, tool_isError: counts['isError'] } : { tool_isError: counts['isError'] });
    assert.equal(result.operations[1]!.errors['tool_isError'], counts['isError']);
    assert.equal(result.ok, counts['noop']);
    assert.equal(result.response.count, result.ok);
    assert.equal(result.lag.count, result.sent);
    for (const key of ['due', 'sent', 'ok'] as const) assert.equal(intervals.reduce((n, i) => n + i[key], 0), result[key], key);
    assert.equal(intervals.reduce((n, i) => n + (i.errors['tool_isError'] ?? 0), 0), counts['isError']);
    assert.ok(intervals.every((i, k) => k === 0 || Math.abs(i.atUs - i.spanUs - intervals[k - 1]!.atUs) < 1), 'without gaps');
    assert.equal(generator.opened.protocolVersion, '2025-11-25');
    assert.deepEqual(generator.opened.connections, { processes: 1, sessions: 1, sockets: 0 });
  });

  it('a ramp sends its integral', async () => {
    const { run, truth } = await open(toolMix({ tool: 'noop', arguments: {} }));
    const { result } = await run({ model: { kind: 'ramp', from: 50, to: 250 }, durationS: 1 });
    assert.equal(result.due, 150);
    assert.equal((await truth()).counts['noop'], result.sent);
  });

  it('a closed model keeps its number in flight', async () => {
    const { run, truth } = await open(toolMix({ tool: 'delay', arguments: { ms: 20 } }));
    const { result } = await run({ model: { kind: 'closed', concurrency: 8, thinkMs: 0 }, durationS: 1 });
    assert.equal(result.ok, (await truth()).counts['delay']);
    assert.ok(result.inFlightSeries.value.every((n, i) => i < 2 || n === 8), String(result.inFlightSeries.value));
    assert.ok(result.service.min >= 19_000, `${result.service.min}`);
    assert.ok(Math.abs(result.meanInFlight - 8) < 0.5, `${result.meanInFlight}`);
  });

  it('a freeze is in the response times of all that came due in it', async () => {
    const { run } = await open(toolMix({ tool: 'freeze', arguments: { every: 100, ms: 1000 } }));
    const { result } = await run({ model: { kind: 'rate', perSecond: 100 }, durationS: 1.5 });
    // the hundredth call blocks for 1 s; the 50 due in it wait 1 s down to half a second
    assert.equal(result.ok, 150);
    const share = result.response.countAbove(480_000);
    assert.ok(share >= 50, `${share} answers took longer than 480 ms`);
    assert.ok(result.response.max >= 1_000_000);
  });

  it('what is beyond the bound is not sent, and the server never sees it', async () => {
    const { run, truth } = await open(toolMix({ tool: 'delay', arguments: { ms: 400 } }));
    const { result } = await run({ model: { kind: 'rate', perSecond: 200 }, durationS: 0.5, maxInFlight: 20 });
    assert.equal(result.due, 100);
    assert.ok(result.notSent >= 60, `${result.notSent}`);
    assert.equal(result.errors['not_sent'], result.notSent);
    assert.equal((await truth()).counts['delay'], result.sent);
  });

  it('goes on when one process of three dies, and says when all are gone', async () => {
    const { run, generator } = await open(toolMix({ tool: 'noop', arguments: {} }), { processes: 3 });
    const [first, ...others] = generator.opened.pids;
    const never = new AbortController().signal;
    setTimeout(() => process.kill(first!, 'SIGKILL'), 300);
    const { result } = await run({ model: { kind: 'rate', perSecond: 300 }, durationS: 1 });
    assert.equal(result.due, 300);
    assert.ok(result.ok > 280, JSON.stringify(result.errors));
    assert.equal(result.ok + sum(result.errors), 300);
    for (const pid of others) process.kill(pid, 'SIGKILL');
    const why = await generator.lost;
    assert.ok(why instanceof UserError && why.code === 'server-exited' && why.message.includes('SIGKILL'), String(why));
    const dead = await generator.run({ label: 'measure', model: { kind: 'rate', perSecond: 100 }, durationS: 0.3, maxInFlight: 10 }, never, () => undefined);
    assert.deepEqual([dead.due, dead.errors], [30, { not_sent: 30 }]);
    const closed = await generator.run({ label: 'measure', model: { kind: 'closed', concurrency: 4, thinkMs: 0 }, durationS: 10, maxInFlight: 10 }, never, () => undefined);
    assert.ok(closed.durationUs < 5e6, 'a closed model without a server is over at once');
  });

  it('an exit under load: what was answered before counts, the rest is spawn_exit, at once', async () => {
    const { run, generator } = await open(toolMix({ tool: 'exit', arguments: { k: 50 } }), { requestTimeoutMs: 30_000 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 100 }, durationS: 1 });
    assert.equal(result.ok, 49);
    assert.ok((result.errors['spawn_exit'] ?? 0) >= 1, JSON.stringify(result.errors));
    assert.equal(49 + result.errors['spawn_exit']! + result.errors['not_sent']!, 100);
    const why = await generator.lost;
    assert.ok(why instanceof UserError && why.hint.includes('planned exit'), String(why));
  });

  it('strays fail no call: an id that nobody waits for, a line that is none', async () => {
    const { run } = await open(toolMix({ tool: 'twice', arguments: {} }, { tool: 'unknown', arguments: {} }, { tool: 'rubbish', arguments: {} }));
    const { result } = await run({ model: { kind: 'rate', perSecond: 300 }, durationS: 0.2 });
    assert.equal(result.ok, 60);
    assert.deepEqual([result.errors, result.strays], [{}, { unexpected_id: 40, parse: 20 }]);
  });

  it('a late answer is no stray, and the server hears that it was given up', async () => {
    const { run, truth } = await open(toolMix({ tool: 'delay', arguments: { ms: 600 } }), { requestTimeoutMs: 250 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 20 }, durationS: 0.5 });
    assert.deepEqual([result.ok, result.errors, result.strays], [0, { timeout_no_bytes: 10 }, {}]);
    const next = await run({ model: { kind: 'rate', perSecond: 1 }, durationS: 0.7, drainS: 0.1 });
    assert.deepEqual(next.result.strays, {});
    assert.equal((await truth()).cancelled.length >= 10, true);
  });

  it('half an answer is mid-stream, once', async () => {
    const { run } = await open(toolMix({ tool: 'half', arguments: {} }), { requestTimeoutMs: 300 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 20 }, durationS: 0.25 });
    assert.deepEqual(result.errors, { timeout_mid_stream: 1, timeout_no_bytes: 4 });
  });

  it('a broken line is a parse error of its request', async () => {
    const { run } = await open(toolMix({ tool: 'broken', arguments: {} }), { requestTimeoutMs: 20_000 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 20 }, durationS: 0.25 });
    assert.deepEqual([result.errors, result.strays], [{ parse: 5 }, {}]);
  });

  it('a server that closes its output and lives', async () => {
    const { run, generator } = await open(toolMix({ tool: 'closeStdout', arguments: {} }), { requestTimeoutMs: 20_000 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 4 }, durationS: 1 });
    assert.deepEqual(result.errors, { stream_ended_no_response: 1, not_sent: 3 });
    assert.match(String(await generator.lost), /closed its output/);
  });

  it('a server that closes its input and lives: write_epipe for what could not be written', async () => {
    const { run } = await open(toolMix({ tool: 'closeStdin', arguments: {} }), { requestTimeoutMs: 20_000 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 4 }, durationS: 1 });
    assert.deepEqual([result.ok, result.errors], [1, { write_epipe: 1, not_sent: 2 }]);
  });

  it('a full pipe: what it cannot take waits, and its write is stamped when it was taken', async () => {
    // 1 MB each, more than any pipe holds
    const filler = 'x'.repeat(1_000_000);
    const { run, truth } = await open(toolMix({ tool: 'deaf', arguments: { ms: 500, filler } }), { requestTimeoutMs: 20_000 });
    const { result } = await run({ model: { kind: 'rate', perSecond: 10 }, durationS: 0.5 });
    assert.equal(result.ok, 5);
    assert.equal((await truth()).counts['deaf'], 5);
    assert.ok(result.lag.max > 300_000, `longest wait for the pipe ${result.lag.max} µs`);
    assert.ok(result.ownLag.max < result.lag.max, 'that the server did not read is not our doing');
    assert.ok(result.service.valueAt(50) < result.response.valueAt(50), 'service time begins at the write');
  });

  it('answers what the server asks', async () => {
    const { generator } = await open(toolMix({ tool: 'noop', arguments: {} }));
    const ask = async (method: string) => ((await generator.request('tools/call', { name: 'ask', arguments: { method } })) as { content: [{ text: string }] }).content[0].text;
    assert.equal(await ask('ping'), '{}');
    assert.equal(await ask('roots/list'), '{"roots":[]}');
    assert.equal((JSON.parse(await ask('sampling/createMessage')) as { role: string }).role, 'assistant');
    assert.deepEqual((JSON.parse(await ask('no/such')) as { code: number }).code, -32601);
  });

  it('stops at once, and keeps what was measured: what is open then has not failed', async () => {
    const { run } = await open(toolMix({ tool: 'delay', arguments: { ms: 10_000 } }, { tool: 'noop', arguments: {} }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const { result } = await run({ model: { kind: 'rate', perSecond: 100 }, durationS: 60 }, stop.signal);
    assert.equal(result.cut, 'stopped');
    assert.ok(result.durationUs < 10e6 && result.ok > 0);
    assert.deepEqual(result.errors, {});
    assert.equal(result.ok + result.unfinished.count, result.due);
    const [slow, quick] = result.operations;
    assert.equal(slow!.calls, 0);
    assert.ok(slow!.unfinished > 0);
    assert.equal(slow!.unfinished + quick!.unfinished, result.unfinished.count);
    assert.ok(result.unfinished.max > 0 && result.unfinished.max <= result.durationUs + 1e6, `the oldest waited ${result.unfinished.max} µs`);
  });

  it('what a server did not answer in all the time that it may take has failed, without a stop', async () => {
    const { run } = await open(toolMix({ tool: 'hang', arguments: {} }));
    const { result } = await run({ model: { kind: 'rate', perSecond: 20 }, durationS: 0.5, drainS: 0.1 });
    assert.deepEqual([result.cut, result.errors, result.unfinished.count], [null, { cancelled: 10 }, 0]);
  });

  it('warms up until it has settled, and goes on without a pause', async () => {
    const { run, generator } = await open(toolMix({ tool: 'delay', arguments: { ms: 100 } }));
    const never = new AbortController().signal;
    const stages = new Set<string>();
    const warm = await warmUp(generator, { model: { kind: 'rate', perSecond: 50 }, maxS: 20, maxInFlight: 100 }, never, (i) => stages.add(i.stage));
    assert.deepEqual([...stages], ['warmup']);
    assert.equal(warm.settled, true);
    assert.ok(warm.durationUs >= 3e6, `${warm.durationUs}`);
    const { result } = await run({ model: { kind: 'rate', perSecond: 50 }, durationS: 1 });
    assert.equal(result.ok, 50);
    // what the warm-up left is answered in the window, what is still open at its end is not
    const inFlight = result.inFlightSeries.value;
    const [atStart, atEnd] = [inFlight[0]!, inFlight.at(-1)!];
    assert.ok(atStart >= 4, `${atStart} were in flight when it began`);
    assert.ok(Math.abs(result.completed - (atStart + 50 - atEnd)) <= 2, `${result.completed} answered, ${atStart} open at first, ${atEnd} at the end`);
  });

  it('agents: bursts of parallel calls, steps with values from results, rounds', async () => {
    const think = { min: 0, max: 0 };
    const step = (...requests: { tool: string; arguments: Record<string, unknown>; as: string | null }[]) => ({ requests: requests.map((r) => ({ weight: 1, ...r })), thinkMs: think });
    const session = {
      steps: [step({ tool: 'plus', arguments: { n: 1 }, as: 'a' }, { tool: 'plus', arguments: { n: 10 }, as: 'b' }, { tool: 'delay', arguments: { ms: 5 }, as: null }), step({ tool: 'plus', arguments: { n: '{{a.structuredContent.n}}' }, as: 'c' }), step({ tool: 'large', arguments: { bytes: '{{c.structuredContent.n}}' }, as: null })],
      thinkMs: { min: 10, max: 20 },
    };
    const { run, truth } = await open({ mix: [], session, data: {}, dir: null, generated: false });
    const { result } = await run({ model: { kind: 'sessions', sessions: 5 }, durationS: 1 });
    assert.deepEqual(result.errors, {});
    const { counts } = await truth();
    const { completed, failed, duration } = result.agents!;
    assert.equal(failed, 0);
    assert.ok(completed >= 5, `${completed}`);
    assert.equal(duration.count, completed);
    // a timer of 5 ms counts whole milliseconds
    assert.ok(duration.min >= 4000, `${duration.min}`);
    // rounds that the end of the window cut short have begun and not ended
    assert.ok(counts['large']! >= completed && counts['large']! <= completed + 5);
    assert.equal(counts['plus']! + counts['delay']! + counts['large']!, result.ok);
  });

  it('a crowded thread gives connections to another; nothing is lost or counted twice', async function () {
    if (availableParallelism() < 2) this.skip();
    const { run, generator } = await open(toolMix({ tool: 'noop', arguments: {} }), { processes: 3 }, undefined, { crowdedAbove: 0 });
    const before = generator.opened.pids;
    const alone = await run({ model: { kind: 'rate', perSecond: 300 }, durationS: 0.5 });
    assert.deepEqual([alone.result.threads, alone.result.ok, generator.crowded], [1, 150, true]);
    const { result, intervals } = await run({ model: { kind: 'rate', perSecond: 300 }, durationS: 1 });
    assert.deepEqual([result.threads, result.due, result.ok + result.notSent], [2, 300, 300]);
    assert.equal(intervals.reduce((n, i) => n + i.ok, 0), result.ok);
    const after = generator.opened.pids;
    assert.equal(after.length, 3);
    assert.equal(after.filter((pid) => before.includes(pid)).length, 2, 'two of three stay');
    assert.deepEqual(before.filter((pid) => !after.includes(pid) && alive(pid)), [], 'the one that was opened anew has ended');
    assert.equal((await run({ model: { kind: 'closed', concurrency: 7, thinkMs: 0 }, durationS: 0.3 })).result.inFlightSeries.value[3], 7);
  });

  it('the modern era shakes hands by server/discover', async () => {
    const { run, generator, truth } = await open(toolMix({ tool: 'noop', arguments: {} }), { protocol: 'modern' });
    assert.equal(generator.opened.protocolVersion, '2026-07-28');
    assert.equal((await run({ durationS: 0.2 })).result.ok, 20);
    assert.deepEqual((await truth()).notes, []);
  });
});

describe('the generator over HTTP', function () {
  this.timeout(60_000);

  for (const transport of ['http', 'sse'] as const) {
    it(`${transport}: sessions share the sockets; counts are the server's`, async () => {
      const server = await startFaultServer();
      const url = `${server.origin}/${transport === 'http' ? 'mcp' : 'sse'}`;
      const { generator, run } = await openLoad(toolMix({ tool: 'ok', arguments: {} }, { tool: 'is-error', arguments: {} }), { sessions: 3, sockets: 2 }, { transport, name: 'faults', url, headers: {}, secrets: [] });
      try {
        const { result } = await run({ model: { kind: 'rate', perSecond: 100 }, durationS: 0.5 });
        assert.deepEqual([result.due, result.ok, result.errors], [50, 25, { tool_isError: 25 }]);
        assert.deepEqual([server.calls.get('ok'), server.calls.get('is-error')], [25, 25]);
        const { processes, sessions, sockets } = generator.opened.connections;
        assert.deepEqual([processes, sessions], [0, 3]);
        // one more for the stream of each session
        assert.ok(sockets >= 1 && sockets <= (transport === 'http' ? 2 : 5), `${sockets}`);
      } finally {
        await generator.close();
        await server.close();
      }
    });
  }

  it('starts the process behind a URL, waits until it listens, and ends it', async () => {
    const port = await freePort();
    const args = [join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'streamableHttp'];
    const process_ = { ...loadServer.process, args, env: { ...loadServer.process.env, PORT: String(port) } };
    const { generator, run } = await openLoad(toolMix({ tool: 'echo', arguments: { message: 'hello' } }), { sessions: 2 }, { transport: 'http', name: 'everything', url: `http://127.0.0.1:${port}/mcp`, headers: {}, process: process_, secrets: [] });
    const { pids } = generator.opened;
    try {
      assert.equal(pids.length, 1);
      const { result } = await run({ model: { kind: 'rate', perSecond: 40 }, durationS: 0.5 });
      assert.deepEqual([result.ok, result.errors], [20, {}]);
    } finally {
      await generator.close();
    }
    assert.deepEqual(pids.filter(alive), []);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the generator at its ends', function () {
  this.timeout(60_000);

  const failsWith = async (args: string[], code: string, text: RegExp) => {
    const server = { ...loadServer, process: { ...loadServer.process, args } };
    const error: unknown = await openLoad(toolMix({ tool: 'noop', arguments: {} }), { initializeTimeoutMs: 1000, processes: 2 }, server).then(() => null, (e: unknown) => e);
    assert.ok(error instanceof UserError && error.code === code, String(error));
    assert.match(`${error.message} ${error.hint}`, text);
  };

  it('says why a server did not start', async () => {
    await failsWith(['-e', 'console.error("no licence"); process.exit(3)'], 'server-exited', /no licence/);
    await failsWith(['-e', 'setInterval(() => {}, 1000)'], 'initialize-timeout', /within 1 s/);
  });

  it('an engine that is killed leaves no process', async function () {
    if (process.platform === 'win32') this.skip();
    const engine = spawn(process.execPath, [join(root, 'test/servers/load/engine.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(engine, 'exit');
    const [line] = (await once(engine.stdout, 'data')) as [Buffer];
    const { pids, marker } = JSON.parse(line.toString()) as { pids: number[]; marker: string };
    assert.equal(pids.length, 3);
    assert.ok(pids.every(alive));
    engine.kill('SIGKILL');
    await exited;
    await eventually('the servers are gone', async () => !pids.some(alive) && (await findMarked(`${marker}-1-0`)).length === 0, 8000);
  });
});
