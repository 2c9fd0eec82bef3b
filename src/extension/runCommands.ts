import * as vscode from 'vscode';
import type { RunEntry } from '../app/runs.ts';
import { commands } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';
import type { Panels } from './panel.ts';
import type { RunList } from './runList.ts';
import { runDescription } from './views/runsView.ts';
import type { ToolRef } from './views/toolsView.ts';

/** A run as commands are given it: its folder, an item of the Runs view, or nothing (then the user is asked). */
export type RunArgument = string | RunEntry | undefined;

/** Open, rename, delete, export and reveal runs. */
export function runCommands(host: Host, runs: RunList, panels: Panels): Disposable {
  const store = createStore();

  async function which(argument: RunArgument, title: string): Promise<string | undefined> {
    if (typeof argument === 'string') return argument;
    if (argument) return argument.dir;
    const active = panels.activeRun();
    return active ?? (await pick(title));
  }

  async function pick(title: string): Promise<string | undefined> {
    const list = await runs.list();
    if (list.length === 0) {
      void vscode.window.showInformationMessage('There are no runs yet.');
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(
      list.map((run) => ({ label: run.title, description: runDescription(run), dir: run.dir })),
      { title, matchOnDescription: true },
    );
    return picked?.dir;
  }

  store.add(
    registerCommand(host, commands.openRun, async (run: RunArgument) => {
      const dir = typeof run === 'string' ? run : (run?.dir ?? (await pick('Open a run')));
      if (dir !== undefined) await panels.openRun(dir);
    }),
  );
  store.add(
    registerCommand(host, commands.openLastRun, async () => {
      const [last] = await runs.list();
      if (last) await panels.openRun(last.dir);
      else void vscode.window.showInformationMessage('There are no runs yet.');
    }),
  );
  store.add(
    registerCommand(host, commands.renameRun, async (run: RunArgument, to?: string) => {
      const dir = await which(run, 'Rename a run');
      if (dir === undefined) return;
      const { readRun, renameRun } = await import('../app/runs.ts');
      const title = to ?? (await vscode.window.showInputBox({ title: 'Rename run', value: (await readRun(dir)).title, validateInput: (text) => (text.trim() === '' ? 'A name is needed.' : undefined) }));
      if (title === undefined) return;
      await renameRun(dir, title.trim());
      runs.refresh();
    }),
  );
  store.add(
    registerCommand(host, commands.deleteRun, async (run: RunArgument) => {
      const dir = await which(run, 'Delete a run');
      if (dir === undefined) return;
      const { deleteRun, readRun } = await import('../app/runs.ts');
      const answer = await vscode.window.showWarningMessage(`Delete the run “${(await readRun(dir)).title}”?`, { modal: true, detail: dir }, 'Delete');
      if (answer === undefined) return;
      await deleteRun(dir);
      panels.closeRun(dir);
      runs.refresh();
    }),
  );
  store.add(
    registerCommand(host, commands.exportRun, async (run: RunArgument, given?: { format: string; file: string }) => {
      const dir = await which(run, 'Export a run');
      if (dir === undefined) return;
      if (given) await (await import('../app/runs.ts')).exportRun(dir, given.format, given.file);
      else await askAndExport(dir);
    }),
  );
  store.add(
    registerCommand(host, commands.revealRun, async (run: RunArgument) => {
      const dir = await which(run, 'Reveal a run');
      if (dir !== undefined) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(dir));
    }),
  );
  store.add(
    registerCommand(host, commands.showFindings, async (ref: ToolRef & { dir: string }) => {
      await panels.openRun(ref.dir, { to: 'tab', tab: 'findings', tool: ref.tool });
    }),
  );
  store.add(registerCommand(host, commands.refreshRuns, () => runs.refresh()));
  return store;
}

async function askAndExport(dir: string): Promise<void> {
  const { exportFormats, exportRun: write, readRun } = await import('../app/runs.ts');
  const format = await vscode.window.showQuickPick(
    exportFormats.map((format) => ({ label: format.label, description: format.extension, format })),
    { title: 'Export the run as' },
  );
  if (!format) return;
  const { extension, id } = format.format;
  const name = `${(await readRun(dir)).id}${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(dir);
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), filters: { [format.label]: [extension.slice(1)] } });
  if (!target) return;
  await write(dir, id, target.fsPath);
  const answer = await vscode.window.showInformationMessage(`Exported to ${target.fsPath}.`, 'Open', 'Reveal');
  if (answer === 'Open' && extension === '.html') await vscode.env.openExternal(target);
  else if (answer === 'Open') await vscode.commands.executeCommand('vscode.open', target);
  else if (answer === 'Reveal') await vscode.commands.executeCommand('revealFileInOS', target);
}
