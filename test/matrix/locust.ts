// The exported locustfile, run by Locust as a master and workers: `node test/matrix/locust.ts [case…]`.
// Against servers that know what they got, so that every figure has its truth. Some minutes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordResult } from '../bench/record.ts';
import { importLocust } from '../../src/app/importLocust.ts';
import { createHistogram } from '../../src/load/histogram.ts';
import { histogramOf, type LocustTally } from '../../src/load/locust/result.ts';
import type { LoadOptions } from '../../src/model/load.ts';
import type { WorkloadRequest } from '../../src/model/workload.ts';
import type { HttpServer } from '../../src/model/server.ts';
import { pythonTool, runLocust, startServer, type LocustCase, type LocustRun, type Running, type ServerStats } from '../servers/locust/run.ts';

const servers = join(import.meta.dirname, '../servers');
const counting = [process.execPath, join(servers, 'locust/server.mjs')];
const locust = pythonTool('locust');
if ('missing' in locust) {
  console.error(`Not run, as this is missing: ${locust.missing}`);
  process.exit(2);
}
const program = locust.program;

const perSecond = 200;
const window = { durationS: 10, warmupS: 2, model: { kind: 'rate', perSecond } } satisfies Partial<LoadOptions>;
const tool = (name: string, weight = 1, args: Record<string, unknown> = {}): WorkloadRequest => ({ tool: name, weight, arguments: args });
const twoTools = [tool('noop', 3, { q: '{{counter}}', t: '{{words.w}} {{int 1 5}}' }), tool('drawn')];
const data = { words: { rows: [{ w: 'ä' }, { w: '"""' }], order: 'sequential' as const } };
const at = (url: string, more: Partial<HttpServer> = {}): HttpServer => ({ transport: 'http', name: 'counts', url, headers: {}, secrets: [], ...more });

/** Each throws when it does not hold, and returns what it measured. */
const cases: Record<string, () => Promise<object>> = {};

for (const protocol of ['legacy', 'modern'] as const) {
  for (const path of ['mcp', 'sse']) {
    cases[`${protocol}-${path === 'mcp' ? 'json' : 'sse'}`] = () =>
      against(counting, {}, async (server) => {
        const run = await runLocust(program, { server: at(`${server.origin}/${path}`), mix: twoTools, data, options: { ...window, protocol, sessions: 4 }, workers: 2 });
        const stats = await server.stats();
        assert.equal(run.result.status, 'complete', run.log);
        sameCounts(run, stats);
        sameHistograms(run);
        assert.deepEqual(stats.wrong, {}, 'requests that the protocol does not allow');
        assert.equal(stats.opened, protocol === 'legacy' ? 4 : 0);
        assert.equal(stats.closed, stats.opened, 'sessions that were not ended');
        const numbers = stats.arguments['noop']!.toSorted((a, b) => a - b);
        assert.deepEqual(numbers, numbers.map((_, i) => i + 1), 'the counter is one, over all workers');
        return { ...(await offered(run)), ...(await delays(run, stats)) };
      });
  }
}

cases['freeze'] = () =>
  against(counting, { FREEZE_AFTER: '1000', FREEZE_MS: '2000' }, async (server) => {
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: [tool('noop', 1, { q: '{{counter}}' })], options: { ...window, sockets: 1000 }, workers: 2 });
    const stats = await server.stats();
    sameCounts(run, stats);
    // request q was due at start + (q - 1) / rate; the start is that of the one that came soonest after
    const afterStart = (q: number) => ((q - 1) * 1000) / perSecond;
    const start = Math.min(...stats.log.map(([, came, , q]) => came - afterStart(q!)));
    const truths = stats.log.filter(([, , , q]) => afterStart(q!) >= window.warmupS * 1000).map(([, came, took, q]) => came + took - start - afterStart(q!)).sort((x, y) => x - y);
    const truth = (percent: number) => round(truths[Math.ceil((percent / 100) * truths.length) - 1]!);
    const { responseUs, serviceUs } = await importLocust(run.file);
    const row = { freezeMs: round(stats.freeze![1] - stats.freeze![0]), expectedP90Ms: truth(90), p90Ms: round(responseUs.p90! / 1000), expectedP99Ms: truth(99), p99Ms: round(responseUs.p99! / 1000), serviceP90Ms: round(serviceUs.p90! / 1000), ...(await offered(run)) };
    assert.ok(row.expectedP90Ms > 900 && row.expectedP99Ms > 1800, 'the freeze is in the log');
    near(row.p90Ms, row.expectedP90Ms, 0.05, 'p90');
    near(row.p99Ms, row.expectedP99Ms, 0.05, 'p99');
    return row;
  });

