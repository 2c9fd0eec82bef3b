import assert from 'node:assert/strict';
import { findMeasured } from '../../src/analysis/measured.ts';
import { holdAgainstBudgets } from '../../src/analysis/budgets.ts';
import { gather } from '../../src/analysis/evidence.ts';
import { binomialAtLeast, meanBounds, quantile, z99 } from '../../src/analysis/statistics.ts';
import type { RuleId } from '../../src/model/finding.ts';
import { play, seeded, type World } from './analysisWorld.ts';

const runs = 600;
const allowed = 0.01;

/** Exponential, log-normal, constant with jitter, and quick with a few slow ones: how waiting times are spread. */
function waits(random: () => number): (() => number)[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return [
    () => -40_000 * Math.log(1 - random()),
    () => 40_000 * Math.exp(0.6 * normal()),
    () => 40_000 + 4_000 * random(),
    () => (random() < 0.02 ? 400_000 : 20_000 + 5_000 * random()),
  ];
}

/** Of clean runs with random times: how many have a finding of the rule. */
function falseAlarms(rule: RuleId, world: (random: () => number, run: number) => World): number {
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const played = play(world(seeded(run + 1), run));
    if (findMeasured(played.run, played.requests).some((f) => f.rule === rule)) alarms++;
  }
  return alarms;
}

describe('rules and chance', () => {
  it('serialised-calls: calls that wait side by side', () => {
    const alarms = falseAlarms('serialised-calls', (random, run) => {
      const wait = waits(random)[run % 4]!;
      const tool = (name: string) => ({ name, waitUs: wait, cpuUs: () => 1_000 + 2_000 * random(), result: String });
      return { tools: run % 3 === 0 ? [tool('a'), tool('b')] : [tool('a')], concurrency: 4 + (run % 5), calls: 20 };
    });
    assert.ok(alarms <= allowed * runs, `${alarms} of ${runs}`);
  });

  it('serialised-calls: tools that compute most of the time', () => {
    const alarms = falseAlarms('serialised-calls', (random, run) => {
      const wait = waits(random)[run % 4]!;
      return { tools: [{ name: 'a', cpuUs: () => 20_000 + 5_000 * random(), result: String }, { name: 'b', waitUs: wait, result: String }], concurrency: 8 };
    });
    assert.ok(alarms <= allowed * runs, `${alarms} of ${runs}`);
  });

  it('serialised-calls: and yet a lock is found nearly always', () => {
    const hits = falseAlarms('serialised-calls', (random) => ({
      tools: [{ name: 'a', waitUs: () => 30_000 + 15_000 * random(), result: String, lock: 'db' }],
      concurrency: 8,
    }));
    assert.ok(hits >= 0.95 * runs, `${hits} of ${runs}`);
  });

  it('cold-start: first calls that are like the others', () => {
    const alarms = falseAlarms('cold-start', (random, run) => ({ tools: [{ name: 'a', waitUs: waits(random)[run % 4]!, result: String }] }));
    assert.ok(alarms <= allowed * runs, `${alarms} of ${runs}`);
  });

  it('budget-exceeded: 5% of the calls are over a p95 budget, the very limit', () => {
    const alarms = falseAlarms('budget-exceeded', (random, run) => ({
      tools: [{ name: 'a', waitUs: () => (random() < 0.05 ? 80_000 : 20_000), result: String }],
      calls: [20, 40, 100][run % 3]!,
      options: { budgets: { toolP95Us: 50_000 } },
    }));
    assert.ok(alarms <= allowed * runs, `${alarms} of ${runs}`);
  });

  it('budget-exceeded: a mean at its limit, errors at theirs', () => {
    const alarms = falseAlarms('budget-exceeded', (random, run) => ({
      tools: [{ name: 'a', cpuUs: () => 0, waitUs: waits(random)[run % 2]!, result: String, fails: () => (random() < 0.05 ? 'rpcError' : 'ok') }],
      options: { budgets: run % 2 === 0 ? { toolMeanUs: 40_000 } : { errorRatio: 0.05 } },
    }));
    assert.ok(alarms <= allowed * runs, `${alarms} of ${runs}`);
  });
});

describe('budgets fail closed', () => {
  const verdict = (world: World) => {
    const { run, requests } = play(world);
    return holdAgainstBudgets(gather(run, requests)).map((v) => `${v.budget} ${v.subject ?? ''} ${v.verdict}`.replace('  ', ' '));
  };
  const quick = { name: 'a', waitUs: () => 2_000, result: String };
  const budgets = { toolP95Us: 50_000 };

  it('20 good calls prove no p95, 59 do', () => {
    assert.deepEqual(verdict({ tools: [quick], options: { budgets } }), ['toolP95Us a unknown']);
    assert.deepEqual(verdict({ tools: [quick], calls: 58, options: { budgets } }), ['toolP95Us a unknown']);
    assert.deepEqual(verdict({ tools: [quick], calls: 59, options: { budgets } }), ['toolP95Us a met']);
  });

  it('a run that was cut short meets nothing, but may exceed', () => {
    const run = { status: 'failed' as const };
    assert.deepEqual(verdict({ tools: [quick], calls: 59, options: { budgets }, run }), ['toolP95Us a unknown']);
    assert.deepEqual(verdict({ tools: [{ ...quick, waitUs: () => 60_000 }], options: { budgets }, run }), ['toolP95Us a exceeded']);
  });

  it('a dying server never looks fast', () => {
    assert.deepEqual(verdict({ tools: [{ ...quick, fails: (call) => (call > 2 ? 'transport' : 'ok') }], options: { budgets } }), ['toolP95Us a exceeded']);
  });

  it('what was not measured is unknown', () => {
    assert.deepEqual(verdict({ tools: [], options: { budgets: { startupUs: 1e6, toolListTokens: 10 } }, run: { startupUs: null } }), ['toolListTokens exceeded', 'startupUs unknown']);
  });
});

describe('statistics', () => {
  it('binomial tails', () => {
    // 1 - 0.95^20, and the tail from 5 by hand
    assert.ok(Math.abs(binomialAtLeast(20, 1, 0.05) - 0.6415140775914581) < 1e-12);
    assert.ok(Math.abs(binomialAtLeast(20, 5, 0.05) - 0.002573940) < 1e-8);
    assert.equal(binomialAtLeast(10, 0, 0.5), 1);
    assert.ok(Math.abs(binomialAtLeast(1_000_000, 50_500, 0.05) - 0.011) < 0.001);
  });

  it('quantiles are values that were measured', () => {
    const twenty = Array.from({ length: 20 }, (_, i) => 20 - i);
    assert.equal(quantile(twenty, 0.95), 19);
    assert.equal(quantile(twenty, 0.5), 10);
    assert.equal(quantile([], 0.5), null);
  });

  it('bounds of a mean widen for few values', () => {
    assert.equal(meanBounds([1, 2, 3, 4, 5], z99), null);
    const { low, high } = meanBounds([1, 2, 3, 4, 5, 6], z99)!;
    // t(0.99, 5) = 3.365, standard error 0.7638
    assert.ok(Math.abs(low - (3.5 - 2.57)) < 0.02 && Math.abs(high - (3.5 + 2.57)) < 0.02, `${low} ${high}`);
  });
});
