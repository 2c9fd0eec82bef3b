import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const sample = join(root, 'dist/sample-server.mjs');

/** The documented part of `profile --json`, as types; `?` may be null. */
const contract = {
  server: { name: 'string', version: '?string', protocolVersion: '?string' },
  runtime: { name: 'string', version: '?string' },
  tools: [{ name: 'string', calls: 'number', errors: 'object', latencyUs: { p50: '?number', p95: '?number', p99: '?number', max: '?number', mean: '?number' }, bytes: { in: 'number', out: 'number' }, cpuUs: '?object', allocBytes: '?object', blockedUs: '?object' }],
  hotLines: [{ file: 'string', line: 'number', selfUs: 'number', tool: '?string' }],
  findings: [{ rule: 'string', severity: 'string', message: 'string' }],
  skipped: [{ tool: 'string', reason: 'string' }],
  runDir: 'string',
};

function misfits(value: unknown, shape: unknown, path = ''): string[] {
  if (typeof shape === 'string') {
    const type = shape.replace('?', '');
    return (value === null && shape.startsWith('?')) || (value !== null && typeof value === type) ? [] : [`${path} is ${JSON.stringify(value)}, not ${shape}`];
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value) || value.length === 0) return [`${path} is no list with entries`];
    return value.flatMap((item, i) => misfits(item, shape[0], `${path}[${i}]`));
  }
  return Object.entries(shape as object).flatMap(([key, inner]) => misfits((value as Record<string, unknown> | null)?.[key], inner, `${path}.${key}`));
}

describe('the terminal command', function () {
  this.timeout(60_000);
  let folder: string;
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [join(root, 'dist/cli.cjs'), ...args], { cwd: folder, env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, '.config') }, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-cli-'));
    await mkdir(join(folder, '.vscode'));
    await writeFile(join(folder, '.vscode/mcp.json'), `{ // with a comment\n "servers": { "shop": { "command": "node", "args": ["${sample}"] } } }`);
    await writeFile(join(folder, '.mcp.json'), '{ "mcpServers": { "broken": ');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('lists the configured servers, and a broken file beside them', async () => {
    const { code, stdout, stderr } = await run('servers');
    assert.equal(code, 0);
    assert.match(stdout, /VS Code \(workspace\)\n {2}shop .*sample-server\.mjs/);
    assert.match(stderr, /\.mcp\.json:1:\d+: /);
    const json = JSON.parse((await run('servers', '--json')).stdout) as { servers: { name: string }[]; problems: unknown[] };
    assert.deepEqual(json.servers.map((s) => s.name), ['shop']);
    assert.equal(json.problems.length, 1);
  });

  it('profiles a configured server, and prints one JSON document as documented', async () => {
    const { code, stdout, stderr } = await run('profile', 'shop', '--calls', '6', '--json');
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as { tools: { name: string; calls: number; cpuUs: unknown }[]; skipped: { tool: string }[] };
    assert.deepEqual(misfits(result, contract), []);
    assert.deepEqual(result.tools.map((t) => [t.name, t.calls]), [['search_books', 6], ['sign_receipt', 6], ['forecast', 6], ['list_shelves', 6]]);
    assert.deepEqual(result.skipped.map((s) => s.tool), ['add_book']);
    assert.ok(result.tools.every((t) => t.cpuUs !== null));
  });

  it('prints the answer first, within 80 columns, and what to do next', async () => {
    const { stdout } = await run('profile', '--calls', '8', '--', process.execPath, sample);
    const lines = stdout.split('\n');
    const tooLong = lines.filter((line) => line.length > 80 && line.trimStart().includes(' ') && !/[\\/]/.test(line));
    assert.deepEqual(tooLong, []);
    assert.ok(stdout.indexOf('sign_receipt') < stdout.indexOf('\nTools'), 'sentences stand before the table');
    assert.match(stdout, /mcp-profiler export .* --format html/);
    assert.doesNotMatch(stdout, /\u001b/, 'no colours where there is no terminal');
  });

  it('--fail-on decides between 0 and 1', async () => {
    const args = (...failOn: string[]) => ['profile', 'shop', '--calls', '6', '--tool', 'sign_receipt', ...failOn.flatMap((f) => ['--fail-on', f])];
    const failed = await run(...args('blocking-call'));
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /fails on blocking-call/);
    assert.equal((await run(...args('error', 'large-response'))).code, 0);
  });

  it('wrong use is exit code 2, says what and what to do, and leaves no run', async () => {
    const out = join(folder, 'none');
    const cases: [string[], RegExp][] = [
      [['profile'], /no target/],
      [['profile', 'nosuch'], /No server named "nosuch"[\s\S]*shop/],
      [['profile', 'shop', '--tool', 'nosuch', '--out', out], /no tool named "nosuch"[\s\S]*search_books/],
      [['profile', 'shop', '--tool', 'add_book', '--args', '{', '--calls', 'many', '--out', out], /--args is not JSON.*|--calls takes a whole number/],
      [['profile', 'shop', '--calls', '0', '--out', out], /calls per tool must be a whole number from 1/],
      [['profile', 'shop', '--fail-on', 'nothing-known', '--out', out], /--fail-on does not know "nothing-known"/],
      [['profile', '--url', 'ftp://x', '--out', out], /not an http or https URL/],
      [['export', join(folder, 'nowhere'), '--format', 'csv'], /nowhere/],
      [['export', folder], /--format/],
      [['frobnicate'], /no command "frobnicate"/],
    ];
    for (const [args, says] of cases) {
      const { code, stderr, stdout } = await run(...args);
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, says);
      assert.equal(stdout, '');
    }
    assert.deepEqual(await readdir(out).catch(() => []), []);
  });

  it('all problems of a command line are told at once', async () => {
    const { stderr } = await run('profile', 'shop', '--calls', 'many', '--protocol', 'ancient', '--fail-on', 'x');
    for (const flag of ['--calls', '--protocol', '--fail-on']) assert.ok(stderr.includes(flag), flag);
  });

  it('a server that exits at once: exit code 3 with what it said, and the command ends', async () => {
    const { code, stderr } = await run('profile', '--out', join(folder, 'w'), '--', process.execPath, join(root, 'test/servers/hostile/server.mjs'), 'exit-at-once');
    assert.equal(code, 3);
    assert.match(stderr, /exited with code 7[\s\S]*the database is not configured/);
  });
});
