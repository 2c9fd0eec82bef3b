import assert from 'node:assert/strict';
import { mipOf } from '../../webview/flame/model/mip.ts';

const at = (...us: number[]) => us.reduce((times, d) => [...times, times.at(-1)! + d], [0]);
const whole = (node: number[], us: number[]) => {
  const { items } = mipOf(Int32Array.from(node), Float64Array.from(at(...us)));
  return node[items.at(-1)!];
};

describe('what stands for many items in one pixel', () => {
  it('a busy thread, although no stack has as much time as idle has', () => {
    const node = [1, 2, 0, 3, 4, 5, 0, 6];
    assert.notEqual(whole(node, node.map((n) => (n === 0 ? 2 : 1))), 0);
  });

  it('idle where most of the time was idle', () => {
    assert.equal(whole([1, 0, 0, 2], [1, 5, 5, 1]), 0);
  });

  it('the stack with most time, where it comes again and again', () => {
    assert.equal(whole([7, 7, 8, 7], [2, 2, 3, 2]), 7);
  });

  it('is the same for an odd number of items', () => {
    assert.equal(whole([1, 1, 0], [1, 1, 5]), 0);
    assert.equal(whole([1, 1, 0], [3, 3, 5]), 1);
  });
});
