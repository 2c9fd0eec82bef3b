import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportFormats } from '../../src/app/exportRun.ts';

const root = resolve(import.meta.dirname, '../..');
const server = join(root, 'test/servers/leaky/server.mjs');

/** Every way in which a secret reaches a server, each with a value of its own; with the characters that get escaped. */
const planted = {
  env: 'env"s3cret/9f+A=é',
  envFile: 'envfile-5ecret+77/x?',
  input: 'input secret & 31%',
  host: 'host-token-Zx81Qv',
  argument: 'sk-argument-4401-abc',
};

function forms(text: string): string[] {
  const bytes = Buffer.from(text);
  // what base64 has for it wherever it begins in a larger payload, without the characters at the edges
  const inner = [0, 1, 2].map((skip) => Buffer.concat([Buffer.alloc(skip), bytes]).toString('base64').slice(4, -6));
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...inner, ...inner.map((b) => b.replaceAll('+', '-').replaceAll('/', '_'))];
}

async function found(dir: string): Promise<string[]> {
  const hits: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    // the HTML report holds the run's files as base64
    const texts = [text, ...[...text.matchAll(/data-run-file="[^"]*">([^<]*)/g)].map((m) => Buffer.from(m[1]!, 'base64').toString('utf8'))];
    for (const [kind, value] of Object.entries(planted)) {
      for (const form of forms(value)) if (texts.some((t) => t.includes(form))) hits.push(`${entry.name}: ${kind} as ${form}`);
    }
  }
  return [...new Set(hits)];
}

describe('secrets', function () {
  this.timeout(120_000);
  let folder: string;
  let home: string;
  const cli = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const env = { ...process.env, HOME: home, USERPROFILE: home, MY_API_TOKEN: planted.host, PLANTED_HOST: planted.host };
      execFile(process.execPath, [join(root, 'dist/cli.cjs'), ...args], { cwd: folder, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'mcp-home-'));
    folder = await mkdtemp(join(tmpdir(), 'mcp-secrets-'));
    await mkdir(join(folder, '.vscode'));
    await writeFile(join(folder, '.env'), `PLANTED_ENVFILE="${planted.envFile}"\n`);
    await writeFile(
      join(folder, '.vscode/mcp.json'),
      JSON.stringify({
        inputs: [{ id: 'key', type: 'promptString', description: 'Key', password: true }],
        servers: {
          leaky: {
            command: process.execPath,
            args: [server, `--api-key=${planted.argument}`],
            env: { PLANTED_ENV: planted.env, PLANTED_INPUT: '${input:key}' },
            envFile: '${workspaceFolder}/.env',
          },
        },
      }),
    );
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  });

  it('are in no run folder, no export and no output, in any of their forms', async () => {
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await cli('profile', 'leaky', '--input', `key=${planted.input}`, '--calls', '3', '--bodies', '--heap', '--out', out, '--args', JSON.stringify({ given: planted.env }));
    assert.equal(code, 0, stderr);
    const [run] = await readdir(out);
    const runDir = join(out, run!);
    assert.match(await readFile(join(runDir, 'events.ndjson'), 'utf8'), /"kind":"progress"/);
    const kept = await readFile(join(runDir, 'messages.ndjson'), 'utf8');
    const events = await readFile(join(runDir, 'events.ndjson'), 'utf8');
    assert.match(events, /"kind":"invalid"/);
    assert.ok(!events.includes(`.${planted.host.slice(0, 4)}`), 'nor a part of one, where a text is cut');
    assert.ok(kept.includes('[redacted]') && kept.includes('Tells'), 'the server did say its secrets, and bodies were kept');
    await writeFile(join(out, 'stdout.txt'), stdout);
    await writeFile(join(out, 'stderr.txt'), stderr);
    await writeFile(join(out, 'json.txt'), (await cli('profile', 'leaky', '--input', `key=${planted.input}`, '--calls', '1', '--json', '--out', out)).stdout);
    for (const { id } of exportFormats) assert.equal((await cli('export', runDir, '--format', id, '--out', join(out, `export.${id}`))).code, 0);
    assert.deepEqual(await found(out), []);
  });

  it('are not in what is said about a server that fails to start', async () => {
    const out = join(folder, 'failed');
    const secret = planted.argument;
    const { code, stderr } = await cli('profile', '--out', out, '--', process.execPath, '-e', `console.error(process.argv[1]); process.exit(4)`, `--token=${secret}`);
    assert.equal(code, 3);
    await writeFile(join(out, 'stderr.txt'), stderr);
    assert.deepEqual(await found(out), []);
    assert.match(stderr, /\[redacted\]/);
    const load = await cli('load', '--rate', '5', '--out', out, '--', process.execPath, '-e', `console.error(process.argv[1]); process.exit(4)`, `--token=${secret}`);
    assert.equal(load.code, 3);
    await writeFile(join(out, 'stderr.txt'), load.stderr);
    assert.deepEqual(await found(out), []);
    assert.match(load.stderr, /\[redacted\]/);
  });
});
