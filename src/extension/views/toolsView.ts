import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Finding, Severity } from '../../model/finding.ts';
import { formatTime, formatUs } from '../../model/format.ts';
import type { CodeFinding, HandlerInfo } from '../../model/lint.ts';
import type { ToolSummary } from '../../model/run.ts';
import type { Code, CodeState } from '../code.ts';
import { commands, contexts, items, views } from '../contributions.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { registerCommand } from '../errors.ts';
import { setContext, type Host } from '../host.ts';
import { findingsText } from '../hints/lensText.ts';
import type { LatestRun, RunList } from '../runList.ts';
import { byServer, handlerLabel, runOfServer } from '../toolRuns.ts';

/** A tool, in the newest run of its server or in the source alone; also the argument of the commands that work on one. */
export interface ToolRef {
  tool: string;
  /** Of the run; without it the server is asked for. */
  dir?: string;
}

export type ToolNode =
  | { kind: 'server'; name: string; handlers: HandlerInfo[]; latest: LatestRun | null }
  | ({ kind: 'handler'; handler: HandlerInfo } & ToolRef)
  /** In a run, but not in the source of this workspace. */
  | ({ kind: 'tool'; dir: string } & ToolRef)
  | { kind: 'finding'; finding: CodeFinding };

/** Half a line is analysed too while somebody types, and VS Code draws all of a tree anew, which takes the window a second for some hundred handlers. */
const restMs = 1000;

/** Every handler of the workspace by server, with its findings and the figures of the newest run; then tools that only runs know. */
export function toolsView(host: Host, code: Code, runs: RunList): Disposable {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<undefined>());
  let state = code.current();
  let latest: LatestRun[] = [];
  const runIn = (dir: string | undefined) => latest.find((e) => e.dir === dir)?.run ?? null;

  const provider: vscode.TreeDataProvider<ToolNode> = {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (!node) {
        [state, latest] = await Promise.all([code.ready(), runs.latest()]);
        await setContext(contexts.codeRead, true);
        return servers(state.handlers, latest);
      }
      if (node.kind === 'server') return childrenOf(node);
      return node.kind === 'handler' ? state.findingsOf(node.handler.id).map((finding): ToolNode => ({ kind: 'finding', finding })) : [];
    },
    getParent: (node) => (node.kind === 'handler' ? servers(state.handlers, latest).find((s) => s.kind === 'server' && s.name === node.handler.server) : undefined),
    getTreeItem(node) {
      switch (node.kind) {
        case 'server':
          return serverItem(node, state);
        case 'handler':
          return handlerItem(node, state.findingsOf(node.handler.id), runIn(node.dir)?.tools.find((t) => t.name === node.tool));
        case 'tool': {
          const run = runIn(node.dir)!;
          const tool = run.tools.find((t) => t.name === node.tool)!;
          return toolItem(node.dir, tool, run.findings.filter((f) => f.tools.includes(tool.name)));
        }
        case 'finding':
          return findingItem(node.finding);
      }
    },
    // when it is pointed at: paths are looked up among the folders
    resolveTreeItem(item, node) {
      if (node.kind === 'handler') item.tooltip = handlerTooltip(node.handler, state.findingsOf(node.handler.id));
      if (node.kind === 'finding') item.tooltip = findingTooltip(node.finding);
      return item;
    },
  };
  const view = store.add(vscode.window.createTreeView(views.tools, { treeDataProvider: provider, showCollapseAll: true }));
  store.add(runs.onDidChange(() => changed.fire(undefined)));
  let pause: NodeJS.Timeout | undefined;
  store.add({ dispose: () => clearTimeout(pause) });
  store.add(
    code.onDidChange(() => {
      clearTimeout(pause);
      pause = setTimeout(() => changed.fire(undefined), restMs);
    }),
  );
  store.add(
    registerCommand(host, commands.revealHandler, async (id: string) => {
      await provider.getChildren();
      const node = servers(state.handlers, latest).flatMap((s) => (s.kind === 'server' ? childrenOf(s) : [])).find((n) => n.kind === 'handler' && n.handler.id === id);
      if (node) await view.reveal(node, { expand: true, focus: false });
    }),
  );
  return store;
}

function servers(handlers: HandlerInfo[], latest: LatestRun[]): ToolNode[] {
  const shown = new Set<LatestRun>();
  const nodes = [...byServer(handlers)].map(([name, own]): ToolNode => {
    const entry = runOfServer(own, latest);
    if (entry) shown.add(entry);
    return { kind: 'server', name, handlers: own, latest: entry };
  });
  return [...nodes, ...latest.filter((entry) => !shown.has(entry)).map((entry): ToolNode => ({ kind: 'server', name: entry.run.server.name, handlers: [], latest: entry }))];
}

function childrenOf({ handlers, latest }: ToolNode & { kind: 'server' }): ToolNode[] {
  const measured = new Set(latest?.run.tools.map((t) => t.name));
  const inSource = new Set(handlers.map((h) => h.name));
  return [
    ...handlers.map((handler): ToolNode => ({ kind: 'handler', handler, tool: handler.name ?? '', ...(latest && handler.name !== null && measured.has(handler.name) ? { dir: latest.dir } : {}) })),
    ...(latest?.run.tools ?? []).filter((t) => !inSource.has(t.name)).map((t): ToolNode => ({ kind: 'tool', dir: latest!.dir, tool: t.name })),
  ];
}

