import type { ErrorClass } from '../../../src/load/connection.ts';

/** One thing that goes wrong in a call of the tool of that name, and how the call must be counted. */
export interface Fault {
  tool: string;
  /** Null: the call is answered well all the same. */
  expected: ErrorClass | null;
  over: ('http' | 'sse' | 'stdio')[];
  /** Told beside the reply, as it belongs to no request for certain. */
  stray?: ErrorClass;
  /** Class with which the connection is lost. */
  lost?: ErrorClass;
}

const all: Fault['over'] = ['http', 'sse', 'stdio'];
const http: Fault['over'] = ['http'];

export const faults: readonly Fault[] = [
  { tool: 'ok', expected: null, over: all },
  { tool: 'ok-event', expected: null, over: http },
  { tool: 'ok-after-notification', expected: null, over: all },
  { tool: 'ok-and-stays-open', expected: null, over: http },
  { tool: 'ok-and-another', expected: null, over: all, stray: 'unexpected_id' },
  { tool: 'large-32mb', expected: null, over: all },
  { tool: 'large-32mb-event', expected: null, over: http },
  { tool: 'is-error', expected: 'tool_isError', over: all },
  { tool: 'rpc-error', expected: 'jsonrpc(-32603)', over: all },
  { tool: 'null-error', expected: 'parse', over: all },
  { tool: 'silent', expected: 'timeout_no_bytes', over: all },
  { tool: 'head-only', expected: 'timeout_no_bytes', over: http },
  { tool: 'comments-only', expected: 'timeout_no_bytes', over: ['http', 'sse'] },
  { tool: 'half-an-answer', expected: 'timeout_mid_stream', over: all },
  { tool: 'half-a-body', expected: 'timeout_mid_stream', over: http },
  { tool: 'notification-then-silence', expected: 'timeout_mid_stream', over: http },
  // where all answers share a stream nobody can say whose it was meant to be
  { tool: 'other-id', expected: 'unexpected_id', over: http },
  { tool: 'other-id-event', expected: 'unexpected_id', over: http },
  { tool: 'other-id', expected: 'timeout_no_bytes', over: ['sse', 'stdio'], stray: 'unexpected_id' },
  { tool: 'rubbish', expected: 'parse', over: http },
  { tool: 'rubbish', expected: 'timeout_no_bytes', over: ['sse', 'stdio'], stray: 'parse' },
  { tool: 'rubbish-event', expected: 'parse', over: http },
  { tool: 'no-jsonrpc', expected: 'parse', over: http },
  { tool: 'no-http', expected: 'parse', over: http },
  { tool: 'html', expected: 'bad_content_type', over: http },
  { tool: 'http-400', expected: 'http_4xx', over: ['http', 'sse'] },
  { tool: 'http-400-error', expected: 'jsonrpc(-32602)', over: ['http', 'sse'] },
  { tool: 'http-400-error-without-id', expected: 'jsonrpc(-32700)', over: ['http', 'sse'] },
  { tool: 'http-429', expected: 'http_4xx', over: ['http', 'sse'] },
  { tool: 'http-503', expected: 'http_5xx', over: ['http', 'sse'] },
  { tool: 'redirect-elsewhere', expected: 'http_3xx', over: ['http', 'sse'] },
  { tool: 'session-gone', expected: 'session_404', over: ['http', 'sse'], lost: 'session_404' },
  { tool: 'nothing-202', expected: 'stream_ended_no_response', over: http },
  { tool: 'stream-ends', expected: 'stream_ended_no_response', over: http },
  { tool: 'stream-ends-after-notification', expected: 'stream_ended_no_response', over: http },
  { tool: 'stream-breaks', expected: 'stream_ended_no_response', over: http },
  { tool: 'body-breaks', expected: 'stream_ended_no_response', over: http },
  { tool: 'reset', expected: 'stream_ended_no_response', over: http },
  { tool: 'stream-ends', expected: 'stream_ended_no_response', over: ['sse', 'stdio'], lost: 'stream_ended_no_response' },
  { tool: 'exits', expected: 'spawn_exit', over: ['stdio'], lost: 'spawn_exit' },
];

export const largeBytes = 32 * 1024 * 1024;
