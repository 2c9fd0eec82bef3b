import type { Failure } from './errors.ts';
import type { Choice, ToolOffer } from './engine.ts';
import type { Finding, Sentence } from './finding.ts';
import type { Protocol, ServerFacts } from './run.ts';
import type { ServerSpec } from './server.ts';

/**
 * A load test: what is asked for, what is said while it goes on, and its result (`load.json`). Times are microseconds
 * unless a name says otherwise; rates are calls per second. A number that was not measured, or not from enough samples,
 * is null.
 */

/** Who decides when the next request is due. */
export type LoadModel =
  /** Open: requests are due at a constant rate, whatever the server does. */
  | { kind: 'rate'; perSecond: number }
  /** Open: the rate grows (or falls) evenly from one to the other over the duration. */
  | { kind: 'ramp'; from: number; to: number }
  /** Closed: so many callers, each waiting for its answer and then thinking. The tail is understated: say so. */
  | { kind: 'closed'; concurrency: number; thinkMs: number }
  /** So many agents at once, each going through the session of the workload again and again. */
  | { kind: 'sessions'; sessions: number };

/** `p99<100ms,errors<1%`, read. */
export interface Slo {
  /** As it was written. */
  text: string;
  /** Highest response time at each percentile (0 < percent < 100). Errors and timeouts count as misses of all of them. */
  limits: { percent: number; us: number }[];
  /** Highest share of requests that may fail, 0 to 1. */
  errorRatio: number | null;
}

export interface LoadOptions {
  /** `capacity`: search for the highest rate that holds the SLO; `model` is not used then. */
  goal: 'measure' | 'capacity';
  model: LoadModel;
  /** Of the measured window, after the warm-up. */
  durationS: number;
  /** Longest warm-up; 0 for none. */
  warmupS: number;
  slo: Slo | null;
  /** Also see what happens at 1.5 times the capacity, and how long it takes to recover. */
  overload: boolean;
  /** Of a stdio server. */
  processes: number;
  /** MCP sessions over HTTP or SSE; requests go round. */
  sessions: number;
  /** Most sockets over HTTP, all sessions together. */
  sockets: number;
  /** Most requests in flight; what is due beyond is counted `notSent`. */
  maxInFlight: number;
  requestTimeoutMs: number;
  initializeTimeoutMs: number;
  protocol: Protocol;
  /** Watch the server's event loop with a probe that does only that (Node.js servers that we start). */
  probe: boolean;
  /** Of generated values and of the order of the mix; the same seed gives the same requests. */
  seed: number;
  /** Bounds that only who asks for the test can raise: a slip of the finger must not become a flood. */
  caps: { perSecond: number; durationS: number; processes: number };
}

// ── workloads ────────────────────────────────────────────────────────────────

/**
 * A workload file, read: `{"$schema": …, "mix": [{"tool": "search", "weight": 3, "arguments": {"q": "{{words.title}}"}}]}`.
 * Templates stand in strings, between double braces. A string that is one template becomes the value itself, with its type.
 */
export interface Workload {
  /** Requests by weight; may be empty when there is a session. */
  mix: WorkloadRequest[];
  /** What one agent does, for `sessions`; null when the file has none. */
  session: WorkloadSession | null;
  /** Rows by name: `{{name.column}}` takes a value of the row that is next. */
  data: Record<string, WorkloadData>;
  /** Where relative paths of `data` start; null for a workload that is no file. */
  dir: string | null;
  /** True where arguments were made by us from the schema. */
  generated: boolean;
}

export type WorkloadRequest = { weight: number } & (
  | {
      tool: string;
      arguments: Record<string, unknown> | 'generate';
      /** Of the tool, for arguments that are generated; there once the server has listed its tools. */
      inputSchema?: unknown;
    }
  | { resource: string }
  | { prompt: string; arguments: Record<string, string> }
);

export interface WorkloadSession {
  /** One after the other; the requests of one step run in parallel. */
  steps: WorkloadStep[];
  /** Between two rounds of an agent. */
  thinkMs: { min: number; max: number };
}

export interface WorkloadStep {
  requests: (WorkloadRequest & {
    /** Later templates take values from its result: `{{first.content.0.text}}`, `{{first.structuredContent.id}}`. */
    as: string | null;
  })[];
  /** After the step. */
  thinkMs: { min: number; max: number };
}

export interface WorkloadData {
  rows: Record<string, unknown>[];
  order: 'sequential' | 'random';
}

