import { html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import type { TimeSeries } from '../data/timeSeries.ts';

export const sparkWidth = 96;
const height = 16;

/** Median latency over the run, each on a scale of its own from 0; the faint area reaches to the slowest. */
export function sparkline(series: TimeSeries | undefined, spanUs: readonly [number, number], colour: string): TemplateResult | typeof nothing {
  if (!series || series.atUs.length === 0) return nothing;
  const top = Math.max(...series.maxUs);
  const x = (us: number) => ((us - spanUs[0]) / Math.max(1, spanUs[1] - spanUs[0])) * sparkWidth;
  const y = (us: number) => height - 1 - (us / top) * (height - 2);
  const path = (values: Float64Array) => Array.from(values, (us, i) => `${i === 0 ? 'M' : 'L'}${x(series.atUs[i]!).toFixed(1)} ${y(us).toFixed(1)}`).join('');
  const label = `latency over time, up to ${formatUs(top)}`;
  const area = `${path(series.maxUs)}L${x(series.atUs.at(-1)!).toFixed(1)} ${height}L${x(series.atUs[0]!).toFixed(1)} ${height}Z`;
  return html`<svg width=${sparkWidth} height=${height} role="img" aria-label=${label}><title>${label}</title>
    <path d=${area} fill=${colour} fill-opacity="0.25"></path>
    <path d=${path(series.medianUs)} fill="none" stroke=${colour} stroke-width="1.5"></path>
  </svg>`;
}
