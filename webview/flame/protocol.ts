import type { FrameTable } from './model/frames.ts';
import type { Tree } from './model/tree.ts';

/** How the time is laid out: as it went by, merged with the largest on the left, or around one function. */
export type Mode = 'time' | 'heavy' | 'sandwich';

/** What the run knows of its calls; all lists of requests run in parallel. */
export interface FlameContext {
  /** Tools with their colours (CSS), in the order of the run. */
  tools: readonly { name: string; colour: string }[];
  /** Request numbers, with the latency of each; NaN when unknown. */
  requests: { number: ArrayLike<number>; latencyUs: ArrayLike<number> };
  /** Folders (paths or file: URLs) whose code is the author's own; none: everything outside node_modules. */
  ownRoots: readonly string[];
}

export interface FlameFilter {
  /** Names; none for all. */
  tools?: readonly string[] | undefined;
  request?: number | undefined;
  /** Of each tool, the twentieth of its calls that took longest. */
  slowest?: boolean | undefined;
  /** Frames of others are taken out of the stacks; their time counts for the frame that called them. */
  ownOnly?: boolean | undefined;
  /** On the run's clock when the file has tools, else from the first sample. */
  fromUs?: number | undefined;
  toUs?: number | undefined;
}

/**
 * One picture: stacks side by side. Item i is the stack of `node[i]`, from `at[i]` to `at[i + 1]` microseconds.
 * Rows lie at `base + direction * depth`, so that callers can grow upwards.
 */
export interface Layer {
  tree: Tree;
  node: Int32Array;
  at: Float64Array;
  /** What colours an item, see `GROUP`: per item, or per node of the tree when `ofNode`. Null: colours go by file. */
  group: Uint16Array | null;
  groupOfNode: boolean;
  base: number;
  direction: 1 | -1;
  /** Nodes of less depth are not drawn. */
  minDepth: number;
  /** Representative items by level, see `mipOf`. */
  mip: Mip;
}

/** Level k (from 1) holds one item for each 2^k neighbours: `items[start[k] + (i >> k)]`. */
export interface Mip {
  items: Int32Array;
  start: Int32Array;
}

export interface View {
  mode: Mode;
  layers: Layer[];
  rows: number;
  /** Width of the picture in microseconds. */
  totalUs: number;
  /** Time in which something ran and that passes the filter. */
  busyUs: number;
  /** Per function, microseconds: its own, and with what it called (recursion counted once). */
  selfUs: Float64Array;
  functionTotalUs: Float64Array;
  /** Whose code each function is. */
  origins: Uint8Array;
  /** Function around which a sandwich is built; -1 in other modes. */
  focus: number;
}

/** What colours stand for. Tool i of the file has number `firstTool + i`. */
export const GROUP = { none: 0, startup: 1, protocol: 2, gc: 3, mixed: 4, firstTool: 5 } as const;

/** What is known of a profile once it is open. */
export interface Opened {
  frames: FrameTable;
  samples: number;
  nodes: number;
  durationUs: number;
  /** Time of the first sample: on the run's clock when there are tools, else 0. */
  startUs: number;
  tools: string[];
  /** Request numbers that have samples, and the tool of each (-1 when unknown). */
  requests: Int32Array;
  toolOfRequest: Int32Array;
  notices: string[];
}

/** Where a function's time went. */
export interface FunctionDetail {
  frame: number;
  /** By tool with the most time first; `calls` of `callsOfTool` calls had a sample in it. */
  tools: { tool: number; us: number; calls: number; callsOfTool: number }[];
  /** Time that belongs to no tool. */
  otherUs: number;
}

export type Question =
  | { ask: 'view'; mode: Mode; filter: FlameFilter; context: FlameContext | null; focus: number }
  | { ask: 'detail'; frame: number };

export type ToWorker =
  | { type: 'open'; id: number; data: Blob; context: FlameContext | null }
  | { type: 'ask'; id: number; question: Question };

export type FromWorker =
  | { type: 'progress'; id: number; bytes: number; totalBytes: number | null }
  | { type: 'opened'; id: number; opened: Opened; view: View }
  | { type: 'view'; id: number; view: View }
  | { type: 'detail'; id: number; detail: FunctionDetail }
  | { type: 'failed'; id: number; message: string };
