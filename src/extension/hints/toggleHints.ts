import * as vscode from 'vscode';
import { commands, section } from '../contributions.ts';
import type { Disposable } from '../disposables.ts';
import { registerCommand } from '../errors.ts';
import { setting, type Host } from '../host.ts';

/** Switches findings, hot lines and lenses in the editor off and on again. */
export function toggleHints(host: Host): Disposable {
  return registerCommand(host, commands.toggleEditorHints, async () => {
    const on = !setting('editorHints');
    await vscode.workspace.getConfiguration(section).update('editorHints', on, vscode.ConfigurationTarget.Global);
    vscode.window.setStatusBarMessage(`MCP Profiler: editor hints are ${on ? 'on' : 'off'}`, 3000);
  });
}
