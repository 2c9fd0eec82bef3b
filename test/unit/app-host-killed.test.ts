import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../src/model/run.ts';

const root = resolve(import.meta.dirname, '../..');

/** Plays the extension host: forks the engine, starts a run of a tool that hangs, says the pids, and waits to be killed. */
const host = `
  const { fork } = require('node:child_process');
  const [cli, server, outDir] = process.argv.slice(1);
  const engine = fork(cli, ['engine'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const options = { callsPerTool: 50, concurrency: 1, cpu: true, heap: false, protocol: 'legacy', requestTimeoutMs: 60000, initializeTimeoutMs: 30000, bodies: false, budgets: {} };
  const process_ = { command: process.execPath, args: [server], cwd: process.cwd(), env: { ...process.env } };
  engine.send({ type: 'profile', ask: false, request: { server: { transport: 'stdio', name: 'trouble', process: process_, secrets: [] }, choice: { tools: ['fine', 'hang'] }, options, outDir } });
  engine.on('message', (m) => { if (m.type === 'progress' && m.progress.stage === 'calling' && m.progress.done > 0) console.log(engine.pid); });
`;

describe('the engine process', function () {
  this.timeout(60_000);

  it('ends the run, its server and itself when the host is killed, and keeps what it measured', async () => {
    const out = await mkdtemp(join(tmpdir(), 'mcp-host-'));
    const parent = spawn(process.execPath, ['-e', host, join(root, 'dist/cli.cjs'), join(root, 'test/servers/trouble/server.mjs'), out], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const engine = Number(String(line).trim().split('\n')[0]);
    assert.ok(alive(engine));
    parent.kill('SIGKILL');
    for (let i = 0; i < 200 && alive(engine); i++) await sleep(100);
    assert.ok(!alive(engine), 'the engine has ended');
    const run = JSON.parse(await readFile(join(out, (await readdir(out))[0]!, 'run.json'), 'utf8')) as RunRecord;
    assert.equal(run.status, 'cancelled');
    assert.ok(run.tools.some((t) => t.name === 'fine'));
    assert.ok(run.runtime?.pid && !alive(run.runtime.pid), 'the server has ended');
    await rm(out, { recursive: true, force: true });
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
