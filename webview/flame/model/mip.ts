import type { Mip } from '../protocol.ts';

/**
 * For each run of 2^k neighbouring items, one that stands for them when they share a pixel: of two neighbours the one
 * with more time, where the same stack on both sides counts together. What a pixel shows does not depend on the pan.
 */
export function mipOf(node: Int32Array, at: Float64Array): Mip {
  const levels = [0];
  let length = node.length;
  let total = 0;
  while (length > 1) {
    length = (length + 1) >> 1;
    levels.push(total);
    total += length;
  }
  const items = new Int32Array(total);
  let below: Int32Array | null = null;
  let weightBelow = new Float64Array(node.length);
  for (let i = 0; i < node.length; i++) weightBelow[i] = at[i + 1]! - at[i]!;
  for (let k = 1; k < levels.length; k++) {
    const from = levels[k]!;
    const count = (k + 1 < levels.length ? levels[k + 1]! : total) - from;
    const weight = new Float64Array(count);
    const lengthBelow = weightBelow.length;
    for (let j = 0; j < count; j++) {
      const left = 2 * j;
      const right = left + 1;
      const a: number = below ? below[left]! : left;
      let best = a;
      let w = weightBelow[left]!;
      if (right < lengthBelow) {
        const b: number = below ? below[right]! : right;
        const wb = weightBelow[right]!;
        if (node[a] === node[b]) w += wb;
        else if (wb > w) {
          best = b;
          w = wb;
        }
      }
      items[from + j] = best;
      weight[j] = w;
    }
    below = items.subarray(from, from + count);
    weightBelow = weight;
  }
  return { items, start: Int32Array.from(levels) };
}
