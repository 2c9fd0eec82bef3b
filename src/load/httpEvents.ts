/** Cuts the body of an event stream into server-sent events (WHATWG HTML, section 9.2.6). */
export interface EventCutter {
  /** The bytes need not stay. */
  push(chunk: Buffer): void;
  /** True while a part of an event has come, and not its end; comments do not count. */
  readonly partial: boolean;
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const colon = 58;

type OnEvent = (data: string, type: string) => void;

/**
 * Chunks are joined once a line is whole, so the work is linear in the length of an event. An event without a type has
 * the type `message`; those without data are not reported.
 */
export function createEventCutter(onEvent: OnEvent): EventCutter {
  const lines = new EventLines(onEvent);
  let held: Buffer[] = [];
  /** The last line end so far was CR: an LF that follows belongs to it. */
  let afterCarriageReturn = false;

  return {
    push(chunk) {
      if (chunk.length === 0) return;
      if (afterCarriageReturn && chunk[0] === lineFeed) chunk = chunk.subarray(1);
      afterCarriageReturn = false;
      const end = Math.max(chunk.lastIndexOf(lineFeed), chunk.lastIndexOf(carriageReturn));
      if (end === -1) {
        if (chunk.length > 0) held.push(Buffer.from(chunk));
        return;
      }
      const text = (held.length === 0 ? chunk.subarray(0, end + 1) : Buffer.concat([...held, chunk.subarray(0, end + 1)])).toString('utf8');
      afterCarriageReturn = chunk[end] === carriageReturn && end === chunk.length - 1;
      held = end + 1 < chunk.length ? [Buffer.from(chunk.subarray(end + 1))] : [];
      lines.take(text);
    },
    get partial() {
      return lines.begun || (held.length > 0 && held[0]![0] !== colon);
    },
  };
}

/** The events of a stream that has come as a whole. */
export function cutEvents(text: string, onEvent: OnEvent): void {
  new EventLines(onEvent).take(text);
}

class EventLines {
  private readonly onEvent: OnEvent;
  private data: string | null = null;
  private type = '';

  constructor(onEvent: OnEvent) {
    this.onEvent = onEvent;
  }

  /** There is data, and its event has not ended. */
  get begun(): boolean {
    return this.data !== null;
  }

  /** What stands behind the last line end is no line. */
  take(text: string) {
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.line(text, from, end);
      from = end + 1;
    }
  }

  private line(text: string, from: number, end: number) {
    if (from === end) {
      if (this.data !== null && this.data !== '') this.onEvent(this.data, this.type === '' ? 'message' : this.type);
      this.data = null;
      this.type = '';
    } else if (text.startsWith('data:', from)) {
      const value = text.slice(text.charCodeAt(from + 5) === space ? from + 6 : from + 5, end);
      this.data = this.data === null ? value : `${this.data}\n${value}`;
    } else if (text.startsWith('event:', from)) this.type = text.slice(text.charCodeAt(from + 6) === space ? from + 7 : from + 6, end);
  }
}
