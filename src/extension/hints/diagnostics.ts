import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Finding, Severity } from '../../model/finding.ts';
import { ruleScheme } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setting, settingChanged } from '../host.ts';
import type { LatestRun, RunList } from '../runList.ts';
import { fileChangedSince } from './staleness.ts';

/** Findings of the newest runs as diagnostics at the culprit's line. */
export function findingDiagnostics(runs: RunList): Disposable {
  const store = createStore();
  const collection = store.add(vscode.languages.createDiagnosticCollection('mcpProfiler'));

  async function show(): Promise<void> {
    const latest = setting('editorHints') ? await runs.latest() : [];
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const entry of latest) {
      const changedFiles = await changedSince(entry);
      for (const finding of entry.run.findings) {
        if (finding.file === null || finding.line === null) continue;
        const list = byFile.get(finding.file) ?? [];
        byFile.set(finding.file, list);
        list.push(toDiagnostic(finding, finding.line, changedFiles.has(finding.file)));
      }
    }
    collection.clear();
    for (const [file, diagnostics] of byFile) collection.set(vscode.Uri.file(file), diagnostics);
  }

  store.add(runs.onDidChange(() => void show()));
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'editorHints') && void show()));
  store.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => collection.has(uri) && void show()));
  void show();
  return store;
}

/** Files with findings that have changed on disk since the run. */
async function changedSince({ run }: LatestRun): Promise<Set<string>> {
  const files = new Set(run.findings.flatMap((f) => (f.file === null ? [] : [f.file])));
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

function toDiagnostic(finding: Finding, line: number, stale: boolean): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, 0, (finding.endLine ?? line) - 1, Number.MAX_SAFE_INTEGER);
  const message = `${finding.message} ${finding.help}${stale ? '\nStale: the file has changed since the run.' : ''}`;
  const diagnostic = new vscode.Diagnostic(range, message, stale ? vscode.DiagnosticSeverity.Hint : severities[finding.severity]);
  diagnostic.source = 'MCP Profiler';
  diagnostic.code = { value: finding.rule, target: vscode.Uri.from({ scheme: ruleScheme, path: `/${finding.rule}.md` }) };
  diagnostic.relatedInformation = finding.path.filter((frame) => isAbsolute(frame.file)).map(
    (frame) => new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.file(frame.file), new vscode.Position(frame.line - 1, 0)), frame.functionName || '(anonymous)'),
  );
  return diagnostic;
}
