import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBoot, callAll, measure, root } from '../servers/truth/measure.ts';

const v1 = join(root, 'test/servers/truth/v1.ts');
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');

describe('probe', function () {
  this.timeout(60_000);
  let boot: string;
  let dir: string;
  before(async () => {
    boot = await buildBoot();
    dir = await mkdtemp(join(tmpdir(), 'probe-test-'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it('takes the profile of a server that never returns to its event loop', async () => {
    const m = await measure({ boot, command: [process.execPath, v1], exercise: (call) => callAll(['forever'], 1, 1, (tool) => call(tool, 600)) });
    const request = m.requests.find((r) => r.target === 'forever')!;
    assert.equal(m.reason, null);
    assert.ok(m.run!.perRequest.get(request.request)!.cpuUs > 400_000, JSON.stringify(m.run!.cpu));
    const [block] = m.run!.blocks;
    assert.deepEqual([block?.tool, block?.frames[0]?.functionName], ['forever', 'burnAtOnce']);
    assert.throws(() => process.kill(m.runtime!.pid!, 0), /ESRCH/);
  });

  it('takes the profile of a server that exits in the middle of a call', async () => {
    const m = await measure({ boot, command: [process.execPath, v1], exercise: (call) => callAll(['dies'], 1, 1, call) });
    assert.ok(m.run, m.result!.notices.join());
    assert.ok(m.run.hotLines.some((l) => l.functionName === 'burnAfterSleep' && l.tool === 'dies'), JSON.stringify(m.run.hotLines.slice(0, 3)));
    assert.equal(m.requests.find((r) => r.target === 'dies')!.outcome, 'transport');
  });

  it('reports memory and the event loop on the clock of the run, and nothing on stderr', async () => {
    const m = await measure({ boot, command: [process.execPath, v1], exercise: (call) => callAll(['at_once', 'none'], 60, 2, call) });
    const end = Math.max(...m.requests.map((r) => r.parsedUs ?? 0)) + 1e6;
    for (const kind of ['memory', 'loop'] as const) {
      const times = m.events.filter((e) => e.kind === kind).map((e) => e.atUs);
      assert.ok(times.length >= 2, `${kind}: ${times.length}`);
      assert.ok(times.every((at, i) => at > (times[i - 1] ?? 0) && at < end), `${kind}: ${times.join()}`);
    }
    assert.deepEqual(m.events.filter((e) => e.kind === 'stderr'), []);
    assert.ok(m.run!.cpu.startupUs > 10_000, 'sampling begins before the server does');
    assert.ok(!m.run!.profile.nodes.some((n) => n.callFrame.url.endsWith('boot.cjs')), 'the bootloader is not in the profile');
  });

  // lost when sampling begins after V8 has optimised it; of a body of plain arithmetic V8 keeps no positions at all
  it('shows a hot function that V8 inlines', async () => {
    const m = await measure({ boot, command: [process.execPath, v1], exercise: (call) => callAll(['inlines'], 20, 1, call) });
    const self = (name: string) => m.run!.hotLines.filter((l) => l.functionName === name && l.tool === 'inlines').reduce((sum, l) => sum + l.selfUs, 0);
    assert.ok(self('mixInlined') > self('burnWithInlined'), JSON.stringify(m.run!.hotLines.slice(0, 4)));
  });

  it('finds the server below tsx, with the lines of its TypeScript', async () => {
    const m = await measure({ boot, command: [process.execPath, tsx, v1], exercise: (call) => callAll(['at_once'], 10, 1, call) });
    assert.equal(m.reason, null);
    assert.ok(m.run!.hotLines[0]!.file.endsWith(join('truth', 'tools.ts')), JSON.stringify(m.run!.hotLines[0]));
    assert.equal(m.run!.hotLines[0]!.functionName, 'burnAtOnce');
    assert.deepEqual(m.result!.notices, []);
  });

  it('finds the server below a shell script and npm run', async () => {
    const script = join(dir, 'start.sh');
    await writeFile(script, `#!/bin/sh\n"${process.execPath}" "${v1}" "$@"\n`, { mode: 0o755 });
    await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'x', private: true, scripts: { start: './start.sh' } }));
    for (const command of [[script], ['npm', '--silent', '--prefix', dir, 'run', 'start']]) {
      const m = await measure({ boot, command, exercise: (call) => callAll(['at_once'], 10, 1, call) });
      assert.equal(m.reason, null, command.join(' '));
      assert.equal(m.run!.hotLines[0]!.functionName, 'burnAtOnce');
    }
  });

  it('says at once why there are only timings where no Node process answers', async () => {
    const server = join(dir, 'server.sh');
    // answers initialize, whose id is the first number on the line after "id":
    await writeFile(server, `#!/bin/sh\nread -r line\nid=$(printf %s "$line" | sed 's/.*"id":\\([^,}]*\\).*/\\1/')\nprintf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}\\n' "$id"\ncat >/dev/null\n`, { mode: 0o755 });
    const m = await measure({ boot, command: [server], exercise: () => Promise.resolve() });
    assert.equal(m.runtime!.name, 'unknown');
    assert.match(m.reason!, /timings only/i);
    assert.equal(m.result!.profile, null);
    assert.deepEqual(m.result!.notices, []);
  });

  describe('bootloader in a process', () => {
    /** Runs code with the bootloader but without an engine; returns what it prints. */
    async function run(code: string, env: Record<string, string>): Promise<{ stdout: string; stderr: string; code: number | null }> {
      const child = spawn(process.execPath, ['-e', code], { env: { PATH: process.env['PATH'], NODE_OPTIONS: `--require ${boot} --inspect-publish-uid=http`, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (s: string) => (stdout += s));
      child.stderr.setEncoding('utf8').on('data', (s: string) => (stderr += s));
      return new Promise((resolve) => child.on('close', (status) => resolve({ stdout, stderr, code: status })));
    }

    it('changes nothing that JSON.parse promises, and prints nothing', async () => {
      const said = await run(
        `const t = (f) => { try { return f(); } catch (e) { return e.name + ': ' + e.message; } };
        console.log(JSON.stringify([JSON.parse.name, JSON.parse.length, /\\[native code\\]/.test(Function.prototype.toString.call(JSON.parse)), t(() => new JSON.parse('1')).slice(0, 9),
          JSON.parse('{"a":[1,2]}', (k, v) => (typeof v === 'number' ? v * 2 : v)), t(() => JSON.parse('{')), t(() => JSON.parse(undefined)), JSON.parse(1), JSON.parse({ toString: () => 'null' }),
          'prototype' in JSON.parse, Object.getOwnPropertyDescriptor(JSON, 'parse').enumerable, JSON.parse('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"x":1}}')]))`,
        { MCP_PROFILER_PROBE: dir },
      );
      const plain = await run(
        `const t = (f) => { try { return f(); } catch (e) { return e.name + ': ' + e.message; } };
        console.log(JSON.stringify(['parse', 2, true, t(() => new JSON.parse('1')).slice(0, 9), { a: [2, 4] }, t(() => JSON.parse('{')), t(() => JSON.parse(undefined)), 1, null, false, false,
          { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { x: 1 } }]))`,
        {},
      );
      assert.deepEqual(JSON.parse(said.stdout), JSON.parse(plain.stdout));
      assert.deepEqual([said.stderr, said.code, plain.stderr], ['', 0, '']);
    });

    it('does nothing without its variable, and survives a folder that is gone', async () => {
      const files = await readdir(dir);
      for (const env of [{}, { MCP_PROFILER_PROBE: join(dir, 'gone') }] as Record<string, string>[]) {
        const said = await run('console.log(JSON.parse("1") + 1)', env);
        assert.deepEqual([said.stdout, said.stderr, said.code], ['2\n', '', 0]);
      }
      assert.deepEqual(await readdir(dir), files);
    });
  });
});
