// Misbehaves over HTTP in the way of the tool that is called: Streamable HTTP at /mcp, HTTP+SSE at /sse.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { good, handshake, notification, said, type Call } from './answers.ts';

export interface FaultServer {
  origin: string;
  /** Calls of tools that came, by name. */
  calls: Map<string, number>;
  /** Notifications and answers that came, as text. */
  notices: string[];
  /** Sessions that the client ended. */
  deleted: string[];
  /** Headers of the last request. */
  lastHeaders: IncomingMessage['headers'];
  /** Sockets that are open, and the most that ever were at once. */
  sockets: { open: number; most: number };
  close(): Promise<void>;
}

export async function startFaultServer(o: { delayMs?: number } = {}): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const streams = new Map<string, ServerResponse>();
  const seen: Omit<FaultServer, 'close'> = { origin: '', calls: new Map(), notices: [], deleted: [], lastHeaders: {}, sockets: { open: 0, most: 0 } };
  let sessions = 0;

  async function serve(req: IncomingMessage, res: ServerResponse) {
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (req.method === 'DELETE') {
      seen.deleted.push(String(req.headers['mcp-session-id']));
      res.end();
      return;
    }
    if (req.method === 'GET') {
      if (url.pathname !== '/sse') res.writeHead(405).end();
      else openStream(res);
      return;
    }
    const text = await textOf(req);
    seen.lastHeaders = req.headers;
    const call = JSON.parse(text) as Call;
    if (!('id' in call) || !('method' in call)) {
      seen.notices.push(text);
      res.writeHead(202).end();
      return;
    }
    const tool = call.params?.name ?? call.method;
    seen.calls.set(tool, (seen.calls.get(tool) ?? 0) + 1);
    if (o.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, o.delayMs));
    if (url.pathname === '/redirected') res.writeHead(307, { location: '/mcp' }).end();
    else if (url.pathname === '/message') overSse(res, call, streams.get(url.searchParams.get('session') ?? ''));
    else overHttp(res, call);
  }

  function openStream(res: ServerResponse) {
    const session = `s${++sessions}`;
    streams.set(session, res);
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`event: endpoint\ndata: /message?session=${session}\n\n`);
  }

  function overHttp(res: ServerResponse, call: Call) {
    const tool = call.params?.name ?? '';
    const opening = handshake(call);
    if (opening) json(res, [JSON.stringify(opening)], { 'mcp-session-id': `s${++sessions}` });
    else if (faultOfHttp(res, call)) return;
    else if (tool === 'ok-event') events(res, [JSON.stringify(good(call.id))]);
    else {
      const texts = said(call);
      if (!texts) throw new Error(`no such tool: ${tool}`);
      if (texts.length > 1 || tool.endsWith('-event')) events(res, texts);
      else if (texts.length === 1) json(res, texts);
    }
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error: unknown) => {
      console.error(error);
      res.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    seen.sockets.open++;
    seen.sockets.most = Math.max(seen.sockets.most, seen.sockets.open);
    socket.on('close', () => {
      sockets.delete(socket);
      seen.sockets.open--;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  seen.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(seen, {
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  });
}

/** The answer to the POST says whether the call was taken; what is said comes on the stream. */
function overSse(res: ServerResponse, call: Call, stream: ServerResponse | undefined) {
  const tool = call.params?.name ?? '';
  if (faultOfStatus(res, call)) return;
  res.writeHead(202).end();
  const opening = handshake(call);
  const texts = opening ? [JSON.stringify(opening)] : said(call);
  if (!stream) throw new Error('no such session');
  if (texts) for (const text of texts) stream.write(`event: message\ndata: ${text}\n\n`);
  else if (tool === 'half-an-answer') stream.write(`event: message\ndata: ${JSON.stringify(good(call.id)).slice(0, -10)}`);
  else if (tool === 'comments-only') stream.write(': ping\n\n: pi');
  else if (tool === 'stream-ends') stream.end();
  else throw new Error(`no such tool: ${tool}`);
}

function faultOfHttp(res: ServerResponse, call: Call): boolean {
  const answer = JSON.stringify(good(call.id));
  switch (call.params?.name) {
    case 'ok-and-stays-open':
      eventHead(res).write(event(answer));
      return true;
    case 'head-only':
      eventHead(res).flushHeaders();
      return true;
    case 'comments-only':
      eventHead(res).write('id: 1\ndata:\n\n: ping\n\n: pi');
      return true;
    case 'half-an-answer':
      eventHead(res).write(event(answer).slice(0, -12));
      return true;
    case 'half-a-body':
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).write(answer.slice(0, -10));
      return true;
    case 'notification-then-silence':
      eventHead(res).write(event(JSON.stringify(notification)));
      return true;
    case 'no-http':
      res.socket?.write('220 mail.example ESMTP\r\n\r\n');
      return true;
    case 'html':
      res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
      return true;
    case 'nothing-202':
      res.writeHead(202).end();
      return true;
    case 'stream-ends':
      eventHead(res).end(': nothing more\n\n');
      return true;
    case 'stream-ends-after-notification':
      eventHead(res).end(event(JSON.stringify(notification)));
      return true;
    case 'stream-breaks':
      eventHead(res).write(event(answer).slice(0, -12));
      setTimeout(() => res.destroy(), 20);
      return true;
    case 'body-breaks':
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).write(answer.slice(0, -10));
      setTimeout(() => res.destroy(), 20);
      return true;
    case 'reset':
      res.socket?.resetAndDestroy();
      return true;
    default:
      return faultOfStatus(res, call);
  }
}

function faultOfStatus(res: ServerResponse, { id, params }: Call): boolean {
  const error = (of: object) => res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', ...of }));
  switch (params?.name) {
    case 'http-400':
      res.writeHead(400).end('bad');
      return true;
    case 'http-400-error':
      error({ id, error: { code: -32602, message: 'bad arguments' } });
      return true;
    case 'http-400-error-without-id':
      error({ id: null, error: { code: -32700, message: 'cannot be read' } });
      return true;
    case 'http-429':
      res.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    case 'http-503':
      res.writeHead(503).end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'overloaded' } }));
      return true;
    case 'redirect-elsewhere':
      res.writeHead(307, { location: 'http://localhost:9/mcp' }).end();
      return true;
    case 'session-gone':
      res.writeHead(404, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}');
      return true;
    default:
      return false;
  }
}

const event = (text: string) => `event: message\ndata: ${text}\n\n`;
const eventHead = (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/event-stream' });
const events = (res: ServerResponse, texts: string[]) => eventHead(res).end(texts.map(event).join(''));
const json = (res: ServerResponse, texts: string[], headers = {}) => res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(texts[0]);

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
