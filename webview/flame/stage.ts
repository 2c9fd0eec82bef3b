import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { reducedMotion } from '../theme.ts';
import { boxAt, rowOf, stepFrom, timesOf } from './boxes.ts';
import type { Box, Step } from './boxes.ts';
import { clamped, fitted, following, panned, showing, zoomed } from './camera.ts';
import type { Bounds, Camera } from './camera.ts';
import type { Look } from './draw/look.ts';
import type { FrameLook } from './draw/paint.ts';
import { keyAction, listenToPointer } from './input.ts';
import './minimap.ts';
import type { FlameMinimap } from './minimap.ts';
import { createPicture, ROW_HEIGHT, RULER_HEIGHT } from './picture.ts';
import type { Picture } from './picture.ts';
import type { View } from './protocol.ts';
import { formatTick } from './ticks.ts';

/** How long a jump to a box takes, ms. */
const JUMP_MS = 160;

export interface Hover {
  box: Box;
  /** CSS px from the upper left corner of the stage. */
  x: number;
  y: number;
}

/**
 * The picture with its minimap: zooms, pans, points at boxes and selects them.
 * Events: `hover` {Hover | null}, `pick` {box, open}, `sandwich`, `search`, `drawn` after each frame that changed.
 */
export class FlameStage extends LitElement {
  static override properties = { view: { attribute: false }, frames: { attribute: false }, look: { attribute: false }, selected: { attribute: false }, label: { type: String } };
  declare view: View | null;
  declare frames: FrameLook | null;
  declare look: Look | null;
  declare selected: Box | null;
  declare label: string;
  #camera: Camera = { fromUs: 0, toUs: 1, scroll: 0 };
  #picture: Picture | null = null;
  #pointed: Box | null = null;
  #frame = 0;
  #jump = 0;
  #resize: ResizeObserver | undefined;

  constructor() {
    super();
    this.view = this.frames = this.look = this.selected = null;
    this.label = '';
  }

