import { formatUs } from '../../src/model/format.ts';
import { withAlpha } from '../charts/chart.ts';
import type { EventColumns } from '../data/events.ts';
import { measurePhase, okOutcome } from '../data/columns.ts';
import type { TimelineData } from '../data/protocol.ts';
import type { Span } from '../data/statistics.ts';
import type { Theme } from '../theme.ts';
import { firstEndingAfter, type Group, laneHeight } from './layout.ts';
import { tickStep, type View } from './view.ts';

export interface Picture {
  data: TimelineData;
  events: EventColumns;
  groups: readonly Group[];
  view: View;
  endUs: number;
  scrollTop: number;
  /** Height of all lanes; more than there is room for scrolls. */
  contentHeight: number;
  /** CSS pixels. */
  width: number;
  height: number;
  span: Span | null;
  /** The run goes on: the process tells of itself when it has ended. */
  live: boolean;
  selectedRow: number | null;
  hoveredRow: number | null;
  /** Requests per pixel column of the minimap, as a share of the most. */
  density: Float32Array;
  theme: Theme;
  colour: (name: string) => string;
}

/** Bands from the top, CSS pixels. */
export const bands = { gutter: 168, minimap: [0, 34], axis: [38, 56], loop: [58, 92], gc: [94, 108], lanes: 114 } as const;

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

const xOf = ({ view, width }: Picture, us: number) => bands.gutter + ((us - view.from) / (view.to - view.from)) * (width - bands.gutter);

function drawMinimap(ctx: CanvasRenderingContext2D, p: Picture): void {
  const { theme: t, density, width, view, endUs } = p;
  const [top, bottom] = bands.minimap;
  const plot = width - bands.gutter;
  ctx.fillStyle = withAlpha(t.muted, 0.6);
  for (let x = 0; x < density.length; x++) {
    const h = Math.sqrt(density[x]!) * (bottom - top - 4);
    if (h > 0) ctx.fillRect(bands.gutter + (x / density.length) * plot, bottom - Math.max(1, h), Math.max(1, plot / density.length), Math.max(1, h));
  }
  let drawn = -Infinity;
  for (const b of p.events.blocks) {
    const x = bands.gutter + (b.atUs / endUs) * plot;
    const w = Math.max(1.5, (b.durationUs / endUs) * plot);
    if (x + w < drawn + 1) continue;
    drawn = x + w;
    ctx.fillStyle = b.tool === null ? t.muted : p.colour(b.tool);
    ctx.fillRect(x, top, w, 4);
  }
  const left = bands.gutter + (view.from / endUs) * plot;
  const right = Math.max(left + 3, bands.gutter + (view.to / endUs) * plot);
  ctx.fillStyle = withAlpha(t.background, 0.65);
  ctx.fillRect(bands.gutter, top, left - bands.gutter, bottom - top);
  ctx.fillRect(right, top, width - right, bottom - top);
  ctx.strokeStyle = t.focus;
  ctx.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  label(ctx, p, 'Whole run', (top + bottom) / 2);
}

function drawAxis(ctx: CanvasRenderingContext2D, p: Picture): void {
  const { theme: t, view, width, height } = p;
  const step = tickStep(((view.to - view.from) / (width - bands.gutter)) * 90);
  ctx.strokeStyle = withAlpha(t.line, 0.6);
  ctx.fillStyle = t.muted;
  ctx.textAlign = 'left';
  ctx.beginPath();
  for (let us = Math.ceil(view.from / step) * step; us <= view.to; us += step) {
    const x = Math.round(xOf(p, us)) + 0.5;
    ctx.moveTo(x, bands.axis[0]);
    ctx.lineTo(x, height);
    if (x < width - 40) ctx.fillText(formatTick(us, step), x + 4, (bands.axis[0] + bands.axis[1]) / 2);
  }
  ctx.stroke();
}

