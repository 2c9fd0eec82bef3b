import type { Call, Expr, FileSummary } from './summary.ts';

export type Transport = 'stdio' | 'http';

/** What makes a transport, in any SDK: the last name of the callee. */
const makers: ReadonlyMap<string, Transport> = new Map(Object.entries<Transport>({
  StdioServerTransport: 'stdio',
  stdio_server: 'stdio',
  run_stdio_async: 'stdio',
  serveStdio: 'stdio',
  SSEServerTransport: 'http',
  SseServerTransport: 'http',
  StreamableHTTPServerTransport: 'http',
  NodeStreamableHTTPServerTransport: 'http',
  WebStandardStreamableHTTPServerTransport: 'http',
  StreamableHTTPSessionManager: 'http',
  StreamableHTTPTransport: 'http',
  createMcpHandler: 'http',
  createMcpExpressApp: 'http',
  run_sse_async: 'http',
  run_streamable_http_async: 'http',
  run_http_async: 'http',
  streamable_http_app: 'http',
  sse_app: 'http',
  http_app: 'http',
}));
/** Values of `transport=` and `transportType:`. */
const byWord: ReadonlyMap<string, Transport> = new Map(Object.entries<Transport>({ stdio: 'stdio', sse: 'http', http: 'http', httpStream: 'http', 'streamable-http': 'http', 'http-stream': 'http' }));
/** Classes that speak stdio where `run()` or `start()` is told nothing else. */
const stdioByDefault = /(^|\.)(FastMCP|LiteMCP|MCPServer)\.(run|run_async|start)$/;

/** The transports that a file makes. `externals` gives each call's external name. */
export function transportsIn({ calls }: FileSummary, externals: readonly (string | null)[]): Set<Transport> {
  const found = new Set<Transport>();
  calls.forEach((call, index) => {
    const { callee } = call;
    if (callee.kind !== 'name' && callee.kind !== 'member') return;
    const made = makers.get(callee.name);
    if (made) found.add(made);
    else if (runs.has(callee.name)) for (const t of said(call, externals[index] ?? null)) found.add(t);
  });
  return found;
}

const runs = new Set(['run', 'run_async', 'start', 'MCPServer']);

/** What `mcp.run(transport='sse')`, `server.start({ transportType: 'stdio' })`, `new MCPServer({ transport: { type } })` say. */
function said(call: Call, external: string | null): Transport[] {
  const options = call.args.flatMap((a) => (a.kind === 'object' ? a.properties : []));
  const named = [...call.keywords, ...options].filter((k) => k.name === 'transport' || k.name === 'transportType').map((k) => k.value);
  const words = [...named, ...call.args.slice(0, 1)].flatMap(wordsOf);
  const known = words.flatMap((w) => byWord.get(w) ?? []);
  if (known.length > 0) return known;
  // a transport that is computed may be any
  if (named.length > 0) return external === null ? [] : ['stdio', 'http'];
  return stdioByDefault.test(external ?? '') ? ['stdio'] : [];
}

function wordsOf(expr: Expr): string[] {
  if (expr.kind === 'literal') return typeof expr.value === 'string' ? [expr.value] : [];
  if (expr.kind === 'either') return expr.of.flatMap(wordsOf);
  if (expr.kind === 'object') return expr.properties.filter((p) => p.name === 'type').flatMap((p) => wordsOf(p.value));
  return [];
}
