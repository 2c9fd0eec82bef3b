import * as vscode from 'vscode';
import type { RunEntry } from '../../app/runs.ts';
import { formatRate, formatTime, formatUs } from '../../model/format.ts';
import { commands, contexts, items, views } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setContext } from '../host.ts';
import type { RunList } from '../runList.ts';

/** All runs of the out folder, newest first. */
export function runsView(runs: RunList): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<undefined>());
  const provider: vscode.TreeDataProvider<RunEntry> = {
    onDidChangeTreeData: changed.event,
    async getChildren(entry) {
      if (entry) return [];
      const list = await runs.list();
      void setContext(contexts.runsLoaded, true);
      return list;
    },
    getTreeItem(run) {
      const item = new vscode.TreeItem(run.title);
      item.id = run.dir;
      item.description = runDescription(run);
      item.tooltip = `${run.load ? 'Load test of ' : ''}${run.serverName}\n${run.dir}`;
      item.iconPath = new vscode.ThemeIcon(run.load && run.status === 'complete' ? 'dashboard' : icons[run.status]);
      item.contextValue = run.load ? items.loadRun : items.run;
      item.command = { command: commands.openRun, title: 'Open Run', arguments: [run.dir] };
      return item;
    },
  };
  store.add(vscode.window.createTreeView(views.runs, { treeDataProvider: provider }));
  store.add(runs.onDidChange(() => changed.fire(undefined)));
  return store;
}

export function runDescription(run: RunEntry): string {
  const parts = [...(run.load ? loadFigures(run.load) : []), formatTime(run.startedAt), formatUs(run.durationUs)];
  return (run.status === 'complete' ? parts : [run.status === 'running' ? 'interrupted' : run.status, ...parts]).join(' · ');
}

function loadFigures({ achieved, p99Us, capacity }: NonNullable<RunEntry['load']>): string[] {
  return [
    ...(capacity !== null ? [`holds ${formatRate(capacity)}`] : achieved !== null ? [formatRate(achieved)] : []),
    ...(p99Us !== null ? [`p99 ${formatUs(p99Us)}`] : []),
  ];
}

const icons: Record<RunEntry['status'], string> = { complete: 'graph', cancelled: 'debug-stop', failed: 'error', running: 'warning' };
