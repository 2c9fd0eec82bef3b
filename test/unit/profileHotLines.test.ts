import assert from 'node:assert/strict';
import type { CpuProfile } from '../../src/model/profile.ts';
import { findHotLines } from '../../src/profile/hotLines.ts';
import { readSamples } from '../../src/profile/samples.ts';

const frame = (functionName: string, url: string, line: number) => ({ functionName, scriptId: '1', url, lineNumber: line - 1, columnNumber: 0 });
const own = 'file:///shop/server.js';

/** handler (own) calls sign (own), which calls pbkdf2Sync (Node), which calls a native job; and a library alone. */
const profile: CpuProfile = {
  startTime: 0,
  endTime: 10_000,
  nodes: [
    { id: 1, callFrame: frame('(root)', '', 0), children: [2, 7] },
    { id: 2, callFrame: frame('handler', own, 10), children: [3, 6], positionTicks: [{ line: 12, ticks: 1 }] },
    { id: 3, callFrame: frame('sign', own, 20), children: [4] },
    { id: 4, callFrame: frame('pbkdf2Sync', 'node:internal/crypto/pbkdf2', 79), children: [5] },
    { id: 5, callFrame: frame('run', '', 0) },
    { id: 6, callFrame: frame('parse', '', 0), positionTicks: [{ line: 14, ticks: 2 }] },
    { id: 7, callFrame: frame('dispatch', 'file:///shop/node_modules/sdk/index.js', 5), positionTicks: [{ line: 6, ticks: 1 }] },
  ],
  samples: [2, 4, 5, 5, 6, 6, 7],
  timeDeltas: [0, 1000, 1000, 2000, 2000, 1000, 1000],
};

describe('hot lines', () => {
  const samples = readSamples(profile, 0);
  const lines = findHotLines(samples, new Int32Array(profile.samples!.length).fill(7), new Map([[7, 'pay']]), new Map([['pay', 10_000]]));
  const of = (functionName: string, callee: string | null) => lines.find((l) => l.functionName === functionName && l.callee === callee);

  it("stand at the author's line for what Node does on its behalf, named by what was called", () => {
    assert.deepEqual(of('sign', 'pbkdf2Sync'), { file: '/shop/server.js', line: 20, functionName: 'sign', callee: 'pbkdf2Sync', selfUs: 1000 + 2000 + 2000, tool: 'pay', fileHash: null, own: true });
    assert.ok(!lines.some((l) => l.file.startsWith('node:')));
  });

  it('know the line from which a native function was called', () => {
    assert.equal(of('handler', 'parse')?.line, 14);
    assert.equal(of('handler', null)?.line, 12);
  });

  it('keep a library apart that nobody of the author called', () => {
    assert.deepEqual(of('dispatch', null), { file: '/shop/node_modules/sdk/index.js', line: 6, functionName: 'dispatch', callee: null, selfUs: 2000, tool: 'pay', fileHash: null, own: false });
  });

  it('count every sample once', () => {
    assert.equal(lines.reduce((sum, l) => sum + l.selfUs, 0), 10_000);
  });
});