cases['killed-worker'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, {
      server: at(`${server.origin}/mcp`),
      mix: twoTools,
      data,
      options: { ...window, durationS: 14 },
      workers: 2,
      meanwhile: async (workers) => {
        await called(server, perSecond * 5);
        workers[1]!.kill('SIGKILL');
      },
    });
    const stats = await server.stats();
    const imported = await importLocust(run.file);
    assert.equal(run.result.status, 'partial', run.log);
    assert.equal(imported.status, 'failed');
    assert.match(imported.failure!.message, /partial: 1 of 2 Locust workers was lost/);
    assert.ok(imported.notices.some((n) => n.startsWith('Partial: worker ')), imported.notices.join('\n'));
    const told = sum(run.result.operations.map((o) => o.warmup.sent + o.measure.sent));
    const got = sum(Object.values(stats.calls));
    assert.ok(told <= got, `${told} sent, as it says, but the server got ${got}`);
    // the one that is left takes over the whole rate
    const last = run.result.seconds.filter(([second]) => second! >= 12 && second! < 15).map(([, due]) => due!);
    assert.deepEqual(last, [perSecond, perSecond, perSecond]);
    return { sentAsTold: told, gotByServer: got, dueBySecond: run.result.seconds.map(([, due]) => due), notices: imported.notices };
  });

cases['left-worker'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, {
      server: at(`${server.origin}/mcp`),
      mix: twoTools,
      data,
      options: window,
      workers: 2,
      meanwhile: async (workers) => {
        await called(server, perSecond * 4);
        workers[1]!.kill('SIGTERM');
      },
    });
    // it could still give its account: nothing that came is unknown
    sameCounts(run, await server.stats());
    assert.equal(run.result.status, 'partial', run.log);
    const { measure } = run.result.operations[0]!;
    return { due: measure.due, of: 0.75 * perSecond * window.durationS, notices: run.result.notices };
  });

cases['stopped'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, {
      server: at(`${server.origin}/mcp`),
      mix: twoTools,
      data,
      options: window,
      workers: 2,
      meanwhile: async (_workers, _startOne, master) => {
        await called(server, perSecond * 6);
        master.kill('SIGINT');
      },
    });
    const imported = await importLocust(run.file);
    assert.deepEqual([run.result.status, imported.status, imported.failure], ['cancelled', 'cancelled', null], run.log);
    sameCounts(run, await server.stats());
    return { measuredS: round(run.result.measuredS), open: imported.unfinished?.calls ?? 0, notices: run.result.notices };
  });

cases['joined-worker'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, {
      server: at(`${server.origin}/mcp`),
      mix: twoTools,
      data,
      options: window,
      workers: 2,
      meanwhile: async (_, startOne) => {
        await called(server, perSecond * 3);
        startOne();
      },
    });
    assert.equal(run.result.status, 'complete', run.log);
    assert.equal(run.result.workers.length, 3, run.log);
    sameCounts(run, await server.stats());
    sameHistograms(run);
    return { ...(await offered(run)), notices: run.result.notices, perWorker: run.result.workers.map((w) => w.completed) };
  });

cases['not-sent'] = () =>
  against(counting, {}, async (server) => {
    // never answered: four in flight, and no more
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: [tool('silent')], options: { model: { kind: 'rate', perSecond: 50 }, durationS: 5, warmupS: 0, maxInFlight: 4, requestTimeoutMs: 20_000 }, workers: 2 });
    const { measure } = run.result.operations[0]!;
    sameCounts(run, await server.stats());
    assert.deepEqual([measure.due, measure.sent, measure.notSent, measure.errors], [250, 4, 246, { not_sent: 246, timeout_no_bytes: 4 }]);
    return { due: measure.due, sent: measure.sent, notSent: measure.notSent };
  });

const classes: Record<string, string> = {
  noop: '', is_error: 'tool_isError', rpc_error: 'jsonrpc(-32602)', rpc_error_400: 'jsonrpc(-32601)', http_500: 'http_5xx', http_302: 'http_3xx', wrong_id: 'unexpected_id',
  wrong_type: 'bad_content_type', bad_json: 'parse', silent: 'timeout_no_bytes', half: 'timeout_mid_stream', cut: 'stream_ended_no_response', hang_up: 'stream_ended_no_response',
};
cases['classes'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: Object.keys(classes).map((name) => tool(name)), options: { model: { kind: 'rate', perSecond: 52 }, durationS: 4, warmupS: 0, requestTimeoutMs: 2000 }, workers: 0 });
    sameCounts(run, await server.stats());
    const seen = Object.fromEntries(run.result.operations.map((o) => [o.name, o.measure.errors]));
    assert.deepEqual(seen, Object.fromEntries(Object.entries(classes).map(([name, errorClass]) => [name, errorClass === '' ? {} : { [errorClass]: 16 }])));
    return { classes: Object.keys(classes).length, eachTimes: 16 };
  });

