import type { ProfileProgress } from './engine.ts';
import type { Link, RuleId } from './finding.ts';
import type { LoadInterval, LoadOptions, LoadProgress } from './load.ts';
import type { RunRecord } from './run.ts';

/** What the panel shows. Large arrays are not in here: `urls` says where each file of the run can be fetched. */
export type PanelContent =
  | { kind: 'run'; run: RunRecord; urls: Record<string, string> }
  /** A .cpuprofile that belongs to no run. */
  | { kind: 'profile'; name: string; url: string };

/**
 * What the panel keeps with `setState`. `key` is that of the last `show`: with it the extension finds the content again
 * when VS Code restores the panel after a reload. `view` is the panel's own business.
 */
export interface PanelState {
  key?: string;
  view?: unknown;
}

/** Extension (or report page) -> panel. */
export type ToPanel =
  | { type: 'show'; content: PanelContent; at?: Link; key?: string }
  /** A run has begun: the panel clears and follows it. */
  | { type: 'live'; title: string; what: 'profile' }
  /** `intervals`: what a load test has said already, when the panel comes late. */
  | { type: 'live'; title: string; what: 'load'; options: LoadOptions; intervals: readonly LoadInterval[] }
  | { type: 'progress'; progress: ProfileProgress }
  | { type: 'loadProgress'; progress: LoadProgress }
  | { type: 'reveal'; at: Link };

/** Panel -> extension. In the report page the commands are absent and sources are text. */
export type FromPanel =
  /** The panel (re)loaded and wants its content. */
  | { type: 'ready' }
  | { type: 'openSource'; file: string; line: number }
  /** The page that explains a rule. */
  | { type: 'showRule'; rule: RuleId }
  | { type: 'stop' }
  | { type: 'profileAgain' }
  | { type: 'profileTool'; tool: string }
  | { type: 'export' }
  /** What was called, as a workload file. */
  | { type: 'saveWorkload' }
  | { type: 'log'; level: 'error' | 'warning'; message: string };
