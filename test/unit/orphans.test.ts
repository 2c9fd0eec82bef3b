import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { findMarked, killMarked, markerVariable, signal } from '../../src/wire/strays.ts';
import { eventually, root } from './support/session.ts';

/** 200 in the matrix, which takes minutes. */
const runs = Number(process.env['MCP_PROFILER_ORPHAN_RUNS'] ?? 20);
const endings = ['finish', 'cancel', 'crash', 'kill'] as const;
/** Servers that make it hard: one that hangs in the call, one that ignores SIGTERM, one that loops, one with stray children. */
const modes = ['hangs-in-a-tool', 'ignores-sigterm', 'busy-loop', 'forks-children'] as const;

async function run(ending: (typeof endings)[number], mode: string): Promise<void> {
  const marker = `orphan-${randomUUID()}`;
  const engine = spawn(process.execPath, [join(root, 'test/servers/hostile/engine.ts'), marker, ending, process.execPath, join(root, 'test/servers/hostile/server.mjs'), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [markerVariable]: undefined },
  });
  const exited = once(engine, 'exit');
  await once(engine.stdout, 'data');
  let groups: number[] = [];
  if (ending === 'kill') {
    groups = (await findMarked(marker)).map((p) => p.group);
    assert.ok(groups.length > 0, 'the server carries no marker');
    engine.kill('SIGKILL');
  }
  await exited;
  await eventually(`no process of ${mode} is left after ${ending}`, async () => (await findMarked(marker)).length === 0 && !groups.some((group) => signal(-group, 0)), 8000);
}


describe('no orphans', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it(`${runs} runs that end by finish, cancel, crash and kill -9 leave no process`, async function () {
    this.timeout(20_000 + runs * 5000);
    for (let i = 0; i < runs; i++) await run(endings[i % endings.length]!, modes[Math.floor(i / endings.length) % modes.length]!);
  });

  it('kills what carries the marker, with its group, and nothing else', async () => {
    const marker = `stray-${randomUUID()}`;
    const start = (value: string, ...args: string[]) => spawn('sleep', args, { detached: true, stdio: 'ignore', env: { ...process.env, [markerVariable]: value } });
    const ours = start(marker, '603');
    // begins with our marker, and is not it
    const similar = start(`${marker}-2`, '604');
    const other = spawn('sleep', ['605'], { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'] } });
    await Promise.all([ours, similar, other].map((child) => once(child, 'spawn')));
    await eventually('they run', async () => (await findMarked(marker)).some((p) => p.pid === ours.pid) && (await findMarked(`${marker}-2`)).length === 1);
    assert.equal(await killMarked(marker), 1);
    await eventually('ours is gone', () => ours.signalCode === 'SIGKILL');
    assert.equal(similar.signalCode, null);
    assert.equal(other.signalCode, null);
    for (const child of [similar, other]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});
