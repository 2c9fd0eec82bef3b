// A server over HTTP that misbehaves in one way: `node http.mjs MODE`. Prints its port on stdout; PORT fixes it.
import { createServer } from 'node:http';

const [mode] = process.argv.slice(2);
const tools = [{ name: 'ok', inputSchema: { type: 'object' } }, { name: 'bad', inputSchema: { type: 'object' } }];
const sessions = new Set();

function reply({ id, method, params }) {
  const result =
    method === 'initialize'
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: `hostile-${mode}`, version: '1' } }
      : method === 'tools/list'
        ? { tools }
        : { content: [{ type: 'text', text: params?.name ?? '' }] };
  return { jsonrpc: '2.0', id, result };
}

const json = (res, body, status = 200, headers = {}) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const events = (res) => res.writeHead(200, { 'content-type': 'text/event-stream' });
const event = (message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** What the tool `bad` does. */
const bad = {
  'stream-ends': (res) => events(res).end(': nothing more\n\n'),
  'stream-ends-after-notification': (res) => events(res).end(event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'only this' } })),
  'stream-breaks': (res) => {
    events(res).write('event: message\ndata: {"jsonrpc":"2.0",');
    setTimeout(() => res.destroy(), 20);
  },
  'stream-stalls': (res) => void events(res).write('event: message\ndata: {"jsonrpc":"2.0",'),
  'never-answers': () => {},
  'http-500': (res) => res.writeHead(500, { 'content-type': 'text/plain' }).end('boom'),
  'http-400-rpc': (res, m) => json(res, { jsonrpc: '2.0', id: m.id, error: { code: -32602, message: 'bad arguments' } }, 400),
  html: (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
  'broken-json': (res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id"'),
  'session-gone': (res) => {
    sessions.clear();
    res.writeHead(404).end();
  },
  crashes: () => process.exit(5),
  'large-json': (res, m) => json(res, { jsonrpc: '2.0', id: m.id, result: { content: [{ type: 'text', text: 'x'.repeat(12 * 1024 * 1024) }] } }),
  'large-event': (res, m) => events(res).end(event({ jsonrpc: '2.0', id: m.id, result: { content: [{ type: 'text', text: 'x'.repeat(12 * 1024 * 1024) }] } })),
};

function serve(req, res, body) {
  if (mode === 'auth') {
    return res.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource", scope="mcp"' }).end();
  }
  if (mode === 'auth-plain' && req.headers.authorization !== 'Bearer right') return res.writeHead(401).end();
  if (mode === 'http-500-always') return res.writeHead(500).end('the backend is down');
  if (mode === 'html-always') return res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
  if (mode === 'not-found') return res.writeHead(404).end();
  if (mode === 'redirect-elsewhere') return res.writeHead(307, { location: 'http://localhost:9/mcp' }).end();
  if (mode === 'redirect-here' && req.url === '/mcp') return res.writeHead(307, { location: '/elsewhere' }).end();
  if (mode === 'redirect-loop') return res.writeHead(307, { location: '/mcp' }).end();
  if (req.method === 'GET') return res.writeHead(405).end();
  if (req.method === 'DELETE') {
    process.stderr.write(`deleted ${req.headers['mcp-session-id']}\n`);
    return res.writeHead(200).end();
  }
  const message = JSON.parse(body);
  if (message.id === undefined || message.method === undefined) return res.writeHead(202).end();
  if (message.method === 'initialize') {
    sessions.add('s-1');
    return json(res, reply(message), 200, { 'mcp-session-id': 's-1' });
  }
  if (!sessions.has(req.headers['mcp-session-id']) || req.headers['mcp-protocol-version'] === undefined) return res.writeHead(400).end('headers are missing');
  if (message.method === 'tools/call' && message.params.name === 'bad' && bad[mode]) return bad[mode](res, message);
  return json(res, reply(message));
}

/** Legacy SSE. */
let stream = null;
function serveSse(req, res, body) {
  if (req.method === 'GET') {
    if (mode === 'sse-html') return res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>no</h1>');
    if (mode === 'sse-ends') return events(res).end();
    stream = events(res);
    const endpoint = mode === 'sse-other-origin' ? 'http://localhost:9/messages' : '/messages?sessionId=1';
    if (mode !== 'sse-silent') stream.write(`event: endpoint\ndata: ${endpoint}\n\n`);
    return;
  }
  res.writeHead(202).end();
  const message = JSON.parse(body);
  if (message.id === undefined || message.method === undefined) return;
  if (message.method === 'tools/call' && message.params.name === 'bad') return stream.end();
  stream.write(event(reply(message)));
}

const server = createServer((req, res) => {
  let body = '';
  req.on('data', (chunk) => (body += chunk)).on('end', () => (mode.startsWith('sse') ? serveSse : serve)(req, res, body));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
