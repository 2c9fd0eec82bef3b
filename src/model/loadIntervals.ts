import type { LoadInterval } from './load.ts';
import type { LoadSeries } from './loadResult.ts';

/** Points of a picture: more cannot be told apart on a screen. */
export const mostIntervals = 600;

/** What a load test has said so far, in a bounded number of steps: as it goes on they become longer. */
export interface Intervals {
  readonly list: readonly LoadInterval[];
  add(interval: LoadInterval): void;
}

export function collectIntervals(most = mostIntervals): Intervals {
  const list: LoadInterval[] = [];
  /** Shorter steps than this are joined to the one before; 0 at first. */
  let leastUs = 0;
  return {
    list,
    add(interval) {
      const last = list.at(-1);
      if (last && last.stage === interval.stage && last.spanUs < leastUs) list[list.length - 1] = merge(last, interval);
      else list.push(interval);
      if (list.length <= most) return;
      leastUs = leastUs === 0 ? 2 * interval.spanUs : 2 * leastUs;
      list.splice(0, list.length, ...joined(list, leastUs));
    },
  };
}

/** A list of any length as one that a chart can draw. Neighbours of one stage only are joined. */
export function decimate(intervals: readonly LoadInterval[], most = mostIntervals): readonly LoadInterval[] {
  let list = intervals;
  // a day is no step any more: then there is nothing but changes of the stage
  for (let leastUs = 2 * (intervals[0]?.spanUs ?? 0); list.length > most && leastUs > 0 && leastUs < 86_400e6; leastUs *= 2) list = joined(list, leastUs);
  return list;
}

/** The end of a list as one interval: so many microseconds, or a little more. Null when there is none. */
export function lately(intervals: readonly LoadInterval[], spanUs: number): LoadInterval | null {
  let whole = intervals.at(-1) ?? null;
  for (let i = intervals.length - 2; i >= 0 && whole && whole.spanUs < spanUs; i--) whole = { ...merge(intervals[i]!, whole), inFlight: whole.inFlight };
  return whole;
}

/** The seconds of a result in the form of what is said meanwhile. How its errors were classed is not kept by second. */
export function intervalsOf(s: LoadSeries): LoadInterval[] {
  const at = <T>(column: readonly T[], i: number): T | null => column[i] ?? null;
  return s.atUs.map((atUs, i): LoadInterval => {
    const [p50, p90, p99, max] = [at(s.p50, i), at(s.p90, i), at(s.p99, i), at(s.max, i)];
    // what could not be sent is among what failed, and is counted apart here
    const failed = (at(s.failed, i) ?? 0) - (at(s.notSent, i) ?? 0);
    return {
      stage: s.stage[i] ?? 'measure', atUs, spanUs: secondOf(atUs, s.atUs[i - 1]),
      due: at(s.due, i) ?? 0, sent: at(s.sent, i) ?? 0, notSent: at(s.notSent, i) ?? 0, ok: at(s.ok, i) ?? 0, errors: failed > 0 ? { failed } : {}, inFlight: at(s.inFlight, i) ?? 0,
      responseUs: p50 === null || p90 === null || p99 === null || max === null ? null : { p50, p90, p99, max },
      byOperation: [],
      generator: { utilization: at(s.generatorUtilization, i) ?? 0, lagP99Us: null },
      server: { cpu: at(s.serverCpu, i), rssBytes: at(s.serverRssBytes, i), loopDelayP99Us: at(s.loopDelayP99Us, i), loopDelayMaxUs: null, loopUtilization: null },
    };
  });
}

/** Shorter at the end of a stage; what lies between two stages is in neither. */
function secondOf(atUs: number, before: number | undefined): number {
  const spanUs = atUs - (before ?? 0);
  return spanUs > 0 && spanUs < 1.25e6 ? spanUs : 1e6;
}

function joined(list: readonly LoadInterval[], leastUs: number): LoadInterval[] {
  const out: LoadInterval[] = [];
  for (const interval of list) {
    const last = out.at(-1);
    if (last && last.stage === interval.stage && last.spanUs < leastUs) out[out.length - 1] = merge(last, interval);
    else out.push(interval);
  }
  return out;
}

/**
 * Two neighbours as one. Counts are added. Percentiles of two spans cannot be merged: the median is weighted by the
 * answers, of the others the higher one stays, so that no peak is lost from the picture.
 */
function merge(a: LoadInterval, b: LoadInterval): LoadInterval {
  return {
    stage: b.stage, atUs: b.atUs, spanUs: a.spanUs + b.spanUs,
    due: a.due + b.due, sent: a.sent + b.sent, notSent: a.notSent + b.notSent, ok: a.ok + b.ok,
    errors: sum(a.errors, b.errors), inFlight: Math.max(a.inFlight, b.inFlight),
    responseUs: a.responseUs === null || b.responseUs === null ? (a.responseUs ?? b.responseUs) : {
      p50: mean(a.responseUs.p50, a.ok, b.responseUs.p50, b.ok), p90: Math.max(a.responseUs.p90, b.responseUs.p90), p99: Math.max(a.responseUs.p99, b.responseUs.p99), max: Math.max(a.responseUs.max, b.responseUs.max),
    },
    byOperation: Array.from({ length: Math.max(a.byOperation.length, b.byOperation.length) }, (_, i) => (a.byOperation[i] ?? 0) + (b.byOperation[i] ?? 0)),
    generator: { utilization: Math.max(a.generator.utilization, b.generator.utilization), lagP99Us: highest(a.generator.lagP99Us, b.generator.lagP99Us) },
    server: {
      cpu: a.server.cpu === null || b.server.cpu === null ? (a.server.cpu ?? b.server.cpu) : mean(a.server.cpu, a.spanUs, b.server.cpu, b.spanUs),
      rssBytes: b.server.rssBytes ?? a.server.rssBytes,
      loopDelayP99Us: highest(a.server.loopDelayP99Us, b.server.loopDelayP99Us), loopDelayMaxUs: highest(a.server.loopDelayMaxUs, b.server.loopDelayMaxUs),
      loopUtilization: highest(a.server.loopUtilization, b.server.loopUtilization),
    },
  };
}

function sum(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const all = { ...a };
  for (const [name, count] of Object.entries(b)) all[name] = (all[name] ?? 0) + count;
  return all;
}

const mean = (a: number, weightA: number, b: number, weightB: number) => (weightA + weightB === 0 ? (a + b) / 2 : (a * weightA + b * weightB) / (weightA + weightB));
const highest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b));
