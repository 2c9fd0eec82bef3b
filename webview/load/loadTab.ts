import { html, type TemplateResult } from 'lit';
import { StoreElement } from '../storeElement.ts';
import { base, section } from '../styles.ts';
import './live.ts';
import './result.ts';

/** How much can it take: while a load test goes on, and its result. */
export class LoadTab extends StoreElement {
  static override styles = [base, section];

  override render(): TemplateResult {
    const { liveLoad, load, problem } = this.store.state;
    if (liveLoad) return html`<mcp-load-live .store=${this.store}></mcp-load-live>`;
    if (load) return html`<mcp-load-result .store=${this.store}></mcp-load-result>`;
    return html`<div class="empty">${problem === null ? html`<p>Reading the result…</p>` : html`<p class="error" role="alert">${problem}</p><p>Its folder may lack <code>load.json</code>: the test ended before it could be written.</p>`}</div>`;
  }
}
customElements.define('mcp-load', LoadTab);
