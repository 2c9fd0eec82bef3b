import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { paintMinimap } from './draw/minimap.ts';
import type { Look } from './draw/look.ts';
import type { FrameLook } from './draw/paint.ts';
import type { View } from './protocol.ts';

/** Height, CSS px. */
const HEIGHT = 36;
/** An edge of the window can be taken from this far, CSS px. */
const EDGE = 6;

/** The whole picture, small, with a window over what is in sight. Drag it, its edges, or a new one. Event: `range` {fromUs, toUs}. */
export class FlameMinimap extends LitElement {
  static override properties = { view: { attribute: false }, frames: { attribute: false }, look: { attribute: false } };
  declare view: View | null;
  declare frames: FrameLook | null;
  declare look: Look | null;
  #from = 0;
  #to = 1;
  #drag: { kind: 'move' | 'from' | 'to'; anchor: number; from: number; to: number } | null = null;
  #resize: ResizeObserver | undefined;

  static override styles = css`
    :host { display: block; position: relative; height: ${HEIGHT}px; overflow: hidden; cursor: crosshair; touch-action: none; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
    canvas { display: block; width: 100%; height: 100%; }
    .shade { position: absolute; top: 0; bottom: 0; background: var(--vscode-editor-background); opacity: 0.66; pointer-events: none; }
    .window { position: absolute; top: 0; bottom: 0; min-width: 3px; cursor: grab; box-shadow: inset 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); }
    .window:active { cursor: grabbing; }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(() => this.#paint());
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
  }

  override render(): TemplateResult {
    return html`<canvas aria-hidden="true"></canvas><div class="shade"></div><div class="shade"></div><div class="window"></div>`;
  }

  protected override firstUpdated(): void {
    this.addEventListener('pointerdown', (e) => this.#press(e));
    this.addEventListener('pointermove', (e) => this.#move(e));
    this.addEventListener('pointerup', () => (this.#drag = null));
    this.addEventListener('pointercancel', () => (this.#drag = null));
    this.addEventListener('dblclick', () => this.#emit(0, this.view?.totalUs ?? 1));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view') || changed.has('look') || changed.has('frames')) this.#paint();
  }

  /** Moves the window; cheap, for every frame of a zoom. */
  show(fromUs: number, toUs: number): void {
    this.#from = fromUs;
    this.#to = toUs;
    const total = this.view?.totalUs || 1;
    const [before, after, window] = this.renderRoot.querySelectorAll<HTMLElement>('.shade, .window');
    if (!before || !after || !window) return;
    const left = `${Math.max(0, (fromUs / total) * 100)}%`;
    const right = `${Math.max(0, (1 - toUs / total) * 100)}%`;
    Object.assign(before.style, { left: '0', width: left });
    Object.assign(after.style, { right: '0', width: right });
    Object.assign(window.style, { left, right });
  }

  #paint(): void {
    const { view, frames, look } = this;
    const canvas = this.renderRoot.querySelector('canvas');
    const scale = Math.min(devicePixelRatio, 2);
    const width = Math.round(this.clientWidth * scale);
    const height = Math.round(HEIGHT * scale);
    if (!view || !frames || !look || !canvas || width === 0) return;
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    paintMinimap(new Uint32Array(image.data.buffer), width, height, view, frames, look);
    canvas.getContext('2d', { alpha: false })!.putImageData(image, 0, 0);
    this.show(this.#from, this.#to);
  }

  #at(event: PointerEvent): number {
    const box = this.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * (this.view?.totalUs ?? 1);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || !this.view) return;
    this.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    const near = (EDGE / this.clientWidth) * this.view.totalUs;
    const whole = this.#to - this.#from >= this.view.totalUs * 0.999;
    const kind = !whole && Math.abs(at - this.#from) < near ? 'from' : !whole && Math.abs(at - this.#to) < near ? 'to' : !whole && at > this.#from && at < this.#to ? 'move' : null;
    this.#drag = kind ? { kind, anchor: at, from: this.#from, to: this.#to } : { kind: 'to', anchor: at, from: at, to: at };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return;
    const at = this.#at(event);
    const by = at - drag.anchor;
    const from = drag.kind === 'to' ? drag.from : drag.from + by;
    const to = drag.kind === 'from' ? drag.to : drag.to + by;
    if (Math.abs(to - from) > 0) this.#emit(Math.min(from, to), Math.max(from, to));
  }

  #emit(fromUs: number, toUs: number): void {
    this.dispatchEvent(new CustomEvent('range', { detail: { fromUs, toUs } }));
  }
}
customElements.define('mcp-flame-minimap', FlameMinimap);
