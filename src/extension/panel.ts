import * as vscode from 'vscode';
import type { Link } from '../model/finding.ts';
import type { FromPanel, PanelContent, PanelState, ToPanel } from '../model/panel.ts';
import type { RunRecord } from '../model/run.ts';
import { commands, panelType } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { showError } from './errors.ts';
import type { Host } from './host.ts';
import type { LiveRun } from './liveRun.ts';
import { openSource } from './openSource.ts';
import { panelHtml } from './panelHtml.ts';

/** What a panel shows: a run's folder or any .cpuprofile. The text form survives a reload in the panel's state. */
type Subject = { kind: 'run'; dir: string } | { kind: 'profile'; uri: string };

interface Panel {
  webview: vscode.WebviewPanel;
  subject: Subject | null;
  live: Pick<LiveRun<never>, 'messages'> | null;
  /** Where to look first; used up by the next `show`. */
  at: Link | undefined;
}

export interface Panels extends Disposable {
  openRun(dir: string, at?: Link): Promise<void>;
  openProfile(uri: vscode.Uri): void;
  /** A panel that follows a run. `outDir` is the folder that the run's folder will be in. */
  follow(live: Pick<LiveRun<never>, 'title' | 'messages'>, outDir: string): { tell(message: ToPanel): void; finished(runDir: string): Promise<void>; ended(): void };
  closeRun(dir: string): void;
  /** The run shown by the panel that has the focus. */
  activeRun(): string | null;
}

