import type { Failure } from './errors.ts';
import type { Finding, Sentence } from './finding.ts';

export const runSchemaVersion = 1;

/** `run.json`. A number that was not measured, or not from enough samples, is null. */
export interface RunRecord {
  schemaVersion: typeof runSchemaVersion;
  /** Name of the run folder, `<time>-<server>`. */
  id: string;
  /** What the user calls it; the server's name at first. */
  title: string;
  /** Wall clock at time 0 of the run, ISO 8601. */
  startedAt: string;
  durationUs: number;
  /** `running` stays behind only when the engine itself was killed. A cancelled run is a shorter run. */
  status: 'running' | 'complete' | 'cancelled' | 'failed';
  failure: Failure | null;
  profilerVersion: string;
  server: ServerFacts;
  /** What lists show of a load test; absent in a profile. */
  load?: LoadSummary;
  runtime: RuntimeFacts | null;
  options: ProfileOptions;
  /** Spawn (or first connection) to the answer of initialize. */
  startupUs: number | null;
  tools: ToolSummary[];
  /** Requests that are no tool call, per method: lists, reads, ping. */
  methods: MethodSummary[];
  /** Files of the run folder, by what they hold. */
  files: { requests: string; messages: string; events: string; cpu: CpuFile[]; heap: HeapFile[]; /** `load.json` of a load test (`LoadResult`); absent in a profile. */ load?: string };
  /** Where the main thread's time went, microseconds; null without CPU samples. */
  cpu: CpuSummary | null;
  hotLines: HotLine[];
  /** Stretches over 50 ms without a return to the event loop, longest first; at most 200. */
  blocks: Block[];
  memory: MemorySummary | null;
  findings: Finding[];
  sentences: Sentence[];
  skipped: { tool: string; reason: string }[];
  /** What limits the figures: runtime without CPU samples, lost samples, generated arguments that failed … */
  notices: string[];
  /** What the server wrote where messages belong; absent where it wrote none. */
  strayLines?: StrayLines[];
}

/** Lines that were no JSON-RPC message. */
export interface StrayLines {
  /** Whose call alone was under way; null: at start-up, between calls, or with several under way. */
  tool: string | null;
  lines: number;
  /** The first of them, cut and redacted. */
  first: string;
}

/** Calls per second, and the response time; `capacity` where it was searched for. */
export interface LoadSummary {
  achieved: number | null;
  p99Us: number | null;
  capacity: number | null;
}

export interface ServerFacts {
  name: string;
  version: string | null;
  protocolVersion: string | null;
  transport: 'stdio' | 'http' | 'sse';
  /** Command line or URL, redacted. */
  target: string;
  cwd: string | null;
  /** Estimated tokens of the whole tools/list result (bytes / 4). */
  toolListTokens: number | null;
}

export interface RuntimeFacts {
  name: 'node' | 'deno' | 'bun' | 'python' | 'unknown';
  version: string | null;
  execPath: string | null;
  pid: number | null;
}

export interface ProfileOptions {
  callsPerTool: number;
  concurrency: number;
  cpu: boolean;
  heap: boolean;
  protocol: Protocol;
  requestTimeoutMs: number;
  initializeTimeoutMs: number;
  /** Keep the text of every message. */
  bodies: boolean;
  budgets: Budgets;
}

/** `legacy`: initialize, up to 2025-11-25. `modern`: 2026-07-28. */
export type Protocol = 'legacy' | 'modern';

/** Limits that `budget-exceeded` holds a run against; a missing one is not checked. */
export interface Budgets {
  toolP95Us?: number;
  toolMeanUs?: number;
  listP95Us?: number;
  errorRatio?: number;
  resultBytes?: number;
  resultTokens?: number;
  toolListTokens?: number;
  startupUs?: number;
}

export interface Latency {
  /** Null under 6, 72 and 368 samples: below them the 95% interval of the percentile has no finite bound. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  mean: number | null;
}

export interface ToolSummary {
  name: string;
  title: string | null;
  description: string | null;
  readOnly: boolean;
  destructive: boolean;
  /** Estimated tokens of its definition in tools/list. */
  definitionTokens: number;
  /** Calls of the measured phase. */
  calls: number;
  /** By class; errors never enter the latency. */
  errors: Record<string, number>;
  latencyUs: Latency;
  bytes: { in: number; out: number };
  /** Main-thread time inside the calls' spans. */
  cpuUs: { total: number; perCall: number } | null;
  allocBytes: { perCall: number } | null;
  /** Event-loop blocks over 50 ms that its calls caused. */
  blockedUs: { max: number; total: number } | null;
}

export interface MethodSummary {
  method: string;
  calls: number;
  errors: Record<string, number>;
  latencyUs: Latency;
}

export interface CpuFile {
  file: string;
  pid: number;
  tid: number;
}

export interface HeapFile {
  file: string;
  pid: number;
  /** The tool that was replayed alone while it was recorded; null for the whole run. */
  tool: string | null;
  calls: number;
}

export interface CpuSummary {
  sampleCount: number;
  samplingIntervalUs: number;
  /** Busy main-thread time by owner; what belongs to no tool is not spread. */
  byTool: Record<string, number>;
  startupUs: number;
  protocolUs: number;
  gcUs: number;
  /** Busy, but with no call: timers, background work. */
  otherUs: number;
  idleUs: number;
  /** False when calls overlapped and the probe was lost: then samples were not attributed to tools. */
  attributed: boolean;
}

/**
 * A line and the time spent in it. What Node and libraries do on behalf of the author's code stands at the author's
 * line that called them, with the function that it called in `callee`; so every sample is counted once. `line` is
 * 1-based; `tool` null for start-up and other work.
 */
export interface HotLine {
  file: string;
  line: number;
  functionName: string;
  /** The function of Node or of a library that this line called and in which the time went; null for the line's own. */
  callee: string | null;
  selfUs: number;
  tool: string | null;
  /** SHA-1 of the file when the run ended: an editor marks the line stale when it no longer matches. */
  fileHash: string | null;
  /** False inside node_modules and Node itself. */
  own: boolean;
}

export interface Block {
  atUs: number;
  durationUs: number;
  request: number | null;
  tool: string | null;
  /** Self-time leaders among the samples inside it, heaviest first, at most 5. */
  frames: { functionName: string; file: string; line: number; selfUs: number; own: boolean }[];
  /** Heaviest stack inside it, outermost first. */
  stack: { functionName: string; file: string; line: number }[];
  /** Other calls that were pending meanwhile. */
  delayedRequests: number;
  delayedTools: string[];
}

export interface MemorySummary {
  rssBytes: { first: number; last: number; max: number };
  heapUsedBytes: { first: number; last: number; max: number };
  gc: { count: number; totalUs: number; maxUs: number };
  /** Allocation sites per tool, heaviest first, at most 20 per tool; `callee` as in `HotLine`. */
  sites: { tool: string; file: string; line: number; functionName: string; callee: string | null; bytesPerCall: number; own: boolean }[];
}
