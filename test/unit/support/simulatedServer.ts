import type { Measured } from '../../../src/load/capacity/findCapacity.ts';
import { createHistogram } from '../../../src/load/histogram.ts';
import type { LoadInterval, LoadModel } from '../../../src/model/load.ts';

/** A server that is only computed: requests wait in one line for one of `workers`. Seconds. */
export interface SimulatedServer {
  workers: number;
  /** `inSystem`: how many requests are there when it begins to be worked on, itself included. */
  serviceS: (inSystem: number) => number;
  /** Share of a core that a busy worker uses. */
  cpuPerWorker: number;
  /** Class of the error when the request fails at once on arrival; `perSecond` is the rate of the last tenth of a second. */
  refuses?: (o: { inSystem: number; perSecond: number }) => string | null;
  rssBytes?: (answered: number) => number;
}

const stepS = 0.25;

interface Call {
  due: number;
  end: number;
  start: number;
  errorClass: string | null;
}

/** Loads it on a clock of its own, as the generator would: waits at the end until all is answered. */
export function simulate(server: SimulatedServer, o: { maxInFlight?: number; utilization?: number } = {}) {
  const { maxInFlight = 1000, utilization = 0.2 } = o;
  let nowS = 0;
  let answered = 0;

  function stage(model: LoadModel, durationS: number): Measured {
    const startS = nowS;
    const calls: Call[] = [];
    const free = new Array<number>(server.workers).fill(startS);
    const ends: number[] = [];
    let gone = 0;
    let notSent = 0;
    const recent: number[] = [];

    function inSystemAt(t: number) {
      // in the order of their ends, but for workers that overtake each other by less than one service
      while (gone < ends.length && ends[gone]! <= t) gone++;
      let late = 0;
      for (let i = gone; i < Math.min(ends.length, gone + server.workers); i++) if (ends[i]! <= t) late++;
      return ends.length - gone - late;
    }

    function send(due: number): Call | null {
      const inSystem = inSystemAt(due);
      if (inSystem >= maxInFlight) {
        notSent++;
        return null;
      }
      while (recent.length > 0 && recent[0]! < due - 0.1) recent.shift();
      recent.push(due);
      const errorClass = server.refuses?.({ inSystem, perSecond: recent.length * 10 }) ?? null;
      if (errorClass !== null) {
        const call = { due, start: due, end: due + 0.0005, errorClass };
        calls.push(call);
        return call;
      }
      const worker = free.indexOf(Math.min(...free));
      const start = Math.max(due, free[worker]!);
      const end = start + server.serviceS(inSystem + 1);
      free[worker] = end;
      ends.push(end);
      const call = { due, start, end, errorClass: null };
      calls.push(call);
      return call;
    }

    if (model.kind === 'rate') for (let i = 0; i < Math.floor(durationS * model.perSecond); i++) send(startS + i / model.perSecond);
    else if (model.kind === 'closed') {
      const ready = new Array<number>(model.concurrency).fill(startS);
      for (;;) {
        const next = Math.min(...ready);
        if (next >= startS + durationS) break;
        ready[ready.indexOf(next)] = send(next)!.end;
      }
    } else throw new Error(`No ${model.kind} here.`);

    const endS = startS + durationS;
    nowS = Math.max(endS, calls.reduce((latest, c) => Math.max(latest, c.end), endS));
    const response = createHistogram();
    const service = createHistogram();
    const lag = createHistogram();
    const errors: Record<string, number> = notSent > 0 ? { not_sent: notSent } : {};
    for (const c of calls) {
      lag.record(100);
      if (c.errorClass === null) response.record((c.end - c.due) * 1e6);
      if (c.errorClass === null) service.record((c.end - c.due) * 1e6);
      else errors[c.errorClass] = (errors[c.errorClass] ?? 0) + 1;
    }
    const good = calls.filter((c) => c.errorClass === null);
    const steps = Math.floor(durationS / 0.05);
    const atS = Float64Array.from({ length: steps }, (_, i) => startS + i * 0.05);
    const value = countInFlight(calls, atS);
    const area = calls.reduce((sum, c) => sum + Math.max(0, Math.min(c.end, endS) - c.due), 0);
    const before = answered;
    const came = Array.from({ length: Math.floor(durationS / stepS) }, (): Call[] => []);
    const busyS = came.map(() => 0);
    for (const c of good) {
      came[Math.ceil((c.end - startS) / stepS) - 1]?.push(c);
      for (let i = Math.floor((c.start - startS) / stepS); i < Math.min(busyS.length, (c.end - startS) / stepS); i++) busyS[i]! += Math.min(c.end, startS + (i + 1) * stepS) - Math.max(c.start, startS + i * stepS);
    }
    const intervals = came.map((calls, i): LoadInterval => {
      answered += calls.length;
      const times = calls.map((c) => (c.end - c.due) * 1e6).sort((a, b) => a - b);
      const at = (p: number) => times[Math.ceil(p * times.length) - 1]!;
      const cpu = (busyS[i]! * server.cpuPerWorker) / stepS;
      return {
        stage: 'search', atUs: (startS + (i + 1) * stepS) * 1e6, spanUs: stepS * 1e6, due: 0, sent: 0, notSent: 0, ok: calls.length, errors: {}, inFlight: 0, byOperation: [],
        responseUs: calls.length === 0 ? null : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
        generator: { utilization, lagP99Us: 100 },
        server: { cpu, rssBytes: server.rssBytes?.(answered) ?? 100e6, loopDelayP99Us: null, loopDelayMaxUs: null, loopUtilization: server.workers === 1 ? cpu : null },
      };
    });
    answered = before + good.length;
    return {
      durationUs: durationS * 1e6, due: calls.length + notSent, sent: calls.length, notSent, completed: good.filter((c) => c.end <= endS).length, ok: good.length, errors, response, service, lag, ownLag: lag,
      inFlightSeries: { atUs: atS.map((s) => s * 1e6), value }, meanInFlight: area / durationS, utilization, threads: 1, cpuUsPerRequest: 4, cut: null, intervals,
    };
  }

  return { run: (model: LoadModel, durationS: number) => Promise.resolve(stage(model, durationS)), stage, now: () => nowS * 1e6, wait: (s: number) => void (nowS += s) };
}

function countInFlight(calls: readonly Call[], at: Float64Array): Float64Array {
  const begins = calls.map((c) => c.due).sort((a, b) => a - b);
  const ends = calls.map((c) => c.end).sort((a, b) => a - b);
  let begun = 0;
  let ended = 0;
  return at.map((t) => {
    while (begun < begins.length && begins[begun]! <= t) begun++;
    while (ended < ends.length && ends[ended]! <= t) ended++;
    return begun - ended;
  });
}