const languageNames: Record<HandlerInfo['language'], string> = { typescript: 'TypeScript', javascript: 'JavaScript', python: 'Python' };
const kindIcons: Record<HandlerInfo['kind'], string> = {
  tool: 'symbol-method',
  resource: 'symbol-file',
  prompt: 'comment',
  'tools/list': 'list-unordered',
  'resources/list': 'list-unordered',
  'prompts/list': 'list-unordered',
  other: 'symbol-event',
};

function serverItem({ name, handlers, latest }: ToolNode & { kind: 'server' }, state: CodeState): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `server ${name} ${latest?.dir ?? ''}`;
  item.iconPath = new vscode.ThemeIcon('server');
  const languages = [...new Set(handlers.map((h) => languageNames[h.language]))];
  const ids = new Set(handlers.map((h) => h.id));
  const findings = state.findings.filter((f) => f.handlers.some((id) => ids.has(id)));
  item.description = [...languages, findingsText(findings), latest && `run of ${formatTime(latest.run.startedAt)}`].filter(Boolean).join(' · ');
  return item;
}

function handlerItem(node: ToolNode & { kind: 'handler' }, findings: readonly CodeFinding[], summary: ToolSummary | undefined): vscode.TreeItem {
  const { handler } = node;
  const item = new vscode.TreeItem(handlerLabel(handler), findings.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  item.id = `handler ${handler.id}`;
  item.description = [...figures(summary), findingsText(findings)].filter(Boolean).join(' · ');
  item.accessibilityInformation = spoken(item, `${handler.kind} `);
  item.iconPath = worstIcon(findings) ?? new vscode.ThemeIcon(kindIcons[handler.kind]);
  if (handler.kind === 'tool' && handler.name !== null) item.contextValue = node.dir === undefined ? items.codeTool : items.tool;
  item.command = openAt(handler.file, handler.line, handler.column);
  return item;
}

const handlerTooltip = ({ kind, file, line }: HandlerInfo, findings: readonly CodeFinding[]) => [`${kind} in ${vscode.workspace.asRelativePath(file)}:${line}`, ...findings.map((f) => f.message)].join('\n');
const findingTooltip = ({ file, line, message, help }: CodeFinding) => `${vscode.workspace.asRelativePath(file)}:${line}\n${message} ${help}`;

function toolItem(dir: string, tool: ToolSummary, findings: Finding[]): vscode.TreeItem {
  const item = new vscode.TreeItem(tool.name);
  item.id = `${dir}/${tool.name}`;
  item.description = [...figures(tool), findingsText(findings)].filter(Boolean).join(' · ') || 'no figures';
  item.tooltip = [tool.description, `${tool.calls} calls`, ...findings.map((f) => f.message)].filter(Boolean).join('\n');
  item.accessibilityInformation = spoken(item, 'tool ');
  item.iconPath = worstIcon(findings) ?? new vscode.ThemeIcon('symbol-method');
  item.contextValue = items.tool;
  item.command = { command: commands.showFindings, title: 'Show Findings', arguments: [{ dir, tool: tool.name }] };
  return item;
}

function findingItem(finding: CodeFinding): vscode.TreeItem {
  const item = new vscode.TreeItem(finding.rule);
  item.description = `${basename(finding.file)}:${finding.line}`;
  item.accessibilityInformation = spoken(item, `${finding.severity} `);
  item.iconPath = severityIcon(finding.severity);
  item.command = openAt(finding.file, finding.line, finding.column);
  return item;
}

function figures(tool: ToolSummary | undefined): string[] {
  if (!tool) return [];
  const { p50, p95, max } = tool.latencyUs;
  return [p50 !== null && `p50 ${formatUs(p50)}`, p95 !== null && `p95 ${formatUs(p95)}`, max !== null && `max ${formatUs(max)}`].filter((part) => typeof part === 'string');
}

function worstIcon(findings: readonly Finding[]): vscode.ThemeIcon | null {
  const worst = (['error', 'warning'] as const).find((level) => findings.some((f) => f.severity === level));
  return worst ? severityIcon(worst) : null;
}

function severityIcon(severity: Severity): vscode.ThemeIcon {
  if (severity === 'error' || severity === 'warning') return new vscode.ThemeIcon(severity, new vscode.ThemeColor(`list.${severity}Foreground`));
  return new vscode.ThemeIcon(severity === 'information' ? 'info' : 'lightbulb');
}

/** What a screen reader says; else it would read the tooltip alone. */
const spoken = ({ label, description }: vscode.TreeItem, kind: string) => ({
  label: `${kind}${typeof label === 'object' ? label.label : (label ?? '')}, ${String(description)}`,
});

function openAt(file: string, line: number, column: number): vscode.Command {
  const at = new vscode.Position(line - 1, column);
  return { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.file(file), { selection: new vscode.Range(at, at) }] };
}
