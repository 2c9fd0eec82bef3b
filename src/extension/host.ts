import * as vscode from 'vscode';
import { section, type SettingTypes } from './contributions.ts';

/** What every feature is given. */
export interface Host {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  /** Built files, absolute. */
  dist(file: string): string;
}

export function createHost(context: vscode.ExtensionContext): Host {
  const log = vscode.window.createOutputChannel('MCP Profiler', { log: true });
  context.subscriptions.push(log);
  return { context, log, dist: (file) => vscode.Uri.joinPath(context.extensionUri, 'dist', file).fsPath };
}

export function setting<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
  // package.json gives every setting a default, and contributions.test.ts checks that it does
  return vscode.workspace.getConfiguration(section).get<SettingTypes[K]>(key)!;
}

export const settingChanged = (e: vscode.ConfigurationChangeEvent, key: keyof SettingTypes) => e.affectsConfiguration(`${section}.${key}`);

export async function setContext(key: string, value: unknown): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
