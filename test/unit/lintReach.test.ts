import assert from 'node:assert/strict';
import type { Handler } from '../../src/analysis/code/program.ts';
import { createEdgesFrom, createReach, type Edge } from '../../src/analysis/code/reach.ts';
import { createCallers } from '../../src/analysis/code/reachGraph.ts';
import type { Call, FileSummary, FunctionSummary, Span } from '../../src/analysis/code/summary.ts';
import { seeded } from './support/seeded.ts';

const file = '/world/server.ts';
const spanAt = (start: number, end = start + 1): Span => ({ start, end });

/** A file in which function `from` calls `to` at an offset; functions are numbers. */
function graphOf(count: number, calls: { from: number; to: number; at?: number; loop?: boolean }[]) {
  const functions = Array.from({ length: count }, (_, index) => ({ calls: calls.flatMap((c, i) => (c.from === index ? [i] : [])) }) as unknown as FunctionSummary);
  const summary = { file, functions, calls: calls.map(({ from, at = 0 }) => ({ function: from, span: spanAt(at) }) as unknown as Call) } as unknown as FileSummary;
  const edges: Edge[] = calls.map(({ from, to, loop = true }, call) => ({ from, call, to: { file, index: to }, loop }));
  return { files: new Map([[file, summary]]), edgesOf: () => edges };
}

const handler = (name: string, index: number, more: Partial<Handler> = {}) => ({ id: name, name, kind: 'tool', function: { file, index }, notMine: [], threaded: false, ...more }) as unknown as Handler;
const fn = (index: number) => ({ file, index });

describe('reach: who is reached from which handler', () => {
  it('gives the shortest path and every handler, the one of the path first', () => {
    // a: 1 → 3 → 4; b: 2 → 4
    const { files, edgesOf } = graphOf(6, [{ from: 1, to: 3 }, { from: 3, to: 4 }, { from: 2, to: 4 }, { from: 4, to: 1 }]);
    const reach = createReach(files, createEdgesFrom(edgesOf), [handler('a', 1), handler('b', 2)]);
    const found = reach.reach(fn(4), 'loop')!;
    assert.deepEqual(found.path, [{ function: fn(2), call: { file, index: 2 } }, { function: fn(4), call: null }]);
    assert.deepEqual(found.handlers.map((h) => h.name), ['b', 'a']);
    assert.equal(reach.reach(fn(5), 'any'), null, 'nobody calls it');
    assert.equal(reach.reach(fn(0), 'any'), null, 'the module runs once, at the start');
    assert.deepEqual(reach.reach(fn(1), 'loop')!.handlers.map((h) => h.name), ['a', 'b'], 'b gets there in a circle');
  });

  it('what is handed to another thread is off the loop, and so is all that only it reaches', () => {
    const { files, edgesOf } = graphOf(4, [{ from: 1, to: 2, loop: false }, { from: 2, to: 3 }]);
    const reach = createReach(files, createEdgesFrom(edgesOf), [handler('a', 1)]);
    assert.equal(reach.reach(fn(3), 'loop'), null);
    assert.equal(reach.reach(fn(3), 'any')!.path.length, 3);
    assert.deepEqual([...reach.reachedFrom(handler('a', 1), 'loop')], []);
  });

  it('a handler that its SDK runs in a thread is off the loop, unless another one gets there', () => {
    const { files, edgesOf } = graphOf(3, [{ from: 1, to: 2 }]);
    const threaded = handler('a', 1, { threaded: true });
    assert.equal(createReach(files, createEdgesFrom(edgesOf), [threaded]).reach(fn(2), 'loop'), null);
    const both = createReach(files, createEdgesFrom(edgesOf), [threaded, handler('b', 1)]);
    assert.deepEqual(both.reach(fn(2), 'loop')!.handlers.map((h) => h.name), ['b']);
    assert.deepEqual(both.reach(fn(2), 'any')!.handlers.map((h) => h.name), ['a', 'b']);
  });

  it('of a dispatching function a handler has only its own part, and what stands outside of all', () => {
    // function 1: offset 5 is common, 10-20 is a's, 20-30 is b's
    const { files, edgesOf } = graphOf(5, [{ from: 1, to: 2, at: 5 }, { from: 1, to: 3, at: 12 }, { from: 1, to: 4, at: 22 }]);
    const a = handler('a', 1, { notMine: [spanAt(20, 30)] });
    const b = handler('b', 1, { notMine: [spanAt(10, 20)] });
    const reach = createReach(files, createEdgesFrom(edgesOf), [a, b]);
    const names = (index: number, at?: number) => reach.reach(fn(index), 'loop', at)?.handlers.map((h) => h.name);
    assert.deepEqual(names(2), ['a', 'b']);
    assert.deepEqual(names(3), ['a']);
    assert.deepEqual(names(4), ['b']);
    assert.deepEqual(names(1, 5), ['a', 'b']);
    assert.deepEqual(names(1, 12), ['a']);
    assert.deepEqual(names(1, 22), ['b']);
    assert.deepEqual(reach.reach(fn(3), 'loop')!.path.map((h) => h.function.index), [1, 3]);
    assert.deepEqual([...reach.callsFrom(b, 'loop')].map((c) => c.index), [0, 2]);
    assert.deepEqual([...reach.reachedFrom(b, 'loop')].map((f) => f.index), [1, 2, 4]);
  });

  it('callers are the calls of functions', () => {
    const { files, edgesOf } = graphOf(3, [{ from: 1, to: 2, at: 12 }]);
    assert.deepEqual(createCallers(edgesOf, () => files.keys())(fn(2)), [{ file, index: 0 }]);
  });

  it('agrees with a search from each handler alone, for more handlers than a word has bits', () => {
    const random = seeded(7);
    const count = 300;
    const calls = Array.from({ length: 500 }, () => ({ from: Math.floor(random() * count), to: Math.floor(random() * count), loop: random() > 0.1 }));
    const { files, edgesOf } = graphOf(count, calls);
    const handlers = Array.from({ length: 70 }, (_, i) => handler(`h${i}`, Math.floor(random() * count), { threaded: random() > 0.8 }));
    const reach = createReach(files, createEdgesFrom(edgesOf), handlers);
    for (const kind of ['loop', 'any'] as const) {
      const distances = handlers.map((h) => distancesFrom(h, kind, calls));
      for (let index = 0; index < count; index++) {
        const found = reach.reach(fn(index), kind);
        const expected = handlers.filter((_, i) => distances[i]!.has(index));
        assert.deepEqual(found?.handlers.map((h) => h.name).sort() ?? [], expected.map((h) => h.name).sort());
        if (found) assert.equal(found.path.length - 1, Math.min(...distances.flatMap((d) => d.get(index) ?? [])));
      }
      handlers.forEach((h, i) => assert.deepEqual([...reach.reachedFrom(h, kind)].map((f) => f.index).sort(), [...distances[i]!.keys()].sort()));
    }
  });
});

/** The plain way: functions that a handler reaches, with the number of calls on the way. */
function distancesFrom({ function: start, threaded }: Handler, kind: 'loop' | 'any', calls: { from: number; to: number; loop: boolean }[]): Map<number, number> {
  const distances = new Map<number, number>();
  if (threaded && kind === 'loop') return distances;
  distances.set(start!.index, 0);
  for (const [at, distance] of distances) for (const c of calls) if (c.from === at && (c.loop || kind === 'any') && !distances.has(c.to)) distances.set(c.to, distance + 1);
  return distances;
}
