import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Capacity, CapacityTry, LoadResult } from '../../src/model/loadResult.ts';
import { formatCount, formatRate, formatRatio, formatUs, notMeasured } from '../../src/model/format.ts';
import '../charts/chart.ts';
import { inlineCode } from '../parts/inlineCode.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { base, quietButton, section } from '../styles.ts';
import type { Theme } from '../theme.ts';
import { scalingModel, throughput } from './curves.ts';
import { tooFew } from './figures.ts';
import { cores, lineSample } from './overTime.ts';
import { headroom, instancesFor } from './instances.ts';
import { limitNames } from './words.ts';

const kinds: Record<CapacityTry['kind'], string> = { closed: 'closed loop', search: 'search', confirm: 'confirmation' };

const columns: Column[] = [
  { key: 'kind', label: 'Try', width: 'minmax(104px, 130px)' },
  { key: 'offered', label: 'Offered', width: '96px', numeric: true, title: 'Calls per second, or how many were kept in flight' },
  { key: 'achieved', label: 'Achieved', width: '96px', numeric: true },
  { key: 'p50', label: 'p50', width: '72px', numeric: true },
  { key: 'p99', label: 'p99', width: '80px', numeric: true },
  { key: 'errors', label: 'Errors', width: '60px', numeric: true },
  { key: 'inFlight', label: 'In flight', width: '64px', numeric: true, title: 'on average' },
  { key: 'cpu', label: 'Server CPU', width: '88px', numeric: true },
  { key: 'verdict', label: 'Held', width: '52px' },
  { key: 'why', label: 'Why not', width: 'minmax(180px, 1fr)' },
];

/** The answer of a capacity search, how it was found, how the server scales, and what that means for a wanted rate. */
export class CapacityView extends LitElement {
  static override properties = { result: { attribute: false }, theme: { attribute: false }, wanted: { state: true } };
  declare result: LoadResult;
  declare theme: Theme;
  /** Calls per second, as it was typed; null until then. */
  declare wanted: string | null;

  constructor() {
    super();
    this.wanted = null;
  }

  static override styles = [base, section, quietButton, css`
    .answer { display: flex; gap: 12px 40px; flex-wrap: wrap; align-items: flex-start; margin: 0 0 16px; }
    .rate { font-size: 26px; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
    .why { flex: 1; min-width: min(320px, 100%); max-width: 80ch; }
    .why p + p { margin-top: 4px; }
    .instances { border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 4px; padding: 8px 12px; }
    .instances input { font: inherit; width: 9ch; padding: 1px 6px; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-contrastBorder, currentColor)); border-radius: 2px; text-align: right; }
    .instances b { font-variant-numeric: tabular-nums; }
    .layout { display: grid; grid-template-columns: minmax(0, 1fr); gap: 20px; }
    mcp-line-chart { height: 240px; }
    .keys { display: inline-flex; gap: 2px 12px; flex-wrap: wrap; font-size: 12px; }
    .keys span { display: inline-flex; align-items: center; gap: 5px; }
    mcp-grid { margin: 0 -8px; }
    summary { cursor: pointer; width: max-content; }
  `];

  override render(): TemplateResult | typeof nothing {
    const { capacity } = this.result;
    return html`
      ${capacity ? html`<section aria-label="Capacity">
        <div class="heading"><h2>Capacity</h2><span class="muted">${formatCount(capacity.tries.length)} tries in ${formatUs(capacity.tookUs)}${this.result.slo ? `; held means ${this.result.slo.text}, without falling behind` : ''}</span></div>
        ${this.#answer(capacity)}
        <mcp-grid label="Tries" .maxRows=${14} .columns=${columns} .count=${capacity.tries.length} .rowTitle=${(row: number) => capacity.tries[row]?.reasons.join('; ') ?? ''} .renderCell=${(row: number, c: Column) => cell(capacity.tries[row]!, c.key)}></mcp-grid>
      </section>` : nothing}
      ${this.#scaling()}`;
  }

  #answer(c: Capacity): TemplateResult {
    return html`<div class="answer">
      <div><div class="rate">${c.rate === null ? 'no rate held' : formatRate(c.rate)}</div><div class="muted">${interval(c)}</div></div>
      <div class="why"><p>Limited by <b>${limitNames[c.limitedBy]}</b>.</p><p>${inlineCode(c.why)}</p></div>
      ${c.rate === null ? nothing : this.#instances(c.rate)}
    </div>`;
  }

