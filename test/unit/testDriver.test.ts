import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from '../driver/deferred.ts';
import { runCommand, startGroup } from '../driver/command.ts';
import { runMocha } from '../driver/mochaStage.ts';

/** A program that starts another and prints its process id; both wait for ever. */
const parent = `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); console.log(c.pid); setInterval(() => {}, 1000)`;

describe('the test driver', function () {
  this.timeout(60_000);

  it('ends a process with those that it started', async () => {
    const started = deferred<number>();
    const group = startGroup(process.execPath, ['-e', parent], { onLine: (line) => started.resolve(Number(line)) });
    const child = await started.promise;
    assert.equal(isAlive(child), true);
    await group.stop();
    assert.equal(await diesSoon(child), true);
  });

  it('ends a command whose time is up, and says so', async () => {
    const { code, lines, timedOut } = await runCommand(process.execPath, ['-e', parent], 1500);
    assert.deepEqual({ code, timedOut }, { code: null, timedOut: true });
    assert.equal(await diesSoon(Number(lines[0])), true);
  });

  it('counts what passed, failed and was skipped, with the reason', async () => {
    const results = await runFile(`
      import { skip } from '${join(import.meta.dirname, '../driver/skip.ts')}';
      describe('a suite', () => { it('passes', () => undefined); it('fails', () => { throw new Error('so it does'); }); it('lacks', function () { skip(this, 'a compiler'); }); });
      describe('another', () => { before(function () { skip(this, 'Python'); }); it('one', () => undefined); it('two', () => undefined); });`);
    assert.equal(results.passed, 1);
    assert.deepEqual(results.failed.map(({ title }) => title), ['a suite fails']);
    assert.match(results.failed[0]!.message, /so it does/);
    const reasons = results.skipped.map(({ title, reason }) => `${title}: ${reason}`);
    assert.deepEqual(reasons, ['a suite lacks: a compiler', 'another one: Python', 'another two: Python']);
  });

  it('takes a suite that breaks off for a failure', async () => {
    const results = await runFile(`describe('a suite', () => { it('passes', () => undefined); it('exits', () => process.exit(0)); });`);
    assert.deepEqual(results.failed.map(({ title }) => title), ['driver-probe: the suite']);
  });

  it('takes a file that cannot be loaded for a failure', async () => {
    const results = await runFile(`import './missing.ts';`);
    assert.equal(results.failed.length, 1);
    assert.match(results.failed[0]!.message, /missing\.ts/);
  });
});

/** What runs the tests of the product: its closing line and exit code are read by machines. */
describe('npm test', function () {
  this.timeout(60_000);
  const run = join(import.meta.dirname, '../run.ts');
  const withoutChromium = { MCP_PROFILER_CHROMIUM: '/nowhere' };

  it('names what it skips, and ends with the counts', async () => {
    const { code, lines } = await runCommand(process.execPath, [run, 'vscode'], 50_000, { env: { ...withoutChromium, CI: undefined } });
    assert.equal(code, 0, lines.join('\n'));
    assert.equal(lines.at(-1), '1 passed, 0 failed, 1 skipped');
    assert.ok(lines.includes('  VS Code host, trusted workspace (Chromium)'));
  });

  it('takes a skip that is not listed for a failure where CI is set', async () => {
    const { code, lines } = await runCommand(process.execPath, [run, 'vscode'], 50_000, { env: { ...withoutChromium, CI: 'true' } });
    assert.equal(code, 1);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 0 skipped');
  });
});

async function runFile(text: string): ReturnType<typeof runMocha> {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-profiler-driver-'));
  const file = join(dir, 'probe.test.ts');
  writeFileSync(file, text);
  const log = console.log;
  console.log = () => undefined; // the lines of the inner suite would read as ours
  try {
    return await runMocha('driver-probe', [file], 30_000);
  } finally {
    console.log = log;
    rmSync(dir, { recursive: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // one that waits to be reaped has ended
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function diesSoon(pid: number): Promise<boolean> {
  for (let i = 0; i < 50 && isAlive(pid); i++) await new Promise((again) => setTimeout(again, 100));
  return !isAlive(pid);
}
