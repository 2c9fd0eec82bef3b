import { isWithin } from './model/tree.ts';
import type { Layer, View } from './protocol.ts';

/** One box of the picture: a node of a layer over neighbouring items `from .. to - 1`. */
export interface Box {
  layer: number;
  node: number;
  from: number;
  to: number;
}

/** The box at a row over an item; null where the stack does not reach. */
export function boxAt(view: View, row: number, layer: number, item: number): Box | null {
  const of = view.layers[layer];
  if (!of || item < 0 || item >= of.node.length) return null;
  return boxOfDepth(view, layer, item, (row - of.base) * of.direction);
}

function boxOfDepth(view: View, layer: number, item: number, depth: number): Box | null {
  const { tree, node: nodes, minDepth } = view.layers[layer]!;
  let node = nodes[item]!;
  if (depth < minDepth || tree.depth[node]! < depth) return null;
  while (tree.depth[node]! > depth) node = tree.parent[node]!;
  let from = item;
  let to = item + 1;
  while (from > 0 && isWithin(tree, node, nodes[from - 1]!)) from--;
  while (to < nodes.length && isWithin(tree, node, nodes[to]!)) to++;
  return { layer, node, from, to };
}

/** The layer that draws a row, -1 when none does. */
export function layerOfRow(view: View, row: number): number {
  return view.layers.findIndex((l) => {
    const depth = (row - l.base) * l.direction;
    return depth >= l.minDepth && depth <= l.tree.maxDepth;
  });
}

export function rowOf(view: View, box: Box): number {
  const { tree, base, direction } = view.layers[box.layer]!;
  return base + direction * tree.depth[box.node]!;
}

export function frameOf(view: View, box: Box): number {
  return view.layers[box.layer]!.tree.frame[box.node]!;
}

/** Where a box lies and what it took, microseconds. */
export function timesOf(view: View, box: Box): { fromUs: number; toUs: number; totalUs: number; selfUs: number } {
  const { at, node } = view.layers[box.layer]!;
  let selfUs = 0;
  for (let i = box.from; i < box.to; i++) if (node[i] === box.node) selfUs += at[i + 1]! - at[i]!;
  const fromUs = at[box.from]!;
  const toUs = at[box.to]!;
  return { fromUs, toUs, totalUs: toUs - fromUs, selfUs };
}

export type Step = 'parent' | 'child' | 'next' | 'previous';

/** The neighbour of a box: one row nearer the root or farther, or the next one on its row. Null at the end. */
export function stepFrom(view: View, box: Box, step: Step): Box | null {
  const layer = view.layers[box.layer]!;
  const { tree, node } = layer;
  const depth = tree.depth[box.node]!;
  switch (step) {
    case 'parent':
      return boxOfDepth(view, box.layer, box.from, depth - 1) ?? otherHalf(view, box, depth);
    case 'child':
      for (let i = box.from; i < box.to; i++) if (tree.depth[node[i]!]! > depth) return boxOfDepth(view, box.layer, i, depth + 1);
      return null;
    case 'next':
      for (let i = box.to; i < node.length; i++) if (tree.depth[node[i]!]! >= depth) return boxOfDepth(view, box.layer, i, depth);
      return null;
    case 'previous':
      for (let i = box.from - 1; i >= 0; i--) if (tree.depth[node[i]!]! >= depth) return boxOfDepth(view, box.layer, i, depth);
      return null;
  }
}

/** From the nearest callers of a sandwich to its middle, and from the middle to the callers. */
function otherHalf(view: View, box: Box, depth: number): Box | null {
  if (view.mode !== 'sandwich' || depth > 2) return null;
  if (box.layer === 0) return boxOfDepth(view, 1, 0, 1);
  return depth === 1 ? firstDeep(view, 0, 2) : null;
}

function firstDeep(view: View, layer: number, depth: number): Box | null {
  const { tree, node } = view.layers[layer]!;
  const item = node.findIndex((n) => tree.depth[n]! >= depth);
  return item < 0 ? null : boxOfDepth(view, layer, item, depth);
}

/** The longest box of a function; null when it is nowhere. */
export function longestBox(view: View, frame: number): Box | null {
  let best: Box | null = null;
  let longest = -1;
  view.layers.forEach(({ tree, node, at, minDepth }, layer) => {
    const inside = nearestOfFunction(view.layers[layer]!, frame);
    for (let i = 0; i < node.length; ) {
      const top = inside[node[i]!]!;
      if (top < 0 || tree.depth[top]! < minDepth) {
        i++;
        continue;
      }
      let to = i + 1;
      while (to < node.length && isWithin(tree, top, node[to]!)) to++;
      if (at[to]! - at[i]! > longest) {
        longest = at[to]! - at[i]!;
        best = { layer, node: top, from: i, to };
      }
      i = to;
    }
  });
  return best;
}

/** Per node: the outermost occurrence of the function at or above it; -1 = none. */
function nearestOfFunction({ tree }: Layer, frame: number): Int32Array {
  const inside = new Int32Array(tree.parent.length).fill(-1);
  for (let n = 1; n < inside.length; n++) {
    if (tree.frame[n] !== frame) continue;
    inside.fill(n, n, tree.end[n]);
    n = tree.end[n]! - 1;
  }
  return inside;
}

/** Microseconds in stacks that hold at least one of the functions marked. */
export function timeOfMatches(view: View, marked: Uint8Array): number {
  let sum = 0;
  // the callees of a sandwich hold all of its time once
  const { tree, node, at } = view.layers.at(-1)!;
  const hit = new Uint8Array(tree.parent.length);
  for (let n = 1; n < hit.length; n++) hit[n] = marked[tree.frame[n]!]! | hit[tree.parent[n]!]!;
  for (let i = 0; i < node.length; i++) if (hit[node[i]!] === 1) sum += at[i + 1]! - at[i]!;
  return sum;
}
