import { readMessages } from './httpAnswer.ts';
import { createEventCutter, type EventCutter } from './httpEvents.ts';
import type { RequestHead } from './http1/requestHead.ts';
import type { Exchange } from './http1/socket.ts';
import type { HttpPool } from './httpPool.ts';

/** Pause before a stream that ended is opened again, milliseconds. */
const reopenMs = 1000;

/**
 * Keeps the GET stream of a session open and passes on what the server asks there; a server without one says 405.
 *
 * @returns what ends it.
 */
export function openServerStream(pool: HttpPool, head: RequestHead, onServerRequest: (id: string | number, method: string) => void): () => void {
  let exchange: Exchange | null = null;
  let timer: NodeJS.Timeout | null = null;
  let refused = false;

  function open() {
    let cutter: EventCutter | null = null;
    timer = null;
    exchange = pool.stream(head, {
      onWritten: () => undefined,
      onHead({ status, mediaType }) {
        refused = status !== 200 || mediaType !== 'text/event-stream';
        if (!refused) cutter = createEventCutter(read);
      },
      onData: (chunk) => cutter?.push(chunk),
      onEnd: again,
      onError: again,
    });
  }

  function read(data: string) {
    readMessages(data, (said) => {
      if (said.kind === 'request') onServerRequest(said.id, said.method);
    });
  }

  function again() {
    if (!refused) timer = setTimeout(open, reopenMs);
  }

  open();
  return () => {
    refused = true;
    exchange?.abort();
    if (timer) clearTimeout(timer);
  };
}
