import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatCount, formatRatio, formatUs } from '../../src/model/format.ts';
import { frameOf, timesOf } from './boxes.ts';
import type { Box } from './boxes.ts';
import { originLabels, placeOf } from './names.ts';
import type { Origin } from './model/frames.ts';
import type { FunctionDetail, Opened, View } from './protocol.ts';

/** Tools named on the card; the rest are counted. */
const TOOLS_SHOWN = 5;

/** What is known of the box under the pointer. */
export function cardOf(view: View, opened: Opened, names: readonly string[], box: Box, detail: FunctionDetail | null, colourOf: (tool: string) => string): TemplateResult {
  const frame = frameOf(view, box);
  const { totalUs, selfUs, fromUs } = timesOf(view, box);
  const origin = originLabels[view.origins[frame]! as Origin];
  const place = placeOf(opened.frames, frame);
  const row = (label: string, self: number, total: number): TemplateResult =>
    html`<tr><th scope="row">${label}</th><td>${formatUs(self)}</td><td>${ratio(self, view.busyUs)}</td><td>${formatUs(total)}</td><td>${ratio(total, view.busyUs)}</td></tr>`;
  return html`<div class="name">${names[frame]}</div>
    <div class="place">${place === '' ? origin : html`${place} · ${origin}`}</div>
    <table>
      <tr><td></td><th colspan="2">self</th><th colspan="2">total</th></tr>
      ${row('this box', selfUs, totalUs)}
      ${row('whole function', view.selfUs[frame]!, view.functionTotalUs[frame]!)}
      ${view.mode === 'time' ? html`<tr><th scope="row">from</th><td class="text" colspan="4">${formatUs(fromUs)}</td></tr>` : nothing}
    </table>
    ${detail && detail.tools.length > 0 ? toolRows(detail, opened, colourOf) : nothing}`;
}

function toolRows({ tools, otherUs }: FunctionDetail, opened: Opened, colourOf: (tool: string) => string): TemplateResult {
  const total = tools.reduce((sum, t) => sum + t.us, otherUs);
  const rest = tools.length - TOOLS_SHOWN;
  return html`<table>
    ${tools.slice(0, TOOLS_SHOWN).map(({ tool, us, calls, callsOfTool }) => html`<tr>
      <td class="text"><span class="swatch" .style=${`background:${colourOf(opened.tools[tool]!)}`}></span>${opened.tools[tool]}</td>
      <td>${formatUs(us)}</td><td>${ratio(us, total)}</td><td class="text">in ${formatCount(calls)} of ${formatCount(callsOfTool)} calls</td></tr>`)}
    ${rest > 0 ? html`<tr><td class="text" colspan="4">and ${formatCount(rest)} more tools</td></tr>` : nothing}
    ${otherUs > 0 ? html`<tr><td class="text">no tool</td><td>${formatUs(otherUs)}</td><td>${ratio(otherUs, total)}</td><td></td></tr>` : nothing}
  </table>`;
}

const ratio = (part: number, whole: number): string => formatRatio(whole > 0 ? part / whole : null);

/** One sentence on a box, for the status line and for screen readers. */
export function sentenceOf(view: View, opened: Opened, names: readonly string[], box: Box): TemplateResult {
  const frame = frameOf(view, box);
  const { totalUs, selfUs } = timesOf(view, box);
  const place = placeOf(opened.frames, frame);
  return html`<b>${names[frame]}</b>${place === '' ? nothing : html` <span class="muted">${place}</span>`} · total ${formatUs(totalUs)} (${ratio(totalUs, view.busyUs)}) · self ${formatUs(selfUs)} (${ratio(selfUs, view.busyUs)})`;
}
