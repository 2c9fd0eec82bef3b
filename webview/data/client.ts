import source from 'inline:./dataWorker.ts';
import type { Answer, FromWorker, Kind, Questions, ToWorker } from './protocol.ts';

/** The page's end of the data worker. */
export interface DataClient {
  post(message: Exclude<ToWorker, { type: 'ask' }>): void;
  /** Rejects when the worker failed to answer. */
  ask<K extends Kind>(kind: K, ask: Questions[K]['ask']): Promise<Answer<K>>;
}

/** Starts the worker from a blob, which is the one way that a webview's content policy leaves. */
export function startDataWorker(listen: (message: Exclude<FromWorker, { type: 'answer' }>) => void): DataClient {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'answer') {
      waiting.get(data.id)?.resolve(data.answer as never);
      waiting.delete(data.id);
    } else if (data.type === 'failed' && data.id !== null) {
      waiting.get(data.id)?.reject(new Error(data.message));
      waiting.delete(data.id);
    } else {
      listen(data);
    }
  };
  worker.onerror = (event) => listen({ type: 'failed', id: null, message: event.message });

  return {
    post: (message) => worker.postMessage(message satisfies ToWorker),
    ask: (kind, ask) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: resolve, reject });
        worker.postMessage({ type: 'ask', id, question: { kind, ...ask } });
      }),
  };
}
