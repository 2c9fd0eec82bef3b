import assert from 'node:assert/strict';
import { createHistogram } from '../../src/load/histogram.ts';
import { judgeSlo, readSlo } from '../../src/load/slo.ts';
import { drawn } from './support/drawn.ts';

describe('objective of a load test', () => {
  it('is read', () => {
    assert.deepEqual(readSlo('p99<100ms,errors<1%'), { text: 'p99<100ms,errors<1%', limits: [{ percent: 99, us: 100_000 }], errorRatio: 0.01 });
    assert.deepEqual(readSlo(' P99.9 <= 1.5s , p50<800us, ERROR < 0.5% '), { text: 'P99.9 <= 1.5s , p50<800us, ERROR < 0.5%', limits: [{ percent: 50, us: 800 }, { percent: 99.9, us: 1_500_000 }], errorRatio: 0.005 });
    assert.deepEqual(readSlo('p95<20µs').limits, [{ percent: 95, us: 20 }]);
    assert.equal(readSlo('errors<=0%').errorRatio, 0);
  });

  it('says what is wrong, with an example', () => {
    const wrong: [string, RegExp][] = [
      ['', /a part is empty/], ['p99<100ms,', /a part is empty/], ['fast', /"fast" is not/], ['p99>100ms', /"p99>100ms" is not/],
      ['p99<100', /"p99<100" needs a limit in us, ms or s/], ['p99<1min', /needs a limit in us/], ['p99<100ms errors<1%', /"p99<100ms errors<1%" is not/], ['errors<1', /"errors<1" needs a limit in %/],
      ['errors<100%', /every request/], ['p100<1s', /no percentile/], ['p0<1s', /no percentile/], ['p999<1s', /p99\.9 is meant/], ['mean<1s', /"mean" is neither/],
      ['p99<0ms', /cannot be met/], ['p99<1s,p99<2s', /p99 twice/], ['errors<1%,errors<2%', /twice/],
    ];
    for (const [text, message] of wrong) assert.throws(() => readSlo(text), { name: 'UserError', code: 'bad-argument', message, hint: /p99<100ms,errors<1%/ }, text);
  });

  it('counts every failure as slower than any limit: the verdict is that of a list with the failures at its end', () => {
    for (let round = 0; round < 300; round++) {
      drawn((random, note) => {
        const total = 368 + Math.floor(random() * 4000);
        const failed = Math.floor(random() * random() * 0.04 * total);
        const response = createHistogram();
        const values = Array.from({ length: total - failed }, () => 1000 * (1 + Math.floor(2000 * random() ** 3)));
        for (const v of values) response.record(v);
        const percent = [50, 90, 95, 99][Math.floor(random() * 4)]!;
        const all = [...values.sort((a, b) => a - b), ...Array.from({ length: failed }, () => Infinity)];
        const truth = all[Math.ceil((percent * total) / 100) - 1]!;
        // outside the bucket of the truth
        const limit = truth === Infinity ? 2e6 * (1 - random()) : truth * (random() < 0.5 ? 0.99 : 1.01);
        note(`p${percent} of ${total}, ${failed} failed: ${truth} against ${limit}`);
        const { met, why } = judgeSlo(readSlo(`p${percent}<${limit}us`), { response, failed });
        assert.equal(met, truth <= limit, why);
      });
    }
  });

  it('p99 is missed with 2% of errors, however fast the rest is', () => {
    const response = createHistogram();
    response.record(1000, 980);
    const { met, why } = judgeSlo(readSlo('p99<100ms'), { response, failed: 20 });
    assert.equal(met, false);
    assert.equal(why, 'p99 is not reached by any good answer, over 100 ms, 20 of 1,000 failed and count as over it');
    assert.equal(judgeSlo(readSlo('p95<100ms'), { response, failed: 20 }).met, true);
    assert.deepEqual(judgeSlo(readSlo('errors<1%'), { response, failed: 20 }), { met: false, why: '2% failed, over 1%' });
  });

  it('is unknown with too few samples or with too many unanswered, never met', () => {
    const response = createHistogram();
    response.record(1000, 367);
    assert.deepEqual(judgeSlo(readSlo('p99<100ms'), { response, failed: 0 }), { met: null, why: 'insufficient samples for p99: 367 of 368' });
    response.record(1000);
    assert.equal(judgeSlo(readSlo('p99<100ms'), { response, failed: 0 }).met, true);
    assert.equal(judgeSlo(readSlo('p99<100ms'), { response, failed: 0, unsettled: 30 }).met, null);
    assert.deepEqual(judgeSlo(readSlo('errors<1%'), { response: createHistogram(), failed: 0, unsettled: 1 }), { met: null, why: '1 call had no answer yet' });
    assert.equal(judgeSlo(readSlo('errors<1%'), { response: createHistogram(), failed: 0 }).met, null);
    assert.equal(judgeSlo(readSlo('p99<100ms,errors<1%'), { response: createHistogram(), failed: 5 }).met, false);
  });
});
