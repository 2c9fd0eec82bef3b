import { WebSocket } from 'ws';

/** A connection to the inspector of one process. */
export interface Cdp {
  /** Rejects when the process answers with an error, is gone, or says nothing for `timeoutMs`. */
  send<T = unknown>(method: string, params?: object, timeoutMs?: number): Promise<T>;
  on(method: string, listener: (params: unknown) => void): void;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
}

const connectTimeoutMs = 2000;
const answerTimeoutMs = 5000;

/** Connects to `url` (ws://127.0.0.1:…). @throws Error when there is no answer. */
export async function connectCdp(url: string): Promise<Cdp> {
  // a profile of a long run is far larger than the default limit of a message
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0, handshakeTimeout: connectTimeoutMs, skipUTF8Validation: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (params: unknown) => void>();
  let last = 0;
  let ended = false;

  const closed = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      for (const { reject } of waiting.values()) reject(new Error('The inspector connection ended.'));
      waiting.clear();
      resolve();
    };
    socket.on('close', end);
    socket.on('error', end);
  });
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } };
    if (message.id === undefined) {
      if (message.method !== undefined) listeners.get(message.method)?.(message.params);
      return;
    }
    const caller = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) caller?.reject(new Error(message.error.message));
    else caller?.resolve(message.result);
  });

  return {
    send<T>(method: string, params: object = {}, timeoutMs = answerTimeoutMs): Promise<T> {
      if (ended) return Promise.reject(new Error('The inspector connection ended.'));
      const id = ++last;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      socket.send(JSON.stringify({ id, method, params }));
      const timer = setTimeout(() => {
        waiting.get(id)?.reject(new Error(`${method} was not answered within ${timeoutMs} ms.`));
        waiting.delete(id);
      }, timeoutMs);
      return answer.finally(() => clearTimeout(timer)) as Promise<T>;
    },
    on: (method, listener) => void listeners.set(method, listener),
    closed,
    close: () => socket.close(),
  };
}
