import type { Context, Runnable, Suite } from 'mocha';

/** Where the reporter finds why a test, or a suite of them, was skipped. */
export interface Skippable {
  skipReason?: string;
}

/**
 * Skips the running test, or in a `before` hook all tests of the suite, because the machine lacks something.
 * @example before(function () { if (!python) skip(this, 'Python 3.10 or later') });
 */
export function skip(context: Context, lacking: string): never {
  const runnable = context.runnable() as Runnable & Skippable & { type?: string };
  const where: (Runnable | Suite) & Skippable = runnable.type === 'hook' ? runnable.parent! : runnable;
  where.skipReason = lacking;
  return context.skip();
}
