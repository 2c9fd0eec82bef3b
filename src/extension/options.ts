import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { defaultLoadOptions } from '../app/loadOptions.ts';
import type { ClientStubs } from '../model/engine.ts';
import type { LoadOptions } from '../model/load.ts';
import type { Budgets, ProfileOptions } from '../model/run.ts';
import { setting, type Host } from './host.ts';

/** The options of a run as the settings say. */
export function optionsFromSettings(): ProfileOptions {
  const budgets = Object.fromEntries(Object.entries(setting('budgets')).filter(([, limit]) => typeof limit === 'number')) as Budgets;
  return {
    callsPerTool: setting('callsPerTool'),
    concurrency: setting('concurrency'),
    cpu: setting('cpu'),
    heap: setting('heap'),
    protocol: setting('protocol'),
    requestTimeoutMs: Math.round(setting('requestTimeout') * 1000),
    initializeTimeoutMs: Math.round(setting('initializeTimeout') * 1000),
    bodies: setting('keepBodies'),
    budgets,
  };
}

/** The defaults of a load test, with what the settings say. */
export function loadOptionsFromSettings(): LoadOptions {
  return {
    ...defaultLoadOptions,
    protocol: setting('protocol'),
    requestTimeoutMs: Math.round(setting('requestTimeout') * 1000),
    initializeTimeoutMs: Math.round(setting('initializeTimeout') * 1000),
    caps: { perSecond: setting('load.maxRate'), durationS: setting('load.maxDuration'), processes: setting('load.maxProcesses') },
  };
}

export function stubsFromSettings(): ClientStubs {
  const samplingText = setting('stubs.samplingText');
  return {
    ...(samplingText === '' ? {} : { samplingText }),
    elicitation: { action: setting('stubs.elicitation') },
    roots: (vscode.workspace.workspaceFolders ?? []).map((f) => f.uri.toString()),
  };
}

/** The folder that receives runs; outside a workspace one in the storage of the extension. */
export function outDir(host: Host): string {
  const configured = setting('outDir');
  if (isAbsolute(configured)) return configured;
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder ? join(folder.uri.fsPath, configured) : join(host.context.globalStorageUri.fsPath, 'runs');
}
