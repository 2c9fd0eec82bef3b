import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import { createRedactor } from '../../src/runs/redact.ts';
import schema from '../../src/runs/run.schema.json' with { type: 'json' };
import { createRun, deleteRun, listRuns, readEvents, readMessages, readRequests, readRun, renameRun } from '../../src/runs/store.ts';
import { sampleMessage, sampleProfile, sampleRequest, sampleRun } from './runsSample.ts';
import { holdsSecret } from './runsSecrets.ts';

const startedAt = new Date('2026-11-21T05:00:00.123Z');

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const fails = (code: string) => (error: unknown) => error instanceof UserError && error.code === code && error.hint !== '';

describe('run store', () => {
  let out: string;
  beforeEach(async () => (out = await mkdtemp(join(tmpdir(), 'runs-'))));
  afterEach(() => rm(out, { recursive: true, force: true }));

  const finished = async (title = 'shop', at = startedAt) => {
    const run = await createRun(out, title, at);
    await run.finish({ ...sampleRun, id: run.id, title, startedAt: at.toISOString() });
    return run;
  };

  it("keeps the default folder out of the author's commits, and touches no other", async () => {
    await createRun(join(out, '.mcp-profiler', 'runs'), 'shop', startedAt).then((run) => run.finish({ ...sampleRun, id: run.id }));
    await createRun(join(out, 'mine'), 'shop', startedAt).then((run) => run.finish({ ...sampleRun, id: run.id }));
    assert.equal(await readFile(join(out, '.mcp-profiler', '.gitignore'), 'utf8'), '*\n');
    assert.deepEqual((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.gitignore')), [join('.mcp-profiler', '.gitignore')]);
  });

  it('gives back what was written', async () => {
    const run = await createRun(out, 'shop', startedAt);
    const requests = [sampleRequest(1), sampleRequest(2, { target: 'größe\n2' })];
    for (const r of requests) run.request(r);
    run.message(sampleMessage(1, '{"a":"\u2028"}'));
    run.event({ kind: 'phase', atUs: 5, phase: 'measure' });
    await run.writeFile('cpu-42-1.cpuprofile', JSON.stringify(sampleProfile));
    const record = { ...sampleRun, id: run.id };
    await run.finish(record);
    assert.deepEqual(await readRun(run.dir), record);
    assert.deepEqual(await all(readRequests(run.dir)), requests);
    assert.deepEqual(await all(readMessages(run.dir)), [sampleMessage(1, '{"a":"\u2028"}')]);
    assert.deepEqual(await all(readEvents(run.dir)), [{ kind: 'phase', atUs: 5, phase: 'measure' }]);
    assert.deepEqual(JSON.parse(await readFile(join(run.dir, 'cpu-42-1.cpuprofile'), 'utf8')), sampleProfile);
    assert.deepEqual((await readdir(run.dir)).sort(), ['cpu-42-1.cpuprofile', 'events.ndjson', 'messages.ndjson', 'requests.ndjson', 'run.json']);
  });

  it('replaces the requests once their CPU time is known', async () => {
    const run = await createRun(out, 'shop', startedAt);
    run.request(sampleRequest(1));
    await run.rewriteRequests([sampleRequest(1, { cpuUs: 7, blockedByOthersUs: 0 })]);
    await run.finish({ ...sampleRun, id: run.id });
    assert.deepEqual((await all(readRequests(run.dir))).map((r) => r.cpuUs), [7]);
  });

  it('keeps the order of a hundred thousand lines', async () => {
    const run = await createRun(out, 'shop', startedAt);
    for (let i = 1; i <= 100_000; i++) run.request(sampleRequest(i));
    await run.finish({ ...sampleRun, id: run.id });
    let expected = 1;
    for await (const r of readRequests(run.dir)) assert.equal(r.request, expected++);
    assert.equal(expected, 100_001);
  });

  it('names folders so that they sort by time, are safe and are unique', async () => {
    const names = ['shop', 'shop', '../../etc/päss wd', '.hidden', '数据', `a${'b'.repeat(300)}`];
    const runs = await Promise.all(names.map((name) => createRun(out, name, startedAt)));
    assert.equal(new Set(runs.map((r) => r.id)).size, names.length);
    for (const run of runs) {
      assert.match(run.id, /^2026-11-21T05-00-00-123Z-[A-Za-z0-9][A-Za-z0-9._-]{0,45}$/);
      assert.equal(resolve(run.dir, '..'), resolve(out));
    }
    const later = await createRun(out, 'a', new Date(startedAt.getTime() + 1));
    assert.ok(runs.every((r) => r.id < later.id));
    await Promise.all([...runs, later].map((r) => r.finish({ ...sampleRun, id: r.id })));
  });

  it('leaves all but the last second behind when its process is killed', async () => {
    const script = `
      import { createRun } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/runs/store.ts'))};
      const run = await createRun(${JSON.stringify(out)}, 'shop', new Date());
      for (let i = 1; i <= 500; i++) run.request({ request: i });
      setTimeout(() => { for (let i = 501; i <= 600; i++) run.request({ request: i }); console.log(run.dir); }, 1500);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const dir = line.toString().trim();
    const numbers = (await all(readRequests(dir))).map((r) => r.request);
    assert.ok(numbers.length >= 500, `only ${numbers.length} lines`);
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1));
    assert.equal((await readRun(dir)).status, 'running');
    assert.equal((await listRuns(out))[0]?.status, 'running');
  });

  it('passes over half a line at the end, not one in the middle', async () => {
    const run = await finished();
    const path = join(run.dir, 'requests.ndjson');
    await writeFile(path, '{"request":1}\n{"request":2}\n{"requ');
    assert.deepEqual(await all(readRequests(run.dir)), [{ request: 1 }, { request: 2 }]);
    await appendFile(path, '\n{"request":3}\n');
    await assert.rejects(all(readRequests(run.dir)), fails('bad-config'));
    await rm(path);
    assert.deepEqual(await all(readRequests(run.dir)), []);
  });

  it('lists newest first and passes over what is no run', async () => {
    const runs = [await finished('a', new Date(1000)), await finished('b', new Date(3000)), await finished('c', new Date(2000))];
    await mkdir(join(out, 'empty'));
    await mkdir(join(out, 'broken'));
    await writeFile(join(out, 'broken', 'run.json'), '{"id":');
    await writeFile(join(out, 'notes.txt'), 'x');
    const listed = await listRuns(out);
    assert.deepEqual(listed.map((r) => r.title), ['b', 'c', 'a']);
    assert.deepEqual(listed[2], { dir: runs[0]!.dir, id: runs[0]!.id, title: 'a', startedAt: new Date(1000).toISOString(), durationUs: sampleRun.durationUs, status: 'failed', serverName: 'shop', load: null });
    assert.deepEqual(await listRuns(join(out, 'missing')), []);
  });

  it('lists a run whose record is large by its beginning', async () => {
    const run = await createRun(out, 'large', startedAt);
    await run.finish({ ...sampleRun, id: run.id, title: 'large', notices: ['x'.repeat(5_000_000)] });
    assert.equal((await listRuns(out))[0]?.title, 'large');
  });

  it('lists a run whose record another program has laid out', async () => {
    const { dir } = await finished('mine');
    for (const indent of [0, 2]) {
      await writeFile(join(dir, 'run.json'), JSON.stringify({ ...(await readRun(dir)), notices: ['x'.repeat(50_000)] }, null, indent));
      assert.equal((await listRuns(out)).find((r) => r.dir === dir)?.title, 'mine');
    }
  });

  it('lists the figures of a load test, however much its record holds', async () => {
    const run = await createRun(out, 'loaded', startedAt);
    const load = { achieved: 498.5, p99Us: 14_200, capacity: null };
    await run.finish({ ...sampleRun, id: run.id, files: { ...sampleRun.files, load: 'load.json' }, notices: ['x'.repeat(50_000)], load });
    assert.deepEqual((await listRuns(out))[0]?.load, load);
    assert.deepEqual((await readRun(run.dir)).load, load);
  });

  it('says what is wrong with a folder that is no run', async () => {
    const run = await finished();
    const path = join(run.dir, 'run.json');
    await assert.rejects(readRun(join(out, 'missing')), fails('run-not-found'));
    await writeFile(path, '{');
    await assert.rejects(readRun(run.dir), fails('bad-config'));
    await writeFile(path, JSON.stringify({ ...sampleRun, schemaVersion: 2 }));
    await assert.rejects(readRun(run.dir), (e: unknown) => fails('bad-config')(e) && (e as Error).message.includes('2'));
    await writeFile(path, 'null');
    await assert.rejects(readRun(run.dir), fails('bad-config'));
  });

  it('renames a run', async () => {
    const run = await finished();
    await renameRun(run.dir, 'before the fix');
    assert.deepEqual(await readRun(run.dir), { ...sampleRun, id: run.id, title: 'before the fix', startedAt: startedAt.toISOString() });
    assert.equal((await listRuns(out))[0]?.title, 'before the fix');
  });

  it('deletes a run folder and nothing else', async () => {
    const run = await finished();
    const other = await finished();
    const link = join(out, other.id.replace('shop', 'link'));
    await symlink(other.dir, link);
    await mkdir(join(out, 'mine'));
    await writeFile(join(out, 'mine', 'run.json'), await readFile(join(run.dir, 'run.json')));
    for (const dir of [out, link, join(out, 'mine'), join(out, 'missing')]) await assert.rejects(deleteRun(dir), fails('run-not-found'), basename(dir));
    await mkdir(join(other.dir, 'sub'));
    await assert.rejects(deleteRun(other.dir), fails('run-not-found'));
    await deleteRun(run.dir);
    assert.ok(!existsSync(run.dir));
    assert.ok(existsSync(join(other.dir, 'run.json')));
    assert.ok(existsSync(join(out, 'mine', 'run.json')));
  });

  it('writes no secret into any file, in any form, and keeps every file valid', async () => {
    const secrets = ['sk-live/4f+8a=b?c&d', 'päss "wörd"\\ 42', '123456'];
    const everywhere = secrets.flatMap((s) => [s, encodeURIComponent(s), JSON.stringify({ s }), ...['', 'a', 'ab'].map((p) => Buffer.from(`${p}${s}zz`).toString('base64')), `https://u:${encodeURIComponent(s)}@h/`]).join(' ');
    const run = await createRun(out, 'shop 123456', startedAt, createRedactor(secrets));
    run.request(sampleRequest(1, { args: { [everywhere]: [everywhere] }, target: everywhere }));
    run.message(sampleMessage(1, JSON.stringify({ result: everywhere })));
    run.event({ kind: 'stderr', atUs: 123_456, text: everywhere });
    await run.writeFile('cpu-42-1.cpuprofile', JSON.stringify({ ...sampleProfile, endTime: 9_123_456, note: everywhere }));
    await run.rewriteRequests([sampleRequest(1, { queuedUs: 123_456, args: everywhere })]);
    await run.finish({ ...sampleRun, id: run.id, durationUs: 123_456, notices: [everywhere], server: { ...sampleRun.server, target: everywhere } });
    for (const name of await readdir(run.dir)) {
      const text = await readFile(join(run.dir, name), 'utf8');
      const values = text.trim().split('\n').length > 1 && name === 'run.json' ? [JSON.parse(text) as unknown] : text.trim().split('\n').filter(Boolean).map((l) => JSON.parse(l) as unknown);
      assert.ok(values.length > 0, name);
      for (const secret of secrets) {
        const strings = JSON.stringify(values, (_key, v: unknown) => (typeof v === 'number' ? 0 : v));
        assert.ok(!holdsSecret(strings, secret), `${secret} in ${name}`);
      }
    }
    assert.ok(!basename(run.dir).includes('123456'));
    assert.equal((await readRun(run.dir)).durationUs, 123_456);
  });

  describe('schema', () => {
    const ajv = new Ajv({ strictTypes: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    const check = (record: unknown) => {
      validate(record);
      return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`);
    };

    it('takes a record with every field, and what a killed run leaves', async () => {
      assert.deepEqual(check(sampleRun), []);
      const run = await createRun(out, 'shop', startedAt);
      assert.deepEqual(check(await readRun(run.dir)), []);
      await run.finish(sampleRun);
    });

    it('needs every field that is not optional, and knows no other', () => {
      const optional = new Set(['stack', 'runDir', 'link', 'tool', 'request', 'frame', ...Object.keys(sampleRun.options.budgets)]);
      const without = (value: unknown, path: string[]): void => {
        if (typeof value !== 'object' || value === null) return;
        const parent = value as Record<string, unknown>;
        for (const key of Object.keys(parent)) {
          const free = Array.isArray(value) || ['errors', 'byTool'].includes(path.at(-1) ?? '');
          const { [key]: kept } = parent;
          if (!free && !(optional.has(key) && ['failure', 'budgets', 'figures', 'parts', 'link'].includes(path.findLast((p) => !/^\d+$/.test(p)) ?? ''))) {
            Reflect.deleteProperty(parent, key);
            assert.notDeepEqual(check(copy), [], `without ${[...path, key].join('.')}`);
            parent[key] = kept;
            parent['surplus'] = 1;
            assert.notDeepEqual(check(copy), [], `surplus in ${path.join('.')}`);
            Reflect.deleteProperty(parent, 'surplus');
          }
          without(kept, [...path, key]);
        }
      };
      const copy = structuredClone(sampleRun);
      without(copy, []);
      assert.deepEqual(check(copy), []);
    });
  });
});
