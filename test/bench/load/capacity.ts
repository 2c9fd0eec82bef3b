import { findCapacity } from '../../../src/load/capacity/findCapacity.ts';
import { readSlo } from '../../../src/load/slo.ts';
import { watchServer } from '../../../src/load/serverWatch.ts';
import type { LoadInterval } from '../../../src/model/load.ts';
import { fixture, round, withTarget } from './target.ts';

/**
 * The capacity of servers whose service time is drawn anew in each run of the bench: serial, k in parallel, busy with
 * computing. The truth is what a closed loop that keeps every place filled reaches on the same server, right after.
 */
export async function capacities() {
  const between = (low: number, high: number) => low + Math.random() * (high - low);
  const k = 2 + Math.floor(Math.random() * 7);
  const plans = [
    { name: 'serial', plan: { serialMs: round(between(2, 12), 2) } },
    { name: `${k} in parallel`, plan: { parallel: k, eachMs: round(between(5, 40), 2) } },
    { name: 'busy computing', plan: { burnUs: round(between(500, 4000), 0) } },
  ];
  const results = [];
  for (const { name, plan } of plans) {
    results.push(
      await withTarget([fixture('logged.mjs'), 'stdio', JSON.stringify(plan)], async ({ generator, clock, run }) => {
        const watch = watchServer({ groups: generator.opened.pids, loopDir: null, nowUs: clock.now });
        const { capacity } = await findCapacity({
          slo: readSlo('p99<500ms,errors<1%'),
          maxRate: 20_000,
          budgetS: 90,
          signal: new AbortController().signal,
          async run(model, durationS) {
            const intervals: LoadInterval[] = [];
            let last = Promise.resolve();
            const measured = await generator.run({ label: 'search', model, durationS, maxInFlight: 1000 }, new AbortController().signal, (raw) => {
              last = last.then(async () => void intervals.push({ ...raw, stage: 'search', server: await watch.sample() }));
            });
            await last;
            return { ...measured, intervals };
          },
        });
        const saturated = await run({ kind: 'closed', concurrency: 32, thinkMs: 0 }, 10);
        const truth = (saturated.completed * 1e6) / saturated.durationUs;
        return { name, plan, rate: capacity.rate && round(capacity.rate), low: capacity.low && round(capacity.low), high: capacity.high && round(capacity.high), pumpReaches: round(truth), off: capacity.rate && round(capacity.rate / truth - 1, 4), limitedBy: capacity.limitedBy, why: capacity.why, tookS: round(capacity.tookUs / 1e6), tries: capacity.tries.length, limits: { off: 0.05, tookS: 90 } };
      }),
    );
  }
  return results;
}
