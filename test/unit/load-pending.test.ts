import assert from 'node:assert/strict';
import type { Outgoing } from '../../src/load/connection.ts';
import { createPendingTable } from '../../src/load/pending.ts';

const request: Outgoing = { method: 'ping', params: '{}', name: null, timeoutUs: 1e6, wantsResult: false };
const done = () => undefined;

describe('load: what is in flight', () => {
  it('is found by its id, also when it hangs while a hundred thousand others are answered', () => {
    const table = createPendingTable(done);
    const hanging = [1, 2, 3].map(() => table.add(request, done));
    for (let i = 0; i < 100_000; i++) {
      const { id } = table.add(request, done);
      assert.equal(table.take(id)?.id, id);
      assert.equal(table.take(id), undefined);
    }
    assert.equal(table.size, 3);
    assert.equal(table.take(2), hanging[1]);
    assert.deepEqual(table.takeAll(), [hanging[0], hanging[2]]);
    assert.equal(table.size, 0);
    for (const id of [1, 2, 0, -1, 1.5, 1e9, NaN]) assert.equal(table.take(id), undefined);
  });

  it('may be more than there was room for', () => {
    const table = createPendingTable(done);
    const all = Array.from({ length: 40_000 }, () => table.add(request, done));
    assert.equal(table.size, 40_000);
    for (const one of all.filter(({ id }) => id % 3 === 0)) assert.equal(table.take(one.id), one);
    assert.deepEqual(table.takeAll(({ id }) => id % 3 === 1).map(({ id }) => id), all.filter(({ id }) => id % 3 === 1).map(({ id }) => id));
    assert.equal(table.size, all.filter(({ id }) => id % 3 === 2).length);
  });

  it('is used again as new', () => {
    const table = createPendingTable(done);
    const first = table.take(table.add(request, done).id)!;
    Object.assign(first, { over: true, written: true });
    table.release(first);
    const again = table.add({ ...request, params: '{"a":1}' }, done);
    assert.equal(again, first);
    assert.deepEqual([again.id, again.written, again.over, again.characters], [2, false, false, 7]);
  });
});
