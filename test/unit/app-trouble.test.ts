import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunRecord } from '../../src/model/run.ts';
import type { RequestRecord } from '../../src/model/trace.ts';

const root = resolve(import.meta.dirname, '../..');
const server = join(root, 'test/servers/trouble/server.mjs');

describe('a server that goes wrong in the middle of a run', function () {
  this.timeout(120_000);
  let out: string;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'mcp-trouble-'));
  });
  afterEach(() => rm(out, { recursive: true, force: true }));

  /** Runs the terminal command; `during` gets it once the first call was made. */
  async function profile(args: string[], during?: (child: ReturnType<typeof spawn>) => void) {
    const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), 'profile', ...args, '--out', out, '--', process.execPath, server], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    let started = false;
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!started && stderr.includes('Calling tools')) {
        started = true;
        during?.(child);
      }
    });
    const [code] = (await once(child, 'close')) as [number | null];
    const dir = join(out, (await readdir(out))[0]!);
    const run = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')) as RunRecord;
    const requests = (await readFile(join(dir, 'requests.ndjson'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as RequestRecord);
    return { code, stderr, run, requests, dir };
  }
  const outcomes = (requests: RequestRecord[], tool: string) => requests.filter((r) => r.target === tool).map((r) => r.outcome);
  const alive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it('hangs in one tool: it is given up after three timeouts, the other is measured', async () => {
    const { code, run, requests } = await profile(['--tool', 'fine', '--tool', 'hang', '--calls', '8', '--timeout', '2']);
    assert.equal(code, 0);
    assert.equal(run.status, 'complete');
    assert.equal(run.tools.find((t) => t.name === 'fine')?.calls, 8);
    assert.equal(outcomes(requests, 'hang').filter((o) => o === 'timeout').length, outcomes(requests, 'hang').length);
    assert.ok(outcomes(requests, 'hang').length <= 4, 'warm-up and three more');
    assert.ok(run.notices.some((n) => n.includes('"hang"')));
  });

  it('crashes in a call: exit 3, what was measured is kept, and the failure says what the server said', async () => {
    const { code, run, requests, stderr } = await profile(['--tool', 'fine', '--tool', 'crash_at_third', '--calls', '8']);
    assert.equal(code, 3);
    assert.equal(run.status, 'failed');
    assert.equal(run.failure?.code, 'server-exited');
    assert.match(stderr, /planted crash/);
    assert.deepEqual(outcomes(requests, 'crash_at_third'), ['ok', 'ok', 'transport']);
    assert.ok(outcomes(requests, 'fine').filter((o) => o === 'ok').length >= 2);
  });

  it('prints where messages belong: each line is of its call, and the finding names the tool', async () => {
    const { code, run } = await profile(['--tool', 'fine', '--tool', 'chatty', '--calls', '8']);
    assert.equal(code, 0);
    const requests = 1 + 8;
    assert.deepEqual(run.strayLines, [{ tool: 'chatty', lines: requests, first: 'looking it up' }]);
    const found = run.findings.filter((f) => f.rule === 'stdout-pollution');
    assert.deepEqual(found.map((f) => [f.tools, f.message]), [[['chatty'], `\`chatty\` wrote ${requests} lines to stdout that are no protocol messages: “looking it up”.`]]);
  });

  it('spins for ever: its profile is still taken, names the function, and the process is ended', async () => {
    const { code, run, dir } = await profile(['--tool', 'spin', '--calls', '1', '--timeout', '2']);
    assert.equal(code, 0);
    const [hottest] = run.hotLines;
    assert.equal(hottest?.functionName, 'spinForEver');
    assert.equal(hottest.tool, 'spin');
    assert.equal(hottest.file, server);
    assert.ok(run.files.cpu.length === 1 && (await readFile(join(dir, run.files.cpu[0]!.file))).length > 0);
    assert.ok(run.runtime?.pid && !alive(run.runtime.pid));
  });

  it('is interrupted: exit 130, a shorter run that says so', async () => {
    const { code, run, requests } = await profile(['--tool', 'fine', '--tool', 'hang', '--calls', '50', '--timeout', '30'], (child) => setTimeout(() => child.kill('SIGINT'), 4000));
    assert.equal(code, 130);
    assert.equal(run.status, 'cancelled');
    assert.ok(outcomes(requests, 'fine').includes('ok'));
    assert.equal(outcomes(requests, 'hang').at(-1), 'cancelled');
    const open = run.notices.flatMap((n) => /^"(.*)" had not answered for (.*) when the run was stopped\.$/.exec(n)?.slice(1, 3) ?? []);
    assert.equal(open[0], 'hang');
    // until it was stopped, not until the server had ended and all was written
    assert.ok(Number.parseFloat(open[1]!) * 1e6 < run.durationUs, open[1]);
    assert.ok(run.runtime?.pid && !alive(run.runtime.pid));
  });
});
