import assert from 'node:assert/strict';
import { summarisePython } from '../../../src/analysis/code/python/index.ts';
import type { FileSummary } from '../../../src/analysis/code/summary.ts';
import type { RuleVisitors } from '../../../src/analysis/code/syntax.ts';
import { testParsers } from './parsers.ts';

export async function summaryOf(text: string, visitors: RuleVisitors = new Map()): Promise<FileSummary> {
  const source = (await testParsers()).parse('/server.py', text)!;
  try {
    return summarisePython(source, visitors);
  } finally {
    source.dispose();
  }
}

/** What a table's row gives, and what it shall give. */
export function table(title: string, look: (file: FileSummary, text: string) => string[], rows: readonly (readonly [text: string, ...expected: string[]])[]): void {
  describe(title, () => {
    for (const [text, ...expected] of rows) {
      it(text.replaceAll('\n', '⏎'), async () => {
        const file = await summaryOf(text);
        assert.deepEqual(look(file, text), expected);
        assert.equal(file.syntaxErrors, 0);
      });
    }
  });
}
