import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { formatBytes, formatCount, formatRatio, formatUs } from '../../src/model/format.ts';
import type { MemorySummary } from '../../src/model/run.ts';
import '../charts/chart.ts';
import { type ChartModel, timeFormat, withAlpha } from '../charts/model.ts';
import type { EventColumns } from '../data/events.ts';
import { inEditor, post } from '../host.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { sourceLink } from '../parts/sourceLink.ts';
import { Query, StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';

const siteColumns: Column[] = [
  { key: 'tool', label: 'Tool', width: 'minmax(100px, 160px)' },
  { key: 'site', label: 'Allocated in', width: 'minmax(180px, 1fr)' },
  { key: 'bar', label: '', width: '160px' },
  { key: 'bytes', label: 'Per call', width: '84px', numeric: true },
];

const series = [
  { key: 'rssBytes', name: 'RSS', title: 'memory of the whole process', dash: null },
  { key: 'heapTotalBytes', name: 'Heap reserved', title: 'reserved by V8', dash: [8, 4] },
  { key: 'heapUsedBytes', name: 'Heap used', title: 'live and not yet collected objects', dash: null },
  { key: 'externalBytes', name: 'External', title: 'buffers outside the heap', dash: [2, 3] },
] as const;

/** Who allocates, does it grow. */
export class MemoryTab extends StoreElement {
  static override properties = { ...StoreElement.properties, table: { state: true } };
  declare table: boolean;

  constructor() {
    super();
    this.table = false;
  }

  #events = new Query(this, () => {
    const { ready, dataVersion } = this.store.state;
    return ready.requests ? { key: [dataVersion], ask: () => this.store.data.ask('events', {}) } : null;
  });

  static override styles = [base, section, quietButton, css`
    mcp-line-chart { height: 240px; }
    .figures { display: flex; gap: 8px 32px; flex-wrap: wrap; margin: 0 0 16px; padding: 0; list-style: none; }
    .figures b { display: block; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
    .figures span { color: var(--vscode-descriptionForeground); font-size: 12px; }
    .keys { display: flex; gap: 4px 16px; flex-wrap: wrap; font-size: 12px; }
    .keys span { display: inline-flex; align-items: center; gap: 6px; }
    mcp-grid { margin: 0 -8px; }
  `];

  override render(): TemplateResult {
    const events = this.#events.value;
    const memory = this.store.run?.memory ?? null;
    if (memory === null && (events === null || events.memory.length === 0)) {
      return html`<div class="empty"><p>${this.store.state.live ? 'Waiting for the first figures…' : 'The memory of this server was not measured.'}</p>
        ${this.store.state.live ? nothing : html`<p>Only a Node server that is started by the profiler tells its heap; see the notices on the Overview tab.</p>`}</div>`;
    }
    return html`${memory ? this.#figures(memory) : nothing}${events && events.memory.length > 0 ? this.#overTime(events) : nothing}${this.store.state.live ? nothing : this.#sites(memory)}`;
  }

  #figures(m: MemorySummary): TemplateResult {
    const change = (f: { first: number; last: number }) => `${f.last >= f.first ? '+' : '−'}${formatBytes(Math.abs(f.last - f.first))} over the run`;
    return html`<ul class="figures">
      <li><b>${formatBytes(m.heapUsedBytes.max)}</b><span>heap used at most · ${change(m.heapUsedBytes)}</span></li>
      <li><b>${formatBytes(m.rssBytes.max)}</b><span>RSS at most · ${change(m.rssBytes)}</span></li>
      <li><b>${formatCount(m.gc.count)}</b><span>collections · ${formatUs(m.gc.totalUs)} in all, the longest ${formatUs(m.gc.maxUs)}${this.store.run ? ` · ${formatRatio(m.gc.totalUs / this.store.run.durationUs)} of the run` : ''}</span></li>
    </ul>`;
  }

  #overTime(events: EventColumns): TemplateResult {
    const colours = this.#colours();
    const { theme } = this.store.state;
    return html`<section>
      <div class="heading"><h2>Over time</h2><span class="keys">${series.map((s, i) => html`<span title=${s.title}>${lineSample(s, colours[i]!)}${s.name}</span>`)}<span title="mark-sweep collections"><i class="swatch" .style=${`background:${this.store.state.theme.muted};width:2px`}></i>Major GC</span></span>
        <span class="spacer"></span><button class="quiet" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>Show as table</button></div>
      ${this.table
        ? html`<mcp-grid label="Memory over time" .maxRows=${16} .count=${events.memory.length} .columns=${[{ key: 'atUs', label: 'Time', width: '96px', numeric: true }, ...series.map((s) => ({ key: s.key, label: s.name, width: '112px', numeric: true }))]}
            .renderCell=${(row: number, c: Column) => (c.key === 'atUs' ? formatUs(events.memory[row]!.atUs) : formatBytes(events.memory[row]![c.key as 'rssBytes']))}></mcp-grid>`
        : html`<mcp-line-chart .theme=${theme} .model=${guard([events, theme, this.store.state.selection.span], () => this.#model(events, colours))}></mcp-line-chart>`}
    </section>`;
  }

  /** No tool's colours: these lines are no tools. */
  #colours(): string[] {
    const { theme } = this.store.state;
    return [theme.foreground, theme.muted, theme.foreground, theme.muted];
  }

  #model(events: EventColumns, colours: string[]): ChartModel {
    const { span } = this.store.state.selection;
    const most = Math.max(...events.memory.map((m) => Math.max(m.rssBytes, m.heapTotalBytes)));
    const major = events.gc.filter((e) => e.type === 'mark-sweep');
    const endUs = Math.max(this.store.run?.durationUs ?? 0, events.memory.at(-1)!.atUs);
    return {
      label: 'Heap and RSS over time, with major collections',
      lines: [
        ...series.map((s, i) => ({ label: s.name, data: events.memory.map((m) => ({ x: m.atUs, y: m[s.key] })), borderColor: colours[i]!, ...(s.key === 'heapUsedBytes' ? { fill: 'origin', backgroundColor: withAlpha(colours[i]!, 0.1) } : {}), ...(s.dash ? { borderDash: [...s.dash] } : {}), ...(s.key === 'rssBytes' ? { borderWidth: 2.5 } : {}) })),
        // one line per collection from bottom to top, parted by gaps
        { data: major.flatMap((e) => [{ x: e.atUs, y: 0 }, { x: e.atUs, y: most * 1.05 }, { x: e.atUs, y: NaN }]), borderColor: withAlpha(this.store.state.theme.muted, 0.5), borderWidth: 1, pointHitRadius: 0 },
      ],
      x: { label: 'time of the run', type: 'linear', min: span?.[0] ?? 0, max: span?.[1] ?? endUs, format: timeFormat(endUs) },
      y: { label: '', type: 'linear', min: 0, max: most * 1.05, format: formatBytes },
      tooltipTitle: (p) => `at ${formatUs(p.x)}`,
    };
  }

  #sites(memory: MemorySummary | null): TemplateResult {
    const { tools } = this.store.state.selection;
    const sites = (memory?.sites ?? []).filter((s) => tools.length === 0 || tools.includes(s.tool)).toSorted((a, b) => b.bytesPerCall - a.bytesPerCall);
    const heading = html`<div class="heading"><h2>Allocation sites</h2><span class="muted">bytes allocated per call, estimated by sampling; each tool replayed alone</span></div>`;
    if ((memory?.sites ?? []).length === 0) {
      return html`<section>${heading}<div class="empty"><p>Heap sampling was ${this.store.run?.options.heap ? 'on, but no allocation was seen' : 'off in this run'}.</p>
        <p>Run with heap sampling to see which line allocates for which tool: ${inEditor ? html`switch on <code>mcpProfiler.heap</code>, then <button class="link" @click=${() => post({ type: 'profileAgain' })}>profile again</button>` : html`<code>mcp-profiler profile … --heap</code>`}.</p></div></section>`;
    }
    const most = sites[0]?.bytesPerCall ?? 1;
    return html`<section>${heading}
      ${sites.length === 0 ? html`<div class="empty"><p>The chosen tools allocated nothing that was seen.</p></div>` : html`<mcp-grid label="Allocation sites" .maxRows=${20} .columns=${siteColumns} .count=${sites.length} .renderCell=${(row: number, c: Column) => {
        const s = sites[row]!;
        switch (c.key) {
          case 'tool':
            return html`<span class="name"><span class="swatch" .style=${`background:${this.store.colour(s.tool)}`}></span><span>${s.tool}</span></span>`;
          case 'site':
            return html`<span class=${s.own ? '' : 'muted'}>${sourceLink(this.store, s)}</span>${s.callee === null ? nothing : html` <span class="muted">in <code>${s.callee}</code></span>`}`;
          case 'bar':
            return html`<div class="bar" .style=${`width:${(100 * s.bytesPerCall) / most}%;background:${this.store.colour(s.tool)}`}></div>`;
          default:
            return formatBytes(s.bytesPerCall);
        }
      }}></mcp-grid>`}
    </section>`;
  }
}
customElements.define('mcp-memory', MemoryTab);

/** Told apart by stroke, not by colour: colours belong to tools. */
function lineSample(s: (typeof series)[number], colour: string): TemplateResult {
  return html`<svg width="24" height="10" aria-hidden="true">${s.key === 'heapUsedBytes' ? svg`<rect y="5" width="24" height="5" fill=${colour} fill-opacity="0.2"></rect>` : nothing}<line x1="0" x2="24" y1="5" y2="5" stroke=${colour} stroke-width=${s.key === 'rssBytes' ? 2.5 : 1.5} stroke-dasharray=${s.dash?.join(' ') ?? nothing}></line></svg>`;
}
