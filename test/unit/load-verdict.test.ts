import assert from 'node:assert/strict';
import { createHistogram, type Histogram } from '../../src/load/histogram.ts';
import { generatorVerdict, littlesLaw, slopeOf, t975, type GeneratorFigures } from '../../src/load/verdict.ts';
import { drawn } from './support/drawn.ts';

function of(us: number, count = 1000): Histogram {
  const h = createHistogram();
  h.record(us, count);
  return h;
}

describe('generator verdict', () => {
  const healthy: GeneratorFigures = { utilization: 0.4, ownLag: of(300), service: of(20_000), due: 1000, notSent: 0, threads: 1, cpuUsPerRequest: 4 };
  const reasons = (change: Partial<GeneratorFigures>) => generatorVerdict({ ...healthy, ...change }).reasons;

  it('a healthy generator is not limited', () => {
    assert.deepEqual(generatorVerdict(healthy), { limited: false, reasons: [], utilization: 0.4, threads: 1, cpuUsPerRequest: 4 });
    assert.deepEqual(reasons({ utilization: 0.85, ownLag: of(4990), notSent: 10 }), []);
    assert.deepEqual(reasons({ utilization: null, due: 0 }), []);
  });

  it('says each reason with its figures', () => {
    assert.deepEqual(reasons({ utilization: 0.93 }), ['its event loop was busy for 93% of the time, over 85%']);
    assert.deepEqual(reasons({ ownLag: of(8000) }), ['requests were sent up to 8 ms late (p99), over 5 ms']);
    assert.deepEqual(reasons({ notSent: 25 }), ['25 of 1,000 requests (2.5%) could not be sent, over 1%']);
    assert.equal(generatorVerdict({ ...healthy, utilization: 0.9, notSent: 25 }).limited, true);
  });

  it('a slow server allows a longer lag, a tenth of its median', () => {
    assert.deepEqual(reasons({ ownLag: of(8000), service: of(200_000) }), []);
    assert.equal(reasons({ ownLag: of(22_000), service: of(200_000) }).length, 1);
  });
});

describe("Little's law", () => {
  it('holds the requests in flight against rate times time', () => {
    assert.deepEqual(littlesLaw(10.5, 500, 20_000), { meanInFlight: 10.5, expected: 10, error: 0.05 });
    assert.equal(littlesLaw(0, 0, 0), null);
  });
});

describe('slope of the requests in flight', () => {
  const indices = (n: number) => Array.from({ length: n }, (_, i) => i);
  const gauss = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

  /** A series whose neighbours resemble each other, as a queue's do, around a line. */
  function correlated(random: () => number, n: number, phi: number, perStep = 0): number[] {
    let v = gauss(random) / Math.sqrt(1 - phi * phi);
    return indices(n).map((i) => (v = phi * v + gauss(random)) + perStep * i);
  }

  it('of a line is the line', () => {
    assert.deepEqual(slopeOf(indices(20), indices(20).map((i) => 3 * i + 5)), { value: 3, low: 3, high: 3 });
    assert.deepEqual(slopeOf(indices(20), indices(20).map(() => 8)), { value: 0, low: 0, high: 0 });
    assert.equal(slopeOf(indices(7), indices(7)), null);
  });

  it('does not call a queue growing that only fluctuates', () => {
    drawn((random, note) => {
      for (const phi of [0, 0.5, 0.8]) {
        const slopes = Array.from({ length: 500 }, () => slopeOf(indices(40), correlated(random, 40, phi))!);
        const growing = slopes.filter((s) => s.low > 0).length / slopes.length;
        const covered = slopes.filter((s) => s.low <= 0 && s.high >= 0).length / slopes.length;
        note(`φ ${phi}: growing ${growing}, covered ${covered}`);
        assert.ok(growing < 0.1 && covered > 0.8);
      }
    });
  });

  it('sees the growth where there is one', () => {
    drawn((random, note) => {
      const slopes = Array.from({ length: 300 }, () => slopeOf(indices(40), correlated(random, 40, 0.5, 0.5))!);
      const growing = slopes.filter((s) => s.low > 0).length / slopes.length;
      note(`growing ${growing}`);
      assert.ok(growing > 0.92);
      assert.ok(slopes.filter((s) => s.low <= 0.5 && s.high >= 0.5).length / slopes.length > 0.85);
    });
  });

  it("takes Student's t", () => {
    for (const [df, t] of [[1, 12.706], [7, 2.365], [12, 2.179], [20, 2.086], [60, 2]] as const) assert.ok(Math.abs(t975(df) / t - 1) < 0.01, `t of ${df}: ${t975(df)}`);
    assert.equal(t975(1e6), 1.96);
  });
});
