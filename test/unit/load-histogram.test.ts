import assert from 'node:assert/strict';
import { createHistogram, highestUs, highOf, indexOf, lowOf, type Histogram } from '../../src/load/histogram.ts';
import { drawn } from './support/drawn.ts';

const nearestRank = (sorted: number[], percent: number) => sorted[Math.max(0, Math.ceil(Number(((percent / 100) * sorted.length).toFixed(6))) - 1)]!;
const percents = [0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];
const state = (h: Histogram) => ({ count: h.count, min: h.min, max: h.max, mean: h.mean, buckets: [...h.buckets()] });

describe('histogram of a load test', () => {
  it('has no gap and no overlap between buckets, up to an hour', () => {
    for (let index = 0; index <= indexOf(highestUs); index++) {
      assert.equal(indexOf(lowOf(index)), index);
      assert.equal(indexOf(highOf(index)), index);
      assert.ok(highOf(index) - lowOf(index) <= lowOf(index) / 1024);
    }
  });

  it('reports percentiles at most 0.1% above the value of that rank, never above the maximum', () => {
    for (let round = 0; round < 40; round++) {
      drawn((random, note) => {
        const h = createHistogram();
        const values = Array.from({ length: 1 + Math.floor(random() * 3000) }, () => Math.round(10 ** (random() * 9.55)));
        for (const v of values) h.record(v);
        values.sort((a, b) => a - b);
        for (const p of percents) {
          const truth = nearestRank(values, p);
          const said = h.valueAt(p);
          note(`p${p} of ${values.length}: ${truth} became ${said}`);
          assert.ok(said >= truth && said <= truth * 1.001 && said <= h.max);
        }
        assert.deepEqual([h.count, h.min, h.max], [values.length, values[0], values.at(-1)]);
        assert.ok(Math.abs(h.mean / (values.reduce((a, b) => a + b) / values.length) - 1) < 1e-9);
      });
    }
  });

  it('merged is the same as recorded together, also as it passes from thread to thread', () => {
    for (let round = 0; round < 40; round++) {
      drawn((random) => {
        const all = createHistogram();
        const parts = Array.from({ length: 1 + Math.floor(random() * 5) }, createHistogram);
        for (let i = 0; i < 500; i++) {
          const us = Math.round(10 ** (random() * 9));
          const times = 1 + Math.floor(random() * 3);
          all.record(us, times);
          parts[Math.floor(random() * parts.length)]!.record(us, times);
        }
        const merged = createHistogram();
        parts.forEach((part, i) => (i % 2 === 0 ? merged.add(part) : merged.addSparse(structuredClone(part.toSparse()))));
        assert.deepEqual(state(merged), state(all));
      });
    }
  });

  it('takes the rank without the error of binary fractions', () => {
    const h = createHistogram();
    for (let i = 1; i <= 1000; i++) h.record(i);
    assert.deepEqual([50, 90, 99, 99.9, 100].map((p) => h.valueAt(p)), [500, 900, 990, 999, 1000]);
  });

  it('counts what is above', () => {
    const h = createHistogram();
    for (const us of [0, 10, 10, 11, 100_000, 100_300]) h.record(us);
    assert.deepEqual([-1, 0, 10, 11, 99_000, 100_000, 200_000].map((us) => h.countAbove(us)), [6, 5, 3, 2, 2, 1, 0]);
  });

  it('keeps what cannot be: early, an hour and more, not a number', () => {
    const h = createHistogram();
    h.record(-3);
    h.record(0.4);
    h.record(Infinity);
    assert.deepEqual([h.count, h.min, h.max, h.valueAt(50)], [3, 0, highestUs, 0]);
    assert.throws(() => h.record(NaN), RangeError);
    assert.equal(h.count, 3);
  });

  it('of nothing is 0, and after being cleared of nothing again', () => {
    const h = createHistogram();
    const empty = state(h);
    assert.deepEqual(empty, { count: 0, min: 0, max: 0, mean: 0, buckets: [] });
    assert.deepEqual([h.valueAt(99), h.toSparse()], [0, []]);
    h.record(5_000_000);
    const copy = h.clone();
    h.clear();
    assert.deepEqual(state(h), empty);
    assert.equal(copy.max, 5_000_000);
    h.record(7);
    assert.deepEqual([h.min, h.max, h.count], [7, 7, 1]);
  });
});
