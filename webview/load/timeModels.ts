import type { LoadInterval, LoadStage } from '../../src/model/load.ts';
import { errorName, formatBytes, formatCount, formatRate, formatRatio, formatUs } from '../../src/model/format.ts';
import { type Axis, type Band, type ChartModel, type LineData, type Point, timeFormat, withAlpha } from '../charts/model.ts';
import type { Theme } from '../colours.ts';
import { decimate } from '../../src/model/loadIntervals.ts';
import { bandLabels } from './words.ts';

/** A line as its key shows it. */
export interface Key {
  name: string;
  colour: string;
  dash?: number[];
  width?: number;
  /** Filled down to the axis, faintly or (`area`) to be compared; `above`: down to the line before it. */
  fill?: boolean | 'area' | 'above';
}

export interface TimeChart {
  id: 'rates' | 'response' | 'inFlight' | 'errors' | 'cpu' | 'memory' | 'loop' | 'generator';
  title: string;
  note: string;
  keys: Key[];
  /** Made when it is asked for: not every chart is drawn every time. */
  readonly model: ChartModel;
}

/** The busiest that a generator may be before its figures are doubted. */
export const generatorLimit = 0.85;
/** A line in less than two pixels per point is no clearer; the narrow charts are half as wide. */
const mostPoints = { wide: 300, narrow: 150 };
/** More classes than these are one area. */
const mostClasses = 5;

/**
 * The charts of a load test over time, one span per point. `endUs`: how far the axis reaches. What was never measured
 * (a server on another machine, an event loop without a probe) has no chart.
 */
export function timeCharts(intervals: readonly LoadInterval[], endUs: number, theme: Theme): TimeChart[] {
  const x: Axis = { label: '', type: 'linear', min: 0, max: endUs, format: timeFormat(endUs) };
  const last = intervals.at(-1);
  const wide = decimate(intervals, mostPoints.wide);
  const narrow = decimate(wide, mostPoints.narrow);
  const bands = stageBands(wide, theme);
  const chart = (id: TimeChart['id'], title: string, note: string, y: Axis, lines: Lines, extra: Partial<ChartModel> = {}): TimeChart => {
    let made: ChartModel | null = null;
    const make = (): ChartModel => ({
      label: `${title} over time. ${last ? lines.map((l) => `${l.key.name}: ${said(l.of(last), y)}`).join(', ') : 'Nothing yet'}`,
      lines: lines.map(({ key, of }) => line(key, points(isNarrow(id) ? narrow : wide, of))),
      x, y: { ...(y.type === 'linear' && y.max === undefined ? { grace: '8%' } : {}), ...y }, bands, together: true, tooltipTitle: (p) => `at ${formatUs(p.x)}`, ...extra,
    });
    return { id, title, note, keys: lines.map((l) => l.key), get model() { return (made ??= make()); } };
  };

  return [
    chart('rates', 'Rate', 'came due, and were answered well', { label: 'calls/s', type: 'linear', min: 0, format: plainRate }, [
      { key: { name: 'Offered', colour: theme.foreground, dash: [5, 3] }, of: (i) => perSecond(i, i.due) },
      { key: { name: 'Achieved', colour: theme.accent, fill: true, width: 2 }, of: (i) => perSecond(i, i.ok) },
      ...(intervals.some((i) => i.notSent > 0) ? [{ key: { name: 'Not sent', colour: theme.error }, of: (i: LoadInterval) => perSecond(i, i.notSent) }] : []),
    ]),
    chart('response', 'Response time', 'from the moment a call was due; log axis', { label: '', type: 'logarithmic', format: formatUs }, [
      { key: { name: 'p50', colour: theme.accent, dash: [2, 3] }, of: (i) => i.responseUs?.p50 ?? null },
      { key: { name: 'p90', colour: theme.accent, width: 1 }, of: (i) => i.responseUs?.p90 ?? null },
      { key: { name: 'p99', colour: theme.accent, width: 2.5 }, of: (i) => i.responseUs?.p99 ?? null },
    ]),
    chart('inFlight', 'In flight', 'calls sent and not yet answered', { label: '', type: 'linear', min: 0, format: whole }, [
      { key: { name: 'In flight', colour: theme.accent, fill: true }, of: (i) => i.inFlight },
    ]),
    errorChart(wide, theme, (lines, y, extra) => chart('errors', 'Errors', 'per second, by class', y, lines, extra)),
    ...(intervals.some((i) => i.server.cpu !== null) ? [chart('cpu', 'Server CPU', 'of its process tree', { label: 'cores', type: 'linear', min: 0, format: (n) => plainRate(n) }, [{ key: { name: 'CPU', colour: theme.accent, fill: true }, of: (i) => i.server.cpu }])] : []),
    ...(intervals.some((i) => i.server.rssBytes !== null) ? [chart('memory', 'Server memory', 'resident', { label: '', type: 'linear', min: 0, format: formatBytes }, [{ key: { name: 'Memory', colour: theme.accent, fill: true }, of: (i) => i.server.rssBytes }])] : []),
    ...(intervals.some((i) => i.server.loopDelayP99Us !== null) ? [chart('loop', 'Event-loop delay', 'of the server, p99', { label: '', type: 'linear', min: 0, format: formatUs }, [{ key: { name: 'Delay', colour: theme.accent, fill: true }, of: (i) => i.server.loopDelayP99Us }])] : []),
    chart('generator', 'Generator', 'how busy our own side is', { label: '', type: 'linear', min: 0, max: 1, format: formatRatio }, [{ key: { name: 'Utilisation', colour: theme.muted }, of: (i) => i.generator.utilization }], {
      limit: { y: generatorLimit, label: 'limit 85%', colour: theme.warning },
    }),
  ];
}

