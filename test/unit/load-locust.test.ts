import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportLocust } from '../../src/app/exportLocust.ts';
import { importLocust } from '../../src/app/importLocust.ts';
import { defaultLoadOptions } from '../../src/app/loadOptions.ts';
import { decodeHistogram } from '../../src/load/histogramEncoding.ts';
import { createHistogram } from '../../src/load/histogram.ts';
import type { LocustPlan } from '../../src/load/locust/plan.ts';
import { createSchedule } from '../../src/load/schedule.ts';
import { createMix } from '../../src/load/workload/mix.ts';
import { UserError } from '../../src/model/errors.ts';
import type { LoadOptions } from '../../src/model/load.ts';
import type { Workload } from '../../src/model/workload.ts';
import type { HttpServer } from '../../src/model/server.ts';
import { skip } from '../driver/skip.ts';

const recorded = (name: string) => resolve(import.meta.dirname, `../servers/locust/recorded-${name}.json`);
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0);

const server: HttpServer = { transport: 'http', name: 'shop', url: 'http://127.0.0.1:3000/mcp', headers: { 'X-Team': 'blue' }, secrets: [] };
const workload: Workload = {
  mix: [
    { tool: 'search', weight: 5, arguments: { q: '{{words.title}}', n: '{{int 1 3}}', note: 'no. {{counter}} of {{words.title}}' } },
    { tool: 'read', weight: 2, arguments: 'generate', inputSchema: { type: 'object', properties: { path: { type: 'string', enum: ['a', 'b'] } }, required: ['path'] } },
    { resource: 'file:///{{pick a "b c" 3}}.txt', weight: 1 },
    { prompt: 'greet', weight: 1, arguments: { who: '{{uuid}}', when: '{{now}}', text: '{{text 20}}', half: '{{float 0 1}}', plain: 'quotes """ \\ \' and \\{{ ü 😀 \u2028' } },
  ],
  session: null,
  data: { words: { rows: [{ title: 'ä' }, { title: 7 }, { title: '"""' }], order: 'sequential' } },
  dir: '/home/somebody/workloads',
  generated: false,
};
const options: LoadOptions = { ...defaultLoadOptions, model: { kind: 'rate', perSecond: 100 }, durationS: 10, warmupS: 2 };

function planOf(locustfile: string): LocustPlan {
  return JSON.parse(/PLAN = json\.loads\(\n {4}r"""(.*?)"""\n\)/s.exec(locustfile)![1]!) as LocustPlan;
}

function refusal(change: { workload?: Partial<Workload>; server?: Partial<HttpServer>; options?: Partial<LoadOptions> }): string {
  try {
    exportLocust({ ...workload, ...change.workload }, { ...server, ...change.server }, { ...options, ...change.options });
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'bad-argument');
    return error.message;
  }
  assert.fail('it was exported');
}

/** Runs Python with the names of the locustfile, without Locust; gives what it prints as JSON. */
function inPython(locustfile: string, program: string, input: unknown = null): unknown {
  const stubs = `
import json, sys, types
def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)
class Hook:
    def __getattr__(self, name): return self
    def add_listener(self, f): return f
module("gevent", Timeout=Exception)
module("gevent.lock")
module("gevent.pool")
module("locust", LoadTestShape=object, User=object, events=Hook(), task=lambda f: f)
module("locust.runners", LocalRunner=object, MasterRunner=object, WorkerRunner=object)
GIVEN = json.load(sys.stdin)
exec(compile(GIVEN["file"], "locustfile.py", "exec"))
INPUT = GIVEN["input"]
`;
  return JSON.parse(execFileSync(python!, ['-c', stubs + program], { input: JSON.stringify({ file: locustfile, input }), encoding: 'utf8' })) as unknown;
}

