import type { Block, ProfileOptions, RunRecord, ToolSummary } from '../../src/model/run.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { latency } from '../../src/profile/percentiles.ts';

/** A tool whose truth is planted. Times in microseconds; `call` counts its calls from 0, the warm-up is -1. */
export interface PlantedTool {
  name: string;
  cpuUs?: (call: number) => number;
  waitUs?: (call: number) => number;
  /** Calls that name the same lock wait, in order, while one of them waits. */
  lock?: string | ((call: number) => string);
  args?: (call: number) => string;
  result?: (call: number, args: string) => string;
  fails?: (call: number) => RequestRecord['outcome'];
  bytes?: number;
  tokens?: number;
  readOnly?: boolean;
  destructive?: boolean;
  definitionTokens?: number;
  /** Where the CPU time is spent; a stack has its outermost frame first. */
  stack?: Block['stack'];
  frames?: (us: number) => Block['frames'];
}

export interface World {
  tools: PlantedTool[];
  calls?: number;
  concurrency?: number;
  /** False: a runtime without CPU samples. */
  cpu?: boolean;
  options?: Partial<ProfileOptions>;
  run?: Partial<RunRecord>;
}


/**
 * Plays a server with one main thread: a call computes, then waits (for its lock, if it has one). Clients keep
 * `concurrency` calls in flight, tool by tool, as the profiler does.
 */
export function play(world: World): { run: RunRecord; requests: RequestRecord[] } {
  const { tools, calls = 20, concurrency = 1, cpu = true } = world;
  const requests: RequestRecord[] = [];
  const busy: { from: number; to: number; request: number }[] = [];
  const locks = new Map<string, number>();
  const agenda: { at: number; act: () => void }[] = [];
  let now = 0;
  let threadFreeUs = 0;

  const schedule = (at: number, act: () => void) => {
    agenda.push({ at, act });
    agenda.sort((a, b) => a.at - b.at);
  };
  const runAgenda = () => {
    for (let next = agenda.shift(); next; next = agenda.shift()) {
      now = next.at;
      next.act();
    }
  };

  function send(planted: PlantedTool, call: number, phase: RequestRecord['phase'], done: () => void) {
    const args = planted.args?.(call) ?? '{}';
    const outcome = planted.fails?.(call) ?? 'ok';
    const r: RequestRecord = {
      request: requests.length + 1, id: requests.length + 1, method: 'tools/call', target: planted.name, phase,
      queuedUs: now, writtenUs: now, firstByteUs: null, parsedUs: null, outcome, errorClass: outcome === 'ok' ? null : outcome,
      bytesOut: 100, bytesIn: planted.bytes ?? 400, inFlight: requests.filter((o) => o.parsedUs === null).length + 1,
      args: {}, argsHash: args, resultHash: planted.result?.(call, args) ?? `result of ${args}`, resultTokens: planted.tokens ?? 100,
    };
    requests.push(r);
    const cpuUs = planted.cpuUs?.(call) ?? 200;
    const from = Math.max(now, threadFreeUs);
    threadFreeUs = from + cpuUs;
    busy.push({ from, to: threadFreeUs, request: r.request });
    schedule(threadFreeUs, () => {
      const lock = typeof planted.lock === 'function' ? planted.lock(call) : planted.lock;
      const begin = lock === undefined ? now : Math.max(now, locks.get(lock) ?? 0);
      const end = begin + (planted.waitUs?.(call) ?? 0);
      if (lock !== undefined) locks.set(lock, end);
      schedule(end, () => {
        r.firstByteUs = r.parsedUs = now;
        r.cpuUs = cpu ? cpuUs : null;
        done();
      });
    });
  }

  for (const tool of tools) {
    send(tool, -1, 'warmup', () => undefined);
    runAgenda();
  }
  now += 1000;
  let next = 0;
  const worker = () => {
    if (next >= calls * tools.length) return;
    const n = next++;
    send(tools[n % tools.length]!, Math.floor(n / tools.length), 'measure', worker);
  };
  for (let i = 0; i < concurrency; i++) worker();
  runAgenda();

  for (const r of requests) {
    const others = busy.filter((b) => b.request !== r.request).map((b) => Math.min(b.to, r.parsedUs!) - Math.max(b.from, r.queuedUs));
    r.blockedByOthersUs = cpu ? others.filter((us) => us > 0).reduce((a, b) => a + b, 0) : null;
  }
  const blocks = cpu ? blocksOf(tools, requests, busy) : [];
  return { run: record(world, requests, blocks), requests };
}

