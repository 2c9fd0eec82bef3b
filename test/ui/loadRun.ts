import type { Finding } from '../../src/model/finding.ts';
import type { LoadInterval, LoadOptions, LoadProgress, LoadStage } from '../../src/model/load.ts';
import type { CapacityTry, LoadPercentiles, LoadResult, LoadSeries } from '../../src/model/loadResult.ts';
import type { RunRecord } from '../../src/model/run.ts';

/** Load tests with the shape of real ones: what the engine says while they go on, and their results. */

export const loadOptions = (change: Partial<LoadOptions> = {}): LoadOptions => ({
  goal: 'measure', model: { kind: 'rate', perSecond: 500 }, durationS: 30, warmupS: 15, slo: null, overload: false, processes: 1, sessions: 1, sockets: 16, maxInFlight: 1000,
  requestTimeoutMs: 30_000, initializeTimeoutMs: 30_000, protocol: 'legacy', probe: true, seed: 1, caps: { perSecond: 20_000, durationS: 600, processes: 16 }, ...change,
});

export const operations = ['search', 'forecast', 'read_file', 'list_books'];

export interface Stream {
  rate: number;
  seconds: number;
  warmupSeconds?: number;
  /** Stages after the measuring, in seconds each. */
  after?: { stage: LoadStage; seconds: number; rate: number }[];
  /** A second at which everything stands still, and for how long. */
  freeze?: { at: number; seconds: number };
  errors?: boolean;
  /** The server is on another machine. */
  remote?: boolean;
  busyGenerator?: boolean;
}

/** A quarter of a second each, as the engine says them. Deterministic. */
export function loadProgress({ rate, seconds, warmupSeconds = 3, after = [], freeze, errors = false, remote = false, busyGenerator = false }: Stream): (LoadProgress & { interval: LoadInterval })[] {
  const next = random(11);
  const plan = [{ stage: 'warmup' as LoadStage, seconds: warmupSeconds, rate }, { stage: 'measure' as LoadStage, seconds, rate }, ...after];
  const total = plan.reduce((sum, p) => sum + p.seconds, 0);
  const list: (LoadProgress & { interval: LoadInterval })[] = [];
  let at = 0;
  let backlog = 0;
  for (const p of plan) {
    for (let step = 0; step < p.seconds * 4; step++) {
      at += 0.25;
      const frozen = freeze !== undefined && at > freeze.at && at <= freeze.at + freeze.seconds;
      const due = Math.round(p.rate / 4);
      const served = frozen ? 0 : Math.min(due + backlog, Math.round((p.stage === 'overload' ? 1.02 : 1.8) * (rate / 4)));
      backlog = Math.max(0, backlog + due - served);
      const failed = errors && !frozen && step % 3 === 0 ? Math.round(due * (0.01 + next() * 0.03)) : 0;
      const late = (backlog / rate) * 1e6;
      const base = (p.stage === 'warmup' ? 4200 - 800 * Math.min(3, at) : 1700) * (0.9 + next() * 0.2);
      const p50 = base + late * 0.5;
      const p90 = p50 * (1.8 + next() * 0.3);
      const p99 = p90 * (2.2 + next() * 1.4) + late;
      const notSent = backlog > rate * 1.2 ? Math.round(due * 0.2) : 0;
      list.push({
        stage: p.stage, runDir: '/runs/load', done: at / total, step: stepText(p.stage, p.rate), ...(list.length === 0 ? { operations } : {}),
        interval: {
          stage: p.stage, atUs: at * 1e6, spanUs: 250_000, due, sent: due - notSent, notSent, ok: served - failed,
          errors: { ...(notSent > 0 ? { not_sent: notSent } : {}), ...(failed === 0 ? {} : { tool_isError: Math.ceil(failed * 0.6), timeout_no_bytes: Math.floor(failed * 0.3), 'jsonrpc(-32603)': Math.floor(failed * 0.1) }) },
          inFlight: Math.max(1, Math.round((rate * base) / 1e6 + backlog)), responseUs: served > 0 ? { p50, p90, p99, max: p99 * 1.6 } : null,
          byOperation: operations.map((_, i) => Math.round(served / (i + 2))),
          generator: { utilization: busyGenerator ? 0.9 : Math.min(0.6, 0.04 + rate / 20_000), lagP99Us: busyGenerator ? 18_000 : 600 },
          server: remote ? { cpu: null, rssBytes: null, loopDelayP99Us: null, loopDelayMaxUs: null, loopUtilization: null } : { cpu: frozen ? 0.02 : Math.min(1.02, p.rate / 800) * (0.95 + next() * 0.1), rssBytes: 92e6 + at * 260_000 + (step % 20) * 400_000, loopDelayP99Us: frozen ? 2e6 : 900 + next() * 1500 + late * 0.1, loopDelayMaxUs: 9000, loopUtilization: 0.7 },
        },
      });
    }
  }
  return list;
}

