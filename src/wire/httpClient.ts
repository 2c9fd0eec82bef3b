import { Agent, type Dispatcher } from 'undici';
import { WireError, type WireErrorClass } from './transport.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer;
  /** Ends the exchange; it rejects then. */
  signal?: AbortSignal;
  /** The request is on its way: the operating system has taken a body that fits the socket's buffer. */
  onWritten?: () => void;
  /** The head has arrived. Return what takes the body, or null to have it in `HttpFailure.body`. */
  onHead: (status: number, headers: Record<string, string>) => ((chunk: Buffer) => void) | null;
}

export interface HttpClient {
  /**
   * Resolves when the answer is complete. Redirects are not followed to other origins.
   * @throws WireError when there is no connection, or the status is not 2xx and `onHead` took no body.
   */
  exchange(request: HttpRequest): Promise<void>;
  /** Ends all connections at once. */
  destroy(): Promise<void>;
}

const keptOfFailure = 2000;
const maxRedirects = 3;

/** One pool of kept-alive connections; a stream that waits for events may stay open for ever. */
export function createHttpClient(): HttpClient {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 512, pipelining: 1, connect: { timeout: 10_000 }, allowH2: false });

  async function exchange(request: HttpRequest): Promise<void> {
    let url: URL | null = request.url;
    for (let left = maxRedirects; url; left--) url = await once({ ...request, url }, left > 0);
  }

  /** Resolves with the address to repeat the request at, or null when it was answered. */
  function once(request: HttpRequest, mayRedirect: boolean): Promise<URL | null> {
    return new Promise((resolve, reject) => {
      let status = 0;
      let written = false;
      let head: Record<string, string> = {};
      let take: ((chunk: Buffer) => void) | null = null;
      let controller: Dispatcher.DispatchController | null = null;
      const failureBody: Buffer[] = [];
      let failureBytes = 0;
      const abort = () => controller?.abort(new Error('aborted'));
      const settle = () => request.signal?.removeEventListener('abort', abort);
      request.signal?.addEventListener('abort', abort, { once: true });

      agent.dispatch(
        {
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
        },
        {
          onRequestStart(c) {
            controller = c;
            if (request.signal?.aborted) abort();
            // what follows in this turn writes head and body to the socket
            else
              process.nextTick(() => {
                written = true;
                request.onWritten?.();
              });
          },
          onResponseStart(_controller, code, headers) {
            status = code;
            head = flat(headers);
            take = redirectOf(request.url, code, head) ? null : request.onHead(code, head);
          },
          onResponseData(_controller, chunk) {
            if (take) take(chunk);
            else if (failureBytes < keptOfFailure) {
              failureBody.push(chunk);
              failureBytes += chunk.length;
            }
          },
          onResponseEnd() {
            settle();
            const next = redirectOf(request.url, status, head);
            if (mayRedirect && next?.origin === request.url.origin) resolve(next);
            else if (take || (status >= 200 && status < 300)) resolve(null);
            else reject(statusError(status, head, Buffer.concat(failureBody).toString('utf8').slice(0, keptOfFailure), next));
          },
          onResponseError(_controller, error) {
            settle();
            reject(new WireError(status === 0 && !written ? 'connect' : 'stream_ended_no_response', reason(error), null, { cause: error }));
          },
        },
      );
    });
  }

  return { exchange, destroy: () => agent.destroy() };
}

/** Only redirects that keep method and body; another status is an answer. */
function redirectOf(from: URL, status: number, headers: Record<string, string>): URL | null {
  const location = headers['location'];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

function statusError(status: number, headers: Record<string, string>, body: string, location: URL | null): WireError {
  const errorClass: WireErrorClass = status >= 500 ? 'http_5xx' : status >= 400 ? 'http_4xx' : 'http_3xx';
  return new WireError(errorClass, `HTTP ${status}`, {
    status,
    contentType: headers['content-type'] ?? null,
    authenticate: headers['www-authenticate'] ?? null,
    location: location?.href ?? null,
    body,
  });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')] as const);
  return Object.fromEntries(entries);
}

/** `connect ECONNREFUSED 127.0.0.1:9`; where several addresses were tried, the first. */
function reason(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
