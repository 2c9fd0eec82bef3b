import type { View } from '../protocol.ts';
import type { Cells } from './columns.ts';
import type { Glyphs } from './glyphs.ts';
import { SHADES } from './look.ts';
import type { Look } from './look.ts';

/** Pixels of the picture, ABGR, and how rows lie in it; all in device px. */
export interface Surface {
  pixels: Uint32Array;
  width: number;
  height: number;
  /** Upper edge of the first row of the cells; may lie above the surface when it is scrolled by a part of a row. */
  top: number;
  /** Rows are drawn below this line (the ruler lies above). */
  from: number;
  rowHeight: number;
  scale: number;
}

/** Per function: its name, and what colours it. */
export interface FrameLook {
  names: readonly string[];
  shade: Uint8Array;
  group: Uint16Array;
}

/** Text that glyphs cannot draw: the caller does, after the pixels are put. */
export interface LateLabel {
  text: string;
  x: number;
  y: number;
  width: number;
  colour: number;
}

/** Boxes narrower than this carry no name (CSS px). */
const LABEL_FROM = 30;
/** Boxes from this width on are parted by a line (device px). */
const GAP_FROM = 3;

/** Paints each row once as a line of pixels and copies it down. */
export function paintRows(surface: Surface, cells: Cells, view: View, rowLayer: Int8Array, frames: FrameLook, look: Look, glyphs: Glyphs): LateLabel[] {
  const { pixels, width, height, rowHeight, from } = surface;
  const late: LateLabel[] = [];
  const labelFrom = LABEL_FROM * surface.scale;
  const line = new Uint32Array(width);
  // label runs of one row: start, end, node
  const runs: number[] = [];
  for (let row = 0; row < cells.rows; row++) {
    const top = surface.top + row * rowHeight;
    const upper = Math.max(from, top);
    const lower = Math.min(height, top + rowHeight - 1);
    if (lower < from || upper >= height) continue;
    runs.length = 0;
    const which = rowLayer[row]!;
    if (which < 0) line.fill(look.background);
    else {
      const { tree, group, groupOfNode } = view.layers[which]!;
      const items = cells.items[which]!;
      const nodes = cells.node.subarray(row * width, (row + 1) * width);
      for (let x = 0; x < width; ) {
        const node = nodes[x]!;
        let to = x + 1;
        while (to < width && nodes[to] === node) to++;
        if (node === 0) line.fill(look.background, x, to);
        else {
          const frame = tree.frame[node]!;
          const shade = frames.shade[frame]!;
          if (group && !groupOfNode) for (let i = x; i < to; i++) line[i] = look.fill[group[items[i]!]! * SHADES + shade]!;
          else line.fill(look.fill[(group ? group[node]! : frames.group[frame]!) * SHADES + shade]!, x, to);
          if (to - x >= GAP_FROM) line[to - 1] = look.gap;
          if (to - x > labelFrom) runs.push(x, to, node);
        }
        x = to;
      }
    }
    if (lower > upper) {
      const start = upper * width;
      pixels.set(line, start);
      for (let y = upper + 1; y < lower; y++) pixels.copyWithin(y * width, start, start + width);
    }
    if (lower < height && lower >= from) pixels.fill(which < 0 ? look.background : look.gap, lower * width, (lower + 1) * width);
    const textTop = top + ((rowHeight - 1 - glyphs.height) >> 1);
    if (textTop < from || textTop + glyphs.height > height) continue;
    for (let i = 0; i < runs.length; i += 3) label(runs[i]!, runs[i + 1]!, runs[i + 2]!, textTop, which);
  }
  // below the last row
  const end = Math.max(from, surface.top + cells.rows * rowHeight);
  if (end < height) pixels.fill(look.background, end * width);
  return late;

  function label(x: number, to: number, node: number, y: number, which: number): void {
    const { tree, group, groupOfNode } = view.layers[which]!;
    const frame = tree.frame[node]!;
    const pad = 4 * surface.scale;
    const g = !group ? frames.group[frame]! : groupOfNode ? group[node]! : group[cells.items[which]![x]!]!;
    const colour = look.text[g * SHADES + frames.shade[frame]!]!;
    const name = frames.names[frame]!;
    if (!glyphs.knows(name)) {
      late.push({ text: name, x: x + pad, y: y + glyphs.height / 2, width: to - x - 2 * pad, colour });
      return;
    }
    const text = glyphs.fit(name, to - x - 1.5 * pad);
    if (text !== '') glyphs.draw(pixels, width, text, x + pad, y, colour);
  }
}

/** Time along the upper edge. `fromUs`..`toUs` fill the width. */
export function paintRuler(surface: Surface, fromUs: number, toUs: number, look: Look, glyphs: Glyphs, format: (us: number, stepUs: number) => string): void {
  const { pixels, width, height, from, scale } = surface;
  pixels.fill(look.ruler, 0, from * width);
  const step = tickStep((toUs - fromUs) / (width / (110 * scale)));
  for (let tick = Math.ceil(fromUs / step); tick * step <= toUs; tick++) {
    const x = Math.round(((tick * step - fromUs) / (toUs - fromUs)) * width);
    if (x >= width) break;
    for (let y = 0; y < from; y++) pixels[y * width + x] = look.tick;
    // through empty space too, so that a gap can be read
    for (let y = from; y < height; y++) if (pixels[y * width + x] === look.background) pixels[y * width + x] = look.tick;
    const text = format(tick * step, step);
    const left = x + 4 * scale;
    if (glyphs.knows(text) && left + glyphs.width(text) < width - 2) glyphs.draw(pixels, width, text, left, (from - glyphs.height) >> 1, look.muted);
  }
}

/** The least of 1, 2, 5 times a power of ten that is not below `least`. */
export function tickStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-3)));
  return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= least * 0.999)!;
}

