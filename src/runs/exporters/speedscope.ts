import { readCpuSamples, stacks, type CpuSamples } from './cpuSamples.ts';
import { fileName, functionName } from './frameNames.ts';
import type { Exporter } from './index.ts';

/**
 * speedscope's file format, one sampled profile per tool and one for each kind of work that belongs to none. Within a
 * profile samples are in order; the time between the calls of a tool is left out.
 * Format: https://github.com/jlfwong/speedscope/blob/main/src/lib/file-format-spec.ts
 */
export const exportSpeedscope: Exporter = async function* (run, dir) {
  const samples = await readCpuSamples(run, dir);
  const profiles = samples.owners.map((name, owner) => ({ name, runs: runsOf(samples, owner) })).filter((p) => p.runs.node.length > 0);
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":${JSON.stringify(`mcp-profiler@${run.profilerVersion}`)},"name":${JSON.stringify(run.title)},"activeProfileIndex":0,"shared":{"frames":[`;
  for (const [i, { callFrame }] of samples.nodes.entries()) {
    const file = fileName(callFrame);
    const place = file === '' ? {} : { file, line: callFrame.lineNumber + 1, col: callFrame.columnNumber + 1 };
    yield `${i === 0 ? '' : ','}\n${JSON.stringify({ name: functionName(callFrame), ...place })}`;
  }
  yield '\n]},"profiles":[';
  const stack = stacks(samples, (_node, index) => index, ',');
  for (const [i, { name, runs }] of profiles.entries()) {
    const total = runs.weightUs.reduce((a, b) => a + b, 0);
    yield `${i === 0 ? '' : ','}\n{"type":"sampled","name":${JSON.stringify(name)},"unit":"microseconds","startValue":0,"endValue":${total},"samples":[`;
    yield* list(runs.node, (node) => `[${stack(node)}]`);
    yield '],"weights":[';
    yield* list(runs.weightUs, String);
    yield ']}';
  }
  yield '\n]}\n';
};

/** The samples of one owner; neighbours with the same stack are one. */
function runsOf({ node, weightUs, owner }: CpuSamples, wanted: number): { node: number[]; weightUs: number[] } {
  const runs = { node: [] as number[], weightUs: [] as number[] };
  let before = -1;
  for (let i = 0; i < node.length; i++) {
    if (owner[i] !== wanted) {
      before = -1;
    } else if (node[i] === before) {
      runs.weightUs[runs.weightUs.length - 1]! += weightUs[i]!;
    } else {
      before = node[i]!;
      runs.node.push(before);
      runs.weightUs.push(weightUs[i]!);
    }
  }
  return runs;
}

function* list(values: number[], write: (value: number) => string): Generator<string> {
  let text = '';
  for (const [i, value] of values.entries()) {
    text += i === 0 ? write(value) : `,${write(value)}`;
    if (text.length < 1 << 16) continue;
    yield text;
    text = '';
  }
  yield text;
}
