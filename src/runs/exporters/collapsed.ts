import { readCpuSamples, stacks } from './cpuSamples.ts';
import { fileName, functionName } from './frameNames.ts';
import type { Exporter } from './index.ts';

/** A line per tool and stack: `tool;outer;inner 1234`, in microseconds; the input of flamegraph.pl and many others. */
export const exportCollapsed: Exporter = async function* (run, dir) {
  const samples = await readCpuSamples(run, dir);
  const stack = stacks(
    samples,
    ({ callFrame }) => {
      const file = fileName(callFrame);
      return plain(file === '' ? functionName(callFrame) : `${functionName(callFrame)} (${file}:${callFrame.lineNumber + 1})`);
    },
    ';',
  );
  const nodes = samples.nodes.length;
  const totals = new Map<number, number>();
  for (const [i, owner] of samples.owner.entries()) {
    if (owner < 0) continue;
    const key = owner * nodes + samples.node[i]!;
    totals.set(key, (totals.get(key) ?? 0) + samples.weightUs[i]!);
  }
  for (const [key, us] of [...totals].sort((a, b) => a[0] - b[0])) {
    const weight = Math.round(us);
    if (weight === 0) continue;
    const frames = stack(key % nodes);
    yield `${plain(samples.owners[Math.floor(key / nodes)]!)}${frames === '' ? '' : `;${frames}`} ${weight}\n`;
  }
};

/** `;` ends a frame and a line end ends the stack. */
const plain = (text: string) => text.replace(/;/g, ',').replace(/\s+/g, ' ');
