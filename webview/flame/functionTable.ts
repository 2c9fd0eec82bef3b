import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { formatRatio, formatUs } from '../../src/model/format.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import type { FrameTable } from './model/frames.ts';
import { placeOf } from './names.ts';
import type { View } from './protocol.ts';

type Sort = 'name' | 'self' | 'total' | 'file';

/** The functions of a view as a table: what the picture says, for those who read or hear it. Event: `choose` {frame}. */
export class FunctionTable extends LitElement {
  static override properties = { view: { attribute: false }, frames: { attribute: false }, names: { attribute: false }, marks: { attribute: false }, chosen: { type: Number }, narrow: { type: Boolean }, sort: { state: true }, rows: { state: true } };
  declare view: View | null;
  declare frames: FrameTable | null;
  declare names: readonly string[];
  /** Only functions marked here, when something is searched. */
  declare marks: Uint8Array | null;
  declare chosen: number;
  /** Beside a picture: without the file and the ratio of self time. */
  declare narrow: boolean;
  declare sort: { column: Sort; descending: boolean };
  declare rows: Int32Array;

  constructor() {
    super();
    this.view = this.frames = this.marks = null;
    this.names = [];
    this.chosen = -1;
    this.narrow = false;
    this.sort = { column: 'self', descending: true };
    this.rows = new Int32Array(0);
  }

  static override styles = css`
    :host { display: flex; flex-direction: column; }
    mcp-grid { flex: 1; padding: 0 12px; }
  `;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('view') || changed.has('marks') || changed.has('sort')) this.rows = this.#sorted();
  }

  override render(): TemplateResult {
    const columns: Column[] = [
      { key: 'self', label: 'Self', width: '84px', numeric: true, sortable: true, title: 'Time in the function itself' },
      { key: 'selfRatio', label: '%', width: '52px', numeric: true },
      { key: 'total', label: 'Total', width: '84px', numeric: true, sortable: true, title: 'With all that it called; recursion counts once' },
      { key: 'totalRatio', label: '%', width: '52px', numeric: true },
      { key: 'name', label: 'Function', width: 'minmax(120px, 2fr)', sortable: true },
      { key: 'file', label: 'File', width: 'minmax(100px, 2fr)', sortable: true },
    ];
    return html`<mcp-grid label="Functions by time" .columns=${this.narrow ? columns.filter((c) => c.key !== 'file' && c.key !== 'selfRatio') : columns} .count=${this.rows.length} .sort=${this.sort} .active=${this.rows.indexOf(this.chosen)}
      
      .rowTitle=${(row: number) => (this.frames ? `${this.names[this.rows[row]!]!} ${placeOf(this.frames, this.rows[row]!)}` : '')}
      .renderCell=${(row: number, column: Column) => this.#cell(this.rows[row]!, column.key)}
      @choose=${(e: CustomEvent<{ row: number; add: boolean }>) => this.dispatchEvent(new CustomEvent('choose', { detail: { frame: this.rows[e.detail.row]!, open: e.detail.add } }))}
      @sort=${(e: CustomEvent<{ column: Sort }>) => (this.sort = { column: e.detail.column, descending: this.sort.column === e.detail.column ? !this.sort.descending : e.detail.column === 'self' || e.detail.column === 'total' })}></mcp-grid>`;
  }

  #cell(frame: number, key: string): string {
    const { view, frames } = this;
    if (!view || !frames) return '';
    switch (key) {
      case 'self': return formatUs(view.selfUs[frame]!);
      case 'selfRatio': return formatRatio(share(view.selfUs[frame]!, view.busyUs));
      case 'total': return formatUs(view.functionTotalUs[frame]!);
      case 'totalRatio': return formatRatio(share(view.functionTotalUs[frame]!, view.busyUs));
      case 'name': return this.names[frame]!;
      default: return placeOf(frames, frame);
    }
  }

  #sorted(): Int32Array {
    const { view, frames, names, marks } = this;
    if (!view || !frames) return new Int32Array(0);
    const { column, descending } = this.sort;
    const rows = Int32Array.from(view.functionTotalUs.keys()).filter((f) => view.functionTotalUs[f]! > 0 && (!marks || marks[f] === 1));
    const sign = descending ? -1 : 1;
    if (column === 'self' || column === 'total') {
      const values = column === 'self' ? view.selfUs : view.functionTotalUs;
      return rows.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
    }
    const text = new Map(Array.from(rows, (f) => [f, column === 'name' ? names[f]! : placeOf(frames, f)]));
    const order = new Intl.Collator('en', { numeric: true });
    return rows.sort((a, b) => sign * order.compare(text.get(a)!, text.get(b)!) || a - b);
  }
}
customElements.define('mcp-flame-table', FunctionTable);

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
