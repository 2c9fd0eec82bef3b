import { UserError } from '../../model/errors.ts';
import type { HeadMemory } from './responseHead.ts';

/** All of a request but its body: made once, sent many times. */
export interface RequestHead {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** For TLS; null where the server is named by its address. */
  readonly serverName: string | null;
  /** The socket is not to be used again. */
  readonly closes: boolean;
  /** Up to the length of the body, in Latin-1. */
  readonly text: string;
  /** Answers to one head mostly have the same head. */
  readonly memory: HeadMemory;
}

/** How a message ends is ours to say, and whatever asks for another protocol would not be understood. */
const notTheirs: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'trailer', 'te', 'upgrade', 'expect', 'keep-alive', 'http2-settings']);
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const isIp = /^(?:[\d.]+|\[.*\])$/;

/**
 * `origin` and `path` are parts of a URL that was read; names of headers are in lower case.
 *
 * @throws UserError `bad-config` for a header that HTTP does not allow; its value may be a secret and is not in the text.
 */
export function prepareHead(method: 'GET' | 'POST' | 'DELETE', to: { origin: string; path: string }, ...headers: Readonly<Record<string, string>>[]): RequestHead {
  const url = new URL(to.origin);
  const all = Object.assign({ host: url.host, connection: 'keep-alive' }, ...headers) as Record<string, string>;
  let text = `${method} ${to.path} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries(all)) {
    if (!token.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new UserError('bad-config', `The header ${JSON.stringify(name)} cannot be sent over HTTP.`, 'Look for line breaks and other control characters, or letters beyond Latin-1, in its name and in its value.');
    }
    if (!notTheirs.has(name)) text += `${name}: ${value}\r\n`;
  }
  const secure = url.protocol === 'https:';
  // behind an address may stand many servers
  const named = all['host']!.replace(/:\d*$/, '');
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    serverName: isIp.test(named) ? null : named,
    closes: /\bclose\b/i.test(all['connection']!),
    text,
    memory: { bytes: Buffer.alloc(0), head: null },
  };
}

/** The whole request: Latin-1 text where it is that, else bytes. */
export function requestOf(head: RequestHead, body: string | null): string | Buffer {
  if (body === null) return `${head.text}\r\n`;
  const length = Buffer.byteLength(body);
  if (length === body.length) return `${head.text}content-length: ${length}\r\n\r\n${body}`;
  return Buffer.concat([Buffer.from(`${head.text}content-length: ${length}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}
