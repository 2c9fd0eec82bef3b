import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { LoadResult } from '../../src/model/loadResult.ts';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli.cjs');
const logged = join(root, 'test/servers/load/logged.mjs');
const faulty = join(root, 'test/servers/load/server.mjs');
const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');

interface Output {
  status: string;
  offered: number | null;
  achieved: number | null;
  sent: number;
  notSent: number;
  generatorLimited: boolean;
  responseUs: Record<string, number | null>;
  serviceUs: Record<string, number | null>;
  scheduleLagUs: Record<string, number | null>;
  errors: Record<string, number>;
  strays: Record<string, number>;
  tools: { name: string; calls: number; errors: Record<string, number>; responseUs: object; serviceUs: object }[];
  slo: { met: boolean | null; why: string } | null;
  capacity: object | null;
  agents: { completed: number; failed: number } | null;
  skipped: { tool: string; reason: string }[];
  notices: string[];
  sentences: string[];
  runDir: string;
}

describe('mcp-profiler load', function () {
  this.timeout(120_000);
  let folder: string;
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, HOME: folder }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });
  const load = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('load', '--json', ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Output;
  };
  /** Ctrl-C in the middle of it. */
  const interrupted = async (args: string[], during = 'Measuring') => {
    const child = spawn(process.execPath, [cli, 'load', '--duration', '60', '--warmup', '0', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let progress = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const measuring = new Promise<void>((resolve) => child.stderr.setEncoding('utf8').on('data', (text: string) => (progress += text).includes(during) && resolve()));
    await measuring;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 130, progress);
    return { out, progress };
  };
  const server = (plan: object) => ['--', process.execPath, logged, 'stdio', JSON.stringify(plan)];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-load-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('sends at a rate, and says so as documented: every request is in the figures once', async () => {
    const o = await load('--rate', '100/s', '--duration', '3', '--warmup', '1', '--slo', 'p50<5s,errors<1%', '--tool', 'work', ...server({ delays: [[5, 1]] }));
    assert.equal(o.status, 'complete');
    assert.equal(Math.round(o.offered!), 100);
    assert.equal(o.sent, 300);
    assert.equal(o.notSent, 0);
    assert.deepEqual(o.errors, {});
    assert.deepEqual(o.tools.map((t) => [t.name, t.calls]), [['work', 300]]);
    // of 300: p99 takes 368
    assert.ok(o.responseUs['p50']! >= 5000 && o.responseUs['p90']! >= o.responseUs['p50']!);
    assert.deepEqual([o.responseUs['p99'], o.responseUs['p999']], [null, null]);
    assert.ok(o.serviceUs['p50']! <= o.responseUs['p50']!, 'service begins later than response');
    assert.equal(o.slo?.met, true);
    assert.equal(o.capacity, null);
    assert.ok(o.sentences.length > 0);
    const result = JSON.parse(await readFile(join(o.runDir, 'load.json'), 'utf8')) as LoadResult;
    assert.equal(result.series.due.filter((_, i) => result.series.stage[i] === 'measure').reduce((a, b) => a + b, 0), 300);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(await readFile(join(root, 'src/runs/run.schema.json'), 'utf8')) as object);
    assert.ok(validate(JSON.parse(await readFile(join(o.runDir, 'run.json'), 'utf8'))), JSON.stringify(validate.errors));
  });

  it('fits 80 columns, with the answer first', async () => {
    const { code, stdout, stderr } = await run('load', '--concurrency', '4', '--duration', '2', '--warmup', '0', '--tool', 'work', ...server({ delays: [[2, 1]] }));
    assert.equal(code, 0, stderr);
    const tooLong = stdout.split('\n').filter((line) => line.length > 80 && line.trimStart().includes(' ') && !/[\\/]/.test(line));
    assert.deepEqual(tooLong, []);
    assert.match(stdout, /closed/i, 'a closed loop says that its tail is understated');
    assert.ok(stdout.indexOf('calls/s') < stdout.indexOf('\nLoad\n'));
  });

  it('tells a freeze that a caller who waits would not see', async () => {
    const o = await load('--rate', '100', '--duration', '4', '--warmup', '0', '--tool', 'work', ...server({ freezeAtS: 1, freezeMs: 1000 }));
    assert.equal(o.sent, 400);
    // a hundred requests came due while it was frozen, and waited half a second in the mean
    assert.ok(o.responseUs['p90']! > 300_000, `p90 ${o.responseUs['p90']}`);
    assert.ok(o.responseUs['max']! > 900_000);
  });

  it('goes through the session of a workload, each step with what the one before gave', async () => {
    const workload = join(folder, 'agents.mcp-workload.json');
    await writeFile(workload, JSON.stringify({ session: { steps: [{ requests: [{ tool: 'plus', arguments: { n: 1 }, as: 'first' }, { tool: 'noop', arguments: {} }] }, { requests: [{ tool: 'plus', arguments: { n: '{{first.structuredContent.n}}' }, as: 'second' }] }], thinkMs: 50 } }));
    const o = await load('--sessions', '3', '--duration', '2', '--warmup', '0', '--workload', workload, '--', process.execPath, faulty);
    assert.ok(o.agents!.completed > 3, JSON.stringify(o.agents));
    assert.equal(o.agents!.failed, 0);
    assert.deepEqual(o.tools.map((t) => t.name).sort(), ['noop', 'plus']);
  });

  it('calls only what may be called, of a real server', async () => {
    const o = await load('--rate', '50', '--duration', '1', '--warmup', '0', '--tool', 'echo', '--args', '{"message":"hi"}', '--', process.execPath, everything, 'stdio');
    assert.deepEqual(o.tools.map((t) => [t.name, t.calls, t.errors]), [['echo', 50, {}]]);
    const refused = await run('load', '--rate', '10', '--duration', '1', '--', process.execPath, faulty);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /consent/);
  });

  it('keeps what was measured when the server dies, and exits with 3', async () => {
    const { code, stdout, stderr } = await run('load', '--json', '--rate', '100', '--duration', '5', '--warmup', '0', '--tool', 'exit', '--args', '{"k":50}', '--', process.execPath, faulty);
    assert.equal(code, 3, stderr);
    const o = JSON.parse(stdout) as Output;
    assert.equal(o.status, 'failed');
    assert.match(stderr, /exited with code 7/);
    assert.ok(o.tools[0]!.calls >= 50);
    assert.ok((o.errors['spawn_exit'] ?? 0) + (o.errors['not_sent'] ?? 0) > 0, JSON.stringify(o.errors));
  });

  it('ends on Ctrl-C with what was measured, and leaves no process', async () => {
    const { out } = await interrupted(['--json', '--rate', '50', '--tool', 'work', ...server({ delays: [[1, 1]] })]);
    const o = JSON.parse(out) as Output;
    assert.equal(o.status, 'cancelled');
    assert.ok(o.sent > 0 && o.sent < 3000, `${o.sent} sent`);
  });

  it('stopped while the server holds its answers: nothing has failed, and what is open is said', async () => {
    const slow = { mix: [{ tool: 'noop', arguments: {} }, { tool: 'hang', arguments: {} }] };
    const workload = join(folder, 'slow.mcp-workload.json');
    await writeFile(workload, JSON.stringify(slow));
    const { out } = await interrupted(['--rate', '50', '--slo', 'errors<1%', '--workload', workload, '--', process.execPath, faulty]);
    const text = out.replace(/\s+/g, ' ');
    assert.match(text, /stopped early, after .* of them were still open, for up to [\d,.]+ ms, and count neither as answered nor as failed\./);
    assert.match(text, /sent \d+, not sent 0, failed 0, open at the stop \d+/);
    assert.match(text, /The objective errors<1% is not decided: 0% failed, within 1%, but \d+ calls had no answer yet\./);
    assert.doesNotMatch(text, /cancelled|% of the calls failed|None of/);
    const [name] = (await readdir(join(folder, '.mcp-profiler/runs'))).sort().slice(-1);
    const result = JSON.parse(await readFile(join(folder, '.mcp-profiler/runs', name!, 'load.json'), 'utf8')) as LoadResult;
    const [answered, held] = [result.operations.find((o) => o.name === 'noop')!, result.operations.find((o) => o.name === 'hang')!];
    assert.deepEqual([result.status, result.errors, held.calls, held.errors], ['cancelled', {}, 0, {}]);
    assert.equal(held.unfinished! + (answered.unfinished ?? 0), result.unfinished!.calls);
    assert.equal(answered.calls + result.unfinished!.calls, result.sent);
    assert.ok(result.achieved! > 0);
    assert.equal(result.series.failed.reduce((a, b) => a + b, 0), 0);
  });

  it('a server that logs to stdout fails no call, and is told so', async () => {
    const o = await load('--rate', '50', '--duration', '1', '--warmup', '0', '--slo', 'errors<1%', '--tool', 'rubbish', '--', process.execPath, faulty);
    assert.deepEqual([o.sent, o.errors, o.strays, o.slo?.met], [50, {}, { parse: 50 }, true]);
    assert.deepEqual(o.notices, ['50 lines of the server were no JSON-RPC messages; logs belong on stderr.']);
    assert.doesNotMatch(o.sentences.join(' '), /calls failed/);
  });

  it('stopped before anything was measured, says so and no more', async () => {
    const { out, progress } = await interrupted(['--rate', '50', '--', process.execPath, '-e', 'setInterval(() => {}, 1000)'], 'Starting');
    assert.equal(out, '');
    assert.match(progress, /The load test was stopped before it measured anything/);
  });

  it('refuses hosts that were not named, before anything is sent', async () => {
    const { code, stderr } = await run('load', '--rate', '10', '--url', 'http://mcp.invalid/mcp');
    assert.equal(code, 2);
    assert.match(stderr, /mcp\.invalid is not this machine[\s\S]*--allow-remote mcp\.invalid/);
  });

  it('reports all problems of a command line at once', async () => {
    const { code, stderr } = await run('load', '--rate', 'fast', '--ramp', '1', '--duration', 'x', '--fail-on', 'nothing', 'a', 'b');
    assert.equal(code, 2);
    for (const part of ['--rate takes a rate', '--ramp takes two rates', 'one of --rate', '--duration', '"nothing"', 'one target']) assert.ok(stderr.includes(part), `${part}\n${stderr}`);
    const over = await run('load', '--rate', '50000', '--', 'node');
    assert.match(over.stderr, /over the cap of 20000\/s[\s\S]*--max-rate/);
    assert.match((await run('load', '--rate', '5', '--slo', 'p99<fast', '--', 'node')).stderr, /objective/);
  });

  it('fails a build on an objective that is not held', async () => {
    const { code, stderr } = await run('load', '--rate', '100', '--duration', '2', '--warmup', '0', '--slo', 'p50<1ms', '--fail-on', 'budget', '--tool', 'work', ...server({ delays: [[20, 1]] }));
    assert.equal(code, 1);
    assert.match(stderr, /fails on the objective p50<1ms/);
  });

  it('writes the report of a load test as one page', async () => {
    const o = await load('--rate', '50', '--duration', '1', '--warmup', '0', '--tool', 'work', ...server({}));
    const file = join(folder, 'report.html');
    const { code, stderr } = await run('export', o.runDir, '--format', 'html', '--out', file);
    assert.equal(code, 0, stderr);
    assert.match(await readFile(file, 'utf8'), /data-run-file="load\.json"/);
  });

  it('keeps secrets out of the folder, also those that a workload holds', async () => {
    const secret = 'sk-load-7f3a-99';
    const workload = join(folder, 'secret.mcp-workload.json');
    await writeFile(workload, JSON.stringify({ mix: [{ tool: 'noop', arguments: { token: secret } }] }));
    await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { shop: { command: process.execPath, args: [faulty], env: { API_TOKEN: secret } } } }));
    const o = await load('shop', '--rate', '20', '--duration', '1', '--warmup', '0', '--workload', workload);
    assert.equal(o.sent, 20);
    for (const name of await readdir(o.runDir)) assert.ok(!(await readFile(join(o.runDir, name), 'utf8')).includes(secret), name);
  });
});
