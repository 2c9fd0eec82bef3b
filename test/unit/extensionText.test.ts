import assert from 'node:assert/strict';
import { fieldsOf, parseArguments, parseField } from '../../src/extension/argumentFields.ts';
import { heatBar, heatOf, heatText, hottestOf } from '../../src/extension/hints/hotLineText.ts';
import { lensText } from '../../src/extension/hints/lensText.ts';
import { createLiveRun } from '../../src/extension/liveRun.ts';
import { profileText } from '../../src/extension/progressText.ts';
import { splitCommand } from '../../src/extension/splitCommand.ts';
import { targetText } from '../../src/extension/targetText.ts';
import type { ProfileProgress } from '../../src/model/engine.ts';
import type { HotLine, ToolSummary } from '../../src/model/run.ts';

describe('a typed command line', () => {
  const check = (line: string, words: string[] | null, windows = false) => assert.deepEqual(splitCommand(line, windows), words);

  it('is split at spaces, quotes group, nothing is expanded', () => {
    check('node dist/server.js --root $HOME *', ['node', 'dist/server.js', '--root', '$HOME', '*']);
    check(`  a  "b c" 'd "e"' f'g'h "" `, ['a', 'b c', 'd "e"', 'fgh', '']);
    check('', []);
  });

  it('takes backslashes as escapes, but as path separators on Windows', () => {
    check('a\\ b "c\\"d"', ['a b', 'c"d']);
    check('C:\\tools\\node.exe "C:\\my dir\\x.js" \'y', ['C:\\tools\\node.exe', 'C:\\my dir\\x.js', "'y"], true);
  });

  it('with an open quote is none', () => {
    check('node "x', null);
    check("node 'x", null);
  });
});

describe('the progress of a profile', () => {
  const starting = (events: ProfileProgress['events']): ProfileProgress => ({ stage: 'starting', done: 0, total: 0, runDir: '', ended: { atUs: [], latencyUs: [], tool: [], outcome: [], phase: [] }, events });

  it('says while it waits what the server wrote instead of an answer', () => {
    assert.match(profileText(starting([])), /starting/);
    assert.match(profileText(starting([{ kind: 'invalid', atUs: 1, text: 'Welcome!' }])), /waiting for an answer.*“Welcome!”, which is no MCP message/);
  });
});

describe('the form of a tool', () => {
  const schema = {
    type: 'object',
    required: ['city'],
    properties: { city: { type: 'string', enum: ['Oslo', 'Kyoto'], description: 'Where' }, days: { type: 'integer' }, metric: { type: 'boolean' }, filter: { type: 'object' }, either: { type: ['string', 'null'] } },
  };

  it('has a field per property', () => {
    assert.deepEqual(
      fieldsOf(schema).map((f) => [f.name, f.type, f.required, f.choices]),
      [
        ['city', 'string', true, ['Oslo', 'Kyoto']],
        ['days', 'integer', false, null],
        ['metric', 'boolean', false, [true, false]],
        ['filter', 'json', false, null],
        ['either', 'json', false, null],
      ],
    );
  });

  it('is empty for a schema that says nothing', () => {
    for (const nothing of [undefined, null, true, {}, { properties: 3 }]) assert.deepEqual(fieldsOf(nothing), []);
  });

  it('takes values of the right type only', () => {
    const [, days, , filter] = fieldsOf(schema);
    assert.deepEqual(parseField(days!, '3'), { value: 3 });
    assert.ok('problem' in parseField(days!, '3.5'));
    assert.ok('problem' in parseField(days!, ''));
    assert.deepEqual(parseField(filter!, '{"a":[1]}'), { value: { a: [1] } });
    assert.ok('problem' in parseField(filter!, '{a}'));
    assert.ok('problem' in parseArguments('[1]'));
  });
});