// ── the request, and what is said meanwhile ──────────────────────────────────

export interface LoadRequest {
  server: ServerSpec;
  /** Null: a mix of the tools of `choice`, of equal weight, with generated arguments where none are given. */
  workload: Workload | null;
  choice: Choice;
  options: LoadOptions;
  /** Folder that receives the run's folder. */
  outDir: string;
  /** Hosts beyond loopback to which the user has said yes. */
  allowRemote: string[];
}

export type LoadStage = 'starting' | 'listing' | 'choosing' | 'warmup' | 'measure' | 'search' | 'overload' | 'recovery' | 'stopping' | 'analysing';

/** At most ten a second. `interval` is what is new and must not be dropped; the rest is cumulative. */
export interface LoadProgress {
  stage: LoadStage;
  runDir: string;
  /** Share of the planned time that is over, 0 to 1. */
  done: number;
  /** What goes on, for people: `1,200 calls/s, second confirmation`. */
  step: string;
  /** Names of the operations, in the order of their colours; once known. */
  operations?: string[];
  interval: LoadInterval | null;
}

/** A quarter of a second of a load test, all connections together. */
export interface LoadInterval {
  stage: LoadStage;
  /** Its end, on the run's clock. */
  atUs: number;
  spanUs: number;
  /** Requests that came due, were sent, could not be sent, were answered well, failed (by class). */
  due: number;
  sent: number;
  notSent: number;
  ok: number;
  errors: Record<string, number>;
  /** At its end. */
  inFlight: number;
  /** Response times of the answers that came in it; null where there were none. No claim about percentiles: a picture. */
  responseUs: { p50: number; p90: number; p99: number; max: number } | null;
  /** Calls answered, by operation, in the order of `operations`. */
  byOperation: number[];
  generator: { utilization: number; lagP99Us: number | null };
  server: ServerLoad;
}

/** What the server's process tree used; null where it is not on this machine or cannot be read. */
export interface ServerLoad {
  /** 1 is one core. */
  cpu: number | null;
  rssBytes: number | null;
  loopDelayP99Us: number | null;
  loopDelayMaxUs: number | null;
  /** Share of the time in which its busiest event loop was not waiting, 0 to 1. */
  loopUtilization: number | null;
}

// ── the result ───────────────────────────────────────────────────────────────

export const loadSchemaVersion = 1;

/** Null under 6, 36, 72, 368 and 3,688 samples: below them the 95% interval of the percentile has no finite bound. */
export interface LoadPercentiles {
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
  mean: number | null;
  samples: number;
}

/** `load.json`. */
export interface LoadResult {
  schemaVersion: typeof loadSchemaVersion;
  /** Who generated the load. */
  source: 'mcp-profiler' | 'locust';
  /** Name of the run folder. */
  id: string;
  startedAt: string;
  status: 'complete' | 'cancelled' | 'failed';
  failure: Failure | null;
  server: ServerFacts;
  options: LoadOptions;
  /** Redacted; to be run again. */
  workload: Workload;
  operations: LoadOperation[];
  warmup: { durationUs: number; settled: boolean };
  /** Of the measured window; what follows is of that only. */
  durationUs: number;
  /** Calls per second that came due, and that were answered well within the window. */
  offered: number | null;
  achieved: number | null;
  sent: number;
  notSent: number;
  /** Only where the user stopped the test while calls were open. */
  unfinished?: Unfinished;
  /** From the due time; of good answers only. */
  responseUs: LoadPercentiles;
  /** From the write. */
  serviceUs: LoadPercentiles;
  scheduleLagUs: LoadPercentiles;
  /** Of calls, by exclusive class; `not_sent` among them. */
  errors: Record<string, number>;
  /** Wrong messages of the server that belong to no call, by class. Files of before count them among `errors`. */
  strays?: Record<string, number>;
  generator: GeneratorVerdict;
  slo: { text: string; met: boolean | null; why: string } | null;
  littlesLaw: LittlesLaw | null;
  connections: { processes: number; sessions: number; sockets: number };
  capacity: Capacity | null;
  scaling: Scaling | null;
  overload: Overload | null;
  agents: AgentSessions | null;
  series: LoadSeries;
  /** For the picture: [percent, microseconds], percent rising towards 100. */
  curves: { response: [number, number][]; service: [number, number][] };
  /** HdrHistogram's V2 encoding, compressed, base64; microseconds. */
  histograms: { response: string; service: string; lag: string };
  findings: Finding[];
  sentences: Sentence[];
  skipped: { tool: string; reason: string }[];
  notices: string[];
}

