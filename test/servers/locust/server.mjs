// A Streamable HTTP server without an SDK, of both eras, that knows what it got: `node server.mjs`, prints its port.
//   /mcp answers with JSON, /sse with an event stream. GET /stats: calls by tool, and what was wrong with requests.
//   FREEZE_AFTER=N, FREEZE_MS=M: the process does nothing for M ms, once, after N calls. TOKEN=T: asks for it as a bearer.
//   Every call is logged: when it came, how long it took here (milliseconds), and its argument q.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const freezeAfter = Number(process.env.FREEZE_AFTER ?? 0);
const freezeMs = Number(process.env.FREEZE_MS ?? 0);
const token = process.env.TOKEN;
const modern = '2026-07-28';
const metaKey = 'io.modelcontextprotocol/protocolVersion';
const sessions = new Set();
const stats = { calls: {}, opened: 0, closed: 0, wrong: {}, arguments: {}, freeze: null, log: [] };
let calls = 0;

const wrong = (what) => void (stats.wrong[what] = (stats.wrong[what] ?? 0) + 1);
const text = (value) => ({ content: [{ type: 'text', text: value }], resultType: 'complete' });
const now = () => performance.timeOrigin + performance.now();

const server = createServer((req, res) => {
  const cameMs = now();
  if (req.url === '/stats') return void res.end(JSON.stringify(stats));
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => answer(req, res, Buffer.concat(chunks).toString(), cameMs));
});

function answer(req, res, body, cameMs) {
  if (token && req.headers.authorization !== `Bearer ${token}`) return void res.writeHead(401).end();
  const session = req.headers['mcp-session-id'];
  if (req.method === 'DELETE') {
    if (sessions.delete(session)) stats.closed++;
    return void res.writeHead(200).end();
  }
  const message = JSON.parse(body);
  const { id, method, params } = message;
  if (!/application\/json.*text\/event-stream/.test(req.headers.accept ?? '')) wrong('accept');
  if (!method) return void res.writeHead(202).end(); // answers what we asked
  const isModern = req.headers['mcp-protocol-version'] === modern;
  if (method === 'initialize') {
    const opened = randomUUID();
    sessions.add(opened);
    stats.opened++;
    return send(req, res, { id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'counts', version: '1' } } }, { 'mcp-session-id': opened });
  }
  if (isModern) {
    if (session) wrong('session in the modern era');
    if (params?._meta?.[metaKey] !== modern) wrong('_meta');
    if (req.headers['mcp-method'] !== method) wrong('mcp-method');
    if (method !== 'server/discover' && req.headers['mcp-name'] !== (params.name ?? params.uri)) wrong('mcp-name');
  } else {
    if (req.headers['mcp-protocol-version'] !== '2025-11-25') wrong('mcp-protocol-version');
    if (!sessions.has(session)) return void res.writeHead(404).end();
  }
  if (method === 'server/discover') return send(req, res, { id, result: { supportedVersions: [modern], capabilities: { tools: {} }, _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'counts', version: '1' } }, resultType: 'complete' } });
  if (id === undefined) return void res.writeHead(202).end();

  const tool = params.name ?? params.uri;
  stats.calls[tool] = (stats.calls[tool] ?? 0) + 1;
  if (params.arguments?.q !== undefined) (stats.arguments[tool] ??= []).push(params.arguments.q);
  calls++;
  const frozen = calls === freezeAfter;
  if (frozen) freeze();
  const done = (message, extra) => {
    stats.log.push([tool, cameMs, now() - cameMs, params.arguments?.q ?? null]);
    send(req, res, { id, ...message }, extra);
  };
  switch (tool) {
    case 'drawn': {
      // most are quick, some are not
      const ms = Math.random() < 0.8 ? 5 + Math.random() * 15 : 60 + Math.random() * 60;
      return void setTimeout(() => done({ result: text('drawn') }), ms);
    }
    case 'is_error': return done({ result: { ...text('no'), isError: true } });
    case 'rpc_error': return done({ error: { code: -32602, message: 'no' } });
    case 'rpc_error_400': return void res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
    case 'http_500': return void res.writeHead(500).end('oh');
    case 'http_302': return void res.writeHead(302, { location: '/' }).end();
    case 'wrong_id': return done({ id: 999_999_999, result: text('whose?') });
    case 'wrong_type': return void res.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello');
    case 'bad_json': return void res.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":');
    case 'silent': return;
    case 'half':
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      return void res.write('{"jsonrpc":"2.0",');
    case 'cut':
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      return void res.end(': nothing more\n\n');
    case 'hang_up': return void req.socket.destroy();
    case 'forgets': {
      sessions.delete(session);
      return void res.writeHead(404).end();
    }
    default: return done({ result: text(`${tool} ${JSON.stringify(params.arguments ?? null)}`) });
  }
}

function send(req, res, message, headers = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  if (req.url.startsWith('/sse')) {
    res.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    // what is no answer comes before it: a comment, a notification, and at times a question
    res.write(': here\n\nevent: message\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n\n');
    if (message.id % 50 === 0) res.write('data: {"jsonrpc":"2.0","id":1,"method":"ping"}\n\n');
    res.end(`data: ${body.slice(0, 17)}\ndata: ${body.slice(17)}\n\n`);
  } else res.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body);
}

function freeze() {
  const from = now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, freezeMs);
  stats.freeze = [from, now()];
}

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
