import assert from 'node:assert/strict';
import { findInLoad } from '../../src/analysis/loadFindings.ts';
import { writeLoadSentences } from '../../src/analysis/loadSentences.ts';
import { printLoad } from '../../src/cli/printLoad.ts';
import type { Capacity, CapacityTry, LoadPercentiles, LoadResult, Overload } from '../../src/model/loadResult.ts';

const times: LoadPercentiles = { p50: 8000, p90: 10_000, p95: 11_000, p99: 12_000, p999: null, max: 15_000, mean: 8200, samples: 1500 };
const none: LoadPercentiles = { p50: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null, samples: 0 };
const noTimes = { responseUs: times, serviceUs: times, bytesPerCall: 100, histograms: { response: '', service: '' } };

function resultOf(change: Partial<LoadResult> = {}, options: Partial<LoadResult['options']> = {}): LoadResult {
  return {
    schemaVersion: 1, source: 'mcp-profiler', id: 'x', startedAt: '2026-11-28T00:00:00Z', status: 'complete', failure: null,
    server: {} as LoadResult['server'],
    options: {
      goal: 'measure', model: { kind: 'rate', perSecond: 100 }, durationS: 15, warmupS: 5, slo: null, overload: false, processes: 1, sessions: 1, sockets: 1, maxInFlight: 100, requestTimeoutMs: 30_000, initializeTimeoutMs: 30_000,
      protocol: 'legacy', probe: true, seed: 1, caps: { perSecond: 1, durationS: 1, processes: 1 }, ...options,
    },
    workload: { mix: [], session: null, data: {}, dir: null, generated: false },
    operations: [{ name: 'search', kind: 'tool', calls: 1000, errors: {}, ...noTimes }, { name: 'forecast', kind: 'tool', calls: 500, errors: {}, ...noTimes, responseUs: { ...times, p99: 20_000 } }],
    warmup: { durationUs: 3e6, settled: true }, durationUs: 15e6, offered: 100, achieved: 99.9, sent: 1500, notSent: 0, responseUs: times, serviceUs: times, scheduleLagUs: times, errors: {},
    generator: { limited: false, reasons: [], utilization: 0.2, threads: 1, cpuUsPerRequest: 4 },
    slo: null, littlesLaw: null, connections: { processes: 1, sessions: 1, sockets: 0 }, capacity: null, scaling: null, overload: null, agents: null,
    series: { inFlight: [1, 8] } as LoadResult['series'], curves: { response: [], service: [] }, histograms: { response: '', service: '', lag: '' }, findings: [], sentences: [], skipped: [], notices: [],
    ...change,
  };
}

const held: CapacityTry = {
  kind: 'confirm', offered: 480, concurrency: null, achieved: 480, responseUs: times, serviceUs: times, errorRatio: 0, meanInFlight: 3.4, inFlightSlope: null,
  serverCpu: 0.98, serverRssBytes: null, loopDelayP99Us: null, generatorUtilization: 0.2, sustainable: true, reasons: [],
};
const capacity: Capacity = { rate: 480, low: 480, high: 490, limitedBy: 'server-cpu', why: 'at 490 calls/s the server used 98% of a core', tries: [held], tookUs: 60e6 };
const collapsed: Overload = { offered: 720, verdict: 'collapsed', why: 'requests pile up (240.0 more each second) and nothing was refused', goodput: 470, goodputAtCapacity: 479, errors: {}, recoveryUs: 5e6, watchedUs: 20e6 };
const searched = (change: Partial<LoadResult> = {}) => resultOf({ capacity, overload: collapsed, ...change }, { goal: 'capacity', slo: { text: 'p99<100ms,errors<1%', limits: [{ percent: 99, us: 100_000 }], errorRatio: 0.01 } });
const say = (result: LoadResult) => writeLoadSentences(result).map((s) => s.parts.map((p) => p.text).join(''));

describe('overload-collapse', () => {
  it('names the limit to set: the rate and the calls at a time of the knee', () => {
    const [finding, ...others] = findInLoad(searched());
    assert.equal(others.length, 0);
    assert.deepEqual([finding!.rule, finding!.severity, finding!.evidence, finding!.tools], ['overload-collapse', 'warning', 'measured', ['forecast', 'search']]);
    assert.equal(finding!.message, 'At 720 calls/s, more than it can do, the server collapses: requests pile up (240.0 more each second) and nothing was refused.');
    assert.match(finding!.help, /work on at most 4 at a time, and answer with isError or HTTP 429 beyond 480 calls\/s/);
    assert.ok(finding!.figures.every((f) => f.link?.to === 'tab' && f.link.tab === 'load'));
    assert.equal(finding!.figures.find((f) => f.label === 'time to recover')?.value, 5e6);
  });

  it('takes the peak of the scaling law where there is one', () => {
    const scaling = { points: [], lambda: 1, sigma: 0, kappa: 0.01, r2: 1, peak: { concurrency: 10, rate: 500 } };
    assert.match(findInLoad(searched({ scaling }))[0]!.help, /at most 10 at a time/);
  });

  it('is no finding where the server refuses, slows down, holds, or where nothing is known', () => {
    for (const verdict of ['rejected', 'slowed', 'held', 'unknown'] as const) assert.deepEqual(findInLoad(searched({ overload: { ...collapsed, verdict } })), []);
    assert.deepEqual(findInLoad(resultOf()), []);
  });
});

