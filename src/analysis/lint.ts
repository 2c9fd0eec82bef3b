import { groupBy } from '../model/groupBy.ts';
import type { CodeFinding, Fix, HandlerInfo, LintReport, LintSettings, SuppressedFinding, TextChange } from '../model/lint.ts';
import { branchObserver } from './branches.ts';
import { aside, codeFinding, codeFindingId, culpritLine, handlerInfo } from './codeFinding.ts';
import { createFixes } from './codeFixes.ts';
import type { CodeReport } from './codeRule.ts';
import { flagFacts, flagVisitors } from './code/flags.ts';
import { handlerVisitors } from './code/handlers/index.ts';
import { lineOf } from './code/lines.ts';
import type { Parsers } from './code/parse.ts';
import type { Program, Project } from './code/program.ts';
import { summarisePython } from './code/python/index.ts';
import type { Suppression } from './code/summary.ts';
import type { RuleVisitors, SourceFile } from './code/syntax.ts';
import { summariseTypeScript } from './code/typescript/index.ts';
import { createWorkspace } from './code/workspace.ts';
import { follow } from './edits.ts';
import type { Rule } from './rule.ts';

/** Code under analysis: told of files as they come, change and go, it can be asked for its findings at any time. */
export interface Analysis {
  setProjects(projects: readonly Project[]): void;
  setSettings(settings: LintSettings): void;
  /**
   * A file as it is now. With `changes` (also none) it is open in an editor: its tree is kept and the next change parses
   * only what it touches. False where nothing could be made of it: no language of ours, or it took too long.
   */
  update(file: string, text: string, changes?: readonly TextChange[]): boolean;
  remove(file: string): void;
  /**
   * Everything that is known now, without fixes; the same object while nothing has changed. `onStep` is told of each part
   * of the work before it begins: a file whose calls are resolved, null for what concerns all of them.
   */
  report(onStep?: (on: string | null) => void): AnalysisReport;
  /** The fixes of a finding of the last report, the preferred one first. Ask file by file: then each file is parsed once. */
  fixesOf(findingId: string): Fix[];
}

export type AnalysisReport = Omit<LintReport, 'timings'> & { timings: Omit<LintReport['timings'], 'read' | 'total'> };

export interface AnalysisOptions {
  parsers: Parsers;
  rules: readonly Rule[];
  settings: LintSettings;
}

