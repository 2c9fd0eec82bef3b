import { availableParallelism } from 'node:os';
import { UserError } from '../model/errors.ts';
import type { LoadOptions } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import type { ServerSpec } from '../model/server.ts';
import type { Clock } from '../wire/clock.ts';
import { startProcess, type ServerProcess } from '../wire/process.ts';
import { startGeneratorThread, type Answer, type GeneratorThread } from './generatorThread.ts';
import { createIntervalMerger, enough, lost as noneLeft, mergeResults, stopped, type RawInterval, type Stage, type StageResult, type ThreadResult } from './stage.ts';
import type { ThreadOpened } from './threadProtocol.ts';
import type { Operation } from './workload/sampler.ts';

export interface GeneratorSpec {
  server: ServerSpec;
  options: LoadOptions;
  /** Begins the values of MCP_PROFILER_RUN in the trees of the server's processes. */
  marker: string;
  /** Added to the environment of processes that are started. */
  env: Record<string, string>;
  /** The run's: all times are on it. */
  clock: Clock;
  /** Share of a thread's time above which another thread takes some of its connections. Default 0.6. */
  crowdedAbove?: number;
}

/** A server under load: its connections, and the threads that send on them. */
export interface Generator {
  readonly opened: {
    /** The answer to `initialize` or `server/discover`, of the first connection. */
    handshake: Record<string, unknown>;
    protocolVersion: string;
    /** Leaders of the process groups that we started, as they are now. */
    readonly pids: number[];
    readonly connections: { processes: number; sessions: number; sockets: number };
  };
  /** On the first connection; its result. @throws UserError when it is not answered well. */
  request(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** What stages send from now on. @throws UserError `bad-argument` with every template that is wrong. */
  load(workload: Workload): Promise<{ operations: Operation[] }>;
  /**
   * One stage at a time. An abort ends it at once, with what was measured (reason `enough`: as a shorter stage). What is
   * open then has failed if no connection is left, else it is `unfinished`. Rejects only where the generator itself failed;
   * a server that dies is in the counts.
   */
  run(stage: Stage, signal: AbortSignal, onInterval: (interval: RawInterval) => void): Promise<StageResult>;
  /** True when the last stage kept a thread so busy that the next one will share the connections with one more. */
  readonly crowded: boolean;
  /** Resolves with the reason when no connection is left; never after `close`. */
  readonly lost: Promise<Error>;
  /** Ends all connections and all processes. Never rejects. */
  close(): Promise<void>;
}

/** So long before a stage begins do threads hear of it, microseconds. */
const leadUs = 30_000;
const defaultCrowdedAbove = 0.6;

/**
 * Starts the server (or connects to it) in a thread of its own and shakes hands on all connections.
 *
 * @throws UserError with a code, a message and a next step; no process is left then.
 */
export async function openGenerator(spec: GeneratorSpec, signal: AbortSignal): Promise<Generator> {
  const { clock, options, crowdedAbove = defaultCrowdedAbove } = spec;
  const server = withEnv(spec.server, spec.env);
  const count = server.transport === 'stdio' ? options.processes : options.sessions;
  let mostThreads = Math.min(count, availableParallelism());
  const threads: GeneratorThread[] = [];
  const pids = new Map<number, number | null>();
  let behindUrl: ServerProcess | null = null;
  let workload: Workload | null = null;
  let busiest = 0;
  let sockets: number | null = null;
  let closing: Promise<void> | null = null;
  let isLost = false;
  let tellLost: (why: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    tellLost = (why) => {
      isLost = true;
      resolve(why);
    };
  });
  const gone = new Set<GeneratorThread>();