  #instances(rate: number): TemplateResult {
    const text = this.wanted ?? String(Math.ceil((rate * 3) / 100) * 100);
    const needed = instancesFor(Number(text), rate);
    return html`<div class="instances">
      <label>How many instances for <input type="number" min="1" step="any" inputmode="decimal" .value=${text} @input=${(e: Event) => (this.wanted = (e.target as HTMLInputElement).value)}> calls/s?</label>
      <div role="status">${needed === null ? html`<span class="muted">Give a rate above 0.</span>` : html`<b>${formatCount(needed)}</b> ${needed === 1 ? 'instance' : 'instances'}, <span class="muted">each at ${formatRate(rate * (1 - headroom))}: ${formatRatio(headroom)} headroom</span>`}</div>
    </div>`;
  }

  #scaling(): TemplateResult | typeof nothing {
    const { scaling } = this.result;
    if (!scaling) return nothing;
    return html`<section aria-label="Throughput against concurrency">
      <div class="heading"><h2>Throughput against concurrency</h2><span class="keys"><span>${dot(this.theme.foreground)}measured</span><span>${lineSample({ name: '', colour: this.theme.accent, width: 2 })}Universal Scalability Law</span>${scaling.peak ? html`<span>${lineSample({ name: '', colour: this.theme.muted, dash: [4, 3], width: 1 })}peak</span>` : nothing}</span></div>
      <p class="muted">${scaling.peak ? html`Peak at ${formatCount(scaling.peak.concurrency)} in flight with ${formatRate(scaling.peak.rate)}: more make it slower.` : 'No peak within what was measured: more in flight did not make it slower.'}
        One alone makes ${formatRate(scaling.lambda)}; contention σ ${formatRatio(scaling.sigma)}, coherence κ ${scaling.kappa.toPrecision(2)}, R² ${scaling.r2.toFixed(3)}.</p>
      <mcp-line-chart .theme=${this.theme} .model=${guard([scaling, this.theme], () => scalingModel(scaling, this.theme))}></mcp-line-chart>
      <details><summary>As table</summary><mcp-grid label="Throughput against concurrency" .maxRows=${12} .columns=${[{ key: 'n', label: 'In flight', width: '80px', numeric: true }, { key: 'rate', label: 'Measured', width: '110px', numeric: true }, { key: 'fit', label: 'Fitted', width: '110px', numeric: true }]} .count=${scaling.points.length}
        .renderCell=${(row: number, { key }: Column) => { const p = scaling.points[row]!; return key === 'n' ? formatCount(p.concurrency) : formatRate(key === 'rate' ? p.rate : throughput(scaling, p.concurrency)); }}></mcp-grid></details>
    </section>`;
  }
}
customElements.define('mcp-load-capacity', CapacityView);

function interval({ rate, low, high }: Capacity): string {
  const parts = [
    low !== null && low === rate ? 'held twice' : low === null ? '' : `${formatRate(low)} held twice`,
    high === null ? (rate === null ? '' : 'and was never seen to fail') : `${formatRate(high)} did not hold`,
  ];
  return parts.filter((p) => p !== '').join(', ');
}

function cell(t: CapacityTry, key: string): unknown {
  switch (key) {
    case 'kind':
      return kinds[t.kind];
    case 'offered':
      return t.offered === null ? (t.concurrency === null ? notMeasured : `${formatCount(t.concurrency)} in flight`) : formatRate(t.offered);
    case 'achieved':
      return formatRate(t.achieved);
    case 'p50':
    case 'p99':
      return t.responseUs[key] === null ? html`<span class="muted" title=${tooFew(key, t.responseUs.samples)}>${notMeasured}</span>` : formatUs(t.responseUs[key]);
    case 'errors':
      return t.errorRatio > 0 ? html`<span class="error">${formatRatio(t.errorRatio)}</span>` : html`<span class="muted">0%</span>`;
    case 'inFlight':
      return Number(t.meanInFlight.toPrecision(3)).toLocaleString('en');
    case 'cpu':
      return t.serverCpu === null ? notMeasured : cores(t.serverCpu);
    case 'verdict':
      // a closed loop offers no rate that could be held
      return t.kind === 'closed' ? html`<span class="muted">${notMeasured}</span>` : t.sustainable ? 'yes' : html`<b>no</b>`;
    default:
      return html`<span>${t.reasons.join('; ')}</span>`;
  }
}

const dot = (colour: string) => html`<svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${colour}></circle></svg>`;
