import assert from 'node:assert/strict';
import type { LoadInterval } from '../../src/model/load.ts';
import { collectIntervals, decimate, intervalsOf, lately, mostIntervals } from '../../src/model/loadIntervals.ts';
import { nines, throughput } from '../../webview/load/curves.ts';
import { instancesFor } from '../../webview/load/instances.ts';
import { errorClasses, timeCharts } from '../../webview/load/timeModels.ts';
import { isClosed, modelText } from '../../webview/load/words.ts';
import type { Theme } from '../../webview/colours.ts';
import { loadOptions, loadProgress, loadResult } from '../ui/loadRun.ts';

const theme: Theme = { kind: 'dark', foreground: '#ccc', muted: '#999', background: '#111', line: '#333', border: '#444', focus: '#08f', error: '#f00', warning: '#fa0', accent: '#38f', selection: '#024', fontFamily: 'x', fontSize: 13 };
const said = (seconds: number, change = {}) => loadProgress({ rate: 400, seconds, warmupSeconds: 1, ...change }).map((p) => p.interval);
const total = (list: readonly LoadInterval[], of: (i: LoadInterval) => number) => list.reduce((sum, i) => sum + of(i), 0);

describe('intervals of a load test', () => {
  const long = said(1200, { errors: true });

  for (const [how, joined] of [['as they come', collect(long)], ['afterwards', decimate(long)]] as const) {
    it(`are joined ${how} without losing a call, an error or a peak`, () => {
      assert.ok(joined.length <= mostIntervals && joined.length > mostIntervals / 3, `${joined.length} of ${long.length}`);
      for (const figure of [(i: LoadInterval) => i.due, (i: LoadInterval) => i.ok, (i: LoadInterval) => i.spanUs, (i: LoadInterval) => i.errors['tool_isError'] ?? 0, (i: LoadInterval) => i.byOperation[1] ?? 0]) assert.equal(total(joined, figure), total(long, figure));
      assert.equal(joined.at(-1)!.atUs, long.at(-1)!.atUs);
      assert.equal(Math.max(...joined.map((i) => i.responseUs?.p99 ?? 0)), Math.max(...long.map((i) => i.responseUs?.p99 ?? 0)));
      assert.equal(Math.max(...joined.map((i) => i.inFlight)), Math.max(...long.map((i) => i.inFlight)));
      for (const { responseUs } of joined) assert.ok(responseUs && responseUs.p50 <= responseUs.p90 && responseUs.p90 <= responseUs.p99 && responseUs.p99 <= responseUs.max);
    });

    it(`stay apart where the stage changes (${how})`, () => {
      const measured = joined.filter((i) => i.stage === 'measure');
      assert.equal(total(measured, (i) => i.spanUs), 1200e6);
    });
  }

  it('few of them stay as they are', () => {
    assert.deepEqual(collect(long.slice(0, 100)), long.slice(0, 100));
    assert.deepEqual(decimate([]), []);
  });

  it('of seconds without answers have no percentiles, and what was not measured stays null', () => {
    const frozen = said(10, { freeze: { at: 4, seconds: 3 }, remote: true });
    const joined = intervalsOf(loadResult({ rate: 400, seconds: 10, warmupSeconds: 1, freeze: { at: 4, seconds: 3 }, remote: true }).series);
    assert.equal(joined.length, 11);
    assert.equal(joined[5]!.responseUs, null);
    assert.equal(joined[5]!.server.cpu, null);
    assert.equal(total(joined, (i) => i.due), total(frozen, (i) => i.due));
    assert.ok(total(joined, (i) => i.notSent) > 0);
    assert.deepEqual(joined.map((i) => i.errors), joined.map(() => ({})), 'what was not sent is counted once');
    assert.deepEqual(joined.map((i) => i.spanUs), joined.map(() => 1e6));
  });

  it('of a result do not stretch over a pause between two stages', () => {
    const { series } = loadResult({ rate: 400, seconds: 3, warmupSeconds: 1 });
    series.atUs = [1e6, 9e6, 10e6, 10.4e6];
    assert.deepEqual(intervalsOf(series).map((i) => i.spanUs), [1e6, 1e6, 1e6, 400_000]);
  });

  it('the last of them make the figures of now', () => {
    const now = lately(long, 1e6)!;
    assert.equal(now.spanUs, 1e6);
    assert.equal(now.due, total(long.slice(-4), (i) => i.due));
    assert.equal(now.inFlight, long.at(-1)!.inFlight);
    assert.equal(lately([], 1e6), null);
  });

  function collect(list: readonly LoadInterval[]) {
    const intervals = collectIntervals();
    for (const interval of list) intervals.add(interval);
    return intervals.list;
  }
});

