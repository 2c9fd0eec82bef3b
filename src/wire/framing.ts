import { isAscii, isUtf8 } from 'node:buffer';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** Where a line broke off or could not be read as a message. */
export type InvalidReason = 'not-utf8' | 'not-json' | 'not-jsonrpc' | 'too-long';

/** When a message arrived (microseconds on the run's clock) and how long it was, its line end included. */
export interface Arrival {
  /** The chunk with its first byte was read. */
  firstByteUs: number;
  /** It was complete and parsed. */
  parsedUs: number;
  bytes: number;
}

export interface LineHandlers {
  message: (message: JSONRPCMessage, text: string, arrival: Arrival) => void;
  /** A line that is no JSON-RPC message; `text` is at most its first 200 characters. */
  invalid: (text: string, reason: InvalidReason, arrival: Arrival) => void;
  /** Sees a line that begins at `from`, before it is looked at: where the next one begins, when it knows what it says; else -1. */
  known?: (chunk: Buffer, from: number) => number;
}

export interface LineReader {
  push(chunk: Buffer, readUs: number): void;
  /** Reports what stands behind the last line end, when the stream is over. */
  end(): void;
  /** True while a line has begun and its end has not come. */
  readonly partial: boolean;
  /** At most the first `keptOfInvalid` characters of that line; empty between lines. */
  head(): string;
}

/** A V8 string ends at 512 MB; half of it leaves room for what the client makes of it. */
export const defaultMaxLineBytes = 256 * 1024 * 1024;
/** Characters of a line that is no message. More than anybody is shown: a secret among them is known only as a whole. */
export const keptOfInvalid = 4096;
const lineFeed = 10;
const carriageReturn = 13;

/**
 * Cuts a byte stream into JSON-RPC messages, one a line; CRLF is read as LF and empty lines are skipped.
 * Chunks are kept as they come and joined once a line is whole, so the work is linear in its length.
 */
export function createLineReader(handlers: LineHandlers, now: () => number, maxLineBytes = defaultMaxLineBytes): LineReader {
  let held: Buffer[] = [];
  /** Length of the line so far; what is held is less once the line is over the limit. */
  let lineBytes = 0;
  let firstByteUs = 0;

  function hold(part: Buffer, readUs: number) {
    if (lineBytes === 0) firstByteUs = readUs;
    lineBytes += part.length;
    if (lineBytes <= maxLineBytes) held.push(part);
    else held = [(held[0] ?? part).subarray(0, keptOfInvalid * 4)];
  }

  function take(end: number) {
    const line = held.length === 1 ? held[0]! : Buffer.concat(held);
    const bytes = lineBytes + end;
    held = [];
    lineBytes = 0;
    const length = line.length > 0 && line[line.length - 1] === carriageReturn ? line.length - 1 : line.length;
    if (length === 0) return;
    const content = length === line.length ? line : line.subarray(0, length);
    if (bytes > maxLineBytes || !isUtf8(content)) refuse(headOf([content]), bytes > maxLineBytes ? 'too-long' : 'not-utf8', bytes);
    else read(content.toString('utf8'), bytes);
  }

  /** Where the first line from `start` begins that is not known. */
  function pastKnown(chunk: Buffer, start: number): number {
    if (!handlers.known) return start;
    let at = start;
    while (at < chunk.length) {
      const next = handlers.known(chunk, at);
      if (next === -1) break;
      at = next;
    }
    return at;
  }

  /** Whole lines of one chunk, line end included: one conversion for all of them. */
  function takeAscii(lines: Buffer, readUs: number) {
    const text = lines.toString('latin1');
    firstByteUs = readUs;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const bytes = end + 1 - start;
      const from = start;
      const to = end > from && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
      if (to > from) {
        if (bytes > maxLineBytes) refuse(text.slice(from, Math.min(to, from + keptOfInvalid)), 'too-long', bytes);
        else read(text.slice(from, to), bytes);
      }
      start = pastKnown(lines, end + 1);
    }
  }

  function read(text: string, bytes: number) {
    const parsed = parseOne(text);
    if (typeof parsed === 'string') refuse(text.slice(0, keptOfInvalid), parsed, bytes);
    else {
      const arrival = { firstByteUs, parsedUs: now(), bytes };
      if (!Array.isArray(parsed)) handlers.message(parsed, text, arrival);
      else for (const message of parsed) handlers.message(message, text, arrival);
    }
  }

  function refuse(head: string, reason: InvalidReason, bytes: number) {
    handlers.invalid(head, reason, { firstByteUs, parsedUs: now(), bytes });
  }

  return {
    push(chunk, readUs) {
      let start = 0;
      if (lineBytes > 0) {
        const end = chunk.indexOf(lineFeed);
        hold(end === -1 ? chunk : chunk.subarray(0, end), readUs);
        if (end === -1) return;
        take(1);
        start = end + 1;
      }
      start = pastKnown(chunk, start);
      const last = start === chunk.length ? start : chunk.lastIndexOf(lineFeed) + 1;
      if (last > start) {
        const lines = chunk.subarray(start, last);
        if (isAscii(lines)) takeAscii(lines, readUs);
        else {
          for (let at = 0; at < lines.length; ) {
            const end = lines.indexOf(lineFeed, at);
            hold(lines.subarray(at, end), readUs);
            take(1);
            at = pastKnown(lines, end + 1);
          }
        }
        start = last;
      }
      if (start < chunk.length) hold(start === 0 ? chunk : chunk.subarray(start), readUs);
    },
    end() {
      if (lineBytes > 0) take(0);
    },
    get partial() {
      return lineBytes > 0;
    },
    head: () => headOf(held),
  };
}

/** Where the next line begins, when this one ends at `at`; else -1. */
export function afterLineEnd(chunk: Uint8Array, at: number): number {
  const end = chunk[at] === carriageReturn ? at + 1 : at;
  return chunk[end] === lineFeed ? end + 1 : -1;
}

/** At most `keptOfInvalid` characters, whatever the bytes are. */
function headOf(parts: Buffer[]): string {
  const first: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (bytes >= keptOfInvalid * 4) break;
    first.push(part);
    bytes += part.length;
  }
  return Buffer.concat(first.map((part) => part.subarray(0, keptOfInvalid * 4))).toString('utf8', 0, keptOfInvalid * 4).slice(0, keptOfInvalid);
}

/** The messages in a text: one, or those of a batch (protocol 2025-03-26); or why it is none. */
export function parseMessage(text: string): JSONRPCMessage[] | InvalidReason {
  const parsed = parseOne(text);
  return typeof parsed === 'string' || Array.isArray(parsed) ? parsed : [parsed];
}

function parseOne(text: string): JSONRPCMessage | JSONRPCMessage[] | InvalidReason {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  if (!Array.isArray(value)) return isMessage(value) ? value : 'not-jsonrpc';
  const messages: unknown[] = value;
  return messages.length > 0 && messages.every(isMessage) ? messages : 'not-jsonrpc';
}

function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, result, error } = value as { jsonrpc?: unknown; method?: unknown; result?: unknown; error?: unknown };
  return jsonrpc === '2.0' && (typeof method === 'string' || isObject(result) || isObject(error));
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** A message as one line of UTF-8. */
export const frame = (message: JSONRPCMessage): Buffer => Buffer.from(`${JSON.stringify(message)}\n`, 'utf8');