/** A time of the axis, as exact as the step needs. */
function formatTick(us: number, step: number): string {
  if (step >= 1e6) return `${(us / 1e6).toFixed(0)} s`;
  if (us >= 10e6 && step >= 10_000) return `${(us / 1e6).toFixed(step >= 100_000 ? 1 : 2)} s`;
  return `${(us / 1000).toFixed(step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3)} ms`;
}

/** Utilisation as a faint area, blocks as bars in the colour of the tool that caused them. */
function drawLoop(ctx: CanvasRenderingContext2D, p: Picture): void {
  const { theme: t, events, view, width } = p;
  const [top, bottom] = bands.loop;
  ctx.fillStyle = withAlpha(t.line, 0.35);
  ctx.fillRect(bands.gutter, top, width - bands.gutter, bottom - top);
  ctx.fillStyle = withAlpha(t.muted, 0.35);
  // the busiest stretch of a pixel stands for it
  let from: number = bands.gutter;
  let most = 0;
  for (const e of events.loop) {
    if (e.atUs < view.from) continue;
    most = Math.max(most, e.utilization);
    const to = Math.min(width, xOf(p, e.atUs));
    if (to - from < 1) continue;
    ctx.fillRect(from, bottom - most * (bottom - top), to - from, most * (bottom - top));
    from = to;
    most = 0;
    if (e.atUs > view.to) break;
  }
  let drawn = -Infinity;
  for (const b of events.blocks) {
    if (b.atUs + b.durationUs < view.from || b.atUs > view.to) continue;
    const x = Math.max(bands.gutter, xOf(p, b.atUs));
    const w = Math.max(2, Math.min(width, xOf(p, b.atUs + b.durationUs)) - x);
    if (x + w < drawn + 1) continue;
    drawn = x + w;
    ctx.fillStyle = b.tool === null ? t.muted : p.colour(b.tool);
    ctx.fillRect(x, top, w, bottom - top);
    const text = `${b.tool ?? 'no call'} ${formatUs(b.durationUs)}`;
    if (w > 80) inside(ctx, text, x, w, (top + bottom) / 2, t);
  }
  const seen = events.loop.length > 0 || events.blocks.length > 0;
  label(ctx, p, seen ? 'Event loop' : p.live ? 'Event loop: after the run' : 'Event loop: not seen', (top + bottom) / 2);
}

function drawGc(ctx: CanvasRenderingContext2D, p: Picture): void {
  const { theme: t, events, view } = p;
  const [top, bottom] = bands.gc;
  let last = -Infinity;
  for (const e of events.gc) {
    if (e.atUs + e.durationUs < view.from || e.atUs > view.to) continue;
    const x = Math.max(bands.gutter, xOf(p, e.atUs));
    const w = Math.max(1.5, xOf(p, e.atUs + e.durationUs) - x);
    const major = e.type === 'mark-sweep';
    if (!major && x + w < last + 1) continue;
    last = x + w;
    ctx.fillStyle = major ? t.foreground : t.muted;
    ctx.fillRect(x, top + (major ? 0 : 4), w, bottom - top - (major ? 0 : 4));
  }
  label(ctx, p, events.gc.length > 0 ? 'GC' : p.live ? 'GC: after the run' : 'GC: none seen', (top + bottom) / 2);
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

/** Text in the gutter, cut where it does not fit. */
function label(ctx: CanvasRenderingContext2D, p: Picture, text: string, y: number, x = 8): void {
  ctx.fillStyle = p.theme.foreground;
  ctx.textAlign = 'left';
  ctx.fillText(shorten(ctx, text, bands.gutter - x - 10), x, y);
}

/** Text on a coloured box: black or white, whichever reads; on a pale one the page's own. */
function inside(ctx: CanvasRenderingContext2D, text: string, x: number, width: number, y: number, t: Theme, pale = false): void {
  ctx.fillStyle = pale ? t.foreground : t.kind.endsWith('light') ? '#ffffff' : '#000000';
  ctx.textAlign = 'left';
  ctx.fillText(shorten(ctx, text, width - 8), x + 4, y);
}

function shorten(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}
