import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { grammarOf } from '../analysis/code/grammarOf.ts';
import { confirm } from '../analysis/confirm.ts';
import { readRun } from '../runs/store.ts';
import { UserError } from '../model/errors.ts';
import type { LintReport, LintSettings } from '../model/lint.ts';
import { createLintClient } from './lint/client.ts';

export interface LintRequest {
  /** Files and folders. */
  paths: string[];
  settings: LintSettings;
  /** Folder of a run of the same server: what it saw too is confirmed. */
  run?: string;
}

const hint = 'Name files or folders with TypeScript, JavaScript or Python sources.';

/** Analyses sources once, in a worker. */
export async function lintWorkspace({ paths, settings, run }: LintRequest, { signal, onProgress }: { signal: AbortSignal; onProgress?: (progress: { done: number; total: number }) => void }): Promise<LintReport> {
  const absolute = paths.map((path) => resolve(path));
  for (const [i, path] of absolute.entries()) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw new UserError('bad-argument', `There is no file or folder ${paths[i]!}.`, hint);
    if (!stats.isDirectory() && (!stats.isFile() || grammarOf(path) === null)) throw new UserError('bad-argument', `${paths[i]!} is no source in a language that is analysed.`, hint);
  }
  const record = run === undefined ? null : await readRun(resolve(run));
  const client = createLintClient(onProgress ? { onProgress } : {});
  const stop = () => client.dispose();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    await client.open(absolute, settings, { withFixes: true });
    const report = client.report();
    return record ? { ...report, findings: confirm(report.findings, record) } : report;
  } finally {
    signal.removeEventListener('abort', stop);
    client.dispose();
  }
}
