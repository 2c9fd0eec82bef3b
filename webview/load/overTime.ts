import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { LoadInterval } from '../../src/model/load.ts';
import { formatBytes, formatCount, formatRate, formatRatio, formatUs, notMeasured } from '../../src/model/format.ts';
import '../charts/chart.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { base, quietButton, section } from '../styles.ts';
import type { Theme } from '../theme.ts';
import { errorClasses, isNarrow, perSecond, timeCharts, type Key, type TimeChart } from './timeModels.ts';
import { stages } from './words.ts';

/** How a load test went, span by span: charts over one time axis, or the same figures as a table. */
export class OverTime extends LitElement {
  static override properties = { intervals: { attribute: false }, version: { attribute: false }, endUs: { attribute: false }, theme: { attribute: false }, note: { attribute: false }, table: { state: true } };
  declare intervals: readonly LoadInterval[];
  /** The list is changed in place while a test goes on; this tells that it was. */
  declare version: number;
  declare endUs: number;
  declare theme: Theme;
  /** Beside the heading. */
  declare note: TemplateResult | typeof nothing;
  declare table: boolean;

  constructor() {
    super();
    Object.assign(this, { version: 0, note: nothing, table: false });
  }

  static override styles = [base, section, quietButton, css`
    .charts { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 20px 24px; }
    figure { margin: 0; grid-column: span 6; min-width: 0; }
    figure.small { grid-column: span 3; }
    mcp-line-chart { height: 150px; }
    .large mcp-line-chart { height: 220px; }
    .small mcp-line-chart { height: 110px; }
    figcaption { display: flex; align-items: baseline; gap: 2px 12px; font-size: 12px; min-height: 20px; }
    figcaption b { font-size: 13px; font-weight: 600; white-space: nowrap; }
    figcaption .muted { flex: 1 1 0; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .keys { display: inline-flex; gap: 2px 12px; flex-wrap: wrap; }
    .keys span { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
    mcp-grid { margin: 0 -8px; }
    @media (max-width: 1000px) { figure.small { grid-column: span 6; } }
    @media (max-width: 640px) { figure, figure.small { grid-column: span 12; } figcaption { flex-wrap: wrap; } }
  `];

  override render(): TemplateResult {
    return html`<section aria-label="Over time">
      <div class="heading"><h2>Over time</h2>${this.note}<span class="spacer"></span><button class="quiet" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>Show as table</button></div>
      ${this.table ? this.#rows() : html`<div class="charts">${guard([this.version, this.intervals, this.endUs, this.theme], () => timeCharts(this.intervals, this.endUs, this.theme).map((c, n) => this.#chart(c, n)))}</div>`}
    </section>`;
  }

  #chart(c: TimeChart, n: number): TemplateResult {
    const size = c.id === 'rates' || c.id === 'response' ? 'large' : isNarrow(c.id) ? 'small' : '';
    // what matters most moves with every message; of the others a half or a quarter, in turn, so that no frame draws all
    const every = size === 'large' ? 1 : size === 'small' ? 4 : 2;
    const drawing = Math.floor((this.version + n) / every);
    return html`<figure class=${size} data-chart=${c.id}>
      <figcaption><b>${c.title}</b>${c.keys.length > 1 || c.id === 'errors' ? html`<span class="keys">${c.keys.map((k) => html`<span>${lineSample(k)}${k.name}</span>`)}</span>` : nothing}<span class="muted" title=${c.note}>${c.note}</span></figcaption>
      <mcp-line-chart .theme=${this.theme} .model=${guard([drawing, this.intervals, this.endUs, this.theme, c.keys.length], () => c.model)}></mcp-line-chart>
    </figure>`;
  }

  #rows(): TemplateResult {
    const { intervals } = this;
    const classes = errorClasses(intervals);
    const columns: Column[] = [
      { key: 'at', label: 'Until', width: '72px', numeric: true },
      { key: 'stage', label: 'Stage', width: 'minmax(90px, 1fr)' },
      ...(['Offered', 'Achieved', 'Not sent'] as const).map((label): Column => ({ key: label, label, width: '96px', numeric: true })),
      ...(['p50', 'p90', 'p99', 'max'] as const).map((key): Column => ({ key, label: key === 'max' ? 'Max' : key, width: '76px', numeric: true })),
      { key: 'inFlight', label: 'In flight', width: '64px', numeric: true },
      ...classes.map((c, n): Column => ({ key: `error${n}`, label: c.name, width: 'minmax(96px, 160px)', numeric: true, title: 'per second' })),
      { key: 'cpu', label: 'CPU', width: '88px', numeric: true },
      { key: 'memory', label: 'Memory', width: '76px', numeric: true },
      { key: 'loop', label: 'Loop delay', width: '80px', numeric: true },
      { key: 'generator', label: 'Generator', width: '72px', numeric: true },
    ];
    return html`<mcp-grid label="Load test over time" .maxRows=${20} .columns=${columns} .count=${intervals.length} .renderCell=${(row: number, c: Column) => cell(intervals[row], c.key, classes)}></mcp-grid>`;
  }
}
customElements.define('mcp-load-over-time', OverTime);

function cell(i: LoadInterval | undefined, key: string, classes: ReturnType<typeof errorClasses>): string {
  if (!i) return '';
  switch (key) {
    case 'at':
      return formatUs(i.atUs);
    case 'stage':
      return stages[i.stage];
    case 'Offered':
      return formatRate(perSecond(i, i.due));
    case 'Achieved':
      return formatRate(perSecond(i, i.ok));
    case 'Not sent':
      return formatRate(perSecond(i, i.notSent));
    case 'p50':
    case 'p90':
    case 'p99':
    case 'max':
      return formatUs(i.responseUs?.[key] ?? null);
    case 'inFlight':
      return formatCount(i.inFlight);
    case 'cpu':
      return i.server.cpu === null ? notMeasured : cores(i.server.cpu);
    case 'memory':
      return formatBytes(i.server.rssBytes);
    case 'loop':
      return formatUs(i.server.loopDelayP99Us);
    case 'generator':
      return formatRatio(i.generator.utilization);
    default:
      return formatRate(perSecond(i, classes[Number(key.slice('error'.length))]?.of(i) ?? 0), 'errors');
  }
}

/** `1.2 cores`. */
export const cores = (n: number): string => `${Number(n.toPrecision(n < 0.1 ? 1 : 3))} ${n === 1 ? 'core' : 'cores'}`;

/** A line as it is drawn. */
export function lineSample({ colour, dash, width, fill }: Key): TemplateResult {
  return html`<svg width="20" height="10" aria-hidden="true">${fill ? svg`<rect y="5" width="20" height="5" fill=${colour} fill-opacity="0.2"></rect>` : nothing}<line x1="0" x2="20" y1="5" y2="5" stroke=${colour} stroke-width=${width ?? 1.5} stroke-dasharray=${dash?.join(' ') ?? nothing}></line></svg>`;
}
