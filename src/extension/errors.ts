import * as vscode from 'vscode';
import { UserError, type Failure } from '../model/errors.ts';
import { commands } from './contributions.ts';
import type { Disposable } from './disposables.ts';
import type { Host } from './host.ts';

/** The user backed out of a question. Nothing is shown: they know. */
export class Cancelled extends Error {}

/** Rebuilds what the engine process reported, so that it is shown like an error of our own. */
export function fromFailure(failure: Failure): Error {
  if (failure.code === 'bug') return Object.assign(new Error(failure.message), { stack: failure.stack });
  const error = new UserError(failure.code, failure.message, failure.hint);
  if (failure.runDir) error.runDir = failure.runDir;
  return error;
}

export interface ErrorActions {
  /** Opens the place that defines the server. */
  openConfiguration?: () => unknown;
  /** Shows what was measured before the failure. */
  openRun?: (dir: string) => unknown;
}

/** Shows an error once, with its next step; a bug goes to the output channel with its stack. */
export async function showError(host: Host, error: unknown, actions: ErrorActions = {}): Promise<void> {
  if (error instanceof Cancelled) return;
  const log = 'Show Log';
  if (!(error instanceof UserError)) {
    host.log.error(error instanceof Error ? error : String(error));
    const chosen = await vscode.window.showErrorMessage(`MCP Profiler has hit a defect of its own: ${error instanceof Error ? error.message : String(error)}`, log);
    if (chosen === log) host.log.show(true);
    return;
  }
  host.log.warn(`${error.code}: ${error.message} ${error.hint}`);
  const buttons = new Map<string, () => unknown>();
  if (error.runDir !== undefined && actions.openRun) {
    const dir = error.runDir;
    buttons.set('Open Partial Run', () => actions.openRun?.(dir));
  }
  if (error.code === 'untrusted-workspace') buttons.set('Manage Workspace Trust', () => vscode.commands.executeCommand('workbench.trust.manage'));
  else if (actions.openConfiguration) buttons.set('Open Configuration', actions.openConfiguration);
  buttons.set(log, () => vscode.commands.executeCommand(commands.showOutput));
  const chosen = await vscode.window.showErrorMessage(`${error.message} ${error.hint}`, ...buttons.keys());
  if (chosen !== undefined) await buttons.get(chosen)?.();
}

/** Registers a command whose failures are shown. The command's promise still carries its result to other callers. */
export function registerCommand(host: Host, id: string, run: (...args: never[]) => unknown): Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      // whoever calls a command knows its arguments; the types end here
      return await run(...(args as never[]));
    } catch (error) {
      // not awaited: the message stays until the user closes it
      void showError(host, error);
      return undefined;
    }
  });
}
