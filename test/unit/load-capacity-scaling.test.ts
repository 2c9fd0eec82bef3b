import assert from 'node:assert/strict';
import { fitScaling, instancesFor, uslRate } from '../../src/load/capacity/usl.ts';
import { drawn } from './support/drawn.ts';

const callers = [1, 2, 4, 8, 16, 32, 64];
const gauss = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const pointsOf = (rateAt: (n: number) => number, at = callers) => at.map((concurrency) => ({ concurrency, rate: rateAt(concurrency) }));

describe('Universal Scalability Law', () => {
  it('finds the parameters that made the points', () => {
    for (let round = 0; round < 100; round++) {
      drawn((random, note) => {
        const law = { lambda: 10 ** (4 * random()), sigma: random() < 0.2 ? 0 : 0.4 * random(), kappa: random() < 0.2 ? 0 : 0.01 * random() };
        const fit = fitScaling(pointsOf((n) => uslRate(law, n)))!;
        note(`${JSON.stringify(law)} became ${JSON.stringify({ ...fit, points: 0 })}`);
        assert.ok(Math.abs(fit.lambda / law.lambda - 1) < 0.01);
        assert.ok(Math.abs(fit.sigma - law.sigma) < 0.005 && Math.abs(fit.kappa - law.kappa) < 0.0005);
        assert.ok(fit.r2 > 0.999);
      });
    }
  });

  it('shows the peak where there is one, at its place', () => {
    for (let round = 0; round < 50; round++) {
      drawn((random, note) => {
        const law = { lambda: 100, sigma: 0.1 * random(), kappa: 0.002 + 0.005 * random() };
        const peak = Math.sqrt((1 - law.sigma) / law.kappa);
        const fit = fitScaling(pointsOf((n) => uslRate(law, n) * (1 + 0.01 * gauss(random))))!;
        note(`${JSON.stringify(law)} became ${JSON.stringify({ ...fit, points: 0 })}`);
        assert.ok(fit.peak && Math.abs(fit.peak.concurrency / peak - 1) < 0.2 && Math.abs(fit.peak.rate / uslRate(law, peak) - 1) < 0.05);
      });
    }
  });

  it('shows none where more callers do no harm: flat, k at a time, still rising; with the noise of a measurement', () => {
    const shapes: [string, (n: number) => number][] = [
      ['flat', () => 500], ['4 at a time', (n) => 100 * Math.min(n, 4)], ['20 at a time', (n) => 30 * Math.min(n, 20)],
      ['contended', (n) => uslRate({ lambda: 200, sigma: 0.1, kappa: 0 }, n)], ['linear', (n) => 50 * n],
    ];
    drawn((random, note) => {
      for (const [name, rateAt] of shapes) {
        let peaks = 0;
        for (let round = 0; round < 200; round++) if (fitScaling(pointsOf((n) => rateAt(n) * (1 + 0.02 * gauss(random))))!.peak) peaks++;
        note(`${name}: ${peaks} of 200`);
        assert.ok(peaks <= 4);
      }
    });
  });

  it('is not fitted to too little', () => {
    assert.equal(fitScaling(pointsOf(() => 100, [1, 2, 4])), null);
    assert.equal(fitScaling(pointsOf(() => 0)), null);
  });
});

describe('instances for a rate', () => {
  it('leave 30% of each free', () => {
    assert.deepEqual(instancesFor(1000, 480), { instances: 3, headroom: 0.3 });
    assert.equal(instancesFor(700, 100).instances, 10);
    assert.equal(instancesFor(701, 100).instances, 11);
    assert.equal(instancesFor(1, 480).instances, 1);
  });
});
