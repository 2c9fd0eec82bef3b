import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLoadOptions, defaultLoadOptions } from '../../src/app/loadOptions.ts';
import { isLoopback, readSlo, readWorkloadFile } from '../../src/app/loadInputs.ts';
import { workloadText } from '../../src/load/workload/write.ts';
import { createLiveLoad } from '../../src/extension/liveRun.ts';
import { agentsProblem, defaultSlo, optionsOfPreset, rateProblem, secondsProblem, suggestRate, type PresetAnswer } from '../../src/extension/loadPresets.ts';
import { loadText } from '../../src/extension/progressText.ts';
import type { LoadOptions } from '../../src/model/load.ts';
import type { Workload } from '../../src/model/workload.ts';
import { loadOptions, loadProgress } from '../ui/loadRun.ts';

const answers: PresetAnswer[] = [
  { preset: 'quick' },
  { preset: 'steady', perSecond: 200, durationS: 30 },
  { preset: 'ramp', from: 10, to: 400 },
  { preset: 'capacity', slo: readSlo(defaultSlo) },
  { preset: 'agents', sessions: 10 },
];

describe('presets of load tests', () => {
  for (const answer of answers) {
    it(`${answer.preset} gives options that the engine accepts, also under tight caps`, () => {
      checkLoadOptions(optionsOfPreset(answer, defaultLoadOptions));
      const tight: LoadOptions = { ...defaultLoadOptions, caps: { perSecond: 400, durationS: 30, processes: 1 } };
      checkLoadOptions(optionsOfPreset(answer, tight));
    });
  }

  it('are what their names say', () => {
    const of = (n: number) => optionsOfPreset(answers[n]!, defaultLoadOptions);
    assert.equal(of(0).durationS, 15);
    assert.deepEqual(of(1).model, { kind: 'rate', perSecond: 200 });
    assert.deepEqual([of(2).model, of(2).durationS], [{ kind: 'ramp', from: 10, to: 400 }, 60]);
    assert.deepEqual([of(3).goal, of(3).overload, of(3).slo?.errorRatio], ['capacity', true, 0.01]);
    assert.deepEqual(of(4).model, { kind: 'sessions', sessions: 10 });
  });

  it('refuse what is over a cap, and name the setting', () => {
    assert.equal(rateProblem('20000', 20_000), undefined);
    assert.match(rateProblem('20001', 20_000)!, /cap of 20,000 calls\/s.*mcpProfiler\.load\.maxRate/);
    assert.match(secondsProblem('601', 600)!, /mcpProfiler\.load\.maxDuration/);
    for (const text of ['', ' ', '0', '-1', 'x', 'NaN']) {
      assert.ok(rateProblem(text, 100), text);
      assert.ok(secondsProblem(text, 100), text);
      assert.ok(agentsProblem(text), text);
    }
    assert.ok(secondsProblem('1.5', 100));
    assert.equal(rateProblem('0.5', 100), undefined);
  });

  it('suggest a rate that the last run says the server can live with', () => {
    const tools = (...means: (number | null)[]) => means.map((mean) => ({ calls: 20, latencyUs: { p50: null, p95: null, p99: null, max: null, mean } }));
    assert.equal(suggestRate(null, 20_000), 10);
    assert.equal(suggestRate({ load: null, tools: tools(2000, 6000) }, 20_000), 120); // half of 1 / 4 ms is 125
    assert.equal(suggestRate({ load: null, tools: tools(2_000_000) }, 20_000), 1);
    assert.equal(suggestRate({ load: null, tools: tools(null) }, 20_000), 10);
    assert.equal(suggestRate({ load: { achieved: 900, p99Us: null, capacity: 1980 }, tools: [] }, 20_000), 1300); // 70% is 1,386
    assert.equal(suggestRate({ load: { achieved: 900, p99Us: null, capacity: null }, tools: [] }, 500), 500);
  });
});

describe('a load test that goes on', () => {
  it('is told as a whole to a panel that starts anew, in a bounded number of steps', () => {
    const live = createLiveLoad('shop', loadOptions());
    const all = loadProgress({ rate: 5000, seconds: 900 });
    for (const progress of all) assert.deepEqual(live.add(progress), { type: 'loadProgress', progress });
    const [first, last] = live.messages();
    assert.ok(first?.type === 'live' && first.what === 'load' && last?.type === 'loadProgress');
    assert.ok(first.intervals.length <= 600);
    assert.equal(first.intervals.reduce((sum, i) => sum + i.due, 0), all.reduce((sum, p) => sum + p.interval.due, 0));
    assert.deepEqual([last.progress.interval, last.progress.done, last.progress.operations], [null, 1, all[0]!.operations]);
  });

  it('says where it is', () => {
    const [, , , , fifth] = loadProgress({ rate: 400, seconds: 10, warmupSeconds: 1 });
    assert.match(loadText(fifth!), /^measuring, 400 calls\/s, 400 calls\/s answered\. Cancel stops and keeps the results\.$/);
    assert.equal(loadText({ ...fifth!, stage: 'choosing' }), 'waiting for your choice of tools…');
  });
});

describe('hosts of load tests', () => {
  it('this machine needs no yes, any other does', () => {
    const host = (url: string) => isLoopback(new URL(url).hostname);
    for (const url of ['http://localhost:3000/mcp', 'http://127.0.0.1/', 'http://127.1.2.3/', 'http://[::1]:8080/', 'http://[0:0:0:0:0:0:0:1]/', 'http://app.localhost/', 'http://127.1/']) assert.ok(host(url), url);
    for (const url of ['https://example.com/', 'http://10.0.0.1/', 'http://localhost.example.com/', 'http://127.0.0.1.example.com/', 'http://0.0.0.0/', 'http://[::]/']) assert.ok(!host(url), url);
  });
});

describe('a workload as a file', () => {
  const workload: Workload = {
    mix: [{ tool: 'search', arguments: { q: '{{words.title}}' }, weight: 3 }, { tool: 'list', arguments: 'generate', weight: 1, inputSchema: { type: 'object' } }, { resource: 'file:///a', weight: 1 }],
    session: { steps: [{ requests: [{ tool: 'search', arguments: {}, weight: 1, as: 'first' }, { prompt: 'greet', arguments: { name: 'Ann' }, weight: 1, as: null }], thinkMs: { min: 5, max: 10 } }], thinkMs: { min: 0, max: 0 } },
    data: { words: { rows: [{ title: 'a "b"' }], order: 'random' } }, dir: '/x', generated: true,
  };

  it('is read as what it was, without what belongs to the server', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'workload-'));
    try {
      const file = join(dir, 'a.mcp-workload.json');
      await writeFile(file, workloadText(workload));
      const read = await readWorkloadFile(file);
      const [search, , resource] = workload.mix;
      assert.deepEqual(read.mix, [search, { tool: 'list', arguments: 'generate', weight: 1 }, resource]);
      assert.deepEqual(read.session, workload.session);
      assert.deepEqual(read.data, workload.data);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