describe('answer of a load test', () => {
  it('answers in the window of a stopped test may all be of the warm-up: it says so beside the rate', () => {
    const server = { name: 'x', version: null, transport: 'stdio', protocolVersion: '2025-11-25' } as unknown as LoadResult['server'];
    const line = (change: Partial<LoadResult>) => /achieved.*, in /.exec(printLoad(resultOf({ server, ...change }), 'run', {}))?.[0];
    assert.equal(line({ achieved: 7.5, responseUs: none }), 'achieved 7.5 calls/s (of calls of the warm-up), in ');
    for (const change of [{ achieved: 7.5 }, { achieved: 0, responseUs: none }]) assert.doesNotMatch(line(change)!, /warm-up/);
  });

  it('what was not sent is the queue of the server, as a rule, and never makes it look fast', () => {
    const generator = { limited: true, reasons: ['500 of 1,500 requests (33%) could not be sent, over 1%'], utilization: 0.2, threads: 1, cpuUsPerRequest: 4 };
    const open = resultOf({ sent: 1000, notSent: 500, generator, series: { inFlight: [40, 100] } as LoadResult['series'] });
    assert.equal(say(open)[1], 'Generator-limited: 500 of 1,500 calls that came due (33%) were not sent, as 100 were open already, the most that `--max-in-flight` allows. They are in no time, so the tail is understated.');
    assert.match(say(resultOf({ sent: 1000, notSent: 500, generator }))[1]!, /as too many were open or no connection was left/);
    assert.match(say(resultOf({ sent: 1000, notSent: 500, generator: { ...generator, reasons: ['its event loop was busy for 93% of the time, over 85%', ...generator.reasons] } }))[1]!, /^Generator-limited: its event loop was busy for 93% of the time, over 85%, so the server may be faster/);
    assert.equal(say(resultOf({ sent: 1000, notSent: 10 })).length, 1);
  });

  it('a search: the rate with its interval and limit, then the overload', () => {
    assert.deepEqual(say(searched()), [
      'The server holds 480 calls/s at p99 < 100 ms, errors < 1% (480–490); the limit is its CPU: at 490 calls/s the server used 98% of a core.',
      'At 1.5 times that (720 calls/s) it collapses: requests pile up (240.0 more each second) and nothing was refused; it recovers in 5,000 ms.',
    ]);
    assert.match(say(searched({ capacity: { ...capacity, rate: null, low: null, why: 'no rate was held' }, overload: null }))[0]!, /^No rate is known to be held at p99 < 100 ms, errors < 1%: no rate was held\.$/);
    assert.match(say(searched({ capacity: { ...capacity, high: null, limitedBy: 'cap', why: 'held' } }))[0]!, /errors < 1% and may hold more; the limit is the cap of the test/);
    assert.match(say(searched({ overload: { ...collapsed, recoveryUs: null } }))[1]!, /had not recovered 20 s later\.$/);
  });

  it('a rate, a closed loop, agents', () => {
    assert.deepEqual(say(resultOf()), ['Of 100 calls/s offered the server answers 99.9 calls/s, p99 12 ms over 1,500 calls.']);
    assert.deepEqual(say(resultOf({ offered: null }, { model: { kind: 'closed', concurrency: 8, thinkMs: 0 } })), ['With 8 callers the server answers 99.9 calls/s, p99 12 ms over 1,500 calls (closed: the tail is understated).']);
    const agents = { completed: 30, failed: 0, durationUs: { ...times, p50: 400_000 } };
    assert.deepEqual(say(resultOf({ offered: null, agents }, { model: { kind: 'sessions', sessions: 1 } })), ['With 1 agent the server answers 99.9 calls/s, p99 12 ms over 1,500 calls; 30 rounds were completed, half of them within 400 ms.']);
  });

  it('says what limits its worth: the generator, errors, too few samples, an objective', () => {
    const errors = { tool_isError: 600, timeout_no_bytes: 10 };
    const result = resultOf({
      generator: { limited: true, reasons: ['its event loop was busy for 93% of the time, over 85%'], utilization: 0.93, threads: 1, cpuUsPerRequest: 40 },
      errors, operations: [{ name: 'search', kind: 'tool', calls: 1000, errors, ...noTimes }, { name: 'forecast', kind: 'tool', calls: 500, errors: {}, ...noTimes }],
      workload: { mix: [], session: null, data: {}, dir: null, generated: true },
      responseUs: { ...times, p99: null, samples: 200 },
      slo: { text: 'p99<100ms', met: null, why: 'insufficient samples for p99: 200 of 368' },
    });
    assert.deepEqual(say(result), [
      'Of 100 calls/s offered the server answers 99.9 calls/s, p95 11 ms over 200 calls.',
      'Generator-limited: its event loop was busy for 93% of the time, over 85%, so the server may be faster than these figures.',
      'The objective p99<100ms is not decided: insufficient samples for p99: 200 of 368.',
      '41% of the calls failed and are in no time, most of `search` with tool error (isError) (600); the arguments were generated and 40% of the calls returned isError: give real ones in a workload.',
      'Insufficient samples for p99: 200 calls were answered well, 368 are needed.',
    ]);
  });

  it('has at most five sentences, also of the worst, and says something of nothing', () => {
    const worst = searched({ status: 'failed', failure: { code: 'server-exited', message: 'The server exited.', hint: '' }, generator: { limited: true, reasons: ['x'], utilization: 1, threads: 1, cpuUsPerRequest: 1 }, scaling: { points: [], lambda: 1, sigma: 0, kappa: 1, r2: 1, peak: { concurrency: 4, rate: 9 } } });
    assert.equal(say(worst).length, 5);
    assert.equal(say(worst)[0], 'The load test failed after 1,500 calls: The server exited.');
    assert.deepEqual(say(resultOf({ sent: 0, achieved: null, responseUs: none })), ['No call was measured, so nothing can be said.']);
    assert.match(say(resultOf({ achieved: 0, responseUs: none, errors: { timeout_no_bytes: 1500 } }))[0]!, /^None of the 1,500 calls was answered well\.$/);
  });

  it('stopped early: what was open then is no failure, and the tail says what it may hide', () => {
    const stopped = (change: Partial<LoadResult>) => say(resultOf({ status: 'cancelled', durationUs: 13e6, sent: 1300, achieved: 92, ...change }));
    const open = (calls: number, p99: number) => ({ calls, oldestUs: 9e6, atLeastUs: { ...times, p99 } });
    assert.deepEqual(stopped({ unfinished: open(100, 4.1e6), responseUs: { ...times, samples: 1200 } }), [
      'The load test was stopped early, after 13 s: the figures are of the 1,300 calls sent until then; 100 of them were still open, for up to 9,000 ms, and count neither as answered nor as failed.',
      'Of 100 calls/s offered the server answers 92 calls/s, p99 12 ms over 1,200 calls.',
      'The tail is understated: counted with the time that the open calls had waited, p99 is at least 4,100 ms.',
    ]);
    assert.match(stopped({ unfinished: open(100, 12_000), responseUs: { ...times, samples: 1200 } })[2]!, /^The tail may be understated: the open calls are 7\.7% of all/);
    // as many as the slowest hundredth: they cannot be what p99 is made of
    assert.equal(stopped({ unfinished: open(12, 12_000), responseUs: { ...times, samples: 1288 } }).length, 2);
    // only calls of the warm-up were answered in the window
    assert.deepEqual(stopped({ sent: 43, achieved: 5.6, responseUs: none, unfinished: { calls: 43, oldestUs: 9e6, atLeastUs: { ...none, p50: 4e6 } } }), [
      'The load test was stopped early, after 13 s: the figures are of the 43 calls sent until then; all of them were still open, for up to 9,000 ms, and count neither as answered nor as failed.',
      'No call that came due in that time was answered.',
      'Counted with the time that the open calls had waited, p50 is at least 4,000 ms.',
    ]);
    assert.match(stopped({ sent: 100, unfinished: open(50, 12_000), errors: { tool_isError: 25 } }).join(' '), /50% of the calls failed/, 'of those that ended');
    assert.doesNotMatch(stopped({ sent: 951, notSent: 179, errors: { not_sent: 179 }, responseUs: none, unfinished: open(951, 21e6) }).join(' '), /calls failed/, 'what was not sent');
    assert.deepEqual(stopped({ sent: 0, achieved: null, responseUs: none }), ['The load test was stopped before a call was measured.']);
    // a file of before, which counts them among the errors
    assert.match(stopped({ sent: 43, responseUs: none, errors: { cancelled: 43 } }).join(' '), /None of the 43 calls was answered well/);
  });

  it('links every figure to the Load tab', () => {
    for (const { parts } of writeLoadSentences(searched())) for (const { link } of parts) if (link) assert.deepEqual(link, { to: 'tab', tab: 'load' });
    assert.ok(writeLoadSentences(searched())[0]!.parts.some((p) => p.text === '480 calls/s' && p.link));
  });
});
