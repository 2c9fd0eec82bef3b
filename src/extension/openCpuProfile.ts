import * as vscode from 'vscode';
import { commands } from './contributions.ts';
import type { Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';
import type { Panels } from './panel.ts';

/** Opens any .cpuprofile in our Flame tab: the one given (explorer, editor title), else one that the user picks. */
export function openCpuProfile(host: Host, panels: Panels): Disposable {
  return registerCommand(host, commands.openCpuProfile, async (uri?: vscode.Uri) => {
    const file = uri ?? (await pickFile());
    if (file) panels.openProfile(file);
  });
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({ title: 'Open a CPU profile', filters: { 'CPU profile': ['cpuprofile'] }, openLabel: 'Open in Flame View' });
  return files?.[0];
}