cases['lost-session'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: [tool('noop', 99), tool('forgets')], options: { model: { kind: 'rate', perSecond: 100 }, durationS: 6, warmupS: 0, sessions: 2 }, workers: 0 });
    const stats = await server.stats();
    const [noop, forgets] = run.result.operations;
    assert.deepEqual(forgets!.measure.errors, { session_404: 6 });
    assert.ok(noop!.measure.ok > 540, `${noop!.measure.ok} of ${noop!.measure.due} were answered`);
    return { sessionsOpened: stats.opened, answered: noop!.measure.ok, of: noop!.measure.due };
  });

cases['secret'] = () => {
  const token = 'tok-9f8e7d6c5b';
  const server = (origin: string) => at(`${origin}/mcp`, { headers: { Authorization: `Bearer ${token}` }, secrets: [token] });
  return against(counting, { TOKEN: token }, async ({ origin }) => {
    const c: LocustCase = { server: server(origin), mix: [tool('noop')], options: { model: { kind: 'rate', perSecond: 50 }, durationS: 2, warmupS: 0 }, workers: 2 };
    const without = await runLocust(program, c);
    assert.equal(without.locustfile.includes(token), false);
    assert.equal(without.result.status, 'failed');
    assert.match(without.result.failure!, /MCP_HEADER_AUTHORIZATION is not set/);
    const refused = await runLocust(program, { ...c, env: { MCP_HEADER_AUTHORIZATION: 'Bearer other' } });
    assert.match(refused.result.failure!, /HTTP 401/);
    const run = await runLocust(program, { ...c, env: { MCP_HEADER_AUTHORIZATION: `Bearer ${token}` } });
    assert.equal(run.result.status, 'complete', run.log);
    assert.equal(JSON.stringify(run.result).includes(token), false);
    return { answered: run.result.operations[0]!.measure.ok };
  });
};

cases['closed'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: [tool('drawn')], options: { model: { kind: 'closed', concurrency: 5, thinkMs: 0 }, durationS: 5, warmupS: 1 }, workers: 2 });
    const stats = await server.stats();
    sameCounts(run, stats);
    const imported = await importLocust(run.file);
    assert.ok(Math.max(...imported.series.inFlight) <= 5);
    return { callsPerSecond: round(imported.achieved!), meanInFlight: round(imported.littlesLaw!.meanInFlight) };
  });

cases['ramp'] = () =>
  against(counting, {}, async (server) => {
    const run = await runLocust(program, { server: at(`${server.origin}/mcp`), mix: [tool('noop')], options: { model: { kind: 'ramp', from: 20, to: 180 }, durationS: 8, warmupS: 1 }, workers: 2 });
    sameCounts(run, await server.stats());
    assert.equal(run.result.operations[0]!.measure.due, 800);
    const bySecond = run.result.seconds.slice(1, 9).map(([, due]) => due!);
    assert.deepEqual(bySecond.map((due, i) => Math.abs(due - (30 + 20 * i)) <= 1), new Array(8).fill(true), bySecond.join());
    return { dueBySecond: bySecond };
  });

for (const protocol of ['legacy', 'modern'] as const) {
  cases[`sdk-v2-${protocol}`] = () => against([process.execPath, join(servers, 'delays/v2.mjs'), 'http'], {}, (server) => oneTool(server, '/', { ms: 10 }, protocol));
}

