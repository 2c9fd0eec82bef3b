/** A growing list of numbers in one typed array; doubles when full. */
export interface NumberList<T extends Int32Array | Float64Array> {
  data: T;
  length: number;
  push(value: number): void;
  /** An exact copy; the list must not be used afterwards. */
  take(): T;
}

export function int32List(): NumberList<Int32Array> {
  return numberList((n) => new Int32Array(n));
}

export function float64List(): NumberList<Float64Array> {
  return numberList((n) => new Float64Array(n));
}

function numberList<T extends Int32Array | Float64Array>(make: (length: number) => T): NumberList<T> {
  return {
    data: make(16),
    length: 0,
    push(value) {
      if (this.length === this.data.length) {
        const wider = make(this.length * 2);
        wider.set(this.data);
        this.data = wider;
      }
      this.data[this.length++] = value;
    },
    take() {
      const exact = this.data.slice(0, this.length) as T;
      this.data = make(0);
      this.length = 0;
      return exact;
    },
  };
}
