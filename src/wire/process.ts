import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { ProcessSpec } from '../model/server.ts';
import type { Clock } from './clock.ts';
import { drainStderr } from './stderr.ts';
import { killMarked, markerVariable, signal } from './strays.ts';
import { guardGroup, guardRun } from './watchdog.ts';
import { windowsCommand } from './windowsCommand.ts';

/** How long a server may take to end by itself after its stdin closed, and then after SIGTERM, milliseconds. */
const graceMs = 400;
const termMs = 600;
const killMs = 500;

export interface ProcessOptions {
  /** Value of MCP_PROFILER_RUN in the whole tree. */
  marker: string;
  clock: Clock;
  /** Lines of stderr; bounded when there is a flood. */
  onStderr: (text: string, atUs: number) => void;
}

export interface Exit {
  code: number | null;
  signal: string | null;
  atUs: number;
}

export interface ServerProcess {
  readonly pid: number;
  /** When it was started, microseconds on the run's clock. */
  readonly startedUs: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly exit: Exit | null;
  readonly exited: Promise<Exit>;
  /** The last lines of stderr, without the frames of Node.js itself. */
  stderrTail(): string;
  /** Ends the whole process tree: stdin, then SIGTERM, then SIGKILL, then strays. At most about 3 s. */
  end(): Promise<void>;
}

/**
 * Starts a server as the leader of a process group, without a shell, with the environment that is given and nothing else.
 *
 * @throws UserError `command-not-found`, or `bad-config` when its working folder is missing.
 */
export async function startProcess(spec: ProcessSpec, o: ProcessOptions): Promise<ServerProcess> {
  if (!statSync(spec.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError('bad-config', `The working folder "${spec.cwd}" does not exist.`, 'Correct "cwd" in the configuration of the server.');
  }
  const release = guardRun(o.marker);
  const startedUs = o.clock.now();
  const { command, args, ...windows } = windowsCommand(spec);
  const child = spawn(command, args, {
    ...windows,
    cwd: spec.cwd,
    env: { ...spec.env, [markerVariable]: o.marker },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    release();
    throw notStarted(spec, error);
  }
  if (process.platform !== 'win32') guardGroup(o.marker, child.pid!);
  return manage(child, startedUs, o, release);
}

function manage(child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable }, startedUs: number, o: ProcessOptions, release: () => void): ServerProcess {
  const pid = child.pid!;
  let exit: Exit | null = null;
  let ending: Promise<void> | null = null;
  const stderr = drainStderr(child.stderr, o.clock.now, o.onStderr);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, name) => {
      exit = { code, signal: name, atUs: o.clock.now() };
      resolve(exit);
    });
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);

  async function end() {
    child.stdin.end();
    await within(graceMs, exited);
    if (process.platform === 'win32') await endOnWindows();
    else await endGroup();
    await killMarked(o.marker);
    // a stray that escaped every net must not hold our event loop through an inherited pipe
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.unref();
    release();
  }

  async function endGroup() {
    if (signal(-pid, 'SIGTERM')) await until(termMs, () => !signal(-pid, 0));
    if (signal(-pid, 'SIGKILL')) await within(killMs, exited);
  }

  async function endOnWindows() {
    if (exit) return;
    const killer = spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    await within(killMs + termMs, once(killer, 'exit').catch(() => undefined));
    await within(killMs, exited);
  }

  return {
    pid,
    startedUs,
    stdin: child.stdin,
    stdout: child.stdout,
    get exit() {
      return exit;
    },
    exited,
    stderrTail: stderr.tail,
    end: () => (ending ??= end()),
  };
}

async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([promise, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

async function until(ms: number, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < ms && !condition(); waited += 10) await sleep(10);
}

function notStarted(spec: ProcessSpec, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') {
    return new UserError('command-not-found', `The command "${spec.command}" was not found.`, 'Check its spelling, install it, or give its full path; it is looked up on the PATH of the server\'s environment.', { cause: error });
  }
  const why = code === 'EACCES' ? 'it is not executable' : (error as Error).message;
  return new UserError('command-not-found', `The command "${spec.command}" could not be started: ${why}.`, 'Check that the file may be executed and is meant for this system.', { cause: error });
}
