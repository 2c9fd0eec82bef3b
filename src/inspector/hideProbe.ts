import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CpuProfile, CpuProfileNode } from '../model/profile.ts';

/**
 * Takes the bootloader's own functions out of a profile, in place: their time goes to who called them (to `(program)`
 * where that is V8), and what they called hangs from there. The server's author should see the server.
 */
export function hideProbe(profile: CpuProfile, bootPath: string): void {
  const url = pathToFileURL(realpathSync(bootPath)).href;
  const hidden = (node: CpuProfileNode) => node.callFrame.url === url;
  const byId = new Map(profile.nodes.map((n) => [n.id, n]));
  const parent = new Map<number, CpuProfileNode>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parent.set(child, node);
  if (!profile.nodes.some(hidden)) return;

  // the author called JSON.parse, and that is what the wrapper stands for
  for (const node of profile.nodes) {
    const caller = parent.get(node.id);
    if (!hidden(node) || node.callFrame.functionName !== 'parse' || !caller || hidden(caller)) continue;
    node.callFrame = { functionName: 'JSON.parse', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
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
