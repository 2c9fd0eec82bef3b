import type { CallFrame, HeapProfile, HeapProfileNode } from '../model/profile.ts';
import type { MemorySummary } from '../model/run.ts';
import { fileOf, isOwn } from './frames.ts';

/** Sites kept per tool. */
const most = 20;
/** A site that fewer samples hit may be there by chance alone. */
const leastSamples = 3;

/**
 * Where `calls` calls of `tool`, made alone, allocated, heaviest first. What Node and libraries allocate on behalf of the
 * author's code stands at the author's function that called them. Sizes are V8's estimates.
 */
export function allocationSites(profile: HeapProfile, calls: number, tool: string): MemorySummary['sites'] {
  if (calls <= 0) return [];
  const samplesOf = countSamples(profile);
  const sites = new Map<string, { site: MemorySummary['sites'][number]; samples: number }>();
  const left: { node: HeapProfileNode; owner: CallFrame | null; callee: CallFrame | null }[] = [{ node: profile.head, owner: null, callee: null }];
  for (let place = left.pop(); place; place = left.pop()) {
    const { node } = place;
    const own = isOwn(fileOf(node.callFrame.url));
    const owner = own ? node.callFrame : place.owner;
    const callee = own ? null : owner && (place.callee ?? node.callFrame);
    for (const child of node.children) left.push({ node: child, owner, callee });
    if (node.selfSize === 0) continue;
    const frame = owner ?? node.callFrame;
    const file = fileOf(frame.url);
    const key = `${file}\0${frame.lineNumber}\0${frame.functionName}\0${callee?.functionName ?? ''}`;
    const at = sites.get(key) ?? { site: { tool, file, line: frame.lineNumber + 1, functionName: nameOf(frame), callee: callee && nameOf(callee), bytesPerCall: 0, own: isOwn(file) }, samples: 0 };
    sites.set(key, at);
    at.site.bytesPerCall += node.selfSize / calls;
    at.samples += samplesOf(node);
  }
  return [...sites.values()]
    .filter((s) => s.samples >= leastSamples)
    .sort((a, b) => b.site.bytesPerCall - a.site.bytesPerCall)
    .slice(0, most)
    .map(({ site }) => site);
}

/** Older profiles do not say how many samples a node had: then every node counts. */
function countSamples({ samples }: HeapProfile): (node: HeapProfileNode) => number {
  if (!samples) return () => leastSamples;
  const counts = new Map<number, number>();
  for (const { nodeId } of samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return ({ id }) => counts.get(id) ?? 0;
}

const nameOf = ({ functionName }: CallFrame) => functionName || '(anonymous)';
