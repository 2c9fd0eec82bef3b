import type { RequestHead } from './http1/requestHead.ts';
import { Exchange, HttpSocket, type ExchangeTaker } from './http1/socket.ts';

/**
 * The sockets that all sessions of a load test share: at most so many, one exchange at a time on each, all to one
 * origin. What finds no socket waits its turn, and is not written until then.
 */
export interface HttpPool {
  exchange(head: RequestHead, body: string | null, taker: ExchangeTaker): Exchange;
  /** On a socket of its own beside the others, for a stream that stays open; closed with its end. */
  stream(head: RequestHead, taker: ExchangeTaker): Exchange;
  /** Open now, those of streams among them. */
  readonly sockets: number;
  /** Waiting for a socket. */
  readonly queued: number;
  /** What has not ended fails. */
  close(): Promise<void>;
}

/** Places of a queue that have been used, before it is cut. */
const cutAfter = 1024;

export function createHttpPool({ sockets: most }: { sockets: number }): HttpPool {
  const streams = new Set<HttpSocket>();
  const pooled = new Set<HttpSocket>();
  /** The socket that was used last is used next, so that no more are opened than are needed. */
  const idle: HttpSocket[] = [];
  let queue: Exchange[] = [];
  let head = 0;
  let open = 0;
  let closed = false;

  const owner = {
    tlsSession: undefined,
    onOpen() {
      open++;
    },
    onFree(socket: HttpSocket) {
      idle.push(socket);
    },
    onTold() {
      while (head < queue.length && startNext());
    },
    onClose(socket: HttpSocket) {
      if (socket.isOpen) open--;
      if (streams.delete(socket)) return;
      pooled.delete(socket);
      const at = idle.indexOf(socket);
      if (at !== -1) idle.splice(at, 1);
    },
  };

  /** False when no socket is free and none may be opened. */
  function startNext(): boolean {
    const socket = takeIdle();
    if (!socket && pooled.size >= most) return false;
    const next = nextInQueue();
    if (next) start(next, socket);
    else if (socket) idle.push(socket);
    return true;
  }

  function start(exchange: Exchange, socket: HttpSocket | undefined) {
    if (socket) socket.start(exchange);
    else pooled.add(new HttpSocket(exchange, owner, false));
  }

  function takeIdle(): HttpSocket | undefined {
    for (let socket = idle.pop(); socket; socket = idle.pop()) {
      if (socket.usableUntilMs > performance.now()) return socket;
      socket.close();
    }
    return undefined;
  }

  function nextInQueue(): Exchange | undefined {
    let next: Exchange | undefined;
    do next = queue[head++];
    while (next?.aborted);
    if (next === undefined || head === queue.length) {
      queue.length = 0;
      head = 0;
    } else if (head === cutAfter) {
      queue = queue.slice(head);
      head = 0;
    }
    return next;
  }

  function refuse(exchange: Exchange) {
    queueMicrotask(() => {
      if (!exchange.aborted) exchange.taker.onError(new Error('the pool is closed'));
    });
  }

  return {
    exchange(requestHead, body, taker) {
      const exchange = new Exchange(requestHead, body, taker);
      if (closed) refuse(exchange);
      else if (head < queue.length) queue.push(exchange);
      else {
        const socket = takeIdle();
        if (socket || pooled.size < most) start(exchange, socket);
        else queue.push(exchange);
      }
      return exchange;
    },
    stream(requestHead, taker) {
      const exchange = new Exchange(requestHead, null, taker);
      if (closed) refuse(exchange);
      else streams.add(new HttpSocket(exchange, owner, true));
      return exchange;
    },
    get sockets() {
      return open;
    },
    get queued() {
      return queue.length - head;
    },
    async close() {
      closed = true;
      const waiting = queue.slice(head);
      queue = [];
      head = 0;
      const sockets = [...streams, ...pooled];
      for (const socket of sockets) socket.fail(new Error('the pool is closed'));
      waiting.forEach(refuse);
      await Promise.all(sockets.map((socket) => socket.closed()));
    },
  };
}
