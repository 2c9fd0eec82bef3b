import { Ajv } from 'ajv';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { UserError } from '../../src/model/errors.ts';
import type { RunRecord } from '../../src/model/run.ts';
import { exportFormat, exportFormats } from '../../src/runs/exporters/index.ts';
import { createRun, readRun } from '../../src/runs/store.ts';
import { sampleProfile, sampleRequest, sampleRun } from './runsSample.ts';

/** What each owner has in the sample profile: the time from each of its samples to the next. */
const truth: Record<string, number> = { '(start-up)': 1, 'find|books': 2 + 4, 'other;tool': 8, '(garbage collection)': 32, '(protocol)': 64, '(other)': 128 };
const panel = { script: 'const a = "</script><script >"; const script = 3; render("<!--", a, 1<script);', style: 'a::after { content: "</style>" }' };

describe('exports', () => {
  let out: string;
  let dir: string;
  let run: RunRecord;

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'exports-'));
    const writer = await createRun(out, 'shop', new Date(0));
    writer.request(sampleRequest(1));
    writer.request(sampleRequest(2, { target: '=HYPERLINK("http://x","y")', args: { a: 'x,"y"\n', n: [1] }, outcome: 'rpcError', errorClass: '-32602', parsedUs: null, cpuUs: 12.5 }));
    await writer.writeFile('cpu-42-1.cpuprofile', JSON.stringify(sampleProfile));
    await writer.writeFile('heap-42-0.heapprofile', '{"head":{}}');
    await writer.finish({ ...sampleRun, id: writer.id });
    ({ dir } = writer);
    run = await readRun(dir);
  });
  after(() => rm(out, { recursive: true, force: true }));

  const text = async (format: string, record = run) => {
    let all = '';
    for await (const part of exportFormat(format).write(record, dir, { panel })) all += part;
    return all;
  };

  it('are the same for the same run', async () => {
    for (const { id } of exportFormats) assert.equal(await text(id), await text(id), id);
  });

  it('says which formats there are, and when a run has no samples', async () => {
    assert.throws(() => exportFormat('pdf'), (e: unknown) => e instanceof UserError && e.code === 'unsupported-format' && e.hint.includes('speedscope'));
    for (const id of ['cpuprofile', 'speedscope', 'collapsed']) {
      await assert.rejects(async () => text(id, { ...run, files: { ...run.files, cpu: [] } }), (e: unknown) => e instanceof UserError && e.code === 'unsupported-format', id);
    }
  });

  it('cpuprofile is the stored profile with its vendor field', async () => {
    assert.deepEqual(JSON.parse(await text('cpuprofile')), sampleProfile);
  });

  it('collapsed stacks hold the time of each tool', async () => {
    const lines = (await text('collapsed')).trimEnd().split('\n');
    const sums: Record<string, number> = {};
    for (const line of lines) {
      const [, stack, weight] = /^(.+) (\d+)$/.exec(line)!;
      const owner = stack!.split(';')[0]!;
      sums[owner] = (sums[owner] ?? 0) + Number(weight);
    }
    // `;` ends a frame
    const { 'other;tool': other, ...rest } = truth;
    assert.deepEqual(sums, { ...rest, 'other,tool': other });
    assert.ok(lines.includes('find|books;handler (/shop/server.js:10);scan,all (/shop/a b.js:20) 6'), lines.join('\n'));
    assert.ok(lines.includes('other,tool;handler (/shop/server.js:10);(anonymous) (node:fs:5) 8'), lines.join('\n'));
  });

  it('speedscope holds the time of each tool, in its published shape', async () => {
    const file = JSON.parse(await text('speedscope')) as { shared: { frames: { name: string; file?: string; line?: number }[] }; profiles: { name: string; endValue: number; samples: number[][]; weights: number[] }[] };
    const validate = new Ajv().compile(speedscopeSchema);
    assert.ok(validate(file), JSON.stringify(validate.errors));
    const sum = (weights: number[]) => weights.reduce((a, b) => a + b, 0);
    assert.deepEqual(Object.fromEntries(file.profiles.map((p) => [p.name, sum(p.weights)])), truth);
    for (const p of file.profiles) {
      assert.equal(p.samples.length, p.weights.length);
      assert.equal(p.endValue, sum(p.weights));
      assert.ok(p.samples.flat().every((frame) => file.shared.frames[frame] !== undefined));
    }
    const books = file.profiles.find((p) => p.name === 'find|books')!;
    assert.deepEqual(books.samples.map((stack) => stack.map((f) => file.shared.frames[f]!.name)), [['handler', 'scan;all']]);
    assert.deepEqual(file.shared.frames[2], { name: 'scan;all', file: '/shop/a b.js', line: 20, col: 3 });
  });

  it('CSV can be read back, and holds no formula', async () => {
    const [header, first, second, ...rest] = parseCsv(await text('csv'));
    assert.deepEqual(rest, []);
    const row = (cells: string[]) => Object.fromEntries(header!.map((name, i) => [name, cells[i]]));
    assert.equal(first!.length, header!.length);
    assert.equal(row(first!)['latencyUs'], '500');
    assert.equal(row(first!)['cpuUs'], '');
    const two = row(second!);
    assert.equal(two['target'], `'=HYPERLINK("http://x","y")`);
    assert.equal(two['errorClass'], `'-32602`);
    assert.equal(two['latencyUs'], '');
    assert.equal(two['cpuUs'], '12.5');
    assert.deepEqual(JSON.parse(two['args']!), { a: 'x,"y"\n', n: [1] });
  });

  it('Markdown shows every part and lets nothing of a server be markup', async () => {
    const markdown = await text('markdown');
    for (const part of ['# Shop \\| "staging"', 'The slowest tool is find\\|books.', '| `find\\|books` | 20 | 2 isError | 12 ms |', '`/shop/server.js:7`', '**warning** `blocking-call`', 'Two samples were lost.', '`delete_book` was not called: destructive', '**Failed:** The server exited. Read its log.']) {
      assert.ok(markdown.includes(part), `${part} in\n${markdown}`);
    }
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    for (const line of rows) assert.match(String(line.replaceAll('\\|', '').split('|').length), /^(13|6)$/, line);
    const hostile = await text('markdown', { ...run, title: '<img src=x onerror=alert(1)> [a](javascript:b)', tools: [{ ...run.tools[0]!, name: 'a`|`b' }] });
    assert.ok(!/(^|[^\\])<img/.test(hostile) && !/(^|[^\\])\[a/.test(hostile));
    assert.ok(hostile.includes('| `` a`\\|`b `` |'));
  });

  it('the HTML report carries every file and runs nothing but its bundle', async () => {
    const html = await text('html', { ...run, title: '</title><script>x()</script>' });
    const elements = [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    const files = Object.fromEntries(elements.slice(0, -1).map(([, attributes, content]): [string, string] => [/^ type="text\/plain" data-run-file="([^"]+)"$/.exec(attributes!)?.[1] ?? '', Buffer.from(content!, 'base64').toString('utf8')]));
    assert.deepEqual(Object.keys(files), ['run.json', 'requests.ndjson', 'messages.ndjson', 'events.ndjson', 'cpu-42-1.cpuprofile', 'heap-42-0.heapprofile']);
    assert.deepEqual(JSON.parse(files['run.json']!), run);
    assert.deepEqual(JSON.parse(files['cpu-42-1.cpuprofile']!), sampleProfile);
    const [, attributes, script] = elements.at(-1)!;
    assert.equal(attributes, '');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    assert.ok(policy.includes(`script-src 'sha256-${createHash('sha256').update(script!).digest('base64')}'`));
    assert.ok(policy.startsWith(`default-src 'none'`));
    // the code means the same
    const calls: unknown[] = [];
    runInNewContext(script!, { render: (...args: unknown[]) => calls.push(...args) });
    assert.deepEqual(calls, ['<!--', '</script><script >', true]);
    assert.equal((html.match(/<\/style>/g) ?? []).length, 1);
    assert.ok(!html.includes('<script>x()'));
    assert.ok(!/(src|href)=/.test(html.replace(script!, '')));
  });

  it('the HTML report of a load test carries its result', async () => {
    const writer = await createRun(out, 'loaded', new Date(2));
    await writer.writeFile('load.json', '{"offered":500}');
    await writer.finish({ ...sampleRun, id: writer.id, files: { ...sampleRun.files, load: 'load.json' } });
    let html = '';
    for await (const part of exportFormat('html').write(await readRun(writer.dir), writer.dir, { panel })) html += part;
    assert.deepEqual([...html.matchAll(/data-run-file="([^"]+)"/g)].map(([, name]) => name), ['run.json', 'load.json']);
    assert.equal(Buffer.from(/data-run-file="load.json">([^<]*)</.exec(html)![1]!, 'base64').toString(), '{"offered":500}');
  });

  it('HTML joins a large file from pieces without a seam', async () => {
    const writer = await createRun(out, 'large', new Date(1));
    for (let i = 1; i <= 3000; i++) writer.request(sampleRequest(i, { target: 'ü'.repeat((i % 7) + 1) }));
    await writer.finish({ ...sampleRun, id: writer.id, files: { ...sampleRun.files, cpu: [], heap: [] } });
    let html = '';
    for await (const part of exportFormat('html').write(await readRun(writer.dir), writer.dir, { panel })) html += part;
    const base64 = /data-run-file="requests.ndjson">([^<]*)</.exec(html)![1]!;
    const lines = Buffer.from(base64, 'base64').toString('utf8').trimEnd().split('\n');
    assert.ok(base64.length > 2 * (1 << 18));
    assert.deepEqual(lines.map((l) => (JSON.parse(l) as { request: number }).request), Array.from({ length: 3000 }, (_, i) => i + 1));
  });
});

/** RFC 4180. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const match of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '\r\n') rows.push([]);
  }
  rows.pop();
  return rows;
}

/** The part of speedscope's published schema that files with sampled profiles use. */
const speedscopeSchema = {
  type: 'object',
  required: ['$schema', 'profiles', 'shared'],
  additionalProperties: false,
  properties: {
    $schema: { const: 'https://www.speedscope.app/file-format-schema.json' },
    activeProfileIndex: { type: 'number' },
    exporter: { type: 'string' },
    name: { type: 'string' },
    shared: {
      type: 'object',
      required: ['frames'],
      properties: {
        frames: {
          type: 'array',
          items: { type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string' }, file: { type: 'string' }, line: { type: 'number' }, col: { type: 'number' } } },
        },
      },
    },
    profiles: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'name', 'unit', 'startValue', 'endValue', 'samples', 'weights'],
        additionalProperties: false,
        properties: {
          type: { const: 'sampled' },
          name: { type: 'string' },
          unit: { enum: ['bytes', 'microseconds', 'milliseconds', 'nanoseconds', 'none', 'seconds'] },
          startValue: { type: 'number' },
          endValue: { type: 'number' },
          samples: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
          weights: { type: 'array', items: { type: 'number' } },
        },
      },
    },
  },
};
