import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../model/errors.ts';
import type { Workload } from '../model/workload.ts';

export const workloadExtension = '.mcp-workload.json';
const mostFiles = 100;

/** Paths of the workload files of the workspace. */
export async function findWorkloads(): Promise<string[]> {
  const found = await vscode.workspace.findFiles(`**/*${workloadExtension}`, '**/node_modules/**', mostFiles);
  return found.filter((uri) => uri.scheme === 'file').map((uri) => uri.fsPath).sort();
}

/**
 * The workload for agents: the file that was picked, or the one of the workspace with a session. Null when the user
 * backs out.
 * @throws UserError `bad-argument` when no file has a session, and what reading a picked file throws.
 */
export async function sessionWorkload(picked: string | null, all: readonly string[]): Promise<Workload | null> {
  const { readWorkloadFile } = await import('./onDemand.ts');
  if (picked !== null) {
    const workload = await readWorkloadFile(picked);
    if (!workload.session) throw new UserError('bad-argument', `${basename(picked)} has no session.`, 'Describe in it what one agent does: {"session": {"steps": […]}}.');
    return workload;
  }
  const candidates: { path: string; workload: Workload }[] = [];
  for (const path of all) {
    // a file that cannot be read has no session; it is told of when it is picked
    const workload = await readWorkloadFile(path).catch(() => null);
    if (workload?.session) candidates.push({ path, workload });
  }
  if (candidates.length === 0) throw new UserError('bad-argument', 'Agents need a workload file with a session: what one of them does, step by step.', `Write a *${workloadExtension} with {"session": {"steps": […]}}, or save one from a run and add the session.`);
  if (candidates.length === 1) return candidates[0]!.workload;
  const items = candidates.map(({ path, workload }) => ({ label: basename(path), description: vscode.workspace.asRelativePath(path), detail: `${workload.session?.steps.length ?? 0} steps`, workload }));
  return (await vscode.window.showQuickPick(items, { title: 'Session of the agents', ignoreFocusOut: true }))?.workload ?? null;
}

/** Asks where to put the workload of a run, writes it and opens it. Undefined when the user backs out. */
export async function saveWorkload(runDir: string, file?: string): Promise<string | undefined> {
  const [{ workloadOfRun }, { readRun }] = await Promise.all([import('./onDemand.ts'), import('../app/runs.ts')]);
  const text = await workloadOfRun(runDir);
  const target = file === undefined ? await askPlace((await readRun(runDir)).title) : vscode.Uri.file(file);
  if (!target) return undefined;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(target);
  return target.fsPath;
}

function askPlace(title: string): Thenable<vscode.Uri | undefined> {
  const name = `${title.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'workload'}${workloadExtension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({ title: 'Save as workload', filters: { 'Workload of MCP Profiler': ['mcp-workload.json'] }, ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}) });
}
