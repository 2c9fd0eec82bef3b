import assert from 'node:assert/strict';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram as Theirs } from 'hdr-histogram-js';
import { createHistogram, type Histogram } from '../../src/load/histogram.ts';
import { decodeHistogram, encodeHistogram, hgrm } from '../../src/load/histogramEncoding.ts';
import { curveOf, percentilesOf } from '../../src/load/percentiles.ts';
import { drawn } from './support/drawn.ts';

const percents = [0.1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];
const hour = 3_600_000_000;
const buildTheirs = (digits: 1 | 2 | 3 | 4 | 5 = 3) => build({ bitBucketSize: 64, numberOfSignificantValueDigits: digits, highestTrackableValue: hour });
const buckets = (h: Histogram) => [...h.buckets()].map(({ index, count }) => [index, count]);
const theirPercentiles = (h: Theirs) => percents.map((p) => h.getValueAtPercentile(p));

/** The same values in both; now and then many of one, so that counts take several bytes. */
function drawBoth(random: () => number): { ours: Histogram; theirs: Theirs } {
  const ours = createHistogram();
  const theirs = buildTheirs();
  const n = Math.floor(random() * 2000);
  const decades = 1 + random() * 8.5;
  for (let i = 0; i < n; i++) {
    const us = Math.round(10 ** (random() * decades));
    const times = random() < 0.05 ? Math.floor(10 ** (random() * 11)) : 1;
    ours.record(us, times);
    theirs.recordValueWithCount(us, times);
  }
  return { ours, theirs };
}

describe("HdrHistogram's encoding", () => {
  it('decoded is what was encoded', () => {
    for (let round = 0; round < 50; round++) {
      drawn((random) => {
        const { ours } = drawBoth(random);
        const again = decodeHistogram(encodeHistogram(ours));
        assert.deepEqual(buckets(again), buckets(ours));
        assert.ok(Math.abs(again.max - ours.max) <= ours.max / 1000);
        assert.ok(Math.abs(again.mean - ours.mean) <= ours.mean / 1000);
        assert.equal(encodeHistogram(again), encodeHistogram(ours));
      });
    }
  });

  it('hdr-histogram-js reads ours, with the percentiles of its own', () => {
    for (let round = 0; round < 50; round++) {
      drawn((random) => {
        const { ours, theirs } = drawBoth(random);
        const read = decodeFromCompressedBase64(encodeHistogram(ours), 64);
        assert.equal(read.totalCount, ours.count);
        assert.deepEqual(theirPercentiles(read), theirPercentiles(theirs));
        assert.deepEqual(percents.slice(0, -1).map((p) => Math.min(read.getValueAtPercentile(p), ours.max)), percents.slice(0, -1).map((p) => ours.valueAt(p)));
      });
    }
  });

  it('ours reads hdr-histogram-js, with the percentiles of our own', () => {
    for (let round = 0; round < 50; round++) {
      drawn((random) => {
        const { ours, theirs } = drawBoth(random);
        const read = decodeHistogram(encodeIntoCompressedBase64(theirs));
        assert.deepEqual(buckets(read), buckets(ours));
        assert.deepEqual(percents.map((p) => read.valueAt(p)), theirPercentiles(theirs));
      });
    }
  });

  it('reads other precisions, to within what the coarser of the two can tell apart', () => {
    for (const digits of [1, 2, 4, 5] as const) {
      drawn((random, note) => {
        const theirs = buildTheirs(digits);
        for (let i = 0; i < 500; i++) theirs.recordValue(Math.round(10 ** (random() * 8)));
        const read = decodeHistogram(encodeIntoCompressedBase64(theirs));
        for (const p of percents) {
          const truth = theirs.getValueAtPercentile(p);
          note(`${digits} digits, p${p}: ${truth} became ${read.valueAt(p)}`);
          assert.ok(Math.abs(read.valueAt(p) - truth) <= Math.max(1, truth * Math.max(0.001, 10 ** -digits)));
        }
      });
    }
  });

  it('says what is wrong with what is none', () => {
    const good = Buffer.from(encodeHistogram(decodeHistogram(encodeIntoCompressedBase64(buildTheirs()))), 'base64');
    const broken = [Buffer.alloc(0), Buffer.from('no histogram at all'), good.subarray(0, good.length - 6), Buffer.concat([good.subarray(0, 8), Buffer.from('rubbish')])];
    for (const bytes of broken) assert.throws(() => decodeHistogram(bytes.toString('base64')), { name: 'UserError', message: /^A histogram cannot be read: / });
  });

  it('prints the percentile distribution as hdr-histogram-js does', () => {
    for (let round = 0; round < 20; round++) {
      drawn((random) => {
        const { theirs } = drawBoth(random);
        if (theirs.totalCount === 0) return;
        const encoded = encodeIntoCompressedBase64(theirs);
        const expected = decodeFromCompressedBase64(encoded, 64).outputPercentileDistribution(5, 1000);
        const actual = hgrm(decodeHistogram(encoded));
        assert.equal(actual.replace(/\d/g, '0'), expected.replace(/\d/g, '0'));
        // halves are rounded to even there, so the last digit may differ by one
        const numbers = (text: string) => text.match(/\d+(\.\d+)?/g)!;
        numbers(expected).forEach((text, i) => {
          const unit = 10 ** -(text.split('.')[1] ?? '').length;
          assert.ok(Math.abs(Number(numbers(actual)[i]) - Number(text)) < 1.5 * unit, `${text} became ${numbers(actual)[i]}`);
        });
      });
    }
  });
});

describe('percentiles of a load test', () => {
  it('are null where the samples are too few', () => {
    const h = createHistogram();
    const firsts: Record<string, number> = {};
    for (let n = 1; n <= 3688; n++) {
      h.record(n);
      for (const [name, value] of Object.entries(percentilesOf(h))) if (value !== null) firsts[name] ??= n;
    }
    assert.deepEqual(firsts, { samples: 1, max: 1, mean: 1, p50: 6, p90: 36, p95: 72, p99: 368, p999: 3688 });
    assert.deepEqual(percentilesOf(createHistogram()), { p50: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null, samples: 0 });
  });

  it('make a rising curve of at most 150 points that ends at the maximum', () => {
    const h = createHistogram();
    assert.deepEqual(curveOf(h), []);
    for (let i = 1; i <= 100_000; i++) h.record(i, 1000);
    const curve = curveOf(h);
    assert.ok(curve.length > 60 && curve.length <= 150, `${curve.length} points`);
    assert.deepEqual(curve.at(-1), [100, 100_000]);
    curve.forEach(([percent, us], i) => assert.ok(i === 0 || (percent > curve[i - 1]![0] && us >= curve[i - 1]![1])));
    assert.equal(curve.find(([percent]) => percent === 50)![1], 50_015); // its bucket holds 49,984 to 50,015
  });
});
