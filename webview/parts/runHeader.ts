import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatUs } from '../../src/model/format.ts';
import type { RunRecord } from '../../src/model/run.ts';
import { inEditor, post } from '../host.ts';
import { modelText, stages as loadStages } from '../load/words.ts';
import type { Live, LiveLoad } from '../store.ts';
import { StoreElement } from '../storeElement.ts';
import { base, quietButton } from '../styles.ts';

const stages: Record<Live['stage'], string> = {
  starting: 'Starting the server', listing: 'Listing its tools', choosing: 'Waiting for your choice of tools', calling: 'Calling the tools',
  memory: 'Replaying for memory', stopping: 'Stopping the server', analysing: 'Analysing',
};

/** What is shown: the run, where it ran, and what can be done with it; while it goes on, how far it is. */
export class RunHeader extends StoreElement {
  static override styles = [base, quietButton, css`
    header { display: flex; align-items: center; gap: 4px 16px; flex-wrap: wrap; padding: 12px 20px 8px; }
    h1 { font-size: 16px; font-weight: 600; margin: 0; }
    .facts { color: var(--vscode-descriptionForeground); font-size: 12px; display: flex; gap: 4px 14px; flex-wrap: wrap; }
    .facts span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 42ch; }
    .status { border: 1px solid currentColor; border-radius: 8px; padding: 0 8px; font-size: 11px; line-height: 16px; }
    .failed { color: var(--vscode-errorForeground); }
    .failure { padding: 0 20px 8px; }
    .meter { height: 2px; background: var(--vscode-progressBar-background); transform-origin: left; transition: transform 0.1s linear; }
    :host-context(.vscode-reduce-motion) .meter { transition: none; }
    .live { font-variant-numeric: tabular-nums; }
  `];

  override render(): TemplateResult | typeof nothing {
    const { state, run } = this.store;
    if (state.live) return this.#live(state.live);
    if (state.liveLoad) return this.#liveLoad(state.liveLoad);
    if (run) return this.#run(run);
    return state.content?.kind === 'profile' ? html`<header><h1>${state.content.name}</h1><div class="facts"><span>CPU profile without a run</span></div></header>` : nothing;
  }

  #run(run: RunRecord): TemplateResult {
    const { server, runtime } = run;
    const loadTest = run.files.load !== undefined;
    const { load } = this.store.state;
    const facts = [
      { text: server.transport === 'stdio' ? 'stdio' : server.transport === 'http' ? 'Streamable HTTP' : 'HTTP + SSE', title: server.target },
      { text: runtime && runtime.name !== 'unknown' ? `${runtimeNames[runtime.name]}${runtime.version ? ` ${runtime.version.replace(/^v/, '')}` : ''}` : '', title: runtime?.execPath ?? '' },
      { text: server.protocolVersion ? `MCP ${server.protocolVersion}` : '', title: 'protocol version agreed' },
      loadTest ? { text: load ? modelText(load.options) : '', title: load ? `${formatCount(load.sent)} calls sent in the measured time` : '' } : callsFact(run),
      { text: load?.source === 'locust' ? 'Locust' : '', title: 'where the load came from' },
      { text: run.startupUs === null ? '' : `start-up ${formatUs(run.startupUs)}`, title: 'from start of the process to the answer of initialize' },
      { text: new Date(run.startedAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }), title: run.id },
    ].filter((f) => f.text !== '');
    return html`<header>
        <h1>${run.title}</h1>
        ${run.status === 'complete' ? nothing : html`<span class="status ${run.status === 'failed' ? 'failed' : ''}">${run.status === 'cancelled' ? 'stopped early' : run.status}</span>`}
        <div class="facts">${facts.map((f) => html`<span title=${f.title}>${f.text}</span>`)}</div>
        ${inEditor ? html`<span class="spacer"></span><div class="row">
          <button class="quiet" @click=${() => post({ type: 'profileAgain' })}>${loadTest ? 'Load test again' : 'Profile again'}</button>
          <button class="quiet" @click=${() => post({ type: 'saveWorkload' })} title="What was called, as a file for load tests">Save as workload…</button>
          ${!loadTest && this.store.state.selection.tools.length === 1 ? html`<button class="quiet" @click=${() => post({ type: 'profileTool', tool: this.store.state.selection.tools[0]! })}>Profile ${this.store.state.selection.tools[0]} alone</button>` : nothing}
          <button class="quiet" @click=${() => post({ type: 'export' })}>Export…</button></div>` : nothing}
      </header>
      ${run.failure ? html`<div class="failure" role="alert"><p class="error">${run.failure.message}</p><p class="muted">${run.failure.hint}</p></div>` : nothing}`;
  }

  #live(live: Live): TemplateResult {
    const share = live.total > 0 ? live.done / live.total : 0;
    return this.#goingOn(live.title, 'Calls done', share, html`<div class="facts live" role="status"><span>${stages[live.stage]}</span>
          ${live.total > 0 ? html`<span>${formatCount(live.done)} of ${formatCount(live.total)} calls</span>` : nothing}
          ${live.errors > 0 ? html`<span class="error">${formatCount(live.errors)} errors</span>` : nothing}
          ${live.nowUs > 0 ? html`<span>${formatUs(live.nowUs)}</span>` : nothing}</div>`);
  }

  /** No status for a screen reader: the Load tab says it, and not four times a second. */
  #liveLoad({ title, options, progress, intervals }: LiveLoad): TemplateResult {
    const nowUs = intervals.list.at(-1)?.atUs;
    return this.#goingOn(title, 'Load test', progress?.done ?? 0, html`<div class="facts live"><span>${modelText(options)}</span><span>${progress ? loadStages[progress.stage] : 'Starting'}</span>
          ${nowUs === undefined ? nothing : html`<span>${formatUs(nowUs)}</span>`}</div>`);
  }

  #goingOn(title: string, what: string, share: number, facts: TemplateResult): TemplateResult {
    return html`<header>
        <h1>${title}</h1>
        ${facts}
        <span class="spacer"></span>
        ${inEditor ? html`<button class="quiet" @click=${() => post({ type: 'stop' })} title="What was measured is kept">Stop and keep results</button>` : nothing}
      </header>
      <div class="meter" role="progressbar" aria-label=${what} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)} .style=${`transform:scaleX(${share})`}></div>`;
  }
}
customElements.define('mcp-run-header', RunHeader);

function callsFact(run: RunRecord): { text: string; title: string } {
  const calls = run.tools.reduce((sum, t) => sum + t.calls, 0);
  return { text: `${formatCount(calls)} calls in ${formatUs(run.durationUs)}`, title: `${run.options.concurrency} at a time` };
}

const runtimeNames = { node: 'Node', deno: 'Deno', bun: 'Bun', python: 'Python' } as const;
