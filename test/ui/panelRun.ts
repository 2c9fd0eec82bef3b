import { groupBy } from '../../src/model/groupBy.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Block, RunRecord, ToolSummary } from '../../src/model/run.ts';
import type { MessageRecord, RequestRecord, RunEvent } from '../../src/model/trace.ts';
import { latency } from '../../src/profile/percentiles.ts';

export interface SyntheticRun {
  run: RunRecord;
  requests: RequestRecord[];
  messages: MessageRecord[];
  events: RunEvent[];
}

export interface SyntheticOptions {
  tools: number;
  requests: number;
  seed?: number;
}

const names = ['search', 'forecast', 'read_file', 'list_books', 'get_invoice', 'render_report', 'convert_currency', 'suggest', 'get_weather_alerts_for_region', 'checkout', 'ping_upstream', 'rarely_called'];

/** A small generator of numbers that is the same everywhere (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What one tool is like: times in microseconds. Every third is bimodal, as with a cache; one blocks, one fails. */
function character(index: number) {
  const base = index % 12 === 0 ? 64_000 : 700 * 1.75 ** (index % 10);
  return { base, slow: index % 3 === 0 ? base * (index % 12 === 0 ? 5 : 9) : base * 1.2, slowShare: index % 3 === 0 ? 0.18 : 0.05, cpu: index % 12 === 0 ? 0.62 : 0.05, blocks: index % 12 === 0, errors: index % 5 === 4 ? 0.06 : 0 };
}

