import { Client, type Dispatcher } from 'undici';

/** Takes what becomes of one exchange: `onEnd` or `onError` comes once, and last. */
export interface ExchangeTaker {
  /** Head and body are being handed to the operating system, in this turn. */
  onWritten(): void;
  onHead(status: number, headers: ResponseHeaders): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

export type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

export interface ExchangeRequest {
  /** Scheme, host and port: the same for all exchanges of a pool. */
  origin: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Name, value, name, value. */
  headers: string[];
  body: string | null;
}

export interface Exchange {
  /** Nothing more is said to the taker; where it was written, its socket is closed and not used again. */
  abort(): void;
}

/**
 * The sockets that all sessions of a load test share: at most so many, one exchange at a time on each. What finds no
 * socket waits its turn, and is not written until then.
 */
export interface HttpPool {
  exchange(request: ExchangeRequest, taker: ExchangeTaker): Exchange;
  /** On a socket of its own beside the others, for a stream that stays open; closed with its end. */
  stream(request: ExchangeRequest, taker: ExchangeTaker): Exchange;
  /** Open now, those of streams among them. */
  readonly sockets: number;
  /** Waiting for a socket. */
  readonly queued: number;
  close(): Promise<void>;
}

/** For a connection to be made, TLS included. */
const connectMs = 10_000;
/** Time limits are those of requests, and kept by whoever makes them. */
const clientOptions: Client.Options = { headersTimeout: 0, bodyTimeout: 0, pipelining: 1, allowH2: false, connect: { timeout: connectMs } };
/** Places of a queue that have been used, before it is cut. */
const cutAfter = 1024;

export function createHttpPool({ sockets: most }: { sockets: number }): HttpPool {
  const clients = new Set<Client>();
  /** The socket that was used last is used next, so that no more are opened than are needed. */
  const idle: Client[] = [];
  let queue: PooledExchange[] = [];
  let head = 0;
  let open = 0;
  let pooled = 0;
  let closed = false;

  function newClient(origin: string): Client {
    const client = new Client(origin, clientOptions);
    client.on('connect', () => open++);
    client.on('disconnect', () => open--);
    clients.add(client);
    return client;
  }

  function start(exchange: PooledExchange) {
    let client = idle.pop();
    if (!client && pooled < most) {
      client = newClient(exchange.request.origin);
      pooled++;
    }
    if (client) exchange.start(client);
    else queue.push(exchange);
  }

  function release(client: Client) {
    const next = closed ? undefined : nextInQueue();
    if (next) next.start(client);
    else idle.push(client);
  }

  function nextInQueue(): PooledExchange | undefined {
    let next: PooledExchange | undefined;
    do next = queue[head++];
    while (next?.aborted);
    if (next === undefined) {
      queue.length = 0;
      head = 0;
    } else if (head === cutAfter) {
      queue = queue.slice(head);
      head = 0;
    }
    return next;
  }

  return {
    exchange(request, taker) {
      const exchange = new PooledExchange(request, taker, release);
      start(exchange);
      return exchange;
    },
    stream(request, taker) {
      const exchange = new PooledExchange(request, taker, (client) => {
        void client.destroy().then(() => clients.delete(client));
      });
      exchange.start(newClient(request.origin));
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
      await Promise.all([...clients].map((client) => client.destroy()));
    },
  };
}

/** A class, as there is one for each request: its methods are made once. */
class PooledExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly request: ExchangeRequest;
  aborted = false;
  private readonly taker: ExchangeTaker;
  private readonly release: (client: Client) => void;
  private client: Client | null = null;
  private controller: Dispatcher.DispatchController | null = null;

  constructor(request: ExchangeRequest, taker: ExchangeTaker, release: (client: Client) => void) {
    this.request = request;
    this.taker = taker;
    this.release = release;
  }

  start(client: Client) {
    this.client = client;
    client.dispatch(this.request, this);
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    this.controller?.abort(new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    this.controller = controller;
    if (this.aborted) controller.abort(new Error('aborted'));
    else this.taker.onWritten();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHeaders) {
    // 103 and the like are no answer
    if (!this.aborted && status >= 200) this.taker.onHead(status, headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer) {
    if (!this.aborted) this.taker.onData(chunk);
  }

  onResponseEnd() {
    if (!this.aborted) this.taker.onEnd();
    this.free();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error) {
    if (!this.aborted) this.taker.onError(error);
    // undici is still busy with the socket that failed
    queueMicrotask(() => this.free());
  }

  private free() {
    const { client } = this;
    this.client = null;
    if (client) this.release(client);
  }
}
