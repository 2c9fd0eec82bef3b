import { html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';
import type { LoadPercentiles } from '../../src/model/loadResult.ts';

export interface Figure {
  value: string;
  label: string;
  title?: string;
  bad?: boolean;
  /** Said in words: in smaller type. */
  words?: boolean;
}

/** Large figures with their names below. */
export function figureList(figures: readonly Figure[], label: string): TemplateResult {
  return html`<ul class="figures" aria-label=${label}>${figures.map((f) => html`<li class=${f.bad ? 'bad' : ''} title=${f.title ?? nothing}><b class=${f.words ? 'words' : ''}>${f.value}</b><span>${f.label}</span></li>`)}</ul>`;
}

/** Below these the 95% interval of a percentile has no finite bound. */
export const neededSamples = { p50: 6, p90: 36, p95: 72, p99: 368, p999: 3688 } as const;
export type Percentile = keyof typeof neededSamples;

export const percentileName = (p: Percentile): string => (p === 'p999' ? 'p99.9' : p);

export const tooFew = (p: Percentile, samples: number): string => `insufficient samples: ${percentileName(p)} needs ${neededSamples[p].toLocaleString('en')}, there are ${samples.toLocaleString('en')}`;

export function percentileFigure(percentiles: LoadPercentiles, p: Percentile, label = percentileName(p)): Figure {
  const value = percentiles[p];
  return value === null ? { value: 'insufficient samples', label, words: true, title: tooFew(p, percentiles.samples) } : { value: formatUs(value), label };
}
