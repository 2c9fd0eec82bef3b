import type { View } from '../protocol.ts';
import { itemsOfColumns } from './columns.ts';
import { SHADES } from './look.ts';
import type { Look } from './look.ts';
import type { FrameLook } from './paint.ts';

/** The whole picture as a skyline: height says how deep and how busy each column is, colour what it is for. */
export function paintMinimap(pixels: Uint32Array, width: number, height: number, view: View, frames: FrameLook, look: Look): void {
  pixels.fill(look.background);
  const layer = view.layers.at(-1)!;
  const { tree, node, at, group, groupOfNode } = layer;
  if (node.length === 0 || view.totalUs <= 0) return;
  const sums = new Float64Array(width);
  const step = view.totalUs / width;
  for (let i = 0; i < node.length; i++) {
    const depth = tree.depth[node[i]!]!;
    if (depth === 0) continue;
    // an item over many columns counts in each of them
    const first = Math.floor(at[i]! / step);
    const last = Math.min(width - 1, Math.floor(at[i + 1]! / step));
    for (let x = first; x <= last; x++) sums[x]! += depth * (Math.min(at[i + 1]!, (x + 1) * step) - Math.max(at[i]!, x * step));
  }
  const most = sums.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return;
  const items = new Int32Array(width);
  itemsOfColumns(layer, 0, view.totalUs, items);
  let shown = 0;
  for (let x = 0; x < width; x++) {
    if (items[x]! >= 0 && node[items[x]!]! !== 0) shown = node[items[x]!]!;
    const tall = Math.round((sums[x]! / most) * (height - 2));
    if (tall === 0 || shown === 0) continue;
    const frame = tree.frame[shown]!;
    const g = !group ? frames.group[frame]! : groupOfNode ? group[shown]! : group[Math.max(0, items[x]!)]!;
    const colour = look.fill[g * SHADES + 2]!;
    for (let y = height - tall; y < height; y++) pixels[y * width + x] = colour;
  }
}