describe('charts of a load test', () => {
  const byId = (list: LoadInterval[]) => new Map(timeCharts(list, 30e6, theme).map((c) => [c.id, c]));

  it('show rates per second whatever the length of a step', () => {
    const list = said(10).slice(4);
    const line = (l: readonly LoadInterval[]) => timeCharts(l, 30e6, theme)[0]!.model.lines[0]!.data.map((p) => p.y);
    assert.deepEqual(line(list), list.map(() => 400));
    assert.deepEqual(line(decimate(list, 10)), decimate(list, 10).map(() => 400));
  });

  it('have none for what was never measured', () => {
    assert.deepEqual([...byId(said(3, { remote: true })).keys()], ['rates', 'response', 'inFlight', 'errors', 'generator']);
    assert.deepEqual([...byId(said(3)).keys()], ['rates', 'response', 'inFlight', 'errors', 'cpu', 'memory', 'loop', 'generator']);
  });

  it('break the line where nothing was answered', () => {
    const list = said(6, { freeze: { at: 3, seconds: 1 } });
    const p99 = byId(list).get('response')!.model.lines[2]!.data;
    assert.deepEqual(p99.map((p) => Number.isNaN(p.y)), list.map((i) => i.responseUs === null));
    assert.ok(p99.some((p) => Number.isNaN(p.y)));
  });

  it('draw a point between two gaps', () => {
    const [a, b, c] = said(1).slice(-3);
    const { lines } = byId([{ ...a!, responseUs: null }, b!, { ...c!, responseUs: null }]).get('response')!.model;
    assert.deepEqual(lines[0]!.pointRadius, [0, 2, 0]);
  });

  it('stack errors by class, the most frequent lowest; what was not sent is no class', () => {
    const interval = said(1)[4]!;
    const list = [{ ...interval, errors: { parse: 1, http_5xx: 8, not_sent: 50 } }, { ...interval, atUs: interval.atUs + 250_000, errors: { http_5xx: 4, 'jsonrpc(-32603)': 2 } }];
    assert.deepEqual(errorClasses(list).map((c) => c.name), ['HTTP 5xx', 'JSON-RPC error -32603', 'not readable']);
    const { lines } = byId(list).get('errors')!.model;
    assert.deepEqual(lines.map((l) => l.data.map((p) => p.y)), [[32, 16], [32, 24], [36, 24]]);
  });

  it('join rare classes into one', () => {
    const interval = { ...said(1)[4]!, errors: { connect: 9, parse: 8, tls: 7, http_4xx: 6, http_5xx: 5, cancelled: 4 } };
    const classes = errorClasses([interval]);
    assert.deepEqual(classes.map((c) => [c.name, c.of(interval)]), [['no connection', 9], ['not readable', 8], ['TLS failed', 7], ['HTTP 4xx', 6], ['2 other classes', 9]]);
  });

  it('mark the warm-up, the overload and the recovery', () => {
    const list = said(4, { after: [{ stage: 'overload', seconds: 2, rate: 600 }, { stage: 'recovery', seconds: 2, rate: 200 }] });
    assert.deepEqual(byId(list).get('rates')!.model.bands!.map((b) => [b.label, b.from, b.to]), [['warm-up', 0, 1e6], ['overload', 5e6, 7e6], ['recovery', 7e6, 9e6]]);
  });

  it('say their newest figures to those who do not see them', () => {
    assert.match(byId(said(2)).get('rates')!.model.label, /^Rate over time\. Offered: 400 calls\/s, Achieved: \d+ calls\/s$/);
  });
});

describe('figures of a load test', () => {
  it('a percentile curve has an axis of nines, on which 100% has no place', () => {
    assert.deepEqual(nines([[0, 100], [90, 200], [99, 300], [100, 900]]).map((p) => [Math.round(p.x * 1e9) / 1e9, p.y]), [[0, 100], [1, 200], [2, 300]]);
  });

  it('throughput follows the law', () => {
    const law = { lambda: 100, sigma: 0.1, kappa: 0.01, points: [], r2: 1, peak: null };
    assert.equal(throughput(law, 1), 100);
    assert.equal(throughput(law, 2), 200 / 1.12);
  });

  it('instances leave 30% free', () => {
    assert.equal(instancesFor(700, 1000), 1);
    assert.equal(instancesFor(701, 1000), 2);
    assert.equal(instancesFor(0.5, 1000), 1);
    for (const wanted of [0, -1, NaN, Infinity]) assert.equal(instancesFor(wanted, 1000), null);
  });

  it('have words', () => {
    assert.equal(modelText(loadOptions({ model: { kind: 'ramp', from: 10, to: 500 }, durationS: 60 })), 'from 10 calls/s to 500 calls/s for 60 s');
    assert.equal(modelText(loadOptions({ model: { kind: 'closed', concurrency: 8, thinkMs: 0 } })), '8 in flight for 30 s');
    assert.equal(isClosed(loadOptions({ model: { kind: 'closed', concurrency: 8, thinkMs: 0 } })), true);
    assert.equal(isClosed(loadOptions({ goal: 'capacity', model: { kind: 'closed', concurrency: 8, thinkMs: 0 } })), false);
  });
});
