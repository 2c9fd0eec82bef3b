import { css, html, type TemplateResult } from 'lit';
import { StoreElement } from './storeElement.ts';
import { base, section } from './styles.ts';

/** Placeholder until the flame is there. */
export class FlameTab extends StoreElement {
  static override styles = [base, section, css``];
  override render(): TemplateResult {
    return html`<div class="empty"><p>Flame</p></div>`;
  }
}
customElements.define('mcp-flame-tab', FlameTab);
