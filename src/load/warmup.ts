import type { LoadModel } from '../model/load.ts';
import type { Generator } from './generator.ts';
import { enough, type RawInterval } from './stage.ts';

export interface WarmUp {
  durationUs: number;
  /** Three windows agreed; else the time was over. */
  settled: boolean;
}

/** One second of the warm-up. */
export interface WarmUpWindow {
  /** Good answers per second. */
  rate: number;
  /** Median response time; null without an answer. */
  p50Us: number | null;
}

const windowUs = 1e6;
const windowsThatAgree = 3;
const tolerance = 0.1;
/** The clock of the schedule ticks in milliseconds: medians that differ by less are the same. */
const toleranceUs = 100;

/**
 * Load before the measurement, with the same model: until three seconds in a row agree in rate and median response
 * time, at most `maxS`. It is in no figure. A rate goes on, for two seconds at most, until the next stage begins.
 */
export async function warmUp(generator: Generator, o: { model: LoadModel; maxS: number; maxInFlight: number }, signal: AbortSignal, onInterval: (interval: RawInterval) => void): Promise<WarmUp> {
  const model = steady(o.model);
  // the next stage begins in full swing; callers and agents must end what they are at
  const after = model.kind === 'rate' ? { drainS: 0, holdS: 2 } : { drainS: 5 };
  let durationUs = 0;
  let settled = false;
  // a second time when a thread turned out to be crowded: connections that were opened anew are cold again
  while (durationUs < o.maxS * 1e6 && !signal.aborted) {
    const stop = new AbortController();
    const collector = createCollector((windows) => {
      settled = haveSettled(windows);
      if (settled) stop.abort(enough);
    });
    const result = await generator.run({ label: 'warmup', model, durationS: o.maxS - durationUs / 1e6, maxInFlight: o.maxInFlight, ...after }, AbortSignal.any([signal, stop.signal]), (interval) => {
      onInterval(interval);
      collector.add(interval);
    });
    durationUs += result.durationUs;
    if (!generator.crowded || result.durationUs === 0) break;
  }
  return { durationUs, settled };
}

/** The last three windows are within 10% of their mean. */
export function haveSettled(windows: readonly WarmUpWindow[]): boolean {
  const last = windows.slice(-windowsThatAgree);
  const medians = last.map((w) => w.p50Us);
  if (last.length < windowsThatAgree || medians.includes(null)) return false;
  return agree(last.map((w) => w.rate), 0) && agree(medians.map((m) => m ?? 0), toleranceUs);
}

function agree(values: number[], absolute: number): boolean {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.every((value) => Math.abs(value - mean) <= Math.max(tolerance * mean, absolute));
}

/** Intervals as windows of a second; the median of a window is the mean of its intervals' medians, by their answers. */
export function createCollector(onWindow: (windows: readonly WarmUpWindow[]) => void): { add(interval: RawInterval): void } {
  const windows: WarmUpWindow[] = [];
  let spanUs = 0;
  let ok = 0;
  let medians = 0;
  return {
    add(interval) {
      spanUs += interval.spanUs;
      ok += interval.ok;
      medians += interval.ok * (interval.responseUs?.p50 ?? 0);
      if (spanUs < windowUs - 1) return;
      windows.push({ rate: (ok * 1e6) / spanUs, p50Us: ok === 0 ? null : medians / ok });
      spanUs = ok = medians = 0;
      onWindow(windows);
    },
  };
}

/** A ramp begins where it begins. */
function steady(model: LoadModel): LoadModel {
  return model.kind === 'ramp' ? { kind: 'rate', perSecond: Math.max(1, Math.min(model.from, model.to)) } : model;
}
