/** Status and headers of an answer, and what they say of its body and of its socket. */
export interface ResponseHead {
  readonly status: number;
  /** Of the content type, without parameters and in lower case; empty where there is none. */
  readonly mediaType: string;
  /** Bytes of the body, or how it ends. */
  readonly body: number | 'chunked' | 'until-close';
  /** How long the socket may be idle and be used again, milliseconds; 0 when it may not. */
  readonly idleMs: number;
  /** By a name in lower case; null where the header is missing, or there more than once. */
  header(name: string): string | null;
}

/** The head that came last, to be known again by its bytes. */
export interface HeadMemory {
  bytes: Buffer;
  /** Null until there was one. */
  head: ResponseHead | null;
}

/** What came is no HTTP/1. */
export class NotHttpError extends Error {}

/** Servers close idle sockets after 5 s or later, and many do not say so; milliseconds. */
const silentIdleMs = 4000;
/** A socket that the server may be closing just now is not used, milliseconds. */
const marginMs = 1000;

/**
 * Status line, lines of headers, empty line: each with its CR LF. RFC 9112 lets a client refuse what is more lenient;
 * folded lines, and control characters that would hide one header in another, are among it.
 */
const whole = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n\0]*)?\r\n((?:[\w!#$%&'*+.^`|~-]+:[^\r\n\0]*\r\n)*)\r\n$/;

/** @param text Latin-1. @throws NotHttpError */
export function parseHead(text: string): ResponseHead {
  const found = whole.exec(text);
  if (!found) throw new NotHttpError('the answer does not begin as HTTP/1 does');
  const status = Number(found[2]);
  const headers = readHeaders(found[3]!);
  const all = (name: string) => headers.get(name) ?? [];
  const one = (name: string) => (all(name).length === 1 ? all(name)[0]! : null);
  const codings = listOf(all('transfer-encoding'));
  const lengths = new Set(listOf(all('content-length')));
  const body = bodyOf(status, codings, lengths);
  const connection = listOf(all('connection'));
  const persists = found[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive') && codings.length === 0;
  // both may mean that somebody reads the other one: RFC 9112, section 6.3
  const isClear = body !== 'until-close' && (codings.length === 0 || lengths.size === 0);
  return {
    status,
    mediaType: (one('content-type') ?? '').replace(/;.*/s, '').trim().toLowerCase(),
    body,
    idleMs: persists && isClear ? idleOf(all('keep-alive').join()) : 0,
    header: one,
  };
}

function readHeaders(lines: string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    const name = lines.slice(at, colon).toLowerCase();
    const value = lines.slice(colon + 1, end).trim();
    const known = headers.get(name);
    if (known) known.push(value);
    else headers.set(name, [value]);
    at = end + 2;
  }
  return headers;
}

function bodyOf(status: number, codings: string[], lengths: ReadonlySet<string>): ResponseHead['body'] {
  if (status < 200 || status === 204 || status === 304) return 0;
  if (codings.length > 0) return codings.at(-1) === 'chunked' ? 'chunked' : 'until-close';
  const [length] = lengths;
  if (length === undefined) return 'until-close';
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw new NotHttpError('the content length of the answer is none');
  return Number(length);
}

function idleOf(keepAlive: string): number {
  const [, seconds] = /\btimeout\s*=\s*"?(\d{1,9})/i.exec(keepAlive) ?? [];
  if (seconds === undefined) return silentIdleMs;
  const toldMs = Number(seconds) * 1000;
  return toldMs - Math.min(marginMs, toldMs / 2);
}

const listOf = (values: string[]): string[] => (values.length === 0 ? values : values.join().split(',').map((value) => value.trim().toLowerCase()));
