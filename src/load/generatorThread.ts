import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError, type Failure } from '../model/errors.ts';
import type { ThreadInterval } from './stage.ts';
import type { FromThread, ToThread } from './threadProtocol.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Answer = Exclude<FromThread, { type: 'failed' | 'interval' | 'lost' }>;

/** A worker thread and the questions that it has not answered. */
export interface GeneratorThread {
  /** Of its connections, of all. */
  numbers: number[];
  ask(message: WithoutId<Exclude<ToThread, { type: 'abort' }>>): Promise<Answer>;
  /** Ends the stage or the opening that goes on. */
  abort(reason: string): void;
  onInterval: ((interval: ThreadInterval) => void) | null;
  /** Ends its connections, with all processes that it started, then the thread. Never rejects. */
  close(): Promise<void>;
}

const here = import.meta.dirname;
const script = basename(here) === 'dist' ? join(here, 'loadThread.cjs') : join(here, 'thread.ts');
/** Nearly all that a request needs is garbage at once. V8 lets that grow by a hundred MB before it looks; with less room it is no slower. */
const youngMb = 8;
/** Ending servers takes up to three seconds. */
const closeMs = 15_000;

export function startGeneratorThread(onLost: (why: Error, all: boolean) => void): GeneratorThread {
  const worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let broken: Error | null = null;
  let closing: Promise<void> | null = null;

  worker.on('message', (message: FromThread) => {
    if (message.type === 'interval') thread.onInterval?.(message.interval);
    else if (message.type === 'lost') onLost(toError(message.failure), message.all);
    else {
      const question = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'failed') question?.reject(toError(message.failure));
      else question?.resolve(message);
    }
  });
  worker.on('error', (error) => fall(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fall(new Error('The generator thread has ended.')));

  function fall(error: Error) {
    if (broken) return;
    broken = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!closing) onLost(error, true);
  }

  function ask(message: WithoutId<Exclude<ToThread, { type: 'abort' }>>): Promise<Answer> {
    if (broken) return Promise.reject(broken);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...message });
    });
  }

  async function close() {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), closeMs)));
    // a thread that has broken down has no pipes any more, and the watchdog ends its processes
    await Promise.race([ask({ type: 'close' }).catch(() => null), late]);
    clearTimeout(timer);
    await worker.terminate();
  }

  const thread: GeneratorThread = {
    numbers: [],
    ask,
    abort: (reason) => worker.postMessage({ type: 'abort', reason } satisfies ToThread),
    onInterval: null,
    close: () => (closing ??= close()),
  };
  return thread;
}

function toError({ code, message, hint, stack }: Failure): Error {
  return code === 'bug' ? Object.assign(new Error(message), stack === undefined ? {} : { stack }) : new UserError(code, message, hint);
}
