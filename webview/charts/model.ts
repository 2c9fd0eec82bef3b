import type { ChartDataset } from 'chart.js';
import { formatUs } from '../../src/model/format.ts';

export type Point = { x: number; y: number };
export type LineData = ChartDataset<'line', Point[]>;

export interface Axis {
  label: string;
  type: 'linear' | 'logarithmic';
  min?: number;
  max?: number;
  format: (value: number) => string;
  /** Room above the highest line. */
  grace?: string;
  /** Values to mark, where the default steps mean nothing to a reader. */
  ticks?: number[];
}

/** A stretch of the x axis with a meaning of its own. */
export interface Band {
  from: number;
  to: number;
  label: string;
  colour: string;
}

export interface ChartModel {
  /** For screen readers: what the picture shows. */
  label: string;
  lines: LineData[];
  x: Axis;
  y: Axis;
  tooltipTitle: (point: Point) => string;
  tooltipLine?: (dataset: LineData, point: Point) => string;
  /** All lines have the same points along x: the tooltip tells of all of them. */
  together?: boolean;
  bands?: Band[];
  /** A limit: a line across. */
  limit?: { y: number; label: string; colour: string };
}

/** Marks of a time axis in one unit all along it. */
export const timeFormat = (endUs: number): ((us: number) => string) => (endUs < 10e6 ? formatUs : (us) => `${Number((us / 1e6).toPrecision(3))} s`);

/** A CSS colour with less of it. The short form is what a canvas parses fastest; it understands the other, too. */
export function withAlpha(colour: string, alpha: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return `color-mix(in srgb, ${colour} ${Math.round(alpha * 100)}%, transparent)`;
  return colour + Math.round(alpha * 255).toString(16).padStart(2, '0');
}

/** Fewer labels say nothing about what lies between them. */
const leastLabels = 3;

/** Whether a tick of a log axis is labelled: 1, 2 and 5 of each decade, and all that have room where a short range has too few of these. */
export const isLabelled = (value: number, ticks: readonly { value: number }[]): boolean => isRound(value) || (ticks.filter((t) => isRound(t.value)).length < leastLabels && !isCrowded(value, ticks));

/** An end of the axis is where the values end: its label would lie upon that of a tick close by. */
function isCrowded(value: number, ticks: readonly { value: number }[]): boolean {
  const [end, next, further] = value === ticks[0]?.value ? ticks : ticks.toReversed();
  return value === end?.value && next !== undefined && further !== undefined && Math.abs(Math.log(next.value / value)) < Math.abs(Math.log(further.value / next.value)) / 2;
}

function isRound(value: number): boolean {
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((d) => Math.abs(digit - d) < 1e-6);
}
