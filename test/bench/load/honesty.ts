import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentilesOf } from '../../../src/load/percentiles.ts';
import { barePipe } from './barePipe.ts';
import { root } from '../../driver/places.ts';
import { fixture, percentile, round, withTarget } from './target.ts';

/** 5,000 arrivals a second for a minute: how many were sent, and how late. */
export async function arrivals() {
  const rate = 5000;
  const durationS = 60;
  return withTarget(
    [fixture('server.mjs')],
    async ({ run }) => {
      await run({ kind: 'rate', perSecond: rate }, 2);
      const result = await run({ kind: 'rate', perSecond: rate }, durationS);
      const sentPerSecond = (result.sent * 1e6) / result.durationUs;
      return {
        rate, durationS, sent: result.sent, notSent: result.notSent, offRatio: round(sentPerSecond / rate - 1, 5), lagP50Us: result.lag.valueAt(50), lagP99Us: result.lag.valueAt(99), lagMaxUs: result.lag.max,
        generatorUtilization: round(result.utilization, 3), limits: { offRatio: 0.001, lagP99Us: 3000 },
      };
    },
    { tool: 'noop' },
  );
}

/**
 * A server that freezes: what response times must be follows from when each request was due and when the server's own
 * log says it was answered. A tool that waits for answers before it sends sees next to nothing of it.
 */
export async function freezes() {
  const cases = [
    { name: 'calls of 20 ms, one freeze of 2 s, 100/s for 30 s', plan: { delays: [[20, 1]], freezeAtS: 10, freezeMs: 2000 }, rate: 100, durationS: 30 },
    { name: 'calls of 20 ms, 500 ms every 200th call, 100/s for 30 s', plan: { delays: [[20, 1]], freezeEvery: 200, freezeMs: 500 }, rate: 100, durationS: 30 },
  ];
  const results = [];
  for (const { name, plan, rate, durationS } of cases) {
    results.push(
      await withTarget([fixture('logged.mjs'), 'stdio', JSON.stringify(plan)], async ({ run, log }) => {
        const result = await run({ kind: 'rate', perSecond: rate }, durationS);
        const startUs = result.inFlightSeries.atUs[0]!;
        // one thread, and the same delay for all: answers come in the order of the requests
        const truth = (await log()).map(({ answeredUs }, i) => answeredUs - (startUs + (i * 1e6) / rate));
        const figures = [50, 90, 99].map((p) => ({ percent: p, ours: result.response.valueAt(p), truth: round(percentile(truth, p), 0), off: round(result.response.valueAt(p) / percentile(truth, p) - 1, 4), offUs: round(result.response.valueAt(p) - percentile(truth, p), 0) }));
        return { name, calls: truth.length, figures, serviceP99Us: result.service.valueAt(99), limits: { off: 0.05 } };
      }),
    );
  }
  return results;
}

/**
 * Injected delays against the server's own log: what we add to a service time. What a pipe between two processes costs on
 * this machine, wake-ups of either included, is in it; so a client that does nothing else is measured right after.
 */
export async function delays() {
  const plans: { name: string; delays: [number, number][]; rate: number }[] = [
    { name: '1 ms', delays: [[1, 1]], rate: 200 },
    { name: '5 ms', delays: [[5, 1]], rate: 200 },
    { name: '20 ms', delays: [[20, 1]], rate: 200 },
    { name: '100 ms', delays: [[100, 1]], rate: 200 },
    { name: '2 ms (9 of 10) and 50 ms', delays: [[2, 9], [50, 1]], rate: 200 },
  ];
  const results = [];
  for (const { name, delays, rate } of plans) {
    results.push(
      await withTarget([fixture('logged.mjs'), 'stdio', JSON.stringify({ delays })], async ({ run, log }) => {
        await run({ kind: 'rate', perSecond: rate }, 2);
        await log();
        const result = await run({ kind: 'rate', perSecond: rate }, 10);
        const truth = (await log()).map(({ arrivedUs, answeredUs }) => answeredUs - arrivedUs);
        const { p50, p99 } = percentilesOf(result.service);
        const bare = await barePipe([fixture('logged.mjs'), 'stdio', JSON.stringify({ delays })], { rate, seconds: 5 });
        const bias = (percent: number) => round(percentile(bare.service, percent) - percentile(bare.truth, percent), 0);
        return { name, calls: truth.length, biasP50Us: round((p50 ?? NaN) - percentile(truth, 50), 0), biasP99Us: round((p99 ?? NaN) - percentile(truth, 99), 0), barePipe: { biasP50Us: bias(50), biasP99Us: bias(99) }, limits: { biasP50Us: 300, biasP99Us: 1000 } };
      }),
    );
  }
  return results;
}

/** Ten million requests: the memory of the built command, its threads included, while it generates them (Linux; run `npm run build` first). */
export async function memoryOfMillions(wanted = 10e6) {
  const trial = await loadFor(5);
  const { requests, rssAtTenth, rssHighest } = await loadFor(Math.ceil((1.1 * wanted * trial.seconds) / trial.requests));
  return { requests, rssAtTenthBytes: rssAtTenth, rssHighestBytes: rssHighest, limits: { requests: wanted, rssHighestBytes: 150e6 } };
}

/** What the command answers to 64 callers, and its resident memory each 100 ms. */
async function loadFor(seconds: number) {
  const out = await mkdtemp(join(tmpdir(), 'load-memory-'));
  const command = ['load', '--tool', 'noop', '--args', '{}', '--concurrency', '64', '--warmup', '0', '--duration', String(seconds), '--no-probe', '--json', '--out', out, '--', process.execPath, fixture('server.mjs')];
  const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const resident: number[] = [];
  const timer = setInterval(() => {
    const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    if (pages !== undefined) resident.push(Number(pages) * 1024);
  }, 100);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.once('exit', () => clearInterval(timer));
  const [code] = (await once(child, 'close')) as [number];
  await rm(out, { recursive: true, force: true });
  if (code !== 0) throw new Error(`The command ended with ${code}: ${text}`);
  const { sent } = JSON.parse(text) as { sent: number };
  return { seconds, requests: sent, rssAtTenth: resident[Math.floor(resident.length / 10)]!, rssHighest: Math.max(...resident) };
}
