import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { base } from '../styles.ts';
import type { Span } from '../data/statistics.ts';

/** What the brush lies on: gives positions in its own pixels for times of the run. */
export interface TimeAxis {
  left: number;
  right: number;
  top: number;
  bottom: number;
  from: number;
  to: number;
}

const minimumPixels = 3;

/**
 * Drag to select a span of time; drag its edges or the whole to move it; a click outside clears it. With the keyboard:
 * arrows move it by a twentieth of the axis, with Shift they move its end, Escape clears it.
 * Event: `brush` {span}.
 */
export class Brush extends LitElement {
  static override properties = { axis: { attribute: false }, span: { attribute: false }, label: { type: String }, describe: { attribute: false } };
  declare axis: TimeAxis;
  declare span: Span | null;
  declare label: string;
  declare describe: (span: Span) => string;

  static override styles = [base, css`
    :host { display: block; position: absolute; inset: 0; }
    .area { position: absolute; inset: 0; cursor: crosshair; touch-action: none; }
    .area:focus-visible { outline-offset: -2px; }
    .span { position: absolute; background: color-mix(in srgb, var(--vscode-focusBorder) 18%, transparent); border: solid var(--vscode-focusBorder); border-width: 0 1px; cursor: grab; pointer-events: none; }
  `];

  override render(): TemplateResult {
    const { span } = this;
    const position = span ? `top:${this.axis.top}px;height:${this.axis.bottom - this.axis.top}px;left:${this.#pixel(span[0])}px;width:${Math.max(1, this.#pixel(span[1]) - this.#pixel(span[0]))}px` : '';
    return html`<div class="area" tabindex="0" role="slider" aria-label=${this.label} aria-valuemin=${Math.round(this.axis.from / 1000)} aria-valuemax=${Math.round(this.axis.to / 1000)}
      aria-valuenow=${Math.round((span?.[0] ?? this.axis.from) / 1000)} aria-valuetext=${span ? this.describe(span) : 'whole run'} title="Drag to select a span; it filters every tab"
      @pointerdown=${(e: PointerEvent) => this.#start(e)} @keydown=${(e: KeyboardEvent) => this.#key(e)}>
      ${span ? html`<div class="span" .style=${position}></div>` : nothing}
    </div>`;
  }

  #pixel(us: number): number {
    const { left, right, from, to } = this.axis;
    return left + Math.min(1, Math.max(0, (us - from) / (to - from))) * (right - left);
  }

  #time(event: PointerEvent): number {
    const { left, right, from, to } = this.axis;
    const x = event.clientX - this.getBoundingClientRect().left;
    return from + Math.min(1, Math.max(0, (x - left) / Math.max(1, right - left))) * (to - from);
  }

  #start(event: PointerEvent): void {
    if (event.button !== 0) return;
    const area = event.currentTarget as HTMLElement;
    const start = this.#time(event);
    const startX = event.clientX;
    const before = this.span;
    const edge = ((this.axis.to - this.axis.from) / Math.max(1, this.axis.right - this.axis.left)) * 5;
    // near an edge: keep the other one; inside: move both; else draw a new span
    const anchor = before && Math.abs(start - before[0]) < edge ? before[1] : before && Math.abs(start - before[1]) < edge ? before[0] : null;
    const inside = anchor === null && before !== null && start > before[0] && start < before[1];
    let moved = false;
    const move = (e: PointerEvent) => {
      if (!moved && Math.abs(e.clientX - startX) < minimumPixels) return;
      moved = true;
      const now = this.#time(e);
      if (inside) this.#emit(this.#inRange([before[0] + now - start, before[1] + now - start]));
      else this.#emit(ordered(anchor ?? start, now));
    };
    const end = () => {
      area.removeEventListener('pointermove', move);
      area.removeEventListener('pointerup', end);
      area.removeEventListener('pointercancel', end);
      if (!moved) this.#emit(null);
    };
    area.setPointerCapture(event.pointerId);
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerup', end);
    area.addEventListener('pointercancel', end);
  }

  #key(event: KeyboardEvent): void {
    const { from, to } = this.axis;
    const step = (to - from) / 20;
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Escape') this.#emit(null);
    else if (direction !== 0) {
      const [a, b] = this.span ?? [from, from + step * 4];
      if (this.span === null) this.#emit([a, b]);
      else if (event.shiftKey) this.#emit(ordered(a, Math.min(to, Math.max(a + step / 4, b + direction * step))));
      else this.#emit(this.#inRange([a + direction * step, b + direction * step]));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moved back into the axis, its width kept. */
  #inRange([a, b]: Span): Span {
    const shift = Math.max(this.axis.from - a, 0) + Math.min(this.axis.to - b, 0);
    return [a + shift, b + shift];
  }

  #emit(span: Span | null): void {
    this.dispatchEvent(new CustomEvent('brush', { detail: { span } }));
  }
}
customElements.define('mcp-brush', Brush);

const ordered = (a: number, b: number): Span => (a <= b ? [a, b] : [b, a]);
