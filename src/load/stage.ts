import type { LoadInterval, LoadModel, LoadStage } from '../model/load.ts';
import { createHistogram, type Histogram } from './histogram.ts';
import { seriesStepUs, type MeterCounts, type MeterInterval, type MeterResult } from './meter.ts';

/** One stretch of load with one model. */
export interface Stage {
  label: LoadStage;
  model: LoadModel;
  durationS: number;
  /** Most requests in flight, all threads together; what is due beyond is not sent. Closed models and agents bound themselves. */
  maxInFlight: number;
  /**
   * How long requests that were due in the window may still be answered after it, seconds; then they count as
   * `cancelled`. 0: the result comes at once, without those in flight, for a stage that the next one follows in full
   * swing. Default: the timeout of requests, so that each has its true end.
   */
  drainS?: number;
  /**
   * With `drainS: 0` and an open model: after the window the load goes on, in no figure, until the next stage begins,
   * at most so long, seconds. So the next one starts in full swing.
   */
  holdS?: number;
}

/** Reason of an abort that is none: the window may end now, the result is as of a shorter stage. */
export const enough = 'enough';
/** Reason of an abort by the user. What is open then says nothing about the server; after any other reason it has failed. */
export const stopped = 'stopped' satisfies StageResult['cut'];
/** Reason of an abort as no connection is left. */
export const lost = 'lost' satisfies StageResult['cut'];

/** An interval as the generator knows it. */
export type RawInterval = Omit<LoadInterval, 'server'>;

export interface StageResult extends MeterCounts {
  /** Of the window; shorter than planned when it was cut. */
  durationUs: number;
  /**
   * Answered well within the window: divided by it, the achieved rate. Requests of the stage before are among them, in
   * the place of those that are still open when the window ends. `ok` counts those that were due in the window, whenever
   * they were answered.
   */
  completed: number;
  /** By class, what was wrong and belongs to no request: answers to unknown ids, lines that are no message. */
  strays: Record<string, number>;
  /** Of a stage that the user stopped: how long the requests that were open then had waited since they were due. They are in `sent`, and in nothing else. */
  unfinished: Histogram;
  /** Good answers only; from the due time, and from the write. */
  response: Histogram;
  service: Histogram;
  /** Write less due time, of all that was written. */
  lag: Histogram;
  /** The part of it that is ours: without the wait for a pipe that was full as the server did not read. */
  ownLag: Histogram;
  /** `calls`: ended in any way, `not_sent` among them; those open at a stop are not. `bytes`: of all answers. */
  operations: { calls: number; unfinished: number; errors: Record<string, number>; response: Histogram; service: Histogram; bytes: number }[];
  /** Every 50 ms of the window; `atUs` on the run's clock. */
  inFlightSeries: { atUs: Float64Array; value: Float64Array };
  /** Time-weighted mean over the window of the requests that were due and not answered: the L of Little's law for response times. */
  meanInFlight: number;
  /** Of the busiest thread's event loop, over the window. */
  utilization: number;
  threads: number;
  /** CPU time of all generator threads by requests that ended; null where the runtime cannot tell. */
  cpuUsPerRequest: number | null;
  agents: { completed: number; failed: number; duration: Histogram } | null;
  /** Open at the end; null over stdio. */
  sockets: number | null;
  /** What ended it before its time: the user, or the loss of the last connection. */
  cut: 'stopped' | 'lost' | null;
}

/** What one thread measured; plain data. */
export interface ThreadResult extends MeterResult {
  windowUs: number;
  utilization: number;
  cpuUs: number | null;
  agents: { completed: number; failed: number; duration: number[] } | null;
  sockets: number | null;
}

export interface ThreadInterval extends MeterInterval {
  /** Its end, in quarters of a second from the start of the stage; whole, but for the last. */
  index: number;
  utilization: number;
}

export const intervalUs = 250_000;

