import type { Clock } from '../wire/clock.ts';
import type { ErrorClass, Outgoing, Reply } from './connection.ts';
import type { RequestHead } from './http1/requestHead.ts';
import type { ResponseHead } from './http1/responseHead.ts';
import type { Exchange, ExchangeTaker } from './http1/socket.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { failureClass, readEvents, readMessages, type Said } from './httpAnswer.ts';
import { networkClass } from './httpErrors.ts';
import { createEventCutter, type EventCutter } from './httpEvents.ts';
import type { HttpPool } from './httpPool.ts';
import type { SameAnswer } from './sameAnswer.ts';

/** What the calls of one session share. */
export interface CallContext {
  pool: HttpPool;
  clock: Clock;
  deadlines: Deadlines;
  /** Used for each reply. */
  reply: Reply;
  /** Of whole bodies with a good answer and nothing else. */
  same: { json: SameAnswer; events: SameAnswer };
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

/** How long a stream may stay open when the answer has been in it, microseconds: it keeps a socket from others. */
const lingerUs = 1e6;
/** Of the body of a failure, bytes: enough for a JSON-RPC error. */
const keptOfFailure = 64 * 1024;

/**
 * One request as one POST, whose answer comes as JSON or on a stream of events. A class, as there is one for each
 * request: its methods are made once. No timer, and no listener on a signal that others share.
 */
export class HttpCall implements ExchangeTaker, Deadline {
  readonly id: number;
  /** Of the answer; null until it has come. */
  head: ResponseHead | null = null;
  networkError: Error | null = null;
  private readonly context: CallContext;
  private readonly request: Outgoing;
  private readonly secure: boolean;
  private readonly done: (reply: Reply) => void;
  dueUs = 0;
  before: Deadline | null = null;
  after: Deadline | null = null;
  private exchange: Exchange | null = null;
  private writtenUs: number | null = null;
  private ended = false;
  private body: 'none' | 'json' | 'events' | 'other' | 'failure' = 'none';
  private bytes = 0;
  private chunks: Buffer[] | null = null;
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
    this.exchange = context.pool.exchange(post, body, this);
    if (this.writtenUs === null) context.deadlines.add(this, request.timeoutUs);
  }

  onWritten() {
    this.writtenUs = this.context.deadlines.add(this, this.request.timeoutUs);
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
    if (last && this.bytes === chunk.length && (this.body === 'json' || this.body === 'events')) this.readWhole(this.body, chunk);
    else if (this.body === 'events') {
      this.events ??= createEventCutter((data, type) => {
        if (type === 'message') readMessages(data, (said) => this.take(said));
      });
      this.events.push(chunk);
      // ended meanwhile
      if (!last && (this.ended as boolean)) this.context.deadlines.add(this, lingerUs);
    } else if (this.body === 'json' || (this.body === 'failure' && this.bytes <= keptOfFailure)) (this.chunks ??= []).push(Buffer.from(chunk));
  }

  onEnd() {
    this.context.deadlines.remove(this);
    if (this.ended) return;
    if (this.body === 'failure') this.endFailure();
    else if (this.body === 'json' && this.chunks) readMessages(this.text(), (said) => this.take(said));
    else if (this.body === 'other' || (this.body === 'none' && this.bytes > 0)) this.odd = 'bad_content_type';
    // does nothing where the answer was there
    this.end(this.odd ?? 'stream_ended_no_response', undefined);
  }

  onError(error: Error) {
    this.context.deadlines.remove(this);
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
    this.exchange?.abort();
    if (this.ended) return;
    if (this.writtenUs === null) {
      this.end('not_sent', undefined);
      return;
    }
    const partial = this.begun || (this.body === 'events' ? this.events?.partial === true : this.bytes > 0);
    this.end(partial ? 'timeout_mid_stream' : 'timeout_no_bytes', undefined);
    this.context.onTimeout(this.id);
  }

  private text(): string {
    return Buffer.concat(this.chunks ?? []).toString('utf8');
  }

  /** A body that came in one piece. */
  private readWhole(kind: 'json' | 'events', body: Buffer) {
    const same = this.context.same[kind];
    const { wantsResult } = this.request;
    if (!wantsResult && same.idOf(body, 0) === this.id && same.end === body.length) {
      this.endAnswered(null, undefined);
      return;
    }
    const text = body.toString('utf8');
    let messages = 0;
    let good = 0;
    const read = kind === 'json' ? readMessages : readEvents;
    read(text, (said) => {
      messages++;
      if (said.kind === 'response' && said.id === this.id && said.errorClass === null) good++;
      this.take(said);
    });
    if (good === 1 && messages === 1 && !wantsResult) same.parsed(text, this.id);
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
    this.chunks = null;
    const { context } = this;
    const { reply } = context;
    context.deadlines.remove(this);
    context.inFlight.delete(this);
    reply.errorClass = errorClass;
    reply.writtenUs = this.writtenUs;
    reply.endUs = context.clock.now();
    reply.bytes = this.bytes;
    reply.result = this.request.wantsResult ? result : undefined;
    this.done(reply);
  }
}
