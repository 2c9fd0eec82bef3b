// A server over stdio without a library, as fast as one can be, whose tools do what they are named after. What it knows
// about itself it tells as the result of `truth`: how often each tool was called. Arguments: see each tool.
import { closeSync, writeSync } from 'node:fs';

const counts = {};
const notes = [];
const cancelled = [];
const times = [];
let out = '';
let rest = '';
let asked = 0;
const asking = new Map();

const tools = {
  noop: (id) => ok(id),
  /** Answers `ms` later; several overlap. */
  delay: (id, { ms }) => void setTimeout(() => ok(id), ms),
  /** Every `every`th call blocks everything for `ms`. */
  freeze(id, { every, ms }) {
    if (counts.freeze % every === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    ok(id);
  },
  hang: () => undefined,
  twice(id) {
    ok(id);
    ok(id);
  },
  unknown(id) {
    write({ jsonrpc: '2.0', id: 1e9 + id, result: {} });
    ok(id);
  },
  rubbish(id) {
    out += 'Debug: called\n';
    ok(id);
  },
  /** An answer that is cut off by a line end. */
  broken(id) {
    out += `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"ty\n`;
    schedule();
  },
  /** Half an answer, and no more; calls that come later hang too. */
  half(id) {
    flush();
    tools.half = () => undefined;
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":`);
  },
  error: (id, { code }) => write({ jsonrpc: '2.0', id, error: { code, message: 'planned' } }),
  isError: (id) => write({ jsonrpc: '2.0', id, result: { content: [], isError: true } }),
  large: (id, { bytes }) => ok(id, 'x'.repeat(bytes)),
  /** The `k`th call ends the process; calls before it are answered. */
  exit(id, { k }) {
    if (counts.exit < k) return ok(id);
    flush();
    process.stderr.write('planned exit\n');
    process.exit(7);
  },
  closeStdout() {
    flush();
    closeSync(1);
    // what is alive is only this
    setInterval(() => undefined, 1000);
  },
  /** Reads no more, and lives. */
  closeStdin(id) {
    ok(id);
    process.stdin.destroy();
    // streams leave the descriptors of stdio open
    closeSync(0);
    setInterval(() => undefined, 1000);
  },
  /** Does not read for `ms`. */
  deaf(id, { ms }) {
    ok(id);
    process.stdin.pause();
    setTimeout(() => process.stdin.resume(), ms);
  },
  /** Asks the client `method` and gives its answer back. */
  async ask(id, { method }) {
    const question = `q${++asked}`;
    write({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'about to ask' } });
    write({ jsonrpc: '2.0', id: question, method, params: {} });
    const answer = await new Promise((resolve) => asking.set(question, resolve));
    ok(id, JSON.stringify(answer.result ?? answer.error));
  },
  /** Gives its `n` plus one as structured content. */
  plus: (id, { n }) => write({ jsonrpc: '2.0', id, result: { content: [], structuredContent: { n: n + 1 } } }),
  truth: (id) => ok(id, JSON.stringify({ counts, notes, cancelled, times })),
};

function ok(id, text = 'ok') {
  write({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
}

function write(message) {
  out += `${JSON.stringify(message)}\n`;
  schedule();
}

let scheduled = false;
function schedule() {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    if (out !== '') process.stdout.write(out);
    out = '';
  });
}

/** At once, whatever comes then. */
function flush() {
  if (out !== '') writeSync(1, out);
  out = '';
}

process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) take(JSON.parse(line));
});
process.stdin.on('end', () => process.exit(0));

function take(message) {
  const { id, method, params } = message;
  if (method === undefined) return asking.get(id)?.(message);
  if (method === 'tools/call') {
    const { name } = params;
    counts[name] = (counts[name] ?? 0) + 1;
    if (params.arguments.stamp) times.push(performance.timeOrigin + performance.now());
    return void tools[name](id, params.arguments);
  }
  if (method === 'notifications/cancelled') cancelled.push(params.requestId);
  if (id === undefined) return void notes.push(method);
  if (method === 'initialize') return write({ jsonrpc: '2.0', id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'load', version: '1' } } });
  if (method === 'server/discover') return write({ jsonrpc: '2.0', id, result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, serverInfo: { name: 'load', version: '1' } } });
  if (method === 'tools/list') return write({ jsonrpc: '2.0', id, result: { tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })) } });
  write({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } });
}
