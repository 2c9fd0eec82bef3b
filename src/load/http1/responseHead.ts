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

/** What is read of every head. Values of a header that comes twice are joined with a comma. */
interface Told {
  type?: string;
  length?: string;
  codings?: string;
  connection?: string;
  keepAlive?: string;
}

/** @param text Latin-1. @throws NotHttpError */
export function parseHead(text: string): ResponseHead {
  const found = whole.exec(text);
  if (!found) throw new NotHttpError('the answer does not begin as HTTP/1 does');
  const lines = found[3]!;
  const status = Number(found[2]);
  const { type = '', length, codings, connection = '', keepAlive = '' } = read(lines);
  const body = bodyOf(status, codings, length);
  const persists = found[1] === '1' ? !/(?:^|,)\s*close\s*(?:,|$)/i.test(connection) : codings === undefined && /(?:^|,)\s*keep-alive\s*(?:,|$)/i.test(connection);
  // both may mean that somebody reads the other one: RFC 9112, section 6.3
  const isClear = body !== 'until-close' && (codings === undefined || length === undefined);
  const parameters = type.indexOf(';');
  return {
    status,
    mediaType: (parameters === -1 ? type : type.slice(0, parameters).trim()).toLowerCase(),
    body,
    idleMs: persists && isClear ? idleOf(keepAlive) : 0,
    header: (name) => valueOf(lines, name),
  };
}

/** Most answers differ in a length or a date, so this is done for each of them: other names are passed over by their length. */
function read(lines: string): Told {
  const told: Told = {};
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    const size = colon - at;
    if (size === 10 || size === 12 || size === 14 || size === 17) {
      const field = fields[lines.slice(at, colon).toLowerCase()];
      if (field) {
        const value = lines.slice(colon + 1, end).trim();
        told[field] = told[field] === undefined ? value : `${told[field]},${value}`;
      }
    }
    at = end + 2;
  }
  return told;
}

const fields: Readonly<Partial<Record<string, keyof Told>>> = { 'content-type': 'type', 'content-length': 'length', 'transfer-encoding': 'codings', connection: 'connection', 'keep-alive': 'keepAlive' };

function valueOf(lines: string, name: string): string | null {
  const all = lines.split('\r\n').filter((line) => line.slice(0, line.indexOf(':')).toLowerCase() === name);
  return all.length === 1 ? all[0]!.slice(name.length + 1).trim() : null;
}

function bodyOf(status: number, codings: string | undefined, length: string | undefined): ResponseHead['body'] {
  if (status < 200 || status === 204 || status === 304) return 0;
  if (codings !== undefined) return /(?:^|,)\s*chunked$/i.test(codings) ? 'chunked' : 'until-close';
  if (length === undefined) return 'until-close';
  const [first = '', ...others] = length.includes(',') ? length.split(/\s*,\s*/) : [length];
  if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first)) throw new NotHttpError('the content length of the answer is none');
  return Number(first);
}

function idleOf(keepAlive: string): number {
  const [, seconds] = keepAlive === '' ? [] : (/\btimeout\s*=\s*"?(\d{1,9})/i.exec(keepAlive) ?? []);
  if (seconds === undefined) return silentIdleMs;
  const toldMs = Number(seconds) * 1000;
  return toldMs - Math.min(marginMs, toldMs / 2);
}
