import * as vscode from 'vscode';
import type { Finding } from '../../model/finding.ts';
import { formatUs } from '../../model/format.ts';
import type { ToolSummary } from '../../model/run.ts';
import { commands, items, views } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import type { LatestRun, RunList } from '../runList.ts';

export type ToolNode = { kind: 'server'; entry: LatestRun } | ToolRef;
/** A tool in a run; also the argument of the commands that work on one. */
export interface ToolRef {
  kind?: 'tool';
  dir: string;
  tool: string;
}

/** Tools of each server with the figures of its newest run. */
export function toolsView(runs: RunList): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<undefined>());
  let shown: LatestRun[] = [];
  const provider: vscode.TreeDataProvider<ToolNode> = {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (!node) {
        shown = await runs.latest();
        return shown.map((entry): ToolNode => ({ kind: 'server', entry }));
      }
      if (node.kind !== 'server') return [];
      return node.entry.run.tools.map(({ name }): ToolNode => ({ kind: 'tool', dir: node.entry.dir, tool: name }));
    },
    getTreeItem(node) {
      if (node.kind === 'server') return serverItem(node.entry);
      const run = shown.find((e) => e.dir === node.dir)!.run;
      const tool = run.tools.find((t) => t.name === node.tool)!;
      return toolItem(node.dir, tool, run.findings.filter((f) => f.tools.includes(tool.name)));
    },
  };
  store.add(vscode.window.createTreeView(views.tools, { treeDataProvider: provider, showCollapseAll: true }));
  store.add(runs.onDidChange(() => changed.fire(undefined)));
  return store;
}

function serverItem({ run, dir }: LatestRun): vscode.TreeItem {
  const item = new vscode.TreeItem(run.server.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = dir;
  item.description = new Date(run.startedAt).toLocaleString();
  item.iconPath = new vscode.ThemeIcon('server');
  return item;
}

function toolItem(dir: string, tool: ToolSummary, findings: Finding[]): vscode.TreeItem {
  const { p50, p95, max } = tool.latencyUs;
  const figures = [p50 !== null && `p50 ${formatUs(p50)}`, p95 !== null && `p95 ${formatUs(p95)}`, max !== null && `max ${formatUs(max)}`];
  const worst = findings.some((f) => f.severity === 'error') ? 'error' : findings.some((f) => f.severity === 'warning') ? 'warning' : null;
  const item = new vscode.TreeItem(tool.name);
  item.id = `${dir}/${tool.name}`;
  item.description = [...figures, findings.length > 0 && `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`].filter((part) => typeof part === 'string').join(' · ') || 'no figures';
  item.tooltip = [tool.description, `${tool.calls} calls`, ...findings.map((f) => f.message)].filter(Boolean).join('\n');
  item.iconPath = worst ? new vscode.ThemeIcon(worst, new vscode.ThemeColor(`list.${worst}Foreground`)) : new vscode.ThemeIcon('symbol-method');
  item.contextValue = items.tool;
  item.command = { command: commands.showFindings, title: 'Show Findings', arguments: [{ dir, tool: tool.name }] };
  return item;
}