  static override styles = css`
    :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; position: relative; }
    .window { flex: 1; min-height: 0; position: relative; overflow: hidden; outline: none; }
    .window:focus-visible::after { content: ''; position: absolute; inset: 0; pointer-events: none; box-shadow: inset 0 0 0 1px var(--vscode-focusBorder); }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; font-family: var(--vscode-editor-font-family, monospace); touch-action: none; }
    canvas.dragging { cursor: grabbing; }
    .mark { position: absolute; pointer-events: none; left: 0; top: 0; }
    .pointed { box-shadow: inset 0 0 0 1px var(--vscode-foreground); }
    .selected { box-shadow: inset 0 0 0 2px var(--vscode-contrastActiveBorder, var(--vscode-foreground)), 0 0 0 1px var(--vscode-editor-background); }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(() => this.#redraw());
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#jump);
    this.#frame = this.#jump = 0;
  }

  override render(): TemplateResult {
    return html`<mcp-flame-minimap .view=${this.view} .frames=${this.frames} .look=${this.look} @range=${(e: CustomEvent<{ fromUs: number; toUs: number }>) => this.#move({ ...this.#camera, ...e.detail })}></mcp-flame-minimap>
      <div class="window" tabindex="0" role="application" aria-roledescription="flame graph" aria-label=${this.label} aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight + - Home Enter Escape /"
          @keydown=${(e: KeyboardEvent) => this.#key(e)}>
        <canvas></canvas><div class="mark pointed" hidden></div><div class="mark selected" hidden></div>
      </div>`;
  }

  protected override firstUpdated(): void {
    const canvas = this.renderRoot.querySelector('canvas')!;
    this.#picture = createPicture(canvas);
    listenToPointer(canvas, {
      zoom: (x, factor) => this.#move(zoomed(this.#camera, x / canvas.clientWidth, factor, this.#bounds)),
      pan: (dx, dy) => this.#move(panned(this.#camera, -dx / canvas.clientWidth, -dy, this.#bounds)),
      hover: (x, y) => this.#point(x, y),
      leave: () => this.#unpoint(),
      click: (x, y, open) => {
        this.renderRoot.querySelector<HTMLElement>('.window')!.focus({ preventScroll: true });
        this.#pick(this.#boxAt(x, y), open);
      },
      doubleClick: (x, y) => {
        const box = this.#boxAt(x, y);
        if (box) this.zoomTo(box);
        else this.home();
      },
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('view');
    if (!changed.has('view') || !this.view) return;
    this.#pointed = null;
    // the same axis keeps its zoom; another one begins with the whole
    const same = before?.mode === this.view.mode && before.totalUs === this.view.totalUs;
    this.#camera = same ? clamped(this.#camera, this.#bounds) : this.#start();
  }

  protected override updated(): void {
    this.#redraw();
  }

  /** What is in sight, microseconds of the picture. */
  get span(): { fromUs: number; toUs: number } {
    return { fromUs: this.#camera.fromUs, toUs: this.#camera.toUs };
  }

  home(): void {
    this.#jumpTo(this.#start());
  }

  zoomTo(box: Box): void {
    if (!this.view) return;
    const { fromUs, toUs } = timesOf(this.view, box);
    this.#jumpTo(showing(this.#camera, fromUs, toUs, rowOf(this.view, box) * ROW_HEIGHT, ROW_HEIGHT, this.#bounds));
  }

  /** Moves only as far as needed to have a box in sight. */
  follow(box: Box): void {
    if (!this.view) return;
    const { fromUs, toUs } = timesOf(this.view, box);
    this.#jumpTo(following(this.#camera, fromUs, toUs, rowOf(this.view, box) * ROW_HEIGHT, ROW_HEIGHT, this.#bounds));
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.window')?.focus(options);
  }

  get #bounds(): Bounds {
    const height = (this.renderRoot.querySelector('.window')?.clientHeight ?? 0) - RULER_HEIGHT;
    return { totalUs: this.view?.totalUs ?? 1, contentHeight: (this.view?.rows ?? 0) * ROW_HEIGHT + ROW_HEIGHT, height };
  }

  /** The whole width; a sandwich with its middle in sight. */
  #start(): Camera {
    const bounds = this.#bounds;
    const camera = fitted(bounds);
    const callees = this.view?.mode === 'sandwich' ? this.view.layers[1] : undefined;
    return callees ? clamped({ ...camera, scroll: (callees.base + 1) * ROW_HEIGHT - bounds.height * 0.45 }, bounds) : camera;
  }

  #move(camera: Camera): void {
    cancelAnimationFrame(this.#jump);
    this.#jump = 0;
    this.#camera = clamped(camera, this.#bounds);
    this.#redraw();
  }

  #jumpTo(to: Camera): void {
    if (reducedMotion()) {
      this.#move(to);
      return;
    }
    cancelAnimationFrame(this.#jump);
    const from = this.#camera;
    const start = performance.now();
    const step = (now: number): void => {
      const t = Math.min(1, (now - start) / JUMP_MS);
      const eased = 1 - (1 - t) ** 3;
      const between = (a: number, b: number): number => a + (b - a) * eased;
      this.#camera = { fromUs: between(from.fromUs, to.fromUs), toUs: between(from.toUs, to.toUs), scroll: between(from.scroll, to.scroll) };
      this.#draw();
      this.#jump = t < 1 ? requestAnimationFrame(step) : 0;
    };
    this.#jump = requestAnimationFrame(step);
  }

  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { view, frames, look } = this;
    if (!view || !frames || !look || !this.#picture || !this.isConnected) return;
    this.#picture.draw(view, this.#camera, frames, look, formatTick);
    this.#outline('.selected', this.selected);
    this.#outline('.pointed', this.#pointed);
    this.renderRoot.querySelector<FlameMinimap>('mcp-flame-minimap')!.show(this.#camera.fromUs, this.#camera.toUs);
    this.dispatchEvent(new CustomEvent('drawn'));
  }

  #outline(selector: string, box: Box | null): void {
    const mark = this.renderRoot.querySelector<HTMLElement>(selector)!;
    const { view } = this;
    if (!box || !view) {
      mark.hidden = true;
      return;
    }
    const { at } = view.layers[box.layer]!;
    const { fromUs, toUs, scroll } = this.#camera;
    const { clientWidth } = this.renderRoot.querySelector('.window')!;
    const x = (us: number): number => Math.max(-4, Math.min(clientWidth + 4, ((us - fromUs) / (toUs - fromUs)) * clientWidth));
    const left = x(at[box.from]!);
    const top = RULER_HEIGHT + rowOf(view, box) * ROW_HEIGHT - scroll;
    mark.hidden = top < RULER_HEIGHT - ROW_HEIGHT / 2;
    Object.assign(mark.style, { transform: `translate(${left}px, ${top}px)`, width: `${Math.max(2, x(at[box.to]!) - left)}px`, height: `${ROW_HEIGHT - 1}px` });
  }

  #boxAt(x: number, y: number): Box | null {
    const hit = this.#picture?.hit(x, y);
    return hit && this.view ? boxAt(this.view, hit.row, hit.layer, hit.item) : null;
  }

  #point(x: number, y: number): void {
    const box = this.#boxAt(x, y);
    this.#pointed = box;
    this.#outline('.pointed', box);
    const minimap = this.renderRoot.querySelector<HTMLElement>('mcp-flame-minimap')!;
    this.dispatchEvent(new CustomEvent<Hover | null>('hover', { detail: box && { box, x, y: y + minimap.offsetHeight } }));
  }

  #unpoint(): void {
    this.#pointed = null;
    this.#outline('.pointed', null);
    this.dispatchEvent(new CustomEvent<Hover | null>('hover', { detail: null }));
  }

  #pick(box: Box | null, open: boolean): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: { box, open } }));
  }

  #key(event: KeyboardEvent): void {
    const action = keyAction(event);
    if (action === null || !this.view) return;
    event.preventDefault();
    const bounds = this.#bounds;
    if (typeof action === 'object') {
      if ('step' in action) this.#step(action.step);
      else if ('zoom' in action) this.#move(zoomed(this.#camera, this.#zoomCentre(), action.zoom, bounds));
      else if ('pan' in action) this.#move(panned(this.#camera, action.pan, 0, bounds));
      else this.#move(panned(this.#camera, 0, action.scroll * ROW_HEIGHT, bounds));
    } else if (action === 'home') this.home();
    else if (action === 'fit' && this.selected) this.zoomTo(this.selected);
    else if (action === 'open') this.#pick(this.selected, true);
    else if (action === 'escape') this.#escape();
    else if (action === 'search' || action === 'sandwich') this.dispatchEvent(new CustomEvent(action));
  }

  /** Keys zoom at the selected box when it is in sight, else in the middle. */
  #zoomCentre(): number {
    if (!this.view || !this.selected) return 0.5;
    const { fromUs, toUs } = timesOf(this.view, this.selected);
    const { fromUs: left, toUs: right } = this.#camera;
    const middle = (Math.max(fromUs, left) + Math.min(toUs, right)) / 2;
    return middle > left && middle < right ? (middle - left) / (right - left) : 0.5;
  }

  #escape(): void {
    if (this.selected) this.#pick(null, false);
    else this.home();
  }

  #step(step: Step): void {
    if (!this.view) return;
    const next = this.selected ? stepFrom(this.view, this.selected, this.#turned(step)) : this.#firstBox();
    if (!next) return;
    this.#pick(next, false);
    this.follow(next);
  }

  /** Callers grow upwards: there the upper neighbour is the one farther from the middle. */
  #turned(step: Step): Step {
    if (this.view?.layers[this.selected!.layer]?.direction !== -1) return step;
    return step === 'parent' ? 'child' : step === 'child' ? 'parent' : step;
  }

  /** The first box in sight, from the top left. */
  #firstBox(): Box | null {
    const { clientWidth, clientHeight } = this.renderRoot.querySelector('canvas')!;
    for (let y = RULER_HEIGHT + 2; y < clientHeight; y += ROW_HEIGHT) {
      for (let x = 0; x < clientWidth; x += 4) {
        const box = this.#boxAt(x, y);
        if (box) return box;
      }
    }
    return null;
  }
}
customElements.define('mcp-flame-stage', FlameStage);