function blocksOf(tools: PlantedTool[], requests: RequestRecord[], busy: { from: number; to: number; request: number }[]): Block[] {
  const blocks: Block[] = [];
  for (const { from, to, request } of busy) {
    if (to - from <= 50_000) continue;
    const planted = tools.find((t) => t.name === requests[request - 1]!.target)!;
    const delayed = requests.filter((r) => r.request !== request && r.queuedUs < to && r.parsedUs! > from);
    blocks.push({
      atUs: from, durationUs: to - from, request, tool: planted.name,
      frames: planted.frames?.(to - from) ?? [{ functionName: 'work', file: '/app/src/work.ts', line: 7, selfUs: to - from, own: true }],
      stack: planted.stack ?? [{ functionName: 'handler', file: '/app/src/server.ts', line: 20 }, { functionName: 'work', file: '/app/src/work.ts', line: 7 }],
      delayedRequests: delayed.length, delayedTools: [...new Set(delayed.map((r) => r.target!))].filter((t) => t !== planted.name),
    });
  }
  return blocks.sort((a, b) => b.durationUs - a.durationUs).slice(0, 200);
}

function record({ tools, options, run, cpu = true, calls = 20, concurrency = 1 }: World, requests: RequestRecord[], blocks: Block[]): RunRecord {
  const measured = (name: string) => requests.filter((r) => r.target === name && r.phase === 'measure');
  const ids = new Set(requests.filter((r) => r.phase === 'measure').map((r) => r.request));
  return {
    schemaVersion: 1, id: 'run', title: 'planted', startedAt: '2026-01-01T00:00:00.000Z', durationUs: 1e6, status: 'complete', failure: null, profilerVersion: '0.0.0',
    server: { name: 'planted', version: null, protocolVersion: null, transport: 'stdio', target: 'node server.js', cwd: '/app', toolListTokens: 400 },
    runtime: null, startupUs: 300_000, methods: [], files: { requests: '', messages: '', events: '', cpu: [], heap: [] },
    cpu: cpu ? { sampleCount: 1000, samplingIntervalUs: 1000, byTool: {}, startupUs: 200_000, protocolUs: 0, gcUs: 0, otherUs: 0, idleUs: 0, attributed: true } : null,
    hotLines: [], blocks, memory: null, findings: [], sentences: [], skipped: [], notices: [],
    options: { callsPerTool: calls, concurrency, cpu, heap: false, protocol: 'legacy', requestTimeoutMs: 30_000, initializeTimeoutMs: 30_000, bodies: false, budgets: {}, ...options },
    tools: tools.map((t): ToolSummary => {
      const own = measured(t.name);
      const mine = blocks.filter((b) => b.tool === t.name && ids.has(b.request!));
      const total = own.reduce((s, r) => s + (r.cpuUs ?? 0), 0);
      return {
        name: t.name, title: null, description: null, readOnly: t.readOnly ?? true, destructive: t.destructive ?? false, definitionTokens: t.definitionTokens ?? 100,
        calls: own.length, errors: {}, latencyUs: latency(own.filter((r) => r.outcome === 'ok').map((r) => r.parsedUs! - r.queuedUs)), bytes: { in: 0, out: 0 },
        cpuUs: cpu ? { total, perCall: total / own.length } : null, allocBytes: null,
        blockedUs: cpu ? { max: Math.max(0, ...mine.map((b) => b.durationUs)), total: mine.reduce((s, b) => s + b.durationUs, 0) } : null,
      };
    }),
    ...run,
  };
}

/** Mulberry32: the same numbers on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