/** Of the last row, four beside each other. */
export const isNarrow = (id: TimeChart['id']): boolean => id === 'cpu' || id === 'memory' || id === 'loop' || id === 'generator';

type Lines = { key: Key; of: (i: LoadInterval) => number | null }[];

/** Areas on top of one another, the most frequent class lowest. */
function errorChart(intervals: readonly LoadInterval[], theme: Theme, chart: (lines: Lines, y: Axis, extra: Partial<ChartModel>) => TimeChart): TimeChart {
  const classes = errorClasses(intervals);
  const own = new Map<string, (i: LoadInterval) => number>();
  const lines: Lines = classes.map(({ name, of }, n) => {
    own.set(name, of);
    const below = classes.slice(0, n + 1);
    return { key: { name, colour: errorTone(n, theme), width: 1, fill: n === 0 ? 'area' : 'above' }, of: (i) => perSecond(i, below.reduce((sum, c) => sum + c.of(i), 0)) };
  });
  const byX = new Map(intervals.map((i) => [middle(i), i]));
  return chart(lines.length > 0 ? lines : [{ key: { name: 'No errors', colour: theme.muted }, of: () => 0 }], { label: 'errors/s', type: 'linear', min: 0, ...(lines.length > 0 ? {} : { max: 1 }), format: plainRate }, {
    tooltipLine: (d, p) => {
      const interval = byX.get(p.x);
      const of = own.get(d.label ?? '');
      return interval && of ? `${d.label ?? ''}: ${formatRate(perSecond(interval, of(interval)), 'errors')}` : (d.label ?? '');
    },
  });
}

/** Classes that came, the most frequent first; those beyond the fifth together. What was not sent has its line with the rates. */
export function errorClasses(intervals: readonly LoadInterval[]): { name: string; of: (i: LoadInterval) => number }[] {
  const totals = new Map<string, number>();
  for (const { errors } of intervals) for (const name in errors) if (name !== 'not_sent') totals.set(name, (totals.get(name) ?? 0) + errors[name]!);
  const ordered = [...totals].filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = ordered.length > mostClasses ? ordered.slice(0, mostClasses - 1) : ordered;
  const rest = ordered.slice(shown.length);
  return [
    ...shown.map((name) => ({ name: errorName(name), of: (i: LoadInterval) => i.errors[name] ?? 0 })),
    ...(rest.length > 0 ? [{ name: `${rest.length} other classes`, of: (i: LoadInterval) => rest.reduce((sum, name) => sum + (i.errors[name] ?? 0), 0) }] : []),
  ];
}

/** Red, then ever closer to the text's colour: red means error, so the classes differ in depth only. */
const errorTone = (n: number, t: Theme) => (n === 0 ? t.error : `color-mix(in srgb, ${t.error} ${100 - n * 18}%, ${n % 2 === 1 ? t.foreground : t.background})`);

function stageBands(intervals: readonly LoadInterval[], theme: Theme): Band[] {
  const bands: (Band & { stage: LoadStage })[] = [];
  for (const i of intervals) {
    const label = bandLabels[i.stage];
    if (label === undefined) continue;
    const last = bands.at(-1);
    const from = i.atUs - i.spanUs;
    if (last?.stage === i.stage && from - last.to < i.spanUs) last.to = i.atUs;
    else bands.push({ stage: i.stage, from, to: i.atUs, label, colour: withAlpha(i.stage === 'overload' ? theme.warning : theme.muted, 0.16) });
  }
  return bands;
}

function line({ name, colour, dash, width, fill }: Key, data: Point[]): LineData {
  // a point between two gaps is no line
  const alone = data.map((p, i) => !Number.isNaN(p.y) && Number.isNaN(data[i - 1]?.y ?? NaN) && Number.isNaN(data[i + 1]?.y ?? NaN));
  return { label: name, data, ...(alone.includes(true) ? { pointRadius: alone.map((a) => (a ? 2 : 0)), backgroundColor: colour } : {}), borderColor: colour, borderWidth: width ?? 1.5, ...(dash ? { borderDash: dash } : {}), ...(fill ? { fill: fill === 'above' ? '-1' : 'origin', backgroundColor: withAlpha(colour, fill === true ? 0.14 : 0.55) } : {}) };
}

const middle = (i: LoadInterval) => i.atUs - i.spanUs / 2;
const points = (intervals: readonly LoadInterval[], of: (i: LoadInterval) => number | null): Point[] => intervals.map((i) => ({ x: middle(i), y: of(i) ?? NaN }));
export const perSecond = (i: LoadInterval, count: number): number => count / (i.spanUs / 1e6);
const plainRate = (n: number) => formatRate(n).replace(/ .*/, '');
const whole = (n: number) => (Number.isInteger(n) ? formatCount(n) : '');
const said = (value: number | null, y: Axis) => (value === null ? 'none' : `${y.format(value) || formatCount(value)}${y.label === '' ? '' : ` ${y.label}`}`);
