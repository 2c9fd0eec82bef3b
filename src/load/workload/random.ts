export interface Random {
  /** 0 ≤ x < 1, 32 bits. */
  next(): number;
  /** 32 random bits, 0 to 2^32 - 1. */
  bits(): number;
  /** Whole number, both ends included. */
  integer(low: number, high: number): number;
}

/**
 * A seeded generator (sfc32 of Chris Doty-Humphrey's PractRand, public domain): the same seed and stream give the same
 * values; different streams of one seed are independent.
 */
export function createRandom(seed: number, stream = 0): Random {
  let a = mix(seed);
  let b = mix(seed ^ 0x9e3779b9);
  let c = mix(stream + 0x5851f42d);
  let counter = 1;

  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  for (let i = 0; i < 12; i++) bits();

  const next = () => bits() / 2 ** 32;
  return { bits, next, integer: (low, high) => low + Math.floor((high - low < 2 ** 32 ? next() : (bits() * 2 ** 21 + (bits() >>> 11)) / 2 ** 53) * (high - low + 1)) };
}

/** Spreads near seeds apart (the finaliser of MurmurHash3, Austin Appleby, public domain). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
