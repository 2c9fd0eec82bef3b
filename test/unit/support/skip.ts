import type { Context } from 'mocha';

/** Skips what the machine lacks, by name: the title of the pending test then ends in `[skipped: <name>]`. */
export function skipByName(context: Context, name: string): never {
  const test = context.test ?? context.currentTest;
  if (test) test.title += ` [skipped: ${name}]`;
  return context.skip();
}
