import assert from 'node:assert/strict';
import type { Workload, WorkloadRequest } from '../../src/model/workload.ts';
import { UserError } from '../../src/model/errors.ts';
import { createAgents } from '../../src/load/workload/agents.ts';
import { createMix } from '../../src/load/workload/mix.ts';
import { createSampler, type Sampler } from '../../src/load/workload/sampler.ts';
import { drawn } from './support/drawn.ts';

const workloadOf = (...mix: WorkloadRequest[]): Workload => ({ mix, session: null, data: {}, dir: null, generated: false });
const echo = (args: Record<string, unknown>, weight = 1): WorkloadRequest => ({ tool: 'echo', arguments: args, weight });
const withData = (workload: Workload, name: string, rows: Record<string, unknown>[], order: 'sequential' | 'random' = 'sequential'): Workload => ({ ...workload, data: { ...workload.data, [name]: { rows, order } } });

interface Params {
  name: string;
  uri: string;
  arguments: Record<string, unknown>;
  _meta?: Record<string, unknown>;
}
const paramsOf = (sampled: { params: string }) => JSON.parse(sampled.params) as Params;
const nextArgs = (sampler: Sampler) => paramsOf(sampler.next()).arguments;
const many = (sampler: Sampler, count: number) => Array.from({ length: count }, () => nextArgs(sampler));