export function mergeResults(results: readonly ThreadResult[], startUs: number, cut: StageResult['cut']): StageResult {
  const counts = addCounts(results);
  const durationUs = Math.max(...results.map((r) => r.windowUs));
  const operations = (results[0]?.operations ?? []).map((_, i) => {
    const parts = results.map((r) => r.operations[i]!);
    return {
      calls: sum(parts.map((p) => p.calls)), unfinished: sum(parts.map((p) => p.unfinished)), errors: addErrors(parts), bytes: sum(parts.map((p) => p.bytes)),
      response: histogramOf(parts.map((p) => p.response)), service: histogramOf(parts.map((p) => p.service)),
    };
  });
  const series = addSeries(results.map((r) => r.inFlight));
  const replies = counts.ok + sum(Object.values(counts.errors)) - counts.notSent;
  const cpus = results.map((r) => r.cpuUs);
  const sockets = results.map((r) => r.sockets).filter((n) => n !== null);
  const agents = results.map((r) => r.agents).filter((a) => a !== null);
  return {
    ...counts,
    durationUs,
    completed: sum(results.map((r) => r.completed + r.carriedOver)),
    strays: addCounted(results.map((r) => r.strays)),
    unfinished: histogramOf(results.map((r) => r.unfinished)),
    response: histogramOf(results.flatMap((r) => r.operations.map((of) => of.response))),
    service: histogramOf(results.flatMap((r) => r.operations.map((of) => of.service))),
    lag: histogramOf(results.map((r) => r.lag)),
    ownLag: histogramOf(results.map((r) => r.ownLag)),
    operations,
    inFlightSeries: { atUs: series.map((_, i) => startUs + i * seriesStepUs), value: series },
    meanInFlight: durationUs === 0 ? 0 : sum(results.map((r) => r.inFlightArea)) / durationUs,
    utilization: Math.max(...results.map((r) => r.utilization)),
    threads: results.length,
    cpuUsPerRequest: cpus.includes(null) || replies <= 0 ? null : sum(cpus.map((c) => c ?? 0)) / replies,
    agents: agents.length === 0 ? null : { completed: sum(agents.map((a) => a.completed)), failed: sum(agents.map((a) => a.failed)), duration: histogramOf(agents.map((a) => a.duration)) },
    sockets: sockets.length === 0 ? null : sum(sockets),
    cut,
  };
}

/** Intervals of all threads as those of the test: one is told once every thread has reached its end; `end` tells the rest. */
export function createIntervalMerger(threads: number, o: { label: LoadStage; startUs: number }, onInterval: (interval: RawInterval) => void): { add(thread: number, interval: ThreadInterval): void; end(): void } {
  const waiting = Array.from({ length: threads }, (): ThreadInterval[] => []);
  const inFlight = new Array<number>(threads).fill(0);
  // one pair for all: garbage of typed arrays stands outside the heap, and is let grow by many megabytes
  const scratch = { response: createHistogram(), lag: createHistogram() };
  let told = 0;

  function tell(index: number) {
    if (index <= told) return;
    const parts = waiting.flatMap((list, thread) => {
      const reached = list.splice(0, list.findLastIndex((i) => i.index <= index) + 1);
      inFlight[thread] = reached.at(-1)?.inFlight ?? inFlight[thread]!;
      return reached;
    });
    onInterval({ stage: o.label, atUs: o.startUs + index * intervalUs, spanUs: (index - told) * intervalUs, ...mergeIntervals(parts, scratch), inFlight: sum(inFlight) });
    told = index;
  }

  return {
    add(thread, interval) {
      waiting[thread]!.push(interval);
      tell(Math.min(...waiting.map((list) => list.at(-1)?.index ?? told)));
    },
    end: () => tell(Math.max(...waiting.map((list) => list.at(-1)?.index ?? told))),
  };
}

function mergeIntervals(parts: readonly ThreadInterval[], { response, lag }: { response: Histogram; lag: Histogram }): Pick<RawInterval, keyof MeterCounts | 'responseUs' | 'byOperation' | 'generator'> {
  response.clear();
  lag.clear();
  for (const part of parts) {
    response.addSparse(part.response);
    lag.addSparse(part.lag);
  }
  return {
    ...addCounts(parts),
    responseUs: response.count === 0 ? null : { p50: response.valueAt(50), p90: response.valueAt(90), p99: response.valueAt(99), max: response.max },
    byOperation: [...addSeries(parts.map((p) => p.byOperation))],
    generator: { utilization: Math.max(0, ...parts.map((p) => p.utilization)), lagP99Us: lag.count === 0 ? null : lag.valueAt(99) },
  };
}

const addCounts = (parts: readonly MeterCounts[]): MeterCounts => ({
  due: sum(parts.map((p) => p.due)),
  sent: sum(parts.map((p) => p.sent)),
  notSent: sum(parts.map((p) => p.notSent)),
  ok: sum(parts.map((p) => p.ok)),
  errors: addErrors(parts),
});

const addErrors = (parts: readonly { errors: Record<string, number> }[]) => addCounted(parts.map((p) => p.errors));

function addCounted(parts: readonly Record<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const counts of parts) for (const [errorClass, count] of Object.entries(counts)) all[errorClass] = (all[errorClass] ?? 0) + count;
  return all;
}

function addSeries(list: readonly (readonly number[])[]): Float64Array {
  const all = new Float64Array(Math.max(0, ...list.map((values) => values.length)));
  for (const values of list) for (const [i, value] of values.entries()) all[i]! += value;
  return all;
}

function histogramOf(sparse: readonly (readonly number[])[]): Histogram {
  const histogram = createHistogram();
  for (const part of sparse) histogram.addSparse(part);
  return histogram;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
