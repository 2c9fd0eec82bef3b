import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import { outcomes } from '../data/columns.ts';
import type { EventColumns } from '../data/events.ts';
import type { TimelineData } from '../data/protocol.ts';
import type { Span } from '../data/statistics.ts';
import { base } from '../styles.ts';
import type { Theme } from '../theme.ts';
import { drawTimeline } from './draw.ts';
import { groupLanes, rowAt } from './layout.ts';
import { bands } from './picture.ts';
import { panView, type View, zoomView } from './view.ts';

const minimapColumns = 600;

/**
 * The picture of the timeline. The wheel zooms at the pointer (with Shift it pans, over the names it scrolls), a drag
 * pans, a Shift-drag selects a span, the minimap moves the view. Keys: arrows, + and -, 0 for the whole run, comma and
 * full stop for the previous and next request of the lane.
 * Events: `view` {view}, `pick` {row}, `brush` {span}.
 */
export class Waterfall extends LitElement {
  static override properties = {
    data: { attribute: false }, events: { attribute: false }, view: { attribute: false }, endUs: { attribute: false }, tools: { attribute: false }, span: { attribute: false },
    selectedRow: { attribute: false }, live: { attribute: false }, theme: { attribute: false }, colour: { attribute: false }, hover: { state: true }, size: { state: true },
  };
  declare data: TimelineData;
  declare events: EventColumns;
  declare view: View;
  declare endUs: number;
  declare tools: readonly string[];
  declare span: Span | null;
  declare live: boolean;
  declare selectedRow: number | null;
  declare theme: Theme;
  declare colour: (name: string) => string;
  declare hover: { row: number | null; block: EventColumns['blocks'][number] | null; x: number; y: number } | null;
  declare size: { width: number; height: number };
  #layout: ReturnType<typeof groupLanes> = { groups: [], height: 0 };
  #density: Float32Array = new Float32Array(0);
  #scrollTop = 0;
  #frame = 0;
  #resize: ResizeObserver | undefined;

  constructor() {
    super();
    this.hover = null;
    this.size = { width: 0, height: 0 };
  }

  static override styles = [base, css`
    :host { position: relative; overflow: hidden; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: default; }
    canvas:focus-visible { outline-offset: -1px; }
    .tip { position: absolute; z-index: 3; pointer-events: none; background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); border-radius: 3px; padding: 4px 8px; font-size: 12px; white-space: nowrap; box-shadow: 0 2px 8px var(--vscode-widget-shadow, #0003); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(([entry]) => (this.size = { width: entry!.contentRect.width, height: entry!.contentRect.height }));
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  override render(): TemplateResult {
    return html`<canvas tabindex="0" role="img" aria-label=${`Waterfall of ${this.data.request.length} requests, ${formatUs(this.view.from)} to ${formatUs(this.view.to)}. The table shows the same.`}
        aria-keyshortcuts="ArrowLeft ArrowRight + - 0 , ." @pointerdown=${(e: PointerEvent) => this.#down(e)} @pointermove=${(e: PointerEvent) => this.#move(e)} @pointerleave=${() => (this.hover = null)}
        @keydown=${(e: KeyboardEvent) => this.#key(e)}></canvas>${this.hover ? this.#tip(this.hover) : nothing}`;
  }

  protected override firstUpdated(): void {
    this.#canvas.addEventListener('wheel', (e) => this.#wheel(e), { passive: false });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('data') || changed.has('tools')) this.#layout = groupLanes(this.data, this.tools);
    if (changed.has('data') || changed.has('endUs')) this.#density = densityOf(this.data.startUs, this.endUs);
    if (changed.has('data')) this.hover = null;
  }

  protected override updated(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  get #canvas(): HTMLCanvasElement {
    return this.renderRoot.querySelector('canvas')!;
  }

  #draw(): void {
    const canvas = this.#canvas;
    const { width, height } = this.size;
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const ctx = canvas.getContext('2d')!;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#scrollTop = Math.max(0, Math.min(this.#scrollTop, this.#layout.height - (height - bands.lanes)));
    drawTimeline(ctx, {
      data: this.data, events: this.events, groups: this.#layout.groups, view: this.view, endUs: this.endUs, scrollTop: this.#scrollTop, contentHeight: this.#layout.height, width, height, span: this.span, live: this.live,
      selectedRow: this.selectedRow, hoveredRow: this.hover?.row ?? null, density: this.#density, theme: this.theme, colour: this.colour,
    });
  }

  #tip({ row, block, x, y }: NonNullable<Waterfall['hover']>): TemplateResult {
    const side = x > this.size.width - 260 ? `right:${this.size.width - x + 12}px` : `left:${x + 12}px`;
    return html`<div class="tip" .style=${`${side};top:${Math.min(y + 14, this.size.height - 60)}px`}>${row !== null ? this.#requestTip(row) : block ? html`<strong>${block.tool ?? 'Work of no call'}</strong> · ${block.request === null ? nothing : html`request ${block.request} · `}kept the event loop<br>${formatUs(block.durationUs)} <span class="muted">at ${formatUs(block.atUs)}</span>` : nothing}</div>`;
  }

