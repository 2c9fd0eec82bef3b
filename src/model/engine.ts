import type { Failure } from './errors.ts';
import type { Outcome, Phase, RunEvent } from './trace.ts';
import type { LoadProgress, LoadRequest } from './load.ts';
import type { ProfileOptions } from './run.ts';
import type { ServerSpec } from './server.ts';

/** One tool as the server lists it, with what we would call it with. */
export interface ToolOffer {
  name: string;
  title: string | null;
  description: string | null;
  readOnly: boolean;
  destructive: boolean;
  inputSchema: unknown;
  /** Generated from the schema: examples, defaults and enums first. */
  sampleArgs: Record<string, unknown>;
}

/** What to call. Consent rules are applied to it by the engine, not by who fills it in. */
export interface Choice {
  /** Tools by name: consent to each unless it is destructive. Absent: those marked read-only. */
  tools?: string[];
  includeWrites?: boolean;
  includeDestructive?: boolean;
  /** Arguments for the tools named, or (key `*`) for all. */
  args?: Record<string, Record<string, unknown>>;
}

export interface ProfileRequest {
  server: ServerSpec;
  choice: Choice;
  options: ProfileOptions;
  /** Folder that receives the run's folder. */
  outDir: string;
  /** How requests of the server to its client are answered. */
  stubs?: ClientStubs;
}

export interface ImportRequest {
  /** The result that an exported locustfile has written. */
  file: string;
  /** Folder that receives the run's folder. */
  outDir: string;
}

/** Fixed answers to what a server may ask of its client. */
export interface ClientStubs {
  /** Text of every sampling/createMessage answer. */
  samplingText?: string;
  /** Action and content of every elicitation/create answer. */
  elicitation?: { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, unknown> };
  /** file:// URIs for roots/list. */
  roots?: string[];
}

/** Progress of a run: at most ten a second, cumulative, so that a reader may drop any of them. */
export interface ProfileProgress {
  stage: 'starting' | 'listing' | 'choosing' | 'calling' | 'memory' | 'stopping' | 'analysing';
  /** Calls done and planned, all tools. */
  done: number;
  total: number;
  runDir: string;
  /** Names of the tools as the server listed them, once known: their order gives them their colours. */
  tools?: string[];
  /** Requests that ended since the last progress, in arrays of one length; `atUs` is the end. */
  ended: { atUs: number[]; latencyUs: number[]; tool: string[]; outcome: Outcome[]; phase: Phase[] };
  /** Log, progress and memory events since the last, and what the server said elsewhere. */
  events: RunEvent[];
}

/** Extension -> engine process, over Node's IPC channel. One run at a time per engine process. */
export type ToEngine =
  | { type: 'profile'; request: ProfileRequest; ask: boolean }
  | { type: 'load'; request: LoadRequest; ask: boolean }
  | { type: 'import'; request: ImportRequest }
  | { type: 'chosen'; choice: Choice | null }
  /** End now and keep what was measured. */
  | { type: 'stop' };

/** Engine process -> extension. */
export type FromEngine =
  | { type: 'progress'; progress: ProfileProgress }
  | { type: 'loadProgress'; progress: LoadProgress }
  /** With `ask`: the server has listed its tools; answer with `chosen` (null: the user backed out). */
  | { type: 'choose'; tools: ToolOffer[] }
  | { type: 'done'; runDir: string }
  | { type: 'failed'; failure: Failure };
