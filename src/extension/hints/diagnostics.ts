import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
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

/** Findings at the culprit's line: of the code, with what the newest runs measured there, and what only a run can see. */
export function findingDiagnostics(code: Code, runs: RunList): Disposable {
  const store = createStore();
  const collection = store.add(vscode.languages.createDiagnosticCollection('mcpProfiler'));
  let queue: Promise<void> = Promise.resolve();

  /** Draws the diagnostics of some files anew; null: of all. One after the other, as reading runs takes time. */
  function show(files: ReadonlySet<string> | null): void {
    queue = queue.then(async () => {
      const byFile = setting('editorHints') ? await collect(code.current().findings, await runs.latest(), files) : new Map<string, vscode.Diagnostic[]>();
      if (files === null) {
        collection.clear();
        for (const [file, diagnostics] of byFile) collection.set(vscode.Uri.file(file), diagnostics);
      } else {
        for (const file of files) collection.set(vscode.Uri.file(file), byFile.get(file));
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

async function collect(inCode: readonly CodeFinding[], latest: readonly LatestRun[], files: ReadonlySet<string> | null): Promise<Map<string, vscode.Diagnostic[]>> {
  const isAsked = (file: string) => files === null || files.has(file);
  const byFile = new Map<string, vscode.Diagnostic[]>();
  const add = (file: string, diagnostic: vscode.Diagnostic) => {
    const list = byFile.get(file);
    if (list) list.push(diagnostic);
    else byFile.set(file, [diagnostic]);
  };
  for (const finding of inCode) {
    if (!isAsked(finding.file)) continue;
    const range = new vscode.Range(finding.line - 1, finding.column, finding.endLine - 1, finding.endColumn);
    add(finding.file, toDiagnostic(finding, range, false));
  }
  const confirmed = new Set(inCode.filter((f) => f.evidence === 'confirmed').map(placeOf));
  for (const entry of latest) {
    const asked = entry.run.findings.filter((f) => f.file !== null && isAsked(f.file));
    const changed = await changedSince(entry, asked);
    for (const finding of asked) {
      const { file, line, endLine } = finding;
      if (file === null || line === null || confirmed.has(placeOf(finding))) continue;
      add(file, toDiagnostic(finding, new vscode.Range(line - 1, 0, (endLine ?? line) - 1, Number.MAX_SAFE_INTEGER), changed.has(file)));
    }
  }
  return byFile;
}

const placeOf = ({ rule, file, line }: Finding) => `${rule} ${file ?? ''}:${line ?? ''}`;

/** Files of findings that have changed on disk since the run. */
async function changedSince({ run }: LatestRun, findings: readonly Finding[]): Promise<Set<string>> {
  const files = new Set(findings.flatMap((f) => (f.file === null ? [] : [f.file])));
  const changed = new Set<string>();
  for (const file of files) if (await fileChangedSince(file, run)) changed.add(file);
  return changed;
}

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
