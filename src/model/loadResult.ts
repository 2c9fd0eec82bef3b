import type { Failure } from './errors.ts';
import type { Finding, Sentence } from './finding.ts';
import type { LoadOptions, LoadStage } from './load.ts';
import type { ServerFacts } from './run.ts';
import type { Workload } from './workload.ts';

// The result of a load test, as `load.json` holds it: units as in load.ts.

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