export function createPanels(host: Host): Panels {
  const store = createStore();
  const panels = new Set<Panel>();
  const dist = vscode.Uri.joinPath(host.context.extensionUri, 'dist');

  store.add(
    vscode.window.registerWebviewPanelSerializer(panelType, {
      deserializeWebviewPanel(webview, state: PanelState | undefined) {
        const subject = fromKey(state?.key);
        if (subject) adopt(webview, subject);
        else webview.dispose();
        return Promise.resolve();
      },
    }),
  );

  function create(title: string, subject: Subject | null, folders: vscode.Uri[], preserveFocus: boolean): Panel {
    const beside = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const webview = vscode.window.createWebviewPanel(panelType, title, { viewColumn: beside, preserveFocus }, options(folders));
    return adopt(webview, subject);
  }

  const options = (folders: vscode.Uri[]): vscode.WebviewOptions => ({ enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(dist, 'webview'), ...folders] });

  function adopt(webview: vscode.WebviewPanel, subject: Subject | null): Panel {
    const panel: Panel = { webview, subject, live: null, at: undefined };
    panels.add(panel);
    const own = store.add(createStore());
    if (subject) webview.webview.options = options([folderOf(subject)]);
    webview.iconPath = new vscode.ThemeIcon('flame');
    own.add(webview.webview.onDidReceiveMessage((message: FromPanel) => void receive(panel, message).catch((e: unknown) => showError(host, e))));
    own.add(
      webview.onDidDispose(() => {
        panels.delete(panel);
        own.dispose();
      }),
    );
    webview.webview.html = panelHtml(webview.webview, dist);
    return panel;
  }

  const post = (panel: Panel, message: ToPanel) => void panel.webview.webview.postMessage(message);

  /** Sends everything a panel needs that has just been (re)loaded. */
  async function hydrate(panel: Panel) {
    if (panel.live) {
      for (const message of panel.live.messages()) post(panel, message);
      return;
    }
    if (!panel.subject) return;
    const content = await load(panel, panel.subject);
    const at = panel.at;
    panel.at = undefined;
    post(panel, { type: 'show', content, key: toKey(panel.subject), ...(at ? { at } : {}) });
  }

  async function load({ webview }: Panel, subject: Subject): Promise<PanelContent> {
    const url = (uri: vscode.Uri) => webview.webview.asWebviewUri(uri).toString();
    if (subject.kind === 'profile') {
      const uri = vscode.Uri.parse(subject.uri);
      const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
      webview.title = name;
      return { kind: 'profile', name, url: url(uri) };
    }
    const { readRun } = await import('../app/runs.ts');
    const run = await readRun(subject.dir);
    webview.title = run.title;
    const dir = vscode.Uri.file(subject.dir);
    return { kind: 'run', run, urls: Object.fromEntries(filesOf(run).map((file) => [file, url(vscode.Uri.joinPath(dir, file))])) };
  }

  async function receive(panel: Panel, message: FromPanel): Promise<void> {
    const dir = panel.subject?.kind === 'run' ? panel.subject.dir : undefined;
    switch (message.type) {
      case 'ready':
        return hydrate(panel);
      case 'openSource':
        return openSource(message.file, message.line, panel.webview.viewColumn);
      case 'showRule':
        await vscode.commands.executeCommand(commands.showRule, message.rule);
        return;
      case 'stop':
        await vscode.commands.executeCommand(commands.stop);
        return;
      case 'profileAgain':
        await vscode.commands.executeCommand(commands.profileAgain, dir);
        return;
      case 'profileTool':
        await vscode.commands.executeCommand(commands.profileTool, { tool: message.tool, dir });
        return;
      case 'export':
        await vscode.commands.executeCommand(commands.exportRun, dir);
        return;
      case 'saveWorkload':
        await vscode.commands.executeCommand(commands.saveWorkload, dir);
        return;
      case 'log':
        if (message.level === 'error') host.log.error(`panel: ${message.message}`);
        else host.log.warn(`panel: ${message.message}`);
        return;
    }
  }

  function open(title: string, subject: Subject, at?: Link) {
    const key = toKey(subject);
    const existing = [...panels].find((p) => p.subject !== null && toKey(p.subject) === key);
    if (existing) {
      // a hidden panel has no page that could listen; it gets its content, and the place, when it is shown
      if (!existing.webview.visible) existing.at = at;
      else if (at) post(existing, { type: 'reveal', at });
      existing.webview.reveal(undefined, false);
      return;
    }
    const panel = create(title, subject, [folderOf(subject)], false);
    panel.at = at;
  }

  return {
    async openRun(dir, at) {
      const { readRun } = await import('../app/runs.ts');
      const run = await readRun(dir);
      open(run.title, { kind: 'run', dir }, at);
    },
    openProfile: (uri) => open(uri.path.slice(uri.path.lastIndexOf('/') + 1), { kind: 'profile', uri: uri.toString() }),
    follow(live, outDir) {
      const panel = create(live.title, null, [vscode.Uri.file(outDir)], true);
      panel.live = live;
      return {
        tell: (message) => post(panel, message),
        async finished(dir) {
          panel.live = null;
          panel.subject = { kind: 'run', dir };
          if (panels.has(panel)) await hydrate(panel);
        },
        ended() {
          if (panel.subject === null) panel.webview.dispose();
        },
      };
    },
    closeRun(dir) {
      for (const p of [...panels]) if (p.subject?.kind === 'run' && p.subject.dir === dir) p.webview.dispose();
    },
    activeRun() {
      const active = [...panels].find((p) => p.webview.active);
      return active?.subject?.kind === 'run' ? active.subject.dir : null;
    },
    dispose: () => store.dispose(),
  };
}

const folderOf = (s: Subject) => (s.kind === 'run' ? vscode.Uri.file(s.dir) : vscode.Uri.joinPath(vscode.Uri.parse(s.uri), '..'));
const toKey = (s: Subject) => (s.kind === 'run' ? `run:${s.dir}` : `profile:${s.uri}`);

function fromKey(key: string | undefined): Subject | null {
  if (key?.startsWith('run:')) return { kind: 'run', dir: key.slice('run:'.length) };
  if (key?.startsWith('profile:')) return { kind: 'profile', uri: key.slice('profile:'.length) };
  return null;
}

function filesOf(run: RunRecord): string[] {
  if (run.files.load !== undefined) return [run.files.load];
  return [run.files.requests, run.files.messages, run.files.events, ...run.files.cpu.map((f) => f.file), ...run.files.heap.map((f) => f.file)];
}
