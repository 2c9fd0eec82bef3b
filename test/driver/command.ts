import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process and everything it starts in its process group. */
export interface Group {
  readonly child: ChildProcess;
  /** Resolves with the exit code (null: ended by a signal, or never started). */
  readonly ended: Promise<number | null>;
  isRunning(): boolean;
  /** Ends the whole group: asked first, killed after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export interface StartOptions {
  cwd?: string;
  /** Added to our own environment; undefined removes. */
  env?: Record<string, string | undefined>;
  /** Receives every line of stdout and stderr. */
  onLine?: (line: string) => void;
  /** Asked every second by `runCommand`: true ends the command as if its time were up. */
  giveUp?: () => boolean;
}

export interface Finished {
  code: number | null;
  /** The last 2,000 lines of stdout and stderr. */
  lines: string[];
  timedOut: boolean;
}

/** Longer for those that may themselves have groups to stop. */
const driverGraceMs = 6000;
const defaultGraceMs = 2000;
const running = new Set<Group>();

/** Starts a command in a process group of its own, which never outlives us. */
export function startGroup(command: string, args: string[], options: StartOptions = {}): Group {
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => options.onLine?.(line));
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      options.onLine?.(`${command}: ${error.message}`);
      running.delete(group);
      resolve(null);
    });
    child.once('close', (code) => {
      signalGroup(child, 'SIGKILL'); // what it left behind
      running.delete(group);
      resolve(code);
    });
  });
  const stop = async (graceMs = defaultGraceMs): Promise<void> => {
    signalGroup(child, 'SIGTERM');
    const killer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(killer);
  };
  const group: Group = { child, ended, isRunning: () => running.has(group), stop };
  running.add(group);
  return group;
}

/** Runs a command to its end, for at most `timeoutMs`. */
export async function runCommand(command: string, args: string[], timeoutMs: number, options: StartOptions = {}): Promise<Finished> {
  const lines: string[] = [];
  const result = { timedOut: false };
  const group = startGroup(command, args, {
    ...options,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 2000) lines.shift();
      options.onLine?.(line);
    },
  });
  const deadline = Date.now() + timeoutMs;
  const timer = setInterval(() => {
    if (result.timedOut || (Date.now() < deadline && !options.giveUp?.())) return;
    result.timedOut = true;
    void group.stop(driverGraceMs);
  }, 1000);
  const code = await group.ended;
  clearInterval(timer);
  return { code: result.timedOut ? null : code, lines, ...result };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

process.on('exit', () => {
  for (const { child } of running) signalGroup(child, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void Promise.all([...running].map((group) => group.stop(driverGraceMs))).finally(() => process.exit(130));
  });
}
