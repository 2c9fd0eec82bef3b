import { basename } from 'node:path';
import * as vscode from 'vscode';
import { serverSources, type ConfigProblem, type ServerDefinition } from '../../model/server.ts';
import { contexts, items, views } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { setContext } from '../host.ts';
import type { Profiling } from '../profiling.ts';
import type { Servers } from '../servers.ts';
import { targetText } from '../targetText.ts';

export type ServerNode =
  | { kind: 'source'; label: string; children: ServerNode[] }
  | { kind: 'server'; server: ServerDefinition }
  | { kind: 'problem'; problem: ConfigProblem };

/** Servers by the place that configures them. Reads nothing before it is visible. */
export function serversView(servers: Servers, profiling: Profiling): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<undefined>());
  const provider: vscode.TreeDataProvider<ServerNode> = {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (node) return node.kind === 'source' ? node.children : [];
      const found = await servers.list();
      void setContext(contexts.serversLoaded, true);
      return group(found.servers, found.problems);
    },
    getTreeItem: (node) => toItem(node, profiling.runningServer()),
  };
  const view = store.add(vscode.window.createTreeView(views.servers, { treeDataProvider: provider, showCollapseAll: true }));
  store.add(view.onDidChangeVisibility(({ visible }) => visible && servers.watch()));
  store.add(servers.onDidChange(() => changed.fire(undefined)));
  store.add(profiling.onDidStartOrEnd(() => changed.fire(undefined)));
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire(undefined)));
  return store;
}

function group(servers: ServerDefinition[], problems: ConfigProblem[]): ServerNode[] {
  const groups: ServerNode[] = [];
  for (const { id, label } of serverSources) {
    const children = servers.filter((s) => s.source === id).map((server): ServerNode => ({ kind: 'server', server }));
    if (children.length > 0) groups.push({ kind: 'source', label, children });
  }
  if (problems.length > 0) groups.push({ kind: 'source', label: 'Problems', children: problems.map((problem): ServerNode => ({ kind: 'problem', problem })) });
  return groups;
}

function toItem(node: ServerNode, runningServer: string | undefined): vscode.TreeItem {
  switch (node.kind) {
    case 'source': {
      const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
      item.id = `source:${node.label}`;
      return item;
    }
    case 'server': {
      const { server } = node;
      const blocked = server.fromWorkspace && !vscode.workspace.isTrusted;
      const item = new vscode.TreeItem(server.name);
      item.id = server.id;
      const running = server.id === runningServer;
      item.description = blocked ? 'workspace not trusted' : running ? 'being measured' : targetText(server.launch);
      item.tooltip = `${targetText(server.launch)}\n${server.file}:${server.line + 1}${blocked ? '\nIt is not started: the workspace is not trusted.' : ''}`;
      item.iconPath = new vscode.ThemeIcon(blocked ? 'lock' : running ? 'loading~spin' : server.launch.transport === 'stdio' ? 'terminal' : 'globe');
      item.contextValue = blocked ? items.blockedServer : items.server;
      return item;
    }
    case 'problem': {
      const { file, line, column, message } = node.problem;
      const item = new vscode.TreeItem(message);
      item.description = `${basename(file)}:${line + 1}`;
      item.tooltip = `${message}\n${file}:${line + 1}:${column + 1}`;
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      const at = new vscode.Position(line, column);
      item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.file(file), { selection: new vscode.Range(at, at) }] };
      return item;
    }
  }
}
