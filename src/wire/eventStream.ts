import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface EventStream {
  push(chunk: Buffer, readUs: number): void;
  /** True while an event has begun and its end has not come. */
  readonly partial: boolean;
}

/**
 * Cuts a byte stream into server-sent events, each with the time at which the chunk with its first byte was read.
 * Linear in the length of an event, however many chunks it comes in.
 */
export function createEventStream(onEvent: (event: EventSourceMessage, firstByteUs: number) => void): EventStream {
  const decoder = new StringDecoder('utf8');
  /** When the event that is not complete yet began; null between events. */
  let begunUs: number | null = null;
  let tail = '';
  let readUs = 0;
  const parser = createParser({
    onEvent(event) {
      onEvent(event, begunUs ?? readUs);
      // what follows in this chunk began in it
      begunUs = readUs;
    },
  });
  return {
    push(chunk, atUs) {
      const text = decoder.write(chunk);
      readUs = atUs;
      begunUs ??= atUs;
      parser.feed(text);
      tail = (tail + text).slice(-4);
      if (/(\n\n|\r\r|\r\n\r\n)$/.test(tail)) begunUs = null;
    },
    get partial() {
      return begunUs !== null;
    },
  };
}