/** Calls that were open when the user stopped the test: sent, but neither answered nor failed, and in no other figure. */
export interface Unfinished {
  calls: number;
  /** How long the oldest had waited since it was due; null when it is not known. */
  oldestUs: number | null;
  /** Response times if they count with the time they had waited: those of all calls are at least so long. Null when that is not known. */
  atLeastUs: LoadPercentiles | null;
}

export interface LoadOperation {
  /** `search`, `file:///a.txt`, `greeting`. */
  name: string;
  kind: 'tool' | 'resource' | 'prompt';
  /** Ended in any way, `not_sent` among them. */
  calls: number;
  /** Open when the user stopped the test, and not among `calls`; absent where that did not happen. */
  unfinished?: number;
  errors: Record<string, number>;
  responseUs: LoadPercentiles;
  serviceUs: LoadPercentiles;
  bytesPerCall: number | null;
  histograms: { response: string; service: string };
}

export interface GeneratorVerdict {
  limited: boolean;
  /** In words, with figures; empty when it is not limited. */
  reasons: string[];
  /** Of the busiest generator thread's event loop, 0 to 1. */
  utilization: number | null;
  threads: number;
  cpuUsPerRequest: number | null;
}

/** L = λW: requests in flight against rate × response time. */
export interface LittlesLaw {
  meanInFlight: number;
  /** achieved × mean response time. */
  expected: number;
  /** |difference| / expected. */
  error: number;
}

export interface Capacity {
  /** Highest sustainable rate, and the interval it lies in: `low` was held twice, `high` was not. Null `high`: never failed. */
  rate: number | null;
  low: number | null;
  high: number | null;
  limitedBy: 'server-cpu' | 'event-loop' | 'serialised-calls' | 'memory' | 'generator' | 'cap' | 'errors' | 'unknown';
  /** Why, with figures. */
  why: string;
  tries: CapacityTry[];
  tookUs: number;
}

/** One rate that was tried. */
export interface CapacityTry {
  kind: 'closed' | 'search' | 'confirm';
  offered: number | null;
  concurrency: number | null;
  achieved: number;
  responseUs: LoadPercentiles;
  serviceUs: LoadPercentiles;
  errorRatio: number;
  meanInFlight: number;
  /** Requests per second by which the number in flight grows, with its 95% interval. */
  inFlightSlope: { value: number; low: number; high: number } | null;
  serverCpu: number | null;
  serverRssBytes: number | null;
  loopDelayP99Us: number | null;
  generatorUtilization: number | null;
  sustainable: boolean;
  /** Why not; empty when it is. */
  reasons: string[];
}

/** Universal Scalability Law, X(N) = λN / (1 + σ(N-1) + κN(N-1)), fitted on closed-loop points (Gunther). */
export interface Scaling {
  points: { concurrency: number; rate: number }[];
  lambda: number;
  sigma: number;
  kappa: number;
  r2: number;
  /** Concurrency and rate at the top, only where κ is significantly above 0. */
  peak: { concurrency: number; rate: number } | null;
}

export interface Overload {
  offered: number;
  verdict: 'rejected' | 'slowed' | 'collapsed' | 'held' | 'unknown';
  why: string;
  /** Good answers per second at the overload, and at capacity. */
  goodput: number;
  goodputAtCapacity: number;
  errors: Record<string, number>;
  /** From the end of the overload until the response time is as before; null: not within the time watched. */
  recoveryUs: number | null;
  watchedUs: number;
}

export interface AgentSessions {
  completed: number;
  failed: number;
  /** One round of an agent, without the think time after it. */
  durationUs: LoadPercentiles;
}

/** One element per second of the whole run, warm-up included. */
export interface LoadSeries {
  atUs: number[];
  stage: LoadStage[];
  due: number[];
  sent: number[];
  notSent: number[];
  ok: number[];
  failed: number[];
  inFlight: number[];
  p50: (number | null)[];
  p90: (number | null)[];
  p99: (number | null)[];
  max: (number | null)[];
  serverCpu: (number | null)[];
  serverRssBytes: (number | null)[];
  loopDelayP99Us: (number | null)[];
  generatorUtilization: (number | null)[];
}

/** Asked once the tools are listed; null backs out. */
export type ChooseForLoad = (tools: ToolOffer[]) => Promise<Choice | null>;