  async function openThread(numbers: number[]): Promise<ThreadOpened> {
    const thread = startGeneratorThread((why, all) => {
      if (all) gone.add(thread);
      if (!closing && threads.every((t) => gone.has(t))) tellLost(why);
    });
    threads.push(thread);
    thread.numbers = numbers;
    const aborted = () => thread.abort('cancelled');
    signal.addEventListener('abort', aborted, { once: true });
    const marker = `${spec.marker}-${threads.length}`;
    try {
      const answer = await thread.ask({ type: 'open', open: { server, options, marker, zeroUs: clock.zeroUs, numbers, of: count } });
      const opened = valueOf(answer) as ThreadOpened;
      for (const [i, number] of numbers.entries()) pids.set(number, opened.pids[i] ?? null);
      sockets = opened.sockets === null ? null : (sockets ?? 0) + opened.sockets;
      return opened;
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }

  async function close() {
    await Promise.all(threads.map((thread) => thread.close()));
    await behindUrl?.end();
  }

  /** The connections that others have too many of go to one thread more, which opens them anew. */
  async function grow() {
    const fair = Math.floor(count / (threads.length + 1));
    const giving = threads.map((thread) => ({ thread, numbers: thread.numbers.slice(Math.ceil(count / (threads.length + 1))) }));
    const numbers = giving.flatMap((g) => g.numbers);
    if (fair === 0 || numbers.length === 0) return;
    try {
      await openThread(numbers);
    } catch {
      // the server takes no more connections: those there are stay as they are
      mostThreads = threads.length - 1;
      await threads.pop()?.close();
      return;
    }
    if (workload) await loadAll(workload);
    for (const { thread, numbers: given } of giving) {
      if (given.length === 0) continue;
      await thread.ask({ type: 'release', numbers: given });
      thread.numbers = thread.numbers.filter((n) => !given.includes(n));
    }
  }

  async function loadAll(next: Workload): Promise<Operation[]> {
    const answers = await Promise.all(threads.map((thread, index) => thread.ask({ type: 'load', workload: next, share: { index, of: threads.length } })));
    return valueOf(answers[0]) as Operation[];
  }

  async function run(stage: Stage, runSignal: AbortSignal, onInterval: (interval: RawInterval) => void): Promise<StageResult> {
    if (isCrowded() && !runSignal.aborted) await grow();
    const startUs = clock.now() + leadUs;
    const merger = createIntervalMerger(threads.length, { label: stage.label, startUs }, onInterval);
    for (const [i, thread] of threads.entries()) thread.onInterval = (interval) => merger.add(i, interval);
    const answers = Promise.all(threads.map((thread) => thread.ask({ type: 'run', stage, startUs, maxInFlight: Math.max(1, Math.floor((stage.maxInFlight * thread.numbers.length) / count)) })));
    const isEnough = () => runSignal.reason === enough;
    const cutBy = () => (isLost ? noneLeft : stopped);
    const aborted = () => threads.forEach((thread) => thread.abort(isEnough() ? enough : cutBy()));
    runSignal.addEventListener('abort', aborted, { once: true });
    if (runSignal.aborted) aborted();
    try {
      const results = (await answers).map((answer) => valueOf(answer) as ThreadResult);
      merger.end();
      const result = mergeResults(results, startUs, runSignal.aborted && !isEnough() ? cutBy() : null);
      busiest = result.utilization;
      sockets = result.sockets;
      return result;
    } finally {
      runSignal.removeEventListener('abort', aborted);
    }
  }

  const isCrowded = () => busiest > crowdedAbove && threads.length < mostThreads;

  try {
    signal.throwIfAborted();
    if (server.transport !== 'stdio' && server.process) {
      behindUrl = await startProcess(server.process, { marker: `${spec.marker}-url`, clock, onStderr: () => undefined });
      // what it logs to stdout must not block it
      behindUrl.stdout.resume();
    }
    const first = await untilExit(openThread(Array.from({ length: count }, (_, i) => i)), behindUrl, server.name);
    void behindUrl?.exited.then(() => !closing && tellLost(exited(server.name, behindUrl!, 'under load')));
    return {
      opened: {
        handshake: first.handshake,
        protocolVersion: first.protocolVersion,
        get pids() {
          return [behindUrl?.pid ?? null, ...pids.values()].filter((pid) => pid !== null);
        },
        get connections() {
          const processes = [behindUrl?.pid ?? null, ...pids.values()].filter((pid) => pid !== null).length;
          return { processes, sessions: count, sockets: sockets ?? 0 };
        },
      },
      async request(method, params) {
        const answer = await threads[0]!.ask({ type: 'request', method, params });
        if (answer.type !== 'answer' || answer.errorClass !== null) {
          throw new UserError('protocol-error', `"${server.name}" did not answer ${method}: ${answer.type === 'answer' ? answer.errorClass : 'no answer'}.`, "Look at the server's log for the reason.");
        }
        return answer.result;
      },
      async load(next) {
        const operations = await loadAll(next);
        workload = next;
        return { operations };
      },
      run,
      get crowded() {
        return isCrowded();
      },
      lost,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    closing = close();
    await closing;
    throw signal.aborted ? signal.reason : error;
  }
}

function withEnv(server: ServerSpec, env: Record<string, string>): ServerSpec {
  return server.process ? { ...server, process: { ...server.process, env: { ...server.process.env, ...env } } } : server;
}

/** A process behind a URL that exits is not worth waiting for a connection. */
async function untilExit<T>(opening: Promise<T>, server: ServerProcess | null, name: string): Promise<T> {
  if (!server) return opening;
  const exit = server.exited.then((): never => {
    throw exited(name, server, 'before it accepted a connection');
  });
  exit.catch(() => undefined);
  opening.catch(() => undefined);
  return Promise.race([opening, exit]);
}

function exited(name: string, server: ServerProcess, when: string): UserError {
  const { exit } = server;
  const how = exit?.signal ? `was ended by ${exit.signal}` : `exited with code ${exit?.code ?? 'unknown'}`;
  const said = server.stderrTail();
  return new UserError('server-exited', `"${name}" ${how} ${when}.`, said === '' ? 'It wrote nothing to stderr; run its command in a terminal to see more.' : `Mend what it says, then try again. The last lines of its stderr:\n${said}`);
}

const valueOf = (answer: Answer | undefined) => (answer?.type === 'done' ? answer.value : null);
