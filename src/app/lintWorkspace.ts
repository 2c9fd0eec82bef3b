import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { LintReport, LintSettings } from '../model/lint.ts';
import { createLintClient } from './lint/client.ts';

export interface LintRequest {
  /** Files and folders. */
  paths: string[];
  settings: LintSettings;
}

/** Analyses sources once, in a worker. */
export async function lintWorkspace({ paths, settings }: LintRequest, { signal, onProgress }: { signal: AbortSignal; onProgress?: (progress: { done: number; total: number }) => void }): Promise<LintReport> {
  const absolute = paths.map((path) => resolve(path));
  for (const [i, path] of absolute.entries()) {
    if (!statSync(path, { throwIfNoEntry: false })) throw new UserError('bad-argument', `There is no file or folder ${paths[i]!}.`, 'Name files or folders with TypeScript, JavaScript or Python sources.');
  }
  const client = createLintClient(onProgress ? { onProgress } : {});
  const stop = () => client.dispose();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    await client.open(absolute, settings);
    return client.report();
  } finally {
    signal.removeEventListener('abort', stop);
    client.dispose();
  }
}
