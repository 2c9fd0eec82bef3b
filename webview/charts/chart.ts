import { BarController, BarElement, Chart, type ChartConfiguration, type ChartDataset, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, type ScaleOptionsByType, Tooltip } from 'chart.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import type { Theme } from '../theme.ts';

Chart.register(LineController, LineElement, PointElement, BarController, BarElement, LinearScale, LogarithmicScale, Filler, Tooltip);

export type Point = { x: number; y: number };
export type LineData = ChartDataset<'line', Point[]>;

export interface Axis {
  label: string;
  type: 'linear' | 'logarithmic';
  min?: number;
  max?: number;
  format: (value: number) => string;
  /** Values to mark, where the default steps mean nothing to a reader. */
  ticks?: number[];
}

export interface ChartModel {
  /** For screen readers: what the picture shows. */
  label: string;
  lines: LineData[];
  x: Axis;
  y: Axis;
  tooltipTitle: (point: Point) => string;
  tooltipLine?: (dataset: LineData, point: Point) => string;
}

/** A line chart in the theme's colours. Without animation: figures should stand still. Event: `moved` when its plot area moves. */
export class LineChart extends LitElement {
  static override properties = { model: { attribute: false }, theme: { attribute: false } };
  declare model: ChartModel;
  declare theme: Theme;
  #chart: Chart<'line', Point[]> | null = null;

  static override styles = css`
    :host { display: block; position: relative; }
    div { position: absolute; inset: 0; }
  `;

  override render(): TemplateResult {
    return html`<div><canvas role="img" aria-label=${this.model.label}></canvas></div>`;
  }

  protected override updated(): void {
    const configuration = configure(this.model, this.theme);
    if (this.#chart === null) {
      this.#chart = new Chart(this.renderRoot.querySelector('canvas')!, {
        ...configuration,
        plugins: [{ id: 'area', afterLayout: () => queueMicrotask(() => this.dispatchEvent(new CustomEvent('moved'))) }],
      });
      return;
    }
    this.#chart.data = configuration.data;
    this.#chart.options = configuration.options!;
    this.#chart.update('none');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#chart?.destroy();
    this.#chart = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  /** Plot area in pixels of the element. */
  get area(): { left: number; right: number; top: number; bottom: number } | null {
    return this.#chart?.chartArea ?? null;
  }

  xAt(pixel: number): number {
    return this.#chart?.scales['x']?.getValueForPixel(pixel) ?? NaN;
  }

  pixelAt(x: number): number {
    return this.#chart?.scales['x']?.getPixelForValue(x) ?? NaN;
  }
}
customElements.define('mcp-line-chart', LineChart);

function configure(m: ChartModel, t: Theme): ChartConfiguration<'line', Point[]> {
  const font = { family: t.fontFamily, size: 11 };
  const scale = (a: Axis): Partial<ScaleOptionsByType<'linear' | 'logarithmic'>> => ({
    type: a.type,
    ...(a.min === undefined ? {} : { min: a.min }),
    ...(a.max === undefined ? {} : { max: a.max }),
    title: { display: a.label !== '', text: a.label, color: t.muted, font, padding: 2, align: 'center' },
    border: { color: t.line, display: true },
    grid: { color: withAlpha(t.line, 0.6), tickLength: 4 },
    ticks: {
      color: t.muted, font, maxRotation: 0, autoSkipPadding: 16,
      callback: (value: string | number) => (a.type === 'logarithmic' && !isRound(Number(value)) ? null : a.format(Number(value))),
    } as never,
    ...(a.ticks ? { afterBuildTicks: (axis: { ticks: { value: number }[]; min: number; max: number }) => (axis.ticks = a.ticks!.filter((v) => v >= axis.min && v <= axis.max).map((value) => ({ value }))) } : {}),
  }) as never;
  return {
    type: 'line',
    data: { datasets: m.lines },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
      layout: { padding: { top: 6, right: 8 } },
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      datasets: { line: { borderWidth: 1.5, pointRadius: 0, pointHitRadius: 6, pointHoverRadius: 4 } },
      plugins: {
        tooltip: {
          backgroundColor: t.background, titleColor: t.foreground, bodyColor: t.foreground, borderColor: t.border, borderWidth: 1, cornerRadius: 3, padding: 8, titleFont: { ...font, size: 12 }, bodyFont: { ...font, size: 12 }, boxWidth: 8, boxHeight: 8,
          filter: (item) => item.dataset.label !== undefined,
          callbacks: {
            title: (items) => (items[0] ? m.tooltipTitle(items[0].raw as Point) : ''),
            label: (item) => m.tooltipLine?.(item.dataset as LineData, item.raw as Point) ?? `${item.dataset.label ?? ''}: ${m.y.format((item.raw as Point).y)}`,
          },
        },
      },
      scales: { x: scale(m.x), y: scale(m.y) },
    },
  };
}

/** Marks of a time axis in one unit all along it. */
export const timeFormat = (endUs: number): ((us: number) => string) => (endUs < 10e6 ? formatUs : (us) => `${Number((us / 1e6).toPrecision(3))} s`);

/** Labels of a log axis at 1, 2 and 5 only. */
function isRound(value: number): boolean {
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((d) => Math.abs(digit - d) < 1e-6);
}

/** A CSS colour with less of it. The short form is what a canvas parses fastest; it understands the other, too. */
export function withAlpha(colour: string, alpha: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return `color-mix(in srgb, ${colour} ${Math.round(alpha * 100)}%, transparent)`;
  return colour + Math.round(alpha * 255).toString(16).padStart(2, '0');
}
