import type { Clock } from '../wire/clock.ts';
import type { ErrorClass, Outgoing, Reply } from './connection.ts';
import type { RequestHead } from './http1/requestHead.ts';
import type { ResponseHead } from './http1/responseHead.ts';
import type { Exchange, ExchangeTaker } from './http1/socket.ts';
import { failureClass, readMessages, type Said } from './httpAnswer.ts';
import { networkClass } from './httpErrors.ts';
import { createEventCutter, type EventCutter } from './httpEvents.ts';
import type { HttpPool } from './httpPool.ts';

/** What the calls of one session share. */
export interface CallContext {
  pool: HttpPool;
  clock: Clock;
  /** Those that have not ended. */
  inFlight: Set<HttpCall>;
  /** A 404 means then that the session is gone. */
  hasSession: boolean;
  onServerRequest: (id: string | number, method: string) => void;
  onStray: (errorClass: ErrorClass) => void;
  /** A request that was written was given up. */
  onTimeout: (id: number) => void;
  onSessionGone: () => void;
}

/** How long a stream may stay open when the answer has been in it, milliseconds: it keeps a socket from others. */
const lingerMs = 1000;
/** Of the body of a failure, bytes: enough for a JSON-RPC error. */
const keptOfFailure = 64 * 1024;

/**
 * One request as one POST, whose answer comes as JSON or on a stream of events. A class, as there is one for each
 * request: its methods are made once. No timer but one, and no listener on a signal that others share.
 */
export class HttpCall implements ExchangeTaker {
  readonly id: number;
  /** Of the answer; null until it has come. */
  head: ResponseHead | null = null;
  networkError: Error | null = null;
  private readonly context: CallContext;
  private readonly request: Outgoing;
  private readonly secure: boolean;
  private readonly done: (reply: Reply) => void;
  private timer: NodeJS.Timeout;
  private exchange: Exchange | null = null;
  private writtenUs: number | null = null;
  private ended = false;
  private body: 'none' | 'json' | 'events' | 'other' | 'failure' = 'none';
  private bytes = 0;
  private chunks: Buffer[] = [];
  private events: EventCutter | null = null;
  /** A message has come. */
  private begun = false;
  /** What came that is no answer of ours. */
  private odd: ErrorClass | null = null;

  constructor(context: CallContext, id: number, request: Outgoing, post: RequestHead, body: string, done: (reply: Reply) => void) {
    this.context = context;
    this.id = id;
    this.request = request;
    this.secure = post.secure;
    this.done = done;
    context.inFlight.add(this);
    this.timer = setTimeout(expire, Math.ceil(request.timeoutUs / 1000), this);
    this.exchange = context.pool.exchange(post, body, this);
  }

  onWritten() {
    this.writtenUs = this.context.clock.now();
    this.timer.refresh();
  }

  onHead(head: ResponseHead) {
    this.head = head;
    const { status, mediaType } = head;
    if (status >= 300) this.body = 'failure';
    else this.body = mediaType === 'application/json' ? 'json' : mediaType === 'text/event-stream' ? 'events' : mediaType === '' ? 'none' : 'other';
  }

  onData(chunk: Buffer, last: boolean) {
    this.bytes += chunk.length;
    if (this.ended) return;
    if (this.body === 'events') {
      this.events ??= createEventCutter((data, type) => {
        if (type === 'message') readMessages(data, (said) => this.take(said));
      });
      this.events.push(chunk);
    } else if (this.body === 'json' || (this.body === 'failure' && this.bytes <= keptOfFailure)) this.chunks.push(last ? chunk : Buffer.from(chunk));
  }

  onEnd() {
    if (this.ended) {
      clearTimeout(this.timer);
      return;
    }
    if (this.body === 'failure') this.endFailure();
    else if (this.body === 'json' && this.bytes > 0) readMessages(this.text(), (said) => this.take(said));
    else if (this.body === 'other' || (this.body === 'none' && this.bytes > 0)) this.odd = 'bad_content_type';
    // does nothing where the answer was there
    this.end(this.odd ?? 'stream_ended_no_response', undefined);
  }

  onError(error: Error) {
    clearTimeout(this.timer);
    if (this.ended) return;
    this.networkError = error;
    this.end(networkClass(error, this.writtenUs !== null, this.secure), undefined);
  }

  cancel() {
    this.exchange?.abort();
    this.end('cancelled', undefined);
  }

  /** What waited for a socket all its time was not sent. */
  expire() {
    if (this.ended) {
      this.exchange?.abort();
      return;
    }
    const leftUs = this.writtenUs === null ? 0 : this.writtenUs + this.request.timeoutUs - this.context.clock.now();
    if (leftUs > 0) {
      // timers count from the begin of a turn of the event loop
      this.timer = setTimeout(expire, Math.ceil(leftUs / 1000), this);
      return;
    }
    this.exchange?.abort();
    if (this.writtenUs === null) {
      this.end('not_sent', undefined);
      return;
    }
    const partial = this.begun || (this.body === 'events' ? this.events?.partial === true : this.bytes > 0);
    this.end(partial ? 'timeout_mid_stream' : 'timeout_no_bytes', undefined);
    this.context.onTimeout(this.id);
  }

  private text(): string {
    return (this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)).toString('utf8');
  }

  private take(said: Said) {
    this.begun = true;
    if (said.kind === 'request') this.context.onServerRequest(said.id, said.method);
    else if (said.kind === 'invalid') this.noteOdd('parse');
    else if (said.kind === 'response') {
      // who could not read the request knows no id; nothing else than this request can be meant
      const isOurs = said.id === this.id || (said.id === null && said.errorClass !== null);
      if (isOurs && !this.ended) this.endAnswered(said.errorClass, said.result);
      else this.noteOdd('unexpected_id');
    }
  }

  private noteOdd(errorClass: ErrorClass) {
    if (this.ended || this.odd) this.context.onStray(errorClass);
    else this.odd = errorClass;
  }

  private endAnswered(errorClass: ErrorClass | null, result: unknown) {
    // the answer is there: what came besides belongs to nobody
    if (this.odd) this.context.onStray(this.odd);
    this.end(errorClass === 'tool_isError' && this.request.method !== 'tools/call' ? null : errorClass, result);
    if (this.body === 'events') this.timer = setTimeout(expire, lingerMs, this);
  }

  private endFailure() {
    const body = this.bytes <= keptOfFailure ? this.text() : '';
    const errorClass = failureClass(this.head?.status ?? 0, body, this.id, this.context.hasSession);
    this.end(errorClass, undefined);
    if (errorClass === 'session_404') this.context.onSessionGone();
  }

  private end(errorClass: ErrorClass | null, result: unknown) {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.chunks = [];
    this.context.inFlight.delete(this);
    this.done({ errorClass, writtenUs: this.writtenUs, endUs: this.context.clock.now(), bytes: this.bytes, result: this.request.wantsResult ? result : undefined });
  }
}

const expire = (call: HttpCall) => call.expire();
