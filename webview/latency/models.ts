import { formatCount, formatUs } from '../../src/model/format.ts';
import { type ChartModel, type LineData, timeFormat, withAlpha } from '../charts/model.ts';
import type { Distribution } from '../data/protocol.ts';
import type { Span } from '../data/statistics.ts';
import type { TimeSeries } from '../data/timeSeries.ts';

export interface Named {
  name: string;
  colour: string;
}

/** Ticks of the nines axis: 1 nine = 90%. */
export const percentTicks = [0, Math.log10(2), Math.log10(4), 1, Math.log10(20), 2, 3, 4, 5, 6];

/** `2` -> `99%`; as many nines as it takes. */
export function percentOfNines(nines: number): string {
  const percent = 100 * (1 - 10 ** -nines);
  const decimals = Math.max(0, Math.ceil(nines - 2 - 1e-9));
  return `${percent.toFixed(Math.min(6, decimals))}%`;
}

/** Percentile curves, HDR style: the tail takes as much room as the bulk. */
export function curveModel(distributions: readonly Distribution[], of: (series: number) => Named): ChartModel {
  const lines = distributions.filter((d) => d.samples > 0).map((d): LineData => ({
    label: of(d.series).name,
    data: Array.from(d.nines, (x, i) => ({ x, y: d.us[i]! })),
    borderColor: of(d.series).colour,
    stepped: d.samples < 200 ? 'before' : false,
  }));
  return {
    label: `Latency by percentile for ${lines.length} tools`,
    lines,
    x: { label: 'percentile', type: 'linear', min: 0, max: Math.max(1, ...distributions.map((d) => Math.log10(Math.max(1, d.samples)))), format: percentOfNines, ticks: percentTicks },
    y: { label: 'latency', type: 'logarithmic', format: formatUs },
    tooltipTitle: (p) => percentOfNines(p.x),
  };
}

/** Histograms as outlines over shared bins on a log scale. */
export function histogramModel(edgesUs: Float64Array, distributions: readonly Distribution[], of: (series: number) => Named): ChartModel {
  const lines = distributions.filter((d) => d.samples > 0).map((d): LineData => {
    const { name, colour } = of(d.series);
    const first = Math.max(0, d.bins.findIndex((n) => n > 0) - 1);
    const last = d.bins.findLastIndex((n) => n > 0) + 2;
    const data = Array.from(d.bins, (count, i) => ({ x: edgesUs[i]!, y: count })).slice(first, last);
    const end = edgesUs[Math.min(last, d.bins.length)]!;
    return { label: name, data: [...data, { x: end, y: 0 }], borderColor: colour, backgroundColor: withAlpha(colour, 0.18), fill: 'origin', stepped: 'before' };
  });
  return {
    label: `Histogram of latency for ${lines.length} tools`,
    lines,
    x: { label: 'latency', type: 'logarithmic', format: formatUs },
    y: { label: 'calls', type: 'linear', min: 0, format: (n) => (Number.isInteger(n) ? formatCount(n) : '') },
    tooltipTitle: (p) => `from ${formatUs(p.x)}`,
    tooltipLine: (d, p) => `${d.label ?? ''}: ${formatCount(p.y)} calls`,
  };
}

/** Latency over the run: the median as a line, every extreme inside the faint band. */
export function seriesModel(series: readonly TimeSeries[], span: Span, of: (series: number) => Named): ChartModel {
  const lines = series.flatMap((s): LineData[] => {
    const { name, colour } = of(s.series);
    const points = (values: Float64Array) => Array.from(values, (y, i) => ({ x: s.atUs[i]!, y }));
    const single = s.atUs.length < 60;
    const band = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0 };
    return [
      { label: name, data: points(s.medianUs), borderColor: colour, backgroundColor: colour, pointRadius: single ? 2 : 0 },
      { ...band, data: points(s.minUs), fill: false },
      { ...band, data: points(s.maxUs), backgroundColor: withAlpha(colour, 0.22), fill: '-1' },
    ];
  });
  return {
    label: `Latency over time for ${series.length} tools`,
    lines,
    x: { label: 'time of the run', type: 'linear', min: span[0], max: span[1], format: timeFormat(span[1]) },
    y: { label: 'latency', type: 'logarithmic', format: formatUs },
    tooltipTitle: (p) => `at ${formatUs(p.x)}`,
    tooltipLine: (d, p) => `${d.label ?? ''}: ${formatUs(p.y)} (median)`,
  };
}
