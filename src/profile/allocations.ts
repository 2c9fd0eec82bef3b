import type { HeapProfile } from '../model/profile.ts';
import type { MemorySummary } from '../model/run.ts';
import { fileOf, isOwn } from './frames.ts';

/** Sites kept per tool. */
const most = 20;

/** Where `calls` calls of `tool`, made alone, allocated: per line of code, heaviest first. Sizes are V8's estimates. */
export function allocationSites(profile: HeapProfile, calls: number, tool: string): MemorySummary['sites'] {
  if (calls <= 0) return [];
  const sites = new Map<string, MemorySummary['sites'][number]>();
  const left = [profile.head];
  for (let node = left.pop(); node; node = left.pop()) {
    for (const child of node.children) left.push(child);
    if (node.selfSize === 0) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const file = fileOf(url);
    const key = `${file}\0${lineNumber}\0${functionName}`;
    const site = sites.get(key);
    if (site) site.bytesPerCall += node.selfSize / calls;
    else sites.set(key, { tool, file, line: lineNumber + 1, functionName: functionName || '(anonymous)', bytesPerCall: node.selfSize / calls, own: isOwn(file) });
  }
  return [...sites.values()].sort((a, b) => b.bytesPerCall - a.bytesPerCall).slice(0, most);
}
