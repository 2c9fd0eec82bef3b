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

export const createHistogram = (): Histogram => new LogLinear();

/** A class, because V8 keeps the numbers of its fields in place; those of a closure or a typed array cost twice the time. */
class LogLinear implements Histogram {
  /** Grows with the largest value, by whole doublings: most need half of the hour's range. */
  #counts = new Float64Array(2 * halfCount);
  #count = 0;
  #min = Infinity;
  #max = 0;
  #sum = 0;

  record(us: number, times = 1) {
    if (Number.isNaN(us)) throw new RangeError('A duration that is not a number cannot be recorded.');
    const value = us < highestUs ? (us > 0 ? Math.round(us) : 0) : highestUs;
    const index = indexOf(value);
    if (index >= this.#counts.length) this.#reserve(index);
    this.#counts[index]! += times;
    this.#count += times;
    this.#sum += value * times;
    if (value > this.#max) this.#max = value;
    if (value < this.#min) this.#min = value;
  }

  add(other: Histogram) {
    this.addSparse(other.toSparse());
  }

  get count() {
    return this.#count;
  }

  get min() {
    return this.#count === 0 ? 0 : this.#min;
  }

  get max() {
    return this.#max;
  }

  get mean() {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  valueAt(percent: number) {
    // 99.9 / 100 * 1000 is a little more than 999: a rank is only rounded up where it is clearly above a whole one
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count * (1 - 4 * Number.EPSILON)));
    let below = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      below += this.#counts[index]!;
      if (below >= rank) return Math.min(this.#max, highOf(index));
    }
    return this.#max;
  }

  countAbove(us: number) {
    if (us < 0) return this.#count;
    let above = 0;
    for (let index = indexOf(Math.min(highestUs, Math.floor(us))) + 1; index < this.#counts.length; index++) above += this.#counts[index]!;
    return above;
  }

  toSparse() {
    if (this.#count === 0) return [];
    const sparse = [this.#min, this.#max, this.#sum];
    for (let index = indexOf(this.#min), last = indexOf(this.#max); index <= last; index++) {
      const count = this.#counts[index]!;
      if (count > 0) sparse.push(index, count);
    }
    return sparse;
  }

  addSparse(sparse: readonly number[]) {
    if (sparse.length === 0) return;
    const [min, max, sum] = sparse as [number, number, number];
    this.#reserve(indexOf(max));
    for (let i = 3; i < sparse.length; i += 2) {
      this.#counts[sparse[i]!]! += sparse[i + 1]!;
      this.#count += sparse[i + 1]!;
    }
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  clear() {
    this.#counts.fill(0);
    this.#count = 0;
    this.#min = Infinity;
    this.#max = 0;
    this.#sum = 0;
  }

  clone() {
    const copy = createHistogram();
    copy.add(this);
    return copy;
  }

  *buckets() {
    for (let index = 0; index < this.#counts.length; index++) {
      const count = this.#counts[index]!;
      if (count > 0) yield { index, low: lowOf(index), high: highOf(index), count };
    }
  }

  #reserve(index: number) {
    if (index < this.#counts.length) return;
    const larger = new Float64Array((Math.floor(index / halfCount) + 1) * halfCount);
    larger.set(this.#counts);
    this.#counts = larger;
  }
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
