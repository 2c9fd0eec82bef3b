import { groupsOfNodes } from './groups.ts';
import { buildTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** What passes the filter: its tree, and per sample node, microseconds and colour group. */
export interface Parts {
  tree: Tree;
  node: Int32Array;
  weight: Float64Array;
  groups: Uint16Array | null;
  selfOfNode: Float64Array;
}

export interface HalfSandwich {
  tree: Tree;
  /** Own time of each node, microseconds. */
  self: Float64Array;
  group: Uint16Array | null;
}

/** All that a function called, merged; the function itself stands at depth 1. */
export function calleesOf(parts: Parts, focus: number): HalfSandwich {
  const { tree } = parts;
  const place = new Int32Array(tree.parent.length).fill(-1);
  const parent: number[] = [];
  const frame: number[] = [];
  for (const top of outermost(tree, focus)) {
    for (let n = top; n < tree.end[top]!; n++) {
      place[n] = parent.push(n === top ? -1 : place[tree.parent[n]!]!) - 1;
      frame.push(tree.frame[n]!);
    }
  }
  return half(parts, parent, frame, place);
}

/** All that called a function, merged, nearest first; the time of each path stands at its far end. */
export function callersOf(parts: Parts, focus: number): HalfSandwich {
  const { tree } = parts;
  const place = new Int32Array(tree.parent.length).fill(-1);
  const parent: number[] = [];
  const frame: number[] = [];
  for (const top of outermost(tree, focus)) {
    let below = -1;
    for (let n = top; n > 0; n = tree.parent[n]!) {
      below = parent.push(below) - 1;
      frame.push(tree.frame[n]!);
    }
    place.fill(below, top, tree.end[top]);
  }
  return half(parts, parent, frame, place);
}

/** Occurrences of a function that are not below another of its occurrences. */
function outermost(tree: Tree, focus: number): number[] {
  const tops: number[] = [];
  for (let n = 1; n < tree.parent.length; ) {
    if (tree.frame[n] === focus) {
      tops.push(n);
      n = tree.end[n]!;
    } else n++;
  }
  return tops;
}

/** `place`: where each node of the whole tree went in the loose one; -1 = nowhere. */
function half(parts: Parts, parent: number[], frame: number[], place: Int32Array): HalfSandwich {
  const { tree, nodeOf } = buildTree({ parent: Int32Array.from(parent), frame: Int32Array.from(frame) });
  const self = new Float64Array(tree.parent.length);
  parts.selfOfNode.forEach((us, n) => {
    if (place[n]! >= 0) self[nodeOf[place[n]!]!]! += us;
  });
  if (!parts.groups) return { tree, self, group: null };
  const moved = parts.node.map((n) => (place[n]! < 0 ? 0 : nodeOf[place[n]!]!));
  return { tree, self, group: groupsOfNodes(tree, moved, parts.weight, parts.groups) };
}
