import { css, html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { LoadResult, Overload, Unfinished } from '../../src/model/loadResult.ts';
import { errorName, formatCount, formatRate, formatRatio, formatUs } from '../../src/model/format.ts';
import { decimate, intervalsOf } from '../../src/model/loadIntervals.ts';
import { sentenceList, sentenceStyles } from '../overview/sentences.ts';
import { inlineCode } from '../parts/inlineCode.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { percentOfNines } from '../latency/models.ts';
import { remember, StoreElement } from '../storeElement.ts';
import { base, quietButton, section } from '../styles.ts';
import './capacity.ts';
import { curveKeys, nines, percentileModel } from './curves.ts';
import { figureList, percentileFigure, type Figure } from './figures.ts';
import { classesText, operationsTable, sumOf } from './operations.ts';
import { lineSample } from './overTime.ts';
import { loadStyles } from './styles.ts';
import { closedLoop, closedLoopWhy, isClosed, modelText, overloadNames } from './words.ts';

/** How much can it take: the answer first, then the figures behind it. */
export class LoadResultView extends StoreElement {
  static override properties = { ...StoreElement.properties, table: { state: true } };
  declare table: boolean;
  #intervals = remember<ReturnType<typeof decimate>>();

  constructor() {
    super();
    this.table = false;
  }

  static override styles = [base, section, quietButton, loadStyles, sentenceStyles, css`
    .notices { border-left: 3px solid var(--vscode-charts-yellow); padding: 4px 12px; margin: 0; list-style: none; color: var(--vscode-descriptionForeground); }
    .curve mcp-line-chart { height: 260px; }
    .keys { display: inline-flex; gap: 2px 14px; flex-wrap: wrap; font-size: 12px; }
    .keys span { display: inline-flex; align-items: center; gap: 5px; }
    mcp-grid { margin: 0 -8px; }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0; max-width: 100ch; }
    dt { color: var(--vscode-descriptionForeground); }
    dd { margin: 0; }
    .overload { max-width: 90ch; }
    .overload p + p { margin-top: 4px; }
    @media (max-width: 640px) { dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: 6px; } }
  `];

  override render(): TemplateResult | typeof nothing {
    const { load: r, theme, problem } = this.store.state;
    if (!r) return nothing;
    const intervals = this.#intervals([r], () => decimate(intervalsOf(r.series)));
    const closed = isClosed(r.options);
    // what the user left out is nothing to be told
    const skipped = r.skipped.filter((s) => s.reason !== 'not chosen');
    return html`
      ${problem === null ? nothing : html`<p class="error" role="alert">${problem}</p>`}
      ${banners(r)}
      <section aria-label="Answer">${sentenceList(r.sentences, (link) => this.store.follow(link))}</section>
      ${figureList(keyFigures(r), 'Key figures')}
      ${r.notices.length + skipped.length === 0 ? nothing : html`<section aria-label="Notices"><ul class="notices">${r.notices.map((n) => html`<li>${inlineCode(n)}</li>`)}${skipped.map((s) => html`<li>Not called: <code>${s.tool}</code>, ${s.reason}</li>`)}</ul></section>`}
      ${r.capacity || r.scaling ? html`<mcp-load-capacity .result=${r} .theme=${theme}></mcp-load-capacity>` : nothing}
      ${r.overload ? overloadSection(r.overload) : nothing}
      ${this.#curve(r, closed)}
      ${operationsTable(r)}
      ${intervals.length === 0 ? nothing : html`<mcp-load-over-time .intervals=${intervals} .endUs=${intervals.at(-1)!.atUs} .theme=${theme} .note=${html`<span class="muted">the whole test; warm-up is in no other figure</span>`}></mcp-load-over-time>`}
      ${checks(r)}`;
  }

  #curve(r: LoadResult, closed: boolean): TemplateResult | typeof nothing {
    const { theme } = this.store.state;
    const { response, service } = curveKeys(theme);
    if (r.curves.response.length === 0) return nothing;
    return html`<section class="curve" aria-label="Percentiles">
      <div class="heading"><h2>Percentiles</h2><span class="keys">${[response, service].map((k) => html`<span>${lineSample(k)}${k.name}</span>`)}</span>${closed ? html`<span class="label" title=${closedLoopWhy}>${closedLoop}</span>` : nothing}
        <span class="spacer"></span><button class="quiet" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>Show as table</button></div>
      ${this.table ? curveTable(r) : html`<mcp-line-chart .theme=${theme} .model=${guard([r, theme], () => percentileModel(r, theme))}></mcp-line-chart>`}
      <p class="muted">Response time counts from the moment a call was due, service time from the moment it was written: what lies between is waiting that a user would feel.</p>
    </section>`;
  }
}
customElements.define('mcp-load-result', LoadResultView);