const stepText = (stage: LoadStage, rate: number) => (stage === 'warmup' ? 'until three seconds agree within 10%' : stage === 'overload' ? `${rate} calls/s, 1.5 times the capacity` : `${rate} calls/s`);

export interface ResultOptions extends Stream {
  options?: Partial<LoadOptions>;
  capacity?: boolean;
  limited?: boolean;
  /** Only so many calls: percentiles are withheld. */
  few?: boolean;
  locust?: boolean;
}

export function loadResult(o: ResultOptions): LoadResult {
  const said = loadProgress(o).map((p) => p.interval);
  const measured = said.filter((i) => i.stage === 'measure');
  const durationUs = measured.length * 250_000;
  const sum = (of: (i: LoadInterval) => number) => measured.reduce((total, i) => total + of(i), 0);
  const errors: Record<string, number> = {};
  for (const i of measured) for (const [name, n] of Object.entries(i.errors)) errors[name] = (errors[name] ?? 0) + n;
  const notSent = sum((i) => i.notSent);
  const samples = o.few ? 120 : sum((i) => i.ok);
  const scale = o.freeze ? 1.4 : 1;
  const responseUs = percentiles(samples, scale);
  const serviceUs = percentiles(samples, 0.8);
  const offered = sum((i) => i.due) / (durationUs / 1e6);
  const achieved = sum((i) => i.ok) / (durationUs / 1e6);
  return {
    schemaVersion: 1, source: o.locust ? 'locust' : 'mcp-profiler', id: '20261128-101500-bookshop', startedAt: '2026-11-28T10:15:00.000Z', status: 'complete', failure: null,
    server: { name: 'bookshop', version: '1.4.0', protocolVersion: '2025-11-25', transport: 'stdio', target: 'node dist/server.js', cwd: '/home/ann/bookshop', toolListTokens: 4210 },
    options: loadOptions({ model: { kind: 'rate', perSecond: o.rate }, durationS: o.seconds, ...o.options }),
    workload: { mix: operations.map((tool) => ({ weight: 1, tool, arguments: 'generate' })), session: null, data: {}, dir: null, generated: true },
    operations: operations.map((name, i) => ({
      name, kind: i === 2 ? 'resource' : 'tool', calls: Math.round(samples / (i + 2)), errors: i === 1 ? errors : {}, responseUs: percentiles(i === 3 ? 90 : Math.round(samples / (i + 2)), 0.6 + i * 0.5), serviceUs: percentiles(i === 3 ? 90 : Math.round(samples / (i + 2)), 0.5 + i * 0.4),
      bytesPerCall: 420 * (i + 1) ** 3, histograms: { response: '', service: '' },
    })),
    warmup: { durationUs: (o.warmupSeconds ?? 3) * 1e6, settled: true }, durationUs, offered, achieved, sent: sum((i) => i.sent), notSent, responseUs, serviceUs, scheduleLagUs: percentiles(samples, 0.05), errors,
    generator: o.limited ? { limited: true, reasons: ['its event loop was busy 91% of the time (limit 85%)', 'p99 of the schedule lag was 18.2 ms (limit 5 ms)'], utilization: 0.91, threads: 2, cpuUsPerRequest: 31 } : { limited: false, reasons: [], utilization: 0.12, threads: 1, cpuUsPerRequest: 4.1 },
    slo: o.options?.slo ? { text: o.options.slo.text, met: o.freeze === undefined, why: o.freeze ? 'p99 was 212 ms, above 100 ms.' : 'p99 was 14.2 ms.' } : null,
    littlesLaw: { meanInFlight: (achieved * 2200) / 1e6, expected: (achieved * 2180) / 1e6, error: 0.009 },
    connections: { processes: 1, sessions: 1, sockets: 0 }, capacity: o.capacity ? capacity() : null, scaling: o.capacity ? { points: [1, 2, 4, 8, 16, 32, 64].map((n) => ({ concurrency: n, rate: Math.round(((430 * n) / (1 + 0.12 * (n - 1) + 0.0011 * n * (n - 1))) * (1 + (n % 3) * 0.01)) })), lambda: 430, sigma: 0.12, kappa: 0.0011, r2: 0.997, peak: { concurrency: 28, rate: 2380 } } : null,
    overload: o.capacity ? { offered: 2970, verdict: 'slowed', why: 'Response times grew from 14.2 ms to 1,840 ms at p99, while 98% of the capacity was still answered.', goodput: 1940, goodputAtCapacity: 1980, errors: { timeout_no_bytes: 12 }, recoveryUs: 2_400_000, watchedUs: 10_000_000 } : null,
    agents: o.options?.model?.kind === 'sessions' ? { completed: 412, failed: 3, durationUs: percentiles(412, 40) } : null,
    series: seriesOf(said), curves: { response: curve(samples, scale), service: curve(samples, 0.8) }, histograms: { response: '', service: '', lag: '' }, findings: [],
    sentences: o.capacity
      ? [{ parts: [{ text: 'bookshop holds ' }, { text: '1,980 calls/s', link: { to: 'tab', tab: 'load' } }, { text: ' with p99 < 100 ms and errors < 1%; at 2,060 calls/s it does not. The event loop of the server is what limits it: 97% busy.' }] }, { parts: [{ text: 'At 1.5 times that rate it slows down, and recovers in 2.4 s.' }] }]
      : [{ parts: [{ text: `bookshop answered ${Math.round(achieved)} of ${Math.round(offered)} calls/s; ` }, { text: 'p99 14.2 ms', link: { to: 'tab', tab: 'load' } }, { text: ' from the moment a call was due.' }] }],
    skipped: o.few ? [{ tool: 'delete_book', reason: 'destructive' }] : [], notices: o.errors ? ['Arguments were generated and 4% of the calls returned `isError`: edit them in a workload file.'] : [],
  };
}

