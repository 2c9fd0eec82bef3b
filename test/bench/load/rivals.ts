// `node test/bench/load/rivals.ts [FOLDER]`: what others report of a server that freezes. Each in turn loads the same
// fixture with 100 calls a second for 30 s; the truth follows from the server's own log and from when calls were due.
// FOLDER holds node_modules with @modelcontextprotocol/inspector and autocannon (npm i); wrk is taken from PATH. What is
// not there is left out and said.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { recordResult } from '../record.ts';
import { fixture, percentile, round, withTarget } from './target.ts';

const plan = JSON.stringify({ delays: [[5, 1]], freezeEvery: 200, freezeMs: 500 });
const rate = 100;
const durationS = 30;
const folder = resolve(process.argv[2] ?? join(homedir(), '.cache/mcp-profiler/rivals'));
const run = promisify(execFile);

interface Row {
  tool: string;
  calls: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
}

/** Ours, and what its response times must be: one thread and the same delay for all, so answers come in the order of the calls. */
async function ours(): Promise<Row[]> {
  return withTarget([fixture('logged.mjs'), 'stdio', plan], async (target) => {
    const result = await target.run({ kind: 'rate', perSecond: rate }, durationS);
    const startUs = result.inFlightSeries.atUs[0] ?? 0;
    const truth = (await target.log()).map(({ answeredUs }, i) => (answeredUs - (startUs + (i * 1e6) / rate)) / 1000);
    const row = (tool: string, calls: number, at: (p: number) => number): Row => ({ tool, calls, p50Ms: round(at(50)), p90Ms: round(at(90)), p99Ms: round(at(99)) });
    return [row('truth, from the log', truth.length, (p) => percentile(truth, p)), row('MCP Profiler', result.response.count, (p) => result.response.valueAt(p) / 1000)];
  });
}

async function inspector(concurrency: number): Promise<Row | string> {
  const cli = join(folder, 'node_modules/.bin/mcp-inspector');
  if (!existsSync(cli)) return `MCP Inspector is not in ${folder}`;
  const args = ['--cli', process.execPath, fixture('logged.mjs'), 'stdio', plan, '--method', 'tools/call', '--tool-name', 'work', '--load', '--load-rate', String(rate), '--load-concurrency', String(concurrency), '--load-duration', String(durationS)];
  const { stdout } = await run(cli, args);
  const said = JSON.parse(stdout) as { ok: number; latencyMs: { p50: number; p90: number; p99: number } };
  return { tool: `MCP Inspector 2.12, ${concurrency} at once`, calls: said.ok, p50Ms: said.latencyMs.p50, p90Ms: said.latencyMs.p90, p99Ms: said.latencyMs.p99 };
}

const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"work","arguments":{}}}';

async function overHttp<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = spawn(process.execPath, [fixture('logged.mjs'), 'http', plan], { stdio: ['pipe', 'ignore', 'pipe'] });
  const [port] = (await once(server.stderr.setEncoding('utf8'), 'data')) as [string];
  try {
    return await use(`http://127.0.0.1:${port.trim()}/mcp`);
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
}

async function autocannon(): Promise<Row | string> {
  const cli = join(folder, 'node_modules/.bin/autocannon');
  if (!existsSync(cli)) return `autocannon is not in ${folder}`;
  return overHttp(async (url) => {
    const { stdout } = await run(cli, ['-j', '-c', '10', '-R', String(rate), '-d', String(durationS), '-m', 'POST', '-H', 'content-type: application/json', '-b', body, url], { maxBuffer: 1 << 26 });
    const { latency } = JSON.parse(stdout) as { latency: { totalCount: number; p50: number; p90: number; p99: number } };
    return { tool: 'autocannon, 10 connections', calls: latency.totalCount, p50Ms: latency.p50, p90Ms: latency.p90, p99Ms: latency.p99 };
  });
}

/** It has no rate: one connection, as fast as it answers. */
async function wrk(): Promise<Row | string> {
  return overHttp(async (url) => {
    const script = join(tmpdir(), `mcp-profiler-wrk-${process.pid}.lua`);
    writeFileSync(script, `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = '${body}'\ndone = function(s, l) io.write(string.format("%d %f %f %f\\n", s.requests, l:percentile(50), l:percentile(90), l:percentile(99))) end\n`);
    try {
      const { stdout } = await run('wrk', ['-t1', '-c1', `-d${durationS}`, '-s', script, url]);
      const [calls, p50, p90, p99] = stdout.trim().split('\n').at(-1)!.split(' ').map(Number);
      return { tool: 'wrk, 1 connection', calls: calls!, p50Ms: round(p50! / 1000), p90Ms: round(p90! / 1000), p99Ms: round(p99! / 1000) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'wrk is not on PATH';
      throw error;
    }
  });
}

const rows: Row[] = [...(await ours())];
const leftOut: string[] = [];
for (const one of [() => inspector(1), () => inspector(10), autocannon, wrk]) {
  const row = await one();
  if (typeof row === 'string') leftOut.push(row);
  else rows.push(row);
}
console.table(rows);
for (const why of leftOut) console.log(`left out: ${why}`);
recordResult('load-rivals', { plan: JSON.parse(plan) as object, rate, durationS, rows, leftOut });
