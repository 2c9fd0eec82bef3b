import { css, html, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../src/model/finding.ts';
import { formatUs, formatValue } from '../../src/model/format.ts';
import { inEditor, post } from '../host.ts';
import { inlineCode } from '../parts/inlineCode.ts';
import { shortFile, sourceLink } from '../parts/sourceLink.ts';
import { StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';
import { orderFindings } from './order.ts';

const severities = { error: 'Error', warning: 'Warning', information: 'Information', hint: 'Hint' } as const;
const evidences = { confirmed: 'Confirmed by code and run', measured: 'Measured', static: 'Seen in the code' } as const;

/** What should I change. */
export class FindingsTab extends StoreElement {
  static override styles = [base, section, quietButton, css`
    ol { margin: 0; padding: 0; list-style: none; }
    article { padding: 14px 0; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 4px 24px; }
    li:first-child article { border-top: 0; }
    h3 { font-size: 14px; font-weight: 600; margin: 0; line-height: 1.4; max-width: 90ch; }
    .meta { grid-column: 1; display: flex; gap: 4px 12px; flex-wrap: wrap; font-size: 12px; color: var(--vscode-descriptionForeground); align-items: center; }
    .meta .tool { display: inline-flex; gap: 6px; align-items: center; }
    .tag { border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 8px; padding: 0 7px; line-height: 16px; font-size: 11px; }
    .tag { color: var(--vscode-foreground); }
    .tag.warning { border-color: var(--vscode-charts-yellow); }
    .tag.error { border-color: var(--vscode-errorForeground); }
    .saving { text-align: right; grid-row: 1 / span 2; grid-column: 2; }
    .saving b { display: block; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
    .saving span { font-size: 12px; color: var(--vscode-descriptionForeground); }
    .help { grid-column: 1; max-width: 90ch; margin-top: 2px; }
    dl { grid-column: 1; display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 4px 0 0; font-size: 12px; }
    dl div { display: flex; gap: 6px; }
    dt { color: var(--vscode-descriptionForeground); }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    details { grid-column: 1; font-size: 12px; margin-top: 4px; }
    summary { cursor: pointer; color: var(--vscode-descriptionForeground); width: max-content; }
    details ol { padding: 4px 0 0 16px; }
    .actions { grid-column: 1; display: flex; align-items: center; gap: 8px; margin-top: 6px; flex-wrap: wrap; }
  `];

  override render(): TemplateResult | typeof nothing {
    const { run, state } = this.store;
    if (!run) return nothing;
    const { tools } = state.selection;
    const shown = orderFindings(run.findings.filter((f) => tools.length === 0 || f.tools.length === 0 || f.tools.some((t) => tools.includes(t))));
    if (run.findings.length === 0) return html`<div class="empty"><p>No findings: nothing in this run broke a budget or blocked the event loop.</p><p>More calls per tool, or a higher concurrency, show more.</p></div>`;
    if (shown.length === 0) return html`<div class="empty"><p>No findings for ${tools.join(', ')}.</p><p><button class="link" @click=${() => this.store.select({ tools: [] })}>Show all ${run.findings.length}</button></p></div>`;
    return html`<div class="heading"><h2>${shown.length === 1 ? '1 finding' : `${shown.length} findings`}</h2><span class="muted">confirmed ones first, then by the time a call could save</span></div><ol>${shown.map((f) => html`<li>${this.#finding(f)}</li>`)}</ol>`;
  }

  #finding(f: Finding): TemplateResult {
    const { store } = this;
    return html`<article aria-label=${f.message}>
      <h3>${inlineCode(f.message)}</h3>
      ${f.savedUsPerCall === null ? nothing : html`<div class="saving"><b>${formatUs(f.savedUsPerCall)}</b><span>could be saved per call</span></div>`}
      <div class="meta"><span class="tag ${f.severity}">${severities[f.severity]}</span><span>${evidences[f.evidence]}</span>${inEditor ? html`<button class="link mono" title="What this rule looks for, and why" @click=${() => post({ type: 'showRule', rule: f.rule })}>${f.rule}</button>` : html`<code>${f.rule}</code>`}
        ${f.tools.slice(0, 5).map((t) => html`<span class="tool"><span class="swatch" .style=${`background:${store.colour(t)}`}></span>${t}</span>`)}${f.tools.length > 5 ? html`<span>and ${f.tools.length - 5} more</span>` : nothing}</div>
      <p class="help">${inlineCode(f.help)}</p>
      ${f.figures.length === 0 ? nothing : html`<dl>${f.figures.map(({ label, value, unit, link }) => html`<div><dt>${label}</dt><dd>${link ? html`<button class="link" @click=${() => store.follow(link)}>${formatValue(value, unit)}</button>` : formatValue(value, unit)}</dd></div>`)}</dl>`}
      ${f.path.length === 0 ? nothing : html`<details><summary>Stack, ${f.path.length} frames</summary><ol>${f.path.map((frame) => html`<li>${sourceLink(store, frame)}</li>`)}</ol></details>`}
      <div class="actions">
        ${f.file !== null && f.line !== null ? (inEditor ? html`<button class="quiet" @click=${() => store.follow({ to: 'source', file: f.file!, line: f.line! })}>Open ${shortFile(f.file)}:${f.line}</button>` : html`<code title=${f.file}>${shortFile(f.file)}:${f.line}</code>`) : nothing}
        ${f.tools[0] === undefined ? nothing : html`<button class="quiet" @click=${() => store.follow({ to: 'tab', tab: 'timeline', tool: f.tools[0]! })}>Show on the timeline</button>`}
      </div>
    </article>`;
  }
}
customElements.define('mcp-findings', FindingsTab);
