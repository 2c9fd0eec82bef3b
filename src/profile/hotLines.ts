import type { CpuProfileNode } from '../model/profile.ts';
import type { HotLine } from '../model/run.ts';
import { fileOf, isOwn } from './frames.ts';
import { NodeKind, type Samples } from './samples.ts';

/** Kept of the author's own lines and of all others, so that a busy library does not push the author's out. */
const mostOwn = 40;
const mostOther = 20;

/**
 * Lines with the most self time per tool. A node's samples are divided among its lines as V8 counted them, and scaled
 * so that a tool's samples add up to the total of its spans: short spans are often missed by the sampler, long ones
 * never. `owner` is a request number per sample, or <= 0.
 */
export function findHotLines(samples: Samples, owner: Int32Array, toolOf: ReadonlyMap<number, string | null>, cpuByTool: ReadonlyMap<string, number>): HotLine[] {
  const tools: (string | null)[] = [null, ...cpuByTool.keys()];
  const indexOfTool = new Map(tools.map((tool, index) => [tool, index]));
  const indexOfRequest = new Map([...toolOf].map(([request, tool]) => [request, indexOfTool.get(tool) ?? 0]));
  const sampledUs = new Float64Array(tools.length);
  const selfUs = new Map<number, number>();
  for (let i = 0; i < owner.length; i++) {
    const node = samples.node[i]!;
    if (samples.kind[node] === NodeKind.idle || samples.kind[node] === NodeKind.gc) continue;
    const tool = owner[i]! > 0 ? (indexOfRequest.get(owner[i]!) ?? 0) : 0;
    const key = node * tools.length + tool;
    selfUs.set(key, (selfUs.get(key) ?? 0) + samples.weightUs[i]!);
    sampledUs[tool]! += samples.weightUs[i]!;
  }
  const scale = tools.map((tool, index) => (tool === null || sampledUs[index] === 0 ? 1 : cpuByTool.get(tool)! / sampledUs[index]!));

  const functions = new Map<string, number>();
  const functionOf = new Int32Array(samples.nodes.length).fill(-1);
  const lines = new Map<string, HotLine>();
  for (const [key, us] of selfUs) {
    const index = Math.floor(key / tools.length);
    const tool = key % tools.length;
    const node = samples.nodes[index]!;
    const { url, functionName } = node.callFrame;
    if (samples.kind[index] !== NodeKind.code || url === '') continue;
    if (functionOf[index] === -1) {
      const name = `${url}\0${functionName}`;
      if (!functions.has(name)) functions.set(name, functions.size);
      functionOf[index] = functions.get(name)!;
    }
    for (const { line, share } of linesOf(node)) {
      const lineKey = `${functionOf[index]}:${line}:${tool}`;
      const self = us * share * scale[tool]!;
      const known = lines.get(lineKey);
      if (known) {
        known.selfUs += self;
        continue;
      }
      const file = fileOf(url);
      lines.set(lineKey, { file, line, functionName: functionName || '(anonymous)', selfUs: self, tool: tools[tool]!, fileHash: null, own: isOwn(file) });
    }
  }
  const all = [...lines.values()].sort((a, b) => b.selfUs - a.selfUs);
  const kept = new Set([...all.filter((l) => l.own).slice(0, mostOwn), ...all.filter((l) => !l.own).slice(0, mostOther)]);
  return all.filter((l) => kept.has(l));
}

/** The line (1-based) of a function in which most of its samples were taken. */
export function hottestLine(node: CpuProfileNode): number {
  let best = { line: node.callFrame.lineNumber + 1, ticks: 0 };
  for (const tick of node.positionTicks ?? []) if (tick.ticks > best.ticks) best = tick;
  return best.line;
}

function linesOf({ positionTicks, callFrame }: CpuProfileNode): { line: number; share: number }[] {
  const total = positionTicks?.reduce((sum, { ticks }) => sum + ticks, 0) ?? 0;
  if (!positionTicks || total === 0) return [{ line: callFrame.lineNumber + 1, share: 1 }];
  return positionTicks.map(({ line, ticks }) => ({ line, share: ticks / total }));
}
