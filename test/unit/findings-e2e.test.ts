import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMeasured } from '../../src/analysis/measured.ts';
import { defaultOptions } from '../../src/app/options.ts';
import { bootPath } from '../../src/app/paths.ts';
import { profileServer } from '../../src/app/profileServer.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ProfileOptions } from '../../src/model/run.ts';
import { readRequests } from '../../src/runs/store.ts';

const folder = join(import.meta.dirname, '../servers/findings');

/** Profiles a fixture server as a user would; findings are those of the run, judged again with the sources at hand. */
async function profile(fixture: string, options: Partial<ProfileOptions>) {
  const outDir = await mkdtemp(join(tmpdir(), 'findings-'));
  try {
    const { run, runDir } = await profileServer(
      {
        server: { transport: 'stdio', name: fixture, process: { command: process.execPath, args: [join(folder, `${fixture}.mjs`)], cwd: folder, env: { PATH: process.env['PATH'] ?? '' } }, secrets: [] },
        choice: {},
        options: { ...defaultOptions, ...options },
        outDir,
      },
      { signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
    );
    assert.equal(run.status, 'complete', JSON.stringify(run.failure));
    const requests = [];
    for await (const r of readRequests(runDir)) requests.push(r);
    return { run, findings: findMeasured(run, requests, (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null)) };
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

/** A first call that a busy machine held up is a cold start, as far as one run can tell; `lazy` is the planted one. */
const isHeldUp = (f: Finding) => f.rule === 'cold-start' && f.tools[0] !== 'lazy';
/** `rule severity tools line`, sorted: savings differ from run to run by a little. */
const summary = (findings: Finding[]) => findings.filter((f) => !isHeldUp(f)).map((f) => `${f.rule} ${f.severity} ${f.tools.join('+')}${f.file ? ` line ${f.line}` : ''}`).sort();

/** The line that a comment `culprit: <what>` marks in a fixture. */
function culprit(fixture: string, what: string): number {
  const line = readFileSync(join(folder, `${fixture}.mjs`), 'utf8').split('\n').findIndex((text) => text.endsWith(`culprit: ${what}`));
  assert.ok(line >= 0, `no culprit ${what}`);
  return line + 1;
}

describe('findings of real servers', function () {
  this.timeout(90_000);
  before(() => assert.ok(existsSync(bootPath), 'the probe is not built: npm run build'));

  it('one call at a time: each planted defect at its line, and nothing else', async () => {
    const { findings } = await profile('serial', { callsPerTool: 10 });
    assert.deepEqual(summary(findings), [
      `blocking-call warning derive line ${culprit('serial', 'blocking-call derive')}`,
      `blocking-call warning read line ${culprit('serial', 'blocking-call read')}`,
      'cold-start information lazy',
      `cpu-bound-handler warning primes line ${culprit('serial', 'cpu-bound-handler primes')}`,
      'large-response warning dump',
      'uncached-hot-tool hint upstream',
    ]);
    const [derive, read] = ['derive', 'read'].map((tool) => findings.find((f) => f.tools[0] === tool)!);
    assert.match(derive!.message, /^`pbkdf2Sync` in `deriveKeys`/);
    assert.match(read!.message, /^`readFileSync` in `readAgain`/);
  });

  it('calls that overlap: the tool behind a lock, not the one beside it', async () => {
    const { findings } = await profile('parallel', { callsPerTool: 16, concurrency: 8 });
    assert.deepEqual(summary(findings), ['serialised-calls warning query']);
  });

  it('identical calls under way', async () => {
    const { findings } = await profile('duplicates', { callsPerTool: 12, concurrency: 4 });
    assert.deepEqual(summary(findings), ['duplicate-in-flight hint forecast', 'uncached-hot-tool hint forecast']);
  });

  it('start-up, definitions, and a budget', async () => {
    const { findings } = await profile('heavy', { callsPerTool: 8, budgets: { toolP95Us: 2_000 } });
    assert.deepEqual(summary(findings), [
      'budget-exceeded error about',
      `slow-startup warning  line ${culprit('heavy', 'slow-startup')}`,
      'tool-definition-cost warning ',
    ]);
  });
});
