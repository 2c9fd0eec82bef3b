import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { selectTools } from '../../src/app/choose.ts';
import { callsForProfile } from '../../src/load/workload/forProfile.ts';
import { readWorkloadFile } from '../../src/load/workload/read.ts';
import { resolveWorkload } from '../../src/load/workload/resolve.ts';
import { createSampler } from '../../src/load/workload/sampler.ts';
import { workloadFromRequests } from '../../src/load/workload/save.ts';
import schema from '../../src/load/workload/workload.schema.json' with { type: 'json' };
import type { Choice, ToolOffer } from '../../src/model/engine.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Workload, WorkloadRequest, WorkloadStep } from '../../src/model/workload.ts';
import type { RequestRecord } from '../../src/model/trace.ts';
import { sampleRequest } from './runsSample.ts';
import { drawn } from './support/drawn.ts';

const none = { min: 0, max: 0 };
const tool = (name: string, args: Record<string, unknown> | 'generate' = {}, weight = 1): WorkloadRequest => ({ tool: name, arguments: args, weight });
const workloadOf = (mix: WorkloadRequest[], steps: WorkloadRequest[][] = []): Workload => ({
  mix,
  session: steps.length === 0 ? null : { steps: steps.map((requests): WorkloadStep => ({ requests: requests.map((r) => ({ ...r, as: null })), thinkMs: none })), thinkMs: none },
  data: {},
  dir: null,
  generated: false,
});
const fails = (code: string, message: RegExp) => (error: unknown) => error instanceof UserError && error.code === code && error.hint !== '' && message.test(error.message);

