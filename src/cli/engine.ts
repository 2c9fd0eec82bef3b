import { profileServer } from '../app/profileServer.ts';
import { toFailure } from '../model/errors.ts';
import type { Choice, FromEngine, ToEngine } from '../model/engine.ts';

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

  return new Promise((resolve) => {
    process.on('disconnect', () => {
      ended.abort();
      answer?.(null);
    });
    process.on('message', (message: ToEngine) => {
      switch (message.type) {
        case 'profile':
          void profileServer(message.request, {
            signal: ended.signal,
            onProgress: (progress) => void send({ type: 'progress', progress }),
            ...(message.ask
              ? {
                  choose: (tools) =>
                    new Promise<Choice | null>((chosen) => {
                      answer = chosen;
                      void send({ type: 'choose', tools });
                    }),
                }
              : {}),
          })
            .then(({ runDir }) => send({ type: 'done', runDir }))
            .catch((error: unknown) => send({ type: 'failed', failure: toFailure(error) }))
            .then(() => resolve(0));
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
