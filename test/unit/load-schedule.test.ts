import assert from 'node:assert/strict';
import type { Connection, Outgoing, Reply } from '../../src/load/connection.ts';
import { createClosedDriver } from '../../src/load/closed.ts';
import type { DriverParts } from '../../src/load/driver.ts';
import { createHistogram } from '../../src/load/histogram.ts';
import { createLauncher } from '../../src/load/launcher.ts';
import { createMeter, type Meter } from '../../src/load/meter.ts';
import { createOpenDriver } from '../../src/load/open.ts';
import { runStage } from '../../src/load/runStage.ts';
import { createSchedule } from '../../src/load/schedule.ts';
import { createIntervalMerger, lost, mergeResults, stopped, type RawInterval, type StageResult, type ThreadInterval } from '../../src/load/stage.ts';
import { createCollector, haveSettled, type WarmUpWindow } from '../../src/load/warmup.ts';

/** A stage of one thread. */
const stageOf = (meter: Meter, windowUs: number, cut: StageResult['cut'] = null) => mergeResults([{ ...meter.result(), windowUs, utilization: 0, cpuUs: null, agents: null, sockets: null }], 0, cut);

const request = { operation: 0, method: 'tools/call', params: '{}', name: null };
const histogramOf = (sparse: number[]) => {
  const h = createHistogram();
  h.addSparse(sparse);
  return h;
};

/** A connection that answers when it is told to, and a clock that is set. */
function createBench(o: { maxInFlight?: number; endUs?: number; startUs?: number } = {}) {
  const clock = { us: 0, now: () => clock.us, zeroUs: 0, startedAt: new Date(0) };
  const waiting: { request: Outgoing; sentUs: number; done: (reply: Reply) => void }[] = [];
  const sentUs: number[] = [];
  const state = { lost: null as string | null };
  const connection: Connection = {
    send: (out, done) => {
      sentUs.push(clock.us);
      waiting.push({ request: out, sentUs: clock.us, done });
    },
    get inFlight() {
      return waiting.length;
    },
    get lost() {
      return state.lost;
    },
    pid: null, sockets: null, handshake: {},
    close: () => Promise.resolve(),
  };
  const launcher = createLauncher({ connections: [connection], clock, limits: { timeoutUs: 1e6, maxInFlight: o.maxInFlight ?? 1e9 } });
  const meter: Meter = createMeter({ operations: 1, startUs: o.startUs ?? 0, endUs: o.endUs ?? 1e6 });
  launcher.watch(meter);
  const parts: DriverParts = { launcher, meter, startUs: o.startUs ?? 0, share: { mine: [0], of: 1 } };
  const answer = (count: number, errorClass: Reply['errorClass'] = null) => {
    for (const { sentUs: writtenUs, done } of waiting.splice(0, count)) done({ errorClass, writtenUs, endUs: clock.us, bytes: 10, result: undefined });
  };
  return { clock, parts, launcher, meter, waiting, sentUs, answer, state };
}

describe('the schedule of a load test', () => {
  it('a constant rate is due at exact times, however long it goes on', () => {
    const schedule = createSchedule({ kind: 'rate', perSecond: 5000 }, 60);
    assert.equal(schedule.total, 300_000);
    for (const i of [0, 1, 7, 4999, 5000, 299_999]) assert.equal(schedule.dueUs(i), i * 200);
  });

  it('counts as many as fit, whatever the fractions', () => {
    assert.equal(createSchedule({ kind: 'rate', perSecond: 10 / 3 }, 3).total, 10);
    assert.equal(createSchedule({ kind: 'rate', perSecond: 0.1 }, 7).total, 1);
    assert.equal(createSchedule({ kind: 'rate', perSecond: 3 }, 1.1).total, 4);
  });

  for (const [from, to] of [[100, 500], [500, 100], [0, 1000], [1000, 0]] as const) {
    it(`a ramp from ${from} to ${to} is the integral of its rate`, () => {
      const seconds = 4;
      const schedule = createSchedule({ kind: 'ramp', from, to }, seconds);
      assert.equal(schedule.total, ((from + to) / 2) * seconds);
      const due = Array.from({ length: schedule.total }, (_, i) => schedule.dueUs(i) / 1e6);
      for (const t of [0.5, 1, 2, 3, 3.9]) {
        const expected = from * t + ((to - from) * t * t) / (2 * seconds);
        const counted = due.filter((at) => at < t).length;
        assert.ok(Math.abs(counted - expected) <= 1, `${counted} were due by ${t} s, not ${expected}`);
      }
      assert.ok(due.every((at, i) => i === 0 || at > due[i - 1]!), 'due times must rise');
      assert.ok(due.at(-1)! < seconds);
    });
  }
});