describe('a workload against the tools of a server', () => {
  const tools = [
    { name: 'list', inputSchema: { type: 'object' }, readOnly: true, destructive: false },
    { name: 'save', inputSchema: { type: 'object', properties: { a: { const: 1 } }, required: ['a'] }, readOnly: false, destructive: false },
    { name: 'wipe', inputSchema: {}, readOnly: false, destructive: true },
  ];
  const offers: ToolOffer[] = tools.map((t) => ({ ...t, title: null, description: null, sampleArgs: {} }));
  const resolve = (workload: Workload, choice: Choice = {}) => resolveWorkload(workload, tools, (names) => selectTools(offers, { ...choice, tools: names }));

  it('never calls a destructive tool without its own yes', () => {
    const workload = workloadOf([tool('list', {}, 3), tool('wipe'), tool('save')]);
    const { workload: left, skipped } = resolve(workload);
    assert.deepEqual(left.mix, [tool('list', {}, 3), tool('save')]);
    assert.deepEqual(skipped, [{ tool: 'wipe', reason: 'destructive: needs --include-destructive' }]);
    assert.deepEqual(resolve(workload, { includeDestructive: true }), { workload, skipped: [] });
    assert.throws(() => resolve(workloadOf([tool('wipe')])), fails('nothing-to-call', /consent/));
    // the yes is to tools that are named: it brings none in
    assert.deepEqual(resolve(workloadOf([tool('list')]), { includeDestructive: true }).workload.mix, [tool('list')]);
  });

  it('leaves a session out that needs a refused tool, and says so', () => {
    const { workload, skipped } = resolve(workloadOf([tool('list')], [[tool('list')], [tool('list'), tool('wipe')]]));
    assert.equal(workload.session, null);
    assert.match(skipped[0]!.reason, /--include-destructive; the session, which needs it, is left out/);
    assert.notEqual(resolve(workloadOf([tool('wipe')], [[tool('list')]])).workload.session, null);
    assert.throws(() => resolve(workloadOf([tool('wipe')], [[tool('list'), tool('wipe')]])), fails('nothing-to-call', /wipe \(destructive/));
  });

  it('puts schemas beside arguments that are to be generated, as plain data', () => {
    const { workload } = resolve(workloadOf([tool('save', 'generate'), tool('list', {})], [[tool('save', 'generate')]]));
    assert.equal(workload.generated, true);
    assert.deepEqual(structuredClone(workload).mix, [{ ...tool('save', 'generate'), inputSchema: tools[1]!.inputSchema }, tool('list')]);
    assert.deepEqual((JSON.parse(createSampler(structuredClone(workload), 'legacy', 1).next().params) as { arguments: unknown }).arguments, { a: 1 });
    assert.deepEqual(workload.session?.steps[0]?.requests[0], { ...tool('save', 'generate'), as: null, inputSchema: tools[1]!.inputSchema });
    assert.equal(resolve(workloadOf([tool('list')])).workload.generated, false);
  });

  it('names tools that the server does not list', () => {
    assert.throws(() => resolve(workloadOf([tool('list'), tool('lost')], [[tool('gone')]])), (e) => fails('unknown-tool', /"lost", "gone"/)(e) && (e as UserError).hint.includes('list, save, wipe'));
  });

  it('asks no consent for resources and prompts', () => {
    const mix: WorkloadRequest[] = [{ resource: 'x:1', weight: 1 }];
    const { workload } = resolveWorkload(workloadOf(mix), [], () => assert.fail('asked'));
    assert.deepEqual(workload.mix, mix);
  });
});

describe('what a profile calls of a workload', () => {
  it('each tool of the mix, with the arguments of the heaviest request, templates drawn', () => {
    const workload: Workload = { ...workloadOf([tool('a', { q: 'light' }), tool('a', { q: '{{w.x}} {{int 5 5}}', n: '{{w.x}}' }, 2), tool('b', 'generate'), { resource: 'r', weight: 9 }]), data: { w: { rows: [{ x: 3 }], order: 'sequential' } } };
    const { tools, args, notes } = callsForProfile(workload);
    assert.deepEqual([tools, args], [['a', 'b'], { a: { q: '3 5', n: 3 } }]);
    assert.match(notes.join(' '), /the requests of a the one with the highest weight.*resources and prompts/);
    assert.deepEqual(callsForProfile(workloadOf([tool('a')])).notes, []);
  });

  it('is an error when there is no tool', () => assert.throws(() => callsForProfile(workloadOf([{ resource: 'r', weight: 1 }])), fails('nothing-to-call', /no tool/)));
});

describe('a workload from the requests of a run', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'workload-'))));
  after(() => rmSync(dir, { recursive: true, force: true }));
  const validate = new Ajv({ strict: false }).compile(schema);

  const call = (target: string, args: unknown, more: Partial<RequestRecord> = {}) => sampleRequest(1, { target, args, ...more });
  const saved = async (records: RequestRecord[]) => {
    const text = workloadFromRequests(records);
    const path = join(dir, 'saved.mcp-workload.json');
    writeFileSync(path, text);
    const json = text.replace(/^\/\/.*\n/, '');
    assert.ok(validate(JSON.parse(json)), JSON.stringify(validate.errors));
    return { text, workload: await readWorkloadFile(path) };
  };
  /** What the workload sends, as `target arguments`, with how often. */
  const sends = (workload: Workload, count: number) => {
    const sampler = createSampler(workload, 'legacy', 1);
    return countOf(Array.from({ length: count }, () => sampler.next().params));
  };
  const countOf = (texts: string[]) => {
    const counts: Record<string, number> = {};
    for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
    return counts;
  };

  it('calls the same with the same arguments, as often in proportion', async () => {
    const records = [
      ...Array.from({ length: 6 }, () => call('search', { q: 'a', n: 1 })),
      ...Array.from({ length: 2 }, () => call('search', { n: 1, q: 'a' })),
      ...Array.from({ length: 4 }, () => call('search', { q: 'b {{int 1 2}} \\{{' })),
      call('file:///a', { uri: 'file:///a' }, { method: 'resources/read' }),
      call('file:///a', { uri: 'file:///a' }, { method: 'resources/read' }),
      ...Array.from({ length: 2 }, () => call('greet', { name: 'greet', arguments: { who: 'x' } }, { method: 'prompts/get' })),
      // not of the measurement
      call('search', { q: 'warm' }, { phase: 'warmup' }),
      call('search', { q: 'heap' }, { phase: 'memory' }),
      call('x', null, { method: 'tools/list', target: null }),
    ];
    const { workload, text } = await saved(records);
    assert.deepEqual(workload.mix.map((r) => r.weight), [4, 2, 1, 1]);
    assert.deepEqual(sends(workload, 8), {
      '{"name":"search","arguments":{"q":"a","n":1}}': 4,
      '{"name":"search","arguments":{"q":"b {{int 1 2}} \\\\{{"}}': 2,
      '{"uri":"file:///a"}': 1,
      '{"name":"greet","arguments":{"who":"x"}}': 1,
    });
    assert.doesNotMatch(text, /^\/\//);
  });

  it('takes many different arguments from data, in the order in which they were sent', async () => {
    const all = Array.from({ length: 900 }, (_, i) => call('find books', i % 3 === 0 ? { id: i, opt: [i] } : { id: i % 450 }));
    const { workload } = await saved([...all, call('other', {})]);
    assert.deepEqual(workload.mix.map((r) => ['tool' in r && r.tool, r.weight]), [['find books', 300], ['find books', 600], ['other', 1]]);
    assert.deepEqual(Object.keys(workload.data), ['find_books', 'find_books_2']);
    const sent = (records: RequestRecord[]) => countOf(records.map((r) => JSON.stringify({ name: r.target, arguments: r.args })));
    assert.deepEqual(sends({ ...workload, mix: workload.mix.slice(0, 2) }, 900), sent(all));
    assert.deepEqual(workload.data['find_books_2']?.rows.slice(0, 3), [{ id: 1 }, { id: 2 }, { id: 4 }]);
  });

  it('keeps up to 200 different ones in the mix, and where names do not fit a template the most frequent', async () => {
    assert.equal((await saved(Array.from({ length: 200 }, (_, i) => call('t', { i })))).workload.mix.length, 200);
    assert.equal((await saved(Array.from({ length: 201 }, (_, i) => call('t', { i })))).workload.mix.length, 1);
    const odd = await saved(Array.from({ length: 500 }, (_, i) => call('t', { 'a.b': i < 250 ? i : 7 })));
    assert.equal(odd.workload.mix.length, 200);
    assert.deepEqual(odd.workload.mix[0], { tool: 't', arguments: { 'a.b': 7 }, weight: 251 });
  });

  it('says where a secret was', async () => {
    assert.match((await saved([call('t', { key: '[redacted]' })])).text, /^\/\/ \[redacted\] stands where a secret was/);
  });

  it('is an error without calls', () => assert.throws(() => workloadFromRequests([call('x', null, { target: null, method: 'ping' })]), fails('nothing-to-call', /no calls/)));

  it('sends whatever was sent', () =>
    drawn(async (random, note) => {
      const letters = ['{{', '}}', '\\', '"', 'ü', '\n', 'x', '{{int 1 2}}', '\u2028'];
      const text = () => Array.from({ length: Math.floor(random() * 5) }, () => letters[Math.floor(random() * letters.length)]!).join('');
      const value = (depth: number): unknown => (depth < 2 && random() < 0.4 ? { [text()]: value(depth + 1), b: [value(depth + 1)] } : random() < 0.7 ? text() : random());
      for (let round = 0; round < 20; round++) {
        const records = Array.from({ length: round < 15 ? 8 : 300 }, () => call(`t${text()}x`.slice(0, round < 15 ? 9 : 1), { a: value(0), b: value(1) }));
        note(JSON.stringify(records.map((r) => r.args)));
        const { workload } = await saved(records);
        assert.deepEqual(sends(workload, records.length), countOf(records.map((r) => JSON.stringify({ name: r.target, arguments: r.args }))));
      }
    }));
});
