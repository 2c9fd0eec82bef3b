import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatUs } from '../../src/model/format.ts';
import { outcomes, phases } from '../data/columns.ts';
import { noEvents } from '../data/events.ts';
import type { TimelineData } from '../data/protocol.ts';
import { lowerBound, type Span } from '../data/statistics.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { formatStamp } from '../parts/stamp.ts';
import { Query, StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';
import './requestPane.ts';
import { type View, viewOf, zoomView } from './view.ts';
import './waterfall.ts';

const columns: Column[] = [
  { key: 'request', label: 'Request', width: '72px', numeric: true },
  { key: 'name', label: 'Tool or method', width: 'minmax(140px, 1fr)' },
  { key: 'phase', label: 'Phase', width: '72px' },
  { key: 'start', label: 'Start', width: '104px', numeric: true },
  { key: 'took', label: 'Duration', width: '84px', numeric: true },
  { key: 'queue', label: 'Queue', width: '84px', numeric: true },
  { key: 'server', label: 'Server', width: '84px', numeric: true },
  { key: 'parse', label: 'Parse', width: '84px', numeric: true },
  { key: 'outcome', label: 'Outcome', width: '84px' },
];

/** What happened in this slow moment. */
export class TimelineTab extends StoreElement {
  static override properties = { ...StoreElement.properties, view: { state: true }, table: { state: true } };
  declare view: View | null;
  declare table: boolean;
  #followedSpan: Span | null = null;
  #followedRequest: number | null = null;

  constructor() {
    super();
    this.view = null;
    this.table = false;
  }

  #timeline = new Query(this, () => {
    const { ready, dataVersion } = this.store.state;
    return ready.requests ? { key: [dataVersion], ask: () => this.store.data.ask('timeline', {}) } : null;
  });
  #events = new Query(this, () => {
    const { ready, dataVersion } = this.store.state;
    return ready.requests ? { key: [dataVersion], ask: () => this.store.data.ask('events', {}) } : null;
  });
  #detail = new Query(this, () => {
    const { ready, dataVersion, selection, live } = this.store.state;
    const { request } = selection;
    return ready.requests && request !== null && !live ? { key: [dataVersion, request], ask: () => this.store.data.ask('request', { request }) } : null;
  });

  static override styles = [base, section, quietButton, css`
    :host { display: flex !important; flex-direction: column; min-height: 0; }
    .tools { display: flex; align-items: center; gap: 8px; padding: 8px 20px; font-size: 12px; }
    mcp-waterfall, mcp-grid { flex: 1; min-height: 120px; }
    mcp-grid { padding: 0 12px; }
    mcp-request-pane { flex: none; max-height: 45%; }
    .hint { padding: 8px 20px; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); font-size: 12px; }
    kbd { font: inherit; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 3px; padding: 0 4px; }
  `];

  protected override willUpdate(): void {
    const { span, request } = this.store.state.selection;
    const data = this.#timeline.value;
    if (!data) return;
    if (span !== this.#followedSpan) {
      this.#followedSpan = span;
      if (span) this.view = viewOf(span[0], span[1], this.#endUs());
    }
    if (request !== null && request !== this.#followedRequest) this.#bring(data, request);
    this.#followedRequest = request;
  }

  /** Moves the view so that a request is in it, with some of what is around. */
  #bring(data: TimelineData, request: number): void {
    const row = data.request.indexOf(request);
    if (row < 0) return;
    const from = data.startUs[row]!;
    const to = data.endUs[row]!;
    const { view } = this;
    if (view && from >= view.from && to <= view.to && (to - from) / (view.to - view.from) > 0.01) return;
    this.view = viewOf(from - (to - from) * 2, to + (to - from) * 2, this.#endUs());
  }

  override render(): TemplateResult {
    const data = this.#timeline.value;
    const { state } = this.store;
    if (!data) return html`<div class="empty"><p>Reading the requests…</p></div>`;
    if (data.request.length === 0) return html`<div class="empty">${state.live ? html`<p>Waiting for the first answer…</p>` : html`<p>The run has no requests.</p><p>The Trace tab shows what was said.</p>`}</div>`;
    const endUs = this.#endUs();
    const view = this.view ?? { from: 0, to: endUs };
    const zoom = (factor: number) => (this.view = zoomView(view, factor, (view.from + view.to) / 2, endUs));
    const selected = state.selection.request === null ? -1 : data.request.indexOf(state.selection.request);
    return html`
      <div class="tools">
        <button class="quiet" @click=${() => zoom(2)} aria-label="Zoom in">+</button><button class="quiet" @click=${() => zoom(0.5)} aria-label="Zoom out">−</button>
        <button class="quiet" @click=${() => (this.view = null)}>Whole run</button>
        <span class="muted number">${formatUs(view.from)} – ${formatUs(view.to)}</span><span class="spacer"></span>
        <button class="quiet" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>Show as table</button>
      </div>
      ${this.table ? this.#table(data, view) : html`<mcp-waterfall .data=${data} .events=${this.#events.value ?? noEvents()} .view=${view} .endUs=${endUs} .tools=${state.selection.tools} .span=${state.selection.span} .live=${state.live !== null}
        .selectedRow=${selected < 0 ? null : selected} .theme=${state.theme} .colour=${(name: string) => this.store.colour(name)}
        @view=${(e: CustomEvent<{ view: View }>) => (this.view = e.detail.view)}
        @pick=${(e: CustomEvent<{ row: number | null }>) => this.store.select({ request: e.detail.row === null ? null : data.request[e.detail.row]! })}
        @brush=${(e: CustomEvent<{ span: Span }>) => { this.#followedSpan = e.detail.span; this.store.select({ span: e.detail.span }); }}></mcp-waterfall>`}
      ${this.#detail.value ? html`<mcp-request-pane .store=${this.store} .detail=${this.#detail.value}></mcp-request-pane>`
        : html`<div class="hint muted">Click a request to see where its time went. Wheel zooms (over the names it scrolls), drag pans, Shift-drag selects a span; keys: <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> arrows, <kbd>,</kbd> <kbd>.</kbd> for the previous and next request.</div>`}`;
  }

  #table(data: TimelineData, view: View): TemplateResult {
    const { tools } = this.store.state.selection;
    const wanted = data.series.map((s) => tools.length === 0 || (s.tool && tools.includes(s.name)));
    const rows: number[] = [];
    for (let row = 0, last = lowerBound(data.startUs, view.to); row < last; row++) if (data.endUs[row]! >= view.from && wanted[data.seriesOf[row]!]) rows.push(row);
    return html`<mcp-grid label="Requests in view" .columns=${columns} .count=${rows.length} .chosen=${(i: number) => data.request[rows[i]!] === this.store.state.selection.request}
      .renderCell=${(i: number, c: Column) => this.#cell(data, rows[i]!, c.key)} @choose=${(e: CustomEvent<{ row: number }>) => this.store.select({ request: data.request[rows[e.detail.row]!]! })}></mcp-grid>`;
  }

  #cell(d: TimelineData, row: number, key: string): unknown {
    const took = d.endUs[row]! - d.startUs[row]!;
    const known = (us: number) => formatUs(Number.isNaN(us) ? null : us);
    switch (key) {
      case 'request':
        return formatCount(d.request[row]!);
      case 'name': {
        const { name } = d.series[d.seriesOf[row]!]!;
        return html`<span class="name"><span class="swatch" .style=${`background:${this.store.colour(name)}`}></span><span>${name}</span></span>`;
      }
      case 'phase':
        return phases[d.phase[row]!];
      case 'start':
        return formatStamp(d.startUs[row]!);
      case 'took':
        return formatUs(took);
      case 'queue':
        return known(d.writtenUs[row]!);
      case 'server':
        return known(d.firstByteUs[row]! - d.writtenUs[row]!);
      case 'parse':
        return known(took - d.firstByteUs[row]!);
      case 'outcome': {
        const outcome = outcomes[d.outcome[row]!]!;
        return outcome === 'ok' ? 'ok' : html`<span class="error">${outcome}</span>`;
      }
      default:
        return nothing;
    }
  }

  #endUs(): number {
    const { live } = this.store.state;
    return Math.max(1, live ? live.nowUs : (this.store.run?.durationUs ?? 1));
  }
}
customElements.define('mcp-timeline', TimelineTab);
