import type { Program } from './program.ts';
import type { Call, Expr } from './summary.ts';

type Transport = 'stdio' | 'http';

/** What makes a transport, in any SDK: the last name of the callee. */
const makers: Readonly<Record<string, Transport>> = {
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
};
/** Values of `transport=` and `transportType:`. */
const byWord: Readonly<Record<string, Transport>> = { stdio: 'stdio', sse: 'http', http: 'http', httpStream: 'http', 'streamable-http': 'http', 'http-stream': 'http' };
/** Classes that speak stdio where `run()` or `start()` is told nothing else. */
const stdioByDefault = /(^|\.)(FastMCP|MCPServer)\.(run|run_async|start)$/;

/** Which transports a project makes, asked for any file of it; a project without any is one that speaks none that we know. */
export function createTransports(program: Pick<Program, 'files' | 'projectOf' | 'target'>): (file: string) => ReadonlySet<Transport> {
  let byProject: Map<string, Set<Transport>> | null = null;

  function find() {
    const found = new Map<string, Set<Transport>>();
    for (const [file, { calls }] of program.files) {
      calls.forEach((call, index) => {
        const name = lastName(call.callee);
        if (name === null) return;
        const transports = makers[name] ? [makers[name]] : runs(name) ? said(call, () => program.target({ file, index }).external) : [];
        if (transports.length === 0) return;
        const { root } = program.projectOf(file);
        const ofProject = found.get(root) ?? new Set();
        found.set(root, ofProject);
        for (const t of transports) ofProject.add(t);
      });
    }
    return found;
  }
  return (file) => (byProject ??= find()).get(program.projectOf(file).root) ?? new Set();
}

const runs = (name: string) => name === 'run' || name === 'run_async' || name === 'start' || name === 'MCPServer';

/** What `mcp.run(transport='sse')`, `server.start({ transportType: 'stdio' })`, `new MCPServer({ transport: { type } })` say. */
function said(call: Call, external: () => string | null): Transport[] {
  const options = call.args.flatMap((a) => (a.kind === 'object' ? a.properties : []));
  const named = [...call.keywords, ...options].filter((k) => k.name === 'transport' || k.name === 'transportType').map((k) => k.value);
  const words = [...named, ...call.args.slice(0, 1)].flatMap(wordsOf);
  const known = words.flatMap((w) => byWord[w] ?? []);
  if (known.length > 0) return known;
  // a transport that is computed may be any
  if (named.length > 0) return external() === null ? [] : ['stdio', 'http'];
  return stdioByDefault.test(external() ?? '') ? ['stdio'] : [];
}

function wordsOf(expr: Expr): string[] {
  if (expr.kind === 'literal') return typeof expr.value === 'string' ? [expr.value] : [];
  if (expr.kind === 'either') return expr.of.flatMap(wordsOf);
  if (expr.kind === 'object') return expr.properties.filter((p) => p.name === 'type').flatMap((p) => wordsOf(p.value));
  return [];
}

function lastName(callee: Expr): string | null {
  if (callee.kind === 'name' || callee.kind === 'member') return callee.name;
  return null;
}
