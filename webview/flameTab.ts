import { css, html, nothing, type TemplateResult } from 'lit';
import { StoreElement } from './storeElement.ts';
import { base, quietButton, section } from './styles.ts';

interface Choice {
  name: string;
  url: string;
}

/** Where did the CPU go: hands the profile to the flame, and what is selected. */
export class FlameTab extends StoreElement {
  static override properties = { ...StoreElement.properties, file: { state: true } };
  /** File chosen by the user; the first when there is none. */
  declare file: string | null;

  constructor() {
    super();
    this.file = null;
  }

  static override styles = [base, section, quietButton, css`
    :host { display: flex !important; flex-direction: column; min-height: 0; }
    .files { display: flex; gap: 8px; align-items: center; padding: 8px 20px 0; font-size: 12px; flex-wrap: wrap; }
    mcp-flame { flex: 1; min-height: 0; }
  `];

  override render(): TemplateResult {
    const choices = this.#choices();
    const chosen = choices.find((c) => c.name === this.file) ?? choices[0];
    if (!chosen) {
      const { run } = this.store;
      return html`<div class="empty"><p>This run has no CPU profile.</p><p>${run?.options.cpu === false ? 'CPU sampling was off: profile again with it on.' : 'See the notices on the Overview tab: only a Node server that is started by the profiler can be sampled.'}</p></div>`;
    }
    return html`${choices.length > 1 ? html`<div class="files" role="group" aria-label="Profile">${choices.map((c) => html`<button class="quiet" aria-pressed=${c === chosen} @click=${() => (this.file = c.name)}>${c.name}</button>`)}</div>` : nothing}
      ${this.#flame(chosen)}`;
  }

  #flame(chosen: Choice): TemplateResult {
    return html`<div class="empty"><p>${chosen.name}</p></div>`;
  }

  #choices(): Choice[] {
    const { content } = this.store.state;
    if (content === null) return [];
    if (content.kind === 'profile') return [{ name: content.name, url: content.url }];
    return content.run.files.cpu.flatMap(({ file }) => (content.urls[file] === undefined ? [] : [{ name: file, url: content.urls[file] }]));
  }
}
customElements.define('mcp-flame-tab', FlameTab);
