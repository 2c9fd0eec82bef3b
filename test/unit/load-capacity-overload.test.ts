import assert from 'node:assert/strict';
import { judgeOverload } from '../../src/load/capacity/overload.ts';
import { readSlo } from '../../src/load/slo.ts';
import type { Overload } from '../../src/model/loadResult.ts';
import { simulate, type SimulatedServer } from './support/simulatedServer.ts';

/** At capacity, 1.5 times as much, then two thirds of the capacity. The generator waits for what is in flight in between. */
function overloaded(server: SimulatedServer, capacity: number, o: { utilization?: number; maxInFlight?: number } = {}): Overload {
  const { stage } = simulate(server, o);
  const atCapacity = stage({ kind: 'rate', perSecond: capacity }, 10);
  const overload = stage({ kind: 'rate', perSecond: 1.5 * capacity }, 10);
  const recovery = stage({ kind: 'rate', perSecond: capacity / 1.5 }, 10).intervals;
  return judgeOverload({ slo: readSlo('p99<100ms,errors<1%'), atCapacity, overload, recovery });
}

const serial: SimulatedServer = { workers: 1, serviceS: () => 0.005, cpuPerWorker: 1 };

describe('overload', () => {
  it('a queue without end is a collapse, though as much is answered as before; it recovers when the queue is worked off', () => {
    const o = overloaded(serial, 195);
    assert.equal(o.verdict, 'collapsed');
    assert.match(o.why, /requests pile up \(9\d\.\d more each second\) and nothing was refused; the median answer took [\d,.]+ ms instead of 5/);
    assert.ok(o.goodput > 0.95 * o.goodputAtCapacity);
    // 292.5/s came for 10 s, 200/s were answered
    assert.ok(Math.abs(o.recoveryUs! / (10e6 * (292.5 / 200 - 1)) - 1) < 0.1, `${o.recoveryUs}`);
    assert.equal(o.watchedUs, 10e6);
  });

  it('also where the generator keeps the queue bounded', () => {
    const o = overloaded(serial, 195, { maxInFlight: 100 });
    assert.equal(o.verdict, 'collapsed');
    assert.match(o.why, /could not even be sent/);
  });

  it('fewer answers than before are a collapse', () => {
    const o = overloaded({ ...serial, serviceS: (n) => 0.005 * (1 + 0.05 * Math.max(0, n - 8)) }, 190);
    assert.equal(o.verdict, 'collapsed');
    assert.match(o.why, /good answers\/s are left of 190 calls\/s at capacity/);
  });

  it('what is refused at once keeps the rest as it was', () => {
    const o = overloaded({ ...serial, refuses: ({ inSystem }) => (inSystem >= 4 ? 'tool_isError' : null) }, 195);
    assert.equal(o.verdict, 'rejected');
    assert.match(o.why, /^9\d\d of 2,92\d calls were refused/);
    assert.ok(o.recoveryUs! <= 20_000, 'three calls were waiting');
  });

  it('calls that are lost are no refusals', () => {
    const o = overloaded({ ...serial, refuses: ({ inSystem }) => (inSystem >= 4 ? 'timeout_no_bytes' : null) }, 195);
    assert.equal(o.verdict, 'collapsed');
    assert.match(o.why, /were lost \(timeout without an answer\)/);
  });

  it('room for more is no overload; slower but not ever slower is slowed', () => {
    assert.equal(overloaded({ ...serial, workers: 2 }, 195).verdict, 'held');
    // from the third at once on all take 150 ms, of which there is room for any number
    assert.equal(overloaded({ workers: 200, serviceS: (n) => (n > 2 ? 0.15 : 0.005), cpuPerWorker: 0 }, 300).verdict, 'slowed');
  });

  it('nothing is said of the server where the generator fell short', () => {
    const o = overloaded(serial, 195, { utilization: 0.95 });
    assert.equal(o.verdict, 'unknown');
    assert.match(o.why, /generator fell short/);
  });
});
