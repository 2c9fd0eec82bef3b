import type { EventColumns } from '../data/events.ts';
import type { TimelineData } from '../data/protocol.ts';
import type { Span } from '../data/statistics.ts';
import type { Theme } from '../theme.ts';
import type { Group } from './layout.ts';
import type { View } from './view.ts';

/** All that the timeline's picture is made of. */
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

export const xOf = ({ view, width }: Picture, us: number) => bands.gutter + ((us - view.from) / (view.to - view.from)) * (width - bands.gutter);

/** Text in the gutter, cut where it does not fit. */
export function label(ctx: CanvasRenderingContext2D, p: Picture, text: string, y: number, x = 8): void {
  ctx.fillStyle = p.theme.foreground;
  ctx.textAlign = 'left';
  ctx.fillText(shorten(ctx, text, bands.gutter - x - 10), x, y);
}

/** Text on a coloured box: black or white, whichever reads; on a pale one the page's own. */
export function inside(ctx: CanvasRenderingContext2D, text: string, x: number, width: number, y: number, t: Theme, pale = false): void {
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
