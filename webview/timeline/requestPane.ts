import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatRatio, formatUs } from '../../src/model/format.ts';
import type { Block } from '../../src/model/run.ts';
import type { RequestDetail } from '../data/protocol.ts';
import { sourceLink } from '../parts/sourceLink.ts';
import { StoreElement } from '../storeElement.ts';
import { base, quietButton } from '../styles.ts';

/** Where the time of one request went, with the evidence for it. */
export class RequestPane extends StoreElement {
  static override properties = { ...StoreElement.properties, detail: { attribute: false } };
  declare detail: RequestDetail;

  static override styles = [base, quietButton, css`
    :host { padding: 12px 20px; overflow: auto; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); }
    .title { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; margin-bottom: 10px; }
    .title strong { font-size: 14px; }
    .bars { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 12px; align-items: center; }
    .bar { display: flex; height: 18px; gap: 1px; }
    .bar i { min-width: 1px; border-radius: 1px; }
    .parts { grid-column: 2; display: flex; gap: 2px 18px; flex-wrap: wrap; font-size: 12px; margin-bottom: 4px; }
    .parts span { display: inline-flex; gap: 6px; align-items: center; white-space: nowrap; }
    .evidence { margin-top: 10px; display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 8px 32px; }
    ul { margin: 4px 0 0; padding: 0; list-style: none; }
    li { display: flex; gap: 12px; justify-content: space-between; }
    pre { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 120px; overflow: auto; background: var(--vscode-textCodeBlock-background); padding: 6px 8px; border-radius: 3px; font-size: 12px; }
  `];

  override render(): TemplateResult {
    const { record: r, endUs, others } = this.detail;
    const total = endUs - r.queuedUs;
    const name = r.target ?? r.method;
    const blocks = this.store.run?.blocks ?? [];
    const own = blocks.filter((b) => b.request === r.request);
    const delaying = blocks.filter((b) => b.request !== r.request && b.atUs < endUs && b.atUs + b.durationUs > r.queuedUs);
    return html`
      <div class="title"><span class="swatch" .style=${`background:${this.store.colour(name)}`}></span><strong>${name}</strong><span class="muted">request ${r.request} · ${r.phase} · ${formatBytes(r.bytesOut)} out, ${formatBytes(r.bytesIn)} in · ${r.inFlight} in flight</span>
        ${r.outcome === 'ok' ? nothing : html`<span class="error">${r.outcome}${r.errorClass ? `: ${r.errorClass}` : ''}</span>`}
        <span class="spacer"></span><span class="row"><button class="link" @click=${() => this.store.follow({ to: 'tab', tab: 'trace', request: r.request })}>its messages</button>
        <button class="link" @click=${() => this.store.follow({ to: 'tab', tab: 'flame', request: r.request })}>its flame</button></span></div>
      <div class="bars">${this.#breakdown(total)}</div>
      <div class="evidence">
        ${own.length > 0 ? html`<div><h2>Blocked the event loop</h2>${own.map((b) => this.#block(b))}</div>` : nothing}
        ${delaying.length > 0 ? html`<div><h2>Delayed by</h2><ul>${delaying.slice(0, 5).map((b) => html`<li><span>${b.tool ?? 'work of no call'}${b.frames[0] ? html` in ${sourceLink(this.store, b.frames[0])}` : nothing}</span><span class="number">${formatUs(b.durationUs)}</span></li>`)}</ul></div>` : nothing}
        ${others.length > 0 ? html`<div><h2>Pending meanwhile</h2><ul>${others.slice(0, 5).map((o) => html`<li><span>${o.name}</span><span class="number">${formatCount(o.count)}</span></li>`)}</ul></div>` : nothing}
        ${r.args === null || r.args === undefined ? nothing : html`<div><h2>Arguments</h2><pre class="mono" tabindex="0">${JSON.stringify(r.args, null, 1)}</pre></div>`}
      </div>`;
  }

  #breakdown(total: number): TemplateResult {
    const { record: r, endUs } = this.detail;
    const { theme } = this.store.state;
    const colour = this.store.colour(r.target ?? r.method);
    const written = r.writtenUs ?? r.queuedUs;
    const firstByte = r.firstByteUs ?? endUs;
    const pale = (share: number) => `color-mix(in srgb, ${colour} ${share}%, ${theme.background})`;
    const steps = [
      { name: 'Queue and write', us: written - r.queuedUs, colour: pale(45) },
      { name: r.firstByteUs === null ? 'Waiting; no byte came' : 'Server, until the first byte', us: firstByte - written, colour },
      ...(r.firstByteUs === null ? [] : [{ name: 'Receive and parse', us: endUs - firstByte, colour: pale(65) }]),
    ];
    const cpu = r.cpuUs ?? null;
    const blocked = r.blockedByOthersUs ?? null;
    const rest = Math.max(0, firstByte - written - (cpu ?? 0) - (blocked ?? 0));
    const evidence = [
      ...(cpu === null ? [] : [{ name: 'Own CPU', us: cpu, colour: theme.foreground }]),
      ...(blocked === null ? [] : [{ name: 'Blocked by others', us: blocked, colour: theme.muted }]),
      { name: 'Waiting: I/O, timers, wire', us: rest, colour: `color-mix(in srgb, ${theme.muted} 30%, ${theme.background})` },
    ];
    return html`${bar('Time', formatUs(total), steps, total)}${cpu === null && blocked === null ? html`<span></span><p class="muted">No CPU samples: what the server did meanwhile is not known.</p>` : bar('Evidence', '', evidence, total)}`;
  }

  #block(b: Block): TemplateResult {
    return html`<p class="muted">${formatUs(b.durationUs)}${b.delayedRequests > 0 ? `, delaying ${formatCount(b.delayedRequests)} calls of ${b.delayedTools.slice(0, 3).join(', ')}` : ''}</p>
      <ul>${b.frames.map((f) => html`<li>${sourceLink(this.store, f)}<span class="number">${formatUs(f.selfUs)}</span></li>`)}</ul>`;
  }
}
customElements.define('mcp-request-pane', RequestPane);

interface Part {
  name: string;
  us: number;
  colour: string;
}

function bar(label: string, figure: string, parts: Part[], total: number): TemplateResult {
  return html`<span class="muted">${label} <span class="number">${figure}</span></span>
    <div class="bar" role="img" aria-label=${`${label}: ${parts.map((p) => `${p.name} ${formatUs(p.us)}`).join(', ')}`}>${parts.map((p) => (p.us > 0 ? html`<i title=${`${p.name}: ${formatUs(p.us)}`} .style=${`flex:${p.us / total};background:${p.colour}`}></i>` : nothing))}</div>
    <div class="parts">${parts.map((p) => html`<span><i class="swatch" .style=${`background:${p.colour}`}></i>${p.name} <span class="number muted">${formatUs(p.us)} · ${formatRatio(p.us / total)}</span></span>`)}</div>`;
}
