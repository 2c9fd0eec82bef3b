import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Hop, Program } from '../code/program.ts';
import type { Expr } from '../code/summary.ts';
import { serverPerRequestExamples } from '../examples/server-per-request.ts';
import { freshWays, hopsOf } from '../freshReach.ts';
import { httpHandlers } from '../httpHandlers.ts';
import { keyOf } from '../ioBelow.ts';
import { onceOnly, onceObserver } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { isAside } from '../serverFiles.ts';

const id = 'server-per-request';

const servers = {
  typescript: ['@modelcontextprotocol/sdk.McpServer', '@modelcontextprotocol/sdk.Server', '@modelcontextprotocol/server.McpServer', '@modelcontextprotocol/server.Server', 'fastmcp.FastMCP', 'mcp-framework.MCPServer'],
  python: ['mcp.server.fastmcp.FastMCP', 'fastmcp.FastMCP', 'mcp.server.Server', 'mcp.server.lowlevel.Server', 'mcp.server.mcpserver.MCPServer', 'mcp.server.MCPServer'],
};

export const serverPerRequest: Rule = {
  id,
  title: 'A new server for every request',
  severity: 'information',
  docs: `The code that answers an HTTP request makes the MCP server, with all its registrations, for that one request.

**Why it hurts an MCP server.** Every call first builds schemas, registers tools, prompts and resources and connects a transport, and then throws them away. With some dozen tools that is milliseconds of CPU on the event loop and hundreds of kilobytes of garbage per call, more than many tools need for their work.

**How it is measured.** In the code: the constructor of a server is reached from the handler of an HTTP request without anything that keeps it. In TypeScript, one server for each session (a transport with a \`sessionIdGenerator\`, SSE, a map by session) is none: there a server speaks over one transport at a time. In Python one server runs any number of sessions. Nothing is said of a Worker, or of what a comment calls stateless, where the definitions stand at the module’s level. In a run: the cost of initialising, paid with each request.

**How to mend it.** It depends on the protocol's era. With sessions (up to 2025-11-25, stateful): make one server per session at \`initialize\` and keep it by its session id until it closes. Stateless, with the TypeScript SDK 1.x: a server can be connected to one transport at a time, so that a server per request is what its examples show; keep what is dear outside of it: build schemas, clients and tool definitions once at module level and let the factory only register them. With SDKs whose handler takes a factory (\`createMcpHandler\`) or that run stateless by themselves (Python's \`stateless_http=True\`), leave it to them. Information, as it may be the right choice for a server with few tools.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: (['typescript', 'python'] as const).flatMap((language) => servers[language].map((name) => ({ name, language }))),
    observes: [onceObserver],
    check,
    examples: serverPerRequestExamples,
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const routes = httpHandlers(program);
  for (const { call: ref } of program.hits(id)) {
    const call = program.callOf(ref);
    if (isAside(program, ref.file)) continue;
    const fn = { file: ref.file, index: call.function };
    for (const step of freshWays(program, once, fn, call.span.start)) {
      const route = routes.get(keyOf(step.fn));
      if (route === undefined) continue;
      const path = hopsOf(step);
      if (isOnPurpose(program, [ref.file, step.fn.file])) break;
      if (isOneConnectionEach(program, ref) && path.some((hop) => keepsSessions(program, hop.function))) break;
      yield {
        file: ref.file,
        span: call.span,
        function: fn,
        message: `The server and everything that is registered on it are made anew for ${route === 'each request' ? 'each HTTP request' : `\`${route}\`, request by request`}${via(program, path)}.`,
        help: 'Keep one server per session, or build schemas, clients and definitions once and let the request only register them.',
        reach: { handlers: [], path },
      };
      break;
    }
  }
}

const worker = /\bexport\s+default\s*\{[^]*?\bfetch\b/;
const stateless = /(?:\/\/|^\s*\*|\/\*|#).*\b(?:stateless|no long-lived)\b/im;
const definitions = /^(?:export\s+)?(?:const\s+)?\w*(?:TOOLS?|DEFS?|DEFINITIONS|SCHEMAS?)(?:_\w+)?\s*(?::[^=\n]+)?=\s*[[{]/m;

/** A Worker, or a comment that says that it is stateless: there it has to be, and what is dear, the definitions, stands outside already. */
function isOnPurpose(program: Program, files: readonly string[]): boolean {
  const texts = files.map((file) => program.textOf(file));
  return texts.some((text) => worker.test(text) || stateless.test(text)) && definitions.test(texts[0]!);
}

function via(program: Program, path: readonly Hop[]): string {
  const names = path.slice(1).map((hop) => program.nameOf(hop.function)).filter((n) => !n.endsWith('(anonymous)'));
  return names.length > 0 ? ` (via ${names.map((n) => `\`${n}\``).join(' → ')})` : '';
}

/** Servers of the TypeScript SDK speak over one transport at a time; one of Python's runs any number of sessions. */
function isOneConnectionEach(program: Program, { file }: CallRef): boolean {
  return program.files.get(file)!.language !== 'python';
}

/** A server for each session is as it should be. */
function keepsSessions(program: Program, fn: FunctionRef): boolean {
  return program.functionOf(fn).calls.some((index) => isOfSession(program, { file: fn.file, index }));
}

function isOfSession(program: Program, ref: CallRef): boolean {
  const { callee, args } = program.callOf(ref);
  if ((callee.kind === 'name' || callee.kind === 'member') && /^(?:isInitializeRequest|SSEServerTransport)$/.test(callee.name)) return true;
  const options = args.flatMap((a) => (a.kind === 'object' ? a.properties : []));
  return options.some((p) => p.name === 'sessionIdGenerator' && !isUndefined(p.value));
}

const isUndefined = (expr: Expr) => (expr.kind === 'name' && expr.name === 'undefined') || (expr.kind === 'literal' && expr.value === null);