describe('the open model', () => {
  it('sends what is due, each with its own due time, and catches up after a pause', () => {
    const { clock, parts, meter, answer, sentUs } = createBench({ endUs: 2e6 });
    const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 100 }, 2), () => request);
    for (clock.us = 0; clock.us < 500_000; clock.us += 1000) driver.tick(clock.us);
    assert.equal(sentUs.length, 50);
    // half a second of nothing, as of a thread that was not scheduled
    clock.us = 1_000_500;
    driver.tick(clock.us);
    assert.equal(sentUs.length, 101);
    clock.us = 1_100_000;
    answer(101);
    const result = meter.result();
    const lag = histogramOf(result.lag);
    assert.equal(lag.count, 101);
    // due at 500 ms, sent at 1,000.5 ms; the one before it was in time
    assert.ok(Math.abs(lag.max - 500_500) <= 500, `${lag.max}`);
    assert.equal(lag.valueAt(100 * 50 / 101), 0);
    // from the due time of each: 1,100 ms back to 0
    const response = histogramOf(result.operations[0]!.response);
    assert.equal(response.max, 1_100_000);
    assert.equal(response.min, 100_000);
    assert.ok(Math.abs(response.mean - 600_000) < 1);
  });

  it('what comes due with too many in flight is counted at once and never sent', () => {
    const { clock, parts, meter, answer, sentUs } = createBench({ maxInFlight: 10 });
    const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 1000 }, 1), () => request);
    for (clock.us = 0; clock.us < 50_000; clock.us += 1000) driver.tick(clock.us);
    assert.equal(sentUs.length, 10);
    assert.deepEqual([meter.takeInterval()].map((i) => [i.due, i.sent, i.notSent, i.errors]), [[50, 10, 40, { not_sent: 40 }]]);
    answer(10);
    driver.tick(clock.us);
    assert.equal(sentUs.length, 11);
    const { due, sent, notSent, ok } = meter.result();
    assert.deepEqual({ due, sent, notSent, ok }, { due: 51, sent: 11, notSent: 40, ok: 10 });
  });

  it('with every connection lost, all that is due is not sent', () => {
    const { clock, parts, meter, state } = createBench();
    state.lost = 'spawn_exit';
    const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 100 }, 1), () => request);
    driver.tick((clock.us = 999_999));
    assert.deepEqual(meter.result().errors, { not_sent: 100 });
    assert.equal(driver.over, true);
  });

  it('threads share requests by the number of the connection, and leave none out', () => {
    const dueUs = [[0, 2], [1]].map((mine) => {
      const { clock, parts, sentUs } = createBench();
      const driver = createOpenDriver({ ...parts, share: { mine, of: 3 } }, createSchedule({ kind: 'rate', perSecond: 1000 }, 0.1), () => request);
      for (; clock.us < 100_000; clock.us += 1000) driver.tick(clock.us);
      return sentUs;
    });
    assert.deepEqual(dueUs.map((d) => d.length), [67, 33]);
    assert.deepEqual(dueUs.flat().sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i * 1000));
  });
});

describe('the closed model', () => {
  it('keeps so many in flight, and each caller thinks after its answer', () => {
    const { clock, parts, meter, waiting, sentUs, answer } = createBench();
    const driver = createClosedDriver(parts, { concurrency: 3, thinkUs: 5000 }, () => request);
    driver.tick(0);
    assert.equal(waiting.length, 3);
    clock.us = 10_500;
    answer(2);
    driver.tick((clock.us = 15_000));
    assert.equal(waiting.length, 1);
    driver.tick((clock.us = 16_000));
    assert.equal(waiting.length, 3);
    assert.deepEqual(sentUs, [0, 0, 0, 16_000, 16_000]);
    answer(3);
    // due 5 ms after the answer, sent at the next tick
    assert.equal(histogramOf(meter.result().lag).max, 500);
  });

  it('does not hammer a connection that refuses', () => {
    const { clock, parts, waiting, sentUs } = createBench();
    const driver = createClosedDriver(parts, { concurrency: 1, thinkUs: 0 }, () => request);
    for (; clock.us < 100_000; clock.us += 1000) {
      driver.tick(clock.us);
      for (const { done } of waiting.splice(0)) done({ errorClass: 'not_sent', writtenUs: null, endUs: clock.us, bytes: 0, result: undefined });
    }
    assert.equal(sentUs.length, 10);
  });
});

