import { css, html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import { tabs, type TabId } from '../src/model/finding.ts';
import { formatRatio } from '../src/model/format.ts';
import './flameTab.ts';
import './findings/findingsTab.ts';
import './latency/latencyTab.ts';
import './load/loadTab.ts';
import './memory/memoryTab.ts';
import './overview/overviewTab.ts';
import './parts/filterBar.ts';
import './parts/runHeader.ts';
import './timeline/timelineTab.ts';
import './trace/traceTab.ts';
import { StoreElement } from './storeElement.ts';
import { base } from './styles.ts';

const labels: Record<TabId, string> = { overview: 'Overview', latency: 'Latency', timeline: 'Timeline', flame: 'Flame', memory: 'Memory', trace: 'Trace', findings: 'Findings', load: 'Load' };
const profileTabs = tabs.filter((tab) => tab !== 'load');
const loadTabs: readonly TabId[] = ['load', 'findings'];
/** While a run goes on only these have something to show. */
const liveTabs: readonly TabId[] = ['latency', 'timeline', 'memory'];

/** The page: header, filters, tabs. Only the tab in sight exists. */
export class Panel extends StoreElement {
  static override styles = [base, css`
    :host { height: 100vh; display: flex; flex-direction: column; background: var(--vscode-editor-background); }
    vscode-tabs { flex: 1; min-height: 0; display: flex; flex-direction: column; }
    vscode-tab-panel { background: var(--vscode-editor-background); min-height: 0; overflow: hidden; }
    vscode-tab-panel:not([hidden]) { flex: 1; display: flex; flex-direction: column; }
    .page { flex: 1; overflow: auto; padding: 16px 20px 24px; min-height: 0; position: relative; }
    .page.fill { overflow: hidden; padding: 0; display: flex; flex-direction: column; }
    .page.fill > * { flex: 1; min-height: 0; }
    .count { color: var(--vscode-descriptionForeground); margin-left: 6px; font-variant-numeric: tabular-nums; }
    .reading { position: absolute; right: 20px; bottom: 12px; z-index: 5; background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 4px; padding: 4px 10px; font-size: 12px; color: var(--vscode-descriptionForeground); }
    .start { padding: 48px 20px; text-align: center; color: var(--vscode-descriptionForeground); }
  `];

  override render(): TemplateResult {
    const { state, run } = this.store;
    if (!run && !state.live && !state.liveLoad && state.content === null) {
      return html`<main class="start" role="status">${state.problem === null ? html`<p>Waiting for a run…</p>` : html`<p class="error">${state.problem}</p>`}</main>`;
    }
    const shown = this.#tabs();
    const current = shown.includes(state.selection.tab) ? state.selection.tab : shown[0]!;
    return html`
      <mcp-run-header .store=${this.store}></mcp-run-header>
      <mcp-filter-bar .store=${this.store}></mcp-filter-bar>
      <vscode-tabs panel .selectedIndex=${shown.indexOf(current)} @vsc-tabs-select=${(e: CustomEvent<{ selectedIndex: number }>) => this.store.select({ tab: shown[e.detail.selectedIndex]! })}>
        ${shown.map((tab) => html`<vscode-tab-header slot="header" data-tab=${tab}>${labels[tab]}${tab === 'findings' && run ? html`<span class="count">${run.findings.length}</span>` : nothing}</vscode-tab-header>`)}
        ${shown.map((tab) => html`<vscode-tab-panel panel>${tab === current ? this.#content(tab) : nothing}</vscode-tab-panel>`)}
      </vscode-tabs>
      ${state.reading ? html`<div class="reading" role="status">Reading ${state.reading.what}… ${formatRatio(state.reading.ratio)}</div>` : nothing}`;
  }

  #tabs(): readonly TabId[] {
    const { run, state } = this.store;
    if (state.live) return liveTabs;
    if (state.liveLoad) return ['load'];
    if (run === null) return ['flame'];
    return run.files.load === undefined ? profileTabs : loadTabs;
  }

  #content(tab: TabId): TemplateResult {
    const { store } = this;
    switch (tab) {
      case 'overview':
        return html`<main class="page"><mcp-overview .store=${store}></mcp-overview></main>`;
      case 'latency':
        return html`<main class="page"><mcp-latency .store=${store}></mcp-latency></main>`;
      case 'timeline':
        return html`<main class="page fill"><mcp-timeline .store=${store}></mcp-timeline></main>`;
      case 'flame':
        return html`<main class="page fill"><mcp-flame-tab .store=${store}></mcp-flame-tab></main>`;
      case 'memory':
        return html`<main class="page"><mcp-memory .store=${store}></mcp-memory></main>`;
      case 'trace':
        return html`<main class="page fill"><mcp-trace .store=${store}></mcp-trace></main>`;
      case 'findings':
        return html`<main class="page"><mcp-findings .store=${store}></mcp-findings></main>`;
      case 'load':
        return html`<main class="page"><mcp-load .store=${store}></mcp-load></main>`;
    }
  }
}
customElements.define('mcp-panel', Panel);
