import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatUs } from '../../src/model/format.ts';
import type { MessageRecord } from '../../src/model/trace.ts';
import { formatStamp } from '../parts/stamp.ts';
import { StoreElement } from '../storeElement.ts';
import { base, quietButton } from '../styles.ts';

/** One message: its stamps, and its text where bodies were kept. */
export class MessagePane extends StoreElement {
  static override properties = { ...StoreElement.properties, message: { attribute: false } };
  declare message: MessageRecord;

  static override styles = [base, quietButton, css`
    :host { overflow: auto; padding: 8px 20px 20px 16px; border-left: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); }
    .title { display: flex; gap: 8px; align-items: baseline; margin-bottom: 8px; }
    dl { display: grid; grid-template-columns: max-content max-content minmax(0, 1fr); gap: 2px 16px; margin: 0 0 12px; }
    dd { margin: 0; overflow-wrap: anywhere; }
    .wide { grid-column: 2 / span 2; }
    pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--vscode-textCodeBlock-background); padding: 8px 10px; border-radius: 3px; font-size: 12px; }
  `];

  override render(): TemplateResult {
    const m = this.message;
    const stamps = ([['Queued', m.queuedUs], ['Written', m.writtenUs], ['First byte', m.firstByteUs], ['Parsed', m.parsedUs]] as const).filter(([, us]) => us !== null);
    return html`
      <div class="title"><h2>${m.direction === 'out' ? 'To the server' : 'From the server'} · ${m.kind}</h2><span class="spacer"></span>
        <button class="quiet" aria-label="Close the detail" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>×</button></div>
      <dl>
        ${m.method ? html`<dt class="muted">Method</dt><dd class="wide mono">${m.method}</dd>` : nothing}
        ${m.target ? html`<dt class="muted">Target</dt><dd class="wide">${m.target}</dd>` : nothing}
        ${m.id === null ? nothing : html`<dt class="muted">Id</dt><dd class="wide mono">${m.id}</dd>`}
        <dt class="muted">Size</dt><dd class="wide">${formatBytes(m.bytes)}</dd>
        ${stamps.map(([name, us], i) => html`<dt class="muted">${name}</dt><dd class="number">${formatStamp(us!)}</dd><dd class="muted">${i === 0 ? nothing : `+${formatUs(us! - stamps[i - 1]![1]!)}`}</dd>`)}
      </dl>
      ${m.request === null ? nothing : html`<p><button class="link" @click=${() => this.store.follow({ to: 'tab', tab: 'timeline', request: m.request! })}>Request ${m.request} on the timeline</button></p><br>`}
      ${m.body === undefined ? html`<p class="muted">The text was not kept. Switch on <code>mcpProfiler.keepBodies</code> and profile again to see it.</p>` : html`<pre class="mono" tabindex="0">${pretty(m.body)}</pre>`}`;
  }
}
customElements.define('mcp-message-pane', MessagePane);

/** Laid out when it is JSON; as it came when it is not. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
