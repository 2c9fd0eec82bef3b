import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { RunRecord } from '../../model/run.ts';

/** Whether a document is another than the run measured: unsaved edits, or a file that has changed. */
export async function isStale(document: vscode.TextDocument, run: RunRecord): Promise<boolean> {
  return document.isDirty || (await fileChangedSince(document.uri.fsPath, run));
}

/** Whether the SHA-1 of a file is not the run's; a file that the run did not hash is judged by its time. */
export async function fileChangedSince(file: string, run: RunRecord): Promise<boolean> {
  const hash = run.hotLines.find((h) => h.file === file && h.fileHash !== null)?.fileHash;
  const uri = vscode.Uri.file(file);
  try {
    if (hash != null) return createHash('sha1').update(await vscode.workspace.fs.readFile(uri)).digest('hex') !== hash;
    return (await vscode.workspace.fs.stat(uri)).mtime > Date.parse(run.startedAt) + run.durationUs / 1000;
  } catch {
    return true; // the file is gone
  }
}

/** The author's files that a run says something about. */
export function filesOf(run: RunRecord): Set<string> {
  return new Set([...run.hotLines.filter((h) => h.own).map((h) => h.file), ...run.findings.flatMap((f) => (f.file === null ? [] : [f.file]))]);
}
