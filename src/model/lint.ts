import type { Finding, Severity } from './finding.ts';

/** Offsets in UTF-16 units. Edits of one fix do not overlap. */
export interface TextEdit {
  file: string;
  start: number;
  end: number;
  text: string;
}

/** What was typed: the text between two offsets became another. Of several each is in terms of the text after those before it. */
export interface TextChange {
  start: number;
  end: number;
  text: string;
}

export interface Fix {
  title: string;
  /** `safe`: the program does the same afterwards, only better. `scaffold`: a start, to be looked at; its title or `explain` says what it does. */
  kind: 'safe' | 'scaffold';
  edits: TextEdit[];
  explain?: string;
}

/**
 * A finding in the source. `tools` are the names of all handlers that reach it; `path` is the shortest way from one of
 * them, the culprit last. `severity` follows the settings.
 */
export interface CodeFinding extends Finding {
  /** How sure the reading is: `high` for what is written out, lower where names were followed through types or many hops. */
  confidence: 'high' | 'medium' | 'low';
  file: string;
  /** 1-based lines; 0-based columns in UTF-16 units. */
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** `HandlerInfo.id` of every handler that reaches it; empty for what concerns the whole server. */
  handlers: string[];
  /** The first one is the preferred one. */
  fixes: Fix[];
}

/** A registration in the source. */
export interface HandlerInfo {
  id: string;
  /** Null where it is computed at run time. */
  name: string | null;
  kind: 'tool' | 'resource' | 'prompt' | 'tools/list' | 'resources/list' | 'prompts/list' | 'other';
  language: 'typescript' | 'javascript' | 'python';
  file: string;
  line: number;
  column: number;
  endLine: number;
  /** Name of the package or folder that it belongs to. */
  server: string;
}

/** What a user sets about the rules. */
export interface LintSettings {
  /** A rule's severity, or `off`. What is not named keeps its own. */
  severities: Readonly<Record<string, Severity | 'off'>>;
  /** Names of further functions, decorators or base classes that register a handler: `registerMyTool`, `app.mytool`, `MyBaseTool`. */
  handlers: readonly string[];
}

export interface LintReport {
  /** Files that were analysed. */
  files: number;
  handlers: HandlerInfo[];
  /** By file and line; what a run confirmed before all others. */
  findings: CodeFinding[];
  /** Milliseconds. */
  timings: { read: number; parse: number; resolve: number; rules: number; total: number };
  /** What was left out and why: files too large, not text, timed out. */
  skipped: { file: string; reason: string }[];
  /** Findings that a comment suppressed; `findings` is without them. */
  suppressed: SuppressedFinding[];
  /** Comments that suppress nothing. */
  unusedSuppressions: { file: string; line: number }[];
  /** Our own: a rule or a reader that threw; the rest goes on. A message with its stack each. */
  defects: string[];
}

export interface SuppressedFinding {
  finding: CodeFinding;
  /** What stands behind `--` in the comment. */
  reason: string | null;
}

/** The levels of `--fail-on` and of the settings, the gravest first. */
export const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
