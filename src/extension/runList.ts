import * as vscode from 'vscode';
import type { RunEntry } from '../app/runs.ts';
import type { RunRecord } from '../model/run.ts';
import { createStore, type Disposable } from './disposables.ts';
import { settingChanged, type Host } from './host.ts';
import { outDir } from './options.ts';

/** A run with its whole record. */
export interface LatestRun {
  dir: string;
  run: RunRecord;
}

export interface RunList extends Disposable {
  /** Newest first. Reads the folder the first time, and again after a change. */
  list(): Promise<RunEntry[]>;
  /** The newest run with figures of each server: what the editor and the Tools view show. */
  latest(): Promise<LatestRun[]>;
  refresh(): void;
  onDidChange: vscode.Event<void>;
}

export function createRunList(host: Host): RunList {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  let known: Promise<RunEntry[]> | null = null;
  let knownLatest: Promise<LatestRun[]> | null = null;

  function refresh() {
    known = null;
    knownLatest = null;
    changed.fire();
  }
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'outDir') && refresh()));
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));

  const list = () => (known ??= read(host));
  return {
    list,
    latest: () => (knownLatest ??= list().then((entries) => readLatest(host, entries))),
    refresh,
    onDidChange: changed.event,
    dispose: () => store.dispose(),
  };
}

async function read(host: Host): Promise<RunEntry[]> {
  const { listRuns } = await import('../app/runs.ts');
  return listRuns(outDir(host));
}

async function readLatest(host: Host, entries: RunEntry[]): Promise<LatestRun[]> {
  const { readRun } = await import('../app/runs.ts');
  const latest = new Map<string, LatestRun>();
  for (const { dir, serverName, status, load } of entries) {
    // times under load are no times of a tool: the editor shows those of a profile
    if (status === 'running' || load !== null || latest.has(serverName)) continue;
    try {
      const run = await readRun(dir);
      if (run.tools.length > 0) latest.set(serverName, { dir, run });
    } catch (error) {
      // one damaged run must not hide the others
      host.log.warn(`${dir}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return [...latest.values()];
}
