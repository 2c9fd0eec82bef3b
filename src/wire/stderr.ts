import type { Readable } from 'node:stream';

/** Kept of the end of stderr, for error messages. */
const tailBytes = 16 * 1024;
/** Lines reported per second, and characters of each: a flood is drained, not stored. */
const linesPerSecond = 100;
const lineCharacters = 1000;

/** What Node prints when its inspector is used; it is our doing and not the server's. */
const inspectorLine = /^(Debugger listening on |For help, see: https?:\/\/nodejs\.org|Debugger attached\.|Debugger ending on |Waiting for the debugger to )/;

export interface StderrReader {
  /** The last lines, without those of the inspector and the frames of Node.js itself. */
  tail: () => string;
}

/** Reads a stream to its end, whatever comes, and reports its lines within bounds. */
export function drainStderr(stream: Readable, now: () => number, onLine: (text: string, atUs: number) => void): StderrReader {
  let tail = '';
  let rest = '';
  let windowStart = -Infinity;
  let reported = 0;

  function line(text: string, atUs: number) {
    if (inspectorLine.test(text)) return;
    tail += `${text.slice(0, tailBytes)}\n`;
    if (tail.length > 2 * tailBytes) tail = tail.slice(-tailBytes);
    if (atUs - windowStart > 1e6) {
      windowStart = atUs;
      reported = 0;
    }
    reported++;
    if (reported <= linesPerSecond) onLine(text.slice(0, lineCharacters), atUs);
    else if (reported === linesPerSecond + 1) onLine('… more lines in this second were left out', atUs);
  }

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const atUs = now();
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop()!;
    // a line without an end must not grow for ever
    if (rest.length > 2 * tailBytes) rest = rest.slice(-tailBytes);
    for (const text of lines) if (text !== '') line(text, atUs);
  });
  stream.on('end', () => {
    if (rest !== '') line(rest, now());
    rest = '';
  });
  stream.on('error', () => undefined);

  return { tail: () => lastLines((tail + (inspectorLine.test(rest) ? '' : rest)).slice(-tailBytes).trim()) };
}

/** A frame within Node.js tells nothing of the server, and ten of them push out the message. */
const innerFrame = /^\s+at .*\bnode:/;
const mostLines = 12;
const mostCharacters = 1500;

const lastLines = (text: string) => text.split('\n').filter((line) => !innerFrame.test(line)).slice(-mostLines).join('\n').slice(-mostCharacters);
