import { UserError } from '../model/errors.ts';
import type { HttpServer } from '../model/server.ts';
import type { RequestHead } from './http1/requestHead.ts';
import type { ResponseHead } from './http1/responseHead.ts';
import type { ExchangeTaker } from './http1/socket.ts';
import type { HttpPool } from './httpPool.ts';

/** Where requests go, and the headers that all of them carry. */
export interface HttpTarget {
  origin: string;
  /** Changed by a redirect at the opening. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** @throws UserError `bad-config` when the URL is none of HTTP. */
export function targetOf(spec: HttpServer): HttpTarget {
  const url = URL.canParse(spec.url) ? new URL(spec.url) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UserError('bad-config', `The URL of "${spec.name}" is not one of HTTP.`, 'Configure a URL that begins with http:// or https://.');
  }
  return { origin: url.origin, path: url.pathname + url.search, headers: Object.fromEntries(Object.entries(spec.headers).map(([name, value]) => [name.toLowerCase(), value])) };
}

/** Path of a redirect that keeps method and body and stays within the origin; null for any other. */
export function redirectedPath(target: HttpTarget, head: ResponseHead | null): string | null {
  const location = head && head.status >= 301 && head.status <= 308 ? head.header('location') : null;
  if (location === null || !URL.canParse(location, target.origin + target.path)) return null;
  const to = new URL(location, target.origin + target.path);
  return to.origin === target.origin ? to.pathname + to.search : null;
}

/** An exchange whose answer nobody reads: its status, or null when none came in time. */
export function exchangeQuietly(pool: HttpPool, head: RequestHead, body: string | null, timeoutMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    let status: number | null = null;
    const end = () => {
      clearTimeout(timer);
      resolve(status);
    };
    const taker: ExchangeTaker = {
      onWritten: () => undefined,
      onHead(answer) {
        status = answer.status;
      },
      onData: () => undefined,
      onEnd: end,
      onError: end,
    };
    const exchange = pool.exchange(head, body, taker);
    const timer = setTimeout(() => {
      exchange.abort();
      resolve(status);
    }, timeoutMs);
  });
}
