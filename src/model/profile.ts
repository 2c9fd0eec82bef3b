/** V8's CPU profile as the inspector protocol returns it (`Profiler.Profile`), with our vendor field. */
export interface CpuProfile {
  nodes: CpuProfileNode[];
  /** Microseconds on the profiled process's monotonic clock. */
  startTime: number;
  endTime: number;
  /** Node ids, one per sample. */
  samples?: number[];
  /** Microseconds between adjacent samples (wall time on the thread); the first is relative to `startTime`. */
  timeDeltas?: number[];
  _mcpProfiler?: CpuProfileAttribution;
}

export interface CpuProfileNode {
  id: number;
  callFrame: CallFrame;
  hitCount?: number;
  children?: number[];
  /** Samples per line of the node's own function; lines are 1-based. */
  positionTicks?: { line: number; ticks: number }[];
}

/** `lineNumber` and `columnNumber` are 0-based. `url` is the author's own file where a source map led there. */
export interface CallFrame {
  functionName: string;
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** Which call caused each sample. In a file written by us the samples are in order and `timeDeltas` are not negative. */
export interface CpuProfileAttribution {
  version: 1;
  /** One per sample: a request number of the run (> 0), or one of `SampleOwner`. */
  requestOfSample: number[];
  /** Tool names; `toolOfRequest[i]` says for request number `requests[i]` its index here. */
  tools: string[];
  requests: number[];
  toolOfRequest: number[];
  /** Add to a profile timestamp (microseconds) for the run's clock. */
  clockOffsetUs: number;
}

/** What a sample belongs to when it is no tool call. */
export const SampleOwner = {
  /** Idle, or busy with nothing that we know: timers and background work of the server. */
  none: 0,
  startup: -1,
  /** initialize, lists, ping: the protocol's own requests. */
  protocol: -2,
  gc: -3,
} as const;

/** V8's allocation profile (`HeapProfiler.SamplingHeapProfile`). Sizes in bytes, scaled by V8 to estimate the total. */
export interface HeapProfile {
  head: HeapProfileNode;
  samples?: { size: number; nodeId: number; ordinal: number }[];
}

export interface HeapProfileNode {
  callFrame: CallFrame;
  selfSize: number;
  id: number;
  children: HeapProfileNode[];
}
