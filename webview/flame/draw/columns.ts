import type { Layer } from '../protocol.ts';

/** What each device pixel shows: nodes by row and column (0 = nothing), and per layer the item of each column (-1 = none). */
export interface Cells {
  width: number;
  /** Rows `firstRow .. firstRow + rows - 1` of the picture. */
  firstRow: number;
  rows: number;
  node: Int32Array;
  items: Int32Array[];
}

export function emptyCells(width: number, rows: number, layers: number): Cells {
  return { width, firstRow: 0, rows, node: new Int32Array(width * rows), items: Array.from({ length: layers }, () => new Int32Array(width)) };
}

/**
 * Looks up one stack for each column of pixels and walks it to the root. The cost is columns times depth, whatever the
 * number of samples or boxes in sight, and nothing is laid out by row.
 */
export function fillCells(cells: Cells, layers: readonly Layer[], fromUs: number, toUs: number): void {
  cells.node.fill(0);
  layers.forEach((layer, i) => {
    itemsOfColumns(layer, fromUs, toUs, cells.items[i]!);
    fillLayer(cells, layer, cells.items[i]!);
  });
}

function fillLayer({ node: cells, width, firstRow, rows }: Cells, { tree, node, base, direction, minDepth }: Layer, items: Int32Array): void {
  const { parent, depth: depths } = tree;
  const shift = base - firstRow;
  for (let x = 0; x < width; x++) {
    const item = items[x]!;
    if (item < 0) continue;
    let n = node[item]!;
    for (let depth = depths[n]!; depth >= minDepth; depth--) {
      const row = shift + direction * depth;
      if (row >= 0 && row < rows) cells[row * width + x] = n;
      n = parent[n]!;
    }
  }
}

/** The item that each of `items.length` columns shows of a stretch. */
export function itemsOfColumns({ node, at, mip }: Layer, fromUs: number, toUs: number, items: Int32Array): void {
  const width = items.length;
  const count = node.length;
  const step = (toUs - fromUs) / width;
  let right = itemAt(at, count, fromUs, 0);
  for (let x = 0; x < width; x++) {
    const edge = fromUs + (x + 1) * step;
    const left = right;
    right = itemAt(at, count, edge, left);
    const within = right - left;
    if (count === 0 || edge <= 0 || edge - step >= at[count]!) items[x] = -1;
    else if (within < 4) items[x] = itemAt(at, count, edge - step / 2, left);
    else {
      // the first block of the widest level that lies within the pixel
      const level = 30 - Math.clz32(within);
      items[x] = mip.items[mip.start[level]! + ((left + (1 << level) - 1) >> level)]!;
    }
  }
}

/** The last item that begins at or before a time, not before `start`: doubling steps, then halves. */
export function itemAt(at: Float64Array, count: number, time: number, start: number): number {
  let low = start;
  let stride = 1;
  while (low + stride < count && at[low + stride]! <= time) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(count, low + stride);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle]! <= time) low = middle;
    else high = middle;
  }
  return low;
}
