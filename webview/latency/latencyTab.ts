import { css, html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { formatCount, formatUs } from '../../src/model/format.ts';
import '../charts/chart.ts';
import type { LineChart } from '../charts/chart.ts';
import '../charts/brush.ts';
import type { TimeAxis } from '../charts/brush.ts';
import type { SeriesFigures } from '../data/protocol.ts';
import type { Span } from '../data/statistics.ts';
import { type Column } from '../parts/grid.ts';
import { Query, StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';
import { curveModel, histogramModel, type Named, percentOfNines, seriesModel } from './models.ts';
import './toolPicker.ts';

/** More lines than these cannot be told apart; the slowest are shown until tools are chosen. */
const maxLines = 8;
const buckets = 240;

/** How are the times spread, and when was it slow. */
export class LatencyTab extends StoreElement {
  static override properties = { ...StoreElement.properties, axis: { state: true }, table: { state: true } };
  declare axis: TimeAxis | null;
  declare table: boolean;

  constructor() {
    super();
    this.axis = null;
    this.table = false;
  }

  #figures = new Query(this, () => {
    const { ready, dataVersion, selection } = this.store.state;
    return ready.requests ? { key: [dataVersion, selection.span], ask: () => this.store.data.ask('figures', { span: selection.span }) } : null;
  });
  #distributions = new Query(this, () => {
    const { dataVersion, selection } = this.store.state;
    const names = this.#shown();
    return names.length > 0 ? { key: [dataVersion, selection.span, names], ask: () => this.store.data.ask('distributions', { names, span: selection.span }) } : null;
  });
  #series = new Query(this, () => {
    const names = this.#shown();
    return names.length > 0 ? { key: [this.store.state.dataVersion, names], ask: () => this.store.data.ask('timeSeries', { names, buckets }) } : null;
  });

  static override styles = [base, section, quietButton, css`
    .layout { display: grid; grid-template-columns: 220px minmax(0, 1fr); gap: 24px; }
    .side { position: sticky; top: 0; height: calc(100vh - 170px); display: flex; flex-direction: column; min-height: 160px; }
    mcp-tool-picker { flex: 1; margin: 0 -8px; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(360px, 1fr)); gap: 24px; }
    mcp-line-chart { height: clamp(240px, 100vh - 540px, 420px); }
    .over-time { position: relative; }
    .over-time mcp-line-chart { height: 200px; }
    @media (max-width: 720px) { .layout { grid-template-columns: minmax(0, 1fr); } .side { position: static; height: 180px; } }
  `];

  override render(): TemplateResult {
    const figures = this.#toolFigures();
    if (!this.store.state.ready.requests) return html`<div class="empty"><p>Reading the requests…</p></div>`;
    if (figures.length === 0) {
      return html`<div class="empty">${this.store.state.live ? html`<p>Waiting for the first answer…</p>` : html`<p>No tool answered in this ${this.store.state.selection.span ? 'span' : 'run'}.</p><p>The Trace tab shows what was said.</p>`}</div>`;
    }
    const shown = new Set(this.#shown());
    const picked = figures.map((f) => ({ name: f.name, p95: f.p95, max: f.max, shown: shown.has(f.name) }));
    return html`<div class="layout">
      <div class="side">
        <div class="heading"><h2>Tools</h2><span class="muted">${shown.size < picked.length ? `${shown.size} of ${formatCount(picked.length)} drawn` : ''}</span></div>
        <mcp-tool-picker .store=${this.store} .tools=${picked}></mcp-tool-picker>
      </div>
      <div>${this.#charts()}${this.table ? this.#tables(figures) : nothing}</div>
    </div>`;
  }

  #charts(): TemplateResult {
    const { theme, selection } = this.store.state;
    const d = this.#distributions.value;
    const of = (series: number): Named => this.#named(series);
    const { run } = this.store;
    const { span, series } = this.#series.value ?? { span: [0, 1] as Span, series: [] };
    return html`
      <section>
        <div class="heading"><h2>Over time</h2><span class="muted">median and range; drag to select a span for every tab</span><span class="spacer"></span>
          <button class="quiet" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>Show as table</button></div>
        ${this.#series.value ? html`<div class="over-time">
          <mcp-line-chart .theme=${theme} .model=${guard([series, theme, run], () => seriesModel(series, span, of))} @moved=${(e: Event) => this.#moved(e.target as LineChart)}></mcp-line-chart>
          ${this.axis ? html`<mcp-brush label="Span of the run" .axis=${{ ...this.axis, from: span[0], to: span[1] }} .span=${selection.span} .describe=${([a, b]: Span) => `${formatUs(a)} to ${formatUs(b)}`}
            @brush=${(e: CustomEvent<{ span: Span | null }>) => this.store.select({ span: e.detail.span })}></mcp-brush>` : nothing}
        </div>` : nothing}
      </section>
      ${d ? html`<div class="pair">
        <section><div class="heading"><h2>Percentiles</h2><span class="muted">each step to the right is one nine more</span></div><mcp-line-chart .theme=${theme} .model=${guard([d, theme, run], () => curveModel(d.distributions, of))}></mcp-line-chart></section>
        <section><div class="heading"><h2>Histogram</h2><span class="muted">calls per bin of latency</span></div><mcp-line-chart .theme=${theme} .model=${guard([d, theme, run], () => histogramModel(d.edgesUs, d.distributions, of))}></mcp-line-chart></section>
      </div>` : nothing}`;
  }

  #tables(figures: NamedFigures[]): TemplateResult {
    const d = this.#distributions.value;
    const columns: Column[] = [
      { key: 'name', label: 'Tool', width: 'minmax(140px, 1fr)' },
      ...['calls', 'errors'].map((key) => ({ key, label: key === 'calls' ? 'Calls' : 'Errors', width: '72px', numeric: true })),
      ...['p50', 'p95', 'p99', 'max', 'mean'].map((key) => ({ key, label: key, width: '84px', numeric: true })),
    ];
    const bins = d ? Array.from(d.edgesUs.subarray(0, -1), (from, i) => ({ from, to: d.edgesUs[i + 1]!, counts: d.distributions.map((x) => x.bins[i] ?? 0) })).filter((b) => b.counts.some((n) => n > 0)) : [];
    const levels = [0, Math.log10(2), 1, Math.log10(20), 2, 3, 4];
    const perTool = (d?.distributions ?? []).map((x) => ({ key: String(x.series), label: this.#named(x.series).name, width: 'minmax(84px, 1fr)', numeric: true }));
    return html`
      <section><h2>Latency by tool</h2><mcp-grid label="Latency by tool" .maxRows=${16} .columns=${columns} .count=${figures.length}
        .renderCell=${(row: number, c: Column) => cell(figures[row]!, c.key)}></mcp-grid></section>
      <section><h2>Percentiles</h2><mcp-grid label="Percentiles by tool" .maxRows=${16} .columns=${[{ key: 'at', label: 'Percentile', width: '96px' }, ...perTool]} .count=${levels.length}
        .renderCell=${(row: number, c: Column) => (c.key === 'at' ? percentOfNines(levels[row]!) : formatUs(valueAt(d!.distributions.find((x) => String(x.series) === c.key)!, levels[row]!)))}></mcp-grid></section>
      <section><h2>Histogram</h2><mcp-grid label="Calls per bin of latency" .maxRows=${16} .columns=${[{ key: 'bin', label: 'Latency', width: '160px' }, ...perTool]} .count=${bins.length}
        .renderCell=${(row: number, c: Column) => (c.key === 'bin' ? `${formatUs(bins[row]!.from)} – ${formatUs(bins[row]!.to)}` : formatCount(bins[row]!.counts[perTool.findIndex((t) => t.key === c.key)]!))}></mcp-grid></section>`;
  }

  #moved(chart: LineChart): void {
    const { area } = chart;
    if (!area || (this.axis?.left === area.left && this.axis.right === area.right)) return;
    this.axis = { left: area.left, right: area.right, top: area.top, bottom: area.bottom, from: 0, to: 1 };
  }

  #named(series: number): Named {
    const name = this.#figures.value?.series[series]?.name ?? '';
    return { name, colour: this.store.colour(name) };
  }

  /** Tools with calls, slowest first. */
  #toolFigures(): NamedFigures[] {
    const answer = this.#figures.value;
    if (!answer) return [];
    return answer.figures
      .filter((f) => answer.series[f.series]!.tool && f.calls > 0)
      .map((f) => ({ ...f, name: answer.series[f.series]!.name }))
      .sort((a, b) => (b.p95 ?? b.max ?? 0) - (a.p95 ?? a.max ?? 0));
  }

  #shown(): string[] {
    const figures = this.#toolFigures();
    const { tools } = this.store.state.selection;
    const chosen = figures.filter((f) => tools.includes(f.name));
    return (chosen.length > 0 ? chosen : figures).slice(0, maxLines).map((f) => f.name);
  }
}
customElements.define('mcp-latency', LatencyTab);

type NamedFigures = SeriesFigures & { name: string };

function cell(f: NamedFigures, key: string): string {
  if (key === 'name') return f.name;
  if (key === 'calls' || key === 'errors') return formatCount(f[key]);
  return formatUs(f[key as 'p50' | 'p95' | 'p99' | 'max' | 'mean']);
}

/** Latency at a level of the curve; null past the last one the samples can tell. */
function valueAt(d: { nines: Float64Array; us: Float64Array }, nines: number): number | null {
  const i = d.nines.findIndex((n) => n >= nines - 1e-9);
  return i < 0 ? null : d.us[i]!;
}
