import assert from 'node:assert/strict';
import { SampleOwner, type CpuProfile } from '../../src/model/profile.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { attributeRun, type AttributionInput } from '../../src/profile/attribute.ts';

const frame = (functionName: string, url = '/srv/app.ts', lineNumber = 9) => ({ functionName, scriptId: '1', url, lineNumber, columnNumber: 0 });

/** 1 root, 2 program, 3 idle, 4 gc, 5 main > 6 slow (lines 11 and 12, 3:1), 7 fast, 8 main of another root > 9 */
const nodes: CpuProfile['nodes'] = [
  { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 4, 5, 8] },
  { id: 2, callFrame: frame('(program)', '') },
  { id: 3, callFrame: frame('(idle)', '') },
  { id: 4, callFrame: frame('(garbage collector)', '') },
  { id: 5, callFrame: frame('main'), children: [6, 7] },
  { id: 6, callFrame: frame('slow'), positionTicks: [{ line: 11, ticks: 3 }, { line: 12, ticks: 1 }] },
  { id: 7, callFrame: frame('fast', '/srv/app.ts', 19) },
  { id: 8, callFrame: frame('tick', 'node:internal/timers') },
];

/** One sample a millisecond, from 1 ms on. */
const profileOf = (samples: number[]): CpuProfile => ({ nodes, startTime: 0, endTime: (samples.length + 1) * 1000, samples, timeDeltas: samples.map(() => 1000) });

let last = 0;
beforeEach(() => {
  last = 0;
});
const request = (tool: string | null, fromMs: number, toMs: number | null): RequestRecord => ({
  request: ++last, id: 100 + last, method: tool === null ? 'tools/list' : 'tools/call', target: tool, phase: 'measure', queuedUs: fromMs * 1000, writtenUs: fromMs * 1000, firstByteUs: toMs === null ? null : toMs * 1000,
  parsedUs: toMs === null ? null : toMs * 1000, outcome: toMs === null ? 'timeout' : 'ok', errorClass: null, bytesOut: 0, bytesIn: 0, inFlight: 1, args: {}, argsHash: '', resultHash: null, resultTokens: null,
});

/** Spans as [start ms, end ms, request of ours]; the server's own numbers run the other way round. */
function run(samples: number[], requests: RequestRecord[], spans: [number, number, number][], over: Partial<AttributionInput> = {}) {
  const seqOf = (n: number) => (n === 0 ? 0 : 50 - n);
  return attributeRun({
    profile: profileOf(samples), clockOffsetUs: 0, requests, startupEndUs: 0, concurrency: 8,
    spans: { startUs: Float64Array.from(spans, (s) => s[0] * 1000), endUs: Float64Array.from(spans, (s) => s[1] * 1000), seq: Int32Array.from(spans, (s) => seqOf(s[2])) },
    requestIds: requests.map((r) => ({ seq: seqOf(r.request), id: r.id, method: r.method })),
    ...over,
  });
}

