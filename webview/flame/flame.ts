import { html, LitElement, nothing, render as renderInto } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { formatBytes, formatCount, formatRatio, formatUs } from '../../src/model/format.ts';
import { paletteOf } from '../colours.ts';
import { base, quietButton } from '../styles.ts';
import { readTheme, watchTheme } from '../theme.ts';
import { frameOf, longestBox } from './boxes.ts';
import type { Box } from './boxes.ts';
import { cardOf, sentenceOf } from './card.ts';
import { startFlameWorker } from './client.ts';
import type { FlameClient } from './client.ts';
import { createLook, DIMMED, shadesOf } from './draw/look.ts';
import type { Look } from './draw/look.ts';
import type { FrameLook } from './draw/paint.ts';
import { flameStyles } from './flameStyles.ts';
import './functionTable.ts';
import { namesOf, sourceOf } from './names.ts';
import type { FlameContext, FlameFilter, FunctionDetail, Opened, View } from './protocol.ts';
import { findFunction, marksOf, matchesOf } from './search.ts';
import type { FlameTarget } from './search.ts';
import './stage.ts';
import type { FlameStage, Hover } from './stage.ts';
import { filterChips, modeButtons } from './toolbar.ts';
import type { Shown } from './toolbar.ts';

export type { FlameContext, FlameFilter } from './protocol.ts';
export type { FlameTarget } from './search.ts';

export interface FlameSource {
  /** Fetched by a worker: https:, blob: or what the page's content policy lets through. */
  url: string;
  name: string;
}

/** The pointer rests this long before a function's tools are asked for, ms. */
const DETAIL_AFTER_MS = 60;

/**
 * The CPU profile as a flame graph: where did the time go?
 * Events: `ready` {samples, nodes, durationUs}, `progress` {bytes, totalBytes}, `error` {message} (a CustomEvent),
 * `open-source` {file, line} (line 1-based), `filter-change` {filter} when the user changed it. None bubbles.
 */
export class Flame extends LitElement {
  static override properties = {
    source: { attribute: false }, context: { attribute: false }, filter: { attribute: false },
    shown: { state: true }, opened: { state: true }, view: { state: true }, selected: { state: true }, query: { state: true }, problem: { state: true }, loaded: { state: true }, waiting: { state: true }, look: { state: true }, frameLook: { state: true },
  };
  declare source: FlameSource | null;
  declare context: FlameContext | null;
  declare filter: FlameFilter;
  declare shown: Shown;
  declare opened: Opened | null;
  declare view: View | null;
  declare selected: Box | null;
  declare query: string;
  declare problem: string | null;
  declare loaded: { bytes: number; totalBytes: number | null } | null;
  declare waiting: boolean;
  declare look: Look | null;
  declare frameLook: FrameLook | null;
  #client: FlameClient | null = null;
  #unwatch: (() => void) | null = null;
  #names: string[] = [];
  #focus = -1;
  #marks: Uint8Array | null = null;
  #matches: { functions: number[]; us: number } = { functions: [], us: 0 };
  #hover: Hover | null = null;
  #details = new Map<number, FunctionDetail>();
  #detailTimer = 0;
  #announce = false;
  #wanted: { target: FlameTarget; done: (found: boolean) => void } | null = null;
  #whenViewed: (() => void) | null = null;

  constructor() {
    super();
    this.source = this.context = this.opened = this.view = this.selected = this.problem = this.loaded = this.look = this.frameLook = null;
    this.filter = {};
    this.shown = 'time';
    this.query = '';
    this.waiting = false;
  }

