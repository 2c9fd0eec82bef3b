import { css, html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import { StoreElement } from '../storeElement.ts';
import { base } from '../styles.ts';

const shownTools = 6;

/** What the tabs are narrowed to, and the way back. Nothing when they show everything. */
export class FilterBar extends StoreElement {
  static override styles = [base, css`
    .bar { display: flex; align-items: center; gap: 6px; flex-wrap: wrap; padding: 6px 20px; font-size: 12px; background: var(--vscode-editorWidget-background); border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); }
    .chip { display: inline-flex; align-items: center; gap: 6px; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 10px; padding: 0 4px 0 8px; line-height: 18px; background: var(--vscode-editor-background); }
    .chip button { all: unset; cursor: pointer; padding: 0 4px; border-radius: 8px; }
    .chip button:hover { background: var(--vscode-list-hoverBackground); }
    .chip button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  `];

  override render(): TemplateResult | typeof nothing {
    const { tools, span, request } = this.store.state.selection;
    if (tools.length === 0 && span === null && request === null) return nothing;
    const chip = (label: unknown, name: string, clear: () => void) => html`<span class="chip">${label}<button aria-label=${`Clear ${name}`} title="Clear" @click=${clear}>×</button></span>`;
    return html`<div class="bar" role="group" aria-label="Filters of all tabs">
      <span class="muted">Showing</span>
      ${tools.slice(0, shownTools).map((name) => chip(html`<span class="swatch" .style=${`background:${this.store.colour(name)}`}></span>${name}`, name, () => this.store.toggleTool(name)))}
      ${tools.length > shownTools ? html`<span class="muted">and ${tools.length - shownTools} more tools</span>` : nothing}
      ${span ? chip(`${formatUs(span[0])} – ${formatUs(span[1])}`, 'the span', () => this.store.select({ span: null })) : nothing}
      ${request !== null ? chip(`request ${request}`, 'the request', () => this.store.select({ request: null })) : nothing}
      <button class="link" @click=${() => this.store.select({ tools: [], span: null, request: null })}>Show everything</button>
    </div>`;
  }
}
customElements.define('mcp-filter-bar', FilterBar);
