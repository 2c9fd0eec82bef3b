import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { requestOf, type RequestHead } from './requestHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { ResponseParser, type ResponseSink } from './responseParser.ts';

/** Takes what becomes of one exchange: `onEnd` or `onError` comes once, and last. */
export interface ExchangeTaker {
  /** Head and body are being handed to the operating system, in this turn. */
  onWritten(): void;
  onHead(head: ResponseHead): void;
  /** The bytes are valid only meanwhile; with `last`, `onEnd` follows at once. */
  onData(chunk: Buffer, last: boolean): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Whose sockets they are. */
export interface SocketOwner {
  /** Session of the TLS connection that was made last, to be taken up by the next. */
  tlsSession: Buffer | undefined;
  onOpen(): void;
  /** It has nothing to do. */
  onFree(socket: HttpSocket): void;
  /** What was told may have made others wait for a socket. */
  onTold(): void;
  onClose(socket: HttpSocket): void;
}

/** For a connection to be made, TLS included. */
const connectMs = 10_000;
/** Of its own for each socket: the system reads into it while we read another. */
const bufferBytes = 64 * 1024;

/** One request on its way. A class, as there is one for each: its methods are made once. */
export class Exchange {
  aborted = false;
  readonly head: RequestHead;
  readonly body: string | null;
  readonly taker: ExchangeTaker;
  /** While it has one. */
  socket: HttpSocket | null = null;

  constructor(head: RequestHead, body: string | null, taker: ExchangeTaker) {
    this.head = head;
    this.body = body;
    this.taker = taker;
  }

  /** Nothing more is said to the taker; where it was written, its socket is closed and not used again. */
  abort() {
    this.aborted = true;
    this.socket?.drop();
  }
}

/** A TCP or TLS connection with one exchange at a time. */
export class HttpSocket implements ResponseSink {
  isOpen = false;
  isClosed = false;
  /** Milliseconds of `performance.now()`: until then it can be used again. */
  usableUntilMs = 0;
  private readonly socket: Socket;
  private readonly owner: SocketOwner;
  private readonly once: boolean;
  private readonly parser = new ResponseParser(this);
  private readonly timer: NodeJS.Timeout;
  private exchange: Exchange | null;
  private idleMs = 0;

  /** Connects for this exchange; with `once` it is closed after it. */
  constructor(exchange: Exchange, owner: SocketOwner, once: boolean) {
    this.owner = owner;
    this.once = once;
    this.exchange = exchange;
    exchange.socket = this;
    const { secure, host, port, serverName } = exchange.head;
    const take = (length: number, buffer: Uint8Array) => {
      this.take(buffer as Buffer, length);
      return true;
    };
    const to = { host, port, onread: { buffer: Buffer.allocUnsafeSlow(bufferBytes), callback: take } };
    const socket = secure ? connectTls({ ...to, ALPNProtocols: ['http/1.1'], session: owner.tlsSession, ...(serverName === null ? {} : { servername: serverName }) }) : connectTcp(to);
    this.socket = socket;
    this.timer = setTimeout(() => this.fail(failure('no connection in time', 'ETIMEDOUT')), connectMs);
    socket.once(secure ? 'secureConnect' : 'connect', () => this.opened());
    if (secure) socket.on('session', (session: Buffer) => (owner.tlsSession = session));
    socket.once('end', () => this.ended());
    socket.on('error', (error: Error) => this.fail(error));
    socket.once('close', () => this.ended());
  }

  start(exchange: Exchange) {
    this.exchange = exchange;
    exchange.socket = this;
    this.write(exchange);
  }

  /** Leaves its exchange. */
  drop() {
    if (this.exchange) this.exchange.socket = null;
    this.exchange = null;
    // what is being connected can serve another
    if (this.isOpen || this.once) this.close();
    // not now: who gives up many should not see those begin that come next
    queueMicrotask(() => this.owner.onTold());
  }

  /** Its exchange ends with the error. */
  fail(error: Error) {
    const { exchange } = this;
    this.exchange = null;
    this.close();
    if (exchange) {
      exchange.socket = null;
      exchange.taker.onError(error);
    }
    this.owner.onTold();
  }

  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    this.socket.destroy();
    this.owner.onClose(this);
  }

  /** Resolves when the operating system has it back. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.closed) resolve();
      else this.socket.once('close', () => resolve());
    });
  }

  // ── of the socket ──

  private opened() {
    if (this.isClosed) return;
    this.isOpen = true;
    clearTimeout(this.timer);
    this.socket.setNoDelay(true);
    this.owner.onOpen();
    if (this.exchange) this.write(this.exchange);
    else {
      this.usableUntilMs = Infinity;
      this.owner.onFree(this);
      this.owner.onTold();
    }
  }

  private write({ head, body, taker }: Exchange) {
    this.parser.begin(head.memory);
    const request = requestOf(head, body);
    taker.onWritten();
    this.socket.write(request, 'latin1');
  }

  private take(buffer: Buffer, length: number) {
    if (this.exchange) this.parser.push(buffer, length);
    // nobody asked for it
    else this.close();
  }

  private ended() {
    if (this.isClosed || (this.exchange && this.parser.close())) return;
    this.fail(failure('the server closed the connection', 'ECONNRESET'));
  }

  // ── of the parser ──

  onHead(head: ResponseHead) {
    this.idleMs = head.idleMs;
    this.exchange?.taker.onHead(head);
  }

  onData(chunk: Buffer, last: boolean) {
    if (!last) {
      this.exchange?.taker.onData(chunk, false);
      return;
    }
    const taker = this.finish();
    taker?.onData(chunk, true);
    taker?.onEnd();
    this.owner.onTold();
  }

  onEnd() {
    this.finish()?.onEnd();
    this.owner.onTold();
  }

  onFail(error: Error) {
    this.fail(error);
  }

  /** Before its taker is told, who may need a socket for the next at once. */
  private finish(): ExchangeTaker | undefined {
    const { exchange } = this;
    if (!exchange) return undefined;
    exchange.socket = this.exchange = null;
    // a server may answer before it has read all
    if (this.once || this.idleMs === 0 || exchange.head.closes || this.parser.surplus > 0 || this.socket.writableLength > 0) this.close();
    else {
      this.usableUntilMs = performance.now() + this.idleMs;
      this.owner.onFree(this);
    }
    return exchange.taker;
  }
}

const failure = (message: string, code: string) => Object.assign(new Error(message), { code });
