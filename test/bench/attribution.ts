// What the probe costs the profiled process: CPU per call with and without it, against itself as a control.
// `node test/bench/attribution.ts [pairs]`
import { buildBoot, buildServer, callAll, measure } from '../servers/truth/measure.ts';
import type { CpuProfile } from '../../src/model/profile.ts';
import { attributeRun } from '../../src/profile/attribute.ts';
import { recordResult } from './record.ts';

const pairs = Number(process.argv[2] ?? 13);
const warmUp = 300;
/** Enough for the sleeps of `none` not to set the pace. */
const concurrency = 16;
/** Calls per slice: `none` is the worst case, a tool that does nothing; `work` an ordinary one. */
const workloads = { work: 600, none: 1500 };
const modes = { attribution: { cpu: false }, 'attribution and sampling': { cpu: true } };

const boot = await buildBoot();
const command = [process.execPath, await buildServer('v2', 'plain')];

/** CPU microseconds per call of a fresh server, by its own account. */
async function slice(tool: string, calls: number, probe: { probed: boolean; cpu?: boolean }): Promise<number> {
  const m = await measure({
    boot, command, ...probe,
    exercise: async (call) => {
      await callAll([tool], warmUp, concurrency, call);
      await call('usage');
      await callAll([tool], calls, concurrency, call);
      await call('usage');
    },
  });
  const [before, after] = m.usage;
  return (after! - before!) / calls;
}

const costs: object[] = [];
for (const [tool, calls] of Object.entries(workloads)) {
  for (const [mode, { cpu }] of Object.entries(modes)) {
    const added: number[] = [];
    const control: number[] = [];
    const baseline: number[] = [];
    for (let i = 0; i < pairs; i++) {
      const before = await slice(tool, calls, { probed: false });
      const on = await slice(tool, calls, { probed: true, cpu });
      const after = await slice(tool, calls, { probed: false });
      added.push(on / ((before + after) / 2) - 1);
      control.push(after / before - 1);
      baseline.push(before, after);
    }
    const row = { tool, mode, pairs, callUs: round(median(baseline)), addedPercent: summary(added), controlPercent: summary(control), addedUsPerCall: round(median(baseline) * median(added)) };
    costs.push(row);
    console.log(JSON.stringify(row));
  }
}

const analysis = analyse(1_000_000, 200_000, 100_000);
console.log(JSON.stringify(analysis));
recordResult('attribution', { costs, analysis });

/** Our own analysis of a profile of a long run. */
function analyse(sampleCount: number, nodeCount: number, spanCount: number) {
  const nodes: CpuProfile['nodes'] = Array.from({ length: nodeCount }, (_, i) => ({
    id: i + 1,
    callFrame: { functionName: i === 0 ? '(root)' : i === 1 ? '(idle)' : i === 2 ? '(garbage collector)' : `f${i % 5000}`, scriptId: '1', url: i < 3 ? '' : `/srv/${i % 300}.js`, lineNumber: i % 900, columnNumber: 0 },
    children: i < 3 ? [] : [],
    positionTicks: [{ line: (i % 900) + 1, ticks: 2 }, { line: (i % 900) + 2, ticks: 1 }],
  }));
  // a tree 40 deep: each node below one that is 1/40 of the list before it
  for (let i = 1; i < nodeCount; i++) nodes[i < 4 ? 0 : 3 + Math.floor((i - 4) * 0.97)]!.children!.push(i + 1);
  const samples = Array.from({ length: sampleCount }, (_, i) => (i % 50 === 0 ? 3 : i % 7 === 0 ? 2 : 4 + ((i * 7919) % (nodeCount - 4))));
  const profile: CpuProfile = { nodes, startTime: 0, endTime: (sampleCount + 1) * 1000, samples, timeDeltas: samples.map(() => 1000) };
  const step = (sampleCount * 1000) / spanCount;
  const requests = Array.from({ length: spanCount / 10 }, (_, i) => ({
    request: i + 1, id: i + 1, method: 'tools/call', target: `tool${i % 20}`, phase: 'measure' as const, queuedUs: i * 10 * step, writtenUs: i * 10 * step, firstByteUs: (i + 1) * 10 * step, parsedUs: (i + 1) * 10 * step,
    outcome: 'ok' as const, errorClass: null, bytesOut: 0, bytesIn: 0, inFlight: 1, args: null, argsHash: '', resultHash: null, resultTokens: null,
  }));
  const spans = {
    startUs: Float64Array.from({ length: spanCount }, (_, i) => i * step),
    endUs: Float64Array.from({ length: spanCount }, (_, i) => (i + 0.8) * step),
    seq: Int32Array.from({ length: spanCount }, (_, i) => Math.floor(i / 10) + 1),
  };
  const start = performance.now();
  const run = attributeRun({ profile, clockOffsetUs: 0, requests, startupEndUs: 0, concurrency: 8, spans, requestIds: requests.map((r) => ({ seq: r.request, id: r.id, method: r.method })) });
  return { sampleCount, nodeCount, spanCount, ms: Math.round(performance.now() - start), hotLines: run.hotLines.length };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Median, and the middle half. */
function summary(ratios: number[]) {
  const sorted = [...ratios].sort((a, b) => a - b);
  const at = (share: number) => round(100 * sorted[Math.floor(share * (sorted.length - 1))]!);
  return { median: at(0.5), from: at(0.25), to: at(0.75) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
