import { css, html, nothing, type TemplateResult } from 'lit';
import './flame/flame.ts';
import type { Flame, FlameContext, FlameFilter, FlameTarget } from './flame/flame.ts';
import type { SourceFrame } from '../src/model/finding.ts';
import { Query, remember, StoreElement } from './storeElement.ts';
import { base, quietButton, section } from './styles.ts';

interface Choice {
  name: string;
  url: string;
}

/** Where did the CPU go: hands the profile to the flame, with what is selected and what the run knows of its calls. */
export class FlameTab extends StoreElement {
  static override properties = { ...StoreElement.properties, file: { state: true }, within: { state: true } };
  /** File chosen by the user; the first when there is none. */
  declare file: string | null;
  /** What only the flame can filter by. */
  declare within: Pick<FlameFilter, 'slowest' | 'ownOnly'>;
  #source: Choice | null = null;
  #revealed = 0;
  #lastContext = remember<FlameContext>();
  #lastFilter = remember<FlameFilter>();

  constructor() {
    super();
    this.file = null;
    this.within = {};
  }

  #calls = new Query(this, () => {
    const { ready, dataVersion } = this.store.state;
    return this.store.run !== null && ready.requests ? { key: [dataVersion], ask: () => this.store.data.ask('calls', {}) } : null;
  });

  static override styles = [base, section, quietButton, css`
    :host { display: flex !important; flex-direction: column; min-height: 0; }
    .files { display: flex; gap: 8px; align-items: center; padding: 8px 20px 0; font-size: 12px; flex-wrap: wrap; }
    mcp-flame { flex: 1; min-height: 0; }
  `];

  override render(): TemplateResult {
    const choices = this.#choices();
    const chosen = choices.find((c) => c.name === this.file) ?? choices[0];
    const { run } = this.store;
    if (!chosen) {
      return html`<div class="empty"><p>This run has no CPU profile.</p>
        <p>${run?.options.cpu === false ? 'CPU sampling was off: profile again with it on.' : 'See the notices on the Overview tab: only a Node server that is started by the profiler can be sampled.'}</p></div>`;
    }
    // the flame opens a file when its source changes: the same file must stay the same object
    if (this.#source?.url !== chosen.url) this.#source = chosen;
    // it colours and filters by the run's calls: better a moment later than twice
    if (run && !this.#calls.value) return html`<div class="empty"><p>Reading the requests…</p></div>`;
    return html`${choices.length > 1 ? html`<div class="files" role="group" aria-label="Profile">${choices.map((c) => html`<button class="quiet" aria-pressed=${c === chosen} @click=${() => (this.file = c.name)}>${c.name}</button>`)}</div>` : nothing}
      <mcp-flame .source=${this.#source} .context=${this.#context()} .filter=${this.#filter()}
        @filter-change=${(e: CustomEvent<{ filter: FlameFilter }>) => this.#filtered(e.detail.filter)} @open-source=${(e: CustomEvent<{ file: string; line: number }>) => this.store.follow({ to: 'source', file: e.detail.file, line: e.detail.line })}></mcp-flame>`;
  }

  /** A link that led here may name a function. */
  protected override updated(): void {
    const { followed } = this.store.state;
    const flame = this.renderRoot.querySelector<Flame>('mcp-flame');
    if (!flame || !followed || followed.count === this.#revealed || followed.link.to !== 'tab' || followed.link.tab !== 'flame') return;
    this.#revealed = followed.count;
    if (followed.link.frame) void flame.reveal(targetOf(followed.link.frame));
  }

  #context(): FlameContext | null {
    const { run } = this.store;
    const calls = this.#calls.value;
    if (!run || !calls) return null;
    return this.#lastContext([calls, this.store.state.theme, run], () => ({
      tools: run.tools.map(({ name }) => ({ name, colour: this.store.colour(name) })),
      requests: calls,
      // own as in the record's hot lines: every file outside node_modules
      ownRoots: [],
    }));
  }

  #filter(): FlameFilter {
    const { tools, request, span } = this.store.state.selection;
    return this.#lastFilter([tools, request, span, this.within], () => ({
      ...this.within,
      ...(tools.length > 0 ? { tools } : {}),
      ...(request === null ? {} : { request }),
      ...(span === null ? {} : { fromUs: span[0], toUs: span[1] }),
    }));
  }

  /** What the user chose in the flame holds for all tabs, where they know it. */
  #filtered({ tools = [], request, fromUs, toUs, slowest, ownOnly }: FlameFilter): void {
    this.within = { slowest, ownOnly };
    this.store.select({ tools: [...tools], request: request ?? null, span: fromUs === undefined || toUs === undefined ? null : [fromUs, toUs] });
  }

  #choices(): Choice[] {
    const { content } = this.store.state;
    if (content === null) return [];
    if (content.kind === 'profile') return [{ name: content.name, url: content.url }];
    return content.run.files.cpu.flatMap(({ file }) => {
      const url = content.urls[file];
      return url === undefined ? [] : [{ name: file, url }];
    });
  }
}
customElements.define('mcp-flame-tab', FlameTab);

/** By its place where it has one: names may be shown otherwise. */
const targetOf = ({ functionName, file, line }: SourceFrame): FlameTarget => (file === '' ? { name: functionName } : { file, line });
