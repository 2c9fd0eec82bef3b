// A server whose service times are known from its own log: `node logged.mjs stdio|http PLAN`, where PLAN is JSON.
//   {"delays": [[ms, weight], …]}        each call waits one of these, drawn; several overlap
//   {"freezeEvery": n, "freezeMs": ms}   every nth call blocks everything
//   {"freezeAtS": s, "freezeMs": ms}     one block, s seconds after the first call
//   {"serialMs": ms}                     one call after the other, each ms long
//   {"parallel": k, "eachMs": ms}        k at a time, the rest waits its turn
//   {"burnUs": us}                       each call keeps the thread busy
// The tool `log` returns the log since it was asked last: Float64 [arrived, answered] pairs in microseconds of
// CLOCK_MONOTONIC, base64: its bytes were read (over HTTP: its head), and the operating system has taken the answer.
// Over HTTP the port stands in the first line of stderr.
import { createServer } from 'node:http';

const [, , kind, text = '{}'] = process.argv;
const plan = JSON.parse(text);
const now = () => {
  const [s, ns] = process.hrtime();
  return s * 1e6 + ns / 1e3;
};
let log = [];
let out = '';
/** When the calls arrived whose answers are in `out`. */
const unwritten = [];
let first = 0;
let calls = 0;
let frozen = false;
let free = plan.parallel ?? 1;
const queue = [];
let seed = plan.seed ?? 1;
/** Park and Miller's minimal standard generator, 0 to 1. */
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const block = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function work(arrived, answer) {
  calls++;
  first ||= arrived;
  if (plan.freezeEvery && calls % plan.freezeEvery === 0) block(plan.freezeMs);
  if (plan.freezeAtS && !frozen && arrived - first >= plan.freezeAtS * 1e6) {
    frozen = true;
    block(plan.freezeMs);
  }
  if (plan.burnUs) for (const until = now() + plan.burnUs; now() < until; );
  if (plan.delays) {
    let at = random() * plan.delays.reduce((sum, [, weight]) => sum + weight, 0);
    const [ms] = plan.delays.find(([, weight]) => (at -= weight) <= 0) ?? plan.delays.at(-1);
    setTimeout(answer, ms);
  } else if (plan.serialMs || plan.eachMs) {
    queue.push(answer);
    next();
  } else answer();
}

/** Service time by an absolute clock: a timer that comes late does not make the next one later. */
let lineUs = 0;
function next() {
  if (free === 0 || queue.length === 0) return;
  free--;
  const answer = queue.shift();
  const ms = plan.serialMs ?? plan.eachMs;
  const startUs = plan.serialMs ? Math.max(now() - 2000, lineUs) : now();
  lineUs = startUs + ms * 1000;
  setTimeout(() => {
    answer();
    free++;
    next();
  }, Math.max(0, (lineUs - now()) / 1000));
}

/** `reply` is told when a call to be logged had arrived, and logs it once it has written the answer. */
function handle({ id, method, params }, arrived, reply) {
  if (id === undefined) return;
  const result = (value, since = null) => reply({ jsonrpc: '2.0', id, result: value }, since);
  if (method === 'initialize') return result({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'logged', version: '1' } });
  if (method === 'tools/list') return result({ tools: ['work', 'log'].map((name) => ({ name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } })) });
  if (method !== 'tools/call') return reply({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } });
  if (params.name === 'work') return work(arrived, () => result({ content: [{ type: 'text', text: 'ok' }] }, arrived));
  flush();
  const pairs = Float64Array.from(log);
  log = [];
  result({ content: [{ type: 'text', text: Buffer.from(pairs.buffer).toString('base64') }] });
}

if (kind === 'http') {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const arrived = now();
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const message = JSON.parse(body);
      if (message.id === undefined) return response.writeHead(202).end();
      handle(message, arrived, (answer, since) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer), () => since !== null && log.push(since, now())));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.stderr.write(`${server.address().port}\n`));
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
} else {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const arrived = now();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      handle(JSON.parse(line), arrived, (answer, since) => {
        // answers of one turn are written together, but none waits for another
        if (out === '') setImmediate(flush);
        out += `${JSON.stringify(answer)}\n`;
        if (since !== null) unwritten.push(since);
      });
      if (plan.freezeMs) flush();
    }
  });
  process.stdin.on('end', () => process.exit(0));
}

/** Over stdio; a write to a pipe returns when it has been taken. */
function flush() {
  if (out !== '') process.stdout.write(out);
  out = '';
  const answered = now();
  for (const since of unwritten) log.push(since, answered);
  unwritten.length = 0;
}
