import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { base } from '../styles.ts';

export interface Column {
  key: string;
  label: string;
  /** CSS track: `72px`, `minmax(120px, 2fr)`. */
  width: string;
  numeric?: boolean;
  sortable?: boolean;
  /** What the figures mean. */
  title?: string;
}

const rowHeight = 24;
const overscan = 8;

/**
 * A table of any number of rows of one height: only those in sight are on the page. Arrow keys, Page Up and Down, Home
 * and End move the active row, Enter and Space choose it.
 * Events: `choose` {row}, `active` {row}, `sort` {column}, `range` {from, to}.
 */
export class Grid extends LitElement {
  static override properties = {
    columns: { attribute: false }, count: { attribute: false }, renderCell: { attribute: false }, rowTitle: { attribute: false },
    sort: { attribute: false }, active: { attribute: false }, chosen: { attribute: false }, label: { type: String }, maxRows: { attribute: false },
    first: { state: true }, visible: { state: true },
  };
  declare columns: Column[];
  declare count: number;
  /** Content of a cell; may show a placeholder for a row that is not there yet. */
  declare renderCell: (row: number, column: Column) => unknown;
  declare rowTitle: ((row: number) => string) | null;
  declare sort: { column: string; descending: boolean } | null;
  declare active: number;
  declare chosen: ((row: number) => boolean) | null;
  declare label: string;
  /** Rows in sight before it scrolls; 0 fills the space it is given. */
  declare maxRows: number;
  declare first: number;
  declare visible: number;
  #range = '';
  #resize: ResizeObserver | undefined;

  constructor() {
    super();
    Object.assign(this, { columns: [], count: 0, renderCell: () => nothing, rowTitle: null, sort: null, active: -1, chosen: null, label: '', maxRows: 0, first: 0, visible: 40 });
  }

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .scroll { overflow: auto; min-height: 0; flex: 1; position: relative; outline-offset: -1px; }
      .line { display: grid; column-gap: 12px; align-items: center; padding: 0 8px; min-width: var(--grid-width); }
      .head { position: sticky; top: 0; z-index: 2; background: var(--vscode-editor-background); border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); height: 28px; font-size: 12px; }
      .head .cell { color: var(--vscode-descriptionForeground); }
      .head button { all: unset; cursor: pointer; }
      .head button:hover { color: var(--vscode-foreground); }
      .head button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
      .head [aria-sort='ascending'], .head [aria-sort='descending'] { color: var(--vscode-foreground); font-weight: 600; }
      .space { position: relative; min-width: var(--grid-width); }
      .body { position: absolute; inset: 0 0 auto 0; }
      .body .line { height: ${rowHeight}px; cursor: default; border-radius: 3px; }
      .body .line:hover { background: var(--vscode-list-hoverBackground); }
      .body .line[aria-selected='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); --row-muted: var(--vscode-list-activeSelectionForeground); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .scroll:focus-visible .line.active { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      .cell { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
      .cell.number { justify-self: end; max-width: 100%; }
      .muted { color: var(--row-muted, var(--vscode-descriptionForeground)); }
      .name { display: flex; align-items: center; gap: 8px; }
      .name span:last-child { overflow: hidden; text-overflow: ellipsis; }
      .zero { opacity: 0.7; }
      svg { display: block; overflow: visible; }
      .bar { height: 8px; border-radius: 1px; }
      .tag { display: inline-block; padding: 0 6px; border-radius: 8px; font-size: 11px; line-height: 16px; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
  }

  override render(): TemplateResult {
    const tracks = this.columns.map((c) => c.width).join(' ');
    const from = Math.max(0, Math.min(this.first, this.count - 1) - overscan);
    const to = Math.min(this.count, this.first + this.visible + overscan);
    const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    const height = `--grid-width:${leastWidth(this.columns)}px;${this.maxRows > 0 ? `max-height:${this.maxRows * rowHeight + 30}px` : ''}`;
    return html`<div class="scroll" role="grid" tabindex="0" aria-label=${this.label} aria-rowcount=${this.count + 1} aria-colcount=${this.columns.length}
        aria-activedescendant=${this.active >= from && this.active < to ? `r${this.active}` : nothing} .style=${height} @scroll=${() => this.#measure()} @keydown=${(e: KeyboardEvent) => this.#key(e)}>
      <div class="line head" role="row" aria-rowindex="1" .style=${`grid-template-columns:${tracks}`}>${this.columns.map((c) => this.#header(c))}</div>
      <div class="space" role="rowgroup" .style=${`height:${this.count * rowHeight}px`}>
        <div class="body" role="presentation" .style=${`transform:translateY(${from * rowHeight}px)`}>${rows.map((row) => this.#row(row, tracks))}</div>
      </div>
    </div>`;
  }

  #header(c: Column): TemplateResult {
    const order = this.sort?.column !== c.key ? 'none' : this.sort.descending ? 'descending' : 'ascending';
    const mark = { none: '', ascending: ' ↑', descending: ' ↓' }[order];
    return html`<div class="cell ${c.numeric ? 'number' : ''}" role="columnheader" title=${c.title ?? nothing} aria-sort=${c.sortable ? order : nothing}>
      ${c.sortable ? html`<button @click=${() => this.#emit('sort', { column: c.key })}>${c.label}${mark}</button>` : c.label}
    </div>`;
  }

  #row(row: number, tracks: string): TemplateResult {
    return html`<div class="line ${row === this.active ? 'active' : ''}" role="row" id="r${row}" aria-rowindex=${row + 2} aria-selected=${this.chosen?.(row) ?? row === this.active}
        title=${this.rowTitle?.(row) ?? nothing} .style=${`grid-template-columns:${tracks}`} @click=${(e: MouseEvent) => this.#choose(row, e)}>
      ${this.columns.map((c) => html`<div class="cell ${c.numeric ? 'number' : ''}" role="gridcell">${this.renderCell(row, c)}</div>`)}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    this.#measure();
    if (changed.has('active') && this.active >= 0) this.#reveal(this.active);
  }

  get #scroll(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.scroll')!;
  }

  #measure(): void {
    const scroll = this.#scroll;
    this.first = Math.floor(scroll.scrollTop / rowHeight);
    this.visible = Math.ceil(scroll.clientHeight / rowHeight);
    const from = Math.max(0, this.first - overscan);
    const to = Math.min(this.count, this.first + this.visible + overscan);
    if (this.#range === `${from}-${to}-${this.count}`) return;
    this.#range = `${from}-${to}-${this.count}`;
    this.#emit('range', { from, to });
  }

  #reveal(row: number): void {
    const scroll = this.#scroll;
    const top = row * rowHeight;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + rowHeight + 28 > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + rowHeight + 30 - scroll.clientHeight;
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || this.count === 0) return;
    const page = Math.max(1, this.visible - 2);
    const moves: Record<string, number> = {
      ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + page, PageUp: this.active - page, Home: 0, End: this.count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(this.count - 1, to));
      this.#emit('active', { row: this.active });
    } else if ((event.key === 'Enter' || event.key === ' ') && this.active >= 0) {
      event.preventDefault();
      this.#choose(this.active, event);
    }
  }

  #choose(row: number, event: MouseEvent | KeyboardEvent): void {
    this.active = row;
    this.#emit('choose', { row, add: event.ctrlKey || event.metaKey || event.shiftKey });
  }

  #emit(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('mcp-grid', Grid);

/** Under this width the table scrolls sideways: the first figure of each track, the gaps and the padding. */
const leastWidth = (columns: readonly Column[]) => columns.reduce((sum, c) => sum + (parseFloat(/\d+/.exec(c.width)?.[0] ?? '0') + 12), 4);