export function createAnalysis({ parsers, rules, settings: initial }: AnalysisOptions): Analysis {
  const visitors: RuleVisitors = new Map([
    ...handlerVisitors,
    [flagFacts, flagVisitors],
    [branchObserver.id, branchObserver],
    ...rules.flatMap(({ code }) => code?.observes ?? []).map((o) => [o.id, o] as const),
    ...rules.flatMap(({ id, code }) => (code?.visitors ? [[id, code.visitors] as const] : [])),
  ]);
  const workspace = createWorkspace(rules);
  /** Trees of the files that are open. */
  const open = new Map<string, SourceFile>();
  const skipped = new Map<string, string>();
  const broken = new Map<string, string>();
  const fixes = createFixes(parsers, { sourceOf: (file) => open.get(file) ?? null, textOf: (file) => workspace.textOf(file) });
  /** What is known of the programs of the last report; those that are the same need not be asked again. */
  let known = new Map<Program, ProgramReport>();
  let settings = initial;
  let parseMs = 0;
  let current: AnalysisReport | null = null;
  workspace.setHandlerNames(settings.handlers);

  function forget(file: string) {
    open.get(file)?.dispose();
    for (const map of [open, skipped, broken]) map.delete(file);
    current = null;
    fixes.forget();
  }
  function parse(file: string, text: string, changes: readonly TextChange[] | undefined): SourceFile | null {
    const source = open.get(file);
    if (!source || !changes || changes.length === 0) return parsers.parse(file, text);
    const { text: followed, edits } = follow(source.text, changes);
    return parsers.parse(file, text, followed === text ? { source, edits } : undefined);
  }

  function report(onStep: (on: string | null) => void = () => undefined): AnalysisReport {
    if (current) return current;
    const started = performance.now();
    const programs = workspace.programs(onStep);
    const resolved = performance.now();
    known = new Map(programs.map((program) => [program, known.get(program) ?? orDefect(() => reportOf(rules, settings, program, onStep))]));
    const all = [...known.values()];
    const timings = { parse: parseMs, resolve: resolved - started, rules: performance.now() - resolved };
    parseMs = 0;
    const handlers = all.flatMap((p) => p.handlers).sort(byPlace);
    current = {
      files: workspace.files.size,
      handlers,
      findings: quietInExamples(all.flatMap((p) => p.findings).sort(byPlace), handlers),
      suppressed: all.flatMap((p) => p.suppressed).sort((a, b) => byPlace(a.finding, b.finding)),
      unusedSuppressions: all.flatMap((p) => p.unusedSuppressions),
      skipped: [...skipped].map(([file, reason]) => ({ file, reason })),
      defects: [...broken.values(), ...all.flatMap((p) => p.defects)],
      timings,
    };
    return current;
  }

  return {
    setProjects(projects) {
      workspace.setProjects(projects);
      current = null;
    },
    setSettings(next) {
      settings = next;
      known = new Map();
      workspace.setHandlerNames(next.handlers);
      current = null;
    },
    update(file, text, changes) {
      const started = performance.now();
      const source = parse(file, text, changes);
      if (source && changes) source.open = { before: open.get(file)?.open?.now ?? null, now: null };
      forget(file);
      if (!source) {
        workspace.remove(file);
        skipped.set(file, 'could not be parsed in time');
        return false;
      }
      try {
        workspace.set((source.language === 'python' ? summarisePython : summariseTypeScript)(source, visitors), text);
      } catch (error) {
        // our own defect: this file is left out, the others go on
        workspace.remove(file);
        broken.set(file, `${file}: ${stackOf(error)}`);
        source.dispose();
        return false;
      } finally {
        parseMs += performance.now() - started;
      }
      if (changes) open.set(file, source);
      else source.dispose();
      return true;
    },
    remove(file) {
      forget(file);
      workspace.remove(file);
    },
    report,
    fixesOf(findingId) {
      const { defects } = report();
      try {
        for (const [program, { reported }] of known) {
          const found = reported.get(findingId);
          if (found) return fixes.of(found.rule, found.report, program);
        }
        return [];
      } catch (error) {
        // our own defect: this finding goes without
        defects.push(`fixes of ${findingId}: ${stackOf(error)}`);
        return [];
      }
    },
  };
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What there is to say of one program. */
interface ProgramReport extends Pick<AnalysisReport, 'handlers' | 'findings' | 'suppressed' | 'unusedSuppressions' | 'defects'> {
  /** The reports behind the findings, by their ids. */
  reported: ReadonlyMap<string, { rule: Rule; report: CodeReport }>;
}

/** Our own defect: nothing is said of this program, the others go on. */
function orDefect(report: () => ProgramReport): ProgramReport {
  try {
    return report();
  } catch (error) {
    return { handlers: [], findings: [], suppressed: [], unusedSuppressions: [], defects: [stackOf(error)], reported: new Map() };
  }
}

function reportOf(rules: readonly Rule[], settings: LintSettings, program: Program, onStep: (on: null) => void): ProgramReport {
  onStep(null);
  const handlers = program.handlers.map((h) => handlerInfo(h, program));
  const { reports, defects } = runRules(rules, settings, program, onStep);
  const all = reports.flatMap(({ rule, ofLine }) => codeFinding(rule, ofLine, program, settings) ?? []);
  const reported = new Map(reports.map(({ rule, ofLine: [report] }) => [codeFindingId(rule, report!, program), { rule, report: report! }]));
  const firstLine = ({ id }: CodeFinding) => {
    const { file, span } = reported.get(id)!.report;
    return lineOf(program, file, span);
  };
  return { handlers, ...suppress(all.sort(byPlace), firstLine, program, settings), defects, reported };
}

/** What each rule has to say, by culprit line. */
function runRules(rules: readonly Rule[], { severities }: LintSettings, program: Program, onStep: (on: null) => void) {
  const defects: string[] = [];
  const reports = rules.flatMap((rule) => {
    if (!rule.code || severities[rule.id] === 'off') return [];
    onStep(null);
    let byLine: CodeReport[][] = [];
    try {
      // a chain of calls is one culprit, whichever of them is told
      const byStart = groupBy(rule.code.check(program), (report) => `${lineOf(program, report.file, report.span)} ${report.file}`);
      byLine = [...groupBy(byStart.values(), ([first]) => `${culpritLine(first!, program)} ${first!.file}`).values()].map((groups) => groups.flat());
    } catch (error) {
      // our own defect: this rule is silent, the others go on
      defects.push(`${rule.id}: ${stackOf(error)}`);
      return [];
    }
    return byLine.map((ofLine) => ({ rule, ofLine }));
  });
  return { reports, defects };
}

/** Takes out what comments suppress, and finds the comments that do nothing. A comment is good for a chain of calls, too, that begins in its line. */
function suppress(findings: CodeFinding[], firstLine: (finding: CodeFinding) => number, program: Program, { severities }: LintSettings) {
  const used = new Set<Suppression>();
  const suppressed: SuppressedFinding[] = [];
  const left = findings.filter((finding) => {
    const by = program.files.get(finding.file)?.suppressions.find((s) => (s.line === finding.line || s.line === firstLine(finding)) && (s.rules.length === 0 || s.rules.includes(finding.rule)));
    if (!by) return true;
    used.add(by);
    suppressed.push({ finding, reason: by.reason });
    return false;
  });
  const unusedSuppressions = [...program.files.values()].flatMap(({ file, suppressions }) =>
    // what a rule that is switched off would say is not known
    suppressions.filter((s) => !used.has(s) && !s.rules.some((r) => severities[r] === 'off')).map(({ span }) => ({ file, line: lineOf(program, file, span) })),
  );
  return { findings: left, suppressed, unusedSuppressions };
}

const examples = /[\\/]examples?[\\/]/;

/** What stands in a folder of examples beside a server is there to be read, often another's. */
function quietInExamples(findings: readonly CodeFinding[], handlers: readonly HandlerInfo[]): CodeFinding[] {
  const beside = new Map<string, boolean>();
  const isBeside = (folder: string) => {
    let found = beside.get(folder);
    if (found === undefined) beside.set(folder, (found = handlers.some(({ file }) => file.startsWith(folder) && !examples.test(file.slice(folder.length - 1)))));
    return found;
  };
  return findings.flatMap((finding) => {
    const at = finding.file.search(examples);
    if (at < 0 || !isBeside(finding.file.slice(0, at + 1))) return [finding];
    const severity = aside(finding.severity);
    return severity === null ? [] : [{ ...finding, severity }];
  });
}

function byPlace(a: CodeFinding | HandlerInfo, b: CodeFinding | HandlerInfo): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
