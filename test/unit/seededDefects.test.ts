import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld, worldRoot } from './support/lintWorld.ts';
import { seededRules, seedsOf, type Seed } from './support/seeds.ts';

// one rule: mocha test/unit/seededDefects.test.ts --grep blocking-call

/** Of the seeds of a rule in one language, how many must be found. */
const share = 0.9;

describe('seeded defects', function () {
  this.timeout(60_000);
  const table: string[] = [];
  after(() => table.forEach((row) => console.log(`    ${row}`)));

  for (const id of seededRules()) {
    for (const language of ['typescript', 'python']) {
      const seeds = seedsOf(id, language);
      if (seeds.length === 0) continue;
      it(`${id}: at least ${share * 100}% in ${language}`, async () => {
        const outcomes = await Promise.all(seeds.map((seed) => examine(id, seed)));
        const missed = outcomes.flatMap((o) => o.missed);
        const found = outcomes.filter((o) => o.missed.length === 0).length;
        const unexpected = outcomes.flatMap((o) => o.unexpected);
        table.push(`${id.padEnd(24)} ${language.padEnd(10)} ${found}/${seeds.length}${unexpected.length > 0 ? `, ${unexpected.length} unexpected` : ''}`);
        for (const text of [...missed.map((m) => `missed      ${m}`), ...unexpected.map((u) => `unexpected  ${u}`)]) console.log(`      ${text}`);
        assert.ok(found >= share * seeds.length, `${found} of ${seeds.length} seeds are found`);
      });
    }
  }
});

/** What of a seed is not found at its level, and what else its rule says. */
async function examine(id: string, seed: Seed): Promise<{ missed: string[]; unexpected: string[] }> {
  const rule = rules.find((r) => r.id === id);
  assert.ok(rule, `there is no rule ${id}`);
  const expected = seed.expected.filter((e) => e.rule === id);
  assert.ok(expected.length > 0, `"${seed.title}" expects nothing`);
  const { findings, handlers } = await lintWorld({ files: seed.files, versions: seed.versions, rules: [rule] });
  const places = findings.map((f) => ({ at: `${relative(worldRoot, f.file).replaceAll('\\', '/')}:${f.line}`, finding: f }));
  const missed = expected.flatMap(({ file, line, level }) => {
    const there = places.find((p) => p.at === `${file}:${line}`)?.finding;
    const wanted = level ?? rule.severity;
    if (there?.severity === wanted) return [];
    return [`${seed.title}, ${file}:${line}${there ? ` is ${there.severity}, not ${wanted}` : ` (${handlers.length} handlers known)`}`];
  });
  const unexpected = places.filter((p) => !expected.some((e) => `${e.file}:${e.line}` === p.at)).map((p) => `${seed.title}, ${p.at}: ${p.finding.message}`);
  return { missed, unexpected };
}