  #requestTip(row: number): TemplateResult {
    const { data } = this;
    const outcome = outcomes[data.outcome[row]!]!;
    return html`<strong>${data.series[data.seriesOf[row]!]!.name}</strong> · request ${data.request[row]}${outcome === 'ok' ? nothing : html` · <span class="error">${outcome}</span>`}<br>
      ${formatUs(data.endUs[row]! - data.startUs[row]!)} <span class="muted">at ${formatUs(data.startUs[row]!)}</span>`;
  }

  /** The block under the pointer in the event-loop strip. */
  #blockAt(e: MouseEvent): EventColumns['blocks'][number] | null {
    if (e.offsetY < bands.loop[0] || e.offsetY > bands.loop[1] || e.offsetX < bands.gutter) return null;
    const us = this.#usAt(e.offsetX);
    const slack = this.#usPerPixel() * 2;
    return this.events.blocks.find((b) => us >= b.atUs - slack && us <= b.atUs + b.durationUs + slack) ?? null;
  }

  #usAt(x: number): number {
    return this.view.from + ((x - bands.gutter) / Math.max(1, this.size.width - bands.gutter)) * (this.view.to - this.view.from);
  }

  #usPerPixel(): number {
    return (this.view.to - this.view.from) / Math.max(1, this.size.width - bands.gutter);
  }

  #hit(e: MouseEvent): number | null {
    if (e.offsetY < bands.lanes || e.offsetX < bands.gutter) return null;
    return rowAt(this.data, this.#layout.groups, this.#usAt(e.offsetX), e.offsetY - bands.lanes + this.#scrollTop, this.#usPerPixel() * 2);
  }

  #wheel(e: WheelEvent): void {
    e.preventDefault();
    const pixels = e.deltaMode === 1 ? 16 : 1;
    if (e.offsetX < bands.gutter) {
      this.#scrollTop += e.deltaY * pixels;
      this.requestUpdate();
      return;
    }
    const sideways = e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY);
    if (sideways) this.#show(panView(this.view, (e.deltaX === 0 ? e.deltaY : e.deltaX) * pixels * this.#usPerPixel(), this.endUs));
    else this.#show(zoomView(this.view, 1.002 ** (-e.deltaY * pixels), this.#usAt(e.offsetX), this.endUs));
  }

  #move(e: PointerEvent): void {
    if (e.buttons !== 0) return;
    const row = this.#hit(e);
    const block = this.#blockAt(e);
    this.hover = row === null && block === null ? null : { row, block, x: e.offsetX, y: e.offsetY };
  }

  #down(e: PointerEvent): void {
    if (e.button !== 0) return;
    const canvas = this.#canvas;
    const start = { x: e.offsetX, y: e.offsetY, view: this.view, scrollTop: this.#scrollTop, us: this.#usAt(e.offsetX) };
    const onMinimap = e.offsetY < bands.minimap[1] && e.offsetX >= bands.gutter;
    const wholeUs = (x: number) => ((x - bands.gutter) / Math.max(1, this.size.width - bands.gutter)) * this.endUs;
    const center = (x: number) => this.#show(panView(this.view, wholeUs(x) - (this.view.from + this.view.to) / 2, this.endUs));
    if (onMinimap) center(e.offsetX);
    let moved = false;
    const move = (m: PointerEvent) => {
      if (!moved && Math.hypot(m.offsetX - start.x, m.offsetY - start.y) < 3) return;
      moved = true;
      this.hover = null;
      if (onMinimap) center(m.offsetX);
      else if (e.shiftKey) {
        const now = Math.min(this.endUs, Math.max(0, this.#usAt(m.offsetX)));
        this.#emit('brush', { span: [Math.min(start.us, now), Math.max(start.us, now)] });
      } else {
        this.#scrollTop = start.scrollTop - (m.offsetY - start.y);
        this.#show(panView(start.view, (start.x - m.offsetX) * this.#usPerPixel(), this.endUs));
        this.requestUpdate();
      }
    };
    const end = (m: PointerEvent) => {
      for (const name of ['pointerup', 'pointercancel'] as const) canvas.removeEventListener(name, end);
      canvas.removeEventListener('pointermove', move);
      if (moved || onMinimap || m.type !== 'pointerup') return;
      // a block leads to the request that it served
      const row = this.#hit(m) ?? this.data.request.indexOf(this.#blockAt(m)?.request ?? -1);
      this.#emit('pick', { row: row < 0 ? null : row });
    };
    canvas.setPointerCapture(e.pointerId);
    canvas.addEventListener('pointermove', move);
    for (const name of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(name, end);
  }

  #key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const width = this.view.to - this.view.from;
    const middle = (this.view.from + this.view.to) / 2;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.#show(panView(this.view, -width / 8, this.endUs)),
      ArrowRight: () => this.#show(panView(this.view, width / 8, this.endUs)),
      ArrowUp: () => this.#scroll(-40),
      ArrowDown: () => this.#scroll(40),
      '+': () => this.#show(zoomView(this.view, 1.5, middle, this.endUs)),
      '=': () => this.#show(zoomView(this.view, 1.5, middle, this.endUs)),
      '-': () => this.#show(zoomView(this.view, 1 / 1.5, middle, this.endUs)),
      '0': () => this.#show({ from: 0, to: this.endUs }),
      ',': () => this.#step(-1),
      '.': () => this.#step(1),
      Escape: () => this.#emit('pick', { row: null }),
    };
    const action = actions[e.key];
    if (!action) return;
    e.preventDefault();
    action();
  }

  #scroll(by: number): void {
    this.#scrollTop += by;
    this.requestUpdate();
  }

  /** The next or previous request of the same tool; the first in sight when none is selected. */
  #step(by: 1 | -1): void {
    const { data, selectedRow } = this;
    const shown = new Set(this.#layout.groups.map((g) => g.series));
    const series = selectedRow === null ? null : data.seriesOf[selectedRow]!;
    const inside = (row: number) => (series === null ? shown.has(data.seriesOf[row]!) && data.startUs[row]! >= this.view.from : data.seriesOf[row] === series);
    let row = selectedRow === null ? (by > 0 ? 0 : data.request.length - 1) : selectedRow + by;
    while (row >= 0 && row < data.request.length && !inside(row)) row += by;
    if (row >= 0 && row < data.request.length) this.#emit('pick', { row });
  }

  #show(view: View): void {
    this.#emit('view', { view });
  }

  #emit(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('mcp-waterfall', Waterfall);

function densityOf(startUs: Float64Array, endUs: number): Float32Array {
  const density = new Float32Array(minimapColumns);
  for (const us of startUs) density[Math.min(minimapColumns - 1, Math.floor((us / endUs) * minimapColumns))]!++;
  const most = density.reduce((a, b) => Math.max(a, b), 1);
  return density.map((n) => n / most);
}
