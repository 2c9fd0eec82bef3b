// Attribution on every combination of Node, SDK, transport and bundling: `node test/matrix/attribution.ts [majors]`.
import { recordResult } from '../bench/record.ts';
import { buildBoot, buildServer, callAll, judge, measure } from '../servers/truth/measure.ts';
import { nodeOf } from './cache.ts';

const majors = (process.argv[2] ?? '20,22,24').split(',').map(Number);
const calls = 120;
const boot = await buildBoot();
const rows: object[] = [];
let failed = 0;

for (const major of majors) {
  for (const sdk of ['v1', 'v2'] as const) {
    for (const form of ['plain', 'bundled', 'minified'] as const) {
      for (const http of [false, true]) {
        const server = await buildServer(sdk, form);
        const measured = await measure({ boot, command: [nodeOf(major), server], http, exercise: (call) => callAll(['at_once', 'in_two', 'none', 'in_two', 'at_once', 'none'], calls, 8, call) });
        const v = judge(measured);
        const ok = v.overlap >= 4 && v.samples > 500 && v.right / v.samples >= 0.99 && v.wrong / v.samples <= 0.005 && Object.values(v.cpuRatio).every((r) => Math.abs(r - 1) <= 0.05);
        if (!ok) failed++;
        const row = { node: measured.runtime?.version ?? String(major), sdk, form, transport: http ? 'http' : 'stdio', ok, rightPercent: percent(v.right / v.samples), wrongPercent: percent(v.wrong / v.samples), ...v };
        rows.push(row);
        console.log(JSON.stringify(row));
      }
    }
  }
}
recordResult('attribution-matrix', { calls, concurrency: 8, rows });
console.log(`${rows.length - failed} of ${rows.length} combinations within the limits`);
process.exitCode = failed === 0 ? 0 : 1;

function percent(ratio: number): number {
  return Math.round(ratio * 10_000) / 100;
}
