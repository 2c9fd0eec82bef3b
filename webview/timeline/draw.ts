import { formatUs } from '../../src/model/format.ts';
import { withAlpha } from '../charts/model.ts';
import { measurePhase, okOutcome } from '../data/columns.ts';
import type { Theme } from '../theme.ts';
import { firstEndingAfter, type Group, laneHeight } from './layout.ts';
import { bands, inside, label, type Picture, xOf } from './picture.ts';
import { drawAxis, drawGc, drawLoop, drawMinimap } from './strips.ts';

/** Paints everything; a few milliseconds whatever the number of requests: what shares a pixel is drawn once. */
export function drawTimeline(ctx: CanvasRenderingContext2D, p: Picture): void {
  const { theme: t, width, height } = p;
  ctx.clearRect(0, 0, width, height);
  ctx.font = `11px ${t.fontFamily}`;
  ctx.textBaseline = 'middle';
  drawMinimap(ctx, p);
  drawAxis(ctx, p);
  drawLoop(ctx, p);
  drawGc(ctx, p);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, bands.lanes, width, height - bands.lanes);
  ctx.clip();
  for (const group of p.groups) {
    const y = bands.lanes + group.top - p.scrollTop;
    if (y + group.height < bands.lanes || y > height) continue;
    drawGroup(ctx, p, group, y);
  }
  ctx.restore();
  drawSpan(ctx, p);
  drawScrollbar(ctx, p);
}

function drawGroup(ctx: CanvasRenderingContext2D, p: Picture, group: Group, y: number): void {
  const { theme: t, width } = p;
  const colour = group.tool ? p.colour(group.name) : t.muted;
  group.lanes.forEach((lane, i) => drawLane(ctx, p, lane, y + i * laneHeight + 1, colour));
  ctx.fillStyle = colour;
  ctx.fillRect(8, y + 2, 4, Math.max(8, group.height - 4));
  label(ctx, p, group.name, y + Math.min(group.height, laneHeight) / 2, 16);
  ctx.strokeStyle = withAlpha(t.line, 0.35);
  ctx.strokeRect(0, y + group.height + 2.5, width, 0);
}

const barHeight = laneHeight - 2;

function drawLane(ctx: CanvasRenderingContext2D, p: Picture, lane: number, y: number, colour: string): void {
  const { data, view, width, theme: t } = p;
  const { rows, first } = data.lanes;
  const usPerPixel = (view.to - view.from) / (width - bands.gutter);
  const last = first[lane + 1]!;
  let at = firstEndingAfter(data, lane, view.from);
  /** Columns of short requests that touch are one rectangle. */
  let runFrom = -1;
  let runTo = -1;
  const flush = () => {
    if (runFrom >= 0) ctx.fillRect(runFrom, y, runTo - runFrom, barHeight);
    runFrom = -1;
  };
  ctx.fillStyle = colour;
  while (at < last) {
    const row = rows[at]!;
    const start = data.startUs[row]!;
    if (start > view.to) break;
    const x = Math.max(bands.gutter, xOf(p, start));
    const end = Math.min(width, xOf(p, data.endUs[row]!));
    if (end - x >= 3) {
      flush();
      drawRequest(ctx, p, row, x, end, y, colour);
      ctx.fillStyle = colour;
      at++;
      continue;
    }
    const column = Math.floor(x);
    if (runFrom < 0 || column > runTo + 1) {
      flush();
      runFrom = column;
    }
    runTo = Math.max(column + 1, Math.ceil(end));
    // nothing that ends before the next column can be seen
    at = Math.max(at + 1, firstEndingAfter(data, lane, view.from + (runTo - bands.gutter) * usPerPixel));
  }
  flush();
  drawErrors(ctx, p, lane, y);
  drawMarks(ctx, p, lane, y, t);
}

