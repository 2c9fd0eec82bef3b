import { UserError } from '../model/errors.ts';
import type { ProfileOptions } from '../model/run.ts';

/** The one table of defaults. */
export const defaultOptions: ProfileOptions = {
  callsPerTool: 20,
  concurrency: 1,
  cpu: true,
  heap: false,
  protocol: 'legacy',
  requestTimeoutMs: 30_000,
  initializeTimeoutMs: 30_000,
  bodies: false,
  budgets: {
    toolP95Us: 5_000_000,
    toolMeanUs: 1_000_000,
    listP95Us: 100_000,
    errorRatio: 0.05,
    resultBytes: 100_000,
    resultTokens: 10_000,
  },
};

/** @throws UserError `bad-argument` that names every option that is out of range. */
export function checkOptions(o: ProfileOptions): void {
  const problems: string[] = [];
  const range = (name: string, value: number, low: number, high: number) => {
    if (!Number.isInteger(value) || value < low || value > high) problems.push(`${name} must be a whole number from ${low} to ${high}, not ${value}`);
  };
  range('calls per tool', o.callsPerTool, 1, 1_000_000);
  range('concurrency', o.concurrency, 1, 256);
  range('request timeout (ms)', o.requestTimeoutMs, 1, 3_600_000);
  range('initialize timeout (ms)', o.initializeTimeoutMs, 1, 3_600_000);
  if (problems.length > 0) throw new UserError('bad-argument', `${problems.join('; ')}.`, 'Correct the options and run again.');
}