describe('load: export to Locust', () => {
  it('gives the same text for the same test, with the plan in it', () => {
    const text = exportLocust(workload, server, options);
    assert.equal(exportLocust(workload, server, options), text);
    const plan = planOf(text);
    assert.deepEqual(plan.operations, [{ kind: 'tool', name: 'search' }, { kind: 'tool', name: 'read' }, { kind: 'resource', name: 'file:///{{pick a "b c" 3}}.txt' }, { kind: 'prompt', name: 'greet' }]);
    assert.deepEqual(plan.operationOf, [0, 1, 2, 3]);
    assert.deepEqual(plan.server, { name: 'shop', url: server.url, headers: server.headers, target: server.url });
    assert.deepEqual(plan.workload.data, workload.data);
    assert.deepEqual(plan.workload.mix[3], workload.mix[3], 'every character comes back');
    assert.equal(plan.workload.dir, null, 'no path of this machine');
    assert.equal(plan.wire.opening.method, 'initialize');
    for (const drawn of plan.generated['1']!) assert.ok(['a', 'b'].includes((drawn as { path: string }).path));
    assert.deepEqual(text.match(/@@(?:PLAN|ENVIRONMENT)@@|[^\n\x20-\x7e]/g), null, 'all filled in, ASCII only');
  });

  it('is valid Python, in both eras', function () {
    if (!python) skip(this, 'Python 3.9 or later');
    const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-locust-'));
    try {
      for (const protocol of ['legacy', 'modern'] as const) {
        const file = join(folder, `${protocol}.py`);
        writeFileSync(file, exportLocust(workload, server, { ...options, protocol }));
        execFileSync(python, ['-m', 'py_compile', file]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has no secret in it, but names of environment variables', () => {
    const secrets = ['s3cret-token', 'hunter2hunter2'];
    const text = exportLocust(
      { ...workload, mix: [{ tool: 'login', weight: 1, arguments: { password: 'hunter2hunter2', again: ['is hunter2hunter2!'] } }] },
      { ...server, url: 'http://127.0.0.1:3000/mcp?key=hunter2hunter2', headers: { Authorization: 'Bearer s3cret-token', 'X-Api-Key': 'abc', 'X-Team': 'blue' }, secrets },
      options,
    );
    for (const secret of [...secrets, 'abc']) assert.equal(text.includes(`${secret}"`), false, secret);
    const plan = planOf(text);
    assert.deepEqual(plan.server.headers, { Authorization: '@@MCP_HEADER_AUTHORIZATION@@', 'X-Api-Key': '@@MCP_HEADER_X_API_KEY@@', 'X-Team': 'blue' });
    assert.equal(plan.server.url, 'http://127.0.0.1:3000/mcp?key=@@MCP_SECRET_2@@');
    assert.equal(plan.server.target, 'http://127.0.0.1:3000/mcp?key=[redacted]');
    assert.deepEqual(plan.workload.mix[0], { tool: 'login', weight: 1, arguments: { password: '@@MCP_SECRET_2@@', again: ['is @@MCP_SECRET_2@@!'] } });
    const [comment] = text.slice(3).split('"""');
    for (const name of ['MCP_HEADER_AUTHORIZATION', 'MCP_HEADER_X_API_KEY', 'MCP_SECRET_2']) assert.ok(comment!.includes(`    ${name}  (`), name);
    assert.equal(comment!.includes('MCP_SECRET_1'), false, 'only those that are used');
  });

  it('refuses a secret in a form that it cannot take out', () => {
    const hidden = Buffer.from('user:hunter2hunter2').toString('base64');
    assert.match(refusal({ server: { secrets: ['hunter2hunter2'] }, workload: { mix: [{ tool: 'login', weight: 1, arguments: { basic: hidden } }] } }), /encoded form/);
  });

  it('says everything that Locust cannot be asked for', () => {
    const message = refusal({ server: { transport: 'sse' }, options: { model: { kind: 'sessions', sessions: 3 } }, workload: { mix: [] } });
    assert.match(message, /HTTP\+SSE/);
    assert.match(message, /Agent sessions/);
    assert.match(message, /no mix/);
    assert.match(refusal({ options: { goal: 'capacity' } }), /capacity/);
    assert.match(refusal({ workload: { mix: [{ tool: 't', weight: 1, arguments: { a: '{{nobody.x}}' } }] } }), /nobody/);
  });
});

describe('load: what the locustfile does, beside what we do', () => {
  before(function () {
    if (!python) skip(this, 'Python 3.9 or later');
  });

  it('fills the same buckets', () => {
    const values = [0, 1, 2047, 2048, 2049, 4095, 4096, 1e6, 3.6e9, 4e9, ...Array.from({ length: 3000 }, (_, i) => Math.floor(1.0063 ** i * 20))];
    const ours = createHistogram();
    for (const v of values) ours.record(v);
    const [sparse, again, at] = inPython(exportLocust(workload, server, options), `
h = Histogram()
for us in INPUT: h.record(us / 1e6)
twice = Histogram(h.sparse()); twice.add(h.sparse())
print(json.dumps([h.sparse(), twice.sparse(), [h.value_at(p) for p in (50, 90, 99)]]))`, values) as number[][];
    assert.deepEqual(sparse, ours.toSparse());
    const twice = ours.clone();
    twice.add(ours);
    assert.deepEqual(again, twice.toSparse());
    assert.deepEqual(at, [50, 90, 99].map((p) => ours.valueAt(p)));
  });

  it('draws the mix in the same order, and one sequence of rows and numbers over all workers', () => {
    const drawn = inPython(exportLocust(workload, server, options), `
alone = Requests()
first = [alone.draw(n) for n in range(90)]
two = [Requests(), Requests()]
shared = [two[n % 2].draw(n) for n in range(90)]
print(json.dumps([first, [a == b for a, b in zip(first, shared) if "when" not in str(a)]]))`) as [[number, string, string, Record<string, unknown>][], boolean[]];
    const [requests, same] = drawn;
    const next = createMix(workload.mix.map((r) => r.weight));
    assert.deepEqual(requests.map(([operation]) => operation), requests.map(() => next()));
    assert.ok(same.length > 70 && same.every(Boolean), 'however many share it');
    const searches = requests.filter(([operation]) => operation === 0).map(([, , , params]) => params['arguments'] as { q: unknown; n: number; note: string });
    assert.deepEqual(searches.slice(0, 4).map((a) => a.q), ['ä', 7, '"""', 'ä'], 'a template alone keeps its type');
    assert.deepEqual(searches.map((a) => a.note), searches.map((a, i) => `no. ${i + 1} of ${String(a.q)}`));
    assert.deepEqual(new Set(searches.map((a) => a.n)), new Set([1, 2, 3]));
    const uris = new Set(requests.filter(([operation]) => operation === 2).map(([, method, , params]) => `${method} ${String(params['uri'])}`));
    assert.deepEqual([...uris].toSorted(), ['resources/read file:///3.txt', 'resources/read file:///a.txt', 'resources/read file:///b c.txt']);
    const prompt = requests.find(([operation]) => operation === 3)![3]['arguments'] as Record<string, string | number>;
    assert.match(String(prompt['who']), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.ok(Math.abs(Date.parse(String(prompt['when'])) - Date.now()) < 60_000);
    assert.match(String(prompt['text']), /^[a-z][a-z ]{18}[a-z]$/);
    assert.ok(Number(prompt['half']) >= 0 && Number(prompt['half']) < 1);
    assert.equal(prompt['plain'], 'quotes """ \\ \' and {{ ü 😀 \u2028');
  });

  it('has the same schedule, warm-up before it', () => {
    for (const model of [{ kind: 'rate', perSecond: 100 }, { kind: 'ramp', from: 10, to: 190 }, { kind: 'ramp', from: 190, to: 0 }] as const) {
      const ours = createSchedule(model, 10);
      const before = (model.kind === 'rate' ? model.perSecond : model.from) * 2;
      const [total, due] = inPython(exportLocust(workload, server, { ...options, model }), 's = Schedule()\nprint(json.dumps([s.total, [s.due(n) for n in range(s.total)]]))') as [number, number[]];
      assert.equal(total, before + ours.total, JSON.stringify(model));
      for (const [i, at] of due.slice(before).entries()) assert.ok(Math.abs((at - 2) * 1e6 - ours.dueUs(i)) < 1, `${i}: ${at}`);
      assert.equal(due[before - 1]! < 2, true);
    }
  });

  it('divides everything, and no number twice', () => {
    const parts = inPython(exportLocust(workload, server, options), `
shares = [Share(k, 3) for k in range(3)]
print(json.dumps([[s.first_from(n) for s in shares for n in (10, 11, 12)], [s.part(7) for s in shares]]))`);
    assert.deepEqual(parts, [[12, 12, 12, 10, 13, 13, 11, 11, 14], [3, 2, 2]]);
  });

  it('what is open at a stop has not failed; what is open at the end has', () => {
    const ends = inPython(exportLocust(workload, server, options), `
class Nothing:
    def kill(self, block): pass
def end(state):
    run = Run.__new__(Run)
    run.state, run.zero, run.work = "running", None, Nothing()
    run.tallies = {phase: [Tally() for _ in OPERATIONS] for phase in Run.phases}
    run.pending = {phase: [3] * len(OPERATIONS) for phase in Run.phases}
    run.end(state)
    merged = Tally()
    merged.add(Tally(run.tallies["measure"][0].wire()))
    return [merged.unfinished, merged.errors]
print(json.dumps([end("cancelled"), end("done")]))`);
    assert.deepEqual(ends, [[3, {}], [0, { cancelled: 3 }]]);
  });
});

describe('load: a result of Locust', () => {
  it('opens as one of ours', async () => {
    // from a real run: a master and two workers, 100/s for 6 s after 2 s; three in four are answered well
    const result = await importLocust(recorded('complete'));
    assert.deepEqual([result.source, result.status, result.failure], ['locust', 'complete', null]);
    assert.deepEqual([result.offered, result.achieved, result.sent, result.notSent], [100, 75, 600, 0]);
    assert.deepEqual(result.errors, { tool_isError: 150 });
    assert.deepEqual(result.operations.map((o) => [o.name, o.calls, o.errors]), [['noop', 450, {}], ['is_error', 150, { tool_isError: 150 }]]);
    assert.equal(result.responseUs.samples, 450);
    assert.equal(result.scheduleLagUs.samples, 600, 'also of those that failed');
    assert.ok(result.responseUs.p99! > result.serviceUs.p99!);
    assert.equal(result.responseUs.p999, null, 'insufficient samples');
    assert.equal(decodeHistogram(result.histograms.response).count, 450);
    assert.deepEqual(result.series.due, new Array(8).fill(100));
    assert.deepEqual(result.series.stage, ['warmup', 'warmup', ...new Array<string>(6).fill('measure')]);
    assert.equal(result.generator.threads, 2);
    assert.equal(result.slo!.met, false, 'a quarter failed');
  });

  it('of one that was stopped, what was open has not failed', async () => {
    const result = await changed('complete', (r) => ({ ...r, status: 'cancelled', operations: r.operations.map((o) => ({ ...o, measure: { ...o.measure, due: Number(o.measure['due']) + 7, sent: Number(o.measure['sent']) + 7, unfinished: 7 } })) }));
    assert.deepEqual([result.status, result.sent, result.errors], ['cancelled', 614, { tool_isError: 150 }]);
    assert.deepEqual(result.unfinished, { calls: 14, oldestUs: null, atLeastUs: null });
    assert.deepEqual(result.operations.map((o) => [o.calls, o.unfinished]), [[450, 7], [150, 7]]);
  });

  it('says that it is partial when a worker was lost', async () => {
    const result = await importLocust(recorded('partial'));
    assert.equal(result.status, 'failed');
    assert.match(result.failure!.message, /partial: 1 of 2 Locust workers was lost/);
    assert.equal(result.slo!.met, null, 'neither met nor missed');
    assert.ok(result.notices.some((n) => /^Partial: worker .* was lost\. What it did after second \d+ is not in the figures/.test(n)));
    assert.ok(result.offered! < 95, `${result.offered} of 100/s`);
    assert.equal(result.series.due.at(-1), 100, 'the other one took over');
  });

  it('does not believe a worker that is missing, whatever the status says', async () => {
    const result = await changed('partial', (r) => ({ ...r, status: 'complete' }));
    assert.equal(result.status, 'failed');
  });

  it('tells why a test was not started', async () => {
    const result = await changed('complete', (r) => ({ ...r, status: 'failed', failure: 'The environment variable MCP_HEADER_AUTHORIZATION is not set on the worker a.' }));
    assert.deepEqual([result.status, result.failure!.code], ['failed', 'missing-variable']);
  });

  for (const [what, change, expected] of [
    ['another file', () => ({ format: 'other' }), /no "format"/],
    ['a later version', (r: Recorded) => ({ ...r, version: 2 }), /version is 2/],
    ['a histogram with another count', (r: Recorded) => withTally(r, (t) => ({ ...t, ok: Number(t['ok']) + 1 })), /450 values where 451 were counted/],
    ['a damaged histogram', (r: Recorded) => withTally(r, (t) => ({ ...t, lag: [1, 2, 3, 4e9, 1] })), /a histogram is damaged/],
    ['counts that do not add up', (r: Recorded) => withTally(r, (t) => ({ ...t, sent: 449 })), /450 requests were due, but 449 were sent/],
    ['text for a number', (r: Recorded) => ({ ...r, measuredS: '6' }), /"measuredS"/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(changed('complete', change), (error) => error instanceof UserError && error.code === 'bad-config' && expected.test(error.message));
    });
  }

  it('refuses a file that is not there, or is no JSON', async () => {
    await assert.rejects(importLocust('/nowhere/result.json'), (error) => error instanceof UserError && error.code === 'bad-argument');
    await assert.rejects(importLocust(resolve(import.meta.dirname, 'load-locust.test.ts')), (error) => error instanceof UserError && /no JSON/.test(error.message));
  });
});

type Recorded = Record<string, unknown> & { operations: { measure: Record<string, unknown> }[] };

function withTally(r: Recorded, change: (tally: Record<string, unknown>) => Record<string, unknown>): Recorded {
  return { ...r, operations: r.operations.map((o, i) => (i === 0 ? { ...o, measure: change(o.measure) } : o)) };
}

async function changed(name: string, change: (recorded: Recorded) => object) {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-locust-'));
  try {
    const file = join(folder, 'result.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(recorded(name), 'utf8')) as Recorded)));
    return await importLocust(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
