import type { ErrorClass } from './connection.ts';

/** What a message from the server is to the request with a certain id. */
export type Verdict =
  /** It is the answer. */
  | { kind: 'answer'; errorClass: ErrorClass | null; result: unknown }
  /** It asks something of us. */
  | { kind: 'request'; id: string | number; method: string }
  | { kind: 'notification' }
  /** It answers something else. */
  | { kind: 'unexpected' }
  /** It is no JSON-RPC message. */
  | { kind: 'invalid' };

/**
 * Reads a text as the messages that it holds: one, or those of a batch (protocol 2025-03-26). An error without an id is
 * the answer where `lone` says that the text can answer only this request: a server that could not read it knows no id.
 */
export function readMessages(text: string, id: number | null, lone: boolean, onVerdict: (verdict: Verdict) => void): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    onVerdict(invalid);
    return;
  }
  if (!Array.isArray(value)) onVerdict(judge(value, id, lone));
  else if (value.length === 0) onVerdict(invalid);
  else for (const one of value) onVerdict(judge(one, id, lone));
}

/** Class of the result or error of an answer; null for a good result. */
function answerClass({ result, error }: Record<string, unknown>): ErrorClass | null {
  if (error !== undefined) {
    const code = isRecord(error) ? error['code'] : undefined;
    return typeof code === 'number' && Number.isInteger(code) ? `jsonrpc(${code})` : 'parse';
  }
  if (!isRecord(result)) return 'parse';
  return result['isError'] === true ? 'tool_isError' : null;
}

function judge(message: unknown, id: number | null, lone: boolean): Verdict {
  if (!isRecord(message) || message['jsonrpc'] !== '2.0') return invalid;
  const { id: theirs, method } = message;
  if (typeof method === 'string') return typeof theirs === 'string' || typeof theirs === 'number' ? { kind: 'request', id: theirs, method } : notification;
  if (message['result'] === undefined && message['error'] === undefined) return invalid;
  const isOurs = id !== null && (theirs === id || (lone && theirs == null && message['error'] !== undefined));
  return isOurs ? { kind: 'answer', errorClass: answerClass(message), result: message['result'] } : unexpected;
}

const invalid: Verdict = { kind: 'invalid' };
const notification: Verdict = { kind: 'notification' };
const unexpected: Verdict = { kind: 'unexpected' };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
