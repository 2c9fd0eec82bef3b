import type { Writable } from 'node:stream';
import type { Pending } from './pending.ts';

/**
 * Writes requests to a pipe: what comes within one turn of the event loop is one write, and `writtenUs` is set when the
 * operating system has taken it; from then on its time runs. While the pipe is full nothing more is handed to the stream.
 */
export interface PipeWriter {
  push(pending: Pending): void;
  /** One message that needs no answer, as JSON text; goes before requests that wait. */
  pushText(text: string): void;
  /** Characters that wait for the pipe. */
  readonly waiting: number;
}

/** A server that asks without end and does not read our answers must not fill our memory. */
const mostText = 1024 * 1024;
/** Characters per write: what is stamped together when the pipe is full. */
const batchCharacters = 64 * 1024;
/** Places for requests that wait, kept when none does. */
const mostKept = 1000;

export function createPipeWriter(stream: Writable, now: () => number): PipeWriter {
  let queue: Pending[] = [];
  /** What is queued stands from `at` to `end`; what is beyond was there before. */
  let at = 0;
  let end = 0;
  let text = '';
  let waiting = 0;
  let lastParams = '';
  let lastMethod = '';
  /** What follows the id. */
  let tail = '';
  let scheduled = false;
  /** Handed to the stream and not taken by the operating system; null while the pipe has room. */
  let blockedOn: Pending[] | null = null;

  function schedule() {
    if (scheduled || blockedOn) return;
    scheduled = true;
    queueMicrotask(flush);
  }

  function flush() {
    scheduled = false;
    while (blockedOn === null && (at < end || text !== '') && stream.writable) {
      const from = at;
      let batch = text;
      text = '';
      while (at < end && batch.length < batchCharacters) {
        const { id, request, characters, over } = queue[at++]!;
        waiting -= characters;
        if (over) continue;
        // most workloads send the same few texts again and again
        if (request.params !== lastParams || request.method !== lastMethod) {
          lastParams = request.params;
          lastMethod = request.method;
          tail = `,"method":"${lastMethod}","params":${lastParams}}\n`;
        }
        batch += `{"jsonrpc":"2.0","id":${id}${tail}`;
      }
      if (batch === '') continue;
      // before: once it has written, this thread may have to wait for the processor while the server works already
      const nowUs = now();
      stream.write(batch, 'utf8', written);
      if (stream.writableLength > 0) blockedOn = queue.slice(from, at);
      else if (stream.errored === null) stamp(queue, from, at, nowUs);
    }
    if (at === end) {
      // a pipe that was full for long leaves a long one
      if (end > mostKept) queue = [];
      at = end = 0;
    } else if (at > mostKept) {
      queue = queue.slice(at, end);
      end -= at;
      at = 0;
    }
  }

  function stamp(list: Pending[], from: number, to: number, nowUs: number) {
    for (let i = from; i < to; i++) {
      const pending = list[i]!;
      pending.written = true;
      pending.writtenUs = nowUs;
      pending.dueUs = nowUs + pending.request.timeoutUs;
    }
  }

  /** Of any write; only the one that the pipe could not take at once is waited for. */
  function written(error?: Error | null) {
    if (blockedOn === null || error) return;
    if (stream.writableLength > 0) return;
    stamp(blockedOn, 0, blockedOn.length, now());
    blockedOn = null;
    flush();
  }

  return {
    push(pending) {
      queue[end++] = pending;
      waiting += pending.characters;
      schedule();
    },
    pushText(message) {
      if (text.length < mostText) text += `${message}\n`;
      schedule();
    },
    get waiting() {
      return waiting;
    },
  };
}