/** The run that a result belongs to. */
export function loadRun(result: LoadResult): RunRecord {
  return {
    schemaVersion: 1, id: result.id, title: 'bookshop', startedAt: result.startedAt, durationUs: result.durationUs, status: result.status, failure: result.failure, profilerVersion: '0.1.0', server: result.server,
    runtime: { name: 'node', version: 'v24.21.0', execPath: '/usr/bin/node', pid: 4711 },
    options: { callsPerTool: 0, concurrency: 0, cpu: false, heap: false, protocol: 'legacy', requestTimeoutMs: 30_000, initializeTimeoutMs: 30_000, bodies: false, budgets: {} },
    startupUs: 212_000, tools: [], methods: [], files: { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [], heap: [], load: 'load.json' },
    cpu: null, hotLines: [], blocks: [], memory: null, findings: result.findings.length > 0 ? result.findings : [finding], sentences: result.sentences, skipped: result.skipped, notices: result.notices,
  };
}

export const loadFiles = (result: LoadResult): Record<string, string> => ({ 'run.json': JSON.stringify(loadRun(result)), 'load.json': JSON.stringify(result) });

const finding: Finding = {
  id: 'overload-collapse:bookshop', rule: 'overload-collapse', severity: 'warning', evidence: 'measured', tools: [], message: 'Under 1.5 times its capacity the server answers 2% less than at capacity.', help: 'Limit how many calls are worked on at once, and reject the others at once.',
  savedUsPerCall: null, file: null, line: null, endLine: null, figures: [{ label: 'Goodput', value: 1940, unit: 'per-second', link: { to: 'tab', tab: 'load' } }], path: [],
};

