import { css, html, nothing, type TemplateResult } from 'lit';
import type { SourceFrame } from '../src/model/finding.ts';
import type { FlameContext, FlameFilter } from './flame/protocol.ts';
import { Query, remember, StoreElement } from './storeElement.ts';
import { base, quietButton, section } from './styles.ts';

interface Choice {
  name: string;
  url: string;
}

/** What is used here of the flame's element. */
interface Flame extends HTMLElement {
  reveal(frame: SourceFrame): void;
}

/** Where did the CPU go: hands the profile to the flame, with what is selected and what the run knows of its calls. */
export class FlameTab extends StoreElement {
  static override properties = { ...StoreElement.properties, file: { state: true } };
  /** File chosen by the user; the first when there is none. */
  declare file: string | null;
  #source: Choice | null = null;
  #revealed = 0;
  #lastContext = remember<FlameContext>();
  #lastFilter = remember<FlameFilter>();

  constructor() {
    super();
    this.file = null;
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
      <mcp-flame .source=${this.#source} .context=${this.#context()} .filter=${this.#filter()} @open-source=${(e: CustomEvent<{ file: string; line: number }>) => this.store.follow({ to: 'source', file: e.detail.file, line: e.detail.line })}></mcp-flame>`;
  }

  /** A link that led here may name a function. */
  protected override updated(): void {
    const { followed } = this.store.state;
    const flame = this.renderRoot.querySelector<Flame>('mcp-flame');
    if (!flame || !followed || followed.count === this.#revealed || followed.link.to !== 'tab' || followed.link.tab !== 'flame') return;
    this.#revealed = followed.count;
    if (followed.link.frame) flame.reveal(followed.link.frame);
  }

  #context(): FlameContext | null {
    const { run } = this.store;
    const calls = this.#calls.value;
    if (!run || !calls) return null;
    return this.#lastContext([calls, this.store.state.theme, run], () => ({
      tools: run.tools.map(({ name }) => ({ name, colour: this.store.colour(name) })),
      requests: calls,
      ownRoots: run.server.cwd === null ? [] : [run.server.cwd],
    }));
  }

  #filter(): FlameFilter {
    const { tools, request, span } = this.store.state.selection;
    return this.#lastFilter([tools, request, span], () => ({ tools, request: request ?? undefined, fromUs: span?.[0], toUs: span?.[1] }));
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
