import { UserError } from '../model/errors.ts';
import type { HttpServer, ProcessSpec, ServerSpec } from '../model/server.ts';
import type { Outcome } from '../model/trace.ts';
import type { ServerProcess } from '../wire/process.ts';
import { WireError, type WireTransport } from '../wire/transport.ts';

export interface Circumstances {
  spec: ServerSpec;
  process: ServerProcess | null;
  transport: WireTransport | null;
  recorder: { readonly firstInvalid: string | null };
  initializeTimeoutMs: number;
  redact: (text: string) => string;
}

/** Why a session could not be opened, or was lost, as something the user can act on. */
export function explainFailure(error: unknown, c: Circumstances): UserError {
  if (error instanceof UserError) return error;
  const wire = error instanceof WireError ? error : (c.transport?.failure ?? wireCause(error));
  const said = lastLines(c);
  if (c.process?.exit) return exited(c, c.process.exit, said);
  if (wire?.http?.status === 401 || wire?.http?.status === 403) return authRequired(c.spec as HttpServer, wire, c.redact);
  if (wire?.http && wire.errorClass !== 'bad_content_type') return httpStatus(c.spec as HttpServer, wire, c.redact);
  if (wire?.errorClass === 'bad_content_type') {
    return new UserError('not-mcp', `${where(c)} answered with "${wire.http?.contentType ?? 'no content type'}" where JSON or an event stream was due.`, 'Check that the URL is that of the MCP endpoint, often ending in /mcp or /sse.', { cause: error });
  }
  if (wire?.errorClass === 'connect' && c.spec.transport !== 'stdio') {
    return new UserError('connect-failed', `No connection to ${where(c)}: ${wire.message}`, `Check the URL, and that the server runs and can be reached from here.${said}`, { cause: error });
  }
  if (isTimeout(error)) return timedOut(c, said, error);
  if (wire) return new UserError('protocol-error', `The connection to "${c.spec.name}" was lost: ${wire.message}`, `Look at the server's log for the reason.${said}`, { cause: error });
  const text = c.redact(error instanceof Error ? error.message : String(error));
  return new UserError('protocol-error', `"${c.spec.name}" did not take part in the handshake: ${text}`, `Check that it is an MCP server and which protocol versions it knows; the setting "protocol" chooses between them.${said}`, { cause: error });
}

function exited(c: Circumstances, exit: { code: number | null; signal: string | null }, said: string): UserError {
  const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code ?? 'unknown'}`;
  const { firstInvalid } = c.recorder;
  if (said === '' && firstInvalid !== null) said = ` It wrote to stdout: ${JSON.stringify(firstInvalid.slice(0, 120))}`;
  const hint = said === '' ? `It wrote nothing to stderr; run the command in a terminal to see more: ${commandLine(c.spec.process, c.redact)}` : `Mend what it says, then try again.${said}`;
  return new UserError('server-exited', `"${c.spec.name}" ${how}.`, hint);
}

function timedOut(c: Circumstances, said: string, error: unknown): UserError {
  const seconds = c.initializeTimeoutMs / 1000;
  const { firstInvalid } = c.recorder;
  if (firstInvalid !== null) {
    return new UserError('not-mcp', `"${c.spec.name}" wrote something that is no MCP message: ${JSON.stringify(firstInvalid.slice(0, 120))}`, `An MCP server over stdio writes only JSON-RPC to stdout. Check the command; logs belong on stderr.${said}`, { cause: error });
  }
  return new UserError('initialize-timeout', `"${c.spec.name}" did not answer initialize within ${seconds} s.`, `Check that the command starts an MCP server with this transport, or allow more time for it to start (--timeout, or the setting mcpProfiler.initializeTimeout).${said}`, { cause: error });
}

function authRequired(spec: HttpServer, wire: WireError, redact: (text: string) => string): UserError {
  const sent = Object.keys(spec.headers).some((name) => name.toLowerCase() === 'authorization');
  const metadata = /resource_metadata="([^"]+)"/.exec(wire.http?.authenticate ?? '')?.[1];
  const scheme = /^\s*(\w+)/.exec(wire.http?.authenticate ?? '')?.[1] ?? 'Bearer';
  const what = sent ? `refused the Authorization header it was sent (HTTP ${wire.http!.status})` : `asks for authorization (HTTP ${wire.http!.status})`;
  const oauth = metadata ? ` It uses OAuth (described at ${redact(metadata)}): sign in with a client that can, and take a token from there.` : '';
  return new UserError('auth-required', `${spec.name} ${what}.`, `Configure the header "Authorization: ${scheme} <token>" for this server, for instance from an input or an environment variable.${oauth}`, { cause: wire });
}

function httpStatus(spec: HttpServer, wire: WireError, redact: (text: string) => string): UserError {
  const { status, body, location } = wire.http!;
  const said = body.trim() === '' ? '' : ` It said: ${redact(body.trim()).slice(0, 300)}`;
  const hint = location
    ? `It redirects to ${redact(location)}, which is not followed to another origin, so that headers stay where they belong. Configure that URL if it is right.`
    : status === 404 || status === 405
      ? 'Check the path of the URL (often /mcp or /sse) and the transport.'
      : "Look at the server's log for the reason.";
  return new UserError('http-status', `${redact(spec.url)} answered with HTTP ${status}.${said}`, hint, { cause: wire });
}

/** How a request that was not answered ended, for its record. */
export function classify(error: unknown, aborted: boolean, transport: WireTransport, pendingId: string | number | undefined): { outcome: Outcome; errorClass: string } {
  if (aborted) return { outcome: 'cancelled', errorClass: 'cancelled' };
  if (error instanceof WireError) return { outcome: 'transport', errorClass: error.errorClass };
  const code = sdkCode(error);
  if (code === 'REQUEST_TIMEOUT') {
    const partial = pendingId !== undefined && transport.partial(pendingId);
    return { outcome: 'timeout', errorClass: partial ? 'timeout_mid_stream' : 'timeout_no_bytes' };
  }
  if (transport.failure) return { outcome: 'transport', errorClass: transport.failure.errorClass };
  if (code === 'INVALID_RESULT') return { outcome: 'rpcError', errorClass: 'invalid_result' };
  return { outcome: 'transport', errorClass: 'connect' };
}

/** The transport did not even start in time. */
export class HandshakeTimeout extends Error {
  readonly code = 'REQUEST_TIMEOUT';
}

const isTimeout = (error: unknown) => sdkCode(error) === 'REQUEST_TIMEOUT';

const sdkCode = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

function wireCause(error: unknown): WireError | null {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof WireError) return e;
  return null;
}

function lastLines(c: Circumstances): string {
  const tail = c.process?.stderrTail() ?? '';
  if (tail === '') return '';
  return ` The last lines of its stderr:\n${c.redact(tail)}`;
}

const where = (c: Circumstances) => (c.spec.transport === 'stdio' ? `"${c.spec.name}"` : c.redact(c.spec.url));

export const commandLine = (p: ProcessSpec | undefined, redact: (text: string) => string) => (p ? redact([p.command, ...p.args].join(' ')) : '');
