import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { markerVariable } from './strays.ts';

let reaper: ChildProcess | null = null;
const guarded = new Map<string, number>();

/**
 * Makes sure that the processes of a run end even when this one is killed. The reaper is started with the first run
 * and leaves with the last. Call the returned function when the run has left no process.
 */
export function guardRun(marker: string): () => void {
  guarded.set(marker, (guarded.get(marker) ?? 0) + 1);
  reaper ??= startReaper();
  tell(`run ${marker}`);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    const left = guarded.get(marker)! - 1;
    if (left > 0) return void guarded.set(marker, left);
    guarded.delete(marker);
    tell(`done ${marker}`);
    if (guarded.size > 0) return;
    reaper?.stdin?.end();
    reaper = null;
  };
}

/** Names a process group of a guarded run, so that members without the marker end with it. */
export function guardGroup(marker: string, group: number): void {
  tell(`group ${marker} ${group}`);
}

function tell(line: string) {
  reaper?.stdin?.write(`${line}\n`);
}

function startReaper(): ChildProcess {
  // bundled it stands beside us; in the source tree Node runs the TypeScript
  const bundled = join(import.meta.dirname, 'reaper.cjs');
  const path = existsSync(bundled) ? bundled : join(import.meta.dirname, 'reaper.ts');
  const child = spawn(process.execPath, [path], {
    // a group of its own, so that what ends the engine's group does not end it
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: import.meta.dirname,
    // when the engine runs in Electron's Node, so must this
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: undefined, [markerVariable]: undefined },
    windowsHide: true,
  });
  // without a reaper a run still works: only a killed engine may then leave processes
  const forget = () => {
    if (reaper === child) reaper = null;
  };
  child.on('error', forget).on('exit', forget);
  child.stdin.on('error', forget);
  child.unref();
  // the pipe must not keep the engine alive
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
