import { html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import type { HotLine, RunRecord } from '../../src/model/run.ts';
import type { Column } from '../parts/grid.ts';
import { sourceLink } from '../parts/sourceLink.ts';
import type { Store } from '../store.ts';

const columns: Column[] = [
  { key: 'line', label: 'Line', width: 'minmax(240px, 1fr)' },
  { key: 'tool', label: 'Tool', width: 'minmax(100px, 220px)' },
  { key: 'bar', label: '', width: '168px' },
  { key: 'self', label: 'Self time', width: '76px', numeric: true, title: 'Main-thread time on this very line, without what it calls' },
];

/** The lines that took the most time; those of the chosen tools when some are chosen. */
export function hotLines(run: RunRecord, store: Store): TemplateResult | typeof nothing {
  const { tools } = store.state.selection;
  const lines = run.hotLines.filter((l) => tools.length === 0 || (l.tool !== null && tools.includes(l.tool))).toSorted((a, b) => b.selfUs - a.selfUs);
  if (lines.length === 0) return nothing;
  const most = lines[0]!.selfUs;
  return html`<section>
    <div class="heading"><h2>Hot lines</h2><span class="muted">main-thread time on the line itself; your own code in full colour</span></div>
    <mcp-grid label="Hot lines" .maxRows=${12} .columns=${columns} .count=${lines.length} .renderCell=${(row: number, c: Column) => cell(lines[row]!, c.key, most, store)}></mcp-grid>
  </section>`;
}

function cell(l: HotLine, key: string, most: number, store: Store): unknown {
  switch (key) {
    case 'line':
      return html`<span class=${l.own ? '' : 'muted'}>${sourceLink(store, l)}${l.callee === null ? nothing : html` <span class="muted">in <code>${l.callee}</code></span>`}</span>`;
    case 'tool':
      return l.tool === null ? html`<span class="muted">no tool</span>` : html`<span class="name"><span class="swatch" .style=${`background:${store.colour(l.tool)}`}></span><span>${l.tool}</span></span>`;
    case 'bar':
      return html`<div class="bar" .style=${`width:${(100 * l.selfUs) / most}%;opacity:${l.own ? 1 : 0.5};background:${l.tool === null ? store.state.theme.muted : store.colour(l.tool)}`}></div>`;
    default:
      return formatUs(l.selfUs);
  }
}
