import { realpathSync } from 'node:fs';
import inspector from 'node:inspector';
import { probeDepthVariable, probeFile, type Announcement } from '../contract.ts';
import type { Spool } from './spool.ts';

/**
 * Programs that only start others: not sampled, so that they start as fast as ever. A launcher that is not in this list
 * costs 20 ms and is let go later; a server can't be mistaken for one, as these are files of well-known packages.
 */
const launchers =
  /[\\/](npm[\\/]bin[\\/](npm|npx)-cli\.js|pnpm[\\/](bin|dist)[\\/][^\\/]+|pnpm\.c?js|yarn[\\/](bin|lib)[\\/][^\\/]+|yarn-[\d.]+\.c?js|corepack[\\/]dist[\\/][^\\/]+|tsx[\\/]dist[\\/]cli\.[cm]?js|nodemon[\\/]bin[\\/]nodemon\.js|cross-env[\\/].+\.js|dotenv-cli[\\/]cli\.js|concurrently[\\/]dist[\\/]bin[\\/].+\.js)$/;

/** Tells the engine of this process, before any of the server's code runs; opens the inspector unless it is a launcher. */
export function announce(spool: Spool, launcher: boolean): { close(): void } | null {
  const depth = Number(process.env[probeDepthVariable] ?? 0) + 1;
  process.env[probeDepthVariable] = String(depth);
  let inspectorUrl: string | null = null;
  let problem: string | null = null;
  if (!launcher) {
    try {
      // a server started with --inspect has one already
      if (inspector.url() === undefined) inspector.open(0, '127.0.0.1');
      inspectorUrl = inspector.url() ?? null;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  const { pid, ppid, argv, execPath, version } = process;
  const announcement: Announcement = { pid, ppid, depth, argv, execPath, version, inspectorUrl, launcher, problem };
  spool.note(probeFile.announced(pid), JSON.stringify(announcement));
  return inspectorUrl === null ? null : inspector;
}

export function isLauncher(): boolean {
  if (process.execArgv.some((arg) => arg === '--watch' || arg.startsWith('--watch-path'))) return true;
  const script = process.argv[1];
  if (script === undefined) return false;
  try {
    return launchers.test(realpathSync(script));
  } catch {
    return false; // `node name` without its extension
  }
}
