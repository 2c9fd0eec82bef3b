import type { ErrorClass } from './connection.ts';
import { cutEvents } from './httpEvents.ts';

/** What a message from the server is. */
export type Said =
  /** `id` is null where the server could not tell which request it was. */
  | { kind: 'response'; id: string | number | null; errorClass: ErrorClass | null; result: unknown }
  /** It asks something of us. */
  | { kind: 'request'; id: string | number; method: string }
  | { kind: 'notification' }
  /** It is no JSON-RPC message. */
  | { kind: 'invalid' };

/** Reads a text as the messages that it holds: one, or those of a batch (protocol 2025-03-26). */
export function readMessages(text: string, onSaid: (said: Said) => void): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    onSaid(invalid);
    return;
  }
  if (!Array.isArray(value)) onSaid(read(value));
  else if (value.length === 0) onSaid(invalid);
  else for (const one of value) onSaid(read(one));
}

/** The messages of a whole event stream. */
export function readEvents(text: string, onSaid: (said: Said) => void): void {
  cutEvents(text, (data, type) => {
    if (type === 'message') readMessages(data, onSaid);
  });
}

/** The id of the one answer that stands in such a stream. */
export function idInEvents(text: string): unknown {
  let id: unknown;
  let messages = 0;
  readEvents(text, (said) => {
    messages++;
    id = said.kind === 'response' ? said.id : undefined;
  });
  return messages === 1 ? id : undefined;
}

/**
 * Of an answer with a status from 300: a 4xx may carry the JSON-RPC error, with the id or, from a server that could not
 * read it, without. Within a session a 404 means that it is gone.
 */
export function failureClass(status: number, body: string, id: number, inSession: boolean): ErrorClass {
  const gone = inSession && status === 404;
  let found: ErrorClass = gone ? 'session_404' : statusClass(status);
  if (status < 400 || status >= 500) return found;
  readMessages(body, (said) => {
    if (said.kind !== 'response' || said.errorClass?.startsWith('jsonrpc') !== true) return;
    if (said.id === id || (said.id === null && !gone)) found = said.errorClass;
  });
  return found;
}

export const cancelledNotice = (id: number): string => `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"timeout"}}`;

/** Of a status from 300. */
export function statusClass(status: number): ErrorClass {
  return status >= 500 ? 'http_5xx' : status >= 400 ? 'http_4xx' : 'http_3xx';
}

function read(message: unknown): Said {
  if (!isRecord(message) || message['jsonrpc'] !== '2.0') return invalid;
  const { id, method, result } = message;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  if (typeof method === 'string') return known === null ? notification : { kind: 'request', id: known, method };
  if (result === undefined && message['error'] === undefined) return invalid;
  return { kind: 'response', id: known, errorClass: answerClass(message), result };
}

/** Of the result or error of an answer; null for a good result. */
function answerClass({ result, error }: Record<string, unknown>): ErrorClass | null {
  if (error !== undefined) {
    const code = isRecord(error) ? error['code'] : undefined;
    return typeof code === 'number' && Number.isInteger(code) ? `jsonrpc(${code})` : 'parse';
  }
  if (!isRecord(result)) return 'parse';
  return result['isError'] === true ? 'tool_isError' : null;
}

const invalid: Said = { kind: 'invalid' };
const notification: Said = { kind: 'notification' };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
