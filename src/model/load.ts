import type { Choice, ToolOffer } from './engine.ts';
import type { Protocol } from './run.ts';
import type { ServerSpec } from './server.ts';
import type { Workload } from './workload.ts';

/**
 * A load test: what is asked for, and what is said while it goes on. Times are microseconds unless a name says otherwise;
 * rates are calls per second. A number that was not measured, or not from enough samples, is null.
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

/** Asked once the tools are listed; null backs out. */
export type ChooseForLoad = (tools: ToolOffer[]) => Promise<Choice | null>;
