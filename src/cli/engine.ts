import { importLocustRun } from '../app/importLocust.ts';
import { runLoad } from '../app/runLoad.ts';
import { toFailure } from '../model/errors.ts';
import type { Choice, FromEngine, ToEngine, ToolOffer } from '../model/engine.ts';

/**
 * The engine process of the extension: one run, asked for and reported over Node's IPC channel. When the channel
 * closes, however the other side died, the run is ended with its process tree.
 */
export function runEngine(): Promise<number> {
  const ended = new AbortController();
  let answer: ((choice: Choice | null) => void) | undefined;

  const send = (message: FromEngine) =>
    new Promise<void>((resolve) => {
      // a failure to send means that the channel is gone, which 'disconnect' deals with
      if (process.connected) process.send!(message, () => resolve());
      else resolve();
    });

  /** Asks the extension once the tools are known, where it wants to be asked. */
  const asking = (ask: boolean) =>
    ask
      ? {
          choose: (tools: ToolOffer[]) =>
            new Promise<Choice | null>((chosen) => {
              answer = chosen;
              void send({ type: 'choose', tools });
            }),
        }
      : {};

  return new Promise((resolve) => {
    const finish = (run: Promise<{ runDir: string }>) =>
      run
        .then(({ runDir }) => send({ type: 'done', runDir }))
        .catch((error: unknown) => send({ type: 'failed', failure: toFailure(error) }))
        .then(() => resolve(0));
    process.on('disconnect', () => {
      ended.abort();
      answer?.(null);
    });
    process.on('message', (message: ToEngine) => {
      switch (message.type) {
        case 'profile':
          void finish(import('../app/profileServer.ts').then(({ profileServer }) => profileServer(message.request, { signal: ended.signal, onProgress: (progress) => void send({ type: 'progress', progress }), ...asking(message.ask) })));
          return;
        case 'load':
          void finish(runLoad(message.request, { signal: ended.signal, onProgress: (progress) => void send({ type: 'loadProgress', progress }), ...asking(message.ask) }));
          return;
        case 'import':
          void finish(importLocustRun(message.request.file, message.request.outDir));
          return;
        case 'chosen':
          answer?.(message.choice);
          return;
        case 'stop':
          ended.abort();
          answer?.(null);
          return;
      }
    });
  });
}
