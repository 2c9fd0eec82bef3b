import * as vscode from 'vscode';
import type { CodeFinding, HandlerInfo } from '../../model/lint.ts';
import { codeLanguages, type Code } from '../code.ts';
import { commands } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setting, settingChanged } from '../host.ts';
import type { LatestRun, RunList } from '../runList.ts';
import { byServer, handlerLabel, runOfServer } from '../toolRuns.ts';
import { findingsText, lensText } from './lensText.ts';
import { isStale } from './staleness.ts';

/** Above each registration: what it is and what the newest run measured, its findings, and a way to profile it. */
export function handlerLenses(code: Code, runs: RunList): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  store.add(code.onDidChange(() => changed.fire()));
  store.add(runs.onDidChange(() => changed.fire()));
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'editorHints') && changed.fire()));
  store.add(vscode.workspace.onDidSaveTextDocument(() => changed.fire()));
  store.add(
    vscode.languages.registerCodeLensProvider(
      codeLanguages.map((language) => ({ language, scheme: 'file' })),
      {
        onDidChangeCodeLenses: changed.event,
        async provideCodeLenses(document) {
          if (!setting('editorHints')) return [];
          const { handlers, findingsOf } = await code.ready();
          const here = handlers.filter((h) => h.file === document.uri.fsPath);
          if (here.length === 0) return [];
          const latest = await runs.latest();
          const lenses: vscode.CodeLens[] = [];
          // a file of hundreds of tools is looked at once, not once for each
          for (const [server, own] of byServer(here)) {
            const run = runOfServer(handlers.filter((h) => h.server === server), latest);
            const stale = run !== null && (await isStale(document, run.run));
            for (const handler of own) lenses.push(...lensesOf(handler, findingsOf(handler.id), run, stale));
          }
          return lenses;
        },
      },
    ),
  );
  return store;
}

function lensesOf(handler: HandlerInfo, findings: readonly CodeFinding[], latest: LatestRun | null, stale: boolean): vscode.CodeLens[] {
  const range = new vscode.Range(handler.line - 1, handler.column, handler.line - 1, handler.column);
  const lens = (title: string, tooltip: string, command: string, ...args: unknown[]) => new vscode.CodeLens(range, { title, tooltip, command, arguments: args });
  const summary = handler.kind === 'tool' ? latest?.run.tools.find((t) => t.name === handler.name) : undefined;
  const lenses = [
    summary && latest
      ? lens(`${handler.kind} ${lensText(summary, stale)}`, 'Show what the newest run found for this tool', commands.showFindings, { dir: latest.dir, tool: summary.name })
      : lens(`${handler.kind.endsWith('/list') ? '' : `${handler.kind} `}${handlerLabel(handler)}`, 'Show it in the Tools view', commands.revealHandler, handler.id),
  ];
  if (findings.length > 0) lenses.push(lens(findingsText(findings), 'Show the places in the code', commands.peekFindings, handler.id));
  if (handler.kind === 'tool' && handler.name !== null) lenses.push(lens('Profile this tool', 'Start its server and measure its calls', commands.profileTool, { tool: handler.name, ...(summary && latest ? { dir: latest.dir } : {}) }));
  return lenses;
}
