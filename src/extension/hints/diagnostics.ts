import { isAbsolute } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { groupBy } from '../../model/groupBy.ts';
import type { Finding, Severity, SourceFrame } from '../../model/finding.ts';
import type { CodeFinding } from '../../model/lint.ts';
import type { Code } from '../code.ts';
import { ruleScheme } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setting, settingChanged } from '../host.ts';
import type { LatestRun, RunList } from '../runList.ts';
import { fileChangedSince } from './staleness.ts';

/** Of our diagnostics; what code actions know them by. */
export const source = 'MCP Profiler';

/** VS Code takes half a millisecond for each; a workspace may have thousands. */
const filesAtOnce = 20;

/** Findings at the culprit's line: of the code, with what the newest runs measured there, and what only a run can see. */
export function findingDiagnostics(code: Code, runs: RunList): Disposable {
  const store = createStore();
  const collection = store.add(vscode.languages.createDiagnosticCollection('mcpProfiler'));
  let queue: Promise<void> = Promise.resolve();

  /** Draws the diagnostics of some files anew; null: of all. One after the other, as reading runs takes time. */
  function show(files: ReadonlySet<string> | null): void {
    queue = queue.then(async () => {
      const latest = setting('editorHints') ? await runs.latest() : [];
      const inCode = setting('editorHints') ? groupBy(code.current().findings, (f) => f.file) : new Map<string, CodeFinding[]>();
      const all = [...(files ?? [...shownIn(collection), ...inCode.keys(), ...latest.flatMap(({ run }) => run.findings.flatMap((f) => f.file ?? []))])];
      const asked = [...new Set(all)];
      for (let at = 0; at < asked.length; at += filesAtOnce) {
        if (at > 0) await setImmediate();
        const entries: [vscode.Uri, vscode.Diagnostic[]][] = [];
        for (const file of asked.slice(at, at + filesAtOnce)) entries.push([vscode.Uri.file(file), await diagnosticsOf(file, inCode.get(file) ?? [], latest)]);
        collection.set(entries);
      }
    });
  }

  store.add(code.onDidChange((files) => show(files)));
  store.add(runs.onDidChange(() => show(null)));
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'editorHints') && show(null)));
  store.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => collection.has(uri) && show(new Set([uri.fsPath]))));
  show(null);
  return store;
}

function shownIn(collection: vscode.DiagnosticCollection): string[] {
  const files: string[] = [];
  collection.forEach(({ fsPath }) => files.push(fsPath));
  return files;
}

async function diagnosticsOf(file: string, inCode: readonly CodeFinding[], latest: readonly LatestRun[]): Promise<vscode.Diagnostic[]> {
  const diagnostics = inCode.map((finding) => toDiagnostic(finding, new vscode.Range(finding.line - 1, finding.column, finding.endLine - 1, finding.endColumn), false));
  const confirmed = new Set(inCode.filter((f) => f.evidence === 'confirmed').map(placeOf));
  for (const { run } of latest) {
    const measured = run.findings.filter((f) => f.file === file && f.line !== null && !confirmed.has(placeOf(f)));
    const stale = measured.length > 0 && (await fileChangedSince(file, run));
    for (const finding of measured) {
      const { line, endLine } = finding;
      diagnostics.push(toDiagnostic(finding, new vscode.Range(line! - 1, 0, (endLine ?? line!) - 1, Number.MAX_SAFE_INTEGER), stale));
    }
  }
  return diagnostics;
}

const placeOf = ({ rule, line }: Finding) => `${rule} ${line ?? ''}`;

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function toDiagnostic(finding: Finding, range: vscode.Range, stale: boolean): vscode.Diagnostic {
  const message = `${finding.message} ${finding.help}${stale ? '\nStale: the file has changed since the run.' : ''}`;
  const diagnostic = new vscode.Diagnostic(range, message, stale ? vscode.DiagnosticSeverity.Hint : severities[finding.severity]);
  diagnostic.source = source;
  diagnostic.code = { value: finding.rule, target: vscode.Uri.from({ scheme: ruleScheme, path: `/${finding.rule}.md` }) };
  const hops = finding.path.filter((frame) => isAbsolute(frame.file));
  // a single one is the culprit's own line
  if (hops.length > 1) diagnostic.relatedInformation = hops.map(hopOf);
  return diagnostic;
}

function hopOf({ file, line, functionName }: SourceFrame): vscode.DiagnosticRelatedInformation {
  return new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.file(file), new vscode.Position(line - 1, 0)), functionName || '(anonymous)');
}
