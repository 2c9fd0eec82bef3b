import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { readWorkloadFile } from '../../src/load/workload/read.ts';
import schema from '../../src/load/workload/workload.schema.json' with { type: 'json' };
import { createSampler } from '../../src/load/workload/sampler.ts';
import { workloadSchemaUrl, workloadText } from '../../src/load/workload/write.ts';
import { UserError } from '../../src/model/errors.ts';
import { drawn } from './support/drawn.ts';

const validate = new Ajv({ strict: true, strictRequired: false }).compile(schema);

describe('load workload file', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'workload-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const read = (value: unknown) => readWorkloadFile(write('a.mcp-workload.json', typeof value === 'string' ? value : JSON.stringify(value)));
  const problemsOf = async (value: unknown) => {
    const error: unknown = await read(value).then(() => assert.fail('no problem was found'), (e: unknown) => e);
    assert.ok(error instanceof UserError && error.code === 'bad-argument' && error.hint !== '', String(error));
    return error.message.split('\n').map((line) => line.replaceAll(`${dir}/`, ''));
  };
  const rowsOf = async (name: string, text: string) => {
    write(name, text);
    return (await read({ mix: [{ tool: 't' }], data: { d: { file: name } } })).data['d']?.rows;
  };

  it('is read whole, with comments and trailing commas', async () => {
    write('words.csv', 'title,n\n"a, b",1\n');
    const text = `// what the shop sees
    {
      "$schema": "${workloadSchemaUrl}",
      "mix": [
        { "tool": "search", "weight": 3, "arguments": { "q": "{{words.title}}" } },
        { "tool": "list" }, /* generated */
        { "resource": "file:///a", "weight": 0.5 },
        { "prompt": "greet", "arguments": { "who": "x" } },
      ],
      "data": { "words": { "file": "words.csv", "order": "random" }, "ids": { "rows": [{ "id": 1 }, 7] } },
      "session": {
        "steps": [
          { "requests": [{ "tool": "search", "as": "first", "arguments": {} }, { "resource": "file:///b" }], "thinkMs": 100 },
          { "tool": "get", "arguments": { "id": "{{first.structuredContent.id}}" }, "as": "second", "thinkMs": [1, 2] },
        ],
        "thinkMs": [200, 900],
      },
    }`;
    assert.deepEqual(await read(text), {
      mix: [
        { tool: 'search', weight: 3, arguments: { q: '{{words.title}}' } },
        { tool: 'list', weight: 1, arguments: 'generate' },
        { resource: 'file:///a', weight: 0.5 },
        { prompt: 'greet', arguments: { who: 'x' }, weight: 1 },
      ],
      data: { words: { rows: [{ title: 'a, b', n: 1 }], order: 'random' }, ids: { rows: [{ id: 1 }, { value: 7 }], order: 'sequential' } },
      session: {
        steps: [
          { requests: [{ tool: 'search', weight: 1, arguments: {}, as: 'first' }, { resource: 'file:///b', weight: 1, as: null }], thinkMs: { min: 100, max: 100 } },
          { requests: [{ tool: 'get', weight: 1, arguments: { id: '{{first.structuredContent.id}}' }, as: 'second' }], thinkMs: { min: 1, max: 2 } },
        ],
        thinkMs: { min: 200, max: 900 },
      },
      dir,
      generated: false,
    });
    // written and read again it is the same
    assert.deepEqual(await read(workloadText(await read(text))), await read(text));
  });

  it('tells all problems at once, each with its place', async () => {
    const lines = await problemsOf(`{
  "mix": [
    { "tool": "a", "wieght": 2, "arguments": { "q": ["{{words.titel}}"] } },
    { "tool": "a", "prompt": "b" },
    { "tool": "", "weight": 0 },
    { "resource": "x:{{nope}}", "arguments": {} },
    { "prompt": "p", "arguments": { "n": 3 } },
    7
  ],
  "data": {
    "words": { "rows": [{ "title": 1 }], "order": "up" },
    "int": { "rows": [1] },
    "both": { "rows": [1], "file": "x.csv" },
    "gone": { "file": "gone.csv" },
    "none": { "rows": [] }
  },
  "session": { "steps": [{ "tool": "t", "as": "words", "arguments": { "x": "{{later.id}}" } }, { "requests": [] }, { "tool": "t", "as": "later" }], "thinkMs": [9, 1] },
  "mixx": 1
}`);
    const expected: [string, RegExp][] = [
      ['3:20', /"wieght" is not known here; there are tool, resource, prompt, arguments, weight/],
      ['3:54', /mix\.0\.arguments\.q\.0: \{\{words\.titel\}\}: the data "words" has no column "titel"; there are title/],
      ['4:5', /"tool", a "resource" or a "prompt"/],
      ['5:15', /the name of the tool is a text that is not empty/],
      ['5:29', /"weight" is above 0/],
      ['6:19', /mix\.3\.resource: \{\{nope\}\}: nothing is called "nope"/],
      ['6:46', /a resource takes no arguments/],
      ['7:35', /the argument "n" of a prompt is a text/],
      ['8:5', /a request is an object/],
      ['11:51', /"order" is/],
      ['12:12', /"int" is the name of a template/],
      ['13:13', /"file" or "rows", one of them/],
      ['14:23', /"gone\.csv" cannot be read: no such file/],
      ['15:23', /there are no rows/],
      ['17:47', /"words" is there already/],
      ['17:76', /session\.steps\.0\.arguments\.x: \{\{later\.id\}\}: "later" has not been answered by then/],
      ['17:110', /at least one request/],
      ['17:160', /\[lowest, highest\]/],
      ['18:3', /"mixx" is not known here/],
    ];
    for (const [place, message] of expected) assert.ok(lines.some((l) => l.startsWith(`a.mcp-workload.json:${place}: `) && message.test(l)), `${place} ${message}\n${lines.join('\n')}`);
    assert.equal(lines.length, expected.length, lines.join('\n'));
  });

  for (const [what, text, problem] of [
    ['broken JSON', '{"mix": [}', /:1:10: not valid JSON: value expected/],
    ['an empty file', '', /the file is empty|value expected/],
    ['a list', '[1]', /1:1: the workload is an object/],
    ['nothing to call', '{"mix": []}', /nothing is to be called/],
    ['a short form without tools', '{}', /nothing is to be called/],
    ['a short form with no object', '{"search": {"q": 1}, "list": 5}', /:1:30: .*"list".* is an object/],
    ['a member that is there twice', '{"mix": [{"tool": "a", "tool": "b"}]}', /:1:24: "tool" is there twice/],
  ] as const) {
    it(`is refused: ${what}`, async () => assert.match((await problemsOf(text)).join('\n'), problem));
  }

  it('is refused when it is not there or too large', async () => {
    await assert.rejects(readWorkloadFile(join(dir, 'none.json')), /cannot be read: no such file/);
    const large = write('large.json', '{}');
    truncateSync(large, 17 * 1024 * 1024);
    await assert.rejects(readWorkloadFile(large), /17 MB large, 16 MB are the limit/);
    write('large.csv', 'a\n');
    truncateSync(join(dir, 'large.csv'), 33 * 1024 * 1024);
    assert.match((await problemsOf({ mix: [{ tool: 't' }], data: { d: { file: 'large.csv' } } }))[0]!, /33 MB large, 32 MB are the limit/);
  });

  it('is also the short form, whose texts are taken as they stand', async () => {
    const workload = await read({ search: { q: 'a {{b}} \\{{c}}', deep: [{ x: '{{' }] }, mix: { a: 1 }, session: {} });
    assert.deepEqual(workload.mix.map((r) => 'tool' in r && r.tool), ['search', 'mix', 'session']);
    const sampler = createSampler(workload, 'legacy', 1);
    const sent = JSON.parse(sampler.next().params) as { arguments: unknown };
    assert.deepEqual(sent.arguments, { q: 'a {{b}} \\{{c}}', deep: [{ x: '{{' }] });
  });

  describe('data', () => {
    it('is CSV with quoted cells, line breaks in them and a byte order mark', async () => {
      assert.deepEqual(await rowsOf('a.csv', '\uFEFFname,"the ""text""",zip\r\n"x, y","line\nbreak",007\r\n,"",010\r\n\r\n'), [
        { name: 'x, y', 'the "text"': 'line\nbreak', zip: '007' },
        { name: '', 'the "text"': '', zip: '010' },
      ]);
    });

    it('holds numbers where a whole column is of plain numbers', async () => {
      assert.deepEqual(await rowsOf('a.csv', 'a,b,c,d\n1,1,"1",1.5\n-2,x,"2",1e3\n'), [
        { a: 1, b: '1', c: '1', d: '1.5' },
        { a: -2, b: 'x', c: '2', d: '1e3' },
      ]);
      assert.deepEqual(await rowsOf('b.csv', 'd\n1.5\n0\n'), [{ d: 1.5 }, { d: 0 }]);
    });

    it('reads back whatever was written as CSV', () =>
      drawn(async (random, note) => {
        const letters = ['a', ',', '"', '\n', '\r\n', ' ', 'ü', '{{', '1'];
        for (let round = 0; round < 20; round++) {
          const cell = () => Array.from({ length: Math.floor(random() * 5) }, () => letters[Math.floor(random() * letters.length)]!).join('');
          const rows = Array.from({ length: 5 }, () => [cell(), cell(), cell()]);
          note(JSON.stringify(rows));
          const text = ['a,b,c', ...rows.map((r) => r.map((c) => `"${c.replaceAll('"', '""')}"`).join(','))].join('\n');
          assert.deepEqual(await rowsOf('r.csv', text), rows.map(([a, b, c]) => ({ a, b, c })));
        }
      }));

    it('is JSON or one object a line', async () => {
      assert.deepEqual(await rowsOf('a.json', '[{"a": 1}, "b", // c\n [2]]'), [{ a: 1 }, { value: 'b' }, { value: [2] }]);
      assert.deepEqual(await rowsOf('a.ndjson', '{"a":1}\n\n{"a":{"b":2}}\n'), [{ a: 1 }, { a: { b: 2 } }]);
    });

    for (const [what, name, text, problem] of [
      ['CSV lines of other lengths', 'a.csv', 'a,b\n1,2\n1\n1,2,3\n', /^a\.csv:3:1: this line has 1 cells, the first has 2\.\na\.csv:4:1: .*3 cells/],
      ['an open quote', 'a.csv', 'a\n"x', /^a\.csv:2:1: this quote is never closed/],
      ['text after a quote', 'a.csv', 'a\n"x"y\n', /^a\.csv:2:1: text follows the closing quote/],
      ['columns of one name', 'a.csv', 'a,a\n1,2\n', /two columns are called "a"/],
      ['a header only', 'a.csv', 'a,b\n', /:1:\d+: there are no rows/],
      ['nothing', 'a.csv', '', /the first line names the columns/],
      ['broken lines', 'a.jsonl', '{"a":1}\n{\n{"a":2}\n[', /^a\.jsonl:2:1: .*not JSON.*\na\.jsonl:4:1: /],
      ['JSON that is no list', 'a.json', '{"a": 1}', /^a\.json:1:1: the data is a list/],
      ['an ending that is not known', 'a.xml', '<a/>', /"file" is|no \.csv, \.json, \.ndjson or \.jsonl/],
    ] as const) {
      it(`is refused with the place: ${what}`, async () => {
        write(name, text);
        assert.match((await problemsOf({ mix: [{ tool: 't', arguments: { x: '{{d.a}}' } }], data: { d: { file: name } } })).join('\n'), problem);
      });
    }
  });

  describe('schema', () => {
    it('has the address that saved workloads name', () => assert.equal(schema.$id, workloadSchemaUrl));

    const good: unknown[] = [
      { mix: [{ tool: 'a' }] },
      { $schema: 'x', mix: [{ tool: 'a', weight: 0.1, arguments: 'generate' }, { resource: 'r' }, { prompt: 'p', arguments: { a: 'b' } }], data: { d: { rows: [1, { a: 2 }], order: 'random' } } },
      { session: { steps: [{ tool: 'a', as: 'x', thinkMs: 5 }, { requests: [{ resource: 'r', as: 'y' }, { prompt: 'p' }], thinkMs: [1, 2] }], thinkMs: 0 } },
    ];
    const bad: unknown[] = [
      { mix: [{ tool: 'a', prompt: 'b' }] },
      { mix: [{}] },
      { $schema: 'x', mix: [{ tool: 'a', arguments: 5 }] },
      { mix: [{ tool: 'a', weight: 0 }] },
      { mix: [{ tool: 'a', as: 'x' }] },
      { mix: [{ resource: 'r', arguments: {} }] },
      { mix: [{ tool: 'a' }], data: { uuid: { rows: [1] } } },
      { mix: [{ tool: 'a' }], data: { d: { rows: [1], file: 'f.csv' } } },
      { mix: [{ tool: 'a' }], more: 1 },
      { session: { steps: [] } },
      { session: { steps: [{ tool: 'a', weight: 2 }] } },
      { session: { steps: [{ tool: 'a', as: '1x' }] } },
      { session: { steps: [{ requests: [{ tool: 'a', thinkMs: 1 }] }] } },
    ];
    it('takes what the reader takes', async () => {
      for (const value of good) {
        assert.ok(validate(value), JSON.stringify([value, validate.errors]));
        await read(value);
      }
    });
    it('refuses what the reader refuses', async () => {
      for (const value of bad) {
        assert.ok(!validate(value), JSON.stringify(value));
        await problemsOf(value);
      }
    });
  });
});
