import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatRate, formatRatio, formatUs, notMeasured } from '../../src/model/format.ts';
import { lately } from '../../src/model/loadIntervals.ts';
import type { LiveLoad } from '../store.ts';
import { StoreElement } from '../storeElement.ts';
import { base, section } from '../styles.ts';
import { figureList, type Figure } from './figures.ts';
import './overTime.ts';
import { loadStyles } from './styles.ts';
import { generatorLimit, perSecond } from './timeModels.ts';
import { closedLoop, closedLoopWhy, isClosed, stages } from './words.ts';

/** A screen reader is told this often, at most. */
const sayEveryMs = 5000;
/** The figures on top are of this much time. */
const recentUs = 1e6;
/** The axis grows by a half when it is full: one that crept would move every picture all the time. */
const growth = 1.5;

/** How much it takes, while it takes it. */
export class LiveLoadView extends StoreElement {
  #said = { atMs: -Infinity, text: '' };
  #endUs = 0;

  static override styles = [base, section, loadStyles, css`
    .step { margin: 0 0 12px; }
  `];

  override render(): TemplateResult | typeof nothing {
    const { liveLoad, liveVersion, theme } = this.store.state;
    if (!liveLoad) return nothing;
    const { list } = liveLoad.intervals;
    return html`
      <div class="visually-hidden" role="status">${this.#say(liveLoad)}</div>
      ${liveLoad.progress?.step ? html`<p class="step muted">${liveLoad.progress.step}</p>` : nothing}
      ${list.length === 0 ? html`<div class="empty"><p>${liveLoad.progress ? `${stages[liveLoad.progress.stage]}…` : 'Starting…'}</p></div>` : html`
        ${figureList(liveFigures(liveLoad), 'Figures of the last second')}
        <mcp-load-over-time .intervals=${list} .version=${liveVersion} .endUs=${this.#end(liveLoad)} .theme=${theme}
          .note=${isClosed(liveLoad.options) ? html`<span class="label" title=${closedLoopWhy}>${closedLoop}</span>` : nothing}></mcp-load-over-time>`}`;
  }

  #end({ options, intervals, progress }: LiveLoad): number {
    const nowUs = intervals.list.at(-1)?.atUs ?? 0;
    // what is planned, once the measuring has begun; until then nobody knows how long the warm-up takes
    if (this.#endUs === 0 || nowUs < this.#endUs / 10) this.#endUs = 10e6;
    if (progress?.stage === 'measure' && options.goal === 'measure') {
      const began = intervals.list.find((i) => i.stage === 'measure');
      if (began) this.#endUs = Math.max(this.#endUs, began.atUs - began.spanUs + options.durationS * 1e6);
    }
    while (nowUs > this.#endUs) this.#endUs *= growth;
    return this.#endUs;
  }

  #say(live: LiveLoad): string {
    const nowMs = performance.now();
    if (nowMs - this.#said.atMs >= sayEveryMs) this.#said = { atMs: nowMs, text: spoken(live) };
    return this.#said.text;
  }
}
customElements.define('mcp-load-live', LiveLoadView);

export function liveFigures({ intervals, totals }: LiveLoad): Figure[] {
  const now = lately(intervals.list, recentUs);
  if (!now) return [];
  const { utilization } = now.generator;
  return [
    { value: formatRate(perSecond(now, now.due)), label: 'offered' },
    { value: formatRate(perSecond(now, now.ok)), label: 'achieved' },
    ...(['p50', 'p90', 'p99'] as const).map((p): Figure => ({ value: now.responseUs ? formatUs(now.responseUs[p]) : notMeasured, label: p, title: 'response time of the answers of the last second; the result says what can be claimed' })),
    { value: formatCount(now.inFlight), label: 'in flight' },
    { value: formatCount(totals.failed), label: totals.failed > 0 ? `errors, ${formatRatio(totals.failed / Math.max(1, totals.failed + totals.ok))}` : 'errors', bad: totals.failed > 0 },
    ...(totals.notSent > 0 ? [{ value: formatCount(totals.notSent), label: 'not sent', bad: true, title: 'due, but more than may be in flight' }] : []),
    ...(utilization > generatorLimit ? [{ value: formatRatio(utilization), label: 'generator busy: above its limit', bad: true }] : []),
  ];
}

function spoken({ progress, intervals, totals }: LiveLoad): string {
  const now = lately(intervals.list, recentUs);
  const stage = progress ? stages[progress.stage] : 'Starting';
  if (!now) return `${stage}.`;
  return `${stage}, ${formatUs(now.atUs)}: offered ${formatRate(perSecond(now, now.due))}, achieved ${formatRate(perSecond(now, now.ok))}${now.responseUs ? `, p99 ${formatUs(now.responseUs.p99)}` : ''}, ${formatCount(totals.failed)} errors.`;
}
