import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CallFrame, CpuProfile, CpuProfileNode, HeapProfile } from '../model/profile.ts';

/**
 * Takes the bootloader's own functions out of a profile, in place: their time goes to who called them (to `(program)`
 * where that is V8), and what they called hangs from there. The server's author should see the server.
 */
export function hideProbe(profile: CpuProfile, bootPath: string): void {
  const url = urlOf(bootPath);
  const hidden = (node: CpuProfileNode) => node.callFrame.url === url;
  const byId = new Map(profile.nodes.map((n) => [n.id, n]));
  const parent = new Map<number, CpuProfileNode>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parent.set(child, node);
  if (!profile.nodes.some(hidden)) return;

  // the author called JSON.parse, and that is what the wrapper stands for
  for (const node of profile.nodes) {
    const caller = parent.get(node.id);
    if (!hidden(node) || node.callFrame.functionName !== 'parse' || !caller || hidden(caller)) continue;
    node.callFrame = jsonParse;
    delete node.positionTicks;
  }

  const visible = (node: CpuProfileNode): CpuProfileNode => {
    let at = node;
    while (hidden(at) && parent.has(at.id)) at = parent.get(at.id)!;
    return at;
  };
  const root = profile.nodes[0]!;
  const program = profile.nodes.find((n) => n.callFrame.functionName === '(program)') ?? root;
  const instead = new Map<number, number>();
  for (const node of profile.nodes) {
    if (!hidden(node)) continue;
    const at = visible(node);
    instead.set(node.id, at === root ? program.id : at.id);
  }
  for (const node of profile.nodes) {
    if (hidden(node) || !node.children) continue;
    const children: number[] = [];
    const left = [...node.children].reverse();
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const child = byId.get(id)!;
      if (hidden(child)) left.push(...[...(child.children ?? [])].reverse());
      else children.push(id);
    }
    node.children = children;
  }
  profile.nodes = profile.nodes.filter((n) => !hidden(n));
  if (profile.samples) profile.samples = profile.samples.map((id) => instead.get(id) ?? id);
}

/** The same for allocations: what the bootloader allocated by itself is named as such, not as somebody's code. */
export function hideProbeInHeap(profile: HeapProfile, bootPath: string): void {
  // the heap profiler names a CommonJS module by its path, not by its URL
  const urls = [urlOf(bootPath), realpathSync(bootPath), bootPath];
  const left = [profile.head];
  for (let node = left.pop(); node; node = left.pop()) {
    if (urls.includes(node.callFrame.url)) node.callFrame = node.callFrame.functionName === 'parse' ? jsonParse : profiler;
    left.push(...node.children);
  }
}

const urlOf = (bootPath: string) => pathToFileURL(realpathSync(bootPath)).href;
const native = (functionName: string): CallFrame => ({ functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
const jsonParse = native('JSON.parse');
const profiler = native('(profiler)');