describe('hot lines', () => {
  const hot = (line: number, selfUs: number, tool: string | null, more: Partial<HotLine> = {}): HotLine => ({ file: '/a.ts', line, functionName: 'f', callee: null, selfUs, tool, fileHash: null, own: true, ...more });

  it('add the tools of a line up, heaviest first, and leave out what is not worth a mark', () => {
    const heats = heatOf([hot(1, 10_000, 'b'), hot(1, 28_000, 'a'), hot(2, 100, 'a'), hot(3, 500, null), hot(4, 9e6, 'a', { own: false }), hot(5, 9e6, 'a', { file: '/b.ts' })], '/a.ts');
    assert.deepEqual(heats, [
      { line: 1, selfUs: 38_000, tools: [{ tool: 'a', selfUs: 28_000 }, { tool: 'b', selfUs: 10_000 }], callees: [{ callee: null, selfUs: 38_000 }] },
      { line: 3, selfUs: 500, tools: [{ tool: null, selfUs: 500 }], callees: [{ callee: null, selfUs: 500 }] },
    ]);
  });

  it('say time and tool, and that they are stale', () => {
    const [heat] = heatOf([hot(1, 38_000, 'search')], '/a.ts');
    assert.equal(heatText(heat!, false), '38 ms self · search');
    assert.equal(heatText(heat!, true), '38 ms self · search · stale');
    const [calling] = heatOf([hot(1, 8_000, 'search'), hot(1, 30_000, 'search', { callee: 'JSON.parse' })], '/a.ts');
    assert.equal(heatText(calling!, false), '38 ms in JSON.parse · search');
  });

  it('have a bar against the hottest line of the run, all its tools together', () => {
    assert.equal(hottestOf([hot(1, 5, 'a'), hot(1, 6, 'b'), hot(2, 10, 'a', { file: '/b.ts' })]), 11);
    assert.deepEqual([1, 0.5, 0.28, 0].map(heatBar), ['████', '██\u00a0\u00a0', '█▏\u00a0\u00a0', '▏\u00a0\u00a0\u00a0']);
  });
});

describe('the lens of a tool', () => {
  const tool: ToolSummary = {
    name: 'search', title: null, description: null, readOnly: true, destructive: false, definitionTokens: 1, calls: 100, errors: {},
    latencyUs: { p50: 38_000, p95: 412_000, p99: null, max: 500_000, mean: 50_000 },
    bytes: { in: 1, out: 1 }, cpuUs: { total: 1, perCall: 27_000 }, allocBytes: null, blockedUs: { max: 62_000, total: 1 },
  };

  it('says what was measured', () => {
    assert.equal(lensText(tool, false), 'search · p50 38 ms · p95 412 ms · 27 ms CPU · 62 ms block');
  });

  it('leaves out what was not, and says errors and staleness', () => {
    const few = { ...tool, calls: 3, errors: { isError: 2 }, latencyUs: { p50: null, p95: null, p99: null, max: 5000, mean: 5000 }, cpuUs: null, blockedUs: { max: 0, total: 0 } };
    assert.equal(lensText(few, true), 'search · max 5 ms · 2 of 3 calls failed · stale: the file has changed since');
  });
});

describe('what a server is started with', () => {
  it('is shown without environment, headers and credentials', () => {
    assert.equal(targetText({ transport: 'stdio', command: 'node', args: ['x.js'], env: { TOKEN: 'secret-value' } }), 'node x.js');
    assert.equal(targetText({ transport: 'http', url: 'https://me:secret-value@host/mcp', headers: { authorization: 'secret-value' } }), 'https://host/mcp');
  });
});

describe('a live run', () => {
  const progress = (done: number, tool: string): ProfileProgress => ({
    stage: 'calling', done, total: 9, runDir: '/r', events: [{ kind: 'stderr', atUs: done, text: tool }],
    ended: { atUs: [done], latencyUs: [1], tool: [tool], outcome: ['ok'], phase: ['measure'] },
  });

  it('can be told as a whole to a panel that starts anew', () => {
    const live = createLiveRun('x');
    assert.equal(live.whole(), null);
    const first = progress(1, 'a');
    live.add(first);
    live.add({ ...progress(2, 'b'), tools: ['a', 'b'] });
    live.add({ ...progress(2, 'b'), ended: { atUs: [], latencyUs: [], tool: [], outcome: [], phase: [] }, events: [] });
    assert.deepEqual(live.whole()?.ended.tool, ['a', 'b']);
    assert.equal(live.whole()?.done, 2);
    assert.deepEqual(live.whole()?.tools, ['a', 'b']);
    assert.equal(live.whole()?.events.length, 2);
    assert.deepEqual(first.ended.tool, ['a'], 'what was received was changed');
  });
});
