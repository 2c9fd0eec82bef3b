import type { Severity } from '../model/finding.ts';
import type { Fix } from '../model/lint.ts';
import type { FunctionRef, Handler, Program, Reach } from './code/program.ts';
import type { Language, Span } from './code/summary.ts';
import type { LanguageVisitors, Observer, SourceFile } from './code/syntax.ts';

/** The static half of a rule. */
export interface CodeRule {
  languages: readonly ('typescript' | 'python')[];
  /**
   * Calls that matter to it, one row each, by the name that they have in `Target.external` (`fs.readFileSync`); `.*` at the
   * end stands for every member. `check` finds them with `program.hits(id)`.
   */
  sinks?: readonly Sink[];
  /** What it must see in the syntax tree; `check` finds what they noted with `program.facts(id)`. */
  visitors?: LanguageVisitors;
  /** What it asks for of what others look for, too. */
  observes?: readonly Observer[];
  /** Every finding in the workspace, in any order; one for each culprit line (the first one of a line counts). */
  check(program: Program): Iterable<CodeReport>;
  /**
   * Edits for a finding, the preferred one first; called once for each finding, with the file parsed anew where it was not open.
   * A `safe` one must parse, make the finding go, and change nothing when applied again.
   */
  fixes?(report: CodeReport, source: SourceFile, program: Program): Fix[];
  /**
   * Whole small files. Everything in `bad` that the rule must find has `// FINDS` (`# FINDS`) at the end of its line; `good`
   * gives no finding of this rule. `fixed` is `bad` after its safe fixes, to the letter. The marks are taken out before.
   */
  examples: readonly Example[];
}

export interface Example {
  title: string;
  language: Language;
  bad: string;
  good: string;
  fixed?: string;
  /** Versions of packages that the example supposes. */
  versions?: Readonly<Record<string, string>>;
}

/** A row of a table of sinks; rules add columns of their own. */
export interface Sink {
  name: string;
  language: 'typescript' | 'python';
}

/** What a rule has found, before settings and suppressions. */
export interface CodeReport {
  file: string;
  span: Span;
  /** The function that the culprit stands in. */
  function: FunctionRef;
  /** Default: the rule's. */
  severity?: Severity;
  /** Default `high`. */
  confidence?: 'high' | 'medium' | 'low';
  /** One sentence without its path and handlers: these are appended. Code in backticks. */
  message: string;
  help: string;
  /** How handlers get there. Null for a finding that concerns the server as a whole. */
  reach: Reach | null;
  /** Instead of `reach.handlers`, where the finding is one handler's only. */
  handlers?: readonly Handler[];
  /** The rule's own, for its `fixes`. */
  data?: unknown;
}
