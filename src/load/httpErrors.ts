import { UserError } from '../model/errors.ts';
import type { Protocol } from '../model/run.ts';
import type { ErrorClass } from './connection.ts';
import { NotHttpError } from './http1/responseHead.ts';
import { explainOpening } from './handshake.ts';

/** Before there was a connection: failures of TCP and of names. What else goes wrong then under https is TLS. */
const noConnection: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE']);

/** Class of a connection that could not be made, or that broke under a request. */
export function networkClass(error: Error, written: boolean, secure: boolean): ErrorClass {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (!written) return secure && !noConnection.has(code) ? 'tls' : 'connect';
  if (code === 'EPIPE' || syscall === 'write') return 'write_epipe';
  return error instanceof NotHttpError ? 'parse' : 'stream_ended_no_response';
}

/** How an attempt to open a session ended. */
export interface FailedOpening {
  errorClass: ErrorClass;
  /** 0 where none came. */
  status: number;
  networkError: Error | null;
}

/** Why a session could not be opened. URL, headers and bodies may hold secrets: none of them is in the text. */
export function explainHttpOpening(serverName: string, o: { protocol: Protocol; initializeTimeoutMs: number }, f: FailedOpening): UserError {
  const name = `"${serverName}"`;
  if (f.errorClass === 'connect' || f.errorClass === 'tls') {
    const what = f.errorClass === 'tls' ? 'No secure connection' : 'No connection';
    return new UserError('connect-failed', `${what} to ${name} (${code(f.networkError)}).`, 'Check the URL, and that the server runs and can be reached from here.');
  }
  if (f.status === 401 || f.status === 403) {
    return new UserError('auth-required', `${name} asks for authorization (HTTP ${f.status}).`, 'Configure a valid Authorization header for this server, for instance from an input or an environment variable.');
  }
  if (f.errorClass.startsWith('http_')) return new UserError('http-status', `${name} answered with HTTP ${f.status}.`, statusHint(f.status));
  if (f.errorClass === 'bad_content_type') {
    return new UserError('not-mcp', `${name} answered with something that is neither JSON nor an event stream.`, 'Check that the URL is that of the MCP endpoint, often ending in /mcp or /sse.');
  }
  return explainOpening(serverName, o, f.errorClass, '');
}

function statusHint(status: number): string {
  if (status < 400) return 'Redirects to another origin are not followed, so that headers stay where they belong. Configure the URL that it leads to, if it is right.';
  return status === 404 || status === 405 ? 'Check the path of the URL (often /mcp or /sse) and the transport.' : "Look at the server's log for the reason.";
}

const code = (error: NodeJS.ErrnoException | null) => error?.code ?? error?.name ?? 'unknown reason';
