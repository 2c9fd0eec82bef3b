import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';

/** Opens a line beside the panel that asks, and leaves the focus there. `line` is 1-based. */
export async function openSource(file: string, line: number, beside?: vscode.ViewColumn): Promise<void> {
  const uri = toUri(file);
  if (uri === null || !(await exists(uri))) {
    void vscode.window.showInformationMessage(whyMissing(file));
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const at = document.validateRange(new vscode.Range(line - 1, 0, line - 1, 0));
  await vscode.window.showTextDocument(document, {
    viewColumn: columnBeside(beside),
    selection: at,
    preserveFocus: beside !== undefined,
    preview: true,
  });
}

function columnBeside(panel: vscode.ViewColumn | undefined): vscode.ViewColumn {
  if (panel === undefined) return vscode.ViewColumn.Active;
  const other = vscode.window.visibleTextEditors.find((e) => e.viewColumn !== undefined && e.viewColumn !== panel);
  return other?.viewColumn ?? (panel === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One);
}

function toUri(file: string): vscode.Uri | null {
  if (file.startsWith('file:')) return vscode.Uri.parse(file);
  return isAbsolute(file) ? vscode.Uri.file(file) : null;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}

function whyMissing(file: string): string {
  if (file === '') return 'This function is part of the runtime and has no source file.';
  if (file.startsWith('node:')) return `${file} is part of Node.js itself; there is no file to open.`;
  if (file.startsWith('http:') || file.startsWith('https:')) return `${file} was loaded from the network and is not on this machine.`;
  return `${file} is not on this machine. The run was recorded elsewhere, the file has moved since, or its source map names a source that was not installed with it.`;
}
