const newline = 10;

/**
 * Hands messages that came in one chunk to the server one by one: the next one when all continuations of the one before
 * have run, still in the same turn of the event loop. Some servers (SDK v2's `serveStdio`) put messages into a queue
 * that one loop works off, and so would serve all of them in the context of the first. A pipe promises nothing about
 * the limits of chunks: the server sees what might have come anyway.
 *
 * Only stdin is touched, and only from the first MCP request on. Returns what undoes it.
 */
export function separateMessages(active: () => boolean): () => void {
  const lazy = Object.getOwnPropertyDescriptor(process, 'stdin');
  const get = lazy?.get?.bind(process) as (() => Pushable) | undefined;
  if (!get || !lazy?.configurable) return () => undefined;
  let undo = (): void => void Object.defineProperty(process, 'stdin', lazy);
  // stdin is made when it is first asked for; making it earlier would change how the process ends
  Object.defineProperty(process, 'stdin', {
    ...lazy,
    get() {
      const stdin = get();
      undo();
      undo = split(stdin, active);
      return stdin;
    },
  });
  return () => undo();
}

interface Pushable {
  push: (chunk: unknown, encoding?: unknown) => boolean;
}

function split(stdin: Pushable, active: () => boolean): () => void {
  const native = stdin.push.bind(stdin);
  const tick = process.nextTick.bind(process);
  const soon = queueMicrotask;
  const waiting: unknown[] = [];

  function next(): void {
    if (waiting.length === 0) return;
    // a tick that a continuation asks for comes after all continuations; asked for before the push, where no request
    // has been entered yet
    if (waiting.length > 1) soon(() => tick(next));
    native(waiting.shift());
  }
  function push(chunk: unknown, encoding?: unknown): boolean {
    if (waiting.length === 0 && !(active() && isSeveralLines(chunk))) return native(chunk, encoding);
    const first = waiting.length === 0;
    waiting.push(...(chunk instanceof Uint8Array ? linesOf(chunk) : [chunk]));
    if (first) next();
    return true;
  }
  Object.defineProperty(stdin, 'push', { value: push, configurable: true, writable: true, enumerable: false });
  return () => {
    // what is still waiting goes on to come in order
    if (stdin.push === push && waiting.length === 0) delete (stdin as Partial<Pushable>).push;
  };
}

function isSeveralLines(chunk: unknown): boolean {
  if (!(chunk instanceof Uint8Array)) return false;
  const first = chunk.indexOf(newline);
  return first >= 0 && first < chunk.length - 1;
}

function linesOf(chunk: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    lines.push(chunk.subarray(start, end + 1));
    start = end + 1;
  }
  if (start < chunk.length) lines.push(chunk.subarray(start));
  return lines;
}
