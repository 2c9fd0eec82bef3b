import type { Mip } from '../protocol.ts';

/**
 * For each run of 2^k neighbouring items, one that stands for them when they share a pixel. Whether the thread was busy
 * is decided by the time of all of them: idle time is one and the same stack, and would win against many different ones
 * although it is the smaller part. Of two busy neighbours the one with more time stands for both, where the same stack on
 * both sides counts together. What a pixel shows does not depend on the pan.
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
  let below = singles(node, at);
  for (let k = 1; k < levels.length; k++) {
    const from = levels[k]!;
    const blocks = emptyBlocks((k + 1 < levels.length ? levels[k + 1]! : total) - from);
    for (let j = 0; j < blocks.busy.length; j++) {
      merge(below, 2 * j, blocks, j, node);
      items[from + j] = blocks.busyUs[j]! >= blocks.idleUs[j]! && blocks.busy[j]! >= 0 ? blocks.busy[j]! : blocks.idle[j]!;
    }
    below = blocks;
  }
  return { items, start: Int32Array.from(levels) };
}

/** Of each block: the busy and the idle item that stand for it (-1 = none), the time of that busy stack, and of all. */
interface Blocks {
  busy: Int32Array;
  stackUs: Float64Array;
  busyUs: Float64Array;
  idle: Int32Array;
  idleUs: Float64Array;
}

function emptyBlocks(length: number): Blocks {
  const [stackUs, busyUs, idleUs] = [0, 0, 0].map(() => new Float64Array(length)) as [Float64Array, Float64Array, Float64Array];
  return { busy: new Int32Array(length).fill(-1), stackUs, busyUs, idle: new Int32Array(length).fill(-1), idleUs };
}

function singles(node: Int32Array, at: Float64Array): Blocks {
  const blocks = emptyBlocks(node.length);
  for (let i = 0; i < node.length; i++) {
    const us = at[i + 1]! - at[i]!;
    if (node[i] === 0) {
      blocks.idle[i] = i;
      blocks.idleUs[i] = us;
    } else {
      blocks.busy[i] = i;
      blocks.stackUs[i] = blocks.busyUs[i] = us;
    }
  }
  return blocks;
}

/** `left` and its right neighbour, which the last block may lack, become `to[j]`. */
function merge(from: Blocks, left: number, to: Blocks, j: number, node: Int32Array): void {
  const last = Math.min(left + 1, from.busy.length - 1);
  for (let b = left; b <= last; b++) {
    to.busyUs[j]! += from.busyUs[b]!;
    to.idleUs[j]! += from.idleUs[b]!;
    if (to.idle[j]! < 0) to.idle[j] = from.idle[b]!;
    const candidate = from.busy[b]!;
    if (candidate < 0) continue;
    const best = to.busy[j]!;
    if (best >= 0 && node[best] === node[candidate]) {
      to.stackUs[j]! += from.stackUs[b]!;
    } else if (best < 0 || from.stackUs[b]! > to.stackUs[j]!) {
      to.busy[j] = candidate;
      to.stackUs[j] = from.stackUs[b]!;
    }
  }
}
