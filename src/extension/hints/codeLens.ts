import * as vscode from 'vscode';
import { commands } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setting, settingChanged } from '../host.ts';
import { findRegistrations } from '../registrations.ts';
import type { RunList } from '../runList.ts';
import { lensText } from './lensText.ts';
import { filesOf, isStale } from './staleness.ts';

const languages = ['typescript', 'javascript', 'typescriptreact', 'javascriptreact', 'python'];

/** The figures of a tool above the line that registers it. */
export function toolLenses(runs: RunList): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  store.add(runs.onDidChange(() => changed.fire()));
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'editorHints') && changed.fire()));
  store.add(vscode.workspace.onDidSaveTextDocument(() => changed.fire()));
  store.add(
    vscode.languages.registerCodeLensProvider(
      languages.map((language) => ({ language, scheme: 'file' })),
      {
        onDidChangeCodeLenses: changed.event,
        async provideCodeLenses(document) {
          if (!setting('editorHints')) return [];
          const lenses: vscode.CodeLens[] = [];
          for (const { dir, run } of await runs.latest()) {
            const places = findRegistrations(
              document.getText(),
              run.tools.map((t) => t.name),
              filesOf(run).has(document.uri.fsPath),
            );
            if (places.length === 0) continue;
            const stale = await isStale(document, run);
            for (const { tool, line } of places) {
              const summary = run.tools.find((t) => t.name === tool)!;
              lenses.push(
                new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
                  title: lensText(summary, stale),
                  tooltip: 'Show the findings of this tool',
                  command: commands.showFindings,
                  arguments: [{ dir, tool }],
                }),
              );
            }
          }
          return lenses;
        },
      },
    ),
  );
  return store;
}
