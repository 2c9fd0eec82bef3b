import type { RunRecord } from '../model/run.ts';
import { linked, type Parts } from './say.ts';

/** `src/index.ts:42`, relative to the server's folder where it lies in it, and a link to the line. */
export function place(run: RunRecord, at: { file: string; line: number }): Parts {
  return linked(`${shortFile(run, at.file)}:${at.line}`, { to: 'source', file: at.file, line: at.line });
}

function shortFile({ server }: RunRecord, file: string): string {
  const slashed = file.replaceAll('\\', '/');
  const cwd = server.cwd?.replaceAll('\\', '/').replace(/\/$/, '');
  if (cwd && slashed.startsWith(`${cwd}/`)) return slashed.slice(cwd.length + 1);
  return slashed.split('/').slice(-2).join('/');
}

/** The author's own code: on disk, and neither Node's internals nor an installed package. */
export const isOwnFile = (file: string): boolean => /^(\/|[A-Za-z]:[\\/])/.test(file) && !/[\\/]node_modules[\\/]/.test(file);
