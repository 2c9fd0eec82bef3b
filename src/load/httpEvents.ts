/** Cuts the body of an event stream into server-sent events (WHATWG HTML, section 9.2.6). */
export interface EventCutter {
  /** The bytes need not stay. */
  push(chunk: Buffer): void;
  /** True while a part of an event has come, and not its end; comments do not count. */
  readonly partial: boolean;
}

const lineFeed = 10;
const carriageReturn = 13;
const colon = 58;

/**
 * Chunks are joined once a line is whole, so the work is linear in the length of an event. An event
 * without a type has the type `message`; those without data are not reported.
 */
export function createEventCutter(onEvent: (data: string, type: string) => void): EventCutter {
  let held: Buffer[] = [];
  let data: string | null = null;
  let type = '';
  /** The last line end so far was CR: an LF that follows belongs to it. */
  let afterCarriageReturn = false;

  function line(text: string) {
    if (text === '') {
      if (data !== null && data !== '') onEvent(data, type === '' ? 'message' : type);
      data = null;
      type = '';
    } else if (text.startsWith('data:')) {
      const value = text.slice(text.charCodeAt(5) === 32 ? 6 : 5);
      data = data === null ? value : `${data}\n${value}`;
    } else if (text.startsWith('event:')) type = text.slice(text.charCodeAt(6) === 32 ? 7 : 6);
  }

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
      const isPair = chunk[end] === lineFeed && chunk[end - 1] === carriageReturn;
      const lines = chunk.subarray(0, isPair ? end - 1 : end);
      const text = (held.length === 0 ? lines : Buffer.concat([...held, lines])).toString('utf8');
      afterCarriageReturn = chunk[end] === carriageReturn && end === chunk.length - 1;
      held = end + 1 < chunk.length ? [Buffer.from(chunk.subarray(end + 1))] : [];
      for (const one of text.split(text.includes('\r') ? /\r\n|\r|\n/ : '\n')) line(one);
    },
    get partial() {
      return data !== null || (held.length > 0 && held[0]![0] !== colon);
    },
  };
}
