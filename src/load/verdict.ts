import { formatCount, formatRatio, formatUs } from '../model/format.ts';
import type { GeneratorVerdict, LittlesLaw } from '../model/loadResult.ts';
import type { Histogram } from './histogram.ts';

export interface GeneratorFigures {
  /** Of the busiest generator thread's event loop, 0 to 1; null when it was not measured. */
  utilization: number | null;
  /** How late requests were sent by our own doing, and how long they took from the write on. */
  ownLag: Histogram;
  service: Histogram;
  due: number;
  notSent: number;
  threads: number;
  cpuUsPerRequest: number | null;
}

/** Did we fall short, and not the server? Then no figure of the run is the server's alone. */
export function generatorVerdict(g: GeneratorFigures): GeneratorVerdict {
  const reasons: string[] = [];
  if (g.utilization !== null && g.utilization > mostUtilization) reasons.push(`its event loop was busy for ${formatRatio(g.utilization)} of the time, over ${formatRatio(mostUtilization)}`);
  const lagLimit = Math.max(leastLagUs, lagShare * g.service.valueAt(50));
  const lag = g.ownLag.valueAt(99);
  if (lag > lagLimit) reasons.push(`requests were sent up to ${formatUs(lag)} late (p99), over ${formatUs(lagLimit)}`);
  const unsent = g.due === 0 ? 0 : g.notSent / g.due;
  if (unsent > mostUnsent) reasons.push(`${formatCount(g.notSent)} of ${formatCount(g.due)} requests (${formatRatio(unsent)}) could not be sent, over ${formatRatio(mostUnsent)}`);
  return { limited: reasons.length > 0, reasons, utilization: g.utilization, threads: g.threads, cpuUsPerRequest: g.cpuUsPerRequest };
}

/**
 * L = λW (Little 1961), for requests that were answered well: with many failures it need not hold. Null without any.
 */
export function littlesLaw(meanInFlight: number, perSecond: number, meanUs: number): LittlesLaw | null {
  const expected = (perSecond * meanUs) / 1e6;
  return expected > 0 ? { meanInFlight, expected, error: Math.abs(meanInFlight - expected) / expected } : null;
}

export interface Slope {
  value: number;
  low: number;
  high: number;
}

/**
 * How fast a series grows, per unit of `at`, with its 95% interval; null under 8 values. Neighbouring values of a queue
 * resemble each other, so that plain regression is far too sure. Here the line is fitted to the means of ten blocks, the
 * correlation φ of neighbouring residuals (with its small-sample bias, Marriott and Pope 1954) widens the interval by
 * √((1+φ)/(1-φ)) and takes degrees of freedom from Student's t in the same measure. Simulated, it covers the truth in 93 to
 * 97% of the series that are long against the queue's own memory, in 80 to 90% of shorter ones (plain regression: 50%).
 */
export function slopeOf(at: readonly number[], values: readonly number[]): Slope | null {
  if (values.length < 8) return null;
  const blocks = Math.min(values.length, 10);
  const x = blockMeans(at, blocks);
  const y = blockMeans(values, blocks);
  const meanX = mean(x);
  const meanY = mean(y);
  const spreadX = sum(x.map((v) => (v - meanX) ** 2));
  const value = sum(x.map((v, i) => (v - meanX) * (y[i]! - meanY))) / spreadX;
  const residuals = y.map((v, i) => v - meanY - value * (x[i]! - meanX));
  const squares = sum(residuals.map((r) => r * r));
  const r1 = squares === 0 ? 0 : sum(residuals.slice(1).map((r, i) => r * residuals[i]!)) / squares;
  const phi = Math.min(0.9, Math.max(0, r1 + (1 + 4 * r1) / blocks));
  const inflation = (1 + phi) / (1 - phi);
  const freedom = Math.max(2, blocks / inflation - 2);
  const margin = t975(freedom) * Math.sqrt((inflation * squares) / (blocks - 2) / spreadX);
  return { value, low: value - margin, high: value + margin };
}

const mostUtilization = 0.85;
const leastLagUs = 5000;
const lagShare = 0.1;
const mostUnsent = 0.01;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function blockMeans(values: readonly number[], blocks: number): number[] {
  return Array.from({ length: blocks }, (_, i) => mean(values.slice(Math.floor((i * values.length) / blocks), Math.floor(((i + 1) * values.length) / blocks))));
}

/** Student's t at 97.5%, for fractional degrees of freedom; linear in 1/df between these, good to 1%. */
export function t975(freedom: number): number {
  const after = table.findIndex(([df]) => df >= freedom);
  if (after === -1) return 1.96;
  const [df1, t1] = table[Math.max(0, after - 1)]!;
  const [df2, t2] = table[after]!;
  return df1 === df2 ? t2 : t2 + ((t1 - t2) * (1 / freedom - 1 / df2)) / (1 / df1 - 1 / df2);
}

const table: [number, number][] = [[1, 12.706], [1.5, 6.03], [2, 4.303], [3, 3.182], [4, 2.776], [5, 2.571], [6, 2.447], [8, 2.306], [10, 2.228], [15, 2.131], [30, 2.042], [120, 1.98]];
