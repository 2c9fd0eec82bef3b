import { UserError } from '../model/errors.ts';
import type { LoadOptions } from '../model/load.ts';

/** The one table of defaults of load tests. */
export const defaultLoadOptions: LoadOptions = {
  goal: 'measure',
  model: { kind: 'closed', concurrency: 8, thinkMs: 0 },
  durationS: 15,
  warmupS: 15,
  slo: null,
  overload: false,
  processes: 1,
  sessions: 1,
  sockets: 256,
  maxInFlight: 1000,
  requestTimeoutMs: 30_000,
  initializeTimeoutMs: 30_000,
  protocol: 'legacy',
  probe: true,
  seed: 1,
  caps: { perSecond: 20_000, durationS: 600, processes: 16 },
};

/** Most callers or agents at once: each costs the generator memory, and the server a thread or a session. */
const mostAtOnce = 10_000;

/** @throws UserError `bad-argument` that names every option that is out of range. */
export function checkLoadOptions(o: LoadOptions): void {
  const problems: string[] = [];
  const whole = (name: string, value: number, low: number, high: number, cap?: string) => {
    if (!Number.isInteger(value) || value < low) problems.push(`${name} must be a whole number from ${low} to ${high}, not ${value}`);
    else if (value > high) problems.push(`${name} is ${value}, over ${cap ?? 'its limit'} of ${high}`);
  };
  const rate = (name: string, value: number) => {
    if (!(value > 0)) problems.push(`${name} must be above 0, not ${value}`);
    else if (value > o.caps.perSecond) problems.push(`${name} is ${value}/s, over the cap of ${o.caps.perSecond}/s`);
  };
  const { model } = o;
  if (o.goal === 'measure') {
    if (model.kind === 'rate') rate('the rate', model.perSecond);
    if (model.kind === 'ramp') {
      rate('the rate that the ramp starts at', model.from);
      rate('the rate that the ramp ends at', model.to);
    }
    if (model.kind === 'closed') {
      whole('the concurrency', model.concurrency, 1, mostAtOnce);
      if (!(model.thinkMs >= 0)) problems.push(`the think time must be 0 or more milliseconds, not ${model.thinkMs}`);
    }
    if (model.kind === 'sessions') whole('the number of agent sessions', model.sessions, 1, mostAtOnce);
  } else if (o.slo === null) {
    problems.push("finding the capacity needs an objective, e.g. 'p99<100ms,errors<1%'");
  }
  whole('the duration (s)', o.durationS, 1, o.caps.durationS, 'the cap');
  whole('the warm-up (s)', o.warmupS, 0, 120);
  whole('the number of processes', o.processes, 1, o.caps.processes, 'the cap');
  whole('the number of sessions', o.sessions, 1, 1000);
  whole('the number of sockets', o.sockets, 1, 10_000);
  whole('the most requests in flight', o.maxInFlight, 1, 100_000);
  whole('the request timeout (ms)', o.requestTimeoutMs, 1, 3_600_000);
  whole('the initialize timeout (ms)', o.initializeTimeoutMs, 1, 3_600_000);
  if (problems.length > 0) throw new UserError('bad-argument', `${problems.join('; ')}.`, problems.some((p) => p.includes('the cap')) ? 'The caps guard against slips: raise them on purpose with --max-rate, --max-duration or --max-processes (in VS Code: the settings mcpProfiler.load.*).' : 'Correct the options and run again.');
}
