import { layerOfRow } from './boxes.ts';
import type { Camera } from './camera.ts';
import { emptyCells, fillCells } from './draw/columns.ts';
import type { Cells } from './draw/columns.ts';
import { createGlyphs } from './draw/glyphs.ts';
import type { Glyphs } from './draw/glyphs.ts';
import type { Look } from './draw/look.ts';
import { paintRows, paintRuler } from './draw/paint.ts';
import type { FrameLook, LateLabel, Surface } from './draw/paint.ts';
import type { View } from './protocol.ts';

/** CSS px. */
export const ROW_HEIGHT = 18;
export const RULER_HEIGHT = 20;
const FONT_SIZE = 11.5;
/** Sharper than this nobody sees, and each step costs its square. */
const MOST_SCALE = 2;

/** Draws the boxes on a canvas; the canvas is as large as what is in sight, never as the picture. */
export interface Picture {
  draw(view: View, camera: Camera, frames: FrameLook, look: Look, format: (us: number, stepUs: number) => string): void;
  /** The item that a place shows, CSS px from the upper left; null beside the picture. */
  hit(x: number, y: number): { row: number; layer: number; item: number } | null;
}

export function createPicture(canvas: HTMLCanvasElement): Picture {
  const context = canvas.getContext('2d', { alpha: false })!;
  let image: ImageData | null = null;
  let cells: Cells | null = null;
  let rowLayer = new Int8Array(0);
  let layersOf: View | null = null;
  let glyphs: Glyphs | null = null;
  let glyphKey = '';
  let drawn: { view: View; surface: Surface } | null = null;

  function glyphsFor(scale: number): Glyphs {
    const family = getComputedStyle(canvas).fontFamily;
    const key = `${FONT_SIZE * scale}px ${family}`;
    if (!glyphs || key !== glyphKey) {
      glyphs = createGlyphs(key, Math.round(15 * scale));
      glyphKey = key;
    }
    return glyphs;
  }

  function lateLabels(labels: readonly LateLabel[]): void {
    if (labels.length === 0) return;
    context.font = glyphKey;
    context.textBaseline = 'middle';
    for (const { text, x, y, width, colour } of labels) {
      context.fillStyle = `rgb(${colour & 255}, ${(colour >> 8) & 255}, ${(colour >> 16) & 255})`;
      context.save();
      context.beginPath();
      context.rect(x, y - FONT_SIZE * 2, width, FONT_SIZE * 4);
      context.clip();
      context.fillText(text, x, y);
      context.restore();
    }
  }

  return {
    draw(view, camera, frames, look, format) {
      const scale = Math.min(devicePixelRatio, MOST_SCALE);
      const width = Math.round(canvas.clientWidth * scale);
      const height = Math.round(canvas.clientHeight * scale);
      if (width === 0 || height === 0) return;
      if (image?.width !== width || image.height !== height) {
        canvas.width = width;
        canvas.height = height;
        image = new ImageData(width, height);
        cells = null;
      }
      const rowHeight = Math.round(ROW_HEIGHT * scale);
      const from = Math.round(RULER_HEIGHT * scale);
      const inSight = Math.ceil((height - from) / rowHeight) + 1;
      if (!cells || cells.rows !== inSight || layersOf !== view) {
        cells = emptyCells(width, inSight, view.layers.length);
        rowLayer = new Int8Array(inSight);
        layersOf = view;
      }
      const scroll = Math.round(camera.scroll * scale);
      cells.firstRow = Math.floor(scroll / rowHeight);
      for (let row = 0; row < inSight; row++) rowLayer[row] = layerOfRow(view, cells.firstRow + row);
      const surface: Surface = { pixels: new Uint32Array(image.data.buffer), width, height, top: from - (scroll - cells.firstRow * rowHeight), from, rowHeight, scale };
      fillCells(cells, view.layers, camera.fromUs, camera.toUs);
      const letters = glyphsFor(scale);
      const late = paintRows(surface, cells, view, rowLayer, frames, look, letters);
      paintRuler(surface, camera.fromUs, camera.toUs, look, letters, format);
      context.putImageData(image, 0, 0);
      lateLabels(late);
      drawn = { view, surface };
    },
    hit(x, y) {
      if (!drawn || !cells) return null;
      const { surface, view } = drawn;
      const column = Math.floor(x * surface.scale);
      const line = Math.floor((y * surface.scale - surface.top) / surface.rowHeight);
      if (column < 0 || column >= surface.width || y * surface.scale < surface.from || line < 0 || line >= cells.rows) return null;
      const layer = layerOfRow(view, cells.firstRow + line);
      if (layer < 0 || cells.node[line * surface.width + column] === 0) return null;
      return { row: cells.firstRow + line, layer, item: cells.items[layer]![column]! };
    },
  };
}
