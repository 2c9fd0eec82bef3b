import { css, html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import { StoreElement } from '../storeElement.ts';
import { base } from '../styles.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';

export interface PickedTool {
  name: string;
  p95: number | null;
  max: number | null;
  shown: boolean;
}

const columns: Column[] = [
  { key: 'name', label: 'Tool', width: 'minmax(90px, 1fr)' },
  { key: 'us', label: 'p95', width: '76px', numeric: true },
];

/** Legend and choice in one: the tools with their colours; a click shows one alone, with Ctrl or Shift it is added. */
export class ToolPicker extends StoreElement {
  static override properties = { ...StoreElement.properties, tools: { attribute: false } };
  declare tools: PickedTool[];

  static override styles = [base, css`
    :host { display: flex; flex-direction: column; min-height: 0; }
    mcp-grid { flex: 1; min-height: 60px; }
  `];

  override render(): TemplateResult {
    return html`<mcp-grid label="Tools to show" .columns=${columns} .count=${this.tools.length} .chosen=${(row: number) => this.store.state.selection.tools.includes(this.tools[row]?.name ?? '')}
      .rowTitle=${() => 'Click: this tool alone. Ctrl or Shift and click: add or take away.'}
      .renderCell=${(row: number, c: Column) => this.#cell(this.tools[row], c.key)}
      @choose=${(e: CustomEvent<{ row: number; add: boolean }>) => this.store.toggleTool(this.tools[e.detail.row]!.name, !e.detail.add)}></mcp-grid>`;
  }

  #cell(tool: PickedTool | undefined, key: string): unknown {
    if (!tool) return nothing;
    if (key === 'us') {
      if (tool.p95 === null) return html`<span class="muted" title="Too few samples for p95; the slowest took this">≤ ${formatUs(tool.max)}</span>`;
      return html`<span class=${tool.shown ? '' : 'muted'}>${formatUs(tool.p95)}</span>`;
    }
    const colour = this.store.colour(tool.name);
    return html`<span class="name"><span class="swatch" .style=${tool.shown ? `background:${colour}` : `box-shadow: inset 0 0 0 1.5px ${colour}`}></span><span class=${tool.shown ? '' : 'muted'}>${tool.name}</span></span>`;
  }
}
customElements.define('mcp-tool-picker', ToolPicker);
