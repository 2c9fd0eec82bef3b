import { createHistogram, type Histogram } from './histogram.ts';
import type { Reply } from './connection.ts';

/**
 * Counts one stage on one thread: memory is the same after a thousand requests and after ten million. What is due in
 * the stage belongs to it, whenever it ends.
 */
export interface Meter {
  due(): void;
  notSent(operation: number): void;
  sent(dueUs: number, nowUs: number): void;
  ended(operation: number, dueUs: number, reply: Reply): void;
  /** A request of an earlier stage has ended: it counts for the rate of answers only. */
  carriedOver(reply: Reply): void;
  /** The server had all the time that it may take, and did not answer: a failure. */
  cancelled(operation: number): void;
  /** Still open when the user stopped the test: neither answered nor failed. */
  unfinished(operation: number, waitedUs: number): void;
  /** Something wrong that belongs to no request. */
  stray(errorClass: string): void;
  inFlightChanged(inFlight: number, atUs: number): void;
  /** From time to time: notes how many are in flight. */
  tick(nowUs: number): void;
  /** Requests of the stage that were sent and have not ended. */
  readonly waiting: number;
  /** The window ends earlier than planned. */
  cut(endUs: number): void;
  /** What came since the call before. */
  takeInterval(): MeterInterval;
  result(): MeterResult;
}

export interface MeterCounts {
  due: number;
  sent: number;
  notSent: number;
  ok: number;
  /** By class; `not_sent` among them. */
  errors: Record<string, number>;
}

export interface MeterInterval extends MeterCounts {
  inFlight: number;
  /** Histograms in their sparse form. */
  response: number[];
  lag: number[];
  /** Answered well, by operation. */
  byOperation: number[];
}

/** Plain data, to be sent to another thread. */
export interface MeterResult extends MeterCounts {
  /** Answered well within the window: those that were due in it, and those of the stage before. */
  completed: number;
  carriedOver: number;
  /** By class, what was wrong and belongs to no request: it is no failed one. */
  strays: Record<string, number>;
  /** How long those had waited that were open at the stop, since they were due. */
  unfinished: number[];
  lag: number[];
  ownLag: number[];
  operations: { calls: number; unfinished: number; errors: Record<string, number>; response: number[]; service: number[]; bytes: number }[];
  /** Every `seriesStepUs` from the start, the number in flight. */
  inFlight: number[];
  /** Requests that were due and not answered, × microseconds, within the window. */
  inFlightArea: number;
}

export const seriesStepUs = 50_000;
/** A server that makes up a new code for each answer must not fill the memory. */
const mostClasses = 200;

interface Operation {
  calls: number;
  unfinished: number;
  errors: Record<string, number>;
  response: Histogram;
  service: Histogram;
  bytes: number;
}

const emptyCounts = (): MeterCounts => ({ due: 0, sent: 0, notSent: 0, ok: 0, errors: {} });

export function createMeter(o: { operations: number; startUs: number; endUs: number }): Meter {
  const { startUs } = o;
  let { endUs } = o;
  const total = { ...emptyCounts(), completed: 0, carriedOver: 0, strays: {} };
  let since = emptyCounts();
  const operations = Array.from({ length: o.operations }, (): Operation => ({ calls: 0, unfinished: 0, errors: {}, response: createHistogram(), service: createHistogram(), bytes: 0 }));
  const unfinished = createHistogram();
  const lag = createHistogram();
  const ownLag = createHistogram();
  const recentResponse = createHistogram();
  const recentLag = createHistogram();
  const recentByOperation = new Array<number>(o.operations).fill(0);
  let waiting = 0;
  const flight = { count: 0, sinceUs: startUs, area: 0 };
  const series: number[] = [];

  function fail(operation: number, errorClass: string) {
    count(total.errors, errorClass);
    count(since.errors, errorClass);
    count(operations[operation]!.errors, errorClass);
  }

  return {
    due() {
      total.due++;
      since.due++;
    },
    notSent(operation) {
      total.notSent++;
      since.notSent++;
      operations[operation]!.calls++;
      fail(operation, 'not_sent');
    },
    sent(dueUs, nowUs) {
      total.sent++;
      since.sent++;
      waiting++;
      // it has waited since it was due
      flight.area += Math.max(0, Math.min(nowUs, endUs) - dueUs);
    },
    ended(operation, dueUs, reply) {
      const { errorClass, writtenUs } = reply;
      const of = operations[operation]!;
      waiting--;
      of.calls++;
      of.bytes += reply.bytes;
      if (writtenUs !== null) {
        lag.record(writtenUs - dueUs);
        recentLag.record(writtenUs - dueUs);
        ownLag.record((reply.readyUs ?? writtenUs) - dueUs);
      }
      if (errorClass === null) {
        total.ok++;
        since.ok++;
        if (reply.endUs <= endUs) total.completed++;
        of.response.record(reply.endUs - dueUs);
        of.service.record(reply.endUs - (writtenUs ?? dueUs));
        recentResponse.record(reply.endUs - dueUs);
        recentByOperation[operation]!++;
        return;
      }
      if (errorClass === 'not_sent') {
        // the pipe was full all the time
        total.sent--;
        total.notSent++;
        since.sent--;
        since.notSent++;
      }
      fail(operation, errorClass);
    },
    carriedOver(reply) {
      if (reply.errorClass === null && reply.endUs >= startUs && reply.endUs <= endUs) total.carriedOver++;
    },
    cancelled(operation) {
      waiting--;
      operations[operation]!.calls++;
      fail(operation, 'cancelled');
    },
    unfinished(operation, waitedUs) {
      waiting--;
      operations[operation]!.unfinished++;
      unfinished.record(waitedUs);
    },
    stray(errorClass) {
      count(total.strays, errorClass);
    },
    inFlightChanged(inFlight, atUs) {
      const at = Math.min(Math.max(atUs, flight.sinceUs), endUs);
      flight.area += flight.count * (at - flight.sinceUs);
      flight.count = inFlight;
      flight.sinceUs = at;
    },
    tick(nowUs) {
      const until = Math.min(nowUs, endUs);
      while (startUs + series.length * seriesStepUs <= until) series.push(flight.count);
    },
    get waiting() {
      return waiting;
    },
    cut(atUs) {
      endUs = Math.min(endUs, atUs);
    },
    takeInterval() {
      const interval: MeterInterval = { ...since, inFlight: flight.count, response: recentResponse.toSparse(), lag: recentLag.toSparse(), byOperation: [...recentByOperation] };
      since = emptyCounts();
      recentResponse.clear();
      recentLag.clear();
      recentByOperation.fill(0);
      return interval;
    },
    result() {
      this.inFlightChanged(flight.count, endUs);
      return {
        ...total,
        unfinished: unfinished.toSparse(),
        lag: lag.toSparse(),
        ownLag: ownLag.toSparse(),
        operations: operations.map((of) => ({ ...of, response: of.response.toSparse(), service: of.service.toSparse() })),
        inFlight: series,
        inFlightArea: flight.area,
      };
    },
  };
}

function count(errors: Record<string, number>, errorClass: string) {
  const known = errors[errorClass];
  if (known !== undefined) errors[errorClass] = known + 1;
  else if (Object.keys(errors).length < mostClasses) errors[errorClass] = 1;
  else errors['jsonrpc(other)'] = (errors['jsonrpc(other)'] ?? 0) + 1;
}
