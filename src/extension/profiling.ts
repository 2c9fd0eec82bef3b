import * as vscode from 'vscode';
import { UserError } from '../model/errors.ts';
import type { Choice, ToolOffer } from '../model/engine.ts';
import type { LoadRequest } from '../model/load.ts';
import type { ToPanel } from '../model/panel.ts';
import type { ServerSpec } from '../model/server.ts';
import { commands, contexts } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { runInEngine, type EngineJob, type EngineRun } from './engine.ts';
import { fromFailure, registerCommand, showError, type ErrorActions } from './errors.ts';
import { setContext, type Host } from './host.ts';
import { createLiveLoad, createLiveRun } from './liveRun.ts';
import { optionsFromSettings, outDir, stubsFromSettings } from './options.ts';
import type { Panels } from './panel.ts';
import { loadText, profileText } from './progressText.ts';
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
  /** A load test; without it a profile. */
  load?: Pick<LoadRequest, 'options' | 'workload' | 'allowRemote'>;
}

export interface Profiling extends Disposable {
  /** False while a run goes on; then the user is told, and may stop it. To be asked before any other question. */
  isFree(): boolean;
  /** The run's folder; undefined when the user backed out or the run failed (which has been shown then). */
  start(job: Job): Promise<string | undefined>;
  /** Id of the configured server that is being profiled or load-tested. */
  runningServer(): string | undefined;
  onDidStartOrEnd: vscode.Event<void>;
  /** Fires with the folder of every run that left one, also of a failed one. */
  onDidRun: vscode.Event<string>;
}

interface Reported {
  text: string;
  /** Null while nobody knows. */
  percent: number | null;
}

/** One run at a time, profile or load test: two would spoil each other's timings. */
export function createProfiling(host: Host, panels: Panels): Profiling {
  const store = createStore();
  const onDidRun = store.add(new vscode.EventEmitter<string>());
  const startOrEnd = store.add(new vscode.EventEmitter<void>());
  let current: EngineRun | null = null;
  let serverId: string | undefined;
  let stopped = false;
  const setCurrent = (run: EngineRun | null, job?: Job) => {
    current = run;
    if (run) stopped = false;
    serverId = job?.serverId;
    void setContext(contexts.running, run !== null);
    startOrEnd.fire();
  };
  const stop = () => {
    stopped = true;
    current?.stop();
  };
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
    const live = createLiveRun(job.title);
    const liveLoad = job.load && createLiveLoad(job.title, job.load.options);
    let panel: ReturnType<Panels['follow']> | undefined;
    const follow = () => (panel ??= panels.follow(liveLoad ?? live, folder));
    const tell = (message: ToPanel) => panel?.tell(message);
    let lastDir: string | undefined;
    let called = 0;

    try {
      const dir = await withProgress(job.load ? 'Load testing' : 'Profiling', job.title, (report) => {
        const run = runInEngine(host.dist('cli.cjs'), engineJob(job, folder), {
          ...(job.choose ? { choose: job.choose } : {}),
          onProgress(p) {
            lastDir = p.runDir;
            called = p.done;
            logServerVoice(host.log, job.title, p.events);
            // the panel comes with the first call: until then there is a question to answer, or nothing to see
            if (p.stage === 'calling') follow();
            tell(live.add(p));
            report({ text: profileText(p), percent: p.total > 0 ? (p.done / p.total) * 100 : null });
          },
          onLoadProgress(p) {
            lastDir = p.runDir;
            called += p.interval?.sent ?? 0;
            if (p.interval) follow();
            if (liveLoad) tell(liveLoad.add(p));
            report({ text: loadText(p), percent: p.done * 100 });
          },
          onOutput: (text) => host.log.info(`engine: ${text}`),
        });
        setCurrent(run, job);
        return run.done;
      });
      const { deleteRun, readRun } = await import('../app/runs.ts');
      const run = await readRun(dir);
      if (run.status === 'cancelled' && called === 0) {
        panel?.ended();
        await deleteRun(dir);
        sayNothingToKeep();
        return undefined;
      }
      await follow().finished(dir);
      onDidRun.fire(dir);
      if (run.failure) void showError(host, fromFailure(run.failure), actions(job));
      return dir;
    } catch (error) {
      panel?.ended();
      if (lastDir !== undefined) onDidRun.fire(lastDir);
      if (stopped && error instanceof UserError && error.code === 'nothing-to-call') sayNothingToKeep();
      else void showError(host, error, actions(job));
      return undefined;
    } finally {
      setCurrent(null);
    }
  }

  const sayNothingToKeep = () => void vscode.window.showInformationMessage('The run was stopped before its first call: there is nothing to keep.');

  const actions = ({ openConfiguration }: Job): ErrorActions => ({ ...(openConfiguration ? { openConfiguration } : {}), openRun: (dir) => panels.openRun(dir) });

  /** A notification with a stop button, and an item in the status bar for those who closed it. */
  function withProgress(doing: string, title: string, run: (report: (p: Reported) => void) => Promise<string>): Promise<string> {
    const item = vscode.window.createStatusBarItem('mcpProfiler.running', vscode.StatusBarAlignment.Left);
    item.name = 'MCP Profiler';
    item.text = `$(loading~spin) ${doing}`;
    item.tooltip = `${doing} ${title}. Click to stop and keep the results.`;
    item.command = commands.stop;
    item.show();
    const options: vscode.ProgressOptions = { location: vscode.ProgressLocation.Notification, title: `${doing} ${title}`, cancellable: true };
    return Promise.resolve(
      vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(stop);
        let shown = 0;
        return run(({ text, percent }) => {
          progress.report({ message: text, increment: Math.max(0, (percent ?? 0) - shown) });
          shown = Math.max(shown, percent ?? 0);
          item.text = `$(loading~spin) ${doing} ${percent === null ? '' : `${Math.floor(percent)}%`}`;
        });
      }),
    ).finally(() => item.dispose());
  }

  return { isFree, start, runningServer: () => serverId, onDidStartOrEnd: startOrEnd.event, onDidRun: onDidRun.event, dispose: () => store.dispose() };
}

function engineJob({ spec, choice, load }: Job, outDir: string): EngineJob {
  if (load) return { type: 'load', request: { server: spec, choice, outDir, ...load } };
  return { type: 'profile', request: { server: spec, choice, options: optionsFromSettings(), outDir, stubs: stubsFromSettings() } };
}
