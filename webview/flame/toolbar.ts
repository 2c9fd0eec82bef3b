import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import type { FlameContext, FlameFilter, Mode, Opened } from './protocol.ts';

export type Shown = Mode | 'table';

const modes: { id: Shown; label: string; title: string }[] = [
  { id: 'time', label: 'Time order', title: 'Stacks as they ran, from the start to the end' },
  { id: 'heavy', label: 'Left heavy', title: 'Equal stacks merged, the largest on the left' },
  { id: 'sandwich', label: 'Sandwich', title: 'All callers and all callees of one function' },
  { id: 'table', label: 'Table', title: 'Functions by self and total time' },
];
/** With more tools than this, chips make way for a list. */
const CHIPS = 6;
/** Requests that the list offers, slowest first. */
const REQUESTS_LISTED = 200;

export function modeButtons(shown: Shown, choose: (mode: Shown) => void): TemplateResult {
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = modes[(modes.findIndex((m) => m.id === shown) + by + modes.length) % modes.length]!;
    choose(next.id);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-mode=${next.id}]`)?.focus();
  };
  return html`<div class="group modes" role="radiogroup" aria-label="Layout" @keydown=${move}>${modes.map((m) =>
    html`<button class="quiet" role="radio" data-mode=${m.id} title=${m.title} aria-checked=${m.id === shown} tabindex=${m.id === shown ? 0 : -1} @click=${() => choose(m.id)}>${m.label}</button>`)}</div>`;
}

export function filterChips(opened: Opened, context: FlameContext | null, filter: FlameFilter, colourOf: (tool: string) => string, change: (filter: FlameFilter) => void): TemplateResult {
  const hasTools = opened.tools.length > 0;
  const hasLatency = hasTools && (context?.requests.number.length ?? 0) > 0;
  const chip = (label: string, on: boolean | undefined, title: string, set: FlameFilter): TemplateResult =>
    html`<button class="quiet" aria-pressed=${on === true} title=${title} @click=${() => change({ ...filter, ...set })}>${label}</button>`;
  return html`<div class="group" role="group" aria-label="Filters">
    ${hasTools ? (opened.tools.length <= CHIPS ? toolChips(opened, filter, colourOf, change) : toolList(opened, filter, change)) : nothing}
    ${hasTools ? requestList(opened, context, filter, change) : nothing}
    ${hasLatency ? chip('Slowest 5%', filter.slowest, 'Of each tool, the twentieth of its calls that took longest', { slowest: !filter.slowest }) : nothing}
    ${chip('Own code only', filter.ownOnly, 'Dependencies and Node are left out of the stacks; their time counts for the frame of yours that called them', { ownOnly: !filter.ownOnly })}
    ${filter.fromUs !== undefined || filter.toUs !== undefined ? html`<button class="quiet" aria-pressed="true" title="Show the whole time again" @click=${() => change({ ...filter, fromUs: undefined, toUs: undefined })}>${formatUs(Math.max(0, filter.fromUs ?? 0))} to ${filter.toUs === undefined ? 'the end' : formatUs(filter.toUs)} ×</button>` : nothing}
  </div>`;
}

function toolChips(opened: Opened, filter: FlameFilter, colourOf: (tool: string) => string, change: (filter: FlameFilter) => void): TemplateResult[] {
  const chosen = filter.tools ?? [];
  return opened.tools.map((tool) => html`<button class="quiet" aria-pressed=${chosen.includes(tool)} title="Only time of ${tool}"
    @click=${() => change({ ...filter, request: undefined, tools: chosen.includes(tool) ? chosen.filter((t) => t !== tool) : [...chosen, tool] })}><span class="swatch" .style=${`background:${colourOf(tool)}`}></span>${tool}</button>`);
}

function toolList(opened: Opened, filter: FlameFilter, change: (filter: FlameFilter) => void): TemplateResult {
  const chosen = filter.tools ?? [];
  return html`<select aria-label="Tool" @change=${(e: Event) => {
    const { value } = e.target as HTMLSelectElement;
    change({ ...filter, request: undefined, tools: value === '' ? [] : [value] });
  }}>
    <option value="" .selected=${chosen.length === 0}>All tools</option>
    ${chosen.length > 1 ? html`<option value="" selected>${chosen.length} tools</option>` : nothing}
    ${opened.tools.map((t) => html`<option value=${t} .selected=${chosen.length === 1 && chosen[0] === t}>${t}</option>`)}
  </select>`;
}

function requestList(opened: Opened, context: FlameContext | null, filter: FlameFilter, change: (filter: FlameFilter) => void): TemplateResult {
  const latency = new Map<number, number>();
  const { number, latencyUs } = context?.requests ?? { number: [], latencyUs: [] };
  for (let i = 0; i < number.length; i++) latency.set(number[i]!, latencyUs[i]!);
  const of = (i: number): number => latency.get(opened.requests[i]!) ?? NaN;
  const chosen = filter.tools ?? [];
  const offered = [...opened.requests.keys()].filter((i) => opened.toolOfRequest[i]! >= 0 && (chosen.length === 0 || chosen.includes(opened.tools[opened.toolOfRequest[i]!]!)));
  offered.sort((a, b) => (of(b) || 0) - (of(a) || 0) || opened.requests[a]! - opened.requests[b]!);
  const listed = offered.slice(0, REQUESTS_LISTED);
  const current = opened.requests.indexOf(filter.request ?? -1);
  if (current >= 0 && !listed.includes(current)) listed.unshift(current);
  return html`<select aria-label="Request" @change=${(e: Event) => {
    const { value } = e.target as HTMLSelectElement;
    change({ ...filter, request: value === '' ? undefined : Number(value) });
  }}>
    <option value="" .selected=${filter.request === undefined}>All requests</option>
    ${listed.map((i) => html`<option value=${opened.requests[i]!} .selected=${i === current}>#${opened.requests[i]} ${opened.tools[opened.toolOfRequest[i]!]}${Number.isFinite(of(i)) ? ` · ${formatUs(of(i))}` : ''}</option>`)}
    ${offered.length > listed.length ? html`<option disabled>… and ${offered.length - listed.length} faster ones</option>` : nothing}
  </select>`;
}
