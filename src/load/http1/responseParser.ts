import { NotHttpError, parseHead, type HeadMemory, type ResponseHead } from './responseHead.ts';

/** Takes an answer as it comes. It ends with the last data, with `onEnd` or with `onFail`. */
export interface ResponseSink {
  onHead(head: ResponseHead): void;
  /** The bytes are valid only meanwhile. With `last` the answer ends, and no `onEnd` follows. */
  onData(chunk: Buffer, last: boolean): void;
  onEnd(): void;
  onFail(error: NotHttpError): void;
}

/** Bytes of status line and headers, or of trailers. */
const mostHead = 64 * 1024;
/** Of what may stand behind the size of a chunk. */
const mostExtension = 16 * 1024;
/** So many hex digits are below 2^53. */
const mostDigits = 13;

const inHead = 0;
const inBody = 1;
const untilClose = 2;
const inSize = 3;
const inExtension = 4;
const afterSize = 5;
const inChunk = 6;
const afterChunk = 7;
const afterChunkReturn = 8;
const atTrailer = 9;
const inTrailer = 10;
const afterTrailer = 11;
const atLastFeed = 12;
const ended = 13;

const cr = 13;
const lf = 10;
const endOfHead = Buffer.from('\r\n\r\n');
const start = 'HTTP/1.';

/** Reads answers of one socket, one after the other, wherever they are cut into chunks (RFC 9112). */
export class ResponseParser {
  /** Bytes that came behind the end of the answer. */
  surplus = 0;
  private readonly sink: ResponseSink;
  private state = ended;
  private memory: HeadMemory = { bytes: Buffer.alloc(0), head: null };
  /** Of a head whose end has not come; grows. */
  private held = Buffer.alloc(0);
  private heldLength = 0;
  /** Bytes of the body or of the chunk that have not come. */
  private left = 0;
  /** Digits of the size, or bytes of an extension or of trailers. */
  private count = 0;

  constructor(sink: ResponseSink) {
    this.sink = sink;
  }

  /** An answer will come. */
  begin(memory: HeadMemory) {
    this.state = inHead;
    this.memory = memory;
    this.heldLength = this.surplus = 0;
  }

  /** The first `end` bytes. */
  push(chunk: Buffer, end = chunk.length) {
    let at = 0;
    // what stands before the answer itself (103 and the like) is passed over
    while (this.state === inHead) {
      at = this.readHead(chunk, at, end);
      if (at === -1) return;
    }
    if (this.state === inBody) this.readBody(chunk, at, end);
    else if (this.state !== untilClose) this.readChunks(chunk, at, end);
    else if (at < end) this.sink.onData(chunk.subarray(at, end), false);
  }

  /** Nothing more will come. False when something is missing. */
  close(): boolean {
    if (this.state !== untilClose) return false;
    this.end(0);
    this.sink.onEnd();
    return true;
  }

  private end(surplus: number) {
    this.state = ended;
    this.surplus = surplus;
  }

  private fail(why: string) {
    this.state = ended;
    this.sink.onFail(new NotHttpError(why));
  }

  /** @returns where the body begins; -1 when nothing of this chunk is left, or the answer is over. */
  private readHead(chunk: Buffer, at: number, to: number): number {
    const { bytes, head: known } = this.memory;
    if (known && this.heldLength === 0 && to - at >= bytes.length && bytes.compare(chunk, at, at + bytes.length) === 0) {
      return this.takeHead(known, at + bytes.length, to);
    }
    const from = this.heldLength;
    const held = from === 0 ? chunk.subarray(at, to) : this.hold(chunk, at, to);
    const end = held.indexOf(endOfHead, Math.max(0, from - 3));
    if ((end === -1 ? held.length : end) > mostHead) {
      this.fail('the head of the answer is too large');
      return -1;
    }
    if (end === -1) {
      // what is not HTTP may wait for us in vain, and never come to that end
      if (!held.toString('latin1', 0, start.length).startsWith(start.slice(0, held.length)) || hasBareFeed(held, from)) this.fail('the answer does not begin as HTTP/1 does');
      else if (from === 0) this.hold(chunk, at, to);
      return -1;
    }
    this.heldLength = 0;
    const length = end + endOfHead.length;
    let head: ResponseHead;
    try {
      head = parseHead(held.toString('latin1', 0, length));
    } catch (error) {
      if (!(error instanceof NotHttpError)) throw error;
      this.fail(error.message);
      return -1;
    }
    if (head.status === 101) {
      this.fail('the server changed the protocol');
      return -1;
    }
    const bodyAt = at + length - from;
    if (head.status < 200) return bodyAt;
    this.memory.bytes = Buffer.from(held.subarray(0, length));
    this.memory.head = head;
    return this.takeHead(head, bodyAt, to);
  }