describe('load workload sampler', () => {
  describe('the mix', () => {
    it('keeps each weight to within one and a half at every moment, whatever the weights', () => {
      drawn((random, note) => {
        for (let round = 0; round < 30; round++) {
          const weights = Array.from({ length: 2 + Math.floor(random() * 20) }, () => (random() < 0.5 ? 1 + Math.floor(random() * 9) : 0.01 + random() * 10));
          note(JSON.stringify(weights));
          const total = weights.reduce((a, b) => a + b, 0);
          const choose = createMix(weights);
          const counts = weights.map(() => 0);
          for (let step = 1; step <= 2000; step++) {
            counts[choose()]!++;
            for (const [i, count] of counts.entries()) assert.ok(Math.abs(count - (step * weights[i]!) / total) <= 1.5, `${count} of ${i} after ${step}`);
          }
        }
      });
    });

    it('is exact after each cycle of whole weights, and does not send the heavy one in a row', () => {
      const choose = createMix([5, 1, 1]);
      assert.equal(Array.from({ length: 14 }, choose).join(''), '00102000010200');
    });

    it('lists operations once, and says which one each request is of', () => {
      const sampler = createSampler(workloadOf(echo({ a: 1 }), { resource: 'file:///a', weight: 1 }, echo({ a: 2 }), { prompt: 'greet', arguments: { who: 'x' }, weight: 1 }), 'legacy', 1);
      assert.deepEqual(sampler.operations, [{ kind: 'tool', name: 'echo' }, { kind: 'resource', name: 'file:///a' }, { kind: 'prompt', name: 'greet' }]);
      const sent = Array.from({ length: 4 }, () => sampler.next());
      assert.deepEqual(sent.map((s) => [s.operation, s.method, s.name, s.params]), [
        [0, 'tools/call', 'echo', '{"name":"echo","arguments":{"a":1}}'],
        [1, 'resources/read', 'file:///a', '{"uri":"file:///a"}'],
        [0, 'tools/call', 'echo', '{"name":"echo","arguments":{"a":2}}'],
        [2, 'prompts/get', 'greet', '{"name":"greet","arguments":{"who":"x"}}'],
      ]);
    });

    it('gives constant requests as one object, serialised once', () => {
      const sampler = createSampler(workloadOf(echo({ a: [1, { b: 'ü"\n' }] })), 'legacy', 1);
      const first = sampler.next();
      assert.equal(sampler.next(), first);
      assert.deepEqual(paramsOf(first).arguments, { a: [1, { b: 'ü"\n' }] });
    });

    it('is complete for 2026-07-28', () => {
      const sampler = createSampler(workloadOf(echo({}), { resource: 'x:{{int 1 1}}', weight: 1 }), 'modern', 1);
      for (let i = 0; i < 2; i++) {
        const meta = paramsOf(sampler.next())._meta;
        assert.equal(meta?.['io.modelcontextprotocol/protocolVersion'], '2026-07-28');
        assert.deepEqual(Object.keys(meta).sort(), ['clientCapabilities', 'clientInfo', 'protocolVersion'].map((key) => `io.modelcontextprotocol/${key}`));
      }
    });

    it('works on a structured clone', () => {
      const workload = withData(workloadOf(echo({ q: '{{w.a}}' }), { tool: 'g', arguments: 'generate', weight: 1, inputSchema: { type: 'object' } }), 'w', [{ a: 1 }]);
      assert.deepEqual(nextArgs(createSampler(structuredClone(workload), 'legacy', 1)), { q: 1 });
    });

    it('needs a mix', () => assert.throws(() => createSampler(workloadOf(), 'legacy', 1), (e) => e instanceof UserError && e.code === 'bad-argument'));
  });

  describe('templates', () => {
    const draws = (text: string, count = 200, seed = 7) => many(createSampler(workloadOf(echo({ v: text })), 'legacy', seed), count).map((a) => a['v']);

    it('become values with their type when they are the whole string, text otherwise', () => {
      assert.ok(draws('{{int 1 100}}').every((v) => typeof v === 'number' && Number.isInteger(v) && v >= 1 && v <= 100));
      assert.ok(draws('n={{int 1 100}}!').every((v) => typeof v === 'string' && /^n=\d{1,3}!$/.test(v)));
      assert.ok(draws('{{float -1 1}}').every((v) => typeof v === 'number' && v >= -1 && v < 1));
      assert.deepEqual([...new Set(draws('{{pick a 2 true null "b c" \'3\'}}'))].map((v) => JSON.stringify(v)).sort(), ['"3"', '"a"', '"b c"', '2', 'null', 'true']);
      assert.ok(draws('{{text 20}}').every((v) => typeof v === 'string' && v.length === 20 && v.trim() === v));
      assert.equal((draws('{{text 200000}}', 1)[0] as string).length, 200_000);
    });

    it('reach both ends of a range, evenly', () => {
      const counts = new Map<unknown, number>();
      for (const v of draws('{{int 0 3}}', 4000)) counts.set(v, (counts.get(v) ?? 0) + 1);
      assert.deepEqual([...counts.keys()].sort(), [0, 1, 2, 3]);
      // five standard deviations
      for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 5 * Math.sqrt(4000 * 0.25 * 0.75), String(count));
      const wide = draws('{{int -9007199254740991 9007199254740991}}') as number[];
      assert.ok(wide.every(Number.isSafeInteger) && new Set(wide).size === 200);
    });

    it('give UUIDs of version 4 that differ, times, and a number that counts requests', () => {
      const uuids = draws('{{uuid}}', 5000) as string[];
      assert.ok(uuids.every((u) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(u)), uuids[0]);
      assert.equal(new Set(uuids).size, 5000);
      assert.ok(!Number.isNaN(Date.parse(draws('{{now}}', 1)[0] as string)));
      const sampler = createSampler(workloadOf(echo({ n: '{{counter}}', again: 'id-{{counter}}' })), 'legacy', 1);
      assert.deepEqual(many(sampler, 3), [{ n: 1, again: 'id-1' }, { n: 2, again: 'id-2' }, { n: 3, again: 'id-3' }]);
    });

    it('give the same for the same seed, and other values for another', () => {
      assert.deepEqual(draws('{{uuid}} {{text 9}}', 20, 5), draws('{{uuid}} {{text 9}}', 20, 5));
      assert.notDeepEqual(draws('{{uuid}}', 20, 5), draws('{{uuid}}', 20, 6));
    });

    it('take one row for all templates of a request, in order, again from the start', () => {
      const rows = [{ a: 1, b: { c: 'x' } }, { a: 2, b: { c: 'y' } }];
      const sampler = createSampler(withData(workloadOf(echo({ p: '{{w.a}}', q: ['{{w.b}}', '<{{w.b.c}}>'] })), 'w', rows), 'legacy', 1);
      assert.deepEqual(many(sampler, 3), [{ p: 1, q: [{ c: 'x' }, '<x>'] }, { p: 2, q: [{ c: 'y' }, '<y>'] }, { p: 1, q: [{ c: 'x' }, '<x>'] }]);
    });

    it('draw rows at random where asked, and keep a row together', () => {
      const rows = Array.from({ length: 50 }, (_, i) => ({ a: i, b: -i }));
      const seen = many(createSampler(withData(workloadOf(echo({ p: '{{w.a}}', q: '{{w.b}}' })), 'w', rows, 'random'), 'legacy', 3), 500);
      assert.ok(seen.every((s) => s['q'] === -(s['p'] as number)));
      assert.ok(new Set(seen.map((s) => s['p'])).size > 45);
      assert.notDeepEqual(seen.slice(0, 50).map((s) => s['p']), rows.map((r) => r.a));
    });

    it('share rows and numbers out among threads: each once', () => {
      const rows = Array.from({ length: 6 }, (_, i) => ({ a: i }));
      const workload = withData(workloadOf(echo({ p: '{{w.a}}', n: '{{counter}}' })), 'w', rows);
      const all = [0, 1, 2].flatMap((index) => many(createSampler(workload, 'legacy', 1, { index, of: 3 }), 2));
      assert.deepEqual(all.map((s) => s['p']).sort(), [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(all.map((s) => s['n']).sort(), [1, 2, 3, 4, 5, 6]);
    });

    it('stand in URIs and in arguments of prompts', () => {
      const sampler = createSampler(withData(workloadOf({ resource: 'db:///{{w.id}}', weight: 1 }, { prompt: 'p', arguments: { x: 'n {{w.id}}' }, weight: 1 }), 'w', [{ id: 'ä"' }]), 'legacy', 1);
      const resource = sampler.next();
      assert.deepEqual([resource.name, paramsOf(resource).uri], ['db:///ä"', 'db:///ä"']);
      assert.deepEqual(nextArgs(sampler), { x: 'n ä"' });
      assert.deepEqual(sampler.operations[0], { kind: 'resource', name: 'db:///{{w.id}}' });
    });

    it('are braces when they are escaped', () => assert.deepEqual(draws('a \\{{int 1 2}} {{int 3 3}} }} \\{{{', 1), ['a {{int 1 2}} 3 }} {{{']));

    it('are all reported at once, with their place', () => {
      const wrong = { a: '{{nope}}', b: ['{{int 5 1}}', '{{int 1}}'], c: '{{w.z}} {{w}}', d: '{{', e: '{{}}', f: '{{uuid 3}}', g: '{{float a b}}', h: '{{text 0}}', i: '{{pick}}', j: '{{shuffle 1}}' };
      const expected = [/mix\.0\.arguments\.a: .*nothing is called "nope"; there are w and int/, /b\.0: .*5 is above 1/, /b\.1: .*\{\{int 1 100\}\}/, /c: .*no column "z"; there are a/, /c: .*give a column: w\.a/, /d: .*no "\}\}"/, /e: .*nothing stands/, /f: .*takes nothing/, /g: .*\{\{float 0 1\}\}/, /h: .*1 to 1000000/, /i: .*\{\{pick /, /j: .*"shuffle" is no function/];
      assert.throws(
        () => createSampler(withData(workloadOf(echo(wrong)), 'w', [{ a: 1 }]), 'legacy', 1),
        (e) => {
          assert.ok(e instanceof UserError);
          const lines = e.message.split('\n');
          for (const [i, line] of expected.entries()) assert.match(lines[i]!, line);
          return lines.length === expected.length;
        },
      );
    });

    it('write JSON that reads back as the values, whatever they hold', () => {
      drawn((random, note) => {
        const value = (depth: number): unknown => {
          const kind = Math.floor(random() * (depth > 3 ? 5 : 7));
          if (kind === 0) return random() * 1e6;
          if (kind === 1) return String.fromCharCode(...Array.from({ length: 8 }, () => Math.floor(random() * 0xffff)));
          if (kind === 2) return null;
          if (kind === 3) return random() < 0.5;
          if (kind === 4) return `"\\{ ${random()}`;
          const members = Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
          return kind === 5 ? members : Object.fromEntries(members.map((m, i) => [`k"${i}`, m]));
        };
        for (let i = 0; i < 100; i++) {
          const row = { v: value(0) };
          const args = { fixed: value(0), drawn: '{{w.v}}', inside: { list: ['{{w.v}}', value(0)] } };
          note(JSON.stringify({ row, args }));
          const got = nextArgs(createSampler(withData(workloadOf(echo(args)), 'w', [row]), 'legacy', 1));
          assert.deepEqual(got, JSON.parse(JSON.stringify({ fixed: args.fixed, drawn: row.v, inside: { list: [row.v, args.inside.list[1]] } })));
        }
      });
    });
  });

  describe('agents', () => {
    const none = { min: 0, max: 0 };
    const step = (as: string | null, args: Record<string, unknown>) => ({ ...(echo(args) as WorkloadRequest & { tool: string; arguments: Record<string, unknown> }), as });
    const session = (steps: NonNullable<Workload['session']>['steps'], thinkMs = none): Workload => ({ ...workloadOf(echo({ from: 'mix' })), session: { steps, thinkMs } });
    const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

    it('send bursts, then steps with values of earlier results', () => {
      const agents = createAgents(
        session([
          { requests: [step('first', { q: 1 }), step('second', { q: 2 }), step(null, { q: 3 })], thinkMs: none },
          { requests: [step(null, { id: '{{first.structuredContent.items.0.id}}', text: '<{{second.content.0.text}}>', all: '{{first.structuredContent.items}}' })], thinkMs: none },
        ]),
        'legacy',
        1,
      );
      const run = agents.start(0);
      const burst = run.next([]);
      assert.deepEqual(burst?.requests.map((r) => [paramsOf(r).arguments['q'], r.wantsResult]), [[1, true], [2, true], [3, false]]);
      const dependent = run.next([{ structuredContent: { items: [{ id: 42 }] } }, text('two'), undefined]);
      assert.deepEqual(paramsOf(dependent!.requests[0]!).arguments, { id: 42, text: '<two>', all: [{ id: 42 }] });
      assert.equal(run.next([undefined]), null);
      assert.equal(run.failed, null);
    });

    it('read a text as JSON where the path goes on', () => {
      const run = createAgents(session([{ requests: [step('a', {})], thinkMs: none }, { requests: [step(null, { id: '{{a.content.0.text.rows.1.id}}' })], thinkMs: none }]), 'legacy', 1).start(0);
      run.next([]);
      assert.deepEqual(paramsOf(run.next([text('{"rows":[{"id":1},{"id":"two"}]}')])!.requests[0]!).arguments, { id: 'two' });
    });

    for (const [what, answer, reason] of [
      ['a path that is not there', { structuredContent: { items: [] } }, '{{a.structuredContent.items.0.id}}: the result has no "a.structuredContent.items.0"'],
      ['a request that failed', undefined, '{{a.structuredContent.items.0.id}}: "a" gave no result'],
    ] as const) {
      it(`end with a reason at ${what}`, () => {
        const agents = createAgents(session([{ requests: [step('a', {})], thinkMs: none }, { requests: [step(null, { id: '{{a.structuredContent.items.0.id}}' })], thinkMs: none }]), 'legacy', 1);
        const run = agents.start(0);
        run.next([]);
        assert.equal(run.next([answer]), null);
        assert.equal(run.failed, reason);
        assert.equal(run.next([]), null);
        assert.notEqual(agents.start(0).next([]), null, 'the next round begins anew');
      });
    }

    it('think within the bounds, by the seed, and pause after the round', () => {
      const workload = session([{ requests: [step(null, {})], thinkMs: { min: 10, max: 20 } }, { requests: [step(null, {})], thinkMs: { min: 1000, max: 1000 } }], { min: 5, max: 6 });
      const thoughts = (seed: number) =>
        Array.from({ length: 100 }, (_, i) => {
          const run = createAgents(workload, 'legacy', seed).start(i);
          return [run.next([])!.thinkUs, run.next([undefined])!.thinkUs, run.pauseUs];
        });
      for (const [between, last, pause] of thoughts(1)) {
        assert.ok(between! >= 10_000 && between! <= 20_000);
        assert.equal(last, 0);
        assert.ok(pause! >= 1_005_000 && pause! <= 1_006_000);
      }
      assert.deepEqual(thoughts(1), thoughts(1));
      assert.notDeepEqual(thoughts(1), thoughts(2));
      assert.ok(new Set(thoughts(1).map(([between]) => between)).size > 80);
    });

    it('draw independently of each other, in whatever order they go', () => {
      const workload = session([{ requests: [step(null, { v: '{{uuid}}' })], thinkMs: none }]);
      const values = (order: number[]) => {
        const agents = createAgents(workload, 'legacy', 9);
        const seen: Record<number, unknown[]> = {};
        for (const agent of order) (seen[agent] ??= []).push(paramsOf(agents.start(agent).next([])!.requests[0]!).arguments['v']);
        return seen;
      };
      const one = values([0, 0, 1, 1]);
      assert.deepEqual(one, values([1, 0, 1, 0]));
      assert.equal(new Set(Object.values(one).flat()).size, 4);
    });

    it('refuse values of steps that are not over', () => {
      const workload = session([{ requests: [step('a', {}), step(null, { x: '{{a.id}}' })], thinkMs: none }]);
      assert.throws(() => createAgents(workload, 'legacy', 1), /session\.steps\.0\.requests\.1\.arguments\.x: .*"a" has not been answered by then/);
    });

    it('have the operations of the sampler', () => {
      const workload = session([{ requests: [{ ...step(null, {}), tool: 'other' }], thinkMs: none }]);
      const agents = createAgents(workload, 'legacy', 1);
      assert.deepEqual(agents.operations, createSampler(workload, 'legacy', 1).operations);
      assert.equal(agents.start(0).next([])!.requests[0]!.operation, 1);
    });
  });
});