/** One request wide enough to be seen: written | server | parsed, warm-up paler, failures framed in red. */
function drawRequest(ctx: CanvasRenderingContext2D, p: Picture, row: number, x: number, end: number, y: number, colour: string): void {
  const { data, theme: t } = p;
  const start = data.startUs[row]!;
  const at = (offset: number, fallback: number) => (Number.isNaN(offset) ? fallback : Math.min(end, Math.max(x, xOf(p, start + offset))));
  const written = at(data.writtenUs[row]!, x);
  const firstByte = at(data.firstByteUs[row]!, end);
  const alpha = data.phase[row] === measurePhase ? 1 : 0.5;
  const part = (from: number, to: number, share: number) => {
    if (to - from < 0.25) return;
    ctx.fillStyle = withAlpha(colour, share * alpha);
    ctx.fillRect(from, y, to - from, barHeight);
  };
  const gap = end - x > 6 ? 0.5 : 0;
  part(x, written, 0.45);
  part(written, firstByte - gap, 1);
  part(firstByte, end - gap, 0.6);
  if (data.outcome[row] !== okOutcome) {
    ctx.fillStyle = t.error;
    ctx.fillRect(Math.max(x, end - 3), y, Math.min(3, end - x), barHeight);
    ctx.strokeStyle = t.error;
    ctx.strokeRect(x + 0.5, y + 0.5, end - x - 1, barHeight - 1);
  }
  if (end - x > 56) inside(ctx, formatUs(data.endUs[row]! - start), x, end - x, y + barHeight / 2 + 0.5, t, alpha < 1);
}

/** Failures among what is too narrow to be framed: a red tick that no merging hides. */
function drawErrors(ctx: CanvasRenderingContext2D, p: Picture, lane: number, y: number): void {
  const { data, view } = p;
  const { errors, firstError } = data.lanes;
  let last = -Infinity;
  ctx.fillStyle = p.theme.error;
  for (let i = firstError[lane]!; i < firstError[lane + 1]!; i++) {
    const row = errors[i]!;
    if (data.endUs[row]! < view.from) continue;
    if (data.startUs[row]! > view.to) break;
    const end = xOf(p, data.endUs[row]!);
    if (end - xOf(p, data.startUs[row]!) >= 3 || end < last + 1) continue;
    last = Math.max(bands.gutter + 2, end);
    ctx.fillRect(last - 2, y, 2, barHeight);
  }
}

/** The selected and the hovered request, whatever their width. */
function drawMarks(ctx: CanvasRenderingContext2D, p: Picture, lane: number, y: number, t: Theme): void {
  for (const [row, colour] of [[p.hoveredRow, t.muted], [p.selectedRow, t.foreground]] as const) {
    if (row === null) continue;
    const at = firstEndingAfter(p.data, lane, p.data.endUs[row]! - 1e-3);
    if (at >= p.data.lanes.first[lane + 1]! || p.data.lanes.rows[at] !== row) continue;
    const x = xOf(p, p.data.startUs[row]!);
    const end = xOf(p, p.data.endUs[row]!);
    if (end < bands.gutter || x > p.width) continue;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.strokeRect(Math.max(bands.gutter, x) - 1, y - 1, Math.max(4, Math.min(p.width, end) - Math.max(bands.gutter, x)) + 2, barHeight + 2);
    ctx.lineWidth = 1;
  }
}

/** Says that there is more below. */
function drawScrollbar(ctx: CanvasRenderingContext2D, { contentHeight, scrollTop, width, height, theme }: Picture): void {
  const room = height - bands.lanes;
  if (contentHeight <= room) return;
  ctx.fillStyle = withAlpha(theme.muted, 0.6);
  ctx.fillRect(width - 6, bands.lanes + (scrollTop / contentHeight) * room, 5, Math.max(20, (room / contentHeight) * room));
}

function drawSpan(ctx: CanvasRenderingContext2D, p: Picture): void {
  if (p.span === null) return;
  const from = Math.max(bands.gutter, xOf(p, p.span[0]));
  const to = Math.min(p.width, xOf(p, p.span[1]));
  ctx.fillStyle = withAlpha(p.theme.background, 0.6);
  if (from > bands.gutter) ctx.fillRect(bands.gutter, bands.axis[0], from - bands.gutter, p.height);
  if (to < p.width) ctx.fillRect(Math.max(bands.gutter, to), bands.axis[0], p.width - to, p.height);
  ctx.fillStyle = p.theme.focus;
  for (const x of [from, to]) if (x > bands.gutter && x < p.width) ctx.fillRect(x, bands.axis[0], 1, p.height);
}
