import type { FlameContext, FlameFilter, Layer, Mode, View } from '../protocol.ts';
import { passing } from './filter.ts';
import { originsOf, Origin } from './frames.ts';
import { functionTimes } from './functions.ts';
import { groupsOfNodes, groupsOfSamples } from './groups.ts';
import type { Profile } from './load.ts';
import { mipOf } from './mip.ts';
import { calleesOf, callersOf } from './sandwich.ts';
import { buildTree, childIndex, sumUpwards } from './tree.ts';
import type { Tree } from './tree.ts';

export interface ViewRequest {
  mode: Mode;
  filter: FlameFilter;
  context: FlameContext | null;
  /** Function of a sandwich; -1 for the other modes. */
  focus: number;
}

/** Lays a profile out. All arrays of the answer are its own and may be transferred. */
export function layOut(profile: Profile, { mode, filter, context, focus }: ViewRequest): View {
  const passes = passing(profile, filter, context);
  const origins = originsOf(profile.frames, context?.ownRoots ?? []);
  const { tree, nodeOf } = filter.ownOnly ? ownTree(profile, origins) : { tree: copyOf(profile.tree), nodeOf: null };
  const count = profile.node.length;
  const node = new Int32Array(count);
  const weight = new Float64Array(count);
  let busyUs = 0;
  for (let i = 0; i < count; i++) {
    if (passes && passes[i] === 0) continue;
    const n = nodeOf ? nodeOf[profile.node[i]!]! : profile.node[i]!;
    node[i] = n;
    if (n !== 0) busyUs += weight[i] = profile.at[i + 1]! - profile.at[i]!;
  }
  const selfOfNode = new Float64Array(tree.parent.length);
  for (let i = 0; i < count; i++) selfOfNode[node[i]!]! += weight[i]!;
  selfOfNode[0] = 0;
  const { selfUs, totalUs } = functionTimes(tree, selfOfNode, profile.frames.name.length);
  const groups = profile.attribution ? groupsOfSamples(profile.attribution) : null;
  const common = { mode, busyUs, selfUs, functionTotalUs: totalUs, origins, focus };
  if (mode === 'time') {
    const at = profile.at.slice();
    const layer: Layer = { tree, node, at, group: groups, groupOfNode: false, base: -1, direction: 1, minDepth: 1, mip: mipOf(node, at) };
    return { ...common, layers: [layer], rows: tree.maxDepth, totalUs: at[count]! };
  }
  if (mode === 'heavy') {
    const group = groups && groupsOfNodes(tree, node, weight, groups);
    return { ...common, layers: [{ ...leftHeavy(tree, selfOfNode), group, groupOfNode: true, base: -1, direction: 1, minDepth: 1 }], rows: tree.maxDepth, totalUs: busyUs };
  }
  const parts = { tree, node, weight, groups, selfOfNode };
  const callers = callersOf(parts, focus);
  const callees = calleesOf(parts, focus);
  const above = Math.max(0, callers.tree.maxDepth - 1);
  const layer = ({ tree: t, self, group }: typeof callers) => ({ ...leftHeavy(t, self), group, groupOfNode: true });
  // depth 1 of both is the function itself: drawn once, in the row between
  return {
    ...common,
    layers: [
      { ...layer(callers), base: above + 1, direction: -1, minDepth: 2 },
      { ...layer(callees), base: above - 1, direction: 1, minDepth: 1 },
    ],
    rows: above + callees.tree.maxDepth,
    totalUs: totalUs[focus] ?? 0,
  };
}

/** Boxes by the time in and below them, largest first, own time after the children: one item per node with own time. */
export function leftHeavy(tree: Tree, selfOfNode: Float64Array): Pick<Layer, 'tree' | 'node' | 'at' | 'mip'> {
  const count = tree.parent.length;
  const totals = selfOfNode.slice();
  sumUpwards(tree, totals);
  const children = childIndex(tree.parent, count);
  const byTotal = (a: number, b: number): number => totals[b]! - totals[a]! || tree.frame[a]! - tree.frame[b]!;
  for (let n = 0; n < count; n++) {
    if (children.start[n + 1]! - children.start[n]! > 1) children.list.subarray(children.start[n], children.start[n + 1]).sort(byTotal);
  }
  let items = 0;
  for (let n = 1; n < count; n++) if (selfOfNode[n]! > 0) items++;
  const node = new Int32Array(items);
  const at = new Float64Array(items + 1);
  const next = children.start.slice();
  let made = 0;
  for (let n = 0; n >= 0; ) {
    if (next[n]! < children.start[n + 1]!) {
      n = children.list[next[n]!++]!;
    } else {
      if (n > 0 && selfOfNode[n]! > 0) {
        node[made] = n;
        at[made + 1] = at[made]! + selfOfNode[n]!;
        made++;
      }
      n = tree.parent[n]!;
    }
  }
  return { tree, node, at, mip: mipOf(node, at) };
}

/** The tree with own code alone: a frame of others gives its time to the nearest own frame above it. */
function ownTree({ tree }: Profile, origins: Uint8Array): { tree: Tree; nodeOf: Int32Array } {
  const parent: number[] = [];
  const frame: number[] = [];
  // place of the nearest own frame at or above each node; -1 = none
  const nearest = new Int32Array(tree.parent.length).fill(-1);
  for (let n = 1; n < tree.parent.length; n++) {
    const above = nearest[tree.parent[n]!]!;
    nearest[n] = origins[tree.frame[n]!] === Origin.own ? parent.push(above) - 1 : above;
    if (nearest[n] !== above) frame.push(tree.frame[n]!);
  }
  const built = buildTree({ parent: Int32Array.from(parent), frame: Int32Array.from(frame) });
  return { tree: built.tree, nodeOf: nearest.map((place) => (place < 0 ? 0 : built.nodeOf[place]!)) };
}

function copyOf(tree: Tree): Tree {
  return { parent: tree.parent.slice(), frame: tree.frame.slice(), depth: tree.depth.slice(), end: tree.end.slice(), maxDepth: tree.maxDepth };
}