describe('the meter', () => {
  it('knows how many were due and not answered, on average: Little\'s law holds', () => {
    const { clock, parts, meter, answer, launcher } = createBench();
    const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 500 }, 1), () => request);
    for (; clock.us < 1e6; clock.us += 1000) {
      driver.tick(clock.us);
      // each is answered 20 ms after it was sent
      while (launcher.inFlight > 0 && clock.us >= 20_000 && launcher.inFlight > 10) answer(1);
    }
    const r = stageOf(meter, 1e6);
    const expected = (r.ok / 1) * (r.response.mean / 1e6);
    assert.ok(Math.abs(r.meanInFlight - expected) / expected < 0.05, `${r.meanInFlight} in flight, ${expected} by the law`);
  });

  it('what is answered after the window counts as answered, but not for its rate; what a stage left behind counts for the rate of the next', () => {
    const { clock, parts, meter, answer, launcher } = createBench({ endUs: 100_000 });
    const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 100 }, 0.1), () => request);
    driver.tick((clock.us = 99_000));
    answer(6);
    clock.us = 150_000;
    answer(2);
    assert.deepEqual(launcher.abandon(meter), [{ operation: 0, dueUs: 80_000 }, { operation: 0, dueUs: 90_000 }]);
    const next = createMeter({ operations: 1, startUs: 160_000, endUs: 200_000 });
    launcher.watch(next);
    clock.us = 170_000;
    answer(2);
    assert.equal(meter.result().ok, 8);
    assert.equal(meter.result().completed, 6);
    const { ok, completed, meanInFlight } = stageOf(next, 40_000);
    assert.deepEqual([ok, completed, meanInFlight], [0, 2, (2 * 10_000) / 40_000]);
  });

  it('of a stage that was stopped, what came in the window counts for the rate, and what was open for nothing', () => {
    const { clock, launcher, meter, answer } = createBench();
    const launch = (of: Meter) => launcher.launch(request, { meter: of, dueUs: clock.us, connection: 0, bounded: false, wantsResult: false, ended: null, tag: 0 }, clock.us);
    for (let i = 0; i < 3; i++) launch(meter);
    launcher.abandon(meter);
    const next = createMeter({ operations: 1, startUs: 1000, endUs: 1e6 });
    launcher.watch(next);
    clock.us = 1000;
    for (let i = 0; i < 2; i++) launch(next);
    clock.us = 50_000;
    answer(4);
    next.cut(100_000);
    for (const { operation, dueUs } of launcher.abandon(next)) next.unfinished(operation, 100_000 - dueUs);
    assert.equal(next.waiting, 0);
    const { completed, ok, errors, unfinished, operations } = stageOf(next, 99_000, 'stopped');
    assert.deepEqual([completed, ok, errors, unfinished.count, unfinished.max], [4, 1, {}, 1, 99_000]);
    assert.deepEqual([operations[0]!.calls, operations[0]!.unfinished], [1, 1]);
  });

  it('what is open has failed when no connection is left, and not when the user stops', async () => {
    const cutBy = async (reason: string) => {
      const { clock, parts, launcher, meter } = createBench();
      const stop = new AbortController();
      const driver = createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 10 }, 1), () => request);
      const { result } = runStage({ driver, meter, launcher, clock, startUs: 0, durationUs: 1e6, drainUs: 1e6, holdUs: 0, signal: stop.signal, onBegin: () => undefined, onInterval: () => undefined });
      clock.us = 300_000;
      stop.abort(reason);
      const measured = await result;
      return [measured.due, measured.errors, measured.operations[0]!.unfinished];
    };
    // those that were due at 0, 100 and 200 ms, and the one that is due now
    assert.deepEqual(await cutBy(stopped), [4, {}, 4]);
    assert.deepEqual(await cutBy(lost), [4, { cancelled: 4 }, 0]);
  });

  it('a pipe that was full all the time means not sent', () => {
    const { clock, parts, meter, waiting } = createBench();
    createOpenDriver(parts, createSchedule({ kind: 'rate', perSecond: 1 }, 1), () => request).tick(0);
    clock.us = 5000;
    waiting[0]!.done({ errorClass: 'not_sent', writtenUs: null, endUs: 5000, bytes: 0, result: undefined });
    const { due, sent, notSent, ok, errors } = meter.result();
    assert.deepEqual({ due, sent, notSent, ok, errors }, { due: 1, sent: 0, notSent: 1, ok: 0, errors: { not_sent: 1 } });
  });

  it('a wait for a full pipe is lag, but none of ours', () => {
    const { meter } = createBench();
    meter.sent(1000, 1500);
    meter.ended(0, 1000, { errorClass: null, writtenUs: 901_000, readyUs: 1600, endUs: 902_000, bytes: 1, result: undefined });
    const { lag, ownLag } = stageOf(meter, 1e6);
    assert.deepEqual([lag.max, ownLag.max], [900_000, 600]);
  });

  it('a server that makes up codes does not fill the memory', () => {
    const { meter } = createBench();
    for (let code = 0; code < 10_000; code++) {
      meter.sent(0, 0);
      meter.ended(0, 0, { errorClass: `jsonrpc(${code})`, writtenUs: 0, endUs: 1, bytes: 1, result: undefined });
    }
    const { errors } = meter.result();
    assert.ok(Object.keys(errors).length < 300);
    assert.equal(Object.values(errors).reduce((a, b) => a + b), 10_000);
  });
});

