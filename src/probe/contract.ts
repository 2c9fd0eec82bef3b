/** What the engine and its bootloader in the profiled processes agree on. */

/** Environment variable with the private folder through which both speak; without it the bootloader does nothing. */
export const probeDirVariable = 'MCP_PROFILER_PROBE';
/** Environment variable with the private folder of a load test: its bootloader only watches the event loop. */
export const loopDirVariable = 'MCP_PROFILER_LOOP';
/**
 * `<pid>.loop` in that folder, written anew four times a second: `loopFields` Float64 values, of which the first counts up.
 * Delays in microseconds beyond the monitor's own interval, of the last quarter of a second; utilization 0 to 1.
 */
export const loopFields = ['count', 'p50', 'p99', 'max', 'utilization'] as const;

/** How many profiled Node processes are above this one; kept by the bootloader. */
export const probeDepthVariable = 'MCP_PROFILER_DEPTH';
/** `globalThis[Symbol.for(handleKey)]` is the bootloader's handle, for `Runtime.evaluate`. */
export const handleKey = 'mcp-profiler';

/**
 * Files in that folder. `announced`, `confirmed` and `exiting` are written once, as a whole; `spans` and `events` grow.
 * `chosen` has no pid: once it is there, new processes are left alone.
 */
export const probeFile = {
  announced: (pid: number) => `${pid}.json`,
  confirmed: (pid: number) => `${pid}.mcp`,
  exiting: (pid: number) => `${pid}.exit`,
  worker: (pid: number) => `${pid}.worker`,
  spans: (pid: number) => `${pid}.spans`,
  events: (pid: number) => `${pid}.events`,
  chosen: 'chosen',
} as const;

export interface Announcement {
  pid: number;
  ppid: number;
  depth: number;
  argv: string[];
  execPath: string;
  version: string;
  /** Null for a launcher such as npm, which is not sampled, and where the inspector could not be opened. */
  inspectorUrl: string | null;
  launcher: boolean;
  /** Why there is no inspector. */
  problem: string | null;
}

/** The first MCP request that a process parsed. */
export interface Confirmation {
  method: string;
  /** `clientInfo.name` where the request has it: tells our client from one inside the server. */
  client: string | null;
}

/** One line of the events file. Times are microseconds of the process's `process.hrtime`. */
export type ProbeLine =
  | { k: 'request'; seq: number; id: string | number; method: string; at: number }
  | { k: 'memory'; at: number; rss: number; heapUsed: number; heapTotal: number; external: number }
  | { k: 'loop'; at: number; p50: number; max: number; utilization: number }
  | { k: 'gc'; at: number; us: number; kind: number };

/** The spans file: Float64 triples (start us, end us, seq), in the order of their ends; seq 0 is no request of ours. */
export const spanWidth = 3;

/** What `Runtime.evaluate` may call. All are synchronous and may be called while the main thread is in a busy loop. */
export interface ProbeHandle {
  /** The engine has begun to sample: go on to the server's own code. */
  release: () => void;
  /** `process.hrtime` in microseconds. */
  now: () => number;
  /** Writes spans (the open one up to now) and events out. */
  flush: () => void;
  /** Ends all measuring; the inspector closes as soon as its client has gone. */
  letGo: () => void;
}
