import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOfPs, watchServer } from '../../src/load/serverWatch.ts';

describe('watching the server of a load test', function () {
  this.timeout(30_000);

  it('tells a process that computes from one that waits, with their children', async function () {
    if (process.platform !== 'linux') this.skip();
    // a child burns: the leader of the group only waits for it
    const start = (script: string) => spawn(process.execPath, ['-e', `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: 'inherit' })`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const busy = start("console.log('up'); for (;;) ;");
    const idle = start("console.log('up'); setInterval(() => {}, 1000)");
    try {
      await Promise.all([once(busy.stdout, 'data'), once(idle.stdout, 'data')]);
      const watches = [busy, idle].map(({ pid }) => watchServer({ groups: [pid!], loopDir: null, nowUs: () => performance.now() * 1000 }));
      await Promise.all(watches.map((w) => w.sample()));
      await sleep(1200);
      const [burning, waiting] = await Promise.all(watches.map((w) => w.sample()));
      // the machine may be busy with other things: a ratio
      assert.ok(burning!.cpu! > 5 * waiting!.cpu!, `${burning!.cpu} against ${waiting!.cpu}`);
      assert.ok(burning!.cpu! > 0.1 && burning!.cpu! < 1.2, `one core at most, ${burning!.cpu}`);
      assert.ok(waiting!.rssBytes! > 20e6 && waiting!.rssBytes! < 1e9, `two Node processes, ${waiting!.rssBytes}`);
    } finally {
      for (const { pid } of [busy, idle]) process.kill(-pid!, 'SIGKILL');
    }
  });

  it('says nothing of what it does not know', async () => {
    assert.deepEqual(await watchServer({ groups: [], loopDir: null, nowUs: () => 0 }).sample(), { cpu: null, rssBytes: null, loopDelayP99Us: null, loopDelayMaxUs: null, loopUtilization: null });
  });

  it('takes the event loop of the busiest process, and each note once', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'loop-'));
    try {
      const note = (pid: number, ...values: number[]) => writeFileSync(join(dir, `${pid}.loop`), new Uint8Array(Float64Array.from(values).buffer));
      note(1, 1, 10, 20, 30, 0.01);
      note(2, 1, 100, 200, 300, 0.9);
      const watch = watchServer({ groups: [], loopDir: dir, nowUs: () => 0 });
      const { loopDelayP99Us, loopDelayMaxUs, loopUtilization } = await watch.sample();
      assert.deepEqual([loopDelayP99Us, loopDelayMaxUs, loopUtilization], [200, 300, 0.9]);
      assert.equal((await watch.sample()).loopUtilization, null);
      note(1, 2, 10, 20, 30, 0.02);
      assert.equal((await watch.sample()).loopUtilization, 0.02);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('reads what ps says on other systems', () => {
    const text = '  41 1-02:03:04 100\n  41  0:01.50 20\n  42 10:00 7\n';
    assert.deepEqual(usageOfPs(text, new Set([41])), { cpuUs: (86_400 + 2 * 3600 + 3 * 60 + 4 + 1.5) * 1e6, rssBytes: 120 * 1024 });
    assert.equal(usageOfPs(text, new Set([43])), null);
  });
});
