import { BarController, BarElement, Chart, type ChartConfiguration, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, type ScaleOptionsByType, Tooltip } from 'chart.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import type { Theme } from '../theme.ts';
import { type Axis, type ChartModel, isLabelled, type LineData, type Point, withAlpha } from './model.ts';

Chart.register(LineController, LineElement, PointElement, BarController, BarElement, LinearScale, LogarithmicScale, Filler, Tooltip);

/** A line chart in the theme's colours. Without animation: figures should stand still. Event: `moved` when its plot area moves. */
export class LineChart extends LitElement {
  static override properties = { model: { attribute: false }, theme: { attribute: false } };
  declare model: ChartModel;
  declare theme: Theme;
  #chart: Chart<'line', Point[]> | null = null;
  /** What the options were made of. */
  #options = '';

  static override styles = css`
    :host { display: block; position: relative; }
    div { position: absolute; inset: 0; }
  `;

  override render(): TemplateResult {
    return html`<div><canvas role="img" aria-label=${this.model.label}></canvas></div>`;
  }

  protected override updated(): void {
    const options = optionsKey(this.model, this.theme);
    if (this.#chart === null) {
      this.#options = options;
      this.#chart = new Chart(this.renderRoot.querySelector('canvas')!, {
        ...configure(() => this.model, this.theme),
        plugins: [
          { id: 'area', afterLayout: () => queueMicrotask(() => this.dispatchEvent(new CustomEvent('moved'))) },
          { id: 'marks', beforeDatasetsDraw: (chart) => drawMarks(chart, this.model, this.theme) },
        ],
      });
      return;
    }
    this.#chart.data.datasets = this.model.lines;
    // working the options out anew costs more than all the drawing: a chart that goes on keeps them
    if (options !== this.#options) this.#chart.options = configure(() => this.model, this.theme).options!;
    this.#options = options;
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

/** Changes with whatever the options of a chart depend on; `format` and the tooltip's functions are asked through the model. */
function optionsKey({ x, y, together }: ChartModel, theme: Theme): string {
  return JSON.stringify([x, y, together, theme]);
}

function configure(model: () => ChartModel, t: Theme): ChartConfiguration<'line', Point[]> {
  const m = model();
  const font = { family: t.fontFamily, size: 11 };
  const scale = (name: 'x' | 'y', a: Axis = m[name]): Partial<ScaleOptionsByType<'linear' | 'logarithmic'>> => ({
    type: a.type,
    ...(a.min === undefined ? {} : { min: a.min }),
    ...(a.max === undefined ? {} : { max: a.max }),
    ...(a.grace === undefined ? {} : { grace: a.grace }),
    title: { display: a.label !== '', text: a.label, color: t.muted, font, padding: 2, align: 'center' },
    border: { color: t.line, display: true },
    grid: { color: withAlpha(t.line, 0.6), tickLength: 4 },
    ticks: {
      color: t.muted, font, maxRotation: 0, autoSkipPadding: 16,
      callback: (value: string | number, _index: number, ticks: readonly { value: number }[]) => (a.type === 'logarithmic' && !isLabelled(Number(value), ticks) ? null : model()[name].format(Number(value))),
    } as never,
    ...(a.ticks ? { afterBuildTicks: (axis: { ticks: { value: number }[]; min: number; max: number }) => (axis.ticks = a.ticks!.filter((v) => v >= axis.min && v <= axis.max).map((value) => ({ value }))) } : {}),
  }) as never;
  return {
    type: 'line',
    data: { datasets: m.lines },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
      layout: { padding: { top: 6, right: 8 } },
      interaction: m.together ? { mode: 'index', intersect: false } : { mode: 'nearest', axis: 'xy', intersect: false },
      datasets: { line: { borderWidth: 1.5, pointRadius: 0, pointHitRadius: 6, pointHoverRadius: 4 } },
      plugins: {
        tooltip: {
          backgroundColor: t.background, titleColor: t.foreground, bodyColor: t.foreground, borderColor: t.border, borderWidth: 1, cornerRadius: 3, padding: 8, titleFont: { ...font, size: 12 }, bodyFont: { ...font, size: 12 }, boxWidth: 8, boxHeight: 8,
          filter: (item) => item.dataset.label !== undefined,
          callbacks: {
            title: (items) => (items[0] ? model().tooltipTitle(items[0].raw as Point) : ''),
            label: (item) => model().tooltipLine?.(item.dataset as LineData, item.raw as Point) ?? `${item.dataset.label ?? ''}: ${model().y.format((item.raw as Point).y)}`,
          },
        },
      },
      scales: { x: scale('x'), y: scale('y') },
    },
  };
}

/** Bands behind the lines, and the limit across them. */
function drawMarks({ ctx, chartArea: { left, right, top, bottom }, scales }: Chart, { bands, limit }: ChartModel, t: Theme): void {
  ctx.save();
  ctx.font = `11px ${t.fontFamily}`;
  for (const band of bands ?? []) {
    const from = Math.max(left, scales['x']!.getPixelForValue(band.from));
    const to = Math.min(right, scales['x']!.getPixelForValue(band.to));
    if (to <= from) continue;
    ctx.fillStyle = band.colour;
    ctx.fillRect(from, top, to - from, bottom - top);
    if (ctx.measureText(band.label).width + 8 > to - from) continue;
    ctx.fillStyle = t.muted;
    ctx.fillText(band.label, from + 4, top + 12);
  }
  if (limit) {
    const y = scales['y']!.getPixelForValue(limit.y);
    ctx.strokeStyle = ctx.fillStyle = limit.colour;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.textAlign = 'right';
    ctx.fillText(limit.label, right - 4, y - 4);
  }
  ctx.restore();
}