describe('attribution of samples', () => {
  it('gives each sample to the call whose span it lies in, and the rest to nobody', () => {
    const requests = [request('slow', 0, 9), request('fast', 0, 9), request(null, 0, 9)];
    const { profile, cpu, perRequest } = run([6, 6, 7, 5, 3, 5, 8], requests, [[0.5, 2.5, 1], [2.6, 3.4, 2], [3.5, 4.5, 3]], { startupEndUs: 0 });
    assert.deepEqual(profile._mcpProfiler!.requestOfSample, [1, 1, 2, SampleOwner.protocol, SampleOwner.none, SampleOwner.none, SampleOwner.none]);
    assert.deepEqual(Object.entries(cpu.byTool).map(([tool, us]) => [tool, Math.round(us)]), [['slow', 2000], ['fast', 800]]);
    assert.equal(Math.round(cpu.protocolUs), 1000);
    assert.equal(perRequest.get(1)!.cpuUs, 2000);
    assert.deepEqual(profile._mcpProfiler!.tools.map((t, i) => [t, profile._mcpProfiler!.requests.filter((_, k) => profile._mcpProfiler!.toolOfRequest[k] === i)]), [['slow', [1]], ['fast', [2]]]);
  });

  it('keeps start-up, idle time and garbage collection apart', () => {
    const { cpu, profile } = run([5, 5, 3, 6, 4, 6], [request('slow', 3, 9)], [[3.5, 7, 1]], { startupEndUs: 2500 });
    assert.deepEqual(profile._mcpProfiler!.requestOfSample, [SampleOwner.startup, SampleOwner.startup, SampleOwner.none, 1, SampleOwner.gc, 1]);
    // the span is 3.5 ms long, and 1 ms of it went to the collector
    assert.deepEqual([cpu.startupUs, cpu.gcUs, cpu.byTool['slow']], [2000, 1000, 2500]);
  });

  it('every microsecond of the profile has one owner', () => {
    const requests = [request('slow', 0, 9), request('fast', 0, 9)];
    const { cpu } = run([5, 6, 6, 4, 7, 3, 8, 2, 7, 7], requests, [[1.2, 4.7, 1], [4.7, 5.3, 2], [9.1, 10.4, 2]], { startupEndUs: 1500 });
    const total = cpu.startupUs + cpu.protocolUs + cpu.gcUs + cpu.otherUs + cpu.idleUs + Object.values(cpu.byTool).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(total - 10_000) < 1, `${total}`);
  });

  it('mends a lone (program) and puts the collector on top of what it interrupted', () => {
    const { profile } = run([6, 2, 7, 4, 2, 3, 4], [], []);
    const names = new Map(profile.nodes.map((n) => [n.id, n.callFrame.functionName]));
    assert.deepEqual(profile.samples!.map((id) => names.get(id)), ['slow', 'slow', 'fast', '(garbage collector)', '(program)', '(idle)', '(garbage collector)']);
    const parent = profile.nodes.find((n) => n.children?.includes(profile.samples![3]!))!;
    assert.deepEqual([parent.callFrame.functionName, parent.children], ['fast', [9]]);
    assert.equal(nodes[6]!.children, undefined, 'the profile that was given stays as it was');
  });

  it('puts samples in order and keeps their times', () => {
    const given = { ...profileOf([6, 7, 5]), timeDeltas: [3000, -2000, 1000] };
    const { profile } = attributeRun({ profile: given, clockOffsetUs: 5000, requests: [], startupEndUs: 0, concurrency: 1, requestIds: [], spans: { startUs: new Float64Array(), endUs: new Float64Array(), seq: new Int32Array() } });
    assert.deepEqual([profile.samples, profile.timeDeltas], [[7, 5, 6], [1000, 1000, 1000]]);
  });

  it('without the probe, serial calls are told by their times on the wire, overlapping ones not at all', () => {
    const requests = [request('slow', 0.5, 3.5), request('fast', 3.6, 6.5)];
    const serial = run([6, 6, 3, 7, 3, 7], requests, [], { concurrency: 1 });
    assert.equal(serial.cpu.attributed, true);
    assert.deepEqual(Object.entries(serial.cpu.byTool).map(([tool, us]) => [tool, Math.round(us)]), [['slow', 2000], ['fast', 1500]]);
    const overlapping = run([6, 6, 3, 7, 3, 7], requests, []);
    assert.deepEqual([overlapping.cpu.attributed, overlapping.cpu.byTool, overlapping.perRequest.size], [false, {}, 0]);
    assert.ok(overlapping.profile._mcpProfiler!.requestOfSample.every((owner) => owner <= 0));
  });

  it('says how long others kept a call waiting', () => {
    const requests = [request('slow', 0, 10), request('fast', 2, 12), request('fast', 20, 21)];
    const { perRequest } = run([], requests, [[1, 4, 1], [5, 8, 1], [9, 11, 2]]);
    assert.deepEqual([...perRequest.values()].map((r) => r.blockedByOthersUs), [1000, 5000, 0]);
  });

  it('reports stretches over 50 ms with what ran in them and whom they delayed', () => {
    const requests = [request('slow', 0, 200), request('fast', 20, 90), request('fast', 150, 160), request('late', 10, null)];
    const samples = Array.from({ length: 200 }, (_, i) => (i < 70 ? (i % 4 === 0 ? 7 : 6) : 3));
    const { blocks } = run(samples, requests, [[0.5, 49.5, 2], [50, 105, 1], [110, 180, 0]]);
    assert.deepEqual(blocks.map((b) => [b.request, b.tool, b.durationUs, b.delayedRequests, b.delayedTools]), [
      [null, null, 70_000, 3, ['slow', 'late', 'fast']],
      [1, 'slow', 55_000, 2, ['late', 'fast']],
    ]);
    assert.deepEqual(blocks[1]!.frames.map((f) => [f.functionName, f.line, f.own]), [['slow', 11, true], ['fast', 20, true]]);
    assert.deepEqual(blocks[1]!.stack.map((f) => f.functionName), ['main', 'slow']);
  });

  it('divides the time of a tool among its lines, adding up to its spans', () => {
    const { hotLines } = run([6, 6, 6, 6, 3, 5], [request('slow', 0, 9)], [[0.5, 8.5, 1]]);
    const slow = hotLines.filter((l) => l.functionName === 'slow').map((l) => [l.line, Math.round(l.selfUs), l.tool]);
    assert.deepEqual(slow.map(([line]) => line), [11, 12]);
    assert.equal(Number(slow[0]![1]), 3 * Number(slow[1]![1]));
    const total = hotLines.reduce((sum, l) => sum + l.selfUs, 0);
    assert.ok(Math.abs(total - 8000) < 1, `${total}`);
  });
});