/** A run with the shape of a real one: the last tool was called three times only. */
export function syntheticRun({ tools, requests: wanted, seed = 7 }: SyntheticOptions): SyntheticRun {
  const next = random(seed);
  const toolNames = Array.from({ length: tools }, (_, i) => (i < names.length ? names[i]! : `${names[i % names.length]!}_${Math.floor(i / names.length)}`));
  const requests: RequestRecord[] = [];
  const messages: MessageRecord[] = [];
  const events: RunEvent[] = [];
  const blocks: Block[] = [];
  let seq = 0;
  const startupUs = 412_000;
  const lanes = [startupUs + 40_000, startupUs + 41_000, startupUs + 42_500, startupUs + 43_000];

  const request = (method: string, target: string | null, phase: RequestRecord['phase'], queuedUs: number, tookUs: number, c?: ReturnType<typeof character>) => {
    const number = requests.length + 1;
    const failed = c !== undefined && next() < c.errors;
    const writtenUs = queuedUs + 18 + next() * 40;
    const parsedUs = queuedUs + tookUs;
    const firstByteUs = Math.max(writtenUs, parsedUs - 30 - tookUs * 0.04 * next());
    const bytesIn = 180 + Math.floor(next() * 2400) + (target === 'list_books' ? 96_000 : 0);
    const args = target === null ? {} : { query: `item ${number % 17}`, limit: 20 };
    requests.push({
      request: number, id: number, method, target, phase, queuedUs, writtenUs, firstByteUs, parsedUs, outcome: failed ? (next() < 0.7 ? 'toolError' : 'rpcError') : 'ok', errorClass: failed ? 'isError' : null, bytesOut: 120 + (number % 40), bytesIn,
      inFlight: target === null ? 1 : 4, args, argsHash: `a${number % 17}`, resultHash: `r${number % 17}`, resultTokens: Math.round(bytesIn / 4), cpuUs: tookUs * (c?.cpu ?? 0.1), blockedByOthersUs: tookUs * 0.15 * next(),
    });
    const body = number < 400 ? { body: JSON.stringify({ jsonrpc: '2.0', id: number, method, params: { name: target, arguments: args } }) } : {};
    messages.push({ seq: seq++, direction: 'out', kind: 'request', method, id: number, request: number, target, queuedUs, writtenUs, firstByteUs: null, parsedUs: null, bytes: 120 + (number % 40), ...body });
    messages.push({ seq: seq++, direction: 'in', kind: failed ? 'error' : 'response', method, id: number, request: number, target, queuedUs: null, writtenUs: null, firstByteUs, parsedUs, bytes: bytesIn, ...(number < 400 ? { body: JSON.stringify({ jsonrpc: '2.0', id: number, result: { content: [{ type: 'text', text: `answer ${number}` }] } }) } : {}) });
    return number;
  };

  request('initialize', null, 'setup', 1000, startupUs - 1000);
  request('tools/list', null, 'setup', startupUs + 2000, 9_300);
  events.push({ kind: 'phase', atUs: 0, phase: 'setup' }, { kind: 'phase', atUs: startupUs + 30_000, phase: 'warmup' });
  const perTool = Math.max(1, Math.floor(wanted / tools));
  for (let call = 0; requests.length < wanted; call++) {
    const index = call % tools;
    if (index === tools - 1 && call > tools * 4) continue;
    const c = character(index);
    const lane = lanes.indexOf(Math.min(...lanes));
    const warmup = call < tools;
    // a slow quarter in the middle of the run
    const troubled = Math.floor(call / tools) > perTool * 0.45 && Math.floor(call / tools) < perTool * 0.6 ? 1.8 : 1;
    const tookUs = (next() < c.slowShare ? c.slow : c.base) * (0.75 + next() * 0.6 - Math.log(1 - next() * 0.999) * 0.18) * (warmup ? 2.2 : troubled);
    const queuedUs = lanes[lane]! + 30 + next() * 300;
    const number = request('tools/call', toolNames[index]!, warmup ? 'warmup' : 'measure', queuedUs, tookUs, c);
    lanes[lane] = queuedUs + tookUs;
    if (c.blocks && tookUs > 66_000) {
      const durationUs = Math.min(tookUs * 0.9, 52_000 + next() * 40_000);
      events.push({ kind: 'block', atUs: queuedUs, durationUs, request: number, tool: toolNames[index]! });
      blocks.push({
        atUs: queuedUs, durationUs, request: number, tool: toolNames[index]!, delayedRequests: 3, delayedTools: toolNames.slice(1, 3),
        frames: [{ functionName: 'JSON.parse', file: '', line: 0, selfUs: durationUs * 0.71, own: false }, { functionName: 'loadIndex', file: '/home/ann/bookshop/src/index.ts', line: 42, selfUs: durationUs * 0.2, own: true }],
        stack: [{ functionName: 'handleSearch', file: '/home/ann/bookshop/src/search.ts', line: 18 }, { functionName: 'loadIndex', file: '/home/ann/bookshop/src/index.ts', line: 42 }],
      });
    }
    if (number % 97 === 0) {
      messages.push({ seq: seq++, direction: 'in', kind: 'notification', method: 'notifications/message', id: null, request: null, target: null, queuedUs: null, writtenUs: null, firstByteUs: queuedUs, parsedUs: queuedUs + 40, bytes: 140 });
      events.push({ kind: 'log', atUs: queuedUs, level: 'info', logger: 'bookshop', text: `cache refreshed after ${number} requests` });
    }
  }
  const durationUs = Math.max(...lanes) + 60_000;
  for (let atUs = 100_000, i = 0; atUs < durationUs; atUs += durationUs / 300, i++) {
    const heap = 24e6 + (i % 23) * 900_000 + i * 30_000;
    events.push({ kind: 'memory', atUs, rssBytes: 78e6 + i * 60_000, heapUsedBytes: heap, heapTotalBytes: 52e6 + Math.floor(i / 60) * 4e6, externalBytes: 3.1e6 });
    events.push({ kind: 'loop', atUs, delayP50Us: 900, delayMaxUs: 4000 + next() * 60_000, utilization: 0.25 + next() * 0.5 });
    events.push({ kind: 'gc', atUs: atUs + 1200, durationUs: i % 23 === 22 ? 6200 : 700 + next() * 500, type: i % 23 === 22 ? 'mark-sweep' : 'scavenge' });
  }
  events.sort((a, b) => a.atUs - b.atUs);
  requests.sort((a, b) => (a.parsedUs ?? 0) - (b.parsedUs ?? 0));
  messages.sort((a, b) => (a.parsedUs ?? a.queuedUs ?? 0) - (b.parsedUs ?? b.queuedUs ?? 0));

  const grouped = groupBy(requests, (r) => (r.phase === 'measure' ? r.target : null));
  const summaries = toolNames.map((name, index): ToolSummary => {
    const calls = grouped.get(name) ?? [];
    const good = calls.filter((r) => r.outcome === 'ok');
    const cpuTotal = calls.reduce((sum, r) => sum + (r.cpuUs ?? 0), 0);
    const mine = blocks.filter((b) => b.tool === name);
    const errors = Object.fromEntries(Array.from(groupBy(calls.filter((r) => r.outcome !== 'ok'), (r) => r.errorClass ?? r.outcome), ([errorClass, failed]) => [errorClass, failed.length]));
    return {
      name, title: null, description: null, readOnly: true, destructive: false, definitionTokens: 180 + index * 12, calls: calls.length, errors,
      latencyUs: latency(good.map((r) => r.parsedUs! - r.queuedUs)), bytes: { in: calls.reduce((s, r) => s + r.bytesIn, 0), out: calls.reduce((s, r) => s + r.bytesOut, 0) },
      cpuUs: calls.length === 0 ? null : { total: cpuTotal, perCall: cpuTotal / calls.length }, allocBytes: null,
      blockedUs: { max: mine.reduce((m, b) => Math.max(m, b.durationUs), 0), total: mine.reduce((s, b) => s + b.durationUs, 0) },
    };
  });
  const byTool = Object.fromEntries(summaries.map((t) => [t.name, t.cpuUs?.total ?? 0]));
  const p95 = (name: string) => `${Math.round((summaries.find((t) => t.name === name)?.latencyUs.p95 ?? 0) / 1000)} ms`;
  return {
    requests, messages, events,
    run: {
      schemaVersion: 1, id: '20261121-101500-bookshop', title: 'bookshop', startedAt: '2026-11-21T10:15:00.000Z', durationUs, status: 'complete', failure: null, profilerVersion: '0.1.0',
      server: { name: 'bookshop', version: '1.4.0', protocolVersion: '2025-11-25', transport: 'stdio', target: 'node dist/server.js --catalogue books.json', cwd: '/home/ann/bookshop', toolListTokens: 4210 },
      runtime: { name: 'node', version: 'v24.21.0', execPath: '/usr/bin/node', pid: 4711 },
      options: { callsPerTool: perTool, concurrency: 4, cpu: true, heap: true, protocol: 'legacy', requestTimeoutMs: 30_000, initializeTimeoutMs: 30_000, bodies: true, budgets: { toolP95Us: 200_000, errorRatio: 0.05 } },
      startupUs, tools: summaries, methods: [{ method: 'tools/list', calls: 1, errors: {}, latencyUs: latency([9300]) }],
      files: { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [{ file: 'cpu-4711-0.cpuprofile', pid: 4711, tid: 0 }], heap: [] },
      cpu: { sampleCount: Math.round(durationUs / 1000), samplingIntervalUs: 1000, byTool, startupUs: 320_000, protocolUs: 84_000, gcUs: 410_000, otherUs: 96_000, idleUs: durationUs * 0.22, attributed: true },
      hotLines: [
        { file: '/home/ann/bookshop/src/index.ts', line: 42, functionName: 'loadIndex', selfUs: 21_400_000, tool: 'search', fileHash: null, own: true, callee: 'JSON.parse' },
        { file: '/home/ann/bookshop/src/search.ts', line: 18, functionName: 'rank', selfUs: 3_120_000, tool: 'search', fileHash: null, own: true, callee: 'JSON.parse' },
        { file: '/home/ann/bookshop/node_modules/zod/v4/core/parse.js', line: 31, functionName: 'safeParse', selfUs: 940_000, tool: 'list_books', fileHash: null, own: false, callee: null },
        { file: '/home/ann/bookshop/src/catalogue.ts', line: 7, functionName: 'readCatalogue', selfUs: 212_000, tool: null, fileHash: null, own: true, callee: null },
      ],
      blocks: blocks.toSorted((a, b) => b.durationUs - a.durationUs).slice(0, 200),
      memory: {
        rssBytes: { first: 78e6, last: 96e6, max: 97e6 }, heapUsedBytes: { first: 24e6, last: 41e6, max: 55e6 }, gc: { count: 300, totalUs: 410_000, maxUs: 6200 },
        sites: toolNames.slice(0, 12).flatMap((tool, t) => Array.from({ length: 5 }, (_, i) => ({ tool, file: i === 3 ? '/home/ann/bookshop/node_modules/zod/v4/core/parse.js' : `/home/ann/bookshop/src/${tool}.ts`, line: 12 + i * 9, functionName: ['parseRows', 'toJson', 'buildIndex', 'safeParse', 'clone'][i]!, callee: i === 0 ? 'JSON.parse' : null, bytesPerCall: 2_400_000 / (1 + t) / (1 + i * i), own: i !== 3 }))),
      },
      findings: findings(),
      sentences: [
        { parts: [{ text: 'search', link: { to: 'tab', tab: 'latency', tool: 'search' } }, { text: ' is slow: p95 ' }, { text: p95('search'), link: { to: 'tab', tab: 'latency', tool: 'search' } }, { text: ` over ${summaries[0]!.calls} calls. ` }, { text: '71%', link: { to: 'tab', tab: 'flame', tool: 'search' } }, { text: ' of its CPU is JSON.parse in ' }, { text: 'loadIndex (src/index.ts:42)', link: { to: 'source', file: '/home/ann/bookshop/src/index.ts', line: 42 } }, { text: '; it blocks the event loop ' }, { text: '62 ms', link: { to: 'tab', tab: 'timeline', tool: 'search', request: blocks[0]?.request ?? 1 } }, { text: ' per call and delays the other tools.' }] },
        { parts: [{ text: 'forecast', link: { to: 'tab', tab: 'latency', tool: 'forecast' } }, { text: ' waits: 96% of its time is not CPU, and it is repeated with the same arguments ' }, { text: '37 times in 40', link: { to: 'tab', tab: 'findings', tool: 'forecast' } }, { text: '.' }] },
        { parts: [{ text: 'get_invoice fails in ' }, { text: '6%', link: { to: 'tab', tab: 'trace', tool: 'get_invoice' } }, { text: ' of its calls.' }] },
      ],
      skipped: [{ tool: 'delete_book', reason: 'not marked read-only' }],
      notices: ['Arguments were generated from the schemas; 6% of the calls of get_invoice returned isError.'],
    },
  };
}

