import { formatUs } from '../../src/model/format.ts';
import { withAlpha } from '../charts/model.ts';
import { bands, inside, label, type Picture, xOf } from './picture.ts';
import { tickStep } from './view.ts';

/** The whole run, small, with the part in sight. */
export function drawMinimap(ctx: CanvasRenderingContext2D, p: Picture): void {
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

export function drawAxis(ctx: CanvasRenderingContext2D, p: Picture): void {
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
export function drawLoop(ctx: CanvasRenderingContext2D, p: Picture): void {
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

export function drawGc(ctx: CanvasRenderingContext2D, p: Picture): void {
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