function banners(r: LoadResult): TemplateResult {
  return html`
    ${r.generator.limited ? html`<div class="banner" role="note" aria-label="Generator-limited"><b>Generator-limited: these figures may tell of our side, not of the server.</b>${reasons(r.generator.reasons)}</div>` : nothing}
    ${r.slo && r.slo.met !== true && r.capacity === null ? html`<div class="banner ${r.slo.met === false ? 'error-banner' : ''}" role="note" aria-label="Objective"><b>${r.slo.met === false ? `The objective ${r.slo.text} is not met.` : `Whether the objective ${r.slo.text} is met is not known.`}</b>${r.slo.why}</div>` : nothing}`;
}

const reasons = (list: readonly string[]) => (list.length === 1 ? html`${list[0]}` : html`<ul>${list.map((text) => html`<li>${text}</li>`)}</ul>`);

export function keyFigures(r: LoadResult): Figure[] {
  const failed = sumOf(r.errors) - (r.errors['not_sent'] ?? 0);
  const open = r.unfinished?.calls ?? 0;
  // what was open at a stop might have been answered in time
  const possible = r.achieved === null || r.durationUs === 0 ? null : r.achieved + open / (r.durationUs / 1e6);
  return [
    ...(r.offered === null ? [] : [{ value: formatRate(r.offered), label: 'offered' }]),
    { value: formatRate(r.achieved), label: r.responseUs.samples === 0 && (r.achieved ?? 0) > 0 ? 'achieved, of calls of the warm-up' : 'achieved', bad: r.offered !== null && possible !== null && possible < 0.99 * r.offered },
    percentileFigure(r.responseUs, 'p50'),
    percentileFigure(r.responseUs, 'p90'),
    percentileFigure(r.responseUs, 'p99'),
    { value: formatCount(failed), label: failed === 0 ? 'errors' : `errors, ${formatRatio(failed / Math.max(1, r.sent - open))} of the calls`, bad: failed > 0, title: classesText(r.errors) },
    { value: formatCount(r.notSent), label: 'not sent', bad: r.notSent > 0, title: 'due, but more than may be in flight' },
    ...(open === 0 ? [] : [{ value: formatCount(open), label: 'open at the stop', title: 'sent, and neither answered nor failed when the test was stopped: in no other figure' }]),
    ...(r.slo && r.capacity === null ? [{ value: r.slo.met === null ? 'not known' : r.slo.met ? 'met' : 'not met', label: r.slo.text, bad: r.slo.met === false, words: r.slo.met === null }] : []),
  ];
}

function overloadSection(o: Overload): TemplateResult {
  const classes = classesText(o.errors);
  return html`<section class="overload" aria-label="Overload">
    <div class="heading"><h2>Under overload</h2><span class="muted">offered ${formatRate(o.offered)}</span></div>
    <p><b>${overloadNames[o.verdict]}.</b> ${inlineCode(o.why)}</p>
    <p>${formatRate(o.goodput)} answered well, against ${formatRate(o.goodputAtCapacity)} at capacity${classes === '' ? '' : html`; ${classes}`}. ${o.recoveryUs === null ? html`<span class="error">Not recovered within the ${formatUs(o.watchedUs)} watched.</span>` : `Recovered after ${formatUs(o.recoveryUs)}.`}</p>
  </section>`;
}