cases['fastmcp'] = () => {
  const fastmcp = pythonTool('fastmcp');
  if ('missing' in fastmcp) return Promise.resolve({ missing: fastmcp.missing });
  return against([fastmcp.python, join(servers, 'locust/fastmcp_server.py')], {}, async (server) => {
    for (let i = 0; i < 100 && !(await fetch(server.origin).then(() => true, () => false)); i++) await sleep(200);
    return oneTool(server, '/mcp', { ms: 10 }, 'legacy');
  });
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(cases);
const rows: Record<string, object> = {};
let failed = 0;
for (const name of chosen) {
  const started = performance.now();
  try {
    rows[name] = { ok: true, ...(await cases[name]!()) };
  } catch (error) {
    failed++;
    rows[name] = { ok: false, why: (error as Error).message };
  }
  console.log(name, `${round((performance.now() - started) / 1000)} s`, JSON.stringify(rows[name]));
}
if (chosen.length === Object.keys(cases).length) recordResult('locust', { perSecond, cases: rows });
console.log(`${chosen.length - failed} of ${chosen.length} hold`);
process.exitCode = failed === 0 ? 0 : 1;

// ── what is compared ─────────────────────────────────────────────────────────

async function against(command: string[], env: Record<string, string>, test: (server: Running) => Promise<object>): Promise<object> {
  const server = await startServer(command, env);
  try {
    return await test(server);
  } finally {
    await server.stop();
  }
}

async function oneTool(server: Running, path: string, args: Record<string, unknown>, protocol: LoadOptions['protocol']): Promise<object> {
  const run = await runLocust(program, { server: at(server.origin + path), mix: [tool('sleep', 1, args)], options: { model: { kind: 'rate', perSecond: 50 }, durationS: 6, warmupS: 2, protocol }, workers: 2 });
  const { measure } = run.result.operations[0]!;
  assert.equal(run.result.status, 'complete', `${run.result.failure}\n${run.log}`);
  assert.deepEqual([measure.due, measure.ok, measure.errors], [300, 300, {}]);
  const { serviceUs, server: facts } = await importLocust(run.file);
  return { server: facts.name, protocolVersion: facts.protocolVersion, serviceP50Ms: round(serviceUs.p50! / 1000) };
}

/** All that Locust says it sent has come, and nothing else, tool by tool. */
function sameCounts(run: LocustRun, { calls }: ServerStats) {
  const sent = Object.fromEntries(run.result.operations.map((o) => [o.name, o.warmup.sent + o.measure.sent]));
  assert.deepEqual(sent, calls, 'calls per tool: sent by Locust, counted by the server');
}

/** What the master merged is the sum of what the workers have left, count by count and bucket by bucket. */
function sameHistograms(run: LocustRun) {
  assert.equal(run.accounts.length, run.result.workers.length);
  for (const phase of ['warmup', 'measure'] as const) {
    for (const [i, operation] of run.result.operations.entries()) {
      const tallies = run.accounts.map((a) => a.tallies[phase][i]!);
      const merged = operation[phase];
      for (const name of ['due', 'sent', 'notSent', 'ok', 'bytes'] as const) assert.equal(merged[name], sum(tallies.map((t) => t[name])), name);
      for (const name of ['response', 'service', 'lag'] as const) assert.deepEqual(merged[name], added(tallies, name), `${operation.name}: ${name}`);
    }
  }
}

function added(tallies: LocustTally[], name: 'response' | 'service' | 'lag'): number[] {
  const h = createHistogram();
  for (const tally of tallies) h.addSparse(tally[name]);
  return h.toSparse();
}

async function offered(run: LocustRun): Promise<object> {
  const imported = await importLocust(run.file);
  near(imported.offered!, perSecond, 0.01, 'offered rate');
  return { offered: round(imported.offered!), achieved: round(imported.achieved!), lagP99Ms: round(imported.scheduleLagUs.p99! / 1000), generatorCpuUsPerRequest: Math.round(imported.generator.cpuUsPerRequest ?? 0), generatorLimited: imported.generator.limited };
}

/** Service times of the tool with drawn delays, beside the server's own. */
async function delays(run: LocustRun, stats: ServerStats): Promise<object> {
  const took = stats.log.filter(([name]) => name === 'drawn').map(([, , ms]) => ms).sort((a, b) => a - b);
  const seen = histogramOf(run.result.operations.find((o) => o.name === 'drawn')!.measure.service);
  const row = (percent: number) => ({ server: round(took[Math.ceil((percent / 100) * took.length) - 1]!), seen: round(seen.valueAt(percent) / 1000) });
  return Promise.resolve({ drawnMs: { p50: row(50), p90: row(90), p99: row(99) } });
}

/** Resolves once the server has got so many calls. */
async function called(server: Running, count: number): Promise<void> {
  for (let i = 0; i < 600 && sum(Object.values((await server.stats()).calls)) < count; i++) await sleep(100);
}

function near(value: number, expected: number, ratio: number, what: string) {
  assert.ok(Math.abs(value / expected - 1) <= ratio, `${what}: ${value} instead of ${expected}`);
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