  private hold(chunk: Buffer, at: number, to: number): Buffer {
    const length = this.heldLength + to - at;
    if (length > this.held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * length));
      this.held.copy(larger, 0, 0, this.heldLength);
      this.held = larger;
    }
    chunk.copy(this.held, this.heldLength, at, to);
    this.heldLength = length;
    return this.held.subarray(0, length);
  }

  private takeHead(head: ResponseHead, at: number, to: number): number {
    const { body } = head;
    this.count = 0;
    this.left = 0;
    if (body === 'chunked') this.state = inSize;
    else if (body === 'until-close') this.state = untilClose;
    else {
      this.state = inBody;
      this.left = body;
    }
    this.sink.onHead(head);
    if (body !== 0) return at;
    this.end(to - at);
    this.sink.onEnd();
    return -1;
  }

  private readBody(chunk: Buffer, at: number, to: number) {
    const end = at + this.left;
    if (end > to) {
      this.left = end - to;
      if (at < to) this.sink.onData(chunk.subarray(at, to), false);
      return;
    }
    this.end(to - end);
    this.sink.onData(chunk.subarray(at, end), true);
  }

  /** Data is handed on when it is known whether the body ends behind it. */
  private readChunks(chunk: Buffer, at: number, to: number) {
    let dataAt = 0;
    let dataEnd = 0;
    while (at < to && this.state !== ended) {
      if (this.state === inChunk) {
        if (dataAt < dataEnd) this.sink.onData(chunk.subarray(dataAt, dataEnd), false);
        dataAt = at;
        dataEnd = at = Math.min(at + this.left, to);
        this.left -= dataEnd - dataAt;
        if (this.left === 0) this.state = afterChunk;
      } else if (!this.step(chunk[at++]!)) {
        if (dataAt < dataEnd) this.sink.onData(chunk.subarray(dataAt, dataEnd), false);
        this.fail('the answer is not in chunks, as it says');
        return;
      }
    }
    const last = this.state === ended;
    if (last) this.end(to - at);
    if (dataAt < dataEnd) this.sink.onData(chunk.subarray(dataAt, dataEnd), last);
    else if (last) this.sink.onEnd();
  }

  /** One byte of what stands between the data. False when it must not stand there. */
  private step(byte: number): boolean {
    switch (this.state) {
      case inSize: {
        const digit = hexDigit(byte);
        if (digit !== -1) {
          this.left = this.left * 16 + digit;
          return ++this.count <= mostDigits;
        }
        if (this.count === 0) return false;
        this.count = 0;
        if (byte === cr) this.state = afterSize;
        else if (byte === 59 || byte === 32 || byte === 9) this.state = inExtension;
        else return false;
        return true;
      }
      case inExtension:
        if (byte === cr) this.state = afterSize;
        return byte !== lf && ++this.count <= mostExtension;
      case afterSize:
        this.count = 0;
        this.state = this.left === 0 ? atTrailer : inChunk;
        return byte === lf;
      case afterChunk:
        this.state = afterChunkReturn;
        return byte === cr;
      case afterChunkReturn:
        this.state = inSize;
        return byte === lf;
      case atTrailer:
        this.state = byte === cr ? atLastFeed : inTrailer;
        return byte !== lf && ++this.count <= mostHead;
      case inTrailer:
        if (byte === cr) this.state = afterTrailer;
        return byte !== lf && ++this.count <= mostHead;
      case afterTrailer:
        this.state = atTrailer;
        return byte === lf;
      default:
        this.state = ended;
        return byte === lf;
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** An LF without its CR, among the bytes from `from`. */
function hasBareFeed(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(lf, from); at !== -1; at = bytes.indexOf(lf, at + 1)) if (bytes[at - 1] !== cr) return true;
  return false;
}
