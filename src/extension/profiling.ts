import * as vscode from 'vscode';
import { formatCount } from '../model/format.ts';
import type { Choice, ProfileProgress, ToolOffer } from '../model/engine.ts';
import type { ServerSpec } from '../model/server.ts';
import { commands, contexts } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { runInEngine, type EngineRun } from './engine.ts';
import { fromFailure, registerCommand, showError, type ErrorActions } from './errors.ts';
import { setContext, type Host } from './host.ts';
import { optionsFromSettings, outDir, stubsFromSettings } from './options.ts';
import type { Panels } from './panel.ts';
import { requireTrust } from './trust.ts';
import { logServerVoice } from './serverVoice.ts';

export interface Job {
  title: string;
  /** Of a configured server. */
  serverId?: string;
  spec: ServerSpec;
  choice: Choice;
  /** Asked when the server has listed its tools; without it `choice` counts. */
  choose?: (tools: ToolOffer[], signal: AbortSignal) => Promise<Choice | null>;
  openConfiguration?: () => unknown;
}

export interface Profiling extends Disposable {
  /** False while a run goes on; then the user is told, and may stop it. To be asked before any other question. */
  isFree(): boolean;
  /** The run's folder; undefined when the user backed out or the run failed (which has been shown then). */
  start(job: Job): Promise<string | undefined>;
  /** Id of the configured server that is being profiled. */
  runningServer(): string | undefined;
  onDidStartOrEnd: vscode.Event<void>;
  /** Fires with the folder of every run that left one, also of a failed one. */
  onDidRun: vscode.Event<string>;
}

/** One run at a time: two would spoil each other's timings. */
export function createProfiling(host: Host, panels: Panels): Profiling {
  const store = createStore();
  const onDidRun = store.add(new vscode.EventEmitter<string>());
  const startOrEnd = store.add(new vscode.EventEmitter<void>());
  let current: EngineRun | null = null;
  let serverId: string | undefined;
  const setCurrent = (run: EngineRun | null, job?: Job) => {
    current = run;
    serverId = job?.serverId;
    void setContext(contexts.running, run !== null);
    startOrEnd.fire();
  };
  const stop = () => current?.stop();
  store.add(registerCommand(host, commands.stop, stop));
  store.add({ dispose: () => current?.dispose() });

  function isFree(): boolean {
    if (!current) return true;
    const stopIt = 'Stop It and Keep Results';
    void vscode.window.showWarningMessage('A run is going on. Two at a time would spoil each other’s timings.', stopIt).then((answer) => answer === stopIt && stop());
    return false;
  }

  async function start(job: Job): Promise<string | undefined> {
    requireTrust();
    if (!isFree()) return undefined;
    const folder = outDir(host);
    let panel: ReturnType<Panels['follow']> | undefined;
    let lastDir: string | undefined;
    let called = 0;
    try {
      const dir = await withProgress(job.title, (progress) => {
        const run = runInEngine(
          host.dist('cli.cjs'),
          { server: job.spec, choice: job.choice, options: optionsFromSettings(), outDir: folder, stubs: stubsFromSettings() },
          {
            ...(job.choose ? { choose: job.choose } : {}),
            onProgress(p) {
              lastDir = p.runDir;
              called = p.done;
              logServerVoice(host.log, job.title, p.events);
              // the panel comes with the first call: until then there is a question to answer, or nothing to see
              if (p.stage === 'calling') panel ??= panels.follow(job.title, folder);
              panel?.progress(p);
              progress(p);
            },
            onOutput: (text) => host.log.info(`engine: ${text}`),
          },
        );
        setCurrent(run, job);
        return run.done;
      });
      const { deleteRun, readRun } = await import('../app/runs.ts');
      const run = await readRun(dir);
      if (run.status === 'cancelled' && called === 0) {
        panel?.ended();
        await deleteRun(dir);
        void vscode.window.showInformationMessage('The run was stopped before its first call: there is nothing to keep.');
        return undefined;
      }
      panel ??= panels.follow(job.title, folder);
      await panel.finished(dir);
      onDidRun.fire(dir);
      if (run.failure) void showError(host, fromFailure(run.failure), actions(job));
      return dir;
    } catch (error) {
      panel?.ended();
      if (lastDir !== undefined) onDidRun.fire(lastDir);
      void showError(host, error, actions(job));
      return undefined;
    } finally {
      setCurrent(null);
    }
  }

  const actions = ({ openConfiguration }: Job): ErrorActions => ({ ...(openConfiguration ? { openConfiguration } : {}), openRun: (dir) => panels.openRun(dir) });

  /** A notification with a stop button, and an item in the status bar for those who closed it. */
  function withProgress(title: string, run: (report: (p: ProfileProgress) => void) => Promise<string>): Promise<string> {
    const item = vscode.window.createStatusBarItem('mcpProfiler.running', vscode.StatusBarAlignment.Left);
    item.name = 'MCP Profiler';
    item.text = '$(loading~spin) Profiling';
    item.tooltip = `Profiling ${title}. Click to stop and keep the results.`;
    item.command = commands.stop;
    item.show();
    const options: vscode.ProgressOptions = { location: vscode.ProgressLocation.Notification, title: `Profiling ${title}`, cancellable: true };
    return Promise.resolve(
      vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(stop);
        let shown = 0;
        return run((p) => {
          const percent = p.total > 0 ? (p.done / p.total) * 100 : 0;
          progress.report({ message: message(p), increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
          item.text = `$(loading~spin) Profiling ${p.total > 0 ? `${Math.floor(percent)}%` : ''}`;
        });
      }),
    ).finally(() => item.dispose());
  }

  return { isFree, start, runningServer: () => serverId, onDidStartOrEnd: startOrEnd.event, onDidRun: onDidRun.event, dispose: () => store.dispose() };
}

function message({ stage, done, total }: ProfileProgress): string {
  switch (stage) {
    case 'starting':
      return 'starting the server…';
    case 'listing':
      return 'listing its tools…';
    case 'choosing':
      return 'waiting for your choice of tools…';
    case 'calling':
      return `${formatCount(done)} of ${formatCount(total)} calls. Cancel stops and keeps the results.`;
    case 'memory':
      return `recording allocations, ${formatCount(done)} of ${formatCount(total)} calls`;
    case 'stopping':
      return 'ending the server…';
    case 'analysing':
      return 'working out the answer…';
  }
}