/** A long-tailed distribution of which percentiles can be told that the samples bear. */
const quantile = (percent: number, scale: number) => scale * 1700 * (1 + 0.32 * (-Math.log(1 - percent / 100)) ** 1.55);
function percentiles(samples: number, scale: number): LoadPercentiles {
  const of = (percent: number, needed: number) => (samples >= needed ? Math.round(quantile(percent, scale)) : null);
  return { p50: of(50, 6), p90: of(90, 36), p95: of(95, 72), p99: of(99, 368), p999: of(99.9, 3688), max: Math.round(quantile(100 - 50 / Math.max(1, samples), scale)), mean: Math.round(scale * 2180), samples };
}

function curve(samples: number, scale: number): [number, number][] {
  const points: [number, number][] = [];
  for (let nines = 0; nines <= Math.log10(Math.max(10, samples)); nines += 0.05) points.push([100 * (1 - 10 ** -nines), quantile(100 * (1 - 10 ** -nines), scale)]);
  return points;
}

function capacity(): LoadResult['capacity'] {
  const attempt = (kind: CapacityTry['kind'], offered: number | null, concurrency: number | null, achieved: number, scale: number, reasons: string[] = []): CapacityTry => ({
    kind, offered, concurrency, achieved, responseUs: percentiles(Math.round(achieved * 4), scale), serviceUs: percentiles(Math.round(achieved * 4), scale * 0.7), errorRatio: reasons.length > 0 ? 0.002 : 0, meanInFlight: (achieved * scale * 2180) / 1e6,
    inFlightSlope: kind === 'closed' ? null : { value: reasons.length > 0 ? 42 : 0.1, low: reasons.length > 0 ? 31 : -0.6, high: reasons.length > 0 ? 53 : 0.8 }, serverCpu: Math.min(1.01, achieved / 2000), serverRssBytes: 98e6, loopDelayP99Us: 2400 * scale, generatorUtilization: 0.1, sustainable: kind !== 'closed' && reasons.length === 0, reasons,
  });
  return {
    rate: 1980, low: 1980, high: 2060, limitedBy: 'event-loop', why: 'Its busiest event loop was at work 97% of the time, while the process used 1.01 cores.', tookUs: 71_400_000,
    tries: [
      attempt('closed', null, 1, 421, 0.9), attempt('closed', null, 8, 1640, 2.1), attempt('closed', null, 32, 2210, 5.8), attempt('search', 1100, null, 1100, 1.1), attempt('search', 2200, null, 2060, 24, ['achieved 94% of what was offered', 'in flight grew by 42/s (31 to 53)']),
      attempt('search', 1650, null, 1650, 1.6), attempt('search', 1930, null, 1930, 3.1), attempt('search', 2060, null, 2031, 13, ['p99 was 143 ms, above 100 ms']), attempt('search', 1980, null, 1979, 4.4), attempt('confirm', 1980, null, 1981, 4.3), attempt('confirm', 1980, null, 1980, 4.6),
    ],
  };
}

/** Per second, from quarters. */
function seriesOf(said: readonly LoadInterval[]): LoadSeries {
  const s: LoadSeries = { atUs: [], stage: [], due: [], sent: [], notSent: [], ok: [], failed: [], inFlight: [], p50: [], p90: [], p99: [], max: [], serverCpu: [], serverRssBytes: [], loopDelayP99Us: [], generatorUtilization: [] };
  for (let i = 0; i + 3 < said.length; i += 4) {
    const four = said.slice(i, i + 4);
    const last = four.at(-1)!;
    const add = (of: (x: LoadInterval) => number) => four.reduce((total, x) => total + of(x), 0);
    s.atUs.push(last.atUs);
    s.stage.push(last.stage);
    for (const key of ['due', 'sent', 'notSent', 'ok'] as const) s[key].push(add((x) => x[key]));
    s.failed.push(add((x) => Object.values(x.errors).reduce((a, b) => a + b, 0)));
    s.inFlight.push(last.inFlight);
    for (const key of ['p50', 'p90', 'p99', 'max'] as const) s[key].push(last.responseUs?.[key] ?? null);
    s.serverCpu.push(last.server.cpu);
    s.serverRssBytes.push(last.server.rssBytes);
    s.loopDelayP99Us.push(last.server.loopDelayP99Us);
    s.generatorUtilization.push(last.generator.utilization);
  }
  return s;
}

/** A small generator of numbers that is the same everywhere (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