function curveTable({ curves }: LoadResult): TemplateResult {
  const response = nines(curves.response);
  const service = new Map(nines(curves.service).map((p) => [p.x.toFixed(6), p.y]));
  const columns: Column[] = [{ key: 'at', label: 'Percentile', width: '110px' }, { key: 'response', label: 'Response time', width: '120px', numeric: true }, { key: 'service', label: 'Service time', width: '120px', numeric: true }];
  return html`<mcp-grid label="Percentiles" .maxRows=${16} .columns=${columns} .count=${response.length}
    .renderCell=${(row: number, { key }: Column) => { const p = response[row]!; return key === 'at' ? percentOfNines(p.x) : formatUs(key === 'response' ? p.y : (service.get(p.x.toFixed(6)) ?? null)); }}></mcp-grid>`;
}

/** How it was measured, and whether the figures agree with one another. */
function checks(r: LoadResult): TemplateResult {
  const { generator, littlesLaw, connections: c, warmup, agents } = r;
  const rows: [string, unknown][] = [
    ['Load', `${modelText(r.options)}${isClosed(r.options) ? `, ${closedLoop}` : ''}`],
    ['Warm-up', warmup.durationUs === 0 ? 'none' : html`${formatUs(warmup.durationUs)}, ${warmup.settled ? 'until three seconds agreed within 10%' : html`<b>not settled</b>: the rate still changed when it ended`}`],
    ['Measured', `${formatUs(r.durationUs)}, ${formatCount(r.sent)} calls sent${openText(r.unfinished)}`],
    ['Errors', sumOf(r.errors) === 0 ? 'none' : Object.entries(r.errors).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]).map(([name, n]) => html`<div>${errorName(name)}: ${formatCount(n)}</div>`)],
    ...(agents ? [['Agent sessions', `${formatCount(agents.completed)} completed, ${formatCount(agents.failed)} failed; one takes p50 ${formatUs(agents.durationUs.p50)}, p90 ${formatUs(agents.durationUs.p90)}`] as [string, unknown]] : []),
    ['Connections', [c.processes > 0 ? plural(c.processes, 'process', 'processes') : '', c.sessions > 0 ? plural(c.sessions, 'session', 'sessions') : '', c.sockets > 0 ? plural(c.sockets, 'socket', 'sockets') : ''].filter((t) => t !== '').join(', ')],
    ['Schedule lag', `p50 ${formatUs(r.scheduleLagUs.p50)}, p99 ${formatUs(r.scheduleLagUs.p99)}: how late calls were sent`],
    ['Generator', [r.source === 'locust' ? 'Locust' : '', plural(generator.threads, r.source === 'locust' ? 'worker' : 'thread', r.source === 'locust' ? 'workers' : 'threads'), generator.utilization === null ? '' : `${formatRatio(generator.utilization)} busy (limit 85%)`, generator.cpuUsPerRequest === null ? '' : `${formatUs(generator.cpuUsPerRequest)} CPU per call`].filter((t) => t !== '').join(', ')],
    ...(littlesLaw ? [['Little’s law', `${figure(littlesLaw.meanInFlight)} in flight, ${figure(littlesLaw.expected)} follow from rate and response time: ${formatRatio(littlesLaw.error)} apart`] as [string, unknown]] : []),
  ];
  return html`<section aria-label="How it was measured"><div class="heading"><h2>How it was measured</h2></div><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const openText = (open: Unfinished | undefined) =>
  open ? `; ${formatCount(open.calls)} of them were open at the stop and are in no other figure` : '';

const plural = (n: number, one: string, many: string) => `${formatCount(n)} ${n === 1 ? one : many}`;
const figure = (n: number) => Number(n.toPrecision(3)).toLocaleString('en');