describe('intervals', () => {
  const interval = (index: number, ok: number): ThreadInterval => ({ index, due: ok, sent: ok, notSent: 0, ok, errors: {}, inFlight: ok, response: [], lag: [], byOperation: [ok], utilization: ok / 10 });

  it('are told when every thread has reached their end, and nothing is lost', () => {
    const told: RawInterval[] = [];
    const merger = createIntervalMerger(2, { label: 'measure', startUs: 1e6 }, (i) => told.push(i));
    merger.add(0, interval(1, 1));
    merger.add(0, interval(2, 2));
    assert.equal(told.length, 0);
    // this thread was late: one interval for two
    merger.add(1, interval(2, 5));
    merger.add(0, interval(2.5, 1));
    merger.end();
    assert.deepEqual(told.map((i) => [i.atUs, i.spanUs, i.ok, i.inFlight, i.byOperation]), [
      [1_500_000, 500_000, 8, 7, [8]],
      [1_625_000, 125_000, 1, 6, [1]],
    ]);
  });
});

describe('the warm-up', () => {
  const windows = (...list: [number, number | null][]): WarmUpWindow[] => list.map(([rate, p50Us]) => ({ rate, p50Us }));

  it('is over when three seconds agree in rate and median', () => {
    assert.equal(haveSettled(windows([100, 5000], [100, 5200])), false);
    assert.equal(haveSettled(windows([50, 9000], [100, 5000], [104, 5200], [98, 5100])), true);
    assert.equal(haveSettled(windows([100, 5000], [100, 5000], [125, 5000])), false);
    assert.equal(haveSettled(windows([100, 7000], [100, 5000], [100, 5000])), false);
    assert.equal(haveSettled(windows([100, null], [100, 5000], [100, 5000])), false);
    assert.equal(haveSettled(windows([100, 250], [100, 200], [100, 180])), true);
  });

  it('makes seconds of intervals', () => {
    const seen: WarmUpWindow[] = [];
    const collector = createCollector((list) => seen.push(list.at(-1)!));
    const add = (ok: number, p50: number | null) =>
      collector.add({ stage: 'warmup', atUs: 0, spanUs: 250_000, due: ok, sent: ok, notSent: 0, ok, errors: {}, inFlight: 0, responseUs: p50 === null ? null : { p50, p90: p50, p99: p50, max: p50 }, byOperation: [], generator: { utilization: 0, lagP99Us: null } });
    for (const [ok, p50] of [[10, 100], [30, 200], [0, null], [0, null], [0, null], [0, null], [0, null], [0, null]] as const) add(ok, p50);
    assert.deepEqual(seen, [{ rate: 40, p50Us: 175 }, { rate: 0, p50Us: null }]);
  });
});
