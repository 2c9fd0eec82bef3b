import assert from 'node:assert/strict';
import type { HeapProfileNode } from '../../src/model/profile.ts';
import type { Block } from '../../src/model/run.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { allocationSites } from '../../src/profile/allocations.ts';
import { latency } from '../../src/profile/percentiles.ts';
import { summariseMethods, summariseTools } from '../../src/profile/tools.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

describe('percentiles', () => {
  it('are nearest-rank values that were measured', () => {
    assert.deepEqual(latency(upTo(400)), { p50: 200, p95: 380, p99: 396, max: 400, mean: 200.5 });
    assert.equal(latency([1, 2, 3, 4, 5, 6, 7]).p50, 4);
  });

  it('are null below the number of samples that gives them a finite interval', () => {
    const has = (n: number) => Object.entries(latency(upTo(n))).filter(([, v]) => v !== null).map(([k]) => k);
    assert.deepEqual(has(0), []);
    assert.deepEqual(has(5), ['max', 'mean']);
    assert.deepEqual(has(6), ['p50', 'max', 'mean']);
    assert.deepEqual(has(71), ['p50', 'max', 'mean']);
    assert.deepEqual(has(72), ['p50', 'p95', 'max', 'mean']);
    assert.deepEqual(has(367), ['p50', 'p95', 'max', 'mean']);
    assert.deepEqual(has(368), ['p50', 'p95', 'p99', 'max', 'mean']);
  });
});

let number = 0;
const request = (over: Partial<RequestRecord>): RequestRecord => ({
  request: ++number, id: number, method: 'tools/call', target: 'slow', phase: 'measure', queuedUs: 100, writtenUs: 110, firstByteUs: 900, parsedUs: 1100,
  outcome: 'ok', errorClass: null, bytesOut: 10, bytesIn: 20, inFlight: 1, args: {}, argsHash: '', resultHash: null, resultTokens: null, ...over,
});
const block = (request: number | null, durationUs: number): Block => ({ atUs: 0, durationUs, request, tool: 'slow', frames: [], stack: [], delayedRequests: 0, delayedTools: [] });

describe('summaries', () => {
  const tools = [{ name: 'slow', title: 'Slow', annotations: { readOnlyHint: true } }, { name: 'never', annotations: { destructiveHint: true } }];

  it('take the measured phase only and keep errors out of the latency', () => {
    const requests = [
      request({ phase: 'warmup', parsedUs: 99_100, cpuUs: 5000 }),
      request({ cpuUs: 100 }),
      request({ cpuUs: 300, parsedUs: 2100 }),
      request({ cpuUs: 10, outcome: 'toolError', errorClass: 'isError', parsedUs: 50_000 }),
      request({ cpuUs: 0, outcome: 'timeout', errorClass: 'timeout_no_bytes', parsedUs: null }),
    ];
    const measured = requests[1]!.request;
    const [slow, never] = summariseTools(tools, requests, { cpuByTool: new Map([['slow', 5410]]), blocks: [block(measured, 60_000), block(measured, 90_000), block(requests[0]!.request, 99_000)] }, [
      { tool: 'slow', calls: 4, bytes: 1000 },
    ]);
    assert.ok(slow && never);
    assert.equal(slow.calls, 4);
    assert.deepEqual(slow.errors, { isError: 1, timeout_no_bytes: 1 });
    assert.deepEqual(slow.latencyUs, { p50: null, p95: null, p99: null, max: 2000, mean: 1500 });
    assert.deepEqual(slow.bytes, { in: 80, out: 40 });
    assert.deepEqual(slow.cpuUs, { total: 410, perCall: 102.5 });
    assert.deepEqual(slow.blockedUs, { max: 90_000, total: 150_000 });
    assert.deepEqual(slow.allocBytes, { perCall: 250 });
    assert.deepEqual([slow.readOnly, slow.destructive, never.readOnly, never.destructive], [true, false, false, true]);
    assert.deepEqual([never.calls, never.cpuUs, never.blockedUs, never.allocBytes], [0, null, null, null]);
  });

  it('say null, not zero, where CPU was not measured', () => {
    const [slow] = summariseTools(tools, [request({}), request({ cpuUs: 3 })], null, []);
    assert.deepEqual([slow!.cpuUs, slow!.blockedUs, slow!.allocBytes], [null, null, null]);
  });

  it('count other requests per method', () => {
    const methods = summariseMethods([request({ method: 'initialize', target: null, phase: 'setup' }), request({}), request({ method: 'ping', target: null }), request({ method: 'ping', target: null, outcome: 'timeout' })]);
    assert.deepEqual(methods.map((m) => [m.method, m.calls, m.errors, m.latencyUs.max]), [['initialize', 1, {}, 1000], ['ping', 2, { timeout: 1 }, 1000]]);
  });
});

describe('allocation sites', () => {
  const node = (id: number, functionName: string, url: string, selfSize: number, children: HeapProfileNode[] = []): HeapProfileNode => ({
    callFrame: { functionName, scriptId: '1', url, lineNumber: 9, columnNumber: 0 }, selfSize, id, children,
  });
  const own = '/srv/app.ts';

  it('add up per line and are given per call', () => {
    const sites = allocationSites({ head: node(1, '', '', 0, [node(2, 'build', own, 600), node(3, 'read', 'node:fs', 500), node(4, 'build', own, 400)]) }, 10, 'slow');
    assert.deepEqual(sites.map((s) => [s.functionName, s.line, s.bytesPerCall, s.own, s.tool]), [['build', 10, 100, true, 'slow'], ['read', 10, 50, false, 'slow']]);
  });

  it("stand at the author's function for what others allocate on its behalf", () => {
    const library = node(3, 'safeParse', '/srv/node_modules/zod/index.js', 100, [node(4, 'clone', '', 300)]);
    const [site, ...others] = allocationSites({ head: node(1, '', '', 0, [node(2, 'handler', own, 0, [library])]) }, 10, 'slow');
    assert.deepEqual([site?.functionName, site?.callee, site?.file, site?.bytesPerCall], ['handler', 'safeParse', own, 40]);
    assert.deepEqual(others, []);
  });

  it('need three samples', () => {
    const samples = [2, 2, 2, 3, 3].map((nodeId, ordinal) => ({ nodeId, ordinal, size: 100 }));
    const sites = allocationSites({ head: node(1, '', '', 0, [node(2, 'often', own, 300), node(3, 'twice', own, 200)]), samples }, 1, 'slow');
    assert.deepEqual(sites.map((s) => s.functionName), ['often']);
  });
});
