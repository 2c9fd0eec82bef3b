import { runSchemaVersion, type RunRecord } from '../../src/model/run.ts';
import type { CpuProfile } from '../../src/model/profile.ts';
import type { MessageRecord, RequestRecord } from '../../src/model/trace.ts';

/** A record with every field that the types have. */
export const sampleRun: RunRecord = {
  schemaVersion: runSchemaVersion,
  id: 'run-1',
  title: 'Shop | "staging"',
  startedAt: '2026-11-21T05:00:00.000Z',
  durationUs: 2_500_000,
  status: 'failed',
  failure: { code: 'server-exited', message: 'The server exited.', hint: 'Read its log.', stack: 'Error', runDir: '/runs/run-1' },
  profilerVersion: '0.1.0',
  server: { name: 'shop', version: '1.0.0', protocolVersion: '2025-11-25', transport: 'stdio', target: 'node server.js', cwd: '/shop', toolListTokens: 120 },
  runtime: { name: 'node', version: 'v24.0.0', execPath: '/usr/bin/node', pid: 42 },
  options: {
    callsPerTool: 20,
    concurrency: 1,
    cpu: true,
    heap: true,
    protocol: 'legacy',
    requestTimeoutMs: 30_000,
    initializeTimeoutMs: 30_000,
    bodies: false,
    budgets: { toolP95Us: 1, toolMeanUs: 1, listP95Us: 1, errorRatio: 0.05, resultBytes: 1, resultTokens: 1, toolListTokens: 1, startupUs: 1 },
  },
  startupUs: 300_000,
  tools: [
    {
      name: 'find|books',
      title: null,
      description: 'Finds <b>books</b>',
      readOnly: true,
      destructive: false,
      definitionTokens: 60,
      calls: 20,
      errors: { isError: 2 },
      latencyUs: { p50: 12_000, p95: null, p99: null, max: 30_000, mean: 14_000 },
      bytes: { in: 2000, out: 1000 },
      cpuUs: { total: 100_000, perCall: 5000 },
      allocBytes: { perCall: 4096 },
      blockedUs: { max: 60_000, total: 120_000 },
    },
  ],
  methods: [{ method: 'tools/list', calls: 1, errors: {}, latencyUs: { p50: null, p95: null, p99: null, max: 900, mean: 900 } }],
  files: { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [{ file: 'cpu-42-1.cpuprofile', pid: 42, tid: 1 }], heap: [{ file: 'heap-42-0.heapprofile', pid: 42, tool: 'find|books', calls: 50 }] },
  cpu: { sampleCount: 8, samplingIntervalUs: 1000, byTool: { 'find|books': 100_000 }, startupUs: 1, protocolUs: 1, gcUs: 1, otherUs: 1, idleUs: 1, attributed: true },
  hotLines: [{ file: '/shop/server.js', line: 7, functionName: 'scan', callee: null, selfUs: 80_000, tool: 'find|books', fileHash: 'abc', own: true }],
  blocks: [
    {
      atUs: 1,
      durationUs: 60_000,
      request: 3,
      tool: 'find|books',
      frames: [{ functionName: 'scan', file: '/shop/server.js', line: 7, selfUs: 59_000, own: true }],
      stack: [{ functionName: 'scan', file: '/shop/server.js', line: 7 }],
      delayedRequests: 1,
      delayedTools: ['other'],
    },
  ],
  memory: { rssBytes: { first: 1, last: 2, max: 3 }, heapUsedBytes: { first: 1, last: 2, max: 3 }, gc: { count: 1, totalUs: 2, maxUs: 2 }, sites: [{ tool: 'find|books', file: '/shop/server.js', line: 9, functionName: 'f', callee: null, bytesPerCall: 100, own: true }] },
  findings: [
    {
      id: 'x',
      rule: 'blocking-call',
      severity: 'warning',
      evidence: 'measured',
      tools: ['find|books'],
      message: 'readFileSync blocks for 60 ms.',
      help: 'Use the asynchronous form.',
      savedUsPerCall: null,
      file: '/shop/server.js',
      line: 7,
      endLine: 7,
      figures: [
        { label: 'longest', value: 60_000, unit: 'us', link: { to: 'tab', tab: 'timeline', tool: 'find|books', request: 3, frame: { functionName: 'scan', file: '/shop/server.js', line: 7 } } },
        { label: 'calls', value: 2, unit: 'count', link: { to: 'source', file: '/shop/server.js', line: 7 } },
      ],
      path: [{ functionName: 'scan', file: '/shop/server.js', line: 7 }],
    },
  ],
  sentences: [{ parts: [{ text: 'The slowest tool is ' }, { text: 'find|books', link: { to: 'tab', tab: 'latency', tool: 'find|books' } }, { text: '.' }] }],
  skipped: [{ tool: 'delete_book', reason: 'destructive' }],
  notices: ['Two samples were lost.'],
};

export function sampleRequest(request: number, more: Partial<RequestRecord> = {}): RequestRecord {
  return {
    request,
    id: request,
    method: 'tools/call',
    target: 'find|books',
    phase: 'measure',
    queuedUs: request * 1000,
    writtenUs: request * 1000 + 10,
    firstByteUs: request * 1000 + 400,
    parsedUs: request * 1000 + 500,
    outcome: 'ok',
    errorClass: null,
    bytesOut: 100,
    bytesIn: 200,
    inFlight: 1,
    args: { query: 'a' },
    argsHash: 'h1',
    resultHash: 'h2',
    resultTokens: 50,
    ...more,
  };
}

export const sampleMessage = (seq: number, body: string): MessageRecord => ({ seq, direction: 'in', kind: 'response', method: null, id: seq, request: seq, target: null, queuedUs: null, writtenUs: null, firstByteUs: 1, parsedUs: 2, bytes: body.length, body });

/** Two tools, start-up, protocol, GC, other and idle time; every weight is its own power of two. */
export const sampleProfile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 5, 6] },
    { id: 2, callFrame: frame('handler', 'file:///shop/server.js', 9), children: [3, 4] },
    { id: 3, callFrame: frame('scan;all', 'file:///shop/a%20b.js', 19) },
    { id: 4, callFrame: frame('', 'node:fs', 4) },
    { id: 5, callFrame: frame('(idle)', '', -1) },
    { id: 6, callFrame: frame('(garbage collector)', '', -1) },
  ],
  startTime: 1000,
  endTime: 1000 + 255,
  samples: [2, 3, 3, 4, 5, 6, 2, 2],
  timeDeltas: [0, 1, 2, 4, 8, 16, 32, 64],
  _mcpProfiler: { version: 1, requestOfSample: [-1, 1, 1, 2, 0, -3, -2, 0], tools: ['find|books', 'other;tool'], requests: [1, 2], toolOfRequest: [0, 1], clockOffsetUs: 0 },
};

function frame(functionName: string, url: string, lineNumber: number) {
  return { functionName, scriptId: '1', url, lineNumber, columnNumber: 2 };
}
