import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { farHops, manyGates } from '../../src/analysis/codeFinding.ts';
import { rulePage, ruleTable } from '../../src/analysis/rulePage.ts';
import { rules } from '../../src/analysis/rules/index.ts';

describe('pages of the rules', () => {
  it('the README has the table of rules as they are (npm run docs writes it)', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    assert.ok(readme.includes(`<!-- rules: npm run docs -->\n${ruleTable(rules)}\n<!-- end of rules -->`));
  });

  it('what stands far from its handler is told as the page says', () => {
    const far = (id: string) => /\*\*Far from the handler\.\*\* .*/.exec(rulePage(rules.find((r) => r.id === id)!))?.[0] ?? '';
    assert.match(far('polling'), new RegExp(`more than ${farHops} calls away is not told`));
    assert.match(far('blocking-call'), new RegExp(`Where ${manyGates.warning} conditions .* more than ${farHops} calls away is information; a hint is not told`));
    assert.match(far('missing-timeout'), new RegExp(`Where ${manyGates.harmfulOnce} functions`));
  });

  for (const rule of rules) {
    it(`${rule.id}: its page is whole`, () => {
      const page = rulePage(rule);
      assert.ok(page.startsWith(`# ${rule.title}\n\n\`${rule.id}\``));
      assert.equal((page.match(/```/g)?.length ?? 0) % 2, 0, 'fences are closed');
      assert.doesNotMatch(page, /FINDS/);
      for (const { good, fixed = '' } of rule.code?.examples ?? []) assert.ok(page.includes(good.trim()) && page.includes(fixed.trim()));
    });
  }
});
