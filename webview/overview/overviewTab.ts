import { css, html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { formatBytes, formatCount, formatUs, notMeasured } from '../../src/model/format.ts';
import type { RunRecord } from '../../src/model/run.ts';
import { minimumSamples } from '../data/statistics.ts';
import type { TimeSeries } from '../data/timeSeries.ts';
import type { SeriesFigures } from '../data/protocol.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { inlineCode } from '../parts/inlineCode.ts';
import { Query, StoreElement } from '../storeElement.ts';
import { base, section } from '../styles.ts';
import { cpuBar, cpuBarStyles } from './cpuBar.ts';
import { hotLines } from './hotLines.ts';
import { markWidth, percentileMark, type MarkScale } from './percentileMark.ts';
import { sentenceList, sentenceStyles } from './sentences.ts';
import { sparkline, sparkWidth } from './sparkline.ts';
import { sortRows, toolRows, type ToolRow } from './toolRows.ts';

const columns: Column[] = [
  { key: 'name', label: 'Tool', width: 'minmax(120px, 1fr)', sortable: true },
  { key: 'mark', label: 'p50 – p95 – p99', width: `${markWidth}px`, title: 'Latency of the successes on one log scale for all tools: dot p50, thick line to p95, thin line to p99, faint line to the slowest; dashed: the budget' },
  { key: 'p50', label: 'p50', width: '72px', numeric: true, sortable: true },
  { key: 'p95', label: 'p95', width: '72px', numeric: true, sortable: true },
  { key: 'p99', label: 'p99', width: '72px', numeric: true, sortable: true },
  { key: 'max', label: 'Max', width: '72px', numeric: true, sortable: true },
  { key: 'spark', label: 'Over time', width: `${sparkWidth}px`, title: 'Median and slowest over the run; each tool on its own scale' },
  { key: 'calls', label: 'Calls', width: '64px', numeric: true, sortable: true },
  { key: 'errors', label: 'Errors', width: '52px', numeric: true, sortable: true },
  { key: 'cpu', label: 'CPU/call', width: '72px', numeric: true, sortable: true, title: 'Main-thread time inside the calls’ spans, per call' },
  { key: 'block', label: 'Block max', width: '72px', numeric: true, sortable: true, title: 'Longest time over 50 ms that a call kept the event loop' },
  { key: 'bytes', label: 'Result', width: '68px', numeric: true, sortable: true, title: 'Bytes received per call' },
  { key: 'findings', label: 'Findings', width: '60px', numeric: true, sortable: true },
];

/** Which tool, how bad, why. */
export class OverviewTab extends StoreElement {
  #inSpan = new Query(this, () => {
    const { span } = this.store.state.selection;
    return span === null ? null : { key: [span, this.store.state.dataVersion], ask: () => this.store.data.ask('figures', { span }) };
  });
  #sparks = new Query(this, () => {
    const { run } = this.store;
    const { dataVersion, ready } = this.store.state;
    return run === null || !ready.requests ? null : { key: [run.id, dataVersion], ask: () => this.store.data.ask('timeSeries', { names: run.tools.map((t) => t.name), buckets: 32 }) };
  });

  static override styles = [
    base,
    section,
    cpuBarStyles,
    sentenceStyles,
    css`
      .notices { border-left: 3px solid var(--vscode-charts-yellow); padding: 4px 12px; margin: 0; list-style: none; color: var(--vscode-descriptionForeground); }
      vscode-textfield { width: 200px; }
      mcp-grid { margin: 0 -8px; }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { run, state } = this.store;
    if (run === null) return nothing;
    return html`
      <section aria-label="Answer">${sentenceList(run.sentences, (link) => this.store.follow(link))}</section>
      ${run.notices.length === 0 ? nothing : html`<section aria-label="Notices"><ul class="notices">${run.notices.map((n) => html`<li>${inlineCode(n)}</li>`)}</ul></section>`}
      ${this.#table(run)}
      <section>
        <div class="heading"><h2>Main thread</h2><span class="muted">${run.cpu ? `${formatCount(run.cpu.sampleCount)} samples, one each ${formatUs(run.cpu.samplingIntervalUs)}; wall time on the thread` : ''}</span></div>
        ${run.cpu ? cpuBar(run.cpu, this.store) : html`<p class="muted">No CPU samples in this run${run.options.cpu ? ': see the notices above.' : ': they were switched off. Profile again with CPU sampling on.'}</p>`}
      </section>
      ${hotLines(run, this.store)}
      ${state.problem === null ? nothing : html`<p class="error" role="alert">${state.problem}</p>`}`;
  }

  #table(run: RunRecord): TemplateResult {
    const { selection } = this.store.state;
    const inSpan = selection.span && this.#inSpan.value ? figuresByTool(this.#inSpan.value) : null;
    const filter = (selection.filters['overview'] ?? '').toLowerCase();
    const rows = sortRows(toolRows(run, inSpan).filter((r) => r.name.toLowerCase().includes(filter)), selection.sort);
    const sparks = new Map((this.#sparks.value?.series ?? []).map((s) => [run.tools[s.series]?.name, s]));
    const scale = scaleOf(rows, run.options.budgets.toolP95Us ?? null);
    return html`<section>
      <div class="heading">
        <h2>Tools</h2><span class="muted">${tally(rows)}${inSpan ? ', figures of the selected span' : ''}</span><span class="spacer"></span>
        <vscode-textfield placeholder="Filter tools" label="Filter tools" aria-label="Filter tools" .value=${selection.filters['overview'] ?? ''}
          @input=${(e: Event) => this.store.select({ filters: { ...selection.filters, overview: (e.target as HTMLInputElement).value } })}></vscode-textfield>
      </div>
      ${rows.length === 0
        ? html`<div class="empty"><p>${run.tools.length === 0 ? 'The server listed no tools.' : `No tool matches “${filter}”.`}</p></div>`
        : html`<mcp-grid label="Tools" .columns=${columns} .count=${rows.length} .maxRows=${24} .sort=${selection.sort} .rowTitle=${(row: number) => rows[row]?.skipped ?? ''}
            .chosen=${(row: number) => selection.tools.includes(rows[row]?.name ?? '')}
            .renderCell=${(row: number, column: Column) => this.#cell(rows[row]!, column.key, run, sparks, scale)}
            @choose=${(e: CustomEvent<{ row: number; add: boolean }>) => this.store.toggleTool(rows[e.detail.row]!.name, !e.detail.add)}
            @sort=${(e: CustomEvent<{ column: string }>) => this.#sort(e.detail.column)}></mcp-grid>`}
    </section>`;
  }

  #sort(column: string): void {
    const { sort } = this.store.state.selection;
    this.store.select({ sort: { column, descending: sort.column === column ? !sort.descending : column !== 'name' } });
  }

  #cell(r: ToolRow, key: string, run: RunRecord, sparks: Map<string | undefined, TimeSeries>, scale: MarkScale): unknown {
    const { theme } = this.store.state;
    const budget = run.options.budgets.toolP95Us ?? null;
    switch (key) {
      case 'name':
        return html`<span class="name"><span class="swatch" .style=${`background:${this.store.colour(r.name)}`}></span><span title=${r.name}>${r.name}</span></span>`;
      case 'mark':
        if (r.skipped !== null && r.calls === 0) return html`<span class="muted" title=${r.skipped}>not called: ${r.skipped}</span>`;
        return r.p50 === null ? insufficient(r, 'p50') : percentileMark(r, scale, this.store.colour(r.name), budget, theme.error);
      case 'p50':
        return percentileCell(r, 'p50', false);
      case 'p95':
        return percentileCell(r, 'p95', budget !== null && r.p95 !== null && r.p95 > budget);
      case 'p99':
        return percentileCell(r, 'p99', false);
      case 'max':
        return orDash(r.max, formatUs);
      case 'spark':
        return sparkline(sparks.get(r.name), this.#sparks.value?.span ?? [0, 1], this.store.colour(r.name));
      case 'calls':
        return formatCount(r.calls);
      case 'errors':
        return r.errors === 0 ? html`<span class="muted">0</span>` : html`<span class="error" title=${r.errorClasses || nothing}>${formatCount(r.errors)}</span>`;
      case 'cpu':
        return orDash(r.cpuPerCallUs, formatUs);
      case 'block':
        return r.blockMaxUs === 0 ? html`<span class="muted" title="no block over 50 ms">0 ms</span>` : orDash(r.blockMaxUs, formatUs);
      case 'bytes':
        return orDash(r.bytesPerCall, formatBytes);
      case 'findings':
        return r.findings === 0 ? html`<span class="muted">0</span>` : html`<button class="link" aria-label=${`${r.findings} findings of ${r.name}`} @click=${(e: Event) => { e.stopPropagation(); this.store.follow({ to: 'tab', tab: 'findings', tool: r.name }); }}>${r.findings}</button>`;
      default:
        return nothing;
    }
  }
}
customElements.define('mcp-overview', OverviewTab);

function tally(rows: ToolRow[]): string {
  const skipped = rows.filter((r) => r.calls === 0).length;
  return `${formatCount(rows.length - skipped)} called${skipped > 0 ? `, ${formatCount(skipped)} not` : ''}`;
}

const figuresByTool = ({ series, figures }: { series: { name: string; tool: boolean }[]; figures: SeriesFigures[] }) =>
  new Map(figures.filter((f) => series[f.series]!.tool).map((f) => [series[f.series]!.name, f]));

const orDash = (value: number | null, format: (value: number) => string) => (value === null ? html`<span class="muted" title="not measured">${notMeasured}</span>` : format(value));

function percentileCell(r: ToolRow, p: 'p50' | 'p95' | 'p99', over: boolean): unknown {
  const value = r[p];
  return value === null ? insufficient(r, p, true) : html`<span class=${over ? 'error' : ''} title=${over ? 'over its budget' : nothing}>${formatUs(value)}</span>`;
}

function insufficient(r: ToolRow, p: 'p50' | 'p95' | 'p99', short = false): TemplateResult {
  const reason = `insufficient samples: ${p} needs ${minimumSamples[p]} successful calls, there are ${r.samples}${r.max === null ? '' : `; the slowest took ${formatUs(r.max)}`}`;
  return html`<span class="muted" title=${reason} aria-label=${reason}>${short ? notMeasured : 'insufficient samples'}</span>`;
}

function scaleOf(rows: ToolRow[], budget: number | null): MarkScale {
  const values = rows.flatMap((r) => [r.p50, r.p95, r.p99, r.max]).filter((v) => v !== null);
  const max = Math.max(1, ...values, budget ?? 0);
  const min = Math.max(1, Math.min(max / 10, ...values));
  return { min: min * 0.8, max: max * 1.1 };
}
