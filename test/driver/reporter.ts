import { mkdirSync, writeFileSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { dirname } from 'node:path';
import type { Runner, Suite, Test } from 'mocha';
import type { Results } from './results.ts';
import type { Skippable } from './skip.ts';

/** The file that receives the `Results`. */
export const resultsVariable = 'MCP_PROFILER_TEST_RESULTS';

/** A mocha reporter: a line per suite, every failure with its stack, every skip with its reason. Runs in the extension host too. */
export default class Reporter {
  readonly results: Results = { passed: 0, failed: [], skipped: [] };

  constructor(runner: Runner) {
    const { results } = this;
    let sinceSuite = { passed: 0, startedAt: Date.now() };
    const endSuite = (suite: Suite): void => {
      if (suite.root || !suite.parent?.root) return;
      if (sinceSuite.passed > 0) console.log(`  ${suite.title}: ${sinceSuite.passed} passed (${((Date.now() - sinceSuite.startedAt) / 1000).toFixed(1)} s)`);
      sinceSuite = { passed: 0, startedAt: Date.now() };
    };
    runner.on('pass', () => {
      results.passed++;
      sinceSuite.passed++;
    });
    runner.on('fail', (test, error: unknown) => {
      const failure = { title: test.fullTitle(), message: describe(error) };
      results.failed.push(failure);
      console.log(`  FAILED ${failure.title}\n${failure.message.replace(/^/gm, '    ')}`);
    });
    runner.on('pending', (test) => {
      const skip = { title: test.fullTitle(), reason: reasonOf(test) };
      results.skipped.push(skip);
      console.log(`  skipped ${skip.title} (${skip.reason})`);
    });
    runner.on('suite end', endSuite);
    runner.on('end', () => {
      const file = process.env[resultsVariable];
      if (file) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(results, null, 2));
      } else console.log(`${results.passed} passed, ${results.failed.length} failed, ${results.skipped.length} skipped`);
    });
  }
}

function reasonOf(test: Test): string {
  for (let at: ((Test | Suite) & Skippable) | undefined = test; at; at = at.parent) if (at.skipReason) return at.skipReason;
  return 'no reason given';
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { expected, actual } = error as { expected?: unknown; actual?: unknown };
  const difference = expected === undefined && actual === undefined ? '' : `\n  expected: ${short(expected)}\n  actual:   ${short(actual)}`;
  return `${sourceLines(error.stack ?? error.message)}${difference}`;
}

/** VS Code writes stacks itself, without the source maps that Node would use. */
function sourceLines(stack: string): string {
  return stack.replace(/([^\s()]+\.cjs):(\d+):(\d+)/g, (place, file: string, line: string, column: string) => {
    const entry = findSourceMap(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    return entry && 'originalSource' in entry ? `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : place;
  });
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
