import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createEventStream } from '../../src/wire/eventStream.ts';
import { afterLineEnd, createLineReader, frame, type Arrival } from '../../src/wire/framing.ts';
import { drainStderr } from '../../src/wire/stderr.ts';
import { windowsCommand } from '../../src/wire/windowsCommand.ts';

/** Pushes chunks at the times 1, 2, 3 … and notes what comes out. */
function read(chunks: (string | Buffer)[], maxLineBytes?: number) {
  const out: [string, Arrival][] = [];
  let time = 0;
  const reader = createLineReader({ message: (m, _text, a) => out.push([JSON.stringify(m), a]), invalid: (text, reason, a) => out.push([`${reason}: ${text}`, a]) }, () => time + 0.5, maxLineBytes);
  for (const chunk of chunks) reader.push(Buffer.from(chunk), ++time);
  return { out, reader };
}

const a = { jsonrpc: '2.0' as const, id: 1, result: { text: 'å∫ç' } };
const b = { jsonrpc: '2.0' as const, method: 'note' };

describe('the wire', () => {
  it('gives the same messages however the bytes are cut', () => {
    const bytes = Buffer.concat([frame(a), frame(b), frame(a)]);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      assert.deepEqual(read(chunks).out.map(([text]) => text), [a, b, a].map((m) => JSON.stringify(m)), `chunks of ${size}`);
    }
  });

  it('stamps the chunk with the first byte, and the end', () => {
    const { out } = read([`${JSON.stringify(b)}\n{"jsonrpc"`, ':"2.0",', `"method":"note"}\r\n\r\n`]);
    assert.deepEqual(out.map(([, arrival]) => arrival), [
      { firstByteUs: 1, parsedUs: 1.5, bytes: 34 },
      { firstByteUs: 1, parsedUs: 3.5, bytes: 35 },
    ]);
  });

  it('knows what is no message, and goes on', () => {
    const { out, reader } = read(['hello\n', Buffer.from([0xff, 0x7b, 0x0a]), '5\n[]\n{"jsonrpc":"1.0","method":"x"}\n{"jsonrpc":"2.0","id":1}\n', frame(b), 'half']);
    assert.deepEqual(out.map(([text]) => text.split(':')[0]), ['not-json', 'not-utf8', 'not-jsonrpc', 'not-jsonrpc', 'not-jsonrpc', 'not-jsonrpc', '{"jsonrpc"']);
    assert.equal(reader.partial, true);
    reader.end();
    assert.equal(out.at(-1)![0], 'not-json: half');
  });

  it('lines that are known are not parsed, wherever they stand', () => {
    const known = (chunk: Buffer, from: number) => (chunk.toString('utf8', from).startsWith('no JSON') ? afterLineEnd(chunk, from + 7) : -1);
    const parsed: unknown[] = [];
    const refused: string[] = [];
    const reader = createLineReader({ message: (m) => parsed.push(m), invalid: (text) => refused.push(text), known }, () => 0);
    const wide = { ...b, method: 'é' };
    // the last is no line yet
    for (const message of [b, wide]) reader.push(Buffer.from(`no JSON\r\n\n${JSON.stringify(message)}\nno JSON\nno JSON\n${JSON.stringify(message)}\r\nno JSON`), 0);
    assert.deepEqual(parsed, [b, b, wide, wide]);
    // what goes on in the next chunk, and what is more than is known
    assert.deepEqual(refused, ['no JSONno JSON']);
    reader.push(Buffer.from('\nno JSON!\nno JSON\r\r\n'), 0);
    assert.deepEqual(refused.slice(1), ['no JSON', 'no JSON!', 'no JSON\r']);
    assert.equal(reader.partial, false);
  });

  it('drops a line over the limit, and only that', () => {
    const { out } = read(['x'.repeat(600), 'y'.repeat(600), 'z\n', frame(b), 'w'.repeat(2000), '\n', frame(b)], 1000);
    assert.deepEqual(out.map(([text]) => text.slice(0, 11)), ['too-long: x', '{"jsonrpc":', 'too-long: w', '{"jsonrpc":']);
    assert.equal(out[0]![1].bytes, 1202);
  });

  it('needs time in proportion to the length of a line', () => {
    const cpu = (megabytes: number) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const chunks = [Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"t":"'), ...Array.from({ length: megabytes * 16 }, () => chunk), Buffer.from('"}}\n')];
      const started = process.cpuUsage();
      const messages: unknown[] = [];
      const reader = createLineReader({ message: (m) => messages.push(m), invalid: () => assert.fail() }, () => 0);
      for (const c of chunks) reader.push(c, 0);
      assert.equal(messages.length, 1);
      const used = process.cpuUsage(started);
      return used.user + used.system;
    };
    cpu(4);
    const ratio = Math.min(cpu(32) / cpu(4), cpu(32) / cpu(4), cpu(32) / cpu(4));
    assert.ok(ratio < 32, `8 times the length took ${ratio} times the CPU; 64 would be quadratic`);
  });

  it('stamps events by the chunk they began in', () => {
    const out: [string, number][] = [];
    const stream = createEventStream((event, at) => out.push([event.data, at]));
    ['data: one\n\ndata: t', 'wo\n', '\n', ': ping\n\n', 'data: three\n\n'].forEach((text, i) => stream.push(Buffer.from(text), i + 1));
    assert.deepEqual(out, [['one', 1], ['two', 1], ['three', 5]]);
    assert.equal(stream.partial, false);
  });

  it('keeps the message of a crash, which frames within Node.js would push out', async () => {
    const stream = new PassThrough();
    const { tail } = drainStderr(stream, () => 0, () => undefined);
    const inner = Array.from({ length: 20 }, (_, i) => `    at load${i} (node:internal/modules/esm/loader:${i}:1)`);
    stream.end(['Error: Cannot find module', '    at own (/srv/index.js:3:1)', ...inner, 'Node.js v20'].join('\n'));
    await once(stream, 'end');
    assert.equal(tail(), 'Error: Cannot find module\n    at own (/srv/index.js:3:1)\nNode.js v20');
  });

  it('leaves the inspector out of stderr and keeps the end', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    const reader = drainStderr(stream, () => 0, (text) => lines.push(text));
    stream.end('Debugger listening on ws://127.0.0.1:1/x\nFor help, see: https://nodejs.org/en/docs/inspector\nDebugger attached.\nreal trouble\nlast words');
    await new Promise((resolve) => stream.once('end', resolve));
    await new Promise(setImmediate);
    assert.deepEqual(lines, ['real trouble', 'last words']);
    assert.equal(reader.tail(), 'real trouble\nlast words');
  });

  it('uses no shell but for batch files on Windows', () => {
    const spec = { command: 'npx', args: ['a b', '&calc'], cwd: '.', env: {} };
    assert.deepEqual(windowsCommand(spec, 'linux'), { command: 'npx', args: ['a b', '&calc'] });
    const batch = windowsCommand({ ...spec, command: 'C:\\npx.cmd' }, 'win32');
    assert.equal(batch.command, 'cmd.exe');
    assert.ok(!/(?<!\^)&/.test(batch.args.at(-1)!), batch.args.at(-1));
  });
});
