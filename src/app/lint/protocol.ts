import type { CodeFinding, Fix, HandlerInfo, LintReport, LintSettings, TextChange } from '../../model/lint.ts';

/** What the worker is asked to do. Each is answered with what has changed by it. */
export type LintRequest =
  /** Everything anew: paths, settings, the texts of open documents, files to leave alone with the reason. `withFixes`: all findings come with theirs; else they are asked for. */
  | { do: 'open'; paths: string[]; settings: LintSettings; documents: { file: string; text: string }[]; skip: { file: string; reason: string }[]; withFixes: boolean }
  | { do: 'settings'; settings: LintSettings }
  /** A document was opened: from now on its text counts, not the file's. */
  | { do: 'openDocument'; file: string; text: string }
  | { do: 'edit'; file: string; changes: TextChange[] }
  | { do: 'closeDocument'; file: string }
  /** Files were made, changed or removed on disk. */
  | { do: 'refresh'; files: string[] };

export type ToWorker = { id: number } & (LintRequest | { do: 'fixes'; finding: string });

export type FromWorker =
  /** What it works on now: a file, or null for a step that concerns all of the `files`. How much is done is told where everything is made anew. */
  | { type: 'working'; on: string | null; files: number; progress: Progress | null }
  | { type: 'answer'; id: number; update: LintUpdate }
  | { type: 'fixes'; id: number; fixes: Fix[] }
  | { type: 'failed'; id: number; message: string; stack: string };

/** Counts parts of the work: what there is to do for a file, or for all of them. */
export interface Progress {
  done: number;
  total: number;
}

/** What has changed since the last answer. */
export interface LintUpdate {
  /** Files whose findings are others now, with all that they have; none: it has no more. */
  changed: { file: string; findings: CodeFinding[] }[];
  /** All of them; null while they are the same. */
  handlers: HandlerInfo[] | null;
  files: number;
  skipped: LintReport['skipped'];
  suppressed: LintReport['suppressed'];
  unusedSuppressions: LintReport['unusedSuppressions'];
  defects: string[];
  timings: LintReport['timings'];
}
