import { Worker } from 'node:worker_threads';
import { cpus } from 'node:os';
import { generatorVerdict } from '../../../src/load/verdict.ts';
import { fixture, withTarget } from './target.ts';

const times = 20;
const burner = 'for (;;) ;';

/**
 * Whose fault is it? The generator starved by threads that burn every core several times over must say so, each time;
 * with the machine to itself and a slow server it must not.
 */
export async function starved() {
  const flagged = { starved: 0, healthy: 0 };
  const reasons: string[] = [];
  for (let i = 0; i < times; i++) {
    await withTarget(
      [fixture('server.mjs')],
      async ({ run }) => {
        await run({ kind: 'rate', perSecond: 500 }, 1);
        const healthy = generatorVerdict(await run({ kind: 'rate', perSecond: 500 }, 2));
        if (healthy.limited) {
          flagged.healthy++;
          reasons.push(...healthy.reasons);
        }
        const burners = Array.from({ length: 8 * cpus().length }, () => new Worker(burner, { eval: true }));
        try {
          if (generatorVerdict(await run({ kind: 'rate', perSecond: 10_000 }, 2)).limited) flagged.starved++;
        } finally {
          await Promise.all(burners.map((b) => b.terminate()));
        }
      },
      { tool: 'delay', arguments: { ms: 20 } },
    );
  }
  return { times, starvedFlagged: flagged.starved, healthyFlagged: flagged.healthy, reasonsOfHealthy: reasons, limits: { starvedFlagged: times, healthyFlagged: 0 } };
}