function findings(): Finding[] {
  const finding = (f: Partial<Finding> & Pick<Finding, 'rule' | 'message' | 'help'>): Finding => ({ id: `${f.rule}:${f.tools?.[0] ?? ''}`, severity: 'warning', evidence: 'measured', tools: [], savedUsPerCall: null, file: null, line: null, endLine: null, figures: [], path: [], ...f });
  return [
    finding({
      rule: 'uncached-hot-tool', tools: ['forecast'], savedUsPerCall: 14_900, message: 'forecast gets the same arguments and gives the same result in 37 of 40 calls, 16 ms each.', help: 'A cache with a time to live of a minute would have answered 37 calls at once; let calls that overlap share one request.',
      figures: [{ label: 'Hits of a cache', value: 0.925, unit: 'ratio' }, { label: 'Time saved', value: 551_000, unit: 'us', link: { to: 'tab', tab: 'latency', tool: 'forecast' } }],
    }),
    finding({
      rule: 'cpu-bound-handler', evidence: 'confirmed', tools: ['search'], savedUsPerCall: 62_000, file: '/home/ann/bookshop/src/index.ts', line: 42, endLine: 42, message: 'search blocks the event loop 62 ms per call, 41% of its time: JSON.parse in loadIndex, which is read anew for each call.',
      help: 'Parse the index once when the server starts, or move the parsing to a worker thread.',
      figures: [{ label: 'Blocked per call', value: 62_100, unit: 'us', link: { to: 'tab', tab: 'timeline', tool: 'search' } }, { label: 'Share of CPU', value: 0.71, unit: 'ratio', link: { to: 'tab', tab: 'flame', tool: 'search' } }, { label: 'Calls delayed', value: 340, unit: 'count' }],
      path: [{ functionName: 'handleSearch', file: '/home/ann/bookshop/src/search.ts', line: 18 }, { functionName: 'loadIndex', file: '/home/ann/bookshop/src/index.ts', line: 42 }],
    }),
    finding({ rule: 'large-response', severity: 'information', tools: ['list_books'], message: 'list_books returns 97 kB (24,300 tokens) at p95, over the budget of 10,000 tokens.', help: 'Give it a cursor and a limit, and leave out what a model does not need.', figures: [{ label: 'Result at p95', value: 97_300, unit: 'bytes' }, { label: 'Tokens', value: 24_300, unit: 'tokens' }] }),
    finding({ rule: 'budget-exceeded', severity: 'error', tools: ['get_invoice', 'checkout'], message: 'get_invoice fails in 6.1% of its calls, over the budget of 5%.', help: 'See the failed calls in the trace; with generated arguments the failures may be ours: give real ones.', figures: [{ label: 'Errors', value: 0.061, unit: 'ratio', link: { to: 'tab', tab: 'trace', tool: 'get_invoice' } }] }),
    finding({ rule: 'tool-definition-cost', severity: 'hint', tools: [], message: 'The definitions of all tools cost a model 4,210 tokens before the first call.', help: 'Shorten descriptions; put tools that are seldom used behind one.', figures: [{ label: 'Tokens', value: 4210, unit: 'tokens' }] }),
  ];
}
