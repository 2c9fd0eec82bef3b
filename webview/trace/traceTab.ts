import { css, html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { formatBytes, formatCount, formatUs, notMeasured } from '../../src/model/format.ts';
import { kinds, type MessageFilter } from '../data/messages.ts';
import type { MessageRow } from '../data/protocol.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { formatStamp } from '../parts/stamp.ts';
import { Query, StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';
import './messagePane.ts';

const columns: Column[] = [
  { key: 'time', label: 'Time', width: '104px', numeric: true },
  { key: 'direction', label: 'Direction', width: '80px' },
  { key: 'kind', label: 'Kind', width: '88px' },
  { key: 'method', label: 'Method', width: 'minmax(120px, 0.5fr)' },
  { key: 'tool', label: 'Tool', width: 'minmax(100px, 1fr)' },
  { key: 'id', label: 'Id', width: '64px', numeric: true },
  { key: 'bytes', label: 'Size', width: '72px', numeric: true },
  { key: 'latency', label: 'Latency', width: '80px', numeric: true, title: 'Of the request that it answers: queued to parsed' },
];

/** What was said on the wire. */
export class TraceTab extends StoreElement {
  static override properties = { ...StoreElement.properties, range: { state: true }, row: { state: true } };
  declare range: { from: number; to: number };
  /** Message in the detail pane: its row in the file. */
  declare row: number | null;
  #rows = new Map<number, MessageRow>();

  constructor() {
    super();
    this.range = { from: 0, to: 0 };
    this.row = null;
  }

  #list = new Query(this, () => {
    const { ready, dataVersion } = this.store.state;
    const filter = this.#filter();
    return ready.messages ? { key: [dataVersion, filter], ask: async () => ({ ...(await this.store.data.ask('messages', { filter })), key: JSON.stringify([dataVersion, filter]) }) } : null;
  });
  #visible = new Query(this, () => {
    const list = this.#list.value;
    if (!list) return null;
    const rows = [...list.rows.subarray(this.range.from, this.range.to)].filter((row) => !this.#rows.has(row));
    return rows.length === 0 ? null : { key: [list.key, rows], ask: () => this.store.data.ask('messageRows', { rows }) };
  });
  #message = new Query(this, () => {
    const { row } = this;
    return row === null ? null : { key: [this.store.state.dataVersion, row], ask: () => this.store.data.ask('message', { row }) };
  });

  static override styles = [base, section, quietButton, css`
    :host { display: flex !important; flex-direction: column; min-height: 0; }
    .tools { display: flex; align-items: center; gap: 8px; padding: 8px 20px; flex-wrap: wrap; }
    .tools vscode-textfield { width: 240px; }
    .kinds { display: flex; gap: 4px; }
    .split { flex: 1; display: grid; grid-template-columns: minmax(0, 1fr); min-height: 0; }
    .split.open { grid-template-columns: minmax(0, 2fr) minmax(280px, 1fr); }
    mcp-grid { padding: 0 12px; min-height: 0; }
    @media (max-width: 760px) { .split.open { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1fr) minmax(0, 1fr); } }
  `];

  #filter(): MessageFilter {
    const { tools, span, request, filters } = this.store.state.selection;
    return { tools, span, request, text: filters['trace'] ?? '', kind: (filters['traceKind'] || null) as MessageFilter['kind'] };
  }

  protected override willUpdate(): void {
    for (const row of this.#visible.value ?? []) this.#rows.set(row.row, row);
    // what was scrolled past long ago need not be kept
    if (this.#rows.size > 5000) this.#rows = new Map((this.#visible.value ?? []).map((r) => [r.row, r]));
  }

  override render(): TemplateResult {
    const { ready, selection, reading } = this.store.state;
    const list = this.#list.value;
    if (!ready.messages || !list) return html`<div class="empty"><p>${reading ? 'Reading the messages…' : 'No messages yet.'}</p></div>`;
    const set = (change: Record<string, string>) => this.store.select({ filters: { ...selection.filters, ...change } });
    const active = this.row === null ? -1 : list.rows.indexOf(this.row);
    return html`
      <div class="tools">
        <vscode-textfield placeholder="Find by method, tool or id" label="Find messages" aria-label="Find messages" .value=${selection.filters['trace'] ?? ''} @input=${(e: Event) => set({ trace: (e.target as HTMLInputElement).value })}></vscode-textfield>
        <div class="kinds" role="group" aria-label="Kind of message">${kinds.map((kind) => html`<button class="quiet" aria-pressed=${selection.filters['traceKind'] === kind} @click=${() => set({ traceKind: selection.filters['traceKind'] === kind ? '' : kind })}>${kind}</button>`)}</div>
        <span class="spacer"></span><span class="muted number" role="status">${list.rows.length === list.total ? `${formatCount(list.total)} messages` : `${formatCount(list.rows.length)} of ${formatCount(list.total)} messages`}</span>
      </div>
      ${list.rows.length === 0
        ? html`<div class="empty"><p>${list.total === 0 ? 'No message was recorded.' : 'No message matches the filters.'}</p>${list.total === 0 ? nothing : html`<p><button class="link" @click=${() => this.store.select({ tools: [], span: null, request: null, filters: {} })}>Show all messages</button></p>`}</div>`
        : html`<div class="split ${this.row === null ? '' : 'open'}">
            <mcp-grid label="Messages" .columns=${columns} .count=${list.rows.length} .active=${active} .renderCell=${(i: number, c: Column) => this.#cell(this.#rows.get(list.rows[i]!), c.key)}
              @range=${(e: CustomEvent<{ from: number; to: number }>) => (this.range = e.detail)} @choose=${(e: CustomEvent<{ row: number }>) => this.#open(list.rows[e.detail.row]!)} @active=${(e: CustomEvent<{ row: number }>) => this.row !== null && this.#open(list.rows[e.detail.row]!)}></mcp-grid>
            ${this.row !== null && this.#message.value ? html`<mcp-message-pane .store=${this.store} .message=${this.#message.value} @close=${() => (this.row = null)}></mcp-message-pane>` : nothing}
          </div>`}`;
  }

  #open(row: number): void {
    this.row = row;
  }

  #cell(m: MessageRow | undefined, key: string): unknown {
    if (!m) return key === 'time' ? '…' : nothing;
    switch (key) {
      case 'time':
        return Number.isNaN(m.atUs) ? notMeasured : formatStamp(m.atUs);
      case 'direction':
        return m.direction === 'out' ? '→ server' : '← server';
      case 'kind':
        return m.kind === 'error' || m.kind === 'invalid' ? html`<span class="error">${m.kind}</span>` : m.kind;
      case 'method':
        return html`<span title=${m.method}>${m.method}</span>`;
      case 'tool':
        return m.target === '' ? nothing : html`<span class="name"><span class="swatch" .style=${`background:${this.store.colour(m.target)}`}></span><span title=${m.target}>${m.target}</span></span>`;
      case 'id':
        return m.id ?? nothing;
      case 'bytes':
        return formatBytes(m.bytes);
      case 'latency':
        return Number.isNaN(m.latencyUs) ? html`<span class="muted">${m.direction === 'in' && m.kind === 'response' ? notMeasured : ''}</span>` : formatUs(m.latencyUs);
      default:
        return nothing;
    }
  }
}
customElements.define('mcp-trace', TraceTab);
