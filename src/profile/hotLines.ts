import type { CpuProfileNode } from '../model/profile.ts';
import type { HotLine } from '../model/run.ts';
import { fileOf, isOwn } from './frames.ts';
import { NodeKind, type Samples } from './samples.ts';

/** Kept of the author's own lines and of all others, so that a busy library does not push the author's out. */
const mostOwn = 40;
const mostOther = 20;

/**
 * Lines with the most time per tool, each sample counted once: in its own line, or, where Node or a library worked on
 * behalf of the author's code, at the author's function that called it (V8 does not know the line of a call: the first
 * line of the function stands for it until somebody with the source finds the call). A node's samples are divided among its lines as V8 counted them, and scaled
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

  const places = placesOf(samples);
  const lines = new Map<string, HotLine>();
  for (const [key, us] of selfUs) {
    const tool = key % tools.length;
    for (const { share, ...place } of places(Math.floor(key / tools.length))) {
      const lineKey = `${place.file}\0${place.functionName}\0${place.line}\0${place.callee ?? ''}\0${tool}`;
      const self = us * share * scale[tool]!;
      const known = lines.get(lineKey);
      if (known) known.selfUs += self;
      else lines.set(lineKey, { ...place, selfUs: self, tool: tools[tool]!, fileHash: null });
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

type Place = Pick<HotLine, 'file' | 'line' | 'functionName' | 'callee' | 'own'> & { share: number };

/** Where the time of a node belongs; nowhere for the engine's own work without a caller. */
function placesOf({ nodes, parent, kind }: Samples): (node: number) => Place[] {
  const owned = nodes.map(({ callFrame }, index) => kind[index] === NodeKind.code && isOwn(fileOf(callFrame.url)));
  const nameOf = (node: number) => nodes[node]!.callFrame.functionName || '(anonymous)';
  const at = (node: number) => ({ file: fileOf(nodes[node]!.callFrame.url), functionName: nameOf(node), own: owned[node]! });

  return (node) => {
    if (kind[node] !== NodeKind.code) return [];
    if (!owned[node]) {
      let callee = node;
      let caller = parent[node]!;
      while (caller >= 0 && !owned[caller]) {
        callee = caller;
        caller = parent[caller]!;
      }
      if (caller >= 0) return [{ ...at(caller), line: callLineOf(nodes[callee]!, nodes[caller]!), callee: nameOf(callee), share: 1 }];
    }
    if (nodes[node]!.callFrame.url === '') return [];
    return linesOf(nodes[node]!).map((line) => ({ ...at(node), ...line, callee: null }));
  };
}

/** A native function's ticks are counted at the line that called it; of all others only the caller's beginning is known. */
function callLineOf(callee: CpuProfileNode, caller: CpuProfileNode): number {
  return callee.callFrame.url === '' && callee.positionTicks?.length ? hottestLine(callee) : caller.callFrame.lineNumber + 1;
}

function linesOf({ positionTicks, callFrame }: CpuProfileNode): { line: number; share: number }[] {
  const total = positionTicks?.reduce((sum, { ticks }) => sum + ticks, 0) ?? 0;
  if (!positionTicks || total === 0) return [{ line: callFrame.lineNumber + 1, share: 1 }];
  return positionTicks.map(({ line, ticks }) => ({ line, share: ticks / total }));
}
