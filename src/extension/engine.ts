import { fork } from 'node:child_process';
import { UserError } from '../model/errors.ts';
import type { Choice, FromEngine, ImportRequest, ProfileProgress, ProfileRequest, ToEngine, ToolOffer } from '../model/engine.ts';
import type { LoadProgress, LoadRequest } from '../model/load.ts';
import { Cancelled, fromFailure } from './errors.ts';

export type EngineJob = { type: 'profile'; request: ProfileRequest } | { type: 'load'; request: LoadRequest } | { type: 'import'; request: ImportRequest };

export interface EngineHooks {
  /**
   * Asked once, after the server listed its tools; null backs out. Without it the request's own choice counts. The
   * signal says that there is nothing to choose any more.
   */
  choose?: (tools: ToolOffer[], signal: AbortSignal) => Promise<Choice | null>;
  /** Of a profile. */
  onProgress?(progress: ProfileProgress): void;
  onLoadProgress?(progress: LoadProgress): void;
  /** Lines that the engine process itself writes: its own warnings. */
  onOutput(text: string): void;
}

export interface EngineRun {
  /** The run's folder. Rejects with a `UserError` (`engine-died` when the process itself ended), `Cancelled` or a bug. */
  readonly done: Promise<string>;
  /** Ends now and keeps what was measured; `done` resolves soon after. */
  stop(): void;
  /** Drops the pipe: the engine ends its process trees and exits. */
  dispose(): void;
}

/** How long a stopped engine may take until its pipe is dropped, in ms: it takes the profile and writes the run. */
const stopGraceMs = 20_000;

/** Profiles, generates load, or reads another generator's result, in a process of its own, so that a busy extension host stays out of the timings. One process per run. */
export function runInEngine(cli: string, job: EngineJob, hooks: EngineHooks): EngineRun {
  const child = fork(cli, ['engine'], {
    execArgv: [],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
  });
  let lastRunDir: string | undefined;
  let stopTimer: NodeJS.Timeout | undefined;
  const over = new AbortController();
  const end = () => {
    over.abort();
    clearTimeout(stopTimer);
    if (child.connected) child.disconnect();
  };
  const send = (message: ToEngine) => {
    // an engine that has just ended is reported by its exit
    if (child.connected) child.send(message, () => undefined);
  };

  let backedOut = false;
  const done = new Promise<string>((resolve, rejectWith) => {
    // once the user backed out, however the engine ends is what they wanted
    const reject = (error: Error) => rejectWith(backedOut ? new Cancelled() : error);
    child.on('message', (message: FromEngine) => {
      switch (message.type) {
        case 'progress':
          lastRunDir = message.progress.runDir;
          hooks.onProgress?.(message.progress);
          return;
        case 'loadProgress':
          lastRunDir = message.progress.runDir;
          hooks.onLoadProgress?.(message.progress);
          return;
        case 'choose':
          void ask(message.tools, reject);
          return;
        case 'done':
          resolve(message.runDir);
          return;
        case 'failed':
          reject(fromFailure(message.failure));
          return;
      }
    });
    child.on('error', (error) => reject(died(error.message)));
    child.on('exit', (code, signal) => reject(died(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`)));
  }).finally(end);

  async function ask(tools: ToolOffer[], reject: (error: Error) => void) {
    let choice: Choice | null = null;
    try {
      choice = (await hooks.choose?.(tools, over.signal)) ?? null;
      backedOut = choice === null;
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
    send({ type: 'chosen', choice });
    if (choice === null) stopTimer ??= setTimeout(end, stopGraceMs);
  }

  function died(how: string): UserError {
    const error = new UserError('engine-died', `The process that measures ended unexpectedly (${how}).`, 'What it had measured is kept; see the log, and run it again.');
    if (lastRunDir !== undefined && lastRunDir !== '') error.runDir = lastRunDir;
    return error;
  }

  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => hooks.onOutput(text.trimEnd()));
  }
  send(job.type === 'import' ? job : { ...job, ask: hooks.choose !== undefined });
  return {
    done,
    stop() {
      over.abort();
      send({ type: 'stop' });
      stopTimer ??= setTimeout(end, stopGraceMs);
    },
    dispose: end,
  };
}
