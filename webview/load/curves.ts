import type { LoadResult, Scaling } from '../../src/model/loadResult.ts';
import { formatCount, formatRate, formatUs } from '../../src/model/format.ts';
import type { ChartModel, Point } from '../charts/model.ts';
import { percentOfNines, percentTicks } from '../latency/models.ts';
import type { Theme } from '../colours.ts';
import type { Key } from './timeModels.ts';

export const curveKeys = (t: Theme): { response: Key; service: Key } => ({
  response: { name: 'Response time', colour: t.accent, width: 2.5 },
  service: { name: 'Service time', colour: t.muted, dash: [5, 3] },
});

/** Percentile curve, HDR style: each step to the right is one nine more. */
export function percentileModel({ curves, responseUs }: LoadResult, t: Theme): ChartModel {
  const keys = curveKeys(t);
  const lines = (['response', 'service'] as const).map((name) => ({
    label: keys[name].name, data: nines(curves[name]), borderColor: keys[name].colour, borderWidth: keys[name].width ?? 1.5, ...(keys[name].dash ? { borderDash: keys[name].dash } : {}),
  }));
  const furthest = Math.max(1, ...lines.flatMap((l) => l.data.map((p) => p.x)));
  return {
    label: `Percentile curve. Response time: p50 ${formatUs(responseUs.p50)}, p90 ${formatUs(responseUs.p90)}, p99 ${formatUs(responseUs.p99)}, slowest ${formatUs(responseUs.max)}`,
    lines,
    x: { label: 'percentile', type: 'linear', min: 0, max: furthest, format: percentOfNines, ticks: percentTicks },
    y: { label: '', type: 'logarithmic', format: formatUs },
    tooltipTitle: (p) => percentOfNines(p.x),
  };
}

/** [percent, us] on an axis of nines; 100% has no place on it. */
export const nines = (curve: readonly [number, number][]): Point[] => curve.filter(([percent, us]) => percent < 100 && us > 0).map(([percent, us]) => ({ x: Math.log10(1 / (1 - percent / 100)), y: us }));

/** Universal Scalability Law: throughput at a concurrency. */
export const throughput = ({ lambda, sigma, kappa }: Scaling, n: number): number => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

/** Measured points with the fitted law, and its peak only where there is one. */
export function scalingModel(s: Scaling, t: Theme): ChartModel {
  const most = Math.ceil(1.05 * Math.max(2, ...s.points.map((p) => p.concurrency), s.peak ? s.peak.concurrency * 1.1 : 0));
  const fit = Array.from({ length: 101 }, (_, i): Point => {
    const x = 1 + ((most - 1) * i) / 100;
    return { x, y: throughput(s, x) };
  });
  const top = Math.max(...fit.map((p) => p.y), ...s.points.map((p) => p.rate)) * 1.1;
  return {
    label: `Throughput against concurrency: ${s.points.map((p) => `${formatCount(p.concurrency)}: ${formatRate(p.rate)}`).join(', ')}${s.peak ? `; peak at ${formatCount(s.peak.concurrency)}` : ''}`,
    lines: [
      { label: 'Measured', data: s.points.map((p) => ({ x: p.concurrency, y: p.rate })), showLine: false, pointRadius: 4, pointHoverRadius: 6, borderColor: t.foreground, backgroundColor: t.foreground },
      { label: 'Fitted', data: fit, borderColor: t.accent, borderWidth: 2 },
      ...(s.peak ? [{ label: 'Peak', data: [{ x: s.peak.concurrency, y: 0 }, { x: s.peak.concurrency, y: top }], borderColor: t.muted, borderDash: [4, 3], borderWidth: 1 }] : []),
    ],
    x: { label: 'in flight', type: 'linear', min: 0, max: most, format: (n) => (Number.isInteger(n) ? formatCount(n) : '') },
    y: { label: 'calls/s', type: 'linear', min: 0, max: top, format: (n) => formatRate(n).replace(/ .*/, '') },
    tooltipTitle: (p) => `${formatCount(p.x)} in flight`,
    tooltipLine: (d, p) => (d.label === 'Peak' ? 'Peak' : `${d.label ?? ''}: ${formatRate(p.y)}`),
  };
}
