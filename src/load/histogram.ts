/**
 * A histogram of durations in whole microseconds, 1 µs to 1 h. Log-linear as HdrHistogram's with three significant digits
 * (same buckets, same indices): 2,048 buckets of 1 µs, then 1,024 for each doubling, so a value is reported at most
 * 1/1024 (0.098%) above what was recorded. Count, minimum, maximum and mean are exact.
 */
export interface Histogram {
  /** Rounds to a whole microsecond; below 0 counts as 0, above an hour as an hour. Throws a RangeError for NaN. */
  record(us: number, count?: number): void;
  add(other: Histogram): void;
  readonly count: number;
  /** Microseconds; 0 of nothing. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /**
   * The value that `percent` (0 to 100) of the values do not exceed: nearest rank, as the highest value of its bucket, never
   * above the maximum. 0 of nothing.
   */
  valueAt(percent: number): number;
  /** How many values are above `us`; those in its own bucket count as equal to it. */
  countAbove(us: number): number;
  /**
   * To be sent to another thread or process: empty, or `min, max, sum`, then pairs of a bucket's index and its count.
   * Plain numbers, for `addSparse` of any histogram.
   */
  toSparse(): number[];
  addSparse(sparse: readonly number[]): void;
  clear(): void;
  clone(): Histogram;
  /** In the order of the values; `low` and `high` are the lowest and the highest value that the bucket holds. */
  buckets(): Iterable<HistogramBucket>;
}

export interface HistogramBucket {
  index: number;
  low: number;
  high: number;
  count: number;
}

export function createHistogram(): Histogram {
  // grows with the largest value, by whole doublings: most need a tenth of the hour's range
  let counts = new Float64Array(2 * halfCount);
  let count = 0;
  let min = Infinity;
  let max = 0;
  let sum = 0;

  function reserve(index: number) {
    if (index < counts.length) return;
    const larger = new Float64Array((Math.floor(index / halfCount) + 1) * halfCount);
    larger.set(counts);
    counts = larger;
  }

  return {
    record(us, times = 1) {
      if (Number.isNaN(us)) throw new RangeError('A duration that is not a number cannot be recorded.');
      const value = us < highestUs ? (us > 0 ? Math.round(us) : 0) : highestUs;
      const index = indexOf(value);
      if (index >= counts.length) reserve(index);
      counts[index]! += times;
      count += times;
      sum += value * times;
      if (value > max) max = value;
      if (value < min) min = value;
    },
    add(other) {
      this.addSparse(other.toSparse());
    },
    get count() {
      return count;
    },
    get min() {
      return count === 0 ? 0 : min;
    },
    get max() {
      return max;
    },
    get mean() {
      return count === 0 ? 0 : sum / count;
    },
    valueAt(percent) {
      if (count === 0) return 0;
      // 99.9 / 100 * 1000 is a little more than 999: a rank is only rounded up where it is clearly above a whole one
      const rank = Math.max(1, Math.ceil((percent / 100) * count * (1 - 4 * Number.EPSILON)));
      let below = 0;
      for (let index = 0; index < counts.length; index++) {
        below += counts[index]!;
        if (below >= rank) return Math.min(max, highOf(index));
      }
      return max;
    },
    countAbove(us) {
      if (us < 0) return count;
      let above = 0;
      for (let index = indexOf(Math.min(highestUs, Math.floor(us))) + 1; index < counts.length; index++) above += counts[index]!;
      return above;
    },
    toSparse() {
      if (count === 0) return [];
      const sparse = [min, max, sum];
      for (let index = indexOf(min), last = indexOf(max); index <= last; index++) if (counts[index]! > 0) sparse.push(index, counts[index]!);
      return sparse;
    },
    addSparse(sparse) {
      if (sparse.length === 0) return;
      const [otherMin, otherMax, otherSum] = sparse as [number, number, number];
      reserve(indexOf(otherMax));
      for (let i = 3; i < sparse.length; i += 2) {
        counts[sparse[i]!]! += sparse[i + 1]!;
        count += sparse[i + 1]!;
      }
      sum += otherSum;
      min = Math.min(min, otherMin);
      max = Math.max(max, otherMax);
    },
    clear() {
      counts.fill(0);
      count = 0;
      min = Infinity;
      max = 0;
      sum = 0;
    },
    clone() {
      const copy = createHistogram();
      copy.add(this);
      return copy;
    },
    *buckets() {
      for (let index = 0; index < counts.length; index++) if (counts[index]! > 0) yield { index, low: lowOf(index), high: highOf(index), count: counts[index]! };
    },
  };
}

/** An hour. */
export const highestUs = 3_600_000_000;

const halfBits = 10;
const halfCount = 1 << halfBits;

/** Of a whole number from 0 to below 2^32: the top 11 bits, and how far they were shifted. */
export function indexOf(value: number): number {
  const shift = 31 - halfBits - Math.clz32(value);
  return shift <= 0 ? value : (shift << halfBits) + (value >>> shift);
}

export function lowOf(index: number): number {
  const shift = (index >>> halfBits) - 1;
  return shift <= 0 ? index : (halfCount + (index & (halfCount - 1))) * 2 ** shift;
}

export const highOf = (index: number): number => lowOf(index + 1) - 1;
