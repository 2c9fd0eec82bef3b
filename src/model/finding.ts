export type RuleId =
  | 'cpu-bound-handler'
  | 'blocking-call'
  | 'uncached-hot-tool'
  | 'duplicate-in-flight'
  | 'large-response'
  | 'tool-definition-cost'
  | 'cold-start'
  | 'slow-startup'
  | 'serialised-calls'
  | 'budget-exceeded'
  | 'sync-tool'
  | 'busy-wait'
  | 'lock-across-await'
  | 'client-per-call'
  | 'no-connection-reuse'
  | 'server-per-request'
  | 'unbounded-cache'
  | 'slow-list'
  | 'sequential-await'
  | 'unbounded-fan-out'
  | 'wasteful-serialisation'
  | 'missing-timeout'
  | 'ignored-cancellation'
  | 'compile-in-handler'
  | 'stdout-pollution'
  | 'polling'
  | 'overload-collapse';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Where a figure can be seen: a tab of the panel (with what to select there), or a place in the code. */
export type Link =
  | { to: 'tab'; tab: TabId; tool?: string; request?: number; frame?: SourceFrame }
  | { to: 'source'; file: string; line: number };

export const tabs = ['overview', 'latency', 'timeline', 'flame', 'memory', 'trace', 'findings', 'load'] as const;
export type TabId = (typeof tabs)[number];

/** `line` is 1-based. `file` is absolute where the source is on this machine. */
export interface SourceFrame {
  functionName: string;
  file: string;
  line: number;
}

export interface Finding {
  /** Stable across runs of the same server: rule, tool and place. */
  id: string;
  rule: RuleId;
  severity: Severity;
  /** `static`: seen in the code. `measured`: seen in a run. `confirmed`: both. */
  evidence: 'static' | 'measured' | 'confirmed';
  /** Tools it concerns, worst first. */
  tools: string[];
  /** One sentence with its figures. */
  message: string;
  /** What to do about it; one or two sentences. */
  help: string;
  /** Time a call could save, where that can be said; orders the list. */
  savedUsPerCall: number | null;
  /** The culprit in the author's own code; `line` and `endLine` are 1-based. */
  file: string | null;
  line: number | null;
  endLine: number | null;
  /** The figures behind the message, each with its unit and the place that shows it. */
  figures: { label: string; value: number; unit: Unit; link?: Link }[];
  /** Measured stacks or static paths from a handler to the culprit, outermost first. */
  path: SourceFrame[];
}

export type Unit = 'us' | 'bytes' | 'count' | 'ratio' | 'tokens' | 'per-second';

/** A sentence of the answer on top of every report; parts with a link are figures. */
export interface Sentence {
  parts: { text: string; link?: Link }[];
}
