// A server over stdio that misbehaves in one way: `node server.mjs MODE [ARGUMENT]`. No SDK, so that nothing mends it.
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [mode, argument] = process.argv.slice(2);
const write = (text) => process.stdout.write(text);
const line = (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const tool = (name, more = {}) => ({ name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true }, ...more });
const hang = () => setInterval(() => {}, 1000);

let tools = [tool('ok'), tool('bad')];
let answer = (message) => line({ id: message.id, result: reply(message) });

function reply({ method, params }) {
  if (method === 'initialize') return { protocolVersion: params.protocolVersion, capabilities: { tools: {}, logging: {} }, serverInfo: { name: `hostile-${mode}`, version: '1' } };
  if (method === 'tools/list') return { tools };
  if (method === 'tools/call') return text(params.name);
  return {};
}

/** Misbehaves only when the tool `bad` is called. */
const onBad = (misbehave) => {
  const normal = answer;
  answer = (message) => (message.method === 'tools/call' && message.params.name === 'bad' ? misbehave(message) : normal(message));
};

const modes = {
  plain() {},
  'exit-at-once'() {
    process.stderr.write('Error: the database is not configured\n    at start (server.js:1:1)\n');
    process.exit(7);
  },
  silent() {
    answer = () => {};
    hang();
  },
  garbage() {
    write('Welcome to the best server!\nlistening on port 3000\n');
    answer = () => {};
    hang();
  },
  'garbage-then-exit'() {
    write('usage: server [options]\n');
    process.exit(2);
  },
  'half-a-line': () => onBad(() => write('{"jsonrpc":"2.0","id":')),
  'half-a-line-then-exit': () => onBad(() => process.stdout.write('{"jsonrpc":"2.0","id":', () => process.exit(1))),
  'two-in-a-chunk': () =>
    onBad((m) => write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'first' } })}\n${JSON.stringify({ jsonrpc: '2.0', id: m.id, result: text('second') })}\n`)),
  'large-line': () => onBad((m) => line({ id: m.id, result: text('x'.repeat(Number(argument ?? 50) * 1024 * 1024)) })),
  'invalid-utf8': () =>
    onBad((m) => {
      process.stdout.write(Buffer.concat([Buffer.from('{"jsonrpc":"2.0","note":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]));
      line({ id: m.id, result: text('after') });
    }),
  crlf() {
    answer = (m) => write(`${JSON.stringify({ jsonrpc: '2.0', id: m.id, result: reply(m) })}\r\n\r\n`);
  },
  'wrong-id': () => onBad((m) => line({ id: m.id + 100000, result: text('whose?') })),
  'string-id': () => onBad((m) => line({ id: String(m.id), result: text('as text') })),
  duplicate: () =>
    onBad((m) => {
      line({ id: m.id, result: text('first') });
      line({ id: m.id, result: text('second') });
      line({ id: m.id, error: { code: -1, message: 'third' } });
    }),
  'logs-on-stdout'() {
    write('starting up...\n');
    onBad((m) => {
      write('[debug] called\n\n{"level":"info","msg":"json log"}\n[]\n');
      line({ id: m.id, result: text('fine') });
    });
  },
  'stderr-flood'() {
    const noise = `${'e'.repeat(1000)}\n`.repeat(64);
    const flood = () => process.stderr.write(noise, () => setImmediate(flood));
    flood();
  },
  'stderr-no-newline'() {
    const noise = 'e'.repeat(64 * 1024);
    const flood = () => process.stderr.write(noise, () => setImmediate(flood));
    flood();
  },
  'notification-flood': () =>
    onBad((m) => {
      for (let i = 0; i < 20000; i++) line({ method: 'notifications/message', params: { level: 'debug', data: `n${i}` } });
      for (let i = 0; i < 1000; i++) line({ method: 'notifications/progress', params: { progressToken: m.params._meta.progressToken, progress: i, total: 1000 } });
      line({ method: 'notifications/progress', params: { progressToken: 'nobody', progress: 1 } });
      line({ method: 'notifications/progress' });
      line({ id: m.id, result: text('done') });
    }),
  'hangs-in-a-tool': () => onBad(() => {}),
  'crashes-in-a-call': () =>
    onBad(() => {
      process.stderr.write('TypeError: cannot read properties of undefined\n');
      process.exit(9);
    }),
  'killed-in-a-call': () => onBad(() => process.kill(process.pid, 'SIGKILL')),
  'busy-loop': () =>
    onBad(() => {
      for (;;);
    }),
  'ignores-sigterm'() {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {});
    hang();
  },
  'forks-children'() {
    spawn('sleep', ['600'], { stdio: 'inherit' });
    // left its group and session, and its parent is gone
    spawn('sh', ['-c', 'setsid sleep 601 >/dev/null 2>&1 &'], { stdio: 'ignore', detached: true });
    spawn('env', ['-i', 'sleep', '602'], { stdio: 'ignore' });
  },
  'closes-stdin'() {
    const normal = answer;
    answer = (m) => {
      normal(m);
      if (m.method !== 'tools/list') return;
      input.close();
      process.stdin.destroy();
      closeSync(0);
      hang();
    };
  },
  'closes-stdout': () =>
    onBad(() => {
      closeSync(1);
      hang();
    }),
  'is-error': () => onBad((m) => line({ id: m.id, result: { ...text('no such file'), isError: true } })),
  'rpc-error': () => onBad((m) => line({ id: m.id, error: { code: -32602, message: 'bad arguments' } })),
  'odd-result': () => onBad((m) => line({ id: m.id, result: { surprise: true } })),
  'many-tools'() {
    tools = Array.from({ length: 2000 }, (_, i) => tool(`tool-${i}`, { description: 'd'.repeat(100), inputSchema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } }));
  },
  'cyclic-schema'() {
    tools = [tool('ok', { inputSchema: { type: 'object', properties: { node: { $ref: '#/$defs/node' } }, required: ['node'], $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['next'] } } } })];
  },
  'endless-cursor'() {
    let page = 0;
    const normal = answer;
    answer = (m) => (m.method === 'tools/list' ? line({ id: m.id, result: { tools: [tool(`t${page}`)], nextCursor: `c${page++}` } }) : normal(m));
  },
  'same-cursor'() {
    const normal = answer;
    answer = (m) => (m.method === 'tools/list' ? line({ id: m.id, result: { tools, nextCursor: 'again' } }) : normal(m));
  },
  'bad-list'() {
    tools = [null, 5, { inputSchema: {} }, tool('ok'), tool('ok')];
  },
  'list-error'() {
    const normal = answer;
    answer = (m) => (m.method === 'tools/list' ? line({ id: m.id, error: { code: -32603, message: 'the index is broken' } }) : normal(m));
  },
  'asks-the-client': () =>
    onBad((m) => {
      const waiting = new Map();
      const ask = (id, method, params) => {
        line({ id, method, params });
        return new Promise((resolve) => waiting.set(id, resolve));
      };
      onAnswer = (a) => waiting.get(a.id)?.(a);
      void Promise.all([
        ask('s1', 'sampling/createMessage', { messages: [{ role: 'user', content: { type: 'text', text: 'hello' } }], maxTokens: 5 }),
        ask(1, 'elicitation/create', { message: 'your name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } }),
        ask('r', 'roots/list'),
        ask('p', 'ping'),
        ask('u', 'unheard/of'),
      ]).then((answers) => line({ id: m.id, result: text(JSON.stringify(answers)) }));
    }),
  'bad-version'() {
    const normal = answer;
    answer = (m) => (m.method === 'initialize' ? line({ id: m.id, result: { ...reply(m), protocolVersion: '1999-01-01' } }) : normal(m));
  },
  'init-error'() {
    answer = (m) => line({ id: m.id, error: { code: -32600, message: 'licence expired' } });
  },
};

let onAnswer = () => {};
const input = createInterface({ input: process.stdin });
input.on('line', (row) => {
  const message = JSON.parse(row);
  if (message.method === undefined) onAnswer(message);
  else if (message.id !== undefined) answer(message);
});
if (!modes[mode]) {
  writeSync(2, `unknown mode ${mode}\n`);
  process.exit(64);
}
modes[mode]();