  static override styles = [base, quietButton, flameStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unwatch = watchTheme(() => this.#restyle());
    if (this.hasUpdated && this.source) this.#open(this.source);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    clearTimeout(this.#detailTimer);
    this.#client?.close();
    this.#client = null;
    this.opened = this.view = null;
  }

  /**
   * Selects a function's longest box and brings it into sight. Resolves with false when the profile has no such
   * function; waits for a profile that is being read.
   */
  reveal(target: FlameTarget): Promise<boolean> {
    this.#wanted?.done(false);
    return new Promise((done) => {
      this.#wanted = { target, done };
      if (this.view) this.#goToWanted();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('source') && changed.get('source')?.url !== this.source?.url) {
      if (this.source) this.#open(this.source);
    } else if (this.opened && (changed.has('context') || (changed.has('filter') && !same(changed.get('filter'), this.filter)))) {
      this.#details.clear();
      this.#restyle();
      this.#ask();
    }
  }

  override render(): TemplateResult {
    const { opened, view, problem } = this;
    if (problem !== null) return html`<div class="message" role="alert"><p class="error">${problem}</p><p>${this.source?.name}</p></div>`;
    if (!opened || !view) return this.#loading();
    const beside = this.shown === 'sandwich';
    return html`<div class="bar">
        ${modeButtons(this.shown, (mode) => this.#show(mode))}
        ${filterChips(opened, this.context, this.filter, (tool) => this.#colourOf(tool), (filter) => this.#setFilter(filter))}
        <div class="search"><output aria-live="polite">${this.#searched()}</output><input type="search" placeholder="Find functions, files" aria-label="Search functions and files" .value=${this.query}
          @input=${(e: Event) => this.#search((e.target as HTMLInputElement).value)} @keydown=${(e: KeyboardEvent) => this.#searchKey(e)}></div>
      </div>
      ${opened.notices.map((n) => html`<div class="notice" role="note">${n}</div>`)}
      <div class="main ${beside ? 'beside' : ''}" aria-busy=${this.waiting}>
        ${this.shown === 'table' || beside ? this.#table() : nothing}
        ${this.shown === 'table' ? nothing : beside && this.#focus < 0 ? html`<div class="message"><p>Choose a function to see all that calls it and all that it calls.</p></div>` : this.#stage(opened, view)}
        ${view.busyUs === 0 && this.shown !== 'table' ? html`<div class="message over"><p>${this.#emptyText()}</p></div>` : nothing}
        <div class="card" hidden></div>
      </div>
      ${this.#status(opened, view)}`;
  }

  #loading(): TemplateResult {
    const { loaded } = this;
    if (!this.source) return html`<div class="message"><p>No profile.</p></div>`;
    return html`<div class="message" role="status"><p>Reading ${this.source.name}${loaded ? ` · ${formatBytes(loaded.bytes)}` : ''}…</p>
      ${loaded?.totalBytes ? html`<progress max=${loaded.totalBytes} .value=${loaded.bytes} aria-label="Reading"></progress>` : nothing}</div>`;
  }

  #stage(opened: Opened, view: View): TemplateResult {
    return html`<mcp-flame-stage .view=${view} .frames=${this.frameLook} .look=${this.look} .selected=${this.selected}
      label="Flame graph of ${this.source?.name ?? ''}, ${formatCount(opened.samples)} samples. Arrow keys walk from box to box; the Table layout says the same in rows."
      @hover=${(e: CustomEvent<Hover | null>) => this.#hovered(e.detail)} @pick=${(e: CustomEvent<{ box: Box | null; open: boolean }>) => this.#pick(e.detail.box, e.detail.open)}
      @search=${() => this.#searchInput?.focus()} @sandwich=${() => this.#sandwich()} @drawn=${() => this.#drawn()}></mcp-flame-stage>`;
  }

  #table(): TemplateResult {
    const { view, opened } = this;
    return html`<mcp-flame-table .view=${view} .frames=${opened?.frames ?? null} .names=${this.#names} .marks=${this.#marks} .chosen=${this.#chosenFrame()} ?narrow=${this.shown === 'sandwich'}
      @choose=${(e: CustomEvent<{ frame: number; open: boolean }>) => this.#chooseFunction(e.detail.frame, e.detail.open)}></mcp-flame-table>`;
  }

  #status(opened: Opened, view: View): TemplateResult {
    const frame = this.#chosenFrame();
    const source = frame >= 0 ? sourceOf(opened.frames, frame) : null;
    const sum = html`${formatUs(view.busyUs)} busy${Object.values(this.filter).some((v) => v !== undefined && v !== false && !(Array.isArray(v) && v.length === 0)) ? ' in the filter' : ''} of ${formatUs(opened.durationUs)} · ${formatCount(opened.samples)} samples <span class="muted">(wall time on the thread)</span>`;
    return html`<div class="status">
      <span class="live" role="status" aria-live="polite">${this.selected ? sentenceOf(view, opened, this.#names, this.selected) : frame >= 0 ? html`<b>${this.#names[frame]}</b> · total ${formatUs(view.functionTotalUs[frame]!)} · self ${formatUs(view.selfUs[frame]!)}` : sum}</span>
      ${frame >= 0 && this.shown !== 'sandwich' ? html`<button class="quiet" @click=${() => this.#sandwich()}>Callers and callees</button>` : nothing}
      ${this.selected ? html`<button class="quiet" @click=${() => this.#stageElement?.zoomTo(this.selected!)}>Zoom to it</button>` : nothing}
      ${frame >= 0 ? html`<button class="quiet" ?disabled=${!source} title=${source ? `${source.file}:${source.line}` : 'It has no file'} @click=${() => this.#openSource(frame)}>Open source</button>` : nothing}
    </div>`;
  }

  get #stageElement(): FlameStage | null {
    return this.renderRoot.querySelector<FlameStage>('mcp-flame-stage');
  }

  get #searchInput(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('.search input');
  }

  #open(source: FlameSource): void {
    this.#client ??= startFlameWorker({
      progress: (bytes, totalBytes) => {
        this.loaded = { bytes, totalBytes };
        this.#emit('progress', { bytes, totalBytes });
      },
      opened: (opened, view) => {
        this.opened = opened;
        this.#names = namesOf(opened.frames);
        this.#announce = true;
        if (Object.keys(this.filter).length > 0 || this.shown !== 'time') this.#ask();
        this.#take(view);
      },
      view: (view) => this.#take(view),
      detail: (detail) => {
        this.#details.set(detail.frame, detail);
        this.#showCard();
      },
      failed: (message) => {
        this.problem = message;
        this.#wanted?.done(false);
        this.#wanted = null;
        this.#emit('error', { message });
      },
    });
    this.opened = this.view = this.selected = this.problem = this.loaded = null;
    this.#focus = -1;
    this.#details.clear();
    this.#client.open(source.url, this.context);
  }

  #ask(): void {
    const mode = this.shown === 'table' ? 'heavy' : this.shown;
    if (mode === 'sandwich' && this.#focus < 0) return;
    this.waiting = true;
    this.#client?.ask({ ask: 'view', mode, filter: this.filter, context: this.context, focus: mode === 'sandwich' ? this.#focus : -1 });
  }

  #take(view: View): void {
    const frame = view.mode === 'sandwich' ? view.focus : this.#chosenFrame();
    this.view = view;
    this.selected = frame >= 0 ? longestBox(view, frame) : null;
    this.waiting = false;
    this.#hovered(null);
    this.#restyle();
    const then = this.#whenViewed;
    this.#whenViewed = null;
    if (then) void this.updateComplete.then(then);
    else if (this.#wanted) void this.updateComplete.then(() => this.#goToWanted());
  }

  /** Colours again: another theme, other tools, another search. */
  #restyle(): void {
    const { opened, view } = this;
    if (!opened || !view) return;
    const theme = readTheme();
    const { shade, group } = shadesOf(opened.frames, view.origins, paletteOf(theme.kind).length);
    const marks = (this.#marks = marksOf(opened.frames, this.query));
    if (marks) this.#matches = matchesOf(view, marks);
    if (marks) for (let f = 0; f < shade.length; f++) if (marks[f] === 0) shade[f]! += DIMMED;
    this.look = createLook(theme, opened.tools.length > 0 ? opened.tools.map((tool) => this.#colourOf(tool)) : null);
    this.frameLook = { names: this.#names, shade, group };
  }

  #colourOf(tool: string): string {
    const known = this.context?.tools.find((t) => t.name === tool);
    if (known) return known.colour;
    const palette = paletteOf(readTheme().kind);
    return palette[(this.opened?.tools.indexOf(tool) ?? 0) % palette.length]!;
  }

  #show(mode: Shown): void {
    if (mode === this.shown) return;
    const frame = this.#chosenFrame();
    this.shown = mode;
    if (mode === 'sandwich') this.#focus = frame >= 0 ? frame : this.#focus;
    this.#ask();
  }

  #setFilter(filter: FlameFilter): void {
    this.filter = filter;
    this.#emit('filter-change', { filter });
  }

  #search(query: string): void {
    this.query = query;
    this.#restyle();
  }

  #searched(): string {
    const { functions: { length }, us } = this.#matches;
    if (!this.#marks || !this.view) return '';
    return length === 0 ? 'No match' : `${formatCount(length)} ${length === 1 ? 'function' : 'functions'} · ${formatRatio(this.view.busyUs > 0 ? us / (this.view.mode === 'sandwich' ? this.view.totalUs : this.view.busyUs) : null)}`;
  }

  /** Enter goes from match to match, largest first; Escape empties the field, then returns to the picture. */
  #searchKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      if (this.query !== '') this.#search('');
      else this.#stageElement?.focus();
      return;
    }
    const order = this.#matches.functions;
    if (event.key !== 'Enter' || !this.#marks || order.length === 0) return;
    const by = event.shiftKey ? -1 : 1;
    const next = order[(order.indexOf(this.#chosenFrame()) + by + order.length) % order.length]!;
    this.#chooseFunction(next, false);
  }

  #chosenFrame(): number {
    if (this.selected && this.view) return frameOf(this.view, this.selected);
    return this.shown === 'sandwich' || this.shown === 'table' ? this.#focus : -1;
  }

  #chooseFunction(frame: number, open: boolean): void {
    if (open) this.#openSource(frame);
    else if (this.shown === 'sandwich' || this.shown === 'table') {
      this.#focus = frame;
      this.selected = null;
      this.requestUpdate();
      if (this.shown === 'sandwich') this.#ask();
    } else this.#select(frame);
  }

  #select(frame: number): boolean {
    const box = this.view && longestBox(this.view, frame);
    if (!box) return false;
    this.selected = box;
    this.#stageElement?.follow(box);
    return true;
  }

  #pick(box: Box | null, open: boolean): void {
    this.selected = box;
    if (open && box && this.view) this.#openSource(frameOf(this.view, box));
  }

  #sandwich(): void {
    const frame = this.#chosenFrame();
    if (frame < 0) return;
    this.#focus = frame;
    if (this.shown === 'sandwich') this.#ask();
    else this.#show('sandwich');
  }

  #openSource(frame: number): void {
    const source = this.opened && sourceOf(this.opened.frames, frame);
    if (source) this.#emit('open-source', source);
  }

  #goToWanted(): void {
    const wanted = this.#wanted;
    if (!wanted || !this.view) return;
    if (this.shown === 'table' || this.shown === 'sandwich') {
      this.shown = 'heavy';
      this.#whenViewed = () => this.#goToWanted();
      this.#ask();
      return;
    }
    this.#wanted = null;
    const frame = this.opened ? findFunction(this.view, this.opened.frames, this.#names, wanted.target) : -1;
    const found = frame >= 0 && this.#select(frame);
    if (found && this.selected) this.#stageElement?.zoomTo(this.selected);
    wanted.done(found);
  }

  #hovered(hover: Hover | null): void {
    this.#hover = hover;
    clearTimeout(this.#detailTimer);
    this.#showCard();
    if (!hover || !this.view) return;
    const frame = frameOf(this.view, hover.box);
    if (this.opened!.tools.length > 0 && !this.#details.has(frame)) this.#detailTimer = window.setTimeout(() => this.#client?.ask({ ask: 'detail', frame }), DETAIL_AFTER_MS);
  }

  /** The card follows the pointer without a render of all the rest. */
  #showCard(): void {
    const card = this.renderRoot.querySelector<HTMLElement>('.card');
    if (!card) return;
    const { view, opened } = this;
    const hover = this.#hover;
    card.hidden = !hover || !view || !opened;
    if (!hover || !view || !opened) return;
    renderInto(cardOf(view, opened, this.#names, hover.box, this.#details.get(frameOf(view, hover.box)) ?? null, (tool) => this.#colourOf(tool)), card);
    const stage = this.#stageElement!;
    const left = stage.offsetLeft + hover.x + 14;
    const top = hover.y + 18;
    const { offsetWidth: width, offsetHeight: height } = card;
    const main = card.parentElement!;
    const x = left + width > main.clientWidth ? Math.max(4, left - width - 28) : left;
    const y = top + height > main.clientHeight ? Math.max(4, hover.y - height - 12) : top;
    card.style.transform = `translate(${x}px, ${y}px)`;
  }

  #drawn(): void {
    if (!this.#announce || !this.opened) return;
    this.#announce = false;
    const { samples, nodes, durationUs } = this.opened;
    this.#emit('ready', { samples, nodes, durationUs });
  }

  #emptyText(): string {
    return this.opened?.samples === 0 ? 'This profile has no samples.' : 'No CPU time passes the filter.';
  }

  #emit(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('mcp-flame', Flame);

const same = (a: FlameFilter | undefined, b: FlameFilter): boolean => JSON.stringify(a) === JSON.stringify(b);
