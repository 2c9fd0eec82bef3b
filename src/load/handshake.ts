import { UserError } from '../model/errors.ts';
import type { Protocol } from '../model/run.ts';

/**
 * The first words of a connection, for all transports: what we send, how the answer is read, and what we answer when
 * the server asks something of us.
 */
export interface Opening {
  method: 'initialize' | 'server/discover';
  /** JSON text of `params`. */
  params: string;
  /** To be sent as it is (one JSON text) once the answer has been read; null where the protocol wants none. */
  thenNotify: string | null;
}

/** The answer to `initialize` or `server/discover`, read. */
export interface Handshake {
  /** The whole result. */
  result: Record<string, unknown>;
  /** Goes into the `MCP-Protocol-Version` header of what follows. */
  protocolVersion: string;
}

const modernVersion = '2026-07-28';
const legacyVersion = '2025-11-25';
/** All that we know how to speak in legacy mode. */
const legacyVersions = [legacyVersion, '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];

const clientInfo = { name: 'mcp-profiler', version: '1.0.0' };
/** The same as in a profile, so that a server offers the same tools. */
const capabilities = { sampling: { tools: {} }, elicitation: { form: {}, url: {} }, roots: { listChanged: false } };

/** `_meta` of every request of 2026-07-28. */
export const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': modernVersion,
  'io.modelcontextprotocol/clientInfo': clientInfo,
  'io.modelcontextprotocol/clientCapabilities': capabilities,
};

export function opening(protocol: Protocol): Opening {
  return protocol === 'modern'
    ? { method: 'server/discover', params: JSON.stringify({ _meta: modernMeta }), thenNotify: null }
    : {
        method: 'initialize',
        params: JSON.stringify({ protocolVersion: legacyVersion, capabilities, clientInfo }),
        thenNotify: '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      };
}

/** @throws UserError `not-mcp` or `protocol-error` when the result is none that we can go on with. */
export function readHandshake(protocol: Protocol, result: unknown, serverName: string): Handshake {
  if (!isRecord(result)) {
    throw new UserError('not-mcp', `"${serverName}" answered ${opening(protocol).method} without a result.`, 'Check that the command or URL is that of an MCP server.');
  }
  if (protocol === 'modern') {
    const versions = result['supportedVersions'];
    if (Array.isArray(versions) && versions.includes(modernVersion)) return { result, protocolVersion: modernVersion };
    throw new UserError('protocol-error', `"${serverName}" does not speak protocol ${modernVersion}${Array.isArray(versions) ? ` but ${versions.join(', ')}` : ''}.`, 'Choose the protocol "legacy" for this server.');
  }
  const version = result['protocolVersion'];
  if (typeof version === 'string' && legacyVersions.includes(version)) return { result, protocolVersion: version };
  throw new UserError('protocol-error', `"${serverName}" answered initialize with protocol version ${JSON.stringify(version ?? null)}, which is not known.`, 'Update MCP Profiler or the server, or choose the protocol "modern" if the server speaks only 2026-07-28.');
}

/**
 * Why a server did not shake hands, for people. `said`: what it wrote last, as a sentence that begins with a blank, or
 * nothing.
 */
export function explainOpening(serverName: string, o: { protocol: Protocol; initializeTimeoutMs: number }, errorClass: string, said: string): UserError {
  const { method } = opening(o.protocol);
  const other = o.protocol === 'modern' ? 'legacy' : 'modern';
  if (errorClass === 'spawn_exit') {
    return new UserError('server-exited', `"${serverName}" exited before it answered ${method}.`, said === '' ? 'It wrote nothing; run its command in a terminal to see more.' : `Mend what it says, then try again.${said}`);
  }
  if (errorClass.startsWith('timeout')) {
    return new UserError('initialize-timeout', `"${serverName}" did not answer ${method} within ${o.initializeTimeoutMs / 1000} s.`, `Check that the command starts an MCP server with this transport, or allow more time for it to start (--timeout, or the setting mcpProfiler.initializeTimeout).${said}`);
  }
  if (errorClass.startsWith('jsonrpc')) {
    return new UserError('protocol-error', `"${serverName}" answered ${method} with an error, ${errorClass}.`, `Check which protocol versions it knows; "${other}" is the other choice.${said}`);
  }
  return new UserError('not-mcp', `"${serverName}" did not take part in the handshake: ${errorClass}.`, `Check that it is an MCP server with this transport.${said}`);
}

/**
 * JSON text of the answer to a request of the server (`ping`, `roots/list`, `sampling/createMessage` …): fixed values,
 * as nobody is there to ask. What is not known gets -32601.
 */
export function answerServer(id: string | number, method: string): string {
  const result = fixedAnswers[method];
  const body = result === undefined ? { error: { code: -32601, message: `Method not found: ${method.slice(0, 100)}` } } : { result };
  return JSON.stringify({ jsonrpc: '2.0', id, ...body });
}

const fixedAnswers: Readonly<Record<string, object | undefined>> = Object.assign(Object.create(null) as Record<string, object>, {
  ping: {},
  'roots/list': { roots: [] },
  'sampling/createMessage': {
    model: 'mcp-profiler-stub',
    role: 'assistant',
    content: { type: 'text', text: 'This is a fixed answer of MCP Profiler: no model was asked.' },
    stopReason: 'endTurn',
  },
  'elicitation/create': { action: 'decline' },
});

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
